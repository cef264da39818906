"""Misperception: each party analyses the conflict it believes in; what happens is decided by all.

First-level hypergames (Bennett 1977; Wang, Hipel and Fraser 1988). A party may overlook states or believe
in others that are not there, and may be wrong about what others prefer. A state comes about as an
equilibrium when every party finds it stable in its own conflict and it is really feasible; it surprises
whoever overlooks it, or does not expect it as an equilibrium.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from detente.language.records import dataclass

from .graph import Conflict
from .preferences import BoolArray, ConflictError, Preference, dense
from .stability import Stability, solve


@dataclass(frozen=True, eq=False)
class Hypergame:
    """`expected[party]`: the equilibria that it expects; `outcomes`: those that come about."""

    actual: Conflict
    believed: dict[str, Conflict]
    concept: str
    expected: dict[str, list[int]]
    outcomes: list[int]

    def surprises(self, party: str) -> list[int]:
        """The outcomes that the party does not expect."""
        return [state for state in self.outcomes if state not in self.expected[party]]

    def disappointments(self, party: str) -> list[int]:
        """What the party expects and cannot come about."""
        return [state for state in self.expected[party] if state not in self.outcomes]


def believes(
    actual: Conflict, *, feasible: BoolArray | None = None, preferences: Mapping[str, Preference] | None = None
) -> Conflict:
    """The conflict as a party sees it: its feasible states (all of the actual ones unless given) and beliefs."""
    seen = actual.feasible if feasible is None else np.asarray(feasible, np.bool_)
    if seen.shape != actual.feasible.shape:
        raise ConflictError(f"a belief covers {seen.size} states; there are {actual.feasible.size}")
    if not seen.any():
        raise ConflictError("a party that believes in no state cannot choose; leave it at least one")
    changed = actual.with_preferences(preferences or {})
    start = actual.start if actual.start is not None and seen[actual.start] else None
    ranks = tuple(_restricted(preference, seen) for preference in changed.preferences)
    return replace(changed, feasible=seen, preferences=ranks, start=start)


def hypergame(actual: Conflict, believed: Mapping[str, Conflict], concept: str = "seq") -> Hypergame:
    """What each party expects and what comes about; a party without a belief sees the conflict as it is."""
    for name in believed:
        actual.party(name)
    views = {name: believed.get(name, actual) for name in actual.parties}
    solved: dict[int, Stability] = {}
    for view in views.values():
        if id(view) not in solved:
            solved[id(view)] = solve(view, (concept,))
    expected = {name: solved[id(view)].equilibria(concept).tolist() for name, view in views.items()}
    stable = actual.feasible.copy()
    for name, view in views.items():
        stable &= solved[id(view)].mask(concept, name)
    return Hypergame(actual, dict(views), concept, expected, np.flatnonzero(stable).tolist())


def _restricted(preference: Preference, feasible: BoolArray) -> Preference:
    if (preference.rank[feasible] < 0).any():
        raise ConflictError("a party believes in a state for which no preference is given; rank it too")
    coarse = None if preference.coarse is None else dense(preference.coarse, feasible)
    return replace(preference, rank=dense(preference.rank, feasible), coarse=coarse)
