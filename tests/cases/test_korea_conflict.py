"""The flagship case's conflict graph: who prefers what, and what its README says of where it would settle."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from detente.claims.graph import graph_verdicts, on_graph
from detente.conflict.coalitions import breaking
from detente.conflict.graph import Conflict
from detente.conflict.solved import Solved, solve_case
from detente.further import further
from detente.language.case import Case
from detente.language.load import load

FOLDER = Path(__file__).parents[2] / "cases" / "korea-2016"
PARAGRAPHS = {9, 10, 11, 12, 15, 16, 17, 23, 24}
STANDOFF = 167


@pytest.fixture(scope="module")
def case() -> Case:
    return load(FOLDER, further=further)


@pytest.fixture(scope="module")
def solved(case: Case) -> Solved:
    return solve_case(case)


def test_parties_options_and_variants(case: Case, solved: Solved) -> None:
    assert case.warnings == ()
    assert case.conflict is not None
    assert case.conflict.parties == ("us", "dprk", "china", "rok")
    assert set(case.conflict.options) <= set(case.options)
    assert len(solved.variants) == 5
    variants = case.conflict.given["variants"]
    changed = {party for one in variants.values() for party in one["preferences"]}
    assert changed == {"us", "dprk", "china"}
    assert all(one["note"] for one in variants.values())


def test_every_claim_has_its_paragraph_its_words_and_its_doubt(case: Case) -> None:
    asked = [claim for claim in case.claims.values() if on_graph(claim.says)]
    parts = {int(p) for claim in asked for ref in claim.sources for p in ref.part.split(", ")}
    assert parts == PARAGRAPHS
    assert all(claim.states and "alse if" in claim.note for claim in asked)


def test_each_claim_can_come_out_either_way(case: Case) -> None:
    for verdict in graph_verdicts(case).values():
        assert set(verdict.variants.values()) == {True, False}, verdict


def test_the_readme_tells_what_comes_out(case: Case, solved: Solved) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    part = " ".join(readme[readme.index("## Where it would settle") : readme.index("## What it leaves out")].split())
    told = {
        name: (word, int(count))
        for names, word, count in re.findall(r"\| ([a-z_, ]+): [^|]* \| (\w+) \| (\d) \|", part)
        for name in names.split(", ")
    }
    found = {name: (v.verdict, sum(v.variants.values())) for name, v in graph_verdicts(case).items()}
    assert told == found
    freezes = [s for s in solved.equilibria("seq") if "tests at frozen" in solved.describe(s)]
    assert f"It is in {len(freezes)} of {len(solved.equilibria('seq'))} sequential equilibria" in part
    assert f"{len(solved.model.states)} states" in part


def test_the_standoff_and_the_way_out_of_it(solved: Solved) -> None:
    assert solved.equilibria("nash") == [STANDOFF]
    assert solved.evolution is not None
    reached = set(solved.evolution.reached.tolist()) & set(solved.equilibria("seq"))
    assert reached == {STANDOFF}
    assert isinstance(solved.model, Conflict)
    out = breaking(solved.model, [0, 1], STANDOFF, "seq")
    assert out is not None
    end = solved.describe(out.steps[-1][1])
    assert "exercises at suspended" in end
    assert "tests at frozen" in end
    kept = solved.why(STANDOFF, "china")
    assert kept.startswith("China stays at state 167 (")
