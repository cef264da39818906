"""By how much a claim holds in each future, and whether its runs settle that.

The margin of a comparison is left minus right for `>` and `>=`, right minus left for `<` and `<=`: in shares, in
years for dates, in internal units otherwise. For `==` it is 0 where it holds and minus the distance where not,
for `!=` the reverse. `and` has the least margin, `or` the greatest, `not` the opposite; a condition on
assumptions alone is infinitely far from turning. Whether the claim holds is the truth of the comparison at the
estimates, by its exact operator; the margin only measures distance, so 0 holds for `>=` and not for `>`.

A comparison is sure when the 95 % interval of its margin leaves out 0. Two cases need none: `==` and `!=`
compare exactly, and order statistics that tie without width (two medians that are both `never` in every run)
tie for good. `and` is sure when all are surely true or one is surely false. The intervals hold singly: a claim
of several comparisons is settled with less confidence than 95 %.

When dates are compared, `never` counts as the horizon plus one step, or as one step after the latest date
written in the comparison if that is later, so that the sign of the margin is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, TypeAlias

import numpy as np

from ..language.calendar import shift
from ..language.case import Case
from ..language.tree import (
    And,
    Arith,
    Call,
    Compare,
    DateDifference,
    DateLiteral,
    Estimate,
    Expr,
    IfElse,
    Indicator,
    Negate,
    Not,
    Number,
    Or,
    Power,
)
from ..language.walk import walk
from . import spread as spreads
from .estimates import Dated, estimate
from .intervals import Array, Flags
from .runwise import (
    COMPARISON,
    FUNCTIONS,
    Sample,
    days,
    evaluate,
    never_day,
    whole_exponent,
)
from .spread import Spread, constant
from .walks import has_luck, is_date

Sure: TypeAlias = tuple[Flags, Flags]  # surely true, surely false


@dataclass(eq=False)
class Condition:
    """A condition for each future: its truth at the estimates, its margin, and (asked for late) what is sure."""

    holds: Flags
    margin: Array
    make_sure: Callable[[], Sure]
    _sure: Sure | None = field(default=None, init=False)

    @property
    def sure(self) -> Sure:
        """Where it is surely true, and where surely false."""
        if self._sure is None:
            self._sure = self.make_sure()
        return self._sure

    @property
    def settled(self) -> Flags:
        """Where either is."""
        return self.sure[0] | self.sure[1]


def condition(node: Expr, sample: Sample) -> Condition:
    """Judge a condition in each future of a sample. The margin is NaN where an estimate is not defined."""
    if not has_luck(node):
        return _known(node, sample)
    rule = _CONDITIONS.get(type(node))
    if rule is None:
        raise TypeError(f"{type(node).__name__} is not a condition of a claim")
    return rule(node, sample)


def number(node: Expr, sample: Sample) -> Spread:
    """A number in each future of a sample, with its interval."""
    if isinstance(node, Number) or not has_luck(node):
        return constant(_per_future(evaluate(node, sample)))
    rule = _NUMBERS.get(type(node))
    if rule is None:
        raise TypeError(f"{type(node).__name__} is not a number of a claim")
    return rule(node, sample)


def date(node: Expr, sample: Sample) -> Dated:
    """A date in each future of a sample, with its interval."""
    if not has_luck(node):
        value = _per_future(evaluate(node, sample))
        return Dated(value, value, value)
    match node:
        case Estimate():
            made = estimate(node, sample)
            assert isinstance(made, Dated)
            return made
        case IfElse(condition=test, then=then, other=other):
            return _chosen_date(condition(test, sample), date(then, sample), date(other, sample))
    raise TypeError(f"{type(node).__name__} is not a date of a claim")


def _wide(values: Any, sample: Sample) -> Any:
    """[F], also of a scalar."""
    return values if np.ndim(values) else np.broadcast_to(values, (sample.futures,))


def _per_future(values: Any) -> Array:
    """[F, 1] or scalar, as [F] or scalar."""
    array = np.asarray(values)
    return array[:, 0] if array.ndim == 2 else array


def _chosen_date(test: Condition, then: Dated, other: Dated) -> Dated:
    value, low, high = (
        np.where(test.holds, getattr(then, end), getattr(other, end)) for end in ("value", "low", "high")
    )
    low = np.where(test.settled, low, np.minimum(then.low, other.low))
    high = np.where(test.settled, high, np.maximum(then.high, other.high))
    return Dated(value, low, high, then.leaf or other.leaf)


# --- conditions ------------------------------------------------------------------------------------------------


def _known(node: Expr, sample: Sample) -> Condition:
    holds = _wide(_per_future(evaluate(node, sample)), sample).astype(bool)
    return Condition(holds, np.where(holds, np.inf, -np.inf), lambda: (holds, ~holds))


def _compare(node: Compare, sample: Sample) -> Condition:
    if is_date(node.left, sample.case):
        left, right = date(node.left, sample), date(node.right, sample)
        holds = COMPARISON[node.op](left.value, right.value)
        never = _never_beyond(node, sample.case)
        gap = spreads.plus(left.years(never), right.years(never), -1.0)
    else:
        one, other = number(node.left, sample), number(node.right, sample)
        holds = COMPARISON[node.op](one.value, other.value)
        gap = spreads.plus(one, other, -1.0)
    holds = _wide(holds, sample)
    return _exact(node, holds, gap) if node.op in ("==", "!=") else _ordered(node, holds, gap)


def _exact(node: Compare, holds: Flags, gap: Spread) -> Condition:
    distance = np.where(gap.value == 0, 0.0, np.abs(gap.value))
    undefined = np.isnan(gap.value)
    margin = 0.0 - distance if node.op == "==" else distance  # no minus zero: it is printed
    return Condition(holds, margin, lambda: (holds & ~undefined, ~holds & ~undefined))


def _ordered(node: Compare, holds: Flags, gap: Spread) -> Condition:
    rises = node.op in (">", ">=")
    value = gap.value if rises else -gap.value

    def sure() -> Sure:
        down, up = gap.reach if rises else gap.reach[::-1]
        clear = (value - down > 0) | (value + up < 0)
        if gap.exact:
            clear = clear | ((value == 0) & (down == 0) & (up == 0))
        return holds & clear, ~holds & clear

    return Condition(holds, value, sure)


def _never_beyond(node: Compare, case: Case) -> float:
    """The day that `never` counts as in a comparison."""
    written = [days(case, shift(one.day, case.step)) for one in walk(node) if isinstance(one, DateLiteral)]
    return max([never_day(case), *written])


def _and(parts: list[Condition]) -> Condition:
    def sure() -> Sure:
        return (reduce(np.logical_and, [part.sure[0] for part in parts]),
                reduce(np.logical_or, [part.sure[1] for part in parts]))

    holds = reduce(np.logical_and, [part.holds for part in parts])
    return Condition(holds, reduce(np.minimum, [part.margin for part in parts]), sure)


def _not(part: Condition) -> Condition:
    return Condition(~part.holds, -part.margin, lambda: part.sure[::-1])


def _or(parts: list[Condition]) -> Condition:
    return _not(_and([_not(part) for part in parts]))


def _if_else(test: Condition, then: Condition, other: Condition) -> Condition:
    return _or([_and([test, then]), _and([_not(test), other])])


_CONDITIONS: Mapping[type, Callable[[Any, Sample], Condition]] = {
    Compare: _compare,
    And: lambda n, s: _and([condition(arg, s) for arg in n.args]),
    Or: lambda n, s: _or([condition(arg, s) for arg in n.args]),
    Not: lambda n, s: _not(condition(n.arg, s)),
    IfElse: lambda n, s: _if_else(condition(n.condition, s), condition(n.then, s), condition(n.other, s)),
}


# --- numbers ---------------------------------------------------------------------------------------------------


def _arith(node: Arith, sample: Sample) -> Spread:
    left, right = number(node.left, sample), number(node.right, sample)
    match node.op:
        case "+":
            return spreads.plus(left, right)
        case "-":
            return spreads.plus(left, right, -1.0)
        case "*":
            return spreads.product(left, right)
    return spreads.quotient(left, right)


def _negate(node: Negate, sample: Sample) -> Spread:
    part = number(node.arg, sample)
    return spreads.scaled(part, -1.0, -part.value)


def _power(node: Power, sample: Sample) -> Spread:
    base, times = number(node.base, sample), whole_exponent(node)
    if times is not None:
        return reduce(spreads.product, [base] * times, constant(1.0))
    return spreads.curve(
        spreads.product(number(node.exponent, sample), spreads.curve(base, np.log)), np.exp
    )


def _call(node: Call, sample: Sample) -> Spread:
    args = [number(arg, sample) for arg in node.args]
    match node.name:
        case "min" | "max":
            return spreads.extreme(args, np.minimum if node.name == "min" else np.maximum)
        case "clip":
            return spreads.extreme([spreads.extreme(args[:2], np.maximum), args[2]], np.minimum)
        case "abs":
            return spreads.curve(args[0], np.abs, knots=(0.0,))
        case "table":
            points = [_fixed(arg) for arg in args[1:]]
            return spreads.curve(args[0], lambda x: FUNCTIONS["table"](x, *points), knots=points[0::2])
    return spreads.curve(args[0], FUNCTIONS[node.name])


def _fixed(part: Spread) -> Array:
    if part.terms:
        raise TypeError("the points of a table in a claim are numbers, not estimates")
    return part.value


def _difference(node: DateDifference, sample: Sample) -> Spread:
    left, right = (date(side, sample).years(never_day(sample.case)) for side in (node.left, node.right))
    return spreads.plus(left, right, -1.0)


def _chosen(node: IfElse, sample: Sample) -> Spread:
    test = condition(node.condition, sample)
    return spreads.chosen(
        test.holds, lambda: test.settled, number(node.then, sample), number(node.other, sample)
    )


def _indicator(node: Indicator, sample: Sample) -> Spread:
    test = condition(node.condition, sample)
    return spreads.chosen(test.holds, lambda: test.settled, constant(1.0), constant(0.0))


def _estimated(node: Estimate, sample: Sample) -> Spread:
    made = estimate(node, sample)
    if isinstance(made, Dated):
        raise TypeError("a date is not a number: take its difference from another date")
    return made


_NUMBERS: Mapping[type, Callable[[Any, Sample], Spread]] = {
    Estimate: _estimated,
    Arith: _arith,
    Negate: _negate,
    Power: _power,
    Call: _call,
    DateDifference: _difference,
    IfElse: _chosen,
    Indicator: _indicator,
}
