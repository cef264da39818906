"""Partial and bias defects: falsifications that only a measurement shows.

An inspector remeasures n of N items and compares each with the operator's declaration. A difference has
a random error (its own for each item) and a systematic one (common to all). A violator who wants an
amount mu takes it from r items, mu / r from each: few large defects, many partial ones, or a bias spread
over everything. The difference statistic D = (N/n) sum of differences estimates the whole shortage:

    var D = N^2 (random^2 / n + systematic^2)                                             if nothing is missing,
            + N^2 (mu/r)^2 (r/N) (1 - r/N) / n (N - n)/(N - 1)           if r items are falsified (sampling).

D is taken as normal, and an alarm is raised above its (1 - false_alarm) quantile.

R. Avenhaus and M. J. Canty, *Compliance Quantified* (Cambridge University Press, 1996);
IAEA, *Statistical Concepts and Techniques for IAEA Safeguards*, IAEA/SG/SCT/5 (1998).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import erfc, sqrt
from statistics import NormalDist
from typing import Any

from detente.verification.exact import (
    AMOUNT,
    OPEN_PROBABILITY,
    POSITIVE,
    POSITIVE_COUNT,
    Answer,
    Number,
    Numbers,
    choice,
    count,
    read,
    read_one,
    refuse,
    rounded,
    spread,
)
from detente.verification.sampling import found_in_floats

TESTS = ("difference", "items")


@dataclass(frozen=True)
class Falsification:
    """How a violator spreads an amount: over how many items, how much from each, and the detection."""

    falsified: int
    each: float
    detection: float
    test: str


def item_detection(shift: Numbers, deviation: Numbers, false_alarm: Numbers = 0.05) -> Answer:
    """The probability that one measured item shows a defect: the `detects` of a partial defect.

    `shift` is the amount missing from the item, `deviation` the standard deviation of a difference, in
    one unit; an alarm is raised above the (1 - `false_alarm`) quantile. Assumes a normal error.
    Broadcasts over arrays.

    Source: Avenhaus and Canty 1996.

    >>> round(item_detection(1.6448536269514722, 1), 9)
    0.5
    """
    return spread(
        lambda shift, deviation, alarm: _below(rounded(shift / deviation) - _quantile(alarm)),
        False,
        read("shift", shift, AMOUNT),
        read("deviation", deviation, POSITIVE),
        read("false_alarm", false_alarm, OPEN_PROBABILITY),
    )


def difference_detection(
    items: Numbers,
    sample: Numbers,
    missing: Numbers,
    random: Numbers,
    *,
    systematic: Numbers = 0,
    falsified: Numbers | None = None,
    false_alarm: Numbers = 0.05,
) -> Answer:
    """The probability that the difference statistic D shows an amount `missing`.

    `items`, `sample` and `falsified` (all items unless given: a bias defect) are counts; `missing` is
    the whole amount, `random` and `systematic` are the standard deviations of one difference, in one
    unit. Assumes a sample without replacement, equal amounts taken from the falsified items, and a
    normal D. Broadcasts over arrays.

    Source: Avenhaus and Canty 1996.

    >>> round(difference_detection(100, 25, 50, 1, systematic=0.1), 4)
    0.7228
    """

    def compute(*question: Any) -> float:
        return _difference(_Question(*question))

    return spread(
        compute,
        False,
        read("items", items, POSITIVE_COUNT),
        read("sample", sample, POSITIVE_COUNT),
        read("missing", missing, AMOUNT),
        read("falsified", items if falsified is None else falsified, POSITIVE_COUNT),
        read("random", random, AMOUNT),
        read("systematic", systematic, AMOUNT),
        read("false_alarm", false_alarm, OPEN_PROBABILITY),
    )


def best_falsification(
    items: int,
    sample: int,
    missing: Number,
    item: Number,
    random: Number,
    *,
    systematic: Number = 0,
    false_alarm: Number = 0.05,
    test: str = "difference",
) -> Falsification:
    """How a violator best spreads `missing` over items that hold `item` each, and how likely it is found.

    Arguments as in `difference_detection`. `test="difference"` uses D; `test="items"` tests each
    sampled item by itself, at a level that keeps the false alarms of the whole sample at `false_alarm`
    (both errors then count as independent between items). The answer takes the fewest items among
    equally good spreads.

    Source: Avenhaus and Canty 1996.
    """
    detect = {"difference": _difference, "items": _item_by_item}[choice("test", test, TESTS)]
    size, looked = count("items", items, POSITIVE_COUNT), count("sample", sample, POSITIVE_COUNT)
    amount, each = read_one("missing", missing, POSITIVE), read_one("item", item, POSITIVE)
    if amount > size * each:
        raise refuse("missing", f"at most what the items hold, {rounded(size * each)}", missing)
    noise = read_one("random", random, AMOUNT), read_one("systematic", systematic, AMOUNT)
    alarm = read_one("false_alarm", false_alarm, OPEN_PROBABILITY)
    fewest = -int(-amount // each)
    found = [(detect(_Question(size, looked, amount, r, *noise, alarm)), r) for r in range(fewest, size + 1)]
    detection, r = min(found)
    return Falsification(r, rounded(amount / r), detection, test)


@dataclass(frozen=True)
class _Question:
    """An inspection and a falsification of `falsified` items by `missing` altogether."""

    items: int
    sample: int
    missing: Fraction
    falsified: int
    random: Fraction
    systematic: Fraction
    alarm: Fraction

    def __post_init__(self) -> None:
        for name, value in (("sample", self.sample), ("falsified", self.falsified)):
            if value > self.items:
                raise refuse(name, f"at most the number of items, {self.items}", value)


def _difference(ask: _Question) -> float:
    noise = ask.random**2 / ask.sample + ask.systematic**2
    share = Fraction(ask.falsified, ask.items)
    unseen = Fraction(ask.items - ask.sample, max(ask.items - 1, 1))
    unlucky = (ask.missing / ask.falsified) ** 2 * share * (1 - share) / ask.sample * unseen
    margin = rounded(ask.missing / ask.items) - _quantile(ask.alarm) * sqrt(noise)
    if noise + unlucky == 0:
        return 1.0 if margin > 0 else 0.0
    return _below(margin / sqrt(noise + unlucky))


def _item_by_item(ask: _Question) -> float:
    """1 - E[(missed / quiet)^J] quiet^n, with J falsified items in the sample and n - J honest ones."""
    silence = 1 - rounded(ask.alarm)
    quiet = silence ** (1 / ask.sample)
    deviation = sqrt(ask.random**2 + ask.systematic**2)
    shift = rounded(ask.missing / ask.falsified)
    missed = _below(NormalDist().inv_cdf(quiet) - shift / deviation) if deviation else 0.0
    relative = found_in_floats(ask.items, ask.falsified, ask.sample, max(0.0, 1 - missed / quiet))
    return 1 - silence * (1 - relative)


def _quantile(alarm: Any) -> float:
    """The normal quantile that is exceeded with probability `alarm`."""
    return -NormalDist().inv_cdf(rounded(alarm))


def _below(margin: float) -> float:
    """The probability that a standard normal is below `margin`."""
    return erfc(-margin / sqrt(2)) / 2
