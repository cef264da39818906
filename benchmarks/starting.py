"""From the start of the process to an answer: imports, `detente check`, first results cold, warm and with other
numbers, and a full run of korea-2016. CPU time of the process and its clock on the wall, medians.

Python keeps the bytecode of modules here, as it does unless PYTHONDONTWRITEBYTECODE is set: then every start would
compile them all anew, which doubles its time."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from timing import Row, show

CASE = Path(__file__).parent.parent / "cases" / "korea-2016"
FIRST = """
import os
import sys
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the command does
from detente.language.load import load
from detente.simulate.ensemble import Ensemble
Ensemble(load(sys.argv[1], warn=False), futures=64, runs=32).block(0, 4)
"""
COMMAND = "from detente.__main__ import main; main()"


def spent(*arguments: str, cache: str) -> tuple[float, float]:
    """CPU and wall seconds of a process of this interpreter."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", *arguments], check=True, stdout=subprocess.DEVNULL,
        env={**kept, "DETENTE_CACHE": cache},
    )
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def median(rounds: int, arguments: Sequence[str], cache: str, before: Callable[[], object] = lambda: None) -> str:
    """CPU and wall seconds, in words."""
    taken = []
    for _ in range(rounds):
        before()
        taken.append(spent(*arguments, cache=cache))
    cpu, wall = (statistics.median(side) for side in zip(*taken, strict=True))
    return f"{cpu:.2f} / {wall:.2f}"


def with_other_numbers(folder: str) -> str:
    """A copy of the case with another range and another start."""
    copy = Path(shutil.copytree(CASE, Path(folder) / "case"))
    for old, new, name in (("start: 0.6", "start: 0.55", "world.yaml"), ("0.8 * trust", "0.7 * trust", "world.yaml")):
        text = (copy / name).read_text()
        if old not in text:
            raise SystemExit(f"{name} has no `{old}` any more: choose another number to change")
        (copy / name).write_text(text.replace(old, new))
    return str(copy)


def main() -> list[Row]:
    """Every row says CPU seconds / wall seconds."""
    with tempfile.TemporaryDirectory() as folder:
        cache, run = f"{folder}/cache", ["run", str(CASE), "--json"]
        first = [FIRST, str(CASE)]
        bare = median(9, ["pass"], cache)
        importing = median(9, ["import detente"], cache)
        cold = median(3, first, cache, before=lambda: shutil.rmtree(cache, ignore_errors=True))
        warm = median(7, first, cache)
        kept = set(os.listdir(cache))
        changed = median(7, [FIRST, with_other_numbers(folder)], cache)
        compiled = len(set(os.listdir(cache)) - kept)
        check = median(7, [COMMAND, "check", str(CASE)], cache)
        full = median(3, [COMMAND, *run], cache)
    return [
        Row("seconds of CPU / on the wall: an empty Python process", bare),
        Row("import detente", importing, "< 0.1 s more than that"),
        Row("detente check korea-2016, warm", check, "< 0.6 s"),
        Row("first results of korea-2016, nothing kept", cold, "< 3 s"),
        Row("first results of korea-2016, warm", warm, "< 0.5 s"),
        Row("first results of korea-2016, other numbers", changed, "< 0.5 s"),
        Row("kernels compiled for the other numbers", str(compiled), "0"),
        Row("detente run korea-2016, warm, to its verdicts", full, "< 5 s on two free cores"),
    ]


if __name__ == "__main__":
    show(main())
