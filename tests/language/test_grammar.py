"""How an expression is read: precedence, places, bounds, and that printing and reading are inverse."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.language import tree as t
from detente.language.calendar import Duration
from detente.language.names import Scope, read_claim, read_condition, read_number
from detente.language.print import expression_text
from detente.language.problems import Place, Problems

Good = Callable[[str, str], t.Expr]

# A text, and the same with every bracket written.
PRECEDENCE = [
    ("reach + strain * 2", "reach + (strain * 2)"),
    ("reach - strain - 2", "(reach - strain) - 2"),
    ("reach / strain / 2", "(reach / strain) / 2"),
    ("reach - strain + 2", "(reach - strain) + 2"),
    ("-strain ** 2", "-(strain ** 2)"),
    ("-strain * 2", "(-strain) * 2"),
    ("strain ** -2", "strain ** (-2)"),
    ("strain ** 2 ** 3", "strain ** (2 ** 3)"),
    ("2 * -strain", "2 * (-strain)"),
    ("+strain", "strain"),
    ("reach + 1 > strain * 2", "(reach + 1) > (strain * 2)"),
    ("not reach > 1 and strain > 1", "(not (reach > 1)) and (strain > 1)"),
    ("reach > 1 or strain > 1 and test > 0", "(reach > 1) or ((strain > 1) and (test > 0))"),
    ("not not reach > 1", "not (not (reach > 1))"),
    ("1 if reach > 1 or strain > 1 else 2 if test > 0 else 3",
     "1 if ((reach > 1) or (strain > 1)) else (2 if (test > 0) else 3)"),
    ("reach + 1 if strain > 1 else 2", "(reach + 1) if (strain > 1) else 2"),
    ("us.talks in [none, direct] and reach > 1", "(us.talks in [none, direct]) and (reach > 1)"),
    ("not us.talks in [none]", "us.talks not in [none]"),
    ("6 months * 2", "(6 months) * 2"),
    ("reach\n  +\n1", "reach + 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "bracketed"), PRECEDENCE)
def test_precedence(good: Good, text: str, bracketed: str) -> None:
    assert good("number", text) == good("number", bracketed)


def test_brackets_matter(good: Good) -> None:
    assert good("number", "(reach + strain) * 2") != good("number", "reach + strain * 2")
    assert good("number", "reach - (strain - 2)") != good("number", "reach - strain - 2")
    assert good("number", "(-strain) ** 2") != good("number", "-strain ** 2")


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5", 0.5), (".5", 0.5), ("3.", 3.0), ("1e-3", 0.001), ("2.5E+2", 250.0), ("6 months", 0.5), ("6months", 0.5),
     ("1 year", 1.0), ("7 days", 7 / 365.25), ("1 week", 7 / 365.25), ("0.5 years", 0.5)],
)  # fmt: skip
def test_numbers(good: Good, text: str, value: float) -> None:
    expr = good("number", text)
    assert isinstance(expr, t.Number)
    assert expr.value == value
    assert expr.is_duration == any(letter in text for letter in "mywd")


def places(expr: t.Expr) -> dict[str, tuple[int, int, int]]:
    """Node types to line, column and length."""
    return {type(expr).__name__: (expr.place.line, expr.place.column, expr.place.length)}


def test_every_node_knows_its_place(good: Good) -> None:
    expr = good("condition", "strain + 12 > 3")
    assert isinstance(expr, t.Compare)
    assert isinstance(expr.left, t.Arith)
    assert places(expr) == {"Compare": (10, 7, 15)}
    assert places(expr.left) == {"Arith": (10, 7, 11)}
    assert places(expr.left.left) == {"QuantityRef": (10, 7, 6)}
    assert places(expr.left.right) == {"Number": (10, 16, 2)}
    assert places(expr.right) == {"Number": (10, 21, 1)}
    assert expr.right.place.file == "case.yaml"
    assert expr.right.place.path == "quantities.strain.change"


def test_place_in_lines(good: Good) -> None:
    expr = good("number", "strain\n  + 12")
    assert isinstance(expr, t.Arith)
    assert places(expr.right) == {"Number": (11, 5, 2)}
    assert places(expr) == {"Arith": (10, 7, 6)}


def test_place_by_map(scope: Scope) -> None:
    problems = Problems()
    where = Place("case.yaml", 3, 9, "claims.way_out.says")
    read_number("strain + stran", where, scope, "step", problems, at=lambda offset: (40 + offset, 2 * offset))
    assert [(p.place.line, p.place.column, p.place.path) for p in problems] == [(49, 18, "claims.way_out.says")]


# --- bounds --------------------------------------------------------------------------------------------------

LONG = {
    "sum": ("+".join(["strain"] * 101), "expression_too_high"),
    "ten thousand terms": ("+".join(["1"] * 10_000), "expression_too_long"),
    "many short terms": ("+".join(["1"] * 7_000), "expression_too_big"),
    "many args": ("max(" + ",".join(["1"] * 3_000) + ")", "expression_too_big"),
    "brackets": ("(" * 65 + "1" + ")" * 65, "expression_too_deep"),
    "many brackets": ("(" * 7_000 + "1" + ")" * 7_000, "expression_too_big"),
    "open brackets": ("(" * 3_000, "expression_too_deep"),
    "signs": ("-" * 3_000 + "1", "expression_too_deep"),
    "nots": ("not " * 3_000 + "true", "expression_too_deep"),
    "powers": ("**".join(["2"] * 1_500), "expression_too_deep"),
    "choices": ("1 if true else " * 900 + "2", "expression_too_deep"),
    "calls": ("abs(" * 65 + "1" + ")" * 65, "expression_too_deep"),
    "unders": ("1" + " under a" * 1_900, "expression_too_high"),
    "length": (" " * 16_001, "expression_too_long"),
    "digits": ("9" * 400, "literal_too_large"),
    "exponent": ("1e999", "literal_too_large"),
    "power": ("10 ** 400", "exponent_too_large"),
    "negative power": ("10 ** -1e300", "exponent_too_large"),
    "slips": ("1 ^ " * 900 + "1", "slip"),
    "unknown": ("+".join(f"x{n}" for n in range(100)), "no_such_name"),
}


@pytest.mark.parametrize("name", LONG)
def test_bounds(read: Callable[[str, str], tuple[t.Expr | None, Problems]], name: str) -> None:
    text, code = LONG[name]
    start = time.process_time()
    expr, problems = read("number", text)
    assert time.process_time() - start < 0.5
    assert expr is None
    assert code in {problem.code for problem in problems}
    assert 1 <= len(problems.errors) <= 10


def test_a_case_is_bounded() -> None:
    scope, problems, where = Scope(), Problems(), Place("case.yaml", 1, 1)
    text = "max(" + ", ".join(["1"] * 1_000) + ")"
    for _ in range(100):
        assert read_number(text, where, scope, "step", problems) is None
    assert [problem.code for problem in problems].count("case_too_big") == 1
    assert len(problems.errors) == 25  # `max` takes fewer: 24 texts of 2,003 parts were read
    assert read_number("1", where, Scope(), "step", Problems()) == t.Number(1.0)


def test_within_bounds(good: Good) -> None:
    good("number", "+".join(["strain"] * 100))
    good("number", "(" * 64 + "1" + ")" * 64)
    good("number", " " * 15_999 + "1")
    good("condition", " and ".join(["strain > 1"] * 900))


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    problems = Problems()
    expr = read_number(text, Place("case.yaml", 1, 1), Scope(), "step", problems)
    assert (expr is None) == bool(problems.errors)


PIECES = ["1", "0.5", "strain", "test", "us.talks", "direct", "squeeze", "now", "never", "2016-09-30", "6 months",
          "(", ")", "[", "]", ",", "+", "-", "*", "/", "**", "<", "==", "=", "&&", "and", "or", "not", "if", "else",
          "in",
          "under", "patience", "before", "P(", "mean(", "q(", "first(", "count(", "max(", "smooth(", "tests",
          "reaches_home", "true", "!", "'a'", "Then", "is"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join), st.sampled_from(["number", "measure", "claim"]))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_pieces_are_read_or_refused(
    read: Callable[[str, str], tuple[t.Expr | None, Problems]], text: str, kind: str
) -> None:
    expr, problems = read(kind, text)
    assert (expr is None) == bool(problems.errors)


# --- printing ------------------------------------------------------------------------------------------------

FINITE = st.floats(min_value=0, allow_nan=False, allow_infinity=False).map(abs)
UNITS = st.sampled_from(["day", "week", "month", "year"])
DURATIONS = st.builds(Duration, st.integers(0, 500), UNITS).map(lambda length: t.Number(length.years, True))
DATES = st.one_of(st.just(t.Now()), st.dates().map(t.DateLiteral))
OPS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
LEVELS = st.sampled_from([("us.talks", ("none", "direct", "six_party")), ("us.sanctions", ("none", "un", "maximum"))])
NUMBERS = st.one_of(
    FINITE.map(t.Number), DURATIONS, st.sampled_from(["bite", "threshold"]).map(t.AssumptionRef),
    st.sampled_from(["strain", "direct", "hardens"]).map(t.QuantityRef), st.just(t.EventCount("test")),
    st.just(t.OptionValue("us.sanctions")), st.just(t.CalendarPart("year", t.Now())),
    st.builds(t.DateDifference, DATES, DATES),
)  # fmt: skip


@st.composite
def level_comparisons(draw: st.DrawFn) -> t.Expr:
    option, levels = draw(LEVELS)
    index = draw(st.integers(0, 2))
    return t.CompareLevel(draw(OPS), option, index, levels[index])


CONDITIONS = st.one_of(
    st.booleans().map(t.Truth), level_comparisons(), st.builds(t.Compare, OPS, DATES, DATES),
    st.builds(t.CompareRival, st.sampled_from(["==", "!="]), st.just("squeeze"), st.just(1), st.just("hardens")),
)  # fmt: skip


def is_zero(expr: t.Expr) -> bool:
    return isinstance(expr, t.Number) and expr.value == 0


def larger(inner: st.SearchStrategy[tuple[str, t.Expr]]) -> st.SearchStrategy[tuple[str, t.Expr]]:
    """Trees made from smaller ones, tagged with what kind of value they are."""
    numbers = inner.map(lambda tagged: tagged[1] if tagged[0] == "n" else t.Indicator(tagged[1]))
    conditions = inner.map(lambda tagged: tagged[1] if tagged[0] == "c" else t.Compare(">", tagged[1], t.Number(0.5)))
    plain = numbers.map(lambda expr: t.Negate(expr) if isinstance(expr, t.Indicator) else expr)
    several = st.lists(conditions, min_size=2, max_size=3).map(tuple)
    many = st.lists(numbers, min_size=2, max_size=3).map(tuple)
    powers = st.one_of(st.integers(0, 100).map(lambda n: t.Number(float(n))),
                       numbers.filter(lambda expr: not isinstance(expr, t.Number | t.Negate)))  # fmt: skip
    made_numbers = st.one_of(
        st.builds(t.Arith, st.sampled_from("+-*"), numbers, numbers),
        st.builds(t.Arith, st.just("/"), numbers, numbers.filter(lambda expr: not is_zero(expr))),
        st.builds(t.Power, numbers, powers),
        st.builds(t.Negate, numbers), st.builds(t.IfElse, conditions, plain, numbers),
        st.builds(t.Call, st.sampled_from(["min", "max"]), many),
        st.builds(t.Call, st.sampled_from(["abs", "exp", "log", "sqrt", "logistic"]), st.tuples(numbers)),
        st.builds(t.Call, st.just("smooth"), st.tuples(numbers, st.just(t.Number(0.5, True)))),
    )  # fmt: skip
    made_conditions = st.one_of(
        st.builds(t.Compare, OPS, numbers, numbers), st.builds(t.And, several), st.builds(t.Or, several),
        st.builds(t.Not, conditions), st.builds(t.IfElse, conditions, conditions, conditions),
    )  # fmt: skip
    return st.one_of(made_numbers.map(lambda e: ("n", e)), made_conditions.map(lambda e: ("c", e)))


TREES = st.recursive(
    st.one_of(NUMBERS.map(lambda e: ("n", e)), CONDITIONS.map(lambda e: ("c", e))), larger, max_leaves=12
)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@given(TREES)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_printed_trees_are_read_again(scope: Scope, tagged: tuple[str, t.Expr]) -> None:
    kind, expr = tagged
    problems = Problems()
    scope.parts = 0
    text = expression_text(expr)
    reader = read_number if kind == "n" else read_condition
    assert (reader(text, Place(), scope, "step", problems), list(problems)) == (expr, []), text


CLAIMS = [
    "P(reaches_home before concedes under pressure) > 0.5",
    "mean(tests under patience) - mean(tests under pressure) < 3",
    "P(tests under patience < tests under pressure if worst under pressure > 0.5) >= 0.5",
    "median(reaches_home under patience) < 2021-01-20 or q(tests under patience, 0.9) > 3",
    "not P((1 if tests under patience > 3 else 0) == 1 and squeeze == hardens under patience) == 0",
    "mean((worst - 1) ** 2 under patience) / 2 < abs(mean(worst under pressure))",
    "median(reaches_home under patience) - median(reaches_home under pressure) > 1 year",
]


@pytest.mark.parametrize("text", CLAIMS)
def test_printed_claims_are_read_again(good: Good, scope: Scope, text: str) -> None:
    expr = good("claim", text)
    assert read_claim(expression_text(expr), Place(), scope, Problems()) == expr


def test_printed_beside_an_option(good: Good) -> None:
    """`us.sanctions == threshold` would name a level."""
    expr = good("condition", "us.sanctions == (threshold)")
    assert expression_text(expr) == "us.sanctions == (threshold)"
    assert good("condition", "us.sanctions == (threshold)") == expr
