"""Stability of small conflicts in option form by whole arrays: moves as relations between all pairs of states.

For a few hundred states nothing is sooner: what opponents can reach together is the transitive closure of the union
of their moves. It takes the square of the states in memory and their cube in time, which is why larger conflicts go
by structure. Moves must be transitive, so that nobody need be kept from moving twice running.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .graph import Conflict
from .preferences import BoolArray

Relation: TypeAlias = BoolArray  # [s, t]: from s to t
Ranks: TypeAlias = NDArray[np.int32]


def stable_states(model: Conflict, concepts: tuple[str, ...]) -> dict[str, list[BoolArray]]:
    """Per concept (of nash, gmr, smr and seq) and party, whether each feasible state is stable."""
    ranks = [preference.rank[model.states] for preference in model.preferences]
    moves = [_moves(model, party) for party in range(len(model.parties))]
    gains = [move & (rank[None, :] > rank[:, None]) for move, rank in zip(moves, ranks, strict=True)]
    found: dict[str, list[BoolArray]] = {concept: [] for concept in concepts}
    for party, (rank, gain) in enumerate(zip(ranks, gains, strict=True)):
        answers = _Answers(party, rank, moves, gains)
        for concept in concepts:
            tempted = gain & (answers.of(concept)[None, :] > rank[:, None])
            found[concept].append(np.logical_not(tempted.any(axis=1)))
    return found


class _Answers:
    """What each state is worth to a party once the others have answered; closures are found once."""

    def __init__(self, party: int, rank: Ranks, moves: list[Relation], gains: list[Relation]) -> None:
        self.party, self.rank, self.moves, self.gains = party, rank, moves, gains
        self._reached: Relation | None = None

    def of(self, concept: str) -> Ranks:
        """The answers under a concept; under Nash nobody answers."""
        if concept == "nash":
            return self.rank
        if concept == "seq":
            return _least(_closure(self._others(self.gains)), self.rank)
        if self._reached is None:
            self._reached = _closure(self._others(self.moves))
        return _least(self._reached, self._makes() if concept == "smr" else self.rank)

    def _others(self, relations: list[Relation]) -> Relation:
        together = np.zeros_like(relations[0])
        for other, relation in enumerate(relations):
            if other != self.party:
                together |= relation
        return together

    def _makes(self) -> Ranks:
        """The best that the party can make of each state."""
        own = self.moves[self.party] | np.eye(self.rank.size, dtype=np.bool_)
        best: Ranks = np.where(own, self.rank[None, :], -1).max(axis=1).astype(np.int32)
        return best


def _moves(model: Conflict, party: int) -> Relation:
    states = model.states
    place = np.full(model.space.size, -1)
    place[states] = np.arange(states.size)
    position, reached = model.spread(party, states)
    relation = np.zeros((states.size, states.size), np.bool_)
    relation[position, place[reached]] = True
    return relation


def _closure(relation: Relation) -> Relation:
    """What can be reached by any number of moves, none included (Warshall 1962), rows as packed bits."""
    count = len(relation)
    rows = np.packbits(relation | np.eye(count, dtype=np.bool_), axis=1)
    for through in range(count):
        reaching = np.flatnonzero(rows[:, through >> 3] & (128 >> (through & 7)))
        rows[reaching] |= rows[through]
    return np.unpackbits(rows, axis=1, count=count).astype(np.bool_)


def _least(reached: Relation, value: Ranks) -> Ranks:
    least: Ranks = np.where(reached, value[None, :], np.iinfo(np.int32).max).min(axis=1).astype(np.int32)
    return least
