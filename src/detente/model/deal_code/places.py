"""Where each number of an agreement stands in a run's memory, and which rows a step can bring.

Lists have a fixed room; a run that needs more is spilled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from detente.agreements.automaton import Automaton
from detente.agreements.clocks import Owed, PowerClock, RuleClock
from detente.agreements.expressions import facts_in, totals_in
from detente.agreements.rows import Row
from detente.language import tree
from detente.language.agreement import Effects, Response
from detente.language.case import Case
from detente.language.walk import walk

from ..deals import Deal, kinds_of, starts_on
from .scalars import Place

MOST_OPEN, MOST_DUE, MOST_COMMANDS, MOST_HIDDEN, MOST_COMING = 40, 40, 24, 24, 48
Key = tuple[str, str]


class Memory:
    """Hands out places, one after the other."""

    def __init__(self) -> None:
        self.size = 0
        self.never: list[int] = []  # places that begin as NEVER
        self.minus: list[int] = []  # places that begin as -1

    def take(self, kind: str = "i", numbers: int = 1) -> Place:
        """A new place that begins as 0."""
        place = Place(self.size, kind)
        self.size += numbers
        return place

    def day(self) -> Place:
        """A place for a day; there is none yet."""
        self.never.append(self.size)
        return self.take()

    def unknown(self) -> Place:
        """A place that begins as -1."""
        self.minus.append(self.size)
        return self.take()


class Counted:
    """What a clause counts: the day from which rows count and, for each key, their number and sum."""

    def __init__(self, memory: Memory, wanted: Iterable[Key]) -> None:
        self.first = memory.take()
        self.keys = {key: (memory.take("f"), memory.take("f")) for key in wanted}
        self.size = 1 + 2 * len(self.keys)


class Records:
    """A list in some memory: its length and room for `most` records, each of some places or of `size` numbers."""

    def __init__(self, memory: Memory, most: int, kinds: Mapping[str, str], size: int = 0) -> None:
        self.most, self.size = most, size or len(kinds)
        self.places = {name: Place(i, kind) for i, (name, kind) in enumerate(kinds.items())}
        self.length = memory.take()
        self.start = memory.take(numbers=most * self.size)


class OwedPlaces:
    """An obligation of a stage (of the agreement: stage -1) and its clock, as `clocks.Owed`."""

    def __init__(self, memory: Memory, number: int, stage: int, o: Owed, names: tuple[str, ...],
                 parties: tuple[str, ...]) -> None:  # fmt: skip
        self.number, self.stage, self.spec, self.reads, self.counts = number, stage, o.spec, o.reads, o.counts
        self.name, self.party = names.index(o.spec.name), parties.index(o.spec.party)
        self.cause_facts, self.cure_keys = facts_in(o.spec.condition), tuple(totals_in(o.spec.cured_by).wanted)
        self.counted = Counted(memory, o.totals.wanted)
        self.opens, self.closes, self.opened = memory.day(), memory.day(), memory.day()
        self.first, self.limit, self.due, self.period = memory.day(), memory.day(), memory.day(), memory.take()
        self.closed, self.done, self.done_once = memory.take("b"), memory.take("b"), memory.take("b")
        self.asleep, self.edge = memory.take("b"), memory.take("b")
        self.truth, self.cause = memory.unknown(), memory.unknown()  # -1: not known, no row
        self.missed = memory.unknown()  # the latest deadline that was missed

    def is_struck_by(self, row: RowKind) -> bool:
        """Whether a late row of this kind could show that a missed deadline was met: if it counts here, or if the
        condition asks for more than counts."""
        spec = self.spec
        if spec.is_keep or spec.is_soft or not (spec.by or spec.within or spec.every):
            return False
        states = (tree.QuantityRef, tree.CompareLevel, tree.OptionValue, tree.Now, tree.AgreementTruth,
                  tree.AgreementNumber, tree.CompareAgreement, tree.Truth)  # fmt: skip
        asks_more = any(isinstance(node, states) for node in walk(spec.condition))
        return asks_more or any(key in self.counted.keys for key in row.keys)


class RulePlaces:
    """A rule and its clock."""

    def __init__(self, memory: Memory, stage: int, clock: RuleClock) -> None:
        self.stage, self.spec, self.reads = stage, clock.spec, clock.reads
        self.since, self.due = memory.day(), memory.day()
        self.fired, self.waiting, self.truth = memory.take("b"), memory.take("b"), memory.take("b")


class PowerPlaces:
    """A power and since when it could be used."""

    def __init__(self, memory: Memory, clock: PowerClock) -> None:
        self.spec, self.reads = clock.spec, clock.reads
        self.since, self.truth = memory.day(), memory.take("b")


class NoticePlaces:
    """A notice that a party may give."""

    def __init__(self, memory: Memory, power: PowerPlaces, party: str) -> None:
        self.power, self.party, self.effective = power, party, memory.take()
        self.counted = Counted(memory, totals_in(power.spec.unless).wanted)


class LookPlaces:
    """What the looks at one obligation have shown: the last ones as bits, the belief, whether they found."""

    def __init__(self, memory: Memory) -> None:
        self.recent, self.belief, self.found = memory.take(), memory.take("f"), memory.take("b")


class BreachPlaces:
    """An open breach, as `clocks.Breach`, within its record. `attached`: its obligation is still in force as it was;
    else `counted` goes on with what it counted."""

    def __init__(self, owed: list[OwedPlaces]) -> None:
        record = Memory()
        self.owed, self.name, self.party = record.take(), record.take(), record.take()
        self.response, self.cure_until = record.take(), record.take()
        self.attached, self.breached, self.by_alarms = record.take("b"), record.take("b"), record.take("b")
        self.cure = Place(record.size, "i")
        self.cures = [Counted(_at(record, self.cure.index), o.cure_keys) for o in owed]
        record.size = max([self.cure.index, *(self.cure.index + c.size for c in self.cures)])
        self.counted = record.take(numbers=max((o.counted.size for o in owed), default=0))
        self.size = record.size


def _at(record: Memory, size: int) -> Memory:
    record.size = size
    return record


@dataclass(frozen=True, slots=True)
class Command:
    """Moves that a clause can make due from one party: options with the levels' indices."""

    party: str
    moves: tuple[tuple[str, int], ...]


class AutomatonPlaces:
    """The state of an automaton, as `agreements.automaton.Automaton` has it; `blank` is one that has not begun."""

    def __init__(self, blank: Automaton, rows: list[RowKind]) -> None:
        self.blank, self.agreement, self.rows = blank, blank.agreement, rows
        self.memory = memory = Memory()
        self.parties, self.names = self.agreement.between, self.agreement.names_of_obligations()
        self.day, self.stage, self.entries, self.reason = (memory.take() for _ in range(4))
        self.starts, self.signed, self.ended, self.until, self.least = (memory.day() for _ in range(5))
        self.row_date = memory.unknown()
        self.in_force, self.over, self.judged, self.is_known = (memory.take("b") for _ in range(4))
        self.timer = memory.day()  # the next day on which something can change without a row
        self.released = {p: memory.take("b") for p in self.parties}
        self.final = {p: memory.take() for p in self.parties}
        self._facts()
        self.deal_counted = Counted(memory, blank._deal_totals.wanted)
        self.stage_counted = [Counted(memory, t.wanted) for t in blank._stage_totals]
        self._clocks()
        self._dates()
        self.breach = BreachPlaces(self.owed)
        self.open = Records(memory, MOST_OPEN, {}, self.breach.size)
        self.due = Records(memory, MOST_DUE, {"response": "i"})
        self.given, self.given_list = memory.take(), memory.take(numbers=max(1, len(self.notices)))
        effects = self.agreement.all_effects()
        self.commands = list(dict.fromkeys(command for each in effects for command in commands_of(each)))
        self.commanded = Records(memory, MOST_COMMANDS if self.commands else 0, _COMMANDED)
        named = [e.ends for e in self.agreement.all_effects() if e.ends is not None]
        self.reasons = tuple(dict.fromkeys(["none", "expired", "replaced", *named]))

    def _facts(self) -> None:
        agreement, memory = self.agreement, self.memory
        read = [f for e in agreement.clauses() for f in facts_in(e)]
        made = [f for kind in agreement.kinds.values() for f, _ in kind.effects]
        told = [row.kind for row in self.rows if row.is_fact]
        self.facts = {n: memory.take("f") for n in dict.fromkeys([*read, *made, *told, *(["value"] if made else [])])}
        self.fact_date: dict[str, Place] = {}  # only where a date can matter

    def _clocks(self) -> None:
        memory, blank, agreement = self.memory, self.blank, self.agreement
        pairs = [(-1, o) for o in blank._deal_owed]
        pairs += [(stage, o) for stage, owed in enumerate(blank._stage_owed) for o in owed]
        self.owed = [OwedPlaces(memory, n, s, o, self.names, self.parties) for n, (s, o) in enumerate(pairs)]
        self.latest = {name: memory.unknown() for name in self.names}
        keys = dict.fromkeys(agreement.response_to(name)[0] for name in self.names)
        self.nth = {key: memory.take() for key in keys}
        self.responses: list[tuple[str, Response]] = []  # with the party whose breach it follows
        self.first_response = {}
        for key in keys:
            self.first_response[key] = len(self.responses)
            party = key.partition(".")[0]
            self.responses += [(party, response) for response in agreement.responses.get(key, ())]
        rules = [(stage, r) for stage, mine in enumerate(blank._stage_rules) for r in mine]
        self.rules = [RulePlaces(memory, s, r) for s, r in [*rules, *((-1, r) for r in blank._deal_rules)]]
        self.powers = {name: PowerPlaces(memory, p) for name, p in blank.powers.items()}
        self.notices = [
            NoticePlaces(memory, p, party)
            for p in self.powers.values() if p.spec.notice is not None for party in p.spec.who
        ]  # fmt: skip
        self.looks = {name: LookPlaces(memory) for name in self.names}

    def _dates(self) -> None:
        """The day of a fact's last row tells what a cure counts from, and whether a row shown late is out of date."""
        watched = {name for means in self.agreement.means.values() for name in means.of}
        for o in self.owed:
            asked = set(o.cause_facts if o.cure_keys else ()) | (o.reads if o.spec.name in watched else set())
            for name in sorted(asked & self.facts.keys() - self.fact_date.keys()):
                self.fact_date[name] = self.memory.unknown()

    def counts(self, row: RowKind) -> bool:
        """Whether any clause counts rows of a kind."""
        wanted = [self.deal_counted, *self.stage_counted, *(o.counted for o in self.owed), *self.breach.cures]
        wanted += [n.counted for n in self.notices]
        return any(key in counted.keys for counted in wanted for key in row.keys)

    def named(self, name: str) -> list[OwedPlaces]:
        """The obligations of a name: the agreement's, then each stage's."""
        return [o for o in self.owed if o.spec.name == name]

    @property
    def is_strict(self) -> bool:
        """Whether a clause asks for the day itself, so that no day that the reference plays may be passed over."""
        for expr in self.agreement.clauses():
            dated = set()
            for node in walk(expr):
                sides = (node.left, node.right) if isinstance(node, tree.Compare) else ()
                if sides and all(isinstance(side, tree.DateLiteral | tree.Now) for side in sides):
                    dated |= {id(side) for side in sides}
                is_age = isinstance(node, tree.AgreementNumber) and node.what == "age"
                if is_age or (isinstance(node, tree.Now) and id(node) not in dated):
                    return True
        return False


def commands_of(effects: Effects) -> list[Command]:
    """What effects make due, party by party."""
    moves: dict[str, list[tuple[str, int]]] = {}
    for move in effects.moves:
        moves.setdefault(move.option.partition(".")[0], []).append((move.option, move.level))
    return [Command(party, tuple(mine)) for party, mine in moves.items()]


@dataclass(frozen=True, slots=True)
class RowKind:
    """A kind of row that a step can bring: an option's, a power's, an event's, a number's, or a look's. `index` is
    that of the option, event or number; `keys` are what it counts as; `values` the numbers of an option's levels."""

    number: int
    source: str
    kind: str
    party: str
    keys: tuple[Key, ...]
    index: int = -1
    values: tuple[float, ...] | None = None
    is_alarm: bool = False
    means: str = ""
    obligation: str = ""

    @property
    def is_fact(self) -> bool:
        """Whether it says how a part of the world is."""
        return self.source in ("option", "number")


def row_kinds(deal: Deal, case: Case, blank: Automaton, told: tuple[str, ...]) -> list[RowKind]:
    """Every kind of row of a step, in the order of a day: options, powers, events, numbers, looks."""
    agreement, noticed = deal.agreement, kinds_of(deal)
    found: list[RowKind] = []

    def add(source: str, kind: str, party: str, by: str = "", **more: object) -> None:
        keys = blank.keys(Row(1, kind, party, 0.0, by))
        found.append(RowKind(len(found), source, kind, party, keys, means=by, **more))  # type: ignore[arg-type]

    for i, (name, option) in enumerate(case.options.items()):
        if name in noticed:
            add("option", name, option.party, index=i, values=option.values or None)
    for name, power in agreement.powers.items():
        for party in power.who:
            add("power", name, party)
    for i, (name, event) in enumerate(case.events.items()):
        if name in noticed:
            add("event", name, event.by or "", index=i)
    for i, name in enumerate(told):
        if name in noticed:
            add("number", name, "", index=i)
    for means in agreement.means.values():
        for o in means.of:
            for is_alarm in (False, True):
                kind, party = "alarm" if is_alarm else "clean", o.partition(".")[0]
                add("look", kind, party, means.name, obligation=o, is_alarm=is_alarm)
    return found


class DealPlaces:
    """One agreement of a case in a run's memory: what `LivedDeal` keeps, then the known automaton, then the true
    one if anything reads it. `told` names the numbers that the kernel keeps up to date for the agreements.

    As long as everything is known at once, the true run is the known one, and the world is as known: only when they
    part are they written apart."""

    def __init__(self, deal: Deal, case: Case, told: tuple[str, ...]) -> None:
        agreement = deal.agreement
        self.deal, self.case, self.grace = deal, case, agreement.grace or case.step
        self.starts = starts_on(agreement, case)
        values = {name: option.values for name, option in case.options.items() if option.values}
        outside = [expr for _, expr in deal.reads]
        blank = Automaton(agreement, grace=self.grace, values=values, reads_outside=outside)
        self.kinds = row_kinds(deal, case, blank, told)
        self.at = AutomatonPlaces(blank, self.kinds)
        self.truly = any(getattr(expr, "truly", False) for expr in outside)
        memory = Memory()
        self.parted = memory.take("b")  # whether the world, and the true run, are kept apart from what is known
        self.world = {name: memory.take("f") for name in self.at.facts}
        self.look_number = {name: memory.take() for name, m in agreement.means.items() if m.every is not None}
        self.look_day = {name: memory.take() for name in self.look_number}  # of the next look
        is_watched = any(self.watchers(row) for row in self.kinds)
        self.hidden = Records(memory, MOST_HIDDEN if is_watched else 0, _HIDDEN)
        self.coming = Records(memory, MOST_COMING if agreement.means else 0, _COMING)
        self.known_at = memory.size
        self.true_at = self.known_at + self.at.memory.size
        self.size = self.true_at + (self.at.memory.size if self.truly else 0)

    @property
    def makes_facts(self) -> bool:
        """Whether rows change facts."""
        return any(kind.effects for kind in self.deal.agreement.kinds.values())

    @property
    def from_the_start(self) -> bool:
        """Whether it has to be followed from the first day on."""
        return self.makes_facts or self.starts <= self.case.as_of.toordinal()

    def watchers(self, row: RowKind) -> list[str]:
        """The watched obligations that rows of a kind may break, in the order in which they are asked."""
        if row.source in ("power", "look"):
            return []
        names = dict.fromkeys(name for means in self.deal.agreement.means.values() for name in means.of)
        return [n for n in names if any(o.spec.is_keep and row.kind in o.reads for o in self.at.named(n))]


_COMMANDED = {"number": "i", "due": "i", "until": "i", "since": "i"}
_HIDDEN = {"row": "i", "name": "i", "breaks": "b", "date": "i", "value": "f", "shown": "b"}
_COMING = {"known": "i", "date": "i", "row": "i", "told": "b"}
