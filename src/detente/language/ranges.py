"""The least and greatest that an expression can be, by interval arithmetic (Moore 1966).

Sound and rough: the true values of every future and run lie within the interval, which may be wider. Conditions
are intervals within 0..1, dates are day numbers with `never` at infinity.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from . import tree as t
from .case import Case
from .support import support

Interval: TypeAlias = tuple[float, float]
ANY: Interval = (-math.inf, math.inf)
MAYBE: Interval = (0.0, 1.0)
MOST_NESTED = 40  # auxiliaries read through each other; beyond that anything is possible


@dataclass(slots=True)
class Ranges:
    """Intervals of the expressions of one case; those of its quantities and measures are kept."""

    case: Case
    _quantities: dict[str, Interval] = field(default_factory=dict)
    _measures: dict[str, Interval] = field(default_factory=dict)
    _depth: int = 0

    def of(self, expr: t.Expr) -> Interval:
        """The interval of an expression."""
        low, high = self._over_runs(expr)
        return ANY if math.isnan(low) or math.isnan(high) else (low, high)

    def _over_runs(self, expr: t.Expr) -> Interval:
        """What looks over runs or joins conditions; the rest is left to `_within_step`."""
        match expr:
            case t.Aggregate():
                return _aggregate(self, expr)
            case t.Estimate():
                return _estimate(self, expr)
            case t.MeasureAt(measure=name):
                return self.measure(name)
            case t.Before():
                return _before(self, expr)
            case t.Compare():
                return _compare(self, expr)
            case t.CompareLevel() | t.CompareRival() | t.GraphTruth():
                return MAYBE
            case t.And(args=args):
                parts = [self.of(arg) for arg in args]
                return min(low for low, _ in parts), min(high for _, high in parts)
            case t.Or(args=args):
                parts = [self.of(arg) for arg in args]
                return max(low for low, _ in parts), max(high for _, high in parts)
            case t.Not(arg=arg):
                return _opposite(self.of(arg))
            case t.Truth(value=value):
                return float(value), float(value)
        return self._within_step(expr)

    def _within_step(self, expr: t.Expr) -> Interval:
        match expr:
            case t.Number(value=value):
                return value, value
            case t.Never():
                return math.inf, math.inf
            case t.DateLiteral(day=day):
                return float(day.toordinal()), float(day.toordinal())
            case t.AssumptionRef(name=name):
                return self.assumption(name)
            case t.QuantityRef(name=name):
                return self.quantity(name)
            case t.OptionValue(option=name):
                return self.option(name)
            case t.EventCount(name=name):
                return self.event(name)
            case t.Arith(op=op, left=left, right=right):
                return _ARITH[op](self.of(left), self.of(right))
            case t.Negate(arg=arg):
                low, high = self.of(arg)
                return -high, -low
            case t.Power(base=base, exponent=exponent):
                return _power(self.of(base), self.of(exponent))
            case t.IfElse():
                return _if_else(self, expr)
            case t.Call(name=name, args=args) if name in _CALLS:
                return _CALLS[name](*map(self.of, args))
            case t.Indicator(condition=condition):
                return self.of(condition)
            case t.DateDifference(left=left, right=right):
                return _difference(self.of(left), self.of(right))
        return ANY

    def quantity(self, name: str) -> Interval:
        """A stock lies within its bounds, once it has left its start; an auxiliary where its expression does."""
        quantity = self.case.quantities[name]
        if quantity.value is None:
            if quantity.within is None or quantity.start is None:
                return ANY
            return _union(quantity.within, self.of(quantity.start))
        if name not in self._quantities:
            if self._depth >= MOST_NESTED:
                return ANY
            self._depth += 1
            self._quantities[name] = self.of(quantity.value)
            self._depth -= 1
        return self._quantities[name]

    def assumption(self, name: str) -> Interval:
        """Where the distribution can fall, in internal units."""
        assumption = self.case.assumptions[name]
        low, high = support(assumption.distribution)
        return low * assumption.factor, high * assumption.factor

    def option(self, name: str) -> Interval:
        """The values of an option's levels."""
        values = self.case.options[name].values
        return (min(values), max(values)) if values else ANY

    def event(self, name: str) -> Interval:
        """How often an event can happen within a run."""
        event = self.case.events[name]
        return (0.0, math.inf if event.at is None else float(len(event.at)))

    def measure(self, name: str) -> Interval:
        """What a run can yield."""
        if name not in self._measures:
            self._measures[name] = self.of(self.case.measures[name].value)
        return self._measures[name]

    @property
    def run(self) -> Interval:
        """The days on which a step ends, and never."""
        return float(self.case.day(1).toordinal()), math.inf


# --- arithmetic ------------------------------------------------------------------------------------------------


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def _product(a: Interval, b: Interval) -> Interval:
    corners = [_times(x, y) for x in a for y in b]
    return min(corners), max(corners)


def _quotient(a: Interval, b: Interval) -> Interval:
    if b[0] <= 0 <= b[1]:
        return ANY
    return _product(a, (1 / b[1], 1 / b[0]))


_ARITH: dict[str, Callable[[Interval, Interval], Interval]] = {
    "+": lambda a, b: (a[0] + b[0], a[1] + b[1]),
    "-": lambda a, b: (a[0] - b[1], a[1] - b[0]),
    "*": _product,
    "/": _quotient,
}


def _power(base: Interval, exponent: Interval) -> Interval:
    """Exact for 0 and 1; else only whether it can be negative."""
    e = exponent[0]
    whole = e == exponent[1] and math.isfinite(e) and e == int(e)
    if whole and e in (0, 1):
        return base if e else (1.0, 1.0)
    return (0.0, math.inf) if base[0] >= 0 or (whole and e % 2 == 0) else ANY


def _union(*parts: Interval) -> Interval:
    return min(low for low, _ in parts), max(high for _, high in parts)


def _if_else(ranges: Ranges, expr: t.IfElse) -> Interval:
    condition = ranges.of(expr.condition)
    parts = [ranges.of(e) for e, possible in ((expr.then, condition[1]), (expr.other, 1 - condition[0])) if possible]
    return _union(*parts)


def _monotone(function: Callable[[float], float], low: float, high: float) -> Callable[[Interval], Interval]:
    """A rising function; what overflows or is undefined ends at its limits."""

    def at(x: float) -> float:
        try:
            return min(max(function(x), low), high)
        except ValueError:
            return low
        except OverflowError:
            return high if x > 0 else low

    return lambda x: (at(x[0]), at(x[1]))


def _abs(x: Interval) -> Interval:
    least = 0.0 if x[0] <= 0 <= x[1] else min(abs(x[0]), abs(x[1]))
    return least, max(abs(x[0]), abs(x[1]))


def _clip(x: Interval, low: Interval, high: Interval) -> Interval:
    return min(max(x[0], low[0]), high[0]), min(max(x[1], low[1]), high[1])


_CALLS: dict[str, Callable[..., Interval]] = {
    "min": lambda *xs: (min(x[0] for x in xs), min(x[1] for x in xs)),
    "max": lambda *xs: (max(x[0] for x in xs), max(x[1] for x in xs)),
    "abs": _abs,
    "exp": _monotone(math.exp, 0.0, math.inf),
    "log": _monotone(math.log, -math.inf, math.inf),
    "sqrt": _monotone(math.sqrt, 0.0, math.inf),
    "logistic": _monotone(lambda x: 1 / (1 + math.exp(-x)), 0.0, 1.0),
    "clip": _clip,
    "smooth": lambda x, _time: x,
    "delay": lambda x, _time: x,
    "table": lambda _x, *points: _union(*points[1::2]),
}


# --- conditions ------------------------------------------------------------------------------------------------


def _less(a: Interval, b: Interval) -> Interval:
    return _truth(a[1] < b[0], a[0] >= b[1])


def _truth(always: bool, never: bool) -> Interval:
    return (1.0, 1.0) if always else (0.0, 0.0) if never else MAYBE


def _opposite(a: Interval) -> Interval:
    return 1 - a[1], 1 - a[0]


def _equal(a: Interval, b: Interval) -> Interval:
    return _truth(a[0] == a[1] == b[0] == b[1], a[1] < b[0] or b[1] < a[0])


_COMPARE: dict[str, Callable[[Interval, Interval], Interval]] = {
    "<": _less,
    ">": lambda a, b: _less(b, a),
    "<=": lambda a, b: _opposite(_less(b, a)),
    ">=": lambda a, b: _opposite(_less(a, b)),
    "==": _equal,
    "!=": lambda a, b: _opposite(_equal(a, b)),
}


def _compare(ranges: Ranges, expr: t.Compare) -> Interval:
    if expr.left == expr.right:
        return (1.0, 1.0) if expr.op in ("<=", ">=", "==") else (0.0, 0.0)
    return _COMPARE[expr.op](ranges.of(expr.left), ranges.of(expr.right))


def _before(ranges: Ranges, expr: t.Before) -> Interval:
    left = ranges.of(expr.left)
    if expr.left == expr.right or left[0] == math.inf:
        return 0.0, 0.0
    return MAYBE


# --- over runs -------------------------------------------------------------------------------------------------


def _aggregate(ranges: Ranges, expr: t.Aggregate) -> Interval:
    inner = ranges.of(expr.arg)
    if expr.kind == "first":
        if inner == (0.0, 0.0):
            return math.inf, math.inf
        return (ranges.run[0], ranges.run[0]) if inner == (1.0, 1.0) else ranges.run
    if expr.kind in ("share", "ever"):
        return inner if inner[0] == inner[1] else MAYBE
    if expr.kind == "total":
        years = ranges.case.horizon * ranges.case.dt
        return _product(inner, (years, years))
    return inner


def _estimate(ranges: Ranges, expr: t.Estimate) -> Interval:
    inner = ranges.of(expr.body)
    if expr.kind == "P":
        return inner if inner[0] == inner[1] else MAYBE
    return inner


def _difference(left: Interval, right: Interval) -> Interval:
    """Rough: only its sign where one date is later for sure."""
    return (0.0, math.inf) if left[0] >= right[1] else (-math.inf, 0.0) if left[1] <= right[0] else ANY
