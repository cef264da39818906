"""What all runs of a strategy yield, measure by measure: the mean and quantiles over futures and luck together.

Dates and counts are exact; other numbers come from a sketch that neither blocks nor workers can change.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from detente.language.case import Case, Measure
from detente.language.records import dataclass

from .ensemble import Block
from .sketch import Sketch

Value = float | dt.date | str | None
QUANTILES = {"q05": 0.05, "q50": 0.5, "q95": 0.95}


@dataclass(frozen=True, slots=True)
class MeasureSummary:
    """A measure under a strategy, in its shown unit. A date's `mean` is None if any run has none, and a quantile
    that falls there is `"never"`; `never` is the share of such runs, None for what is no date."""

    mean: Value
    q05: Value
    q50: Value
    q95: Value
    never: float | None

    def to_json(self) -> dict[str, Any]:
        """Dates as ISO strings."""
        return {
            name: value.isoformat() if isinstance(value := getattr(self, name), dt.date) else value
            for name in ("mean", *QUANTILES, "never")
        }


class Summary:
    """Collects blocks in any order; those of several threads can be merged."""

    def __init__(self, case: Case, strategies: Sequence[str]) -> None:
        self.case, self.strategies = case, tuple(strategies)
        self._sketches = {
            strategy: {name: Sketch(exact=m.kind != "number") for name, m in case.measures.items()}
            for strategy in strategies
        }
        self._bounded = [name for name, q in case.quantities.items() if q.within and not q.is_auxiliary]
        # steps in all, and those clipped by bounded stock: whole numbers, so that the order of adding is nothing
        self._steps = {strategy: np.zeros(1 + len(self._bounded), np.int64) for strategy in strategies}

    def add(self, block: Block) -> None:
        """Take in a block."""
        for strategy in self.strategies:
            runs = block.runs[strategy]
            for i, sketch in enumerate(self._sketches[strategy].values()):
                sketch.add(runs[:, :, i])
            steps = runs.shape[0] * runs.shape[1] * self.case.horizon
            self._steps[strategy] += np.array([steps, *block.clipped[strategy]], np.int64)

    def merge(self, other: Summary) -> None:
        """Take in what another has collected."""
        for strategy in self.strategies:
            for name, sketch in self._sketches[strategy].items():
                sketch.merge(other._sketches[strategy][name])
            self._steps[strategy] += other._steps[strategy]

    def states(self) -> list[tuple[str, str, bytes]]:
        """What was collected as (strategy, measure, bytes), to be stored; equal data give equal bytes. The name ""
        holds the steps clipped."""
        rows = []
        for strategy, sketches in self._sketches.items():
            rows += [(strategy, name, sketch.to_bytes()) for name, sketch in sketches.items()]
            rows.append((strategy, "", self._steps[strategy].astype("<i8").tobytes()))
        return rows

    def take_in(self, strategy: str, name: str, state: bytes) -> None:
        """Take in what was stored. Raises ValueError for bytes that are no such state."""
        if name:
            self._sketches[strategy][name].merge(Sketch.from_bytes(state))
        else:
            self._steps[strategy] += np.frombuffer(state, "<i8")

    def measures(self) -> dict[str, dict[str, MeasureSummary]]:
        """Strategy to measure to summary."""
        return {
            strategy: {name: _summary(self.case, self.case.measures[name], s) for name, s in sketches.items()}
            for strategy, sketches in self._sketches.items()
        }

    def clipped(self) -> dict[str, dict[str, float]]:
        """Strategy to quantity to the share of steps in which it was held at its bounds."""
        return {
            strategy: dict(zip(self._bounded, (steps[1:] / max(1, steps[0])).tolist(), strict=True))
            for strategy, steps in self._steps.items()
        }


def _summary(case: Case, measure: Measure, sketch: Sketch) -> MeasureSummary:
    mean: Value
    if measure.kind == "date":
        q05, q50, q95 = (as_date(case, sketch.quantile(p, "inverted_cdf")) for p in QUANTILES.values())
        mean = None if sketch.mean is None else as_date(case, sketch.mean)
        return MeasureSummary(mean, q05, q50, q95, never=sketch.never / sketch.count)
    mean = None if sketch.mean is None else sketch.mean / measure.factor
    low, middle, high = (sketch.quantile(p) / measure.factor for p in QUANTILES.values())
    return MeasureSummary(mean, low, middle, high, never=None)


def as_date(case: Case, days: float) -> dt.date | str:
    """Days since `as_of` as a date, or `"never"`."""
    return "never" if math.isinf(days) else case.as_of + dt.timedelta(days=round(days))


def as_rows(summaries: Mapping[str, Mapping[str, MeasureSummary]]) -> list[dict[str, Any]]:
    """One flat row for each strategy and measure."""
    return [
        {"strategy": strategy, "measure": name, **one.to_json()}
        for strategy, measures in summaries.items() for name, one in measures.items()
    ]
