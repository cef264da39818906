"""Functions of the assumptions that a regression may use: polynomials of each, and products of pairs.

Numeric assumptions enter by their ranks u: as normal scores, exact for linear dependence on normal values, and as
Legendre polynomials of 2u - 1, exact for polynomials of uniform ones. Rivals enter as indicators. The number of
functions is held to a tenth of the futures, so that a regression on all of them means something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from detente.language.records import dataclass

from .table import Array, Table, mid_ranks

MOST_COLUMNS, FUTURES_A_COLUMN = 400, 10
MOST_DEGREE, MAIN_SHARE = 10, 0.6


@dataclass(frozen=True, eq=False)
class Basis:
    """`columns` is [future, function], centred and of variance 1; `of` says which assumptions (by number) each
    function belongs to, one or two."""

    columns: Array
    of: tuple[tuple[int, ...], ...]


def basis_of(table: Table) -> Basis:
    """The functions that as many futures as the table has allow."""
    rivals = {table.names.index(name): len(names) for name, names in table.rivals.items()}
    return make_basis(table.values, rivals)


def make_basis(values: Array, rivals: Mapping[int, int] | None = None) -> Basis:
    """The functions of [future, assumption] values; `rivals` maps categorical columns to their numbers of levels."""
    levels = rivals or {}
    count, width = values.shape
    room = min(MOST_COLUMNS, max(width, count // FUTURES_A_COLUMN))
    degree = int(np.clip(MAIN_SHARE * room / max(1, width) - 1, 1, MOST_DEGREE))
    mains = [_main(values[:, j], levels.get(j), degree) for j in range(width)]
    columns = [c for parts in mains for c in parts]
    of: list[tuple[int, ...]] = [(j,) for j, parts in enumerate(mains) for _ in parts]
    for i, j, a, b in _pairs(mains, levels, room - len(columns)):
        columns.append(mains[i][a] * mains[j][b])
        of.append((i, j))
    return _standard(np.array(columns).reshape(len(columns), count).T, of)


def _main(values: Array, levels: int | None, degree: int) -> list[Array]:
    """Functions of one assumption, the simplest first."""
    if levels is not None:
        return [(values == level).astype(float) - float(np.mean(values == level)) for level in range(1, levels)]
    from scipy.special import eval_legendre, ndtri

    u = mid_ranks(values)
    made = [eval_legendre(n, 2 * u - 1) for n in range(1, degree + 1)]
    return [*made, ndtri(u)] if degree > 1 else [ndtri(u)]


def _pairs(
    mains: Sequence[Sequence[Array]], levels: Mapping[int, int], room: int
) -> list[tuple[int, int, int, int]]:
    """Which products to take, those of low degree first: all pairs of a degree, or none."""
    kept: list[tuple[int, int, int, int]] = []
    for degree in range(MOST_DEGREE):
        new = [
            (i, j, a, b)
            for i, j in combinations(range(len(mains)), 2)
            for a in range(_most(mains[i], i in levels)) for b in range(_most(mains[j], j in levels))
            if (0 if i in levels else a) + (0 if j in levels else b) == degree
        ]
        if not new or len(kept) + len(new) > room:
            return kept
        kept += new
    return kept


def _most(parts: Sequence[Array], categorical: bool) -> int:
    return len(parts) if categorical or len(parts) == 1 else len(parts) - 1  # not the normal score, but alone


def _standard(columns: Array, of: list[tuple[int, ...]]) -> Basis:
    columns = columns - columns.mean(axis=0)
    spread = columns.std(axis=0)
    kept = spread > 1e-12
    return Basis(columns[:, kept] / spread[kept], tuple(o for o, k in zip(of, kept, strict=True) if k))
