"""A case as frozen, typed objects: what `load` returns and the Python API builds.

Numbers in expressions, in `start` and in `within` of quantities are in internal units: time in years. An
assumption's distribution is in its own unit; `unit.factor` converts a value as it enters expressions, and back
as it is shown (`None` means no unit: factor 1, nothing checked).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date as Date  # noqa: N812 - `date` and `dt` are field names here
from typing import TYPE_CHECKING, Literal, TypeAlias

from .calendar import Duration, shift
from .problems import NOWHERE, Place, Problem
from .records import dataclass
from .tree import Expr
from .units import Unit

if TYPE_CHECKING:
    from .agreement import Agreement
    from .conflict import ConflictSection

Status = Literal["measured", "estimated", "judged"]
Goal = Literal["more", "less", "late", "early", "few", "many"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What every entry of a case has."""

    name: str
    place: Place = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Source(Entry):
    """Where a fact comes from; `date` is that of the latest fact taken from it."""

    title: str = ""
    publisher: str = ""
    date: Date | None = None
    published: Date | None = None
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A source named by an entry, with the part used (`{seed: 13}`: paragraph 13)."""

    source: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Party(Entry):
    """Who acts."""

    label: str = ""


@dataclass(frozen=True, slots=True)
class Option(Entry):
    """What a party can set. `start` is the index of the level at the start."""

    party: str = ""
    levels: tuple[str, ...] = ()
    values: tuple[float, ...] | None = None
    start: int = 0
    label: str = ""


# --- distributions (in the assumption's own unit) ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fixed:
    """A point."""

    value: float


@dataclass(frozen=True, slots=True)
class Uniform:
    """Uniform on [low, high]."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Triangular:
    """Triangular on [low, high] with its mode."""

    low: float
    mode: float
    high: float


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal with mean and standard deviation."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Lognormal with median and standard deviation of the log."""

    median: float
    sd: float


@dataclass(frozen=True, slots=True)
class Beta:
    """Beta(a, b)."""

    a: float
    b: float


@dataclass(frozen=True, slots=True)
class Gamma:
    """Gamma with shape and rate."""

    shape: float
    rate: float


@dataclass(frozen=True, slots=True)
class OneOf:
    """Rivals by weight; a value is the index of the rival."""

    names: tuple[str, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mixture:
    """Pooled distributions by weight."""

    parts: tuple[Distribution, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Truncated:
    """A distribution restricted to [low, high]; either may be infinite."""

    of: Distribution
    low: float
    high: float


Distribution: TypeAlias = (
    Fixed | Uniform | Triangular | Normal | Lognormal | Beta | Gamma | OneOf | Mixture | Truncated
)


@dataclass(frozen=True, slots=True)
class Assumption(Entry):
    """A constant nobody knows."""

    distribution: Distribution = field(default_factory=lambda: Fixed(0.0))
    unit: Unit | None = None
    status: Status | None = None
    sources: tuple[SourceRef, ...] = ()
    note: str = ""
    label: str = ""

    @property
    def rivals(self) -> tuple[str, ...]:
        """The names of the rivals, or none for a numeric assumption."""
        return self.distribution.names if isinstance(self.distribution, OneOf) else ()

    @property
    def factor(self) -> float:
        """Own unit to internal unit."""
        return self.unit.factor if self.unit else 1.0


@dataclass(frozen=True, slots=True)
class Correlation:
    """Rank correlation between two assumptions."""

    between: tuple[str, str]
    rank: float
    place: Place = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Quantity(Entry):
    """A stock (`start`, `change` a year, `shock` a square-root year) or an auxiliary (`value`, from `is:`)."""

    start: Expr | None = None
    change: Expr | None = None
    shock: Expr | None = None
    value: Expr | None = None
    within: tuple[float, float] | None = None
    unit: Unit | None = None
    label: str = ""
    scale: tuple[tuple[float, str], ...] = ()
    sources: tuple[SourceRef, ...] = ()
    note: str = ""

    @property
    def is_auxiliary(self) -> bool:
        """Computed from others, not carried."""
        return self.value is not None

    @property
    def factor(self) -> float:
        """Own unit to internal unit."""
        return self.unit.factor if self.unit else 1.0


@dataclass(frozen=True, slots=True)
class Effect:
    """A new value for a stock, read as of just before this occurrence of the event."""

    quantity: str
    value: Expr
    place: Place = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Event(Entry):
    """What happens by chance (`rate` a year, or `chance` a step) or on dates (`at`). Exactly one of the three."""

    rate: Expr | None = None
    chance: Expr | None = None
    at: tuple[Date, ...] | None = None
    dispersion: Expr | None = None
    effects: tuple[Effect, ...] = ()
    ends: bool = False
    by: str | None = None
    label: str = ""
    sources: tuple[SourceRef, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Logit: a level with probability proportional to exp(sharpness * its value)."""

    values: tuple[tuple[int, Expr], ...]
    sharpness: Expr


@dataclass(frozen=True, slots=True)
class Rule:
    """Set an option to a level (or choose one) when a condition holds. First rule that speaks wins."""

    option: str
    move: int | Choice
    when: Expr | None = None
    place: Place = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Strategy(Entry):
    """A named course of action: rules that stand above conduct. `offers` names agreements."""

    rules: tuple[Rule, ...] = ()
    offers: tuple[str, ...] = ()
    defies: tuple[str, ...] = ()
    label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measure(Entry):
    """A number (or date) that a run yields. `unit` is the one that it is shown in."""

    value: Expr = field(default=None)  # type: ignore[assignment]
    kind: Literal["date", "number", "count"] = "number"
    unit: Unit | None = None
    label: str = ""

    @property
    def factor(self) -> float:
        """Shown unit to internal unit."""
        return self.unit.factor if self.unit else 1.0


@dataclass(frozen=True, slots=True)
class Claim(Entry):
    """A statement about measures: a comparison (or and/or/not of such) of numbers made from Estimates."""

    says: Expr = field(default=None)  # type: ignore[assignment]
    says_text: str = ""
    states: str = ""
    sources: tuple[SourceRef, ...] = ()
    because: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a check (or `--fix`) holds fixed: an assumption (value in its own unit, or rival index), a quantity
    (internal unit, throughout) or an option (level index)."""

    kind: Literal["assumption", "quantity", "option"]
    name: str
    value: float
    place: Place = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Check(Entry):
    """What must hold under stated settings, or the model is wrong."""

    settings: tuple[Setting, ...] = ()
    says: Expr = field(default=None)  # type: ignore[assignment]
    says_text: str = ""


@dataclass(frozen=True, slots=True)
class Case(Entry):
    """One dispute. Mappings keep the order of the file."""

    title: str = ""
    as_of: Date = Date(2000, 1, 1)
    step: Duration = Duration(1, "month")
    horizon: int = 1  # steps
    note: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict)
    parties: Mapping[str, Party] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)  # keyed "party.option"
    assumptions: Mapping[str, Assumption] = field(default_factory=dict)
    correlations: tuple[Correlation, ...] = ()
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    turns: tuple[str, ...] = ()
    conduct: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)  # party to rules
    strategies: Mapping[str, Strategy] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    goals: Mapping[str, Goal] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    conflict: ConflictSection | None = None
    files: Mapping[str, str] = field(default_factory=dict, repr=False)  # file to text, as read
    warnings: tuple[Problem, ...] = field(default=(), repr=False)

    @property
    def dt(self) -> float:
        """The length of a step in years."""
        return self.step.years

    def day(self, step: int) -> Date:
        """The day on which `step` ends; step 0 is `as_of`."""
        return shift(self.as_of, self.step, step)
