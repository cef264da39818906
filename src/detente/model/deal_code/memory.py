"""A deal's memory in a run as code finds it: both automata, the world, lists, and the kernel's rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from detente.agreements.days import NEVER
from detente.language.case import Case

from ..emit_numerics import Functions
from .automaton import AutomatonCode
from .places import Counted, DealPlaces, RowKind
from .scalars import Code, Num, Place


@dataclass(frozen=True, slots=True)
class Rows:
    """Where a deal finds things in the kernel's rows: the first row of each kind. `before` holds the options and
    then the numbers as they were at the end of the step before; `begun` is 0, 1, or 2 once it has ended."""

    level: int
    count: int
    told: int
    before: int
    wanted: int
    reads: int
    theta: int
    draw: int
    begun: int
    commanded: int
    spilled: int


class DealMemory:
    """What every part of a deal's code stands on."""

    def __init__(
        self, functions: Functions, case: Case, places: DealPlaces, rows: Rows,
        assumptions: tuple[str, ...], block: int,
    ) -> None:  # fmt: skip
        self.case, self.places, self.rows, self.block = case, places, rows, block
        self.deal, self.agreement, self.at, self.kinds = places.deal, places.deal.agreement, places.at, places.kinds
        self.world, self.hidden, self.coming = places.world, places.hidden, places.coming
        theta = {name: rows.theta + i for i, name in enumerate(assumptions)}
        self.automaton = AutomatonCode(
            functions, self.at, f"deal.{self.agreement.name}", places.grace, theta, rows.spilled, block
        )

    def row(self, c: Code, lane: Any, row: int, kind: str = "f") -> Num:
        return c.get(lane, Place(row * self.block, kind))

    def put_row(self, c: Code, lane: Any, row: int, value: Any) -> None:
        c.put(lane, Place(row * self.block, "f"), value)

    def known(self, c: Code, m: Any) -> Any:
        return c.at(m, self.places.known_at)

    def true(self, c: Code, m: Any) -> Any:
        return c.at(m, self.places.true_at)

    def is_parted(self, c: Code, m: Any) -> Num:
        """Whether the true run is another than the known one by now."""
        return c.get(m, self.places.parted)

    def to_both(self, c: Code, m: Any, what: Callable[[Any], None]) -> None:
        """Do something to the known automaton, and to the true one where they have parted."""
        what(self.known(c, m))
        if self.places.truly:
            with c.when(self.is_parted(c, m)):
                what(self.true(c, m))

    def part(self, c: Code, m: Any) -> None:
        """From now on the true run goes its own way."""
        if self.places.truly:
            c.copy(self.known(c, m), self.true(c, m), self.at.memory.size)
            c.put(self.true(c, m), self.at.is_known, False)
        c.put(m, self.places.parted, True)

    def _set_world(self, c: Code, m: Any) -> None:
        """The world is as known."""
        for name, place in self.world.items():
            c.put(m, place, c.get(self.known(c, m), self.at.facts[name]))

    def _function(self, name: str, takes: str, gives: str, body: Callable[..., None]) -> Code:
        return self.automaton.function(name, takes, gives, body)

    def _drawn(self, c: Code, lane: Any, draw: int, odd: Num, i: Num | None = None) -> Num:
        """A draw of the step."""
        offset = odd if i is None else odd + i * self.block
        return c.get(lane, Place((self.rows.draw + draw) * self.block, "f"), offset)

    def _copied(self, c: Code, a: Any, counted: Counted) -> Any:
        """A copy of what is counted, addressed as the original."""
        first = counted.first.index
        room = c.room(counted.size)
        c.copy(c.at(a, first), room, counted.size)
        return c.at(room, -first)

    def _take(self, c: Code, a: Any, lane: Any, row: RowKind, value: Num, date: Num) -> None:
        c.call(self.automaton.take(row), a, lane, c.double(value), date)

    def _takes(self, c: Code, a: Any, lane: Any, row: RowKind, value: Num, date: Num) -> None:
        """The same, unless the row says nothing new and nobody counts it."""
        if not row.is_fact or self.at.counts(row):
            self._take(c, a, lane, row, value, date)
            return
        with c.when(value.ne(c.get(a, self.at.facts[row.kind]))):
            self._take(c, a, lane, row, value, date)
        if row.kind in self.at.fact_date:
            with c.when(c.get(a, self.at.ended).eq(NEVER)):
                c.put(a, self.at.fact_date[row.kind], date)
