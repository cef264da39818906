"""Frozen classes beside the standard decorator's: whatever is done with one is done with the other."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

from detente.language import records


def _pair(decorate: Any, **options: Any) -> tuple[type, type]:
    """A class and one that inherits from it."""

    @decorate(frozen=True, **options)
    class Node:
        """A node."""

        value: float
        place: str = field(default="nowhere", compare=False, repr=False, kw_only=True)

    @decorate(frozen=True, **options)
    class Leaf(Node):
        """A leaf."""

        name: str = ""
        parts: tuple[float, ...] = field(default_factory=tuple)

        def __post_init__(self) -> None:
            if self.name == "bad":
                raise ValueError("bad")

    return Node, Leaf


@records.dataclass(frozen=True, slots=True)
class Kept:
    """A class of a module, so that it can be pickled."""

    value: float
    names: tuple[str, ...] = ()


BOTH = [(_pair(dataclasses.dataclass, slots=s), _pair(records.dataclass, slots=s)) for s in (True, False)]
DONE: dict[str, Callable[[Any, Any], Any]] = {
    "shown": lambda node, leaf: repr(leaf(1.5, "x", parts=(2.0,), place="here")),
    "defaults": lambda node, leaf: dataclasses.asdict(leaf(1.5)),
    "all by name": lambda node, leaf: dataclasses.asdict(leaf(place="p", parts=(), name="n", value=0.0)),
    "equal but for place": lambda node, leaf: leaf(1.0, "x", place="a") == leaf(1.0, "x", place="b"),
    "hash but for place": lambda node, leaf: hash(leaf(1.0, "x", place="a")) == hash(leaf(1.0, "x", place="b")),
    "not equal": lambda node, leaf: leaf(1.0, "x") == leaf(1.0, "y"),
    "another class": lambda node, leaf: (node(1.0) == leaf(1.0), node(1.0) == 1.0),
    "replaced": lambda node, leaf: repr(dataclasses.replace(leaf(1.0, "x", place="a"), value=2.0)),
    "copied": lambda node, leaf: copy.deepcopy(leaf(1.0, "x", place="a")).place,
    "matched": lambda node, leaf: leaf.__match_args__,
    "no dict with slots": lambda node, leaf: hasattr(node(1.0), "__dict__"),
    "after": lambda node, leaf: leaf(1.0, "bad"),
    "missing": lambda node, leaf: leaf(),
    "unknown": lambda node, leaf: leaf(1.0, other=2.0),
    "twice": lambda node, leaf: leaf(1.0, value=2.0),
    "too many": lambda node, leaf: leaf(1.0, "x", (), "place"),
    "set": lambda node, leaf: setattr(leaf(1.0), "value", 2.0),
    "deleted": lambda node, leaf: delattr(leaf(1.0), "value"),
    "unhashable": lambda node, leaf: hash(leaf(1.0, parts=[])),
}


def _outcome(did: Callable[[Any, Any], Any], classes: tuple[type, type]) -> object:
    try:
        return did(*classes)
    except Exception as error:
        return type(error)


@pytest.mark.parametrize("what", DONE)
@pytest.mark.parametrize(("standard", "ours"), BOTH, ids=["slots", "dict"])
def test_as_the_standard_decorator_does(standard: tuple[type, type], ours: tuple[type, type], what: str) -> None:
    assert _outcome(DONE[what], ours) == _outcome(DONE[what], standard)


def test_a_pickle_is_itself_again_and_still_frozen() -> None:
    again = pickle.loads(pickle.dumps(Kept(2.0, ("a", "b"))))
    assert again == Kept(2.0, ("a", "b"))
    with pytest.raises(FrozenInstanceError):
        again.value = 3.0


def test_what_is_not_frozen_is_left_to_the_standard_decorator() -> None:
    @records.dataclass(slots=True)
    class Draft:
        """A draft."""

        value: float = 0.0

    draft = Draft()
    draft.value = 1.0
    assert list(inspect.signature(Draft).parameters) == ["value"]
    assert draft == Draft(1.0)
