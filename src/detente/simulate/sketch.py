"""A quantile sketch whose result does not depend on blocks, workers or order.

Up to 32,768 distinct values are kept exactly, with their counts. Beyond, floats are taken as whole numbers in their
order (`float_keys`), and as many low bits dropped as leave at most 8,192 distinct ones; each such bin keeps its
count, its least and greatest value and how often these two occur. How many bits are dropped is the least that the
whole data set needs, whichever way it came, and dropping more bits of what is kept gives the same as dropping them
at once: so the state is a function of the data as a set with repeats, and merging is exact. The sum is a whole
number in units of 2^-1074, the least float, so that the mean has no rounding but its last.

Between the least and the greatest value of a bin, values are taken to be equally spaced: a rank is then off by less
than the bin holds, some 0.01 %. A bin can hold much more where values heap upon one number amid a continuum. That
is exact all the same if the number is the least or greatest of all, or has few binary digits, or is one of `marks`,
the numbers named beforehand at which bins are parted. What stays is a heap spread over less than about a
thousandth of itself, in data of many orders of magnitude.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import replace
from math import ceil, inf
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detente.language.records import dataclass

from .floats import float_keys

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Method = Literal["linear", "inverted_cdf"]

MOST_EXACT = 16_384
MOST_BINS = 8_192
PENDING = 16_384
LEAST_EXPONENT = 1074  # the least float is 2^-1074
_HEADER = struct.Struct("<4s?BqqII")  # magic, exact, shift, never, bins, marks, bytes of the sum
_MAGIC = b"DSK1"


@dataclass(frozen=True, slots=True)
class _Bins:
    """Bins in rising order. Without dropped bits (shift 0) each is one value, and low is high, at_low is counts."""

    shift: int
    counts: Counts
    low: Array
    high: Array
    at_low: Counts  # how often the least value occurs
    at_high: Counts

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """The arrays, in the order of the fields."""
        return self.counts, self.low, self.high, self.at_low, self.at_high

    def __len__(self) -> int:
        return len(self.counts)


class Sketch:
    """Counts, mean and quantiles of many numbers. `exact` keeps every distinct value: for dates and counts.

    Infinity is `never`: counted apart, later than every number. `marks` are numbers that many values may equal, such
    as the starts and levels of a case; only sketches with the same marks merge.
    """

    def __init__(self, exact: bool = False, marks: Iterable[float] = ()) -> None:
        self.exact = exact
        self.marks = np.array(sorted({mark + 0.0 for mark in marks}), dtype=np.float64)
        self._never = 0
        self._sum = 0
        self._bins = _exact_bins(np.empty(0), np.empty(0, dtype=np.int64))
        self._pending: list[Array] = []
        self._waiting = 0

    def add(self, values: ArrayLike) -> None:
        """Take in numbers of any shape. Raises ValueError for NaN and minus infinity."""
        array = np.array(values, dtype=np.float64).ravel()
        if not np.all(array > -inf):
            raise ValueError("a sketch takes numbers and infinity (never), not NaN or minus infinity")
        for start in range(0, len(array), PENDING):
            self._take(array[start : start + PENDING])

    def merge(self, other: Sketch) -> None:
        """Take in what another sketch holds. Raises ValueError if it is not exact alike or has other marks."""
        if self.exact != other.exact or self.marks.tobytes() != other.marks.tobytes():
            raise ValueError("only sketches that are exact alike and have the same marks merge")
        other._flush()
        if other._bins.shift == 0 and other.count <= PENDING // 8:  # so few that adding is quicker than joining
            self._never += other._never
            self._take(np.repeat(other._bins.low, other._bins.counts))
            return
        self._flush()
        self._never += other._never
        self._sum += other._sum
        self._bins = self._fitted(_joined(self._bins, other._bins, self.marks))

    # --- what it says ----------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many values, `never` among them."""
        return self._finite() + self._never

    @property
    def never(self) -> int:
        """How many were infinite."""
        self._flush()
        return self._never

    @property
    def min(self) -> float:
        """The least value; infinity if all are `never` or there is none."""
        self._flush()
        return float(self._bins.low[0]) if len(self._bins) else inf

    @property
    def max(self) -> float:
        """The greatest value; infinity if any is `never`, minus infinity if there is none."""
        self._flush()
        if self._never:
            return inf
        return float(self._bins.high[-1]) if len(self._bins) else -inf

    @property
    def mean(self) -> float | None:
        """The mean, rounded once; None if any value is `never` or there is none."""
        finite = self._finite()
        return None if self._never or not finite else self._sum / (finite << LEAST_EXPONENT)

    @property
    def is_exact(self) -> bool:
        """Whether every distinct value is still kept."""
        self._flush()
        return self._bins.shift == 0

    def quantile(self, p: float, method: Method = "linear") -> float:
        """The value at share p of 0 to 1; infinity where it falls on `never`.

        `linear` interpolates between order statistics (Hyndman and Fan 1996, type 7), `inverted_cdf` takes the
        lower one (type 1): for dates. Raises ValueError if there is no value or p is out of range.
        """
        n = self.count
        if not n or not 0.0 <= p <= 1.0:
            raise ValueError(f"no quantile {p} of {n} values")
        ends = np.cumsum(self._bins.counts)
        if method == "inverted_cdf":
            return self._order_statistic(max(0, ceil(p * n) - 1), ends)
        position = p * (n - 1)
        rank = int(position)
        share = position - rank
        low = self._order_statistic(rank, ends)
        if share == 0.0 or low == inf:
            return low
        high = self._order_statistic(rank + 1, ends)
        if high == inf:
            return inf
        return low + (high - low) * share if share < 0.5 else high - (high - low) * (1.0 - share)

    def _order_statistic(self, rank: int, ends: Counts) -> float:
        """The value of a rank from 0."""
        if not len(ends) or rank >= ends[-1]:
            return inf
        b = self._bins
        at = int(np.searchsorted(ends, rank, side="right"))
        count, at_low, at_high = int(b.counts[at]), int(b.at_low[at]), int(b.at_high[at])
        within = rank - (int(ends[at]) - count)
        low, high = float(b.low[at]), float(b.high[at])
        if within < at_low:
            return low
        if within >= count - at_high:
            return high
        return low + (high - low) * ((within - at_low + 1) / (count - at_low - at_high + 1))

    # --- storage ---------------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """The state; equal data give equal bytes."""
        self._flush()
        b = self._bins
        size = (self._sum.bit_length() + 8) // 8
        arrays = [self.marks, b.counts, b.low] if b.shift == 0 else [self.marks, *b.columns]
        header = _HEADER.pack(_MAGIC, self.exact, b.shift, self._never, len(b), len(self.marks), size)
        body = b"".join(a.astype(a.dtype.newbyteorder("<")).tobytes() for a in arrays)
        return header + self._sum.to_bytes(size, "little", signed=True) + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """The sketch of such bytes. Raises ValueError for others."""
        if len(data) < _HEADER.size or data[:4] != _MAGIC:
            raise ValueError("not a sketch")
        _, exact, shift, never, n, marks, size = _HEADER.unpack_from(data)
        kinds = _COLUMNS[: 5 if shift else 2]
        at = _HEADER.size + size
        if n < 0 or never < 0 or shift > 63 or len(data) != at + 8 * marks + 8 * n * len(kinds):
            raise ValueError("a sketch of the wrong length")
        sketch = cls(exact, np.frombuffer(data, "<f8", marks, at).tolist())
        at += 8 * marks
        columns = [np.frombuffer(data, "<" + kind, n, at + 8 * n * i).astype(kind) for i, kind in enumerate(kinds)]
        sketch._never = never
        sketch._sum = int.from_bytes(data[_HEADER.size : _HEADER.size + size], "little", signed=True)
        sketch._bins = _Bins(shift, *columns) if shift else _exact_bins(columns[1], columns[0])
        return sketch

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sketch) and self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Sketch(count={self.count}, never={self._never}, bins={len(self._bins)}, exact={self.exact})"

    # --- within ----------------------------------------------------------------------------------------------

    def _finite(self) -> int:
        self._flush()
        return int(self._bins.counts.sum())

    def _take(self, values: Array) -> None:
        self._pending.append(values)
        self._waiting += len(values)
        if self._waiting >= PENDING:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        values = np.sort(np.concatenate(self._pending))
        self._pending, self._waiting = [], 0
        finite = int(np.searchsorted(values, inf))
        self._never += len(values) - finite
        if finite:
            values = values[:finite] + 0.0  # minus zero is zero
            self._sum += _exact_sum(values)
            self._bins = self._fitted(_joined(self._bins, _binned(values, self._bins.shift, self.marks), self.marks))

    def _fitted(self, bins: _Bins) -> _Bins:
        """The bins with as few bits dropped as fit."""
        if self.exact or len(bins) <= (MOST_BINS if bins.shift else MOST_EXACT):
            return bins
        keys = float_keys(bins.low)
        differing = (keys[1:] ^ keys[:-1]).view(np.uint64)
        # neighbours stay apart while they differ in a bit that is kept: so may MOST_BINS - 1 pairs
        first_to_close = np.partition(differing, len(differing) - MOST_BINS)[len(differing) - MOST_BINS]
        return _coarser(bins, max(bins.shift, int(first_to_close).bit_length()), self.marks)


_COLUMNS = ("i8", "f8", "f8", "i8", "i8")


def _keys(values: Array, shift: int, marks: Array) -> Counts:
    """The least key of each value's bin: low bits dropped, but not below a mark that the value reaches."""
    keys = float_keys(values)
    if shift == 0:
        return keys
    floor = (keys >> shift) << shift
    if not len(marks):
        return floor
    bounds = np.concatenate([[np.iinfo(np.int64).min], float_keys(marks)])
    least: Counts = np.maximum(floor, bounds[np.searchsorted(bounds, keys, side="right") - 1])
    return least


def _exact_bins(values: Array, counts: Counts) -> _Bins:
    return _Bins(0, counts, values, values, counts, counts)


def _starts(rising: Array | Counts) -> Counts:
    """Where each run of equal numbers starts."""
    return np.flatnonzero(np.concatenate([[True], rising[1:] != rising[:-1]]))


def _binned(values: Array, shift: int, marks: Array) -> _Bins:
    """The bins of sorted values."""
    runs = _starts(values)
    often = np.diff(runs, append=len(values))
    if shift == 0:
        return _exact_bins(values[runs], often)
    starts = _starts(_keys(values, shift, marks))
    ends = np.append(starts[1:], len(values))
    first = np.searchsorted(runs, starts)
    last = np.append(first[1:], len(runs)) - 1
    return _Bins(shift, ends - starts, values[starts], values[ends - 1], often[first], often[last])


def _coarser(bins: _Bins, shift: int, marks: Array) -> _Bins:
    """The bins with `shift` low bits dropped in all."""
    if shift == bins.shift:
        return bins
    if not len(bins):
        return replace(bins, shift=shift)
    starts = _starts(_keys(bins.low, shift, marks))
    group = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(bins)))
    low, high = bins.low[starts], np.maximum.reduceat(bins.high, starts)
    return _Bins(
        shift, np.add.reduceat(bins.counts, starts), low, high,
        np.add.reduceat(_where(bins.low == low[group], bins.at_low), starts),
        np.add.reduceat(_where(bins.high == high[group], bins.at_high), starts),
    )


def _joined(a: _Bins, b: _Bins, marks: Array) -> _Bins:
    """Both together, with as many bits dropped as either has."""
    shift = max(a.shift, b.shift)
    a, b = _coarser(a, shift, marks), _coarser(b, shift, marks)
    if not len(a) or not len(b):
        return a if len(a) else b
    keys, keys_b = _keys(a.low, shift, marks), _keys(b.low, shift, marks)
    at = np.searchsorted(keys, keys_b)
    shared = keys[np.minimum(at, len(a) - 1)] == keys_b
    i, j, new, at = at[shared], np.flatnonzero(shared), np.flatnonzero(~shared), at[~shared]
    counts = a.counts.copy()
    counts[i] += b.counts[j]
    if shift == 0:
        return _exact_bins(np.insert(a.low, at, b.low[new]), np.insert(counts, at, b.counts[new]))
    _, low, high, at_low, at_high = (column.copy() for column in a.columns)
    low[i], high[i] = np.minimum(a.low[i], b.low[j]), np.maximum(a.high[i], b.high[j])
    at_low[i] = _where(a.low[i] <= b.low[j], a.at_low[i]) + _where(b.low[j] <= a.low[i], b.at_low[j])
    at_high[i] = _where(a.high[i] >= b.high[j], a.at_high[i]) + _where(b.high[j] >= a.high[i], b.at_high[j])
    grown: list[NDArray[Any]] = [counts, low, high, at_low, at_high]
    if len(new):
        grown = [np.insert(x, at, y[new]) for x, y in zip(grown, b.columns, strict=True)]
    return _Bins(shift, *grown)


def _where(holds: NDArray[np.bool_], counts: Counts) -> Counts:
    return np.where(holds, counts, 0)


def _exact_sum(values: Array) -> int:
    """The sum of sorted values in units of 2^-1074: whole numbers, exponent by exponent."""
    bits = values.view(np.int64)
    exponents = bits >> 52  # with the sign
    starts = _starts(exponents)
    high = np.add.reduceat((bits >> 26) & ((1 << 26) - 1), starts)
    low = np.add.reduceat(bits & ((1 << 26) - 1), starts)
    often = np.diff(starts, append=len(values))
    total = 0
    for signed, n, a, b in zip(*(x.tolist() for x in (exponents[starts], often, high, low)), strict=True):
        exponent = signed & 0x7FF
        part = (a << 26) + b + ((n << 52) if exponent else 0)  # the leading bit is not written
        total += (part if signed >= 0 else -part) << max(exponent - 1, 0)
    return total
