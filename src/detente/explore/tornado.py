"""The tornado: how a claim's share (or a goal's mean) differs between the ends of each assumption's range.

By conditional means, read off the futures that are there: the mean over the fifth of the futures with the lowest
values of an assumption against the fifth with the highest, or each rival's.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.language.records import dataclass

from .table import Array, Table

END = 0.2


@dataclass(frozen=True, slots=True)
class Bar:
    """What the mean is at each end (`low`, `high`) or under each rival."""

    assumption: str
    ends: Mapping[str, float]

    @property
    def length(self) -> float:
        """The greatest difference."""
        return max(self.ends.values()) - min(self.ends.values()) if self.ends else 0.0


def tornado(table: Table, response: Array) -> tuple[Bar, ...]:
    """The bars of a response [future] (NaN left out), the longest first."""
    counted = ~np.isnan(response)
    bars = [Bar(name, _ends(table, j, response, counted)) for j, name in enumerate(table.names)]
    return tuple(sorted(bars, key=lambda bar: -bar.length))


def _ends(table: Table, j: int, response: Array, counted: Array) -> dict[str, float]:
    name = table.names[j]
    if name in table.rivals:
        parts = {rival: table.values[:, j] == i for i, rival in enumerate(table.rivals[name])}
    else:
        parts = {"low": table.ranks[:, j] <= END, "high": table.ranks[:, j] >= 1 - END}
    return {end: float(response[rows & counted].mean()) for end, rows in parts.items() if (rows & counted).any()}
