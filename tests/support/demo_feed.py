#!/usr/bin/env python3
"""The demo's feed with its releases as many months ahead of today as they were of the month in which it was written: a
pre-order is one whenever the demo is looked at."""

import argparse
import csv
import datetime
import pathlib
import re

WRITTEN = 2026 * 12 + 10  # November 2026, counted in months
COLUMNS = ("availability_date", "release_month")


def moved(date, months):
    """`YYYY-MM` or `YYYY-MM-DD`, later by whole months; the day at most the 28th, which every month has."""
    found = re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", date)
    if not found:
        return date
    year, month = divmod(int(found[1]) * 12 + int(found[2]) - 1 + months, 12)
    day = f"-{min(int(found[3]), 28):02}" if found[3] else ""
    return f"{year:04}-{month + 1:02}{day}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("feed", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--today", type=datetime.date.fromisoformat, default=datetime.date.today())
    options = parser.parse_args()
    months = max(0, options.today.year * 12 + options.today.month - 1 - WRITTEN)
    with open(options.feed, newline="", encoding="utf-8") as source, open(options.out, "w", newline="", encoding="utf-8") as out:
        rows = csv.reader(source, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = next(rows)
        places = [header.index(column) for column in COLUMNS]
        out.write("\t".join(header) + "\n")
        for row in rows:
            for place in places:
                row[place] = moved(row[place], months) if months else row[place]
            out.write("\t".join(row) + "\n")


if __name__ == "__main__":
    main()
