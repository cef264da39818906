"""Units: how they are written, what they are in years, and where two of them disagree."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.language import tree as t
from detente.language.dimensions import powers_of, shown_unit
from detente.language.names import Role, Scope, check_units
from detente.language.problems import Place, Problems
from detente.language.units import Unit, UnitError, normal, parse_unit, unit_of, unit_text
from detente.language.wording_expressions import EXPRESSION_WORDS

Good = Callable[[str, str], t.Expr]


@pytest.mark.parametrize(
    ("text", "factor", "powers"),
    [
        ("1", 1.0, {}),
        ("year", 1.0, {"year": 1}),
        ("month", 1 / 12, {"year": 1}),
        ("months", 1 / 12, {"year": 1}),
        ("week", 7 / 365.25, {"year": 1}),
        ("days", 1 / 365.25, {"year": 1}),
        ("1/month", 12.0, {"year": -1}),
        ("1 / year", 1.0, {"year": -1}),
        ("month^2", 1 / 144, {"year": 2}),
        ("1/month^0.5", 12**0.5, {"year": -0.5}),
        ("kg", 1.0, {"kg": 1}),
        ("kg/year", 1.0, {"kg": 1, "year": -1}),
        ("kt^2", 1.0, {"kt": 2}),
        ("kt**2", 1.0, {"kt": 2}),
        ("kt^-1", 1.0, {"kt": -1}),
        ("kg*kt/week", 365.25 / 7, {"kg": 1, "kt": 1, "year": -1}),
        ("1/(kg*month)", 12.0, {"kg": -1, "year": -1}),
        ("kg/kg", 1.0, {}),
        ("month/year", 1 / 12, {}),
        ("1/test", 1.0, {"test": -1}),
        ("kg UF6", 1.0, {"kg UF6": 1}),
        (" warheads ", 1.0, {"warheads": 1}),
    ],
)
def test_units(text: str, factor: float, powers: dict[str, float]) -> None:
    unit = unit_of(text)
    assert unit == Unit(text.strip(), pytest.approx(factor, rel=1e-12), normal(powers))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", 'is empty (a plain number has the unit "1")'),
        ("kg " * 40, "is longer than 80 characters"),
        ("2 kg", "cannot be read at '2 kg'"),
        ("kg//year", "cannot be read at '//year'"),
        ("%", "cannot be read at '%'"),
        ("kg/", "cannot be read at '/'"),
        ("kg^10", "has a power beyond 9"),
        ("tests per year", "has the word `per`; write `/`"),
        ("1/hour", "counts time by `hour`; use day, week, month or year"),
        ("$", "cannot be read at '$'"),
        ("kg^" + "9" * 60, "has a power beyond 9"),
    ],
)
def test_what_is_no_unit(text: str, why: str) -> None:
    with pytest.raises(UnitError) as wrong:
        unit_of(text)
    assert str(wrong.value) == why


def test_a_unit_that_cannot_be_read_is_a_problem() -> None:
    problems = Problems()
    assert parse_unit("2 kg", Place("case.yaml", 4, 9), problems) is None
    assert parse_unit("kg", Place("case.yaml", 5, 9), problems) == Unit("kg", 1.0, (("kg", 1.0),))
    assert [(p.place.line, *said(p.code, p.facts)) for p in problems] == [
        (4, "the unit `2 kg` cannot be read at '2 kg'",
         'Write names joined by `*` and `/`: `1/month`, `kg/year^2`, `"1"`.')
    ]  # fmt: skip


@given(st.dictionaries(st.sampled_from(["kg", "kt", "warhead", "year"]), st.integers(-9, 9), max_size=4))
def test_written_units_are_read_again(powers: dict[str, int]) -> None:
    wanted = normal({base: float(power) for base, power in powers.items()})
    assert unit_of(unit_text(wanted)).powers == wanted


@given(st.text(max_size=40))
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    problems = Problems()
    assert (parse_unit(text, Place(), problems) is None) == bool(problems.errors)


# --- dimensional analysis ------------------------------------------------------------------------------------


def said(code: str, facts: object) -> tuple[str, str]:
    assert isinstance(facts, dict)
    headline, remedy = EXPRESSION_WORDS[code]
    return headline.format(**facts), remedy.format(**facts)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("strain", "1"),
        ("stock", "kg"),
        ("stock * bite", "kg/year"),
        ("stock / lag", "kg/year"),
        ("stock ** 2", "kg^2"),
        ("stock ** -1", "1/kg"),
        ("sqrt(stock)", "kg^0.5"),
        ("-abs(stock)", "kg"),
        ("lag", "year"),
        ("6 months", "year"),
        ("now - 2021-01-20", "year"),
        ("learning", "1"),  # per test, and tests are counted
        ("test * learning", "1"),
        ("exp(strain)", "1"),
        ("us.talks == direct", "1"),
        ("stock if strain > 1 else 0", "kg"),
        ("max(0, stock)", "kg"),
        ("clip(stock, 0, 1)", "kg"),
        ("table(strain, 0, stock, 1, 2)", "kg"),
        ("smooth(stock, lag)", "kg"),
        ("stock + 1", "kg"),
        ("reach", None),
        ("us.sanctions", None),
        ("2 * stock", None),
        ("stock * reach", None),
    ],
)
def test_dimensions(good: Good, scope: Scope, text: str, wanted: str | None) -> None:
    powers = powers_of(good("number", text), scope)
    assert (None if powers is None else unit_text(powers)) == wanted


def test_dimensions_of_measures_and_claims(good: Good, scope: Scope) -> None:
    assert powers_of(good("measure", "total(stock)"), scope) == (("kg", 1.0), ("year", 1.0))
    assert powers_of(good("measure", "count(test)"), scope) == ()
    assert powers_of(good("measure", "share(strain > 1) * final(stock)"), scope) == (("kg", 1.0),)
    claim = good("claim", "mean(tests under patience) > 1")
    assert isinstance(claim, t.Compare)
    assert powers_of(claim.left, scope) is None


@pytest.mark.parametrize(
    ("text", "unit", "factor"),
    [
        ("final(wait)", "month", 1 / 12),
        ("total(wait)", "month*year", 1 / 12),
        ("total(wait) * share(strain > 1)", "year^2", 1),
        ("total(stock)", "kg*year", 1),
        ("final(stock) + total(wait)", "kg", 1),
    ],
)
def test_a_measure_is_shown_in_the_unit_of_its_quantity(
    good: Good, scope: Scope, text: str, unit: str, factor: float
) -> None:
    """Six months that last for a year are 6 month*year, as internally half a year times a year."""
    shown = shown_unit(good("measure", text), scope)
    assert shown is not None
    assert (shown.text, shown.factor) == (unit, factor)
    assert unit_of(unit).factor == factor


WARNINGS = [
    ("stock + strain", None, None, "`stock` is in kg and `strain` in 1"),
    ("stock > lag", None, None, "`stock` is in kg and `lag` in year"),
    ("max(stock, strain)", None, None, "`stock` is in kg and `strain` in 1"),
    ("stock if strain > 1 else lag", None, None, "`stock` is in kg and `lag` in year"),
    ("clip(stock, strain, 1)", None, None, "`stock` is in kg and `strain` in 1"),
    ("table(stock, 0, stock, 1, lag)", None, None, "`stock` is in kg and `lag` in year"),
    ("exp(stock)", None, None, "here what `exp` takes is in kg"),
    ("2 ** stock", None, None, "here an exponent is in kg"),
    ("stock ** strain", None, None, "here the base of a power that is not a number is in kg"),
    ("smooth(strain, span)", None, None, "the time of `smooth` is in kg"),
    ("lag > 6", None, None, "`lag` counts in year within expressions, and 6 stands beside it without a unit"),
    ("bite * stock", "change", "kt", "this is in kg/year; as `change` it should be in kt/year"),
    ("stock", "change", "kg", "this is in kg; as `change` it should be in kg/year"),
    ("stock", "is", "1", "this is in kg; as `is` it should be in 1"),
    ("strain", "start", "kg", "this is in 1; as `start` it should be in kg"),
    ("strain", "shock", "1", "this is in 1; as `shock` it should be in 1/year^0.5"),
    ("stock", "effect", "1", "this is in kg; as `effect` it should be in 1"),
    ("strain", "rate", None, "this is in 1; as `rate` it should be in 1/year"),
    ("bite", "chance", None, "this is in 1/year; as `chance` it should be in 1"),
]


@pytest.mark.parametrize(("text", "role", "unit", "headline"), WARNINGS)
def test_warnings(good: Good, scope: Scope, text: str, role: Role | None, unit: str | None, headline: str) -> None:
    problems = Problems()
    check_units(good("number", text), scope, problems, role, unit_of(unit) if unit else None)
    assert problems.errors == ()
    assert [said(p.code, p.facts)[0] for p in problems.warnings] == [headline]


def test_a_warning_in_full(good: Good, scope: Scope) -> None:
    problems = Problems()
    check_units(good("number", "reach + (lag > 6)"), scope, problems)
    (warning,) = problems.warnings
    assert (warning.place.line, warning.place.column, warning.place.length) == (10, 22, 1)
    assert said(warning.code, warning.facts) == (
        "`lag` counts in year within expressions, and 6 stands beside it without a unit",
        "As written it is 72 month; if that is not meant, write a duration (`6 months`) or name an assumption.",
    )


@pytest.mark.parametrize(
    ("text", "role", "unit"),
    [
        ("bite * strain - 0.3 * strain", "change", "1"),
        ("bite * us.sanctions", "change", "1"),
        ("strain + learning", "effect", "1"),
        ("stock + 1", "effect", "kg"),
        ("0.1", "shock", "kg"),
        ("bite * (dprk.tests == open)", "rate", None),
        ("max(0, bite)", "rate", None),
        ("logistic(strain)", "chance", None),
        ("stock * bite", "is", None),
        ("lag > 6 months", None, None),
        ("lag > 0", None, None),
        ("wait - 1 month", "is", "week"),
        ("smooth(stock, lag)", "is", "kg"),
        ("reach + stock - reach", "is", "kg"),
    ],
)
def test_no_warning(good: Good, scope: Scope, text: str, role: Role | None, unit: str | None) -> None:
    problems = Problems()
    check_units(good("number", text), scope, problems, role, unit_of(unit) if unit else None)
    assert list(problems) == []


def test_claims_are_checked(good: Good, scope: Scope) -> None:
    problems = Problems()
    check_units(good("measure", "final(stock) + final(strain)"), scope, problems)
    check_units(good("claim", "P(worst > lag + bite under patience) > 0.5"), scope, problems)
    check_units(good("claim", "mean(waited under patience) > 6"), scope, problems)
    check_units(good("claim", "median(waited under patience) > 6 months"), scope, problems)
    assert [said(p.code, p.facts)[0] for p in problems] == [
        "`final(stock)` is in kg and `final(strain)` in 1",
        "`lag` is in year and `bite` in 1/year",
        "`mean(waited under patience)` counts in year within expressions, and 6 stands beside it without a unit",
    ]
