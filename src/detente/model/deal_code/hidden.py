"""What is hidden as code: which rows, and when they are shown."""

from __future__ import annotations

from typing import Any

from detente.agreements.days import NEVER

from .looks import LooksCode
from .places import OwedPlaces, RowKind
from .scalars import Code, Num, Place


class HiddenCode(LooksCode):
    """Rows that are not known at once."""

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
                        self.automaton.keep(c, m, self.hidden, lambda record: c.get(record, mine).ne(row.number))
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
                record = self.automaton.record(c, m, self.hidden, i)
                same = c.whole(c.get(record, places["breaks"])).eq(c.whole(breaks))
                with c.when(same & c.get(record, places["row"]).eq(row.number)):
                    known.set(True)
        told = {"name": name, "breaks": breaks, "date": day, "value": value}
        new = self.automaton.append(c, lane, m, self.hidden, row=row.number, shown=False, **told)
        with c.when(~known.get()), new:
            pass

    def _late(self, c: Code, m: Any, lane: Any, a: Any, day: Num) -> None:
        """What happened earlier and is known only now, by date: rows that were hidden, looks with a delay."""
        hidden, coming = self.hidden.places, self.coming.places
        is_delayed = any(means.delay is not None for means in self.agreement.means.values())
        j = c.variable(0)

        def looks_before(date: Num) -> None:
            """Take the looks of earlier days before a date."""
            with c.loop(lambda: j.get() < c.get(m, self.coming.length), "delayed") as stop:
                record = self.automaton.record(c, m, self.coming, j.get())
                with c.when(c.get(record, coming["date"]) >= date):
                    stop()
                with c.when(c.get(record, coming["told"])):
                    c.put(record, coming["told"], False)
                    c.put(record, coming["known"], -1)
                    self._take_look(c, a, lane, record)
                j.set(j.get() + 1)

        if self.hidden.most:
            with c.count(c.get(m, self.hidden.length), "late") as i:
                record = self.automaton.record(c, m, self.hidden, i)
                with c.when(c.get(record, hidden["shown"])):
                    date = c.get(record, hidden["date"])
                    if is_delayed:
                        looks_before(date)
                    with c.case_of(c.get(record, hidden["row"])) as one:
                        for row in self.kinds:
                            if self.places.watchers(row):
                                with one(row.number):
                                    self._take(c, a, lane, row, c.get(record, hidden["value"]), date)
            self.automaton.keep(c, m, self.hidden, lambda record: ~c.get(record, hidden["shown"]))
        if is_delayed:
            looks_before(day)
            self.automaton.keep(c, m, self.coming, lambda record: c.get(record, coming["known"]) >= 0)
