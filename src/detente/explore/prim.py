"""Scenario discovery: boxes of assumptions in which a claim fails (or holds), found by PRIM.

The patient rule induction method (Friedman and Fisher 1999, Statistics and Computing 9:123) peels a little off one
end of one assumption at a time, always where the gain in density per point lost is greatest, as scenario discovery
uses it (Bryant and Lempert 2010, Technological Forecasting and Social Change 77:34; gain per point: Kwakkel and
Jaxa-Rozen 2016, Environmental Modelling and Software 79:311). Of the trajectory the box is taken whose coverage
(share of the cases of interest inside) and density (share of cases of interest inside it) have the greatest
harmonic mean. Then restrictions that chance may have made are dropped: those whose quasi-p-value (how likely as many
cases of interest are in the box, if it were no denser than the box without the restriction) is above 5 %, and those
that come back in fewer than half of the trajectories of random halves of the futures. What was peeled too far is
pasted back. The next box is sought among the futures outside the ones before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.language.records import dataclass

from .table import Array, Flags

ALPHA, LEAST_MASS = 0.05, 0.05
MOST_BOXES, LEAST_COVERAGE, LEAST_LIFT = 3, 0.1, 1.2
HALVES, OFTEN, CHANCE = 10, 0.5, 0.05
RESAMPLED = 20_000  # rows that halves are drawn from

Limits: TypeAlias = tuple[float, ...]  # (low, high), or the rivals left by number


@dataclass(frozen=True)
class Columns:
    """Assumptions ready to be peeled: numeric ones [numeric, point] and categorical ones by number."""

    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    values: Array
    codes: NDArray[np.uint8]
    levels: int
    order: NDArray[np.int32]  # the argsort of each numeric column

    @property
    def names(self) -> tuple[str, ...]:
        """Numeric ones first."""
        return self.numeric + self.categorical

    def part(self, rows: NDArray[np.int64] | Flags) -> Columns:
        """Some of the points, in their order."""
        from .prim_peel import order_within

        chosen = np.zeros(self.codes.shape[1], np.bool_)
        chosen[rows] = True
        return replace(self, values=np.ascontiguousarray(self.values[:, chosen]),
                       codes=np.ascontiguousarray(self.codes[:, chosen]),
                       order=order_within(self.order, chosen))


def columns_of(names: Sequence[str], values: Array, rivals: Mapping[str, Sequence[str]]) -> Columns:
    """The columns of [point, assumption] values, where rivals stand as numbers."""
    from .prim_peel import orders

    numeric = [i for i, n in enumerate(names) if n not in rivals]
    categorical = [i for i, n in enumerate(names) if n in rivals]
    codes = values[:, categorical].T.astype(np.uint8) if categorical else np.empty((0, len(values)), np.uint8)
    numbers = np.ascontiguousarray(values[:, numeric].T)
    return Columns(
        tuple(names[i] for i in numeric), tuple(names[i] for i in categorical),
        numbers, np.ascontiguousarray(codes), max((len(rivals[names[i]]) for i in categorical), default=1),
        orders(numbers),
    )


@dataclass(frozen=True)
class Step:
    """A box of a trajectory: limits of the restricted assumptions, points inside and those of interest."""

    limits: Mapping[str, Limits]
    points: int
    hits: int


@dataclass(frozen=True)
class Box:
    """A box as found. `limits` maps each restricted assumption to (low, high), either end infinite where it is not
    restricted, or to the rivals left, by number. `coverage`, `density` and `mass` are over all points;
    `quasi_p` and `again` (the share of random halves in which it comes back) are by restriction."""

    limits: Mapping[str, Limits]
    coverage: float
    density: float
    mass: float
    quasi_p: Mapping[str, float]
    again: Mapping[str, float]
    trajectory: tuple[tuple[float, float, float], ...] = ()  # coverage, density, mass of each step of the peeling


def trajectory(columns: Columns, hits: Flags, inside: Flags | None = None) -> list[Step]:
    """Every box of the peeling, from all points on."""
    from .prim_peel import HIT, INSIDE, peel

    within = np.ones(len(hits), bool) if inside is None else inside
    state = np.where(within, np.where(hits, HIT, INSIDE), 0).astype(np.uint8)
    least = max(1, int(np.ceil(LEAST_MASS * len(hits))))
    found = peel(columns.values, columns.order, columns.codes, columns.levels, state, ALPHA, least)
    limits: dict[str, Limits] = {}
    steps = []
    for j, side, limit, points, of_interest in found:
        if j >= 0:
            limits = {**limits, columns.names[j]: _restricted(columns, limits, int(j), int(side), float(limit))}
        steps.append(Step(limits, int(points), int(of_interest)))
    return steps


def _restricted(columns: Columns, limits: Mapping[str, Limits], j: int, side: int, limit: float) -> Limits:
    name = columns.names[j]
    if j >= len(columns.numeric):
        left = limits.get(name) or tuple(float(v) for v in np.unique(columns.codes[j - len(columns.numeric)]))
        return tuple(v for v in left if v != limit)
    low, high = limits.get(name, (-np.inf, np.inf))
    return (low, limit) if side else (limit, high)


def inside_box(columns: Columns, limits: Mapping[str, Limits]) -> Flags:
    """Which points lie in a box."""
    within = np.ones(columns.values.shape[1] if len(columns.numeric) else columns.codes.shape[1], bool)
    for name, limit in limits.items():
        within &= _meets(columns, name, limit)
    return within


def _meets(columns: Columns, name: str, limit: Limits) -> Flags:
    if name in columns.categorical:
        return np.isin(columns.codes[columns.categorical.index(name)], limit)
    values = columns.values[columns.numeric.index(name)]
    return np.asarray((values >= limit[0]) & (values <= limit[1]))


# --- choosing a box ----------------------------------------------------------------------------------------------


def chosen(steps: Sequence[Step], of_interest: int) -> Step:
    """The box whose coverage and density have the greatest harmonic mean."""
    return max(steps, key=lambda s: 2 * s.hits / (s.points + of_interest) if s.hits else 0.0)


def find_boxes(columns: Columns, hits: Flags, *, most: int = MOST_BOXES, seed: int = 1) -> list[Box]:
    """The boxes in which cases of interest are dense, the first found first; none where nothing is denser than
    chance. `hits` says which points are of interest."""
    boxes: list[Box] = []
    left = np.ones(len(hits), bool)
    total = int(hits.sum())
    if not 0 < total < len(hits):
        return []
    while len(boxes) < most:
        steps = trajectory(columns, hits, left)
        limits = chosen(steps, int(hits[left].sum())).limits
        again = reproduced(columns.part(left), hits[left], seed)
        limits = pasted(columns, hits, left, without_chance(columns, hits, left, limits, again))
        box = _described(columns, hits, left, limits, again, steps)
        if not limits or box.coverage < LEAST_COVERAGE or box.density < LEAST_LIFT * total / len(hits):
            return boxes
        boxes.append(box)
        left &= ~inside_box(columns, limits)
        if not hits[left].any():
            return boxes
    return boxes


def _described(
    columns: Columns, hits: Flags, left: Flags, limits: Mapping[str, Limits], again: Mapping[str, float],
    steps: Sequence[Step],
) -> Box:
    within = inside_box(columns, limits) & left
    points, of_interest, total = int(within.sum()), int((within & hits).sum()), int(hits.sum())
    path = tuple((s.hits / total, s.hits / max(1, s.points), s.points / len(hits)) for s in steps)
    return Box(
        limits, of_interest / total, of_interest / max(1, points), points / len(hits),
        quasi_p(columns, hits, left, limits), {name: again.get(name, 0.0) for name in limits}, path,
    )


def quasi_p(columns: Columns, hits: Flags, left: Flags, limits: Mapping[str, Limits]) -> dict[str, float]:
    """For each restriction, the chance of as many cases of interest in the box if it were as dense as without it."""
    from scipy.special import bdtrc

    flags = {name: _meets(columns, name, limit) for name, limit in limits.items()}
    within = left & np.logical_and.reduce(list(flags.values())) if flags else left
    points, of_interest = int(within.sum()), int((within & hits).sum())
    found = {}
    for name in limits:
        wider = left & np.logical_and.reduce([left, *(f for other, f in flags.items() if other != name)])
        density = int((wider & hits).sum()) / max(1, int(wider.sum()))
        found[name] = float(bdtrc(of_interest - 1, points, density)) if of_interest else 1.0
    return found


def without_chance(
    columns: Columns, hits: Flags, left: Flags, limits: Mapping[str, Limits], again: Mapping[str, float]
) -> dict[str, Limits]:
    """The limits without restrictions that chance may have made, dropped one by one, the likeliest first."""
    kept = {name: limit for name, limit in limits.items() if again.get(name, 0.0) >= OFTEN}
    while kept:
        chances = quasi_p(columns, hits, left, kept)
        worst = max(kept, key=lambda name: chances[name])
        if chances[worst] <= CHANCE:
            return kept
        del kept[worst]
    return kept


def reproduced(columns: Columns, hits: Flags, seed: int = 1) -> dict[str, float]:
    """In which share of random halves of the points an assumption is restricted again."""
    rng = np.random.default_rng(seed)
    count = len(hits)
    if count > RESAMPLED:
        rows = np.sort(rng.choice(count, RESAMPLED, replace=False))
        columns, hits, count = columns.part(rows), hits[rows], RESAMPLED
    often: dict[str, int] = {}
    for _ in range(HALVES):
        half = np.sort(rng.choice(count, count // 2, replace=False))
        if 0 < hits[half].sum() < len(half):
            steps = trajectory(columns.part(half), hits[half])
            for name in chosen(steps, int(hits[half].sum())).limits:
                often[name] = often.get(name, 0) + 1
    return {name: times / HALVES for name, times in often.items()}


def pasted(columns: Columns, hits: Flags, left: Flags, limits: Mapping[str, Limits]) -> dict[str, Limits]:
    """The limits moved out again, an end at a time, as long as the box does not become less dense by it."""
    now = dict(limits)
    while True:
        within = inside_box(columns, now) & left
        points, density = int(within.sum()), float(hits[within].mean()) if within.any() else 0.0
        best, gain = None, 0
        for name, limit in _wider(columns, left, now, max(1, int(ALPHA * points))):
            new = {**now, name: limit}
            trial = inside_box(columns, new) & left
            added = int(trial.sum()) - points
            if added > gain and hits[trial].mean() >= density:
                best, gain = new, added
        if best is None:
            return {name: limit for name, limit in now.items() if limit != (-np.inf, np.inf)}
        now = best


def _wider(
    columns: Columns, left: Flags, limits: Mapping[str, Limits], count: int
) -> list[tuple[str, Limits]]:
    """Each numeric limit moved out by `count` of the points that it alone keeps out, each rival taken in again."""
    made: list[tuple[str, Limits]] = []
    for name, limit in limits.items():
        others = inside_box(columns, {n: v for n, v in limits.items() if n != name}) & left
        if name in columns.categorical:
            codes = columns.codes[columns.categorical.index(name)]
            made += [(name, (*limit, float(c))) for c in np.unique(codes[others]) if float(c) not in limit]
            continue
        values = columns.values[columns.numeric.index(name)][others]
        low, high = limit
        below, above = np.sort(values[values < low])[::-1], np.sort(values[values > high])
        if np.isfinite(low):
            made.append((name, (float(below[count - 1]) if len(below) >= count else -np.inf, high)))
        if np.isfinite(high):
            made.append((name, (low, float(above[count - 1]) if len(above) >= count else np.inf)))
    return made
