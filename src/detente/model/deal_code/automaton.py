"""The automaton of an agreement as code, function for function as in `agreements.automaton`: its days, limits, rows,
looks and powers; judging and what follows from it are in the files that it builds on.
"""

from __future__ import annotations

from typing import Any

from detente.agreements.days import NEVER
from detente.agreements.expressions import days_in
from detente.language.agreement import Means

from .calendar import later
from .clauses import Scope
from .judging import JudgingCode
from .places import Counted, OwedPlaces, PowerPlaces, RowKind
from .scalars import Code, Like, Num, Place


class AutomatonCode(JudgingCode):
    """The functions of one agreement, each written when first called."""

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
            with self.breaches(c, a) as record:
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

    def _limits(self) -> Code:
        """Deadlines, times to cure, windows and the stage itself run out."""
        at = self.at

        def body(c: Code, a: Any, lane: Any) -> None:
            day = c.get(a, at.day)
            for o in at.owed:
                with self.within(c, a, o), c.when(self.is_open(c, a, o) & (day > c.get(a, o.limit))):
                    self._deadline(c, a, lane, o)
            with self.breaches(c, a) as record:
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
        return value if row.values is None else c.of_level(value, row.values)

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
            with self.breaches(c, a) as record, c.case_of(c.get(record, at.breach.owed)) as one:
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
                    # what counts rows would need the counts of the window that was missed
                    is_met = c.num(True) if o.counts else self.own(c, a, lane, o).value(o.spec.condition)
                    with c.when(is_met):
                        self.spill(c, lane)

    def _settled(self, kind: str) -> Code:
        """Whether no condition that reads what a row of this kind changed has turned."""
        at = self.at

        def body(c: Code, a: Any, lane: Any) -> None:
            with c.when(~c.get(a, at.in_force)):
                c.give(True)
            with c.when((c.get(a, at.given) > 0) | (c.get(a, at.due.length) > 0)):
                c.give(False)
            for o in at.owed:
                if kind in o.reads:
                    with self.within(c, a, o):
                        self._is_turned(c, a, lane, o)
            with self.breaches(c, a) as record:
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
        d, f = self.chances(self.top(c, a, lane), means)
        told, other = (d, f) if is_alarm else (c.num(1.0) - d, c.num(1.0) - f)
        total = belief * told + (c.num(1.0) - belief) * other
        return c.select(total > 0.0, (belief * told).over(total), belief)

    def chances(self, scope: Scope, means: Means) -> tuple[Num, Num]:
        """Of an alarm where there is a breach, and where there is none."""
        c = scope.code
        detects = c.double(scope.value(means.detects)) if means.detects is not None else c.num(1.0)
        false = c.double(scope.value(means.false_alarm)) if means.false_alarm is not None else c.num(0.0)
        return detects, false

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
