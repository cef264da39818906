"""Gamma and beta tails and quantiles from the elementary functions of `numerics` alone, so that their bits do not
depend on the processor or on a library.

Tails come as a pair (lower, upper): the small one is computed, the other is its complement. Power series and
continued fractions (Abramowitz and Stegun 1964, 6.5.29, 6.5.31, 26.5.8) by Lentz's method; the leading factor by
C. Loader (2000), "Fast and accurate computation of binomial probabilities". Gamma shapes beyond 10^8: E. B. Wilson
and M. M. Hilferty (1931), whose error is then below 10^-11. Quantiles: Newton's steps on the log of the smaller
tail, within a bracket. Every element is treated as if alone: what an array holds beside it never shows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detente.model.numerics import exp, log, norminv

from .floats import apart, midpoint
from .normal import normal_tails

Array = NDArray[np.float64]
Tails = tuple[Array, Array]

EPSILON = 2.0**-53
TWO_PI = 6.283185307179586
HALF_LOG_TWO_PI = 0.9189385332046728
LARGE = 1e8
TINY = 1e-300
SETTLED = 1e-9  # a residual so small that Newton's next step is the last
MOST_STEPS = 200
STIRLING = (1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12)  # in 1/z^2, highest power first, times 1/z


def gamma_tails(shape: float | Array, x: Array) -> Tails:
    """P(X <= x) and P(X > x) of gamma variables with rate 1, x >= 0."""
    shape = np.broadcast_to(shape, x.shape)
    large = shape > LARGE
    if not large.any():
        return _gamma_tails(shape, x)
    lower, upper = np.empty_like(x), np.empty_like(x)
    for chosen, tails in ((large, _wilson_hilferty), (~large, _gamma_tails)):
        lower[chosen], upper[chosen] = tails(shape[chosen], x[chosen])
    return lower, upper


def _wilson_hilferty(shape: Array, x: Array) -> Tails:
    with np.errstate(all="ignore"):
        cube_root = exp(log(x / shape) / 3.0)
    return normal_tails((cube_root - (1.0 - 1.0 / (9.0 * shape))) * (3.0 * np.sqrt(shape)))


def _gamma_tails(shape: Array, x: Array) -> Tails:
    with np.errstate(all="ignore"):
        lead = _gamma_lead(shape, x)
        series = x < shape + 1.0
        low = lead * _gamma_series(shape, x, series)
        high = lead * shape * _gamma_fraction(shape, x, ~series & (x < np.inf))
    lower = np.where(series, low, 1.0 - high)
    return np.minimum(lower, 1.0), np.maximum(np.where(series, 1.0 - low, high), 0.0)


def beta_tails(a: float, b: float, x: Array) -> Tails:
    """P(X <= x) and P(X > x) of a beta variable, x in [0, 1]."""
    y = 1.0 - x
    with np.errstate(all="ignore"):
        gap = _gap(a, b, x, y)
        lead = _beta_lead(a, b, x, y, gap)
        left = x * (a + b + 2.0) < a + 1.0
        low = lead * _beta_fraction(a, b, x, y, gap, left)
        high = lead * _beta_fraction(b, a, y, x, -gap, ~left)
    lower, upper = np.where(left, low, 1.0 - high), np.where(left, 1.0 - low, high)
    return np.clip(lower, 0.0, 1.0), np.clip(upper, 0.0, 1.0)


def gamma_inverse(shape: float | Array, p: Array, q: Array) -> Array:
    """The x with P(X <= x) = p and P(X > x) = q for gamma variables with rate 1; p + q = 1.

    Shapes may differ: many variables are sought in one go, as few futures of each take no longer than one.
    """
    shape = np.broadcast_to(shape, p.shape)
    z = norminv(np.minimum(p, q))
    cube_root = 1.0 - 1.0 / (9.0 * shape) + np.where(p <= q, z, -z) / (3.0 * np.sqrt(shape))
    x = np.asarray(cube_root * cube_root * cube_root * shape)
    chosen = np.flatnonzero(shape <= LARGE)
    if chosen.size:
        x[chosen] = _gamma_root(shape[chosen], p[chosen], q[chosen], x[chosen])
    return x


def _gamma_root(shape: Array, p: Array, q: Array, hilferty: Array) -> Array:
    """The quantile by Newton's steps from Wilson and Hilferty's."""
    power = exp((log(p) + _each(_log_gamma, shape + 1.0)) / shape)  # what the lower tail is as x goes to 0
    # By the log of the lower tail in log x, or of the upper one in x: for a shape below 1 that starts from 1.
    flat = shape < 1.0
    lower = p <= q
    if flat.any():
        lower[flat] |= q[flat] >= gamma_tails(shape[flat], np.ones(np.count_nonzero(flat)))[1]
    start = np.where(flat, np.where(lower, power, np.maximum(hilferty, 1.0)), np.maximum(power, hilferty))
    aim = np.where(lower, p, q)
    scale = np.where(lower, aim / np.minimum(p, q), -1.0)

    def step(x: Array, chosen: NDArray[np.intp]) -> tuple[Array, Array]:
        own = shape[chosen]
        below, above = gamma_tails(own, x)
        slope = _gamma_lead(own, x) * own  # density times x
        left = lower[chosen]
        tail = np.where(left, below, above)
        residual = log(tail / aim[chosen])
        move = residual * tail / slope
        return residual * scale[chosen], np.where(left, x * exp(-move), x + move * x)

    return np.where(power < TINY, power, _newton(step, np.maximum(start, TINY), np.full_like(p, np.inf)))


def beta_inverse(a: float, b: float, p: Array, q: Array) -> Array:
    """The x with P(X <= x) = p and P(X > x) = q for a beta variable; p + q = 1."""
    below, above = beta_tails(a, b, np.array([0.5]))
    left = np.where(p <= q, p <= below, q >= above)  # sought from the nearer end of [0, 1]
    x = np.empty_like(p)
    x[left] = _beta_half(a, b, p[left], q[left])
    x[~left] = 1.0 - _beta_half(b, a, q[~left], p[~left])
    return x


def _beta_half(a: float, b: float, p: Array, q: Array) -> Array:
    """The quantile where it is at most a half."""
    power = exp((log(p) + _log_gamma(a + 1.0) + _log_gamma(b) - _log_gamma(a + b)) / a)
    mean, lower, small = a / (a + b), p <= q, np.minimum(p, q)
    sd = np.sqrt(mean * (1.0 - mean) / (a + b + 1.0))
    normal = mean + np.where(lower, norminv(small), -norminv(small)) * sd
    start = np.where((normal > 0.0) & (min(a, b) > 1.0), normal, power)

    def step(x: Array, chosen: NDArray[np.intp]) -> tuple[Array, Array]:
        y = 1.0 - x
        below, above = beta_tails(a, b, x)
        slope = _beta_lead(a, b, x, y, _gap(a, b, x, y)) / y  # density times x
        left = lower[chosen]
        tail = np.where(left, below, above)
        residual = log(tail / small[chosen])
        move = residual * tail / slope
        return np.where(left, residual, -residual), np.where(left, x * exp(-move), x + move * x)

    return np.where(power < TINY, power, _newton(step, np.clip(start, TINY, 0.5), np.ones_like(p)))


def _newton(
    step: Callable[[Array, NDArray[np.intp]], tuple[Array, Array]], start: Array, high: Array
) -> Array:
    """The root of an increasing function on (0, high), from `start`.

    `step(x, chosen)` gives residual and Newton's proposal for the elements `chosen`. A proposal outside the bracket
    is replaced by the middle of the bracket, counted in floats; so is every second one once many have been taken.
    """
    x, low, high = start.copy(), np.zeros_like(start), high.copy()
    chosen = np.arange(x.size)
    for count in range(MOST_STEPS):
        with np.errstate(all="ignore"):
            residual, proposal = step(x[chosen], chosen)
        low[chosen] = np.where(residual < 0.0, x[chosen], low[chosen])
        high[chosen] = np.where(residual < 0.0, high[chosen], x[chosen])
        a, b = low[chosen], high[chosen]
        inside = (proposal >= a) & (proposal <= b)
        if count >= 30 and count % 2:
            inside &= np.abs(residual) < SETTLED
        x[chosen] = np.where(inside, proposal, midpoint(a, b))
        going = ~((np.abs(residual) < SETTLED) & inside) & apart(a, b)
        chosen = chosen[going]
        if not chosen.size:
            break
    return x


# --- the pieces --------------------------------------------------------------------------------------------------


def _gamma_series(a: Array, x: Array, wanted: NDArray[np.bool_]) -> Array:
    """1 + x/(a+1) + x^2/((a+1)(a+2)) + .. where `wanted`."""
    value = np.zeros_like(x)
    chosen = np.flatnonzero(wanted)
    a, x = a[chosen], x[chosen]
    term, total = np.ones_like(x), np.ones_like(x)
    n = 0
    while chosen.size:
        n += 1
        term = term * (x / (a + n))
        total = total + term
        going = term > total * EPSILON
        if not going.all():
            value[chosen[~going]] = total[~going]
            chosen, (a, x, term, total) = chosen[going], [v[going] for v in (a, x, term, total)]
    return value


def _gamma_fraction(a: Array, x: Array, wanted: NDArray[np.bool_]) -> Array:
    """1/(x + 1 - a - 1(1 - a)/(x + 3 - a - 2(2 - a)/(x + 5 - a - ..))) where `wanted`."""
    value = np.zeros_like(x)
    chosen = np.flatnonzero(wanted)
    a = a[chosen]
    b = x[chosen] + (1.0 - a)
    d = 1.0 / _apart(b)
    c, now = np.full_like(b, 1.0 / TINY), d
    n = 0
    while chosen.size:
        n += 1
        e = -n * (n - a)
        b = b + 2.0
        d = 1.0 / _apart(b + e * d)
        c = _apart(b + e / c)
        ratio = c * d
        now = now * ratio
        going = np.abs(ratio - 1.0) > 2.0 * EPSILON
        if not going.all():
            value[chosen[~going]] = now[~going]
            chosen, (a, b, c, d, now) = chosen[going], [v[going] for v in (a, b, c, d, now)]
    return value


def _beta_fraction(a: float, b: float, x: Array, y: Array, gap: Array, wanted: NDArray[np.bool_]) -> Array:
    """1/(f_0 + e_1/(f_1 + e_2/(f_2 + ..))) where `wanted`: the even part of 26.5.8, by A. R. DiDonato and
    A. H. Morris (1992), "Algorithm 708", whose `gap` = a - (a + b) x loses nothing where a and b differ much."""
    value = np.zeros_like(x)
    chosen = np.flatnonzero(wanted)
    x, y, gap = x[chosen], y[chosen], gap[chosen]
    f = a / (a + 1.0) * (gap + 1.0)
    d = 1.0 / _apart(f)
    c, now = np.full_like(x, 1.0 / TINY), d
    n = 0
    while chosen.size:
        n += 1
        t = a + 2 * n
        e = n * (b - n) * ((a + (n - 1)) / (t - 1.0)) * ((a + b + (n - 1)) / (t - 1.0)) * x * x
        f = n + n * (b - n) / (t - 1.0) * x + (a + n) / (t + 1.0) * (gap + 1.0 + n * (1.0 + y))
        d = 1.0 / _apart(f + e * d)
        c = _apart(f + e / c)
        ratio = c * d
        now = now * ratio
        going = np.abs(ratio - 1.0) > 2.0 * EPSILON
        if not going.all():
            value[chosen[~going]] = now[~going]
            chosen, (x, y, gap, c, d, now) = chosen[going], [v[going] for v in (x, y, gap, c, d, now)]
    return value


def _apart(x: Array) -> Array:
    return np.where(np.abs(x) < TINY, TINY, x)


def _gamma_lead(a: Array, x: Array) -> Array:
    """x^a e^-x / Gamma(a + 1)."""
    value = exp(-_each(_stirling_error, a) - _deviance(a, x, x - a)) / np.sqrt(TWO_PI * a)
    return np.where((x > 0.0) & (x < np.inf), value, 0.0)


def _beta_lead(a: float, b: float, x: Array, y: Array, gap: Array) -> Array:
    """x^a y^b Gamma(a + b) / (Gamma(a) Gamma(b)), y = 1 - x."""
    n = a + b
    error = _stirling_error(n) - _stirling_error(a) - _stirling_error(b)
    value = exp(error - _deviance(a, n * x, -gap) - _deviance(b, n * y, gap)) * np.sqrt(a / n * b / TWO_PI)
    return np.where((x > 0.0) & (y > 0.0), value, 0.0)


def _gap(a: float, b: float, x: Array, y: Array) -> Array:
    """a - (a + b) x, from whichever of x and y = 1 - x is small."""
    return np.where(x <= 0.5, a - (a + b) * x, (a + b) * y - b)


def _each(of: Callable[[float], float], z: Array) -> Array:
    """A function of each of many numbers, few of which differ."""
    values, where = np.unique(z, return_inverse=True)
    return np.array([of(float(value)) for value in values])[where]


def _deviance(k: float | Array, m: Array, gap: Array) -> Array:
    """k log(k/m) + m - k, without loss where `gap` = m - k is small (Loader's bd0)."""
    v = gap / (k + m)
    near = np.abs(v) < 0.1
    v = np.where(near, v, 0.0)
    total, term, square = gap * v, 2.0 * k * -v, v * v
    for n in range(3, 19, 2):  # 0.1^18: the rest is below rounding
        term = term * square
        total = total + term / n
    ratio = k / m
    apart = np.where(ratio < np.inf, log(ratio), log(k) - log(m))
    return np.where(near, total, k * apart + gap)


@lru_cache(maxsize=256)
def _stirling_error(z: float) -> float:
    """log Gamma(z + 1) - log(sqrt(2 pi z) (z/e)^z): the series from 16 up, and down from there by recurrence."""
    below = []
    while z < 16.0:
        below.append(z)
        z += 1.0
    total, tops = 0.0, np.array(below) + 1.0
    for low, ratio in zip(below, log(tops / below), strict=True):
        total += (low + 0.5) * float(ratio) - 1.0
    square, series = 1.0 / (z * z), 0.0
    for term in STIRLING:
        series = series * square + term
    return total + series / z


def _log_gamma(z: float) -> float:
    """log Gamma(z), z > 0."""
    return (z - 0.5) * float(log(z)[0]) - z + HALF_LOG_TWO_PI + _stirling_error(z)
