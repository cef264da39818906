"""Conditions and numbers of an agreement as functions of its automaton and of the totals of the clause they stand in.

One row for each kind of node. Nothing is evaluated as text: the typed tree becomes nested functions.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from detente.language import tree as t
from detente.language.calendar import DAYS_A_YEAR
from detente.language.walk import walk

from .rows import Totals

if TYPE_CHECKING:
    from .automaton import Automaton

Function = Callable[["Automaton", Totals], Any]
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def _divide(a: float, b: float) -> float:
    try:
        return a / b
    except ZeroDivisionError:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)


_ARITH: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divide,
}  # fmt: skip


def _quiet(function: Callable[[float], float], below: float) -> Callable[[float], float]:
    """The function with infinity or NaN where `math` would raise."""

    def safe(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return math.inf
        except ValueError:
            return below if x == 0 else math.nan

    return safe


FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "min": min, "max": max, "abs": abs, "exp": _quiet(math.exp, 0.0), "log": _quiet(math.log, -math.inf),
    "sqrt": _quiet(math.sqrt, 0.0), "clip": lambda x, low, high: min(max(x, low), high),
    "logistic": lambda x: 1.0 / (1.0 + _quiet(math.exp, 0.0)(-x)),
    "table": lambda x, *points: _table(x, points),
}  # fmt: skip


def _table(x: float, points: tuple[float, ...]) -> float:
    xs, ys = points[::2], points[1::2]
    if x < xs[0]:
        return ys[0]
    for i in range(len(xs) - 1):
        if x < xs[i + 1]:
            return ys[i] + (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) * (x - xs[i])
    return ys[-1]


def build(expr: t.Expr) -> Function:
    """The function of an expression: a number, a condition, or a day."""
    return _BUILD[type(expr)](expr)


def totals_in(*exprs: t.Expr | None) -> Totals:
    """Empty totals of everything that the expressions count in their own clause."""
    keys = {(node.kind, node.party) for node in walk(*exprs) if isinstance(node, t.RowTotal)}
    return Totals({key: [0.0, 0.0] for key in sorted(keys)})


def counts_rows(expr: t.Expr | None) -> bool:
    """Whether an expression counts rows."""
    return any(isinstance(node, t.RowTotal) for node in walk(expr))


def facts_in(expr: t.Expr | None) -> tuple[str, ...]:
    """The facts, options and numbers that an expression reads, in the order of the text."""
    names = []
    for node in walk(expr):
        if isinstance(node, t.QuantityRef):
            names.append(node.name)
        elif isinstance(node, t.CompareLevel | t.OptionValue):
            names.append(node.option)
    return tuple(dict.fromkeys(names))


def days_in(*exprs: t.Expr | None) -> set[int]:
    """Days on which a comparison of `now` with a written date can turn."""
    days = set()
    for node in walk(*exprs):
        if isinstance(node, t.Compare):
            for side in (node.left, node.right):
                if isinstance(side, t.DateLiteral):
                    days |= {side.day.toordinal(), side.day.toordinal() + 1}
    return days


# --- one row for each kind of node -------------------------------------------------------------------------------


def _binary(op: Callable[[Any, Any], Any], left: t.Expr, right: t.Expr) -> Function:
    a, b = build(left), build(right)
    if isinstance(right, t.Number):
        value = right.value
        return lambda m, n: op(a(m, n), value)
    return lambda m, n: op(a(m, n), b(m, n))


def _total(node: t.RowTotal) -> Function:
    key, part = (node.kind, node.party), 0 if node.how == "count" else 1
    return lambda m, n: n.wanted[key][part]


def _level(node: t.CompareLevel) -> Function:
    op, name, level = _COMPARE[node.op], node.option, float(node.level)
    return lambda m, n: op(m.facts[name], level)


def _rival(node: t.CompareRival) -> Function:
    op, name, rival = _COMPARE[node.op], node.assumption, float(node.rival)
    return lambda m, n: op(m.assumptions[name], rival)


def _truth(node: t.AgreementTruth) -> Function:
    what, of = node.what, node.of
    if what in ("good", "suspected", "curing", "breached"):
        return lambda m, n: m.standing(of) == what
    if what == "over":
        return lambda m, n: m.over
    if what == "in_force":
        return lambda m, n: m.in_force
    name = f"is_{what}"
    return lambda m, n: getattr(m, name)(of)


def _agreement_number(node: t.AgreementNumber) -> Function:
    of = node.of
    return (lambda m, n: m.belief(of)) if node.what == "belief" else (lambda m, n: m.age)


def _stage(node: t.CompareAgreement) -> Function:
    op, level, name = _COMPARE[node.op], node.level, node.name
    if node.what == "stage":
        return lambda m, n: op(m.stage_index, level)
    return lambda m, n: op(m.reason, name)


def _all(node: t.And) -> Function:
    parts = [build(arg) for arg in node.args]
    return lambda m, n: all(part(m, n) for part in parts)


def _any(node: t.Or) -> Function:
    parts = [build(arg) for arg in node.args]
    return lambda m, n: any(part(m, n) for part in parts)


def _not(node: t.Not) -> Function:
    arg = build(node.arg)
    return lambda m, n: not arg(m, n)


def _choice(node: t.IfElse) -> Function:
    condition, then, other = build(node.condition), build(node.then), build(node.other)
    return lambda m, n: then(m, n) if condition(m, n) else other(m, n)


def _call(node: t.Call) -> Function:
    name, args = node.name, [build(arg) for arg in node.args]
    return lambda m, n: m.functions[name](*(arg(m, n) for arg in args))


def _power(node: t.Power) -> Function:
    base, exponent = build(node.base), build(node.exponent)
    if isinstance(node.exponent, t.Number) and node.exponent.value in range(9):
        times = int(node.exponent.value)
        return lambda m, n: math.prod([base(m, n)] * times, start=1.0)
    return lambda m, n: m.functions["exp"](exponent(m, n) * m.functions["log"](base(m, n)))


def _negate(node: t.Negate) -> Function:
    arg = build(node.arg)
    return lambda m, n: -arg(m, n)


def _indicator(node: t.Indicator) -> Function:
    condition = build(node.condition)
    return lambda m, n: 1.0 if condition(m, n) else 0.0


def _difference(node: t.DateDifference) -> Function:
    left, right = build(node.left), build(node.right)
    return lambda m, n: (left(m, n) - right(m, n)) / DAYS_A_YEAR


def _fact(name: str) -> Function:
    return lambda m, n: m.facts[name]


def _option(name: str) -> Function:
    return lambda m, n: m.values[name][int(m.facts[name])]


def _assumption(name: str) -> Function:
    return lambda m, n: m.assumptions[name]


def _same(value: Any) -> Function:
    return lambda m, n: value


_BUILD: dict[type, Callable[[Any], Function]] = {
    t.Number: lambda e: _same(e.value),
    t.Truth: lambda e: _same(e.value),
    t.DateLiteral: lambda e: _same(e.day.toordinal()),
    t.Now: lambda e: lambda m, n: m.day,
    t.QuantityRef: lambda e: _fact(e.name),
    t.OptionValue: lambda e: _option(e.option),
    t.AssumptionRef: lambda e: _assumption(e.name),
    t.CompareLevel: _level,
    t.CompareRival: _rival,
    t.Compare: lambda e: _binary(_COMPARE[e.op], e.left, e.right),
    t.Arith: lambda e: _binary(_ARITH[e.op], e.left, e.right),
    t.And: _all, t.Or: _any, t.Not: _not, t.IfElse: _choice, t.Call: _call, t.Power: _power, t.Negate: _negate,
    t.Indicator: _indicator, t.DateDifference: _difference, t.RowTotal: _total, t.AgreementTruth: _truth,
    t.AgreementNumber: _agreement_number, t.CompareAgreement: _stage,
}  # fmt: skip
