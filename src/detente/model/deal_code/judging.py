"""Judging as code: windows, obligations, notices, contingencies, rules, until nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from detente.agreements.automaton import MOST_ROUNDS
from detente.agreements.days import NEVER, day_of
from detente.language.agreement import Effects

from .breaches import BreachesCode
from .calendar import later
from .clauses import Scope
from .places import NoticePlaces, OwedPlaces, RulePlaces
from .scalars import Code, Num


class JudgingCode(BreachesCode):
    """One judging, and what it goes through."""

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
            with c.when(c.get(a, at.open.length) > 0):
                before = c.get(a, at.open.length)
                self._put_right_all(c, a, lambda record: c.call(self._is_right(), a, lane, record))
                changed.set(c.get(a, at.open.length).ne(before))
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
                with self.breaches(c, a) as record, c.when(self.is_of(c, record, o)):
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

    @contextmanager
    def _notice(self, c: Code, a: Any, i: Num) -> Iterator[Callable[[int], Any]]:
        with c.case_of(c.get(a, self.at.given_list, i)) as one:
            yield one

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
            with c.loop(lambda: (c.get(a, at.due.length) > 0) & c.get(a, at.in_force), "due"):
                response, left = c.get(a, at.due.start), c.get(a, at.due.length) - 1
                with c.count(left, "close_up") as j:
                    c.put(a, at.due.start, c.get(a, at.due.start, j + 1), j)
                c.put(a, at.due.length, left)
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
