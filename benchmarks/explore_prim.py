"""PRIM against the EMA Workbench on the same rows, and alone on a million: CPU time, and peak memory of a process."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
import warnings
from typing import Any

import numpy as np
from timing import Row, show

from detente.explore.prim import Step, columns_of, trajectory

WIDTH, ROWS, MANY = 20, 100_000, 1_000_000
ALONE = """
import sys, time
sys.path.insert(0, sys.argv[1])
from explore_prim import peeled, planted
peeled(*planted(1000, 20))
x, hits = planted(int(sys.argv[2]), 20)
begun = time.perf_counter(), time.process_time()
steps = peeled(x, hits)
print(time.perf_counter() - begun[0], time.process_time() - begun[1], len(steps))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def planted(rows: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Uniform values, and whether they lie in a box that three of them make, with noise."""
    rng = np.random.default_rng(1)
    x = rng.random((rows, width))
    inside = (x[:, 0] < 0.35) & (x[:, 5] > 0.5) & (x[:, 7] > 0.2)
    return x, inside ^ (rng.random(rows) < 0.03)


def peeled(x: np.ndarray, hits: np.ndarray) -> list[Step]:
    """The trajectory, sorting included."""
    return trajectory(columns_of(names(x), x, {}), hits)


def names(x: np.ndarray) -> list[str]:
    """One for each column."""
    return [f"a{i}" for i in range(x.shape[1])]


def main() -> list[Row]:
    """The same trajectory by both, then a million rows."""
    x, hits = planted(ROWS, WIDTH)
    peeled(x[:1000], hits[:1000])
    ours = []
    for _ in range(3):
        begun = time.process_time()
        steps = peeled(x, hits)
        ours.append(time.process_time() - begun)
    rows = [Row(f"PRIM, {ROWS:,} rows x {WIDTH}, seconds of CPU", f"{min(ours):.3f}")]
    rows += _against_ema(x, hits, steps, min(ours))
    command = [sys.executable, "-c", ALONE, str(__file__).rpartition("/")[0] or ".", str(MANY)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    wall, cpu, _, kilobytes = (float(word) for word in said)
    return [
        *rows,
        Row(f"PRIM, {MANY:,} rows x {WIDTH}, seconds on the wall (of CPU)", f"{wall:.2f} ({cpu:.2f})", "< 3"),
        Row("the same, peak memory of the process, MB", f"{kilobytes / 1024:.0f}", "< 1,000"),
    ]


def _against_ema(x: np.ndarray, hits: np.ndarray, steps: Any, ours: float) -> list[Row]:
    try:
        import pandas as pd
        from ema_workbench.analysis import prim
    except ImportError:
        return [Row("PRIM / ema_workbench", "not measured", "ema_workbench cannot be imported here")]
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = pd.DataFrame(x, columns=names(x))
        begun = time.process_time()
        theirs = prim.Prim(frame, hits.astype(int), threshold=0.1).find_box().peeling_trajectory[: len(steps)]
        taken = time.process_time() - begun
    same = theirs["n"].astype(int).tolist() == [s.points for s in steps]
    same &= theirs["k"].astype(int).tolist() == [s.hits for s in steps]
    return [
        Row("ema_workbench / detente, PRIM on the same rows, CPU time", f"{taken / ours:.0f}", ">= 30"),
        Row(f"the same {len(steps)} boxes, points and cases of interest", "yes" if same else "NO", "yes"),
    ]


if __name__ == "__main__":
    show(main())
