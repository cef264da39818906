"""How much of a variance each assumption explains, read off given data: first-order shares and Shapley effects.

With v(u) the share of the variance of y that the assumptions u explain together, Var(E[y | x_u]) / Var(y), the
Shapley effect of one of them is the mean of v(u and it) - v(u) over all orders in which assumptions may be revealed
(Owen 2014, SIAM/ASA J. Uncertainty Quantification 2:245). The effects add up to what all explain together, and
mean something when assumptions depend on each other, where Sobol' indices do not (Song, Nelson and Staum 2016,
ibid. 4:1060).

v(u) is estimated by regression on functions of x_u alone (`basis.py`): its adjusted coefficient of determination.
One Cholesky factor of the functions' moments, in the order in which assumptions are revealed, yields v of all the
first ones at once, since y's products with the orthogonal functions are the increments; so an order costs one
small factorisation whatever the number of futures. (For linear functions this is the measure of Lindeman, Merenda
and Gold 1980.) Interactions of three assumptions or more, and the luck left in the margins, stay unexplained.

Intervals (90 %) are by the jackknife over the independent scrambles of the design.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from detente.claims.intervals import t_quantile
from detente.language.records import dataclass

from .basis import Basis
from .table import Array

ORDERS = 64
EXACT = 120  # orders, where there are no more
RIDGE = 1e-9
Order = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 90 % interval."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, object]:
        """`value` and `interval`."""
        return {"value": self.value, "interval": [self.low, self.high]}


@dataclass(frozen=True, eq=False)
class Explained:
    """By response and assumption: `first` and `shapley` as [response][assumption] estimates; `whole` is what all
    assumptions explain together."""

    first: tuple[tuple[Estimate, ...], ...]
    shapley: tuple[tuple[Estimate, ...], ...]
    whole: tuple[Estimate, ...]


@dataclass(frozen=True, eq=False)
class _Moments:
    """Sums over futures of the functions' and responses' products."""

    count: int
    gram: Array  # [function, function]
    cross: Array  # [function, response]
    total: Array  # [response], sums of squares

    def minus(self, other: _Moments) -> _Moments:
        return _Moments(self.count - other.count, self.gram - other.gram, self.cross - other.cross,
                        self.total - other.total)


def explained(basis: Basis, responses: Array, groups: NDArray[np.int64], width: int, seed: int = 1) -> Explained:
    """What each of `width` assumptions explains of each response.

    `responses` is [future, response]; `groups` numbers the independent part of the design of each future. A response
    that does not vary is explained by nothing (all 0).
    """
    centred = responses - responses.mean(axis=0)
    spread = centred.std(axis=0)
    y = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12)
    orders = list(_orders(width, seed))
    whole = _moments(basis.columns, y)
    full = _effects(whole, basis, orders, width)
    parts = [_moments(basis.columns[groups == g], y[groups == g]) for g in np.unique(groups)]
    usable = len(parts) > 1 and whole.count > 2 * len(whole.gram) + 2
    without = [_effects(whole.minus(part), basis, orders, width) for part in parts] if usable else []
    first, shapley, together = (
        _with_intervals(full[i], [w[i] for w in without]) for i in range(3)
    )
    return Explained(first, shapley, tuple(one[0] for one in together))


def _moments(x: Array, y: Array) -> _Moments:
    return _Moments(len(x), x.T @ x, x.T @ y, (y * y).sum(axis=0))


def _orders(width: int, seed: int) -> Iterator[Order]:
    """Orders in pairs, one the reverse of the other; all of them where they are few."""
    if width <= 8 and factorial(width) <= EXACT:
        yield from (np.array(order, np.int64) for order in permutations(range(width)))
        return
    rng = np.random.default_rng(seed)
    for _ in range(ORDERS // 2):
        order = rng.permutation(width)
        yield order
        yield order[::-1]


def _effects(moments: _Moments, basis: Basis, orders: list[Order], width: int) -> tuple[Array, Array, Array]:
    """First-order shares and Shapley effects [assumption, response], and what all explain [1, response]."""
    own = [[f for f, of in enumerate(basis.of) if of == (j,)] for j in range(width)]
    first = np.array([_share(moments, np.array(f, np.int64))[-1] for f in own])
    effects = np.zeros_like(first)
    shares = np.zeros((1, first.shape[1]))
    for order in orders:
        place = np.empty(width, np.int64)
        place[order] = np.arange(width)
        revealed = np.array([max(place[j] for j in of) for of in basis.of], np.int64)
        functions = np.argsort(revealed, kind="stable")
        upto = np.searchsorted(revealed[functions], np.arange(width), side="right")
        shares = _share(moments, functions)[upto]
        effects[order] += np.diff(shares, axis=0, prepend=0.0) / len(orders)
    return first, effects, shares[-1:]


def _share(moments: _Moments, functions: Order) -> Array:
    """The adjusted share explained by the first 0, 1, 2, .. of some functions, [0..functions, response]."""
    size = len(functions)
    explained = np.zeros((size + 1, moments.cross.shape[1]))
    if size:
        # the factor of the moments bordered by the responses' holds their products with the orthogonal functions
        border = moments.cross[functions]
        gram = moments.gram[np.ix_(functions, functions)] + RIDGE * moments.count * np.eye(size)
        large = np.diag(1.0 + 2.0 * border.shape[1] * moments.total)
        parts = np.linalg.cholesky(np.block([[gram, border], [border.T, large]]))[size:, :size].T
        total = np.where(moments.total > 0, moments.total, 1.0)
        explained[1:] = np.cumsum(parts**2, axis=0) / total
    used = np.arange(size + 1)[:, None]
    left = np.maximum(moments.count - 1 - used, 1)
    adjusted = 1 - (1 - explained) * (moments.count - 1) / left
    return np.where(moments.total > 0, adjusted, 0.0)


def _with_intervals(full: Array, without: list[Array]) -> tuple[tuple[Estimate, ...], ...]:
    """[assumption, response] as [response][assumption], with jackknife intervals."""
    if without:
        count = len(without)
        spread = np.array(without) - np.mean(without, axis=0)
        half = t_quantile(0.95, count - 1) * np.sqrt((count - 1) / count * (spread**2).sum(axis=0))
    else:
        half = np.full_like(full, np.nan)
    return tuple(
        tuple(Estimate(float(v), float(v - h), float(v + h)) for v, h in zip(full[:, r], half[:, r], strict=True))
        for r in range(full.shape[1])
    )
