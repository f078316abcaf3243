#!/usr/bin/python3
"""What `noren check` tells of a configuration and of the plugins that it uses: the shipped one, broken in one place each.

usage: check.py BUILD
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHOP = "config/storefronts/amiami.yaml"


def replace(file, old, new):
    text = file.read_text()
    assert text.count(old) == 1, f"{file} holds {old!r} {text.count(old)} times"
    file.write_text(text.replace(old, new))


def in_shop(old, new):
    return lambda place: replace(place / SHOP, old, new)


def in_server(old, new):
    return lambda place: replace(place / "config/noren.yaml", old, new)


def plugin(name, change):
    return lambda place: change(place / "plugins" / name)


# What is broken, and what is told of it; an empty list: nothing is wrong.
CASES = [
    ("nothing", lambda place: None, []),
    ("an unknown key", in_shop("  due: 7d ", "  deu: 7d "),
     [f"{SHOP}:61:1: key `payment.due` is missing", f"{SHOP}:62:3: unknown key `payment.deu`; did you mean `due`?"]),
    ("a key twice", in_shop("  due: 7d ", "  due: 7d\n  due: 8d "), [f"{SHOP}:63:3: key `due` is written twice"]),
    ("an anchor", in_shop("  due: 7d ", "  due: &a 7d "), [f"{SHOP}:62:8: an anchor"]),
    ("a plugin that is not there", in_shop("  - registration\n", "  - registratoin\n"),
     ["no policy plugin `registratoin` is installed; did you mean `registration`?", "registration"]),
    ("a binary that is cut off", plugin("ems.so", lambda file: file.write_bytes(file.read_bytes()[:1000])),
     ["plugins/ems.so: found "]),
    ("a binary that is none", plugin("paypal.so", lambda file: file.write_text("#!/bin/sh\n")),
     ["plugins/paypal.so: found no ELF file; expected a shared library"]),
    ("a binary that anybody may change", plugin("paypal.so", lambda file: file.chmod(0o666)),
     ["plugins/paypal.so: found a file that everybody may write"]),
    ("a manifest of another build",
     plugin("ems.plugin.yaml", lambda file: replace(file, "id: ems\n", "id: ems  # another\n")),
     ["plugins/ems.so: found a binary that holds another manifest than the file beside it"]),
    ("another binary than the pinned one",
     in_server("plugins:\n", "plugins:\n  each:\n    ems: {sha256: " + "0" * 64 + "}\n"),
     ["plugins/ems.so: found a file with SHA-256 "]),
    ("a broken plugin that nobody uses", plugin("flat_rate.so", lambda file: file.write_text("no plugin")), []),
]


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    wrong = []
    for name, change, expected in CASES:
        with tempfile.TemporaryDirectory(prefix="noren-check-") as folder:
            place = pathlib.Path(folder)
            shutil.copytree(ROOT / "config", place / "config")
            shutil.copytree(build / "plugins", place / "plugins")
            change(place)
            command = [build / "core/noren", "check", "--json", "--config", "config", "--plugins", "plugins"]
            done = subprocess.run(command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            faults = json.loads(done.stdout)["faults"]
            told = len(faults) == len(expected) and all(part in fault for part, fault in zip(expected, faults))
            if not told or done.returncode != (1 if expected else 0):
                wrong.append(f"{name}: exit code {done.returncode}, expected {expected}, told {faults}")
    print("\n".join(wrong) or f"{len(CASES)} configurations judged rightly")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
