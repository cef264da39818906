"""What every part of an automaton's code stands on: functions, counts, lists of breaches, and what can be read.

Every function takes the automaton's memory and the run's lane. A row comes with its day; who says so matters to no
state that can be read, and nobody claims anything in a simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from detente.agreements.days import NEVER
from detente.language.calendar import Duration

from ..emit_numerics import Functions
from .clauses import STANDINGS, Scope
from .places import AutomatonPlaces, Counted, OwedPlaces, Records, RowKind, RulePlaces
from .scalars import Code, Like, Num, Place


class Writing:
    """The functions of one agreement, each written when first called. `theta` maps an assumption to its row of the
    lane's memory, `spilled` is the row that says that the run does not fit; `stride` is the rows' distance."""

    at: AutomatonPlaces

    def __init__(
        self, functions: Functions, at: AutomatonPlaces, name: str, grace: Duration,
        theta: dict[str, int], spilled: int, stride: int,
    ) -> None:  # fmt: skip
        self.functions, self.at, self.name, self.grace = functions, at, name, grace
        self.theta, self.spilled, self.stride = theta, spilled, stride
        self._written: dict[str, Code] = {}

    def function(self, name: str, takes: str, gives: str, body: Callable[..., None]) -> Code:
        """A function of the automaton, written once; `body` gets the code and the arguments."""
        if name not in self._written:
            code = self._written[name] = Code(self.functions, f"{self.name}.{name}", takes, gives)
            body(code, *code.args)
            code.done()
        return self._written[name]

    def scope(self, c: Code, a: Any, lane: Any, counted: Counted, counts: Any = None, facts: Any = None) -> Scope:
        """Where clauses are worked out; by default on the automaton's own facts and counts."""
        return Scope(self, c, a, lane, a if facts is None else facts, counted, a if counts is None else counts)

    def top(self, c: Code, a: Any, lane: Any) -> Scope:
        """The scope of the agreement's own clauses."""
        return self.scope(c, a, lane, self.at.deal_counted)

    def own(self, c: Code, a: Any, lane: Any, o: OwedPlaces) -> Scope:
        """The scope of an obligation's clauses."""
        return self.scope(c, a, lane, o.counted)

    def assumption(self, c: Code, lane: Any, name: str) -> Num:
        """An assumption's value in this future."""
        return c.get(lane, Place(self.theta[name] * self.stride, "f"))

    def spill(self, c: Code, lane: Any) -> None:
        """This run does not fit: the reference will play it."""
        c.put(lane, Place(self.spilled * self.stride, "f"), 1.0)

    def is_spilled(self, c: Code, lane: Any) -> Num:
        return c.get(lane, Place(self.spilled * self.stride, "f")).ne(0.0)

    def restart(self, c: Code, base: Any, counted: Counted, day: Like, offset: Like = 0) -> None:
        """Count afresh from a day on."""
        c.put(base, counted.first, day, offset)
        for total in counted.keys.values():
            for place in total:
                c.put(base, place, 0.0, offset)

    def add(
        self, c: Code, base: Any, counted: Counted, row: RowKind, date: Num, amount: Num, offset: Like = 0
    ) -> Num:
        """Count a row of a date; whether it counted."""
        keys = [key for key in row.keys if key in counted.keys]
        if not keys:
            return c.num(False)
        fits = c.get(base, counted.first, offset) <= date
        with c.when(fits):
            for key in keys:
                number, total = counted.keys[key]
                c.put(base, number, c.get(base, number, offset) + 1.0, offset)
                c.put(base, total, c.get(base, total, offset) + amount, offset)
        return fits

    def active(self, c: Code, a: Any, o: OwedPlaces | RulePlaces) -> Num:
        """Whether an obligation (or rule) belongs to the stage as it is."""
        return c.num(True) if o.stage < 0 else c.get(a, self.at.stage).eq(o.stage)

    @contextmanager
    def within(self, c: Code, a: Any, o: OwedPlaces | RulePlaces) -> Iterator[None]:
        """What is written inside happens while it belongs to the stage as it is."""
        if o.stage < 0 or len(self.at.agreement.stages) == 1:
            yield
        else:
            with c.when(self.active(c, a, o)):
                yield

    def is_open(self, c: Code, a: Any, o: OwedPlaces) -> Num:
        return (c.get(a, o.opened) < NEVER) & ~c.get(a, o.closed)

    @contextmanager
    def breaches(self, c: Code, a: Any) -> Iterator[Any]:
        """For every open breach, oldest first: its record."""
        with c.count(c.get(a, self.at.open.length), "breach") as i:
            yield self.record(c, a, self.at.open, i)

    def record(self, c: Code, base: Any, records: Records, i: Num) -> Any:
        """The address of a record of a list in some memory."""
        return c.at(base, i * records.size + records.start.index)

    @contextmanager
    def append(self, c: Code, lane: Any, base: Any, records: Records, **values: Like) -> Iterator[Any]:
        """A new record at the end of a list, of these values by their places; the run is spilled if there is no
        room."""
        number = c.get(base, records.length)
        with c.either(number < records.most) as (then, otherwise):
            with then:
                c.put(base, records.length, number + 1)
                record = self.record(c, base, records, number)
                for name, value in values.items():
                    c.put(record, records.places[name], value)
                yield record
            with otherwise:
                self.spill(c, lane)

    def keep(self, c: Code, base: Any, records: Records, stays: Callable[[Any], Num]) -> None:
        """Drop the records that do not stay; the others keep their order."""
        kept = c.variable(0)
        with c.count(c.get(base, records.length), "keep") as i:
            record = self.record(c, base, records, i)
            with c.when(stays(record)):
                now = kept.get()
                with c.when(now.ne(i)):
                    c.copy(record, self.record(c, base, records, now), records.size)
                kept.set(now + 1)
        c.put(base, records.length, kept.get())

    def is_of(self, c: Code, record: Any, o: OwedPlaces) -> Num:
        """Whether a breach is one of this obligation as it stands."""
        return c.get(record, self.at.breach.attached) & c.get(record, self.at.breach.owed).eq(o.number)

    def stands(self, party: str) -> Code:
        """The standing of a party, as an index of `STANDINGS`."""
        at, index = self.at, self.at.parties.index(party)
        good, suspected, released, curing, breached = range(len(STANDINGS))

        def body(c: Code, a: Any, lane: Any) -> None:
            with c.when(c.get(a, at.ended) < NEVER):
                c.give(c.get(a, at.final[party]))
            with c.when(~c.get(a, at.in_force)):
                c.give(good)
            worst = c.variable(good)
            with self.breaches(c, a) as record, c.when(c.get(record, at.breach.party).eq(index)):
                with c.when(c.get(record, at.breach.breached)):
                    c.give(breached)
                worst.set(curing)
            with c.when(worst.get().eq(curing)):
                c.give(curing)
            with c.when(c.get(a, at.released[party])):
                c.give(released)
            for name in at.names:
                if name.partition(".")[0] == party and any(name in m.of for m in at.agreement.means.values()):
                    with c.when(self._hints(c, a, name)):
                        c.give(suspected)
            c.give(good)

        return self.function(f"stands.{party}", "pp", "i", body)

    def _hints(self, c: Code, a: Any, name: str) -> Num:
        enough, looks = self.at.agreement.enough, self.at.looks[name]
        if enough.belief is not None:
            return c.get(a, looks.belief) > (enough.prior or 0.0)
        return c.get(a, looks.recent).ne(0)

    def is_done(self, s: Scope, name: str) -> Num:
        """At least once since its window's stage began."""
        latest, found = s.get(self.at.latest[name]), s.code.num(False)
        for o in self.at.named(name):
            found = found | (latest.eq(o.number) & s.get(o.done_once))
        return found

    def is_broken(self, s: Scope, name: str) -> Num:
        """Whether a breach of it is open."""
        return s.code.call(self._broken(name), s.a, s.lane)

    def _broken(self, name: str) -> Code:
        def body(c: Code, a: Any, lane: Any) -> None:
            number = self.at.names.index(name)
            with self.breaches(c, a) as record, c.when(c.get(record, self.at.breach.name).eq(number)):
                c.give(True)
            c.give(False)

        return self.function(f"broken.{name}", "pp", "b", body)

    def is_owed(self, s: Scope, name: str) -> Num:
        """Whether it is open, its party is not released, and it is not yet done in its period."""
        c, a, found = s.code, s.a, s.code.num(False)
        for o in self.at.named(name):
            idle = s.get(o.asleep) | s.get(o.done) | s.get(self.at.released[o.spec.party])
            found = found | (self.active(c, a, o) & self.is_open(c, a, o) & ~idle)
        return found & s.get(self.at.in_force)
