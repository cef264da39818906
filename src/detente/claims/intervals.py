"""Intervals for one estimate: the statistics that margins and shares are built from, nothing of the case.

- A share of n trials: Wilson's score interval (E. B. Wilson 1927, JASA 22:209). It has a width at 0 and at n of
  n: at 0 of n its upper end is z^2 / (n + z^2).
- A mean: Student's t. Its quantile inverts the finite sums for whole degrees of freedom (Abramowitz and Stegun
  26.7.3, 26.7.4); above 200 degrees the expansion 26.7.5 is exact to 1e-9.
- A quantile: order statistics (David and Nagaraja 2003, section 7.1). The number of runs at or below the true
  quantile is binomial, so two ranks hold it with at least the stated confidence whatever the distribution.
- A sum of estimates from the same runs: Zou's general square-and-add (Zou, Huang and Zhang 2009, CSDA 53:1080;
  Newcombe 1998, Stat. Med. 17:2635, is the case of two paired shares), in `spread.py`.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

Z95 = 1.959963984540054  # 0.975 quantile of the standard normal
Z90 = 1.6448536269514722  # 0.95 quantile
MANY_DEGREES = 200


def wilson(share: Array, trials: Array | int, z: float = Z95) -> tuple[Array, Array]:
    """Wilson's interval of a share: (low, high), exactly 0 and 1 at the ends. No trials give [0, 1]."""
    n = max(trials, 1) if isinstance(trials, int) else np.maximum(trials, 1)
    spread = z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * np.sqrt((share * (1 - share) + spread / 4) / n)
    low, high = np.asarray(centre - half), np.asarray(centre + half)
    low[(share <= 0) | np.equal(trials, 0)] = 0.0
    high[(share >= 1) | np.equal(trials, 0)] = 1.0
    return low, high


@lru_cache(maxsize=256)
def t_quantile(probability: float, degrees: int) -> float:
    """The quantile of Student's t with whole `degrees` >= 1, for a probability above one half."""
    if degrees > MANY_DEGREES:
        return _t_expanded(probability, degrees)
    inside = 2 * probability - 1
    low, high = 0.0, math.pi / 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_inside(middle, degrees) < inside else (low, middle)
    return math.tan((low + high) / 2) * math.sqrt(degrees)


def _t_inside(angle: float, degrees: int) -> float:
    """P(|t| < sqrt(degrees) * tan(angle)): a finite sum in powers of the cosine."""
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = degrees % 2
    term = cosine if odd else 1.0
    total = term if degrees > 1 else 0.0
    for k in range(3 if odd else 2, degrees - 1, 2):
        term *= cosine * cosine * ((k - 1) / k)
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


def _t_expanded(probability: float, degrees: int) -> float:
    from statistics import NormalDist

    z, n = NormalDist().inv_cdf(probability), degrees
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / n + second / n**2 + third / n**3


@lru_cache(maxsize=1024)
def quantile_ranks(runs: int, level: float, confidence: float = 0.95) -> tuple[int, int]:
    """Ranks (from 1) of the sorted runs that hold the true quantile; 0 and runs + 1 stand for no bound.

    The low rank is the greatest r with P(B < r) <= (1 - confidence)/2, the high rank the least s with
    P(B >= s) <= (1 - confidence)/2, where B ~ binomial(runs, level).
    """
    tail = (1 - confidence) / 2
    chances = _binomial(runs, level)
    below = np.concatenate([[0.0], np.cumsum(chances)])  # below[r] = P(B < r)
    above = np.concatenate([np.cumsum(chances[::-1])[::-1], [0.0]])  # above[s] = P(B >= s)
    low = int(np.flatnonzero(below <= tail).max())
    high = int(np.flatnonzero(above <= tail).min())
    return min(low, runs), max(high, 1)


def _binomial(runs: int, level: float) -> Array:
    """P(B = 0), .., P(B = runs)."""
    if level <= 0 or level >= 1:
        return np.where(np.arange(runs + 1) == (runs if level >= 1 else 0), 1.0, 0.0)
    size = math.lgamma(runs + 1)
    log_choose = np.array([size - math.lgamma(k + 1) - math.lgamma(runs - k + 1) for k in range(runs + 1)])
    hits = np.arange(runs + 1)
    chances: Array = np.exp(log_choose + hits * math.log(level) + (runs - hits) * math.log1p(-level))
    return chances
