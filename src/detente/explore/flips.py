"""What flips a verdict: the least reweighting of the futures that turns it, read off without new runs.

Of all weights w on N futures whose weighted share of `holds` is q, those nearest to equal weights in relative
entropy sum w log(N w) are an exponential tilt of the statistic (Csiszar 1975, Annals of Probability 3:146); since
the statistic is whether the claim holds, the tilt has one weight where it holds and another where it does not, and

    entropy = q log(q / s) + (1 - q) log((1 - q) / (1 - s)),

s being the share with equal weights. A verdict `holds` turns at q = 0.9, `fails` at q = 0.1, and `depends` at the
nearer of both. The means of the assumptions under these weights are what would have to be believed instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, log

import numpy as np

from detente.claims.shares import FAILS, HOLDS
from detente.language.records import dataclass

from .table import Array, Flags, Table

Mean = float | Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Flip:
    """`entropy` in nats, None if no reweighting can turn the verdict (all futures say the same); `share` is what the
    weights make of the share of futures that hold, `becomes` the verdict then. `shift` maps each assumption to its
    mean before and after (rivals: their shares); `moved` to the shift in standard deviations."""

    entropy: float | None
    share: float | None
    becomes: str | None
    shift: Mapping[str, tuple[Mean, Mean]]
    moved: Mapping[str, float]

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        shift = {n: {"before": a, "after": b} for n, (a, b) in self.shift.items()}
        return {"entropy": self.entropy, "share": self.share, "becomes": self.becomes, "shift": shift}


def flip(table: Table, claim: str) -> Flip:
    """The least reweighting that turns the verdict of a claim."""
    rows = table.claims[claim]
    counted = table.part(rows.counted) if not rows.counted.all() else table
    holds = counted.claims[claim].holds
    share = float(holds.mean()) if len(holds) else 0.0
    target, becomes = _target(share)
    entropy = relative_entropy(target, share)
    if not np.isfinite(entropy) or not len(holds):
        return Flip(None, None, None, {}, {})
    weights = weights_for(holds, target)
    shift, moved = {}, {}
    for j, name in enumerate(table.names):
        values = counted.values[:, j]
        shift[name], moved[name] = _shift(values, weights, table.rivals.get(name))
    return Flip(entropy, target, becomes, shift, moved)


def _target(share: float) -> tuple[float, str]:
    """Where the verdict turns, and what to."""
    if share >= HOLDS:
        return HOLDS, "depends"
    if share <= FAILS:
        return FAILS, "depends"
    up, down = relative_entropy(HOLDS, share), relative_entropy(FAILS, share)
    return (HOLDS, "holds") if up <= down * (1 + 1e-9) else (FAILS, "fails")


def relative_entropy(q: float, s: float) -> float:
    """Of a share q from a share s, in nats; infinite where s rules out what q needs."""
    return _term(q, s) + _term(1 - q, 1 - s)


def _term(a: float, b: float) -> float:
    return 0.0 if a == 0 else inf if b == 0 else a * log(a / b)


def weights_for(holds: Flags, target: float) -> Array:
    """The weights, summing to 1, that make a target of the share."""
    held = int(holds.sum())
    return np.asarray(np.where(holds, target / max(1, held), (1 - target) / max(1, len(holds) - held)))


def _shift(values: Array, weights: Array, rivals: tuple[str, ...] | None) -> tuple[tuple[Mean, Mean], float]:
    if rivals:
        before = np.bincount(values.astype(np.int64), minlength=len(rivals)) / len(values)
        after = np.bincount(values.astype(np.int64), weights=weights, minlength=len(rivals))
        spread = np.sqrt(before * (1 - before))
        moved = float(np.max(np.abs(after - before) / np.where(spread > 0, spread, 1.0)))
        named = [dict(zip(rivals, (float(v) for v in shares), strict=True)) for shares in (before, after)]
        return (named[0], named[1]), moved
    old, new = float(values.mean()), float(values @ weights)
    spread_ = float(values.std())
    return (old, new), (new - old) / spread_ if spread_ > 0 else 0.0
