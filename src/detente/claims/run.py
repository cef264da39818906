"""Playing and judging: the ensemble's blocks judged as they come, summed up, and returned with how it was done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import field
from functools import partial
from os import cpu_count
from typing import Any

from detente.language.case import Case, Setting
from detente.language.records import dataclass
from detente.simulate import ensemble as simulate
from detente.simulate.bands import Band, empty_bands, merged, quantile_bands
from detente.simulate.by_future import ByFuture
from detente.simulate.ensemble import Ensemble
from detente.simulate.futures import Design, draw, held
from detente.simulate.summary import MeasureSummary, Summary

from .checks import CHECK_FUTURES, run_checks
from .clocks import dates, races
from .judge import Block, BlockVerdicts, Judge
from .result import CheckResult, Verdict
from .tally import Tally

RUNS_A_BLOCK = 2048
FORMAT = 1


@dataclass(frozen=True)
class Judged:
    """What a run says: verdicts of the claims, summaries of the measures, bands of the quantities.

    `margins` holds each claim's margin, truth and settledness by future, for exploration without new runs.
    """

    case: Case = field(repr=False)
    seed: int
    futures: int
    runs: int
    strategies: tuple[str, ...]
    claims: Mapping[str, Verdict]
    measures: Mapping[str, Mapping[str, MeasureSummary]] = field(repr=False)
    clipped: Mapping[str, Mapping[str, float]] = field(repr=False)
    bands: Mapping[str, Mapping[str, Band]] = field(repr=False)
    margins: BlockVerdicts = field(repr=False)
    settings: tuple[Setting, ...] = ()
    ensemble: Ensemble = field(default=None, repr=False)  # type: ignore[assignment]
    by_future: ByFuture | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """The documented object of `detente run --json`."""
        return {
            "format": FORMAT, "case": self.case.name, "seed": self.seed, "futures": self.futures, "runs": self.runs,
            "strategies": {
                name: {"measures": {m: s.to_json() for m, s in measures.items()}}
                for name, measures in self.measures.items()
            },
            "claims": {name: verdict.to_json() for name, verdict in self.claims.items()},
        }

    def frame(self) -> Any:
        """The measures as a polars data frame, one row for each strategy and measure."""
        import polars as pl

        from detente.simulate.summary import as_rows

        rows = as_rows(self.measures)
        text = {"mean", "q05", "q50", "q95"}
        return pl.DataFrame([{k: str(v) if k in text and v is not None else v for k, v in r.items()} for r in rows])


def judge(
    case: Case, *, futures: int = 1024, runs: int = 32, seed: int = 1, strategies: Sequence[str] | None = None,
    settings: Sequence[Setting] = (), workers: int | None = None, design: Design = "sobol",
    bands: bool = True, progress: Callable[[int, int], None] | None = None,
) -> Judged:
    """Play a case and judge its claims. The result depends on case, seed and counts alone, not on `workers`.

    Raises `Refused` where a run cannot be played on, naming quantity, step and expression.
    """
    ensemble = Ensemble(
        case, futures=futures, runs=runs, seed=seed, strategies=strategies, settings=settings, design=design
    )
    judge_ = Judge(ensemble.case, ensemble.strategies, runs)
    tally, part = Tally(judge_), _Parts(ensemble, bands)
    size = max(1, RUNS_A_BLOCK // runs)
    starts = range(0, futures, size)
    with _threads(workers) as pool:
        tasks = [pool.submit(_block, judge_, ensemble, part, first, min(size, futures - first)) for first in starts]
        for done, task in enumerate(tasks):
            tally.add(task.result())
            if progress:
                progress(done + 1, len(tasks))
    summary = part.summary()
    return Judged(
        case=ensemble.case, seed=seed, futures=futures, runs=runs, strategies=ensemble.strategies,
        claims=tally.verdicts(), measures=summary.measures(), clipped=summary.clipped(), bands=part.bands(),
        margins=tally.whole(), settings=tuple(settings), ensemble=ensemble, by_future=part.by_future,
    )


@contextmanager
def _threads(workers: int | None) -> Iterator[ThreadPoolExecutor]:
    """Threads that drop what they have not begun when one of them fails or the user stops, whenever that is."""
    pool = ThreadPoolExecutor(workers or cpu_count() or 1)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def check(case: Case, *, seed: int = 1) -> tuple[CheckResult, ...]:
    """The results of the case's own `checks:`. All look at the same futures, drawn once."""
    drawn = draw(case, seed, 0, CHECK_FUTURES)

    def play(settings: tuple[Setting, ...], strategies: tuple[str, ...], futures: int, runs: int) -> Block:
        ensemble = Ensemble(
            case, futures=futures, runs=runs, seed=seed, strategies=strategies, settings=settings
        )
        return to_judge(ensemble, ensemble.played(held(case, drawn.part(0, futures), ensemble.fixed)))

    return run_checks(case, play)


class _Parts:
    """What each thread collects for itself: a summary, and histograms of the series."""

    def __init__(self, ensemble: Ensemble, bands: bool) -> None:
        self._ensemble, self._local, self._all = ensemble, threading.local(), list[Any]()
        self._lock = threading.Lock()
        self._empty = empty_bands(ensemble) if bands else None
        case = ensemble.case
        self.by_future = ByFuture.empty(
            case, ensemble.strategies, ensemble.futures, ensemble.runs, dates(case), races(case)
        )

    def mine(self) -> Any:
        """This thread's part."""
        if not hasattr(self._local, "part"):
            own = {n: b.empty() for n, b in self._empty.items()} if self._empty else None
            self._local.part = (Summary(self._ensemble.case, self._ensemble.strategies), own)
            with self._lock:
                self._all.append(self._local.part)
        return self._local.part

    def summary(self) -> Summary:
        """All summaries as one."""
        whole = Summary(self._ensemble.case, self._ensemble.strategies)
        for summary, _ in self._all:
            whole.merge(summary)
        return whole

    def bands(self) -> dict[str, dict[str, Band]]:
        """All histograms as one, read as bands."""
        if not self._empty:
            return {}
        whole = merged([own for _, own in self._all])
        return {name: quantile_bands(self._ensemble, bands) for name, bands in whole.items()}


def _block(judge_: Judge, ensemble: Ensemble, part: _Parts, first: int, count: int) -> BlockVerdicts:
    summary, bands = part.mine()
    block = ensemble.block(first, count, bands)
    summary.add(block)
    part.by_future.add(block)
    return judge_.take(to_judge(ensemble, block))


def to_judge(ensemble: Ensemble, block: simulate.Block) -> Block:
    """A block of the ensemble as the judge takes it."""
    drawn = block.drawn
    return Block(
        futures=drawn.numbers, runs=block.runs,
        assumptions={name: drawn.internal[:, i] for i, name in enumerate(drawn.names)},
        more=partial(ensemble.more, drawn),
    )
