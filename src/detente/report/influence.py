"""What a claim hangs on: how much of the difference between futures each assumption makes, read off the futures.

The share of the variance of a claim's truth (1 or 0) that an assumption explains by itself is that of its means
over equal parts of the assumption's range: S = Var(E[holds | part]) / Var(holds), less what parts of that size
show by chance (a given-data estimate of the first-order Sobol' index; Plischke 2010, Reliability Engineering and
System Safety 95:354). Beside it stand the shares at the two ends of the range, or under each rival.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.claims.tally import varying

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
    if claim not in margins.claims:
        return ()
    row = margins.claims.index(claim)
    count = min(MOST, len(margins.futures))
    holds = margins.holds[row, :count].astype(float)
    counted = ~margins.left_out[row, :count]
    if counted.sum() < PARTS * 8 or not 0 < holds[counted].mean() < 1:
        return ()
    drawn = results.draws(count)
    found = []
    for i, name in enumerate(drawn.names):
        if name in varying(results.case):
            rivals = results.case.assumptions[name].rivals
            place = drawn.values[counted, i] if rivals else drawn.coordinates[counted, i]
            found.append(_influence(name, rivals, place, holds[counted]))
    return tuple(sorted((one for one in found if one.explained >= LEAST), key=lambda one: -one.explained))


def _influence(name: str, rivals: tuple[str, ...], place: Array, holds: Array) -> Influence:
    if rivals:
        part = place.astype(int)
        ends = tuple((rival, float(holds[part == k].mean())) for k, rival in enumerate(rivals) if (part == k).any())
        return Influence(name, _explained(part, holds, len(rivals)), ends)
    rank = np.argsort(np.argsort(place, kind="stable"), kind="stable")
    part = rank * PARTS // len(rank)
    third = rank * ENDS // len(rank)
    ends = (
        ("lowest third", float(holds[third == 0].mean())),
        ("highest third", float(holds[third == ENDS - 1].mean())),
    )
    return Influence(name, _explained(part, holds, PARTS), ends)


def _explained(part: NDArray[np.int64], holds: Array, parts: int) -> float:
    n = np.bincount(part, minlength=parts)
    used = n > 0
    means = np.bincount(part, holds, minlength=parts)[used] / n[used]
    total = float(holds.var())
    between = float((n[used] * (means - holds.mean()) ** 2).sum()) / len(holds)
    chance = (int(used.sum()) - 1) / len(holds) * total
    return max(0.0, (between - chance) / total)
