"""Futures: draws of all assumptions of a case, each a function of (seed, number of the future) alone.

A varying assumption has a dimension of its own, in the order of the file; the point's coordinate is the share of
its distribution that lies below its value. Assumptions named in `correlations` are made dependent in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.language.case import Assumption, Case, Correlation, Fixed
from detente.language.records import dataclass

from . import latin, sobol
from .copula import cholesky, correlate, correlation_matrix
from .distributions import inverses

Array = NDArray[np.float64]
Design = Literal["sobol", "lhs"]
SCRAMBLES = sobol.SCRAMBLES


@dataclass(frozen=True, slots=True)
class Futures:
    """Futures `first` to `first + len(self) - 1`; columns are the assumptions `names`, in the order of the file."""

    first: int
    names: tuple[str, ...]
    values: Array  # [future, assumption], own units; the index of the rival for a `one_of`
    internal: Array  # the same as expressions read it: time in years
    coordinates: Array  # [future, assumption], the share of the distribution below the value; 1/2 where it is fixed

    def __len__(self) -> int:
        return len(self.values)

    def part(self, start: int, count: int) -> Futures:
        """`count` of these futures, from position `start`."""
        rows = slice(start, start + count)
        return Futures(
            self.first + start, self.names, self.values[rows], self.internal[rows], self.coordinates[rows]
        )

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The number of each future."""
        return np.arange(self.first, self.first + len(self))

    @property
    def scrambles(self) -> NDArray[np.int64]:
        """The scramble (or hypercube) that each future belongs to."""
        return self.numbers % SCRAMBLES


def joined(parts: Sequence[Futures]) -> Futures:
    """Stretches of futures that follow each other, as one."""
    if len(parts) == 1:
        return parts[0]
    arrays = (np.concatenate([getattr(p, name) for p in parts]) for name in ("values", "internal", "coordinates"))
    return Futures(parts[0].first, parts[0].names, *arrays)


def draw(
    case: Case, seed: int, first: int, count: int, design: Design = "sobol", total: int | None = None,
    fixed: Mapping[str, float] | None = None,
) -> Futures:
    """Draw futures `first` to `first + count - 1`, the same whatever else is drawn with them.

    `design="lhs"` needs the `total` of futures. `fixed` holds assumptions at a value (own unit, or index of the
    rival) and leaves the draws of the others as they are. Raises ValueError for a seed or numbers out of range, and
    for correlations or truncations that cannot be.
    """
    assumptions = tuple(case.assumptions.values())
    varying = [i for i, a in enumerate(assumptions) if not isinstance(a.distribution, Fixed)]
    unit = _points(design, seed, first, count, len(varying), total)
    p = np.full((count, len(assumptions)), 0.5)
    p[:, varying] = unit
    q = 1.0 - p
    together = _together(assumptions, case.correlations)
    if together:
        p[:, together], q[:, together] = correlate(_factor(assumptions, case.correlations), p[:, together])
    values = np.empty_like(p)
    drawn = [i for i, a in enumerate(assumptions) if a.name not in (fixed or {})]
    values[:, drawn] = inverses([assumptions[i].distribution for i in drawn], p[:, drawn], q[:, drawn])
    names = tuple(a.name for a in assumptions)
    return held(case, Futures(first, names, values, values, p), fixed or {})


def held(case: Case, drawn: Futures, fixed: Mapping[str, float]) -> Futures:
    """Futures with assumptions held at a value (own unit, or index of the rival), the others as they were drawn."""
    values = drawn.values.copy() if fixed else drawn.values
    for name, value in fixed.items():
        values[:, drawn.names.index(name)] = value
    return replace(drawn, values=values, internal=values * np.array([a.factor for a in case.assumptions.values()]))


def _points(design: Design, seed: int, first: int, count: int, dimensions: int, total: int | None) -> Array:
    if design == "sobol":
        return sobol.points(seed, first, count, dimensions)
    if total is None:
        raise ValueError("a Latin hypercube needs the total of futures")
    return latin.points(seed, first, count, dimensions, total)


def _together(assumptions: tuple[Assumption, ...], correlations: tuple[Correlation, ...]) -> list[int]:
    """The varying assumptions that some correlation names."""
    named = {name for correlation in correlations for name in correlation.between}
    return [
        i for i, assumption in enumerate(assumptions)
        if assumption.name in named and not isinstance(assumption.distribution, Fixed)
    ]


@lru_cache(maxsize=16)
def _factor(assumptions: tuple[Assumption, ...], correlations: tuple[Correlation, ...]) -> Array:
    names = [assumptions[i].name for i in _together(assumptions, correlations)]
    return cholesky(correlation_matrix(names, correlations))
