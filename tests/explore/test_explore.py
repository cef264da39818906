"""`explore` on a case and on a stored run: the documented object, what is absent and why, the command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from detente import bundled, store_commands
from detente.claims.stored import play_into, read_run
from detente.explore import explore, explore_run
from detente.explore.commands import command
from detente.language.case import Case, Setting
from detente.language.load import load, load_text

COUNTS = {"futures": 128, "runs": 16, "seed": 2}


@pytest.fixture(scope="module")
def case() -> Case:
    return load(bundled.find("tiny-race"), warn=False)


@pytest.fixture(scope="module")
def folder(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("runs") / "run"
    play_into(made, case, **COUNTS)
    return made


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer()
    made.command("explore")(command)
    for one in (store_commands.resume, store_commands.runs, store_commands.compare, store_commands.seal):
        made.command()(one)
    return made


def test_a_case_and_its_stored_run_say_the_same(case: Case, folder: Path) -> None:
    played, stored = explore(case, **COUNTS, further=False).to_json(), explore_run(folder).to_json()
    assert played == stored
    judged = read_run(folder)
    assert {n: c["share"] for n, c in stored["claims"].items()} == {n: v.share for n, v in judged.claims.items()}


def test_the_documented_object(case: Case) -> None:
    told = json.loads(json.dumps(explore(case, **COUNTS).to_json(), allow_nan=False))
    assert told["format"] == 1
    assert told["case"] == "tiny-race"
    assert told["futures"] == 128
    for claim in told["claims"].values():
        assert claim["verdict"] in ("holds", "fails", "depends")
        for box in claim["boxes"]:
            assert box["of"] == ("holds" if claim["share"] <= 0.5 else "fails")
            assert set(box["limits"]) <= set(case.assumptions)
            assert all(low < high for low, high in box["limits"].values())
            assert 0 < box["coverage"] <= 1
            assert box["sentence"].startswith(box["of"])
        for parts in claim["sensitivity"].values():
            assert set(parts) == {"first", "total", "shapley"}
            assert all(part["interval"][0] <= part["value"] <= part["interval"][1] for part in parts.values())
        assert set(claim["ranges"]) == {"halved", "doubled"}
        assert claim["flips"]["entropy"] > 0
        assert set(claim["flips"]["shift"]) == set(case.assumptions)
    assert set(told["claims"]["way_out"]["premises"]) == {"too_slow"}
    assert set(told["claims"]["way_out"]["follows"]) >= {"given", "without"}
    assert told["claims"]["too_slow"]["follows"] is None
    assert set(told["strategies"]) == {"pressure", "talks"}
    assert set(told["strategies"]["talks"]["regret"]) == {"reaches", "tests"}
    assert {told["choice"][a] for a in ("expected", "minimax_regret", "satisficing")} <= {"pressure", "talks"}


def test_what_a_stored_run_cannot_say(folder: Path) -> None:
    told = explore_run(folder, claims=["way_out"]).to_json()
    assert list(told["claims"]) == ["way_out"]
    one = told["claims"]["way_out"]
    assert "ranges" not in one
    assert "detente explore CASE" in one["why"]
    for parts in one["sensitivity"].values():
        assert "total" not in parts
        assert "detente explore CASE" in parts["why"]


def text_of(case: Case) -> str:
    (text,) = case.files.values()
    return text


def test_dependent_assumptions_have_no_sobol_indices(case: Case) -> None:
    tied = load_text(text_of(case) + "correlations: [{between: [bite, learning], rank: 0.6}]\n", warn=False)
    told = explore(tied, **COUNTS).to_json()
    for parts in told["claims"]["too_slow"]["sensitivity"].values():
        assert set(parts) == {"shapley", "why"}
        assert parts["why"].startswith("bite and learning depend on each other")


def test_a_case_without_goals_says_so(case: Case) -> None:
    text = "\n".join(line for line in text_of(case).splitlines() if not line.startswith("goals:"))
    told = explore(load_text(text, warn=False), **COUNTS, further=False).to_json()
    assert "strategies" not in told
    assert "goals" in told["why"]


def test_a_case_without_assumptions(case: Case) -> None:
    text = text_of(case)
    for was in ("low: 0.02, mode: 0.05, high: 0.1", "gamma: [6, 2]", "uniform: [0.05, 0.4]", "uniform: [0, 0.6]"):
        text = text.replace(was, "fixed: 0.3")
    told = explore(load_text(text, warn=False), **COUNTS).to_json()
    assert told["claims"]["too_slow"]["boxes"] == []
    assert told["claims"]["too_slow"]["sensitivity"] == {}


def test_the_command(app: typer.Typer, folder: Path, tmp_path: Path) -> None:
    run = CliRunner()
    told = run.invoke(app, ["explore", str(folder), "--argdown", str(tmp_path / "a.argdown"),
                            "--picture", str(tmp_path / "a.svg")])
    assert told.exit_code == 0
    assert "Strategies, by reaches:" in told.output
    assert "[way_out]" in (tmp_path / "a.argdown").read_text()
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    told = run.invoke(app, ["explore", str(folder), "--claim", "way_out", "--json"])
    assert list(json.loads(told.output)["claims"]) == ["way_out"]
    assert run.invoke(app, ["explore", str(folder), "--claim", "nothing"]).exit_code == 2
    assert run.invoke(app, ["explore", str(folder), "--plan", "one,two"]).exit_code == 2
    assert run.invoke(app, ["explore", str(folder), "--where", "nothing"]).exit_code == 2
    for option in (["--futures", "64"], ["--seed", "2"], ["--fix", "relief=0.1"]):
        told = run.invoke(app, ["explore", str(folder), *option])
        assert told.exit_code == 2
        assert told.output.startswith(f"{option[0]}: the run in `{folder}` has been played")
    asked = run.invoke(app, ["explore", str(folder), "--where", "pressure.tests < 20", "--json"])
    assert json.loads(asked.output)["interest"][0]["of"] == "pressure.tests < 20"


def test_the_commands_of_the_store(app: typer.Typer, folder: Path, tmp_path: Path) -> None:
    run = CliRunner()
    again = run.invoke(app, ["resume", str(folder)])
    assert again.exit_code == 0
    assert "was finished already" in again.output
    assert json.loads(run.invoke(app, ["runs", str(folder.parent), "--json"]).output)["runs"][0]["finished"]
    same = json.loads(run.invoke(app, ["compare", str(folder), str(folder), "--json"]).output)
    assert same["case"] == {}
    assert not any(claim["turned"] for claim in same["claims"].values())
    held = [Setting("assumption", "relief", 0.1)]
    play_into(tmp_path / "other", read_run(folder).case, futures=16, runs=2, settings=held)
    told = run.invoke(app, ["compare", str(folder), str(tmp_path / "other")])
    assert "settings: none -> relief=0.1\n" in told.output
    sealed = run.invoke(app, ["seal", str(folder)])
    assert len(sealed.output.split()[0]) == 64
    for words in (["resume", str(tmp_path)], ["seal", str(tmp_path)], ["compare", str(tmp_path), str(folder)]):
        assert run.invoke(app, words).exit_code == 2


def test_other_cases_of_interest(case: Case, folder: Path) -> None:
    from detente.explore.interest import flags_of, interest

    found = explore_run(folder)
    frame = found.frame
    assert frame is not None
    few = flags_of("pressure.tests < 20", found.table, frame, case)
    assert few.tolist() == (frame["pressure.tests"] < 20).to_list()
    late = flags_of("talks.reaches >= 2021-09-30", found.table, frame, case)
    assert late.tolist() == (frame["talks.reaches"] >= 1826).to_list()
    assert late.tolist() == flags_of("talks.reaches >= 4.9993", found.table, frame, case).tolist()
    sorry = interest("regret(pressure) > 1", found.table, frame, case)
    gap = (frame["talks.reaches"] - frame["pressure.reaches"]) / 365.25
    assert sorry.share == (gap > 1).mean()
    assert set(sorry.boxes[0].limits) & {"relief", "bite"}
    assert sorry.sentence(sorry.boxes[0]).startswith("regret(pressure) > 1 where ")
    for text, why in (("x", "write"), ("a.tests < 1", "no strategy"), ("talks.x < 1", "no measure"),
                      ("talks.tests < x", "no number")):
        with pytest.raises(ValueError, match=why):
            flags_of(text, found.table, frame, case)


@pytest.mark.slow
def test_the_flagship_is_explored(tmp_path: Path) -> None:
    told = explore(load(bundled.find("korea-2016"), warn=False), futures=256, runs=16, further=False).to_json()
    assert told["claims"]["way_out"]["premises"]
    assert np.isfinite([p["shapley"]["value"] for p in told["claims"]["way_out"]["sensitivity"].values()]).all()
    json.dumps(told, allow_nan=False)
