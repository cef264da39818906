"""Adaptive plans: one strategy until a signpost, another after it.

A signpost is a quantity that crosses a line. The best line is searched for on half of the scrambles and judged on
the other half, against both strategies kept throughout, on common luck: a line that was fitted to chance shows
there. The plan follows the second strategy in every step in which the quantity is beyond the line as moves are made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detente.claims.intervals import t_quantile
from detente.language.calendar import DAYS_A_YEAR
from detente.language.case import Assumption, Case, Fixed, Rule, Setting, Strategy
from detente.language.records import dataclass
from detente.language.tree import And, AssumptionRef, Compare, Expr, Not, QuantityRef
from detente.simulate.by_future import means_over_runs
from detente.simulate.ensemble import Ensemble
from detente.simulate.futures import SCRAMBLES

from .table import BETTER_HIGH

Array = NDArray[np.float64]
LINES = tuple(np.linspace(0.05, 0.95, 13))
PLAN, LINE = "the_plan", "the_line"
PILOT = 64


@dataclass(frozen=True, slots=True)
class Plan:
    """`first` until `signpost` is `beyond` (above or below) `line`, in its unit, then `then`. `gain` is what the plan
    gains over the better of the two kept throughout, in the goal's unit on the futures not searched, with its 90 %
    interval; `searched` what it seemed to gain on those that were."""

    first: str
    then: str
    signpost: str
    beyond: str
    line: float
    goal: str
    means: dict[str, float]
    gain: float
    interval: tuple[float, float]
    searched: float

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "first": self.first, "then": self.then, "signpost": self.signpost, "beyond": self.beyond,
            "line": self.line, "goal": self.goal, "means": dict(self.means), "gain": self.gain,
            "interval": list(self.interval), "searched": self.searched,
        }


def adaptive(
    case: Case, first: str, then: str, signpost: str, *, beyond: str = "above", goal: str | None = None,
    futures: int = 512, runs: int = 32, seed: int = 1, settings: Sequence[Setting] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """The best line for a plan, and what it is worth. Raises ValueError for a case without goals, and for names
    that are no strategies or no quantity."""
    aim = goal or next(iter(case.goals), None)
    if aim is None or aim not in case.goals:
        raise ValueError("a plan needs a goal of the case")
    if first not in case.strategies or then not in case.strategies or signpost not in case.quantities:
        raise ValueError("a plan goes from one strategy to another when a quantity crosses a line")
    with_plan = planned(case, first, then, signpost, beyond)
    ensemble = Ensemble(with_plan, futures=futures, runs=runs, seed=seed, settings=settings)
    learn = np.flatnonzero(np.arange(futures) % SCRAMBLES < SCRAMBLES // 2)
    judge = np.flatnonzero(np.arange(futures) % SCRAMBLES >= SCRAMBLES // 2)
    lines = _lines(ensemble, first, signpost)
    play = _Player(ensemble, aim)
    worths = []
    for done, line in enumerate(lines, start=1):
        worths.append(float(play(PLAN, learn, line).mean()))
        if progress:
            progress(done, len(lines) + 1)
    best = int(np.argmax(worths))
    seen = max(float(play(name, learn, lines[best]).mean()) for name in (first, then))
    kept = {name: play(name, judge, lines[best]) for name in (PLAN, first, then)}
    base = max((first, then), key=lambda name: float(kept[name].mean()))
    gain, interval = _gain(kept[PLAN] - kept[base], judge % SCRAMBLES)
    sign = 1.0 if case.goals[aim] in BETTER_HIGH else -1.0
    means = {("plan" if name == PLAN else name): sign * float(worth.mean()) for name, worth in kept.items()}
    factor = case.quantities[signpost].factor
    return Plan(first, then, signpost, beyond, lines[best] / factor, aim, means, gain, interval, worths[best] - seen)


def planned(case: Case, first: str, then: str, signpost: str, beyond: str) -> Case:
    """The case with the plan as a strategy, its line an assumption."""
    crossed = Compare(">" if beyond == "above" else "<", QuantityRef(signpost), AssumptionRef(LINE))
    one, other = case.strategies[first], case.strategies[then]
    rules = (*_when(other.rules, crossed), *_when(one.rules, Not(crossed)))
    plan = Strategy(PLAN, rules=rules, offers=one.offers, defies=one.defies, label=f"{first}, then {then}")
    line = Assumption(LINE, distribution=Fixed(0.0))
    return replace(case, strategies={**case.strategies, PLAN: plan}, assumptions={**case.assumptions, LINE: line})


def _when(rules: Sequence[Rule], condition: Expr) -> list[Rule]:
    return [
        replace(rule, when=condition if rule.when is None else And((condition, rule.when))) for rule in rules
    ]


def _lines(ensemble: Ensemble, strategy: str, signpost: str) -> list[float]:
    """Lines to try: quantiles of the signpost over the steps of some runs of the first strategy."""
    count = min(PILOT, ensemble.futures)
    seen = ensemble.trace(strategy, np.arange(count), np.zeros(count, np.int64))[signpost]
    return sorted({float(v) for v in np.quantile(seen, LINES)})


class _Player:
    """What a strategy is worth in some futures, by the goal, more being better."""

    def __init__(self, ensemble: Ensemble, goal: str) -> None:
        self._ensemble, self._goal = ensemble, goal
        self._drawn = ensemble.draw(0, ensemble.futures)
        self._column = list(ensemble.case.assumptions).index(LINE)

    def __call__(self, strategy: str, futures: NDArray[np.int64], line: float) -> Array:
        ensemble = self._ensemble
        case, measure = ensemble.case, ensemble.case.measures[self._goal]
        internal = self._drawn.internal.copy()
        internal[:, self._column] = line
        drawn = replace(self._drawn, internal=internal)
        played = ensemble.more(drawn, futures, strategy, 0, ensemble.runs)
        means = means_over_runs(case, played)[:, list(case.measures).index(self._goal)]
        means = means / (DAYS_A_YEAR if measure.kind == "date" else measure.factor)
        return means if case.goals[self._goal] in BETTER_HIGH else -means


def _gain(difference: Array, groups: NDArray[np.int64]) -> tuple[float, tuple[float, float]]:
    parts = np.array([difference[groups == g].mean() for g in np.unique(groups)])
    gain = float(difference.mean())
    if len(parts) < 2:
        return gain, (float("nan"), float("nan"))
    half = t_quantile(0.95, len(parts) - 1) * float(parts.std(ddof=1)) / np.sqrt(len(parts))
    return gain, (gain - half, gain + half)
