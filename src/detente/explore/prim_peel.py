"""Peeling, compiled: the trajectory of boxes from all points to the smallest allowed, in one pass of few visits.

Every numeric column is sorted once. A peel looks at the points of the box that lie at either end of each column,
found by walking inwards from where the last walk ended; what lies outside the box is skipped, and swept out of the
orders whenever the box has halved. So a peel costs about alpha of the points, not all of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

OUT, INSIDE, HIT = np.uint8(0), np.uint8(1), np.uint8(3)  # of a point: not in the box; in it; in it and of interest
MANY = 1 << 20  # values, from which threads pay


@njit(cache=True, nogil=True)
def walk(values: Any, order: Any, state: Any, start: int, step: int, rank: int) -> Any:
    """From one end of a column inwards: what a peel of the points up to `rank` (counted from that end, from 0) would
    remove, as (points, points of interest, limit). Equal values are not parted: the peel goes on to the next other
    value, and removes nothing if there is none.
    """
    seen, hits, last = 0, 0, 0.0
    at, length = start, len(order)
    while 0 <= at < length:
        point = order[at]
        mark = state[point]
        if mark != 0:
            if seen >= rank:
                value = values[point]
                if seen > rank and value != last:
                    return seen, hits, 0.5 * (value + last)
                last = value
            seen += 1
            if mark == 3:
                hits += 1
        at += step
    return 0, 0, 0.0


@njit(cache=True, nogil=True)
def remove(order: Any, state: Any, start: int, step: int, count: int, codes: Any, table: Any, hits: Any) -> int:
    """Take `count` points of the box out of it from one end of a column; returns where the next walk starts."""
    at = start
    while count > 0:
        point = order[at]
        if state[point] != 0:
            take_out(point, state, codes, table, hits)
            count -= 1
        at += step
    return at


@njit(cache=True, nogil=True)
def take_out(point: int, state: Any, codes: Any, table: Any, hits: Any) -> None:
    """One point leaves the box."""
    for c in range(len(codes)):
        table[c, codes[c, point]] -= 1
        if state[point] == 3:
            hits[c, codes[c, point]] -= 1
    state[point] = 0


@njit(cache=True, nogil=True)
def swept(order: Any, state: Any, left: int) -> Any:
    """The orders without points that are outside the box."""
    made = np.empty((len(order), left), order.dtype)
    for j in range(len(order)):
        at = 0
        for i in range(order.shape[1]):
            if state[order[j, i]] != 0:
                made[j, at] = order[j, i]
                at += 1
    return made


@njit(cache=True, nogil=True)
def peel(columns: Any, order: Any, codes: Any, levels: int, state: Any, alpha: float, least: int) -> Any:
    """The trajectory: rows of (column, side, limit, points left, of interest left). Numeric columns come first,
    side 1 the upper end and 0 the lower; of a categorical column the limit is the rival that was taken out.

    `columns` is [numeric, point], `order` its argsort, `codes` [categorical, point], `state` [point], changed.
    """
    n, k = 0, 0
    table, hits = np.zeros((len(codes), levels), np.int64), np.zeros((len(codes), levels), np.int64)
    for i in range(len(state)):
        if state[i] != 0:
            n += 1
            k += state[i] == 3
            for c in range(len(codes)):
                table[c, codes[c, i]] += 1
                hits[c, codes[c, i]] += state[i] == 3
    numeric = len(columns)
    first, last = np.zeros(numeric, np.int64), np.full(numeric, order.shape[1] - 1)
    restricted = np.zeros(numeric + len(codes), np.bool_)
    found = [(np.int64(-1), np.int64(0), 0.0, np.int64(n), np.int64(k))]
    while True:
        best, fresh, taken = 0.0, True, (-1, 0, 0.0, 0, 0)
        mean = k / n if n else 0.0
        ranks = (int(np.floor((n - 1) * alpha)), n - 1 - int(np.ceil((n - 1) * (1 - alpha))))
        for j in range(numeric):
            for side in (1, 0):
                start, step = (last[j], -1) if side else (first[j], 1)
                gone, gone_hits, limit = walk(columns[j], order[j], state, start, step, ranks[side])
                if gone == 0 or gone >= n:
                    continue
                gain = ((k - gone_hits) / (n - gone) - mean) / gone
                if gain > best or (gain == best and gain > 0 and fresh and restricted[j]):
                    best, fresh, taken = gain, not restricted[j], (j, side, limit, gone, gone_hits)
        for c in range(len(codes)):
            if np.count_nonzero(table[c]) < 2:
                continue
            for level in range(levels):
                gone, gone_hits = table[c, level], hits[c, level]
                if gone == 0 or gone >= n:
                    continue
                gain = ((k - gone_hits) / (n - gone) - mean) / gone
                j = numeric + c
                if gain > best or (gain == best and gain > 0 and fresh and restricted[j]):
                    best, fresh, taken = gain, not restricted[j], (j, 0, float(level), gone, gone_hits)
        j, side, limit, gone, gone_hits = taken
        if j < 0 or n - gone < least:
            return found
        if j < numeric:
            start, step = (last[j], -1) if side else (first[j], 1)
            end = remove(order[j], state, start, step, gone, codes, table, hits)
            if side:
                last[j] = end
            else:
                first[j] = end
        else:
            for i in range(len(state)):
                if state[i] != 0 and codes[j - numeric, i] == int(limit):
                    take_out(i, state, codes, table, hits)
        restricted[j] = True
        n, k = n - gone, k - gone_hits
        found.append((np.int64(j), np.int64(side), limit, np.int64(n), np.int64(k)))
        if n < order.shape[1] // 2:
            order = swept(order, state, n)
            first[:], last[:] = 0, n - 1


@njit(cache=True, nogil=True)
def order_within(order: Any, chosen: Any) -> Any:
    """The orders of the points that are `chosen`, by their places among those."""
    place = np.cumsum(chosen) - 1
    made = np.empty((len(order), np.count_nonzero(chosen)), np.int32)
    for j in range(len(order)):
        at = 0
        for point in order[j]:
            if chosen[point]:
                made[j, at] = place[point]
                at += 1
    return made


def orders(columns: NDArray[np.float64]) -> NDArray[np.int32]:
    """The argsort of each row, on all cores if that pays."""
    from concurrent.futures import ThreadPoolExecutor

    made = np.empty(columns.shape, np.int32)

    def one(j: int) -> None:
        made[j] = _order(columns[j])

    if columns.size < MANY:
        for j in range(len(columns)):
            one(j)
        return made
    with ThreadPoolExecutor() as pool:
        list(pool.map(one, range(len(columns))))
    return made


def _order(values: NDArray[np.float64]) -> NDArray[np.int32]:
    """An argsort by way of sorting whole numbers that hold a value's leading bits and its place: twice as fast."""
    packed = np.empty(len(values), np.int64)
    mask = _pack(values.view(np.int64), packed)
    packed.sort()
    order = np.empty(len(values), np.int32)
    return order if _unpack(packed, mask, values, order) else np.argsort(values).astype(np.int32)


@njit(cache=True, nogil=True)
def _key(bits: Any) -> Any:
    return bits if bits >= 0 else np.int64(-0x8000000000000000) - bits  # as `float_keys`


@njit(cache=True, nogil=True)
def _pack(bits: Any, packed: Any) -> Any:
    """Fill `packed`; returns the mask of the place."""
    least, most = _key(bits[0]), _key(bits[0])
    for b in bits:
        key = _key(b)
        least, most = min(least, key), max(most, key)
    places = 0
    while (len(bits) - 1) >> places:
        places += 1
    spread = np.uint64(most) - np.uint64(least)
    drop = 0
    while (spread >> np.uint64(drop)) >> np.uint64(63 - places):
        drop += 1
    for i in range(len(bits)):
        lead = (np.uint64(_key(bits[i])) - np.uint64(least)) >> np.uint64(drop)
        packed[i] = np.int64((lead << np.uint64(places)) | np.uint64(i))
    return (np.int64(1) << places) - 1


@njit(cache=True, nogil=True)
def _unpack(packed: Any, mask: Any, values: Any, order: Any) -> bool:
    """Fill `order`; whether the bits left out did not matter."""
    last = -np.inf
    for i in range(len(packed)):
        place = packed[i] & mask
        value = values[place]
        if value < last:
            return False
        last = value
        order[i] = place
    return True
