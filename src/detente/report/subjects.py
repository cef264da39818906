"""What the argument is about: the quantities and dates that its claims hang on, found by their resolved names."""

from __future__ import annotations

from collections.abc import Iterator

from detente.claims.clocks import races
from detente.language.case import Case
from detente.language.tree import Expr, MeasureAt, QuantityRef
from detente.language.walk import walk

MOST = 6


def main_quantities(case: Case, most: int = MOST) -> tuple[str, ...]:
    """The quantities to draw: those of the clocks that race first, then those of claims and goals."""
    clocks = [name for pair in races(case) for name in pair]
    claimed = [one.measure for claim in case.claims.values() for one in walk(claim.says) if isinstance(one, MeasureAt)]
    order = dict.fromkeys([*clocks, *case.goals, *claimed, *case.measures])
    found = dict.fromkeys(q for name in order if name in case.measures for q in quantities_of(case.measures[name].value))
    rest = [name for name, q in case.quantities.items() if not q.is_auxiliary]
    return tuple(list(found or dict.fromkeys(rest))[:most])


def quantities_of(*exprs: Expr | None) -> Iterator[str]:
    """The quantities that expressions name, inside aggregates over a run only if there are any."""
    for one in walk(*exprs):
        if isinstance(one, QuantityRef):
            yield one.name
