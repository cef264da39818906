"""Numbers as their writer meant them.

A float stands for the decimal that it prints as: 0.35 is 35/100, not the nearest binary fraction. So
everything here is computed in whole numbers and fractions, and rounded once, at the end. `read` turns
an argument into exact numbers or says what is wrong with it; `spread` applies a computation on exact
numbers to single values or, by NumPy's broadcasting, to arrays of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial
from reprlib import repr as short
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Number: TypeAlias = int | float | Fraction | Decimal | np.integer[Any] | np.floating[Any]
Numbers: TypeAlias = Number | npt.NDArray[Any] | Sequence[Any]
Answer: TypeAlias = Any
"""A float (a `Fraction` with `exact=True`) for single values, an array of them for arrays."""

_DIGITS = 10_000
"""Decimals further from 1 than so many digits are refused rather than written out."""

_SCALARS = (int, float, Fraction, Decimal, np.integer, np.floating)


@dataclass(frozen=True)
class Kind:
    """What an argument may be: the words for the message, and the test."""

    allowed: str
    accepts: Callable[[Fraction], bool]
    whole: bool = False


PROBABILITY = Kind("a number from 0 to 1", lambda x: 0 <= x <= 1)
CHANCE = Kind("a number above 0, up to 1", lambda x: 0 < x <= 1)
OPEN_PROBABILITY = Kind("a number between 0 and 1", lambda x: 0 < x < 1)
AMOUNT = Kind("a finite number, 0 or more", lambda x: x >= 0)
POSITIVE = Kind("a finite number above 0", lambda x: x > 0)
COUNT = Kind("a whole number, 0 or more", lambda x: x >= 0, whole=True)
POSITIVE_COUNT = Kind("a whole number, 1 or more", lambda x: x >= 1, whole=True)


def refuse(name: str, allowed: str, value: object) -> ValueError:
    """The one wording for a bad argument: which, what is allowed, what it was."""
    shown = str(value) if isinstance(value, (*_SCALARS, np.bool_)) else short(value)
    shown = "a mapping" if isinstance(value, dict) else shown
    return ValueError(f"{name} must be {allowed}, not {shown if len(shown) <= 80 else shown[:77] + '...'}")


def _fraction(value: object) -> Fraction | None:
    """The number that the value prints as, or None where it is none (a bool, text, NaN, infinity)."""
    if isinstance(value, bool) or not isinstance(value, _SCALARS):
        return None
    if isinstance(value, (int, Fraction)):
        return Fraction(value)
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) > _DIGITS:
        return None
    try:
        return Fraction(str(value))
    except ValueError:
        return None


def _accepted(value: object, kind: Kind) -> Fraction | None:
    number = _fraction(value)
    if number is None or not kind.accepts(number) or (kind.whole and number.denominator != 1):
        return None
    return number


def read_one(name: str, value: object, kind: Kind) -> Fraction:
    """One exact number of this kind, or a ValueError."""
    number = _accepted(value, kind)
    if number is None:
        raise refuse(name, kind.allowed, value)
    return number


def count(name: str, value: object, kind: Kind = COUNT) -> int:
    """One whole number, 0 or more unless `kind` says otherwise."""
    return read_one(name, value, kind).numerator


def sequence(name: str, values: object, kind: Kind, length: int | None = None) -> list[Fraction]:
    """A list of exact numbers, of the given length where one is given."""
    if isinstance(values, np.ndarray):
        values = list(values)
    if not isinstance(values, (list, tuple)):
        raise refuse(name, "a list of numbers", values)
    if length is not None and len(values) != length:
        raise ValueError(f"{name} must have {length} entries, not {len(values)}")
    return [read_one(f"{name}[{i}]", value, kind) for i, value in enumerate(values)]


def read(name: str, value: object, kind: Kind) -> Any:
    """An exact number (an int for counts), or an object array of them where `value` is an array or list."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if not isinstance(value, (np.ndarray, list, tuple)):
        number = read_one(name, value, kind)
        return number.numerator if kind.whole else number
    array = _as_array(name, value)
    accepted = lru_cache(maxsize=4096, typed=True)(partial(_accepted, kind=kind))
    result = np.empty(array.shape, dtype=object)
    for place, cell in np.ndenumerate(array):
        known = accepted(cell) if isinstance(cell, _SCALARS) else None
        if known is None:
            raise refuse(f"{name}[{', '.join(map(str, place))}]", kind.allowed, cell)
        result[place] = known.numerator if kind.whole else known
    return result


def _as_array(name: str, value: Any) -> npt.NDArray[Any]:
    """An array whose cells keep their types; a ragged list is refused."""
    if isinstance(value, np.ndarray):
        return value
    try:
        np.shape(value)
    except ValueError:
        raise refuse(name, "a number or a rectangular array of numbers", value) from None
    return np.array(value, dtype=object)


def rounded(value: Fraction | float) -> float:
    """The nearest float; a ValueError where there is none."""
    try:
        return float(value)
    except OverflowError:
        raise ValueError("the result is too large for a float; ask with exact=True") from None


def _same(value: Any) -> Any:
    return value


def spread(compute: Callable[..., Any], exact: bool, *values: Any, finish: Callable[[Any], Any] | None = None) -> Any:
    """`compute` on exact numbers: once, or over broadcast arrays, equal arguments computed once."""
    finish = finish or (_same if exact else rounded)
    if not any(isinstance(value, np.ndarray) for value in values):
        return finish(compute(*values))
    columns = _broadcast(values)
    shape = columns[0].shape
    once = lru_cache(maxsize=65536)(lambda *row: finish(compute(*row)))
    found = [once(*row) for row in zip(*(column.ravel() for column in columns), strict=True)]
    result = np.empty(len(found), dtype=object)
    result[:] = found
    dtype = object if finish is _same else (int if finish is int else float)
    return result.astype(dtype).reshape(shape)


def _broadcast(values: tuple[Any, ...]) -> tuple[npt.NDArray[Any], ...]:
    arrays = [value if isinstance(value, np.ndarray) else _lonely(value) for value in values]
    try:
        return tuple(np.broadcast_arrays(*arrays))
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in arrays if array.ndim)
        raise ValueError(f"arrays must have shapes that broadcast together, not {shapes}") from None


def _lonely(value: Any) -> npt.NDArray[Any]:
    array = np.empty((), dtype=object)
    array[()] = value
    return array


def choice(name: str, value: object, allowed: tuple[str, ...]) -> str:
    """One of a few words, or a ValueError that lists them."""
    if isinstance(value, str) and value in allowed:
        return value
    raise refuse(name, "one of " + ", ".join(allowed), value)
