"""What a benchmark ends with: its figures as a table and, for programs, as one line of JSON. A figure is a dictionary of
`name`, `value`, `unit`, `goal` (a text such as "<= 3", or None) and `reached` (None without a goal)."""

import hashlib
import json
import pathlib
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FULLY_DURABLE = "durability: SQLite WAL with synchronous=FULL; PostgreSQL fsync, synchronous_commit=on"


def configuration_hash():
    """Of the configuration that is measured, shortened."""
    configuration = hashlib.sha256()
    for file in sorted((SOURCE / "config").rglob("*.yaml")):
        configuration.update(file.read_bytes())
    return configuration.hexdigest()[:16]


def figure(name, value, unit, goal=None, digits=3):
    """A figure, with whether it reaches its goal: (">=" or "<=", a number), or None."""
    if goal is None:
        return {"name": name, "value": round(value, digits), "unit": unit, "goal": None, "reached": None}
    sign, wanted = goal
    return {"name": name, "value": round(value, digits), "unit": unit, "goal": f"{sign} {wanted}",
            "reached": value >= wanted if sign == ">=" else value <= wanted}


def print_figure(one, width=4):
    """One line of the table; units take `width` characters."""
    goal = f"  (goal {one['goal']}: {'reached' if one['reached'] else 'NOT reached'})" if one["goal"] else ""
    print(f"{one['value']:>12} {one['unit']:<{width}} {one['name']}{goal}", flush=True)


def print_json(bench, figures):
    """The last line, for programs."""
    commit = subprocess.run(["git", "-C", SOURCE, "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, text=True).stdout.strip()
    print(json.dumps({"bench": bench, "commit": commit, "figures": figures}))
