"""Ordinal preferences: from statements, a ranking or numbers to one dense rank per state.

Option prioritisation (Fang, Hipel and Kilgour 1993, section 6.2; Peng, Hipel and Kilgour 1997):
statements are listed from the most to the least important, and the weight of a statement exceeds the
weights of all later ones together. So states compare lexicographically, by the first rank of statements
on which they differ. Statements of equal rank share one weight: they compare by how many of them hold.
States that agree on everything tie, and a tie is indifference.

A *rank* here counts up from 0, the worst; infeasible states have rank -1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.language.records import dataclass

BoolArray: TypeAlias = NDArray[np.bool_]
IntArray: TypeAlias = NDArray[np.int32]

_LARGEST = 2**31 - 1


class ConflictError(ValueError):
    """What a user wrote does not make a conflict: the message says what, where and what to do.

    `path` leads to the entry of a `conflict:` section that it is about, if it is about one, and `column` (from 1)
    into the text there. `reason` is the message without that place.
    """

    def __init__(
        self, message: str, *, path: tuple[str | int, ...] = (), column: int = 0, reason: str = ""
    ) -> None:
        super().__init__(message)
        self.path, self.column, self.reason = path, column, reason or message


@dataclass(frozen=True, eq=False)
class Statement:
    """One preference statement: its words, and per state whether it holds.

    `truth` is an array of one bool per state (infeasible ones included), or a function that returns it,
    so that a large conflict need not hold all of them at once.
    """

    text: str
    truth: BoolArray | Callable[[], BoolArray]

    def holds(self) -> BoolArray:
        """Per state, whether the statement is true."""
        return self.truth() if callable(self.truth) else self.truth

    def negated(self) -> Statement:
        """The opposite statement."""
        return Statement(f"not ({self.text})", lambda: ~self.holds())


Rank: TypeAlias = tuple[Statement, ...]


@dataclass(frozen=True, eq=False)
class Preference:
    """What one party prefers: `rank[s]` per state, 0 the worst, ties equal, -1 where infeasible.

    `coarse`, if given, is a coarser rank: a state is *much* preferred to another when its coarse rank is
    higher (Hamouda, Kilgour and Hipel 2004). `statements` are those it came from, in ranks.
    """

    rank: IntArray
    coarse: IntArray | None = None
    statements: tuple[Rank, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    @property
    def levels(self) -> int:
        """How many different ranks there are among feasible states."""
        return int(self.rank.max()) + 1


def dense(values: NDArray[np.integer], feasible: BoolArray) -> IntArray:
    """Ranks 0, 1, 2, ... in the order of `values` (not negative), without gaps among feasible states."""
    result = np.full(values.size, -1, np.int32)
    inside = values[feasible]
    top = int(inside.max()) + 1
    if top <= 8 * values.size + 1024:
        present = np.zeros(top, np.bool_)
        present[inside] = True
        position = np.cumsum(present, dtype=np.int32)
        position -= 1
        result[feasible] = position[inside]
    else:
        result[feasible] = np.unique(inside, return_inverse=True)[1]
    return result


def prioritised(
    statements: Iterable[Statement | Sequence[Statement]],
    feasible: BoolArray,
    *,
    strong: int = 0,
    party: str = "",
) -> Preference:
    """The preference that ordered statements describe; an empty list means that all states tie.

    An inner sequence holds statements of equal rank. The first `strong` ranks carry strength: a state
    that is better on one of those is much preferred. Statements that repeat or contradict an earlier
    one, or are the same in every feasible state, change nothing and are named in `warnings`.
    """
    ranks = [(item,) if isinstance(item, Statement) else tuple(item) for item in statements]
    score = np.zeros(feasible.size, np.int32)
    coarse = None
    bound = 1
    watch = _Watch(feasible, party)
    for place, rank in enumerate(ranks):
        if place == strong and strong:
            coarse = dense(score, feasible)
        if bound * (len(rank) + 1) > _LARGEST:
            score = dense(score, feasible)
            bound = int(score.max()) + 1
            np.maximum(score, 0, out=score)
        score *= len(rank) + 1
        bound *= len(rank) + 1
        for statement in rank:
            truth = _checked(statement, feasible.size, party)
            watch.see(statement.text, truth)
            np.add(score, truth, out=score)
    result = dense(score, feasible)
    if strong and coarse is None:
        coarse = result
    return Preference(result, coarse, tuple(ranks), tuple(watch.warnings))


def numbers(
    values: NDArray[np.floating] | NDArray[np.integer] | Sequence[float], feasible: BoolArray, *, party: str = ""
) -> Preference:
    """The preference given by one number per state (higher is better); infeasible states are ignored."""
    given = np.asarray(values)
    if given.shape != feasible.shape:
        raise ConflictError(
            f"preferences of {party or 'a party'}: {given.size} numbers for {feasible.size} states; give one each"
        )
    inside = given[feasible]
    if np.isnan(inside.astype(float)).any():
        raise ConflictError(f"preferences of {party or 'a party'}: a feasible state has no number (nan)")
    rank = np.full(feasible.size, -1, np.int32)
    rank[feasible] = np.unique(inside, return_inverse=True)[1]
    return Preference(rank)


def ranking(order: Sequence[int | Sequence[int]], feasible: BoolArray, *, party: str = "") -> Preference:
    """The preference given by states from best to worst; an inner sequence is a tie.

    Raises `ConflictError` when a feasible state is missing, repeated, unknown or infeasible.
    """
    who = f"ranking of {party or 'a party'}"
    rank = np.full(feasible.size, -1, np.int32)
    for place, item in enumerate(order):
        for state in [item] if isinstance(item, int | np.integer) else item:
            if not 0 <= state < feasible.size or not feasible[state]:
                raise ConflictError(f"{who}, place {place + 1}: {state} is not a feasible state; leave it out")
            if rank[state] >= 0:
                raise ConflictError(f"{who}, place {place + 1}: state {state} is ranked twice; keep one place")
            rank[state] = len(order) - 1 - place
    missing = np.flatnonzero(feasible & (rank < 0))
    if missing.size:
        some = ", ".join(map(str, missing[:5])) + (", ..." if missing.size > 5 else "")
        raise ConflictError(f"{who}: {missing.size} feasible states are missing ({some}); rank every one")
    return Preference(dense(rank, feasible))


def with_strength(preference: Preference, coarse: NDArray[np.integer], feasible: BoolArray) -> Preference:
    """The same preference, where a higher number in `coarse` makes a state *much* preferred.

    Raises `ConflictError` where `coarse` calls a state much better that is not even better.
    """
    rank = preference.rank
    level = dense(np.where(feasible, coarse - coarse.min(), 0), feasible)
    by_rank = np.argsort(rank[feasible], kind="stable")
    sorted_level = level[feasible][by_rank]
    sorted_rank = rank[feasible][by_rank]
    falls = np.flatnonzero(np.diff(sorted_level) < 0)
    splits = np.flatnonzero((np.diff(sorted_rank) == 0) & (np.diff(sorted_level) != 0))
    if falls.size or splits.size:
        at = np.flatnonzero(feasible)[by_rank[(falls if falls.size else splits)[0]]]
        raise ConflictError(f"strength of preference contradicts the preference around state {at}")
    return Preference(rank, level, preference.statements, preference.warnings)


def _checked(statement: Statement, size: int, party: str) -> BoolArray:
    truth = np.asarray(statement.holds(), np.bool_)
    if truth.shape != (size,):
        raise ConflictError(
            f"statement {statement.text!r} of {party or 'a party'} has {truth.size} truth values for {size} states"
        )
    return truth


class _Watch:
    """Notices statements that cannot matter: constant, repeating or contradicting an earlier one."""

    def __init__(self, feasible: BoolArray, party: str) -> None:
        self.feasible, self.party = feasible, party
        self.everything = bool(feasible.all())
        self.seen: dict[bytes, str] = {}
        self.warnings: list[str] = []

    def see(self, text: str, truth: BoolArray) -> None:
        inside = truth if self.everything else truth[self.feasible]
        held = int(np.count_nonzero(inside))
        who = f"{self.party}: " if self.party else ""
        if held in (0, inside.size):
            always = "in every" if held else "in no"
            self.warnings.append(f"{who}{text!r} holds {always} feasible state and changes nothing")
            return
        key, opposite = _digest(inside), _digest(~inside)
        if key in self.seen:
            self.warnings.append(f"{who}{text!r} repeats {self.seen[key]!r}")
        elif opposite in self.seen:
            self.warnings.append(f"{who}{text!r} contradicts the more important {self.seen[opposite]!r}")
        self.seen.setdefault(key, text)


def _digest(truth: BoolArray) -> bytes:
    return blake2b(np.packbits(truth).tobytes(), digest_size=16).digest()
