"""The command as its users run it: a process of its own, in an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COMMAND = (sys.executable, "-m", "detente")

RACE = """\
detente: 1
case: race
title: A race for tests
as_of: 2020-01-31
horizon: 4 years
step: 1 month
parties: {us: {name: US}, them: {name: Them}}
options:
  us.sanctions: {levels: [none, full], values: [0, 1]}
  them.work: [goes_on, paused]
assumptions:
  pace: {uniform: [0.1, 0.6], unit: 1/year, status: judged, note: a guess}
  effect: {one_of: {softens: 1, hardens: 1}, status: judged, note: disputed}
quantities:
  progress: {start: 0, within: [0, 1], change: pace * (them.work == goes_on), scale: {0: none, 1: done}}
events:
  accident: {rate: 0.5, then: {progress: progress - 0.05}}
  surrender: {rate: us.sanctions * (0.4 if effect == softens else 0.1), ends: true}
conduct:
  them: [{option: them.work, when: progress > 0.9 and us.sanctions == none, move: paused}]
strategies:
  press: {label: Press, moves: {us.sanctions: full}}
  wait: {}
measures:
  works: first(progress >= 1)
  gives_up: first(surrender > 0)
  accidents: count(accident)
  reached: final(progress)
goals: {accidents: few}
claims:
  too_slow: {states: Pressing comes too late., says: P(works before gives_up under press) > 0.5}
  helps: {says: mean(reached under press) < mean(reached under wait)}
checks:
  no_pace: {set: {pace: 0}, says: P(works < never under press) == 0}
"""
SMALL = ("--futures", "16", "--runs", "4")


@dataclass(frozen=True)
class Done:
    """What a process said and left with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as one JSON value."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Compiled steps of these tests in a cache of their own; a terminal 80 wide."""
    cache = str(tmp_path_factory.mktemp("kernels"))
    return {**os.environ, "DETENTE_CACHE": cache, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder but for `race.yaml`."""
    (tmp_path / "race.yaml").write_text(RACE, encoding="utf-8")
    return tmp_path


def run_process(words: tuple[str, ...], folder: Path, environment: dict[str, str]) -> Done:
    """The command in a folder; never a traceback."""
    done = subprocess.run(
        [*COMMAND, *words], cwd=folder, env=environment, capture_output=True, timeout=120, check=False
    )
    out, err = (text.decode("utf-8") for text in (done.stdout, done.stderr))
    assert "Traceback" not in err, err
    return Done(done.returncode, out, err)


@pytest.fixture
def detente(folder: Path, environment: dict[str, str]) -> Callable[..., Done]:
    """`detente(*words)`: the command, run in a folder of the test's own."""
    return lambda *words: run_process(words, folder, environment)


@pytest.fixture(scope="session")
def said(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Callable[..., Done]:
    """`said(*words)`: the same where nothing is to be written; the same words are asked once."""
    shared = tmp_path_factory.mktemp("shared")
    (shared / "race.yaml").write_text(RACE, encoding="utf-8")
    answers: dict[tuple[str, ...], Done] = {}

    def asking(*words: str) -> Done:
        if words not in answers:
            answers[words] = run_process(words, shared, environment)
            assert [path.name for path in shared.iterdir()] == ["race.yaml"]
        return answers[words]

    return asking


@pytest.fixture
def written(folder: Path) -> Callable[[], list[str]]:
    """`written()`: the files in the folder that were not there at first."""
    before = set(folder.rglob("*"))

    def looking() -> list[str]:
        return sorted(str(path.relative_to(folder)) for path in set(folder.rglob("*")) - before if path.is_file())

    return looking
