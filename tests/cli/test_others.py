"""`check`, `test`, `new`, `cases`, `inspect`, `report`, and cases that lack something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import RACE, SMALL, Done

Command = Callable[..., Done]


def test_check(said: Command, detente: Command, folder: Path) -> None:
    done = said("check", "race.yaml")
    assert (done.code, done.out, done.err) == (0, "race can be run.\n", "")
    assert said("check", "race.yaml", "--json").json == {"format": 1, "case": "race", "problems": []}
    (folder / "race.yaml").write_text(RACE.replace("status: judged, note: a guess", "status: judged"), "utf-8")
    doubtful = detente("check", "race.yaml")
    assert doubtful.code == 0
    assert "warning: assumption `pace` has no source  [assumptions.pace]" in doubtful.out
    assert doubtful.out.endswith("\nrace can be run; 1 warning.\n")
    problems = detente("check", "race.yaml", "--json").json["problems"]
    assert [(p["severity"], p["code"]) for p in problems] == [("warning", "no_provenance")]


def test_test(said: Command, detente: Command, folder: Path) -> None:
    done = said("test", "race.yaml")
    assert (done.code, done.out) == (0, "holds  no_pace: P(works < never under press) == 0\n")
    (folder / "race.yaml").write_text(RACE.replace("set: {pace: 0}", "set: {pace: 1}"), encoding="utf-8")
    failed = detente("test", "race.yaml")
    assert failed.code == 1
    assert failed.out.splitlines()[0] == "fails  no_pace: P(works < never under press) == 0"
    assert "in 64 of 64 futures; worst: future" in " ".join(failed.out.split())
    assert failed.err == ""
    found = detente("test", "race.yaml", "--json")
    assert found.code == 1
    assert list(found.json) == ["format", "case", "checks"]
    check = found.json["checks"]["no_pace"]
    assert {key: check[key] for key in ("says", "holds", "futures", "failing", "left_out")} == {
        "says": "P(works < never under press) == 0", "holds": False, "futures": 64, "failing": 64, "left_out": 0,
    }  # fmt: skip
    assert list(check["worst"]) == ["future", "margin", "assumptions"]
    assert check["worst"]["assumptions"]["pace"] == 1
    assert check["worst"]["assumptions"]["effect"] in ("softens", "hardens")


def test_a_new_case_runs(detente: Command, written: Callable[[], list[str]]) -> None:
    done = detente("new")
    assert (done.code, done.out, done.err) == (
        0, "Wrote case.yaml. Try: detente check case.yaml, then detente run case.yaml\n", "",
    )  # fmt: skip
    assert written() == ["case.yaml"]
    assert detente("check", "case.yaml").out == "my-case can be run.\n"
    tested = detente("test", "case.yaml")
    assert tested.code == 0
    assert tested.out.startswith("holds  ")
    ran = detente("run", "case.yaml", *SMALL, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json["case"] == "my-case"
    assert detente("new", "another.yaml", "--json").json == {"format": 1, "file": "another.yaml"}


def test_cases(said: Command) -> None:
    found = said("cases", "--json").json
    assert list(found) == ["format", "cases"]
    assert {"korea-2016", "tiny-race"} <= {*found["cases"]}
    assert all(found["cases"].values()), "each has a title"
    lines = said("cases").out.splitlines()
    assert [line.split()[0] for line in lines] == list(found["cases"])
    assert "A race between pressure and a programme" in "\n".join(lines)


def test_help(said: Command) -> None:
    text = said("--help").out
    for command in ("run", "check", "test", "show", "new", "cases", "inspect"):
        assert f" {command} " in text
    assert said().code == 2
    assert "Usage: python -m detente [OPTIONS] COMMAND" in said().out
    assert "--futures" in said("run", "--help").out


def test_a_command_of_its_own_file(said: Command) -> None:
    done = said("inspect", "sample", "--help")
    assert done.code == 0
    assert "detection probability" in " ".join(done.out.split())


def without(*sections: str) -> str:
    """The race without these sections, and without what needs them."""
    kept, skipping = [], False
    for line in RACE.splitlines():
        if not line.startswith(" "):
            skipping = line.split(":")[0] in sections
        if not skipping:
            kept.append(line)
    return "\n".join(kept) + "\n"


BARE = "detente: 1\ncase: bare\nas_of: 2020-01-31\nhorizon: 1 year\nstep: 1 month\n"
LACKING = {
    "claims": without("claims"),
    "measures": without("measures", "goals", "claims", "checks"),
    "quantities": BARE + "parties: {us: {name: US}}\noptions: {us.talks: [none, open]}\nstrategies:\n"
    "  talk: {moves: {us.talks: open}}\nmeasures: {talking: share(us.talks == open)}\n"
    "claims: {talks: {says: mean(talking under talk) == 1}}\n",
}


@pytest.mark.parametrize("lacking", LACKING)
def test_a_case_without(lacking: str, detente: Command, folder: Path) -> None:
    (folder / "case.yaml").write_text(LACKING[lacking], encoding="utf-8")
    ran = detente("run", "case.yaml", *SMALL)
    assert (ran.code, ran.err) == (0, "")
    assert ("The case makes no claims." in ran.out) == (lacking != "quantities")
    found = detente("run", "case.yaml", *SMALL, "--json").json
    assert bool(found["claims"]) == (lacking == "quantities")
    assert all(bool(strategy["measures"]) == (lacking != "measures") for strategy in found["strategies"].values())


def test_a_case_without_assumptions(detente: Command, folder: Path) -> None:
    text = without("assumptions", "checks").replace("pace", "0.3").replace("0.4 if effect == softens else 0.1", "0.2")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    ran = detente("run", "case.yaml", *SMALL)
    assert ran.code == 0
    assert "its futures differ by luck alone" in " ".join(ran.out.split())
    assert "In this future" not in detente("show", "case.yaml", "--steps", "1").out
    assert detente("test", "case.yaml").out == "The case has no checks.\n"
    assert detente("test", "case.yaml", "--json").json == {"format": 1, "case": "race", "checks": {}}


def test_a_case_without_strategies(detente: Command, folder: Path, written: Callable[[], list[str]]) -> None:
    (folder / "bare.yaml").write_text(BARE, encoding="utf-8")
    assert detente("check", "bare.yaml").out == "bare can be read, but has no strategies to play.\n"
    for words in (("run", "bare.yaml"), ("show", "bare.yaml")):
        done = detente(*words)
        assert (done.code, done.out) == (2, "")
        assert done.err.splitlines()[0] == "`bare` has no strategies, so there is nothing to play"
    assert written() == ["bare.yaml"]


def test_a_case_with_a_conflict_only(said: Command) -> None:
    assert said("check", "chicken").out == "chicken can be run.\n"
    done = said("run", "chicken")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == "`chicken` has no strategies to play and no claims on its conflict graph"
    assert "`detente conflict chicken`" in done.err
    settled = said("conflict", "chicken")
    assert settled.code == 0
    assert "Stable for every party" in settled.out


def test_report(detente: Command, folder: Path) -> None:
    assert detente("run", "race.yaml", *SMALL, "--out", "kept").code == 0
    first = (folder / "kept" / "report.html").read_bytes()
    (folder / "kept" / "report.html").unlink()
    again = detente("report", "kept")
    assert (again.code, again.out, again.err) == (0, f"The page: {Path('kept', 'report.html')}\n", "")
    assert (folder / "kept" / "report.html").read_bytes() == first
    apart = detente("report", "kept", "--to", "apart", "--json")
    files = apart.json["files"]
    assert files[0] == str(Path("apart", "report.md"))
    assert all((folder / name).is_file() for name in files)
