#!/usr/bin/python3
"""Counts the shops' rules that a passing scenario proves, and mutates the configuration to see that it does.

A rule of docs/rules.yaml is proven when it names the configuration that holds it and every scenario that names the rule
passes; or when it names tests of this repository, which pass. With --mutate each path of a proven rule is broken in copies of the
configuration: a rule whose scenarios and page tests all still pass is not proven but failing. A change that the
configuration's own check refuses proves nothing, and each path needs one that a scenario or a page test notices.
"""
import argparse
import concurrent.futures
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


def load_rules():
    rules = {}
    for shop, entries in yaml.safe_load((ROOT / "docs/rules.yaml").read_text()).items():
        for entry in entries:
            if unknown := set(entry) - {"id", "area", "rule", "configuration", "tests"}:
                sys.exit(f"docs/rules.yaml: {entry['id']}: unknown: {', '.join(sorted(unknown))}")
            rules[entry["id"]] = {"storefront": shop, **entry}
    return rules


def scenarios_by_rule():
    by_rule = {}
    for path in sorted((ROOT / "tests/scenarios").rglob("*.yaml")):
        for rule in yaml.safe_load(path.read_text()).get("rules", []):
            by_rule.setdefault(rule, []).append(path)
    return by_rule


class Noren:
    def __init__(self, build):
        self.program = build / "core/noren"
        self.build = build

    def tries(self, scenarios, config):
        """(exit code, what was said): 0 all pass, 1 one fails, 2 the configuration is refused."""
        run = subprocess.run(
            [self.program, "try", *scenarios, "--config", config, "--plugins", self.build / "plugins"],
            capture_output=True, text=True, timeout=120)
        return run.returncode, run.stdout + run.stderr

    def looks_at_pages(self, rule, config):
        """(exit code, what was said) of a rule's page test, on the pages that this configuration gives; as tries()."""
        run = subprocess.run(
            [sys.executable, ROOT / "tests/pages/page_rules.py", "--build", self.build, "--source", config.parent, rule],
            capture_output=True, text=True, timeout=300)
        return run.returncode, run.stdout + run.stderr

    def passes(self, test):
        """Whether the test exists and passes: a name of ctest, or with `/Suite.Case` what of it has that in its name."""
        name, _, case = test.partition("/")
        ctest = ["ctest", "--test-dir", self.build, "--no-tests=error", "-R", f"^{re.escape(name)}$"]
        if not case:
            return subprocess.run(ctest, capture_output=True, timeout=600).returncode == 0
        listed = subprocess.run([*ctest, "--show-only=json-v1"], capture_output=True, text=True, timeout=60)
        tests = json.loads(listed.stdout)["tests"] if listed.returncode == 0 else []
        if not tests or "command" not in tests[0]:
            return False
        run = subprocess.run([*tests[0]["command"], f"--gtest_filter=*{case}*"],
                             capture_output=True, text=True, timeout=600)
        return run.returncode == 0 and re.search(r"PASSED  \] [1-9]", run.stdout) is not None


def steps_of(path):
    """`a.b[2].c` as ["a", "b", 2, "c"]."""
    return [int(index) if index else key for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path)]


def parent_of(tree, steps):
    for step in steps[:-1]:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return None
    last = steps[-1]
    if isinstance(tree, dict) and last in tree or isinstance(tree, list) and isinstance(last, int) and last < len(tree):
        return tree
    return None


def neighbour(value):
    """A value next to this one, of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and (found := re.fullmatch(r"(\d+)(.*)", value)):
        return f"{int(found[1]) + 1}{found[2]}"
    return None


def layers(config, storefront):
    """The storefront's file and those it extends, the file itself first."""
    path = config / "storefronts" / f"{storefront}.yaml"
    while path:
        tree = yaml.safe_load(path.read_text())
        yield path, tree
        path = (path.parent / tree["extends"]).resolve() if "extends" in tree else None


def changes(value):
    """Name and value of each way in which what stands at a path may be changed."""
    if (beside := neighbour(value)) is not None:
        yield f"changed to {beside}", beside
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield f"without {item}", value[:place] + value[place + 1:]


def holder(config, storefront, path):
    """The file, its tree, and in it the parent of what stands at the path: of the uppermost layer that has it."""
    for file, tree in layers(config, storefront):
        if (parent := parent_of(tree, steps_of(path))) is not None:
            return file, tree, parent
    return None


def mutations(storefront, entry):
    """Name of each mutation of an entry, and what applies it to a copy of the configuration."""
    path = entry if isinstance(entry, str) else entry["path"]
    last = steps_of(path)[-1]

    def mutation(change):
        def apply(config):
            file, tree, parent = holder(config, storefront, path)
            change(parent)
            file.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=100_000))
        return apply

    def setting(value):
        return mutation(lambda parent: parent.__setitem__(last, value))

    if isinstance(entry, dict):
        yield f"{path} changed to {entry['to']}", setting(entry["to"])
        return
    yield f"{path} removed", mutation(lambda parent: parent.__delitem__(last))
    _, _, parent = holder(ROOT / "config", storefront, path)
    for name, value in changes(parent[last]):
        yield f"{path} {name}", setting(value)


def has_page_test(rule):
    return f"page_{rule['id']}" in rule.get("tests", [])


def tried(noren, rule, scenarios, config):
    """Exit code of the rule's scenarios and, where they notice nothing, its page test."""
    code = noren.tries(scenarios, config)[0] if scenarios else 0
    return noren.looks_at_pages(rule["id"], config)[0] if code == 0 and has_page_test(rule) else code


def survivors(noren, rule, scenarios):
    """What neither the rule's scenarios nor its page test notice."""
    for entry in rule["configuration"]:
        path = entry if isinstance(entry, str) else entry["path"]
        if holder(ROOT / "config", rule["storefront"], path) is None:
            yield f"{path} does not stand in the configuration"
            continue
        noticed = 0
        for name, apply in mutations(rule["storefront"], entry):
            with tempfile.TemporaryDirectory() as folder:
                config = pathlib.Path(folder) / "config"
                shutil.copytree(ROOT / "config", config)
                apply(config)
                code = tried(noren, rule, scenarios, config)
            noticed += code == 1
            if code == 0:
                yield name
        if not noticed:
            yield f"{path}: the configuration's check refuses every change, so that nothing is tried"


def judge(noren, rule, scenarios, with_mutations):
    """(state, words): proven, failing or open."""
    tests = rule.get("tests", [])
    failing = [test for test in tests if not noren.passes(test)]
    if failing:
        return "failing", f"by {', '.join(failing)}"
    if tests and not rule.get("configuration"):
        return "proven", f"by {', '.join(tests)}"
    if not scenarios and not has_page_test(rule):
        return "open", "no scenario names it"
    if scenarios:
        code, said = noren.tries(scenarios, ROOT / "config")
        if code != 0:
            return "failing", said
    if not rule.get("configuration"):
        return "open", "docs/rules.yaml names no configuration that holds it"
    if with_mutations:
        alive = list(survivors(noren, rule, scenarios))
        if alive:
            return "failing", "nothing notices: " + "; ".join(alive)
    return "proven", ", ".join([*(str(s.relative_to(ROOT)) for s in scenarios), *tests])


def main():
    parser = argparse.ArgumentParser(prog="./dev rules", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="end in one line of JSON")
    parser.add_argument("--mutate", action="store_true", help="break each rule's configuration and expect a failure")
    arguments = parser.parse_args()

    noren = Noren(arguments.build.resolve())
    rules = load_rules()
    by_rule = scenarios_by_rule()
    unknown = sorted(set(by_rule) - set(rules))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        judged = dict(zip(rules, pool.map(
            lambda rule: judge(noren, rule, by_rule.get(rule["id"], []), arguments.mutate), rules.values())))

    states = {state: [rule for rule, (s, _) in judged.items() if s == state] for state in ("proven", "failing", "open")}
    if not arguments.json:
        for rule in states["proven"] + states["failing"]:
            print(f"{judged[rule][0]:8} {rule:14} {judged[rule][1]}")
        for rule in unknown:
            print(f"unknown  {rule:14} is named by a scenario and not in docs/rules.yaml")
        print(f"{len(rules)} rules: {len(states['proven'])} proven, {len(states['failing'])} failing, {len(states['open'])} open")
    else:
        print(json.dumps({"rules": len(rules), "proven": len(states["proven"]), "failing": len(states["failing"]),
                          "open": states["open"]}))
    return 1 if states["failing"] or unknown else 0


sys.exit(main())
