"""What the sections read: what was judged, and what else is known of the same run, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.claims.result import CheckResult
from detente.claims.run import Judged
from detente.language.calendar import year_of
from detente.language.case import Case
from detente.language.records import dataclass

from .subjects import conclusion, main_quantities
from .words import in_words

if TYPE_CHECKING:
    from detente.conflict.solved import Solved
    from detente.explore.premises import Argument
    from detente.explore.table import Table
    from detente.simulate.futures import Futures

    from .deal import Lived
    from .explored import Explored
    from .influence import Influence, Parts
    from .likelihood import Confidence
    from .table import FutureTable

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Results:
    """A run as the report sees it; the case's own checks are run for it if `run_checks` says so."""

    judged: Judged
    run_checks: bool = False
    _traces: dict[tuple[str, int], Mapping[str, Array]] = field(default_factory=dict, repr=False)
    _measured: dict[tuple[str, int], Mapping[str, Array]] = field(default_factory=dict, repr=False)
    _influences: dict[str, tuple[Influence, ...]] = field(default_factory=dict, repr=False)

    @property
    def case(self) -> Case:
        """The case that was played."""
        return self.judged.case

    def strategy(self, name: str) -> str:
        """A strategy's label, or its name in words."""
        return self.case.strategies[name].label or in_words(name)

    def measure(self, name: str) -> str:
        """A measure's label, or its name in words."""
        return self.case.measures[name].label or in_words(name)

    def quantity(self, name: str) -> str:
        """A quantity's label, or its name in words."""
        return self.case.quantities[name].label or in_words(name)

    def claim(self, name: str) -> str:
        """What a claim states, or its name in words."""
        return self.case.claims[name].states or in_words(name)

    def year(self, step: int) -> float:
        """The end of a step as a year with a fraction."""
        return year_of(self.case.day(step))

    @cached_property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that are drawn."""
        bands = self.judged.bands
        known = next(iter(bands.values())) if bands else {}
        return tuple(name for name in main_quantities(self.case) if name in known)

    @cached_property
    def conclusion(self) -> str | None:
        """The claim that the argument is for."""
        return conclusion(self.case, tuple(self.judged.claims))

    @cached_property
    def table(self) -> FutureTable | None:
        """The futures that the page carries."""
        from .table import make_table

        return make_table(self)

    @cached_property
    def checks(self) -> tuple[CheckResult, ...] | None:
        """The results of the case's own checks; None if they were not run, or cannot be."""
        from detente.claims.run import check
        from detente.language.problems import Refused

        if not self.run_checks or not self.case.checks:
            return None
        try:
            return check(self.case, seed=self.judged.seed)
        except Refused:
            return None

    @cached_property
    def explored(self) -> Explored:
        """What would turn the verdicts, and where they go which way."""
        from .explored import explore

        return explore(self)

    @cached_property
    def by_future(self) -> Table:
        """The futures of the run as exploration reads them."""
        from .explored import table_of

        return table_of(self)

    def argued(self, claim: str) -> Argument | None:
        """How a claim fares with and without its premises; None if it has none that were judged."""
        from detente.explore.premises import argument

        if claim not in self.by_future.claims:
            return None
        return argument(self.by_future, claim, self.case.claims[claim].because)

    @cached_property
    def lived(self) -> Lived | None:
        """What became of the deals in a few histories; None where no strategy offers one."""
        from .deal import lived

        return lived(self)

    @cached_property
    def settled(self) -> str:
        """The solved conflict told in words; empty without one."""
        from detente.conflict.telling import told

        return told(self.solved) if self.solved is not None else ""

    @cached_property
    def solved(self) -> Solved | None:
        """The case's conflict, solved; None without one, or where it is too large or wrong."""
        if self.case.conflict is None:
            return None
        from detente.conflict.preferences import ConflictError
        from detente.conflict.solved import solve_case
        from detente.language.problems import Refused

        try:
            return solve_case(self.case)
        except (Refused, ConflictError):
            return None

    def heights(self, name: str) -> tuple[float, float]:
        """The least and greatest value that a chart of a quantity shows, in its unit, for all strategies."""
        quantity = self.case.quantities[name]
        every = np.concatenate([band[name].quantiles.ravel() for band in self.judged.bands.values()])
        every = every[np.isfinite(every)] / quantity.factor
        low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
        if quantity.within and np.isfinite(quantity.within).all():
            return quantity.within[0] / quantity.factor, quantity.within[1] / quantity.factor
        marks = [value for value, _ in quantity.scale]
        low, high = min([low, *marks]), max([high, *marks])
        low = min(low, 0.0) if low < high / 3 else low
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    def first_runs(self, strategy: str, count: int) -> Mapping[str, Array]:
        """The first run of each of the first futures, [step, future]."""
        key = (strategy, count)
        if key not in self._traces:
            ensemble = self.judged.ensemble
            form = ensemble.form
            output = ensemble.kernel.play(
                ensemble.calendar,
                self.draws(count).internal,
                form.strategies.index(strategy),
                ensemble.seed,
                np.arange(count),
                np.zeros(count, np.int64),
                trace=True,
            )
            assert output.trace is not None
            rows = (*form.series, *form.options, *form.events, "alive")
            self._traces[key] = {name: output.trace[:, i] for i, name in enumerate(rows)}
            self._measured[key] = dict(zip(form.measures, output.measures, strict=True))
        return self._traces[key]

    def first_measures(self, strategy: str, count: int) -> Mapping[str, Array]:
        """What each measure says of those runs, in internal units."""
        self.first_runs(strategy, count)
        return self._measured[strategy, count]

    def draws(self, count: int) -> Futures:
        """The draws of the first futures."""
        return self._drawn.part(0, count)

    @cached_property
    def _drawn(self) -> Futures:
        """The draws of all futures, made once."""
        return self.judged.ensemble.draw(0, len(self.judged.margins.futures))

    @cached_property
    def parts(self) -> Mapping[str, Parts]:
        """Which part of each assumption's range each future lies in."""
        from .influence import parts_of

        return parts_of(self)

    def influences(self, claim: str) -> tuple[Influence, ...]:
        """What a claim hangs on, the most important first."""
        if claim not in self._influences:
            from .influence import influences

            self._influences[claim] = influences(self, claim)
        return self._influences[claim]

    def confidence(self, claim: str) -> tuple[Confidence, str]:
        """How far a verdict can be relied on within the case, and why."""
        from .likelihood import confidence

        statuses = [self.case.assumptions[one.assumption].status for one in self.influences(claim)]
        return confidence(self.judged.claims[claim], statuses)
