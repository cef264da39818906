"""What each future yields, kept by row, against the runs that it is summed from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detente import bundled
from detente.language.load import load
from detente.simulate import by_future
from detente.simulate.by_future import ByFuture
from detente.simulate.ensemble import Block, Ensemble

DATES, PAIRS = ("reaches", "concedes"), (("reaches", "concedes"),)


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    """24 futures of 8 runs."""
    return Ensemble(load(bundled.find("tiny-race")), futures=24, runs=8)


def kept(ensemble: Ensemble, sizes: list[int]) -> tuple[ByFuture, list[Block]]:
    """The futures in blocks of these sizes, taken in from the last to the first."""
    found = ByFuture.empty(ensemble.case, ensemble.strategies, sum(sizes), ensemble.runs, DATES, PAIRS)
    starts = np.cumsum([0, *sizes[:-1]])
    blocks = [ensemble.block(int(first), size) for first, size in zip(starts, sizes, strict=True)]
    for block in reversed(blocks):
        found.add(block)
    return found, blocks


def test_rows_are_sums_over_runs(ensemble: Ensemble) -> None:
    found, (block,) = kept(ensemble, [24])
    case = ensemble.case
    late = (case.day(case.horizon + 1) - case.as_of).days
    for strategy, runs in block.runs.items():
        reaches, concedes, tests = (runs[:, :, i] for i in range(3))
        assert found.means[strategy][:, 2] == pytest.approx(tests.mean(axis=1))
        assert found.means[strategy][:, 0] == pytest.approx(np.minimum(reaches, late).mean(axis=1))
        for point, step in enumerate(found.steps):
            day = (case.day(int(step)) - case.as_of).days
            assert (found.passed[strategy][1, point] == (concedes <= day).sum(axis=1)).all()
        first, second, together, neither = found.orders[strategy][0]
        assert (first == (reaches < concedes).sum(axis=1)).all()
        assert (second == (concedes < reaches).sum(axis=1)).all()
        assert (neither == (np.isinf(reaches) & np.isinf(concedes)).sum(axis=1)).all()
        assert (first + second + together + neither == ensemble.runs).all()
        assert together.any() or first.any()


def test_rows_do_not_depend_on_blocks(ensemble: Ensemble) -> None:
    whole, _ = kept(ensemble, [24])
    parts, _ = kept(ensemble, [5, 16, 3])
    for name in ("means", "passed", "orders"):
        for strategy in ensemble.strategies:
            assert (getattr(whole, name)[strategy] == getattr(parts, name)[strategy]).all()


def test_only_the_first_futures_are_kept(ensemble: Ensemble, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, (block,) = kept(ensemble, [24])
    monkeypatch.setattr(by_future, "KEPT", 10)
    few = ByFuture.empty(ensemble.case, ensemble.strategies, 24, ensemble.runs, DATES, PAIRS)
    few.add(block)
    later = ensemble.block(0, 24)
    few.add(replace(later, drawn=replace(later.drawn, first=24)))  # beyond what is kept
    assert few.futures == 10
    assert (few.means["talks"] == whole.means["talks"][:10]).all()
