"""Elementary functions made of +, -, *, / and bit operations alone, so that they give the same bits on every
processor, and in the kernel, where `emit_numerics` writes the same operations in the same order.

exp: x = k log 2 + r, Taylor polynomial in r. log: x = 2^k m with m in [sqrt 1/2, sqrt 2), the atanh
series in s = (m - 1)/(m + 1). norminv: Wichura (1988), algorithm AS 241, PPND16. counts: inversion from below.
Nothing is clamped: overflow gives infinity, a bad argument NaN.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

LOG2E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
MAGIC = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to a whole number held in the low bits
EXP_MOST, EXP_LEAST = 709.782712893384, -745.1332191019412
EXP_TERMS = tuple(1 / math.factorial(n) for n in range(13, 1, -1))  # of r^2 and up, highest power first
SQRT_HALF = 0.7071067811865476
LOG_TERMS = tuple(2 / n for n in range(23, 2, -2))  # of s^3 and up, highest power first
TINY = 2.2250738585072014e-308
TWO54 = 18014398509481984.0
TAIL = 2.0**-60
MEAN_MOST, COUNT_MOST = 500.0, 2.0**20  # of counts: beyond, the search would not end in reasonable time

# AS 241, PPND16: numerators and denominators, highest power first
A = (2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
     1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0)
B = (5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
     5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0)
C = (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
     3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0)
D = (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
     6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0)
E = (2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
     2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0)
F = (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
     7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
     5.99832206555887937690e-1, 1.0)


def _horner(terms: tuple[float, ...], x: Array) -> Array:
    total = np.full_like(x, terms[0])
    for term in terms[1:]:
        total = total * x + term
    return total


def _estrin(terms: tuple[float, ...], x: Array) -> Array:
    """The same polynomial by Estrin's scheme, whose steps wait less for each other; highest power first."""
    parts: list[Array | float] = list(terms[::-1])
    while len(parts) > 1:
        pairs = [low + high * x for low, high in zip(parts[::2], parts[1::2], strict=False)]
        parts = [*pairs, parts[-1]] if len(parts) % 2 else [*pairs]
        x = x * x
    return np.asarray(parts[0])


def _power_of_two(k: NDArray[np.int64]) -> Array:
    return ((k + 1023) << 52).view(np.float64)


def exp(x: ArrayLike) -> Array:
    """e to the power x; infinity above 709.78, 0 below -745.13, NaN for NaN. Error below 1 ulp."""
    x = np.atleast_1d(np.asarray(x, dtype=np.float64))
    with np.errstate(all="ignore"):
        inside = np.where((x <= EXP_MOST) & (x >= EXP_LEAST), x, 0.0)
        shifted = inside * LOG2E + MAGIC
        k = shifted.view(np.int64) - np.float64(MAGIC).view(np.int64)
        whole = shifted - MAGIC
        r = (inside - whole * LN2_HIGH) - whole * LN2_LOW
        half = k >> 1
        value = (_estrin(EXP_TERMS, r) * (r * r) + r) + 1.0
        value = value * _power_of_two(half) * _power_of_two(k - half)
        value = np.where(x > EXP_MOST, np.inf, value)
        value = np.where(x < EXP_LEAST, 0.0, value)
        return np.asarray(np.where(np.isnan(x), x, value))


def log(x: ArrayLike) -> Array:
    """The natural logarithm; -infinity at 0, NaN below. Error below 1 ulp."""
    x = np.atleast_1d(np.asarray(x, dtype=np.float64))
    with np.errstate(all="ignore"):
        small = x < TINY
        bits = np.where(small, x * TWO54, x).view(np.int64)
        k = ((bits >> 52) & 2047) - 1023
        m = ((bits & 0x000FFFFFFFFFFFFF) | 0x3FE0000000000000).view(np.float64)  # in [1/2, 1)
        low = m < SQRT_HALF
        m = np.where(low, m + m, m)
        exponent = (k + np.where(low, 0, 1)).astype(np.float64) - np.where(small, 54.0, 0.0)
        f = m - 1.0
        s = f / (m + 1.0)
        s2 = s * s
        half = f * f * 0.5
        series = _estrin(LOG_TERMS, s2) * s2
        # log m = f - f^2/2 + s (f^2/2 + series), written so that the leading term f is exact
        value = exponent * LN2_HIGH - ((half - (s * (half + series) + exponent * LN2_LOW)) - f)
        value = np.where(x == np.inf, np.inf, value)
        value = np.where(x == 0.0, -np.inf, value)
        return np.asarray(np.where((x < 0.0) | np.isnan(x), np.nan, value))


def _log1p(x: Array) -> Array:
    """log(1 + x) for x >= 0, also where x is small (Kahan's correction)."""
    one_more = 1.0 + x
    return np.where(one_more == 1.0, x, log(one_more) * (x / (one_more - 1.0)))


def norminv(u: ArrayLike) -> Array:
    """The standard normal quantile of u in (0, 1) (AS 241, relative error about 1e-16)."""
    u = np.atleast_1d(np.asarray(u, dtype=np.float64))
    with np.errstate(all="ignore"):
        q = u - 0.5
        r = 0.180625 - q * q
        centre = q * _horner(A, r) / _horner(B, r)
        r = np.sqrt(-log(np.where(q < 0.0, u, 1.0 - u)))
        near, far = r - 1.6, r - 5.0
        tail = np.where(r <= 5.0, _horner(C, near) / _horner(D, near), _horner(E, far) / _horner(F, far))
        tail = np.where(q < 0.0, -tail, tail)
        return np.asarray(np.where(abs(q) <= 0.425, centre, tail))


def counts(u: ArrayLike, mean: ArrayLike, size: ArrayLike) -> Array:
    """Poisson (size infinite) or negative binomial counts by inversion from below: the first n with u < F(n).

    u uniform in (0, 1); mean 0 to 500, else the count is 0 (callers flag such means); size > 0. The search ends
    where the tail is below 2^-60, and at 2^20.
    """
    u, mean, size = (np.array(a, dtype=np.float64) for a in np.broadcast_arrays(u, mean, size))
    with np.errstate(all="ignore"):
        n = np.zeros_like(u)
        busy = (u >= 1.0 - mean) & (mean <= MEAN_MOST)  # P(n >= 1) <= mean: most are settled by this
        poisson = size == np.inf
        ratio = mean / (size + mean)
        p = exp(np.where(poisson, -mean, -(size * _log1p(mean / size))))
        total = p
        while True:
            busy = busy & (u >= total) & ~((p < TAIL) & (n > mean)) & (n < COUNT_MOST)
            if not busy.any():
                return n
            factor = np.where(poisson, mean / (n + 1.0), (n + size) / (n + 1.0) * ratio)
            p = np.where(busy, p * factor, p)
            n = np.where(busy, n + 1.0, n)
            total = np.where(busy, total + p, total)
