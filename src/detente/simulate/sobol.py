"""Scrambled Sobol' points: eight independent scrambles, a pure function of (seed, number of the point).

Point n of a Sobol' sequence is, in each dimension, the sum over GF(2) of the direction numbers v_j of the bits j
that are set in n (Sobol' 1967). Direction numbers: S. Joe and F. Y. Kuo (2008), "Constructing Sobol sequences with
better two-dimensional projections", SIAM J. Sci. Comput. 30, the set `new-joe-kuo-6`, first 1,024 dimensions.
Each scramble multiplies them by a random lower triangular matrix with unit diagonal (J. Matousek 1998, "On the
L2-discrepancy for anchored boxes", J. Complexity 14) and adds a random digital shift: the points stay a net, each
is uniform, and the scrambles are independent, so that their spread is an honest standard error (A. B. Owen 1995).

Beyond the 1,024th dimension, where no structure would be left to gain, coordinates are independent draws.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.model.philox import philox, uniform

SCRAMBLES = 8
DIMENSIONS = 1024
MOST_POINTS = 1 << 32  # a scramble has
INDEX_BITS = 32
DIGITS = 52  # of a coordinate: half a digit more, for the open interval, still fits a float64
BLOCK_BITS = 10
# The second counter of a draw is the step within a run: no run is so long as to reach these.
MATRIX, SHIFT, PADDING, ORDER = 0xFFFF_FF00, 0xFFFF_FF20, 0xFFFF_FF22, 0xFFFF_FF24

Words = NDArray[np.uint64]


def points(seed: int, first: int, count: int, dimensions: int) -> NDArray[np.float64]:
    """Points `first` to `first + count - 1` as [count, dimensions], each coordinate in the open interval (0, 1).

    Point i is point i div 8 of scramble i mod 8. `seed` is a whole number from 0 to 2^64 - 1. Raises ValueError
    where the seed or the number of points is out of range.
    """
    check_range(seed, first, count)
    start, stop = first // SCRAMBLES, -(-(first + count) // SCRAMBLES)
    own = min(dimensions, DIMENSIONS)
    unit = np.empty((stop - start, SCRAMBLES, dimensions))
    if count and own:
        unit[:, :, :own] = (_digits(seed, start, stop, own).astype(np.float64) + 0.5) * 2.0**-DIGITS
    if dimensions > own:
        n = np.arange(start, stop)[:, None, None]
        unit[:, :, own:] = uniform(seed, n, PADDING, _SCRAMBLE[:, None], np.arange(own, dimensions))
    skip = first - start * SCRAMBLES
    return unit.reshape((stop - start) * SCRAMBLES, dimensions)[skip : skip + count]


def check_range(seed: int, first: int, count: int) -> None:
    """Raise ValueError for a seed that is not 64 bits or for points that no scramble has."""
    if not 0 <= seed < 1 << 64:
        raise ValueError(f"the seed is a whole number from 0 to 2**64 - 1, not {seed}")
    if first < 0 or count < 0 or first + count > MOST_POINTS * SCRAMBLES:
        raise ValueError(f"points {first} to {first + count} are outside 0 to {MOST_POINTS * SCRAMBLES}")


_SCRAMBLE = np.arange(SCRAMBLES, dtype=np.uint64)


def _digits(seed: int, start: int, stop: int, dimensions: int) -> Words:
    """The coordinates of points start..stop of every scramble as whole numbers, [point, scramble, dimension].

    Points are taken in aligned blocks: within one, the high bits of n, and so their sum, stay the same.
    """
    vectors, shift = _scrambled(seed, dimensions)
    bits = min(BLOCK_BITS, (stop - 1).bit_length())
    low = _low(seed, dimensions, bits)
    digits = np.empty((stop - start, *shift.shape), dtype=np.uint64)
    for high in range(start >> bits, ((stop - 1) >> bits) + 1):
        base = shift.copy()
        for j in range(high.bit_length()):
            if high >> j & 1:
                base ^= vectors[bits + j]
        origin = high << bits
        a, b = max(start, origin), min(stop, origin + (1 << bits))
        np.bitwise_xor(low[a - origin : b - origin], base, out=digits[a - start : b - start])
    return digits


@lru_cache(maxsize=4)
def _low(seed: int, dimensions: int, bits: int) -> Words:
    """The sums over the lowest bits, which every block shares; not to be changed."""
    return _low_sums(_scrambled(seed, dimensions)[0][:bits])


def _low_sums(vectors: Words) -> Words:
    """The sums over the bits of 0, 1, .. 2^len(vectors) - 1, by doubling."""
    sums = np.zeros((1 << len(vectors), *vectors.shape[1:]), dtype=np.uint64)
    for j, vector in enumerate(vectors):
        sums[1 << j : 2 << j] = sums[: 1 << j] ^ vector
    return sums


@lru_cache(maxsize=8)
def _scrambled(seed: int, dimensions: int) -> tuple[Words, Words]:
    """The direction numbers of every scramble, [bit of n, scramble, dimension], and its shift."""
    columns = _matrices(seed, dimensions)
    order = _order(seed, dimensions)
    plain = _directions(int(order.max()) + 1)[:, order]  # [bit, scramble, dimension]
    vectors = np.empty((INDEX_BITS, SCRAMBLES, dimensions), dtype=np.uint64)
    for j in range(INDEX_BITS):
        rows = np.arange(j + 1, dtype=np.uint64)[:, None, None]  # v_j has no digit below its own
        chosen = (plain[j] >> (np.uint64(DIGITS - 1) - rows)) & np.uint64(1)
        vectors[j] = np.bitwise_xor.reduce(columns[: j + 1] * chosen, axis=0)
    x0, x1, _, _ = philox(seed, 0, SHIFT, _SCRAMBLE[:, None], np.arange(dimensions))
    return vectors, _word(x0, x1)


def _order(seed: int, dimensions: int) -> NDArray[np.int64]:
    """Which sequence each dimension takes, [scramble, dimension]: another order in every scramble.

    Some pairs of sequences fill the square badly while points are few (with 128, two of 75 may correlate by 0.7),
    and scrambling does not mend that. Where each scramble pairs others, what is left after averaging is slight.
    The order is within stretches (0 and 1, 2 and 3, 4 to 7, 8 to 15, ..), so that a dimension does not depend on how
    many there are and the first ones keep the best of the sequences.
    """
    whole = max(2, 1 << (dimensions - 1).bit_length())
    draws = uniform(seed, np.arange(whole), ORDER, _SCRAMBLE[:, None], 0)
    starts = [0, *(1 << bit for bit in range(1, whole.bit_length()))]
    parts = [first + np.argsort(draws[:, first:end], axis=1, kind="stable") for first, end in pairwise(starts)]
    return np.concatenate(parts, axis=1)[:, :dimensions]


def _matrices(seed: int, dimensions: int) -> Words:
    """The first columns of the lower triangular matrices, [column, scramble, dimension]; digit 0 is the highest."""
    half = np.arange(INDEX_BITS // 2)[:, None, None]
    x0, x1, x2, x3 = philox(seed, half, MATRIX, _SCRAMBLE[:, None], np.arange(dimensions))
    words = np.stack([_word(x0, x1), _word(x2, x3)], axis=1).reshape(INDEX_BITS, SCRAMBLES, dimensions)
    places = np.uint64(DIGITS - 1) - np.arange(INDEX_BITS, dtype=np.uint64)[:, None, None]
    diagonal = np.left_shift(np.uint64(1), places)
    return np.asarray((words & (diagonal - np.uint64(1))) | diagonal)


def _word(low: Words, high: Words) -> Words:
    return np.asarray((low | (high << np.uint64(32))) >> np.uint64(64 - DIGITS))


@lru_cache(maxsize=8)
def _directions(dimensions: int) -> Words:
    """The unscrambled direction numbers, [bit of n, dimension], the highest digit being a half.

    m_j = 2 a_1 m_(j-1) + .. + 2^(s-1) a_(s-1) m_(j-s+1) + 2^s m_(j-s) + m_(j-s), sums over GF(2), where the a are
    the inner coefficients of a primitive polynomial of degree s; then v_j = m_j / 2^j.
    """
    with np.load(Path(__file__).with_name("sobol_directions.npz")) as table:
        polynomials, initial = table["polynomial"], table["initial"]
    m = np.ones((INDEX_BITS, dimensions), dtype=np.uint64)
    for dimension in range(1, dimensions):
        polynomial = int(polynomials[dimension])
        degree = polynomial.bit_length() - 1
        numbers = [int(x) for x in initial[dimension, :degree]]
        for j in range(degree, INDEX_BITS):
            number = numbers[j - degree]
            for k in range(1, degree + 1):
                if polynomial >> (degree - k) & 1:
                    number ^= numbers[j - k] << k
            numbers.append(number)
        m[:, dimension] = numbers[:INDEX_BITS]
    places = (np.uint64(DIGITS - 1) - np.arange(INDEX_BITS, dtype=np.uint64))[:, None]
    return np.asarray(np.left_shift(m, places))
