"""The typed tree: an expression whose every name is resolved and whose every node knows its place.

Four kinds of value occur. Numbers and conditions are what expressions compute. Dates occur as literals, as
`now` and as the result of `first`. Options and rivals (named levels) occur only inside comparisons, or, for an
option with `values`, as a number.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import field
from typing import Literal, TypeAlias

from .problems import NOWHERE, Place
from .records import dataclass

ArithOp = Literal["+", "-", "*", "/"]
CompareOp = Literal["<", "<=", ">", ">=", "==", "!="]
AggregateKind = Literal["first", "count", "final", "max", "min", "mean", "share", "ever", "total"]
EstimateKind = Literal["P", "mean", "median", "q"]


@dataclass(frozen=True, slots=True)
class Node:
    """What every node has. Places do not take part in equality."""

    place: Place = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


# --- numbers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A literal, in internal units (a duration such as `6 months` is 0.5, in years)."""

    value: float
    is_duration: bool = False


@dataclass(frozen=True, slots=True)
class AssumptionRef(Node):
    """A numeric assumption, in internal units (time in years)."""

    name: str


@dataclass(frozen=True, slots=True)
class QuantityRef(Node):
    """A stock or an auxiliary, in internal units."""

    name: str


@dataclass(frozen=True, slots=True)
class EventCount(Node):
    """How often an event happened: in this step within measures, in the step before elsewhere."""

    name: str


@dataclass(frozen=True, slots=True)
class OptionValue(Node):
    """The value of the level at which an option is set; the option has `values`."""

    option: str


@dataclass(frozen=True, slots=True)
class Arith(Node):
    """left op right."""

    op: ArithOp
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Power(Node):
    """base ** exponent. A literal whole exponent within 0..8 multiplies; any other is exp(exponent*log(base))."""

    base: Expr
    exponent: Expr


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """-x."""

    arg: Expr


@dataclass(frozen=True, slots=True)
class IfElse(Node):
    """`then if condition else other`; both numbers, or both conditions."""

    condition: Expr
    then: Expr
    other: Expr


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of `functions.FUNCTIONS` (not `year`/`month`, which are CalendarPart)."""

    name: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class CalendarPart(Node):
    """`year(date)` or `month(date)` as a number."""

    part: Literal["year", "month"]
    arg: Expr


@dataclass(frozen=True, slots=True)
class DateDifference(Node):
    """left - right of two dates: years (days / 365.25). `never` counts as the horizon plus one step."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Indicator(Node):
    """A condition used as a number: 1 or 0."""

    condition: Expr


# --- dates -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Now(Node):
    """The step's first day for moves, luck and change; its end for measures."""


@dataclass(frozen=True, slots=True)
class DateLiteral(Node):
    """A calendar day."""

    day: dt.date


@dataclass(frozen=True, slots=True)
class Never(Node):
    """Later than every date (measures and claims)."""


# --- conditions --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """Two numbers, or two dates."""

    op: CompareOp
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class CompareLevel(Node):
    """An option against one of its own levels, by order (`level` is its index)."""

    op: CompareOp
    option: str
    level: int
    name: str


@dataclass(frozen=True, slots=True)
class CompareRival(Node):
    """A `one_of` assumption against one of its rivals (`rival` is its index); `op` is == or !=."""

    op: CompareOp
    assumption: str
    rival: int
    name: str


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of them."""

    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Any of them. `us.talks in [a, b]` becomes this."""

    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The opposite."""

    arg: Expr


# --- measures ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """What a run yields of an expression seen at the end of its steps; `first` is a date, the rest numbers."""

    kind: AggregateKind
    arg: Expr


# --- claims ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeasureAt(Node):
    """A measure of the run under a strategy (inside an Estimate)."""

    measure: str
    strategy: str


@dataclass(frozen=True, slots=True)
class Before(Node):
    """left happened, and right not earlier nor in the same step (inside an Estimate)."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Estimate(Node):
    """A number of one future, over its runs: P(body if given), mean, median or q(body, level)."""

    kind: EstimateKind
    body: Expr
    given: Expr | None = None
    level: float | None = None


@dataclass(frozen=True, slots=True)
class GraphTruth(Node):
    """What is so in the conflict graph: some equilibrium meets a condition, or, for a party, every feasible state
    that meets it is stable. The condition is kept as written, with where that is; `party` "" means equilibrium."""

    condition: str
    concept: str
    party: str = ""
    where: Place = field(default=NOWHERE, compare=False, repr=False)


# --- agreements --------------------------------------------------------------------------------------------

AgreementTruthKind = Literal[
    "over", "in_force", "done", "broken", "owed", "good", "suspected", "curing", "breached"
]


@dataclass(frozen=True, slots=True)
class AgreementNode(Node):
    """What is read of an agreement: "" is the one that the expression stands in; `truly` reads the true run."""

    agreement: str = ""
    truly: bool = False


@dataclass(frozen=True, slots=True)
class RowTotal(AgreementNode):
    """`count(kind)` or `sum(kind)`: rows, or their values, since the clause began; `party` "" is anybody."""

    how: Literal["count", "sum"] = "count"
    kind: str = ""
    party: str = ""


@dataclass(frozen=True, slots=True)
class AgreementTruth(AgreementNode):
    """A condition on the state of an agreement; `of` is an obligation or a party, "" for `over` and `in_force`."""

    what: AgreementTruthKind = "over"
    of: str = ""


@dataclass(frozen=True, slots=True)
class AgreementNumber(AgreementNode):
    """`belief(o)`, from 0 to 1, or `age`, in years since the start."""

    what: Literal["belief", "age"] = "belief"
    of: str = ""


@dataclass(frozen=True, slots=True)
class CompareAgreement(AgreementNode):
    """`stage` or `ended` against one of its names, by order (`level` is its index)."""

    op: CompareOp = "=="
    what: Literal["stage", "ended"] = "stage"
    level: int = 0
    name: str = ""


Expr: TypeAlias = (
    Number | AssumptionRef | QuantityRef | EventCount | OptionValue | Arith | Power | Negate | IfElse | Call
    | CalendarPart | DateDifference | Indicator | Now | DateLiteral | Never | Truth | Compare | CompareLevel
    | CompareRival | And | Or | Not | Aggregate | MeasureAt | Before | Estimate | RowTotal | AgreementTruth
    | AgreementNumber | CompareAgreement | GraphTruth
)
