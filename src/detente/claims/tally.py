"""Adds up judged blocks: the same verdicts for any order of blocks and any way of cutting the futures into them.

Everything is kept by future (8 bytes for a margin and a few for flags, for each claim), and the verdicts are
worked out from the whole in the order of the futures, so there is nothing for an order to change. The margins
stay for later exploration. A tally of some of the blocks gives the verdicts so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import cast

import numpy as np

from ..language.case import Assumption, Case, Distribution, Fixed, OneOf
from .graph import graph_verdicts
from .intervals import Array, Flags
from .judge import BlockVerdicts, Judge
from .result import MarginQuantiles, RivalVerdict, Verdict, VerdictWord
from .shares import share_interval, verdict_of


class Tally:
    """Collects the blocks of one run; `judge` is the one that judged them."""

    def __init__(self, judge: Judge) -> None:
        self._case = judge.case
        self._claims = judge.claims
        self._runs = judge.runs
        self._blocks: dict[int, BlockVerdicts] = {}

    def add(self, block: BlockVerdicts) -> None:
        """Take a block in. Raises ValueError for one whose first future was added before."""
        first = int(block.futures[0])
        if first in self._blocks:
            raise ValueError(f"the block of future {first} was added twice")
        self._blocks[first] = block

    def whole(self) -> BlockVerdicts:
        """All blocks as one, in the order of the futures (any order inside a block will do)."""
        if not self._blocks:
            raise ValueError("nothing has been judged yet")
        return joined([self._blocks[first] for first in sorted(self._blocks)])

    def verdicts(self) -> dict[str, Verdict]:
        """The verdict of each claim, in the order of the case."""
        whole = self.whole()
        names = varying(self._case)
        judged = {
            name: _verdict(self._case, whole, row, self._runs, luck_only=not names)
            for row, name in enumerate(self._claims)
        }
        found = {**judged, **graph_verdicts(self._case)}
        return {name: found[name] for name in self._case.claims if name in found}


def joined(blocks: Sequence[BlockVerdicts]) -> BlockVerdicts:
    """Blocks put side by side and sorted by future."""
    futures = np.concatenate([block.futures for block in blocks])
    order = slice(None) if (futures[1:] > futures[:-1]).all() else np.argsort(futures, kind="stable")

    def beside(name: str) -> Array:
        return cast(Array, np.concatenate([getattr(block, name) for block in blocks], axis=1)[:, order])

    arrays = {name: beside(name) for name in ("margin", "holds", "settled", "by_default", "runs")}
    rivals = {
        name: np.concatenate([block.rivals[name] for block in blocks])[order] for name in blocks[0].rivals
    }
    neither = np.sum([block.neither for block in blocks], axis=0)
    made = dict(claims=blocks[0].claims, futures=futures[order], neither=neither, rivals=rivals, **arrays)
    assert made.keys() == {field.name for field in fields(BlockVerdicts)}
    return BlockVerdicts(**made)


def varying(case: Case) -> tuple[str, ...]:
    """The assumptions whose values differ between futures."""
    return tuple(name for name, one in case.assumptions.items() if not _is_point(one.distribution))


def _is_point(distribution: Distribution) -> bool:
    if isinstance(distribution, OneOf):
        return sum(weight > 0 for weight in distribution.weights) < 2
    return isinstance(distribution, Fixed)


def _verdict(case: Case, whole: BlockVerdicts, row: int, runs: int, luck_only: bool) -> Verdict:
    counted, holds = ~whole.left_out[row], whole.holds[row]
    total = int(counted.sum())
    share, interval = share_interval(holds, counted, whole.futures)
    neither, of = (int(n) for n in whole.neither[row])
    claim = case.claims[whole.claims[row]]
    return Verdict(
        id=claim.name,
        states=claim.states,
        verdict=cast(VerdictWord, verdict_of(share)),
        share=share,
        interval=interval,
        unsettled=_part(counted & ~whole.settled[row], total),
        left_out=1 - total / len(counted),
        margin=_margins(whole.margin[row][counted]),
        neither=neither / of if of else None,
        by_default=_part(counted & whole.by_default[row], total) if of else None,
        rivals=_rivals(case.assumptions, whole, holds, counted),
        luck_only=luck_only,
        futures=len(counted),
        runs=runs,
    )


def _part(flags: Flags, total: int) -> float:
    return int(flags.sum()) / total if total else 0.0


def _margins(margins: Array) -> MarginQuantiles:
    if not len(margins):
        return MarginQuantiles(np.nan, np.nan, np.nan)
    ordered = np.sort(margins)
    return MarginQuantiles(*(_type7(ordered, level) for level in (0.05, 0.5, 0.95)))


def _type7(ordered: Array, level: float) -> float:
    """Interpolated between order statistics; equal neighbours, infinite ones too, are themselves."""
    place = (len(ordered) - 1) * level
    low = int(place)
    below, above = float(ordered[low]), float(ordered[min(low + 1, len(ordered) - 1)])
    return below if below == above or place == low else below + (place - low) * (above - below)


def _rivals(
    assumptions: Mapping[str, Assumption], whole: BlockVerdicts, holds: Flags, counted: Flags
) -> dict[str, dict[str, RivalVerdict]]:
    return {
        name: {
            rival: _under_rival(holds, counted & (whole.rivals[name] == index))
            for index, rival in enumerate(assumptions[name].rivals)
        }
        for name in whole.rivals
    }


def _under_rival(holds: Flags, counted: Flags) -> RivalVerdict:
    total = int(counted.sum())
    if not total:
        return RivalVerdict(None, None, 0)
    share = int((holds & counted).sum()) / total
    return RivalVerdict(cast(VerdictWord, verdict_of(share)), share, total)
