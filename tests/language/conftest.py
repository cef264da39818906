"""The names that tests of expressions speak of, and short ways to read a text with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from detente.language.calendar import Duration
from detente.language.case import Assumption, Fixed, Lognormal, Measure, OneOf, Option, Party, Uniform
from detente.language.names import QuantityName, Scope, read_claim, read_condition, read_measure, read_number
from detente.language.problems import NOWHERE, Place, Problems
from detente.language.tree import Expr
from detente.language.units import unit_of

PLACE = Place("case.yaml", 10, 7, "quantities.strain.change")


def make_scope() -> Scope:
    """A case of two parties over ten years of months."""
    options = [
        Option("us.talks", party="us", levels=("none", "direct", "six_party")),
        Option("us.sanctions", party="us", levels=("none", "un", "maximum"), values=(0.0, 0.5, 1.0)),
        Option("dprk.tests", party="dprk", levels=("open", "frozen")),
    ]
    assumptions = [
        Assumption("bite", distribution=Uniform(0.05, 0.4), unit=unit_of("1/year")),
        Assumption("learning", distribution=Uniform(0.02, 0.1), unit=unit_of("1/test")),
        Assumption("lag", distribution=Uniform(3, 12), unit=unit_of("month")),
        Assumption("span", distribution=Uniform(1, 2), unit=unit_of("kg")),
        Assumption("slow", distribution=Lognormal(1, 1), unit=unit_of("year")),
        Assumption("threshold", distribution=Fixed(0.3)),
        Assumption("squeeze", distribution=OneOf(("tames", "hardens"), (1, 1))),
        Assumption("colour", distribution=OneOf(("squeeze", "threshold"), (1, 1))),
    ]
    return Scope(
        as_of=dt.date(2016, 9, 30),
        step=Duration(1, "month"),
        horizon=120,
        parties={"us": Party("us"), "dprk": Party("dprk")},
        options={option.name: option for option in options},
        assumptions={assumption.name: assumption for assumption in assumptions},
        quantities={
            "strain": QuantityName(unit_of("1")),
            "reach": QuantityName(),
            "stock": QuantityName(unit_of("kg")),
            "wait": QuantityName(unit_of("month")),
            "hardens": QuantityName(),
            "direct": QuantityName(),
        },
        events={"test": NOWHERE, "collapse": NOWHERE},
        measures={
            "reaches_home": Measure("reaches_home", kind="date"),
            "concedes": Measure("concedes", kind="date"),
            "tests": Measure("tests", kind="count"),
            "worst": Measure("worst"),
            "waited": Measure("waited", unit=unit_of("month")),
        },
        strategies={"patience": NOWHERE, "pressure": NOWHERE},
        claims={"way_out": NOWHERE},
        broken={"mended", "us.broken"},
    )


@pytest.fixture(scope="session")
def scope() -> Scope:
    """The names of the tests; reading changes nothing in them but its counters."""
    return make_scope()


Reader = Callable[[str, str], tuple[Expr | None, Problems]]


@pytest.fixture(scope="session")
def read(scope: Scope) -> Reader:
    """`read(kind, text)`: the tree and the problems of a number, start, condition, measure or claim."""

    def reading(kind: str, text: str) -> tuple[Expr | None, Problems]:
        problems = Problems()
        scope.compared = scope.parts = 0
        match kind:
            case "number":
                return read_number(text, PLACE, scope, "step", problems), problems
            case "start":
                return read_number(text, PLACE, scope, "start", problems), problems
            case "condition":
                return read_condition(text, PLACE, scope, "step", problems), problems
            case "measure":
                found = read_measure(text, PLACE, scope, problems)
                return found[0] if found else None, problems
            case "claim":
                return read_claim(text, PLACE, scope, problems), problems
        raise ValueError(kind)

    return reading


@pytest.fixture(scope="session")
def good(read: Reader) -> Callable[[str, str], Expr]:
    """`good(kind, text)`: the tree of a text without problems."""

    def reading(kind: str, text: str) -> Expr:
        expr, problems = read(kind, text)
        assert [(p.code, dict(p.facts)) for p in problems] == []
        assert expr is not None
        return expr

    return reading
