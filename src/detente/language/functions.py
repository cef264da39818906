"""The one list of functions: grammar, names, units, model, documentation read it."""

from __future__ import annotations

from typing import Literal

from .records import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """What computes a number from numbers.

    `arity` is (least, most); `units` says how units pass through; `stock` marks what compiles to a stock.
    """

    name: str
    arity: tuple[int, int]
    units: Literal["same", "plain", "root", "first", "table", "clip"]
    signature: str
    means: str
    stock: bool = False


_ROWS = [
    Function("min", (2, 16), "same", "min(x, y, ..)", "the least"),
    Function("max", (2, 16), "same", "max(x, y, ..)", "the greatest"),
    Function("abs", (1, 1), "same", "abs(x)", "x without its sign"),
    Function("exp", (1, 1), "plain", "exp(x)", "e to the power x"),
    Function("log", (1, 1), "plain", "log(x)", "the natural logarithm"),
    Function("sqrt", (1, 1), "root", "sqrt(x)", "the square root"),
    Function("clip", (3, 3), "clip", "clip(x, low, high)", "x held between low and high"),
    Function("logistic", (1, 1), "plain", "logistic(x)", "1/(1 + exp(-x))"),
    Function("table", (5, 65), "table", "table(x, x1, y1, x2, y2, ..)",
             "straight lines between points with rising x, flat outside"),
    Function("smooth", (2, 2), "first", "smooth(x, T)",
             "a stock that starts at x and gains (x - itself) * dt / T", stock=True),
    Function("delay", (2, 2), "first", "delay(x, T)",
             "x as it was T earlier, T rounded to whole steps; before that x at the start", stock=True),
]
FUNCTIONS: dict[str, Function] = {row.name: row for row in _ROWS}


@dataclass(frozen=True, slots=True)
class Over:
    """What looks over a run (an aggregate, in measures) or over runs (an estimate, in claims).

    `takes` says of what: a condition, a number, a date or number (`value`), or an event. `units` says what becomes
    of its unit: `same`, `plain`, `times year`, or `date` for what is a date.
    """

    name: str
    takes: Literal["condition", "number", "value", "event"]
    units: Literal["same", "plain", "times year", "date"]
    signature: str
    means: str


_AGGREGATE_ROWS = [
    Over("first", "condition", "date", "first(c)", "the end of the first step after which c is true, else `never`"),
    Over("count", "event", "plain", "count(event)", "how often the event happened"),
    Over("final", "number", "same", "final(x)", "x at the end"),
    Over("max", "number", "same", "max(x)", "the greatest x at the end of a step"),
    Over("min", "number", "same", "min(x)", "the least x at the end of a step"),
    Over("mean", "number", "same", "mean(x)", "the mean of x over the steps"),
    Over("share", "condition", "plain", "share(c)", "the share of steps after which c is true"),
    Over("ever", "condition", "plain", "ever(c)", "1 if c is ever true at the end of a step, else 0"),
    Over("total", "number", "times year", "total(x)", "the sum of x * dt"),
]
_ESTIMATE_ROWS = [
    Over("P", "condition", "plain", "P(CONDITION under STRATEGY)", "the share of runs in which the condition holds; "
         "`P(A if B under S)` among those where B does"),
    Over("mean", "number", "same", "mean(MEASURE under STRATEGY)", "the mean over runs, not of a date"),
    Over("median", "value", "same", "median(MEASURE under STRATEGY)", "the middle value over runs"),
    Over("q", "value", "same", "q(MEASURE, 0.9 under STRATEGY)", "the value that this share of runs stays below"),
]  # fmt: skip
AGGREGATES: dict[str, Over] = {row.name: row for row in _AGGREGATE_ROWS}
ESTIMATES: dict[str, Over] = {row.name: row for row in _ESTIMATE_ROWS}
CALENDAR: dict[str, str] = {"year": "the year of `now`", "month": "the month of `now`, 1 to 12"}
