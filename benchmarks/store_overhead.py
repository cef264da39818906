"""What a future costs beyond its runs: a trivial model, draws and store included, against the EMA Workbench."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
import warnings
from pathlib import Path

from timing import Row, show

from detente.claims.stored import play_into
from detente.language.load import load_text

OURS, THEIRS = 2_000_000, 5_000
CASE = """
detente: 1
case: trivial
as_of: 2020-01-01
horizon: 1 month
step: 1 month
parties: {us: {name: US}}
options: {us.talks: [none, direct]}
assumptions: {x: {uniform: [0, 1], status: judged}, y: {uniform: [0, 1], status: judged}}
quantities: {z: {start: 0, change: x + y}}
strategies: {only: {moves: {us.talks: direct}}}
measures: {sum: final(z)}
"""


def main() -> list[Row]:
    """Seconds of CPU for each future (experiment), the same trivial sum in both."""
    case, folder = load_text(CASE, warn=False), Path(tempfile.mkdtemp())
    try:
        play_into(folder / "warm", case, futures=64, runs=1)
        begun = time.process_time()
        play_into(folder / "run", case, futures=OURS, runs=1)
        ours = (time.process_time() - begun) / OURS
    finally:
        shutil.rmtree(folder)
    row = Row("a future of a trivial model, draws and store included, microseconds", f"{ours * 1e6:.1f}")
    try:
        theirs = _theirs()
    except ImportError:
        return [row, Row("ema_workbench / detente, overhead", "not measured", "it cannot be imported here")]
    return [row, Row("ema_workbench / detente, overhead of a future, CPU time", f"{theirs / ours:.0f}", ">= 100")]


def _theirs() -> float:
    import ema_workbench as ema

    logging.disable(logging.WARNING)
    model = ema.Model("trivial", function=lambda x, y: {"sum": (x + y) / 12})
    model.uncertainties = [ema.RealParameter("x", 0, 1), ema.RealParameter("y", 0, 1)]
    model.outcomes = [ema.ScalarOutcome("sum")]
    with warnings.catch_warnings(), ema.SequentialEvaluator(model) as evaluator:
        warnings.simplefilter("ignore")
        begun = time.process_time()
        evaluator.perform_experiments(THEIRS)
        return (time.process_time() - begun) / THEIRS


if __name__ == "__main__":
    show(main())
