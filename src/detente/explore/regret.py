"""Strategies across futures: regret, the worst decile, who dominates whom, and which to choose by which attitude.

The regret of a strategy in a future is the shortfall of its mean from the best strategy's mean there (Savage 1951,
J. American Statistical Association 46:55). A goal says which way a measure is better; everything here is in the
measure's shown unit, dates in years since `as_of`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.language.records import dataclass

from .table import BETTER_HIGH, Array, Table

DECILE = 0.1
ALIKE = 1e-9  # a difference, as a part of the best, that is none
ATTITUDES: dict[str, str] = {
    "expected": "best on average",
    "worst_decile": "best in its worst decile",
    "minimax_regret": "least greatest regret",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a strategy fares, by goal: `regret` is the mean over futures and `worst_regret` the greatest;
    `worst_decile` is the value that it falls short of in one future of ten; `mean` is over all."""

    regret: Mapping[str, float]
    worst_regret: Mapping[str, float]
    worst_decile: Mapping[str, float]
    mean: Mapping[str, float]
    dominated_by: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        names = ("regret", "worst_regret", "worst_decile", "mean")
        return {**{n: dict(getattr(self, n)) for n in names}, "dominated_by": list(self.dominated_by)}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which strategy to choose for a goal: `expected` has the best mean, `minimax_regret` the least greatest regret,
    `satisficing` meets the aspiration in most futures. The aspiration is the median over all strategies and
    futures. `satisfied` says in which share of futures each strategy meets it."""

    goal: str
    expected: str
    minimax_regret: str
    satisficing: str
    aspiration: float
    satisfied: Mapping[str, float]

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {"goal": self.goal, "expected": self.expected, "minimax_regret": self.minimax_regret,
                "satisficing": self.satisficing, "aspiration": self.aspiration, "satisfied": dict(self.satisfied)}


@dataclass(frozen=True, slots=True)
class Strategies:
    """All strategies side by side. `pareto` are those that no other beats in the mean of every goal."""

    standings: Mapping[str, Standing]
    choice: Choice
    pareto: tuple[str, ...]


def strategies(table: Table) -> Strategies | None:
    """How the strategies compare; None for a case without goals or strategies."""
    if not table.goals or not table.strategies:
        return None
    means = {goal: values.mean(axis=1) for goal, values in table.goals.items()}
    regrets = {goal: regret(table, goal) for goal in table.goals}
    dominated = dominance(table)
    standings = {
        name: Standing(
            {g: float(r[i].mean()) for g, r in regrets.items()}, {g: float(r[i].max()) for g, r in regrets.items()},
            {g: worst_decile(v[i], table.wanted[g] in BETTER_HIGH) for g, v in table.goals.items()},
            {g: float(m[i]) for g, m in means.items()}, dominated[name],
        )
        for i, name in enumerate(table.strategies)
    }
    return Strategies(standings, choice(table, next(iter(table.goals))), pareto(table))


def better(table: Table, goal: str) -> Array:
    """A goal turned so that more is better, [strategy, future]."""
    values = table.goals[goal]
    return values if table.wanted[goal] in BETTER_HIGH else -values


def regret(table: Table, goal: str) -> Array:
    """The shortfall from the best strategy in each future, [strategy, future]."""
    worth = better(table, goal)
    return np.asarray(worth.max(axis=0) - worth)


def worst_decile(values: Array, more_is_better: bool) -> float:
    """The value that is missed in a tenth of the futures."""
    return float(np.quantile(values, DECILE if more_is_better else 1 - DECILE))


def scores(table: Table, goal: str) -> dict[str, Array]:
    """By attitude what each strategy is worth for a goal, the more the better."""
    worth = better(table, goal)
    return {
        "expected": worth.mean(axis=1), "worst_decile": np.quantile(worth, DECILE, axis=1),
        "minimax_regret": -regret(table, goal).max(axis=1),
    }


def best(table: Table, worth: Array) -> tuple[str, ...]:
    """The strategies that are worth most, several where they are alike, in the order of the case."""
    most = worth.max()
    return tuple(
        name for name, one in zip(table.strategies, worth, strict=True) if one >= most - ALIKE * max(1.0, abs(most))
    )


def choice(table: Table, goal: str, aspiration: float | None = None) -> Choice:
    """Which strategy to choose under each attitude; ties go to the one named first in the case."""
    worth, scored = better(table, goal), scores(table, goal)
    wished = float(np.median(table.goals[goal])) if aspiration is None else aspiration
    least = wished if table.wanted[goal] in BETTER_HIGH else -wished
    satisfied = (worth >= least).mean(axis=1)
    return Choice(
        goal, best(table, scored["expected"])[0], best(table, scored["minimax_regret"])[0],
        best(table, satisfied)[0],
        wished,
        {name: float(share) for name, share in zip(table.strategies, satisfied, strict=True)},
    )


def pareto(table: Table) -> tuple[str, ...]:
    """The strategies that no other equals or beats in the mean of every goal, and beats in one."""
    means = np.array([better(table, goal).mean(axis=1) for goal in table.goals])  # [goal, strategy]
    return tuple(
        name for i, name in enumerate(table.strategies)
        if not any(_beats(means[:, j], means[:, i]) for j in range(len(table.strategies)) if j != i)
    )


def dominance(table: Table) -> dict[str, tuple[str, ...]]:
    """Which strategies are at least as good in every goal in every future, and better somewhere."""
    worth = np.array([better(table, goal) for goal in table.goals])  # [goal, strategy, future]
    count = len(table.strategies)
    return {
        name: tuple(table.strategies[j] for j in range(count) if j != i and _beats(worth[:, j], worth[:, i]))
        for i, name in enumerate(table.strategies)
    }


def _beats(a: Array, b: Array) -> bool:
    return bool((a >= b).all() and (a > b).any())
