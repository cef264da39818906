"""Days as whole numbers (1 January of year 1 is day 1), and lengths of time counted from them.

Months are calendar months from the origin; a day that a month lacks becomes its last.
"""

from __future__ import annotations

from datetime import date as Date  # noqa: N812
from functools import lru_cache

from detente.language.calendar import Duration, shift

NEVER = 10**9


@lru_cache(maxsize=65_536)
def later(day: int, span: Duration | None, times: int = 1) -> int:
    """`times` spans after a day; the day itself for no span, `NEVER` past the calendar's end."""
    if span is None or day >= NEVER:
        return day
    try:
        return shift(Date.fromordinal(day), span, times).toordinal()
    except (ValueError, OverflowError):
        return NEVER


def day_of(when: Date | None) -> int:
    """The number of a day; `NEVER` for none."""
    return NEVER if when is None else when.toordinal()


@lru_cache(maxsize=65_536)
def iso(day: int | None) -> str | None:
    """A day as it is written; nothing for none."""
    return None if day is None or day >= NEVER else Date.fromordinal(day).isoformat()
