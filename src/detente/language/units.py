"""Units as labels with powers: years for time, anything else by its own name.

`1/month`, `kg/year`, `kt^2`, `"1"`: names joined by `*` and `/`, each with an optional power. Time words convert
to years and their factor is kept; every other name is a base of its own.
"""

from __future__ import annotations

import re

from .calendar import YEARS
from .problems import Place, Problems
from .records import dataclass

LONGEST_UNIT = 80
MOST_POWER = 9
# Time in another measure would be a base of its own that never meets a year.
_ODD = ("second", "minute", "hour", "quarter", "decade", "yr", "mo", "wk")
ODD_TIMES = frozenset(f"{word}{ending}" for word in _ODD for ending in ("", "s"))
_PART = re.compile(
    r"\s*(?P<op>[*/·×]|)\s*(?:(?P<one>1)(?![\w.])|(?P<name>[^\W\d]\w*(?: [^\W\d]\w*)*))"
    r"\s*(?:(?:\^|\*\*)\s*(?P<power>-?\d+(?:\.\d+)?))?\s*"
)
_BRACKETS = re.compile(r"/\s*\(([^()/]*)\)")


class UnitError(ValueError):
    """The text is no unit; the message says why."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: `text` as written, `factor` to internal units (time in years), `powers` by base name, sorted."""

    text: str
    factor: float = 1.0
    powers: tuple[tuple[str, float], ...] = ()


def parse_unit(text: str, place: Place, problems: Problems) -> Unit | None:
    """`text` as a unit, or None after adding to `problems` why it is none."""
    try:
        return unit_of(text)
    except UnitError as wrong:
        problems.add("unit_unreadable", place, found=text[:LONGEST_UNIT], why=str(wrong))
        return None


def unit_of(text: str) -> Unit:
    """`text` as a unit. Raises UnitError."""
    said = text.strip()
    if not said:
        raise UnitError('is empty (a plain number has the unit "1")')
    if len(said) > LONGEST_UNIT:
        raise UnitError(f"is longer than {LONGEST_UNIT} characters")
    powers: dict[str, float] = {}
    factor, at = 1.0, 0
    flat = _BRACKETS.sub(lambda match: "/" + match.group(1).replace("*", "/"), said)
    while at < len(flat):
        match = _PART.match(flat, at)
        if not match or (at > 0) != bool(match["op"]):
            raise UnitError(f"cannot be read at {flat[at:].strip()!r}")
        if match["name"]:
            _check_name(match["name"])
            base, power = match["name"], _power(match)
            year = _years(base)
            base = "year" if year else base
            factor *= (year or 1.0) ** power
            powers[base] = powers.get(base, 0.0) + power
        at = match.end()
    return Unit(said, factor, normal(powers))


def _check_name(name: str) -> None:
    if name.lower() in ODD_TIMES:
        raise UnitError(f"counts time by `{name}`; use day, week, month or year")
    if " per " in f" {name}":
        raise UnitError("has the word `per`; write `/`")


def _power(match: re.Match[str]) -> float:
    power = float(match["power"] or 1)
    if abs(power) > MOST_POWER:
        raise UnitError(f"has a power beyond {MOST_POWER}")
    return -power if match["op"] == "/" else power


def _years(name: str) -> float | None:
    """The length of a time word in years, or None for another name."""
    return YEARS.get(name) or (YEARS.get(name[:-1]) if name.endswith("s") else None)


def normal(powers: dict[str, float]) -> tuple[tuple[str, float], ...]:
    """Powers in the one order in which they are kept, without those that cancel."""
    return tuple(sorted((base, float(power)) for base, power in powers.items() if power))


def unit_text(powers: tuple[tuple[str, float], ...]) -> str:
    """Powers as they would be written: `kg/year^2`; a plain number is `1`."""
    above = "*".join(_powered(base, power) for base, power in powers if power > 0)
    below = "".join(f"/{_powered(base, -power)}" for base, power in powers if power < 0)
    return (above or "1") + below


def _powered(base: str, power: float) -> str:
    return base if power == 1 else f"{base}^{power:g}"
