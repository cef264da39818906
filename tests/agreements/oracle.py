"""The automaton of an agreement, slow and obviously right: every day is played, every count is a fresh look over all
rows, nothing is remembered that can be worked out. Shares nothing with the automaton that is used but the agreement
as read, the rows, and calendar arithmetic."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from detente.agreements.rows import Row
from detente.language import tree as t
from detente.language.agreement import Agreement, Effects, Obligation, Rule
from detente.language.calendar import Duration, shift

FAR = 10**9


def after(day: int, span: Duration | None, times: int = 1) -> int:
    if span is None or day >= FAR:
        return day
    return shift(dt.date.fromordinal(day), span, times).toordinal()


@dataclass(eq=False)
class Window:
    """An obligation in a stage: when it opened (day, number of rows before), what was done in it."""

    spec: Obligation
    begun: tuple[int, int]
    opened: tuple[int, int] | None = None
    closed: bool = False
    judged_from: int = FAR
    limit: int = FAR
    due: int = FAR
    period: int = 0
    done: bool = False
    ever: bool = False
    edge: bool = False
    asleep: bool = False
    truth: bool | None = None
    cause: Row | None = None


@dataclass(eq=False)
class Broken:
    window: Window
    date: int
    known: int
    evidence: str
    nth: int
    key: str
    rows: int
    until: int = FAR
    breached: bool = False
    alarms: bool = False
    missed: tuple[tuple[int, int], int] | None = None
    cured: int | None = None
    struck: bool = False


@dataclass(eq=False)
class Clock:
    rule: Rule
    stage: bool
    since: int | None = None
    fired: bool = False
    waiting: bool = False


@dataclass(eq=False)
class Notice:
    power: str
    party: str
    effective: int
    origin: tuple[int, int]
    value: float


@dataclass
class Slow:
    """Play days one after another from before the start."""

    deal: Agreement
    facts: dict[str, float] = field(default_factory=dict)
    newest: dict[str, Row] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    day: int = 0
    force: bool = False
    ended: tuple[int, str] | None = None
    over: bool = False
    stage: int = 0
    since: tuple[int, int] = (FAR, 0)
    start: tuple[int, int] = (FAR, 0)
    until: int = FAR
    released: set[str] = field(default_factory=set)
    top: list[Window] = field(default_factory=list)
    own: list[Window] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    due: list[Broken] = field(default_factory=list)
    claims: list[list[Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    moves: list[tuple[int, int, dict[str, str]]] = field(default_factory=list)
    usable: dict[str, int | None] = field(default_factory=dict)
    looks: dict[str, list[bool]] = field(default_factory=dict)
    belief: dict[str, float] = field(default_factory=dict)
    found: dict[str, bool] = field(default_factory=dict)
    final: dict[str, str] = field(default_factory=dict)
    now: Row | None = None

    def __post_init__(self) -> None:
        self.facts = {n: f.start for n, f in self.deal.facts.items()}
        for o in self.deal.names_of_obligations():
            self.looks[o], self.belief[o], self.found[o] = [], self.deal.enough.prior or 0.0, False

    # --- expressions -----------------------------------------------------------------------------------------

    def of(self, e: t.Expr, origin: tuple[int, int], last: int = FAR) -> Any:
        def f(x: t.Expr) -> Any:
            return self.of(x, origin, last)

        match e:
            case t.Number(value=v) | t.Truth(value=v):
                return v
            case t.QuantityRef(name=n):
                return self.facts[n]
            case t.CompareLevel(op=op, option=n, level=level):
                return _compare(op, self.facts[n], level)
            case t.Compare(op=op, left=a, right=b):
                return _compare(op, f(a), f(b))
            case t.And(args=args):
                return all(f(a) for a in args)
            case t.Or(args=args):
                return any(f(a) for a in args)
            case t.Not(arg=a):
                return not f(a)
            case t.Arith(op="+", left=a, right=b):
                return f(a) + f(b)
            case t.Arith(op="-", left=a, right=b):
                return f(a) - f(b)
            case t.RowTotal(how=how, kind=kind, party=party):
                return self.total(how, kind, party, origin, last)
            case t.CompareAgreement(op=op, level=level):
                return _compare(op, self.stage, level)
            case t.AgreementNumber(of=o):
                return self.belief[o]
            case t.AgreementTruth(what=what, of=o):
                return self.truth(what, o)
        raise TypeError(type(e))

    def total(self, how: str, kind: str, party: str, origin: tuple[int, int], last: int) -> float:
        found = [
            row for row in self.rows[origin[1]:]
            if row.kind == kind and origin[0] <= row.date <= last
            and (not party or row.party == party or (row.party == "all" and party in self.deal.between))
        ]
        return float(len(found)) if how == "count" else float(sum(row.value for row in found))

    def truth(self, what: str, of: str) -> bool:
        if what == "over":
            return self.over
        if what == "broken":
            return any(b.window.spec.name == of for b in self.open())
        if what == "done":
            latest = [w for w in [*self.top, *self.own] if w.spec.name == of]
            return bool(latest) and latest[-1].ever
        return self.standing(of) == what

    def open(self) -> list[Broken]:
        return [b for b in self.broken if b.cured is None and not b.struck]

    def standing(self, party: str) -> str:
        if self.ended:
            return self.final[party]
        if not self.force:
            return "good"
        mine = [b for b in self.open() if b.window.spec.party == party]
        if any(b.breached for b in mine):
            return "breached"
        if mine:
            return "curing"
        if party in self.released:
            return "released"
        suspects = [c for c in self.claims if c[1].partition(".")[0] == party and c[2] == "open"]
        hints = [o for o in self.looks if o.partition(".")[0] == party and self.hint(o)]
        return "suspected" if suspects or hints else "good"

    def hint(self, o: str) -> bool:
        if self.deal.enough.belief is not None:
            return self.belief[o] > (self.deal.enough.prior or 0.0)
        return any(self.looks[o])

    def owed(self) -> list[tuple[str, int, bool]]:
        if not self.force:
            return []
        return [
            (w.spec.name, FAR if w.spec.is_keep else w.due, not w.spec.is_keep and w.due < self.day)
            for w in [*self.top, *self.own]
            if w.opened and not w.closed and not w.asleep and not w.done and w.spec.party not in self.released
        ]

    # --- a day -----------------------------------------------------------------------------------------------

    def play(self, day: int, rows: list[Row]) -> None:
        self.day, self.now = day, None
        if not self.ended and not self.force and self.deal.starts and day >= self.deal.starts.toordinal():
            self.force, self.start = True, (day, len(self.rows))
            self.top = [self.window(o) for o in self.deal.obligations]
            self.clocks = [Clock(r, False) for r in self.deal.rules]
            self.enter(0)
            self.judge(False)
        elif self.force:
            self.limits()
            self.judge(False)
            if self.over and self.force:
                self.end("expired")
        for row in rows:
            self.now = row
            if not self.ended:
                self.take(row)
        self.now = None
        self.judge(True)

    def here(self) -> tuple[int, int]:
        return self.day, len(self.rows)

    def window(self, o: Obligation) -> Window:
        w = Window(o, self.here())
        w.closed = self.closes(w) < self.day
        return w

    def closes(self, w: Window) -> int:
        closes = w.spec.closes
        if closes is None:
            return FAR
        return after(w.begun[0], closes) if isinstance(closes, Duration) else closes.toordinal()

    def enter(self, index: int) -> None:
        stage = self.deal.stages[index]
        self.stage, self.since, self.over = index, self.here(), False
        self.until = FAR
        if stage.most:
            self.until = after(self.day, stage.most)
        elif stage.until:
            self.until = max(self.day, stage.until.toordinal())
        self.released = set()
        self.own = [self.window(o) for o in stage.obligations]
        self.clocks = [*(Clock(r, True) for r in stage.rules), *(c for c in self.clocks if not c.stage)]

    def end(self, reason: str) -> None:
        bad = {b.window.spec.party for b in self.open()}
        self.final = {p: "breached" if p in bad else "released" for p in self.deal.between}
        self.ended, self.force, self.notices, self.due = (self.day, reason), False, [], []

    def limits(self) -> None:
        for w in [*self.top, *self.own]:
            if w.opened and not w.closed and self.day > w.limit:
                if not w.done and w.spec.party not in self.released and not w.spec.is_soft:
                    b = self.breach(w, self.day, "deadline")
                    b.missed = (self.period_start(w), w.limit)
                if w.spec.every:
                    w.period += 1
                    w.limit = w.due = after(w.opened[0], w.spec.every, w.period + 1)
                    w.done = False
                else:
                    w.limit = FAR
        for b in self.open():
            if not b.breached and self.day > b.until:
                b.breached = True
                self.due.append(b)
        for w in [*self.top, *self.own]:
            if self.day > self.closes(w):
                w.closed = True
        if self.day > self.until:
            self.over = True

    def period_start(self, w: Window) -> tuple[int, int]:
        assert w.opened
        if not w.spec.every or w.period == 0:
            return w.opened
        return after(w.opened[0], w.spec.every, w.period) + 1, w.opened[1]

    # --- rows ------------------------------------------------------------------------------------------------

    def take(self, row: Row) -> None:
        parties = self.deal.between
        claimed = row.by in parties and row.party not in (row.by, "all")
        if row.kind in ("alarm", "clean"):
            self.look(row)
        elif row.kind in self.deal.powers:
            if claimed or not self.use(row):
                return
        elif claimed:
            self.claim(row)
        else:
            if self.force:
                self.rows.append(row)
            older = row.kind in self.newest and row.date < self.newest[row.kind].date
            before = self.facts.get(row.kind, 0.0)
            if row.kind in self.deal.facts:
                self.facts[row.kind] = row.value
                if not older:
                    self.newest[row.kind] = row
            self.confirm(row)
            self.strike(row)
            self.judge(False)
            if older:
                self.facts[row.kind], self.now = before, self.newest[row.kind]
        self.judge(False)

    def confirm(self, row: Row) -> None:
        for c in self.claims:
            if not row.by and (c[0].date, c[0].kind, c[0].party) == (row.date, row.kind, row.party):
                c[2] = "confirmed"

    def strike(self, row: Row) -> None:
        for b in self.broken:
            if b.missed and not b.struck and row.date < self.day and row.date <= b.missed[1]:
                origin, last = b.missed
                if self.of(b.window.spec.condition, origin, last):
                    b.struck = True
                    self.due = [d for d in self.due if d is not b]
                    b.window.ever = True
                    b.window.done = b.window.done or not b.window.spec.every

    def claim(self, row: Row) -> None:
        if not self.force:
            return
        keeps = [
            w for w in [*self.top, *self.own]
            if w.spec.is_keep and w.opened and not w.closed and not w.asleep and w.spec.party not in self.released
        ]
        was = [bool(self.of(w.spec.condition, self.period_start(w))) for w in keeps]
        self.rows.append(row)
        before = self.facts.get(row.kind, 0.0)
        if row.kind in self.deal.facts:
            self.facts[row.kind] = row.value
        were = [bool(self.of(w.spec.condition, self.period_start(w))) for w in keeps]
        self.rows.pop()
        if row.kind in self.deal.facts:
            self.facts[row.kind] = before
        for w, a, b in zip(keeps, was, were, strict=True):
            if a and not b:
                self.claims.append([row, w.spec.name, "open"])

    def look(self, row: Row) -> None:
        if self.force:
            self.rows.append(row)
        if row.kind == "clean":
            for c in self.claims:
                if c[2] == "open" and row.party in (c[1].partition(".")[0], "all"):
                    c[2] = "cleared"
        means = self.deal.means.get(row.by)
        if not self.force or means is None:
            return
        for o in row.of or means.of:
            alarm, enough = row.kind == "alarm", self.deal.enough
            self.looks[o] = [*self.looks[o], alarm][-enough.looks:]
            d = 1.0 if means.detects is None else float(self.of(means.detects, self.start))
            f = 0.0 if means.false_alarm is None else float(self.of(means.false_alarm, self.start))
            told, other = (d, f) if alarm else (1.0 - d, 1.0 - f)
            p = self.belief[o]
            if p * told + (1.0 - p) * other > 0:
                self.belief[o] = p * told / (p * told + (1.0 - p) * other)
            is_broken = any(b.window.spec.name == o for b in self.open())
            if alarm:
                reached = self.belief[o] >= enough.belief if enough.belief else sum(self.looks[o]) >= enough.alarms
                if reached:
                    self.found[o] = True
                    for w in [w for w in [*self.top, *self.own] if w.spec.name == o and w.opened and not w.closed]:
                        if not is_broken and w.spec.party not in self.released and not w.spec.is_soft:
                            self.breach(w, row.date, "found").alarms = True
            elif self.found[o]:
                for b in self.open():
                    if b.window.spec.name == o and b.alarms:
                        b.cured = self.day
                if not any(b.window.spec.name == o for b in self.open()):
                    self.looks[o], self.belief[o], self.found[o] = [], enough.prior or 0.0, False

    def use(self, row: Row) -> bool:
        power = self.deal.powers[row.kind]
        since = self.usable.get(row.kind)
        allowed = (
            self.force and row.party in power.who and since is not None and after(since, power.held) <= self.day
            and (power.when is None or self.of(power.when, self.start))
        )
        if not allowed:
            return False
        self.rows.append(row)
        if power.notice is None:
            self.bring(power.effects, row.party, row.value)
        elif not any(n.power == row.kind and n.party == row.party for n in self.notices):
            self.notices.append(Notice(row.kind, row.party, after(self.day, power.notice), self.here(), row.value))
        return True

    # --- judging ---------------------------------------------------------------------------------------------

    def judge(self, dusk: bool) -> None:
        for _ in range(500):
            if not self.force or not self.round(dusk):
                return
        raise RuntimeError("goes round in a circle")

    def round(self, dusk: bool) -> bool:
        changed = False
        for w in [*self.top, *self.own]:
            changed |= self.openings(w)
        for name, power in self.deal.powers.items():
            holds = power.when is None or self.of(power.when, self.start)
            if not holds:
                self.usable[name] = None
            elif self.usable.get(name) is None:
                self.usable[name] = self.day
        for b in self.open():
            if self.is_right(b):
                b.cured, changed = self.day, True
                if b.window.spec.is_keep and _counts(b.window.spec.condition):
                    b.window.truth = None
                    if b.window.spec.cured_by:
                        b.window.opened = self.here()
        for w in [*self.top, *self.own]:
            if w.opened and not w.closed:
                changed |= self.keep(w, dusk) if w.spec.is_keep else self.do(w)
        for n in list(self.notices):
            power = self.deal.powers[n.power]
            if n not in self.notices:
                continue
            if power.unless is not None and self.of(power.unless, n.origin):
                self.notices.remove(n)
                changed = True
            elif self.day > n.effective or (self.day == n.effective and dusk):
                self.notices.remove(n)
                self.bring(power.effects, n.party, n.value)
                changed = True
        while self.due and self.force:
            b = self.due.pop(0)
            response = self.response(b)
            if response is not None:
                self.bring(response.effects, b.window.spec.party, 0.0)
                changed = True
        return (self.force and self.rules(dusk)) or changed

    def openings(self, w: Window) -> bool:
        origin = self.start if w in self.top else self.since
        spec, opens = w.spec, False
        if spec.each is not None:
            before, w.edge = w.edge, bool(self.of(spec.each, origin))
            opens = w.edge and not before and w.opened is None
        elif w.opened is None and spec.once is not None:
            opens = bool(self.of(spec.once, origin))
        elif w.opened is None:
            day = self.day
            if spec.opens is not None:
                day = after(w.begun[0], spec.opens) if isinstance(spec.opens, Duration) else spec.opens.toordinal()
            opens = self.day >= day
        if opens and not w.closed:
            w.opened, w.done, w.period, w.truth = self.here(), False, 0, None
            w.judged_from = after(self.day, self.deal.grace or Duration(1, "day"))
            if spec.by:
                w.due = spec.by.toordinal()
            elif spec.within or spec.every:
                w.due = after(self.day, spec.within or spec.every)
            w.limit = max(w.due, self.day)
            w.asleep = spec.awake is not None and not self.of(spec.awake, w.opened)
            return True
        if spec.awake is not None and w.opened and not w.closed:
            asleep = not self.of(spec.awake, w.opened)
            if asleep != w.asleep:
                w.asleep = asleep
                if not asleep:
                    w.judged_from, w.truth = after(self.day, self.deal.grace or Duration(1, "day")), None
                return True
        return False

    def is_right(self, b: Broken) -> bool:
        spec, w = b.window.spec, b.window
        cure = spec.cured_by is not None and self.of(spec.cured_by, (b.date, b.rows))
        assert w.opened is not None or not spec.is_keep
        if b.alarms:
            return bool(cure)
        if not spec.is_keep:
            left = w not in [*self.top, *self.own]
            return left and not spec.every and bool(self.of(spec.condition, w.opened or (FAR, 0)))
        if _counts(spec.condition):
            return bool(cure)
        holds = bool(self.of(spec.condition, w.opened or (FAR, 0)))
        return holds and (spec.cured_by is None or bool(cure))

    def keep(self, w: Window, dusk: bool) -> bool:
        if w.asleep:
            return False
        assert w.opened
        holds = bool(self.of(w.spec.condition, w.opened))
        if not holds and w.truth is not False:
            names = [
                n.name if isinstance(n, t.QuantityRef) else n.option for n in _nodes(w.spec.condition)
                if isinstance(n, t.QuantityRef | t.CompareLevel)
            ]
            known = [self.newest[n] for n in dict.fromkeys(names) if n in self.newest]
            w.cause = self.now or (max(known, key=lambda r: r.date) if known else None)
        w.truth = holds
        if holds or w.spec.is_soft or w.spec.party in self.released:
            return False
        if self.day < w.judged_from or (self.day == w.judged_from and not dusk):
            return False
        mine = [b for b in self.open() if b.window is w]
        if mine:
            mine[0].alarms = False
            return False
        cause = w.cause
        evidence = "public" if cause is None or not cause.by else (
            "found" if cause.by in self.deal.means else "admitted")
        self.breach(w, self.day if cause is None else max(cause.date, w.judged_from), evidence)
        return True

    def do(self, w: Window) -> bool:
        if w.done or not self.of(w.spec.condition, self.period_start(w)):
            return False
        w.done = w.ever = True
        for b in self.open():
            if b.window is w:
                b.cured = self.day
        if w.spec.each is not None:
            w.opened, w.limit, w.due = None, FAR, FAR
        return True

    def breach(self, w: Window, date: int, evidence: str) -> Broken:
        name, party = w.spec.name, w.spec.party
        key = name if name in self.deal.responses or party not in self.deal.responses else party
        nth = 1 + len([b for b in self.broken if b.key == key and not b.struck])
        b = Broken(w, date, self.day, evidence, nth, key, len(self.rows))
        self.broken.append(b)
        response = self.response(b)
        if response is not None and response.cure is not None:
            b.until = after(self.day, response.cure)
        else:
            b.breached = True
            self.due.append(b)
        return b

    def response(self, b: Broken) -> Any:
        responses = self.deal.responses.get(b.key, ())
        return responses[min(b.nth, len(responses)) - 1] if responses else None

    def rules(self, dusk: bool) -> bool:
        stage = self.deal.stages[self.stage]
        least = after(self.since[0], stage.least)
        free = self.day > least or (self.day == least and (dusk or stage.least is None))
        for c in self.clocks:
            if not self.of(c.rule.when, self.since if c.stage else self.start):
                c.since, c.fired, c.waiting = None, False, False
                continue
            c.since = self.day if c.since is None else c.since
            due = after(c.since, c.rule.held)
            ready = self.day > due or (self.day == due and (dusk or due == c.since))
            e = c.rule.effects
            may = free or not c.stage
            if ready and not c.fired:
                c.fired = True
                c.waiting = not may and bool(e.stage or e.ends)
                kept = (None, None) if c.waiting else (e.stage, e.ends)
                self.bring(
                    Effects(e.moves, e.within, e.lasts, e.release, kept[0], e.sets_until, e.until, kept[1]), "", 0.0
                )
                return True
            if c.waiting and may:
                c.waiting = False
                self.bring(Effects(stage=e.stage, ends=e.ends), "", 0.0)
                return True
        return False

    def bring(self, e: Effects, actor: str, value: float) -> None:
        for m in e.moves:
            until = FAR if e.lasts is None else after(self.day, e.lasts)
            self.moves.append((after(self.day, e.within), until, {m.option: m.name}))
        if e.release:
            self.released |= {"self": {actor}, "others": set(self.deal.between) - {actor}}.get(e.release, {e.release})
        if e.sets_until:
            day = int(value) or FAR if e.until == "value" else e.until.toordinal() if e.until else FAR
            self.until, self.over = max(day, self.day), False
        if e.stage is not None:
            self.enter([s.name for s in self.deal.stages].index(e.stage))
        if e.ends is not None:
            self.end(e.ends)


def _nodes(e: t.Expr) -> list[t.Expr]:
    from detente.language.walk import walk

    return list(walk(e))


def _counts(e: t.Expr) -> bool:
    return any(isinstance(n, t.RowTotal) for n in _nodes(e))


def _compare(op: str, a: Any, b: Any) -> bool:
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[op])
