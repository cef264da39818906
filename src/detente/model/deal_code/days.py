"""The days of a step as code, function for function as in `model.deals`: rows, looks, what is hidden, what is true.

A deal's memory in a run holds what `LivedDeal` keeps, then the known automaton, then the true one if anything reads
it. `lane` is the run's place in the kernel's rows; rows named in `Rows` are read and written there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from detente.agreements.days import NEVER
from detente.language import tree
from detente.language.agreement import Means
from detente.language.case import Case
from detente.language.walk import walk

from ..deals import MOST_LOOKS, most_looks
from ..emit_numerics import Functions
from .automaton import AutomatonCode
from .calendar import later
from .places import MOST_COMING, MOST_HIDDEN, Counted, DealPlaces, OwedPlaces, Records, RowKind
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


class DealCode:
    """One agreement of a case as code."""

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
            with c.count(self.at.memory.size, "part") as i:
                c.put(self.true(c, m), Place(0, "i"), c.get(self.known(c, m), Place(0, "i"), i), i)
            c.put(self.true(c, m), self.at.is_known, False)
        c.put(m, self.places.parted, True)

    def _set_world(self, c: Code, m: Any) -> None:
        """The world is as known."""
        for name, place in self.world.items():
            c.put(m, place, c.get(self.known(c, m), self.at.facts[name]))

    def _at(self, c: Code, m: Any, records: Records, i: Num) -> Any:
        """The address of a record."""
        return c.at(m, i * records.size + records.start.index)

    def _keep(self, c: Code, m: Any, records: Records, stays: Callable[[Any], Num]) -> None:
        """Drop the records that do not stay; the others keep their order."""
        kept = c.variable(0)
        with c.count(c.get(m, records.length), "keep") as i:
            record = self._at(c, m, records, i)
            with c.when(stays(record)):
                now = kept.get()
                with c.when(now.ne(i)):
                    to = self._at(c, m, records, now)
                    for j in range(records.size):
                        c.put(to, Place(j, "i"), c.get(record, Place(j, "i")))
                kept.set(now + 1)
        c.put(m, records.length, kept.get())

    def _function(self, name: str, takes: str, gives: str, body: Callable[..., None]) -> Code:
        return self.automaton.function(name, takes, gives, body)

    # --- beginning -------------------------------------------------------------------------------------------

    def meet(self) -> Code:
        """Clear the memory; facts are as they were told last (on `told_on`, -1: only as they are at the start)."""

        def body(c: Code, m: Any, lane: Any, told_on: Num) -> None:
            with c.count(self.places.size, "clear") as i:
                c.put(m, Place(0, "i"), 0, i)
            a = self.known(c, m)
            self._blank(c, a)
            c.put(a, self.at.is_known, True)
            c.put(a, self.at.starts, self.places.starts)
            self._facts(c, lane, a, told_on)

        return self._function("meet", "ppi", "", body)

    def _blank(self, c: Code, a: Any) -> None:
        at = self.at
        for index in at.memory.never:
            c.put(a, Place(index, "i"), NEVER)
        for index in at.memory.minus:
            c.put(a, Place(index, "i"), -1)
        for looks in at.looks.values():
            c.put(a, looks.belief, self.agreement.enough.prior or 0.0)

    def _facts(self, c: Code, lane: Any, a: Any, told_on: Num) -> None:
        before = {row.kind: self._before(row) for row in self.kinds if row.is_fact}
        for name, place in self.at.facts.items():
            if name in before:
                c.put(a, place, self.row(c, lane, before[name]))
                if name in self.at.fact_date:
                    c.put(a, self.at.fact_date[name], told_on)
            elif name in self.agreement.facts:
                c.put(a, place, float(self.agreement.facts[name].start))

    def _before(self, row: RowKind) -> int:
        options = len(self.case.options)
        return self.rows.before + row.index + (options if row.source == "number" else 0)

    def start(self) -> Code:
        """The beginning of a run, for a deal that is followed from the start."""
        as_of = self.case.as_of.toordinal()

        def body(c: Code, m: Any, lane: Any) -> None:
            c.call(self.meet(), m, lane, -1)
            self.put_row(c, lane, self.rows.begun, 1.0)
            if self.places.starts <= as_of:
                assert self.agreement.starts is not None
                a = self.known(c, m)
                c.put(a, self.at.signed, self.agreement.starts.toordinal())
                self.automaton.begin_day(c, a, lane, c.num(as_of))
                self.automaton.end_day(c, a, lane)
                self.put_row(c, lane, self.rows.commanded, c.double(c.get(a, self.at.commanded)))
            c.call(self.read(), m, lane)

        return self._function("start", "pp", "", body)

    def give_way(self) -> Code:
        """Another agreement takes its place."""

        def body(c: Code, m: Any, lane: Any) -> None:
            def end(a: Any) -> None:
                with c.when(c.get(a, self.at.in_force)):
                    c.call(self.automaton.end(), a, lane, self.at.reasons.index("replaced"))

            self.to_both(c, m, end)
            c.call(self.read(), m, lane)

        return self._function("give_way", "pp", "", body)

    # --- before the moves ------------------------------------------------------------------------------------

    def commands(self) -> Code:
        """Write the levels that contingencies want in the step of these days; `defied` has a bit for each party."""
        at, options = self.at, list(self.case.options)

        def body(c: Code, m: Any, lane: Any, first: Num, last: Num, defied: Num) -> None:
            a, kept = self.known(c, m), c.variable(0)
            with c.count(c.get(a, at.commanded), "command") as i:
                record = c.at(a, i * at.command.size + at.command_list.index)
                number, until = c.get(record, at.command.number), c.get(record, at.command.until)
                is_due = (c.get(record, at.command.since) < first) & (c.get(record, at.command.due) <= last)
                is_over = (until < NEVER) & (first > until)
                stays = c.variable(~is_over)
                with c.when(is_due & ~is_over), c.case_of(number) as one:
                    for n, command in enumerate(at.commands):
                        with one(n):
                            bit = c.num(1 << list(self.case.parties).index(command.party))
                            stays.set((until < NEVER) & (defied & bit).eq(0))
                            with c.when((defied & bit).eq(0)):
                                for option, level in command.moves:
                                    self.put_row(c, lane, self.rows.wanted + options.index(option), float(level))
                with c.when(stays.get()):
                    to = c.at(a, kept.get() * at.command.size + at.command_list.index)
                    for j in range(at.command.size):
                        c.put(to, Place(j, "i"), c.get(record, Place(j, "i")))
                    kept.set(kept.get() + 1)
            c.put(a, at.commanded, kept.get())
            self.put_row(c, lane, self.rows.commanded, c.double(kept.get()))

        return self._function("commands", "ppiii", "", body)

    # --- the days of a step ----------------------------------------------------------------------------------

    def play(self) -> Code:
        """Live through the days of a step; `signed`: all parties have accepted; `odd` shifts the draws' rows."""
        at = self.at

        def body(c: Code, m: Any, lane: Any, first: Num, last: Num, signed: Num, odd: Num) -> None:
            with c.when(self.row(c, lane, self.rows.begun).eq(0.0)):
                is_first = first <= self.case.as_of.toordinal() + 1
                c.call(self.meet(), m, lane, c.select(is_first, -1, first - 1))
                self.put_row(c, lane, self.rows.begun, 1.0)
            known = self.known(c, m)
            with c.when(signed & (c.get(known, at.starts) >= NEVER)):
                c.put(known, at.starts, last)
            looks = {name: (c.room(most_looks(means, self.case.step)), c.variable(0))
                     for name, means in self.agreement.means.items()}  # fmt: skip
            self._plan_looks(c, m, lane, first, last, odd, looks)
            day, changed = c.variable(first - 1), c.variable(False)

            def judged(a: Any) -> None:
                changed.set(changed.get() | c.get(a, at.judged))

            with c.loop(lambda: c.num(True), "day") as stop:
                now = self._next(c, m, day.get(), first, last, looks)
                with c.when(now > last):
                    stop()
                day.set(now)
                self._day(c, m, lane, now, first, last, odd, looks)
                self.to_both(c, m, judged)
                if any(means.every is None for means in self.agreement.means.values()):
                    with c.when(now.eq(c.get(known, at.starts))):
                        self._plan_looks(c, m, lane, first, last, odd, looks)
            self.to_both(c, m, lambda a: c.put(a, at.day, last))
            ended = c.get(known, at.ended) < NEVER
            if self.places.truly:
                ended = ended & (~self.is_parted(c, m) | (c.get(self.true(c, m), at.ended) < NEVER))
            with c.either(changed.get()) as (then, otherwise):
                with then:
                    c.call(self.read(), m, lane)
                with otherwise:
                    self._read(c, m, lane, [read for read in self.deal.reads if self._is_steady(read[1])])
            self.put_row(c, lane, self.rows.begun, c.select(ended, 2.0, 1.0))
            self.put_row(c, lane, self.rows.commanded, c.double(c.get(known, at.commanded)))

        return self._function("play", "ppiibi", "", body)

    def _next(self, c: Code, m: Any, day: Num, first: Num, last: Num, looks: dict[str, Any]) -> Num:
        """The next day of the step on which something happens, its first and last among them."""
        at, soonest = self.at, c.variable(c.select(first > day, first, c.select(last > day, last, NEVER)))

        def at_last(when: Num) -> None:
            soonest.set(c.select((when > day) & (when < soonest.get()), when, soonest.get()))

        for days, number in looks.values():
            with c.count(number.get(), "look") as i:
                at_last(c.get(days, Place(0, "i"), i))
        if any(means.delay is not None for means in self.agreement.means.values()):
            with c.count(c.get(m, self.coming.length), "coming") as i:
                at_last(c.get(self._at(c, m, self.coming, i), self.coming.places["known"]))

        def timer(a: Any) -> None:
            idle = c.select(c.get(a, at.ended) < NEVER, NEVER, c.get(a, at.starts))
            at_last(c.select(c.get(a, at.in_force), c.get(a, at.timer), idle))

        self.to_both(c, m, timer)
        return soonest.get()

    # --- looks -----------------------------------------------------------------------------------------------

    def _plan_looks(self, c: Code, m: Any, lane: Any, first: Num, last: Num, odd: Num, looks: dict[str, Any]) -> None:
        """The days of the step's looks, by means."""
        start = c.get(self.known(c, m), self.at.starts)
        for name, means in self.agreement.means.items():
            days, number = looks[name]
            with c.when(start < NEVER):
                if means.every is None:
                    self._plan_rate(c, m, lane, means, first, last, odd, days, number)
                    continue
                which, when = self.places.look_number[name], self.places.look_day[name]
                with c.when(c.get(m, which).eq(0)):
                    self._plan_next(c, m, means, start)
                with c.loop(lambda when=when: c.get(m, when) <= last, "plan"):  # type: ignore[misc]
                    day = c.get(m, when)
                    self._plan_next(c, m, means, start)
                    with c.when(day >= first):
                        c.put(days, Place(0, "i"), day, number.get())
                        number.set(number.get() + 1)

    def _plan_next(self, c: Code, m: Any, means: Means, start: Num) -> None:
        """The next of regular looks."""
        number = c.get(m, self.places.look_number[means.name]) + 1
        c.put(m, self.places.look_number[means.name], number)
        c.put(m, self.places.look_day[means.name], later(c, start, means.every, number))

    def _plan_rate(self, c: Code, m: Any, lane: Any, means: Means, first: Num, last: Num, odd: Num,
                   days: Any, number: Any) -> None:  # fmt: skip
        """As many looks as chance has it, each on a day drawn, in order."""
        a, (count_draw, *when) = self.known(c, m), self.deal.draws[means.name, ""]
        assert means.rate is not None
        rate = self.automaton.top(c, a, lane).value(means.rate)
        mean = c.select(rate > 0.0, rate, 0.0) * float(self.case.dt)
        times = c.whole(c.numeric("poisson", self._drawn(c, lane, count_draw, odd), mean))
        times = c.least(times, MOST_LOOKS)
        number.set(0)
        start, span = c.get(a, self.at.starts), c.double(last - first + 1)
        for i, draw in enumerate(when):
            with c.when(c.num(i) < times):
                day = first + c.whole(self._drawn(c, lane, draw, odd) * span)
                with c.when(day > start):
                    self._insert(c, days, number, day)

    def _insert(self, c: Code, days: Any, number: Any, day: Num) -> None:
        """Insert a day in order."""
        place = c.variable(number.get())
        with c.loop(lambda: place.get() > 0, "insert") as stop:
            before = c.get(days, Place(0, "i"), place.get() - 1)
            with c.when(before <= day):
                stop()
            c.put(days, Place(0, "i"), before, place.get())
            place.set(place.get() - 1)
        c.put(days, Place(0, "i"), day, place.get())
        number.set(number.get() + 1)

    def _drawn(self, c: Code, lane: Any, draw: int, odd: Num, i: Num | None = None) -> Num:
        """A draw of the step."""
        offset = odd if i is None else odd + i * self.block
        return c.get(lane, Place((self.rows.draw + draw) * self.block, "f"), offset)

    def _look_today(self, c: Code, m: Any, lane: Any, day: Num, odd: Num, looks: dict[str, Any]) -> None:
        """What the looks of a day show goes among what is coming."""
        for name, means in self.agreement.means.items():
            days, number = looks[name]
            with c.count(number.get(), "look") as i, c.when(c.get(days, Place(0, "i"), i).eq(day)):
                for o in means.of:
                    draws = self.deal.draws[name, o]
                    assert draws == tuple(range(draws[0], draws[0] + len(draws)))
                    self._result(c, m, lane, means, o, day, self._drawn(c, lane, draws[0], odd, i))

    def _result(self, c: Code, m: Any, lane: Any, means: Means, name: str, day: Num, u: Num) -> None:
        """What a look shows: an alarm with the chance `detects` or `false_alarm`."""
        a = self.known(c, m)
        scope = self.automaton.top(c, a, lane)
        goes = c.get(a, self.at.in_force)
        if means.awake is not None:
            goes = goes & scope.value(means.awake)
        with c.when(goes):
            broken = c.call(self._is_broken(name), m, lane)
            detects = c.double(scope.value(means.detects)) if means.detects is not None else c.num(1.0)
            false = c.double(scope.value(means.false_alarm)) if means.false_alarm is not None else c.num(0.0)
            is_alarm = u < c.select(broken, detects, false)
            clean, alarm = (
                next(r.number for r in self.kinds
                     if (r.means, r.obligation, r.is_alarm, r.source) == (means.name, name, flag, "look"))
                for flag in (False, True)
            )  # fmt: skip
            number = c.get(m, self.coming.length)
            with c.either(number < MOST_COMING) as (then, otherwise):
                with then:
                    record, places = self._at(c, m, self.coming, number), self.coming.places
                    c.put(record, places["known"], later(c, day, means.delay))
                    c.put(record, places["date"], day)
                    c.put(record, places["row"], c.select(is_alarm, alarm, clean))
                    c.put(record, places["told"], False)
                    c.put(m, self.coming.length, number + 1)
                    if means.delay is not None:  # the true run knows it today
                        with c.when(~self.is_parted(c, m)):
                            self.part(c, m)
                with otherwise:
                    self.automaton.spill(c, lane)

    def _is_broken(self, name: str) -> Code:
        """Whether what is owed now, as everybody knows, is broken in truth: by the world and by hidden rows."""

        def body(c: Code, m: Any, lane: Any) -> None:
            a = self.known(c, m)
            for o in self.at.named(name):
                with c.when(self.automaton.active(c, a, o) & self.automaton.is_open(c, a, o)):
                    counts = self._with_hidden(c, m, a, o)
                    world = c.at(m, self._world_offset())
                    scope = self.automaton.scope(c, a, lane, o.counted, counts, world)
                    c.give(~scope.value(o.spec.condition))
            c.give(False)

        return self._function(f"is_broken.{name}", "pp", "b", body)

    def _world_offset(self) -> int:
        """The world's facts stand in the order of the automaton's: how far before them."""
        name = next(iter(self.at.facts), None)
        return 0 if name is None else self.world[name].index - self.at.facts[name].index

    def _with_hidden(self, c: Code, m: Any, a: Any, o: OwedPlaces) -> Any:
        """What an obligation counts, with the rows that nobody knows."""
        rows = [r for r in self.kinds if self.places.watchers(r) and any(k in o.counted.keys for k in r.keys)]
        if not rows:
            return a
        copy, places = self._copied(c, a, o.counted), self.hidden.places
        with c.count(c.get(m, self.hidden.length), "hidden") as i:
            record = self._at(c, m, self.hidden, i)
            with c.case_of(c.get(record, places["row"])) as one:
                for row in rows:
                    with one(row.number):
                        amount = self.automaton.amount(c, row, c.get(record, places["value"]))
                        date = c.get(record, places["date"])
                        self.automaton.add(c, copy, o.counted, row, date, amount)
        return copy

    def _copied(self, c: Code, a: Any, counted: Counted) -> Any:
        """A copy of what is counted, addressed as the original."""
        first = counted.first.index
        copy = c.at(c.room(counted.size), -first)
        for i in range(first, first + counted.size):
            c.put(copy, Place(i, "i"), c.get(a, Place(i, "i")))
        return copy

    # --- a day -----------------------------------------------------------------------------------------------

    def _day(
        self, c: Code, m: Any, lane: Any, day: Num, first: Num, last: Num, odd: Num, looks: dict[str, Any]
    ) -> None:
        """A day: what happens, what looks show, and what becomes of it in truth and as known."""

        def rows(each: Callable[[RowKind, Num], None]) -> None:
            with c.when(day.eq(first)):
                self._rows(c, lane, ("option", "power"), each)
            with c.when(day.eq(last)):
                self._rows(c, lane, ("event", "number"), each)

        if self.agreement.means:
            has_look, was_parted = self._looks_on(c, day, looks), self.is_parted(c, m)
            with c.when(has_look & ~was_parted):
                self._set_world(c, m)
            world_is_set = has_look | was_parted
            with c.when(world_is_set):
                rows(lambda row, value: self._happens(c, m, lane, row, value))
            with c.when(has_look):
                self._look_today(c, m, lane, day, odd, looks)
        else:
            world_is_set = c.num(True)
        if self.places.truly:
            with c.when(self.is_parted(c, m)):
                self.automaton.begin_day(c, self.true(c, m), lane, day)
        self._known_day(c, m, lane, day, rows, world_is_set)
        if self.places.truly:
            with c.when(self.is_parted(c, m)):
                a = self.true(c, m)
                self._told(c, m, lane, a, lambda record: c.get(record, self.coming.places["date"]).eq(day))
                self.automaton.end_day(c, a, lane)
        if self.agreement.means:
            with c.when(c.get(m, self.coming.length) > 0):
                self._keep(c, m, self.coming, lambda record: ~c.get(record, self.coming.places["told"]))

    def _looks_on(self, c: Code, day: Num, looks: dict[str, Any]) -> Num:
        """Whether there is a look on a day."""
        found = c.variable(False)
        for days, number in looks.values():
            with c.count(number.get(), "look") as i:
                found.set(found.get() | c.get(days, Place(0, "i"), i).eq(day))
        return found.get()

    def _rows(self, c: Code, lane: Any, sources: tuple[str, ...], each: Callable[[RowKind, Num], None]) -> None:
        """The rows of a step, kind by kind."""
        for row in self.kinds:
            if row.source not in sources:
                continue
            if row.source == "option":
                each(row, self.row(c, lane, self.rows.level + row.index))
            elif row.source == "number":
                each(row, self.row(c, lane, self.rows.told + row.index))
            elif row.source == "event":
                times = c.whole(self.row(c, lane, self.rows.count + row.index))
                with c.count(times, "event"):
                    each(row, c.num(1.0))
            else:
                with c.when(self._uses(c, lane, row)):
                    each(row, c.num(0.0))

    def _uses(self, c: Code, lane: Any, row: RowKind) -> Num:
        """Whether those who hold a power use it in this step."""
        users = self.agreement.between if row.party == "all" else (row.party,)
        options, used = list(self.case.options), c.num(True)
        for party in users:
            name = f"{party}.{row.kind}"
            level = self.row(c, lane, self.rows.level + options.index(name)) if name in options else c.num(0.0)
            used = used & level.eq(1.0)
        return used

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

    def _happens(self, c: Code, m: Any, lane: Any, row: RowKind, value: Num) -> None:
        """The world becomes as a row says, whoever knows it."""
        if row.kind in self.world:
            c.put(m, self.world[row.kind], value)
        kind = self.agreement.kinds.get(row.kind)
        if kind is not None and kind.effects:
            world, a = c.at(m, self._world_offset()), self.known(c, m)
            scope = self.automaton.scope(c, a, lane, self.at.deal_counted, facts=world)
            for fact, expr in kind.effects:
                c.put(m, self.world["value"], value)
                c.put(m, self.world[fact], scope.value(expr))

    def _told(self, c: Code, m: Any, lane: Any, a: Any, which: Callable[[Any], Num]) -> None:
        """The automaton takes results of looks."""
        if not self.agreement.means:
            return
        with c.count(c.get(m, self.coming.length), "told") as i:
            record = self._at(c, m, self.coming, i)
            with c.when(which(record)):
                self._take_look(c, a, lane, record)

    def _take_look(self, c: Code, a: Any, lane: Any, record: Any) -> None:
        with c.case_of(c.get(record, self.coming.places["row"])) as one:
            for row in self.kinds:
                if row.source == "look":
                    with one(row.number):
                        date = c.get(record, self.coming.places["date"])
                        self._take(c, a, lane, row, c.num(0.0), date)

    def _known_day(
        self, c: Code, m: Any, lane: Any, day: Num, rows: Callable[..., None], world_is_set: Num
    ) -> None:
        """What becomes known on a day: rows that were hidden, what everybody sees, and the results of looks."""
        a, coming = self.known(c, m), self.coming.places
        flags = c.room(2 * len(self.at.names) + 1)  # of each obligation: found, clean; whether they say anything
        comes = c.get(m, self.coming.length) > 0
        c.put(flags, Place(2 * len(self.at.names), "b"), comes)
        if self.agreement.means:
            with c.when(comes):
                self._enough(c, m, lane, a, day, flags)
        self.automaton.begin_day(c, a, lane, day)
        if self.agreement.means:
            with c.when(comes):
                self._late(c, m, lane, a, day)

        def today(record: Any) -> Num:
            return c.get(record, coming["told"])

        def lives(row: RowKind, value: Num) -> None:
            self._shows(c, m, lane, a, row, value, day, flags, world_is_set)
            if self.agreement.means:
                with c.when(self.is_parted(c, m)):
                    if self.places.truly:
                        self._takes(c, self.true(c, m), lane, row, value, day)
                    with c.when(~world_is_set):
                        self._happens(c, m, lane, row, value)

        rows(lives)
        self._told(c, m, lane, a, today)
        self.automaton.end_day(c, a, lane)

    def _enough(self, c: Code, m: Any, lane: Any, a: Any, day: Num, flags: Any) -> None:
        """Which obligations today's looks are enough for to find a breach, and which get a clean look; and so which
        hidden rows are shown."""
        at, coming, hidden = self.at, self.coming.places, self.hidden.places
        size = 2 * len(at.names)
        for flag in range(size):
            c.put(flags, Place(flag, "b"), False)
        is_any = c.variable(False)
        with c.count(c.get(m, self.coming.length), "coming") as i:
            record = self._at(c, m, self.coming, i)
            told = c.get(record, coming["known"]).eq(day)
            c.put(record, coming["told"], told)
            is_any.set(is_any.get() | told)
        with c.when(is_any.get()):
            trial = c.room(size)
            for k, name in enumerate(at.names):
                c.put(trial, Place(2 * k, "i"), c.get(a, at.looks[name].recent))
                c.put(trial, Place(2 * k + 1, "f"), c.get(a, at.looks[name].belief))
            with c.count(c.get(m, self.coming.length), "trial") as i:
                record = self._at(c, m, self.coming, i)
                with c.when(c.get(record, coming["told"])), c.case_of(c.get(record, coming["row"])) as one:
                    for row in self.kinds:
                        if row.source == "look":
                            with one(row.number):
                                self._try(c, a, lane, row, trial, flags)
            with c.count(c.get(m, self.hidden.length), "shown") as i:
                record = self._at(c, m, self.hidden, i)
                asked = c.get(record, hidden["name"]) * 2 + c.whole(~c.get(record, hidden["breaks"]))
                c.put(record, hidden["shown"], c.get(flags, Place(0, "b"), asked))

    def _try(self, c: Code, a: Any, lane: Any, row: RowKind, trial: Any, flags: Any) -> None:
        number = self.at.names.index(row.obligation)
        recent, belief = Place(2 * number, "i"), Place(2 * number + 1, "f")
        self.automaton.see(c, a, lane, row, trial, recent, belief)
        if row.is_alarm:
            with c.when(self.automaton.is_enough(c, trial, recent, belief)):
                c.put(flags, Place(2 * number, "b"), True)
        else:
            c.put(flags, Place(2 * number + 1, "b"), True)

    def _late(self, c: Code, m: Any, lane: Any, a: Any, day: Num) -> None:
        """What happened earlier and is known only now, by date: rows that were hidden, looks with a delay."""
        hidden, coming = self.hidden.places, self.coming.places
        is_delayed = any(means.delay is not None for means in self.agreement.means.values())
        j = c.variable(0)

        def looks_before(date: Num) -> None:
            """Take the looks of earlier days before a date."""
            with c.loop(lambda: j.get() < c.get(m, self.coming.length), "delayed") as stop:
                record = self._at(c, m, self.coming, j.get())
                with c.when(c.get(record, coming["date"]) >= date):
                    stop()
                with c.when(c.get(record, coming["told"])):
                    c.put(record, coming["told"], False)
                    c.put(record, coming["known"], -1)
                    self._take_look(c, a, lane, record)
                j.set(j.get() + 1)

        if self.hidden.most:
            with c.count(c.get(m, self.hidden.length), "late") as i:
                record = self._at(c, m, self.hidden, i)
                with c.when(c.get(record, hidden["shown"])):
                    date = c.get(record, hidden["date"])
                    if is_delayed:
                        looks_before(date)
                    with c.case_of(c.get(record, hidden["row"])) as one:
                        for row in self.kinds:
                            if self.places.watchers(row):
                                with one(row.number):
                                    self._take(c, a, lane, row, c.get(record, hidden["value"]), date)
            self._keep(c, m, self.hidden, lambda record: ~c.get(record, hidden["shown"]))
        if is_delayed:
            looks_before(day)
            self._keep(c, m, self.coming, lambda record: c.get(record, coming["known"]) >= 0)

    # --- what is hidden --------------------------------------------------------------------------------------

    def _shows(self, c: Code, m: Any, lane: Any, a: Any, row: RowKind, value: Num, day: Num, flags: Any,
               world_is_set: Num) -> None:  # fmt: skip
        """A row of today: known at once, unless it is hidden."""
        if not self.places.watchers(row):
            self._takes(c, a, lane, row, value, day)
            return
        if row.is_fact and not self.at.counts(row):
            news = value.ne(c.get(a, self.at.facts[row.kind])) | (c.get(m, self.hidden.length) > 0)
            with c.when(news):
                self._shown_or_hidden(c, m, lane, a, row, value, day, flags, world_is_set)
            with c.when(~news & c.get(a, self.at.ended).eq(NEVER)):
                c.put(a, self.at.fact_date[row.kind], day)
            return
        self._shown_or_hidden(c, m, lane, a, row, value, day, flags, world_is_set)

    def _shown_or_hidden(
        self, c: Code, m: Any, lane: Any, a: Any, row: RowKind, value: Num, day: Num, flags: Any, world_is_set: Num
    ) -> None:
        hides = c.call(self._hides(row), m, lane, value, day)
        says = c.get(flags, Place(2 * len(self.at.names), "b")) & (hides >= 0)
        is_found = c.get(flags, Place(0, "b"), c.select(hides >= 0, hides, 0)) & says
        with c.either(hides.eq(-1) | is_found) as (then, otherwise):
            with then:
                if row.is_fact:
                    with c.when(hides.eq(-1)):
                        mine = self.hidden.places["row"]
                        self._keep(c, m, self.hidden, lambda record: c.get(record, mine).ne(row.number))
                self._take(c, a, lane, row, value, day)
            with otherwise:
                with c.when(~self.is_parted(c, m)):
                    with c.when(~world_is_set):
                        self._set_world(c, m)
                    self.part(c, m)
                self._hide(c, m, lane, row, value, day, hides)

    def _hides(self, row: RowKind) -> Code:
        """Whether a row breaks, or undoes the breach of, an obligation that a means watches: -1, or twice its
        number, plus 1 if it undoes."""
        names, asked = self.at.names, self.places.watchers(row)

        def body(c: Code, m: Any, lane: Any, value: Num, day: Num) -> None:
            a = self.known(c, m)
            with c.when(~c.get(a, self.at.in_force)):
                c.give(-1)
            for name in asked:
                is_first = c.num(True)
                for o in self.at.named(name):
                    mine = self.automaton.active(c, a, o) & self.automaton.is_open(c, a, o)
                    if o.spec.is_keep and row.kind in o.reads:
                        with c.when(is_first & mine):
                            was = self.automaton.own(c, a, lane, o).value(o.spec.condition)
                            were = self._were_true(c, a, lane, o, row, value, day)
                            with c.when(c.whole(was).ne(c.whole(were))):
                                c.give(c.select(was, 2 * names.index(name), 2 * names.index(name) + 1))
                    is_first = is_first & ~mine
            c.give(-1)

        return self._function(f"hides.{row.number}", "ppfi", "i", body)

    def _were_true(self, c: Code, a: Any, lane: Any, o: OwedPlaces, row: RowKind, value: Num, day: Num) -> Num:
        """Whether an obligation would hold were a row true."""
        if row.is_fact:
            fact = self.at.facts[row.kind]
            now = c.get(a, fact)
            c.put(a, fact, value)
            holds = self.automaton.own(c, a, lane, o).value(o.spec.condition)
            c.put(a, fact, now)
            return holds
        copy = self._copied(c, a, o.counted)
        self.automaton.add(c, copy, o.counted, row, day, self.automaton.amount(c, row, value))
        return self.automaton.scope(c, a, lane, o.counted, copy).value(o.spec.condition)

    def _hide(self, c: Code, m: Any, lane: Any, row: RowKind, value: Num, day: Num, hides: Num) -> None:
        """Keep the first of the rows that say the same."""
        places, number = self.hidden.places, c.get(m, self.hidden.length)
        name = hides // 2
        breaks, known = (hides - name * 2).eq(0), c.variable(False)
        if row.is_fact:
            with c.count(number, "same") as i:
                record = self._at(c, m, self.hidden, i)
                same = c.whole(c.get(record, places["breaks"])).eq(c.whole(breaks))
                with c.when(same & c.get(record, places["row"]).eq(row.number)):
                    known.set(True)
        with c.when(~known.get()), c.either(number < MOST_HIDDEN) as (then, otherwise):
            with then:
                record = self._at(c, m, self.hidden, number)
                c.put(record, places["row"], row.number)
                c.put(record, places["name"], name)
                c.put(record, places["breaks"], breaks)
                c.put(record, places["date"], day)
                c.put(record, places["value"], value)
                c.put(record, places["shown"], False)
                c.put(m, self.hidden.length, number + 1)
            with otherwise:
                self.automaton.spill(c, lane)

    # --- what is read ----------------------------------------------------------------------------------------

    def read(self) -> Code:
        """Write what expressions elsewhere read of this agreement."""

        def body(c: Code, m: Any, lane: Any) -> None:
            self._read(c, m, lane, self.deal.reads)

        return self._function("read", "pp", "", body)

    def _read(self, c: Code, m: Any, lane: Any, reads: Sequence[tuple[int, tree.Expr]]) -> None:
        known, true = self.known(c, m), self.known(c, m)
        if self.places.truly:
            true = c.b.select(self.is_parted(c, m).value, self.true(c, m), known)
        for slot, expr in reads:
            a = true if getattr(expr, "truly", False) else known
            self.put_row(c, lane, self.rows.reads + slot, c.double(self.automaton.top(c, a, lane).value(expr)))

    def _is_steady(self, expr: tree.Expr) -> bool:
        """Whether it can change though nothing is judged: a count, the age, a belief."""
        return any(isinstance(node, tree.RowTotal | tree.AgreementNumber) for node in walk(expr))
