#!/usr/bin/python3
"""Whether old plugins can still read and write the messages of sdk/schema.

usage: check_schema.py FLATC SCHEMA_FOLDER

Lint: every field has an id, nothing is required, no structs, enums begin with Unknown = 0. Then every folder of
released/ is compared with today's schema, by flatc --conform and by what that does not see: nothing disappears.
"""
import pathlib
import re
import subprocess
import sys


def declarations(folder):
    """{name: (kind, [(member, rest of its line)])} of all files of a folder."""
    found = {}
    for path in sorted(folder.glob("*.fbs")):
        text = re.sub(r"//[^\n]*", "", path.read_text())
        for kind, name, body in re.findall(r"\b(table|struct|enum|union)\s+(\w+)[^{]*\{([^}]*)\}", text):
            separator = ";" if kind in ("table", "struct") else ","
            members = [m.strip() for m in body.split(separator) if m.strip()]
            found[name] = (kind, [(re.match(r"\w+", m).group(), m) for m in members])
    return found


def lint(declared):
    for name, (kind, members) in declared.items():
        if kind == "struct":
            yield f"{name}: a struct can never grow; make it a table"
        if kind == "enum" and (not members or not re.fullmatch(r"Unknown\s*=\s*0", members[0][1])):
            yield f"{name}: an enum begins with Unknown = 0"
        if kind == "enum":
            yield from (f"{name}.{m}: has no number" for m, line in members if "=" not in line)
        if kind == "table":
            for member, line in members:
                if not re.search(r"\bid:\s*\d+", line):
                    yield f"{name}.{member}: has no id"
                if re.search(r"\brequired\b", line):
                    yield f"{name}.{member}: required can be met by no old plugin"


def disappeared(old, new):
    for name, (_, members) in old.items():
        if name not in new:
            yield f"{name}: disappeared"
            continue
        today = [m for m, _ in new[name][1]]
        yield from (f"{name}.{m}: disappeared; mark it (deprecated)" for m, _ in members if m not in today)
        if new[name][0] == "union" and today[: len(members)] != [m for m, _ in members]:
            yield f"{name}: members of a union keep their places"


def main():
    flatc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    today = declarations(folder)
    faults = list(lint(today))
    for released in sorted((folder / "released").iterdir()):
        faults += [f"since {released.name}: {f}" for f in disappeared(declarations(released), today)]
        conform = subprocess.run(
            [flatc, "--conform", released / "message.fbs", "--conform-includes", released, "-I", folder,
             folder / "message.fbs"], capture_output=True, text=True)
        if conform.returncode != 0:
            faults.append(f"since {released.name}: {(conform.stderr + conform.stdout).strip()}")
    print("\n".join(faults) or "old plugins can read and write these messages")
    return 1 if faults else 0


sys.exit(main())
