"""The clocks of an argument: its dates, and the pairs of them that race."""

from __future__ import annotations

from ..language.case import Case
from ..language.tree import Aggregate, Before, MeasureAt
from ..language.walk import walk


def races(case: Case) -> tuple[tuple[str, str], ...]:
    """The pairs of dates that some claim compares by `before`, in the order of the claims, each once."""
    found: dict[frozenset[str], tuple[str, str]] = {}
    for claim in case.claims.values():
        for one in walk(claim.says):
            if isinstance(one, Before) and isinstance(one.left, MeasureAt) and isinstance(one.right, MeasureAt):
                pair = (one.left.measure, one.right.measure)
                if pair[0] != pair[1] and all(case.measures[name].kind == "date" for name in pair):
                    found.setdefault(frozenset(pair), pair)
    return tuple(found.values())


def dates(case: Case) -> tuple[str, ...]:
    """The measures that are a plain `first(..)`, those that race first."""
    plain = [name for name, m in case.measures.items() if isinstance(m.value, Aggregate) and m.value.kind == "first"]
    racing = [name for pair in races(case) for name in pair]
    return tuple(name for name in dict.fromkeys([*racing, *plain]) if name in plain)
