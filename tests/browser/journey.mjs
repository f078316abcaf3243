// What two shoppers do, and that every page they see is sound. Run by browser.py.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

import { staffWork } from "./staff.mjs";

const setting = JSON.parse(process.argv[2]);
const require = createRequire(path.join(setting.modules, "package.json"));
const { chromium } = require("playwright-core");
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
const email = "mei@example.com";
const password = "a lantern hung beside the gate";

/** One shopper's browser: a page, and what it complained about. */
class Shopper {
  static async arrive(browser, viewport) {
    const context = await browser.newContext({ viewport, locale: "en-US", colorScheme: "light" });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    const complaints = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    return new this(page, complaints);
  }
  constructor(page, complaints) {
    Object.assign(this, { page, complaints });
  }

  /** Looks at the page: axe finds nothing, the browser complains of nothing, nothing is wider than the screen. */
  async look(name) {
    const { page } = this;
    await page.waitForLoadState("load");
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    const found = violations.map((v) => `${v.id}: ${v.nodes.map((node) => `${node.target} (${node.failureSummary})`).join("; ")}`);
    assert.deepEqual(found, [], `axe about ${name}`);
    const expected = this.complaints.filter((text) => !/status of (404|422)/.test(text)); // of the pages asked for
    assert.deepEqual(expected, [], `the browser about ${name}`);
    const [wide, screen, scripts] = await page.evaluate(() => [
      document.documentElement.scrollWidth, document.documentElement.clientWidth, document.scripts.length,
    ]);
    assert.ok(wide <= screen, `${name} is ${wide} pixels wide on a screen of ${screen}`);
    assert.equal(scripts, 0, `${name} has scripts`);
    seen.add(name);
    await this.picture(setting.shots, name);
  }
  async picture(folder, name, options = {}) {
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`), ...options });
  }
  /** For the documentation, when somebody wants to renew it. */
  async document(name) {
    if (setting.pictures) await this.picture(setting.pictures, name);
  }

  go(to) {
    return this.page.goto(setting.shop + to);
  }
  press(name) {
    return Promise.all([
      this.page.waitForEvent("load"), this.page.getByRole("button", { name, exact: true }).first().click(),
    ]);
  }
  follow(name) {
    return Promise.all([this.page.waitForEvent("load"), this.page.getByRole("link", { name }).first().click()]);
  }
  async heading() {
    return (await this.page.locator("h1").innerText()).trim();
  }
  has(text) {
    return this.page.getByText(text).first().waitFor();
  }

  async fill(fields) {
    for (const [label, value] of Object.entries(fields)) {
      const field = this.page.getByLabel(label, { exact: false }).first();
      if ((await field.evaluate((element) => element.tagName)) === "SELECT") {
        await field.selectOption({ label: value });
      } else {
        await field.fill(value);
      }
    }
  }
  choose(label) {
    return this.page.getByRole("radio", { name: label }).check();
  }
}

/** The same at the console. */
class Clerk extends Shopper {
  go(to) {
    return this.page.goto(setting.console + to);
  }
}

const seen = new Set();

/** The link of the newest mail to this address that has one below `start`; waits for it. */
async function mailedLink(to, start) {
  for (const until = Date.now() + 20_000; Date.now() < until; await new Promise((done) => setTimeout(done, 100))) {
    const files = await readdir(setting.mails).catch(() => []);
    for (const file of files.sort().reverse()) {
      const raw = await readFile(path.join(setting.mails, file), "utf8");
      const text = raw.replaceAll(/=\r?\n/g, "").replaceAll("=3D", "=");
      const link = text.match(new RegExp(`${setting.shop}${start}\\S+`));
      if (raw.includes(to) && link) return link[0].slice(setting.shop.length);
    }
  }
  throw new Error(`no mail to ${to} with a link to ${start}`);
}

/** The cheapest soft toys in stock, which go everywhere: the path of the nth product. */
async function inStock(shopper, place) {
  await shopper.go("/items?category=Plush&state=in_stock&order=price");
  return shopper.page.locator(".card a").nth(place).getAttribute("href");
}

/** The cheapest soft toy that is pre-ordered, of another month than this one: it goes under a number of its own. */
async function preOrder(shopper) {
  await shopper.go("/items?category=Plush&state=pre_order&order=price");
  return shopper.page.locator(".card a").first().getAttribute("href");
}

async function pay(shopper) {
  await shopper.press("Pay now");
  await shopper.page.waitForURL(/checkoutnow/); // the provider's page
  await Promise.all([shopper.page.waitForURL(/\/payments\//), shopper.page.getByRole("button", { name: "Approve" }).click()]);
}

async function guestBecomesMember(browser) {
  const guest = await Shopper.arrive(browser, desktop);
  await guest.go("/");
  await guest.look("home");
  await guest.document("home");
  await guest.go("/contact");
  await guest.look("contact");
  await guest.go("/calendar");
  await guest.look("calendar");
  await guest.go("/no-such-page");
  await guest.look("not-found");
  await guest.go("/cart");
  await guest.look("empty-cart");

  const product = await inStock(guest, 0);
  await guest.look("list");
  await guest.go(product);
  await guest.look("product");
  await guest.document("product");
  await guest.press("Add to cart");
  assert.match(guest.page.url(), /\/cart/);
  await guest.look("cart");
  await guest.follow("To the checkout");
  await guest.fill({ "E-mail address": "mei@wrong", Name: "Mei \"><script>alert(1)</script>", Country: "United States",
    "Street and number": "1 Long Road", "Town or city": "Springfield", Postal: "62701", Phone: "+1 555 0100" });
  await guest.page.locator("form[action='/checkout/address']").last().evaluate((form) => (form.noValidate = true));
  await guest.press("On to shipping");
  await guest.has("Please look at these fields again:");
  await guest.look("address-with-faults");
  await guest.fill({ "E-mail address": email, Name: "Mei Example" });
  await guest.page.getByLabel("Make me an account").check();
  await guest.press("On to shipping");
  await guest.choose(/^EMS/);
  await guest.look("shipping");
  await guest.press("Go on");
  await guest.choose(/^PayPal/);
  await guest.look("payment");
  await guest.press("Go on");
  await guest.look("confirm");
  await guest.document("checkout");
  await guest.press("Place the order");
  assert.equal(await guest.heading(), "Thank you for your order");
  await guest.look("thank-you");
  const number = await guest.page.locator(".facts code").first().innerText();
  await pay(guest);
  assert.equal(await guest.heading(), "Thank you: your payment has arrived");
  await guest.look("paid");
  await guest.follow("To your order");
  await guest.look("order");
  await guest.document("order");

  await guest.go(await mailedLink(email, "/finish-registration"));
  await guest.look("choose-password");
  await guest.fill({ "New password": password });
  await guest.press("Save");
  await guest.look("account");
  await guest.follow("All orders");
  await guest.has(number);
  await guest.look("orders");
  await guest.go("/account");
  await guest.press("Log out");
  await guest.go(`/orders/${number}`);
  assert.equal(await guest.heading(), "There is no such page", "who is logged out sees no order");
  return number;
}

async function memberComesBack(browser, first) {
  const member = await Shopper.arrive(browser, phone);
  await member.go("/");
  await member.look("home-phone");
  await member.go("/forgotten-password");
  await member.look("forgotten-password");
  await member.go("/register");
  await member.look("register");
  await member.follow("Log in");
  await member.look("log-in");
  await member.fill({ "E-mail address": email, Password: "not the right one" });
  await member.press("Log in");
  await member.has("do not fit together");
  await member.look("log-in-refused");
  await member.fill({ "E-mail address": email, Password: password });
  await member.press("Log in");
  await member.go(`/orders/${first}`);
  await member.has("Payment received");
  await member.look("order-phone");

  const product = await inStock(member, 1);
  await member.look("list-phone");
  await member.go(product);
  await member.look("product-phone");
  await member.press("Watch this item");
  await member.go("/watch-list");
  await member.look("watch-list");
  await member.press(/^Move to the cart/);
  await member.go(await preOrder(member));
  await member.press("Add to cart");
  await member.has("ordered under 2 separate numbers");
  await member.look("cart-phone");
  await member.follow("To the checkout");
  await member.fill({ Name: "Mei Example", Country: "Japan", "Street and number": "1-2-3 Kanda", "Town or city": "Chiyoda",
    "State or prefecture": "Tokyo", Postal: "101-0021", Phone: "+81 3 0000 0000" });
  await member.press("On to shipping");
  await member.go("/account/addresses");
  await member.look("address-book");
  await member.follow("Change");
  await member.look("address-entry");
  await member.go("/checkout/address");
  await member.look("address-phone");
  await member.press("Send it here");
  await member.page.getByRole("radio").first().check();
  await member.press("Go on");
  await member.choose(/^PayPal/);
  await member.press("Go on");
  await member.has("Order 1 of 2");
  await member.has("Order 2 of 2");
  await member.look("confirm-phone");
  await member.press("Place the order");
  await member.has("Ordered together with this one");
  await member.look("thank-you-phone");
  const second = await member.page.locator(".facts code").first().innerText();
  const later = await member.page.locator("section[aria-labelledby='together'] code").innerText();
  assert.notEqual(later, second);
  assert.equal(await member.page.getByRole("button", { name: /^Pay now/ }).count(), 1, "the pre-order waits for its goods");
  await member.go("/orders");
  await member.has(later);
  await member.go("/orders?which=awaiting-payment");
  await member.has(second);
  await member.look("orders-phone");
  await cancels(member, second);
}

/** The whole order, before it is paid. */
async function cancels(member, number) {
  await member.go(`/orders/${number}/change`);
  await member.look("change-phone");
  await member.go(`/orders/${number}`);
  await member.follow("Cancel items");
  await member.look("cancel-phone");
  await member.fill({ Reason: "Ordered by mistake" });
  await member.press("Cancel the order");
  await member.has("Cancelled");
  await member.look("cancelled-phone");
}

const browser = await chromium.launch({
  executablePath: setting.chromium,
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP *.localhost 127.0.0.1"],
});
try {
  const number = await guestBecomesMember(browser);
  await memberComesBack(browser, number);
  await staffWork(await Clerk.arrive(browser, desktop), setting.staff, number);
  console.log(`${seen.size} pages seen, all sound`);
} finally {
  await browser.close();
}
