"""Walking the typed tree by one rule, read off the fields of its nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from .tree import Expr, Node

_PARTS: dict[type, tuple[str, ...]] = {}


def _parts(kind: type) -> tuple[str, ...]:
    if kind not in _PARTS:
        _PARTS[kind] = tuple(field.name for field in fields(kind) if field.name != "place")
    return _PARTS[kind]


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly below `expr`, in the order of its fields."""
    found: list[Expr] = []
    for name in _parts(type(expr)):
        value = getattr(expr, name)
        if isinstance(value, Node):
            found.append(value)  # type: ignore[arg-type]
        elif isinstance(value, tuple):
            found.extend(item for item in value if isinstance(item, Node))  # type: ignore[misc]
    return tuple(found)


def walk(*exprs: Expr | None) -> Iterator[Expr]:
    """Every expression of the trees, parents first, in the order of the text."""
    waiting = [expr for expr in reversed(exprs) if expr is not None]
    while waiting:
        expr = waiting.pop()
        yield expr
        waiting.extend(reversed(children(expr)))
