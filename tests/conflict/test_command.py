"""`detente conflict`: what it prints, writes and refuses."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from detente.conflict.commands import command
from detente.conflict.gmcr import dumps, read
from detente.conflict.graph import Conflict
from detente.conflict.stability import CONCEPTS as SOLVED
from detente.language.graph_words import CONCEPTS as NAMED

Run = Callable[..., Result]

VARIED = """\
detente: 1
case: varied
title: Talks or tests
as_of: 2016-09-30
horizon: 1 year
step: 1 month
parties: {us: {name: United States}, dprk: {name: North Korea}}
options:
  us.talks: [none, direct]
  dprk.tests: [open, frozen]
conflict:
  preferences:
    us: [dprk.tests, not us.talks]
    dprk: [us.talks, not dprk.tests]
  strong: {us: 1}
  variants:
    critic: {note: never for sale, preferences: {dprk: [not dprk.tests]}}
"""
PLAIN = {
    "title": "Tanks",
    "states": ["peace", "war", 3],
    "moves": {"x": [["peace", "war"], ["war", 3]], "y": [["war", "peace"]]},
    "payoffs": {"x": {"peace": 1, "war": 2, "3": 0}, "y": [3, 1, 2]},
    "start": "peace",
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, in an empty folder that holds `varied.yaml` and `plain.json`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "varied.yaml").write_text(VARIED, encoding="utf-8")
    (tmp_path / "plain.json").write_text(json.dumps(PLAIN), encoding="utf-8")
    app = typer.Typer()
    app.command()(command)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return invoke


def answer(done: Result) -> Any:
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_the_prisoners_in_words(run: Run) -> None:
    done = run("prisoners-dilemma")
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "The Prisoner's Dilemma, for the tutorial",
        "the first prisoner, the second prisoner: 2 options, 4 of 4 states feasible.",
    ]
    assert lines[3:6] == [
        "Stable for every party (equilibria), by the concepts named:",
        "  state 0 (the first prisoner: nothing; the second prisoner: nothing): nash, gmr, smr, seq, sim",
        "  state 3 (the first prisoner: silence; the second prisoner: silence): gmr, smr, seq, sim",
    ]
    assert "  Nobody has an improvement: the dispute stays where it is." in lines
    assert any(line.startswith("  state 0: the first prisoner and the second prisoner; ") for line in lines)
    assert "  None breaks 3." in lines


def test_variants_in_words_and_numbers(run: Run) -> None:
    text = run("varied.yaml").stdout
    assert "With other preferences (critic), by seq:" in text
    assert "  equilibrium in 2 of 2 variants: state 0" in text
    assert "  equilibrium in 1 of 2 variants (not in critic): state 3" in text
    assert answer(run("varied.yaml", "--json", "--counts"))["variants"]["critic"]["seq"] == 1
    assert answer(run("varied.yaml", "--json"))["variants"]["critic"]["seq"] == [0]


def test_json_has_the_documented_shape(run: Run) -> None:
    found = answer(run("prisoners-dilemma", "--json"))
    assert list(found) == ["options", "states", "ranking", "stable", "equilibria"]
    assert (found["options"], found["states"]) == (["one.silent", "two.silent"], 4)
    assert found["ranking"]["one"] == {"0": 3, "1": 4, "2": 1, "3": 2}
    assert found["stable"]["nash"] == {"one": [0, 2], "two": [0, 1]}
    assert found["equilibria"] == {"nash": [0], "gmr": [0, 3], "smr": [0, 3], "seq": [0, 3], "sim": [0, 3]}


def test_counts_are_the_lengths_of_the_lists(run: Run) -> None:
    lists = answer(run("cuban-missile-crisis", "--json"))
    counts = answer(run("cuban-missile-crisis", "--json", "--counts"))
    assert list(counts) == ["options", "states", "stable", "equilibria"]
    assert counts["equilibria"] == {concept: len(states) for concept, states in lists["equilibria"].items()}
    assert counts["stable"] == {
        concept: {party: len(states) for party, states in of.items()} for concept, of in lists["stable"].items()
    }


def test_only_the_concepts_that_are_asked_for(run: Run) -> None:
    found = answer(run("chicken", "--json", "--concept", "nash", "--concept", "seq_or_sim"))
    assert found["equilibria"] == {"nash": [1, 2], "seq_or_sim": [1, 2, 3]}
    assert answer(run("varied.yaml", "--json", "--concept", "strong_seq"))["stable"].keys() == {"strong_seq"}


def test_the_language_knows_the_concepts_that_are_solved() -> None:
    assert set(NAMED) == {*SOLVED, "seq_or_sim"}


def test_why_by_number_and_by_levels(run: Run) -> None:
    by_number = run("cuban-missile-crisis", "--why", "2", "--party", "ussr", "--concept", "gmr")
    by_levels = run("cuban-missile-crisis", "--why", "us.blockade=yes", "--party", "ussr", "--concept", "gmr")
    assert by_number.exit_code == 0
    assert by_number.stdout == by_levels.stdout
    assert by_number.stdout.startswith("the Soviet Union stays at state 2 (")
    assert "but then the United States takes an air strike on the bases and drops" in by_number.stdout
    everyone = run("cuban-missile-crisis", "--why", "0").stdout
    assert everyone.splitlines()[-2:] == [
        "the United States: stable by gmr, smr.", "the Soviet Union: stable by nash, gmr, smr, seq, sim.",
    ]  # fmt: skip


def test_why_as_json(run: Run) -> None:
    found = answer(run("varied.yaml", "--why", "us.talks=direct, dprk.tests=frozen", "--json", "--concept", "seq"))
    assert (found["state"], found["is"]) == (3, "United States: talks at direct; North Korea: tests at frozen")
    assert found["parties"]["us"]["seq"] == {
        "stable": True, "improvements": [{"to": 2, "deterred": True, "answer": [{"party": "dprk", "to": 0}]}],
    }  # fmt: skip


def test_plain_graphs(run: Run) -> None:
    text = run("plain.json").stdout
    assert text.startswith("Tanks\nx, y: 3 states.\n")
    assert "  state 3: nash, gmr, smr, seq" in text
    assert "  - x moves to war: state war" in text
    found = answer(run("plain.json", "--json"))
    assert (found["names"], found["equilibria"]["nash"]) == (["peace", "war", "3"], [2])
    assert run("plain.json", "--why", "war", "--party", "x").stdout.startswith("x stays at state war: ")


def test_gmcr_files(run: Run, tmp_path: Path, cuba: Conflict) -> None:
    (tmp_path / "cuba.gmcr").write_text(dumps(cuba), encoding="utf-8")
    found = answer(run("cuba.gmcr", "--json"))
    assert found["equilibria"] == answer(run("cuban-missile-crisis", "--json"))["equilibria"]
    done = run("cuban-missile-crisis", "--gmcr", "again.gmcr")
    assert done.exit_code == 0
    again = read(tmp_path / "again.gmcr").conflict
    assert [p.rank.tolist() for p in again.preferences] == [p.rank.tolist() for p in cuba.preferences]


def test_files_that_are_written(run: Run, tmp_path: Path) -> None:
    done = run("chicken", "--graph", "moves.svg", "--table", "table.csv")
    assert done.exit_code == 0
    assert (tmp_path / "moves.svg").read_text("utf-8").startswith("<svg ")
    rows = list(csv.reader((tmp_path / "table.csv").open(encoding="utf-8")))
    assert rows[0] == ["state", "", "0", "1", "2", "3"]
    assert run("chicken", "--table", "table.svg").exit_code == 0
    assert "<svg " in (tmp_path / "table.svg").read_text("utf-8")


def write(folder: Path, name: str, content: str | bytes) -> None:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


BAD = [
    (("tiny-race",), "`tiny-race` has no conflict\n  Add a section `conflict:` with options and preferences.\n"),
    (("chicken", "--concept", "seqq"), "chicken: there is no concept seqq\n  There are nash, gmr, smr, seq, sim, "
     "strong_gmr, strong_smr, strong_seq, seq_or_sim.\n"),
    (("chicken", "--concept", "strong_seq"), "chicken: strong_seq needs strength of preference, which no party has\n"
     "  Mark strong ranks.\n"),
    (("plain.json", "--concept", "sim"), "plain.json: sim is defined for two parties with options\n"
     "  A plain graph has none.\n"),
    (("chicken", "--why", "9"), "chicken: 9 is no feasible state\n"
     "  The feasible ones are in the table (`--table FILE.csv`).\n"),
    (("chicken", "--why", "9" * 40), None),
    (("chicken", "--why", "one.swerves=yes"), "chicken: there is no option one.swerves\n"
     "  Write OPTION=LEVEL, with the options one.swerve, two.swerve.\n"),
    (("chicken", "--why", "one.swerve=maybe"), "chicken: one.swerve has no level maybe\n  It has no, yes.\n"),
    (("chicken", "--why", "0", "--party", "zed"), "chicken: there is no party zed\n  There are one, two.\n"),
    (("chicken", "--party", "one"), "--party: `--party` says for whom a state is looked at\n"
     "  Say which with `--why STATE`.\n"),
    (("chicken", "--counts"), "--counts: `--counts` belongs to the numbers of `--json`\n"
     "  Add `--json` and leave out `--why`.\n"),
    (("chicken", "--table", "t.png"), "--table: t.png has an ending that is not known here\n  Write .svg or .csv.\n"),
    (("chicken", "--table", "no/t.csv"), "--table: no/t.csv cannot be written, for there is no folder no\n"
     "  Make it first.\n"),
    (("plain.json", "--table", "t.csv"), "plain.json: tables and pictures show options by states\n"
     "  A plain graph has no options.\n"),
    (("plain.json", "--gmcr", "t.gmcr"), "plain.json: .gmcr files hold options by states\n"
     "  A plain graph has no options.\n"),
    (("plain.json", "--why", "nowhere"), "plain.json: there is no state nowhere\n  There are peace, war, 3.\n"),
    (("absent.gmcr",), "absent.gmcr: the file cannot be read: No such file or directory\n"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=lambda value: " ".join(value)[:40] if value else "")
def test_mistakes_are_refused(run: Run, arguments: tuple[str, ...], message: str | None) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.endswith(message) if message else done.stderr.count("\n") in (1, 2)


FILES: list[tuple[str, str | bytes, str]] = [
    ("a.json", '{"states": [1, 2]', "a.json: line 1, column 18: this is not JSON (Expecting ',' delimiter)\n"),
    ("a.json", "[]", "a.json: the file must hold an object: a .gmcr model, or states, moves and payoffs\n"),
    ("a.json", b"\xff\xfe", "a.json: byte 1 is not UTF-8 text\n  Save the file as UTF-8.\n"),
    ("a.json", '{"states": 3, "payoffs": {"x": []}}', "a.json: states: a list is needed\n"),
    ("a.json", '{"states": ["a"], "moves": {}}', "a.json: payoffs: this object is missing\n"),
    ("a.json", '{"states": ["a"], "payoffs": {}}', "a.json: payoffs: a conflict needs at least one party\n"),
    ("a.json", '{"states": ["a", "a"], "payoffs": {"x": [1, 1]}}', "a.json: state a is named twice\n  Rename one.\n"),
    ("a.json", '{"states": [true], "payoffs": {"x": [1]}}',
     "a.json: states[0]: a state is named by a text or a whole number, not by True\n"),
    ("a.json", '{"states": ["a"], "payoffs": {"x": [1, 2]}}',
     "a.json: payoffs of x: 2 numbers for 1 states\n  Give one each.\n"),
    ("a.json", '{"states": ["a"], "payoffs": {"x": ["b"]}}', "a.json: payoffs.x[0]: a number is needed, not 'b'\n"),
    ("a.json", '{"states": ["a"], "payoffs": {"x": [NaN]}}', "a.json: payoffs.x[0]: nan is no finite number\n"),
    ("a.json", '{"states": ["a"], "payoffs": {"x": [' + "9" * 40 + "]}}",
     "a.json: payoffs.x[0]: a number of more than 15 digits is not told from its neighbours\n  Use ranks.\n"),
    ("a.json", '{"states": ["a"], "payoffs": {"x": [1]}, "moves": {"x": [["a"]]}}',
     "a.json: moves.x[0]: a pair of states is needed, not ['a']\n"),
    ("a.json", '{"states": ["a"], "payoffs": {"x": [1]}, "moves": {"x": [["a", "b"]]}}',
     "a.json: moves of x: there is no state b\n  There are a.\n"),
    ("a.json", '{"states": ["a"], "payoffs": {"x": [1]}, "move": {}}',
     "a.json: move: a plain graph has no such key\n  It has states, moves, payoffs, unknown, much, start, title.\n"),
    ("a.gmcr", "{}", "a.gmcr: decisionMakers: this list is missing\n"),
    ("a.gmcr", '{"decisionMakers": [], "options": [{"name": "x"}]}',
     "a.gmcr: options[0] belongs to no decision maker\n  List it under one's options.\n"),
    ("a.gmcr", "[" * 200_000, "a.gmcr: lists are nested too deeply to be a conflict\n"),
    ("a.gmcr", '{"options": ' + "9" * 6000 + "}",
     "a.gmcr: a number has more digits than can be read\n  Shorten it.\n"),
    ("a.gmcr", json.dumps({
        "decisionMakers": [{"name": "A", "options": list(range(30)), "preferences": []}],
        "options": [{"name": f"o{i}"} for i in range(30)], "infeasibles": [],
    }), "a.gmcr: 30 options span 1,073,741,824 states, which would take about 107 GB\n  At most 67,108,864 states "
     "are taken: drop options that decide nothing, or split the conflict.\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), FILES, ids=range(len(FILES)))
def test_damaged_files_are_refused(run: Run, tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    write(tmp_path, name, content)
    done = run(name)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", message)


def test_a_mistake_as_json(run: Run) -> None:
    done = run("chicken", "--why", "9", "--json")
    assert done.exit_code == 2
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["code"], problem["message"]) == ("conflict_refused", "9 is no feasible state")


def test_what_parties_see_otherwise(run: Run, tmp_path: Path) -> None:
    model = {
        "decisionMakers": [
            {"name": "A", "options": [0], "preferences": [[[1, "Y"]], [[0, "N"]]], "misperceptions": [[[1, "Y"]]]},
            {"name": "B", "options": [1], "preferences": [[[0, "Y"]], [[1, "N"]]]},
        ],
        "options": [{"name": "a", "permittedDirection": "both"}, {"name": "b", "permittedDirection": "both"}],
        "infeasibles": [],
    }
    write(tmp_path, "seen.gmcr", json.dumps(model))
    text = run("seen.gmcr").stdout
    assert "As each party sees it, these can come about (seq):\n  state 0 (A: nothing; B: nothing)" in text
