"""Limited-move and non-myopic stability: how far ahead a party looks.

Kilgour (1985), Anticipation and stability in two-person non-cooperative games; Kilgour, Hipel and Fang
(1987). With horizon h the party at s considers moving to t, where another party has h - 1 moves left,
and so on; each moves to where it expects play to end best for itself, or stays, which ends play. The
definition is spelt out in `reference.limited_move`. The conventions that the papers leave open:

- a party moves only if it prefers the end that it expects to where it is;
- of equally good moves it takes the one to the state with the lowest number;
- with more than two parties the published definitions differ; here a party is cautious: it expects that,
  of the others, the one moves next whose continuation is worst for it.

A state is non-myopically stable when it is limited-move stable for every horizon from some horizon on.
Expectations at horizon h follow from those at h - 1 alone, so once they recur they repeat for ever, and
the answer is exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from detente.language.records import dataclass

from . import reference
from .graph import Conflict, PlainGraph
from .preferences import BoolArray, ConflictError, IntArray
from .stability import Layout


@dataclass(frozen=True, eq=False)
class NonMyopic:
    """`stable[party, state]`; expectations repeat with `period` from horizon `settled` on."""

    stable: BoolArray
    settled: int
    period: int

    def equilibria(self) -> NDArray[np.int64]:
        """The states that are non-myopically stable for every party."""
        return np.flatnonzero(self.stable.all(axis=0))


def limited_move(model: Conflict | PlainGraph, horizon: int) -> BoolArray:
    """`[party, state]`: whether the state is stable for the party with this horizon (1 is Nash).

    Raises `ConflictError` for a horizon below 1.
    """
    if horizon < 1:
        raise ConflictError(f"a horizon of {horizon} moves: look at least one move ahead")
    for h, ends in _expectations(model):
        if h == horizon:
            return _staying(model, ends)
    raise AssertionError("unreachable")


def non_myopic(model: Conflict | PlainGraph, longest: int = 10_000) -> NonMyopic:
    """Non-myopic stability. Raises `ConflictError` if expectations have not recurred by `longest` moves."""
    seen: dict[bytes, int] = {}
    history: list[BoolArray] = []
    for h, ends in _expectations(model):
        key = blake2b(ends.tobytes(), digest_size=16).digest()
        if key in seen:
            first = seen[key]
            return NonMyopic(np.logical_and.reduce(history[first:]), first, h - first)
        if h > longest:
            break
        seen[key] = h
        history.append(_staying(model, ends))
    raise ConflictError(f"expectations have not settled within {longest} moves; allow for more")


def _staying(model: Conflict | PlainGraph, ends: IntArray) -> BoolArray:
    stays: BoolArray = ends == np.arange(ends.shape[1])
    return stays & model.feasible if isinstance(model, Conflict) else stays


def _expectations(model: Conflict | PlainGraph) -> Iterator[tuple[int, IntArray]]:
    """For h = 0, 1, 2, ...: `ends[party, state]`, where play begun by the party is expected to end."""
    return _by_definition(model) if _small(model) else _by_structure(model)


def _small(model: Conflict | PlainGraph) -> bool:
    return isinstance(model, PlainGraph) or model.space.size <= 64


def _by_definition(model: Conflict | PlainGraph) -> Iterator[tuple[int, IntArray]]:
    graph = reference.graph_of(model)
    size = model.space.size if isinstance(model, Conflict) else len(model.names)
    ends = {(i, s): s for i in range(graph.parties) for s in graph.states}
    horizon = 0
    while True:
        table = np.tile(np.arange(size, dtype=np.int32), (graph.parties, 1))
        for (i, s), end in ends.items():
            table[i, s] = end
        yield horizon, table
        ends = reference.one_move_more(graph, ends)
        horizon += 1


def _by_structure(model: Conflict | PlainGraph) -> Iterator[tuple[int, IntArray]]:
    if isinstance(model, PlainGraph):
        raise TypeError("a plain graph has no structure to use")
    walker = _Walker(model)
    ends = np.tile(np.arange(model.space.size, dtype=np.int32), (len(model.parties), 1))
    horizon = 0
    while True:
        yield horizon, ends
        ends = np.stack([walker.anticipated(party, ends) for party in range(len(model.parties))])
        horizon += 1


class _Walker:
    """One step of anticipation; ends are numbered as the conflict numbers its states.

    The kernel breaks ties by regrouped number. A party's options keep their order, so within a slice that
    is the order of the conflict's own numbers.
    """

    def __init__(self, model: Conflict) -> None:
        self.layout = Layout(model, two_way_first=False)
        layout = self.layout
        self.number = layout.forth(np.arange(model.space.size, dtype=np.int32))
        none = np.zeros(0, np.uint64)
        self.free = [
            not layout.ruled[party] and layout.both[party] == layout.size[party] for party in range(layout.parties)
        ]
        self.need = [none if free else layout.needs(p) for p, free in enumerate(self.free)]
        self.have = [none if free else layout.haves(p) for p, free in enumerate(self.free)]

    def anticipated(self, party: int, ends: IntArray) -> IntArray:
        from . import kernels

        layout = self.layout
        rank = layout.model.preferences[party].rank
        expected, value = self._worst_for(party, ends, rank)
        best = np.empty(rank.size, np.int32)
        kernels.anticipate(
            party, layout.forth(value), layout.rank_of(party), layout.feasible,
            self.need[party], self.have[party], int(layout.stride[party]), int(layout.size[party]), best,
        )  # fmt: skip
        chosen = layout.back(self.number[best])
        stays = chosen == np.arange(rank.size)
        result: IntArray = np.where(stays, chosen, expected[chosen]).astype(np.int32)
        return result

    def _worst_for(self, party: int, ends: IntArray, rank: IntArray) -> tuple[IntArray, IntArray]:
        """Where play goes on to end from each state, by the other party whose continuation is worst."""
        others = [other for other in range(len(ends)) if other != party]
        if not others:
            here = np.arange(rank.size, dtype=np.int32)
            return here, rank
        expected = ends[others[0]].copy()
        for other in others[1:]:
            np.copyto(expected, ends[other], where=rank[ends[other]] < rank[expected])
        return expected, rank[expected]
