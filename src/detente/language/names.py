"""From text to the typed tree: every name is resolved by what exists in the case and by where the text stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from .calendar import Duration
from .case import Assumption, Measure, Option, Party
from .problems import NOWHERE, Place, Problems
from .tree import Expr
from .units import Unit

# `start`: assumptions and constants only. `step`: all that is known within a step (conduct, rate, change, effect,
# auxiliary, sharpness ..). Measures and claims have readers of their own.
Context = Literal["start", "step"]
MeasureKind = Literal["date", "number", "count"]
# Offset in the text to (line, column) in the file, both from 1; for scalars that are folded over lines.
At = Callable[[int], tuple[int, int]]
# What an expression is for, so that its unit can be compared with that of its quantity.
Role = Literal["start", "is", "change", "shock", "effect", "rate", "chance"]


@dataclass(frozen=True, slots=True)
class QuantityName:
    """What expressions need to know of a quantity."""

    unit: Unit | None = None
    is_auxiliary: bool = False
    place: Place = NOWHERE


@dataclass(slots=True)
class Scope:
    """What names exist. Built in a first pass over the declarations; `measures` is filled as they are read.

    `broken` holds names that are declared but could not be read: their use adds no second problem.
    """

    as_of: date = date(2000, 1, 1)
    step: Duration = Duration(1, "month")
    horizon: int = 1  # steps
    parties: Mapping[str, Party] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)  # keyed "party.option"
    assumptions: Mapping[str, Assumption] = field(default_factory=dict)
    quantities: Mapping[str, QuantityName] = field(default_factory=dict)
    events: Mapping[str, Place] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    strategies: Mapping[str, Place] = field(default_factory=dict)
    claims: Mapping[str, Place] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)


def read_number(
    text: str, place: Place, scope: Scope, context: Context, problems: Problems, at: At | None = None
) -> Expr | None:
    """`text` as a number, or None after adding what is wrong to `problems`. A condition becomes 1 or 0."""
    raise NotImplementedError


def read_condition(
    text: str, place: Place, scope: Scope, context: Context, problems: Problems, at: At | None = None
) -> Expr | None:
    """`text` as a condition, or None after adding what is wrong to `problems`."""
    raise NotImplementedError


def read_measure(
    text: str, place: Place, scope: Scope, problems: Problems, at: At | None = None
) -> tuple[Expr, MeasureKind, Unit | None] | None:
    """`text` as arithmetic of aggregates, with its kind and the unit that it is shown in."""
    raise NotImplementedError


def read_claim(text: str, place: Place, scope: Scope, problems: Problems, at: At | None = None) -> Expr | None:
    """`text` as comparisons of numbers made from P, mean, median and q, joined by and, or, not."""
    raise NotImplementedError


def check_units(
    expr: Expr, scope: Scope, problems: Problems, role: Role | None = None, unit: Unit | None = None
) -> None:
    """Warn where units disagree within `expr`, or with what `role` asks of a quantity (or event) of `unit`."""
    raise NotImplementedError


def nearest(name: str, scope: Scope) -> tuple[str, str] | None:
    """The known name most like `name` and its kind in words ("quantity"), or None if nothing is near."""
    raise NotImplementedError
