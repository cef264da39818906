"""Comparisons: of numbers, of dates, and of an option or a `one_of` with its own levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from . import raw as r
from . import tree as t
from .agreement_words import agreement_levels, compare_agreement
from .estimates import is_strategy
from .modes import Cover, Mode
from .raw import VALUES, listed

if TYPE_CHECKING:
    from .resolve import Resolver

FLIPPED: dict[str, t.CompareOp] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def comparison(resolver: Resolver, node: r.Comparison, mode: Mode, cover: Cover) -> t.Expr | None:
    """left op right: a level if one side has levels and the other is a bare word, else numbers or dates."""
    if node.op == "before":
        return _before(resolver, node, mode, cover)
    trailing = node.right if node.right is cover.last else None
    if trailing and isinstance(trailing.arg, r.Word):
        plain = r.Comparison(node.start, node.end, node.op, node.left, trailing.arg)
        if against := _against_level(resolver, plain, mode):
            return _level(resolver, node, *against) if is_strategy(resolver, trailing.strategy) else None
    if against := _against_level(resolver, node, mode):
        return _level(resolver, node, *against)
    if at_fault := _at_fault(resolver, node, mode):
        return resolver.word(at_fault, mode, cover)
    left, right = resolver.value(node.left, mode, cover), resolver.value(node.right, mode, cover)
    if left is None or right is None:
        return None
    dates = [resolver.kind(left), resolver.kind(right)].count("date")
    if dates == 1:
        return resolver.no("date_and_number", node, found=resolver.text.says(node))
    if dates == 0:
        left, right = resolver.counted(left), resolver.counted(right)
    return t.Compare(cast(t.CompareOp, node.op), left, right, place=resolver.place(node))


def _before(resolver: Resolver, node: r.Comparison, mode: Mode, cover: Cover) -> t.Expr | None:
    if not mode.measures:
        return resolver.no("before_not_here", node, where=mode.where)
    left, right = resolver.value(node.left, mode, cover), resolver.value(node.right, mode, cover)
    if left is None or right is None:
        return None
    for side, expr in ((node.left, left), (node.right, right)):
        if resolver.kind(expr) != "date":
            return resolver.no("before_needs_dates", side, found=resolver.text.says(side))
    return t.Before(left, right, place=resolver.place(node))


def levels(resolver: Resolver, node: r.Raw, mode: Mode) -> tuple[str, ...]:
    """The levels or rivals of what `node` names, or none. A rival is readable wherever an assumption is."""
    node = r.bare(node)
    if not isinstance(node, r.Word) or node.name in resolver.scope.broken:
        return ()
    if node.name in resolver.scope.options:
        return resolver.scope.options[node.name].levels if mode.state else ()
    if node.name in resolver.scope.assumptions:
        return resolver.scope.assumptions[node.name].rivals if mode.assumptions else ()
    return agreement_levels(resolver.scope, node.name) if mode.state else ()


def _at_fault(resolver: Resolver, node: r.Comparison, mode: Mode) -> r.Word | None:
    """The name at fault where the other side may well be its level: that one is then left unread."""
    left, right = r.bare(node.left), r.bare(node.right)
    for side in (left, right):
        if isinstance(side, r.Word) and (side.name in resolver.scope.broken or _is_hidden(resolver, side, mode)):
            return side
    both_unknown = all(
        isinstance(side, r.Word) and side.name not in VALUES and not resolver.scope.kind(side.name)
        for side in (left, right)
    )
    return cast(r.Word, left) if both_unknown else None


def _is_hidden(resolver: Resolver, word: r.Word, mode: Mode) -> bool:
    """Whether `word` has levels or rivals that cannot be read here."""
    assumption = resolver.scope.assumptions.get(word.name)
    has = word.name in resolver.scope.options or (assumption is not None and bool(assumption.rivals))
    return has and not levels(resolver, word, mode)


def _against_level(resolver: Resolver, node: r.Comparison, mode: Mode) -> tuple[r.Word, r.Word, t.CompareOp] | None:
    """What is compared with its own level, the level, and the operator with the level on its right."""
    found = []
    sides = ((node.left, node.right, cast(t.CompareOp, node.op)), (node.right, node.left, FLIPPED[node.op]))
    for subject, level, op in sides:
        if not isinstance(level, r.Word) or "." in level.name or level.name in VALUES:
            continue
        if known := levels(resolver, subject, mode):
            found.append((cast(r.Word, r.bare(subject)), level, op, level.name in known))
    found.sort(key=lambda each: not each[3])
    if not found or (not found[0][3] and _is_number_beside(resolver, *found[0][:3])):
        return None
    return found[0][:3]


def _is_number_beside(resolver: Resolver, subject: r.Word, level: r.Word, op: str) -> bool:
    """Whether `us.sanctions > threshold` compares numbers: no level has that name, and a number has."""
    option = resolver.scope.options.get(subject.name)
    known = level.name in resolver.scope.quantities or level.name in resolver.scope.assumptions
    return known and option is not None and option.values is not None and op not in ("==", "!=")


def _level(resolver: Resolver, node: r.Raw, subject: r.Word, level: r.Word, op: t.CompareOp) -> t.Expr | None:
    place, name = resolver.place(node), subject.name
    option = resolver.scope.options.get(name)
    if option is None and name not in resolver.scope.assumptions:
        return compare_agreement(resolver, node, subject, level, op)
    known = option.levels if option else resolver.scope.assumptions[name].rivals
    if level.name not in known:
        near = resolver.scope.nearest_in(level.name, known)
        code = ("no_such_level" if option else "no_such_rival") + ("_near" if near else "")
        return resolver.no(code, level, name=level.name, owner=name, nearest=near, known=listed(known))
    index = known.index(level.name)
    if option:
        return t.CompareLevel(op, name, index, level.name, place=place)
    if op not in ("==", "!="):
        return resolver.no("rivals_have_no_order", node, assumption=name, rival=level.name)
    return t.CompareRival(op, name, index, level.name, place=place)


def member(resolver: Resolver, node: r.Member, mode: Mode) -> t.Expr | None:
    """subject in [levels]: any of the comparisons with `==`."""
    subject = r.bare(node.subject)
    if not isinstance(subject, r.Word) or not levels(resolver, subject, mode):
        if isinstance(subject, r.Word) and resolver.word(subject, mode, Cover("", None)) is None:
            return None
        return resolver.no("in_needs_levels", node.subject, subject=resolver.text.says(node.subject))
    found = []
    for name in node.names:
        if isinstance(name, r.Word):
            found.append(_level(resolver, name, subject, name, "=="))
        else:
            found.append(resolver.no("in_needs_bare_levels", name, found=resolver.text.says(name)))
    if any(each is None for each in found):
        return None
    place = resolver.place(node)
    args = tuple(each for each in found if each)
    any_of = args[0] if len(args) == 1 else t.Or(args, place=place)
    return t.Not(any_of, place=place) if node.negated else any_of
