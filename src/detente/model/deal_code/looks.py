"""Looks as code: when they fall, what they show, and when they are enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from detente.agreements.days import NEVER
from detente.language.agreement import Means

from ..deals import MOST_LOOKS
from .calendar import later
from .memory import DealMemory
from .places import OwedPlaces, RowKind
from .scalars import Code, Num, Place


class LooksCode(DealMemory):
    """The looks of a step."""

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

    def _looks_on(self, c: Code, day: Num, looks: dict[str, Any]) -> Num:
        """Whether there is a look on a day."""
        found = c.variable(False)
        for days, number in looks.values():
            with c.count(number.get(), "look") as i:
                found.set(found.get() | c.get(days, Place(0, "i"), i).eq(day))
        return found.get()

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
            detects, false = self.automaton.chances(scope, means)
            is_alarm = u < c.select(broken, detects, false)
            clean, alarm = (
                next(r.number for r in self.kinds
                     if (r.means, r.obligation, r.is_alarm, r.source) == (means.name, name, flag, "look"))
                for flag in (False, True)
            )  # fmt: skip
            row = c.select(is_alarm, alarm, clean)
            known = later(c, day, means.delay)
            with self.automaton.append(c, lane, m, self.coming, known=known, date=day, row=row, told=False):
                if means.delay is not None:  # the true run knows it today
                    with c.when(~self.is_parted(c, m)):
                        self.part(c, m)

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
            record = self.automaton.record(c, m, self.hidden, i)
            with c.case_of(c.get(record, places["row"])) as one:
                for row in rows:
                    with one(row.number):
                        amount = self.automaton.amount(c, row, c.get(record, places["value"]))
                        date = c.get(record, places["date"])
                        self.automaton.add(c, copy, o.counted, row, date, amount)
        return copy

    def _told(self, c: Code, m: Any, lane: Any, a: Any, which: Callable[[Any], Num]) -> None:
        """The automaton takes results of looks."""
        if not self.agreement.means:
            return
        with c.count(c.get(m, self.coming.length), "told") as i:
            record = self.automaton.record(c, m, self.coming, i)
            with c.when(which(record)):
                self._take_look(c, a, lane, record)

    def _take_look(self, c: Code, a: Any, lane: Any, record: Any) -> None:
        with c.case_of(c.get(record, self.coming.places["row"])) as one:
            for row in self.kinds:
                if row.source == "look":
                    with one(row.number):
                        date = c.get(record, self.coming.places["date"])
                        self._take(c, a, lane, row, c.num(0.0), date)

    def _enough(self, c: Code, m: Any, lane: Any, a: Any, day: Num, flags: Any) -> None:
        """Which obligations today's looks are enough for to find a breach, and which get a clean look; and so which
        hidden rows are shown."""
        at, coming, hidden = self.at, self.coming.places, self.hidden.places
        size = 2 * len(at.names)
        for flag in range(size):
            c.put(flags, Place(flag, "b"), False)
        is_any = c.variable(False)
        with c.count(c.get(m, self.coming.length), "coming") as i:
            record = self.automaton.record(c, m, self.coming, i)
            told = c.get(record, coming["known"]).eq(day)
            c.put(record, coming["told"], told)
            is_any.set(is_any.get() | told)
        with c.when(is_any.get()):
            trial = c.room(size)
            for k, name in enumerate(at.names):
                c.put(trial, Place(2 * k, "i"), c.get(a, at.looks[name].recent))
                c.put(trial, Place(2 * k + 1, "f"), c.get(a, at.looks[name].belief))
            with c.count(c.get(m, self.coming.length), "trial") as i:
                record = self.automaton.record(c, m, self.coming, i)
                with c.when(c.get(record, coming["told"])), c.case_of(c.get(record, coming["row"])) as one:
                    for row in self.kinds:
                        if row.source == "look":
                            with one(row.number):
                                self._try(c, a, lane, row, trial, flags)
            with c.count(c.get(m, self.hidden.length), "shown") as i:
                record = self.automaton.record(c, m, self.hidden, i)
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
