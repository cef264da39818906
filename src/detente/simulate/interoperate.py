"""A case as others' tools see it: a plain vectorised function, a model of the EMA Workbench, an xarray data set.

Names become Python identifiers (`us.talks` is `us_talks`). Assumptions go in in their own units and rivals by name;
outcomes come out in their shown units, dates in years since `as_of`, where `never` is the horizon plus one step.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detente.language.calendar import DAYS_A_YEAR
from detente.language.case import Assumption, Case, Fixed, OneOf
from detente.language.problems import Place, Problem, Refused
from detente.language.records import dataclass
from detente.language.support import support

from .by_future import means_over_runs
from .distributions import inverse
from .ensemble import Ensemble
from .futures import Futures

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]
TAIL = 0.001  # where a range that has no end is cut for tools that need one


def identifier(name: str) -> str:
    """A name of a case as a Python identifier."""
    return re.sub(r"\W", "_", name)


@dataclass(frozen=True, eq=False)
class Function:
    """A case as a function of its assumptions: `f(bite=[..], relief=0.2)` yields, for each strategy and measure,
    the mean over `runs` random histories, one number for each set of assumptions.

    Assumptions that are not given stay at their medians (rivals: the likeliest). Set i has the luck of future i, so
    that equal calls give equal answers and differences between sets of a call are not luck's alone.
    """

    case: Case
    strategies: tuple[str, ...]
    runs: int
    seed: int
    ensemble: Ensemble

    @property
    def inputs(self) -> tuple[str, ...]:
        """The assumptions, as identifiers."""
        return tuple(identifier(name) for name in self.case.assumptions)

    def __call__(self, *, common_luck: bool = False, **assumptions: ArrayLike) -> dict[str, dict[str, Array]]:
        """Strategy to measure to means [set]. With `common_luck` every set has the luck of future 0.

        Raises TypeError for a name that is no assumption, ValueError for lengths that do not match and for unknown
        rivals, `Refused` where a run cannot be played on.
        """
        values = self._values(assumptions)
        drawn = self._drawn(values)
        found: dict[str, dict[str, Array]] = {}
        for strategy in self.strategies:
            positions = np.arange(len(values))
            if common_luck:
                played = np.concatenate([
                    self.ensemble.more(self._drawn(values[i : i + 1]), np.zeros(1, np.int64), strategy, 0, self.runs)
                    for i in positions
                ])
            else:
                played = self.ensemble.more(drawn, positions, strategy, 0, self.runs)
            means = means_over_runs(self.case, played)
            found[strategy] = {
                identifier(name): means[:, i] / (DAYS_A_YEAR if one.kind == "date" else one.factor)
                for i, (name, one) in enumerate(self.case.measures.items())
            }
        return found

    def _drawn(self, values: Array) -> Futures:
        factors = np.array([a.factor for a in self.case.assumptions.values()])
        return Futures(0, tuple(self.case.assumptions), values, values * factors, np.full_like(values, 0.5))

    def _values(self, given: Mapping[str, ArrayLike]) -> Array:
        names = {identifier(name): name for name in self.case.assumptions}
        if unknown := [name for name in given if name not in names]:
            raise TypeError(f"{unknown[0]} is no assumption of {self.case.name}; these are: {', '.join(names)}")
        columns = [
            _column(self.case.assumptions[name], given[key]) if key in given else _middle(self.case.assumptions[name])
            for key, name in names.items()
        ]
        return np.stack(np.broadcast_arrays(*columns), axis=1).astype(float) if columns else np.empty((1, 0))


def as_function(
    case: Case, *, strategies: Sequence[str] | None = None, runs: int = 32, seed: int = 1
) -> Function:
    """The case as a vectorised function of its assumptions."""
    ensemble = Ensemble(case, futures=1, runs=runs, seed=seed, strategies=strategies)
    return Function(case, ensemble.strategies, runs, seed, ensemble)


def _column(assumption: Assumption, given: ArrayLike) -> Array:
    values = np.atleast_1d(np.asarray(given))
    if not assumption.rivals:
        return values.astype(float)
    number = {rival: i for i, rival in enumerate(assumption.rivals)}
    if wrong := [v for v in values.tolist() if v not in number]:
        raise ValueError(f"{wrong[0]} is no rival of {assumption.name}: {', '.join(number)}")
    return np.array([float(number[v]) for v in values.tolist()])


def _middle(assumption: Assumption) -> Array:
    of = assumption.distribution
    if isinstance(of, OneOf):
        return np.array([float(np.argmax(of.weights))])
    half = np.array([0.5])
    return inverse(of, half, half)


# --- data frames and data sets ---------------------------------------------------------------------------------


def as_frame(outcomes: Mapping[str, Mapping[str, Array]]) -> pl.DataFrame:
    """What a function yields as a polars data frame: a row for each set and strategy, a column for each measure."""
    import polars as pl

    frames = [
        pl.DataFrame({"strategy": [strategy] * len(next(iter(of.values()))), **of})
        for strategy, of in outcomes.items()
    ]
    return pl.concat(frames)


def as_xarray(frame: pl.DataFrame, case: Case, strategies: Sequence[str]) -> Any:
    """A run's rows of futures (`blocks/futures-*.parquet`) as an xarray data set over `future` and `strategy`:
    measures over both, assumptions and claims over futures. Raises `Refused` where xarray is not installed."""
    xr = _imported("xarray", "xarray")
    data: dict[str, Any] = {identifier(n): ("future", frame[n].to_numpy()) for n in case.assumptions}
    for claim in case.claims:
        for part in ("margin", "holds"):
            if f"{claim}.{part}" in frame.columns:
                data[f"{claim}_{part}"] = ("future", frame[f"{claim}.{part}"].to_numpy())
    for measure in case.measures:
        columns = np.stack([frame[f"{s}.{measure}"].to_numpy() for s in strategies], axis=1)
        data[identifier(measure)] = (("future", "strategy"), columns)
    return xr.Dataset(data, coords={"future": frame.to_series(0).to_numpy(), "strategy": list(strategies)},
                      attrs={"case": case.name, "as_of": case.as_of.isoformat()})


def as_ema_model(case: Case, *, runs: int = 32, seed: int = 1) -> Any:
    """The case as a model of the EMA Workbench: assumptions as uncertainties, the strategy as a lever, the means of
    the measures as outcomes. Ranges without an end are cut at the outermost thousandths; rivals are categorical.

    Raises `Refused` where the workbench is not installed.
    """
    ema = _imported("ema_workbench", "ema_workbench")
    play = as_function(case, runs=runs, seed=seed)

    def run(strategy: str, **assumptions: Any) -> dict[str, float]:
        outcomes = Function(case, (strategy,), runs, seed, play.ensemble)(**assumptions)[strategy]
        return {name: float(values[0]) for name, values in outcomes.items()}

    model = ema.Model(re.sub(r"\W", "", case.name), function=run)
    model.uncertainties = [
        _uncertainty(ema, one) for one in case.assumptions.values() if not isinstance(one.distribution, Fixed)
    ]
    model.levers = [ema.CategoricalParameter("strategy", list(case.strategies))]
    model.outcomes = [ema.ScalarOutcome(identifier(name)) for name in case.measures]
    return model


def _uncertainty(ema: Any, assumption: Assumption) -> Any:
    name = identifier(assumption.name)
    if assumption.rivals:
        return ema.CategoricalParameter(name, list(assumption.rivals))
    low, high = support(assumption.distribution)
    ends = inverse(assumption.distribution, np.array([TAIL, 1 - TAIL]), np.array([1 - TAIL, TAIL]))
    return ema.RealParameter(name, float(low if np.isfinite(low) else ends[0]),
                             float(high if np.isfinite(high) else ends[1]))


def _imported(module: str, package: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise Refused((Problem("package_missing", Place(), {"name": package}),)) from None


