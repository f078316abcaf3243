#!/usr/bin/env python3
"""What crossing the plugin boundary costs: an order of five lines to three quotes, in this process and in an isolated
helper, beside a fixed loop in the same run."""

import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "support"))

from installation import built  # noqa: E402


def main():
    parser = argparse.ArgumentParser(prog="./dev bench boundary", description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    probe = subprocess.run(
        [built(arguments.build, "host_probe"), built(arguments.build, "noren-plugin-host"),
         pathlib.Path(arguments.build) / "bench-plugins", "--json"],
        check=True, stdout=subprocess.PIPE, text=True)
    figures = json.loads(probe.stdout)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    if arguments.json:
        print(json.dumps({"bench": "boundary", "commit": commit, "figures": figures}))
    return 0


sys.exit(main())
