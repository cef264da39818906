"""Whether cheating pays.

A violator who is not detected gains g, one who is detected loses b; the honest are wrongly accused
with probability a, which costs them c. Violating beats complying by (1-p) g - p b + a c, the
temptation: a party is deterred where it is not above 0.

R. Avenhaus and M. J. Canty, *Compliance Quantified* (Cambridge University Press, 1996);
R. Avenhaus, B. von Stengel and S. Zamir, "Inspection games", *Handbook of Game Theory* 3 (2002).
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

from detente.verification.exact import (
    AMOUNT,
    COUNT,
    PROBABILITY,
    Answer,
    Number,
    Numbers,
    read,
    read_one,
    rounded,
    spread,
)

_LONG = 2000
"""Beyond so many looks a float answer comes from the incomplete beta function."""


def temptation(
    gain: Numbers,
    loss: Numbers,
    detection: Numbers,
    false_alarm: Numbers = 0,
    false_cost: Numbers = 0,
    *,
    exact: bool = False,
) -> Answer:
    """What violating gains over complying: (1-p) gain - p loss + false_alarm false_cost.

    `gain`, `loss` and `false_cost` share one unit of worth, which is the unit of the answer;
    `detection` and `false_alarm` are probabilities. The party is deterred iff the answer is not
    above 0. Assumes a risk-neutral party. Broadcasts over arrays.

    Source: Avenhaus and Canty 1996.

    >>> temptation(10, 40, 0.2)
    0.0
    """

    def compute(g: Fraction, b: Fraction, p: Fraction, a: Fraction, c: Fraction) -> Fraction:
        return (1 - p) * g - p * b + a * c

    return spread(
        compute,
        exact,
        read("gain", gain, AMOUNT),
        read("loss", loss, AMOUNT),
        read("detection", detection, PROBABILITY),
        read("false_alarm", false_alarm, PROBABILITY),
        read("false_cost", false_cost, AMOUNT),
    )


def least_detection(
    gain: Numbers,
    loss: Numbers,
    false_alarm: Numbers = 0,
    false_cost: Numbers = 0,
    *,
    exact: bool = False,
) -> Answer:
    """The detection probability from which violating no longer pays: (g + a c) / (g + b).

    Units as in `temptation`. An answer above 1 says that no detection deters: the false accusations
    that the honest suffer cost more than the violator's loss. With neither gain nor loss the answer
    is 0, unless false accusations cost something (a ValueError). Broadcasts over arrays.

    Source: Avenhaus and Canty 1996.

    >>> least_detection(10, 30)
    0.25
    """

    def compute(g: Fraction, b: Fraction, a: Fraction, c: Fraction) -> Fraction:
        if g + b == 0 and a * c > 0:
            raise ValueError("gain + loss must be above 0 where false accusations cost something, not 0")
        return (g + a * c) / (g + b) if g + b else Fraction(0)

    return spread(
        compute,
        exact,
        read("gain", gain, AMOUNT),
        read("loss", loss, AMOUNT),
        read("false_alarm", false_alarm, PROBABILITY),
        read("false_cost", false_cost, AMOUNT),
    )


def k_of_n(k: Numbers, n: Numbers, probability: Numbers, *, exact: bool = False) -> Answer:
    """The probability that at least k of n independent looks succeed, each with `probability`.

    `k` and `n` are counts, k at most n. Useful for a rule that calls a violation only on the k-th
    alarm, with the detection or the false-alarm probability of one look. Broadcasts over arrays.

    Source: the binomial law; Avenhaus and Canty 1996.

    >>> k_of_n(2, 3, 0.5)
    0.5
    """

    def compute(k: int, n: int, p: Fraction) -> Fraction | float:
        if k > n:
            raise ValueError(f"k must be at most n, {n}, not {k}")
        if not exact and n > _LONG and k > 0:
            from scipy.special import betainc

            return float(betainc(k, n - k + 1, float(p)))
        a, b = p.as_integer_ratio()
        return Fraction(sum(comb(n, j) * a**j * (b - a) ** (n - j) for j in range(k, n + 1)), b**n)

    return spread(
        compute, exact, read("k", k, COUNT), read("n", n, COUNT), read("probability", probability, PROBABILITY)
    )


def posterior(
    prior: Numbers,
    detects: Numbers,
    false_alarm: Numbers,
    alarms: Numbers,
    clean: Numbers,
    *,
    exact: bool = False,
) -> Answer:
    """The probability of a violation after some looks raised an alarm and others came back clean.

    `prior` is the probability before; each look alarms with probability `detects` under a violation
    and `false_alarm` without one, independently; `alarms` and `clean` are counts of looks. Looks that
    can happen under neither are a ValueError. Broadcasts over arrays.

    Source: Bayes' rule.

    >>> posterior(0.1, 0.5, 0.1, 1, 0, exact=True)
    Fraction(5, 14)
    """

    def compute(prior: Fraction, q: Fraction, a: Fraction, alarms: int, clean: int) -> Fraction:
        guilty = prior * q**alarms * (1 - q) ** clean
        innocent = (1 - prior) * a**alarms * (1 - a) ** clean
        if guilty + innocent == 0:
            raise ValueError(
                f"alarms and clean must be possible: {alarms} alarms and {clean} clean looks cannot happen with "
                f"prior {rounded(prior)}, detects {rounded(q)} and false_alarm {rounded(a)}"
            )
        return guilty / (guilty + innocent)

    return spread(
        compute,
        exact,
        read("prior", prior, PROBABILITY),
        read("detects", detects, PROBABILITY),
        read("false_alarm", false_alarm, PROBABILITY),
        read("alarms", alarms, COUNT),
        read("clean", clean, COUNT),
    )


def transparency_window(
    gain: Number,
    loss: Number,
    worth: Number,
    price: Number,
    detects: Number = 1,
    *,
    exact: bool = False,
) -> tuple[Answer, Answer] | None:
    """The transparencies that deter one side and that the other side still accepts, or None.

    Transparency t, from 0 to 1, detects a violation with probability t `detects` and costs the
    inspected price t (secrets given away). It deters from gain / (gain + loss) / detects on, and a
    deal of `worth` is accepted up to worth / price. `gain`, `loss`, `worth` and `price` share one
    unit; None where no transparency does both.

    Source: A. J. Coe and J. Vaynman, "Why arms control is so rare", *American Political Science
    Review* 114 (2020), with the deterrence condition of Avenhaus and Canty 1996.

    >>> transparency_window(1, 3, 2, 4)
    (0.25, 0.5)
    """
    g, b, w, c = (
        read_one(name, value, AMOUNT)
        for name, value in (("gain", gain), ("loss", loss), ("worth", worth), ("price", price))
    )
    q = read_one("detects", detects, PROBABILITY)
    if g > 0 and q == 0:
        return None
    least = g / (g + b) / q if g > 0 else Fraction(0)
    most = min(Fraction(1), w / c) if c else Fraction(1)
    if least > most:
        return None
    return (least, most) if exact else (rounded(least), rounded(most))
