"""`detente show`: one run in words, as JSON, and the compiled step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise

import pytest

from .conftest import Done

Command = Callable[..., Done]
SHOW = ("show", "race.yaml", "--fix", "pace=0.3", "--fix", "effect=softens")


def test_in_words(said: Command) -> None:
    done = said(*SHOW, "--steps", "2")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[:3] == [
        "A race for tests",
        "Strategy press (Press), future 0, run 0.",
        "In this future: pace = 0.3 1/year, effect = softens",
    ]
    assert lines[4] == "2020-01-31 to 2020-02-29 (step 1)"
    assert lines[5].startswith("  us.sanctions: none -> full (the strategy, race.yaml:")
    assert "progress: 0 -> 0.025: +0.025 from pace * (them.work == goes_on)" in done.out
    assert lines[-1] == "The story goes no further."


def test_as_json(said: Command) -> None:
    done = said(*SHOW, "--json", "--future", "2", "--run", "3")
    assert (done.code, done.err) == (0, "")
    story = done.json
    assert list(story) == ["format", "case", "strategy", "seed", "future", "run", "assumptions", "steps"]
    assert [story[key] for key in ("format", "case", "strategy", "seed", "future", "run")] == [
        1, "race", "press", 1, 2, 3,
    ]  # fmt: skip
    assert story["assumptions"] == {"pace": 0.3, "effect": "softens"}
    steps = story["steps"]
    assert [step["step"] for step in steps] == list(range(1, len(steps) + 1))
    for step in steps:
        assert list(step) == ["step", "ends_on", "ended", "moves", "events", "changes"]
        dt.date.fromisoformat(step["ends_on"])
        for change in step["changes"]:
            assert list(change) == ["quantity", "from", "to", "parts"]
            assert change["from"] + sum(part["by"] for part in change["parts"]) == pytest.approx(change["to"])
    assert [step["ended"] for step in steps[:-1]] == [False] * (len(steps) - 1)
    move = steps[0]["moves"][0]
    assert {key: move[key] for key in ("option", "from", "to", "by")} == {
        "option": "us.sanctions", "from": "none", "to": "full", "by": "strategy",
    }  # fmt: skip
    assert isinstance(move["line"], int)
    reached = [c for step in steps for c in step["changes"] if c["quantity"] == "progress"]
    assert all(one["to"] == following["from"] for one, following in pairwise(reached))


def test_another_run_is_another_story(said: Command) -> None:
    assert said(*SHOW).out != said(*SHOW, "--run", "1").out


def test_the_listing(said: Command) -> None:
    text = said("show", "race.yaml", "--listing").out.splitlines()
    parts = [line for line in text if not line.startswith("  ")]
    assert parts[0] == "begin 1"
    assert "luck and change" in parts
    assert "moves of press" in parts
    assert "effects of accident, once per occurrence" in parts
    assert "end: surrender" in parts
    assert "  progress within 0 .. 1" in text
    found = said("show", "race.yaml", "--listing", "--json").json
    assert found == {"format": 1, "case": "race", "listing": text}
