"""Functions and aggregates: which one is meant, with how many arguments, of what kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, cast

from . import raw as r
from . import tree as t
from .agreement_words import agreement_call, is_agreement_call
from .arithmetic import constant
from .calendar import Duration
from .estimates import covering, estimate
from .functions import AGGREGATES, CALENDAR, ESTIMATES, FUNCTIONS, Function
from .grammar import GRAPH
from .graph_words import graph_call
from .modes import LOOK, UNCOVERED, Cover, Mode
from .slips import FUNCTION_SLIPS
from .support import support

if TYPE_CHECKING:
    from .resolve import Resolver


def application(resolver: Resolver, node: r.Apply, mode: Mode, cover: Cover) -> t.Expr | None:
    """name(args): an estimate, an aggregate, a function or a part of a date, as the place allows."""
    if node.name in GRAPH:
        return graph_call(resolver, node, mode)
    name, cover = node.name, covering(resolver, node, cover) if mode.measures else cover
    if mode.estimates and name in ESTIMATES:
        return estimate(resolver, node)
    if mode.aggregates and name in AGGREGATES and not (name in FUNCTIONS and len(node.args) > 1):
        return _aggregate(resolver, node)
    if name in FUNCTIONS:
        return _call(resolver, node, FUNCTIONS[name], mode, cover)
    if name in CALENDAR:
        return _calendar_part(resolver, node, mode, cover)
    if is_agreement_call(resolver.scope, name) and (mode.state or name not in AGGREGATES):
        return agreement_call(resolver, node, mode)
    return _unknown_call(resolver, node, mode)


def _unknown_call(resolver: Resolver, node: r.Apply, mode: Mode) -> t.Expr | None:
    name, head = node.name, r.Word(node.start, node.start + len(node.name), node.name)
    if name in ("P", "median", "q") or (name == "mean" and mode is not LOOK and not mode.measures):
        return resolver.no("estimate_not_here", head, name=name, where=mode.where)
    if name in AGGREGATES:
        code = {"in a claim": "aggregate_in_claim", "inside an estimate": "aggregate_in_claim",
                "inside an aggregate": "aggregate_nested"}.get(mode.where, "aggregate_not_here")  # fmt: skip
        return resolver.no(code, head, name=name, where=mode.where)
    if name in FUNCTION_SLIPS:
        return resolver.no("function_slip", head, name=name, instead=FUNCTION_SLIPS[name])
    if kind := resolver.scope.kind(name):
        return resolver.no("not_a_function", head, name=name, kind=kind)
    known = (*FUNCTIONS, *CALENDAR, *(AGGREGATES if mode.aggregates else ()),
             *(ESTIMATES if mode.estimates else ()))  # fmt: skip
    near = resolver.scope.nearest_in(name, known)
    return resolver.no("no_such_function_near" if near else "no_such_function", head, name=name, nearest=near)


def _call(resolver: Resolver, node: r.Apply, function: Function, mode: Mode, cover: Cover) -> t.Expr | None:
    if function.stock and not mode.stocks:
        return resolver.no("stock_not_here", node, name=node.name, where=mode.where)
    if mode is LOOK and len(node.args) == 1 and node.name in AGGREGATES and function.arity[0] > 1:
        return resolver.no("aggregate_nested", node, name=node.name, where=mode.where)
    least, most = function.arity
    if not least <= len(node.args) <= most:
        expected = f"{least}" if least == most else f"{least} to {most}"
        return _arguments(resolver, node, function.signature, expected)
    args = [resolver.number(arg, mode, cover) for arg in node.args]
    if any(arg is None for arg in args):
        return None
    made = t.Call(node.name, tuple(a for a in args if a), place=resolver.place(node))
    check = _CHECKS.get(node.name)
    return check(resolver, node, made) if check else made


def _calendar_part(resolver: Resolver, node: r.Apply, mode: Mode, cover: Cover) -> t.Expr | None:
    if len(node.args) != 1:
        return _arguments(resolver, node, f"{node.name}(now)", "1")
    day = resolver.value(node.args[0], mode, cover)
    part = cast(Literal["year", "month"], node.name)
    place = resolver.place(node)
    match day:
        case None:
            return None
        case t.Now():
            return t.CalendarPart(part, day, place=place)
        case t.DateLiteral(day=written):
            return t.Number(float(getattr(written, part)), place=place)
    return resolver.no("calendar_of_what", node.args[0], name=part, found=resolver.text.says(node.args[0]))


def _aggregate(resolver: Resolver, node: r.Apply) -> t.Expr | None:
    kind, row = cast(t.AggregateKind, node.name), AGGREGATES[node.name]
    if len(node.args) != 1:
        return _arguments(resolver, node, row.signature, "1")
    arg = node.args[0]
    if row.takes == "event":
        inner = r.bare(arg)
        if not isinstance(inner, r.Word) or inner.name not in resolver.scope.events:
            return _not_an_event(resolver, arg)
        body: t.Expr | None = resolver.word(inner, LOOK, UNCOVERED)
    else:
        body = (resolver.condition if row.takes == "condition" else resolver.number)(arg, LOOK)
    return body and t.Aggregate(kind, body, place=resolver.place(node))


def _not_an_event(resolver: Resolver, node: r.Raw) -> t.Expr | None:
    """`count` of something else: an unknown name is near some event, a condition has `share` and `ever`."""
    inner = r.bare(node)
    if isinstance(inner, r.Word) and inner.name in resolver.scope.broken:
        resolver.text.found += 1
        return None
    near = resolver.scope.nearest_in(inner.name, resolver.scope.events) if isinstance(inner, r.Word) else None
    code = "count_of_event_near" if near else "count_of_event"
    return resolver.no(code, node, found=resolver.text.says(node), nearest=near)


def _arguments(resolver: Resolver, node: r.Apply, signature: str, expected: str) -> t.Expr | None:
    found, expected = len(node.args), f"{expected} argument{'' if expected == '1' else 's'}"
    return resolver.no("arguments", node, name=node.name, signature=signature, expected=expected, found=found)


# --- checks of single functions ------------------------------------------------------------------------------


def _table(resolver: Resolver, node: r.Apply, call: t.Call) -> t.Expr | None:
    if len(call.args) % 2 == 0:
        return resolver.no("table_pairs", node, found=len(call.args) - 1)
    before: float | None = None
    for raw, arg in zip(node.args[1::2], call.args[1::2], strict=True):
        x = constant(arg)
        if x is None:
            return resolver.no("table_constants", raw, found=resolver.text.says(raw))
        if before is not None and x <= before:
            return resolver.no("table_rising", raw, found=resolver.text.says(raw), before=f"{before:g}")
        before = x
    return call


def _clip(resolver: Resolver, node: r.Apply, call: t.Call) -> t.Expr | None:
    low, high = constant(call.args[1]), constant(call.args[2])
    if low is not None and high is not None and low > high:
        return resolver.no("clip_bounds", node, low=f"{low:g}", high=f"{high:g}")
    return call


def _stock(resolver: Resolver, node: r.Apply, call: t.Call) -> t.Expr | None:
    """The time of `smooth` and `delay`: a constant or an assumption, from one step to the horizon."""
    scope, time, raw = resolver.scope, call.args[1], node.args[1]
    match time:
        case t.Number(value=value):
            code, low, high = "time_out_of_range", value, value
        case t.AssumptionRef(name=name):
            code, assumption = "assumed_time_out_of_range", scope.assumptions[name]
            low, high = (bound * assumption.factor for bound in support(assumption.distribution))
        case _:
            return resolver.no("time_not_constant", raw, name=node.name, found=resolver.text.says(raw))
    least, most = scope.step.years, scope.horizon * scope.step.years
    slack = 1e-9 * most
    if low < least - slack or high > most + slack:
        return resolver.no(code, raw, name=node.name, found=resolver.text.says(raw), low=f"{low:g}",
                           high=f"{high:g}", step=scope.step, horizon=Duration(most, "year"))  # fmt: skip
    return call


_CHECKS: dict[str, Callable[[Resolver, r.Apply, t.Call], t.Expr | None]] = {
    "table": _table, "clip": _clip, "smooth": _stock, "delay": _stock,
}  # fmt: skip
