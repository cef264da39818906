"""What an agreement allows, explored by itself: short invented logs, and what none of them brings about.

The search is breadth first over states of the automaton: every fact at every level that a condition can tell apart,
every kind of row, every use of a power, looks, and waiting for the next clock. It starts from the history in which
everybody complies, so that late stages are seen as well. It is bounded, and says by how much: "never" means in none
of the logs tried.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from detente.language import tree as t
from detente.language.agreement import Agreement, Effects
from detente.language.records import dataclass
from detente.language.walk import walk

from .automaton import Automaton
from .clocks import Owed
from .days import NEVER, iso, later
from .expressions import facts_in
from .rows import Row

MOST_STATES = 500
MOST_COMPLIANT = 60
MOST_COMBINED = 128
Kind = Literal["unreachable_stage", "cannot_be_met", "no_consequence", "deadlock", "unusable_power"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something doubtful: what, about whom, in words, and the shortest log that shows it (empty: none does)."""

    kind: Kind
    of: str
    words: str
    log: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explored:
    """What was found in how many states; `complete` if nothing was left to try."""

    findings: tuple[Finding, ...]
    states: int
    longest: int
    complete: bool

    def bound(self) -> str:
        """How far the search went, as a sentence."""
        whole = "all there are" if self.complete else "more exist"
        return f"Tried {self.states} states ({whole}), in logs of up to {self.longest} rows and waits."

    def to_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "findings": [
                {"kind": f.kind, "of": f.of, "words": f.words, "log": list(f.log)} for f in self.findings
            ],
            "bound": {"states": self.states, "longest": self.longest, "complete": self.complete},
        }


@dataclass(slots=True, eq=False)
class _Node:
    """A state, and the log that leads to it."""

    state: Automaton
    log: tuple[str, ...]
    after: list[_Node]
    is_expanded: bool = False


def explore(agreement: Agreement, most: int = MOST_STATES) -> Explored:
    """Explore an agreement. It must not read anything but its own facts."""
    search = _Search(agreement, most)
    search.run()
    findings = [*_stages(search), *_met(search), *_consequences(search), *_deadlocks(search), *_powers(search)]
    longest = max((len(node.log) for node in search.nodes), default=0)
    return Explored(tuple(findings), len(search.nodes), longest, not search.waiting)


class _Search:
    def __init__(self, agreement: Agreement, most: int) -> None:
        self.agreement, self.most = agreement, most
        self.nodes: list[_Node] = []
        self.seen: dict[object, _Node] = {}
        self.waiting: deque[_Node] = deque()
        self.entered: dict[str, tuple[str, ...]] = {}
        self.used: set[str] = set()
        self.done: set[str] = set()
        self.values = _candidates(agreement)
        self.kinds = _kinds(agreement)

    def run(self) -> None:
        """Some plain histories first; then, from each new situation in them, everything that can happen."""
        first = Automaton(self.agreement)
        first.play(first.starts)
        start = self.reach(first, ())
        seeds = {_situation(start.state): start}
        for node in self.histories(start):
            seeds.setdefault(_situation(node.state), node)
        plain = [node for node in seeds.values() if node in self.waiting]
        self.waiting = deque([*plain, *(node for node in self.waiting if node not in plain)])
        while self.waiting and len(self.nodes) < self.most:
            self.expand(self.waiting.popleft())

    def histories(self, start: _Node) -> Iterator[_Node]:
        """Everybody complies; nobody does anything; one row of some kind, and then everybody complies."""
        yield from self.history(start, self.comply)
        yield from self.history(start, self.wait)
        for row in self.kinds:
            node = self.step(start, [row])
            yield node
            yield from self.history(node, self.comply)

    def history(self, node: _Node, go_on: Callable[[_Node], _Node | None]) -> Iterator[_Node]:
        seen = {id(node)}
        for _ in range(MOST_COMPLIANT):
            nxt = go_on(node)
            if nxt is None or id(nxt) in seen:
                return
            node = nxt
            seen.add(id(node))
            yield node

    def reach(self, state: Automaton, log: tuple[str, ...], before: _Node | None = None) -> _Node:
        """The node of a state, new or known."""
        key = _signature(state)
        node = self.seen.get(key)
        if node is None:
            node = self.seen[key] = _Node(state, log, [])
            self.nodes.append(node)
            self.waiting.append(node)
        if before is not None:
            before.after.append(node)
        if state.in_force:
            self.entered.setdefault(state.agreement.stages[state.stage_index].name, log)
        for o in state.active:
            if o.done_once or (o.spec.is_keep and o.truth and o.first <= state.day):
                self.done.add(o.name)
        return node

    # --- what can be tried -----------------------------------------------------------------------------------

    def expand(self, node: _Node) -> None:
        """Everything that can happen next."""
        node.is_expanded = True
        if node.state.ended is not None:
            return
        for row in self.rows(node.state):
            self.step(node, [row])
        self.wait(node)

    def step(self, node: _Node, rows: list[Row], said: str = "") -> _Node:
        """Rows on the day after."""
        state = node.state.fork()
        day = state.day + 1
        dated = [Row(day, r.kind, r.party, r.value, r.by, of=r.of) for r in rows]
        state.play(day, dated)
        self.used |= {r.kind for r in dated if r.kind in self.agreement.powers and r not in state.refused}
        told = tuple(self.told(r) for r in dated)
        return self.reach(state, (*node.log, *(told or (said,))), node)

    def wait(self, node: _Node) -> _Node | None:
        """Until the next clock runs out."""
        usable = (later(p.since, p.spec.held) for p in node.state.powers.values() if p.spec.held)
        day = min([node.state.next_day(), *(d for d in usable if d > node.state.day)])
        if day >= NEVER or node.state.ended is not None:
            return None
        state = node.state.fork()
        state.play(day)
        return self.reach(state, (*node.log, f"(wait until {iso(day)})"), node)

    def rows(self, state: Automaton) -> Iterator[Row]:
        for fact, values in self.values.items():
            party = fact.partition(".")[0] if "." in fact else ""
            for value in values:
                if state.facts[fact] != value:
                    yield Row(0, fact, party, value)
        yield from self.kinds
        for name, power in self.agreement.powers.items():
            yield from (Row(0, name, party, 0.0) for party in power.who)
        for means in self.agreement.means.values():
            for o in means.of:
                party = o.partition(".")[0]
                yield Row(0, "alarm", party, 0.0, means.name, of=(o,))
                yield Row(0, "clean", party, 0.0, means.name, of=(o,))

    def comply(self, node: _Node) -> _Node | None:
        """Everybody does what is owed, and time goes on."""
        rows = [row for o in node.state.owes() for row in self.fulfilment(node.state, o)]
        unique = {(r.kind, r.party): r for r in rows if not (r.kind in self.values and
                                                             node.state.facts[r.kind] == r.value)}  # fmt: skip
        if unique:
            node = self.step(node, list(unique.values()))
        return self.wait(node)

    def fulfilment(self, state: Automaton, o: Owed) -> Iterator[Row]:
        """Rows that would make an obligation's condition true."""
        if o.condition(state, o.totals):
            return
        facts = [f for f in facts_in(o.spec.condition) if f in self.values]
        before = {f: state.facts[f] for f in facts}
        choices = itertools.islice(itertools.product(*(self.values[f] for f in facts)), MOST_COMBINED)
        for chosen in choices:
            state.facts.update(zip(facts, chosen, strict=True))
            holds = bool(o.condition(state, o.totals))
            state.facts.update(before)
            if holds:
                yield from (Row(0, f, f.partition(".")[0], v) for f, v in zip(facts, chosen, strict=True))
                return
        amount = max((abs(n.value) for n in walk(o.spec.condition) if isinstance(n, t.Number)), default=1.0) or 1.0
        for node in walk(o.spec.condition):
            if isinstance(node, t.RowTotal) and not o.spec.is_keep:
                yield Row(0, node.kind, node.party or o.spec.party, amount)

    def told(self, row: Row) -> str:
        """A row as one would write it."""
        fact = self.agreement.facts.get(row.kind)
        value = fact.levels[int(row.value)] if fact and fact.levels else f"{row.value:g}" if row.value else ""
        words = (iso(row.date), row.kind, row.party if "." not in row.kind else "", value, row.by and f"by {row.by}")
        return " ".join(word for word in words if word)


def _candidates(agreement: Agreement) -> dict[str, tuple[float, ...]]:
    """For every fact the values that some condition can tell apart."""
    numbers: dict[str, set[float]] = {n: {f.start} for n, f in agreement.facts.items() if not f.levels}
    for expr in agreement.expressions():
        for node in walk(expr):
            if isinstance(node, t.Compare):
                literals = [n.value for n in walk(node) if isinstance(n, t.Number)]
                for name in facts_in(node):
                    if name in numbers:
                        numbers[name] |= {x + d for x in literals for d in (-1.0, 0.0, 1.0)}
    levels = {n: tuple(map(float, range(len(f.levels)))) for n, f in agreement.facts.items() if f.levels}
    return {**levels, **{n: tuple(sorted(values)[:8]) for n, values in numbers.items()}}


def _kinds(agreement: Agreement) -> list[Row]:
    """A row of every kind, by whoever is counted."""
    found: dict[tuple[str, str], Row] = {}
    for expr in agreement.expressions():
        numbers = [abs(n.value) for n in walk(expr) if isinstance(n, t.Number)]
        for node in walk(expr):
            if isinstance(node, t.RowTotal) and node.kind in agreement.kinds:
                party = node.party or agreement.between[0]
                found.setdefault((node.kind, party), Row(0, node.kind, party, max(numbers, default=1.0) or 1.0))
    for kind in agreement.kinds.values():
        if kind.effects and not any(k == kind.name for k, _ in found):
            found[kind.name, ""] = Row(0, kind.name, agreement.between[0], 1.0)
    return list(found.values())


def _situation(a: Automaton) -> object:
    """What a reader would call the same situation, whatever the clocks say."""
    standing = tuple(a.standing(p) for p in a.agreement.between)
    usable = tuple(p.truth and later(p.since, p.spec.held) <= a.day for p in a.powers.values())
    return a.in_force, a.stage_index, standing, tuple(o.name for o in a.owes()), usable


def _signature(a: Automaton) -> object:
    """What decides all that can follow: days count from now."""
    day = a.day

    def ago(when: int) -> int:
        return NEVER if when >= NEVER else when - day

    windows = tuple(
        (o.name, ago(o.opened) if o.spec.every else o.is_open, o.is_closed, ago(o.limit), o.done, o.done_once,
         o.asleep, o.edge, ago(max(o.first, day)) if o.spec.is_keep else 0,
         tuple(map(tuple, o.totals.wanted.values())))
        for o in a.active
    )  # fmt: skip
    broken = tuple((b.owed.name, b.is_breached, ago(b.cure_until), b.by_alarms) for b in a.breaches if b.is_open)
    rules = tuple((ago(r.since) if r.spec.held and not r.fired else r.truth, r.fired, r.waiting) for r in a._rules)
    powers = tuple(max(ago(later(p.since, p.spec.held)), 0) if p.truth else NEVER for p in a.powers.values())
    totals = (*a._deal_totals.wanted.values(), *a._stage_totals[a.stage_index].wanted.values())
    return (
        a.in_force, a.ended and a.ended[1], a.stage_index, ago(a.stage_until), a.over, tuple(a.facts.items()),
        tuple(sorted(a.released)), windows, broken, rules, powers, tuple(map(tuple, totals)), tuple(a.nth.items()),
        tuple((n.power.spec.name, n.party, ago(n.effective)) for n in a.notices),
        tuple((tuple(looks.recent), looks.belief) for looks in a.looks.values()),
    )  # fmt: skip


# --- what is doubtful --------------------------------------------------------------------------------------------


def _stages(search: _Search) -> Iterator[Finding]:
    for stage in search.agreement.stages:
        if stage.name and stage.name not in search.entered:
            yield Finding("unreachable_stage", stage.name, f"stage {stage.name} is never entered", ())


def _met(search: _Search) -> Iterator[Finding]:
    """Obligations that were broken in some log and met in none."""
    for name in search.agreement.names_of_obligations():
        if name in search.done:
            continue
        log = _shortest(n for n in search.nodes if any(b.owed.name == name for b in n.state.breaches))
        if log is not None:
            yield Finding("cannot_be_met", name, f"{name} is never met in time", log)


def _consequences(search: _Search) -> Iterator[Finding]:
    agreement = search.agreement
    for name in agreement.names_of_obligations():
        _, responses = agreement.response_to(name)
        if any(r.effects != Effects() for r in responses) or _is_read(agreement, name):
            continue
        log = _shortest(n for n in search.nodes if any(b.owed.name == name for b in n.state.breaches))
        if log is not None:
            yield Finding("no_consequence", name, f"nothing follows when {name} is broken", log)


def _is_read(agreement: Agreement, obligation: str) -> bool:
    """Whether some rule, power or obligation looks at the breach or at the party's standing."""
    party = obligation.partition(".")[0]
    standing = ("good", "breached", "curing")
    for expr in agreement.expressions():
        for node in walk(expr):
            if isinstance(node, t.AgreementTruth) and (
                (node.what == "broken" and node.of == obligation) or (node.what in standing and node.of == party)
            ):
                return True
    return False


def _deadlocks(search: _Search) -> Iterator[Finding]:
    """States in which nothing is owed and from which, whatever happens, nothing ever is and nothing ends."""
    lively = {id(n) for n in search.nodes if not _is_idle(n)}
    changed = True
    while changed:
        changed = False
        for node in search.nodes:
            if id(node) not in lively and any(id(after) in lively for after in node.after):
                lively.add(id(node))
                changed = True
    log = _shortest(n for n in search.nodes if id(n) not in lively)
    if log is not None:
        yield Finding("deadlock", "", "nothing is owed any more, and the agreement never ends", log)


def _is_idle(node: _Node) -> bool:
    state = node.state
    waits = state.notices or state.next_day() < NEVER
    return node.is_expanded and state.in_force and not waits and not any(state.owes())


def _powers(search: _Search) -> Iterator[Finding]:
    for name in search.agreement.powers:
        if name not in search.used:
            yield Finding("unusable_power", name, f"nobody can ever use {name}", ())


def _shortest(nodes: Iterable[_Node]) -> tuple[str, ...] | None:
    logs = [node.log for node in nodes]
    return min(logs, key=len) if logs else None


__all__ = ["Explored", "Finding", "explore"]
