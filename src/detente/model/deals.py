"""Agreements within a step of the reference: two automata a run, one of what is known and one of what is true.

A step's days: moves are rows of its first, events and quantities of its last; looks and clocks fall on their own
days. A row is known at once, unless it breaks an obligation that a means watches: then when its looks are enough;
its undoing with the next clean look. `LivedDeal.log` keeps every row with the day on which it became known: a
monitor that is given it comes to the same states.
"""

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detente.agreements.automaton import Automaton
from detente.agreements.clocks import Owed
from detente.agreements.days import NEVER, iso, later
from detente.agreements.expressions import FUNCTIONS, build, facts_in
from detente.agreements.rows import Row
from detente.language.agreement import Agreement, Means
from detente.language.calendar import Duration
from detente.language.case import Case
from detente.language.tree import Expr, RowTotal
from detente.language.walk import walk

from . import numerics

MOST_LOOKS = 8  # of one means with a rate in one step
_LONGEST = {"day": 1, "week": 7, "month": 31, "year": 366}
_SHORTEST = {"day": 1, "week": 7, "month": 28, "year": 365}


def _scalar(function: Any) -> Any:
    return lambda x: float(function(np.array([x], dtype=np.float64))[0])


MODEL_FUNCTIONS: Mapping[str, Any] = {
    **FUNCTIONS, "exp": _scalar(numerics.exp), "log": _scalar(numerics.log), "sqrt": _scalar(np.sqrt),
    "min": lambda *xs: _fold(xs, lambda a, b: a if a < b else b),
    "max": lambda *xs: _fold(xs, lambda a, b: b if a < b else a),
    "logistic": lambda x: 1.0 / (1.0 + _scalar(numerics.exp)(-x)),
}  # fmt: skip


def _fold(xs: Sequence[float], choose: Any) -> float:
    total = xs[0]
    for x in xs[1:]:
        total = choose(total, x)
    return float(total)


@dataclass(frozen=True, slots=True)
class Deal:
    """An agreement as the model needs it. `reads` pairs a slot of what expressions elsewhere read with what it is;
    `draws` maps means and obligation to the draws of their looks in a step, `""` to that of their number."""

    agreement: Agreement
    offered: tuple[bool, ...]
    reads: tuple[tuple[int, Expr], ...]
    draws: Mapping[tuple[str, str], tuple[int, ...]]


def most_looks(means: Means, step: Duration) -> int:
    """The most looks that a means takes in a step."""
    if means.every is None:
        return MOST_LOOKS
    longest, shortest = _LONGEST[step.unit] * step.count, _SHORTEST[means.every.unit] * means.every.count
    return int(longest // shortest) + 1


@dataclass(slots=True)
class _Hidden:
    """A row that is not known yet, the obligation it is about, and whether it breaks it or undoes the breach."""

    row: Row
    obligation: str
    breaks: bool


@dataclass(slots=True)
class LivedDeal:
    """One agreement in one run."""

    deal: Deal
    case: Case
    known: Automaton
    true: Automaton | None  # None where nothing reads it
    functions: tuple[tuple[int, Any, bool], ...]
    kinds: frozenset[str]
    world: dict[str, float]  # the facts as they are
    hidden: list[_Hidden] = field(default_factory=list)
    coming: list[Row] = field(default_factory=list)  # looks whose results are on their way
    next_look: dict[str, int] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)
    carried: set[int] = field(default_factory=set)
    line: int = 0
    log: list[Row] = field(default_factory=list)

    # --- before the moves ------------------------------------------------------------------------------------

    def commands(self, first: int, last: int, defies: frozenset[str]) -> dict[str, int]:
        """The levels that contingencies want in the step of these days."""
        wanted = {}
        for i, c in enumerate(self.known.contingencies):
            is_due = c.since < first and c.due <= last and i not in self.carried
            if not is_due or c.by in defies or (c.until < NEVER and first > c.until):
                continue
            if c.until >= NEVER:
                self.carried.add(i)
            for option, name in c.moves:
                wanted[option] = self.case.options[option].levels.index(name)
        return wanted

    # --- its beginning and its end ---------------------------------------------------------------------------

    def sign(self, day: int) -> None:
        """All parties have accepted: it starts on this day."""
        for a in self._both():
            a.starts = day if a.starts >= NEVER else a.starts

    def give_way(self, other: str) -> None:
        """Another agreement takes its place."""
        for a in self._both():
            a.replace_by(other)

    def _both(self) -> tuple[Automaton, ...]:
        return (self.known,) if self.true is None else (self.known, self.true)

    # --- the days of a step ----------------------------------------------------------------------------------

    def play(
        self, first: int, last: int, levels: Mapping[str, int], events: Mapping[str, int],
        numbers: Mapping[str, float], draws: Sequence[float],
    ) -> None:
        """Live through the days of a step."""
        opening = [*self._options(first, levels), *self._powers(first, levels)]
        closing = [*self._events(last, events), *self._numbers(last, numbers)]
        looks = self._looks(first, last, draws)
        day = first - 1
        while True:
            todo = [first if opening else NEVER, last if closing else NEVER, *(d for d, *_ in looks)]
            todo += [row.known for row in self.coming]
            todo += [a.next_day() for a in self._both()]
            day = min((d for d in todo if d > day), default=NEVER)
            if day > last:
                break
            rows = (opening if day == first else []) + (closing if day == last else [])
            self._day(day, rows, [look for look in looks if look[0] == day])
            if day == self.known.starts:
                looks = self._looks(first, last, draws)
        for a in self._both():
            a.day = last

    def _row(self, day: int, kind: str, party: str, value: float, by: str = "", of: tuple[str, ...] = ()) -> Row:
        self.line += 1
        return Row(day, kind, party, value, by, day, self.line, of)

    def _options(self, day: int, levels: Mapping[str, int]) -> list[Row]:
        return [
            self._row(day, name, self.case.options[name].party, float(level))
            for name, level in levels.items() if name in self.kinds
        ]  # fmt: skip

    def _powers(self, day: int, levels: Mapping[str, int]) -> list[Row]:
        rows = []
        for name, power in self.deal.agreement.powers.items():
            users = self.deal.agreement.between if power.who == ("all",) else power.who
            using = [party for party in users if levels.get(f"{party}.{name}") == 1]
            if power.who == ("all",):
                rows += [self._row(day, name, "all", 0.0)] if len(using) == len(users) else []
            else:
                rows += [self._row(day, name, party, 0.0) for party in using]
        return rows

    def _events(self, day: int, events: Mapping[str, int]) -> list[Row]:
        return [
            self._row(day, name, self.case.events[name].by or "", 1.0)
            for name, times in events.items() if name in self.kinds for _ in range(times)
        ]  # fmt: skip

    def _numbers(self, day: int, numbers: Mapping[str, float]) -> list[Row]:
        return [self._row(day, name, "", value) for name, value in numbers.items() if name in self.kinds]

    # --- looks -----------------------------------------------------------------------------------------------

    def _looks(self, first: int, last: int, draws: Sequence[float]) -> list[tuple[int, Means, str, float]]:
        """The looks of the step: day, means, obligation, the draw that decides."""
        found = []
        for means in self.deal.agreement.means.values():
            for i, day in enumerate(self._days(means, first, last, draws)):
                for o in means.of:
                    found.append((day, means, o, draws[self.deal.draws[means.name, o][i]]))
        return sorted(found, key=lambda look: look[0])

    def _days(self, means: Means, first: int, last: int, draws: Sequence[float]) -> list[int]:
        start = self.known.starts
        if start >= NEVER:
            return []
        if means.every is None:
            number, *when = self.deal.draws[means.name, ""]
            rate = build(means.rate)(self.known, self.known._deal_totals) if means.rate is not None else 0.0
            mean = np.array([max(0.0, rate) * self.case.dt])
            times = int(numerics.counts(np.array([draws[number]]), mean, np.array([math.inf]))[0])
            span = last - first + 1
            days = sorted(first + int(draws[d] * span) for d in when[: min(times, MOST_LOOKS)])
            return [day for day in days if day > start]
        days, n = [], 1
        while (day := later(start, means.every, n)) <= last:
            if day >= first:
                days.append(day)
            n += 1
        return days

    # --- a day -----------------------------------------------------------------------------------------------

    def _day(self, day: int, rows: list[Row], looks: list[tuple[int, Means, str, float]]) -> None:
        for row in rows:
            self._happens(row)
        results = [result for look in looks if (result := self._result(day, *look[1:])) is not None]
        self.coming += results
        if self.true is not None:
            self.true.play(day, [*rows, *results])
        self._known_day(day, rows)

    def _result(self, day: int, means: Means, obligation: str, u: float) -> Row | None:
        """What a look shows: an alarm with the chance `detects` or `false_alarm`."""
        if not self.known.in_force:
            return None
        if means.awake is not None and not build(means.awake)(self.known, self.known._deal_totals):
            return None
        broken = self._is_broken(obligation)
        chance = means.detects if broken else means.false_alarm
        p = (1.0 if broken else 0.0) if chance is None else build(chance)(self.known, self.known._deal_totals)
        party = obligation.partition(".")[0]
        row = self._row(day, "alarm" if u < p else "clean", party, 0.0, means.name, (obligation,))
        return _known(row, later(day, means.delay), means.name)

    def _is_broken(self, obligation: str) -> bool:
        """Whether what is owed now, as everybody knows, is broken in truth: by the world as it is and hidden rows."""
        known, o = self.known, self._owed(self.known, obligation)
        if o is None:
            return False
        totals = o.totals.copy(NEVER)
        for h in self.hidden:
            totals.add(known.keys(h.row), h.row.date, h.row.value)
        facts, known.facts = known.facts, self.world
        broken = not o.condition(known, totals)
        known.facts = facts
        return broken

    def _happens(self, row: Row) -> None:
        """The world becomes as a row says, whoever knows it."""
        if row.kind in self.world:
            self.world[row.kind] = row.value
        for fact, function in self.known._effects.get(row.kind, ()):
            facts, self.known.facts = self.known.facts, {**self.world, "value": row.value}
            self.world[fact] = function(self.known, self.known._deal_totals)
            self.known.facts = facts

    def _known_day(self, day: int, rows: list[Row]) -> None:
        """What becomes known on a day: rows that were hidden, what everybody sees, and the results of looks."""
        known = self.known
        told = [row for row in self.coming if row.known == day]
        self.coming = [row for row in self.coming if row.known != day]
        found, clean = self._enough(told)
        revealed = [h for h in self.hidden if h.obligation in (found if h.breaks else clean)]
        self.hidden = [h for h in self.hidden if h not in revealed]
        known.dawn(day)
        shown = [_known(h.row, day, self._by(told, h.obligation)) for h in revealed]
        shown_ids = {id(row) for row in shown}
        for row in sorted([*shown, *rows, *told], key=lambda row: (row.date, row.line)):
            hides = None
            if id(row) not in shown_ids and row.kind not in ("alarm", "clean"):
                hides = self._hides(row)
            if hides is None:
                self._take(row)
            elif hides.obligation in (found if hides.breaks else clean):
                self._take(_known(row, day, self._by(told, hides.obligation)))
            else:
                self._hide(hides)
        known.dusk()

    def _take(self, row: Row) -> None:
        self.known.take(row)
        self.log.append(row)

    def _by(self, told: list[Row], obligation: str) -> str:
        return next((row.by for row in reversed(told) if obligation in row.of), "")

    def _enough(self, told: list[Row]) -> tuple[set[str], set[str]]:
        """The obligations of which today's looks are enough to find a breach, and those that get a clean look."""
        found, clean = set(), set()
        enough = self.deal.agreement.enough
        looks = {name: (list(each.recent), each.belief) for name, each in self.known.looks.items()}
        for row in sorted(told, key=lambda row: (row.date, row.line)):
            means, alarm = self.deal.agreement.means[row.by], row.kind == "alarm"
            for name in row.of:
                recent, belief = looks[name]
                recent = [*recent, alarm][-enough.looks :]
                belief = self.known._updated(belief, means, alarm)
                looks[name] = recent, belief
                if not alarm:
                    clean.add(name)
                elif belief >= enough.belief if enough.belief else sum(recent) >= enough.alarms:
                    found.add(name)
        return found, clean

    # --- what is hidden --------------------------------------------------------------------------------------

    def _owed(self, automaton: Automaton, name: str) -> Owed | None:
        return next((o for o in automaton.active if o.name == name and o.is_open), None)

    def _hides(self, row: Row) -> _Hidden | None:
        """Whether a row breaks, or undoes the breach of, an obligation that a means watches."""
        known = self.known
        if not known.in_force or row.kind in self.deal.agreement.powers:
            return None
        for means in self.deal.agreement.means.values():
            for name in means.of:
                o = self._owed(known, name)
                if o is None or not o.spec.is_keep or row.kind not in o.reads:
                    continue
                was, were = bool(o.condition(known, o.totals)), known._were_true(o, row)
                if was != were:
                    return _Hidden(row, name, was)
        self.hidden = [h for h in self.hidden if h.row.kind != row.kind or h.row.kind not in known.facts]
        return None

    def _hide(self, hides: _Hidden) -> None:
        """Keep the first of the rows that say the same."""
        fact = hides.row.kind in self.known.facts
        if fact and any(h.row.kind == hides.row.kind and h.breaks == hides.breaks for h in self.hidden):
            return
        self.hidden.append(hides)

    # --- what is read ----------------------------------------------------------------------------------------

    def read(self) -> list[tuple[int, float]]:
        """The values of what expressions elsewhere read of this agreement, by slot."""
        found = []
        for slot, function, truly in self.functions:
            a = self.true if truly and self.true is not None else self.known
            found.append((slot, float(function(a, a._deal_totals))))
        return found

    def as_log(self) -> list[dict[str, str]]:
        """The history so far as rows of a log, with what nobody knows yet as `never`.

        An event that happens twice in a step gives two rows that differ in how the number is written, 1.0 and 1.00:
        equal rows would be duplicates.
        """
        seen: Counter[tuple[object, ...]] = Counter()
        told = sorted([*self.log, *(_known(h.row, NEVER, "") for h in self.hidden)], key=lambda r: (r.date, r.line))
        log = [
            {
                "date": str(iso(row.date)), "kind": row.kind, "party": row.party, "value": self._written(row),
                "by": row.by, "known": "never" if row.known >= NEVER else str(iso(row.known)),
            }
            for row in told
        ]  # fmt: skip
        for row, written in zip(told, log, strict=True):
            if row.kind in self.case.events:
                key = (row.date, row.kind, row.party, row.by)
                written["value"] += "0" * seen[key]
                seen[key] += 1
        return log

    def _written(self, row: Row) -> str:
        if row.kind in ("alarm", "clean"):
            return row.of[0]
        if row.kind in self.deal.agreement.powers:
            return ""
        option = self.case.options.get(row.kind)
        fact = self.deal.agreement.facts.get(row.kind)
        levels = option.levels if option else fact.levels if fact else ()
        return levels[int(row.value)] if levels else repr(row.value)

    def fork(self) -> LivedDeal:
        """A copy that can be played on by itself."""
        shared = [self.deal, self.case, self.functions, *(each for a in self._both() for each in a.shared())]
        log, self.log = self.log, []
        forked = copy.deepcopy(self, {id(each): each for each in shared})
        self.log, forked.log = log, list(log)
        return forked


def _known(row: Row, day: int, by: str) -> Row:
    """The same row, known on a day by some means."""
    return Row(row.date, row.kind, row.party, row.value, by, day, row.line, row.of)


def live(deal: Deal, case: Case, levels: Mapping[str, int], numbers: Mapping[str, float],
         assumptions: Mapping[str, float]) -> LivedDeal:  # fmt: skip
    """An agreement at the start of a run; one that stands already begins on its day, `as_of` at the earliest."""
    agreement, starts = deal.agreement, starts_on(deal.agreement, case)
    facts = {**{n: float(level) for n, level in levels.items()}, **numbers}
    values = {n: o.values for n, o in case.options.items() if o.values}

    def automaton() -> Automaton:
        return Automaton(
            agreement, starts=starts, grace=agreement.grace or case.step, facts=facts, values=values,
            assumptions=assumptions, functions=MODEL_FUNCTIONS, reads_outside=[expr for _, expr in deal.reads],
        )

    functions = tuple((slot, build(expr), bool(getattr(expr, "truly", False))) for slot, expr in deal.reads)
    known = automaton()
    true = automaton() if any(truly for _, _, truly in functions) else None
    lived = LivedDeal(deal, case, known, true, functions, kinds_of(deal), dict(known.facts))
    if agreement.starts is not None and starts <= case.as_of.toordinal():
        for a in lived._both():
            a.signed = agreement.starts.toordinal()
            a.play(case.as_of.toordinal())
    return lived


def starts_on(agreement: Agreement, case: Case) -> int:
    """The day on which it starts by itself: `as_of` at the earliest, `NEVER` if it must be accepted."""
    return NEVER if agreement.starts is None else max(agreement.starts.toordinal(), case.as_of.toordinal())


def resting(deal: Deal) -> list[tuple[int, float]]:
    """What is read of an agreement that has not begun, by slot."""
    blank = Automaton(deal.agreement, reads_outside=[expr for _, expr in deal.reads])
    return [(slot, float(build(expr)(blank, blank._deal_totals))) for slot, expr in deal.reads]


def kinds_of(deal: Deal) -> frozenset[str]:
    """The kinds of row that the agreement, or what is read of it, takes notice of."""
    exprs = [*deal.agreement.expressions(), *(expr for _, expr in deal.reads)]
    kinds = {name for expr in exprs for name in facts_in(expr)}
    kinds |= {node.kind for node in walk(*exprs) if isinstance(node, RowTotal)}
    return frozenset(kinds | set(deal.agreement.kinds))
