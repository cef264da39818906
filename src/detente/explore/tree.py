"""A second opinion on scenario discovery: a small decision tree (Breiman and others 1984, Gini's index).

Where PRIM looks for one dense box after the other, a tree parts all futures at once. Two methods that name the same
assumptions are worth more than one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from detente.language.records import dataclass

from .prim import Limits
from .table import Array, Flags

DEPTH, LEAST_LEAF, MOST_ROWS = 3, 0.05, 50_000
LEAST_GAIN = 0.005  # of the variance at the root


@dataclass(frozen=True, slots=True)
class Leaf:
    """Futures that a path of the tree leads to. `limits` as those of a box; `density` is the share of interest."""

    limits: Mapping[str, Limits]
    coverage: float
    density: float
    mass: float


def grow(
    names: Sequence[str], values: Array, rivals: Mapping[str, Sequence[str]], hits: Flags, depth: int = DEPTH
) -> list[Leaf]:
    """The leaves of a tree that parts cases of interest from others, the densest first."""
    step = -(-len(hits) // MOST_ROWS)
    x, y = values[::step], hits[::step].astype(float)
    total = float(y.sum())
    leaves: list[Leaf] = []

    def part(rows: Flags, limits: dict[str, Limits], left: int) -> None:
        found = _best_split(names, x[rows], rivals, y[rows], len(y)) if left else None
        if found is None:
            inside = y[rows]
            leaves.append(Leaf(limits, float(inside.sum()) / max(total, 1.0), float(inside.mean()),
                               len(inside) / len(y)))
            return
        j, low, high, cut = found
        below = x[:, j] <= cut if names[j] not in rivals else x[:, j] == cut
        for side, limit in ((below, low), (~below, high)):
            part(rows & side, {**limits, names[j]: _both(limits.get(names[j]), limit, names[j] in rivals)}, left - 1)

    part(np.ones(len(y), bool), {}, depth)
    return sorted(leaves, key=lambda leaf: -leaf.density)


def _both(old: Limits | None, new: Limits, categorical: bool) -> Limits:
    if old is None:
        return new
    if categorical:
        return tuple(v for v in old if v in new)
    return max(old[0], new[0]), min(old[1], new[1])


def _best_split(
    names: Sequence[str], x: Array, rivals: Mapping[str, Sequence[str]], y: Array, whole: int
) -> tuple[int, Limits, Limits, float] | None:
    """(assumption, limits below, limits above, cut) of the split with the least impurity, or None."""
    least = max(1, int(LEAST_LEAF * whole))
    best: tuple[int, Limits, Limits, float] | None = None
    gain = LEAST_GAIN * whole * 0.25
    for j, name in enumerate(names):
        if name in rivals:
            for level in np.unique(x[:, j]):
                side = x[:, j] == level
                drop = _drop(float(y[side].sum()), int(side.sum()), float(y.sum()), len(y), least)
                if drop > gain:
                    others = tuple(float(v) for v in range(len(rivals[name])) if v != level)
                    best, gain = (j, (float(level),), others, float(level)), drop
            continue
        cut, drop = _numeric(x[:, j], y, least)
        if drop > gain:
            best, gain = (j, (-np.inf, cut), (cut, np.inf), cut), drop
    return best


def _numeric(x: Array, y: Array, least: int) -> tuple[float, float]:
    order = np.argsort(x)
    ordered, hits = x[order], np.cumsum(y[order])
    n, total = len(y), float(hits[-1]) if len(y) else 0.0
    left = np.arange(1, n)
    usable = (ordered[1:] > ordered[:-1]) & (left >= least) & (n - left >= least)
    if not usable.any():
        return 0.0, 0.0
    drops = np.where(usable, hits[:-1] ** 2 / left + (total - hits[:-1]) ** 2 / (n - left) - total**2 / n, -np.inf)
    at = int(np.argmax(drops))
    return float(0.5 * (ordered[at] + ordered[at + 1])), float(drops[at])


def _drop(hits: float, count: int, total: float, n: int, least: int) -> float:
    if count < least or n - count < least:
        return 0.0
    return hits**2 / count + (total - hits) ** 2 / (n - count) - total**2 / n
