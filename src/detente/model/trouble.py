"""Where a value came from that no run may have: not the stock that read it last, but the auxiliary that it began in.

Runs do not guard auxiliaries: one may be infinite as long as nothing makes use of that. A run in trouble is played
again by a watchful form, in which they are guarded too.
"""

from __future__ import annotations

from collections.abc import Sequence

from detente.language.case import Case
from detente.language.tree import Expr, QuantityRef
from detente.language.walk import walk

from .form import Guard
from .reference import Trouble


def explained(case: Case, troubles: Sequence[Trouble]) -> tuple[str, Trouble]:
    """Whose value it was that put a run in trouble, in words, and where it began: in the first auxiliary of that step
    that has no finite value and is read for it, else in itself. `troubles` are those of a watchful run, in order."""
    worst = next(t for t in troubles if not _is_auxiliary(case, t.guard))
    read = _auxiliaries(case, worst.guard.expr)
    for trouble in troubles:
        guard = trouble.guard
        if trouble.step == worst.step and guard.what in read and _is_auxiliary(case, guard):
            article = "the " if worst.guard.kind in ("mean", "chance", "size") else ""
            return f"{guard.what}, which is read for {article}{worst.guard.what},", trouble
    return worst.guard.what, worst


def _is_auxiliary(case: Case, guard: Guard) -> bool:
    quantity = case.quantities.get(guard.what)
    return quantity is not None and quantity.is_auxiliary and guard.expr is quantity.value


def _auxiliaries(case: Case, expr: Expr | None) -> set[str]:
    """The auxiliaries that an expression reads, and those that they read."""
    found: set[str] = set()
    waiting = [expr]
    while waiting:
        for node in walk(waiting.pop()):
            if isinstance(node, QuantityRef) and node.name not in found and case.quantities[node.name].is_auxiliary:
                found.add(node.name)
                waiting.append(case.quantities[node.name].value)
    return found
