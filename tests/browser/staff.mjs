// What staff do in the console with an order that was paid, and that every page they see is sound. Run by journey.mjs.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

/** The code that an authenticator with this secret (base 32) shows, `ahead` steps from now. */
function code(secret, ahead = 0) {
  const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const mac = createHmac("sha1", key).update(step).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** `clerk` is somebody's browser at the console, as journey.mjs makes them. */
export async function staffWork(clerk, staff, number) {
  const signIn = async (typed) => {
    await clerk.go("/log-in");
    await clerk.fill({ "E-mail address": staff.email, Password: staff.password, Code: typed });
    await clerk.press("Log in");
  };
  await clerk.go("/log-in");
  await clerk.look("console-log-in");
  await signIn("000000");
  await clerk.has("do not fit together");
  await clerk.look("console-log-in-refused");
  const used = code(staff.secret);
  await signIn(used);
  assert.equal(await clerk.heading(), "Orders");
  await clerk.look("console-orders");

  await clerk.fill({ Number: number });
  await clerk.press("Search");
  await clerk.follow(number);
  await clerk.look("console-order");
  await seesWhy(clerk);
  await clerk.document("console");
  await shipsAndRefunds(clerk);
  await looksAround(clerk, number);

  await clerk.press("Log out");
  await signIn(used);
  await clerk.has("do not fit together"); // a code is taken once
  await signIn(code(staff.secret, 1));
  assert.equal(await clerk.heading(), "Orders");
}

/** Each decision opens to the policies, their versions, and the lines of configuration that made it. */
async function seesWhy(clerk) {
  const { page } = clerk;
  const trace = page.locator("details", { has: page.getByText("offer_payment", { exact: true }) }).first();
  await trace.locator("summary").click();
  assert.match(await trace.innerText(), /payment\.methods\.\S+\s+\S*\.yaml:\d+:\d+/);
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  await clerk.look("console-order-decisions");
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = false)));
  await trace.locator("summary").click();
  await page.evaluate(() => document.getElementById("attempts").scrollIntoView());
}

async function shipsAndRefunds(clerk) {
  await clerk.fill({ "Tracking number": "EE123456785JP" });
  await clerk.press("Mark as shipped");
  await clerk.has("Done.");
  await clerk.has("EE123456785JP");
  const refund = clerk.page.locator("form", { has: clerk.page.getByRole("heading", { name: "Refund" }) });
  await refund.getByLabel("Amount").fill("100000000");
  await refund.getByLabel("Why").fill("The box was dented");
  await clerk.press("Refund");
  await clerk.has("more than is left");
  await clerk.look("console-order-refused");
  await refund.getByLabel("Amount").fill("100");
  await refund.getByLabel("Why").fill("The box was dented <b>");
  await clerk.press("Refund");
  await clerk.has("The box was dented <b>");
  await clerk.look("console-order-shipped");
  await clerk.follow("All about this customer");
  await clerk.look("console-customer");
}

async function looksAround(clerk, number) {
  await clerk.follow("Stock");
  await clerk.look("console-stock");
  await clerk.page.locator("tbody a").first().click();
  await clerk.fill({ "Units that arrived": "3", "Delivery note or cause": "Delivery 7" });
  await clerk.press("Receive units");
  await clerk.has("Done.");
  await clerk.look("console-stock-item");
  for (const [section, one] of [["Customers", true], ["Decisions", true], ["Mails", true], ["Jobs", false], ["Plugins", false]]) {
    await clerk.follow(section);
    await clerk.look(`console-${section.toLowerCase()}`);
    if (!one) continue;
    await Promise.all([clerk.page.waitForEvent("load"), clerk.page.locator("tbody a").first().click()]);
    await clerk.look(`console-${section.toLowerCase()}-one`);
  }
  await clerk.go("/no-such-page/at-all");
  await clerk.look("console-not-found");
  await clerk.go("/");
  await clerk.follow("Audit");
  await clerk.has("Ships an order");
  await clerk.has(number);
  await clerk.look("console-audit");
}
