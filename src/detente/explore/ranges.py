"""Verdicts with every range halved and doubled: whether a conclusion hangs on how sure the ranges are.

Values move towards their median, or away from it, by the factor: of an assumption that can be negative, on its own
scale; of one that cannot, by ratio; of a share between 0 and 1, by odds. So nothing leaves where it must lie.
Rivals have no range and keep their weights; values beyond `within` are held at it. Luck is that of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.claims.judge import Judge
from detente.claims.result import Verdict
from detente.claims.tally import Tally, varying
from detente.language.case import Assumption, Case, Setting, Truncated
from detente.language.support import support
from detente.simulate.distributions import inverse
from detente.simulate.ensemble import Ensemble

from .altered import Altered, judged

Array = NDArray[np.float64]
FACTORS = {"halved": 0.5, "doubled": 2.0}


def verdicts_at(
    case: Case, *, futures: int = 1024, runs: int = 32, seed: int = 1, strategies: Sequence[str] | None = None,
    settings: Sequence[Setting] = (), workers: int | None = None, progress: Callable[[int, int], None] | None = None,
) -> dict[str, Mapping[str, Verdict]]:
    """`halved` and `doubled` to the verdict of each claim. Raises `Refused` where a wider range cannot be played."""
    plain = Ensemble(case, futures=futures, runs=runs, seed=seed, strategies=strategies, settings=settings)
    values = plain.draw(0, futures).values
    held = {s.name for s in settings}
    found: dict[str, Mapping[str, Verdict]] = {}
    for done, (name, factor) in enumerate(FACTORS.items()):
        moved = values.copy()
        for i, assumption in enumerate(case.assumptions.values()):
            if assumption.name in varying(case) and assumption.name not in held and not assumption.rivals:
                moved[:, i] = stretched(assumption, values[:, i], factor)
        ensemble = Altered(case, moved, runs=runs, seed=seed, strategies=strategies, settings=settings)
        tally = Tally(Judge(ensemble.case, ensemble.strategies, runs))
        tally.add(judged(ensemble, workers))
        found[name] = tally.verdicts()
        if progress:
            progress(done + 1, len(FACTORS))
    return found


def stretched(assumption: Assumption, values: Array, factor: float) -> Array:
    """Values moved away from their median by a factor, on the scale that the assumption lies on."""
    half = np.array([0.5])
    median = float(inverse(assumption.distribution, half, half)[0])
    inner = assumption.distribution
    bounds = (inner.low, inner.high) if isinstance(inner, Truncated) else (-np.inf, np.inf)
    low, high = support(inner)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        if low >= 0 and high <= 1 and 0 < median < 1:
            odds = (median / (1 - median)) * ((values / (1 - values)) / (median / (1 - median))) ** factor
            moved = np.where(values >= 1, 1.0, odds / (1 + odds))
        elif low >= 0 and median > 0:
            moved = median * (values / median) ** factor
        else:
            moved = median + factor * (values - median)
    return np.asarray(np.clip(moved, *bounds))
