"""Latin hypercubes: eight independent ones, a pure function of (seed, total, number of the point).

Of the N points of a hypercube exactly one falls in each of N equal strata of every dimension (McKay, Beckman and
Conover 1979): coordinate = (permutation of n + jitter) / N. The permutation is a Feistel network over the smallest
square that holds N, walked until it lands below N (Black and Rogaway 2002), so that any point can be had alone and
nothing grows with N but a table of its square root.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detente.model.philox import philox

from .sobol import SCRAMBLES, check_range

ROUNDS = 8
JITTER_BITS = 24
MOST_TOTAL = SCRAMBLES << 28  # the stratum and the jitter then fit a float64 together
PERMUTE, JITTER = 0xFFFF_FF10, 0xFFFF_FF11  # second counters, as in `sobol`

Whole = NDArray[np.int64]


def points(seed: int, first: int, count: int, dimensions: int, total: int) -> NDArray[np.float64]:
    """Points `first` to `first + count - 1` of `total` as [count, dimensions], each in the open interval (0, 1).

    Point i is point i div 8 of hypercube i mod 8. Raises ValueError where seed, count or total is out of range.
    """
    check_range(seed, first, count)
    if first + count > total or total > MOST_TOTAL:
        raise ValueError(f"points {first} to {first + count} of {total}: at most {MOST_TOTAL} in all")
    i = np.arange(first, first + count)
    n, cube = i // SCRAMBLES, i % SCRAMBLES
    size = (total - cube + SCRAMBLES - 1) // SCRAMBLES
    if not count or not dimensions:
        return np.empty((count, dimensions))
    stratum = _permuted(seed, n, cube, size, total, dimensions)
    word, _, _, _ = philox(seed, n[:, None], JITTER, cube[:, None], np.arange(dimensions))
    jitter = ((word >> np.uint64(32 - JITTER_BITS)).astype(np.float64) + 0.5) * 2.0**-JITTER_BITS
    return (stratum.astype(np.float64) + jitter) / size[:, None]


def _permuted(seed: int, n: Whole, cube: Whole, size: Whole, total: int, dimensions: int) -> Whole:
    """The permutations of 0 .. size - 1 at n, one for each cube and dimension: [point, dimension]."""
    most = -(-total // SCRAMBLES)
    half = max(1, ((most - 1).bit_length() + 1) // 2)
    table = _rounds(seed, half, dimensions)
    shape = (len(n), dimensions)
    x, cubes, dims, sizes = (
        np.broadcast_to(a, shape).ravel() for a in (n[:, None], cube[:, None], np.arange(dimensions), size[:, None])
    )
    x = _feistel(x, cubes, dims, table, half)
    outside = np.flatnonzero(x >= sizes)
    while outside.size:
        x[outside] = _feistel(x[outside], cubes[outside], dims[outside], table, half)
        outside = outside[x[outside] >= sizes[outside]]
    return x.reshape(shape)


def _feistel(x: Whole, cube: Whole, dimension: Whole, table: Whole, half: int) -> Whole:
    left, right = x >> half, x & ((1 << half) - 1)
    for scramble in table:
        left, right = right, left ^ scramble[right, cube, dimension]
    return (left << half) | right


@lru_cache(maxsize=4)
def _rounds(seed: int, half: int, dimensions: int) -> Whole:
    """The round functions as a table, [round, half of the index, cube, dimension]."""
    counter = np.arange(2 << half)[:, None, None]  # four rounds from one block of four words
    cubes = np.arange(SCRAMBLES)[:, None]
    words = np.stack(philox(seed, counter, PERMUTE, cubes, np.arange(dimensions)))
    words = (words >> np.uint64(32 - half)).reshape(4, 1 << half, 2, SCRAMBLES, dimensions)
    return words.swapaxes(1, 2).reshape(ROUNDS, 1 << half, SCRAMBLES, dimensions).astype(np.int64)
