"""The kernel against the same model written by hand in C, on one core, and against the reference.

All draw the same numbers and are checked to yield the same measures. C is compiled with `gcc -O3 -march=native`.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from timing import Row, medians, show

from detente.language.load import load
from detente.model.kernel import Kernel
from detente.model.lower import calendar, lower
from detente.model.reference import play
from detente.simulate.futures import draw

HERE = Path(__file__).parent / "models"
FUTURES, RUNS, SEED = 64, 32, 7
DRAWS = (
    *(f"event:{name}" for name in (
        "nuclear_test", "launch_success", "launch_failure", "exercise", "walkout", "clash", "review", "accord", "war",
        "collapse",
    )),
    "choice:china.enforcement", "shock:fear", "shock:tension",
)  # fmt: skip


def compiled_c(folder: str) -> Callable[..., None]:
    """The function `play` of dispute.c."""
    library = f"{folder}/dispute.so"
    command = ["gcc", "-O3", "-march=native", "-shared", "-fPIC", str(HERE / "dispute.c"), "-o", library, "-lm"]
    subprocess.run(command, check=True)
    function = ctypes.CDLL(library).play
    function.restype = None
    return function


def agreement(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """The share of runs with equal measures, to a billionth: a last bit can flip a threshold now and then."""
    with np.errstate(invalid="ignore"):
        close = (a == b) | (np.abs(a - b) <= 1e-9 * np.maximum(1, np.abs(b)))
    return float(close.all(axis=0).mean())


def main() -> list[Row]:
    """Play the same runs on each side; one strategy."""
    case = load(HERE / "dispute.yaml", warn=False)
    form, days = lower(case), calendar(case)
    kernel, theta = Kernel(form), draw(case, SEED, 0, FUTURES).internal
    futures, runs = np.repeat(np.arange(FUTURES), RUNS), np.tile(np.arange(RUNS), FUTURES)
    slots = {d.name: d.slot for d in form.draws}
    slot = np.array([slots[name] for name in DRAWS], dtype=np.uint32)
    by_c = np.empty((10, FUTURES * RUNS))

    def in_c() -> None:
        by_hand(
            ctypes.c_int64(FUTURES), ctypes.c_int64(RUNS), ctypes.c_uint64(SEED), ctypes.c_int64(days.steps),
            ctypes.c_double(days.dt), *(ctypes.c_void_p(a.ctypes.data) for a in (theta, slot, days.day, by_c)),
        )

    def in_kernel() -> NDArray[np.float64]:
        return kernel.play(days, theta, 0, SEED, futures, runs).measures

    def in_reference() -> NDArray[np.float64]:
        return play(form, days, theta[futures], 0, SEED, futures, runs).measures.T

    with tempfile.TemporaryDirectory() as folder:
        by_hand = compiled_c(folder)
        in_c()
        same = agreement(in_kernel(), by_c)
        if same < 0.995 or not np.array_equal(in_kernel(), in_reference()):
            raise SystemExit(f"the sides disagree: only {same:.2%} of the runs are equal")
        fast = medians({"C": in_c, "kernel": in_kernel}, rounds=31)
        slow = medians({"kernel": in_kernel, "reference": in_reference}, rounds=3)
    each = 1e9 / (FUTURES * RUNS * days.steps)
    return [
        Row("runs on which kernel and C agree to a billionth", f"{same:.2%}"),
        Row("C by hand, ns a run and step, one core", f"{fast['C'] * each:.0f}"),
        Row("kernel, ns a run and step, one core", f"{fast['kernel'] * each:.0f}"),
        Row("kernel / C", f"{fast['kernel'] / fast['C']:.2f}", "<= 1.00"),
        Row("reference / kernel", f"{slow['reference'] / slow['kernel']:.1f}"),
    ]


if __name__ == "__main__":
    show(main())
