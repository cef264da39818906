"""Several strata, one goal.

A violator needs an amount M and may take it from any strata: d_h whole items of mass x_h from stratum h
with sum of d_h x_h at least M. The inspector samples each stratum by itself; a violation stays hidden if
every sample finds nothing. Planning each stratum against the whole goal, with n_h the least n for which
(1 - q n / N_h)^(M / x_h) is at most 1 - P, gives at least P against every way of splitting M.

IAEA, *Statistical Concepts and Techniques for IAEA Safeguards*, IAEA/SG/SCT/5 (1998); R. Avenhaus and
M. J. Canty, *Compliance Quantified* (Cambridge University Press, 1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from detente.verification.exact import (
    COUNT,
    POSITIVE,
    POSITIVE_COUNT,
    PROBABILITY,
    Number,
    read_one,
    refuse,
    rounded,
    sequence,
)
from detente.verification.sampling import least_count, missed_exactly


@dataclass(frozen=True)
class Diversion:
    """What a violator takes from each stratum, and the probability that this is detected."""

    detection: Any
    falsified: tuple[int, ...]


def strata_detection(
    items: Sequence[int],
    falsified: Sequence[int],
    samples: Sequence[int],
    detects: Number | Sequence[Number] = 1,
    *,
    exact: bool = False,
) -> Any:
    """The probability that the samples of several strata find at least one falsified item.

    Counts by stratum; `detects` for all, or by stratum. Assumes independent samples; within a stratum
    as in `detection_probability`.

    >>> strata_detection([10, 10], [1, 1], [5, 5], exact=True)
    Fraction(3, 4)
    """
    sizes, quality = _strata(items, detects)
    bad, looks = (_counts(name, value, sizes) for name, value in (("falsified", falsified), ("samples", samples)))
    missed = Fraction(1)
    for stratum in zip(sizes, bad, looks, quality, strict=True):
        missed *= missed_exactly(*stratum)
    return 1 - missed if exact else rounded(1 - missed)


def strata_samples(
    items: Sequence[int],
    masses: Sequence[Number],
    goal: Number,
    probability: Number,
    detects: Number | Sequence[Number] = 1,
) -> tuple[int, ...]:
    """Samples by stratum that detect the loss of `goal` with `probability`, however it is split.

    `items` are counts and `masses` the mass of one item by stratum, in the unit of `goal`. A stratum in
    which even a sample of all items is not enough for the formula is a ValueError.

    Source: the safeguards formula with a combined goal, IAEA/SG/SCT/5 (1998).

    >>> strata_samples([100, 200], [1, 0.5], 8, 0.95)
    (32, 35)
    """
    sizes, quality = _strata(items, detects)
    mass = sequence("masses", masses, POSITIVE, len(sizes))
    amount, wanted = read_one("goal", goal, POSITIVE), read_one("probability", probability, PROBABILITY)
    return tuple(
        _planned(h, *stratum, wanted)
        for h, stratum in enumerate(zip(sizes, [amount / x for x in mass], quality, strict=True))
    )


def _planned(place: int, items: int, needed: Fraction, detects: Fraction, probability: Fraction) -> int:
    """The least n with (1 - q n/N)^(a/b) <= 1 - P, compared as (1 - q n/N)^a <= (1 - P)^b."""
    power, root = needed.as_integer_ratio()
    allowed = (1 - probability) ** root
    if (1 - detects) ** power > allowed:
        raise ValueError(
            f"probability {rounded(probability)} cannot be reached in stratum {place}: "
            f"a look detects with probability {rounded(detects)} and {rounded(needed)} items make the goal"
        )
    return least_count(lambda n: (1 - detects * Fraction(n, items)) ** power <= allowed, items)


def best_diversion(
    items: Sequence[int],
    masses: Sequence[Number],
    samples: Sequence[int],
    goal: Number,
    detects: Number | Sequence[Number] = 1,
    *,
    exact: bool = False,
) -> Diversion:
    """The way to take `goal` from the strata that is least likely to be detected, and its detection.

    Arguments as in `strata_samples`. Found by dynamic programming over strata that keeps only the
    ways of taking that no other beats in both mass and concealment.

    >>> best_diversion([10, 10], [1, 2], [5, 2], 2, exact=True)
    Diversion(detection=Fraction(1, 5), falsified=(0, 1))
    """
    sizes, quality = _strata(items, detects)
    mass = sequence("masses", masses, POSITIVE, len(sizes))
    looks = _counts("samples", samples, sizes)
    amount = read_one("goal", goal, POSITIVE)
    held = sum((n * x for n, x in zip(sizes, mass, strict=True)), Fraction(0))
    if amount > held:
        raise refuse("goal", f"at most what the strata hold, {rounded(held)}", goal)
    ways: list[_Way] = [(Fraction(0), Fraction(1), ())]
    for stratum in zip(sizes, mass, looks, quality, strict=True):
        ways = _unbeaten(_extended(ways, stratum, amount))
    _, missed, taken = max((way for way in ways if way[0] >= amount), key=lambda way: way[1])
    return Diversion(1 - missed if exact else rounded(1 - missed), taken)


_Way = tuple[Fraction, Fraction, tuple[int, ...]]
"""Mass taken (counted up to the goal), the probability that it stays hidden, items by stratum."""


_Stratum = tuple[int, Fraction, int, Fraction]
"""Items, mass of each, sample, detects."""


def _extended(ways: list[_Way], stratum: _Stratum, goal: Fraction) -> list[_Way]:
    items, mass, sample, detects = stratum
    most = min(items, -int(-goal // mass))
    hidden = [missed_exactly(items, d, sample, detects) for d in range(most + 1)]
    return [
        (min(goal, taken + d * mass), missed * hidden[d], (*counts, d))
        for taken, missed, counts in ways
        for d in range(most + 1)
    ]


def _unbeaten(ways: list[_Way]) -> list[_Way]:
    """The ways that no other beats in both mass and concealment."""
    kept: list[_Way] = []
    for way in sorted(ways, key=lambda way: (-way[0], -way[1], way[2])):
        if not kept or way[1] > kept[-1][1]:
            kept.append(way)
    return kept


def _strata(items: Any, detects: Any) -> tuple[list[int], list[Fraction]]:
    sizes = [n.numerator for n in sequence("items", items, POSITIVE_COUNT)]
    if not sizes:
        raise refuse("items", "a list with a count for each stratum", items)
    if isinstance(detects, (list, tuple, np.ndarray)):
        return sizes, sequence("detects", detects, PROBABILITY, len(sizes))
    return sizes, [read_one("detects", detects, PROBABILITY)] * len(sizes)


def _counts(name: str, values: object, sizes: list[int]) -> list[int]:
    counts = [n.numerator for n in sequence(name, values, COUNT, len(sizes))]
    for h, (n, size) in enumerate(zip(counts, sizes, strict=True)):
        if n > size:
            raise refuse(f"{name}[{h}]", f"at most the number of items, {size}", n)
    return counts
