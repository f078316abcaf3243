#!/usr/bin/env python3
"""Starts the server with the demo catalogue beside a PayPal simulator, and lets a browser buy there (journey.mjs)."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

STAFF = {"email": "staff@noren.example", "password": "a ladder by the warehouse", "secret": "NORENTESTSECRETNORENTESTSECRET23"}
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from installation import Installation, Simulator  # noqa: E402


def without_night(config):
    """The shop looks at two orders of one night as perhaps one too many; the journey has its own two at any hour."""
    for file in (config / "storefronts").glob("*.yaml"):
        file.write_text(re.sub(r"\n  double_orders: [^\n]*", "", file.read_text()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--modules", required=True, help="where `npm ci` put the modules")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--pictures", help="a folder that gets the pictures of the documentation")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="noren-browser-") as folder:
        simulator = Simulator(options.build, folder)
        shop = Installation(options.build, ROOT, folder, simulator)
        try:
            without_night(pathlib.Path(folder) / "config")
            shipped, feed = ROOT / "config/data/demo_feed.tsv", pathlib.Path(folder) / "feed.tsv"
            subprocess.run([sys.executable, ROOT / "tests/support/demo_feed.py", shipped, feed], check=True)
            code, said = shop.command("import", str(feed), "--storefront", "amiami")
            if code != 0:
                raise SystemExit(f"the demo catalogue cannot be imported: {said}\n{shop.last_words()}")
            subprocess.run([sys.executable, str(ROOT / "tests/support/demo_pictures.py"), str(shipped),
                            f"{folder}/var/media/amiami"], check=True, stdout=subprocess.DEVNULL)
            code, said = shop.command("staff", "add", STAFF["email"], "--role", "owner",
                                      typed=f"{STAFF['password']}\n{STAFF['secret']}\n")
            if code != 0:
                raise SystemExit(f"nobody works here: {said}\n{shop.last_words()}")
            shop.start()
            setting = {
                "shop": shop.public_url, "console": f"http://console.localhost:{shop.port}", "staff": STAFF,
                "mails": f"{folder}/mail/new", "modules": str(pathlib.Path(options.modules).resolve()),
                "chromium": options.chromium, "pictures": options.pictures and str(pathlib.Path(options.pictures).resolve()),
                "shots": str(pathlib.Path(options.build).resolve() / "tests/browser"),
            }
            journey = subprocess.run(["node", str(ROOT / "tests/browser/journey.mjs"), json.dumps(setting)], env=os.environ)
            shop.stop()
            clean, books = shop.verify()
            if not clean:
                print(f"noren verify: {books}", file=sys.stderr)
            if journey.returncode != 0:
                print(shop.last_words(), file=sys.stderr)
            return journey.returncode or not clean
        finally:
            if shop.process and shop.process.poll() is None:
                shop.kill()
            simulator.stop()


if __name__ == "__main__":
    sys.exit(main())
