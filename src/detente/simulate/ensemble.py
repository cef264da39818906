"""Many futures, many runs, every strategy: the compiled case played block by block on common luck.

A block is a stretch of futures with all their runs under all strategies. What a block holds depends on the case,
the seed and the numbers of its futures alone, so blocks may be any size and be played anywhere in any order.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.language.case import Case, Setting
from detente.language.problems import Problem, Refused
from detente.language.records import dataclass
from detente.language.settings import with_settings
from detente.model.deals import LivedDeal
from detente.model.form import Form
from detente.model.kernel import Bands, Kernel
from detente.model.lower import calendar, lower
from detente.model.reference import Played, World, luck, play, start, step
from detente.model.trouble import explained

from .futures import Design, Futures, draw, joined

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]
CHUNK, CHUNKS_KEPT = 1024, 4
LEAST_RUNS = 2048
DRAWN_AT_ONCE, PLAYED_AT_ONCE = 1 << 17, 1 << 16  # values of assumptions, of measures: so few stay in a core's cache


@dataclass(frozen=True, slots=True)
class Block:
    """Futures `drawn` with their runs. `runs` maps a strategy to the measures [future, run, measure] in the order
    of the case and in internal units, dates as days since `as_of`, infinity for never; `clipped` maps it to the
    number of steps clipped in all, by bounded stock."""

    drawn: Futures
    runs: Mapping[str, Array]
    clipped: Mapping[str, Array]


class Ensemble:
    """A case compiled and ready to be played.

    `settings` hold assumptions, quantities or options fixed; the draws of all other assumptions stay as they were.
    Playing raises `Refused` where a run yields an overflow, a NaN, or a rate that cannot be: it names the
    quantity, the step and the expression.
    """

    def __init__(
        self, case: Case, *, futures: int = 1024, runs: int = 32, seed: int = 1,
        strategies: Sequence[str] | None = None, settings: Sequence[Setting] = (), design: Design = "sobol",
    ) -> None:
        self.drawn_from, self.case = case, with_settings(case, tuple(settings))
        self.futures, self.runs, self.seed, self.design = futures, runs, seed, design
        self.strategies = tuple(case.strategies if strategies is None else strategies)
        self.settings = tuple(settings)
        self.chunk = max(CHUNK, DRAWN_AT_ONCE // max(1, len(case.assumptions)) & -CHUNK)  # futures drawn at once
        self._drawn: dict[int, Futures] = {}
        self._drawing = threading.Lock()
        self.fixed = {s.name: s.value for s in settings if s.kind == "assumption"}
        self.form: Form = lower(self.case)
        self.calendar = calendar(self.case)

    @cached_property
    def kernel(self) -> Kernel:
        """The compiled step, made on first use."""
        return Kernel(self.form)

    @property
    def at_once(self) -> int:
        """How many futures are best played at once: few enough for a core's cache, and as many as that allows."""
        fit = PLAYED_AT_ONCE // max(1, len(self.form.measures) * len(self.strategies))
        return max(1, max(fit, LEAST_RUNS) // self.runs)

    def draw(self, first: int, count: int) -> Futures:
        """Futures `first` to `first + count - 1`, from chunks that are drawn once."""
        last = first + count - 1
        chunks = [self._chunk(i) for i in range(first // self.chunk, last // self.chunk + 1)]
        start = first - chunks[0].first
        return joined(chunks).part(start, count)

    def _chunk(self, number: int) -> Futures:
        with self._drawing:
            if number not in self._drawn:
                first = number * self.chunk
                count = min(self.chunk, self.futures - first) if first < self.futures else self.chunk
                known = draw(self.drawn_from, self.seed, first, count, self.design, self.futures, self.fixed)
                while len(self._drawn) >= CHUNKS_KEPT:
                    self._drawn.pop(next(iter(self._drawn)))
                self._drawn[number] = known
            return self._drawn[number]

    def block(self, first: int, count: int, bands: Mapping[str, Bands] | None = None) -> Block:
        """Play some futures, all their runs, under every strategy."""
        return self.played(self.draw(first, count), bands)

    def played(self, drawn: Futures, bands: Mapping[str, Bands] | None = None) -> Block:
        """The same for futures that are drawn already."""
        runs, clipped = {}, {}
        for name in self.strategies:
            band = bands[name] if bands else None
            runs[name], clipped[name] = self._played(drawn, slice(None), name, range(self.runs), band)
        return Block(drawn, runs, clipped)

    def more(self, drawn: Futures, futures: Numbers, strategy: str, first_run: int, runs: int) -> Array:
        """Further runs [future, run, measure] of some futures, given as positions in `drawn`."""
        return self._played(drawn, futures, strategy, range(first_run, first_run + runs), None)[0]

    def trace(self, strategy: str, futures: Numbers, runs: Numbers) -> Mapping[str, Array]:
        """Whole runs: quantities in internal units, options (level numbers), events (counts) and `alive`, each
        [step, run], step 0 being the start. Equal futures must stand together."""
        form = self.form
        numbers, index = np.unique(futures, return_inverse=True)
        theta = np.concatenate([self.draw(int(n), 1).internal for n in numbers])[index]
        keep = np.flatnonzero(np.diff(futures, prepend=futures[0] - 1))
        output = self.kernel.play(
            self.calendar, theta[keep], form.strategies.index(strategy), self.seed, futures, runs, trace=True
        )
        self._refuse_trouble(output.trouble, strategy, futures, runs, theta)
        assert output.trace is not None
        rows = (*form.series, *form.options, *form.events, "alive")
        return {name: output.trace[:, i] for i, name in enumerate(rows)}

    def replay(self, strategy: str, future: int, run: int) -> Played:
        """One run again, in the reference, whose bits are those of the ensemble."""
        theta = self.draw(future, 1).internal
        return self._referred(strategy, np.array([future]), np.array([run]), theta)

    def lived(self, strategy: str, futures: Numbers, runs: Numbers) -> tuple[tuple[LivedDeal, ...], ...]:
        """For each run the agreements of the case at its end, or when all that are offered have ended: with all that
        became of them. Equal futures must stand together."""
        theta = np.concatenate([self.draw(int(n), 1).internal for n in futures]).T
        world = World(self.form, self.calendar, theta, self.form.strategies.index(strategy), self.form.constants)
        state = start(world)
        for k in range(self.calendar.steps):
            state = step(world, state, k, luck(self.form, self.seed, k, futures, runs), in_place=True)
            if all(self._is_over(deals, world.strategy) for deals in state.deals):
                break
        return state.deals

    # --- inside ----------------------------------------------------------------------------------------------

    def _is_over(self, deals: tuple[LivedDeal, ...], strategy: int) -> bool:
        """Whether nothing more can become of what a strategy offers."""
        return all(
            lived.known.ended is not None for lived in deals
            if lived.deal.offered[strategy] or lived.deal.agreement.starts is not None
        )  # fmt: skip

    def _referred(self, strategy: str, futures: Numbers, runs: Numbers, theta: Array) -> Played:
        index = self.form.strategies.index(strategy)
        return play(self.form, self.calendar, theta, index, self.seed, futures, runs)

    def _played(
        self, drawn: Futures, positions: Numbers | slice, strategy: str, run_numbers: range, bands: Bands | None
    ) -> tuple[Array, Array]:
        numbers = drawn.numbers[positions]
        futures = np.repeat(numbers, len(run_numbers))
        runs = np.tile(np.arange(run_numbers.start, run_numbers.stop), len(numbers))
        output = self.kernel.play(
            self.calendar, drawn.internal[positions], self.form.strategies.index(strategy), self.seed,
            futures, runs, bands=bands,
        )
        if output.trouble.any():
            theta = np.repeat(drawn.internal[positions], len(run_numbers), axis=0)
            self._refuse_trouble(output.trouble, strategy, futures, runs, theta)
        shape = (len(self.form.measures), len(numbers), len(run_numbers))
        measures = output.measures.reshape(shape).transpose(1, 2, 0)
        return measures, output.clipped.sum(axis=1)

    def _refuse_trouble(
        self, trouble: NDArray[np.bool_], strategy: str, futures: Numbers, runs: Numbers, theta: Array
    ) -> None:
        if not trouble.any():
            return
        lane = int(np.flatnonzero(trouble)[0])
        one = slice(lane, lane + 1)
        form = lower(self.case, watchful=True)
        played = play(
            form, self.calendar, theta[one], form.strategies.index(strategy), self.seed, futures[one], runs[one]
        )
        what, worst = explained(self.case, played.troubles)
        expr = worst.guard.expr
        place = expr.place if expr is not None else self.case.place
        facts = {
            "what": what, "kind": worst.guard.kind, "value": worst.value, "step": worst.step + 1,
            "day": self.case.day(worst.step + 1), "strategy": strategy, "future": int(futures[lane]),
            "run": int(runs[lane]), "expr": expr,
        }
        raise Refused((Problem(f"run_{worst.guard.kind}", place, facts),), self.case.files)
