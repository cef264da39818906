"""`.gmcr` files: what they mean, that a round trip loses nothing, and what is wrong with bad ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente.conflict import gmcr
from detente.conflict.graph import Conflict, Option, conflict
from detente.conflict.preferences import ConflictError, numbers
from detente.conflict.stability import solve


def text(**changes: Any) -> str:
    """A file with interleaved options, a one-way option, an infeasible pair and a key of somebody else's."""
    base: dict[str, Any] = {
        "program": "another",
        "decisionMakers": [
            {
                "name": "North",
                "options": [0, 2],
                "preferences": [[[1, "Y"]], {"compound": True, "members": [[[0, "Y"], [1, "N"]], [[2, "Y"]]]}],
                "misperceptions": [[[1, "Y"], [2, "Y"]]],
                "colour": "red",
            },
            {"name": "South", "options": [1], "preferences": [[[0, "N"]]]},
        ],
        "options": [
            {"name": "Build", "permittedDirection": "fwd"},
            {"name": "Talk", "permittedDirection": "both"},
            {"name": "Guard", "permittedDirection": "back"},
        ],
        "infeasibles": [[[0, "Y"], [1, "Y"]]],
        "coalitions": [0, 1],
        "useManualPreferenceRanking": False,
    }
    return json.dumps({**base, **changes})


def test_reads_options_conditions_and_views() -> None:
    document = gmcr.loads(text())
    model = document.conflict
    assert [(o.name, o.party, o.direction) for o in model.options] == [
        ("Build", "North", "up"),
        ("Talk", "South", "both"),
        ("Guard", "North", "down"),
    ]
    assert model.states.tolist() == [0, 1, 2, 4, 5, 6]
    assert [rank[0].text for rank in model.preferences[0].statements] == ["Talk", "(Build and not Talk) or (Guard)"]
    assert model.preferences[0].rank[model.states].tolist() == [0, 1, 2, 1, 1, 3]
    assert document.believed["North"].states.tolist() == [0, 1, 2, 4, 5]
    assert document.coalitions == ()


def test_round_trip_loses_nothing() -> None:
    assert json.loads(gmcr.dumps(gmcr.loads(text()))) == json.loads(text())


def test_ordinals_count_feasible_states_with_options_regrouped() -> None:
    """North's options 0 and 2 come first: bits are Build, Guard, Talk; so ordinal 5 is Talk alone, state 2."""
    makers = json.loads(text())["decisionMakers"]
    makers[0]["preferenceRanking"] = [5, [1, 2], 3, 4, 6]
    makers[1]["preferenceRanking"] = [1, 2, 3, 4, 5, 6]
    model = gmcr.loads(text(decisionMakers=makers, useManualPreferenceRanking=True)).conflict
    assert gmcr.ordinals(model.space, model.parties, model.feasible).tolist() == [0, 1, 4, 5, 2, 6]
    assert model.preferences[0].rank[[2, 0, 1, 4, 5, 6]].tolist() == [4, 3, 3, 2, 1, 0]


def test_older_key_for_rankings() -> None:
    makers = json.loads(text())["decisionMakers"]
    for maker in makers:
        maker["preferenceVector"] = [6, 5, 4, 3, 2, 1]
    old = json.loads(text(decisionMakers=makers))
    del old["useManualPreferenceRanking"]
    old["useManualPreferenceVectors"] = True
    assert gmcr.loads(json.dumps(old)).conflict.preferences[1].rank[6] == 5


@pytest.mark.parametrize("seed", range(20))
def test_written_conflicts_read_back_alike(seed: int) -> None:
    rng = np.random.default_rng(seed)
    options = [Option(f"o{i}", "pqr"[rng.integers(3)], direction=("both", "up", "down")[i % 3]) for i in range(5)]
    feasible = rng.random(32) < 0.7
    feasible[0] = True
    ranks = {name: numbers(rng.integers(0, 9, 32), feasible) for name in "pqr"}
    model = conflict(["p", "q", "r"], options, ranks, feasible=feasible)
    again = gmcr.loads(gmcr.dumps(model)).conflict
    assert (again.feasible == model.feasible).all()
    for one, other in zip(again.preferences, model.preferences, strict=True):
        assert one.rank.tolist() == other.rank.tolist()
    for concept, table in solve(model).table.items():
        assert (solve(again).table[concept] == table).all()


def test_statements_are_written_as_conditions(cuba: Conflict, prisoners: Conflict) -> None:
    raw = json.loads(gmcr.dumps(prisoners))
    assert raw["useManualPreferenceRanking"] is False
    assert raw["decisionMakers"][0]["preferences"] == [[[1, "Y"]], [[0, "N"]]]
    assert json.loads(gmcr.dumps(cuba))["decisionMakers"][0]["preferenceRanking"][0] == 5


def makers(**changes: Any) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(text())["decisionMakers"]
    listed[0].update(changes)
    return listed


BAD: list[tuple[str, str]] = [
    ("{", "f: line 1, column 2: this is not JSON"),
    ("[]", "f: the file must hold an object with decisionMakers, options and infeasibles"),
    ("{}", "f: decisionMakers: this list is missing"),
    (text(decisionMakers=3), "f: decisionMakers: a list is needed"),
    (text(decisionMakers=[3]), "f: decisionMakers[0]: an object is needed, not 3"),
    (text(decisionMakers=makers(name=3)), "f: decisionMakers[0].name: a text is needed, not 3"),
    (text(decisionMakers=makers(options=[0, 7])), "f: decisionMakers[0].options[1]: 7 is no option; there are 3, "
     "numbered from 0"),
    (text(decisionMakers=makers(options=[0])), "f: options[2] belongs to no decision maker; list it under one's "
     "options"),
    (text(decisionMakers=makers(options=[0, 1, 2])), "f: decisionMakers[1].options[0]: option 1 already belongs to "
     "North"),
    (text(decisionMakers=makers(preferences=[[[0, "X"]]])), "f: decisionMakers[0].preferences[0][0]: a pair "
     "[option, \"Y\" or \"N\"] is needed, not [0, 'X']"),
    (text(decisionMakers=makers(preferences=[{"compound": True}])), "f: decisionMakers[0].preferences[0].members: "
     "a list of conditions is needed"),
    (text(infeasibles=[[]]), "f: infeasibles: they exclude every state; drop one"),
    (text(options=[{"name": "x", "permittedDirection": "left"}] * 3), "f: options[0].permittedDirection: 'left' is "
     "none of both, fwd, back"),
    (text(useManualPreferenceRanking=True), "f: decisionMakers[0].preferenceRanking: missing, though the file says "
     "rankings are manual"),
    (text(useManualPreferenceRanking=True, decisionMakers=makers(preferenceRanking=[1, 2, 9])),
     "f: decisionMakers[0].preferenceRanking[2]: 9 is no feasible state; there are 6, from 1"),
    (text(useManualPreferenceRanking=True, decisionMakers=makers(preferenceRanking=[1, 2, 3, 4, 4, 5, 6])),
     "f: decisionMakers[0].preferenceRanking: state 4 is ranked twice; keep one place"),
    (text(useManualPreferenceRanking=True, decisionMakers=makers(preferenceRanking=[1, 2, 3, 4])),
     "f: decisionMakers[0].preferenceRanking: state 5 is missing (2 of 6 are); rank every one"),
    (text(decisionMakers=makers(misperceptions=[[]])),
     "f: decisionMakers[0].misperceptions: North believes every state impossible; drop one"),
    (text(coalitions=[[0, 5]]), "f: coalitions[0]: 5 is no decision maker; there are 2, from 0"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "message"), BAD, ids=range(len(BAD)))
def test_bad_files(given: str, message: str) -> None:
    with pytest.raises(ConflictError) as refused:
        gmcr.loads(given, "f")
    told = str(refused.value).replace("f, line", "f: line")
    assert told == message or (given == "{" and told.startswith(message))


def test_what_the_format_cannot_hold() -> None:
    model = conflict(["p"], [Option("x", "p", ("a", "b", "c"))], {})
    with pytest.raises(ConflictError) as refused:
        gmcr.dumps(model)
    assert str(refused.value) == ".gmcr files hold binary options; x has 3 levels"


def test_reading_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.gmcr"
    file.write_text(text(), encoding="utf-8-sig")
    assert gmcr.read(file).conflict.parties == ("North", "South")
    file.write_bytes(b"\xff")
    for path, message in [(file, "byte 1 is not UTF-8 text; save the file as UTF-8"),
                          (tmp_path / "b.gmcr", "No such file or directory")]:  # fmt: skip
        with pytest.raises(ConflictError) as refused:
            gmcr.read(path)
        assert str(refused.value) == f"{path}: {message}"


def test_deep_nesting_is_refused() -> None:
    deep = '{"compound": true, "members": [' * 2000 + '[[0, "Y"]]' + "]}" * 2000
    with pytest.raises(ConflictError) as refused:
        gmcr.loads(text().replace('"infeasibles": [', f'"infeasibles": [{deep}, '), "f")
    assert str(refused.value) == "f: lists are nested too deeply to be a conflict"
