"""Dimensional analysis: do the units on both sides of a sum, a comparison or an assignment agree?

What has a unit takes part; a literal, an option's value and whatever has none fits anywhere. The unit of a count
is a plain number, so `1/test` is one too where `test` is an event. Everything here warns and nothing fails.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from . import tree as t
from .functions import AGGREGATES, ESTIMATES, FUNCTIONS
from .problems import Problems
from .scope import Scope
from .units import Unit, normal, unit_text

Powers: TypeAlias = tuple[tuple[str, float], ...]
# What an expression is for, so that its unit can be compared with that of its quantity.
Role = Literal["start", "is", "change", "shock", "effect", "rate", "chance"]
PLAIN: Powers = ()
YEAR: Powers = (("year", 1.0),)
_PER_TIME: dict[Role, float] = {"change": -1.0, "shock": -0.5}


def check_units(
    expr: t.Expr, scope: Scope, problems: Problems, role: Role | None = None, unit: Unit | None = None
) -> None:
    """Warn where units disagree within `expr`, or with what `role` asks of a quantity of `unit`."""
    analysis = _Analysis(scope, problems)
    found = analysis.of(expr)
    wanted = analysis.wanted(role, unit)
    if found is not None and wanted is not None and found != wanted:
        problems.warn("unit_of_role", expr.place, role=role, found=unit_text(found), wanted=unit_text(wanted))


def powers_of(expr: t.Expr, scope: Scope) -> Powers | None:
    """The dimension of `expr`, or None where nothing is known of it."""
    return _Analysis(scope, Problems()).of(expr)


def shown_unit(expr: t.Expr, scope: Scope) -> Unit | None:
    """The unit that a measure is shown in: its quantity's own where it has one, else years and bases."""
    if found := _own_unit(expr, scope):
        return found
    powers = powers_of(expr, scope)
    return Unit(unit_text(powers), 1.0, powers) if powers else None


def _own_unit(expr: t.Expr, scope: Scope) -> Unit | None:
    match expr:
        case t.QuantityRef(name=name):
            return scope.quantities[name].unit
        case t.AssumptionRef(name=name):
            return scope.assumptions[name].unit
        case t.MeasureAt(measure=name):
            return scope.measures[name].unit
        case t.Negate(arg=arg):
            return _own_unit(arg, scope)
        case t.Aggregate(kind=kind, arg=arg) if AGGREGATES[kind].units == "same":
            return _own_unit(arg, scope)
        case t.Aggregate(kind="total", arg=arg):
            return _by_years(_own_unit(arg, scope))
        case t.Estimate(kind=kind, body=body) if ESTIMATES[kind].units == "same":
            return _own_unit(body, scope)
        case t.Arith(op="+" | "-", left=left, right=right):
            return _own_unit(left, scope) or _own_unit(right, scope)
        case t.IfElse(then=then, other=other):
            return _own_unit(then, scope) or _own_unit(other, scope)
        case t.Call(name=name, args=args) if FUNCTIONS[name].units in ("same", "first", "clip"):
            return _own_unit(args[0], scope)
    return None


def _by_years(unit: Unit | None) -> Unit | None:
    """What holds a time, times years: `month*year`; None where the units without a factor do as well."""
    if unit is None or unit.factor == 1.0 or dict(unit.powers).get("year", 0.0) <= 0.0:
        return None
    return Unit(f"{unit.text}*year", unit.factor, _times(unit.powers, YEAR, 1.0))


class _Analysis:
    def __init__(self, scope: Scope, problems: Problems) -> None:
        self.scope, self.problems = scope, problems
        self.counts = {name for event in scope.events for name in (event, f"{event}s")}

    # --- what is given ----------------------------------------------------------------------------------------

    def given(self, unit: Unit | None) -> Powers | None:
        """The dimension of a unit; events are counted by plain numbers."""
        if unit is None:
            return None
        return tuple((base, power) for base, power in unit.powers if base not in self.counts)

    def wanted(self, role: Role | None, unit: Unit | None) -> Powers | None:
        match role:
            case "rate":
                return (("year", -1.0),)
            case "chance":
                return PLAIN
            case None:
                return None
        own = self.given(unit)
        return own if own is None else _times(own, (("year", 1.0),), _PER_TIME.get(role, 0.0))

    # --- every node -------------------------------------------------------------------------------------------

    def of(self, expr: t.Expr) -> Powers | None:
        """The dimension of `expr`, warning of what disagrees below it."""
        match expr:
            case t.Number(is_duration=is_duration):
                return YEAR if is_duration else None
            case t.QuantityRef(name=name):
                return self.given(self.scope.quantities[name].unit)
            case t.AssumptionRef(name=name):
                return self.given(self.scope.assumptions[name].unit)
            case t.MeasureAt(measure=name):
                return self.given(self.scope.measures[name].unit)
            case t.EventCount() | t.CompareLevel() | t.CompareRival():
                return PLAIN
            case t.Arith(op=op, left=left, right=right) if op in "*/":
                return self.product(op, self.of(left), self.of(right))
            case t.Arith(op=op, left=left, right=right) | t.Compare(op=op, left=left, right=right):
                found = self.alike(expr, op, left, right)
                return found if isinstance(expr, t.Arith) else PLAIN
            case t.Power(base=base, exponent=exponent):
                return self.power(expr, base, exponent)
            case t.Negate(arg=arg):
                return self.of(arg)
            case t.IfElse(condition=condition, then=then, other=other):
                self.of(condition)
                return self.alike(expr, "if", then, other)
            case t.Call(name=name, args=args):
                return self.call(name, args)
            case t.DateDifference():
                return YEAR
            case t.Aggregate() | t.Estimate():
                return self.seen(expr)
            case t.Indicator(condition=arg) | t.Not(arg=arg):
                self.of(arg)
                return PLAIN
            case t.And(args=args) | t.Or(args=args):
                for arg in args:
                    self.of(arg)
                return PLAIN
        return None

    def seen(self, expr: t.Aggregate | t.Estimate) -> Powers | None:
        if isinstance(expr, t.Estimate):
            found = self.of(expr.body)
            if expr.given is not None:
                self.of(expr.given)
            return PLAIN if ESTIMATES[expr.kind].units == "plain" else found
        found = self.of(expr.arg)
        match AGGREGATES[expr.kind].units:
            case "same":
                return found
            case "times year":
                return self.product("*", found, YEAR)
            case "plain":
                return PLAIN
        return None

    def product(self, op: str, left: Powers | None, right: Powers | None) -> Powers | None:
        if left is None or right is None:
            return None
        return _times(left, right, 1.0 if op == "*" else -1.0)

    def alike(self, expr: t.Expr, op: str, left: t.Expr, right: t.Expr) -> Powers | None:
        """The one dimension of both, with a warning if there are two, or if time meets a bare number."""
        one, other = self.of(left), self.of(right)
        if one is not None and other is not None and one != other:
            facts = {"op": op, "left": unit_text(one), "right": unit_text(other)}
            self.problems.warn("units_differ", expr.place, left_text=_text(left), right_text=_text(right), **facts)
            return None
        for side, bare in ((left, right), (right, left)):
            unit = _own_unit(side, self.scope)
            if unit and unit.factor != 1.0 and isinstance(bare, t.Number) and bare.value and not bare.is_duration:
                self.problems.warn("bare_number_beside_time", bare.place, name=_text(side), unit=unit.text,
                                   internal=unit_text(unit.powers), number=f"{bare.value:g}",
                                   shown=f"{bare.value / unit.factor:g}")  # fmt: skip
        return one if one is not None else other

    def power(self, expr: t.Expr, base: t.Expr, exponent: t.Expr) -> Powers | None:
        below, above = self.of(base), self.of(exponent)
        self.plain(exponent, above, "an exponent")
        sign, literal = (-1.0, exponent.arg) if isinstance(exponent, t.Negate) else (1.0, exponent)
        if isinstance(literal, t.Number):
            return None if below is None else _times(PLAIN, below, sign * literal.value)
        self.plain(base, below, "the base of a power that is not a number")
        return PLAIN

    def call(self, name: str, args: tuple[t.Expr, ...]) -> Powers | None:
        rule = FUNCTIONS[name].units
        if rule in ("same", "clip"):
            return self.all_alike(args)
        if rule == "table":
            self.all_alike((args[0], *args[1::2]))
            return self.all_alike(args[2::2])
        first = self.of(args[0])
        match rule:
            case "plain":
                self.plain(args[0], first, f"what `{name}` takes")
                return PLAIN
            case "root":
                return None if first is None else _times(PLAIN, first, 0.5)
        time = self.of(args[1])
        if time not in (None, YEAR):
            self.problems.warn("unit_not_time", args[1].place, name=name, found=unit_text(time or PLAIN))
        return first

    def all_alike(self, args: tuple[t.Expr, ...]) -> Powers | None:
        found: Powers | None = None
        first: t.Expr | None = None
        for arg in args:
            powers = self.of(arg)
            if found is not None and powers is not None and powers != found and first is not None:
                facts = {"op": ",", "left": unit_text(found), "right": unit_text(powers)}
                self.problems.warn("units_differ", arg.place, left_text=_text(first), right_text=_text(arg), **facts)
                return None
            if found is None and powers is not None:
                found, first = powers, arg
        return found

    def plain(self, expr: t.Expr, powers: Powers | None, what: str) -> None:
        if powers:
            self.problems.warn("unit_not_plain", expr.place, what=what, found=unit_text(powers))


def _times(left: Powers, right: Powers, power: float) -> Powers:
    """left * right ** power."""
    powers = dict(left)
    for base, each in right:
        powers[base] = round(powers.get(base, 0.0) + power * each, 9)
    return normal(powers)


def _text(expr: t.Expr) -> str:
    from .print import expression_text

    said = expression_text(expr)
    return said if len(said) <= 60 else said[:58] + ".."

