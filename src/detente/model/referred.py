"""The reference in the kernel's clothes: for what the kernel cannot play yet, at a thousandth of its speed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .form import Calendar, Form
from .kernel import Bands, Output, rows_of
from .layout import BINS
from .reference import Played, play

Array = NDArray[np.float64]
MOST_AT_ONCE = 256


class Referred:
    """Plays a form as `Kernel` does, run by run the same numbers."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def play(
        self, calendar: Calendar, theta: Array, strategy: int, seed: int,
        futures: NDArray[np.int64], runs: NDArray[np.int64],
        trace: bool = False, bands: Bands | None = None, constants: Array | None = None,
    ) -> Output:
        """Play one run for each pair of `futures` and `runs`; arguments and result are those of `Kernel.play`."""
        rows = rows_of(futures)
        parts = []
        for first in range(0, len(futures), MOST_AT_ONCE):
            part = slice(first, first + MOST_AT_ONCE)
            played = play(
                self.form, calendar, theta[rows[part]], strategy, seed, futures[part], runs[part], constants
            )
            if bands is not None:
                self._count(played, bands)
            parts.append(played)
        measures = np.concatenate([p.measures for p in parts]).T
        clipped = np.concatenate([p.clipped for p in parts], axis=1)
        trouble = np.zeros(len(futures), dtype=bool)
        for i, p in enumerate(parts):
            trouble[[i * MOST_AT_ONCE + t.lane for t in p.troubles]] = True
        names = (*self.form.series, *self.form.options, *self.form.events, "alive")
        whole = [np.array([p.trace[n] for n in names]).transpose(1, 0, 2) for p in parts] if trace else []
        return Output(measures, clipped, trouble, np.concatenate(whole, axis=2) if trace else None)

    def _count(self, played: Played, bands: Bands) -> None:
        """Count the series at every `stride`-th step into the bands' histograms."""
        for i, name in enumerate(self.form.series):
            x = played.trace[name][:: bands.stride]
            y = (x - bands.low[i]) * bands.scale[i] + 1.0
            y = np.where(y >= 0, y, 0.0)
            bins = np.where(y < BINS + 1.0, y, BINS + 1.0).astype(np.int64)
            for point in range(min(len(bins), len(bands.counts))):
                np.add.at(bands.counts[point, i], bins[point], 1)
