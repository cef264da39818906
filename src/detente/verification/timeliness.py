"""How soon a violation comes to light.

A violation starts at some moment and goes on; each later look detects it with probability q,
independently. Looks come every interval T (`periodic`), once at a uniform moment in each interval
(`random`), or as a Poisson process of one per interval (`poisson`). The start is uniform over the
phase of the schedule (`random`), or the one that serves the violator best (`worst`): it knows the
schedule's law and phase, but not where the random looks fall.

Time below is in intervals. Under `random` looks, a violation that starts with a part z of its
interval left meets one look there with probability z; nothing is found within t = z + n + f with
probability (1 - q z) (1-q)^n (1 - q f), and with 1 - q t while t is at most z.

R. Avenhaus and M. J. Canty, *Compliance Quantified* (Cambridge University Press, 1996);
H. Diamond, "Minimax policies for unobservable inspections", *Mathematics of Operations Research* 7
(1982).
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from math import exp, expm1, log1p

from detente.verification.exact import (
    AMOUNT,
    CHANCE,
    COUNT,
    POSITIVE,
    PROBABILITY,
    Answer,
    Numbers,
    choice,
    read,
    rounded,
    spread,
)

SCHEDULES = ("periodic", "random", "poisson")
STARTS = ("random", "worst")

_EXACT_INTERVALS = 1000
"""Beyond so many intervals (1-q)^n is taken in floats."""

_DIAMOND_TERMS = 20
"""From so many inspections on, Diamond's 1/v is 2k + 2/3 to within a float."""


def mean_detection_time(
    schedule: str,
    interval: Numbers,
    detects: Numbers = 1,
    start: str = "random",
    *,
    exact: bool = False,
) -> Answer:
    """The mean time from the start of a violation to its detection, in the unit of `interval`.

    `schedule` is periodic, random or poisson, `start` random or worst (see the module); `detects` is
    the probability that one look detects, above 0. Assumes a violation that goes on until it is
    detected, and no end to the looks. Broadcasts over arrays.

    In intervals: periodic 1/q - 1/2, worst 1/q (just after a look); random 1/q - 1/2 + q/12, worst
    1/q - 1/2 + q/8 (in the middle of an interval); poisson 1/q from any start.

    Source: Avenhaus and Canty 1996; the random schedule by renewal, as in the module.

    >>> mean_detection_time("random", 12, exact=True)
    Fraction(7, 1)
    """
    half = Fraction(1, 2)
    extra = {
        ("periodic", "random"): (-half, Fraction(0)),
        ("periodic", "worst"): (Fraction(0), Fraction(0)),
        ("random", "random"): (-half, Fraction(1, 12)),
        ("random", "worst"): (-half, Fraction(1, 8)),
        ("poisson", "random"): (Fraction(0), Fraction(0)),
        ("poisson", "worst"): (Fraction(0), Fraction(0)),
    }[choice("schedule", schedule, SCHEDULES), choice("start", start, STARTS)]
    return spread(
        lambda interval, q: interval * (1 / q + extra[0] + extra[1] * q),
        exact,
        read("interval", interval, POSITIVE),
        read("detects", detects, CHANCE),
    )


def detected_by(
    time: Numbers, schedule: str, interval: Numbers, detects: Numbers = 1, start: str = "random"
) -> Answer:
    """The probability that a violation is detected within `time` of its start.

    `time` and `interval` share one unit; the rest as in `mean_detection_time`, except that `detects`
    may be 0. The worst start is the one that makes this probability least, so it depends on `time`.
    Broadcasts over arrays.

    Source: Avenhaus and Canty 1996; see the module.

    >>> detected_by(6, "periodic", 12)
    0.5
    """
    missed = {
        ("periodic", "random"): _missed_periodic,
        ("periodic", "worst"): _missed_periodic_worst,
        ("random", "random"): _missed_random,
        ("random", "worst"): _missed_random_worst,
        ("poisson", "random"): None,
        ("poisson", "worst"): None,
    }[choice("schedule", schedule, SCHEDULES), choice("start", start, STARTS)]

    def compute(time: Fraction, interval: Fraction, q: Fraction) -> Fraction | float:
        if missed is None:
            return -expm1(-rounded(q * time / interval))
        whole, part = divmod(time / interval, 1)
        return 1 - missed(int(whole), part, q)

    return spread(
        compute,
        False,
        read("time", time, AMOUNT),
        read("interval", interval, POSITIVE),
        read("detects", detects, PROBABILITY),
    )


def _all_miss(q: Fraction, looks: int) -> Fraction:
    """(1-q)^looks."""
    if looks <= _EXACT_INTERVALS or q in (0, 1):
        return (1 - q) ** looks
    return Fraction(exp(looks * log1p(-float(q))))


def _missed_periodic(whole: int, part: Fraction, q: Fraction) -> Fraction:
    return _all_miss(q, whole) * (1 - q * part)


def _missed_periodic_worst(whole: int, part: Fraction, q: Fraction) -> Fraction:
    return _all_miss(q, whole)


def _missed_random(whole: int, part: Fraction, q: Fraction) -> Fraction:
    """The mean over z of the module's formula: z below `part` leaves `whole` intervals between."""
    late = _all_miss(q, whole) * _mean_ends(part, Fraction(0), part, q)
    if whole == 0:
        return late + (1 - part) * (1 - q * part)
    return late + _all_miss(q, whole - 1) * _mean_ends(1 + part, part, Fraction(1), q)


def _mean_ends(total: Fraction, low: Fraction, high: Fraction, q: Fraction) -> Fraction:
    """The integral of (1 - q z) (1 - q (total - z)) over z from low to high."""

    def area(z: Fraction) -> Fraction:
        return (1 - q * total) * z + q * q * (total * z * z / 2 - z**3 / 3)

    return area(high) - area(low)


def _missed_random_worst(whole: int, part: Fraction, q: Fraction) -> Fraction:
    """The greatest over z: the two broken intervals at the ends are best made equal."""
    late = _all_miss(q, whole) * (1 - q * part / 2) ** 2
    if whole == 0:
        return late
    return max(late, _all_miss(q, whole - 1) * (1 - q * (1 + part) / 2) ** 2)


def anticipated_detection_time(inspections: Numbers, horizon: Numbers = 1) -> Answer:
    """The least mean detection time that an inspector can guarantee with k unobservable inspections.

    In the unit of `horizon`. The inspector places k inspections within the horizon, at whose end
    everything comes to light; the violator starts when it likes, without seeing any inspection. Looks
    never miss. With none the answer is the horizon, with one horizon / e. Broadcasts over arrays.

    The answer is horizon / m(k), where m(k) = sum over j < k of (-1)^j (k-j)^j e^(k-j) / j! solves
    Diamond's system of differential equations for the optimal density of inspections.

    Source: Diamond 1982; for one inspection also Derman, "On minimax surveillance schedules", *Naval
    Research Logistics Quarterly* 8 (1961).

    >>> round(anticipated_detection_time(1), 6)
    0.367879
    """
    return spread(
        lambda k, horizon: rounded(horizon) / _diamond(k),
        False,
        read("inspections", inspections, COUNT),
        read("horizon", horizon, POSITIVE),
    )


def _diamond(inspections: int) -> float:
    """m(k); the sum alternates, so it is taken with digits to spare."""
    k = inspections
    if k == 0:
        return 1.0
    if k > _DIAMOND_TERMS:
        return 2 * k + 2 / 3
    with localcontext() as context:
        context.prec = 80
        total, factorial = Decimal(0), Decimal(1)
        for j in range(k):
            factorial *= j or 1
            total += (-1) ** j * Decimal(k - j) ** j * Decimal(k - j).exp() / factorial
        return float(total)
