"""What a report needs beyond what judging yields: the results of the case's own checks."""

from __future__ import annotations

from detente.claims.result import CheckResult
from detente.claims.run import Judged, check
from detente.language.problems import Refused

from .results import Results


def gather(judged: Judged) -> Results:
    """The results that the sections read."""
    return Results(judged, _checks(judged))


def _checks(judged: Judged) -> tuple[CheckResult, ...] | None:
    """The checks, on the case as it was played; None where they cannot be run."""
    if not judged.case.checks:
        return None
    try:
        return check(judged.case, seed=judged.seed)
    except Refused:
        return None
