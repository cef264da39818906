"""Does the conclusion follow? The share of futures in which a claim holds where its premises do, and where not."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from detente.claims.shares import share_interval
from detente.language.records import dataclass

from .results import Results

Reading = Literal["follows", "nothing", "against", "untold"]
AS_WELL = 0.1


@dataclass(frozen=True, slots=True)
class Counted:
    """A share of some futures, with its interval, and how many they are."""

    share: float | None
    interval: tuple[float, float]
    futures: int


@dataclass(frozen=True, slots=True)
class Follows:
    """A claim `within` the futures where all its premises hold and `without` them (None: there are none such).

    `reading`, by the 90 % interval of the difference of the two shares: `follows` where it is above 0, `against`
    below, `nothing` where it is nowhere above a tenth (the claim does as well without), else `untold`.
    """

    claim: str
    premises: tuple[str, ...]
    share: float
    within: Counted | None
    without: Counted | None

    @property
    def reading(self) -> Reading:
        """What the two shares say."""
        if self.within is None or self.without is None:
            return "untold"
        difference = (self.within.share or 0.0) - (self.without.share or 0.0)
        half = math.hypot(*((one.interval[1] - one.interval[0]) / 2 for one in (self.within, self.without)))
        if difference - half > 0:
            return "follows"
        if difference + half < 0:
            return "against"
        return "nothing" if difference + half < AS_WELL else "untold"


def follows(results: Results, claim: str) -> Follows | None:
    """How a claim fares with and without its premises; None if it has none that were judged."""
    margins = results.judged.margins
    rows = {name: row for row, name in enumerate(margins.claims)}
    premises = tuple(name for name in results.case.claims[claim].because if name in rows)
    if not premises or claim not in rows:
        return None
    holds, counted = margins.holds & ~margins.left_out, ~margins.left_out[rows[claim]]
    all_hold = np.all([holds[rows[name]] for name in premises], axis=0)
    both = []
    for part in (counted & all_hold, counted & ~all_hold):
        share, interval = share_interval(holds[rows[claim]], part, margins.futures)
        both.append(None if share is None else Counted(share, interval, int(part.sum())))
    return Follows(claim, premises, float(all_hold[counted].mean()) if counted.any() else 0.0, *both)
