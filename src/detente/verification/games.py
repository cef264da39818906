"""Sequential inspection games: few inspections over many periods.

In each of n periods the inspector may spend one of m inspections while the inspectee, who sees past
inspections, may commit one of k violations, the next one worth r to it. A violation that is not
inspected earns r, which is kept; an inspected one costs b r and ends the game; compliance earns
nothing. The inspector never learns of violations that it missed. With V(n, m, k) the inspectee's value:

                    comply             violate
    inspect      V(n-1, m-1, k)         -b r
    do not       V(n-1, m, k)       r + V(n-1, m, k-1)

The inspector's probability of inspecting turns out not to depend on k or on the rewards, so it needs
not know k, and

    V(n, m, k) = sum over i < k of r_(i+1) C(n-1-i, m) / t(n, m),    r_1 the first reward,
    t(n, m)    = sum over i <= m of C(n, i) b^(m-i),    inspect with probability t(n-1, m-1) / t(n, m).

B. von Stengel, "Recursive inspection games", *Mathematics of Operations Research* 41 (2016). With one
violation: M. Dresher, *A Sampling Inspection Problem in Arms Control Agreements*, RAND RM-2972 (1962),
for b = 1, whose value to the inspector is -V, and M. Maschler, "A price leadership method for solving
the inspector's non-constant-sum game", *Naval Research Logistics Quarterly* 13 (1966).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

from detente.verification.exact import AMOUNT, COUNT, POSITIVE_COUNT, Number, count, read_one, rounded, sequence


@dataclass(frozen=True)
class InspectionGame:
    """The value to the inspectee and both sides' probabilities in the first period, with the question."""

    value: Any
    inspect: Any
    violate: Any
    periods: int
    inspections: int
    violations: int
    penalty: Any
    rewards: tuple[Any, ...]


def inspection_game(
    periods: int,
    inspections: int,
    violations: int = 1,
    penalty: Number = 1,
    rewards: Sequence[Number] | None = None,
    *,
    exact: bool = False,
) -> InspectionGame:
    """Solve the sequential game of `periods`, `inspections` and at most `violations`.

    The counts are whole numbers (`periods` 1 or more); `penalty` is the loss when caught, as a multiple
    of the reward at stake; `rewards` are worth 1 each unless given, the first violation's first.
    `.value` is the inspectee's, in the unit of the rewards; `.inspect` and `.violate` are the
    probabilities of the recursion's equilibrium in the first period. With an inspection for every
    period the inspector always inspects and nobody violates; with none left the inspectee violates.

    Assumes a zero-sum game, inspections that never miss, and an inspectee that sees past inspections.

    Source: von Stengel 2016; Dresher 1962.

    >>> inspection_game(2, 1, exact=True).value
    Fraction(1, 3)
    """
    n = count("periods", periods, POSITIVE_COUNT)
    m = count("inspections", inspections, COUNT)
    k = count("violations", violations, COUNT)
    b = read_one("penalty", penalty, AMOUNT)
    r = [Fraction(1)] * k if rewards is None else sequence("rewards", rewards, AMOUNT, length=k)
    show = (lambda x: x) if exact else rounded
    return InspectionGame(
        value=show(_value(n, m, r, b)),
        inspect=show(_inspect(n, m, b)),
        violate=show(_violate(n, m, r, b)),
        periods=n,
        inspections=m,
        violations=k,
        penalty=show(b),
        rewards=tuple(show(x) for x in r),
    )


def _ways(n: int, m: int, b: Fraction) -> Fraction:
    """t(n, m), by Horner's rule in whole numbers."""
    p, q = b.as_integer_ratio()
    total, term = 0, 1  # term: C(n, i) q^i
    for i in range(m + 1):
        total = total * p + term
        term = term * (n - i) // (i + 1) * q
    return Fraction(total, q**m)


def _value(n: int, m: int, rewards: list[Fraction], b: Fraction) -> Fraction:
    """V(n, m, k), the next reward first."""
    if m >= n:
        return Fraction(0)
    gained = sum((r * comb(n - 1 - i, m) for i, r in enumerate(rewards[:n])), Fraction(0))
    return gained / _ways(n, m, b)


def _inspect(n: int, m: int, b: Fraction) -> Fraction:
    if m == 0:
        return Fraction(0)
    if m >= n:
        return Fraction(1)
    return _ways(n - 1, m - 1, b) / _ways(n, m, b)


def _violate(n: int, m: int, rewards: list[Fraction], b: Fraction) -> Fraction:
    """The probability that leaves the inspector indifferent between its two rows."""
    if m >= n or not any(rewards[:n]):
        return Fraction(0)
    if m == 0:
        return Fraction(1)
    spared = _value(n - 1, m - 1, rewards, b) - _value(n - 1, m, rewards, b)
    caught = (1 + b) * rewards[0] + _value(n - 1, m, rewards[1:], b)
    return spared / (spared + caught) if spared + caught else Fraction(0)
