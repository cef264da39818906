"""Fair timing on a shared machine: sides take turns within one run, CPU time, medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, what came out, what it should be."""

    what: str
    figure: str
    target: str = ""

    def __str__(self) -> str:
        return f"{self.what:<66} {self.figure:>14}   {self.target}"


def medians(
    sides: Mapping[str, Callable[[], object]], rounds: int = 9, clock: Callable[[], float] = time.thread_time
) -> dict[str, float]:
    """Seconds of each side, the median over rounds in which they take turns; a first round is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for i in range(rounds + 1):
        for name, work in sides.items():
            begun = clock()
            work()
            if i:
                taken[name].append(clock() - begun)
    return {name: statistics.median(times) for name, times in taken.items()}


def show(rows: list[Row]) -> None:
    """Print a table."""
    print("\n".join(map(str, rows)), flush=True)
