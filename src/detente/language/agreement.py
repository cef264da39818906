"""An agreement as frozen, typed objects: what it obliges whom to, how that is seen, and what follows from a breach.

Seven concepts: facts, obligations, evidence (means), breaches (responses), powers, rules, stages. One form serves
inside a case and alone, for a monitor over real events. Expressions are those of a case, and those of
`tree.RowTotal`, `tree.AgreementTruth`, `tree.AgreementNumber` and `tree.CompareAgreement`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date as Date  # noqa: N812
from typing import Literal, TypeAlias

from .calendar import Duration
from .case import Choice, Entry, Source
from .problems import NOWHERE, Place
from .records import dataclass
from .tree import Expr, Truth

REASONS = ("expired", "replaced")  # ends that no effect brings about


@dataclass(frozen=True, slots=True)
class Fact(Entry):
    """How a part of the world is: one of `levels` (`start` is an index), or a number (`levels` is empty)."""

    party: str = ""
    levels: tuple[str, ...] = ()
    values: tuple[float, ...] | None = None
    start: float = 0.0
    unit: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Kind(Entry):
    """A kind of row that is no fact. Its rows may change facts: `effects` pairs a fact with its new value."""

    effects: tuple[tuple[str, Expr], ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """An option (or fact) and the level that an effect wants it at."""

    option: str
    level: int
    name: str


@dataclass(frozen=True, slots=True)
class Effects:
    """What a breach, a rule or a power brings about.

    `release` is a party, `self` or `others`. `until` sets a new end of the stage if `sets_until`: a day, the value
    of the row that used the power (`value`), or none.
    """

    moves: tuple[Move, ...] = ()
    within: Duration | None = None
    lasts: Duration | None = None
    release: str | None = None
    stage: str | None = None
    sets_until: bool = False
    until: Date | Literal["value"] | None = None
    ends: str | None = None

    @property
    def moves_on(self) -> bool:
        """Whether the stage or its end changes."""
        return self.stage is not None or self.ends is not None or self.sets_until


@dataclass(frozen=True, slots=True)
class Obligation(Entry):
    """What a party owes; `name` is `party.name`. A `keep` holds every day, a `do` comes true in its window."""

    party: str = ""
    is_keep: bool = True
    condition: Expr = field(default_factory=lambda: Truth(True))
    text: str = ""
    by: Date | None = None
    within: Duration | None = None
    every: Duration | None = None
    opens: Duration | Date | None = None
    once: Expr | None = None
    each: Expr | None = None
    closes: Duration | Date | None = None
    awake: Expr | None = None
    is_soft: bool = False
    cured_by: Expr | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """When a condition has newly held so long, the effects happen."""

    when: Expr
    effects: Effects
    held: Duration | None = None
    text: str = ""
    place: Place = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Stage(Entry):
    """Obligations and rules that hold together; an agreement without stages has one without a name."""

    obligations: tuple[Obligation, ...] = ()
    rules: tuple[Rule, ...] = ()
    least: Duration | None = None
    most: Duration | None = None
    until: Date | None = None


@dataclass(frozen=True, slots=True)
class Means(Entry):
    """How some obligations are watched: looks every so often (or at a rate a year) that give an alarm or not."""

    of: tuple[str, ...] = ()
    every: Duration | None = None
    rate: Expr | None = None
    detects: Expr | None = None
    false_alarm: Expr | None = None
    delay: Duration | None = None
    awake: Expr | None = None


@dataclass(frozen=True, slots=True)
class Enough:
    """When looks amount to a finding: `alarms` in the last `looks`, or a belief (from `prior`, by Bayes)."""

    alarms: int = 1
    looks: int = 1
    belief: float | None = None
    prior: float | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What follows one breach: time to cure it, then effects."""

    cure: Duration | None = None
    effects: Effects = Effects()


@dataclass(frozen=True, slots=True)
class Power(Entry):
    """What a party brings about by declaring it; `who` may be `("all",)`: jointly."""

    who: tuple[str, ...] = ()
    when: Expr | None = None
    held: Duration | None = None
    notice: Duration | None = None
    unless: Expr | None = None
    effects: Effects = Effects()


Acceptance: TypeAlias = Expr | Choice  # a choice is between 1, yes, and 0, no


@dataclass(frozen=True, slots=True)
class Agreement(Entry):
    """A deal. `grace` is None where it was not written: a day alone, a step in a case."""

    title: str = ""
    between: tuple[str, ...] = ()
    channel: str = ""
    starts: Date | None = None
    accepts: Mapping[str, Acceptance] = field(default_factory=dict)
    replaces: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    obligations: tuple[Obligation, ...] = ()
    stages: tuple[Stage, ...] = ()
    rules: tuple[Rule, ...] = ()
    means: Mapping[str, Means] = field(default_factory=dict)
    enough: Enough = Enough()
    responses: Mapping[str, tuple[Response, ...]] = field(default_factory=dict)
    powers: Mapping[str, Power] = field(default_factory=dict)
    grace: Duration | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    note: str = ""

    def stage(self, name: str) -> Stage:
        """The stage of that name."""
        return next(stage for stage in self.stages if stage.name == name)

    def every_obligation(self) -> Iterator[Obligation]:
        """Those of all stages, then each stage's."""
        yield from self.obligations
        for stage in self.stages:
            yield from stage.obligations

    def names_of_obligations(self) -> tuple[str, ...]:
        """Each name once; stages may share one."""
        return tuple(dict.fromkeys(o.name for o in self.every_obligation()))

    def all_effects(self) -> Iterator[Effects]:
        """Everything that can be brought about."""
        for rule in (*self.rules, *(r for stage in self.stages for r in stage.rules)):
            yield rule.effects
        for responses in self.responses.values():
            yield from (response.effects for response in responses)
        yield from (power.effects for power in self.powers.values())

    def response_to(self, obligation: str) -> tuple[str, tuple[Response, ...]]:
        """The key that governs the breaches of an obligation (its own, else its party's) and what follows them."""
        for key in (obligation, obligation.partition(".")[0]):
            if key in self.responses:
                return key, self.responses[key]
        return obligation, ()

    def expressions(self) -> Iterator[Expr]:
        """Everything that is asked or computed."""
        yield from self.acceptances()
        yield from self.clauses()

    def acceptances(self) -> Iterator[Expr]:
        """What decides whether a party would sign."""
        for accepts in self.accepts.values():
            if isinstance(accepts, Choice):
                yield from (*(value for _, value in accepts.values), accepts.sharpness)
            else:
                yield accepts

    def clauses(self) -> Iterator[Expr]:
        """What is asked or computed once it is in force."""
        asked: list[Expr | None] = [value for kind in self.kinds.values() for _, value in kind.effects]
        for o in self.every_obligation():
            asked += [o.condition, o.once, o.each, o.awake, o.cured_by]
        asked += [rule.when for rule in (*self.rules, *(r for stage in self.stages for r in stage.rules))]
        for means in self.means.values():
            asked += [means.rate, means.detects, means.false_alarm, means.awake]
        for power in self.powers.values():
            asked += [power.when, power.unless]
        yield from (expr for expr in asked if expr is not None)

    def watched_by(self, obligation: str) -> tuple[Means, ...]:
        """The means that look at an obligation."""
        return tuple(means for means in self.means.values() if obligation in means.of)
