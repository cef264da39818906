"""The days of a step as code, function for function as in `model.deals`: rows, looks, what is hidden, what is true.

A deal's memory in a run holds what `LivedDeal` keeps, then the known automaton, then the true one if anything reads
it. `lane` is the run's place in the kernel's rows; rows named in `Rows` are read and written there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from detente.agreements.days import NEVER
from detente.language import tree
from detente.language.walk import walk

from ..deals import most_looks
from .hidden import HiddenCode
from .places import RowKind
from .scalars import Code, Num, Place


class DealCode(HiddenCode):
    """One agreement of a case as code."""

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
                self._tell_commanded(c, m, lane)
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

    def commands(self) -> Code:
        """Write the levels that contingencies want in the step of these days; `defied` has a bit for each party."""
        at, options = self.at, list(self.case.options)

        def body(c: Code, m: Any, lane: Any, first: Num, last: Num, defied: Num) -> None:
            a, places = self.known(c, m), at.commanded.places

            def carried_out(record: Any) -> Num:
                """Write what a command wants now; whether it stays."""
                number, until = c.get(record, places["number"]), c.get(record, places["until"])
                is_due = (c.get(record, places["since"]) < first) & (c.get(record, places["due"]) <= last)
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
                return stays.get()

            self.automaton.keep(c, a, at.commanded, carried_out)
            self._tell_commanded(c, m, lane)

        return self._function("commands", "ppiii", "", body)

    def _tell_commanded(self, c: Code, m: Any, lane: Any) -> None:
        """The kernel's rows say how many commands wait."""
        waiting = c.get(self.known(c, m), self.at.commanded.length)
        self.put_row(c, lane, self.rows.commanded, c.double(waiting))

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
            self._tell_commanded(c, m, lane)

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
                at_last(c.get(self.automaton.record(c, m, self.coming, i), self.coming.places["known"]))

        def timer(a: Any) -> None:
            idle = c.select(c.get(a, at.ended) < NEVER, NEVER, c.get(a, at.starts))
            at_last(c.select(c.get(a, at.in_force), c.get(a, at.timer), idle))

        self.to_both(c, m, timer)
        return soonest.get()

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
                self.automaton.keep(c, m, self.coming, lambda record: ~c.get(record, self.coming.places["told"]))

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
