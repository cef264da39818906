"""Coalitions, inverse analysis, misperception, sensitivity and strength, on small conflicts."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.conflict import explain, pointwise, reference
from detente.conflict.coalitions import breaking, coalition_stable
from detente.conflict.evolution import evolve
from detente.conflict.explain import equilibria, why
from detente.conflict.graph import Conflict, Forbidden, Option, Space, conflict, plain_graph
from detente.conflict.inverse import conditions, holds, smallest_change
from detente.conflict.misperception import believes, hypergame
from detente.conflict.output import as_json, table, table_csv
from detente.conflict.pictures import graph_svg, matter, table_svg
from detente.conflict.preferences import ConflictError, Statement, numbers, prioritised
from detente.conflict.sensitivity import swaps, tally
from detente.conflict.stability import solve


def small(seed: int) -> Conflict:
    rng = np.random.default_rng(seed)
    names = [f"p{i}" for i in range(int(rng.integers(2, 5)))]
    directions = ("both", "both", "up", "down")
    options = [Option(f"o{i}", str(rng.choice(names)), direction=directions[rng.integers(4)]) for i in range(4)]
    feasible = rng.random(16) < 0.85
    feasible[3] = True
    rules = [Forbidden(names[0], rng.random(16) < 0.5, rng.random(16) < 0.5)] if seed % 3 == 0 else []
    ranks = {name: numbers(rng.integers(0, 6, 16), feasible) for name in names}
    return conflict(names, options, ranks, feasible=feasible, forbidden=rules, start=3)


many = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


@many
@given(st.integers(0, 2**32 - 1))
def test_reasons_conditions_and_coalitions_of_one_agree_with_the_definitions(seed: int) -> None:
    model = small(seed)
    graph = reference.graph_of(model)
    for concept in ("nash", "gmr", "smr", "seq"):
        for party in range(len(model.parties)):
            stable = reference.stable_states(graph, concept, party)
            for state in model.states.tolist():
                assert pointwise.reason(model, concept, party, state).stable == (state in stable)
                assert coalition_stable(model, [party], state, concept) == (state in stable)
                why(model, concept, party, state)
        state = int(model.states[0])
        needed = conditions(model, state, concept)
        for party in range(len(model.parties)):
            met = all(holds(model, condition, state) for condition in needed if condition.party == party)
            assert met == reference.CONCEPTS[concept](graph, party, state)


def test_prisoners_together_break_their_dilemma(prisoners: Conflict) -> None:
    found = breaking(prisoners, [0, 1], 0, "seq")
    assert found is not None
    assert found.steps[-1][1] == 3
    assert coalition_stable(prisoners, [0, 1], 3, "nash")


def test_what_would_make_cooperation_nash(prisoners: Conflict) -> None:
    needed = conditions(prisoners, 3, "nash")
    assert [(c.party, c.move, c.any_of) for c in needed] == [(0, 2, ((2,),)), (1, 1, ((1,),))]
    assert not any(holds(prisoners, c, 3) for c in needed)
    change = smallest_change(prisoners, 3, "nash")
    assert change is not None
    assert [edit.text for edit in change.edits] == ["drop 'mine'", "drop 'mine'"]
    assert solve(change.model).equilibrium("nash")[3]
    assert smallest_change(prisoners, 0, "nash") is not None
    assert smallest_change(prisoners, 3, "nash", most=1) is None


def test_the_smallest_change_counts_other_parties_under_seq(prisoners: Conflict, cuba: Conflict) -> None:
    change = smallest_change(prisoners, 1, "seq")
    assert change is not None
    assert len(change.edits) == 1
    assert solve(change.model, ("seq",)).equilibrium("seq")[1]
    with pytest.raises(ConflictError) as refused:
        smallest_change(cuba, 0, "seq")
    assert str(refused.value) == "no party's preferences are statements, so that there is nothing to edit"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_engine_agrees_with_reasons_on_thousands_of_states(seed: int) -> None:
    """Beyond the reach of the definitions: samples of 8,192 states, three to four parties, everything mixed."""
    rng = np.random.default_rng(seed)
    names = ["a", "b", "c", "d"][: 3 + seed % 2]
    options = [
        Option(f"o{i}", str(rng.choice(names)), direction=("both", "both", "both", "up", "down")[rng.integers(5)])
        for i in range(13)
    ]
    size = 2**13
    feasible = rng.random(size) < (1.0, 0.7, 0.4)[seed % 3]
    rules = [Forbidden("a", rng.random(size) < 0.3, rng.random(size) < 0.3)] if seed in (2, 3) else []
    ranks = {name: numbers(rng.integers(0, 400, size), feasible) for name in names}
    model = conflict(names, options, ranks, feasible=feasible, forbidden=rules)
    result = solve(model)
    for concept in result.concepts:
        for party in range(len(names)):
            for state in rng.choice(model.states, 25).tolist():
                told = pointwise.reason(model, concept, party, state, enough=1)
                assert told.stable == bool(result.mask(concept, party)[state]), (concept, party, state)


def test_a_party_that_overlooks_states_is_surprised(cuba: Conflict) -> None:
    blind = believes(cuba, feasible=cuba.feasible & (cuba.space["us.strike"] == 0))
    game = hypergame(cuba, {"ussr": blind}, "nash")
    assert game.expected["us"] == [5]
    assert game.surprises("us") == [s for s in game.outcomes if s != 5]
    assert set(game.outcomes) <= set(blind.states.tolist())
    assert game.disappointments("us") == [5]


def test_a_swap_of_statements_ends_the_dilemma(prisoners: Conflict) -> None:
    found = swaps(prisoners, "gmr")
    assert [(swap.party, swap.texts) for swap in found] == [("a", ("theirs", "mine")), ("b", ("theirs", "mine"))]
    assert found[0].changes
    assert found[0].lost == (3,)


def test_tally_counts_variants(prisoners: Conflict, chicken: Conflict) -> None:
    found = tally({"dilemma": prisoners, "chicken": chicken}, "nash")
    assert found.lines() == [
        "state 0: equilibrium in 1 of 2 variants",
        "state 1: equilibrium in 1 of 2 variants",
        "state 2: equilibrium in 1 of 2 variants",
    ]
    assert found.share(np.array([True, False, False, False])) == 0.5


def test_strength_of_preference_weakens_stability() -> None:
    space = Space([Option("a", "p"), Option("b", "q")])
    a, b = space["a"] == 1, space["b"] == 1
    everywhere = np.ones(4, np.bool_)
    statements = [Statement("b", b), Statement("not a", ~a)]
    theirs = prioritised([Statement("a", a), Statement("not b", ~b)], everywhere, strong=1)
    mild = conflict(["p", "q"], space, {"p": prioritised(statements, everywhere, strong=1), "q": theirs})
    result = solve(mild, ("gmr", "strong_gmr", "strong_seq"))
    assert result.equilibria("gmr").tolist() == [0, 3]
    assert result.equilibria("strong_gmr").tolist() == [0, 3]
    faint = conflict(["p", "q"], space, {"p": prioritised(statements, everywhere), "q": theirs})
    assert solve(faint, ("strong_gmr",)).equilibria("strong_gmr").tolist() == [0]


def test_unknown_preferences_tempt_or_deter() -> None:
    def graph() -> reference.Graph:
        return reference.graph_of(model, uncertain)

    model = plain_graph(
        ["here", "there", "back"],
        {"p": [("here", "there")], "q": [("there", "back")]},
        {"p": [1, 2, 1], "q": [0, 1, 2]},
        unknown={"p": [("here", "there")]},
    )
    verdicts: dict[str, tuple[bool, bool]] = {}
    for uncertain in ("a", "b", "c", "d"):
        verdicts[uncertain] = (reference.nash(graph(), 0, 0), reference.gmr(graph(), 0, 0))
    assert verdicts == {"a": (False, True), "b": (True, True), "c": (False, True), "d": (True, True)}


def test_why_in_words(cuba: Conflict) -> None:
    assert why(cuba, "seq", "us", 6) == (
        "us stays at state 6 (us: blockade; ussr: withdraw), by sequential stability: "
        "whatever it could gain by moving is taken back.\n"
        "  - if it drops blockade, it gets state 4 (us: nothing; ussr: withdraw), which it prefers; but then "
        "ussr drops withdraw, which leads to state 0 (us: nothing; ussr: nothing): that is worse for us than "
        "where it started (place 8 of 12 in its order, not 2)."
    )
    assert why(cuba, "nash", "us", 4) == (
        "us stays at state 4 (us: nothing; ussr: withdraw): none of its moves leads to anything that it prefers "
        "(Nash stability)."
    )
    assert equilibria(cuba, [6], "seq") == (
        "Equilibria by sequential stability:\n  state 6 (us: blockade; ussr: withdraw)"
    )


def test_simultaneous_reasons_in_words(prisoners: Conflict) -> None:
    assert why(prisoners, "sim", "a", 3) == (
        "a stays at state 3 (a: cooperate; b: cooperate), by simultaneous stability: "
        "whatever it could gain by moving is taken back.\n"
        "  - if it drops cooperate, it gets state 2 (a: nothing; b: cooperate), which it prefers; but if b at the "
        "same time drops cooperate, as it would like to, they end in state 0 (a: nothing; b: nothing): that is "
        "worse for a than where it started (place 3 of 4 in its order, not 2)."
    )


def test_escape_in_words() -> None:
    """Symmetric stability fails where the sanctioned party can move on to something better than the start."""
    space = Space([Option("p.go", "p"), Option("p.jump", "p"), Option("q.hit", "q")])
    ranks = {"p": numbers([1, 2, 1, 1, 0, 0, 3, 3], np.ones(8, np.bool_))}
    model = conflict(["p", "q"], space, ranks)
    assert why(model, "gmr", "p", 0).startswith("p stays")
    assert why(model, "smr", "p", 0).splitlines()[1] == (
        "  - if it takes go, it gets state 1 (p: go; q: nothing), which it prefers; q takes hit, which leads to "
        "state 5 (p: go; q: hit), but then p takes jump and drops go and gets state 6 (p: jump; q: hit), better "
        "than where it started."
    )


def test_evolution_and_conditions_in_words(cuba: Conflict) -> None:
    found = evolve(cuba)
    assert found.reached.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert explain.evolution(cuba, 0, found.to([6, 9])) == (
        "From state 0 (us: nothing; ussr: nothing):\n"
        "  - us takes blockade, then ussr takes withdraw, which leads to state 6 (us: blockade; ussr: withdraw)"
    )
    assert next(explain.condition(cuba, 6, needed) for needed in conditions(cuba, 6, "seq")) == (
        "us must not prefer to 6: 4 or 0 (else it drops blockade)"
    )


def test_summary_stops_in_time(cuba: Conflict) -> None:
    lines = explain.summary(solve(cuba, ("nash", "gmr")), most=2).splitlines()
    assert lines[1] == "  state 5 (us: strike; ussr: withdraw)"
    assert lines[-1] == "  and 5 more"


def test_enough_reasons_are_enough() -> None:
    space = Space([Option(f"p.{i}", "p") for i in range(4)])
    model = conflict(["p"], space, {"p": numbers(np.arange(16), np.ones(16, np.bool_))})
    lines = why(model, "gmr", "p", 0).splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("  - if it takes 0, 1, 2 and 3, it gets state 15")
    assert lines[-1] == "  - Other moves were not looked at; these are enough."
    assert len(pointwise.reason(model, "gmr", 0, 0).answers) == 15


def test_levels_in_words() -> None:
    space = Space([Option("us.sanctions", "us", ("none", "un", "maximum"))])
    model = conflict(["us"], space, {"us": numbers([0, 2, 1], np.ones(3, np.bool_))}, labels={"us": "United States"})
    assert why(model, "nash", "us", 0) == (
        "United States does not stay at state 0 (United States: sanctions at none), by Nash stability.\n"
        "  - if it turns sanctions from none to un, it gets state 1 (United States: sanctions at un), "
        "which it prefers.\n"
        "  - if it turns sanctions from none to maximum, it gets state 2 (United States: sanctions at maximum), "
        "which it prefers."
    )


def test_json_shape(prisoners: Conflict) -> None:
    shape = as_json(solve(prisoners))
    assert json.loads(json.dumps(shape)) == shape
    assert list(shape) == ["options", "states", "ranking", "stable", "equilibria"]
    assert shape["options"] == ["a.cooperate", "b.cooperate"]
    assert shape["states"] == 4
    assert shape["ranking"]["a"] == {"0": 3, "1": 4, "2": 1, "3": 2}
    assert shape["stable"]["nash"] == {"a": [0, 2], "b": [0, 1]}
    assert shape["equilibria"]["sim"] == [0, 3]
    counts = as_json(solve(prisoners), counts=True)
    assert list(counts) == ["options", "states", "stable", "equilibria"]
    assert counts["equilibria"] == {"nash": 1, "gmr": 2, "smr": 2, "seq": 2, "sim": 2}


def test_ranking_is_dense() -> None:
    space = Space([Option("x", "p"), Option("y", "p")])
    model = conflict(["p"], space, {"p": numbers([7, 3, 3, 1], np.ones(4, np.bool_))})
    assert as_json(solve(model))["ranking"]["p"] == {"0": 1, "1": 2, "2": 2, "3": 3}


def test_table_and_pictures(cuba: Conflict) -> None:
    result = solve(cuba)
    rows = table(result)
    assert rows[0] == ["state", "", *map(str, range(12))]
    assert rows[-2] == ["equilibrium", "seq", "", "", "", "", "E", "E", "E", "", "", "", "", ""]
    assert table_csv(result).splitlines()[1] == "us,strike,N,Y,N,Y,N,Y,N,Y,N,Y,N,Y"
    assert table_svg(result).count(">E<") == sum(result.equilibrium(c).sum() for c in result.concepts)
    arrows = sum(len(cuba.improvements(p, s)) for p in (0, 1) for s in cuba.states.tolist())
    assert graph_svg(result).count('<path d="M') - 2 == arrows


def test_a_large_graph_is_cut_down() -> None:
    rng = np.random.default_rng(4)
    names = ["a", "b", "c"]
    options = [Option(f"{n}.{k}", n) for n in names for k in range(4)]
    space = Space(options)
    ranks = {n: numbers(rng.integers(0, 50, space.size), np.ones(space.size, np.bool_)) for n in names}
    result = solve(conflict(names, space, ranks, start=0))
    kept = matter(result)
    assert 0 in kept
    assert len(kept) <= 16
    assert f"{len(kept)} of 4,096 states are shown" in graph_svg(result)


def test_weak_is_stable_and_not_strongly() -> None:
    space = Space([Option("a", "p"), Option("b", "q")])
    a, b = space["a"] == 1, space["b"] == 1
    everywhere = np.ones(4, np.bool_)
    ranks = {
        "p": prioritised([Statement("b", b), Statement("not a", ~a)], everywhere),
        "q": prioritised([Statement("a", a), Statement("not b", ~b)], everywhere, strong=1),
    }
    result = solve(conflict(["p", "q"], space, ranks), ("gmr", "strong_gmr"))
    assert result.states("weak_gmr", "p").tolist() == [3]
    assert result.states("weak_gmr", "q").tolist() == []


@many
@given(st.integers(0, 2**32 - 1))
def test_plain_graphs_agree_with_the_definitions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = [f"s{i}" for i in range(int(rng.integers(1, 9)))]
    parties = [f"p{i}" for i in range(int(rng.integers(1, 5)))]
    density = rng.choice([0.1, 0.3, 0.6])
    moves = {p: [(a, b) for a in names for b in names if a != b and rng.random() < density] for p in parties}
    payoffs = {p: rng.integers(0, 5, len(names)).tolist() for p in parties}
    unknown = {parties[0]: [(names[0], names[-1])]} if seed % 4 == 0 and len(names) > 1 else {}
    model = plain_graph(names, moves, payoffs, unknown=unknown)
    uncertain = ("a", "b", "c", "d")[seed % 16 // 4]
    graph = reference.graph_of(model, uncertain)
    result = solve(model, uncertain=uncertain)
    for concept in result.concepts:
        for i, name in enumerate(parties):
            assert set(result.states(concept, name).tolist()) == reference.stable_states(graph, concept, i)


def test_plain_graph_in_words_and_json() -> None:
    model = plain_graph(["peace", "war"], {"p": [("peace", "war")]}, {"p": [2, 1]}, start="peace")
    assert why(model, "nash", "p", 1) == (
        "p stays at state war: none of its moves leads to anything that it prefers (Nash stability)."
    )
    assert as_json(solve(model))["ranking"] == {"p": {"0": 1, "1": 2}}
    with pytest.raises(ConflictError, match="a plain graph has no options"):
        table(solve(model))


@pytest.mark.parametrize(
    ("concept", "message"),
    [
        ("nsh", "there is no concept nsh; there are nash, gmr, smr, seq, sim, strong_gmr, strong_smr, strong_seq, "
         "seq_or_sim"),
        ("strong_seq", "strong_seq needs strength of preference, which no party has; mark strong ranks"),
    ],
)
def test_concepts_refused(prisoners: Conflict, concept: str, message: str) -> None:
    with pytest.raises(ConflictError) as refused:
        solve(prisoners, (concept,))
    assert str(refused.value) == message
