"""The automaton of an agreement: from rows, day by day, to stages, standings, breaches and what is due.

A day runs in three parts: limits run out; the rows that became known come in, each followed by judging; waits are
served. Judging goes through windows, obligations, notices, contingencies and rules until nothing changes. A day
without rows on which no limit runs out and no wait is served changes nothing, so only the others are played:
`next_day` says which comes next.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date as Date  # noqa: N812
from typing import Any

from detente.language.agreement import Agreement, Effects, Means, Move, Response, Rule
from detente.language.calendar import DAYS_A_YEAR, Duration
from detente.language.problems import Problem, Refused
from detente.language.tree import Expr

from .clocks import (
    Breach,
    Claim,
    Contingency,
    Looks,
    Notice,
    Owed,
    PowerClock,
    RuleClock,
    due_effects,
    maybe,
    owed,
    reads,
)
from .days import NEVER, day_of, iso, later
from .expressions import FUNCTIONS, build, days_in, facts_in, totals_in
from .rows import Row, Totals

Key = tuple[str, str]
MOST_ENTRIES = 64  # of stages in one judging
MOST_ROUNDS = 1000  # of one judging
Tell = Callable[[int, str, str, Row | None], None]


class Automaton:
    """An agreement being lived through. Feed it days in order with `play`; read its state between them.

    `facts` are the values at the start of what it reads beyond its own facts; `values` maps an option to the numbers
    of its levels; `tell` hears what happens: day, obligation or "", words, row. `reads_outside` is what others count.
    """

    def __init__(
        self, agreement: Agreement, *, starts: int | None = None, grace: Duration | None = None,
        facts: Mapping[str, float] | None = None, values: Mapping[str, Sequence[float]] | None = None,
        assumptions: Mapping[str, float] | None = None, functions: Mapping[str, Any] = FUNCTIONS,
        tell: Tell | None = None, reads_outside: Sequence[Expr] = (),
    ) -> None:  # fmt: skip
        self.agreement, self.functions, self.tell = agreement, functions, tell
        self._outside = tuple(reads_outside)
        self.starts = day_of(agreement.starts) if starts is None else starts
        self.signed: int | None = None  # the day from which it is as old as it is, if that is not its start here
        self.grace = grace or agreement.grace or Duration(1, "day")
        self.facts = {name: fact.start for name, fact in agreement.facts.items()} | dict(facts or {})
        self.values = {n: f.values for n, f in agreement.facts.items() if f.values} | dict(values or {})
        self.assumptions = dict(assumptions or {})
        self.fact_rows: dict[str, Row] = {}
        self.day: int = 0
        self.in_force, self.over = False, False
        self.ended: tuple[int, str] | None = None
        self.stage_index, self.stage_since, self.stage_until = 0, NEVER, NEVER
        self.entries = 0
        self.released: set[str] = set()
        self.breaches: list[Breach] = []
        self.claims: list[Claim] = []
        self.contingencies: list[Contingency] = []
        self.notices: list[Notice] = []
        self.due: list[tuple[Breach, Response]] = []
        self.nth: dict[str, int] = {}
        self.final: dict[str, str] = {}
        self.refused: list[Row] = []
        self.row: Row | None = None
        self._standing: dict[str, str] | None = None
        self._open: list[Breach] = []  # open breaches, oldest first
        self._missed: list[Breach] = []  # deadlines, which may turn out to have been met
        self._counters: dict[tuple[Key, ...], list[tuple[Totals, Owed | None]]] = {}
        self._readers: dict[str, tuple[list[Owed], list[RuleClock], list[PowerClock]]] = {}
        self._set_up()

    def _set_up(self) -> None:
        agreement, prior = self.agreement, self.agreement.enough.prior or 0.0
        self._stage_owed = [[owed(o) for o in stage.obligations] for stage in agreement.stages]
        self._deal_owed = [owed(o) for o in agreement.obligations]
        self._stage_rules = [[_clock(rule, True) for rule in stage.rules] for stage in agreement.stages]
        self._deal_rules = [_clock(rule, False) for rule in agreement.rules]
        self.powers = {
            n: PowerClock(p, maybe(p.when), maybe(p.unless), reads(p.when))
            for n, p in agreement.powers.items()
        }
        opening = [[e for o in s.obligations for e in (o.once, o.each)] for s in agreement.stages]
        self._stage_totals = [
            totals_in(*exprs, *(r.when for r in stage.rules))
            for exprs, stage in zip(opening, agreement.stages, strict=True)
        ]
        top = [e for o in agreement.obligations for e in (o.once, o.each)]
        whens = [p.when for p in agreement.powers.values()]
        self._deal_totals = totals_in(*top, *(r.when for r in agreement.rules), *whens, *self._evidence())
        self.looks = {name: Looks(belief=prior) for name in agreement.names_of_obligations()}
        self._latest: dict[str, Owed] = {}
        self.active: list[Owed] = []
        self._rules: list[RuleClock] = []
        self._effects = {
            n: [(f, build(e)) for f, e in kind.effects] for n, kind in agreement.kinds.items() if kind.effects
        }
        self._chances = {
            n: (maybe(m.detects), maybe(m.false_alarm))
            for n, m in agreement.means.items()
        }
        self._turning = sorted(days_in(*agreement.expressions()))
        self._keys: dict[tuple[str, str, str], tuple[Key, ...]] = {}

    def _evidence(self) -> Iterator[Any]:
        yield from self._outside
        for means in self.agreement.means.values():
            yield from (means.detects, means.false_alarm, means.awake, means.rate)

    def shared(self) -> Iterator[Any]:
        """What copies of this automaton need not copy."""
        agreement = self.agreement
        yield from (agreement, self.functions, self.values, self.assumptions, self._keys, self._effects)
        yield from (self._chances, self._turning, self._outside)
        yield from (*agreement.every_obligation(), *agreement.rules, *agreement.powers.values())
        yield from (rule for stage in agreement.stages for rule in stage.rules)

    def fork(self) -> Automaton:
        """A copy that can be played on by itself."""
        return copy.deepcopy(self, {id(each): each for each in self.shared()})

    # --- what can be read ------------------------------------------------------------------------------------

    @property
    def stage(self) -> str | None:
        """The stage's name; None outside the agreement and for the nameless stage."""
        return self.agreement.stages[self.stage_index].name or None if self.in_force else None

    @property
    def age(self) -> float:
        """Years in force so far."""
        if self.starts > self.day:
            return 0.0
        since = self.starts if self.signed is None else self.signed
        return ((self.ended[0] if self.ended else self.day) - since) / DAYS_A_YEAR

    @property
    def reason(self) -> str:
        """Why it ended, `none` while it has not."""
        return "none" if self.ended is None else self.ended[1]

    def standing(self, party: str) -> str:
        """breached, curing, released, suspected or good."""
        if self._standing is None:
            self._standing = {p: self._stands(p) for p in self.agreement.between}
        return self._standing[party]

    def _stands(self, party: str) -> str:
        if self.ended is not None:
            return self.final[party]
        if not self.in_force:
            return "good"
        mine = [b for b in self._open if b.party == party]
        if any(b.is_breached for b in mine):
            return "breached"
        if mine:
            return "curing"
        if party in self.released:
            return "released"
        return "suspected" if self._is_suspect(party) else "good"

    def _is_suspect(self, party: str) -> bool:
        if any(c.party == party and c.cleared is None and not c.confirmed for c in self.claims):
            return True
        return any(o.partition(".")[0] == party and self._hints(looks) for o, looks in self.looks.items())

    def _hints(self, looks: Looks) -> bool:
        """Alarms short of enough."""
        enough = self.agreement.enough
        if enough.belief is not None:
            return looks.belief > (enough.prior or 0.0)
        return any(looks.recent)

    def is_done(self, name: str) -> bool:
        """At least once since its window's stage began."""
        return name in self._latest and self._latest[name].done_once

    def is_broken(self, name: str) -> bool:
        """Whether a breach of it is open."""
        return any(b.owed.name == name for b in self._open)

    def is_owed(self, name: str) -> bool:
        """Whether it is open, its party is not released, and it is not yet done in its period."""
        return any(o.name == name for o in self.owes())

    def owes(self) -> Iterator[Owed]:
        """Every open obligation of a party that is not released: keeps, and whatever is not yet done."""
        for o in self.active if self.in_force else ():
            if o.is_open and not o.asleep and not o.done and o.spec.party not in self.released:
                yield o

    def belief(self, name: str) -> float:
        """How likely a breach is, from the looks."""
        return self.looks[name].belief

    # --- days ------------------------------------------------------------------------------------------------

    def next_day(self) -> int:
        """The next day after this one on which something can change without a row."""
        if self.ended is not None:
            return NEVER
        if not self.in_force:
            return self.starts if self.starts > self.day else NEVER
        return min((d for d in self._timers() if d > self.day), default=NEVER)

    def _timers(self) -> Iterator[int]:
        yield from self._turning
        yield self.stage_until + 1
        stage = self.agreement.stages[self.stage_index]
        if stage.least:
            yield later(self.stage_since, stage.least)
        for o in self.active:
            if o.is_closed:
                continue
            if o.opened == NEVER:
                yield o.opens
            else:
                yield from (o.first, o.limit + 1)
            yield o.closes + 1
        for b in self._open:
            yield b.cure_until + 1
        for n in self.notices:
            yield n.effective
        for r in self._rules:
            if r.since < NEVER and not r.fired:
                yield later(r.since, r.spec.held)

    def play(self, day: int, rows: Iterable[Row] = ()) -> None:
        """Live through one day, later than the one before."""
        self.dawn(day)
        for row in rows:
            self.take(row)
        self.dusk()

    def dawn(self, day: int) -> None:
        """A day begins: limits run out."""
        self.day, self.row, self._standing = day, None, None
        if self.ended is not None:
            return
        if not self.in_force:
            if day >= self.starts:
                self._begin()
            return
        self._limits()
        self.judge()
        if self.over and self.ended is None:
            self._end("expired")

    def dusk(self) -> None:
        """A day ends: waits are served."""
        self.row = None
        if self.in_force:
            self.judge(served=True)

    def _begin(self) -> None:
        self.in_force, self._standing = True, None
        self._deal_totals.restart(self.day)
        for o in self._deal_owed:
            self._schedule(o)
        self._say("", f"in force between {', '.join(self.agreement.between)}")
        self._enter(0)
        self.judge()

    def _enter(self, index: int) -> None:
        """Enter a stage: its obligations and rules begin, those of the stage before end."""
        self.entries += 1
        if self.entries > MOST_ENTRIES:
            self._refuse_circle(index)
        stage = self.agreement.stages[index]
        self.stage_index, self.stage_since, self.over = index, self.day, False
        self.stage_until = later(self.day, stage.most) if stage.most else max(self.day, day_of(stage.until))
        self.released.clear()
        self._readers, self._counters, self._standing = {}, {}, None
        self._stage_totals[index].restart(self.day)
        fresh = [owed(o.spec) if any(b.owed is o for b in self._open) else o for o in self._stage_owed[index]]
        self._stage_owed[index] = fresh
        for o in fresh:
            self._schedule(o)
        self.active = [*self._deal_owed, *fresh]
        for o in self.active:
            self._latest[o.name] = o
        for r in self._stage_rules[index]:
            r.since, r.fired, r.waiting, r.truth = NEVER, False, False, False
        self._rules = [*self._stage_rules[index], *self._deal_rules]
        if stage.name:
            self._say("", f"stage {stage.name}")

    def _schedule(self, o: Owed) -> None:
        """An obligation begins with its stage; its window may open later."""
        o.opened, o.is_closed, o.first, o.limit, o.due, o.period = NEVER, False, NEVER, NEVER, NEVER, 0
        o.is_late = o.done = o.done_once = o.asleep = o.edge = False
        o.truth, o.cause, o.opens = None, None, NEVER
        if o.once is None and o.each is None:
            opens = o.spec.opens
            o.opens = max(self.day, day_of(opens) if isinstance(opens, Date) else later(self.day, opens))
        closes = o.spec.closes
        o.closes = later(self.day, closes) if isinstance(closes, Duration) else day_of(closes)
        o.is_closed = o.closes < self.day

    def _end(self, reason: str) -> None:
        final = {}
        for party in self.agreement.between:
            final[party] = "breached" if any(b.party == party for b in self._open) else "released"
        self.final, self.ended, self.in_force, self._standing = final, (self.day, reason), False, None
        self.notices.clear()
        self.due.clear()
        self.active, self._rules = [], []
        self._say("", f"the agreement ends: {reason}")

    def replace_by(self, other: str) -> None:
        """Another agreement takes this one's place."""
        if self.in_force:
            self._end("replaced")

    def _refuse_circle(self, index: int) -> None:
        stages = self.agreement.stages
        way = f"{stages[self.stage_index].name} -> {stages[index].name} -> .."
        facts = {"day": iso(self.day), "way": way}
        raise Refused((Problem("agreement_circle", self.agreement.place, facts),))

    # --- limits ----------------------------------------------------------------------------------------------

    def _limits(self) -> None:
        """Deadlines, times to cure, windows and the stage itself run out."""
        day = self.day
        for o in self.active:
            if o.is_open and day > o.limit:
                self._deadline(o)
        for b in self._open:
            if not b.is_breached and day > b.cure_until:
                self._now_breached(b)
        for o in self.active:
            if not o.is_closed and day > o.closes:
                o.is_closed = True
                self._say(o.name, "its window closes")
        if day > self.stage_until:
            self.over = True

    def _deadline(self, o: Owed) -> None:
        """The last day of a do, or of its period, has passed."""
        missed = not o.done and o.spec.party not in self.released
        if missed and not o.spec.is_soft:
            b = self._breach(o, self.day, "deadline", None)
            b.limit, b.totals = o.limit, o.totals.copy(o.limit)
            self._missed.append(b)
        elif missed:
            self._say(o.name, "late, best efforts: no breach")
        if o.spec.every is None:
            o.is_late, o.limit = not o.done, NEVER
            return
        while self.day > o.limit:
            o.period += 1
            o.limit = o.due = later(o.opened, o.spec.every, o.period + 1)
        o.done = False
        o.totals.restart(later(o.opened, o.spec.every, o.period) + 1)

    # --- rows ------------------------------------------------------------------------------------------------

    def take(self, row: Row) -> None:
        """A row becomes known."""
        self.row = row
        if self.ended is not None:
            if row.kind in self.powers:
                self.refused.append(row)
            return
        is_claim = row.by in self.agreement.between and row.party not in (row.by, "all")
        if row.kind in ("alarm", "clean"):
            self._look(row)
        elif row.kind in self.powers:
            if not self._use(row, is_claim):
                return
        elif is_claim:
            self._claim(row)
            return
        elif row.kind in self.facts:
            self._fact(row)
            return
        elif not self._happened(row) or self._is_settled(row):
            return
        self.judge()

    def keys(self, row: Row) -> tuple[Key, ...]:
        """What a row counts as: its kind, with its party and without."""
        found = self._keys.get((row.kind, row.party, row.by))
        if found is None:
            parties = self.agreement.between if row.party == "all" else (row.party,) if row.party else ()
            found = ((row.kind, ""), *((row.kind, party) for party in parties))
            if row.kind in ("alarm", "clean") and row.by:
                found = (*found, (f"{row.by}.{row.kind}", ""))
            self._keys[row.kind, row.party, row.by] = found
        return found

    def _count(self, row: Row) -> bool:
        """Count a row in every clause that counts its kind; whether any does."""
        if not self.in_force:
            return False
        keys, found, amount = self.keys(row), False, self._amount(row)
        counters = self._counters.get(keys)
        if counters is None:
            wanting = ((t, o) for t, o in self._counting() if not t.wanted.keys().isdisjoint(keys))
            counters = self._counters[keys] = list(wanting)
        for totals, o in counters:
            if o is None or o.is_open:
                found |= totals.add(keys, row.date, amount)
        if self._open or self.notices or self._missed:
            found |= self._count_on_record(keys, row, amount)
        return found

    def _amount(self, row: Row) -> float:
        """What a row adds to a sum: the number of its level, or its own."""
        values = self.values.get(row.kind)
        return row.value if values is None else values[int(row.value)]

    def _counting(self) -> Iterator[tuple[Totals, Owed | None]]:
        """The clauses of the stage and of the agreement; those of an obligation count while its window is open."""
        yield self._deal_totals, None
        yield self._stage_totals[self.stage_index], None
        yield from ((o.totals, o) for o in self.active)

    def _count_on_record(self, keys: tuple[Key, ...], row: Row, amount: float) -> bool:
        """Count a row for breaches and notices."""
        found = False
        for b in self._open:
            found |= b.cure_totals.add(keys, row.date, amount)
            if b.owed not in self.active:
                found |= b.owed.totals.add(keys, row.date, amount)
        if row.date < self.day:
            for b in self._missed:
                found |= b.totals.add(keys, row.date, amount)
        for n in self.notices:
            found |= n.totals.add(keys, row.date, amount)
        return found

    def _fact(self, row: Row) -> None:
        """A fact becomes the row's value. A row older than what is known already is judged, and then set aside."""
        kind, now, before = row.kind, self.facts[row.kind], self.fact_rows.get(row.kind)
        is_stale = before is not None and row.date < before.date
        counted = self._count(row)
        self.facts[kind] = row.value
        if not is_stale:
            self.fact_rows[kind] = row
        told = self._confirm(row) | self._strike(row)
        if told or ((counted or row.value != now) and not self._is_settled(row)):
            self.judge()
        if is_stale:
            self.facts[kind], self.row = now, before
            self.judge()

    def _is_settled(self, row: Row) -> bool:
        """Whether no condition that reads what a row changed has turned, so that judging would change nothing."""
        if not self.in_force:
            return True
        if self.notices or self.due:
            return False
        found = self._readers.get(row.kind)
        if found is None:
            kind = row.kind
            found = self._readers[kind] = (
                [o for o in self.active if kind in o.reads], [r for r in self._rules if kind in r.reads],
                [p for p in self.powers.values() if kind in p.reads],
            )
        for o in found[0]:
            if o.once or o.each or o.awake:
                return False
            if o.is_open and not o.done and bool(o.condition(self, o.totals)) != (o.spec.is_keep and o.truth):
                return False
        for b in self._open:
            if b.cure is not None or b.owed not in self.active:
                return False
        stage = self._stage_totals[self.stage_index]
        for r in found[1]:
            if bool(r.condition(self, stage if r.in_stage else self._deal_totals)) != r.truth:
                return False
        return all(p.when is None or bool(p.when(self, self._deal_totals)) == p.truth for p in found[2])

    def _happened(self, row: Row) -> bool:
        """A row of a kind: it counts, and changes the facts that it has effects on. Whether it did either."""
        counted = self._count(row)
        scope = self._effects.get(row.kind, ())
        if scope:
            self.facts["value"] = row.value
            new = [(fact, function(self, self._deal_totals)) for fact, function in scope]
            del self.facts["value"]
            for fact, value in new:
                self.facts[fact] = value
                self.fact_rows[fact] = row
        if scope or self._confirm(row) | self._strike(row):
            self.judge()
            return False
        return counted

    def _confirm(self, row: Row) -> bool:
        """A row that nobody disputes confirms the claims of the same."""
        found = False
        for c in self.claims if not row.by else ():
            if (c.row.date, c.row.kind, c.row.party) == (row.date, row.kind, row.party) and not c.confirmed:
                c.confirmed, self._standing, found = True, None, True
                self._say(c.obligation, f"what {c.row.by} claimed is confirmed")
        return found

    def _strike(self, row: Row) -> bool:
        """Strike out deadline breaches that turn out to have been done in time."""
        found = False
        for b in list(self._missed) if row.date < self.day else ():
            if row.date <= b.limit and b.owed.condition(self, b.totals):
                self._missed.remove(b)
                if b in self._open:
                    self._open.remove(b)
                b.is_struck, self._standing = True, None
                self.nth[b.key] -= 1
                self.due = [(each, response) for each, response in self.due if each is not b]
                o = b.owed
                o.done_once = True
                o.done = o.done or o.spec.every is None
                self._say(o.name, "it was done in time after all: the breach is struck out")
                found = True
        return found

    def _claim(self, row: Row) -> None:
        """Somebody says so: what would be broken were it true is suspected."""
        if not self.in_force:
            return
        for o, was in [(o, o.condition(self, o.totals)) for o in self.active if self._is_watchable(o)]:
            if was and not self._were_true(o, row):
                self.claims.append(Claim(row, self.day, o.name, o.spec.party))
                self._standing = None
                self._say(o.name, f"{row.by} claims a breach")
        self.judge()

    def _is_watchable(self, o: Owed) -> bool:
        return o.spec.is_keep and o.is_open and not o.asleep and o.spec.party not in self.released

    def _were_true(self, o: Owed, row: Row) -> bool:
        """Whether an obligation would hold were a row true."""
        if row.kind in self.facts:
            now, self.facts[row.kind] = self.facts[row.kind], row.value
            holds = bool(o.condition(self, o.totals))
            self.facts[row.kind] = now
            return holds
        counted = o.totals.copy(NEVER)
        counted.add(self.keys(row), row.date, self._amount(row))
        return bool(o.condition(self, counted))

    # --- looks -----------------------------------------------------------------------------------------------

    def _look(self, row: Row) -> None:
        self._count(row)
        self._standing = None
        if row.kind == "clean":
            for c in self.claims:
                if c.cleared is None and not c.confirmed and row.party in (c.party, "all"):
                    c.cleared = self.day
                    self._say(c.obligation, "the claim is cleared")
        if not self.in_force or row.by not in self.agreement.means:
            return
        means = self.agreement.means[row.by]
        for name in row.of or means.of:
            self._seen(name, means, row)

    def _seen(self, name: str, means: Means, row: Row) -> None:
        """One look at one obligation."""
        looks, enough, alarm = self.looks[name], self.agreement.enough, row.kind == "alarm"
        looks.recent = [*looks.recent, alarm][-enough.looks :]
        looks.belief = self._updated(looks.belief, means, alarm)
        self._say(name, f"{means.name}: {row.kind}")
        if alarm:
            reached = looks.belief >= enough.belief if enough.belief else sum(looks.recent) >= enough.alarms
            if reached:
                looks.found = True
                self._found(name, row)
        elif looks.found:
            for b in [b for b in self._open if b.owed.name == name and b.by_alarms]:
                self._put_right(b)
            if not self.is_broken(name):
                looks.recent, looks.belief, looks.found = [], enough.prior or 0.0, False

    def _updated(self, belief: float, means: Means, alarm: bool) -> float:
        """Bayes."""
        detects, false_alarm = self._chances[means.name]
        d = detects(self, self._deal_totals) if detects else 1.0
        f = false_alarm(self, self._deal_totals) if false_alarm else 0.0
        told, other = (d, f) if alarm else (1.0 - d, 1.0 - f)
        total = belief * told + (1.0 - belief) * other
        return belief * told / total if total > 0 else belief

    def _found(self, name: str, row: Row) -> None:
        """Enough alarms are a breach, unless one is open already."""
        o = next((o for o in self.active if o.name == name and o.is_open), None)
        if o is None or self.is_broken(name) or o.spec.party in self.released or o.spec.is_soft:
            return
        self._breach(o, row.date, "found", row).by_alarms = True

    # --- powers ----------------------------------------------------------------------------------------------

    def _use(self, row: Row, is_claim: bool) -> bool:
        """A party uses a power; False if it may not."""
        power = self.powers[row.kind]
        if is_claim:
            return False
        if not self._may_use(power, row.party):
            self.refused.append(row)
            return False
        self._count(row)
        self._say("", f"{row.party} uses {row.kind}")
        if power.spec.notice is None:
            self._bring_about(power.spec.effects, row.party, row.kind, row.value)
        elif not any(n.power is power and n.party == row.party for n in self.notices):
            effective = later(self.day, power.spec.notice)
            totals = totals_in(power.spec.unless)
            totals.restart(self.day)
            self.notices.append(Notice(power, row.party, effective, totals, row.value))
        return True

    def _may_use(self, power: PowerClock, party: str) -> bool:
        if not self.in_force or (party not in power.spec.who):
            return False
        if power.when is not None and not power.when(self, self._deal_totals):
            return False
        return power.since < NEVER and later(power.since, power.spec.held) <= self.day

    # --- judging ---------------------------------------------------------------------------------------------

    def judge(self, served: bool = False) -> None:
        """Windows, obligations, notices, contingencies, rules, until nothing changes; `served` ends the day."""
        self.entries = rounds = 0
        while self.in_force:
            rounds += 1
            if rounds > MOST_ROUNDS:
                self._refuse_circle(self.stage_index)
            changed = self._windows()
            changed |= self._obligations(served)
            changed |= self._notices(served)
            changed |= self._contingencies()
            changed |= self._judge_rules(served)
            if not changed:
                return

    def _windows(self) -> bool:
        changed = False
        for o in self.active:
            changed |= self._window(o)
        for p in self.powers.values():
            holds = p.when is None or bool(p.when(self, self._deal_totals))
            p.since = (p.since if p.truth else self.day) if holds else NEVER
            p.truth = holds
        return changed

    def _window(self, o: Owed) -> bool:
        """Open a window whose time has come."""
        totals = self._deal_totals if o in self._deal_owed else self._stage_totals[self.stage_index]
        if o.each is not None:
            holds, before = bool(o.each(self, totals)), o.edge
            o.edge = holds
            opens = holds and not before and not o.is_open
        elif o.opened < NEVER:
            return self._wake(o)
        elif o.once is not None:
            opens = bool(o.once(self, totals))
        else:
            opens = self.day >= o.opens
        if not opens or o.is_closed:
            return self._wake(o) if o.is_open else False
        self._open_window(o)
        return True

    def _open_window(self, o: Owed) -> None:
        o.opened, o.done, o.is_late, o.period = self.day, False, False, 0
        o.totals.restart(self.day)
        o.truth, o.cause = None, None
        o.first = later(self.day, self.grace)
        spec = o.spec
        if spec.by is not None:
            o.due = day_of(spec.by)
        elif spec.within or spec.every:
            o.due = later(self.day, spec.within or spec.every)
        o.limit = max(o.due, self.day)
        o.asleep = o.awake is not None and not o.awake(self, o.totals)
        self._say(o.name, "its window opens" + (f", until {iso(o.limit)}" if o.limit < NEVER else ""))

    def _wake(self, o: Owed) -> bool:
        """A keep sleeps and wakes; one that wakes has its grace again."""
        if o.awake is None or not o.is_open:
            return False
        asleep = not o.awake(self, o.totals)
        if asleep == o.asleep:
            return False
        o.asleep = asleep
        if not asleep:
            o.first, o.truth = later(self.day, self.grace), None
        self._say(o.name, "sleeps" if asleep else "wakes")
        return True

    def _obligations(self, served: bool) -> bool:
        changed = False
        for b in list(self._open):
            if self._is_right(b):
                self._put_right(b)
                changed = True
        for o in self.active:
            if o.is_open:
                changed |= self._keep(o, served) if o.spec.is_keep else self._do(o)
        return changed

    def _keep(self, o: Owed, served: bool) -> bool:
        if o.asleep:
            return False
        truth = bool(o.condition(self, o.totals))
        if not truth and o.truth is not False:
            o.cause = self.row or self._last_row(o)
        o.truth = truth
        if truth or o.spec.is_soft or o.spec.party in self.released:
            return False
        if self.day < o.first or (self.day == o.first and not served):
            return False
        for b in self._open:
            if b.owed is o:
                b.by_alarms = False
                return False
        cause = o.cause
        date = max(cause.date, o.first) if cause is not None else self.day
        self._breach(o, date, self._evidence_of(cause), cause)
        return True

    def _last_row(self, o: Owed) -> Row | None:
        """The latest row of what a keep reads."""
        rows = [self.fact_rows[f] for f in facts_in(o.spec.condition) if f in self.fact_rows]
        return max(rows, key=lambda row: row.date) if rows else None

    def _evidence_of(self, row: Row | None) -> str:
        if row is None or not row.by:
            return "public"
        return "found" if row.by in self.agreement.means else "admitted"

    def _do(self, o: Owed) -> bool:
        if o.done or not o.condition(self, o.totals):
            return False
        o.done = o.done_once = True
        o.is_late = False
        self._say(o.name, "done")
        for b in [b for b in self._open if b.owed is o]:
            self._put_right(b)
        if o.each is not None:
            o.opened = o.limit = o.due = NEVER
        return True

    def _is_right(self, b: Breach) -> bool:
        """Whether a breach is put right."""
        o = b.owed
        if b.by_alarms:
            return b.cure is not None and bool(b.cure(self, b.cure_totals))
        if not o.spec.is_keep:
            left = all(o is not each for each in self.active)
            return left and o.spec.every is None and bool(o.condition(self, o.totals))
        if b.cure is not None:
            if not b.cure(self, b.cure_totals):
                return False
            if not o.counts:
                return bool(o.condition(self, o.totals))
            o.totals.restart(self.day)
            return True
        return not o.counts and bool(o.condition(self, o.totals))

    def _put_right(self, b: Breach) -> None:
        b.cured, self._standing = self.day, None
        self._open.remove(b)
        b.owed.truth = None if b.owed.counts else b.owed.truth
        self._say(b.owed.name, "put right")

    def _breach(self, o: Owed, date: int, evidence: str, row: Row | None) -> Breach:
        """A breach becomes known today: time to cure it, or its consequences at once."""
        key, _ = self.agreement.response_to(o.name)
        self.nth[key] = nth = self.nth.get(key, 0) + 1
        spec = o.spec
        b = Breach(o, date, self.day, evidence, key, nth)
        if spec.cured_by is not None:
            b.cure, b.cure_totals = build(spec.cured_by), totals_in(spec.cured_by)
            b.cure_totals.restart(self.day if row is None else date)
        self.breaches.append(b)
        self._open.append(b)
        self._standing = None
        response = self._response(b)
        self._say(o.name, f"broken ({evidence})" + (f", {_ordinal(nth)} time" if nth > 1 else ""), row)
        if response is not None and response.cure is not None:
            b.cure_until = later(self.day, response.cure)
            self._say(o.name, f"may be cured until {iso(b.cure_until)}")
        else:
            self._now_breached(b)
        return b

    def _response(self, b: Breach) -> Response | None:
        responses = self.agreement.response_to(b.owed.name)[1]
        return responses[min(b.nth, len(responses)) - 1] if responses else None

    def _now_breached(self, b: Breach) -> None:
        b.is_breached, self._standing = True, None
        response = self._response(b)
        if response is not None and response.effects != Effects():
            self.due.append((b, response))
        self._say(b.owed.name, f"{b.party} is in breach")

    def _notices(self, served: bool) -> bool:
        changed = False
        for n in list(self.notices):
            if n not in self.notices:
                continue
            unless = n.power.unless
            if unless is not None and unless(self, n.totals):
                self.notices.remove(n)
                self._say("", f"the notice of {n.power.spec.name} by {n.party} is stopped")
                changed = True
            elif self.day > n.effective or (self.day == n.effective and served):
                self.notices.remove(n)
                self._say("", f"{n.power.spec.name} by {n.party} takes effect")
                self._bring_about(n.power.spec.effects, n.party, n.power.spec.name, n.value)
                changed = True
        return changed

    def _contingencies(self) -> bool:
        changed = False
        while self.due and self.in_force:
            b, response = self.due.pop(0)
            self._bring_about(response.effects, b.party, b.owed.name, 0.0)
            changed = True
        return changed

    def _judge_rules(self, served: bool) -> bool:
        stage = self.agreement.stages[self.stage_index]
        least = later(self.stage_since, stage.least)
        may_leave = self.day > least or (self.day == least and (served or not stage.least))
        for r in self._rules:
            totals = self._stage_totals[self.stage_index] if r.in_stage else self._deal_totals
            r.truth = bool(r.condition(self, totals))
            if not r.truth:
                r.since, r.fired, r.waiting = NEVER, False, False
                continue
            r.since = min(r.since, self.day)
            due = later(r.since, r.spec.held)
            ready = self.day > due or (self.day == due and (served or due == r.since))
            if self._fire(r, ready, may_leave or not r.in_stage):
                return True
        return False

    def _fire(self, r: RuleClock, ready: bool, may_leave: bool) -> bool:
        """Let a rule's effects happen; its stage and end wait for the least time of the stage."""
        effects = r.spec.effects
        because = r.spec.text or "a rule"
        if ready and not r.fired:
            r.fired = True
            leaves = effects.stage is not None or effects.ends is not None
            r.waiting = leaves and not may_leave
            now = replace(effects, stage=None, ends=None) if r.waiting else effects
            self._bring_about(now, "", because, 0.0)
            return True
        if r.waiting and may_leave:
            r.waiting = False
            self._bring_about(Effects(stage=effects.stage, ends=effects.ends), "", because, 0.0)
            return True
        return False

    # --- effects ---------------------------------------------------------------------------------------------

    def _bring_about(self, effects: Effects, actor: str, because: str, value: float) -> None:
        self._standing = None
        if effects.moves:
            self._command(effects, because)
        if effects.release is not None:
            self._release(effects.release, actor)
        if effects.sets_until:
            until = value if effects.until == "value" else None
            day = int(until) if until else day_of(effects.until if isinstance(effects.until, Date) else None)
            self.stage_until, self.over = max(day, self.day), False
            self._say("", f"the stage now lasts until {iso(day)}" if day < NEVER else "the stage now has no end")
        if effects.stage is not None:
            names = [stage.name for stage in self.agreement.stages]
            self._enter(names.index(effects.stage))
        if effects.ends is not None:
            self._end(effects.ends)

    def _command(self, effects: Effects, because: str) -> None:
        due, until = due_effects(effects, self.day)
        moves: dict[str, list[Move]] = {}
        for move in effects.moves:
            moves.setdefault(move.option.partition(".")[0], []).append(move)
        for party, mine in moves.items():
            told = tuple((move.option, move.name) for move in mine)
            self.contingencies.append(Contingency(due, party, told, until, because, self.day))
            said = ", ".join(f"{option} to {level}" for option, level in told)
            self._say("", f"due from {party} by {iso(due)}: {said}, because of {because}")

    def _release(self, whom: str, actor: str) -> None:
        parties = {"self": [actor], "others": [p for p in self.agreement.between if p != actor]}.get(whom, [whom])
        if actor == "all" and whom == "self":
            parties = list(self.agreement.between)
        for party in parties:
            if party not in self.released:
                self.released.add(party)
                self._say("", f"{party} is released")

    def _say(self, obligation: str, words: str, row: Row | None = None) -> None:
        if self.tell is not None:
            self.tell(self.day, obligation, words, row or self.row)


def _clock(rule: Rule, in_stage: bool) -> RuleClock:
    return RuleClock(rule, build(rule.when), in_stage, reads(rule.when))


def _ordinal(n: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(n, f"{n}th")
