"""Does the conclusion follow? What a claim's share is where its premises hold, against where they do not.

An argument whose conclusion does as well without its premises rests on nothing. Each premise is taken by itself
(`given`, `without`), and for what it adds to the others (`own`): the share where all premises hold, less the share
where all the others hold and it does not. Futures in which the claim or the premise is not defined are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from detente.language.records import dataclass

from .table import Flags, Table

NOTHING = 0.05  # a difference of shares that is none
FEW = 16  # futures, from which nothing can be told


@dataclass(frozen=True, slots=True)
class Given:
    """Shares of futures in which a claim holds: where a premise does, and where it does not (None: there is none).
    `futures` says in how many each. `adds` is what the premise adds to the others, None where that is undefined."""

    given: float | None
    without: float | None
    futures: tuple[int, int]
    adds: float | None = None

    @property
    def matters(self) -> bool | None:
        """Whether the claim is likelier where the premise holds, by more than a twentieth; None where either is so
        in too few futures to tell."""
        if self.given is None or self.without is None or min(self.futures) < FEW:
            return None
        return self.given - self.without > NOTHING

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {"given": self.given, "without": self.without, "adds": self.adds}


@dataclass(frozen=True, slots=True)
class Argument:
    """A claim and its premises."""

    claim: str
    premises: Mapping[str, Given]
    follows: Given

    @property
    def said(self) -> str:
        """What it comes to, in a sentence."""
        if self.follows.matters is None:
            return "Whether it follows from its premises cannot be seen: they hold in nearly all futures, or in none."
        idle = [name for name, one in self.premises.items() if one.matters is False]
        if not self.follows.matters:
            return "It rests on nothing: it does as well where its premises fail."
        if idle:
            return f"It follows, but not from {' or '.join(idle)}: it does as well where that fails."
        return "It follows: it does worse where its premises fail."


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
        one = _given(rows.holds, holds[name], rows.counted & defined[name])
        premises[name] = Given(one.given, one.without, one.futures, _adds(rows.holds, holds, name, counted))
    return Argument(claim, premises, _given(rows.holds, every, counted))


def _given(holds: Flags, premise: Flags, counted: Flags) -> Given:
    with_, without = counted & premise, counted & ~premise
    return Given(_share(holds, with_), _share(holds, without), (int(with_.sum()), int(without.sum())))


def _adds(holds: Flags, premises: Mapping[str, Flags], name: str, counted: Flags) -> float | None:
    others = np.logical_and.reduce([counted, *(f for n, f in premises.items() if n != name)])
    with_, without = _share(holds, others & premises[name]), _share(holds, others & ~premises[name])
    return None if with_ is None or without is None else with_ - without


def _share(holds: Flags, among: Flags) -> float | None:
    return float(holds[among].mean()) if among.any() else None
