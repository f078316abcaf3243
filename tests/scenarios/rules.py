#!/usr/bin/python3
"""Counts the shops' rules that a passing scenario proves, and mutates the configuration to see that it does.

A rule of docs/rules.yaml is proven when it names the configuration that holds it and a scenario that names the rule
passes; or when it names a test of this repository. With --mutate each path of a proven rule is removed and changed in a
copy of the configuration: a rule whose scenarios all still pass is not proven but failing.
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

    def tries(self, scenario, config):
        """Whether the scenario passes under this configuration, and what was said."""
        run = subprocess.run(
            [self.program, "try", scenario, "--config", config, "--plugins", self.build / "plugins"],
            capture_output=True, text=True, timeout=120)
        return run.returncode == 0, run.stdout + run.stderr


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
    if isinstance(value, list):
        return value[1:]
    return None


def layers(config, storefront):
    """The storefront's file and those it extends, the file itself first."""
    path = config / "storefronts" / f"{storefront}.yaml"
    while path:
        tree = yaml.safe_load(path.read_text())
        yield path, tree
        path = (path.parent / tree["extends"]).resolve() if "extends" in tree else None


def mutate(config, storefront, path, change):
    """Applies `change(parent, last)` to the layer that holds the path. False when none does."""
    steps = steps_of(path)
    for file, tree in layers(config, storefront):
        parent = parent_of(tree, steps)
        if parent is not None:
            if change(parent, steps[-1]) is False:
                return False
            file.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))
            return True
    return False


def mutations(rule):
    """Name and change of each way in which the rule's configuration is broken."""
    def remove(parent, last):
        del parent[last]

    def changed_to(value):
        def change(parent, last):
            parent[last] = value
        return change

    def to_neighbour(parent, last):
        value = neighbour(parent[last])
        if value is None:
            return False
        parent[last] = value
        return True

    for entry in rule.get("configuration", []):
        path = entry if isinstance(entry, str) else entry["path"]
        yield path, "removed", remove
        if isinstance(entry, dict):
            yield path, f"changed to {entry['to']}", changed_to(entry["to"])
        else:
            yield path, "changed", to_neighbour


def survivors(noren, rule, scenarios):
    """Mutations of the rule's configuration that none of its scenarios notices."""
    for path, name, change in mutations(rule):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "config"
            shutil.copytree(ROOT / "config", config)
            applied = mutate(config, rule["storefront"], path, change)
            if not applied:
                if name == "removed":
                    yield f"{path} does not stand in the configuration"
                continue
            if all(noren.tries(scenario, config)[0] for scenario in scenarios):
                yield f"{path} {name}"


def judge(noren, rule, scenarios, with_mutations):
    """(state, words): proven, failing or open."""
    if "test" in rule:
        return "proven", f"by test {rule['test']}"
    if not scenarios:
        return "open", "no scenario names it"
    for scenario in scenarios:
        passed, said = noren.tries(scenario, ROOT / "config")
        if not passed:
            return "failing", f"{scenario.relative_to(ROOT)} fails:\n{said}"
    if not rule.get("configuration"):
        return "open", "docs/rules.yaml names no configuration that holds it"
    if with_mutations:
        alive = list(survivors(noren, rule, scenarios))
        if alive:
            return "failing", "no scenario notices: " + "; ".join(alive)
    return "proven", ", ".join(str(s.relative_to(ROOT)) for s in scenarios)


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
