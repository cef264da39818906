"""What runs while an agreement runs: a window for each obligation, a clock for each rule and power, and the records
of breaches, claims, notices and contingencies."""

from __future__ import annotations

from dataclasses import field

from detente.language.agreement import Effects, Obligation, Power, Rule
from detente.language.records import dataclass
from detente.language.tree import Expr

from .days import NEVER, later
from .expressions import Function, build, counts_rows, facts_in, totals_in
from .rows import Row, Totals


@dataclass(slots=True, eq=False)
class Owed:
    """One obligation while its stage lasts. Days are `NEVER` where there is none."""

    spec: Obligation
    condition: Function
    once: Function | None
    each: Function | None
    awake: Function | None
    counts: bool  # whether the condition counts rows
    totals: Totals
    reads: frozenset[str]  # facts and kinds
    opens: int = NEVER  # the day on which the window opens by the calendar
    closes: int = NEVER  # its last day
    opened: int = NEVER
    is_closed: bool = False
    first: int = NEVER  # end of the first day on which a keep is judged
    limit: int = NEVER  # last day of a do, or of its period, that has not passed
    due: int = NEVER  # the same, also once it has passed
    period: int = 0
    is_late: bool = False
    done: bool = False
    done_once: bool = False
    asleep: bool = False
    edge: bool = False
    truth: bool | None = None
    cause: Row | None = None

    @property
    def is_open(self) -> bool:
        """Whether the window is open."""
        return self.opened < NEVER and not self.is_closed

    @property
    def name(self) -> str:
        """`party.name`."""
        return self.spec.name


def owed(spec: Obligation) -> Owed:
    """An obligation whose window has not opened."""
    return Owed(
        spec, build(spec.condition), maybe(spec.once), maybe(spec.each), maybe(spec.awake),
        counts_rows(spec.condition), totals_in(spec.condition, spec.awake),
        reads(spec.condition, spec.once, spec.each, spec.awake),
    )


def maybe(expr: Expr | None) -> Function | None:
    """The function of an expression that may be absent."""
    return None if expr is None else build(expr)


def reads(*exprs: Expr | None) -> frozenset[str]:
    """The facts and kinds of row that expressions read."""
    kinds = {kind for kind, _ in totals_in(*exprs).wanted}
    return frozenset(kinds.union(*(facts_in(expr) for expr in exprs)))


@dataclass(slots=True, eq=False)
class RuleClock:
    """Since when a rule's condition holds, and what of it has happened."""

    spec: Rule
    condition: Function
    in_stage: bool
    reads: frozenset[str]
    since: int = NEVER
    fired: bool = False
    waiting: bool = False
    truth: bool = False


@dataclass(slots=True, eq=False)
class PowerClock:
    """Since when a power could be used."""

    spec: Power
    when: Function | None
    unless: Function | None
    reads: frozenset[str]
    since: int = NEVER
    truth: bool = False


@dataclass(slots=True, eq=False)
class Notice:
    """A power used with notice."""

    power: PowerClock
    party: str
    effective: int
    totals: Totals
    value: float


@dataclass(slots=True, eq=False)
class Breach:
    """One breach on record. `cure_until` is the last day to cure it; `limit` the deadline that was missed."""

    owed: Owed
    date: int
    known: int
    evidence: str
    key: str
    nth: int
    cure_until: int = NEVER
    is_breached: bool = False
    by_alarms: bool = False
    limit: int = NEVER
    totals: Totals = field(default_factory=Totals)  # of the missed window
    cure: Function | None = None
    cure_totals: Totals = field(default_factory=Totals)
    cured: int | None = None
    is_struck: bool = False

    @property
    def is_open(self) -> bool:
        """Neither cured nor struck out."""
        return self.cured is None and not self.is_struck

    @property
    def party(self) -> str:
        """Whose breach it is."""
        return self.owed.spec.party


@dataclass(slots=True, eq=False)
class Claim:
    """What another party says and nobody has confirmed: it would be a breach were it true."""

    row: Row
    known: int
    obligation: str
    party: str
    cleared: int | None = None
    confirmed: bool = False


@dataclass(slots=True, frozen=True)
class Contingency:
    """Moves that are due: by whom, by when, until when, because of what."""

    due: int
    by: str
    moves: tuple[tuple[str, str], ...]
    until: int
    because: str
    since: int


@dataclass(slots=True, eq=False)
class Looks:
    """What the looks at one obligation have shown since they count."""

    recent: list[bool] = field(default_factory=list)
    belief: float = 0.0
    found: bool = False


def due_effects(effects: Effects, day: int) -> tuple[int, int]:
    """The last day to respond with moves, and the last day on which they hold (`NEVER` if nothing says)."""
    return later(day, effects.within), later(day, effects.lasts) if effects.lasts else NEVER
