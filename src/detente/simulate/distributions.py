"""The distributions of a case: tails, quantiles, means.

A probability is carried as the pair (p, q) of what lies below and above, p + q = 1, so that both tails keep their
accuracy through truncation and pooling. Each distribution is a row of `_LAWS`: its tails at x, the same with x
itself left out on the lower side, its inverse, and its part of the mean between two bounds. Bits do not depend on
the processor, nor on what else an array holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import fsum, inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detente.language.case import (
    Beta,
    Distribution,
    Fixed,
    Gamma,
    Lognormal,
    Mixture,
    Normal,
    OneOf,
    Triangular,
    Truncated,
    Uniform,
)
from detente.language.records import dataclass
from detente.model.numerics import exp, log, norminv

from .floats import apart, float_keys, from_keys, midpoint
from .incomplete import beta_inverse, beta_tails, gamma_inverse, gamma_tails
from .normal import normal_density, normal_tails

Array = NDArray[np.float64]
Tails = tuple[Array, Array]


def quantile(distribution: Distribution, u: ArrayLike) -> Array:
    """The values below which a share u of the distribution lies: the least x with P(X <= x) >= u, u in (0, 1).

    In the distribution's own unit; the index of the rival for a `OneOf`. Raises ValueError for a truncation to
    where the distribution has no probability.
    """
    u = np.atleast_1d(np.asarray(u, dtype=np.float64))
    return inverse(distribution, u, 1.0 - u)


def cdf(distribution: Distribution, x: ArrayLike) -> Array:
    """P(X <= x)."""
    return tails(distribution, np.atleast_1d(np.asarray(x, dtype=np.float64)))[0]


def mean(distribution: Distribution) -> float:
    """The mean, in the distribution's own unit. Raises TypeError for rivals, which have none."""
    return partial_mean(distribution, -inf, inf)


def inverse(distribution: Distribution, p: Array, q: Array) -> Array:
    """The quantile at lower tail p and upper tail q = 1 - p, where the smaller of the two is exact."""
    with np.errstate(all="ignore"):
        return np.asarray(_LAWS[type(distribution)].inverse(distribution, p, q))


def inverses(distributions: Sequence[Distribution], p: Array, q: Array) -> Array:
    """The quantiles of several distributions, a column each [n, distribution]: gammas in one go."""
    values = np.empty_like(p)
    gammas = [i for i, d in enumerate(distributions) if isinstance(d, Gamma)]
    shape, rate = (np.array([[getattr(distributions[i], name)] for i in gammas]) for name in ("shape", "rate"))
    if gammas:
        told = np.broadcast_to(shape, (len(gammas), len(p))).ravel()
        found = gamma_inverse(told, p[:, gammas].T.ravel(), q[:, gammas].T.ravel())
        values[:, gammas] = (found.reshape(len(gammas), len(p)) / rate).T
    for i, distribution in enumerate(distributions):
        if not isinstance(distribution, Gamma):
            values[:, i] = inverse(distribution, p[:, i], q[:, i])
    return values


def tails(distribution: Distribution, x: Array) -> Tails:
    """P(X <= x) and P(X > x)."""
    with np.errstate(all="ignore"):
        return _LAWS[type(distribution)].tails(distribution, x)


def tails_before(distribution: Distribution, x: Array) -> Tails:
    """P(X < x) and P(X >= x)."""
    law = _LAWS[type(distribution)]
    with np.errstate(all="ignore"):
        return (law.before or law.tails)(distribution, x)


def partial_mean(distribution: Distribution, low: float, high: float) -> float:
    """The mean's part from low to high: E[X; low <= X <= high]."""
    if low > high:
        return 0.0
    with np.errstate(all="ignore"):
        return float(_LAWS[type(distribution)].partial(distribution, low, high))


def probability(distribution: Distribution, low: float, high: float) -> float:
    """P(low <= X <= high), with its own relative accuracy in either tail."""
    (below,), (from_low,) = tails_before(distribution, np.array([low]))
    (to_high,), (above,) = tails(distribution, np.array([high]))
    return float(max(0.0, from_low - above if below > 0.5 else to_high - below))


# --- points and straight lines -----------------------------------------------------------------------------------


def _step(holds: NDArray[np.bool_]) -> Tails:
    below = np.where(holds, 1.0, 0.0)
    return below, 1.0 - below


def _uniform_tails(d: Uniform, x: Array) -> Tails:
    inside = np.clip(x, d.low, d.high)
    width = d.high - d.low
    if width <= 0:
        return _step(x >= d.low)
    return (inside - d.low) / width, (d.high - inside) / width


def _uniform_inverse(d: Uniform, p: Array, q: Array) -> Array:
    width = d.high - d.low
    return np.asarray(np.clip(np.where(p <= q, d.low + p * width, d.high - q * width), d.low, d.high))


def _uniform_partial(d: Uniform, low: float, high: float) -> float:
    low, high = max(low, d.low), min(high, d.high)
    if d.high <= d.low:
        return d.low if low <= high else 0.0
    return max(0.0, high - low) / (d.high - d.low) * (0.5 * low + 0.5 * high)


def _triangular_tails(d: Triangular, x: Array) -> Tails:
    """A square on the near side of the mode; on the far side what the mode has, and the rest from there."""
    width = d.high - d.low
    if width <= 0:
        return _step(x >= d.low)
    x, rise, fall = np.clip(x, d.low, d.high), d.mode - d.low, d.high - d.mode
    up, down = x - d.low, d.high - x
    rising = (up / width) * (up / max(rise, 5e-324))
    falling = (down / width) * (down / max(fall, 5e-324))
    lower = rise / width + (x - d.mode) / width * ((down + fall) / max(fall, 5e-324))
    upper = fall / width + (d.mode - x) / width * ((up + rise) / max(rise, 5e-324))
    left = x < d.mode
    return np.where(left, rising, np.minimum(lower, 1.0)), np.where(left, np.minimum(upper, 1.0), falling)


def _triangular_inverse(d: Triangular, p: Array, q: Array) -> Array:
    """The roots of the tails, each taken from the end or mode that it is near."""
    width, rise, fall = d.high - d.low, d.mode - d.low, d.high - d.mode
    left = p * width <= rise
    past, short = (p * width - rise) * fall, (q * width - fall) * rise
    low_end, high_end = d.low + np.sqrt(p * rise) * np.sqrt(width), d.high - np.sqrt(q * fall) * np.sqrt(width)
    after = d.mode + past / (fall + np.sqrt(fall * fall - past))
    before = d.mode - short / (rise + np.sqrt(rise * rise - short))
    lower, upper = np.where(left, low_end, after), np.where(left, before, high_end)
    x = np.where(p <= q, lower, upper)
    return np.asarray(np.clip(x, d.low, d.high)) if width > 0 else np.full_like(p, d.low)


def _triangular_partial(d: Triangular, low: float, high: float) -> float:
    low, high = max(low, d.low), min(high, d.high)
    if d.high <= d.low:
        return d.low if low <= high else 0.0

    def side(near: float, far: float, end: float, sign: float) -> float:
        """From distance `near` to `far` of an end, where the density is 2 t / (width * |mode - end|)."""
        span = abs(d.mode - end) * (d.high - d.low)
        if far <= near or span == 0.0:
            return 0.0
        return (end * (far * far - near * near) + sign * (far * far * far - near * near * near) / 1.5) / span

    rise = side(low - d.low, min(high, d.mode) - d.low, d.low, 1.0)
    fall = side(d.high - high, d.high - max(low, d.mode), d.high, -1.0)
    return rise + fall


def _rival_tails(d: OneOf, x: Array) -> Tails:
    edges = np.array([0.0, *_edges(d)])
    below = edges[np.clip(np.floor(x) + 1, 0, len(d.names)).astype(np.int64)]
    return below, 1.0 - below


def _rival_before(d: OneOf, x: Array) -> Tails:
    edges = np.array([0.0, *_edges(d)])
    below = edges[np.clip(np.ceil(x), 0, len(d.names)).astype(np.int64)]
    return below, 1.0 - below


def _rival_inverse(d: OneOf, p: Array, q: Array) -> Array:
    return np.asarray(np.searchsorted(np.array(_edges(d)), p, side="left"), dtype=np.float64)


def _edges(d: OneOf) -> list[float]:
    whole = fsum(d.weights)
    return [fsum(d.weights[: k + 1]) / whole for k in range(len(d.weights))]


def _no_mean(d: OneOf, low: float, high: float) -> float:
    raise TypeError("rivals have no mean")


# --- normal, lognormal, gamma, beta ------------------------------------------------------------------------------


def _normal_inverse(d: Normal, p: Array, q: Array) -> Array:
    return np.asarray(d.mean + d.sd * standard_normal(p, q))


def standard_normal(p: Array, q: Array) -> Array:
    """The standard normal quantile, from the smaller tail."""
    z = norminv(np.minimum(p, q))
    return np.where(p <= q, z, -z)


def _normal_partial(d: Normal, low: float, high: float) -> float:
    ends = (np.array([low, high]) - d.mean) / d.sd
    density = normal_density(ends)
    return d.mean * probability(Normal(0.0, 1.0), ends[0], ends[1]) - d.sd * float(density[1] - density[0])


def _log_of(d: Lognormal, x: ArrayLike) -> Array:
    return log(np.maximum(x, 0.0) / d.median) / d.sd


def _lognormal_partial(d: Lognormal, low: float, high: float) -> float:
    ends = _log_of(d, np.array([low, high])) - d.sd
    whole = d.median * float(exp(d.sd * d.sd / 2.0)[0])
    return whole * probability(Normal(0.0, 1.0), ends[0], ends[1])


# --- pooled and truncated ----------------------------------------------------------------------------------------


def _shares(d: Mixture) -> list[float]:
    whole = fsum(d.weights)
    return [weight / whole for weight in d.weights]


def _pooled(of: Callable[[Distribution, Array], Tails]) -> Callable[[Mixture, Array], Tails]:
    """The tails of a mixture: the weighted sums of its parts'."""

    def sums(d: Mixture, x: Array) -> Tails:
        below, above = np.zeros_like(x), np.zeros_like(x)
        for share, part in zip(_shares(d), d.parts, strict=True):
            p, q = of(part, x)
            below, above = below + share * p, above + share * q
        return np.minimum(below, 1.0), np.minimum(above, 1.0)

    return sums


def _mixture_inverse(d: Mixture, p: Array, q: Array) -> Array:
    """The least float x with F(x) >= p, between the parts' least and greatest quantiles; so exact at an atom."""
    parts = [inverse(part, p, q) for share, part in zip(_shares(d), d.parts, strict=True) if share > 0.0]
    lower = p <= q

    def excess(x: Array, chosen: NDArray[np.intp]) -> Array:
        below, above = tails(d, x)
        return np.where(lower[chosen], below - p[chosen], q[chosen] - above)

    return least_float(excess, from_keys(float_keys(np.minimum.reduce(parts)) - 1), np.maximum.reduce(parts))


def least_float(excess: Callable[[Array, NDArray[np.intp]], Array], low: Array, high: Array) -> Array:
    """The least float in (low, high] at which a rising function is not negative; where none is, high.

    `excess(x, chosen)` is the function for the elements `chosen`. False position with the Illinois rule (a side that
    stays counts half each time), every third step the middle of the bracket, by turns as it is and counted in floats:
    so it ends within 400 steps whatever the function, and within some 15 where it is smooth.
    """
    low, high = low.copy(), high.copy()
    chosen = np.flatnonzero(np.isfinite(low) & np.isfinite(high) & apart(low, high))
    under, over = np.zeros_like(low), np.zeros_like(low)
    under[chosen], over[chosen] = excess(low[chosen], chosen), excess(high[chosen], chosen)
    side = np.zeros(low.shape, dtype=np.int64)
    count = 0
    while chosen.size:
        a, b, f, g = low[chosen], high[chosen], np.minimum(under[chosen], 0.0), np.maximum(over[chosen], 0.0)
        x = midpoint(a, b)
        if count % 6 < 5:
            guess = a + (b - a) * (0.5 if count % 6 == 2 else f / (f - g))
            guess = np.where((guess >= a) & (guess <= b), guess, x)
            x = from_keys(np.clip(float_keys(guess), float_keys(a) + 1, float_keys(b) - 1))
        value = excess(x, chosen)
        up = value >= 0.0
        low[chosen], under[chosen] = np.where(up, a, x), np.where(up, np.where(side[chosen] == 1, f / 2, f), value)
        high[chosen], over[chosen] = np.where(up, x, b), np.where(up, value, np.where(side[chosen] == -1, g / 2, g))
        side[chosen] = np.where(up, 1, -1)
        chosen = chosen[apart(low[chosen], high[chosen])]
        count += 1
    return high


@lru_cache(maxsize=1024)
def _window(d: Truncated) -> tuple[float, float, float]:
    """What the distribution holds below, above and within the bounds."""
    below, above = tails_before(d.of, np.array([d.low]))[0][0], tails(d.of, np.array([d.high]))[1][0]
    within = probability(d.of, d.low, d.high)
    if not within > 0.0:
        raise ValueError(f"{d.of} has no probability within [{d.low:g}, {d.high:g}]")
    return float(below), float(above), within


def _truncated(of: Callable[[Distribution, Array], Tails], before: bool) -> Callable[[Truncated, Array], Tails]:
    def tails_within(d: Truncated, x: Array) -> Tails:
        below, above, within = _window(d)
        p, q = of(d.of, x)
        lower = np.where(p <= 0.5, (p - below) / within, 1.0 - (q - above) / within)
        upper = np.where(p <= 0.5, 1.0 - (p - below) / within, (q - above) / within)
        start, end = (x <= d.low, x > d.high) if before else (x < d.low, x >= d.high)
        lower, upper = np.where(start, 0.0, lower), np.where(start, 1.0, upper)
        lower, upper = np.where(end, 1.0, lower), np.where(end, 0.0, upper)
        return np.clip(lower, 0.0, 1.0), np.clip(upper, 0.0, 1.0)

    return tails_within


def _truncated_inverse(d: Truncated, p: Array, q: Array) -> Array:
    below, above, within = _window(d)
    return np.asarray(np.clip(inverse(d.of, below + p * within, above + q * within), d.low, d.high))


# --- the table ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Law:
    """What there is to know of one distribution; `before` where it differs from `tails`."""

    tails: Callable[[Any, Array], Tails]
    inverse: Callable[[Any, Array, Array], Array]
    partial: Callable[[Any, float, float], float]
    before: Callable[[Any, Array], Tails] | None = None


_LAWS: dict[type, _Law] = {
    Fixed: _Law(
        lambda d, x: _step(x >= d.value),
        lambda d, p, q: np.full_like(p, d.value),
        lambda d, low, high: d.value if low <= d.value <= high else 0.0,
        lambda d, x: _step(x > d.value),
    ),
    Uniform: _Law(_uniform_tails, _uniform_inverse, _uniform_partial),
    Triangular: _Law(_triangular_tails, _triangular_inverse, _triangular_partial),
    Normal: _Law(lambda d, x: normal_tails((x - d.mean) / d.sd), _normal_inverse, _normal_partial),
    Lognormal: _Law(
        lambda d, x: normal_tails(_log_of(d, x)),
        lambda d, p, q: d.median * exp(d.sd * standard_normal(p, q)),
        _lognormal_partial,
    ),
    Beta: _Law(
        lambda d, x: beta_tails(d.a, d.b, np.clip(x, 0.0, 1.0)),
        lambda d, p, q: beta_inverse(d.a, d.b, p, q),
        lambda d, low, high: d.a / (d.a + d.b) * probability(Beta(d.a + 1.0, d.b), low, high),
    ),
    Gamma: _Law(
        lambda d, x: gamma_tails(d.shape, np.maximum(x, 0.0) * d.rate),
        lambda d, p, q: gamma_inverse(d.shape, p, q) / d.rate,
        lambda d, low, high: d.shape / d.rate * probability(Gamma(d.shape + 1.0, d.rate), low, high),
    ),
    OneOf: _Law(_rival_tails, _rival_inverse, _no_mean, _rival_before),
    Mixture: _Law(
        _pooled(tails), _mixture_inverse,
        lambda d, low, high: fsum(
            share * partial_mean(part, low, high) for share, part in zip(_shares(d), d.parts, strict=True)
        ),
        _pooled(tails_before),
    ),
    Truncated: _Law(
        _truncated(tails, before=False), _truncated_inverse,
        lambda d, low, high: partial_mean(d.of, max(low, d.low), min(high, d.high)) / _window(d)[2],
        _truncated(tails_before, before=True),
    ),
}
