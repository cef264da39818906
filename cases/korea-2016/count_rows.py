"""Count the rows of the CSIS file that the case's rates rest on: `python count_rows.py provocations.csv`.

The file is not bundled. The rules are the words of its own columns, so that anyone can repeat or dispute the count.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

LONG = ("Satellite Launch", "Intermediate-range", "Inter-Continental")
FIRE = ("Exchange of Fire", "Artillery Fire", "Naval Campaign", "Sinking", "Shelling", "Land Mine")
PERIODS = {  # first and last day watched
    "before 2270": (date(2012, 1, 1), date(2016, 3, 2)),
    "after 2270": (date(2016, 3, 3), date(2016, 9, 30)),
    "ten years": (date(2006, 10, 1), date(2016, 9, 30)),
}


def years(period: str) -> float:
    """How long a period was watched."""
    first, last = PERIODS[period]
    return ((last - first).days + 1) / 365.25


def kind(row: Mapping[str, str]) -> str:
    """`nuclear`, `launch` (intermediate range or longer, satellites included), `clash`, or nothing."""
    if row["type"] == "Nuclear Provocation":
        return "nuclear"
    if row["type"] == "Missile Provocation" and any(word in row["event"] for word in LONG):
        return "launch"
    if row["type"] == "Other Provocation" and any(word in row["event"] for word in FIRE):
        return "clash"
    return ""


def days(rows: Iterable[Mapping[str, str]], what: str, period: str) -> list[date]:
    """The days of a kind in a period; days in a row are one."""
    first, last = PERIODS[period]
    found = sorted({date.fromisoformat(r["date"]) for r in rows if kind(r) == what})
    return [d for d in found if first <= d <= last and d - timedelta(1) not in found]


def main(path: str) -> None:
    """Print counts, exposure and the days."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for period in PERIODS:
        for what in ("nuclear", "launch", "clash"):
            found = days(rows, what, period)
            print(f"{period:12} {years(period):5.2f} years  {what:8} {len(found):3}  ", ", ".join(map(str, found)))


if __name__ == "__main__":
    main(sys.argv[1])
