"""What the page's script must know to draw as the charts do, and to say as the sections do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from detente.explore.premises import AS_WELL, FEW, READINGS
from detente.explore.table import BETTER_HIGH

from .charts import bars, dots, fan
from .charts import strip as strips
from .likelihood import LIKELIHOOD
from .results import Results

SLIDERS = 6


def drawing(results: Results, points: Sequence[int]) -> dict[str, Any]:
    """Places and words; `points` are the steps at which dates are counted."""
    from .table import trace_steps

    case, judged = results.case, results.judged
    claims = list(judged.margins.claims)
    measures = list(case.measures)
    return {
        "likelihood": [[most, word] for most, word, _ in LIKELIHOOD],
        "labels": [results.strategy(name) for name in judged.strategies],
        "sliders": SLIDERS,
        "follows": {
            name: premises
            for name in claims
            if (premises := [claims.index(one) for one in case.claims[name].because if one in claims])
        },
        "asWell": AS_WELL,
        "few": FEW,
        "readings": READINGS,
        "goals": [
            {"measure": measures.index(name), "sign": 1 if wish in BETTER_HIGH else -1}
            for name, wish in case.goals.items()
            if name in measures
        ],
        "strip": [strips.EDGE, strips.WIDTH],
        "panel": [fan.WIDTH, fan.HEIGHT, fan.LEFT, fan.RIGHT, fan.TOP, fan.BOTTOM],
        "span": [results.year(0), results.year(case.horizon)],
        "stepYears": [results.year(int(step)) for step in trace_steps(case)],
        "pointYears": [results.year(step) for step in points],
        "bar": [bars.LEFT, bars.WIDTH - bars.LEFT - bars.RIGHT],
        "dot": [dots.LEFT, dots.WIDTH - dots.RIGHT],
        "asOf": results.year(0),
        "asOfTime": dt.datetime(case.as_of.year, case.as_of.month, case.as_of.day, tzinfo=dt.UTC).timestamp() * 1000,
    }
