"""Quantile bands of the series over all runs, from histograms that the kernel fills while it plays.

Each series has 256 bins over the range that a few pilot runs saw, a quarter as much again on either side, and
never beyond its bounds. Within a bin a quantile is interpolated, so a band is true to less than 1/256 of that
range, and where values are spread smoothly to less than a thousandth of rank, whatever the number of runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.language.records import dataclass
from detente.model.kernel import Bands
from detente.model.layout import BINS

from .ensemble import Ensemble

Array = NDArray[np.float64]
PILOT_FUTURES, PILOT_RUNS, POINTS = 16, 4, 40
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Band:
    """Quantiles of a series: `quantiles` is [level, point], in internal units, at steps `steps`."""

    steps: NDArray[np.int64]
    levels: tuple[float, ...]
    quantiles: Array


def empty_bands(ensemble: Ensemble) -> dict[str, Bands]:
    """Empty histograms for each strategy; threads that play at once need their own."""
    low, high = _ranges(ensemble)
    stride = -(-ensemble.calendar.steps // POINTS)
    points = ensemble.calendar.steps // stride + 1
    shape = (points, len(ensemble.form.series), BINS + 2)
    return {
        name: Bands(low, BINS / (high - low), stride, np.zeros(shape, dtype=np.uint32))
        for name in ensemble.strategies
    }


def _ranges(ensemble: Ensemble) -> tuple[Array, Array]:
    futures = np.repeat(np.arange(min(PILOT_FUTURES, ensemble.futures)), PILOT_RUNS)
    runs = np.tile(np.arange(PILOT_RUNS), len(futures) // PILOT_RUNS)
    traces = [ensemble.trace(name, futures, runs) for name in ensemble.strategies]
    lows, highs = [], []
    for name, quantity in ensemble.case.quantities.items():
        low = min((float(trace[name].min()) for trace in traces), default=0.0)
        high = max((float(trace[name].max()) for trace in traces), default=0.0)
        margin = 0.25 * (high - low) or max(1.0, abs(high)) * 1e-6
        least, most = quantity.within or (-np.inf, np.inf)
        lows.append(max(low - margin, least) if low > least else least)
        highs.append(min(high + margin, most) if high < most else most)
        if not highs[-1] > lows[-1]:
            highs[-1] = lows[-1] + 1.0
    return np.array(lows), np.array(highs)


def merged(parts: Sequence[Mapping[str, Bands]]) -> dict[str, Bands]:
    """The histograms of several threads as one."""
    return {
        name: Bands(one.low, one.scale, one.stride, np.sum([p[name].counts for p in parts], axis=0, dtype=np.uint32))
        for name, one in parts[0].items()
    }


def quantile_bands(ensemble: Ensemble, bands: Bands) -> dict[str, Band]:
    """The bands of each series under a strategy; interpolated within a bin."""
    steps = np.arange(len(bands.counts)) * bands.stride
    places = _places(bands.counts)  # [level, point, series]
    values = bands.low + places / bands.scale
    return {name: Band(steps, LEVELS, values[:, :, i]) for i, name in enumerate(ensemble.form.series)}


def _places(counts: NDArray[np.uint32]) -> Array:
    """Where each quantile lies in each histogram, in bins from the low end; NaN in an empty one."""
    ends = np.cumsum(counts, axis=-1, dtype=np.float64)
    places = []
    for level in LEVELS:
        rank = level * ends[..., -1:]
        bins = np.argmax(ends >= rank, axis=-1)[..., None]
        inside = np.take_along_axis(counts, bins, axis=-1)
        before = np.take_along_axis(ends, bins, axis=-1) - inside
        place = np.clip(bins - 1 + (rank - before) / np.maximum(inside, 1), 0.0, float(BINS))
        places.append(np.where(ends[..., -1] > 0, place[..., 0], np.nan))
    return np.array(places)
