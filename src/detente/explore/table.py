"""The futures of a run as exploration sees them: assumptions, what claims say, what strategies yield, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.claims.tally import varying
from detente.language.calendar import DAYS_A_YEAR
from detente.language.case import Case, Goal
from detente.language.records import dataclass
from detente.simulate.futures import SCRAMBLES

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]
BETTER_HIGH: frozenset[Goal] = frozenset(("more", "late", "many"))


@dataclass(frozen=True, eq=False)
class ClaimRows:
    """What a claim says in each future: its margin (NaN where it is not defined) and whether it holds."""

    name: str
    margin: Array
    holds: Flags

    @property
    def counted(self) -> Flags:
        """Where the claim is defined."""
        return ~np.isnan(self.margin)


@dataclass(frozen=True, eq=False)
class Table:
    """`values` is [future, assumption] in own units, rivals by number, of the assumptions that vary; `rivals` maps
    those of them that have rivals to their names. `goals` maps a measure to [strategy, future], in its shown unit,
    dates in years since `as_of` (`never` as the horizon plus one step); the first is the one that choices go by."""

    names: tuple[str, ...]
    values: Array
    rivals: Mapping[str, tuple[str, ...]]
    claims: Mapping[str, ClaimRows]
    strategies: tuple[str, ...] = ()
    goals: Mapping[str, Array] = field(default_factory=dict)
    wanted: Mapping[str, Goal] = field(default_factory=dict)
    numbers: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    case: Case | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.values)

    def column(self, name: str) -> Array:
        """The values of an assumption."""
        return self.values[:, self.names.index(name)]

    @cached_property
    def ranks(self) -> Array:
        """Each assumption's values as shares of the futures that lie below, [future, assumption]: in (0, 1), and
        equal for equal values."""
        made = np.empty_like(self.values)
        for j in range(self.values.shape[1]):
            made[:, j] = mid_ranks(self.values[:, j])
        return made

    @cached_property
    def scrambles(self) -> NDArray[np.int64]:
        """The independent part of the design that each future belongs to."""
        return self.numbers % SCRAMBLES

    def said(self, name: str, value: float) -> float | str:
        """A value of an assumption as it is shown: rivals by name."""
        return self.rivals[name][round(value)] if name in self.rivals else float(value)

    def part(self, rows: Flags) -> Table:
        """Some of the futures."""
        claims = {n: ClaimRows(n, c.margin[rows], c.holds[rows]) for n, c in self.claims.items()}
        goals = {n: g[:, rows] for n, g in self.goals.items()}
        return Table(self.names, self.values[rows], self.rivals, claims, self.strategies, goals, self.wanted,
                     self.numbers[rows], self.case)


def mid_ranks(values: Array) -> Array:
    """Shares of the values below, ties in the middle of theirs; in (0, 1)."""
    ordered = np.sort(values)
    below, upto = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.asarray((below + upto) / (2.0 * max(1, len(values))))


def table_of(frame: pl.DataFrame, case: Case, claims: Sequence[str], strategies: Sequence[str]) -> Table:
    """The table of a run's rows of futures (`claims/parts.py` has the columns)."""
    names = [n for n in varying(case) if frame[n].n_unique() > 1]
    rivals = {n: case.assumptions[n].rivals for n in names if case.assumptions[n].rivals}
    columns = [_numbers(frame, n, rivals.get(n)) for n in names]
    values = np.stack(columns, axis=1) if columns else np.empty((len(frame), 0))
    rows = {
        n: ClaimRows(n, frame[f"{n}.margin"].fill_null(np.nan).to_numpy(), frame[f"{n}.holds"].to_numpy())
        for n in claims
    }
    goals = {
        m: np.array([_goal(frame, case, s, m) for s in strategies]) for m in case.goals if len(strategies)
    }
    return Table(tuple(names), values, rivals, rows, tuple(strategies), goals, dict(case.goals),
                 frame.to_series(0).to_numpy().astype(np.int64), case)


def _numbers(frame: pl.DataFrame, name: str, rivals: Sequence[str] | None) -> Array:
    if rivals is None:
        return np.asarray(frame[name].to_numpy(), float)
    number = {rival: float(i) for i, rival in enumerate(rivals)}
    return np.fromiter((number[rival] for rival in frame[name]), float, len(frame))


def _goal(frame: pl.DataFrame, case: Case, strategy: str, measure: str) -> Array:
    values = np.asarray(frame[f"{strategy}.{measure}"].to_numpy(), float)
    return values / DAYS_A_YEAR if case.measures[measure].kind == "date" else values
