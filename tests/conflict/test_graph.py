"""Building conflicts: numbering, moves, preferences, and everything that is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from detente.conflict.graph import Conflict, Forbidden, Option, Space, conflict, merged, plain_graph
from detente.conflict.preferences import ConflictError, Preference, Statement, numbers, prioritised, ranking
from detente.conflict.stability import solve

ALL = np.ones(4, np.bool_)
SPACE = Space([Option("x", "p"), Option("y", "q")])
X, Y = SPACE["x"] == 1, SPACE["y"] == 1


def test_bit_i_is_option_i() -> None:
    space = Space([Option("x", "p"), Option("y", "q"), Option("z", "p", ("low", "middle", "high"))])
    assert space.size == 12
    assert space["x"].tolist() == [0, 1] * 6
    assert space.levels(11) == (1, 1, 2)
    assert space.number((1, 0, 2)) == 9


def test_a_party_changes_any_of_its_options_at_once() -> None:
    options = [Option("x", "p"), Option("y", "q"), Option("z", "p", direction="up")]
    model = conflict(["p", "q"], options, {})
    assert model.moves(0, 0).tolist() == [1, 4, 5]
    assert model.moves(0, 4).tolist() == [5]
    assert model.moves(1, 4).tolist() == [6]


def test_forbidden_moves_hold_back_their_party_only() -> None:
    rule = Forbidden("p", source=~X, target=X & Y)
    model = conflict(["p", "q"], SPACE, {}, forbidden=[rule])
    assert model.moves(0, 2).tolist() == []
    assert model.moves(0, 0).tolist() == [1]
    assert model.moves(1, 1).tolist() == [3]


def test_earlier_statements_outweigh_later_ones_together() -> None:
    rank = prioritised([Statement("x", X), Statement("y", Y), Statement("not x", ~X)], ALL).rank
    assert rank.tolist() == [0, 2, 1, 3]


def test_statements_of_equal_rank_count_alike() -> None:
    preference = prioritised([[Statement("x", X), Statement("y", Y)]], ALL)
    assert preference.rank.tolist() == [0, 1, 1, 2]
    assert preference.levels == 3


def test_no_statements_all_states_tie_and_all_are_stable() -> None:
    model = conflict(["p", "q"], SPACE, {})
    assert all(result.all() for result in solve(model).table.values())


def test_a_party_without_options_is_stable_everywhere() -> None:
    model = conflict(["p", "q", "r"], SPACE, {"r": [Statement("x", X)]})
    result = solve(model, method="structure")
    assert all(result.mask(concept, "r").all() for concept in result.concepts)


def test_forty_statements_keep_their_order() -> None:
    space = Space([Option(f"o{i}", "p") for i in range(6)])
    rng = np.random.default_rng(0)
    masks = [rng.random(64) < 0.5 for _ in range(40)]
    rank = prioritised([Statement(str(i), mask) for i, mask in enumerate(masks)], np.ones(64, np.bool_)).rank
    keys = [tuple(bool(mask[s]) for mask in masks) for s in range(space.size)]
    assert sorted(range(64), key=lambda s: keys[s]) == sorted(range(64), key=lambda s: rank[s])


def test_statements_that_cannot_matter_are_named_and_change_nothing() -> None:
    plain = prioritised([Statement("x", X)], ALL)
    noisy = prioritised(
        [Statement("x", X), Statement("x again", X), Statement("not x", ~X), Statement("x or not x", X | ~X)],
        ALL,
        party="p",
    )
    assert noisy.rank.tolist() == plain.rank.tolist()
    assert noisy.warnings == (
        "p: 'x again' repeats 'x'",
        "p: 'not x' contradicts the more important 'x'",
        "p: 'x or not x' holds in every feasible state and changes nothing",
    )


def tied() -> Conflict:
    return conflict(["p", "q"], SPACE, {"p": [Statement("x", X)]})


REFUSED: list[tuple[Callable[[], object], str]] = [
    (
        lambda: Space([Option(f"o{i}", "p") for i in range(30)]),
        "30 options span 1,073,741,824 states, which would take about 107 GB; at most 67,108,864 states are taken: "
        "drop options that decide nothing, or split the conflict",
    ),
    (lambda: Space([Option("x", "p", ())]), "option x has 0 levels; give from two to 64"),
    (
        lambda: conflict(["p"], SPACE, {}),
        "option y belongs to q, who is no party of this conflict; give it to one of p",
    ),
    (
        lambda: conflict(["p", "q"], SPACE, {}, infeasible=[ALL]),
        "no state is feasible: the infeasible combinations exclude everything; drop one",
    ),
    (lambda: conflict(["p", "p"], SPACE, {}), "party p is named twice; rename one"),
    (lambda: conflict([], [], {}), "a conflict needs at least one party"),
    (
        lambda: conflict(["p", "q"], SPACE, {}, infeasible=[X], start=1),
        "start: state 1 is not feasible; start from one that is",
    ),
    (lambda: conflict(["p", "q"], SPACE, {"r": []}), "preferences of r: there is no such party; there are p, q"),
    (
        lambda: conflict(["p", "q"], SPACE, {"p": Preference(np.zeros(2, np.int32))}),
        "preferences of p rank 2 states; there are 4",
    ),
    (
        lambda: conflict(["p", "q"], SPACE, {}, infeasible=[np.ones(3, np.bool_)]),
        "an infeasible combination: 3 truth values for 4 states; give one each",
    ),
    (lambda: SPACE["z"], "there is no option z; there are x, y"),
    (lambda: tied().party("r"), "there is no party r; there are p, q"),
    (
        lambda: ranking([3, 2], ALL, party="p"),
        "ranking of p: 2 feasible states are missing (0, 1); rank every one",
    ),
    (
        lambda: ranking([3, [2, 3], 1, 0], ALL, party="p"),
        "ranking of p, place 2: state 3 is ranked twice; keep one place",
    ),
    (
        lambda: ranking([3, 4], ALL, party="p"),
        "ranking of p, place 2: 4 is not a feasible state; leave it out",
    ),
    (
        lambda: numbers([1.0, float("nan"), 2.0, 3.0], ALL, party="p"),
        "preferences of p: a feasible state has no number (nan)",
    ),
    (
        lambda: prioritised([Statement("x", X[:2])], ALL, party="p"),
        "statement 'x' of p has 2 truth values for 4 states",
    ),
    (
        lambda: merged(tied(), [~Y]),
        "states 0 and 1 cannot be merged: p prefers one of them; make its statements ignore the difference",
    ),
    (
        lambda: plain_graph(["a", "a"], {}, {"p": [1, 2]}),
        "state a is named twice; rename one",
    ),
    (
        lambda: plain_graph(["a", "b"], {"p": [("a", "c")]}, {"p": [1, 2]}),
        "moves of p: there is no state c; there are a, b",
    ),
    (
        lambda: plain_graph(["a", "b"], {"q": []}, {"p": [1, 2]}),
        "q has no payoffs; give every party one number per state",
    ),
    (
        lambda: plain_graph(["a", "b"], {}, {"p": {"a": 1}}),
        "payoffs of p: none for state b",
    ),
    (
        lambda: plain_graph(["a", "b"], {"p": [("a", "a")]}, {"p": [1, 2]}),
        "moves of p: from a to itself is no move; drop it",
    ),
    (
        lambda: solve(conflict(["p", "q", "r"], SPACE, {}), ("sim",)),
        "sim is defined for two parties; this conflict has 3",
    ),
]


@pytest.mark.parametrize(("make", "message"), REFUSED, ids=[message[:40] for _, message in REFUSED])
def test_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ConflictError) as refused:
        make()
    assert str(refused.value) == message


def test_merging_keeps_what_all_agree_on() -> None:
    model = conflict(["p", "q"], SPACE, {"q": [Statement("x", X)], "p": [Statement("x", X)]})
    graph = merged(model, [X])
    assert graph.names == ("0", "1", "2")
    assert graph.moves(0, 0).tolist() == [1]
    assert graph.moves(0, 1).tolist() == [0, 2]
