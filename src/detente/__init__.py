"""Détente: make a negotiating argument runnable.

    import detente as dt

    case = dt.load("korea-2016")        # a file, or the name of a bundled case
    result = dt.run(case, futures=256)  # plays every strategy, judges every claim
    result.claims["way_out"]            # a verdict with share, interval, margin, rivals
    result.frame()                      # the measures as a polars data frame

Names are imported when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.agreements.monitoring import MonitorResult, monitor
    from detente.api import check, judge, load, run, tell
    from detente.claims.result import CheckResult, Verdict
    from detente.claims.run import Judged
    from detente.language.case import Case
    from detente.language.problems import Refused
    from detente.report.story import Story

__version__ = "0.1.0"

_HOMES = {
    "load": "detente.api", "run": "detente.api", "judge": "detente.api", "check": "detente.api",
    "tell": "detente.api", "Case": "detente.language.case", "Refused": "detente.language.problems",
    "Judged": "detente.claims.run", "Verdict": "detente.claims.result", "CheckResult": "detente.claims.result",
    "Story": "detente.report.story", "monitor": "detente.agreements.monitoring",
    "MonitorResult": "detente.agreements.monitoring",
}

__all__ = [
    "Case", "CheckResult", "Judged", "MonitorResult", "Refused", "Story", "Verdict", "check", "judge", "load",
    "monitor", "run", "tell",
]


_PARTS = ("agreements", "conflict", "explore", "verification")


def __getattr__(name: str) -> Any:
    if name in _PARTS:
        return import_module(f"detente.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'detente' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
