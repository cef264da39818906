"""Sums, products and powers, and the little that dates allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from . import raw as r
from . import tree as t
from .calendar import shift
from .modes import Cover, Mode

if TYPE_CHECKING:
    from .resolve import Resolver

MOST_EXPONENT = 100


def arithmetic(resolver: Resolver, node: r.Binary, mode: Mode, cover: Cover) -> t.Expr | None:
    """left op right of numbers, with conditions as 1 or 0; of dates what `_dates` allows."""
    left, right = resolver.value(node.left, mode, cover), resolver.value(node.right, mode, cover)
    if left is None or right is None:
        return None
    kinds = resolver.kind(left), resolver.kind(right)
    if "date" in kinds:
        return _dates(resolver, node, left, right)
    if "condition" in kinds:
        left, right = resolver.counted(left), resolver.counted(right)
    if node.op == "**":
        return _power(resolver, node, left, right)
    if node.op == "/" and isinstance(right, t.Number) and right.value == 0:
        return resolver.no("divide_by_zero", node.right)
    return t.Arith(cast(t.ArithOp, node.op), left, right, place=resolver.place(node))


def _power(resolver: Resolver, node: r.Binary, base: t.Expr, exponent: t.Expr) -> t.Expr | None:
    value = constant(exponent)
    if value is not None and abs(value) > MOST_EXPONENT:
        return resolver.no("exponent_too_large", node.right, most=MOST_EXPONENT)
    return t.Power(base, exponent, place=resolver.place(node))


def _dates(resolver: Resolver, node: r.Binary, left: t.Expr, right: t.Expr) -> t.Expr | None:
    """Date - date is years; a written date moves by a duration; nothing else adds up."""
    place = resolver.place(node)
    both = resolver.kind(left) == resolver.kind(right) == "date"
    if both and node.op == "-" and not isinstance(left, t.Never) and not isinstance(right, t.Never):
        return t.DateDifference(left, right, place=place)
    written, length = r.bare(node.right), left
    if node.op == "+" and resolver.kind(left) != "date":
        written, length = r.bare(node.left), right
    if node.op in "+-" and isinstance(written, r.Length):
        return _moved(resolver, node, length, written)
    if both or node.op not in "+-":
        return resolver.no("date_arithmetic", node, op=node.op)
    return resolver.no("date_and_number", node, found=resolver.text.says(node))


def _moved(resolver: Resolver, node: r.Binary, day: t.Expr, length: r.Length) -> t.Expr | None:
    duration = length.duration
    if not isinstance(day, t.DateLiteral):
        return resolver.no("date_not_written", node, found=resolver.text.says(node), duration=duration)
    if duration.count != int(duration.count):
        return resolver.no("duration_not_whole", length, found=resolver.text.says(length))
    try:
        moved = shift(day.day, duration, -1 if node.op == "-" else 1)
    except (ValueError, OverflowError):
        return resolver.no("day_that_is_none", node, found=resolver.text.says(node))
    return t.DateLiteral(moved, place=resolver.place(node))


def constant(expr: t.Expr) -> float | None:
    """The value of an expression of literals alone, or None."""
    match expr:
        case t.Number(value=value):
            return value
        case t.Negate(arg=arg):
            value_of = constant(arg)
            return None if value_of is None else -value_of
    return None
