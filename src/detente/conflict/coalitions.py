"""Coalitions: parties that move together when all of them gain.

Kilgour, Hipel, Fang and Peng (2001), Coalition analysis in group decision support; Inohara and Hipel
(2008), Coalition analysis in the graph model for conflict resolution. A coalition H reaches what its
members can reach together by any number of moves, none twice running. It improves only if every member
prefers the end to the start. Nash, GMR, SMR and SEQ then read as for one party, where

- a sanction is a state that is not better than the start for at least one member;
- for SMR, from there H can move together to nothing that is better than the start for every member;
- for SEQ, the others' moves are improvements for whoever makes them, one party at a time.

A coalition of one is the party itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import combinations

import numpy as np

from detente.language.records import dataclass

from .graph import Model, StateArray
from .pointwise import Path, first_response, layers
from .preferences import BoolArray, ConflictError


@dataclass(frozen=True)
class Break:
    """How a coalition breaks a state: its members' steps to a state that nobody can make them regret."""

    members: tuple[int, ...]
    state: int
    steps: Path


def coalition_improvements(model: Model, members: Sequence[int], state: int) -> Iterator[Path]:
    """The members' joint moves from `state` to states that all of them prefer, nearest first."""
    for layer in layers(model, members, state, improving=False):
        for i in np.flatnonzero(layer.fresh & _all_better(model, members, layer.states, state)).tolist():
            yield layer.path(i)


def coalition_stable(model: Model, members: Sequence[int], state: int, concept: str) -> bool:
    """Whether `state` is stable for the coalition under nash, gmr, smr or seq."""
    return breaking(model, members, state, concept) is None


def breaking(model: Model, members: Sequence[int], state: int, concept: str) -> Break | None:
    """A joint improvement of the coalition from `state` that nothing deters, or None if it is stable.

    Raises `ConflictError` for another concept or an empty coalition.
    """
    if concept not in ("nash", "gmr", "smr", "seq"):
        raise ConflictError(f"coalition stability is defined for nash, gmr, smr and seq, not for {concept}")
    if not members:
        raise ConflictError("a coalition needs at least one member")
    for path in coalition_improvements(model, members, state):
        if concept == "nash" or not _deterred(model, members, state, path[-1][1], concept):
            return Break(tuple(members), state, path)
    return None


def coalition_breaks(
    model: Model, equilibria: Iterable[int], concept: str, *, largest: int | None = None
) -> dict[int, list[Break]]:
    """For each equilibrium, the coalitions (of two up to `largest`, or all) that break it under a concept."""
    sizes = range(2, (largest or len(model.parties)) + 1)
    groups = [members for size in sizes for members in combinations(range(len(model.parties)), size)]
    return {
        state: [found for members in groups if (found := breaking(model, members, state, concept))]
        for state in map(int, equilibria)
    }


def _deterred(model: Model, members: Sequence[int], state: int, move: int, concept: str) -> bool:
    others = [party for party in range(len(model.parties)) if party not in members]

    def sanctions(states: StateArray) -> BoolArray:
        found = ~_all_better(model, members, states, state)
        if concept == "smr":
            for i in np.flatnonzero(found).tolist():
                found[i] = not _escapes(model, members, int(states[i]), state)
        return found

    return first_response(model, others, move, sanctions, improving=concept == "seq") is not None


def _escapes(model: Model, members: Sequence[int], end: int, state: int) -> bool:
    better = partial(_all_better, model, members, than=state)
    return first_response(model, members, end, better, improving=False) is not None


def _all_better(model: Model, members: Sequence[int], states: StateArray, than: int) -> BoolArray:
    better = np.ones(states.size, np.bool_)
    for party in members:
        better &= model.ranks(party, states) > model.rank(party, than)
    return better
