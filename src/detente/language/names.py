"""From text to the typed tree: every name is resolved by what exists in the case and by where the text stands.

Text goes through `grammar` (to the raw tree) and `resolve` (to the typed one). The four readers below return None
after adding what is wrong to `problems`; they never raise for what a user wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from . import tree as t
from .dimensions import Role, check_units, shown_unit
from .grammar import parse
from .modes import AGREED, CLAIM, MEASURE, START, STEP, Cover, Mode
from .problems import Place, Problems
from .raw import At, Raw, Text
from .resolve import Resolver
from .scope import MOST_PARTS, Context, QuantityName, Scope
from .units import Unit
from .walk import walk

__all__ = [
    "At", "Context", "MeasureKind", "QuantityName", "Role", "Scope", "check_units", "read_claim", "read_condition",
    "read_measure", "read_number",
]  # fmt: skip
MeasureKind = Literal["date", "number", "count"]
_MODES: dict[Context, Mode] = {"start": START, "step": STEP, "agreement": AGREED}


def read_number(
    text: str, place: Place, scope: Scope, context: Context, problems: Problems, at: At | None = None
) -> t.Expr | None:
    """`text` as a number; a condition becomes 1 or 0. `at` maps offsets to places in folded scalars."""
    source, raw = _parsed(text, place, scope, problems, at)
    expr = Resolver(source, scope).number(raw, _MODES[context]) if raw else None
    return None if source.found else expr


def read_condition(
    text: str, place: Place, scope: Scope, context: Context, problems: Problems, at: At | None = None
) -> t.Expr | None:
    """`text` as a condition; a number is refused."""
    source, raw = _parsed(text, place, scope, problems, at)
    expr = Resolver(source, scope).condition(raw, _MODES[context]) if raw else None
    return None if source.found else expr


def read_measure(
    text: str, place: Place, scope: Scope, problems: Problems, at: At | None = None
) -> tuple[t.Expr, MeasureKind, Unit | None] | None:
    """`text` as arithmetic of aggregates, with its kind and the unit that it is shown in."""
    source, raw = _parsed(text, place, scope, problems, at)
    if raw is None:
        return None
    expr = _measure(raw, source, scope)
    if expr is None or source.found:
        return None
    unit = None if isinstance(expr, t.Aggregate) and expr.kind == "first" else shown_unit(expr, scope)
    return expr, _measure_kind(expr), unit


def read_claim(text: str, place: Place, scope: Scope, problems: Problems, at: At | None = None) -> t.Expr | None:
    """`text` as comparisons of numbers made from P, mean, median and q, joined by and, or, not."""
    source, raw = _parsed(text, place, scope, problems, at)
    expr = Resolver(source, scope).condition(raw, CLAIM) if raw else None
    if raw is None or expr is None or source.found:
        return None
    _check_claim(expr, raw, source)
    kinds = {type(node) for node in walk(expr)}
    if {t.GraphTruth, t.Estimate} <= kinds:
        source.problem("claim_of_both", raw.start, raw.end)
    return None if source.found else expr


def _parsed(text: str, place: Place, scope: Scope, problems: Problems, at: At | None) -> tuple[Text, Raw | None]:
    """The text and its raw tree; none once the expressions of the case have too many parts, which is said once."""
    source = Text(text, place, problems, at)
    if scope.parts > MOST_PARTS:
        return source, None
    raw = parse(source)
    scope.parts += source.parts
    if scope.parts > MOST_PARTS:
        source.problem("case_too_big", 0, 1, most=MOST_PARTS)
        return source, None
    return source, raw


def _measure(raw: Raw, source: Text, scope: Scope) -> t.Expr | None:
    resolver = Resolver(source, scope)
    expr = resolver.value(raw, MEASURE, Cover())
    if expr is None:
        return None
    if not any(isinstance(node, t.Aggregate | t.AssumptionRef | t.CompareRival) for node in walk(expr)):
        return resolver.no("measure_of_nothing", raw, found=source.says(raw))
    return resolver.counted(expr)


def _measure_kind(expr: t.Expr) -> MeasureKind:
    match expr:
        case t.Aggregate(kind="first"):
            return "date"
        case t.Aggregate(kind="count"):
            return "count"
        case t.Arith(op="+", left=left, right=right) if _measure_kind(left) == _measure_kind(right) == "count":
            return "count"
    return "number"


def _check_claim(expr: t.Expr, raw: Raw, source: Text) -> None:
    """A claim has a margin: comparisons of arithmetic, each with an estimate in it."""
    match expr:
        case t.And(args=args) | t.Or(args=args):
            for arg in args:
                _check_claim(arg, raw, source)
        case t.Not(arg=arg):
            _check_claim(arg, raw, source)
        case t.GraphTruth():
            pass
        case t.Compare(left=left, right=right):
            nodes = [*outside_estimates(left), *outside_estimates(right)]
            if any(isinstance(node, t.Indicator) for node in nodes):
                source.problem("claim_arithmetic", raw.start, raw.end, found="a condition used as a number")
            elif not any(isinstance(node, t.Estimate) for node in nodes):
                source.problem("claim_of_nothing", raw.start, raw.end, found=source.says(raw))
        case _:
            source.problem("claim_of_nothing", raw.start, raw.end, found=source.says(raw))


def outside_estimates(expr: t.Expr) -> Iterator[t.Expr]:
    """A number of a claim and what it is made of, not looking into estimates."""
    yield expr
    parts: tuple[t.Expr, ...] = ()
    match expr:
        case t.Arith(left=left, right=right) | t.DateDifference(left=left, right=right):
            parts = (left, right)
        case t.Power(base=base, exponent=exponent):
            parts = (base, exponent)
        case t.Negate(arg=arg):
            parts = (arg,)
        case t.Call(args=args):
            parts = args
    for part in parts:
        yield from outside_estimates(part)
