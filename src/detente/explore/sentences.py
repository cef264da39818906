"""Boxes and leaves as sentences: where a claim fails or holds, in the words and units of the case."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from detente.language.case import Case

from .prim import Limits

_OF = {"fails": "failures", "holds": "futures where it holds"}


def sentence(
    case: Case | None, limits: Mapping[str, Limits], rivals: Mapping[str, tuple[str, ...]], of: str,
    coverage: float, density: float,
) -> str:
    """What a box says, such as `fails where bite is below 0.2 1/year (82 % of failures, 91 % pure)`."""
    parts = [restriction(case, name, limit, rivals.get(name)) for name, limit in limits.items()]
    where = " and ".join(parts) if parts else "nothing in particular is assumed"
    return f"{of} where {where} ({coverage:.0%} of {_OF[of]}, {density:.0%} pure)".replace("%", " %")


def restriction(case: Case | None, name: str, limit: Limits, rivals: tuple[str, ...] | None) -> str:
    """One assumption's limits in words."""
    said = name.replace("_", " ")
    if rivals is not None:
        return f"{said} is {' or '.join(rivals[round(v)] for v in limit)}"
    low, high = limit
    unit = _unit(case, name)
    if isfinite(low) and isfinite(high):
        return f"{said} is between {short(low)} and {short(high)}{unit}"
    return f"{said} is above {short(low)}{unit}" if isfinite(low) else f"{said} is below {short(high)}{unit}"


def _unit(case: Case | None, name: str) -> str:
    unit = case.assumptions[name].unit if case and name in case.assumptions else None
    text = str(getattr(unit, "text", "") or "") if unit else ""
    return "" if text in ("", "1") else f" {text}"


def short(value: float) -> str:
    """Three figures."""
    return f"{value:.3g}"
