"""The kernel against PySD and pysimlin on one stock-and-flow model: 6 stocks, 10 auxiliaries, 120 steps.

Each side plays the same model with another value of one constant in every run and yields the six stocks at the end;
they are checked to agree. PySD at its fastest: a loaded model, one returned row. pysimlin likewise: one simulation,
reset. Both come with the extra `bench`; what is not installed is skipped.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from timing import Row, medians, show

from detente.language.load import load
from detente.model.kernel import Kernel
from detente.model.lower import calendar, lower

HERE = Path(__file__).parent / "models"
STOCKS = ("reach", "strain", "adaptation", "fear", "tension", "trust")
BITES = np.linspace(0.5, 2, 64 * 64)
Array = NDArray[np.float64]
Player = Callable[[Sequence[float] | Array], Array]


def by_kernel() -> Player:
    """All runs in one call."""
    case = load(HERE / "stock_and_flow.yaml", warn=False)
    form, days = lower(case), calendar(case)
    kernel = Kernel(form)

    def play(bites: Sequence[float] | Array) -> Array:
        numbers = np.arange(len(bites))
        return kernel.play(days, np.asarray(bites)[:, None], 0, 1, numbers, np.zeros_like(numbers)).measures.T

    return play


def by_pysd(folder: str) -> Player:
    """A run a call."""
    import pysd

    path = shutil.copy(HERE / "stock_and_flow.xmile", folder)
    model = pysd.read_xmile(path)

    def play(bites: Sequence[float] | Array) -> Array:
        rows = [
            model.run(params={"bite": bite}, return_columns=list(STOCKS), return_timestamps=[10], reload=False)
            for bite in bites
        ]
        return np.array([row[list(STOCKS)].to_numpy()[-1] for row in rows])

    return play


def by_simlin() -> Player:
    """A run a call."""
    import simlin

    sim = simlin.load(HERE / "stock_and_flow.xmile").simulate()

    def one(bite: float) -> list[float]:
        sim.reset()
        sim.set_value("bite", bite)
        sim.run_to_end()
        return [sim.get_value(name) for name in STOCKS]

    return lambda bites: np.array([one(bite) for bite in bites])


def main() -> list[Row]:
    """Ratios of the time for a run."""
    kernel = by_kernel()
    peers = {"pysd": (10, "PySD", 2000), "simlin": (500, "pysimlin", 15)}
    rows = []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        make: dict[str, Callable[[], Player]] = {"pysd": lambda: by_pysd(folder), "simlin": by_simlin}
        for module, (runs, name, target) in peers.items():
            if importlib.util.find_spec(module) is None:
                rows.append(Row(f"{name} / kernel", "skipped", f"{name} is not installed: pip install -e '.[bench]'"))
                continue
            peer, bites = make[module](), [float(b) for b in BITES[:: len(BITES) // runs][:runs]]
            np.testing.assert_allclose(peer(bites), kernel(bites), rtol=1e-9)
            taken = medians({"peer": partial(peer, bites), "kernel": partial(kernel, BITES)}, rounds=7)
            each, ours = taken["peer"] / len(bites), taken["kernel"] / len(BITES)
            rows.append(Row(f"{name}, µs a run", f"{1e6 * each:.1f}"))
            rows.append(Row("kernel, µs a run of the same", f"{1e6 * ours:.2f}"))
            rows.append(Row(f"{name} / kernel", f"{each / ours:,.0f}", f">= {target:,}"))
    return rows


if __name__ == "__main__":
    show(main())
