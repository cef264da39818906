"""Where to look: inspection effort spread over sites.

Site i, inspected with x units of effort, detects a violation with probability p_i(x). A violator there
gains g_i or loses b_i, so its temptation is g_i - p_i (g_i + b_i). An inspector with a budget of units
picks an allocation, or a lottery of allocations that the violator knows but whose draw it does not, to
make the greatest temptation over sites least.

R. Avenhaus and M. J. Canty, *Compliance Quantified* (Cambridge University Press, 1996);
A. Washburn and K. Wood, "Two-person zero-sum games for network interdiction", *Operations Research* 43
(1995), for lotteries whose allocations are generated as they are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from detente.verification.exact import (
    AMOUNT,
    COUNT,
    PROBABILITY,
    Number,
    count,
    refuse,
    rounded,
    sequence,
)
from detente.verification.lotteries import Site, best_lottery, best_lottery_in_floats


@dataclass(frozen=True)
class Allocation:
    """The least greatest temptation and the lottery that reaches it: (probability, units by site)."""

    value: Any
    lottery: list[tuple[Any, tuple[int, ...]]]
    budget: int
    mixed: bool


def allocate(
    budget: int,
    detection: Sequence[Sequence[Number]],
    gains: Sequence[Number],
    losses: Sequence[Number],
    mixed: bool = True,
    *,
    exact: bool = False,
) -> Allocation:
    """Spread at most `budget` units of effort over sites.

    `detection[i][x]` is the probability that x units at site i detect a violation there (x from 0; rows
    may differ in length, and need not rise); `gains` and `losses` by site, in one unit of worth, which
    is the unit of `.value`. A value not above 0 deters everywhere. `mixed=False` allows one allocation
    only. Assumes a violator that picks one site, knows the lottery, and does not see the draw.

    With `exact=True` the linear program is solved in fractions, else by `scipy.optimize.linprog`.

    Source: Avenhaus and Canty 1996.

    >>> allocate(1, [[0, 1], [0, 1]], [1, 1], [1, 1], exact=True).value
    Fraction(0, 1)
    """
    units = count("budget", budget, COUNT)
    sites = _sites(detection, gains, losses, mixed)
    useful = min(units, sum(len(site.detection) - 1 for site in sites))
    if not mixed:
        value, lottery = _best_pure(sites, useful)
    elif exact:
        value, lottery = best_lottery(sites, useful)
    else:
        return Allocation(*best_lottery_in_floats(sites, useful), units, True)
    if exact:
        return Allocation(value, lottery, units, mixed)
    return Allocation(rounded(value), [(rounded(p), x) for p, x in lottery], units, mixed)


def least_budget(
    detection: Sequence[Sequence[Number]],
    gains: Sequence[Number],
    losses: Sequence[Number],
    mixed: bool = True,
) -> int | None:
    """The least budget with which no site tempts (value not above 0), or None where none is enough.

    Arguments as in `allocate`; decided in exact arithmetic. The search starts from the mean units that
    each site needs by itself, below which no lottery can deter; where returns diminish that is enough.

    >>> least_budget([[0, 1], [0, 1]], [1, 1], [1, 1])
    1
    >>> least_budget([[0, 1], [0, 1]], [1, 1], [1, 1], mixed=False)
    2
    """
    sites = _sites(detection, gains, losses, mixed)
    needs = [site.least_units(Fraction(0)) for site in sites]
    enough = sum(need for need in needs if need is not None)
    if None in needs:
        return None
    if not mixed:
        return enough
    cheap = ceil(sum((site.least_mean_units() for site in sites), Fraction(0)))
    if best_lottery(sites, cheap)[0] <= 0:
        return cheap
    low, high = cheap, enough
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if best_lottery(sites, middle)[0] <= 0 else (middle, high)
    return high


def _sites(detection: object, gains: object, losses: object, mixed: object) -> list[Site]:
    if not isinstance(mixed, bool):
        raise refuse("mixed", "true or false", mixed)
    rows = list(detection) if hasattr(detection, "__iter__") and not isinstance(detection, (str, dict)) else None
    if not rows:
        raise refuse("detection", "a list with one row of probabilities for each site", detection)
    table = [sequence(f"detection[{i}]", row, PROBABILITY) for i, row in enumerate(rows)]
    for i, row in enumerate(table):
        if not row:
            raise refuse(f"detection[{i}]", "a row of one probability or more, from no units on", [])
    worth = [sequence(name, value, AMOUNT, len(rows)) for name, value in (("gains", gains), ("losses", losses))]
    return [Site(tuple(row), gain, loss) for row, gain, loss in zip(table, *worth, strict=True)]


def _best_pure(sites: list[Site], budget: int) -> tuple[Fraction, list[tuple[Fraction, tuple[int, ...]]]]:
    """The least level that the budget can hold every site to: a search over the sites' temptations."""
    levels = sorted({t for site in sites for t in site.temptations})
    low, high = -1, len(levels) - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _units_for(sites, levels[middle], budget) else (middle, high)
    units = _units_for(sites, levels[high], budget)
    assert units is not None, "the greatest temptation needs no units beyond a row's first"
    return levels[high], [(Fraction(1), units)]


def _units_for(sites: list[Site], level: Fraction, budget: int) -> tuple[int, ...] | None:
    """The cheapest allocation that holds every site to `level`, if the budget allows."""
    needs = [site.least_units(level) for site in sites]
    units = tuple(need for need in needs if need is not None)
    return units if len(units) == len(sites) and sum(units) <= budget else None
