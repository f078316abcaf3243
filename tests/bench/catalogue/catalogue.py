#!/usr/bin/env python3
"""Importing a feed of 100,000 rows with `noren import`, again and after a change of every price, exporting it, and
searching what was imported; on SQLite and PostgreSQL. Beside them a floor of the same run: putting the rows into
one plain table. Without a clean `noren verify` at the end there is no figure."""

import argparse
import contextlib
import itertools
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
sys.path[:0] = [str(SOURCE / "tests" / "support"), str(HERE.parent / "checkout")]

from checkout import Postgresql  # noqa: E402
from figures import FULLY_DURABLE, configuration_hash, figure, print_figure, print_json  # noqa: E402
from installation import Installation, built  # noqa: E402

SECONDS_GOAL = 30
MEMORY_GOAL_MB = 300

SERIES = [("Lantern Courier", "灯の配達人"), ("Tide Singer", "潮の歌い手"), ("Harbour Cats", "港の猫たち"), ("Iron Heron", "アイアンヘロン"),
          ("Clockwork Tea House", "からくり茶房"), ("Snowfield Post", "雪原郵便"), ("Moon Rabbit Bakery", "月兎製パン"), ("Night Ferry", "夜行船")]
NAMES = [("Mio", "ミオ"), ("Rinne", "リンネ"), ("Nagi", "ナギ"), ("Yukari", "ユカリ"), ("Hana", "ハナ"), ("Koto", "コト"), ("Usa", "ウサ"), ("Ren", "レン"),
         ("Sui", "スイ"), ("Kohaku", "コハク"), ("Sumire", "スミレ"), ("Fubuki", "フブキ")]
KINDS = [("complete figure", "フィギュア"), ("plush", "ぬいぐるみ"), ("plastic kit", "プラモデル"), ("acrylic stand", "アクリルスタンド"), ("art book", "画集"), ("Pocket Friends", "ねんどろ風")]
STATES = ["in_stock", "in_stock", "in_stock", "pre_order", "back_order", "unavailable", "tentative_pre_order"]
SEARCHES = ["lantern", "courier mio", "灯の配達人", "ミオ", "みお", "figure", "figu", "plush rinne", "ITEM-0004711", "item0004711", "ぬいぐるみ", "nuigurumi",
            "1/7 complete", "夜行船 レン", "アイアンヘロン", "snowfield post yukari art book", "茶", "nothing of this kind", "maker 17", "harbour cats 画集"]


class OwnSimulator:
    """An address that nobody asks: no payment is made here."""
    address = "http://127.0.0.1:9"


def write_feed(path, rows, price_up):
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as feed:
        feed.write("id\ttitle\tdescription\tlink\timage_link\tavailability\tsale_state\trelease_month\tprice\tcondition\tbrand\tproduct_type\tshipping_weight\t"
                   "shipping_length\tshipping_width\tshipping_height\titem_group_id\tstock_on_hand\tpurchase_limit\n")
        for number in range(rows):
            (series, series_ja), (name, name_ja), (kind, kind_ja) = chance.choice(SERIES), chance.choice(NAMES), chance.choice(KINDS)
            state = chance.choice(STATES)
            feed.write("\t".join((
                f"ITEM-{number:07}", f"{series} {name} 1/{chance.choice((4, 6, 7, 8))} {kind} no. {number}",
                f"{series_ja} {name_ja} {kind_ja}。高さ約{chance.randrange(10, 40)}cm。Painted PVC, about {chance.randrange(10, 40)} cm high. Pictures show a prototype.",
                f"https://maker.example/items/{number}", f"/media/ITEM-{number:07}.svg",
                "in_stock" if state == "in_stock" else "preorder", state, f"2027-{chance.randrange(1, 13):02}" if "pre_order" in state else "",
                f"{chance.randrange(500, 30000) + price_up} JPY", "new", f"Maker {chance.randrange(200)}", f"{chance.choice(('Figures', 'Goods', 'Books'))} > Scale {chance.randrange(9)}",
                f"{chance.randrange(100, 3000)} g", "30 cm", "20 cm", "15 cm", "", str(chance.randrange(50)) if state == "in_stock" else "", "3" if chance.random() < .2 else "")) + "\n")


def timed(shop, *arguments, output=subprocess.PIPE):
    """Runs `noren ARGUMENTS`: seconds, seconds of its own CPU, peak resident MB, what it said."""
    started = time.monotonic()
    process = subprocess.Popen([str(shop.noren), "--config", str(shop.folder / "config"), *arguments], env=shop.environment, cwd=shop.folder,
                               stdout=output, stderr=shop.log, text=True)
    said = process.stdout.read() if output == subprocess.PIPE else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"noren {' '.join(arguments)}: {said}\n{shop.last_words()}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def sqlite_floor(folder, feed):
    """Seconds that Python takes to put the same rows into one table, without search, stock or check, synced as often."""
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = full")
    started = time.monotonic()
    with feed.open(encoding="utf-8") as lines:
        columns = len(next(lines).split("\t"))
        database.execute(f"create table item ({', '.join(f'c{number}' for number in range(columns))}, primary key (c0))")
        while rows := [line.rstrip("\n").split("\t") for line in itertools.islice(lines, 500)]:
            database.execute("begin immediate")
            database.executemany(f"insert into item values ({', '.join('?' * columns)})", rows)
            database.execute("commit")
    return time.monotonic() - started


def measure(options, folder, stack):
    feeds = folder / "first.tsv", folder / "second.tsv"
    for feed, price_up in zip(feeds, (0, 10)):
        write_feed(feed, options.rows, price_up)
    postgresql = Postgresql(tempfile.mkdtemp(prefix="noren-pg-"))
    stack.callback(postgresql.stop)
    values = {}

    def saw(name, value):
        values[name] = value
        print(f"  {name}: {value:.2f}", file=sys.stderr)

    for database, connection in (("sqlite", None), ("postgresql", postgresql.connection)):
        place = folder / database
        place.mkdir()
        shop = Installation(options.build, SOURCE, place, OwnSimulator, connection)
        seconds, cpu, memory, said = timed(shop, "import", str(feeds[0]), "--storefront", "amiami", "--json")
        if json.loads(said)["imported"] != options.rows:
            raise SystemExit(f"not every row was imported: {said}")
        saw(f"{database}, import s", seconds)
        saw(f"{database}, import CPU s", cpu)
        saw(f"{database}, import rows/s", options.rows / seconds)
        saw(f"{database}, import peak MB", memory)
        seconds, _, memory, _ = timed(shop, "import", str(feeds[1]), "--storefront", "amiami", "--strict")
        saw(f"{database}, strict import over it s", seconds)
        saw(f"{database}, strict import over it peak MB", memory)
        with open(place / "export.xml", "w", encoding="utf-8") as out:
            seconds, _, memory, _ = timed(shop, "export", "--storefront", "amiami", "--format", "xml", output=out)
        saw(f"{database}, export s", seconds)
        seconds, _, memory, _ = timed(shop, "import", str(place / "export.xml"), "--storefront", "amiami")
        saw(f"{database}, import of that XML s", seconds)
        saw(f"{database}, import of that XML peak MB", memory)
        where = [connection, "1"] if connection else [str(place / "data" / "amiami.db")]
        done = subprocess.run([built(options.build, "search_bench"), *where], input="\n".join(SEARCHES), check=True, stdout=subprocess.PIPE, text=True)
        result = json.loads(done.stdout)
        saw(f"{database}, search p50 ms", result["search_p50_ms"])
        saw(f"{database}, search p95 ms", result["search_p95_ms"])
        saw(f"{database}, list p95 ms", result["list_p95_ms"])
        saw(f"{database}, categories ms", result["categories_ms"])
        clean, words = shop.verify()
        if not clean:
            raise SystemExit(f"noren verify on {database}, so there are no figures: {words}")
    saw("floor: plain inserts on SQLite s", sqlite_floor(folder, feeds[0]))
    return values


def figures_of(values):
    figures = []
    for name, value in values.items():
        goal = SECONDS_GOAL if "import" in name and name.endswith(" s") and "floor" not in name and "CPU" not in name else MEMORY_GOAL_MB if name.endswith("MB") else None
        unit = name.rsplit(" ", 1)[1]
        figures.append(figure(name, value, unit, ("<=", goal) if goal else None))
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(f"{FULLY_DURABLE}; 500 rows a transaction\n"
          f"isolation: no plugin is asked; configuration: {configuration_hash()}; no decision is made", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="noren-bench-") as folder, contextlib.ExitStack() as stack:
        figures = figures_of(measure(options, pathlib.Path(folder), stack))
    for one in figures:
        print_figure(one, width=7)
    if options.json:
        print_json("catalogue", figures)


if __name__ == "__main__":
    main()
