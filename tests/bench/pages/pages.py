#!/usr/bin/env python3
"""What the shop's pages cost: product pages a second of one core with 10,000 products, the bytes of a first visit, and
Lighthouse's judgement of home, product and checkout.

A page's cost is CPU time of the server's process, so that what else the machine does matters little; beside it stands what
/healthz costs, which is the server without a page. Lighthouse comes by npm and needs Chromium; without them its figures
are left out."""

import argparse
import http.cookies
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
sys.path.insert(0, str(SOURCE / "tests/support"))

from figures import figure, print_figure, print_json  # noqa: E402
from installation import Installation, Simulator, exchange  # noqa: E402

PRODUCTS = 10_000
GOALS = {"product pages a core and second": (">=", 1000), "first visit, KB compressed": ("<=", 60)}
DESCRIPTION = ("Painted figure of soft plastic, about 24 cm high, with a stand and two faces. The maker's first edition. " * 6).strip()


def stock_up(shop, folder):
    states = ["in_stock", "pre_order", "back_order", "orders_closed"]
    rows = ["id\ttitle\tdescription\tprice\tsale_state\tstock_on_hand\tstock_incoming\tshipping_weight\tcondition\tbrand\tproduct_type\trelease_month"]
    skus = [f"ITEM-{number:05}" for number in range(1, PRODUCTS + 1)]
    for number, sku in enumerate(skus):
        rows.append(f"{sku}\tLantern courier number {number} 1/7 complete figure\t{DESCRIPTION}\t{1000 + number} JPY\t{states[number % 4]}\t9\t9\t"
                    f"1200 g\tnew\tMaker {number % 50}\tFigures > Series {number % 20}\t2031-0{1 + number % 9}")
    feed = folder / "feed.tsv"
    feed.write_text("\n".join(rows) + "\n")
    code, said = shop.command("import", str(feed), "--storefront", "amiami", "--strict")
    if code != 0:
        raise SystemExit(f"the catalogue cannot be imported: {said}\n{shop.last_words()}")
    (folder / "skus.txt").write_text("\n".join(skus) + "\n")
    return skus


def cpu_seconds(process):
    """Of a process, its threads included."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(shop, folder, seconds, path=None, cookie=None):
    """Requests, and CPU seconds of the server for them."""
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "-H", f"Host: {shop.host}"]
    if cookie:
        command += ["-H", f"Cookie: {cookie}"]
    if path is None:
        command += ["-s", str(HERE / "products.lua")]
    before = cpu_seconds(shop.process.pid)
    done = subprocess.run([*command, f"http://127.0.0.1:{shop.port}{path or '/'}"], stdout=subprocess.PIPE, text=True,
                          env=os.environ | {"NOREN_BENCH_SKUS": f"{folder}/skus.txt"}, check=True)
    used = cpu_seconds(shop.process.pid) - before
    if "Non-2xx" in done.stdout:
        raise SystemExit(f"some pages were refused:\n{done.stdout}")
    return int(re.search(r"(\d+) requests in", done.stdout)[1]), used


def cookie_of(shop):
    _, headers, _ = exchange(shop.port, "GET", "/", host=shop.host)
    return next(iter(http.cookies.SimpleCookie(headers["Set-Cookie"]).values())).OutputString().split(";")[0]


def first_visit_bytes(shop):
    """The front page and what it needs, but for pictures, as a browser gets them."""
    def fetched(path):
        status, _, body = exchange(shop.port, "GET", path, headers={"Accept-Encoding": "gzip, br"}, host=shop.host)
        if status != 200:
            raise SystemExit(f"{path}: {status}")
        return len(body)
    _, _, page = exchange(shop.port, "GET", "/", host=shop.host)
    needed = set(re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.decode()))
    return fetched("/") + sum(fetched(path) for path in needed)


class Buyer:
    """Goes to the last step of the checkout by forms, for Lighthouse to look at it."""

    def __init__(self, shop, sku):
        self.shop, self.cookie, self.csrf = shop, cookie_of(shop), None
        self.get(f"/products/{sku}")
        self.post("/cart", sku=sku, quantity=1)
        self.post("/checkout/address", email="mei@example.com", name="Mei Example", street_1="1 Long Road", city="Springfield",
                  postal_code="62701", country="US")
        self.post("/checkout/shipping", shipping="ems")
        self.post("/checkout/payment", payment="paypal")

    def get(self, path):
        _, _, page = exchange(self.shop.port, "GET", path, headers={"Cookie": self.cookie}, host=self.shop.host)
        self.csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page.decode())[1]

    def post(self, path, **form):
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        status, _, page = exchange(self.shop.port, "POST", path, urllib.parse.urlencode(form | {"csrf": self.csrf}), headers, self.shop.host)
        if status != 303:
            raise SystemExit(f"{path}: {status}: {page[:300]}")


def lighthouse_program(build):
    """Lighthouse from a folder of the build, or None."""
    if not shutil.which("npm") or not shutil.which("chromium"):
        return None
    modules = pathlib.Path(build) / "tests/bench/lighthouse"
    modules.mkdir(parents=True, exist_ok=True)
    for file in ("package.json", "package-lock.json"):
        shutil.copy(HERE / file, modules / file)
    program = modules / "node_modules/lighthouse/cli/index.js"
    if not program.exists():
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"], cwd=modules,
                              stdout=sys.stderr, stderr=sys.stderr)
        if done.returncode != 0:
            return None
    return program


def lighthouse(program, folder, url, cookie):
    report = folder / "lighthouse.json"
    headers = folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookie}))
    subprocess.run(["node", str(program), url, "--quiet", "--output=json", f"--output-path={report}", f"--extra-headers={headers}",
                    "--only-categories=performance,accessibility", "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage"],
                   env=os.environ | {"CHROME_PATH": shutil.which("chromium")}, check=True, stdout=sys.stderr, stderr=sys.stderr)
    return {name: round(100 * category["score"]) for name, category in json.loads(report.read_text())["categories"].items()}


def measure(options, folder):
    simulator = Simulator(options.build, folder, "--relaxed")
    shop = Installation(options.build, SOURCE, folder, simulator)
    try:
        skus = stock_up(shop, folder)
        shop.start()
        cookie = cookie_of(shop)
        load(shop, folder, 1)  # warm
        rounds = {"/healthz": [], "product pages a core and second": [], "front pages a core and second": []}
        for _ in range(options.rounds):
            for name, path in (("/healthz", "/healthz"), ("product pages a core and second", None), ("front pages a core and second", "/")):
                requests, used = load(shop, folder, options.seconds, path, cookie)
                rounds[name].append(requests / used)
        yield "calibration: /healthz a core and second", statistics.median(rounds.pop("/healthz")), "1/s"
        for name, values in rounds.items():
            yield name, statistics.median(values), "1/s"
        yield "first visit, KB compressed", first_visit_bytes(shop) / 1000, "KB"
        if program := lighthouse_program(options.build):
            buyer = Buyer(shop, skus[0])
            for name, path in (("home", "/"), ("product", f"/products/{skus[0]}"), ("checkout", "/checkout/confirm")):
                for category, score in lighthouse(program, folder, shop.public_url + path, buyer.cookie).items():
                    yield f"Lighthouse {category} of {name}", score, "of 100"
        else:
            print("no Lighthouse here: npm or Chromium is missing", file=sys.stderr)
        shop.stop()
        clean, said = shop.verify()
        if not clean:
            raise SystemExit(f"noren verify, so there are no figures: {said}")
    finally:
        if shop.process and shop.process.poll() is None:
            shop.kill()
        simulator.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(f"{PRODUCTS} products on SQLite; each page asks the policies what may be ordered; requests have a cookie", file=sys.stderr)
    figures = []
    with tempfile.TemporaryDirectory(prefix="noren-bench-") as folder:
        for name, value, unit in measure(options, pathlib.Path(folder)):
            goal = GOALS.get(name, (">=", 95) if name.startswith("Lighthouse") else None)
            figures.append(figure(name, value, unit, goal, digits=1))
            print_figure(figures[-1], width=6)
    if options.json:
        print_json("pages", figures)


if __name__ == "__main__":
    main()
