"""Where an expression stands: what it may read and call there, in one table."""

from __future__ import annotations

from . import raw as r
from .records import dataclass


@dataclass(frozen=True, slots=True)
class Mode:
    """Where an expression stands: what it may read and call. `where` says it in words."""

    where: str
    assumptions: bool = True
    state: bool = False  # quantities, options, events, now
    measures: bool = False
    never: bool = False
    stocks: bool = False
    aggregates: bool = False
    estimates: bool = False


START = Mode("in `start`")
STEP = Mode("within a step", state=True, stocks=True)
AGREED = Mode("in an agreement", state=True)
LOOK = Mode("inside an aggregate", state=True, stocks=True)
MEASURE = Mode("in a measure", never=True, aggregates=True)
BODY = Mode("inside an estimate", measures=True, never=True)
CLAIM = Mode("in a claim", assumptions=False, never=True, estimates=True)


@dataclass(frozen=True, slots=True)
class Cover:
    """The strategy of measures without their own, and the last `under` of the bracket that one is in."""

    strategy: str | None = None
    last: r.Under | None = None


UNCOVERED = Cover()

# What to do about a name that cannot be read where it stands: by place and kind of name, "" for any other.
REMEDIES: dict[tuple[str, str], str] = {
    (START.where, ""): "a start may read assumptions only",
    (STEP.where, ""): "a step cannot know it: it is known when the run is over",
    (STEP.where, "a measure"): "measures are read by claims; write the quantity or event itself",
    (STEP.where, "a date that measures have"): "compare `now` with a date; `never` belongs in claims",
    (AGREED.where, ""): "an agreement reads the world of its own day",
    (LOOK.where, ""): "a measure looks at quantities, events and options",
    (LOOK.where, "a measure"): "a measure cannot read another: repeat its expression",
    (MEASURE.where, ""): "a measure says how to look over the run",
    (MEASURE.where, "a quantity"): "say how to look at it over the run: `final({name})`, `max({name})`, "
                                   "`mean({name})`, `total({name})` or `first({name} > 0)`",
    (MEASURE.where, "an option"): "say how to look at it over the run: `share({name} == LEVEL)` "
                                  "or `first({name} == LEVEL)`",
    (MEASURE.where, "an event"): "say how to look at it over the run: `count({name})` or `first({name} > 0)`",
    (MEASURE.where, "the day of a step"): "say how to look at it over the run: `first(CONDITION)` is a date",
    (MEASURE.where, "a measure"): "a measure cannot read another: repeat its expression",
    (BODY.where, ""): "claims read measures: give it a name under `measures:` first",
    (CLAIM.where, ""): "claims compare `P(..)`, `mean(..)`, `median(..)` and `q(..)` of measures",
    (CLAIM.where, "a measure"): "write `P({name} > 0 under STRATEGY)`, `mean({name} under STRATEGY)` "
                                "or `median({name} under STRATEGY)`",
    (CLAIM.where, "a measured date"): "write `P({name} < never under STRATEGY)` or `median({name} under STRATEGY)`",
    (CLAIM.where, "an assumption"): "move it into the estimate: `mean(MEASURE - {name} under STRATEGY)`",
}  # fmt: skip
