"""How fast the conflict graph is, and how it grows: statements to verdicts, all concepts, all parties.

python benchmarks/conflict.py            the table, one process per row so that peak memory is its own
python benchmarks/conflict.py NAME       one row
python benchmarks/conflict.py growth     time against states and against parties
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from timing import Row, show

from detente.conflict.graph import Conflict, Option, Space, conflict
from detente.conflict.preferences import BoolArray, Statement
from detente.conflict.stability import solve


def random_conflict(parties: int, each: int, *, hard: bool = False, seed: int = 1, listed: int = 12) -> Conflict:
    """Binary options; `listed` statements per party over two or three options; `hard` adds infeasible
    combinations (about a quarter of the states) and makes every third option irreversible."""
    rng = np.random.default_rng(seed)
    names = [f"p{i}" for i in range(parties)]
    options = [
        Option(f"{name}.o{k}", name, direction="up" if hard and k % 3 == 2 else "both")
        for name in names
        for k in range(each)
    ]
    space = Space(options)

    def level(i: int) -> BoolArray:
        return space[options[i].name].view(np.bool_)

    def statement() -> Statement:
        a, b, c = (int(i) for i in rng.choice(len(options), 3, replace=False))
        kind = int(rng.integers(4))
        forms: list[Callable[[], BoolArray]] = [
            lambda: level(a), lambda: ~level(a), lambda: level(a) & ~level(b), lambda: level(a) | level(b) & level(c),
        ]  # fmt: skip
        return Statement(f"{kind} {a} {b} {c}", forms[kind])

    infeasible = []
    if hard:
        for _ in range(2):
            a, b, c = (int(i) for i in rng.choice(len(options), 3, replace=False))
            infeasible.append(level(a) & level(b) & ~level(c))
    return conflict(
        names, space, {name: [statement() for _ in range(listed)] for name in names}, infeasible=infeasible
    )


ROWS: dict[str, tuple[str, Callable[[], Conflict], float, int]] = {
    "4x5": ("2^20 states, 4 parties of 5 options, nothing infeasible", lambda: random_conflict(4, 5), 2, 500),
    "4x5-hard": ("the same, infeasible and irreversible", lambda: random_conflict(4, 5, hard=True), 3, 500),
    "2x10": ("2^20, 2 parties of 10, SIM included", lambda: random_conflict(2, 10), 3, 500),
    "2x10-hard": ("the same, infeasible and irreversible", lambda: random_conflict(2, 10, hard=True), 3, 500),
    "6": ("2^18, 6 parties of 3 (2^20 cannot be divided by 6)", lambda: random_conflict(6, 3), 4, 600),
    "6-mixed": ("2^20, 6 parties of 3 or 4", lambda: uneven(6, 20), 4, 600),
    "10x2": ("2^20, 10 parties of 2", lambda: random_conflict(10, 2), 20, 800),
    "10x2-hard": ("the same, infeasible", lambda: random_conflict(10, 2, hard=True), 20, 800),
    "4x6": ("2^24, 4 parties of 6", lambda: random_conflict(4, 6), 40, 2500),
}


def uneven(parties: int, options: int) -> Conflict:
    """The first parties have one option more."""
    base = random_conflict(1, options)
    names = [f"p{i}" for i in range(parties)]
    space = Space([Option(option.name, names[i % parties]) for i, option in enumerate(base.options)])
    rng = np.random.default_rng(2)

    def statement() -> Statement:
        a, b = (space.options[int(i)].name for i in rng.choice(options, 2, replace=False))
        return Statement(f"{a} without {b}", lambda: space[a] > space[b])

    return conflict(names, space, {name: [statement() for _ in range(12)] for name in names})


def measured(name: str) -> Row:
    """Seconds beyond start-up, and the peak memory of this process."""
    text, make, seconds, megabytes = ROWS[name]
    solve(random_conflict(2, 2), method="structure")
    solve(random_conflict(3, 3, hard=True), method="structure")
    before = time.perf_counter()
    result = solve(make())
    spent = time.perf_counter() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert result.conflict.states.size
    return Row(f"conflict, {text}", f"{spent:.2f} s, {peak:.0f} MB", f"{seconds} s, {megabytes} MB")


def growth() -> list[Row]:
    """Time against the number of states (4 parties), and of parties (2^20 states), as exponents."""
    solve(random_conflict(3, 3, hard=True), method="structure")
    by_states = [(model.space.size, _spent(model)) for model in (random_conflict(4, each) for each in (4, 5))]
    by_parties = [(parties, _spent(random_conflict(parties, 20 // parties))) for parties in (2, 4, 5, 10)]
    return [
        Row("conflict, time as a power of the states (2^16 to 2^20)", f"{_exponent(by_states):.2f}", "close to 1"),
        Row("conflict, time as a power of the parties (2 to 10)", f"{_exponent(by_parties):.2f}", "2 at most"),
    ]


def _spent(model: Conflict) -> float:
    before = time.perf_counter()
    solve(model, ("nash", "gmr", "smr", "seq"), method="structure")
    return time.perf_counter() - before


def _exponent(points: list[tuple[int, float]]) -> float:
    (first, least), (last, most) = points[0], points[-1]
    return float(np.log(most / least) / np.log(last / first))


def main() -> list[Row]:
    """All rows, each from a process of its own."""
    rows = []
    for name in [*ROWS, "growth"]:
        told = subprocess.run([sys.executable, __file__, name, "--json"], check=True, capture_output=True, text=True)
        rows += [Row(*row) for row in json.loads(told.stdout)]
    return rows


if __name__ == "__main__":
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    found = main() if not name else growth() if name == "growth" else [measured(name)]
    if "--json" in sys.argv:
        print(json.dumps([[row.what, row.figure, row.target] for row in found]))
    else:
        show(found)
