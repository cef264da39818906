"""What an expression is worth when it is made of literals and fixed assumptions alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from .case import Assumption, Fixed
from .tree import Arith, AssumptionRef, Call, Expr, Negate, Number, Power

_ARITH: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else math.nan,
}
_CALLS: dict[str, Callable[..., float]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "clip": lambda x, low, high: min(max(x, low), high),
}


def constant(expr: Expr | None, assumptions: Mapping[str, Assumption | None]) -> float | None:
    """The value of a constant expression, infinite or NaN if it has none; None for one that varies.

    Good enough to refuse what can never be right; the model works expressions out by its own arithmetic.
    """
    match expr:
        case Number(value=value):
            return value
        case AssumptionRef(name=name):
            return _fixed(assumptions.get(name))
        case Negate(arg=arg):
            inner = constant(arg, assumptions)
            return None if inner is None else -inner
        case Arith(op=op, left=left, right=right):
            return _apply(_ARITH[op], (left, right), assumptions)
        case Power(base=base, exponent=exponent):
            return _apply(math.pow, (base, exponent), assumptions)
        case Call(name=name, args=args) if name in _CALLS:
            return _apply(_CALLS[name], args, assumptions)
    return None


def _fixed(assumption: Assumption | None) -> float | None:
    distribution = assumption.distribution if assumption else None
    return distribution.value * assumption.factor if assumption and isinstance(distribution, Fixed) else None


def _apply(
    function: Callable[..., float], args: tuple[Expr, ...], assumptions: Mapping[str, Assumption | None]
) -> float | None:
    values = []
    for arg in args:
        value = constant(arg, assumptions)
        if value is None:
            return None
        values.append(value)
    try:
        return function(*values)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan
