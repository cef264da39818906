"""Two threads against one, and runs per second of korea-2016: by the clock on the wall, the best of several rounds.

The machine is shared, so the CPU time that two threads spend on the same work as one is printed beside it: 1.00
says that nothing is lost between them.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from timing import Row, show

from detente.language.load import load
from detente.simulate.ensemble import Ensemble

CASE = Path(__file__).parent.parent / "cases" / "korea-2016"
RUNS, SIZE, BLOCKS, ROUNDS = 32, 64, 8, 7


def main() -> list[Row]:
    """Play the same blocks with one thread and with two."""
    ensemble = Ensemble(load(CASE, warn=False), futures=SIZE * BLOCKS, runs=RUNS)
    ensemble.block(0, SIZE)
    wall: dict[int, list[float]] = {1: [], 2: []}
    cpu: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        for threads in (1, 2):
            with ThreadPoolExecutor(threads) as pool:
                begun = time.perf_counter(), time.process_time()
                list(pool.map(lambda first: ensemble.block(first, SIZE), range(0, SIZE * BLOCKS, SIZE)))
                wall[threads].append(time.perf_counter() - begun[0])
                cpu[threads].append(time.process_time() - begun[1])
    played = SIZE * BLOCKS * RUNS * len(ensemble.strategies)
    best, spent = ({n: min(times) for n, times in side.items()} for side in (wall, cpu))
    return [
        Row("two threads / one, on the wall", f"{best[1] / best[2]:.2f}", ">= 1.90 on two free cores"),
        Row("CPU time of two threads / of one", f"{spent[2] / spent[1]:.2f}", "1.00"),
        Row("korea-2016, runs a second and core, CPU time", f"{played / spent[1]:,.0f}"),
        Row("korea-2016, runs a second on two threads, on the wall", f"{played / best[2]:,.0f}", ">= 100,000"),
    ]


if __name__ == "__main__":
    show(main())
