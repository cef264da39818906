"""What names exist in a case, and which known name is nearest to an unknown one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Literal

from .agreement_words import AgreementNames
from .calendar import Duration
from .case import Assumption, Measure, Option, Party
from .problems import NOWHERE, Place
from .records import dataclass
from .units import Unit

if TYPE_CHECKING:
    from .conflict import ConflictSection

# `start`: assumptions and constants only. `step`: all that is known within a step (conduct, rate, change, effect,
# auxiliary, sharpness ..). Measures and claims have readers of their own.
Context = Literal["start", "step", "agreement"]
LONGEST_NAME = 64  # of names worth a suggestion
MOST_PARTS = 50_000  # of all expressions of a case: ten times what a large case has
MOST_COMPARED = 300_000  # letters compared in all: a file of unknown names is refused as fast as any other


@dataclass(frozen=True, slots=True)
class QuantityName:
    """What expressions need to know of a quantity."""

    unit: Unit | None = None
    is_auxiliary: bool = False
    place: Place = NOWHERE


@dataclass(slots=True)
class Scope:
    """What names exist. Built in a first pass over the declarations; `measures` is filled once they are read.

    `broken` holds names that are declared but could not be read: their use adds no second problem.
    """

    as_of: date = date(2000, 1, 1)
    step: Duration = Duration(1, "month")
    horizon: int = 1  # steps
    parties: Mapping[str, Party] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)  # keyed "party.option"
    assumptions: Mapping[str, Assumption] = field(default_factory=dict)
    quantities: Mapping[str, QuantityName] = field(default_factory=dict)
    events: Mapping[str, Place] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    measure_places: Mapping[str, Place] = field(default_factory=dict)  # all of them, before any is read
    strategies: Mapping[str, Place] = field(default_factory=dict)
    claims: Mapping[str, Place] = field(default_factory=dict)
    agreements: Mapping[str, AgreementNames] = field(default_factory=dict)
    own: AgreementNames | None = None  # the agreement that is being read
    conflict: ConflictSection | None = None  # what claims may ask
    broken: set[str] = field(default_factory=set)
    compared: int = 0  # letters of names, in search of the nearest
    parts: int = 0  # of all expressions read

    def kind(self, name: str) -> str | None:
        """What `name` is, in words."""
        for kind, names in self._kinds():
            if name in names:
                return kind
        return None

    def owner(self, name: str) -> str | None:
        """The option or assumption that has `name` as a level or rival; None, too, once enough was compared."""
        self.compared += len(self.options) + len(self.assumptions)
        if self.compared > MOST_COMPARED:
            return None
        for option, has in self.options.items():
            if name in has.levels:
                return option
        for assumption, has_rivals in self.assumptions.items():
            if name in has_rivals.rivals:
                return assumption
        return None

    def _kinds(self) -> Iterator[tuple[str, Mapping[str, object]]]:
        yield "quantity", self.quantities
        yield "option", self.options
        yield "assumption", self.assumptions
        yield "event", self.events
        yield "measure", self.measures or self.measure_places
        yield "strategy", self.strategies
        yield "claim", self.claims
        yield "party", self.parties

    def nearest(self, name: str, extra: Mapping[str, str] | None = None) -> tuple[str, str] | None:
        """The known name most like `name` and its kind in words, or None; `extra` maps more names to kinds."""
        known = ((known, kind) for kind, names in self._kinds() for known in names)
        return self._nearest_of(name, chain(known, (extra or {}).items()))

    def nearest_in(self, name: str, names: Mapping[str, object] | tuple[str, ...]) -> str | None:
        """The nearest of `names`, or None if none is near."""
        found = self._nearest_of(name, ((known, "") for known in names))
        return found[0] if found else None

    def _nearest_of(self, name: str, known: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
        if len(name) > LONGEST_NAME or self.compared > MOST_COMPARED:
            return None
        best: tuple[str, str] | None = None
        least = max(len(name) > 1, len(name) // 3) + 1
        for candidate, kind in known:
            self.compared += 1 + _work(name, candidate, least)
            if self.compared > MOST_COMPARED:
                break
            if (away := distance_of(name, candidate, least)) < least:
                best, least = (candidate, kind), away
        return best


def _work(name: str, known: str, most: int) -> int:
    return 0 if abs(len(name) - len(known)) >= most and "." not in known else len(name) * len(known)


def distance_of(name: str, known: str, most: int) -> int:
    """How far `name` is from `known`: 0 in another case or without the party (`talks` for `us.talks`)."""
    name, known = name.lower(), known.lower()
    if name == known or known.endswith(f".{name}"):
        return 0
    away = distance(name, known, most)
    _head, dot, tail = known.partition(".")
    if dot and "." not in name:
        away = min(away, distance(name, tail, most) + 1)
    return away


def distance(a: str, b: str, most: int) -> int:
    """Edits (insert, delete, replace, swap neighbours) from `a` to `b`; `most` if there are as many or more.

    The optimal string alignment distance (Damerau 1964), row by row, abandoned once a row exceeds `most`.
    """
    if abs(len(a) - len(b)) >= most or len(b) > LONGEST_NAME:
        return most
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            edits = min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                edits = min(edits, last[j - 2] + 1)
            row.append(edits)
        if min(row) >= most:
            return most
    return min(row[-1], most)
