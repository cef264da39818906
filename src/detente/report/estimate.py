"""The mean over futures of what each yields, and half of its 90 % interval over the scrambles."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from detente.claims.intervals import t_quantile
from detente.claims.shares import SCRAMBLES

Array = NDArray[np.float64]


def mean_interval(values: Array) -> tuple[float, float]:
    """Mean and half-width for values [future], the first of them future 0; infinite with fewer than two scrambles."""
    if not len(values):
        return math.nan, math.inf
    scramble = np.arange(len(values)) % SCRAMBLES
    n = np.bincount(scramble, minlength=SCRAMBLES)
    sums = np.bincount(scramble, values, minlength=SCRAMBLES)
    mean = float(sums.sum()) / len(values)
    used = int((n > 0).sum())
    if used < 2:
        return mean, math.inf
    off = (sums - n * mean) / len(values)
    error = math.sqrt(used / (used - 1) * float((off * off).sum()))
    return mean, t_quantile(0.95, used - 1) * error
