"""The fast engine against the definitions, on generated conflicts; and both against published results."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.conflict import reference
from detente.conflict.graph import Conflict, Forbidden, Option, Space, conflict
from detente.conflict.preferences import numbers, with_strength
from detente.conflict.stability import BASIC, STRONG, solve


@st.composite
def conflicts(draw: st.DrawFn, largest: int = 36, parties: Sequence[int] = (1, 2, 3, 4, 5)) -> Conflict:
    """A small conflict with infeasible states, one-way options, forbidden moves, ties and several levels."""
    names = [f"p{i}" for i in range(draw(st.sampled_from(parties)))]
    options: list[Option] = []
    size = 1
    for i in range(draw(st.integers(1, 6))):
        levels = draw(st.sampled_from([2, 2, 2, 3, 4]))
        if size * levels > largest:
            break
        size *= levels
        direction = draw(st.sampled_from(["both", "both", "up", "down"]))
        options.append(Option(f"o{i}", draw(st.sampled_from(names)), tuple(map(str, range(levels))), direction))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    feasible = rng.random(size) < draw(st.sampled_from([1.0, 1.0, 0.9, 0.7, 0.4]))
    feasible[rng.integers(size)] = True
    rules = [
        Forbidden(draw(st.sampled_from(names)), rng.random(size) < 0.5, rng.random(size) < 0.5)
        for _ in range(draw(st.sampled_from([0, 0, 1, 2, 3])))
    ]
    kinds = draw(st.sampled_from([1, 2, 4, size]))
    preferences = {}
    for name in names:
        rank = rng.integers(0, kinds, size)
        preferences[name] = with_strength(numbers(rank, feasible), rank // draw(st.sampled_from([1, 2, 3])), feasible)
    return conflict(names, Space(options), preferences, feasible=feasible, forbidden=rules)


def compare(model: Conflict) -> None:
    graph = reference.graph_of(model)
    concepts = [*BASIC, *STRONG, *(["sim"] if len(model.parties) == 2 else [])]
    found = solve(model, concepts, threads=1, method="structure")
    listed = solve(model, [concept for concept in concepts if concept not in STRONG], method="lists")
    if not model.forbidden:
        arrays = solve(model, BASIC, method="arrays")
        assert all((arrays.table[concept] == found.table[concept]).all() for concept in BASIC)
    for concept in concepts:
        if concept in listed.concepts:
            assert (listed.table[concept] == found.table[concept]).all(), concept
        for party in range(len(model.parties)):
            assert set(found.states(concept, party).tolist()) == reference.stable_states(graph, concept, party), (
                concept,
                party,
            )


quick = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))


@quick
@given(conflicts())
def test_engine_equals_definitions(model: Conflict) -> None:
    compare(model)


@quick
@given(conflicts(parties=[2]))
def test_engine_equals_definitions_for_two_parties(model: Conflict) -> None:
    compare(model)


@pytest.mark.slow
@settings(quick, max_examples=2000)
@given(conflicts(largest=48))
def test_engine_equals_definitions_on_thousands(model: Conflict) -> None:
    compare(model)
