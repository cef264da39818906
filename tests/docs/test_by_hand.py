"""The steps worked by hand in `docs/step.md` are those of the reference, of the kernel and of `detente show`."""

from __future__ import annotations

import datetime as dt
import re
from types import ModuleType

import numpy as np
import pytest

from detente.language.load import load_text
from detente.report.story import tell
from detente.simulate.ensemble import Ensemble

from .conftest import DOCS

PAGE = (DOCS / "step.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def ensemble(pages: ModuleType) -> Ensemble:
    text = next(b.text for b in pages.blocks(PAGE) if b.about == "step.yaml")
    return Ensemble(load_text(text), futures=1, runs=1)


@pytest.fixture(scope="module")
def by_hand() -> dict[str, list[str]]:
    """The table of the page, column by column."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line[:2] == "| "]
    head, steps = rows[0], [row for row in rows[1:] if "---" not in row[0]]
    assert len(steps) == 4
    return {name: [row[i] for row in steps] for i, name in enumerate(head)}


@pytest.mark.parametrize("engine", ["reference", "kernel"])
def test_every_number_of_the_table(engine: str, ensemble: Ensemble, by_hand: dict[str, list[str]]) -> None:
    zero = np.zeros(1, np.int64)
    trace = ensemble.replay("press", 0, 0).trace if engine == "reference" else ensemble.trace("press", zero, zero)
    case = ensemble.case
    for name in ("strain", "progress", "felt", "late", "test"):
        assert [round(float(x), 12) for x in trace[name][:, 0]] == [float(x) for x in by_hand[name]], name
    for name in ("us.pressure", "them.work"):
        assert [case.options[name].levels[int(x)] for x in trace[name][:, 0]] == by_hand[name]
    assert [str(case.day(k)) for k in (1, 2, 3)] == by_hand["end of step"][1:]


def test_every_measure(ensemble: Ensemble) -> None:
    found = ensemble.replay("press", 0, 0).measures[0]
    arrives, noticed, mean_felt, strained, cost = found
    as_of = ensemble.case.as_of
    assert "`arrives` is 2022-02-28 and `noticed` 2021-08-31" in PAGE
    assert [str(as_of + dt.timedelta(days=int(days))) for days in (arrives, noticed)] == ["2022-02-28", "2021-08-31"]
    assert re.search(r"`mean_felt` is .* = 0\.448333", PAGE)
    assert mean_felt == pytest.approx(0.448333, abs=5e-7)
    assert strained == pytest.approx(2 / 3)
    assert re.search(r"`cost` .* = 1\.33", PAGE, re.DOTALL)
    assert cost == pytest.approx(1.33)


def test_the_story_has_the_same_moves_and_changes(ensemble: Ensemble, by_hand: dict[str, list[str]]) -> None:
    steps = tell(ensemble.case, "press").to_json()["steps"]
    assert [[(m["option"], m["to"]) for m in step["moves"]] for step in steps] == [
        [("us.pressure", "high")], [("them.work", "paused")], [],
    ]  # fmt: skip
    for number, step in enumerate(steps, 1):
        for change in step["changes"]:
            assert change["to"] == pytest.approx(float(by_hand[change["quantity"]][number]))
    assert {p["what"]: pytest.approx(p["by"]) for p in steps[1]["changes"][0]["parts"]} == {
        "us.pressure": 0.5, "- 0.4 * strain": -0.132, "its bound": -0.028,
    }  # fmt: skip
