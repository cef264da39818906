"""The automaton of an agreement as code, function for function as in `agreements.automaton`.

Every function takes the automaton's memory and the run's lane. A row comes with its day; who says so matters to no
state that can be read, and nobody claims anything in a simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date as Date  # noqa: N812
from typing import Any

from detente.agreements.automaton import MOST_ENTRIES, MOST_ROUNDS
from detente.agreements.days import NEVER, day_of
from detente.agreements.expressions import days_in
from detente.language.agreement import Effects, Means, Response
from detente.language.calendar import Duration

from ..emit_numerics import Functions
from .calendar import later
from .clauses import STANDINGS, Scope
from .places import (
    MOST_COMMANDS,
    MOST_DUE,
    MOST_OPEN,
    AutomatonPlaces,
    Counted,
    NoticePlaces,
    OwedPlaces,
    PowerPlaces,
    RowKind,
    RulePlaces,
    commands_of,
)
from .scalars import Code, Like, Num, Place


class AutomatonCode:
    """The functions of one agreement, each written when first called. `theta` maps an assumption to its row of the
    lane's memory, `spilled` is the row that says that the run does not fit; `stride` is the rows' distance."""

    never = NEVER
    at: AutomatonPlaces

    def __init__(
        self, functions: Functions, at: AutomatonPlaces, name: str, grace: Duration,
        theta: dict[str, int], spilled: int, stride: int,
    ) -> None:  # fmt: skip
        self.functions, self.at, self.name, self.grace = functions, at, name, grace
        self.theta, self.spilled, self.stride = theta, spilled, stride
        self._written: dict[str, Code] = {}

    # --- writing ---------------------------------------------------------------------------------------------

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
    def breaches(self, c: Code, a: Any) -> Iterator[tuple[Num, Any]]:
        """For every open breach, oldest first: its number and its record."""
        with c.count(c.get(a, self.at.open), "breach") as i:
            yield i, self.record(c, a, i)

    def record(self, c: Code, a: Any, i: Num) -> Any:
        return c.at(a, i * self.at.breach.size + self.at.breaches.index)

    def is_of(self, c: Code, record: Any, o: OwedPlaces) -> Num:
        """Whether a breach is one of this obligation as it stands."""
        return c.get(record, self.at.breach.attached) & c.get(record, self.at.breach.owed).eq(o.number)

    # --- what can be read ------------------------------------------------------------------------------------

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
            with self.breaches(c, a) as (_, record), c.when(c.get(record, at.breach.party).eq(index)):
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
            with self.breaches(c, a) as (_, record), c.when(c.get(record, self.at.breach.name).eq(number)):
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

    # --- beginning and end -----------------------------------------------------------------------------------

    def begin(self) -> Code:
        """It comes into force."""
        at = self.at

        def body(c: Code, a: Any, lane: Any) -> None:
            c.put(a, at.in_force, True)
            self.restart(c, a, at.deal_counted, c.get(a, at.day))
            for o in at.owed:
                if o.stage < 0:
                    self._schedule(c, a, o)
            c.call(self.enter(0), a, lane)
            c.call(self.judge(), a, lane, c.num(False))

        return self.function("begin", "pp", "", body)

    def enter(self, index: int) -> Code:
        """Enter a stage: its obligations and rules begin, those of the stage before end."""
        at, stage = self.at, self.at.agreement.stages[index]

        def body(c: Code, a: Any, lane: Any) -> None:
            entries = c.get(a, at.entries) + 1
            c.put(a, at.entries, entries)
            with c.when(entries > MOST_ENTRIES):
                self.spill(c, lane)
                c.give()
            self._detach(c, a)
            day = c.get(a, at.day)
            c.put(a, at.stage, index)
            c.put(a, at.least, later(c, day, stage.least))
            c.put(a, at.over, False)
            until = day_of(stage.until)
            c.put(a, at.until, later(c, day, stage.most) if stage.most else c.greatest(day, until))
            for party in at.parties:
                c.put(a, at.released[party], False)
            self.restart(c, a, at.stage_counted[index], day)
            for o in at.owed:
                if o.stage == index:
                    self._schedule(c, a, o)
                if o.stage in (index, -1):
                    c.put(a, at.latest[o.spec.name], o.number)
            for r in at.rules:
                if r.stage == index:
                    c.put(a, r.since, NEVER)
                    for place in (r.fired, r.waiting, r.truth):
                        c.put(a, place, False)

        return self.function(f"enter.{index}", "pp", "", body)

    def _detach(self, c: Code, a: Any) -> None:
        """Open breaches of a stage that is left go on counting by themselves."""
        at = self.at
        staged = [o for o in at.owed if o.stage >= 0]
        if not staged:
            return
        with self.breaches(c, a) as (_, record):
            owed = c.select(c.get(record, at.breach.attached), c.get(record, at.breach.owed), -1)
            with c.case_of(owed) as one:
                for o in staged:
                    with one(o.number):
                        c.put(record, at.breach.attached, False)
                        for i in range(o.counted.size):
                            told = c.get(a, Place(o.counted.first.index + i, "i"))
                            c.put(record, Place(at.breach.counted.index + i, "i"), told)

    def _schedule(self, c: Code, a: Any, o: OwedPlaces) -> None:
        """An obligation begins with its stage; its window may open later."""
        for place in (o.opened, o.first, o.limit, o.due, o.opens):
            c.put(a, place, NEVER)
        for place in (o.period, o.done, o.done_once, o.asleep, o.edge):
            c.put(a, place, c.num(False) if place.kind == "b" else 0)
        c.put(a, o.truth, -1)
        c.put(a, o.cause, -1)
        day, spec = c.get(a, self.at.day), o.spec
        if spec.once is None and spec.each is None:
            is_date = isinstance(spec.opens, Date)
            opens = c.greatest(day, day_of(spec.opens)) if is_date else later(c, day, spec.opens)  # type: ignore[arg-type]
            c.put(a, o.opens, opens)
        closes = spec.closes
        last = later(c, day, closes) if isinstance(closes, Duration) else c.num(day_of(closes))
        c.put(a, o.closes, last)
        c.put(a, o.closed, last < day)

    def end(self) -> Code:
        """It ends, for the reason of that number."""
        at = self.at

        def body(c: Code, a: Any, lane: Any, reason: Num) -> None:
            for index, party in enumerate(at.parties):
                final = c.variable(STANDINGS.index("released"))
                with self.breaches(c, a) as (_, record), c.when(c.get(record, at.breach.party).eq(index)):
                    final.set(STANDINGS.index("breached"))
                c.put(a, at.final[party], final.get())
            c.put(a, at.ended, c.get(a, at.day))
            c.put(a, at.reason, reason)
            c.put(a, at.in_force, False)
            c.put(a, at.given, 0)
            c.put(a, at.dues, 0)

        return self.function("end", "ppi", "", body)

    # --- days ------------------------------------------------------------------------------------------------

    def _dawn(self) -> Code:
        """Limits run out; what has not begun may begin."""
        at = self.at

        def body(c: Code, a: Any, lane: Any, day: Num) -> None:
            with c.when(~c.get(a, at.in_force)):
                with c.when(day >= c.get(a, at.starts)):
                    c.call(self.begin(), a, lane)
                c.give()
            c.call(self._limits(), a, lane)
            c.call(self.judge(), a, lane, c.num(False))
            with c.when(c.get(a, at.over) & c.get(a, at.ended).eq(NEVER)):
                c.call(self.end(), a, lane, at.reasons.index("expired"))

        return self.function("dawn", "ppi", "", body)

    def begin_day(self, c: Code, a: Any, lane: Any, day: Num) -> None:
        """A day begins; its dawn is played if anything can change on it without a row."""
        at = self.at
        c.put(a, at.day, day)
        c.put(a, at.row_date, -1)
        c.put(a, at.judged, False)
        idle = c.num(at.is_strict) | (c.get(a, at.timer) <= day) | ~c.get(a, at.in_force)
        with c.when(idle & c.get(a, at.ended).eq(NEVER)):
            c.call(self._dawn(), a, lane, day)

    def end_day(self, c: Code, a: Any, lane: Any) -> None:
        """A day ends: waits are served, if one ends today. Then the next day is known."""
        at = self.at
        c.put(a, at.row_date, -1)
        with c.when(c.get(a, at.judged) | c.num(at.is_strict)):
            c.put(a, at.timer, c.call(self._next_day(), a, lane))
            is_served = c.num(at.is_strict) | (c.get(a, at.timer) <= c.get(a, at.day))
            with c.when(is_served & c.get(a, at.in_force)):
                c.call(self.judge(), a, lane, c.num(True))
                c.put(a, at.day, c.get(a, at.day) + 1)  # what waits for today has been served
                c.put(a, at.timer, c.call(self._next_day(), a, lane))
                c.put(a, at.day, c.get(a, at.day) - 1)

    def _next_day(self) -> Code:
        """The next day, this one among them if a wait ends on it, on which something can change without a row."""
        at = self.at

        def body(c: Code, a: Any, lane: Any) -> None:
            with c.when(~c.get(a, at.in_force)):
                c.give(NEVER)
            day, soonest = c.get(a, at.day), c.variable(NEVER)

            def at_last(when: Num) -> None:
                soonest.set(c.select((when >= day) & (when < soonest.get()), when, soonest.get()))

            for turning in sorted(days_in(*at.agreement.expressions())):
                at_last(c.num(turning))
            at_last(c.get(a, at.until) + 1)
            if any(stage.least for stage in at.agreement.stages):
                at_last(c.get(a, at.least))
            for o in at.owed:
                with self.within(c, a, o), c.when(~c.get(a, o.closed)):
                    is_waiting = c.get(a, o.opened).eq(NEVER)
                    at_last(c.select(is_waiting, c.get(a, o.opens), c.get(a, o.first)))
                    at_last(c.select(is_waiting, NEVER, c.get(a, o.limit) + 1))
                    at_last(c.get(a, o.closes) + 1)
            with self.breaches(c, a) as (_, record):
                at_last(c.get(record, at.breach.cure_until) + 1)
            with c.count(c.get(a, at.given), "notice") as i, self._notice(c, a, i) as one:
                for number, n in enumerate(at.notices):
                    with one(number):
                        at_last(c.get(a, n.effective))
            for r in at.rules:
                if r.spec.held:
                    with self.within(c, a, r), c.when((c.get(a, r.since) < NEVER) & ~c.get(a, r.fired)):
                        at_last(c.get(a, r.due))
            c.give(soonest.get())

        return self.function("next_day", "pp", "i", body)

    @contextmanager
    def _notice(self, c: Code, a: Any, i: Num) -> Iterator[Callable[[int], Any]]:
        with c.case_of(c.get(a, self.at.given_list, i)) as one:
            yield one

    # --- limits ----------------------------------------------------------------------------------------------

    def _limits(self) -> Code:
        """Deadlines, times to cure, windows and the stage itself run out."""
        at = self.at

        def body(c: Code, a: Any, lane: Any) -> None:
            day = c.get(a, at.day)
            for o in at.owed:
                with self.within(c, a, o), c.when(self.is_open(c, a, o) & (day > c.get(a, o.limit))):
                    self._deadline(c, a, lane, o)
            with self.breaches(c, a) as (_, record):
                is_late = day > c.get(record, at.breach.cure_until)
                with c.when(is_late & ~c.get(record, at.breach.breached)):
                    c.put(record, at.breach.breached, True)
                    self._due(c, a, lane, c.get(record, at.breach.response))
            for o in at.owed:
                with self.within(c, a, o), c.when(day > c.get(a, o.closes)):
                    c.put(a, o.closed, True)
            with c.when(day > c.get(a, at.until)):
                c.put(a, at.over, True)

        return self.function("limits", "pp", "", body)

    def _deadline(self, c: Code, a: Any, lane: Any, o: OwedPlaces) -> None:
        """The last day of a do, or of its period, has passed."""
        at, spec, day = self.at, o.spec, c.get(a, self.at.day)
        missed = ~c.get(a, o.done) & ~c.get(a, at.released[spec.party])
        if not spec.is_soft:
            with c.when(missed):
                self._break(c, a, lane, o, day, by_alarms=False)
                c.put(a, o.missed, c.greatest(c.get(a, o.missed), c.get(a, o.limit)))
        if spec.every is None:
            c.put(a, o.limit, NEVER)
            return
        passed = c.variable(0)
        with c.loop(lambda: day > c.get(a, o.limit), "period"):
            period = c.get(a, o.period) + 1
            passed.set(c.get(a, o.limit))
            c.put(a, o.period, period)
            c.put(a, o.limit, later(c, c.get(a, o.opened), spec.every, period + 1))
            c.put(a, o.due, c.get(a, o.limit))
        c.put(a, o.done, False)
        self.restart(c, a, o.counted, passed.get() + 1)

    # --- rows ------------------------------------------------------------------------------------------------

    def take(self, row: RowKind) -> Code:
        """A row of this kind becomes known: its value, its day."""
        write = {"option": self._fact, "number": self._fact, "event": self._happened, "power": self._use,
                 "look": self._look}[row.source]  # fmt: skip

        def body(c: Code, a: Any, lane: Any, value: Num, date: Num) -> None:
            c.put(a, self.at.row_date, date)
            with c.when(c.get(a, self.at.ended) < NEVER):
                c.give()
            write(c, a, lane, row, value, date)

        return self.function(f"take.{row.number}", "ppfi", "", body)

    def amount(self, c: Code, row: RowKind, value: Num) -> Num:
        """What a row adds to a sum: the number of its level, or its own."""
        if row.values is None:
            return value
        found = c.num(float(row.values[-1]))
        for i in range(len(row.values) - 2, -1, -1):
            found = c.select(value <= float(i), float(row.values[i]), found)
        return found

    def _count(self, c: Code, a: Any, lane: Any, row: RowKind, value: Num, date: Num) -> Num:
        """Count a row in every clause that counts its kind; whether any does."""
        at, found = self.at, c.variable(False)
        amount = self.amount(c, row, value)

        def add(base: Any, counted: Counted, offset: Like = 0) -> None:
            found.set(found.get() | self.add(c, base, counted, row, date, amount, offset))

        def wants(counted: Counted) -> bool:
            return any(key in counted.keys for key in row.keys)

        with c.when(c.get(a, at.in_force)):
            if wants(at.deal_counted):
                add(a, at.deal_counted)
            for index, counted in enumerate(at.stage_counted):
                if wants(counted):
                    with c.when(c.get(a, at.stage).eq(index)):
                        add(a, counted)
            for o in at.owed:
                if wants(o.counted):
                    with c.when(self.active(c, a, o) & self.is_open(c, a, o)):
                        add(a, o.counted)
            self._count_on_record(c, a, row, add, wants)
        return found.get()

    def _count_on_record(self, c: Code, a: Any, row: RowKind, add: Any, wants: Any) -> None:
        """Count a row for breaches and notices."""
        at = self.at
        of_breaches = [o for o in at.owed if any(k in o.cure_keys for k in row.keys) or wants(o.counted)]
        if of_breaches:
            with self.breaches(c, a) as (_, record), c.case_of(c.get(record, at.breach.owed)) as one:
                for o in of_breaches:
                    with one(o.number):
                        add(record, at.breach.cures[o.number])
                        if wants(o.counted):
                            with c.when(~c.get(record, at.breach.attached)):
                                add(record, o.counted, at.breach.counted.index - o.counted.first.index)
        if any(wants(n.counted) for n in at.notices):
            with c.count(c.get(a, at.given), "notice") as i, self._notice(c, a, i) as one:
                for number, n in enumerate(at.notices):
                    if wants(n.counted):
                        with one(number):
                            add(a, n.counted)

    def _fact(self, c: Code, a: Any, lane: Any, row: RowKind, value: Num, date: Num) -> None:
        """A fact becomes the row's value. A row older than what is known already is judged, and then set aside."""
        at, fact, dated = self.at, self.at.facts[row.kind], self.at.fact_date.get(row.kind)
        now = c.get(a, fact)
        before = c.num(-1) if dated is None else c.get(a, dated)
        is_stale = (before >= 0) & (date < before)
        counted = self._count(c, a, lane, row, value, date)
        c.put(a, fact, value)
        if dated is not None:
            with c.when(~is_stale):
                c.put(a, dated, date)
        self._strike(c, a, lane, row, date)
        with c.when((counted | value.ne(now)) & ~c.call(self._settled(row.kind), a, lane)):
            c.call(self.judge(), a, lane, c.num(False))
        if dated is not None:
            with c.when(is_stale):
                c.put(a, fact, now)
                c.put(a, at.row_date, before)
                c.call(self.judge(), a, lane, c.num(False))

    def _strike(self, c: Code, a: Any, lane: Any, row: RowKind, date: Num) -> None:
        """A deadline breach could turn out to have been done in time: too rare to be written out here."""
        may = [o for o in self.at.owed if o.is_struck_by(row)]
        if not may:
            return
        with c.when(date < c.get(a, self.at.day)):
            for o in may:
                with c.when(date <= c.get(a, o.missed)):
                    self.spill(c, lane)

    def _settled(self, kind: str) -> Code:
        """Whether no condition that reads what a row of this kind changed has turned."""
        at = self.at

        def body(c: Code, a: Any, lane: Any) -> None:
            with c.when(~c.get(a, at.in_force)):
                c.give(True)
            with c.when((c.get(a, at.given) > 0) | (c.get(a, at.dues) > 0)):
                c.give(False)
            for o in at.owed:
                if kind in o.reads:
                    with self.within(c, a, o):
                        self._is_turned(c, a, lane, o)
            with self.breaches(c, a) as (_, record):
                with c.when(~c.get(record, at.breach.attached)):
                    c.give(False)
                with c.case_of(c.get(record, at.breach.owed)) as one:
                    for o in at.owed:
                        if o.spec.cured_by is not None:
                            with one(o.number):
                                c.give(False)
            for r in at.rules:
                if kind in r.reads:
                    with self.within(c, a, r):
                        holds = self._rule_scope(c, a, lane, r).value(r.spec.when)
                        with c.when(c.whole(holds).ne(c.whole(c.get(a, r.truth)))):
                            c.give(False)
            for p in at.powers.values():
                if kind in p.reads and p.spec.when is not None:
                    holds = self.top(c, a, lane).value(p.spec.when)
                    with c.when(c.whole(holds).ne(c.whole(c.get(a, p.truth)))):
                        c.give(False)
            c.give(True)

        return self.function(f"settled.{kind}", "pp", "b", body)

    def _is_turned(self, c: Code, a: Any, lane: Any, o: OwedPlaces) -> None:
        if o.spec.once or o.spec.each or o.spec.awake:
            c.give(False)
            self._go_on(c)
            return
        with c.when(self.is_open(c, a, o) & ~c.get(a, o.done)):
            holds = c.whole(self.own(c, a, lane, o).value(o.spec.condition))
            was = c.get(a, o.truth) if o.spec.is_keep else c.num(0)
            with c.when(holds.ne(was)):
                c.give(False)

    def _go_on(self, c: Code) -> None:
        """Code after a `give` that no condition guards has to stand in a block of its own."""
        c.b.position_at_end(c.function.append_basic_block("unreached"))

    def _happened(self, c: Code, a: Any, lane: Any, row: RowKind, value: Num, date: Num) -> None:
        """A row of a kind: it counts, and changes the facts that it has effects on."""
        at = self.at
        counted = self._count(c, a, lane, row, value, date)
        kind = at.agreement.kinds.get(row.kind)
        if kind is not None and kind.effects:
            c.put(a, at.facts["value"], value)
            scope = self.top(c, a, lane)
            new = [(fact, scope.value(expr)) for fact, expr in kind.effects]
            for fact, number in new:
                c.put(a, at.facts[fact], number)
                if fact in at.fact_date:
                    c.put(a, at.fact_date[fact], date)
            c.call(self.judge(), a, lane, c.num(False))
            return
        self._strike(c, a, lane, row, date)
        with c.when(counted & ~c.call(self._settled(row.kind), a, lane)):
            c.call(self.judge(), a, lane, c.num(False))

    # --- looks -----------------------------------------------------------------------------------------------

    def _look(self, c: Code, a: Any, lane: Any, row: RowKind, value: Num, date: Num) -> None:
        """One look at one obligation."""
        at, looks = self.at, self.at.looks[row.obligation]
        counted = self._count(c, a, lane, row, value, date)
        if not row.is_alarm and at.agreement.enough.belief is None:
            nothing_new = c.get(a, looks.recent).eq(0) & ~c.get(a, looks.found) & ~counted
            with c.when(nothing_new | ~c.get(a, at.in_force)):
                c.give()
        with c.when(c.get(a, at.in_force)):
            self.see(c, a, lane, row, a, looks.recent, looks.belief)
            if row.is_alarm:
                with c.when(self.is_enough(c, a, looks.recent, looks.belief)):
                    c.put(a, looks.found, True)
                    self._found(c, a, lane, row.obligation, date)
            else:
                with c.when(c.get(a, looks.found)):
                    self._cleared(c, a, lane, row.obligation)
        c.call(self.judge(), a, lane, c.num(False))

    def see(self, c: Code, a: Any, lane: Any, row: RowKind, base: Any, recent: Place, belief: Place) -> None:
        """What a look adds to the last ones (in `base`) and to the belief, by Bayes."""
        agreement = self.at.agreement
        means, mask = agreement.means[row.means], (1 << agreement.enough.looks) - 1
        shifted = c.get(base, recent) * 2 + int(row.is_alarm)
        c.put(base, recent, shifted & c.num(mask))
        c.put(base, belief, self._updated(c, a, lane, c.get(base, belief), means, row.is_alarm))

    def _updated(self, c: Code, a: Any, lane: Any, belief: Num, means: Means, is_alarm: bool) -> Num:
        scope = self.top(c, a, lane)
        d = c.double(scope.value(means.detects)) if means.detects is not None else c.num(1.0)
        f = c.double(scope.value(means.false_alarm)) if means.false_alarm is not None else c.num(0.0)
        told, other = (d, f) if is_alarm else (c.num(1.0) - d, c.num(1.0) - f)
        total = belief * told + (c.num(1.0) - belief) * other
        return c.select(total > 0.0, (belief * told).over(total), belief)

    def is_enough(self, c: Code, base: Any, recent: Place, belief: Place) -> Num:
        """Whether alarms amount to a finding."""
        enough = self.at.agreement.enough
        if enough.belief:
            return c.get(base, belief) >= enough.belief
        bits = c.get(base, recent)
        return Num(c, c.b.ctpop(bits.value), "i") >= enough.alarms

    def _found(self, c: Code, a: Any, lane: Any, name: str, date: Num) -> None:
        """Enough alarms are a breach, unless one is open already."""
        at = self.at
        with c.when(~c.call(self._broken(name), a, lane) & ~c.get(a, at.released[name.partition(".")[0]])):
            is_first = c.num(True)
            for o in self.at.named(name):
                mine = self.active(c, a, o) & self.is_open(c, a, o)
                if not o.spec.is_soft:
                    with c.when(is_first & mine):
                        self._break(c, a, lane, o, date, by_alarms=True)
                is_first = is_first & ~mine

    def _cleared(self, c: Code, a: Any, lane: Any, name: str) -> None:
        """A clean look puts right what alarms alone found, and starts the count afresh."""
        at, looks = self.at, self.at.looks[name]

        def is_cleared(record: Any) -> Num:
            mine = c.get(record, at.breach.name).eq(at.names.index(name))
            return mine & c.get(record, at.breach.by_alarms)

        self._put_right_all(c, a, is_cleared)
        with c.when(~c.call(self._broken(name), a, lane)):
            c.put(a, looks.recent, 0)
            c.put(a, looks.belief, at.agreement.enough.prior or 0.0)
            c.put(a, looks.found, False)

    # --- powers ----------------------------------------------------------------------------------------------

    def _use(self, c: Code, a: Any, lane: Any, row: RowKind, value: Num, date: Num) -> None:
        """A party uses a power, if it may."""
        power = self.at.powers[row.kind]
        may = c.get(a, self.at.in_force)
        if power.spec.when is not None:
            may = may & self.top(c, a, lane).value(power.spec.when)
        since = c.get(a, power.since)
        may = may & (since < NEVER) & (later(c, since, power.spec.held) <= c.get(a, self.at.day))
        with c.when(may):
            self._count(c, a, lane, row, value, date)
            if power.spec.notice is None:
                self._bring_about(c, a, lane, power.spec.effects, row.party)
            else:
                self._give_notice(c, a, power, row.party)
            c.call(self.judge(), a, lane, c.num(False))

    def _give_notice(self, c: Code, a: Any, power: PowerPlaces, party: str) -> None:
        at = self.at
        number = next(i for i, n in enumerate(at.notices) if n.power is power and n.party == party)
        given, known = c.get(a, at.given), c.variable(False)
        with c.count(given, "given") as i, c.when(c.get(a, at.given_list, i).eq(number)):
            known.set(True)
        with c.when(~known.get()):
            c.put(a, at.notices[number].effective, later(c, c.get(a, at.day), power.spec.notice))
            self.restart(c, a, at.notices[number].counted, c.get(a, at.day))
            c.put(a, at.given_list, number, given)
            c.put(a, at.given, given + 1)

    # --- judging ---------------------------------------------------------------------------------------------

    def judge(self) -> Code:
        """Windows, obligations, notices, contingencies, rules, until nothing changes; `served` ends the day."""
        at = self.at

        def body(c: Code, a: Any, lane: Any, served: Num) -> None:
            c.put(a, at.judged, True)
            c.put(a, at.entries, 0)
            rounds, going = c.variable(0), c.variable(True)
            with c.loop(lambda: going.get() & c.get(a, at.in_force), "round"):
                rounds.set(rounds.get() + 1)
                with c.when((rounds.get() > MOST_ROUNDS) | self.is_spilled(c, lane)):
                    self.spill(c, lane)
                    c.give()
                changed = c.call(self._windows(), a, lane)
                changed = changed | c.call(self._obligations(), a, lane, served)
                if at.notices:
                    changed = changed | c.call(self._notices(), a, lane, served)
                if at.responses:
                    changed = changed | c.call(self._contingencies(), a, lane)
                if at.rules:
                    changed = changed | c.call(self._judge_rules(), a, lane, served)
                going.set(changed)

        return self.function("judge", "ppb", "", body)

    def _windows(self) -> Code:
        at = self.at

        def body(c: Code, a: Any, lane: Any) -> None:
            changed = c.variable(False)
            for o in at.owed:
                with self.within(c, a, o):
                    self._window(c, a, lane, o, changed)
            for p in at.powers.values():
                holds = c.num(True) if p.spec.when is None else self.top(c, a, lane).value(p.spec.when)
                since = c.select(c.get(a, p.truth), c.get(a, p.since), c.get(a, at.day))
                c.put(a, p.since, c.select(holds, since, NEVER))
                c.put(a, p.truth, holds)
            c.give(changed.get())

        return self.function("windows", "pp", "b", body)

    def _window(self, c: Code, a: Any, lane: Any, o: OwedPlaces, changed: Any) -> None:
        """Open a window whose time has come."""
        at, spec = self.at, o.spec
        counted = at.deal_counted if o.stage < 0 else at.stage_counted[o.stage]
        scope = self.scope(c, a, lane, counted)
        if spec.each is not None:
            holds, before = scope.value(spec.each), c.get(a, o.edge)
            c.put(a, o.edge, holds)
            opens = holds & ~before & ~self.is_open(c, a, o)
        else:
            opens = scope.value(spec.once) if spec.once is not None else c.get(a, at.day) >= c.get(a, o.opens)
            opens = opens & c.get(a, o.opened).eq(NEVER)
        with c.either(opens & ~c.get(a, o.closed)) as (then, otherwise):
            with then:
                self._open_window(c, a, lane, o)
                changed.set(True)
            with otherwise:
                self._wake(c, a, lane, o, changed)

    def _open_window(self, c: Code, a: Any, lane: Any, o: OwedPlaces) -> None:
        day, spec = c.get(a, self.at.day), o.spec
        c.put(a, o.opened, day)
        c.put(a, o.done, False)
        c.put(a, o.period, 0)
        self.restart(c, a, o.counted, day)
        c.put(a, o.truth, -1)
        c.put(a, o.cause, -1)
        c.put(a, o.first, later(c, day, self.grace))
        if spec.by is not None:
            c.put(a, o.due, day_of(spec.by))
        elif spec.within or spec.every:
            c.put(a, o.due, later(c, day, spec.within or spec.every))
        c.put(a, o.limit, c.greatest(c.get(a, o.due), day))
        if spec.awake is not None:
            c.put(a, o.asleep, ~self.own(c, a, lane, o).value(spec.awake))

    def _wake(self, c: Code, a: Any, lane: Any, o: OwedPlaces, changed: Any) -> None:
        """A keep sleeps and wakes; one that wakes has its grace again."""
        if o.spec.awake is None:
            return
        with c.when(self.is_open(c, a, o)):
            asleep = ~self.own(c, a, lane, o).value(o.spec.awake)
            with c.when(c.whole(asleep).ne(c.whole(c.get(a, o.asleep)))):
                c.put(a, o.asleep, asleep)
                with c.when(~asleep):
                    c.put(a, o.first, later(c, c.get(a, self.at.day), self.grace))
                    c.put(a, o.truth, -1)
                changed.set(True)

    def _obligations(self) -> Code:
        at = self.at

        def body(c: Code, a: Any, lane: Any, served: Num) -> None:
            changed = c.variable(False)
            with c.when(c.get(a, at.open) > 0):
                before = c.get(a, at.open)
                self._put_right_all(c, a, lambda record: c.call(self._is_right(), a, lane, record))
                changed.set(c.get(a, at.open).ne(before))
            for o in at.owed:
                with self.within(c, a, o), c.when(self.is_open(c, a, o)):
                    if o.spec.is_keep:
                        self._keep(c, a, lane, o, served, changed)
                    else:
                        self._do(c, a, lane, o, changed)
            c.give(changed.get())

        return self.function("obligations", "ppb", "b", body)

    def _keep(self, c: Code, a: Any, lane: Any, o: OwedPlaces, served: Num, changed: Any) -> None:
        at, spec = self.at, o.spec
        with c.when(~c.get(a, o.asleep)):
            truth = self.own(c, a, lane, o).value(spec.condition)
            with c.when(~truth & c.get(a, o.truth).ne(0)):
                row, last = c.get(a, at.row_date), c.variable(-1)
                for fact in o.cause_facts if o.cure_keys else ():
                    last.set(c.greatest(last.get(), c.get(a, at.fact_date[fact])))
                c.put(a, o.cause, c.select(row >= 0, row, last.get()))
            c.put(a, o.truth, truth)
            if spec.is_soft:
                return
            day, first = c.get(a, at.day), c.get(a, o.first)
            is_judged = (day > first) | (day.eq(first) & served)
            with c.when(~truth & ~c.get(a, at.released[spec.party]) & is_judged):
                known = c.variable(False)
                with self.breaches(c, a) as (_, record), c.when(self.is_of(c, record, o)):
                    c.put(record, at.breach.by_alarms, False)
                    known.set(True)
                with c.when(~known.get()):
                    cause = c.get(a, o.cause)
                    self._break(c, a, lane, o, c.select(cause >= 0, c.greatest(cause, first), day), by_alarms=False)
                    changed.set(True)

    def _do(self, c: Code, a: Any, lane: Any, o: OwedPlaces, changed: Any) -> None:
        with c.when(~c.get(a, o.done)), c.when(self.own(c, a, lane, o).value(o.spec.condition)):
            c.put(a, o.done, True)
            c.put(a, o.done_once, True)
            self._put_right_all(c, a, lambda record: self.is_of(c, record, o))
            if o.spec.each is not None:
                for place in (o.opened, o.limit, o.due):
                    c.put(a, place, NEVER)
            changed.set(True)

    def _is_right(self) -> Code:
        """Whether a breach is put right."""
        at = self.at

        def body(c: Code, a: Any, lane: Any, record: Any) -> None:
            with c.case_of(c.get(record, at.breach.owed)) as one:
                for o in at.owed:
                    with one(o.number):
                        self._rights(c, a, lane, record, o)
            c.give(False)

        return self.function("is_right", "ppp", "b", body)

    def _rights(self, c: Code, a: Any, lane: Any, record: Any, o: OwedPlaces) -> None:
        at, spec = self.at, o.spec
        attached = c.get(record, at.breach.attached)
        cured = c.num(False)
        if spec.cured_by is not None:
            cured = self.scope(c, a, lane, at.breach.cures[o.number], record).value(spec.cured_by)
        with c.when(c.get(record, at.breach.by_alarms)):
            c.give(cured)
        detached = c.at(record, at.breach.counted.index - o.counted.first.index)
        counts = c.b.select(attached.value, a, detached)
        holds = self.scope(c, a, lane, o.counted, counts).value(spec.condition)
        if not spec.is_keep:
            c.give(~attached & holds if spec.every is None else False)
        elif spec.cured_by is None:
            c.give(False if o.counts else holds)
        elif not o.counts:
            c.give(cured & holds)
        else:
            with c.when(cured):
                self.restart(c, counts, o.counted, c.get(a, at.day))
            c.give(cured)

    def _put_right_all(self, c: Code, a: Any, is_right: Callable[[Any], Num]) -> None:
        """Close the open breaches that are put right; the others keep their order."""
        at = self.at
        kept = c.variable(0)
        with self.breaches(c, a) as (i, record), c.either(is_right(record)) as (then, otherwise):
            with then:
                owed = c.select(c.get(record, at.breach.attached), c.get(record, at.breach.owed), -1)
                with c.case_of(owed) as one:
                    for o in at.owed:
                        if o.counts:
                            with one(o.number):
                                c.put(a, o.truth, -1)
            with otherwise:
                now = kept.get()
                with c.when(now.ne(i)):
                    self._copy(c, record, self.record(c, a, now))
                kept.set(now + 1)
        c.put(a, at.open, kept.get())

    def _copy(self, c: Code, record: Any, to: Any) -> None:
        with c.count(self.at.breach.size, "copy") as i:
            c.put(to, Place(0, "i"), c.get(record, Place(0, "i"), i), i)

    def _break(self, c: Code, a: Any, lane: Any, o: OwedPlaces, date: Num, by_alarms: bool) -> None:
        """A breach becomes known today: time to cure it, or its consequences at once."""
        at, b = self.at, self.at.breach
        key, responses = at.agreement.response_to(o.spec.name)
        nth, number = c.get(a, at.nth[key]) + 1, c.get(a, at.open)
        c.put(a, at.nth[key], nth)
        with c.when(number >= MOST_OPEN):
            self.spill(c, lane)
        with c.when(number < MOST_OPEN):
            record = self.record(c, a, number)
            c.put(a, at.open, number + 1)
            for place, value in ((b.owed, o.number), (b.name, o.name), (b.party, o.party)):
                c.put(record, place, value)
            c.put(record, b.cure_until, NEVER)
            c.put(record, b.attached, True)
            c.put(record, b.by_alarms, by_alarms)
            c.put(record, b.breached, False)
            self.restart(c, record, b.cures[o.number], date)
            self._respond(c, a, lane, record, nth, at.first_response[key], responses)

    def _respond(self, c: Code, a: Any, lane: Any, record: Any, nth: Num, first: int,
                 responses: tuple[Response, ...]) -> None:  # fmt: skip
        b = self.at.breach
        if not responses:
            c.put(record, b.response, -1)
            c.put(record, b.breached, True)
            return
        chosen = c.least(nth, len(responses)) - 1
        c.put(record, b.response, chosen + first)
        with c.case_of(chosen) as one:
            for i, response in enumerate(responses):
                with one(i):
                    if response.cure is not None:
                        c.put(record, b.cure_until, later(c, c.get(a, self.at.day), response.cure))
                    else:
                        c.put(record, b.breached, True)
                        self._due(c, a, lane, c.num(first + i))

    def _due(self, c: Code, a: Any, lane: Any, response: Num) -> None:
        """A response is due, if it has effects."""
        at = self.at
        with c.case_of(response) as one:
            for i, (_, each) in enumerate(at.responses):
                if each.effects != Effects():
                    with one(i):
                        number = c.get(a, at.dues)
                        with c.either(number < MOST_DUE) as (then, otherwise):
                            with then:
                                c.put(a, at.due_list, i, number)
                                c.put(a, at.dues, number + 1)
                            with otherwise:
                                self.spill(c, lane)

    def _notices(self) -> Code:
        """Notices that are stopped or take effect. One that ends the agreement or the like clears the list."""
        at = self.at

        def body(c: Code, a: Any, lane: Any, served: Num) -> None:
            changed, i = c.variable(False), c.variable(0)
            with c.loop(lambda: i.get() < c.get(a, at.given), "notices"):
                now = i.get()
                i.set(now + 1)
                with self._notice(c, a, now) as one:
                    for number, n in enumerate(at.notices):
                        with one(number):
                            self._serve(c, a, lane, n, served, i, changed)
            c.give(changed.get())

        return self.function("notices", "ppb", "b", body)

    def _serve(self, c: Code, a: Any, lane: Any, n: NoticePlaces, served: Num, i: Any, changed: Any) -> None:
        at, spec, day, effective = self.at, n.power.spec, c.get(a, self.at.day), c.get(a, n.effective)
        stopped = c.num(False)
        if spec.unless is not None:
            stopped = self.scope(c, a, lane, n.counted).value(spec.unless)
        effects = (day > effective) | (day.eq(effective) & served)
        with c.when(stopped | effects):
            place = i.get() - 1
            with c.count(c.get(a, at.given) - 1 - place, "close_up") as j:
                c.put(a, at.given_list, c.get(a, at.given_list, place + j + 1), place + j)
            c.put(a, at.given, c.get(a, at.given) - 1)
            i.set(place)
            changed.set(True)
            with c.when(~stopped):
                self._bring_about(c, a, lane, spec.effects, n.party)

    def _contingencies(self) -> Code:
        at = self.at

        def body(c: Code, a: Any, lane: Any) -> None:
            changed = c.variable(False)
            with c.loop(lambda: (c.get(a, at.dues) > 0) & c.get(a, at.in_force), "due"):
                response, left = c.get(a, at.due_list), c.get(a, at.dues) - 1
                with c.count(left, "close_up") as j:
                    c.put(a, at.due_list, c.get(a, at.due_list, j + 1), j)
                c.put(a, at.dues, left)
                with c.case_of(response) as one:
                    for i, (party, each) in enumerate(at.responses):
                        with one(i):
                            self._bring_about(c, a, lane, each.effects, party)
                changed.set(True)
            c.give(changed.get())

        return self.function("contingencies", "pp", "b", body)

    def _rule_scope(self, c: Code, a: Any, lane: Any, r: RulePlaces) -> Scope:
        counted = self.at.deal_counted if r.stage < 0 else self.at.stage_counted[r.stage]
        return self.scope(c, a, lane, counted)

    def _judge_rules(self) -> Code:
        at = self.at

        def body(c: Code, a: Any, lane: Any, served: Num) -> None:
            day, least = c.get(a, at.day), c.get(a, at.least)
            for r in at.rules:
                has_least = r.stage >= 0 and at.agreement.stages[r.stage].least is not None
                may_leave = (day > least) | (day.eq(least) & served) if has_least else c.num(True)
                with self.within(c, a, r):
                    self._rule(c, a, lane, r, served, may_leave)
            c.give(False)

        return self.function("rules", "ppb", "b", body)

    def _rule(self, c: Code, a: Any, lane: Any, r: RulePlaces, served: Num, may_leave: Num) -> None:
        """One rule: if it does something, the judging starts anew."""
        truth = self._rule_scope(c, a, lane, r).value(r.spec.when)
        c.put(a, r.truth, truth)
        day = c.get(a, self.at.day)
        with c.either(truth) as (then, otherwise):
            with otherwise:
                c.put(a, r.since, NEVER)
                c.put(a, r.fired, False)
                c.put(a, r.waiting, False)
            with then:
                with c.when(c.get(a, r.since) > day):
                    c.put(a, r.since, day)
                    c.put(a, r.due, later(c, day, r.spec.held))
                since, due = c.get(a, r.since), c.get(a, r.due)
                ready = (day > due) | (day.eq(due) & (served | due.eq(since)))
                with c.when(ready & ~c.get(a, r.fired)):
                    self._fire(c, a, lane, r, may_leave)
                    c.give(True)
                with c.when(c.get(a, r.waiting) & may_leave):
                    c.put(a, r.waiting, False)
                    effects = r.spec.effects
                    self._bring_about(c, a, lane, Effects(stage=effects.stage, ends=effects.ends), "")
                    c.give(True)

    def _fire(self, c: Code, a: Any, lane: Any, r: RulePlaces, may_leave: Num) -> None:
        """Let a rule's effects happen; its stage and end wait for the least time of the stage."""
        effects = r.spec.effects
        c.put(a, r.fired, True)
        if effects.stage is None and effects.ends is None:
            c.put(a, r.waiting, False)
            self._bring_about(c, a, lane, effects, "")
            return
        c.put(a, r.waiting, ~may_leave)
        with c.either(may_leave) as (then, otherwise):
            with then:
                self._bring_about(c, a, lane, effects, "")
            with otherwise:
                self._bring_about(c, a, lane, replace(effects, stage=None, ends=None), "")

    # --- effects ---------------------------------------------------------------------------------------------

    def _bring_about(self, c: Code, a: Any, lane: Any, effects: Effects, actor: str) -> None:
        at = self.at
        if effects.moves:
            self._command(c, a, lane, effects)
        if effects.release is not None:
            for party in self._released(effects.release, actor):
                c.put(a, at.released[party], True)
        if effects.sets_until:
            until = day_of(effects.until if isinstance(effects.until, Date) else None)
            c.put(a, at.until, c.greatest(c.get(a, at.day), until))
            c.put(a, at.over, False)
        if effects.stage is not None:
            names = [stage.name for stage in at.agreement.stages]
            c.call(self.enter(names.index(effects.stage)), a, lane)
        if effects.ends is not None:
            c.call(self.end(), a, lane, at.reasons.index(effects.ends))

    def _released(self, whom: str, actor: str) -> list[str]:
        parties = list(self.at.parties)
        if whom == "others":
            return [p for p in parties if p != actor]
        if whom == "self":
            return parties if actor == "all" else [actor]
        return [whom]

    def _command(self, c: Code, a: Any, lane: Any, effects: Effects) -> None:
        """Moves become due. Only what is known commands."""
        at, mine, day = self.at, commands_of(effects), c.get(a, self.at.day)
        due = later(c, day, effects.within)
        until = later(c, day, effects.lasts) if effects.lasts else c.num(NEVER)
        for command in mine:
            number = c.get(a, at.commanded)
            with c.when(c.get(a, at.is_known)), c.either(number < MOST_COMMANDS) as (then, otherwise):
                with then:
                    record = c.at(a, number * at.command.size + at.command_list.index)
                    c.put(record, at.command.number, at.commands.index(command))
                    for place, value in ((at.command.due, due), (at.command.until, until),
                                         (at.command.since, day)):  # fmt: skip
                        c.put(record, place, value)
                    c.put(a, at.commanded, number + 1)
                with otherwise:
                    self.spill(c, lane)
