"""What one run says: the expressions inside `P`, `mean`, `median` and `q`, for all futures and runs at once.

Numbers are in internal units, dates are days since `as_of` and `never` is +inf, so that comparing dates is
comparing numbers: `never` equals `never`, and `x < never` means that x happened. `a before b` needs a to have
happened and b to be later and not in the same step; a date that is written down counts as the end of the step
that holds it. Where nothing of a run stands in an expression the same table gives its value for each future.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..language.calendar import DAYS_A_YEAR
from ..language.case import Case
from ..language.tree import (
    And,
    Arith,
    AssumptionRef,
    Before,
    CalendarPart,
    Call,
    Compare,
    CompareRival,
    DateDifference,
    DateLiteral,
    Expr,
    IfElse,
    Indicator,
    MeasureAt,
    Negate,
    Never,
    Not,
    Number,
    Or,
    Power,
    Truth,
)
from .intervals import Array

Rows: TypeAlias = npt.NDArray[np.int64] | None
Stretch: TypeAlias = tuple[Rows, Array]
Values: TypeAlias = Any  # float or bool arrays that broadcast to [F, R]


def whole_block(runs: Mapping[str, Array]) -> dict[str, Sequence[Stretch]]:
    """The runs of a block as one stretch for each strategy."""
    return {strategy: ((None, each),) for strategy, each in runs.items()}


@dataclass(eq=False)
class Sample:
    """Runs of some futures of a block. `runs` holds for each strategy one stretch of runs after the other, each
    [f, r, M] with the rows of its f to look at; `assumptions` hold values for the block (internal units, or the
    index of a rival) and `picked` which of them to look at. Instead of rows, None is all."""

    case: Case
    runs: Mapping[str, Sequence[Stretch]]
    assumptions: Mapping[str, Array]
    futures: int
    count: int  # runs of each future
    picked: Rows = None
    estimates: dict[Expr, Any] = field(default_factory=dict)
    _columns: dict[tuple[str, str], Array] = field(default_factory=dict)

    def measure(self, name: str, strategy: str) -> Array:
        """One measure under one strategy, [F, R]."""
        column = self._columns.get((name, strategy))
        if column is None:
            place = list(self.case.measures).index(name)
            parts = [runs[slice(None) if rows is None else rows, :, place] for rows, runs in self.runs[strategy]]
            column = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
            column = self._columns[name, strategy] = np.ascontiguousarray(column, dtype=float)
        return column

    def assumption(self, name: str) -> Array:
        """An assumption as a column, [F, 1]."""
        values = np.asarray(self.assumptions[name])
        return (values if self.picked is None else values[self.picked])[:, None]


def evaluate(node: Expr, sample: Sample) -> Values:
    """The value in each run. Raises TypeError for a node that cannot stand in a claim."""
    rule = _RULES.get(type(node))
    if rule is None:
        raise TypeError(f"{type(node).__name__} cannot stand in a claim")
    return rule(node, sample)


# --- dates ---------------------------------------------------------------------------------------------------


def days(case: Case, day: dt.date) -> float:
    """Days since `as_of`."""
    return float((day - case.as_of).days)


def never_day(case: Case) -> float:
    """The day that `never` counts as in a difference: the horizon plus one step."""
    return days(case, case.day(case.horizon + 1))


def as_days(dates: Values, never: float) -> Array:
    """Dates with `never` counted as a day."""
    return np.where(np.isinf(dates), never, dates)


def step_end(case: Case, day: dt.date) -> float:
    """The end of the step that holds a day; a day outside the case's time is itself."""
    if not case.as_of < day <= case.day(case.horizon):
        return days(case, day)
    step = bisect.bisect_left(range(case.horizon + 1), day, key=case.day)
    return days(case, case.day(step))


def calendar_part(part: str, dates: Values, case: Case) -> Array:
    """The year or the month (1 to 12) of dates."""
    whole = np.floor(as_days(dates, never_day(case))).astype("timedelta64[D]")
    months = (np.datetime64(case.as_of, "D") + whole).astype("datetime64[M]").astype(np.int64)
    return np.asarray(months // 12 + 1970 if part == "year" else months % 12 + 1, float)


def _before(node: Before, sample: Sample) -> Values:
    left, right = (
        step_end(sample.case, side.day) if isinstance(side, DateLiteral) else evaluate(side, sample)
        for side in (node.left, node.right)
    )
    return np.less(left, right)  # strict, so that left is a day; dates of measures are ends of steps


def _difference(node: DateDifference, sample: Sample) -> Values:
    never = never_day(sample.case)
    left, right = (as_days(evaluate(side, sample), never) for side in (node.left, node.right))
    return (left - right) / DAYS_A_YEAR


# --- functions and operators -----------------------------------------------------------------------------------


def table(x: Values, *points: Values) -> Values:
    """Straight lines between points (x1, y1, x2, y2, ..) with rising x, flat outside."""
    xs, ys = points[0::2], points[1::2]
    y = np.where(np.isnan(x), np.nan, ys[0])
    for x1, y1, x2, y2 in zip(xs[:-1], ys[:-1], xs[1:], ys[1:], strict=True):
        y = np.where(x >= x1, y1 + (y2 - y1) * ((x - x1) / (x2 - x1)), y)
    return np.where(x >= xs[-1], ys[-1], y)


FUNCTIONS: Mapping[str, Callable[..., Values]] = {
    "min": lambda *args: reduce(np.minimum, args),
    "max": lambda *args: reduce(np.maximum, args),
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "logistic": lambda x: 1 / (1 + np.exp(-x)),
    "table": table,
}
ARITHMETIC: Mapping[str, Callable[..., Values]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide,
}
COMPARISON: Mapping[str, Callable[..., Values]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "==": np.equal, "!=": np.not_equal,
}


def whole_exponent(node: Power) -> int | None:
    """The literal whole exponent within 0..8 that multiplies, if it is one."""
    exponent = node.exponent
    if isinstance(exponent, Number) and exponent.value in range(9):
        return int(exponent.value)
    return None


def _power(node: Power, sample: Sample) -> Values:
    base, times = evaluate(node.base, sample), whole_exponent(node)
    if times is None:
        return np.exp(evaluate(node.exponent, sample) * np.log(base))
    return reduce(np.multiply, [base] * times, np.ones(()))


def _all(node: Expr, sample: Sample) -> list[Values]:
    args: tuple[Expr, ...] = getattr(node, "args")  # noqa: B009 - And, Or, Call
    return [evaluate(arg, sample) for arg in args]


def _sides(node: Any, sample: Sample) -> tuple[Values, Values]:
    return evaluate(node.left, sample), evaluate(node.right, sample)


_RULES: Mapping[type, Callable[[Any, Sample], Values]] = {
    Number: lambda n, s: np.float64(n.value),
    Truth: lambda n, s: np.bool_(n.value),
    DateLiteral: lambda n, s: np.float64(days(s.case, n.day)),
    Never: lambda n, s: np.float64(np.inf),
    AssumptionRef: lambda n, s: s.assumption(n.name),
    MeasureAt: lambda n, s: s.measure(n.measure, n.strategy),
    Arith: lambda n, s: ARITHMETIC[n.op](*_sides(n, s)),
    Compare: lambda n, s: COMPARISON[n.op](*_sides(n, s)),
    CompareRival: lambda n, s: COMPARISON[n.op](s.assumption(n.assumption), n.rival),
    Before: _before,
    DateDifference: _difference,
    CalendarPart: lambda n, s: calendar_part(n.part, evaluate(n.arg, s), s.case),
    Negate: lambda n, s: -evaluate(n.arg, s),
    Power: _power,
    Call: lambda n, s: FUNCTIONS[n.name](*_all(n, s)),
    IfElse: lambda n, s: np.where(evaluate(n.condition, s), evaluate(n.then, s), evaluate(n.other, s)),
    Indicator: lambda n, s: np.asarray(evaluate(n.condition, s), float),
    And: lambda n, s: reduce(np.logical_and, _all(n, s)),
    Or: lambda n, s: reduce(np.logical_or, _all(n, s)),
    Not: lambda n, s: np.logical_not(evaluate(n.arg, s)),
}
