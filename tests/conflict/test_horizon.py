"""Limited-move and non-myopic stability: published results, and structure against definition."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.conflict import horizon, reference
from detente.conflict.graph import Conflict, Forbidden, Option, Space, conflict
from detente.conflict.preferences import numbers


def test_one_move_ahead_is_nash(prisoners: Conflict) -> None:
    graph = reference.graph_of(prisoners)
    stable = horizon.limited_move(prisoners, 1)
    for party in (0, 1):
        assert set(np.flatnonzero(stable[party])) == reference.stable_states(graph, "nash", party)


def test_prisoners_cooperate_when_they_look_far_ahead(prisoners: Conflict) -> None:
    """Brams and Wittman (1981): mutual cooperation is a nonmyopic equilibrium, and so is mutual defection."""
    assert horizon.non_myopic(prisoners).equilibria().tolist() == [0, 3]


def test_both_swerve_when_they_look_far_ahead(chicken: Conflict) -> None:
    """Brams and Wittman (1981): the compromise in Chicken is its nonmyopic equilibrium."""
    assert horizon.non_myopic(chicken).equilibria().tolist() == [3]


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 2, 3]), st.integers(1, 5))
def test_structure_equals_definition(seed: int, parties: int, moves: int) -> None:
    rng = np.random.default_rng(seed)
    names = [f"p{i}" for i in range(parties)]
    options = [
        Option(f"o{i}", names[rng.integers(parties)], ("0", "1", "2")[: rng.integers(2, 4)],
               ("both", "both", "up", "down")[rng.integers(4)])
        for i in range(4)
    ]  # fmt: skip
    size = Space(options).size
    feasible = rng.random(size) < 0.8
    feasible[0] = True
    rules = [Forbidden(names[0], rng.random(size) < 0.5, rng.random(size) < 0.5)] if seed % 2 else []
    ranks = {name: numbers(rng.integers(0, 6, size), feasible) for name in names}
    model = conflict(names, options, ranks, feasible=feasible, forbidden=rules)
    graph = reference.graph_of(model)
    expected = reference.limited_move(graph, moves)
    for h, ends in horizon._by_structure(model):
        if h == moves:
            assert {(i, s): int(ends[i, s]) for i, s in expected} == expected
            break
