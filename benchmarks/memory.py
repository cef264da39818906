"""Memory of a whole run, bands and summaries and verdicts, from ten thousand to a million runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from timing import Row, show

CASE = Path(__file__).parent / "models" / "dispute.yaml"
JUDGED = """
import sys
from detente.claims.run import judge
from detente.language.load import load
judged = judge(load(sys.argv[1], warn=False), futures=int(sys.argv[2]), runs=32)
assert 0 < judged.measures["mixed"]["worst_strain"].q50 < 1
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def megabytes(futures: int) -> float:
    """The most that a process of its own ever held."""
    command = [sys.executable, "-c", JUDGED, str(CASE), str(futures)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1024


def main() -> list[Row]:
    """Ten thousand, a hundred thousand and a million runs."""
    held = {runs: megabytes(runs // 32) for runs in (10_000, 100_000, 1_000_000)}
    rows = [Row(f"memory of {runs:,} runs, MB", f"{size:.0f}") for runs, size in held.items()]
    return [*rows, Row("a million runs / ten thousand", f"{held[1_000_000] / held[10_000]:.2f}", "about 1")]


if __name__ == "__main__":
    show(main())
