"""What the argument is about: the quantities and dates that its claims hang on, found by their resolved names."""

from __future__ import annotations

from collections.abc import Iterator

from detente.claims.clocks import races
from detente.language.case import Case
from detente.language.tree import Expr, MeasureAt, Number, QuantityRef
from detente.language.walk import walk

MOST = 6


def main_quantities(case: Case, most: int = MOST) -> tuple[str, ...]:
    """The quantities to draw: those of the clocks that race first, then those of claims and goals."""
    clocks = [name for pair in races(case) for name in pair]
    said = [one for claim in case.claims.values() for one in walk(claim.says)]
    claimed = [one.measure for one in said if isinstance(one, MeasureAt)]
    order = dict.fromkeys([*clocks, *case.goals, *claimed, *case.measures])
    known = (name for name in order if name in case.measures)
    found = dict.fromkeys(q for name in known for q in quantities_of(case.measures[name].value) if not _flag(case, q))
    rest = [name for name, q in case.quantities.items() if not q.is_auxiliary]
    return tuple(list(found or dict.fromkeys(rest))[:most])


def quantities_of(*exprs: Expr | None) -> Iterator[str]:
    """The quantities that expressions name, inside aggregates over a run only if there are any."""
    for one in walk(*exprs):
        if isinstance(one, QuantityRef):
            yield one.name


def _flag(case: Case, name: str) -> bool:
    """Whether a stock only marks that an event has happened: nothing changes it but events."""
    quantity = case.quantities[name]
    return isinstance(quantity.change, Number) and quantity.change.value == 0 and quantity.shock is None


def conclusion(case: Case, judged: tuple[str, ...]) -> str | None:
    """The claim that rests on others and that no other rests on, with the most beneath it; else the last one."""
    used = {premise for name in judged for premise in case.claims[name].because}
    tops = [name for name in judged if case.claims[name].because and name not in used]
    return max(tops, key=lambda name: len(beneath(case, name)), default=judged[-1] if judged else None)


def beneath(case: Case, name: str) -> set[str]:
    """The premises of a claim, and theirs."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for premise in case.claims[waiting.pop()].because:
            if premise in case.claims and premise not in found:
                found.add(premise)
                waiting.append(premise)
    return found
