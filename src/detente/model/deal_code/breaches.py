"""Breaches as code: how they become known, what follows, and when they are put right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from detente.agreements.days import NEVER
from detente.language.agreement import Effects, Response

from .calendar import later
from .effects import EffectsCode
from .places import OwedPlaces
from .scalars import Code, Num


class BreachesCode(EffectsCode):
    """Breaches on record."""

    def _break(self, c: Code, a: Any, lane: Any, o: OwedPlaces, date: Num, by_alarms: bool) -> None:
        """A breach becomes known today: time to cure it, or its consequences at once."""
        at, b = self.at, self.at.breach
        key, responses = at.agreement.response_to(o.spec.name)
        nth = c.get(a, at.nth[key]) + 1
        c.put(a, at.nth[key], nth)
        with self.append(c, lane, a, at.open) as record:
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
                    with one(i), self.append(c, lane, a, at.due, response=i):
                        pass

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

        def stays(record: Any) -> Num:
            right = is_right(record)
            owed = c.select(right & c.get(record, at.breach.attached), c.get(record, at.breach.owed), -1)
            with c.case_of(owed) as one:
                for o in at.owed:
                    if o.counts:
                        with one(o.number):
                            c.put(a, o.truth, -1)
            return ~right

        self.keep(c, a, at.open, stays)
