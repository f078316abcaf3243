#!/usr/bin/env python3
"""What crossing the plugin boundary costs: an order of five lines to three quotes, in this process and in an isolated
helper, beside a bare round trip between processes in the same run; and all decisions of one checkout by the policies of
a shop."""

import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
DECISIONS_GOAL_US = 100
sys.path.insert(0, str(HERE.parents[1] / "support"))

from figures import print_json  # noqa: E402
from installation import built  # noqa: E402


def decisions(build):
    """All decisions of one checkout of the demo shop, in-process."""
    probe = subprocess.run(
        [built(build, "decisions_probe"), SOURCE / "config", pathlib.Path(build) / "plugins", "amiami"],
        check=True, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"NOREN_PAYPAL_CLIENT_ID": "shop", "NOREN_PAYPAL_CLIENT_SECRET": "secret"})
    seen = json.loads(probe.stdout)
    print(f"{'all decisions of one checkout, us':40} median {seen['median_us']:9.1f}  least {seen['least_us']:9.1f}"
          f"  goal {DECISIONS_GOAL_US}  ({seen['verdicts']} verdicts)", file=sys.stderr)
    return {"name": "all decisions of one checkout, us", "value": seen["median_us"], "unit": "us",
            "goal": DECISIONS_GOAL_US, "reached": seen["median_us"] <= DECISIONS_GOAL_US}


def main():
    parser = argparse.ArgumentParser(prog="./dev bench boundary", description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    probe = subprocess.run(
        [built(arguments.build, "host_probe"), built(arguments.build, "noren-plugin-host"),
         pathlib.Path(arguments.build) / "bench-plugins", "--json"],
        check=True, stdout=subprocess.PIPE, text=True)
    figures = json.loads(probe.stdout) + [decisions(arguments.build)]
    if arguments.json:
        print_json("boundary", figures)
    return 0


sys.exit(main())
