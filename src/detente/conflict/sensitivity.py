"""What the equilibria hang on: one swap of two statements, or a whole variant of the conflict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

from detente.language.records import dataclass

from .graph import Conflict
from .preferences import BoolArray, Preference, Rank, prioritised
from .stability import solve


@dataclass(frozen=True)
class Swap:
    """Exchanging the statements at two places (from 0) of a party's list, and what that does."""

    party: str
    places: tuple[int, int]
    texts: tuple[str, str]
    gained: tuple[int, ...]
    lost: tuple[int, ...]

    @property
    def changes(self) -> bool:
        """Whether the equilibria change at all."""
        return bool(self.gained or self.lost)


def swaps(model: Conflict, concept: str = "seq") -> list[Swap]:
    """Every single swap of two ranks of statements, and which equilibria it adds and removes."""
    base = solve(model, (concept,)).equilibrium(concept)
    found = []
    for party, (i, j), preference in _swapped(model):
        now = solve(model.with_preferences({model.parties[party]: preference}), (concept,)).equilibrium(concept)
        ranks = model.preferences[party].statements
        found.append(
            Swap(
                model.parties[party], (i, j), (_text(ranks[i]), _text(ranks[j])), _set(now & ~base), _set(base & ~now)
            )
        )
    return found


@dataclass(frozen=True, eq=False)
class Tally:
    """In how many of the variants each state is an equilibrium."""

    concept: str
    variants: tuple[str, ...]
    equilibria: dict[str, list[int]]

    @property
    def counts(self) -> dict[int, int]:
        """Per state that is an equilibrium anywhere, in how many variants; the most frequent first."""
        return dict(Counter(state for states in self.equilibria.values() for state in states).most_common())

    def share(self, states: BoolArray) -> float:
        """The share of variants in which one of `states` is an equilibrium."""
        return sum(bool(states[found].any()) for found in self.equilibria.values()) / len(self.variants)

    def lines(self) -> list[str]:
        """`state 6: equilibrium in 3 of 4 variants`, one line per state."""
        return [f"state {s}: equilibrium in {k} of {len(self.variants)} variants" for s, k in self.counts.items()]


def tally(variants: Mapping[str, Conflict], concept: str = "seq") -> Tally:
    """The equilibria of named variants of a conflict (name the base too if it is to count)."""
    found = {name: solve(model, (concept,)).equilibria(concept).tolist() for name, model in variants.items()}
    return Tally(concept, tuple(variants), found)


def _swapped(model: Conflict) -> Iterator[tuple[int, tuple[int, int], Preference]]:
    for party, preference in enumerate(model.preferences):
        for i, j in combinations(range(len(preference.statements)), 2):
            ranks = list(preference.statements)
            ranks[i], ranks[j] = ranks[j], ranks[i]
            yield party, (i, j), prioritised(ranks, model.feasible)


def _text(rank: Rank) -> str:
    return " = ".join(statement.text for statement in rank)


def _set(mask: BoolArray) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())
