"""One run of the ensemble, played again by the kernel, as moves, events and values by step."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detente.claims.walks import strategies_of
from detente.language.case import Case
from detente.language.records import dataclass

from .results import Results

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Chronicle:
    """A run: `moves` by step (option, old level, new level), `counts` of events by step, `events` the steps in which
    each happened, `spans` of the levels that a strategy does not command, `values` in the units of the case."""

    strategy: str
    future: int
    middle: bool
    years: list[float]
    values: Mapping[str, Array]
    moves: Mapping[int, list[tuple[str, int, int]]]
    counts: Mapping[str, NDArray[np.int64]]
    spans: Mapping[str, list[tuple[int, int]]]
    ended: int | None

    @property
    def events(self) -> dict[str, list[int]]:
        """The steps in which each event happened."""
        return {name: [int(s) for s in np.flatnonzero(counts)] for name, counts in self.counts.items()}

    @property
    def steps(self) -> list[int]:
        """The steps in which there is something to tell."""
        found = {step for steps in self.events.values() for step in steps} | set(self.moves)
        return sorted(found | ({self.ended} if self.ended is not None else set()))

    def commanded(self, case: Case, option: str) -> bool:
        """Whether the strategy speaks of an option at all."""
        return any(rule.option == option for rule in case.strategies[self.strategy].rules)


def chronicle(results: Results) -> Chronicle | None:
    """The first history of the run that stands for the conclusion. None without strategies."""
    if not results.judged.strategies:
        return None
    strategy, future, middle = stands_for(results)
    trace = results.judged.ensemble.trace(strategy, np.array([future]), np.array([0]))
    return _told(results, strategy, future, middle, {name: rows[:, 0] for name, rows in trace.items()})


def stands_for(results: Results) -> tuple[str, int, bool]:
    """The strategy that the conclusion names first, and the future whose margin is in the middle; False where no
    claim was judged, so that they are simply the first."""
    judged = results.judged
    if results.conclusion not in judged.margins.claims:
        return judged.strategies[0], 0, False
    strategy = (strategies_of(results.case.claims[results.conclusion].says) or judged.strategies)[0]
    margins = judged.margins.margin[judged.margins.claims.index(results.conclusion)]
    known = np.flatnonzero(~np.isnan(margins))
    if not len(known):
        return strategy, 0, False
    order = known[np.argsort(margins[known], kind="stable")]
    return strategy, int(judged.margins.futures[order[len(order) // 2]]), True


def _told(results: Results, strategy: str, future: int, middle: bool, trace: Mapping[str, Array]) -> Chronicle:
    case = results.case
    alive = trace["alive"]
    stopped = np.flatnonzero(alive[1:] == 0)
    ended = int(stopped[0]) + 1 if len(stopped) else None
    moves: dict[int, list[tuple[str, int, int]]] = {}
    spans: dict[str, list[tuple[int, int]]] = {}
    commanded = {rule.option for rule in case.strategies[strategy].rules}
    for name, option in case.options.items():
        levels = trace[name].astype(int)
        for step in np.flatnonzero(np.diff(levels)) + 1:
            moves.setdefault(int(step), []).append((name, int(levels[step - 1]), int(levels[step])))
        if name not in commanded and len(option.levels) == 2 and len(set(levels)) == 2:
            spans[f"{option.label or name}: {option.levels[1]}"] = _spans(levels == 1)
    counts = {name: trace[name].astype(np.int64) for name in case.events}
    values = {name: trace[name] / case.quantities[name].factor for name in case.quantities}
    years = [results.year(step) for step in range(len(alive))]
    return Chronicle(strategy, future, middle, years, values, moves, counts, spans, ended)


def _spans(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches in which a flag is up."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [(int(a), int(min(b, len(flags) - 1))) for a, b in zip(edges[::2], edges[1::2], strict=True)]
