"""Numbers that came from runs: an estimate for each future, how far it may be off, and how it moves with others.

A `Leaf` is one estimate with its own 95 % interval, given as distances down and up from it (Wilson for a share,
Student's t for a mean, order statistics for a quantile), and a score: by how much each run pulls it, scaled to
length 1, so that the product of two scores is the correlation of two estimates made from the same runs. A
`Spread` is a linear form of leaves. Its interval is Zou's (2009):

    down^2 = sum_ij rho_ij s_i s_j e_i e_j,   e_i = the distance by which term i may lower the sum, s_i its sign

which for two means on the same runs is the paired t interval, and for two shares Newcombe's method 10 (1998):
there a positive rho is reduced by 1/(2n) of covariance, as his continuity correction does, so that pairs that
never differed in n runs still leave a width. Products add the term of second order of Goodman (1960, JASA
55:708), so that two zeros keep one too; functions of one argument carry the ends of its interval over.

Shapes: values are [F] or scalar, scores [F, R].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from .intervals import Array, Flags

Reach: TypeAlias = tuple[Array, Array]  # distances down and up, >= 0 or inf


@dataclass(eq=False)
class Leaf:
    """One estimate. `jump` is the step of a share's score in its own standard deviations, 0 for the rest;
    `exact` says that an interval of no width is a real one (order statistics), not a want of evidence."""

    make_reach: Callable[[], Reach]
    make_score: Callable[[], Array]
    jump: Array | float = 0.0
    exact: bool = False

    @cached_property
    def reach(self) -> Reach:
        """Distances to the low and to the high end of the interval."""
        return self.make_reach()

    @cached_property
    def score(self) -> Array:
        """What each run pulls, [F, R], of length 1 in each future (0 where the runs do not differ)."""
        return unit_length(self.make_score())


@dataclass(eq=False)
class Spread:
    """A number for each future: `value`, and the leaves that it is a linear form of (none: a constant)."""

    value: Array
    terms: tuple[tuple[Array | float, Leaf], ...] = ()

    @property
    def exact(self) -> bool:
        """Every leaf is."""
        return all(leaf.exact for _, leaf in self.terms)

    @cached_property
    def reach(self) -> Reach:
        """Distances to the ends of the 95 % interval."""
        if not self.terms:
            return np.zeros_like(self.value), np.zeros_like(self.value)
        ends = [_term_reach(factor, leaf) for factor, leaf in self.terms]
        if len(ends) == 1:
            return ends[0]
        return self._square_and_add([down for down, _ in ends]), self._square_and_add([up for _, up in ends])

    def _square_and_add(self, distances: Sequence[Array]) -> Array:
        total = np.zeros(())
        for i, distance in enumerate(distances):
            total = total + distance * distance
            for j in range(i):
                total = total + 2 * self._signed_correlations[i, j] * distance * distances[j]
        return _root(total)

    @cached_property
    def _signed_correlations(self) -> dict[tuple[int, int], Array]:
        return {
            (i, j): np.sign(first) * np.sign(second) * correlation(one, other)
            for i, (first, one) in enumerate(self.terms)
            for j, (second, other) in enumerate(self.terms[:i])
        }

    @property
    def low(self) -> Array:
        """The low end of the interval."""
        return self.value - self.reach[0]

    @property
    def high(self) -> Array:
        """The high end of the interval."""
        return self.value + self.reach[1]

    def score(self) -> Array:
        """The pull of each run on the whole form, of length 1."""
        pulls = [_column(np.sign(c) * _half(_term_reach(c, leaf))) * leaf.score for c, leaf in self.terms]
        return unit_length(sum(pulls[1:], pulls[0]))


def constant(value: Array | float) -> Spread:
    """A number without luck."""
    return Spread(np.asarray(value, float))


def plus(left: Spread, right: Spread, sign: float = 1.0) -> Spread:
    """left + sign * right, leaf by leaf."""
    factors: dict[int, tuple[Array | float, Leaf]] = {id(leaf): (c, leaf) for c, leaf in left.terms}
    for c, leaf in right.terms:
        before = factors[id(leaf)][0] if id(leaf) in factors else 0.0
        factors[id(leaf)] = (before + sign * c, leaf)
    value = left.value + right.value if sign > 0 else left.value - right.value
    return Spread(value, tuple(factors.values()))


def scaled(spread: Spread, factor: Array | float, value: Array) -> Spread:
    """factor * spread, whose value the caller has computed."""
    return Spread(value, tuple((c * factor, leaf) for c, leaf in spread.terms))


def product(left: Spread, right: Spread) -> Spread:
    """left * right."""
    value = left.value * right.value
    if not right.terms:
        return scaled(left, right.value, value)
    if not left.terms:
        return scaled(right, left.value, value)
    one, other = as_leaf(left), as_leaf(right)
    linear = Spread(value, ((right.value, one), (left.value, other)))

    def reach() -> Reach:
        (down, up), (down2, up2) = left.reach, right.reach
        lower, upper = np.maximum(down * up2, up * down2), np.maximum(down * down2, up * up2)
        return _root(linear.reach[0] ** 2 + lower**2), _root(linear.reach[1] ** 2 + upper**2)

    return Spread(value, ((1.0, Leaf(reach, linear.score)),))


def quotient(left: Spread, right: Spread) -> Spread:
    """left / right; without bound where the interval of the divisor covers 0."""
    value = left.value / right.value
    if not right.terms:
        return scaled(left, 1 / right.value, value)

    def inverse_reach() -> Reach:
        inverse, low, high = 1 / right.value, right.low, right.high
        apart = (low > 0) | (high < 0)
        return _beyond(inverse - 1 / high, apart), _beyond(1 / low - inverse, apart)

    inverse = Spread(1 / right.value, ((1.0, Leaf(inverse_reach, lambda: -right.score())),))
    return Spread(value, product(left, inverse).terms)


def curve(x: Spread, function: Callable[[Array], Array], knots: Sequence[Array | float] = ()) -> Spread:
    """function(x), which is monotone between `knots`: the least and greatest value over the interval of x."""
    value = function(x.value)
    if not x.terms:
        return Spread(value)

    def values() -> list[Array]:
        inner = [np.clip(np.asarray(knot, float), x.low, x.high) for knot in knots]
        return [value, *(function(point) for point in (x.low, x.high, *inner))]

    def reach() -> Reach:
        least, most = np.minimum.reduce(values()), np.maximum.reduce(values())
        return _beyond(value - least), _beyond(most - value)

    def score() -> Array:
        return _column(np.sign(np.nan_to_num(function(x.high) - function(x.low)))) * x.score()

    return Spread(value, ((1.0, Leaf(reach, score, exact=x.exact)),))


def extreme(parts: Sequence[Spread], pick: np.ufunc) -> Spread:
    """The least (`np.minimum`) or greatest (`np.maximum`) of several; its ends are those of the ends."""
    value = pick.reduce(np.broadcast_arrays(*(part.value for part in parts)))
    if not any(part.terms for part in parts):
        return Spread(value)

    def reach() -> Reach:
        low = pick.reduce(np.broadcast_arrays(*(part.low for part in parts)))
        high = pick.reduce(np.broadcast_arrays(*(part.high for part in parts)))
        return _beyond(value - low), _beyond(high - value)

    def score() -> Array:
        pulls = np.zeros(())
        for part in parts:
            if part.terms:
                pulls = np.where(np.asarray(part.value == value)[..., None], part.score(), pulls)
        return pulls

    return Spread(value, ((1.0, Leaf(reach, score, exact=all(part.exact for part in parts))),))


def chosen(condition: Flags, sure: Callable[[], Flags], then: Spread, other: Spread) -> Spread:
    """`then if condition else other`; where the condition is not sure the interval spans both."""
    value = np.where(condition, then.value, other.value)

    def reach() -> Reach:
        low = np.where(condition, then.low, other.low)
        high = np.where(condition, then.high, other.high)
        wide_low, wide_high = np.minimum(then.low, other.low), np.maximum(then.high, other.high)
        known = sure()
        return (_beyond(value - np.where(known, low, wide_low)),
                _beyond(np.where(known, high, wide_high) - value))

    def score() -> Array:
        pulls = [part.score() if part.terms else np.zeros((1, 1)) for part in (then, other)]
        return np.where(condition[..., None], pulls[0], pulls[1])

    return Spread(value, ((1.0, Leaf(reach, score)),))


def as_leaf(spread: Spread) -> Leaf:
    """The form taken as one estimate."""
    return Leaf(lambda: spread.reach, spread.score, exact=spread.exact)


def correlation(one: Leaf, other: Leaf) -> Array:
    """Correlation of two estimates from the same runs, [F]; of two shares with Newcombe's correction."""
    rho: Array = (one.score * other.score).sum(axis=1)
    allowance = np.asarray(one.jump * other.jump) / (2 * one.score.shape[1])
    return np.where(rho > 0, np.maximum(rho - np.nan_to_num(allowance), 0.0), rho)


def unit_length(pulls: Array) -> Array:
    """Scaled to length 1 in each future; what has no length stays 0."""
    clean = np.nan_to_num(pulls, nan=0.0, posinf=0.0, neginf=0.0)
    length = np.sqrt((clean * clean).sum(axis=-1, keepdims=True))
    return clean / np.where(length > 0, length, 1.0)


def _term_reach(factor: Array | float, leaf: Leaf) -> Reach:
    down, up = leaf.reach
    if isinstance(factor, float):
        return (factor * down, factor * up) if factor >= 0 else (-factor * up, -factor * down)
    size, rises = np.abs(factor), factor >= 0
    return size * np.where(rises, down, up), size * np.where(rises, up, down)


def _beyond(distance: Array, known: Flags | bool = True) -> Array:
    """A distance cleaned of rounding below 0; what is not a number is no bound."""
    return np.where(known & ~np.isnan(distance), np.maximum(distance, 0.0), np.inf)


def _root(total: Array) -> Array:
    """The square root of a sum of squares; infinite parts that do not add up are no bound."""
    return np.where(np.isnan(total), np.inf, np.sqrt(np.maximum(total, 0.0)))


def _half(reach: Reach) -> Array:
    half = (reach[0] + reach[1]) / 2
    return np.where(np.isfinite(half), half, 1.0)


def _column(values: Array) -> Array:
    """[F] as [F, 1], to stand beside scores."""
    return np.asarray(values)[..., None]
