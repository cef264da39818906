"""Further runs in futures that nobody drew: the same case, with assumptions set as an analysis needs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from detente.claims.judge import BlockVerdicts, Judge
from detente.claims.run import RUNS_A_BLOCK, to_judge
from detente.claims.tally import joined
from detente.language.case import Case, Setting
from detente.simulate.ensemble import Ensemble
from detente.simulate.futures import Futures

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]


class Altered(Ensemble):
    """An ensemble whose futures are given: `values` [future, assumption] in own units (rivals by number), in the
    order of the case. Future i has the luck of number `first + i`."""

    def __init__(
        self, case: Case, values: Array, *, first: int = 0, runs: int = 32, seed: int = 1,
        strategies: Sequence[str] | None = None, settings: Sequence[Setting] = (),
    ) -> None:
        super().__init__(case, futures=len(values), runs=runs, seed=seed, strategies=strategies, settings=settings)
        factors = np.array([a.factor for a in case.assumptions.values()])
        names = tuple(case.assumptions)
        self._given = Futures(first, names, values, values * factors, np.full_like(values, 0.5))

    def draw(self, first: int, count: int) -> Futures:
        """Some of the given futures, by position."""
        return self._given.part(first, count)


def judged(ensemble: Ensemble, workers: int | None = None, progress: Progress | None = None) -> BlockVerdicts:
    """What all claims say in an ensemble's futures, in their order; nothing else is kept."""
    judge = Judge(ensemble.case, ensemble.strategies, ensemble.runs)
    size = max(1, RUNS_A_BLOCK // ensemble.runs)
    starts = range(0, ensemble.futures, size)
    _ = ensemble.kernel

    def one(first: int) -> BlockVerdicts:
        block = ensemble.block(first, min(size, ensemble.futures - first))
        return judge.take(to_judge(ensemble, block))

    parts = []
    with ThreadPoolExecutor(workers or cpu_count() or 1) as pool:
        for done, part in enumerate(pool.map(one, starts), start=1):
            parts.append(part)
            if progress:
                progress(done, len(starts))
    return joined(parts)
