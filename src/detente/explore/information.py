"""What knowing an assumption would be worth to the choice among strategies.

Knowing x beforehand one would choose, for each x, the strategy with the best E[worth | x]; the gain over the one
best strategy is the expected value of partial perfect information,

    E_x [ max_s E(worth_s | x) ] - max_s E(worth_s),

here from the stored futures: E(worth_s | x) is the mean over equal parts of the range of x (Strong and Oakley 2013,
Medical Decision Making 33:755). Taking the best of noisy means would pretend to a gain where there is none, so the
choice is made on half of the scrambles and valued on the other, and the other way round. The value of knowing
everything is E[max_s worth_s] - max_s E(worth_s), which luck left in the means makes somewhat too large.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detente.language.records import dataclass

from .regret import better
from .table import Array, Table

PARTS, LEAST_IN_PART = 12, 24


@dataclass(frozen=True, slots=True)
class Worth:
    """For a goal, in its unit: what knowing each assumption is worth, and what knowing everything is at most. With
    `flips`: which strategy is chosen at the low and high end of the assumption (or under each rival), where that is
    not the same."""

    goal: str
    each: Mapping[str, float]
    everything: float
    flips: Mapping[str, Mapping[str, str]]

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {"goal": self.goal, "each": dict(self.each), "everything": self.everything,
                "flips": {name: dict(ends) for name, ends in self.flips.items()}}


def worth_knowing(table: Table, goal: str) -> Worth:
    """The value of information about each assumption, those worth most first."""
    worth = better(table, goal)
    halves = table.scrambles % 2 == 0
    each: dict[str, float] = {}
    flips: dict[str, Mapping[str, str]] = {}
    for j, name in enumerate(table.names):
        parts = _parts(table, j)
        gains = [_gain(worth, parts, learn, ~learn) for learn in (halves, ~halves)]
        each[name] = max(0.0, float(np.mean(gains)))
        ends = _ends(table, worth, parts, name)
        if each[name] > 0 and len(set(ends.values())) > 1:
            flips[name] = ends
    order = sorted(each, key=lambda n: -each[n])
    everything = float(worth.max(axis=0).mean() - worth.mean(axis=1).max())
    return Worth(goal, {n: each[n] for n in order}, everything, {n: flips[n] for n in order if n in flips})


def _parts(table: Table, j: int) -> NDArray[np.int64]:
    """The part of its range in which each future has an assumption."""
    if table.names[j] in table.rivals:
        return table.values[:, j].astype(np.int64)
    count = max(1, min(PARTS, len(table) // (2 * LEAST_IN_PART)))
    return np.minimum((table.ranks[:, j] * count).astype(np.int64), count - 1)


def _gain(worth: Array, parts: NDArray[np.int64], learn: NDArray[np.bool_], judge: NDArray[np.bool_]) -> float:
    """What choosing by part gains over one choice, both learnt on some futures and judged on others."""
    if not learn.any() or not judge.any():
        return 0.0
    means = _means(worth[:, learn], parts[learn], int(parts.max()) + 1)
    base = int(np.argmax(worth[:, learn].mean(axis=1)))
    chosen = np.where(np.isnan(means).all(axis=0), base, np.argmax(np.nan_to_num(means, nan=-np.inf), axis=0))
    rows = np.flatnonzero(judge)
    return float((worth[chosen[parts[rows]], rows] - worth[base, rows]).mean())


def _means(worth: Array, parts: NDArray[np.int64], count: int) -> Array:
    """Means by part, [strategy, part]; NaN for an empty part."""
    sizes = np.bincount(parts, minlength=count).astype(float)
    sums = np.array([np.bincount(parts, weights=row, minlength=count) for row in worth])
    return np.asarray(np.divide(sums, sizes, out=np.full_like(sums, np.nan), where=sizes > 0))


def _ends(table: Table, worth: Array, parts: NDArray[np.int64], name: str) -> dict[str, str]:
    means = _means(worth, parts, int(parts.max()) + 1)
    best = [table.strategies[int(i)] for i in np.argmax(np.nan_to_num(means, nan=-np.inf), axis=0)]
    if name in table.rivals:
        return {rival: best[i] for i, rival in enumerate(table.rivals[name]) if i < len(best)}
    return {"low": best[0], "high": best[-1]}
