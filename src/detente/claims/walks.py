"""Walks over the typed tree of a claim: what it mentions, and its twin without the runs where neither happened."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, cast

from ..language.case import Case
from ..language.tree import (
    And,
    Before,
    Compare,
    DateLiteral,
    Estimate,
    Expr,
    IfElse,
    MeasureAt,
    Never,
    Node,
    Now,
    Or,
    Truth,
)
from ..language.walk import walk


def rebuilt(node: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same tree with every node's children rebuilt first, then the node changed."""

    def part(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(part(one) for one in value)
        return rebuilt(cast(Expr, value), change) if isinstance(value, Node) else value

    parts: dict[str, Any] = {one.name: part(getattr(node, one.name)) for one in dataclasses.fields(node)}
    return change(dataclasses.replace(node, **parts))


def has_luck(node: Expr) -> bool:
    """Whether an estimate over runs stands in it."""
    return any(isinstance(one, Estimate) for one in walk(node))


def strategies_of(node: Expr) -> tuple[str, ...]:
    """The strategies that it mentions, in order of appearance."""
    return tuple(dict.fromkeys(one.strategy for one in walk(node) if isinstance(one, MeasureAt)))


def befores(node: Expr) -> tuple[Before, ...]:
    """The distinct `a before b` in it."""
    return tuple(dict.fromkeys(one for one in walk(node) if isinstance(one, Before)))


def is_date(node: Expr, case: Case) -> bool:
    """Whether it is a date (or `never`) rather than a number or a condition."""
    match node:
        case DateLiteral() | Never() | Now():
            return True
        case MeasureAt(measure=name):
            return case.measures[name].kind == "date"
        case Estimate(kind="median" | "q", body=body):
            return is_date(body, case)
        case IfElse(then=then):
            return is_date(then, case)
    return False


def some_happened(before: Before) -> Expr:
    """The condition that at least one side of `a before b` happened."""
    return Or((_happened(before.left), _happened(before.right)))


def _happened(date: Expr) -> Expr:
    match date:
        case DateLiteral():
            return Truth(True)
        case Never():
            return Truth(False)
    return Compare("<", date, Never())


def without_neither(node: Expr) -> Expr:
    """The claim judged only on runs where, for each `P`, at least one side of one of its `before` happened."""
    return rebuilt(node, _given_some_happened)


def _given_some_happened(node: Expr) -> Expr:
    if not isinstance(node, Estimate) or node.kind != "P" or not befores(node):
        return node
    some: Expr = Or(tuple(some_happened(before) for before in befores(node)))
    return dataclasses.replace(node, given=some if node.given is None else And((node.given, some)))
