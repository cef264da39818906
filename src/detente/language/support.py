"""Where a distribution can fall: what its bounds already settle before any draw."""

from __future__ import annotations

import math

from . import case as c


def support(of: c.Distribution) -> tuple[float, float]:
    """The least and greatest value of a distribution, in its own unit; either may be infinite."""
    match of:
        case c.Fixed(value=value):
            return value, value
        case c.Uniform(low=low, high=high) | c.Triangular(low=low, high=high):
            return low, high
        case c.Normal():
            return -math.inf, math.inf
        case c.Lognormal() | c.Gamma():
            return 0.0, math.inf
        case c.Beta():
            return 0.0, 1.0
        case c.OneOf(names=names):
            return 0.0, float(len(names) - 1)
        case c.Mixture(parts=parts):
            bounds = [support(part) for part in parts]
            return min(low for low, _ in bounds), max(high for _, high in bounds)
        case c.Truncated(of=inner, low=low, high=high):
            least, most = support(inner)
            return max(low, least), min(high, most)
