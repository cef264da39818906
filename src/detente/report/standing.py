"""Strategies against each other on each goal: on average, in the worst tenth of futures, and by regret.

The regret of a strategy in a future is what the best of the strategies there would have gained over it (Savage
1951, Journal of the American Statistical Association 46:55).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detente.language.records import dataclass

from .results import Results

Array = NDArray[np.float64]
WANTS_MORE = ("more", "late", "many")
ALIKE = 1e-9
ATTITUDES = {
    "average": "best on average",
    "worst": "best in its worst tenth of futures",
    "regret": "least regret",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A strategy on a goal, in the measure's unit: `mean`, `worst` (the mean of its worst tenth of futures), and
    `regret` (the 90th per cent of its regret over futures)."""

    mean: float
    worst: float
    regret: float


def standings(results: Results) -> dict[str, dict[str, Standing]]:
    """Goal to strategy to standing; nothing without futures kept or goals."""
    kept = results.judged.by_future
    if kept is None:
        return {}
    columns = {name: i for i, name in enumerate(results.case.measures)}
    found = {}
    for goal, wish in results.case.goals.items():
        if goal in columns:
            factor = results.case.measures[goal].factor
            values = {s: kept.means[s][:, columns[goal]] / factor for s in results.judged.strategies}
            found[goal] = _standing(values, 1.0 if wish in WANTS_MORE else -1.0)
    return found


def _standing(values: Mapping[str, Array], sign: float) -> dict[str, Standing]:
    good = np.array([sign * v for v in values.values()])
    regret = good.max(axis=0) - good
    tenth = max(1, good.shape[1] // 10)
    return {
        name: Standing(
            float(value.mean()), sign * float(np.sort(good[i])[:tenth].mean()), float(np.quantile(regret[i], 0.9))
        )
        for i, (name, value) in enumerate(values.items())
    }


def choices(results: Results) -> dict[str, dict[str, tuple[str, ...]]]:
    """Goal to attitude to the strategy that it would choose, or to those among which it would not choose."""
    found = {}
    for goal, by_strategy in standings(results).items():
        sign = 1.0 if results.case.goals[goal] in WANTS_MORE else -1.0
        scores = {
            "average": {name: sign * s.mean for name, s in by_strategy.items()},
            "worst": {name: sign * s.worst for name, s in by_strategy.items()},
            "regret": {name: -s.regret for name, s in by_strategy.items()},
        }
        found[goal] = {attitude: _best(score) for attitude, score in scores.items()}
    return found


def _best(score: Mapping[str, float]) -> tuple[str, ...]:
    most = max(score.values())
    alike = ALIKE * max(1.0, abs(most))
    return tuple(name for name, one in score.items() if one >= most - alike)


def best_on(results: Results) -> dict[str, str]:
    """Goal to the strategy with the best mean; the first named of equals, nothing where all are alike."""
    strategies = len(results.judged.strategies)
    found = {goal: chosen["average"] for goal, chosen in choices(results).items()}
    return {goal: names[0] for goal, names in found.items() if strategies == 1 or len(names) < strategies}
