#!/usr/bin/env python3
"""Checkouts through the API at 1, 8 and 32 shoppers, on SQLite and PostgreSQL, beside the bare SQL floor of placing an
order in the same run: rounds of all of them, interleaved, medians. PayPal is its simulator, without delay. Without a
clean `noren verify` at the end there is no figure."""

import argparse
import contextlib
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "support"))

from figures import FULLY_DURABLE, configuration_hash, figure, print_figure, print_json  # noqa: E402
from installation import Installation, Simulator, built  # noqa: E402

SHOPPERS = (1, 8, 32)
CPU_GOAL_MS = 3
ITEMS = 1000


class Postgresql:
    """A cluster of its own that, unlike the tests', syncs what it commits."""

    def __init__(self, folder):
        self.script = SOURCE / "tests" / "support" / "postgresql.sh"
        self.folder = folder
        self.connection = subprocess.run([self.script, "start", folder], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        as_owner = re.sub(r"user=\S+", "user=postgres", self.connection)
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self.sql(f"alter system set {setting} = on", as_owner)
        self.sql("select pg_reload_conf()", as_owner)
        self.process = int((pathlib.Path(folder) / "cluster" / "data" / "postmaster.pid").read_text().splitlines()[0])

    def sql(self, text, connection=None):
        done = subprocess.run(["psql", "-qXAt", connection or self.connection, "-c", text], check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def prepare_floor(self):
        subprocess.run(["psql", "-qX", self.connection, "-f", HERE.parent / "sql_floor" / "schema.sql"], check=True, stdout=subprocess.DEVNULL)

    def floor(self, script, clients, seconds):
        done = subprocess.run(
            ["pgbench", "-n", "-M", "prepared", "-f", HERE.parent / "sql_floor" / script, "-c", str(clients), "-j", "1",
             "-T", str(seconds), self.connection],
            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        found = re.search(r"tps = ([0-9.]+)", done.stdout)
        return float(found.group(1)) if found else 0.0  # nothing was done in time

    def stop(self):
        subprocess.run([self.script, "stop", self.folder], check=True)
        shutil.rmtree(self.folder)


def sqlite_floor(build, folder, seconds):
    done = subprocess.run([built(build, "sqlite_floor"), f"{folder}/floor.db", str(seconds)], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)["per_second"]


def checkouts(build, shop, flow, shoppers, seconds, processes):
    command = [str(built(build, "loadgen")), str(flow), str(shop.port), "--shoppers", str(shoppers), "--warm", "1", "--run", str(seconds)]
    for name, process in processes.items():
        command += ["--process", f"{name}={process}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    result = json.loads(done.stdout or "{}")
    if done.returncode != 0 or result.get("failed"):
        raise SystemExit(f"checkouts failed: {done.stdout}\n{shop.last_words()}")
    return result


def measure(options, folder, stack):
    simulator = Simulator(options.build, folder, "--relaxed", "--auto-approve")
    stack.callback(simulator.stop)
    postgresql = Postgresql(tempfile.mkdtemp(prefix="noren-pg-"))
    stack.callback(postgresql.stop)
    postgresql.prepare_floor()

    shops = {}
    for name, connection in (("sqlite", None), ("postgresql", postgresql.connection)):
        place = folder / name
        place.mkdir()
        shops[name] = Installation(options.build, SOURCE, place, simulator, connection)
        skus = shops[name].stock_up(ITEMS, 1_000_000)
        shops[name].start()
        stack.callback(shops[name].stop)
    flow = folder / "checkout.yaml"
    flow.write_text((HERE / "checkout.yaml").read_text())
    (folder / "skus.txt").write_text("\n".join(skus) + "\n")

    seen = {}

    def saw(name, value):
        seen.setdefault(name, []).append(value)
        print(f"  {name}: {value:.2f}", file=sys.stderr)

    for number in range(1, options.rounds + 1):
        print(f"round {number} of {options.rounds}", file=sys.stderr)
        saw("sqlite floor, orders/s", sqlite_floor(options.build, folder, options.floor_seconds))
        for clients in SHOPPERS:
            saw(f"postgresql floor, {clients} clients, orders/s", postgresql.floor("one_call.sql", clients, options.floor_seconds))
        for database, shop in shops.items():
            processes = {"noren": shop.process.pid}
            if database == "postgresql":
                processes["database"] = postgresql.process
            for shoppers in SHOPPERS:
                result = checkouts(options.build, shop, flow, shoppers, options.seconds, processes)
                label = f"{database}, {shoppers} shoppers"
                saw(f"{label}, checkouts/s", result["per_second"])
                saw(f"{label}, p50 ms", result["p50_ms"])
                saw(f"{label}, p95 ms", result["p95_ms"])
                saw(f"{label}, CPU ms a checkout", result["cpu_ms_each"]["noren"])
                if "database" in result["cpu_ms_each"]:
                    saw(f"{label}, database CPU ms a checkout", result["cpu_ms_each"]["database"])
                saw(f"{label}, memory MB", result["memory_mb"]["noren"])
    for database, shop in shops.items():
        shop.stop()
        clean, said = shop.verify()
        if not clean:
            raise SystemExit(f"noren verify on {database}, so there are no figures: {said}")
    return {name: statistics.median(values) for name, values in seen.items()}


def figures_of(medians):
    figures = []
    for name, value in medians.items():
        has_goal = name.endswith("CPU ms a checkout") and "database" not in name
        unit = "ms" if " ms" in name else "MB" if name.endswith("MB") else "1/s"
        figures.append(figure(name, value, unit, ("<=", CPU_GOAL_MS) if has_goal else None))
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--floor-seconds", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(f"{FULLY_DURABLE}\n"
          "isolation: gateways and carriers each in a process of their own; policies in the server's\n"
          f"configuration: {configuration_hash()}; decisions are recorded", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="noren-bench-") as folder, contextlib.ExitStack() as stack:
        figures = figures_of(measure(options, pathlib.Path(folder), stack))
    for one in figures:
        print_figure(one)
    if options.json:
        print_json("checkout", figures)


if __name__ == "__main__":
    main()
