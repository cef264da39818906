"""The futures that a page carries: one compact columnar table, so that a reader can ask for any part of them.

Arrays, one row or column a future: where each future stands in the range of every assumption (as a share of the
distribution below it), its rivals, what it makes of every claim, the means of every measure under every strategy,
in how many runs a date had passed, who came first, and one whole run of the main quantities, thinned. Numbers are
rounded to the 65,000th of their range, counts of runs to bytes, runs to the 255th of a chart's height. What stands
here is all that the page's script and `subset` read, so that both say the same.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.claims.intervals import Z90, t_quantile
from detente.claims.shares import FAILS, HOLDS, SCRAMBLES
from detente.claims.tally import varying
from detente.language.case import Beta, Case, Distribution, Mixture, Triangular, Truncated, Uniform
from detente.language.records import dataclass
from detente.simulate.by_future import ByFuture

from .drawing import drawing
from .results import Results
from .words import unit

Array = NDArray[np.float64]
Whole = NDArray[Any]
MOST_FUTURES, MOST_TRACED = 4096, 512
MOST_BYTES = 7_000_000  # before packing
PERCENTS = np.linspace(0, 1, 101)
POINTS = 20
FINE = 65535
TOO_FEW = 40
STATES = {"holds": 1, "counts": 2, "settled": 4}
DELTAS = ("passed", "runs")


@dataclass(frozen=True)
class FutureTable:
    """`header` says what the arrays mean; it and they are embedded as they are here."""

    header: Mapping[str, Any]
    arrays: Mapping[str, Whole]

    @property
    def futures(self) -> int:
        """How many futures the table holds."""
        return int(self.header["futures"])

    @property
    def turns(self) -> bool:
        """Whether there is an assumption that a reader could turn."""
        return bool(self.header["assumptions"] or self.header["rivals"])

    def packed(self) -> tuple[str, str]:
        """The header as JSON that may stand in a script element, and the arrays, deflated, in base 64."""
        parts = [_delta(array) if name in DELTAS else array for name, array in self.arrays.items()]
        raw = b"".join(np.ascontiguousarray(part.astype(part.dtype.newbyteorder("<"))).tobytes() for part in parts)
        layout = [[name, array.dtype.itemsize, list(array.shape)] for name, array in self.arrays.items()]
        header = json.dumps({**self.header, "layout": layout}, ensure_ascii=True, allow_nan=False)
        return header.replace("<", "\\u003c"), base64.b64encode(zlib.compress(raw, 6)).decode()


def _delta(array: Whole) -> Whole:
    """Differences along the last axis, modulo 256: what barely moves packs well."""
    found: Whole = np.diff(array, axis=-1, prepend=np.zeros_like(array[..., :1]))
    return found


def make_table(results: Results) -> FutureTable | None:
    """The table of a run, or None if it kept no futures or has nothing that a reader could turn."""
    judged, kept = results.judged, results.judged.by_future
    if kept is None or not judged.strategies:
        return None
    count = _affordable(results, kept)
    drawn = results.draws(count)
    numeric, rivals = assumptions_of(results)
    column = {name: i for i, name in enumerate(drawn.names)}
    means, spans = _means(kept, count)
    traced = min(count, MOST_TRACED)
    runs, frames = _runs(results, traced)
    points = np.unique(np.linspace(0, len(kept.steps) - 1, POINTS + 1).round().astype(int))
    arrays: dict[str, Whole] = {
        "coordinates": np.round(drawn.coordinates[:, [column[n] for n in numeric]].T * FINE).astype(np.uint16),
        "means": means,
        "rivals": drawn.values[:, [column[n] for n in rivals]].T.astype(np.uint8),
        "claims": _claims(results, count),
        "passed": _bytes(kept, [kept.passed[s][:, points, :count].transpose(0, 2, 1) for s in judged.strategies]),
        "orders": _bytes(kept, [kept.orders[s][:, :, :count] for s in judged.strategies]),
        "runs": runs,
    }
    header = {
        "futures": count,
        "of": judged.futures,
        "scrambles": SCRAMBLES,
        "tooFew": TOO_FEW,
        "fine": FINE,
        "t": [0.0, *(t_quantile(0.95, k) for k in range(1, SCRAMBLES))],
        "floor": Z90**2,
        "holdsAt": HOLDS,
        "failsAt": FAILS,
        "perFuture": _per_future(kept), "traced": traced,
        "assumptions": _sliders(judged.case, numeric),
        "rivals": [{"name": name, "values": list(judged.case.assumptions[name].rivals)} for name in rivals],
        "claims": list(judged.margins.claims),
        "strategies": list(judged.strategies),
        "measures": [
            _measure(judged.case, name, low, high)
            for name, (low, high) in zip(judged.case.measures, spans, strict=True)
        ],
        "dates": list(kept.dates),
        "pairs": [list(pair) for pair in kept.pairs],
        "points": [_day(judged.case, int(kept.steps[p])) for p in points],
        "deltas": DELTAS,
        "quantities": list(results.quantities),
        "frames": frames,
        "steps": [int(s) for s in trace_steps(judged.case)],
        **drawing(results, [int(kept.steps[p]) for p in points]),
    }
    return FutureTable(header, arrays)


def assumptions_of(results: Results) -> tuple[list[str], list[str]]:
    """The varying assumptions that are numbers, and those that are rivals; what matters most for the conclusion
    stands first."""
    case = results.case
    weight = {} if results.conclusion is None else {
        one.assumption: one.explained for one in results.influences(results.conclusion)
    }
    names = sorted(varying(case), key=lambda name: -weight.get(name, 0.0))
    return ([n for n in names if not case.assumptions[n].rivals], [n for n in names if case.assumptions[n].rivals])


def trace_steps(case: Case) -> NDArray[np.int64]:
    """The steps at which whole runs are kept."""
    stride = -(-case.horizon // (POINTS + 10))
    return np.unique([*range(0, case.horizon, stride), case.horizon])


def _affordable(results: Results, kept: ByFuture) -> int:
    """As many futures, in whole rounds of the scrambles, as the page has room for."""
    case, strategies = results.case, len(results.judged.strategies)
    each = (
        2 * len(case.assumptions)
        + len(case.claims)
        + strategies
        * (
            2 * len(case.measures)
            + len(kept.dates) * (POINTS + 1)
            + 4 * len(kept.pairs)
            + len(results.quantities) * len(trace_steps(case))
        )
    )
    most = min(MOST_FUTURES, max(SCRAMBLES * 16, MOST_BYTES // max(1, each) // SCRAMBLES * SCRAMBLES))
    return min(kept.futures, most)


def _means(kept: ByFuture, count: int) -> tuple[Whole, list[tuple[float, float]]]:
    values = np.array([means[:count] for means in kept.means.values()]).transpose(0, 2, 1)  # [S, M, n]
    if not values.size:
        return values.astype(np.uint16), []
    low, high = values.min(axis=(0, 2)), values.max(axis=(0, 2))
    width = np.where(high > low, high - low, 1.0)
    return (
        np.round((values - low[:, None]) / width[:, None] * FINE).astype(np.uint16),
        [(float(a), float(b)) for a, b in zip(low, low + width, strict=True)],
    )


def _claims(results: Results, count: int) -> Whole:
    margins = results.judged.margins
    counts = ~margins.left_out[:, :count]
    flags = {"holds": margins.holds[:, :count] & counts, "counts": counts, "settled": margins.settled[:, :count]}
    found = np.zeros(counts.shape, np.uint8)
    for name, bit in STATES.items():
        found[flags[name]] |= bit
    return found


def _per_future(kept: ByFuture) -> int:
    return min(kept.runs, 255)


def _bytes(kept: ByFuture, counts: list[NDArray[np.uint32]]) -> Whole:
    """Counts of runs as bytes; of more than 255 runs, rounded to as many parts."""
    scale = _per_future(kept) / kept.runs
    found: Whole = np.round(np.array(counts) * scale).astype(np.uint8)
    return found


def _runs(results: Results, count: int) -> tuple[Whole, list[list[float]]]:
    """The first run of each future, [S, Q, n, T] in parts of the height of its chart; and those heights."""
    names, steps = results.quantities, trace_steps(results.case)
    frames = [list(results.heights(name)) for name in names]
    strategies = results.judged.strategies
    found = np.zeros((len(strategies), len(names), count, len(steps)), np.uint8)
    for s, strategy in enumerate(strategies):
        trace = results.first_runs(strategy, count)
        for q, name in enumerate(names):
            low, high = frames[q]
            part = (trace[name][steps].T / results.case.quantities[name].factor - low) / (high - low)
            found[s, q] = np.round(np.clip(part, 0, 1) * 255)
    return found, frames


def _sliders(case: Case, names: Sequence[str]) -> list[dict[str, Any]]:
    from detente.simulate.distributions import inverses

    if not names:
        return []
    laws = [case.assumptions[name].distribution for name in names]
    inside = np.stack([PERCENTS if _bounded(law) else np.clip(PERCENTS, 0.001, 0.999) for law in laws], axis=1)
    values = inverses(laws, inside, 1 - inside)
    told = [[float(f"{v:.4g}") for v in column] for column in values.T]
    units = [unit(case.assumptions[name].unit).strip() for name in names]
    return [{"name": n, "unit": u, "values": v} for n, u, v in zip(names, units, told, strict=True)]


def _bounded(distribution: Distribution) -> bool:
    """Whether both ends of the range are where it is typed to end."""
    match distribution:
        case Uniform() | Triangular() | Beta():
            return True
        case Truncated(low=low, high=high):
            return math.isfinite(low) and math.isfinite(high)
        case Mixture(parts=parts):
            return all(_bounded(part) for part in parts)
    return False


def _measure(case: Case, name: str, low: float, high: float) -> dict[str, Any]:
    measure = case.measures[name]
    return {"name": name, "kind": measure.kind, "low": low, "high": high, "factor": measure.factor}


def _day(case: Case, step: int) -> list[Any]:
    day = case.day(step)
    return [(day - case.as_of).days, f"{day:%b %Y}"]
