"""What agreements cost: in a run of korea-2016, in the monitor of a long log, and the exact games of inspection."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from timing import Row, medians, show

from detente.agreements import load_agreement, monitor
from detente.language.case import Case
from detente.language.load import load
from detente.model.kernel import Kernel
from detente.model.lower import calendar, lower
from detente.simulate.ensemble import Ensemble
from detente.verification import inspection_game

CASES = Path(__file__).parent.parent / "cases"
FUTURES, RUNS, ROWS = 64, 32, 100_000


class Played:
    """A case ready to be played under one strategy."""

    def __init__(self, case: Case) -> None:
        self.form, self.calendar = lower(case), calendar(case)
        self.kernel = Kernel(self.form)
        self.theta = Ensemble(case, futures=FUTURES, runs=RUNS).draw(0, FUTURES).internal
        self.futures, self.runs = np.repeat(np.arange(FUTURES), RUNS), np.tile(np.arange(RUNS), FUTURES)

    def play(self, strategy: int) -> None:
        """All runs under a strategy."""
        self.kernel.play(self.calendar, self.theta, strategy, 1, self.futures, self.runs)


def in_a_run() -> list[Row]:
    """The strategies that offer a deal, and the same with the deal off the table."""
    case = load(CASES / "korea-2016", warn=False)
    idle = replace(case, strategies={n: replace(s, offers=()) for n, s in case.strategies.items()})
    offered, alone = Played(case), Played(idle)
    rows, spent = [], {"with": 0.0, "without": 0.0}
    for i, strategy in enumerate(case.strategies.values()):
        times = medians({"with": lambda i=i: offered.play(i), "without": lambda i=i: alone.play(i)}, rounds=5)
        spent = {side: spent[side] + times[side] for side in spent}
        if strategy.offers:
            rows.append(Row(f"korea-2016, {strategy.name} / the same without its deal", _ratio(times)))
    return [Row("korea-2016, a run with its agreements / without", _ratio(spent), "<= 1.30"), *rows]


def _ratio(times: dict[str, float]) -> str:
    return f"{times['with'] / times['without']:.2f}"


def monitored() -> Row:
    """A day of the monitor over a log of a hundred thousand rows, the log given as rows."""
    agreement = load_agreement(CASES / "agreed-framework" / "agreement.yaml")
    days = np.arange("1995-01-01", "2002-01-01", dtype="datetime64[D]")
    log = [
        {"date": str(days[i * len(days) // ROWS]), "kind": "oil", "party": "us", "value": str(i % 7), "known": ""}
        for i in range(ROWS)
    ]
    begun = time.process_time()
    monitor(agreement, log)
    return Row("monitor over a log of 10^5 rows, CPU time", f"{time.process_time() - begun:.2f} s", "< 1 s")


def games() -> Row:
    """Every number of inspections in 200 periods, five violations, in fractions."""
    begun = time.process_time()
    for inspections in range(201):
        inspection_game(200, inspections, 5, 0.7, exact=True)
    return Row("201 exact inspection games of 200 periods, CPU time", f"{time.process_time() - begun:.2f} s", "< 1 s")


def main() -> list[Row]:
    """All three."""
    return [*in_a_run(), monitored(), games()]


if __name__ == "__main__":
    show(main())
