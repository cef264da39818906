"""What part of the futures says: the page's script in Python, reading the same table.

A view keeps the futures that lie within ranges of some assumptions (in per cent of the distribution) and have some
rivals. `answer` gives the claims, measures, dates, orders and fans of those futures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.claims.shares import verdict_of
from detente.language.records import dataclass

from .table import STATES, FutureTable

Array = NDArray[np.float64]
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class View:
    """`ranges`: assumption to (low, high) in per cent; `rivals`: assumption to the rivals that stay."""

    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Share:
    """A share with its interval, None where nothing counts."""

    share: float | None
    interval: tuple[float, float]
    counted: int
    unsettled: float = 0.0

    @property
    def verdict(self) -> str:
        """Holds, fails or depends."""
        return verdict_of(self.share)


def kept(table: FutureTable, view: View) -> NDArray[np.bool_]:
    """Which futures a view keeps, [n]."""
    keep = np.ones(table.futures, bool)
    for i, one in enumerate(table.header["assumptions"]):
        if one["name"] in view.ranges:
            low, high = (percent * table.header["fine"] / 100 for percent in view.ranges[one["name"]])
            keep &= (table.arrays["coordinates"][i] >= low) & (table.arrays["coordinates"][i] <= high)
    for i, one in enumerate(table.header["rivals"]):
        if one["name"] in view.rivals:
            allowed = [one["values"].index(name) for name in view.rivals[one["name"]]]
            keep &= np.isin(table.arrays["rivals"][i], allowed)
    return keep


def claims(table: FutureTable, keep: NDArray[np.bool_]) -> dict[str, Share]:
    """The share of the kept futures in which each claim holds."""
    found = {}
    for i, name in enumerate(table.header["claims"]):
        states = table.arrays["claims"][i]
        counted = keep & (states & STATES["counts"] > 0)
        total = int(counted.sum())
        unsettled = int((counted & (states & STATES["settled"] == 0)).sum()) / total if total else 0.0
        holds = (states & STATES["holds"] > 0).astype(float)
        share, interval = _share(table, holds, counted)
        found[name] = Share(share, interval, total, unsettled)
    return found


def means(table: FutureTable, keep: NDArray[np.bool_], strategy: str, measure: str) -> tuple[float, float, float]:
    """A measure's mean under a strategy over the kept futures, and half the width of its interval; in its own
    unit, dates in days. The third number is the mean in the worst tenth of futures upwards (the 10th per cent)."""
    header = table.header
    m = next(i for i, one in enumerate(header["measures"]) if one["name"] == measure)
    one = header["measures"][m]
    whole = table.arrays["means"][header["strategies"].index(strategy), m]
    values = (one["low"] + (one["high"] - one["low"]) * whole / header["fine"]) / one["factor"]
    mean, half = _mean(table, values, keep)
    return mean, half, float(np.sort(values[keep])[int(0.1 * (keep.sum() - 1))]) if keep.any() else math.nan


def passed(table: FutureTable, keep: NDArray[np.bool_], strategy: str, date: str) -> Array:
    """The share of runs in which a date had come, at each point."""
    header = table.header
    counts = table.arrays["passed"][header["strategies"].index(strategy), header["dates"].index(date)]
    return np.asarray(counts[keep].sum(axis=0, dtype=float) / (max(1, int(keep.sum())) * header["perFuture"]))


def orders(table: FutureTable, keep: NDArray[np.bool_], strategy: str, pair: int = 0) -> Array:
    """The shares of runs in which the first, the second, both together or neither of a pair came."""
    header = table.header
    counts = table.arrays["orders"][header["strategies"].index(strategy), pair]
    return np.asarray(counts[:, keep].sum(axis=1, dtype=float) / (max(1, int(keep.sum())) * header["perFuture"]))


def fan(table: FutureTable, keep: NDArray[np.bool_], strategy: str, quantity: str) -> Array:
    """Quantiles [5, point] of the whole runs among the kept futures, in the unit of the chart; NaN without any."""
    header = table.header
    q = header["quantities"].index(quantity)
    runs = table.arrays["runs"][header["strategies"].index(strategy), q][keep[: header["traced"]]]
    low, high = header["frames"][q]
    if not len(runs):
        return np.full((len(LEVELS), runs.shape[1]), math.nan)
    ordered = np.sort(runs, axis=0)
    ranks = [max(0, math.ceil(level * len(runs)) - 1) for level in LEVELS]
    return np.asarray(low + (high - low) * ordered[ranks] / 255.0)


def _share(table: FutureTable, holds: Array, counted: NDArray[np.bool_]) -> tuple[float | None, tuple[float, float]]:
    total = int(counted.sum())
    if not total:
        return None, (0.0, 1.0)
    share, half = _mean(table, holds, counted)
    if math.isinf(half):
        return share, (0.0, 1.0)
    half = max(half, table.header["floor"] / (total + table.header["floor"]))
    return share, (max(share - half, 0.0), min(share + half, 1.0))


def _mean(table: FutureTable, values: Array, counted: NDArray[np.bool_]) -> tuple[float, float]:
    """The mean of what counts, and half of its 90 % interval over the scrambles (infinite with fewer than two)."""
    total = int(counted.sum())
    if not total:
        return math.nan, math.inf
    scramble = np.arange(len(values)) % table.header["scrambles"]
    n = np.bincount(scramble[counted], minlength=table.header["scrambles"])
    sums = np.bincount(scramble[counted], values[counted], minlength=table.header["scrambles"])
    mean = float(sums.sum()) / total
    used = int((n > 0).sum())
    if used < 2:
        return mean, math.inf
    off = (sums - n * mean) / total
    return mean, float(table.header["t"][used - 1] * math.sqrt(used / (used - 1) * float((off * off).sum())))


def as_json(table: FutureTable, view: View) -> dict[str, Any]:
    """The claims of a view as plain values."""
    keep = kept(table, view)
    return {
        "futures": int(keep.sum()),
        "claims": {
            name: {"verdict": one.verdict, "share": one.share, "interval": list(one.interval)}
            for name, one in claims(table, keep).items()
        },
    }
