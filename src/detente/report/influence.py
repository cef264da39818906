"""What a claim hangs on: how much of the difference between futures each assumption makes, read off the futures.

The share of the variance of a claim's truth (1 or 0) that an assumption explains by itself is that of its means
over equal parts of the assumption's range: S = Var(E[holds | part]) / Var(holds), less what parts of that size
show by chance (a given-data estimate of the first-order Sobol' index; Plischke 2010, Reliability Engineering and
System Safety 95:354). Beside it stand the shares at the two ends of the range, or under each rival.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.claims.tally import varying
from detente.language.records import dataclass

from .results import Results

Array = NDArray[np.float64]
PARTS, ENDS = 8, 3
LEAST = 0.01
MOST = 4096


@dataclass(frozen=True, slots=True)
class Influence:
    """`explained` is the share of a claim's variance; `ends` are (what, share of futures in which it holds)."""

    assumption: str
    explained: float
    ends: tuple[tuple[str, float], ...]


def influences(results: Results, claim: str) -> tuple[Influence, ...]:
    """The assumptions that matter for a claim, the most important first."""
    margins = results.judged.margins
    if claim not in margins.claims:
        return ()
    row = margins.claims.index(claim)
    count = min(MOST, len(margins.futures))
    holds = margins.holds[row, :count].astype(float)
    counted = ~margins.left_out[row, :count]
    if counted.sum() < PARTS * 8 or not 0 < holds[counted].mean() < 1:
        return ()
    found = [_influence(name, part, counted, holds[counted]) for name, part in results.parts.items()]
    return tuple(sorted((one for one in found if one.explained >= LEAST), key=lambda one: -one.explained))


@dataclass(frozen=True, slots=True)
class Parts:
    """Which part of an assumption's range each future lies in, and which third; or its rival, by number."""

    rivals: tuple[str, ...]
    part: NDArray[np.int64]
    third: NDArray[np.int64]


def parts_of(results: Results) -> dict[str, Parts]:
    """The parts of every assumption that varies, for the first futures."""
    drawn = results.draws(min(MOST, len(results.judged.margins.futures)))
    found = {}
    for name in varying(results.case):
        column = drawn.names.index(name)
        rivals = results.case.assumptions[name].rivals
        if rivals:
            part = drawn.values[:, column].astype(np.int64)
            found[name] = Parts(rivals, part, part)
        else:
            order = np.argsort(drawn.coordinates[:, column], kind="stable")
            rank = np.empty_like(order)
            rank[order] = np.arange(len(order))
            found[name] = Parts((), rank * PARTS // len(rank), rank * ENDS // len(rank))
    return found


def _influence(name: str, parts: Parts, counted: NDArray[np.bool_], holds: Array) -> Influence:
    part, third = parts.part[counted], parts.third[counted]
    if parts.rivals:
        means = _means(part, holds, len(parts.rivals))
        ends = tuple((rival, float(m)) for rival, m in zip(parts.rivals, means, strict=True) if not np.isnan(m))
        return Influence(name, _explained(part, holds, len(parts.rivals)), ends)
    means = _means(third, holds, ENDS)
    ends = (("lowest third", float(means[0])), ("highest third", float(means[-1])))
    return Influence(name, _explained(part, holds, PARTS), ends)


def _means(part: NDArray[np.int64], holds: Array, parts: int) -> Array:
    """The mean in each part, NaN in an empty one."""
    n = np.bincount(part, minlength=parts)
    return np.where(n > 0, np.bincount(part, holds, minlength=parts) / np.maximum(n, 1), np.nan)


def _explained(part: NDArray[np.int64], holds: Array, parts: int) -> float:
    n = np.bincount(part, minlength=parts)
    used = n > 0
    means = np.bincount(part, holds, minlength=parts)[used] / n[used]
    total = float(holds.var())
    between = float((n[used] * (means - holds.mean()) ** 2).sum()) / len(holds)
    chance = (int(used.sum()) - 1) / len(holds) * total
    return max(0.0, (between - chance) / total)
