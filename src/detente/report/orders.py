"""Who came first: shares of runs, with intervals over the scrambles."""

from __future__ import annotations

import math

import numpy as np

from detente.explore.premises import Counted

from .estimate import mean_interval
from .results import Results

Pair = tuple[str, str]


def order_shares(results: Results) -> list[tuple[Pair, dict[str, tuple[Counted, ...]]]]:
    """For each pair of dates that race, by strategy: the shares first, second, both together, neither."""
    kept = results.judged.by_future
    if kept is None:
        return []
    return [
        (
            pair,
            {
                name: tuple(_share(row, kept.runs) for row in kept.orders[name][i])
                for name in results.judged.strategies
            },
        )
        for i, pair in enumerate(kept.pairs)
    ]


def _share(counts: np.ndarray, runs: int) -> Counted:
    mean, half = mean_interval(counts / runs)
    half = 1.0 if math.isinf(half) else half
    return Counted(mean, (max(0.0, mean - half), min(1.0, mean + half)), len(counts))
