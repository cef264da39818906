"""What names mean: each sentence of the language about names, dates, levels, measures and claims, as a tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import get_args

import pytest

from detente.language import tree as t
from detente.language.functions import AGGREGATES, ESTIMATES
from detente.language.names import Scope, read_measure
from detente.language.problems import Place, Problems

Good = Callable[[str, str], t.Expr]
Read = Callable[[str, str], tuple[t.Expr | None, Problems]]

BITE, LAG, THRESHOLD = (t.AssumptionRef(name) for name in ("bite", "lag", "threshold"))
STRAIN, REACH = t.QuantityRef("strain"), t.QuantityRef("reach")
SANCTIONS, TEST = t.OptionValue("us.sanctions"), t.EventCount("test")
DAY = t.DateLiteral(dt.date(2021, 1, 20))


def number(value: float) -> t.Number:
    return t.Number(value)


def talks(op: t.CompareOp, level: int) -> t.CompareLevel:
    return t.CompareLevel(op, "us.talks", level, ("none", "direct", "six_party")[level])


def at(measure: str, strategy: str = "patience") -> t.MeasureAt:
    return t.MeasureAt(measure, strategy)


def holds(condition: t.Expr, given: t.Expr | None = None) -> t.Estimate:
    return t.Estimate("P", condition, given)


STEP = {
    # Quantities, assumptions, events; an option used as a number is its level's value.
    "bite * us.sanctions - 0.3 * strain": t.Arith(
        "-", t.Arith("*", BITE, SANCTIONS), t.Arith("*", number(0.3), STRAIN)
    ),
    "reach + test": t.Arith("+", REACH, TEST),
    # A condition used as a number is 1 or 0.
    "us.talks == direct": t.Indicator(talks("==", 1)),
    "bite * (us.talks == direct)": t.Arith("*", BITE, t.Indicator(talks("==", 1))),
    "max(strain > 1, true)": t.Call(
        "max", (t.Indicator(t.Compare(">", STRAIN, number(1))), t.Indicator(t.Truth(True)))
    ),
    "smooth(us.talks == none, 6 months)": t.Call("smooth", (t.Indicator(talks("==", 0)), t.Number(0.5, True))),
    "1 if strain > 1 else us.talks == none": t.IfElse(
        t.Compare(">", STRAIN, number(1)), number(1), t.Indicator(talks("==", 0))
    ),
    # Beside a comparison a bare word is a level or rival, whatever else has that name, on either side.
    "us.talks != direct": t.Indicator(talks("!=", 1)),
    "direct == us.talks": t.Indicator(talks("==", 1)),
    "(us.talks) == direct": t.Indicator(talks("==", 1)),
    "squeeze == hardens": t.Indicator(t.CompareRival("==", "squeeze", 1, "hardens")),
    "hardens != squeeze": t.Indicator(t.CompareRival("!=", "squeeze", 1, "hardens")),
    "colour == squeeze": t.Indicator(t.CompareRival("==", "colour", 0, "squeeze")),
    "squeeze == colour": t.Indicator(t.CompareRival("==", "colour", 0, "squeeze")),
    "colour == threshold": t.Indicator(t.CompareRival("==", "colour", 1, "threshold")),
    "direct": t.QuantityRef("direct"),
    # `<` to `>=` compare an option with its own level by order.
    "us.talks >= direct": t.Indicator(talks(">=", 1)),
    "direct < us.talks": t.Indicator(talks(">", 1)),
    "us.sanctions < un": t.Indicator(t.CompareLevel("<", "us.sanctions", 1, "un")),
    # With values, an option is a number beside what is no bare word, or no level of it.
    "us.sanctions > 0.4": t.Indicator(t.Compare(">", SANCTIONS, number(0.4))),
    "us.sanctions >= threshold": t.Indicator(t.Compare(">=", SANCTIONS, THRESHOLD)),
    "us.sanctions == (threshold)": t.Indicator(t.Compare("==", SANCTIONS, THRESHOLD)),
    # `in` is any of them.
    "us.talks in [direct, six_party]": t.Indicator(t.Or((talks("==", 1), talks("==", 2)))),
    "us.talks in [direct]": t.Indicator(talks("==", 1)),
    "us.talks not in [none, direct]": t.Indicator(t.Not(t.Or((talks("==", 0), talks("==", 1))))),
    "squeeze in [tames, hardens]": t.Indicator(
        t.Or((t.CompareRival("==", "squeeze", 0, "tames"), t.CompareRival("==", "squeeze", 1, "hardens")))
    ),
    # Dates: `now`, its year and month; dates minus dates are years; a written date moves by a duration.
    "now > 2021-01-20": t.Indicator(t.Compare(">", t.Now(), DAY)),
    "year(now) + month(now)": t.Arith("+", t.CalendarPart("year", t.Now()), t.CalendarPart("month", t.Now())),
    "year(2021-01-20)": number(2021),
    "now - 2021-01-20": t.DateDifference(t.Now(), DAY),
    "now - 2020-07-20 > 6 months": t.Indicator(
        t.Compare(">", t.DateDifference(t.Now(), t.DateLiteral(dt.date(2020, 7, 20))), t.Number(0.5, True))
    ),
    "now > 2020-07-20 + 6 months": t.Indicator(t.Compare(">", t.Now(), DAY)),
    "now > 6 months + 2020-07-20": t.Indicator(t.Compare(">", t.Now(), DAY)),
    "now > 2021-02-03 - 2 weeks": t.Indicator(t.Compare(">", t.Now(), DAY)),
    "now > 2016-01-31 + 1 month": t.Indicator(t.Compare(">", t.Now(), t.DateLiteral(dt.date(2016, 2, 29)))),
    "now > 2019-01-20 + 1 year + 12 months": t.Indicator(t.Compare(">", t.Now(), DAY)),
    # Functions.
    "clip(strain, 0, 1)": t.Call("clip", (STRAIN, number(0), number(1))),
    "table(strain, 0, bite, 1, 2)": t.Call("table", (STRAIN, number(0), BITE, number(1), number(2))),
    "table(strain, -2, 0, -1, 1)": t.Call(
        "table", (STRAIN, t.Negate(number(2)), number(0), t.Negate(number(1)), number(1))
    ),
    "delay(strain, lag)": t.Call("delay", (STRAIN, LAG)),
    "delay(strain, 1 month)": t.Call("delay", (STRAIN, t.Number(1 / 12, True))),
    "delay(strain, 10 years)": t.Call("delay", (STRAIN, t.Number(10.0, True))),
    "strain ** 2": t.Power(STRAIN, number(2)),
}

MEASURES = {
    "first(reach >= 1)": t.Aggregate("first", t.Compare(">=", REACH, number(1))),
    "count(test)": t.Aggregate("count", TEST),
    "max(strain)": t.Aggregate("max", STRAIN),
    "min(strain)": t.Aggregate("min", STRAIN),
    "mean(strain)": t.Aggregate("mean", STRAIN),
    "total(strain)": t.Aggregate("total", STRAIN),
    "share(dprk.tests == frozen)": t.Aggregate("share", t.CompareLevel("==", "dprk.tests", 1, "frozen")),
    "ever(now > 2021-01-20)": t.Aggregate("ever", t.Compare(">", t.Now(), DAY)),
    "mean(us.talks == direct)": t.Aggregate("mean", t.Indicator(talks("==", 1))),
    # Inside an aggregate `max(x, y)` is the function, and so are two arguments outside.
    "max(max(strain, reach))": t.Aggregate("max", t.Call("max", (STRAIN, REACH))),
    "max(final(strain), 3)": t.Call("max", (t.Aggregate("final", STRAIN), number(3))),
    # A measure may be an assumption alone, and arithmetic of aggregates.
    "bite": BITE,
    "final(strain) ** 2 - bite": t.Arith("-", t.Power(t.Aggregate("final", STRAIN), number(2)), BITE),
    "first(reach > 1) - 2021-01-20": t.DateDifference(t.Aggregate("first", t.Compare(">", REACH, number(1))), DAY),
    "first(reach > 1) < never": t.Indicator(
        t.Compare("<", t.Aggregate("first", t.Compare(">", REACH, number(1))), t.Never())
    ),
    "mean(smooth(strain, 6 months))": t.Aggregate("mean", t.Call("smooth", (STRAIN, t.Number(0.5, True)))),
}

CLAIMS = {
    # `under S` follows a measure; the last one in a bracket covers every measure there that has none of its own.
    "P(reaches_home before concedes under pressure) > 0.5": t.Compare(
        ">", holds(t.Before(at("reaches_home", "pressure"), at("concedes", "pressure"))), number(0.5)
    ),
    "P(tests under patience < tests under pressure) > 0.5": t.Compare(
        ">", holds(t.Compare("<", at("tests"), at("tests", "pressure"))), number(0.5)
    ),
    "P(tests under pressure < worst + tests under patience) > 0": t.Compare(
        ">", holds(t.Compare("<", at("tests", "pressure"), t.Arith("+", at("worst"), at("tests")))), number(0)
    ),
    "mean(tests under patience) < mean(tests under pressure)": t.Compare(
        "<", t.Estimate("mean", at("tests")), t.Estimate("mean", at("tests", "pressure"))
    ),
    "P((tests > worst under pressure) and worst > 1 under patience) > 0": t.Compare(
        ">",
        holds(t.And((t.Compare(">", at("tests", "pressure"), at("worst", "pressure")),
                     t.Compare(">", at("worst"), number(1))))),
        number(0),
    ),
    "P((tests - worst) under pressure > tests under patience) > 0": t.Compare(
        ">",
        holds(t.Compare(">", t.Arith("-", at("tests", "pressure"), at("worst", "pressure")), at("tests"))),
        number(0),
    ),
    "P(tests > max(worst, 3 under patience)) > 0": t.Compare(
        ">", holds(t.Compare(">", at("tests"), t.Call("max", (at("worst"), number(3))))), number(0)
    ),
    # Trailing after anything: a number, `never`, a rival, a list, a bracket.
    "P(reaches_home < never under patience) == 0": t.Compare(
        "==", holds(t.Compare("<", at("reaches_home"), t.Never())), number(0)
    ),
    "P(tests > 3 and squeeze == hardens under patience) > 0": t.Compare(
        ">",
        holds(t.And((t.Compare(">", at("tests"), number(3)), t.CompareRival("==", "squeeze", 1, "hardens")))),
        number(0),
    ),
    "P(tests > 3 and squeeze in [hardens] under patience) > 0": t.Compare(
        ">",
        holds(t.And((t.Compare(">", at("tests"), number(3)), t.CompareRival("==", "squeeze", 1, "hardens")))),
        number(0),
    ),
    # Inside P(..) a bare `if` is the condition; a conditional value goes in its own brackets.
    "P(tests > 3 if reaches_home < never under patience) > 0": t.Compare(
        ">",
        holds(t.Compare(">", at("tests"), number(3)), t.Compare("<", at("reaches_home"), t.Never())),
        number(0),
    ),
    "P((tests if worst > 1 else 2) > 1 under patience) > 0": t.Compare(
        ">",
        holds(t.Compare(">", t.IfElse(t.Compare(">", at("worst"), number(1)), at("tests"), number(2)), number(1))),
        number(0),
    ),
    "mean(tests if worst > 1 else 2 under patience) > 0": t.Compare(
        ">", t.Estimate("mean", t.IfElse(t.Compare(">", at("worst"), number(1)), at("tests"), number(2))), number(0)
    ),
    # Dates, quantiles, assumptions of the future.
    "median(reaches_home under patience) < 2021-01-20": t.Compare("<", t.Estimate("median", at("reaches_home")), DAY),
    "median(reaches_home under patience) - 2021-01-20 > 6 months": t.Compare(
        ">", t.DateDifference(t.Estimate("median", at("reaches_home")), DAY), t.Number(0.5, True)
    ),
    "q(reaches_home, 0.9 under patience) == never": t.Compare(
        "==", t.Estimate("q", at("reaches_home"), None, 0.9), t.Never()
    ),
    "q(tests under patience, 0.1) > 2": t.Compare(">", t.Estimate("q", at("tests"), None, 0.1), number(2)),
    "P(worst > threshold under patience) > 0": t.Compare(
        ">", holds(t.Compare(">", at("worst"), THRESHOLD)), number(0)
    ),
    # Several, joined; arithmetic.
    "mean(tests under patience) > 3 and not P(tests > 9 under patience) > 0.1": t.And((
        t.Compare(">", t.Estimate("mean", at("tests")), number(3)),
        t.Not(t.Compare(">", holds(t.Compare(">", at("tests"), number(9))), number(0.1))),
    )),
    "abs(mean(tests under patience) - 3) / 2 < 1": t.Compare(
        "<",
        t.Arith("/", t.Call("abs", (t.Arith("-", t.Estimate("mean", at("tests")), number(3)),)), number(2)),
        number(1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", STEP)
def test_within_a_step(good: Good, text: str) -> None:
    assert good("number", text) == STEP[text]


@pytest.mark.parametrize("text", MEASURES)
def test_measures(good: Good, text: str) -> None:
    assert good("measure", text) == MEASURES[text]


@pytest.mark.parametrize("text", CLAIMS)
def test_claims(good: Good, text: str) -> None:
    assert good("claim", text) == CLAIMS[text]


def test_a_start_reads_assumptions(good: Good, read: Read) -> None:
    assert good("start", "bite * 2 + (squeeze == tames)") == t.Arith(
        "+", t.Arith("*", BITE, number(2)), t.Indicator(t.CompareRival("==", "squeeze", 0, "tames"))
    )
    for text in ("strain", "us.sanctions", "us.talks == direct", "test", "now > 2021-01-20", "smooth(bite, 1 year)"):
        expr, problems = read("start", text)
        assert expr is None
        assert [p.code for p in problems] in (["name_not_here"], ["stock_not_here"])


def test_a_condition_stays_one(good: Good) -> None:
    assert good("condition", "us.talks == direct or true") == t.Or((talks("==", 1), t.Truth(True)))


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [
        ("first(reach > 1)", "date", None),
        ("count(test)", "count", None),
        ("count(test) + count(collapse)", "count", None),
        ("count(test) - count(collapse)", "number", None),
        ("ever(reach > 1)", "number", None),
        ("final(stock)", "number", "kg"),
        ("max(wait)", "number", "month"),
        ("final(wait) - 1 month", "number", "month"),
        ("total(stock)", "number", "kg*year"),
        ("total(bite)", "number", None),
        ("final(stock) ** 2", "number", "kg^2"),
        ("max(final(stock), 1)", "number", "kg"),
        ("first(reach > 1) - 2016-09-30", "number", "year"),
        ("lag", "number", "month"),
        ("final(reach)", "number", None),
    ],
)
def test_kind_and_unit_of_measures(scope: Scope, text: str, kind: str, unit: str | None) -> None:
    found = read_measure(text, Place(), scope, Problems())
    assert found is not None
    assert (found[1], found[2] and found[2].text) == (kind, unit)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("number", "mended + 1"), ("condition", "us.broken == direct"), ("measure", "count(mended)"),
     ("claim", "P(tests > 3 under mended) > 0"), ("claim", "P(mended under patience > 3) > 0"),
     ("condition", "mended in [direct]")],
)  # fmt: skip
def test_what_could_not_be_read_is_no_second_problem(read: Read, kind: str, text: str) -> None:
    expr, problems = read(kind, text)
    assert expr is None
    assert list(problems) == []


def test_all_mistakes_at_once(read: Read) -> None:
    _, problems = read("number", "stran + us.tolks * lerning - max(1)")
    assert [p.code for p in problems] == ["no_such_name_near"] * 3 + ["arguments"]
    assert [p.facts.get("nearest") for p in problems] == ["strain", "us.talks", "learning", None]


@pytest.mark.parametrize(
    ("name", "nearest", "kind"),
    [("Strain", "strain", "quantity"), ("talks", "us.talks", "option"), ("tset", "test", "event"),
     ("treshold", "threshold", "assumption"), ("reach_home", "reaches_home", "measure"),
     ("smoth", "smooth", "function"), ("us.sanction", "us.sanctions", "option"), ("pressur", "pressure", "strategy")],
)  # fmt: skip
def test_nearest_name(read: Read, name: str, nearest: str, kind: str) -> None:
    _, problems = read("number", name)
    assert [(p.code, dict(p.facts)) for p in problems] == [
        ("no_such_name_near", {"name": name, "nearest": nearest, "kind": kind})
    ]


def test_nothing_is_near(read: Read) -> None:
    for name in ("zzz", "x", "a" * 200):
        _, problems = read("number", name)
        assert [(p.code, dict(p.facts)) for p in problems] == [("no_such_name", {"name": name})]


def test_tables_and_tree_name_the_same() -> None:
    assert tuple(AGGREGATES) == get_args(t.AggregateKind)
    assert tuple(ESTIMATES) == get_args(t.EstimateKind)
