"""What an expression is worth when it is made of literals and fixed assumptions alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from .case import Assumption, Fixed
from .tree import Arith, AssumptionRef, Call, Expr, Negate, Number

_ARITH: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else math.nan,
}
_CALLS: dict[str, Callable[..., float]] = {"min": min, "max": max, "abs": abs}


def constant(expr: Expr | None, assumptions: Mapping[str, Assumption | None]) -> float | None:
    """The value of a constant expression, or None for one that varies or that this does not work out."""
    if isinstance(expr, Number):
        return expr.value
    if isinstance(expr, Negate):
        inner = constant(expr.arg, assumptions)
        return None if inner is None else -inner
    if isinstance(expr, AssumptionRef):
        assumption = assumptions.get(expr.name)
        fixed = assumption.distribution if assumption else None
        return fixed.value * assumption.factor if assumption and isinstance(fixed, Fixed) else None
    if isinstance(expr, Arith):
        left, right = constant(expr.left, assumptions), constant(expr.right, assumptions)
        return None if left is None or right is None else _ARITH[expr.op](left, right)
    if isinstance(expr, Call) and expr.name in _CALLS:
        values = [constant(arg, assumptions) for arg in expr.args]
        return None if None in values else _CALLS[expr.name](*values)
    return None
