"""`detente run`: the documented object, what is written, and what changes the result."""

from __future__ import annotations

import datetime as dt
import os
import pty
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import COMMAND, SMALL, Done

Command = Callable[..., Done]
RUN = ("run", "race.yaml", *SMALL)
JSON = (*RUN, "--json")


def is_date(value: Any) -> bool:
    """An ISO date, `never` or nothing."""
    return value is None or value == "never" or dt.date.fromisoformat(value).isoformat() == value


def is_number(value: Any) -> bool:
    return isinstance(value, float)


def is_share(value: Any) -> bool:
    return isinstance(value, float) and 0 <= value <= 1


VERDICTS = {"holds", "fails", "depends"}


def test_the_object(said: Command) -> None:
    done = said(*JSON)
    assert (done.code, done.err) == (0, "")
    found = done.json
    assert list(found) == ["format", "case", "seed", "futures", "runs", "strategies", "claims"]
    assert [found[key] for key in ("format", "case", "seed", "futures", "runs")] == [1, "race", 1, 16, 4]
    assert list(found["strategies"]) == ["press", "wait"]
    for strategy in found["strategies"].values():
        assert list(strategy) == ["measures"]
        assert list(strategy["measures"]) == ["works", "gives_up", "accidents", "reached"]
        for name, measure in strategy["measures"].items():
            assert list(measure) == ["mean", "q05", "q50", "q95", "never"]
            check = is_date if name in ("works", "gives_up") else is_number
            assert all(check(measure[key]) for key in ("mean", "q05", "q50", "q95")), (name, measure)
            assert is_share(measure["never"]) if check is is_date else measure["never"] is None


def test_a_date_that_some_runs_never_reach(said: Command) -> None:
    measures = said(*JSON).json["strategies"]["wait"]["measures"]
    assert measures["gives_up"] == {"mean": None, "q05": "never", "q50": "never", "q95": "never", "never": 1.0}


def test_a_claim_in_the_object(said: Command) -> None:
    claims = said(*JSON).json["claims"]
    assert list(claims) == ["too_slow", "helps"]
    for claim in claims.values():
        assert {*claim} >= {"verdict", "share", "interval", "unsettled", "margin", "neither", "rivals"}
        assert claim["verdict"] in VERDICTS
        low, high = claim["interval"]
        assert 0 <= low <= claim["share"] <= high <= 1
        assert is_share(claim["unsettled"])
        assert list(claim["margin"]) == ["q05", "q50", "q95"]
        assert all(map(is_number, claim["margin"].values()))
        assert list(claim["rivals"]) == ["effect"]
        assert list(claim["rivals"]["effect"]) == ["softens", "hardens"]
        assert all({*r} == {"verdict", "share"} for r in claim["rivals"]["effect"].values())
        assert all(r["verdict"] in VERDICTS and is_share(r["share"]) for r in claim["rivals"]["effect"].values())
    assert is_share(claims["too_slow"]["neither"])
    assert claims["helps"]["neither"] is None


def test_the_table_and_the_page(detente: Command, written: Callable[[], list[str]], folder: Path) -> None:
    done = detente(*RUN)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[:2] == ["A race for tests", "16 futures x 4 runs x 2 strategies, seed 1"]
    assert lines[2].split() == ["claim", "verdict", "share", "90", "%", "interval", "read", "it", "with", "care"]
    assert [line.split()[0] for line in lines[3:5]] == ["too_slow", "helps"]
    assert "not a probability" in " ".join(done.out.split())
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in done.out
    page = Path(lines[-1].removeprefix("The page: "))
    assert page.parts[0] == "runs"
    assert page.parts[1].startswith("race-")
    assert page.name == "report.html"
    assert "A race for tests" in (folder / page).read_text(encoding="utf-8")
    assert str(page) in written()
    assert detente(*RUN).out == done.out, "the same run has the same folder"
    other = detente(*RUN, "--strategy", "press").out
    assert other.splitlines()[-1] != lines[-1]
    assert "16 futures x 4 runs x 1 strategy, seed 1" in other
    assert "Not judged, for want of a strategy: helps." in other


def test_out_names_the_folder(detente: Command, written: Callable[[], list[str]], said: Command) -> None:
    done = detente(*JSON, "--out", "deep/er")
    assert done.code == 0
    assert done.out == said(*JSON).out
    assert "deep/er/report.html" in written()
    assert all(name.startswith("deep/er/") for name in written())


def test_what_changes_the_result(said: Command) -> None:
    first = said(*JSON, "--workers", "1").out
    assert said(*JSON, "--workers", "2").out == first
    other = said(*JSON, "--seed", "2").json
    assert other["seed"] == 2
    assert other["strategies"] != said(*JSON).json["strategies"]


def test_one_strategy(said: Command) -> None:
    found = said(*JSON, "--strategy", "press").json
    assert list(found["strategies"]) == ["press"]
    assert list(found["claims"]) == ["too_slow"], "a claim is judged where all its strategies are played"
    assert found["strategies"]["press"] == said(*JSON).json["strategies"]["press"]


def test_one_future_of_one_run(detente: Command) -> None:
    done = detente("run", "race.yaml", "--futures", "1", "--runs", "1")
    assert done.code == 0
    assert "1 future x 1 run x 2 strategies, seed 1" in done.out
    assert "0% .. 100%" in done.out


def test_what_is_fixed(said: Command) -> None:
    def measures(*fix: str) -> Any:
        return said(*JSON, "--strategy", "wait", *fix).json["strategies"]["wait"]["measures"]

    assert measures("--fix", "pace=0")["works"]["never"] == 1
    still = measures("--fix", "progress=0.25")["reached"]
    assert {still[key] for key in ("mean", "q05", "q50", "q95")} == {0.25}
    assert measures("--fix", "them.work=paused")["reached"]["q95"] == 0 < measures()["reached"]["q95"]
    rivals = said(*JSON, "--fix", "effect=hardens").json["claims"]["too_slow"]["rivals"]["effect"]
    assert rivals["softens"] == {"verdict": None, "share": None}
    assert rivals["hardens"]["verdict"] in VERDICTS


def on_terminals(words: tuple[str, ...], folder: Path, environment: dict[str, str]) -> tuple[str, str]:
    """What a command writes to a terminal as its output and to another as its errors."""
    pairs = [pty.openpty() for _ in range(2)]
    process = subprocess.Popen(
        [*COMMAND, *words], cwd=folder, env={**environment, "TERM": "xterm-256color"},
        stdin=subprocess.DEVNULL, stdout=pairs[0][1], stderr=pairs[1][1],
    )
    for _, end in pairs:
        os.close(end)
    said = [_drained(end) for end, _ in (pairs[1], pairs[0])]
    assert process.wait(60) == 0
    return said[1], said[0]


def _drained(end: int) -> str:
    parts = []
    while True:
        try:
            part = os.read(end, 65536)
        except OSError:  # Linux: nobody holds the other end any more
            part = b""
        if not part:
            os.close(end)
            return b"".join(parts).decode("utf-8")
        parts.append(part)


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_bars_and_colours_on_a_terminal_alone(folder: Path, environment: dict[str, str]) -> None:
    out, err = on_terminals(RUN, folder, environment)
    assert "playing" in err
    assert "\x1b[" in out  # and none in a pipe: see the table above
