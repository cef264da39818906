"""What sentences need: days and lists in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day(date: dt.date) -> str:
    """1 March 2017."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
