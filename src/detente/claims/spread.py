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
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from .intervals import Array, Flags

Reach: TypeAlias = Array  # [2, F]: distances down and up, >= 0 or inf


@dataclass(eq=False)
class Leaf:
    """One estimate. `variance` is that of a share's score in a run, whose step is 1; None for the rest.
    `exact` says that an interval of no width is a real one (order statistics), not a want of evidence."""

    make_reach: Callable[[], Reach]
    make_score: Callable[[], Array]
    variance: Callable[[], Array] | None = None
    exact: bool = False
    _reach: Reach | None = field(default=None, init=False)
    _score: Array | None = field(default=None, init=False)

    @property
    def reach(self) -> Reach:
        """Distances to the low and to the high end of the interval."""
        if self._reach is None:
            self._reach = self.make_reach()
        return self._reach

    @property
    def score(self) -> Array:
        """What each run pulls, [F, R], of length 1 in each future (0 where the runs do not differ)."""
        if self._score is None:
            self._score = unit_length(self.make_score())
        return self._score


@dataclass(eq=False)
class Spread:
    """A number for each future: `value`, and the leaves that it is a linear form of (none: a constant)."""

    value: Array
    terms: tuple[tuple[Array | float, Leaf], ...] = ()
    _reach: Reach | None = field(default=None, init=False)

    @property
    def exact(self) -> bool:
        """Every leaf is."""
        return all(leaf.exact for _, leaf in self.terms)

    @property
    def reach(self) -> Reach:
        """Distances to the ends of the 95 % interval."""
        if self._reach is None:
            self._reach = self._square_and_add()
        return self._reach

    def _square_and_add(self) -> Reach:
        if not self.terms:
            return np.zeros((2, *np.shape(self.value)))
        ends = [_term_reach(factor, leaf) for factor, leaf in self.terms]
        if len(ends) == 1:
            return ends[0]
        total = np.zeros(())
        for i, (first, one) in enumerate(self.terms):
            total = total + ends[i] * ends[i]
            for j, (second, other) in enumerate(self.terms[:i]):
                rho = correlation(one, other) * (2 * _sign(first) * _sign(second))
                total = total + rho * ends[i] * ends[j]
        return _root(total)

    @property
    def low(self) -> Array:
        """The low end of the interval."""
        end: Array = self.value - self.reach[0]
        return end

    @property
    def high(self) -> Array:
        """The high end of the interval."""
        end: Array = self.value + self.reach[1]
        return end

    def score(self) -> Array:
        """The pull of each run on the whole form, of length 1."""
        pulls = [_column(_sign(c) * _half(_term_reach(c, leaf))) * leaf.score for c, leaf in self.terms]
        return unit_length(np.add.reduce(pulls))


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
        second = np.array([np.maximum(down * up2, up * down2), np.maximum(down * down2, up * up2)])
        return _root(linear.reach**2 + second**2)

    return Spread(value, ((1.0, Leaf(reach, linear.score)),))


def quotient(left: Spread, right: Spread) -> Spread:
    """left / right; without bound where the interval of the divisor covers 0."""
    value = left.value / right.value
    if not right.terms:
        return scaled(left, 1 / right.value, value)

    def inverse_reach() -> Reach:
        inverse, low, high = 1 / right.value, right.low, right.high
        apart = (low > 0) | (high < 0)
        return _beyond([inverse - 1 / high, 1 / low - inverse], apart)

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
        return _beyond([value - least, most - value])

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
        return _beyond([value - low, high - value])

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
        return _beyond([value - np.where(known, low, wide_low), np.where(known, high, wide_high) - value])

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
    if one.variance is None or other.variance is None:
        return rho
    allowance = 0.5 / (one.score.shape[1] * np.sqrt(one.variance() * other.variance()))
    return np.where(rho > 0, np.maximum(rho - allowance, 0.0), rho)


def unit_length(pulls: Array) -> Array:
    """Scaled to length 1 in each future; what has no length stays 0."""
    length: Array = np.sqrt((pulls * pulls).sum(axis=-1, keepdims=True))
    length[length == 0] = 1.0
    return pulls / length


def _term_reach(factor: Array | float, leaf: Leaf) -> Reach:
    if isinstance(factor, float):
        reach = leaf.reach if factor >= 0 else leaf.reach[::-1]
        return reach if abs(factor) == 1 else reach * abs(factor)
    return np.where(factor >= 0, leaf.reach, leaf.reach[::-1]) * np.abs(factor)


def _sign(factor: Array | float) -> Array | float:
    if isinstance(factor, float):
        return 1.0 if factor >= 0 else -1.0
    return np.where(factor >= 0, 1.0, -1.0)


def _beyond(distances: Sequence[Array], known: Flags | bool = True) -> Reach:
    """Distances cleaned of rounding below 0; what is not a number is no bound."""
    both = np.array(distances)
    return np.where(known & ~np.isnan(both), np.maximum(both, 0.0), np.inf)


def _root(total: Array) -> Array:
    """The square root of a sum of squares; infinite parts that do not add up are no bound."""
    root = np.sqrt(np.maximum(total, 0.0))
    return np.where(np.isnan(root), np.inf, root)


def _half(reach: Reach) -> Array:
    half = (reach[0] + reach[1]) / 2
    return np.where(np.isfinite(half), half, 1.0)


def _column(values: Array) -> Array:
    """[F] as [F, 1], to stand beside scores."""
    return np.asarray(values)[..., None]
