"""What each of the first futures yields: means of measures, how many runs have a date behind them, who came first.

A row a future, summed over its runs, so that whoever holds the rows can answer for any part of the futures without
new runs. Only the first `KEPT` futures are kept (they are spread evenly over the scrambles), so memory does not
grow with the number of futures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.language.case import Case
from detente.language.records import dataclass

from .ensemble import Block

Array = NDArray[np.float64]
Counts = NDArray[np.uint32]
KEPT = 4096
POINTS = 40
ORDERS = ("first", "second", "together", "neither")


@dataclass(frozen=True)
class ByFuture:
    """Rows of the first futures, by strategy.

    `means` is [future, measure] in internal units, dates in days since `as_of` with `never` counted as the horizon
    plus one step. `passed` is [date, point, future]: in how many of the `runs` the date had come by the end of
    step `steps[point]`. `orders` is [pair, 4, future]: runs in which the first date of a pair came first, the
    second did, both came in the same step, neither came.
    """

    case: Case
    futures: int
    runs: int
    dates: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    steps: NDArray[np.int64]
    means: Mapping[str, Array]
    passed: Mapping[str, Counts]
    orders: Mapping[str, Counts]
    first: int = 0  # the number of the future in the first row

    @classmethod
    def empty(
        cls, case: Case, strategies: Sequence[str], futures: int, runs: int,
        dates: Sequence[str] = (), pairs: Sequence[tuple[str, str]] = (), first: int = 0,
    ) -> ByFuture:
        """Room for the first futures of a run, or for those of them among `futures` from number `first` on."""
        rows = max(0, min(first + futures, KEPT) - first)
        stride = -(-case.horizon // POINTS)
        steps = np.unique([*range(0, case.horizon, stride), case.horizon])
        return cls(
            case, rows, runs, tuple(dates), tuple(pairs), steps,
            {name: np.zeros((rows, len(case.measures))) for name in strategies},
            {name: np.zeros((len(dates), len(steps), rows), np.uint32) for name in strategies},
            {name: np.zeros((len(pairs), len(ORDERS), rows), np.uint32) for name in strategies},
            first,
        )

    def add(self, block: Block) -> None:
        """Take in a block; those of several threads do not meet, each writing rows of its own."""
        first = block.drawn.first - self.first
        count = min(len(block.drawn), self.futures - first)
        if count <= 0:
            return
        rows = slice(first, first + count)
        for strategy, runs in block.runs.items():
            self.means[strategy][rows] = means_over_runs(self.case, runs[:count])
            self._dates(strategy, rows, runs[:count])

    def _dates(self, strategy: str, rows: slice, runs: Array) -> None:
        column = {name: i for i, name in enumerate(self.case.measures)}
        ends = [_days(self.case, int(step)) for step in self.steps]
        row = np.arange(len(runs))[:, None] * (len(ends) + 1)
        for i, name in enumerate(self.dates):
            reached = row + np.searchsorted(ends, runs[:, :, column[name]])  # the first end not before it
            often = np.bincount(reached.ravel(), minlength=len(runs) * (len(ends) + 1)).reshape(len(runs), -1)
            self.passed[strategy][i, :, rows] = np.cumsum(often[:, :-1], axis=1).T
        for i, (a, b) in enumerate(self.pairs):
            left, right = runs[:, :, column[a]], runs[:, :, column[b]]
            neither = np.isposinf(left) & np.isposinf(right)
            each = (left < right, right < left, (left == right) & ~neither, neither)
            for order, flags in enumerate(each):
                self.orders[strategy][i, order, rows] = flags.sum(axis=1)


def means_over_runs(case: Case, runs: Array) -> Array:
    """Means [future, measure] over the runs of [future, run, measure], `never` as the horizon plus one step."""
    late = _days(case, case.horizon + 1)
    return np.asarray(np.where(np.isposinf(runs), late, runs).mean(axis=1))


def _days(case: Case, step: int) -> float:
    return float((case.day(step) - case.as_of).days)
