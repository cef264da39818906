"""How much to look at: attribute sampling.

A stratum of N items holds d falsified ones; n items are drawn without replacement, and each falsified
one among them is recognised with probability q, independently. The number J of falsified items in the
sample is hypergeometric, so nothing is found with probability E[(1-q)^J].

R. Avenhaus and M. J. Canty, *Compliance Quantified* (Cambridge University Press, 1996);
IAEA, *Statistical Concepts and Techniques for IAEA Safeguards*, IAEA/SG/SCT/5 (1998).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb, exp, expm1, log1p

import numpy as np

from detente.verification.exact import (
    COUNT,
    PROBABILITY,
    Answer,
    Numbers,
    choice,
    read,
    rounded,
    spread,
)

_EXACT_TERMS = 4096
"""Beyond so many terms a float answer is summed in floats (to about 1e-13), not in whole numbers."""

_MOST_TERMS = 100_000
"""Beyond so many terms, or factors, whole numbers get too long to write out."""

_MOST_FLOATS = 20_000_000

METHODS = ("exact", "iaea")


def detection_probability(
    items: Numbers,
    falsified: Numbers,
    sample: Numbers,
    detects: Numbers = 1,
    *,
    exact: bool = False,
) -> Answer:
    """The probability that a random sample finds at least one falsified item.

    `items`, `falsified` and `sample` are counts, `detects` is the probability that one falsified item
    is recognised when it is looked at. Assumes a sample drawn without replacement, looks that err
    independently, and no false alarms. Broadcasts over arrays.

    Source: the hypergeometric law; Avenhaus and Canty 1996.

    >>> detection_probability(10, 2, 3, exact=True)
    Fraction(8, 15)
    """
    return spread(
        _detection if exact else _detection_for_float,
        exact,
        read("items", items, COUNT),
        read("falsified", falsified, COUNT),
        read("sample", sample, COUNT),
        read("detects", detects, PROBABILITY),
    )


def smallest_sample(
    items: Numbers,
    falsified: Numbers,
    probability: Numbers,
    detects: Numbers = 1,
    *,
    method: str = "exact",
) -> Answer:
    """The smallest sample that finds a falsified item with at least the given probability: a count.

    `method="exact"` uses the hypergeometric law. `method="iaea"` uses the safeguards formula
    n = N (1 - (1-probability)^(1/d)) / detects, rounded up, which comes from drawing with replacement
    and never asks for less than the exact law. A probability that even a sample of all items does not
    reach is a ValueError (both methods agree on which those are). Broadcasts over arrays.

    Source: J. L. Jaech and M. Russell, *Algorithms to Calculate Sample Sizes for Inspection Sampling
    Plans*, IAEA STR-261 (1991); IAEA/SG/SCT/5 (1998).

    >>> smallest_sample(1000, 10, 0.95), smallest_sample(1000, 10, 0.95, method="iaea")
    (258, 259)
    """
    missed = {"exact": missed_exactly, "iaea": missed_with_replacement}[choice("method", method, METHODS)]

    def least(items: int, falsified: int, probability: Fraction, detects: Fraction) -> int:
        _check(items, falsified, 0)
        most = 1 - power(1 - detects, falsified)
        if probability > most:
            raise ValueError(
                f"probability {rounded(probability)} cannot be reached: looking at all {items} items, "
                f"{falsified} of them falsified, detects with probability {rounded(most)}"
            )
        if probability == 1:
            return items - falsified + 1 if method == "exact" else items
        return _least_near(
            lambda n: missed(items, falsified, n, detects) <= 1 - probability,
            least_count(lambda n: _found(items, falsified, n, float(detects)) >= float(probability), items),
            items,
        )

    return spread(
        least,
        True,
        read("items", items, COUNT),
        read("falsified", falsified, COUNT),
        read("probability", probability, PROBABILITY),
        read("detects", detects, PROBABILITY),
        finish=int,
    )


def missed_exactly(items: int, falsified: int, sample: int, detects: Fraction) -> Fraction:
    """E[(1-q)^J], the probability that a sample finds nothing.

    The law of J is the same with the roles of `falsified` and `sample` exchanged, so the sum has as
    many terms as the smaller of the two; it runs over whole numbers, with 1-q = a/b.
    """
    few, many = sorted((falsified, sample))
    if detects == 1 and few + many > items:
        return Fraction(0)
    if few > _MOST_TERMS:
        raise ValueError(f"falsified or sample must be at most {_MOST_TERMS} for exact arithmetic, not {few}")
    if detects == 1:
        return Fraction(comb(items - many, few), comb(items, few))
    a, b = (1 - detects).as_integer_ratio()
    first = max(0, few - (items - many))
    in_sample, outside = comb(many, first), comb(items - many, few - first)
    power, ways = a**first, 0
    for j in range(first, few + 1):
        ways = ways * b + in_sample * outside * power
        in_sample = in_sample * (many - j) // (j + 1)
        outside = outside * (few - j) // (items - many - few + j + 1)
        power *= a
    return Fraction(ways, comb(items, few) * b**few)


def missed_with_replacement(items: int, falsified: int, sample: int, detects: Fraction) -> Fraction:
    """(1 - qn/N)^d, the approximation behind the safeguards formula."""
    return power(1 - detects * Fraction(sample, items or 1), falsified)


def power(base: Fraction, exponent: int) -> Fraction:
    """base^exponent; by floats where the exact power would be too long."""
    if exponent <= _MOST_TERMS or base in (0, 1):
        return base**exponent
    return Fraction(exp(max(exponent * log1p(-float(1 - base)), -700.0)))


def found_in_floats(items: int, falsified: int, sample: int, detects: float) -> float:
    """1 - E[(1-q)^J] for large samples: the hypergeometric law by ratios of neighbouring terms."""
    few, many = sorted((falsified, sample))
    first = max(0, few - (items - many))
    j = np.arange(first, few, dtype=float)
    steps = np.log(many - j) + np.log(few - j) - np.log(j + 1) - np.log(items - many - few + j + 1)
    heights = np.concatenate(([0.0], np.cumsum(steps)))
    weights = np.exp(heights - heights.max())
    miss = np.log1p(-detects) if detects < 1 else -np.inf
    number = np.arange(first, few + 1, dtype=float)
    caught = -np.expm1(np.where(number > 0, number, 1) * miss) * (number > 0)
    return float((weights * caught).sum() / weights.sum())


def _detection(items: int, falsified: int, sample: int, detects: Fraction) -> Fraction:
    _check(items, falsified, sample)
    return 1 - missed_exactly(items, falsified, sample, detects)


def _detection_for_float(items: int, falsified: int, sample: int, detects: Fraction) -> Fraction | float:
    if min(falsified, sample) <= _EXACT_TERMS:
        return _detection(items, falsified, sample, detects)
    _check(items, falsified, sample)
    return _found(items, falsified, sample, float(detects))


def _found(items: int, falsified: int, sample: int, detects: float) -> float:
    """The detection probability in floats."""
    few, many = sorted((falsified, sample))
    if few > _MOST_FLOATS:
        raise ValueError(f"falsified or sample must be at most {_MOST_FLOATS}, not {few}")
    if detects < 1:
        return found_in_floats(items, falsified, sample, detects)
    if few + many > items:
        return 1.0
    left = items - np.arange(few, dtype=float)
    return -expm1(float(np.log1p(-many / left).sum()))


def _check(items: int, falsified: int, sample: int) -> None:
    for name, value in (("falsified", falsified), ("sample", sample)):
        if value > items:
            raise ValueError(f"{name} must be at most the number of items, {items}, not {value}")


def _least_near(reached: Callable[[int], bool], guess: int, most: int) -> int:
    """`least_count`, from a guess that is seldom far off."""
    step = 1
    if reached(guess):
        while guess >= step and reached(guess - step):
            step *= 2
        low, high = max(-1, guess - step), guess - step // 2
    else:
        while guess + step < most and not reached(guess + step):
            step *= 2
        low, high = guess + step // 2 if step > 1 else guess, min(most, guess + step)
    return _bisect(reached, low, high)


def least_count(reached: Callable[[int], bool], most: int) -> int:
    """The least n in 0..most with `reached(n)`, which is monotone and true at `most`."""
    low, high = -1, 0
    while high < most and not reached(high):
        low, high = high, min(most, 2 * high + 1)
    return _bisect(reached, low, high)


def _bisect(reached: Callable[[int], bool], low: int, high: int) -> int:
    """The least n above `low` with `reached(n)`, which is true at `high`."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
