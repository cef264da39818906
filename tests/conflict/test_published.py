"""Published results: Prisoner's Dilemma, Chicken, the Cuban missile crisis, Elmira."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from detente.conflict import reference
from detente.conflict.coalitions import coalition_breaks
from detente.conflict.evolution import evolve
from detente.conflict.graph import Conflict, merged
from detente.conflict.stability import solve


@dataclass(frozen=True)
class Published:
    name: str
    concept: str
    equilibria: list[int]


RESULTS = [
    # Rapoport and Guyer (1966), game 12; Fraser and Hipel (1984): defection is Nash, and
    # cooperation is sequentially stable besides.
    Published("prisoners", "nash", [0]),
    Published("prisoners", "gmr", [0, 3]),
    Published("prisoners", "smr", [0, 3]),
    Published("prisoners", "seq", [0, 3]),
    Published("prisoners", "sim", [0, 3]),
    # Rapoport and Guyer (1966), game 66; Fraser and Hipel (1984): one swerves is Nash; that both swerve
    # is stable only as each might answer in kind, or if both move at once.
    Published("chicken", "nash", [1, 2]),
    Published("chicken", "gmr", [1, 2, 3]),
    Published("chicken", "smr", [1, 2, 3]),
    Published("chicken", "seq", [1, 2]),
    Published("chicken", "sim", [1, 2, 3]),
    # Fraser and Hipel (1982, 1984): withdrawal, whatever the United States holds against it.
    Published("cuba", "seq", [4, 5, 6]),
    Published("cuba", "nash", [5]),
]


@pytest.mark.parametrize("published", RESULTS, ids=lambda p: f"{p.name}-{p.concept}")
@pytest.mark.parametrize("method", ["structure", "definitions"])
def test_equilibria(published: Published, method: str, request: pytest.FixtureRequest) -> None:
    model: Conflict = request.getfixturevalue(published.name)
    result = solve(model, (published.concept,), method=method)
    assert result.equilibria(published.concept).tolist() == published.equilibria


def test_the_blockade_led_to_withdrawal(cuba: Conflict) -> None:
    """As it went: blockade, withdrawal, and the blockade lifted."""
    paths = evolve(cuba).to(solve(cuba).equilibria("seq"))
    assert paths[6] == ((0, 2), (1, 6))
    assert paths[4] == ((0, 2), (1, 6), (0, 4))


ELMIRA = {1: 2, 2: 3, 3: 4, 4: 5, 5: 18, 6: 19, 7: 20, 8: 21}
ABANDONED = [8, 9, 24, 25]


def test_elmira(elmira: Conflict) -> None:
    """Kilgour, Hipel, Fang and Peng (2001): states 5, 8 and 9 are equilibria by every concept."""
    result = solve(elmira)
    for concept in ("nash", "seq"):
        assert result.equilibria(concept).tolist() == sorted([ELMIRA[5], ELMIRA[8], *ABANDONED])
    assert set(result.equilibria("gmr")) == {ELMIRA[s] for s in (1, 4, 5, 8)} | set(ABANDONED)


def test_elmira_with_abandoned_states_merged(elmira: Conflict) -> None:
    abandon = elmira.space["abandon"] == 1
    graph = merged(elmira, [abandon])
    assert len(graph.names) == 9
    found = reference.equilibria(reference.graph_of(graph), "seq")
    assert {graph.names[s] for s in found} == {str(ELMIRA[5]), str(ELMIRA[8]), "8"}


def test_ministry_and_uniroyal_break_state_five_together(elmira: Conflict) -> None:
    """Kilgour, Hipel, Fang and Peng (2001): the equilibrium jump from state 5 to state 8."""
    breaks = coalition_breaks(elmira, [ELMIRA[5], ELMIRA[8]], "seq")
    assert [(found.members, found.steps[-1][1]) for found in breaks[ELMIRA[5]]] == [((0, 1), ELMIRA[8])]
    assert breaks[ELMIRA[8]] == []


def test_elmira_evolves_to_state_five(elmira: Conflict) -> None:
    paths = evolve(elmira).to(solve(elmira).equilibria("seq"))
    assert paths == {ELMIRA[5]: ((2, ELMIRA[5]),)}


def test_cuba_ranks_as_published(cuba: Conflict) -> None:
    order = [int(s) for s in cuba.states[np.argsort(-cuba.preferences[0].rank[cuba.states])]]
    assert order == [4, 6, 5, 7, 2, 1, 3, 0, 11, 9, 10, 8]
