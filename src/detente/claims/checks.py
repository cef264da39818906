"""The modeller's own tests: a check must hold in each of 64 futures of 64 runs under its settings, or the model
is wrong. No future gets more runs: a check says what must be so, and most say it with `==`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from ..language.case import Assumption, Case, Check, Setting
from .graph import graph_check, on_graph
from .intervals import Array
from .judge import Block
from .margins import condition
from .result import CheckResult, WorstFuture
from .runwise import Sample, whole_block
from .walks import strategies_of

CHECK_FUTURES = 64
CHECK_RUNS = 64
Play: TypeAlias = Callable[[tuple[Setting, ...], tuple[str, ...], int, int], Block]


def run_checks(case: Case, play: Play) -> tuple[CheckResult, ...]:
    """The result of every check, in the order of the case.

    `play(settings, strategies, futures, runs)` runs the case with the settings held fixed under the strategies
    named, and returns one block of all the futures.
    """
    return tuple(run_check(case, check, play) for check in case.checks.values())


def run_check(case: Case, check: Check, play: Play) -> CheckResult:
    """The result of one check; see `run_checks`. One on the conflict graph plays nothing."""
    if on_graph(check.says):
        return graph_check(case, check)
    block = play(check.settings, strategies_of(check.says), CHECK_FUTURES, CHECK_RUNS)
    sample = Sample(case, whole_block(block.runs), block.assumptions, CHECK_FUTURES, CHECK_RUNS)
    with np.errstate(all="ignore"):
        judged = condition(check.says, sample)
    left_out = np.isnan(judged.margin)
    failing = ~judged.holds & ~left_out
    return CheckResult(
        id=check.name,
        says=check.says_text,
        holds=not failing.any() and not left_out.all(),
        futures=CHECK_FUTURES,
        failing=int(failing.sum()),
        left_out=int(left_out.sum()),
        worst=_worst(case, block, np.where(failing, judged.margin, np.inf)) if failing.any() else None,
    )


def _worst(case: Case, block: Block, margins: Array) -> WorstFuture:
    place = int(np.argmin(margins))
    return WorstFuture(int(block.futures[place]), float(margins[place]), _drawn(case, block.assumptions, place))


def _drawn(case: Case, assumptions: Mapping[str, Array], place: int) -> dict[str, float | str]:
    return {
        name: _shown(case.assumptions[name], float(values[place]))
        for name, values in assumptions.items()
        if name in case.assumptions
    }


def _shown(assumption: Assumption, value: float) -> float | str:
    return assumption.rivals[int(value)] if assumption.rivals else value / assumption.factor
