"""The one list of functions: grammar, names, units, model, documentation read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Function:
    """`arity` is (least, most); `units` says how units pass through; `stock` marks what compiles to a stock."""

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
