"""Conditions and numbers of an agreement as code: one row for each kind of node, as in `agreements.expressions`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.agreements.days import NEVER
from detente.language import tree as t
from detente.language.calendar import DAYS_A_YEAR

from .places import Counted
from .scalars import Code, Num, Place

if TYPE_CHECKING:
    from .writing import Writing


@dataclass(frozen=True)
class Scope:
    """Where an expression is worked out: the function, the automaton's memory (`a`), the run's lane, the memory of
    the facts that count (the automaton's, or the world's), and what the clause counts, in some memory."""

    automaton: Writing
    code: Code
    a: Any
    lane: Any
    facts: Any
    counted: Counted
    counts: Any

    def value(self, expr: t.Expr) -> Num:
        """Write an expression."""
        return _BUILD[type(expr)](self, expr)

    def fact(self, name: str) -> Num:
        """A fact as it is."""
        return self.code.get(self.facts, self.automaton.at.facts[name])

    def get(self, place: Place) -> Num:
        """A number of the automaton."""
        return self.code.get(self.a, place)


def _compare(s: Scope, e: t.Compare) -> Num:
    return s.value(e.left).compare(e.op, s.value(e.right))


def _arith(s: Scope, e: t.Arith) -> Num:
    a, b = s.value(e.left), s.value(e.right)
    return {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "/": a.over}[e.op](b)


def _total(s: Scope, e: t.RowTotal) -> Num:
    return s.code.get(s.counts, s.counted.keys[e.kind, e.party][0 if e.how == "count" else 1])


def _option(s: Scope, e: t.OptionValue) -> Num:
    return s.code.of_level(s.fact(e.option), s.automaton.at.blank.values[e.option])


def _truth(s: Scope, e: t.AgreementTruth) -> Num:
    automaton, code = s.automaton, s.code
    if e.what in STANDINGS:
        standing = code.call(automaton.stands(e.of), s.a, s.lane)
        return standing.eq(STANDINGS.index(e.what))
    if e.what in ("over", "in_force"):
        return s.get(getattr(automaton.at, e.what))
    return {"done": automaton.is_done, "broken": automaton.is_broken, "owed": automaton.is_owed}[e.what](s, e.of)


STANDINGS = ("good", "suspected", "released", "curing", "breached")  # better first


def _agreement_number(s: Scope, e: t.AgreementNumber) -> Num:
    at, code = s.automaton.at, s.code
    if e.what == "belief":
        return s.get(at.looks[e.of].belief)
    starts, signed, ended, day = (s.get(place) for place in (at.starts, at.signed, at.ended, at.day))
    since = code.select(signed < NEVER, signed, starts)
    years = code.double(code.select(ended < NEVER, ended, day) - since).over(DAYS_A_YEAR)
    return code.select(starts > day, 0.0, years)


def _state(s: Scope, e: t.CompareAgreement) -> Num:
    at = s.automaton.at
    if e.what == "stage":
        return s.get(at.stage).compare(e.op, e.level)
    reason = at.reasons.index(e.name) if e.name in at.reasons else -1
    return s.get(at.reason).compare(e.op, reason)


def _call(s: Scope, e: t.Call) -> Num:
    return CALLS[e.name](s.code, *(s.code.double(s.value(arg)) for arg in e.args))


def _power(s: Scope, e: t.Power) -> Num:
    base = s.value(e.base)
    if isinstance(e.exponent, t.Number) and e.exponent.value in range(9):
        return functools.reduce(lambda a, b: a * b, [base] * int(e.exponent.value), s.code.num(1.0))
    return s.code.numeric("exp", s.value(e.exponent) * s.code.numeric("log", base))


def _choice(s: Scope, e: t.IfElse) -> Num:
    return s.code.select(s.value(e.condition), s.value(e.then), s.value(e.other))


def _logistic(code: Code, x: Num) -> Num:
    return code.num(1.0).over(code.num(1.0) + code.numeric("exp", _negated(code, x)))


def _negated(code: Code, x: Num) -> Num:
    x = code.double(x)
    return Num(code, code.b.fneg(x.value), "f")


def _table(code: Code, x: Num, *points: Num) -> Num:
    """The line of the first segment whose end x lies below; outside, y of the nearest point."""
    xs, ys = points[::2], points[1::2]
    found = ys[-1]
    for i in range(len(xs) - 2, -1, -1):
        line = ys[i] + (ys[i + 1] - ys[i]).over(xs[i + 1] - xs[i]) * (x - xs[i])
        found = code.select(x < xs[i + 1], line, found)
    return code.select(x < xs[0], ys[0], found)


def _magnitude(code: Code, x: Num) -> Num:
    bits = code.b.and_(code.b.bitcast(x.value, code.num(0).value.type), code.num(2**63 - 1).value)
    return Num(code, code.b.bitcast(bits, x.value.type), "f")


def _root(code: Code, x: Num) -> Num:
    module, name = code.functions.module, "llvm.sqrt.f64"
    if name not in module.globals:
        module.declare_intrinsic("llvm.sqrt", [x.value.type])
    return Num(code, code.b.call(module.globals[name], [x.value]), "f")


CALLS: dict[str, Callable[..., Num]] = {
    "min": lambda c, *xs: functools.reduce(lambda a, b: c.select(a < b, a, b), xs),
    "max": lambda c, *xs: functools.reduce(lambda a, b: c.select(a < b, b, a), xs),
    "clip": lambda c, x, low, high: _held(c, c.select(low > x, low, x), high),
    "abs": _magnitude, "sqrt": _root, "logistic": _logistic, "table": _table,
    "exp": lambda c, x: c.numeric("exp", x), "log": lambda c, x: c.numeric("log", x),
}  # fmt: skip


def _held(code: Code, x: Num, high: Num) -> Num:
    return code.select(high < x, high, x)


def _difference(s: Scope, e: t.DateDifference) -> Num:
    return s.code.double(s.value(e.left) - s.value(e.right)).over(DAYS_A_YEAR)


_BUILD: dict[type, Callable[[Scope, Any], Num]] = {
    t.Number: lambda s, e: s.code.num(float(e.value)),
    t.Truth: lambda s, e: s.code.num(bool(e.value)),
    t.DateLiteral: lambda s, e: s.code.num(e.day.toordinal()),
    t.Now: lambda s, e: s.get(s.automaton.at.day),
    t.QuantityRef: lambda s, e: s.fact(e.name),
    t.OptionValue: _option,
    t.AssumptionRef: lambda s, e: s.automaton.assumption(s.code, s.lane, e.name),
    t.CompareLevel: lambda s, e: s.fact(e.option).compare(e.op, float(e.level)),
    t.CompareRival: lambda s, e: s.automaton.assumption(s.code, s.lane, e.assumption).compare(e.op, float(e.rival)),
    t.Compare: _compare, t.Arith: _arith, t.Call: _call, t.Power: _power, t.IfElse: _choice,
    t.And: lambda s, e: functools.reduce(lambda a, b: a & b, (s.value(arg) for arg in e.args)),
    t.Or: lambda s, e: functools.reduce(lambda a, b: a | b, (s.value(arg) for arg in e.args)),
    t.Not: lambda s, e: ~s.value(e.arg),
    t.Negate: lambda s, e: _negated(s.code, s.value(e.arg)),
    t.Indicator: lambda s, e: s.code.select(s.value(e.condition), 1.0, 0.0),
    t.DateDifference: _difference, t.RowTotal: _total, t.AgreementTruth: _truth,
    t.AgreementNumber: _agreement_number, t.CompareAgreement: _state,
}  # fmt: skip
