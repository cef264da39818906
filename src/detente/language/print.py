"""A typed tree as text, with the brackets it needs and no more: reading it again gives the same tree."""

from __future__ import annotations

from . import tree as t
from .calendar import Duration, TimeUnit

# Precedence as in `grammar`, weak to strong; what stands alone has the highest.
CHOICE, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 11)
_TIMES: tuple[TimeUnit, ...] = ("year", "month", "week", "day")
_ARITH = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}


def expression_text(expr: t.Expr) -> str:
    """`expr` as it would be written in a case. Numbers keep every digit."""
    return _said(expr)[0]


def within(expr: t.Expr, least: int) -> str:
    """`expr` in brackets unless it binds at least as strongly as `least`."""
    text, strength = _said(expr)
    return text if strength >= least else f"({text})"


def _said(expr: t.Expr) -> tuple[str, int]:
    """The text of `expr` and how strongly it binds."""
    match expr:
        case t.Number():
            return number_text(expr), ATOM if expr.value >= 0 else SIGN
        case t.AssumptionRef(name=name) | t.QuantityRef(name=name) | t.EventCount(name=name):
            return name, ATOM
        case t.OptionValue(option=option):
            return option, ATOM
        case t.Now() | t.Never() | t.DateLiteral() | t.Truth():
            return _value(expr), ATOM
        case t.MeasureAt(measure=measure, strategy=strategy):
            return f"{measure} under {strategy}", ATOM
        case t.Indicator(condition=condition):
            return _said(condition)
        case t.CompareLevel(op=op, option=name, name=level) | t.CompareRival(op=op, assumption=name, name=level):
            return f"{name} {op} {level}", COMPARE
        case t.Call(name=name, args=args):
            return f"{name}({', '.join(map(expression_text, args))})", ATOM
        case t.CalendarPart(part=name, arg=arg) | t.Aggregate(kind=name, arg=arg):
            return f"{name}({expression_text(arg)})", ATOM
        case t.Estimate():
            return _estimate(expr), ATOM
        case t.GraphTruth(condition=condition, concept=concept, party=party):
            return f"{f'stable({party}, ' if party else 'equilibrium('}{condition}, {concept})", ATOM
        case t.RowTotal() | t.AgreementTruth() | t.AgreementNumber() | t.CompareAgreement():
            return _agreement(expr)
    return _operation(expr)


def _operation(expr: t.Expr) -> tuple[str, int]:
    match expr:
        case t.Arith(op=op, left=left, right=right):
            strength = _ARITH[op]
            return f"{within(left, strength)} {op} {within(right, strength + 1)}", strength
        case t.DateDifference(left=left, right=right):
            return f"{within(left, SUM)} - {within(right, PRODUCT)}", SUM
        case t.Power(base=base, exponent=exponent):
            return f"{within(base, ATOM)} ** {within(exponent, SIGN)}", POWER
        case t.Negate(arg=arg):
            return f"-{within(arg, SIGN)}", SIGN
        case t.Compare(op=op, left=left, right=right):
            return f"{_side(left, right)} {op} {_side(right, left)}", COMPARE
        case t.Before(left=left, right=right):
            return f"{within(left, SUM)} before {within(right, SUM)}", COMPARE
        case t.And(args=args):
            return " and ".join(within(arg, NOT) for arg in args), AND
        case t.Or(args=args):
            return " or ".join(within(arg, AND) for arg in args), OR
        case t.Not(arg=arg):
            return f"not {within(arg, NOT)}", NOT
        case t.IfElse(condition=condition, then=then, other=other):
            return f"{within(then, OR)} if {within(condition, OR)} else {within(other, CHOICE)}", CHOICE
    raise TypeError(f"not an expression: {expr!r}")


def _agreement(expr: t.RowTotal | t.AgreementTruth | t.AgreementNumber | t.CompareAgreement) -> tuple[str, int]:
    prefix = f"{expr.agreement}." if expr.agreement else ""
    prefix += "true." if expr.truly else ""
    match expr:
        case t.RowTotal(how=how, kind=kind, party=party):
            return f"{prefix}{how}({party + '.' if party else ''}{kind})", ATOM
        case t.CompareAgreement(op=op, what=what, name=name):
            return f"{prefix}{what} {op} {name}", COMPARE
    return f"{prefix}{expr.what}" + (f"({expr.of})" if expr.of else ""), ATOM


def _side(expr: t.Expr, other: t.Expr) -> str:
    """A side of a comparison: beside an option a bare word would be one of its levels."""
    word = isinstance(other, t.OptionValue) and isinstance(expr, t.QuantityRef | t.AssumptionRef | t.EventCount)
    return f"({_said(expr)[0]})" if word else within(expr, SUM)


def _value(expr: t.Now | t.Never | t.DateLiteral | t.Truth) -> str:
    match expr:
        case t.DateLiteral(day=day):
            return day.isoformat()
        case t.Truth(value=value):
            return str(value).lower()
        case t.Now():
            return "now"
        case t.Never():
            return "never"


def _estimate(expr: t.Estimate) -> str:
    if expr.kind == "q":
        return f"q({expression_text(expr.body)}, {expr.level!r})"
    if expr.kind != "P":
        return f"{expr.kind}({expression_text(expr.body)})"
    given = "" if expr.given is None else f" if {within(expr.given, OR)}"
    return f"P({within(expr.body, OR)}{given})"


def number_text(number: t.Number) -> str:
    """A literal with every digit that it needs; a duration in the largest unit that makes it whole."""
    if number.is_duration:
        for unit in _TIMES:
            count = round(number.value / Duration(1, unit).years)
            if Duration(count, unit).years == number.value:
                return f"{count} {unit}{'' if count == 1 else 's'}"
        return f"{_digits(number.value)} years"
    return _digits(number.value)


def _digits(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
