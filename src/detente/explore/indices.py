"""Sobol' indices of claims' margins by further runs: first-order and total, with intervals, for independent inputs.

Two independent sets of futures A and B, and for each assumption the set AB_i that is A with that assumption from B.
With f the margin, the estimators are those of Saltelli and others (2010, Computer Physics Communications 181:259)
for the first-order index and of Jansen (1999, ibid. 117:35) for the total one:

    S_i = mean( f(B) (f(AB_i) - f(A)) ) / Var f,      T_i = mean( (f(A) - f(AB_i))^2 ) / (2 Var f).

AB_i has the luck of A, so that T_i holds the assumption's interactions with luck and not luck itself; B has luck of
its own. A and B are halves of one scrambled Sobol' design in eight independent scrambles, whose spread gives the
intervals (90 %, Student's t): no bootstrap is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.claims.intervals import t_quantile
from detente.claims.tally import varying
from detente.language.case import Case, Setting
from detente.language.records import dataclass
from detente.simulate import sobol
from detente.simulate.distributions import inverse

from .altered import Altered, judged
from .shapley import Estimate

Array = NDArray[np.float64]
APART = 1 << 31  # of 2^32 numbers of futures: no run reaches those, which have the luck of B


@dataclass(frozen=True, slots=True)
class Indices:
    """First-order and total index of one assumption."""

    first: Estimate
    total: Estimate


def why_not(case: Case) -> str | None:
    """Why Sobol' indices of a case would mean nothing; None if they do mean something."""
    free = set(varying(case))
    tied = [c for c in case.correlations if set(c.between) <= free]
    if not tied:
        return None
    a, b = tied[0].between
    more = f", and {len(tied) - 1} more pairs" if len(tied) > 1 else ""
    return (
        f"{a} and {b} depend on each other{more}: shares of variance are no longer each assumption's own. "
        "Shapley effects stay valid."
    )


def sobol_indices(
    case: Case, *, base: int = 256, runs: int = 32, seed: int = 1, strategies: Sequence[str] | None = None,
    settings: Sequence[Setting] = (), workers: int | None = None, progress: Callable[[int, int], None] | None = None,
) -> dict[str, dict[str, Indices]]:
    """Claim to assumption to indices, by (k + 2) x `base` futures for k assumptions that vary.

    Claims whose margin is not finite everywhere are left out. Raises ValueError where assumptions are dependent.
    """
    if reason := why_not(case):
        raise ValueError(reason)
    held = {s.name for s in settings}
    names = [n for n in varying(case) if n not in held]
    points = sobol.points(seed, 0, base, 2 * len(names))
    columns = [list(case.assumptions).index(n) for n in names]
    a, b = (_values(case, settings, columns, points[:, h * len(names) :][:, : len(names)]) for h in (0, 1))
    mixed = []
    for column in columns:
        changed = a.copy()
        changed[:, column] = b[:, column]
        mixed.append(changed)
    plays, margins = [(a, 0), (b, APART), *((m, 0) for m in mixed)], []
    claims: tuple[str, ...] = ()
    for done, (values, first) in enumerate(plays, start=1):
        ensemble = Altered(case, values, first=first, runs=runs, seed=seed, strategies=strategies, settings=settings)
        verdicts = judged(ensemble, workers)
        claims = verdicts.claims
        margins.append(verdicts.margin)
        if progress:
            progress(done, len(plays))
    groups = np.arange(base) % sobol.SCRAMBLES
    found = {}
    for row, claim in enumerate(claims):
        f = np.array([margin[row] for margin in margins])
        if np.isfinite(f).all():
            found[claim] = dict(zip(names, indices_of(f[0], f[1], f[2:], groups), strict=True))
    return found


def _values(case: Case, settings: Sequence[Setting], columns: Sequence[int], unit: Array) -> Array:
    assumptions = list(case.assumptions.values())
    p = np.full((len(unit), len(assumptions)), 0.5)
    p[:, columns] = unit
    held = {s.name: s.value for s in settings if s.kind == "assumption"}
    made = [
        np.full(len(unit), held[a.name]) if a.name in held else inverse(a.distribution, p[:, i], 1.0 - p[:, i])
        for i, a in enumerate(assumptions)
    ]
    return np.stack(made, axis=1)


def indices_of(a: Array, b: Array, ab: Array, groups: NDArray[np.int64]) -> list[Indices]:
    """The indices from values f(A), f(B) [future] and f(AB_i) [assumption, future]; `groups` are independent."""
    parts = [_indices(a, b, ab)]
    parts += [_indices(a[groups == g], b[groups == g], ab[:, groups == g]) for g in np.unique(groups)]
    return [
        Indices(*(_estimate([part[which][i] for part in parts]) for which in (0, 1))) for i in range(len(ab))
    ]


def _indices(a: Array, b: Array, ab: Array) -> tuple[Array, Array]:
    both = np.concatenate([a, b])
    variance = float(both.var())
    if variance <= 1e-24:
        return np.zeros(len(ab)), np.zeros(len(ab))
    centred = b - both.mean()
    return np.mean(centred * (ab - a), axis=1) / variance, np.mean((a - ab) ** 2, axis=1) / (2 * variance)


def _estimate(values: list[float]) -> Estimate:
    """The whole's value first, then those of the groups, whose spread gives the interval."""
    value, groups = float(values[0]), np.array(values[1:])
    if len(groups) < 2:
        return Estimate(value, float("nan"), float("nan"))
    half = t_quantile(0.95, len(groups) - 1) * float(groups.std(ddof=1)) / np.sqrt(len(groups))
    return Estimate(value, value - half, value + half)
