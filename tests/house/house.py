#!/usr/bin/python3
"""House rules, run as an ordinary test: who may include whom, and that no code knows a shop.

usage: house.py ROOT
"""
import pathlib
import re
import sys

SOURCE = {".hpp", ".cpp", ".h", ".c"}

# A library is seen only where it is needed: folder prefixes that may include it.
CONFINED = {
    r"Poco/Net/": ("core/http/", "core/app/", "core/outbox/"),
    r"(Poco/Data/|libpq-fe\.h|sqlite3\.h)": ("core/store/",),
    r"yaml-cpp/": ("core/settings/",),
    r"boost/dll": ("core/host/",),
    r"boost/beast": ("core/http/",),
    r"expat\.h": ("core/catalog/",),
}


def modules(root):
    """The modules of core/CMakeLists.txt with everything each may use, itself included."""
    text = (root / "core/CMakeLists.txt").read_text()
    uses = {}
    for name, rest in re.findall(r"^noren_module\((\w+)([^)]*)\)", text, re.M):
        direct = re.search(r"USES\s+([\w\s]+?)(?:LINKS|$)", rest)
        uses[name] = {name}
        for used in direct.group(1).split() if direct else []:
            uses[name] |= uses[used]  # KeyError: a module uses one that stands above it
    return uses


def includes(path):
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        found = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1), found.group(2)


def check_includes(root):
    uses = modules(root)
    for path in sorted(p for top in ("core", "sdk", "plugins", "tests") for p in (root / top).rglob("*")):
        if path.suffix not in SOURCE:
            continue
        name = path.relative_to(root).as_posix()
        top, _, rest = name.partition("/")
        folder = rest.partition("/")[0]
        for number, kind, target in includes(path):
            first = target.partition("/")[0]
            if top == "core" and kind == '"' and first in uses and first not in uses.get(folder, set()):
                yield f"{name}:{number}: {folder} may not include {target} (core/CMakeLists.txt, USES of {folder})"
            if top in ("sdk", "plugins") and (first in uses and kind == '"' or target.startswith("core/")):
                yield f"{name}:{number}: {top} must not include the core's {target}"
            for library, allowed in CONFINED.items():
                if top != "tests" and re.match(library, target) and not name.startswith(allowed):
                    yield f"{name}:{number}: {target} belongs to {', '.join(allowed)} alone"


def forbidden_words(root):
    """Shops, their rule ids, and demo items, by where each is defined."""
    words = {}
    for storefront in (root / "config/storefronts").glob("*.yaml"):
        words[storefront.stem] = "a storefront's name"
    rules = root / "docs/rules.yaml"
    if rules.exists():
        for rule in re.findall(r"\bid: ([A-Z]+-[A-Z]+-\d+)", rules.read_text()):
            words[rule] = "a rule id"
    feed = root / "config/data/demo_feed.tsv"
    if feed.exists():
        for line in feed.read_text().splitlines()[1:]:
            words[line.split("\t")[0]] = "a demo item"
    return words


def check_words(root):
    words = forbidden_words(root)
    if not words:
        return
    pattern = re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)), re.I)
    for path in sorted(p for top in ("core", "sdk", "plugins") for p in (root / top).rglob("*") if p.is_file()):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            found = pattern.search(line)
            if found:
                kind = next(k for w, k in words.items() if w.lower() == found.group(0).lower())
                yield f"{path.relative_to(root)}:{number}: {kind} in code: {found.group(0)}"


def check_modules_have_readmes(root):
    for name in modules(root):
        folder = root / "core" / name
        if any(folder.glob("*.cpp")) and not (folder / "README.md").exists():
            yield f"core/{name}: README.md is missing (one paragraph: what, why, invariants)"


def check_plugins_are_complete(root):
    for manifest in (root / "plugins").glob("*/*/CMakeLists.txt"):
        folder = manifest.parent
        for wanted in ("README.md", f"{folder.name}.schema.yaml", f"{folder.name}.plugin.yaml"):
            if not (folder / wanted).exists():
                yield f"{folder.relative_to(root)}: {wanted} is missing"


def main():
    root = pathlib.Path(sys.argv[1])
    faults = [
        *check_includes(root),
        *check_words(root),
        *check_modules_have_readmes(root),
        *check_plugins_are_complete(root),
    ]
    print("\n".join(faults) or "house rules hold")
    return 1 if faults else 0


sys.exit(main())
