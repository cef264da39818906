"""Numbers, dates and shares as a reader wants them: few digits, with their intervals."""

from __future__ import annotations

import datetime as dt
import math

from detente.language import prose
from detente.language.units import Unit

day, listed = prose.day, prose.listed

LONGEST_LABEL = 60
NONE = "–"


def number(value: float, digits: int = 3) -> str:
    """`digits` significant digits, thousands apart, no trailing zeros."""
    if not math.isfinite(value):
        return NONE if math.isnan(value) else "never"
    if value == 0 or abs(value) < 1e-12:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    if abs(rounded) >= 1e15 or abs(rounded) < 1e-4:
        return f"{value:.{digits - 1}e}".replace("-", "−")
    text = f"{rounded:,.{max(places, 0)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def share(value: float | None) -> str:
    """A share in per cent: whole, but one digit more at the ends; 0 and all only where they are exact."""
    if value is None or math.isnan(value):
        return NONE
    if 0 < value < 0.01 or 0.99 < value < 1:
        shown = min(max(value, 0.001), 0.999)
        return f"{shown:.1%}"
    return f"{value:.0%}"


def span(low: float, high: float) -> str:
    """An interval of shares."""
    return f"{share(low).rstrip('%')} to {share(high)}"


def month(date: dt.date) -> str:
    """March 2017."""
    return f"{prose.MONTHS[date.month - 1][:3]} {date.year}"


def value(it: float | dt.date | str | None, digits: int = 3) -> str:
    """A value of a summary: a number, a date by its month, `never`, or nothing."""
    if it is None:
        return NONE
    if isinstance(it, dt.date):
        return month(it)
    return it if isinstance(it, str) else number(it, digits)


def count(n: int, one: str, many: str = "") -> str:
    """1 claim, 2 claims."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def unit(it: Unit | str | None) -> str:
    """A unit as it follows a number: several of a plain word, nothing for a plain number."""
    text = it.text if isinstance(it, Unit) else it
    if text is None or text == "1":
        return ""
    return f" {text}s" if text.isalpha() and not text.endswith("s") else f" {text}"


def in_words(name: str) -> str:
    """A name of the case as words: `out_of_step` is out of step."""
    return name.replace("_", " ")


def cut(text: str, longest: int = LONGEST_LABEL) -> str:
    """Text cut to fit where it stands in a drawing."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
