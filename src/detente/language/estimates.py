"""Claims: `P`, `mean`, `median`, `q` of measures, and which strategy covers which measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from . import raw as r
from . import tree as t
from .functions import ESTIMATES
from .modes import BODY, UNCOVERED, Cover, Mode
from .raw import VALUES, listed

if TYPE_CHECKING:
    from .resolve import Resolver

def estimate(resolver: Resolver, node: r.Apply) -> t.Expr | None:
    """`P`, `mean`, `median` or `q` of what runs yield."""
    kind = cast(t.EstimateKind, node.name)
    wanted = 2 if kind == "q" else 1
    if len(node.args) != wanted:
        expected = "2 arguments" if wanted == 2 else "1 argument"
        return resolver.no("arguments", node, name=kind, signature=ESTIMATES[kind].signature, expected=expected,
                           found=len(node.args))  # fmt: skip
    cover = covering(resolver, node, UNCOVERED)
    place = resolver.place(node)
    if kind == "P":
        return _probability(resolver, node.args[0], cover, place_of=node)
    body = resolver.value(node.args[0], BODY, cover)
    level = _quantile(resolver, node.args[1], cover) if kind == "q" else None
    if body is None or (kind == "q" and level is None):
        return None
    if ESTIMATES[kind].takes == "number" and resolver.kind(body) == "date":
        return resolver.no("mean_of_date", node, measure=resolver.text.says(node.args[0]))
    return t.Estimate(kind, resolver.counted(body), None, level, place=place)


def _probability(resolver: Resolver, node: r.Raw, cover: Cover, place_of: r.Raw) -> t.Expr | None:
    asked, given = (node.body, node.condition) if isinstance(node, r.Given) else (node, None)
    body = resolver.condition(asked, BODY, cover)
    condition = resolver.condition(given, BODY, cover) if given else None
    if body is None or (given and condition is None):
        return None
    return t.Estimate("P", body, condition, place=resolver.place(place_of))


def _quantile(resolver: Resolver, node: r.Raw, cover: Cover) -> float | None:
    inner = r.bare(node)
    if isinstance(inner, r.Under) and inner is cover.last:
        is_strategy(resolver, inner.strategy)
        inner = r.bare(inner.arg)
    if isinstance(inner, r.Literal) and 0 < inner.value < 1:
        return inner.value
    resolver.no("quantile_level", node, found=resolver.text.says(node))
    return None


def covering(resolver: Resolver, node: r.Group | r.Apply, outer: Cover) -> Cover:
    """Within a bracket its last `under` covers what has none of its own; without one, the bracket around."""
    last: r.Under | None = None
    for each in r.walk(node):
        if isinstance(each, r.Under) and (last is None or each.strategy.start > last.strategy.start):
            last = each
    return Cover(last.strategy.name, last) if last else outer


def under(resolver: Resolver, node: r.Under, mode: Mode, cover: Cover) -> t.Expr | None:
    """arg under strategy: a measure, a bracket, or whatever stands last in the bracket around."""
    if not mode.measures:
        return resolver.no("under_not_here", node, found=resolver.text.says(node), where=mode.where)
    known, arg, inner = is_strategy(resolver, node.strategy), node.arg, r.bare(node.arg)
    if isinstance(inner, r.Under):
        found, says = resolver.text.says(node), resolver.text.says(inner.arg)
        names = {"first": inner.strategy.name, "second": node.strategy.name}
        return resolver.no("under_twice", node, found=found, measure=says, **names)
    valued = isinstance(arg, r.Word) and (arg.name in VALUES or arg.name in resolver.scope.assumptions)
    own = isinstance(arg, r.Group | r.Word) and not valued
    if not own and node is not cover.last:
        found, name = resolver.text.says(arg), node.strategy.name
        return resolver.no("under_follows_no_measure", node, found=found, strategy=name)
    value = resolver.value(arg, mode, Cover(node.strategy.name, cover.last) if own else cover)
    return value if known else None


def is_strategy(resolver: Resolver, word: r.Word) -> bool:
    """Whether `word` is a strategy; reported if it is not."""
    if word.name in resolver.scope.strategies:
        return True
    if word.name in resolver.scope.broken:
        resolver.text.found += 1
        return False
    near = resolver.scope.nearest_in(word.name, resolver.scope.strategies)
    known = listed(resolver.scope.strategies)
    code = "no_such_strategy_near" if near else "no_such_strategy"
    resolver.no(code, word, name=word.name, nearest=near, known=known)
    return False
