"""`P`, `mean`, `median` and `q`: one number (or date) for each future, made from its runs, with its interval.

- `P(A if B)` is the share of runs with A among those with B, with Wilson's interval on the number of runs with B;
  NaN where B never happened.
- `mean` has Student's t interval. One run gives no bound; runs that are all equal give no width.
- `median` is `q` at 0.5. A number is interpolated between order statistics (type 7 of Hyndman and Fan 1996), a
  date is the least date by which that share of the runs had come (type 1), so `never` is possible and no date
  is invented. The interval runs between two order statistics; a number may have no bound on a side, a date lies
  between `as_of` and `never`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..language.calendar import DAYS_A_YEAR
from ..language.tree import Estimate
from .intervals import Array, quantile_ranks, t_quantile, wilson
from .runwise import Sample, Values, as_days, evaluate
from .spread import Leaf, Reach, Spread
from .walks import is_date


@dataclass(eq=False)
class Dated:
    """A date for each future, in days since `as_of`, with the ends of its interval; +inf is `never`. `leaf`
    gives its score; None for a date that no run pulls."""

    value: Array
    low: Array
    high: Array
    leaf: Leaf | None = None

    def years(self, never: float) -> Spread:
        """Years since `as_of`, with `never` counted as a day: what differences of dates are made of."""
        value, low, high = (as_days(end, never) / DAYS_A_YEAR for end in (self.value, self.low, self.high))
        if self.leaf is None and self.low is self.value is self.high:
            return Spread(value)
        leaf, reach = self.leaf, np.array([value - low, high - value])
        pulls = (lambda: leaf.score) if leaf else (lambda: np.zeros((1, 1)))
        return Spread(value, ((1.0, Leaf(lambda: reach, pulls, exact=True)),))


def estimate(node: Estimate, sample: Sample) -> Spread | Dated:
    """The estimate for each future of the sample; worked out once for each sample. Raises TypeError for a
    condition on anything but `P`."""
    found = sample.estimates.get(node)
    if found is None:
        if node.given is not None and node.kind != "P":
            raise TypeError(f"{node.kind} takes no condition")
        found = sample.estimates[node] = _ESTIMATORS[node.kind](node, sample)
    made: Spread | Dated = found
    return made


def _over_runs(values: Values, sample: Sample) -> Values:
    shape = (sample.futures, sample.count)
    return values if np.shape(values) == shape else np.broadcast_to(values, shape)


def _share(node: Estimate, sample: Sample) -> Spread:
    hits = np.asarray(_over_runs(evaluate(node.body, sample), sample), float)
    if node.given is None:
        share = _count(hits) / sample.count
        return _share_spread(share, sample.count, lambda: hits - share[:, None], sample.count)
    among = np.asarray(_over_runs(evaluate(node.given, sample), sample), float)
    trials = _count(among)
    share = _count(hits * among) / trials  # NaN where it never happened
    return _share_spread(share, trials, lambda: np.where(among > 0, hits - share[:, None], 0.0), sample.count)


def _count(flags: Array) -> Array:
    """Sums of zeros and ones over runs: exact, so in whatever order the fastest product takes them."""
    total: Array = flags @ np.ones(flags.shape[1])
    return total


def _share_spread(share: Array, trials: Array | int, score: Callable[[], Array], runs: int) -> Spread:
    def reach() -> Reach:
        low, high = wilson(share, trials)
        return np.array([share - low, high - share])

    def variance() -> Array:
        return share * (1 - share) * (trials / runs)

    return Spread(share, ((1.0, Leaf(reach, score, variance)),))


def _mean(node: Estimate, sample: Sample) -> Spread:
    values = np.asarray(_over_runs(evaluate(node.body, sample), sample), float)
    runs = sample.count
    ahead = values - values[:, :1]  # of the first run, so that equal runs have no spread and their mean is exact
    off = ahead - ahead.sum(axis=1, keepdims=True) / runs
    mean = values[:, 0] - off[:, 0]

    def reach() -> Reach:
        if runs < 2:
            return np.full((2, sample.futures), np.inf)
        half = t_quantile(0.975, runs - 1) * np.sqrt((off * off).sum(axis=1) / (runs - 1) / runs)
        return np.array([half, half])

    return Spread(mean, ((1.0, Leaf(reach, lambda: off)),))


def _quantile(node: Estimate, sample: Sample) -> Spread | Dated:
    level = 0.5 if node.level is None else node.level
    values = np.asarray(_over_runs(evaluate(node.body, sample), sample), float)
    ordered = np.sort(values, axis=1)
    dated = is_date(node.body, sample.case)
    value = _order_statistic(ordered, level) if dated else _interpolated(ordered, level)
    low_rank, high_rank = quantile_ranks(sample.count, level)
    low = ordered[:, low_rank - 1] if low_rank else np.full_like(value, 0.0 if dated else -np.inf)
    high = ordered[:, high_rank - 1] if high_rank <= sample.count else np.full_like(value, np.inf)
    low, high = np.minimum(low, value), np.maximum(high, value)

    def score() -> Array:
        later = values > value[:, None]
        centred: Array = later - later.mean(axis=1, keepdims=True)
        return centred

    leaf = Leaf(lambda: np.array([value - low, high - value]), score, exact=True)
    return Dated(value, low, high, leaf) if dated else Spread(value, ((1.0, leaf),))


def _order_statistic(ordered: Array, level: float) -> Array:
    runs = ordered.shape[1]
    rank = math.ceil(round(level * runs, 9))  # 0.7 * 10 is 7, not a little more
    value: Array = ordered[:, min(max(rank, 1), runs) - 1]
    return value


def _interpolated(ordered: Array, level: float) -> Array:
    place = (ordered.shape[1] - 1) * level
    below = math.floor(place)
    above = min(below + 1, ordered.shape[1] - 1)
    value: Array = ordered[:, below] + (place - below) * (ordered[:, above] - ordered[:, below])
    return value


_ESTIMATORS = {"P": _share, "mean": _mean, "median": _quantile, "q": _quantile}
