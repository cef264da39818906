"""How fast the arithmetic of inspection is: `python benchmarks/verification.py` prints seconds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

import numpy as np

from detente.verification import (
    allocate,
    detected_by,
    detection_probability,
    inspection_game,
    least_budget,
    smallest_sample,
)


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The best of a few repetitions."""
    best = float("inf")
    for _ in range(repeats):
        begun = perf_counter()
        work()
        best = min(best, perf_counter() - begun)
    return best


def all_games(periods: int) -> None:
    """Every number of inspections, five violations, in fractions."""
    for inspections in range(periods + 1):
        inspection_game(periods, inspections, 5, 0.7, exact=True)


def table(sites: int, units: int) -> tuple[list[list[float]], list[int], list[int]]:
    rng = np.random.default_rng(1)
    rows = np.round(1 - (1 - rng.uniform(0.1, 0.6, (sites, 1))) ** np.arange(units + 1), 3)
    return rows.tolist(), rng.integers(1, 9, sites).tolist(), rng.integers(1, 9, sites).tolist()


def main() -> None:
    rng = np.random.default_rng(0)
    falsified, sample = rng.integers(1, 40, 100_000), rng.integers(1, 200, 100_000)
    times = rng.uniform(0, 50, 20_000)
    begun = perf_counter()
    subprocess.run([sys.executable, "-c", "import detente.verification"], check=True)
    figures = {
        "import, with the interpreter": perf_counter() - begun,
        "all 201 games of 200 periods, exact": seconds(lambda: all_games(200)),
        "detection_probability, 100,000 pairs": seconds(lambda: detection_probability(1000, falsified, sample)),
        "the same, detects 0.9": seconds(lambda: detection_probability(1000, falsified, sample, 0.9), 1),
        "smallest_sample of 10^6 items": seconds(lambda: smallest_sample(1_000_000, 20, 0.95, 0.9)),
        "detected_by, 20,000 times, random looks": seconds(lambda: detected_by(times, "random", 1, 0.3, "worst")),
        "allocate, 12 sites, 20 units, floats": seconds(lambda: allocate(20, *table(12, 8))),
        "allocate, 12 sites, 20 units, exact": seconds(lambda: allocate(20, *table(12, 8), exact=True)),
        "least_budget, 12 sites": seconds(lambda: least_budget(*table(12, 8)), 1),
        "allocate, 100 sites, 200 units, floats": seconds(lambda: allocate(200, *table(100, 8)), 1),
    }
    for name, value in figures.items():
        print(f"{name:42s} {value:8.3f} s")


if __name__ == "__main__":
    main()
