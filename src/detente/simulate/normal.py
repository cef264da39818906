"""The normal distribution's tails from the elementary functions of `numerics` alone, so that their bits do not
depend on the processor or on a library.

W. J. Cody (1969), "Rational Chebyshev approximations for the error function", Math. Comp. 23, in the arrangement of
his ANORM (1993): three ranges, the exponential split so that it loses nothing. Relative error about 1e-15.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.model.numerics import exp

Array = NDArray[np.float64]

CENTRE, FAR = 0.67448975, 5.656854249492380  # where the ranges part; the second is sqrt 32
ROOT_TWO_PI_INVERSE = 0.398942280401432677939946
# numerators and denominators, highest power first
A = (0.065682337918207449113, 2.2352520354606839287, 161.02823106855587881, 1067.6894854603709582,
     18154.981253343561249)
B = (1.0, 47.20258190468824187, 976.09855173777669322, 10260.932208618978205, 45507.789335026729956)
C = (1.0765576773720192317e-8, 0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979,
     597.27027639480026226, 2494.5375852903726711, 6848.1904505362823326, 11602.651437647350124,
     9842.7148383839780218)
D = (1.0, 22.266688044328115691, 235.38790178262499861, 1519.377599407554805, 6485.558298266760755,
     18615.571640885098091, 34900.952721145977266, 38912.003286093271411, 19685.429676859990727)
P = (0.02307344176494017303, 0.21589853405795699, 0.1274011611602473639, 0.022235277870649807,
     0.001421619193227893466, 2.9112874951168792e-5)
Q = (1.0, 1.28426009614491121, 0.468238212480865118, 0.0659881378689285515, 0.00378239633202758244,
     7.29751555083966205e-5)


def normal_tails(z: Array) -> tuple[Array, Array]:
    """P(Z <= z) and P(Z > z) of a standard normal Z, each with its own relative accuracy."""
    y = np.abs(z)
    with np.errstate(all="ignore"):
        square = y * y
        half = z * _rational(A, B, square)
        inverse = 1.0 / square
        far = (ROOT_TWO_PI_INVERSE - inverse * _rational(P, Q, inverse)) / y
        tail = _gauss(y) * np.where(y <= FAR, _rational(C, D, np.minimum(y, FAR)), far)
    tail = np.where(np.isinf(y), 0.0, tail)
    below = np.where(y <= CENTRE, 0.5 + half, np.where(z < 0.0, tail, 1.0 - tail))
    above = np.where(y <= CENTRE, 0.5 - half, np.where(z < 0.0, 1.0 - tail, tail))
    return below, above


def normal_density(z: Array) -> Array:
    """The density of a standard normal."""
    return _gauss(np.abs(z)) * ROOT_TWO_PI_INVERSE


def _gauss(y: Array) -> Array:
    """exp(-y^2 / 2), the square split at sixteenths so that its rounding does not show."""
    with np.errstate(all="ignore"):
        coarse = np.floor(y * 16.0) / 16.0
        value = exp(coarse * coarse * -0.5) * exp((y - coarse) * (y + coarse) * -0.5)
    return np.where(y > 40.0, 0.0, value)


def _rational(above: tuple[float, ...], below: tuple[float, ...], x: Array) -> Array:
    top, bottom = np.full_like(x, above[0]), np.full_like(x, below[0])
    for term in above[1:]:
        top = top * x + term
    for term in below[1:]:
        bottom = bottom * x + term
    return top / bottom
