"""korea-2016 at scale: 10,000 futures x 100 runs x all strategies into a run folder; workers; a Dask cluster."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from timing import Row, show

from detente.claims.stored import play_into
from detente.language.load import load
from detente.simulate.cluster import workers_on

CASE = Path(__file__).parent.parent / "cases" / "korea-2016"
FUTURES, RUNS = 10_000, 100
FEW = {"futures": 1024, "runs": 64}
PLAYED = """
import sys, time
from pathlib import Path
from detente.claims.stored import play_into
from detente.language.load import load
begun = time.perf_counter(), time.process_time()
judged = play_into(Path(sys.argv[2]), load(sys.argv[1], warn=False), futures=int(sys.argv[3]), runs=int(sys.argv[4]))
print(time.perf_counter() - begun[0], time.process_time() - begun[1], len(judged.strategies))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def main() -> list[Row]:
    """Time, memory and runs per second; two workers against one; a cluster against local."""
    return [row for part in (_at_scale, _workers, _cluster) for row in _in_folder(part)]


def _in_folder(part: Callable[[Path], list[Row]]) -> list[Row]:
    home = Path(tempfile.mkdtemp())
    try:
        return part(home)
    finally:
        shutil.rmtree(home)


def _at_scale(home: Path) -> list[Row]:
    command = [sys.executable, "-c", PLAYED, str(CASE), str(home / "scale"), str(FUTURES), str(RUNS)]
    wall, cpu, strategies, kilobytes = map(
        float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    )
    runs = FUTURES * RUNS * strategies
    size = sum(path.stat().st_size for path in (home / "scale").rglob("*") if path.is_file())
    return [
        Row(f"korea-2016, {FUTURES:,} x {RUNS} x {strategies:.0f} stored, seconds (CPU)", f"{wall:.0f} ({cpu:.0f})"),
        Row("the same, runs a second on the wall (of CPU)", f"{runs / wall:,.0f} ({runs / cpu:,.0f})"),
        Row("the same, peak memory, MB", f"{kilobytes / 1024:.0f}", "< 1,000"),
        Row("the same, run folder, MB", f"{size / 1e6:.0f}"),
    ]


def _workers(home: Path) -> list[Row]:
    case, wall = load(CASE, warn=False), {1: [], 2: []}  # type: ignore[var-annotated]
    for turn in range(3):
        for workers in (1, 2):
            begun = time.perf_counter()
            play_into(home / f"{turn}-{workers}", case, **FEW, workers=workers)  # type: ignore[arg-type]
            wall[workers].append(time.perf_counter() - begun)
    ratio = min(wall[1]) / min(wall[2])
    return [Row("two workers / one, stored, on the wall", f"{ratio:.2f}", ">= 1.80 on two free cores")]


def _cluster(home: Path) -> list[Row]:
    try:
        import distributed
    except ImportError:
        return [Row("Dask on loopback / local", "not measured", "distributed cannot be imported here")]
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    address, case = f"tcp://127.0.0.1:{port}", load(CASE, warn=False)
    start = [_start("scheduler", home, "--port", str(port)), *(
        _start("worker", home, address, "--nthreads", "1", "--no-nanny") for _ in range(2)
    )]
    wall: dict[str, list[float]] = {"local": [], address: []}
    try:
        with distributed.Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        play_into(home / "warm", case, futures=64, runs=8, workers=workers_on(address))
        for turn in range(3):
            for where, times in wall.items():
                begun = time.perf_counter()
                play_into(home / f"{turn}-{where[:5]}", case, **FEW, workers=workers_on(where, 2))  # type: ignore[arg-type]
                times.append(time.perf_counter() - begun)
    finally:
        for process in start:
            process.kill()
            process.wait()
    ratio = min(wall[address]) / min(wall["local"])
    return [Row("Dask with two workers / local with two, on the wall", f"{ratio:.2f}", "<= 1.05 on two free cores")]


def _start(what: str, home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", f"from distributed.cli.dask_{what} import main; main()", *arguments,
               "--host", "127.0.0.1", "--no-dashboard"]
    return subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    for one in (_workers, _cluster, _at_scale):
        show(_in_folder(one))
