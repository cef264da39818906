"""Does the conclusion follow? What a claim's share is where its premises hold, against where they do not.

An argument whose conclusion does as well without its premises rests on nothing. Each premise is taken by itself
(`given`, `without`), and for what it adds to the others (`adds`): the share where all premises hold, less the share
where all the others hold and it does not. Futures in which the claim or the premise is not defined are left out.

What two shares say is read off the 90 % interval of their difference (square-and-add of the intervals over the
scrambles, as of independent estimates).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from detente.claims.shares import share_interval
from detente.language.records import dataclass

from .table import Flags, Numbers, Table

Reading = Literal["follows", "nothing", "against", "untold"]
AS_WELL = 0.1  # a difference of shares below which a claim does as well
FEW = 16  # futures, from which nothing can be told
READINGS: dict[Reading, str] = {
    "follows": "it leans on them",
    "nothing": "it rests on nothing that they say",
    "against": "they speak against it",
    "untold": "too few futures to tell",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """A share of some futures, with its 90 % interval, and how many they are."""

    share: float
    interval: tuple[float, float]
    futures: int


@dataclass(frozen=True, slots=True)
class Given:
    """A claim where a premise holds and where it does not (None: there are no such futures). `adds` is what the
    premise adds to the others, None where that is undefined."""

    within: Counted | None
    elsewhere: Counted | None
    adds: float | None = None

    @property
    def given(self) -> float | None:
        """The share of futures in which the claim holds where the premise does."""
        return self.within.share if self.within else None

    @property
    def without(self) -> float | None:
        """The same where the premise does not."""
        return self.elsewhere.share if self.elsewhere else None

    @property
    def holds_in(self) -> float:
        """The share of futures in which the premise holds."""
        inside, outside = (one.futures if one else 0 for one in (self.within, self.elsewhere))
        return inside / max(1, inside + outside)

    @property
    def reading(self) -> Reading:
        """`follows` where the interval of the difference is above 0, `against` below, `nothing` where it is nowhere
        above a tenth (the claim does as well without), else `untold`; so too of fewer than 16 futures."""
        if self.within is None or self.elsewhere is None or min(self.within.futures, self.elsewhere.futures) < FEW:
            return "untold"
        difference = self.within.share - self.elsewhere.share
        half = math.hypot(*((one.interval[1] - one.interval[0]) / 2 for one in (self.within, self.elsewhere)))
        if difference - half > 0:
            return "follows"
        if difference + half < 0:
            return "against"
        return "nothing" if difference + half < AS_WELL else "untold"

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {"given": self.given, "without": self.without, "adds": self.adds, "reading": self.reading}


@dataclass(frozen=True, slots=True)
class Argument:
    """A claim and its premises; `follows` is for all of them together."""

    claim: str
    premises: Mapping[str, Given]
    follows: Given

    @property
    def said(self) -> str:
        """What it comes to, in a sentence."""
        reading = self.follows.reading
        said = f"Of its premises: {READINGS[reading]}"
        idle = [name for name, one in self.premises.items() if one.reading == "nothing"]
        if reading == "follows" and idle:
            return f"{said}, but on {' or '.join(idle)} by itself it does not: it does as well where that fails."
        return f"{said}."


def argument(table: Table, claim: str, because: Sequence[str]) -> Argument | None:
    """How a claim fares with and without its premises; None if it has none that are judged."""
    known = [name for name in because if name in table.claims]
    if not known:
        return None
    rows = table.claims[claim]
    defined = {name: table.claims[name].counted for name in known}
    holds = {name: table.claims[name].holds & defined[name] for name in known}
    counted = np.logical_and.reduce([rows.counted, *defined.values()])
    every = np.logical_and.reduce(list(holds.values()))
    premises = {}
    for name in known:
        one = _given(rows.holds, holds[name], rows.counted & defined[name], table.numbers)
        premises[name] = replace(one, adds=_adds(rows.holds, holds, name, counted))
    return Argument(claim, premises, _given(rows.holds, every, counted, table.numbers))


def _given(holds: Flags, premise: Flags, counted: Flags, numbers: Numbers) -> Given:
    return Given(_counted(holds, counted & premise, numbers), _counted(holds, counted & ~premise, numbers))


def _counted(holds: Flags, among: Flags, numbers: Numbers) -> Counted | None:
    share, interval = share_interval(holds, among, numbers)
    return None if share is None else Counted(share, interval, int(among.sum()))


def _adds(holds: Flags, premises: Mapping[str, Flags], name: str, counted: Flags) -> float | None:
    others = np.logical_and.reduce([counted, *(f for n, f in premises.items() if n != name)])
    with_, without = others & premises[name], others & ~premises[name]
    return float(holds[with_].mean() - holds[without].mean()) if with_.any() and without.any() else None
