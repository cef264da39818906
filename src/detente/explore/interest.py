"""Other cases of interest than a claim's failures: futures where a measure is beyond a threshold, or a regret is.

Written `STRATEGY.MEASURE < NUMBER` (its mean in the future, in its shown unit; a date as a day, `2021-01-20`, or in
years since `as_of`) or `regret(STRATEGY) > NUMBER` (by the first goal, in its unit).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.language.calendar import DAYS_A_YEAR
from detente.language.case import Case
from detente.language.records import dataclass

from .prim import Box, columns_of, find_boxes
from .regret import regret
from .sentences import restriction
from .table import Array, Flags, Table

if TYPE_CHECKING:
    import polars as pl

_FORM = re.compile(
    r"\s*(?:regret\(\s*(?P<of>\w+)\s*\)|(?P<strategy>\w+)\.(?P<measure>\w+))\s*(?P<sign><=|>=|<|>)\s*(?P<value>\S+)\s*"
)
_SIGNS: dict[str, Callable[[Array, float], Any]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}


@dataclass(frozen=True)
class Interest:
    """What was asked, in which share of futures it is so, and the boxes where it is."""

    text: str
    share: float
    boxes: tuple[Box, ...]
    table: Table

    def sentence(self, box: Box) -> str:
        """What a box says."""
        table = self.table
        parts = [restriction(table.case, n, limit, table.rivals.get(n)) for n, limit in box.limits.items()]
        told = f"{self.text} where {' and '.join(parts)} ({box.coverage:.0%} of such futures, {box.density:.0%} pure)"
        return told.replace("%", " %")

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {"of": self.text, "share": self.share, "boxes": [
            {"coverage": b.coverage, "density": b.density, "mass": b.mass, "quasi_p": dict(b.quasi_p),
             "limits": {n: self._limits(n, limit) for n, limit in b.limits.items()}, "sentence": self.sentence(b)}
            for b in self.boxes
        ]}

    def _limits(self, name: str, limit: tuple[float, ...]) -> list[float] | list[str]:
        if name in self.table.rivals:
            return [self.table.rivals[name][round(v)] for v in limit]
        values = self.table.column(name)
        return [max(limit[0], float(values.min())), min(limit[1], float(values.max()))]


def interest(text: str, table: Table, frame: pl.DataFrame, case: Case) -> Interest:
    """The boxes in which what `text` says is so. Raises ValueError, naming what is wrong with the text."""
    hits = flags_of(text, table, frame, case)
    boxes = find_boxes(columns_of(table.names, table.values, table.rivals), hits) if table.names else []
    return Interest(" ".join(text.split()), float(hits.mean()), tuple(boxes), table)


def flags_of(text: str, table: Table, frame: pl.DataFrame, case: Case) -> Flags:
    """In which futures it is so."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError("write `STRATEGY.MEASURE < NUMBER` or `regret(STRATEGY) > NUMBER`")
    strategy = found["of"] or found["strategy"]
    if strategy not in table.strategies:
        raise ValueError(f"{strategy} is no strategy that was played: {', '.join(table.strategies)}")
    if found["of"]:
        if not table.goals:
            raise ValueError("regret needs `goals:` in the case")
        values = regret(table, next(iter(table.goals)))[table.strategies.index(strategy)]
        return np.asarray(_SIGNS[found["sign"]](values, _number(found["value"])))
    measure = case.measures.get(found["measure"])
    if measure is None:
        raise ValueError(f"{found['measure']} is no measure: {', '.join(case.measures)}")
    values = frame[f"{strategy}.{measure.name}"].to_numpy()
    line = _days(found["value"], case) if measure.kind == "date" else _number(found["value"])
    return np.asarray(_SIGNS[found["sign"]](values, line))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text} is no number") from None


def _days(text: str, case: Case) -> float:
    try:
        return float((date.fromisoformat(text) - case.as_of).days)
    except ValueError:
        return _number(text) * DAYS_A_YEAR
