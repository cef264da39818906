"""Floats as whole numbers: in their order, neighbours for neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def float_keys(x: Array) -> NDArray[np.int64]:
    """Whole numbers in the order of the floats, neighbours for neighbours; -0 and 0 share one."""
    bits = (x + 0.0).view(np.int64)
    return np.where(bits < 0, np.int64(-0x8000000000000000) - bits, bits)


def from_keys(keys: NDArray[np.int64]) -> Array:
    """The floats of `float_keys`."""
    return np.where(keys < 0, np.int64(-0x8000000000000000) - keys, keys).view(np.float64)


def midpoint(low: Array, high: Array) -> Array:
    """The float half way between two, counted in floats."""
    a, b = float_keys(low), float_keys(high)
    return from_keys((a >> 1) + (b >> 1) + (a & b & 1))


def apart(low: Array, high: Array) -> NDArray[np.bool_]:
    """Whether another float lies between low and high."""
    return np.asarray(float_keys(low) + 1 < float_keys(high))
