"""Judges blocks of futures: each claim within each future, over its runs, with more runs where they do not settle it.

A future is settled for a claim when the 95 % interval of its margin leaves out 0 (`margins.py`). The others get
their runs doubled, twice at most (32, 64, 128), for that claim and under the strategies that it mentions only;
futures in which the claim is not yet defined are among them. Then the future counts by its estimate. Judging a
block is a pure function of the block, so that blocks may be judged in any order and by any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from detente.language.records import dataclass

from ..language.case import Case, Claim
from ..language.tree import Before, Expr
from .graph import on_graph
from .intervals import Array, Flags
from .margins import condition
from .runwise import Sample, Stretch, evaluate, whole_block
from .walks import befores, some_happened, strategies_of, without_neither

DOUBLINGS = 2
Indices: TypeAlias = npt.NDArray[np.int64]
More: TypeAlias = Callable[[Indices, str, int, int], Array]


@dataclass(frozen=True, eq=False)
class Block:
    """Futures with the same runs under each strategy, on common luck.

    `futures` are their indices in the whole [F]; `runs` the measures [F, R, M] of each strategy, in the order of
    the case, in internal units, dates as days since `as_of`, `never` as +inf; `assumptions` their values [F] in
    internal units, or the index of the rival; `more(futures, strategy, first_run, runs)` simulates further runs
    of some futures, given as positions in the block, and returns [f, runs, M].
    """

    futures: Indices
    runs: Mapping[str, Array]
    assumptions: Mapping[str, Array]
    more: More


@dataclass(frozen=True, eq=False)
class BlockVerdicts:
    """What a block says of each claim: arrays [C, F] in the order of `claims`.

    `margin` is NaN where the claim is not defined. `by_default`: it holds only because neither side of a `before`
    happened. `runs`: how many runs each was judged on. `neither` is [C, 2]: runs in which neither side happened,
    of how many (0: no `before`). `rivals`: the rival of each `one_of` assumption, by index [F].
    """

    claims: tuple[str, ...]
    futures: Indices
    margin: Array
    holds: Flags
    settled: Flags
    by_default: Flags
    runs: npt.NDArray[np.int32]
    neither: Indices
    rivals: Mapping[str, npt.NDArray[np.int16]]

    @property
    def left_out(self) -> Flags:
        """Where a claim is not defined, [C, F]."""
        return np.isnan(self.margin)


@dataclass(frozen=True, eq=False)
class _Plan:
    """A claim made ready: its tree, its `before`s, and its twin without the runs where neither side happened."""

    says: Expr
    strategies: tuple[str, ...]
    befores: tuple[Before, ...]
    twin: Expr | None


@dataclass(eq=False)
class _Further:
    """Further runs of some of a block's futures, those listed in ascending order."""

    futures: Indices
    runs: Array

    def of(self, futures: Indices) -> Stretch:
        """Those of some of them."""
        return np.searchsorted(self.futures, futures), self.runs


@dataclass(eq=False)
class _Draft:
    """The arrays of BlockVerdicts while they are filled in, [C, F]."""

    margin: Array
    holds: Flags
    settled: Flags
    by_default: Flags
    runs: npt.NDArray[np.int32]


class Judge:
    """Judges the claims of a case that speak of the given strategies only; `claims` names them in order. Claims on
    the conflict graph are not among them: they do not vary over futures.

    `runs` is how many runs each future of a block has.
    """

    def __init__(self, case: Case, strategies: Sequence[str], runs: int) -> None:
        self.case = case
        self.runs = runs
        self._plans = {
            name: _plan(claim)
            for name, claim in case.claims.items()
            if set(strategies_of(claim.says)) <= set(strategies) and not on_graph(claim.says)
        }
        self._rivals = [name for name, assumption in case.assumptions.items() if assumption.rivals]

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that are judged."""
        return tuple(self._plans)

    def take(self, block: Block) -> BlockVerdicts:
        """Judge a block, asking it for more runs where they are needed."""
        sample = Sample(self.case, whole_block(block.runs), block.assumptions, len(block.futures), self.runs)
        with np.errstate(all="ignore"):
            draft = self._first(sample)
            neither = np.array([_neither(plan, sample) for plan in self._plans.values()]).reshape(-1, 2)
            self._settle(block, draft)
        return BlockVerdicts(
            self.claims, np.asarray(block.futures, np.int64), draft.margin, draft.holds, draft.settled,
            draft.by_default, draft.runs, neither,
            {name: np.asarray(block.assumptions[name], np.int16) for name in self._rivals},
        )

    def _first(self, sample: Sample) -> _Draft:
        shape = (len(self._plans), sample.futures)
        holds, settled, by_default = (np.zeros(shape, bool) for _ in range(3))
        draft = _Draft(np.empty(shape), holds, settled, by_default, np.zeros(shape, np.int32))
        for row, plan in enumerate(self._plans.values()):
            _fill(draft, row, slice(None), plan, sample)
        return draft

    def _settle(self, block: Block, draft: _Draft) -> None:
        everything = np.arange(len(block.futures))
        stretches = {name: [_Further(everything, runs)] for name, runs in block.runs.items()}
        count = self.runs
        for _ in range(DOUBLINGS):
            unsettled = [
                (row, plan, np.flatnonzero(~draft.settled[row]))
                for row, plan in enumerate(self._plans.values())
                if plan.strategies and not draft.settled[row].all()
            ]
            if not unsettled:
                return
            for strategy, futures in _wanted(unsettled).items():
                stretches[strategy].append(_Further(futures, block.more(futures, strategy, count, count)))
            count *= 2
            for row, plan, futures in unsettled:
                runs = {name: [part.of(futures) for part in stretches[name]] for name in plan.strategies}
                sample = Sample(self.case, runs, block.assumptions, len(futures), count, futures)
                _fill(draft, row, futures, plan, sample)


def _plan(claim: Claim) -> _Plan:
    found = befores(claim.says)
    return _Plan(claim.says, strategies_of(claim.says), found, without_neither(claim.says) if found else None)


def _fill(draft: _Draft, row: int, futures: Indices | slice, plan: _Plan, sample: Sample) -> None:
    """Judge one claim in some futures of the block."""
    judged = condition(plan.says, sample)
    holds = judged.holds & ~np.isnan(judged.margin)
    draft.margin[row, futures] = judged.margin
    draft.holds[row, futures] = holds
    draft.settled[row, futures] = judged.settled
    draft.runs[row, futures] = sample.count
    if plan.twin is not None:
        draft.by_default[row, futures] = holds & ~_holds_without(plan.twin, sample) if holds.any() else False


def _holds_without(twin: Expr, sample: Sample) -> Flags:
    """Whether the claim holds, and can be said at all, on the runs in which one side or the other happened."""
    judged = condition(twin, sample)
    return judged.holds & ~np.isnan(judged.margin)


def _neither(plan: _Plan, sample: Sample) -> tuple[int, int]:
    """Runs in which neither side of the claim's `before`s happened, of how many."""
    runs = sample.futures * sample.count
    happened = [
        np.broadcast_to(evaluate(some_happened(one), sample), (sample.futures, sample.count))
        for one in plan.befores
    ]
    return sum(runs - int(np.count_nonzero(some)) for some in happened), runs * len(happened)


def _wanted(unsettled: Sequence[tuple[int, _Plan, Indices]]) -> dict[str, Indices]:
    """The futures that need more runs, by strategy: the union over its claims."""
    parts: dict[str, list[Indices]] = {}
    for _, plan, futures in unsettled:
        for strategy in plan.strategies:
            parts.setdefault(strategy, []).append(futures)
    return {strategy: np.unique(np.concatenate(part)) for strategy, part in parts.items()}
