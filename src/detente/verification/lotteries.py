"""The best lottery of allocations: a matrix game whose columns are too many to write down.

Rows are sites, columns are allocations, entries temptations; the inspector mixes columns to make the
greatest row least. Columns are generated as they are needed: given weights on the sites, the allocation
that is best against them is a knapsack with several choices per site, solved by dynamic programming. If
no column improves on the present lottery, it is optimal.

`best_lottery` runs the simplex method in fractions (with the lexicographic rule, so it always ends),
`best_lottery_in_floats` solves each small program with scipy. They share only the knapsack.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from detente.verification.exact import rounded

Units = tuple[int, ...]
Floats = npt.NDArray[np.float64]
Share = TypeVar("Share", float, Fraction)


@dataclass(frozen=True)
class Site:
    """Detection by units of effort, and what a violator gains or loses."""

    detection: tuple[Fraction, ...]
    gain: Fraction
    loss: Fraction

    @cached_property
    def temptations(self) -> tuple[Fraction, ...]:
        """g - p (g + b), by units of effort."""
        return tuple(self.gain - p * (self.gain + self.loss) for p in self.detection)

    def least_units(self, level: Fraction) -> int | None:
        """The fewest units that hold the temptation to `level`."""
        return next((x for x, t in enumerate(self.temptations) if t <= level), None)

    def least_mean_units(self) -> Fraction:
        """The least mean of units, over lotteries for this site alone, that leave no temptation.

        Some number of units must leave none; mixing it with one that tempts may be cheaper.
        """
        calm = [(x, t) for x, t in enumerate(self.temptations) if t <= 0]
        keen = [(x, t) for x, t in enumerate(self.temptations) if t > 0]
        mixed = [x + t / (t - u) * (y - x) for x, t in keen for y, u in calm]
        return min([Fraction(x) for x, _ in calm] + mixed)


def best_lottery(sites: list[Site], budget: int) -> tuple[Fraction, list[tuple[Fraction, Units]]]:
    """Exact value and lottery.

    With entries shifted above 0, mixing columns with weights y = p / v turns the game into: greatest
    sum of y with M y <= 1, y >= 0, where v = 1 / sum of y. The slack basis is feasible.
    """
    shift = max(site.loss for site in sites) + 1
    size = len(sites)
    inverse = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
    level = [Fraction(1)] * size
    basis: list[Units | None] = [None] * size
    while True:
        earning = [row for row, units in zip(inverse, basis, strict=True) if units is not None]
        weights = [sum((row[j] for row in earning), Fraction(0)) for j in range(size)]
        entering, column = _entering(sites, budget, weights, shift)
        if column is None:
            break
        _pivot(inverse, level, basis, entering, [_dot(row, column) for row in inverse])
    total = sum((y for y, units in zip(level, basis, strict=True) if units is not None), Fraction(0))
    lottery = [(y / total, units) for y, units in zip(level, basis, strict=True) if units is not None and y]
    return 1 / total - shift, _tidy(lottery)


def _entering(
    sites: list[Site], budget: int, weights: list[Fraction], shift: Fraction
) -> tuple[Units | None, list[Fraction] | None]:
    """A column that improves: a slack with a negative weight, or the best allocation if it gains."""
    for j, weight in enumerate(weights):
        if weight < 0:
            return None, [Fraction(int(i == j)) for i in range(len(sites))]
    units = best_reply(sites, budget, weights)
    column = [site.temptations[x] + shift for site, x in zip(sites, units, strict=True)]
    return (units, column) if _dot(weights, column) < 1 else (None, None)


def _pivot(
    inverse: list[list[Fraction]],
    level: list[Fraction],
    basis: list[Units | None],
    entering: Units | None,
    direction: list[Fraction],
) -> None:
    """Exchange one column of the basis; the leaving row is lexicographically first, so none recurs."""
    rows = [i for i, step in enumerate(direction) if step > 0]
    leaving = min(rows, key=lambda i: [x / direction[i] for x in (level[i], *inverse[i])])
    pivot = direction[leaving]
    inverse[leaving] = [x / pivot for x in inverse[leaving]]
    level[leaving] /= pivot
    for i, step in enumerate(direction):
        if i != leaving and step:
            inverse[i] = [x - step * y for x, y in zip(inverse[i], inverse[leaving], strict=True)]
            level[i] -= step * level[leaving]
    basis[leaving] = entering


def _dot(left: list[Fraction], right: list[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(left, right, strict=True) if x and y), Fraction(0))


def best_reply(sites: list[Site], budget: int, weights: list[Fraction]) -> Units:
    """The allocation within the budget with the least weighted temptation, in whole numbers."""
    scores = [[w * t for t in site.temptations] for site, w in zip(sites, weights, strict=True)]
    scale = lcm(*(score.denominator for row in scores for score in row))
    whole = [[int(score * scale) for score in row] for row in scores]
    best, picks = [0] * (budget + 1), []
    for row in whole:
        found = [_least_sum(best, row, left) for left in range(budget + 1)]
        best = [score for score, _ in found]
        picks.append([x for _, x in found])
    return _walk(picks, budget)


def _least_sum(best: list[int], row: list[int], left: int) -> tuple[int, int]:
    """The least total with `left` units, and the units that go to the present site."""
    return min((best[left - x] + score, x) for x, score in enumerate(row[: left + 1]))


def _walk(picks: list[list[int]], budget: int) -> Units:
    units, left = [], budget
    for step in reversed(picks):
        units.append(step[left])
        left -= units[-1]
    return tuple(reversed(units))


def best_lottery_in_floats(sites: list[Site], budget: int) -> tuple[float, list[tuple[float, Units]]]:
    """Value and lottery from linear programs in floats; the value is right to about 1e-9 of the scale."""
    tables = [np.array([rounded(t) for t in site.temptations]) for site in sites]
    tolerance = 1e-10 * max(1e-300, *(float(np.abs(table).max()) for table in tables))
    columns = [_reply_in_floats(tables, budget, np.full(len(sites), 1 / len(sites)))]
    while True:
        value, shares, weights = _solve(tables, columns)
        reply = _reply_in_floats(tables, budget, weights)
        bound = sum(w * table[x] for w, table, x in zip(weights, tables, reply, strict=True))
        if reply in columns or bound >= value - tolerance:
            break
        columns.append(reply)
    lottery = [(float(p), units) for p, units in zip(shares, columns, strict=True) if p > 1e-12]
    return value, _tidy(lottery)


def _solve(tables: list[Floats], columns: list[Units]) -> tuple[float, Floats, Floats]:
    """The game over these columns: its value, the mixture of columns, and the weights on sites."""
    from scipy.optimize import linprog

    entries = np.array([[table[x[i]] for x in columns] for i, table in enumerate(tables)])
    size, many = entries.shape
    answer = linprog(
        np.append(np.zeros(many), 1),
        A_ub=np.hstack([entries, -np.ones((size, 1))]),
        b_ub=np.zeros(size),
        A_eq=np.append(np.ones(many), 0)[None, :],
        b_eq=[1],
        bounds=[(0, None)] * many + [(None, None)],
    )
    shares = np.clip(answer.x[:-1], 0, None)
    return float(answer.fun), shares / shares.sum(), np.clip(-answer.ineqlin.marginals, 0, None)


def _reply_in_floats(tables: list[Floats], budget: int, weights: Floats) -> Units:
    best, picks = np.zeros(budget + 1), []
    for table, weight in zip(tables, weights, strict=True):
        found, step = np.full(budget + 1, np.inf), np.zeros(budget + 1, dtype=int)
        for x, temptation in enumerate(table[: budget + 1]):
            score = best[: budget + 1 - x] + weight * temptation
            better = score < found[x:]
            found[x:][better], step[x:][better] = score[better], x
        best = found
        picks.append([int(x) for x in step])
    return _walk(picks, budget)


def _tidy(lottery: list[tuple[Share, Units]]) -> list[tuple[Share, Units]]:
    """Equal allocations once, the likeliest first."""
    shares: dict[Units, Share] = {}
    for p, units in lottery:
        shares[units] = shares[units] + p if units in shares else p
    return sorted(((p, units) for units, p in shares.items()), key=lambda entry: (-entry[0], entry[1]))
