"""What a report needs beyond what judging yields, worked out side by side: checks, deals, conflict, the
table of futures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from detente.claims.run import Judged

from .results import Results

SLOW = ("checks", "lived", "explored", "settled", "table")  # the slowest first


def gather(judged: Judged) -> Results:
    """The results that the sections read, with what takes longest made."""
    results = Results(judged, run_checks=True)
    with ThreadPoolExecutor(2) as pool:
        for task in [pool.submit(getattr, results, name) for name in SLOW]:
            task.result()
    return results
