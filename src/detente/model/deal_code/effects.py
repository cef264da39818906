"""What a breach, a rule or a power brings about, as code: stages, ends, releases, commands."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812
from typing import Any

from detente.agreements.automaton import MOST_ENTRIES
from detente.agreements.days import NEVER, day_of
from detente.language.agreement import Effects
from detente.language.calendar import Duration

from .calendar import later
from .clauses import STANDINGS
from .places import OwedPlaces, commands_of
from .scalars import Code, Num
from .writing import Writing


class EffectsCode(Writing):
    """Stages that begin, the end, and effects."""

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
        with self.breaches(c, a) as record:
            owed = c.select(c.get(record, at.breach.attached), c.get(record, at.breach.owed), -1)
            with c.case_of(owed) as one:
                for o in staged:
                    with one(o.number):
                        c.put(record, at.breach.attached, False)
                        counts = c.at(a, o.counted.first.index)
                        c.copy(counts, c.at(record, at.breach.counted.index), o.counted.size)

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
                with self.breaches(c, a) as record, c.when(c.get(record, at.breach.party).eq(index)):
                    final.set(STANDINGS.index("breached"))
                c.put(a, at.final[party], final.get())
            c.put(a, at.ended, c.get(a, at.day))
            c.put(a, at.reason, reason)
            c.put(a, at.in_force, False)
            c.put(a, at.given, 0)
            c.put(a, at.due.length, 0)

        return self.function("end", "ppi", "", body)

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
            told = {"due": due, "until": until, "since": day, "number": c.num(at.commands.index(command))}
            with c.when(c.get(a, at.is_known)), self.append(c, lane, a, at.commanded, **told):
                pass
