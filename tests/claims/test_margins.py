import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.claims.margins import condition, number
from detente.language.tree import (
    And,
    Arith,
    AssumptionRef,
    Call,
    Compare,
    CompareRival,
    DateDifference,
    DateLiteral,
    Estimate,
    IfElse,
    Indicator,
    Never,
    Not,
    Number,
    Or,
    Power,
)

ZERO_ONE = np.array([[0.0] * 32, [0.0] * 24 + [1.0] * 8, [0.0] * 16 + [1.0] * 16, [1.0] * 32])  # 0, 1/4, 1/2, 1


def happened(toy, strategy="a"):
    return toy.share(Compare(">", toy.at("tests", strategy), Number(0.5)))


def median(toy, measure, strategy="a"):
    return Estimate("median", toy.at(measure, strategy))


@pytest.mark.parametrize(
    ("op", "holds", "margin"),
    [
        (">", [0, 0, 0, 1], [-0.5, -0.25, 0, 0.5]),
        (">=", [0, 0, 1, 1], [-0.5, -0.25, 0, 0.5]),
        ("<", [1, 1, 0, 0], [0.5, 0.25, 0, -0.5]),
        ("<=", [1, 1, 1, 0], [0.5, 0.25, 0, -0.5]),
        ("==", [0, 0, 1, 0], [-0.5, -0.25, 0, -0.5]),
        ("!=", [1, 1, 0, 1], [0.5, 0.25, 0, 0.5]),
    ],
)
def test_margin_and_truth_of_each_operator(toy, op, holds, margin):
    found = condition(toy.compare(happened(toy), op, 0.5), toy.sample(a={"tests": ZERO_ONE}))
    assert found.holds.astype(int).tolist() == holds
    assert found.margin.tolist() == margin
    exact = op in ("==", "!=")
    assert found.settled.tolist() == [True, True, exact, True]


def test_a_share_is_settled_by_wilson(toy):
    sample = toy.sample(a={"tests": ZERO_ONE})
    # Wilson at 0 of 32 ends at 0.1072, at 8 of 32 it runs from 0.1325 to 0.4211
    for bar, settled in [(0.10, 0), (0.11, 1)]:
        assert condition(toy.compare(happened(toy), "<", bar), sample).settled[0] == settled
    for bar, settled in [(0.13, 1), (0.14, 0), (0.42, 0), (0.43, 1)]:
        assert condition(toy.compare(happened(toy), ">", bar), sample).settled[1] == settled
    assert not condition(toy.compare(happened(toy), ">", 0), sample).settled[0]
    assert not condition(toy.compare(happened(toy), "<", 1), sample).settled[3]


def test_and_or_not_take_the_least_the_greatest_and_the_opposite(toy):
    sample = toy.sample(a={"tests": ZERO_ONE})
    above, below = toy.compare(happened(toy), ">", 0.2), toy.compare(happened(toy), "<", 0.75)
    both, either = condition(And((above, below)), sample), condition(Or((above, below)), sample)
    np.testing.assert_allclose(both.margin, [-0.2, 0.05, 0.25, -0.25])
    np.testing.assert_allclose(either.margin, [0.75, 0.5, 0.3, 0.8])
    assert both.holds.tolist() == [False, True, True, False]
    assert both.settled.tolist() == [True, False, True, True]
    assert either.settled.all()
    turned = condition(Not(And((above, below))), sample)
    np.testing.assert_array_equal(turned.margin, -both.margin)
    assert (turned.holds == ~both.holds).all()
    assert (turned.settled == both.settled).all()


def test_a_condition_on_assumptions_is_far_from_turning(toy):
    sample = toy.sample(assumptions={"squeeze": np.array([0, 1, 0, 1])}, a={"tests": ZERO_ONE})
    hardens = CompareRival("==", "squeeze", 1, "hardens")
    found = condition(Or((hardens, toy.compare(happened(toy), ">", 0.9))), sample)
    np.testing.assert_allclose(found.margin, [-0.9, np.inf, -0.4, np.inf])
    chosen = IfElse(hardens, toy.compare(happened(toy), ">", 0.1), toy.compare(happened(toy), ">", 0.9))
    assert condition(chosen, sample).holds.tolist() == [False, True, False, True]


def test_an_assumption_may_set_the_bar(toy):
    sample = toy.sample(assumptions={"bite": np.array([0.2, 0.2, 0.6, 0.6])}, a={"tests": ZERO_ONE})
    found = condition(Compare(">", happened(toy), AssumptionRef("bite")), sample)
    np.testing.assert_allclose(found.margin, [-0.2, 0.05, -0.1, 0.4])


def test_dates_compare_in_years_with_never_a_step_beyond_the_horizon(toy):
    reaches = np.array([[31.0] * 32, [731.0] * 32, [np.inf] * 32])
    sample = toy.sample(a={"reaches": reaches})
    found = condition(Compare("<", median(toy, "reaches"), DateLiteral(dt.date(2021, 1, 1))), sample)
    assert found.holds.tolist() == [True, False, False]
    np.testing.assert_allclose(found.margin, np.array([366 - 31, 366 - 731, 366 - 762]) / 365.25)
    assert found.settled.all()
    soon = condition(Compare("<", median(toy, "reaches"), Never()), sample)
    assert soon.holds.tolist() == [True, True, False]
    np.testing.assert_allclose(soon.margin, np.array([762 - 31, 762 - 731, 0]) / 365.25)
    assert soon.settled.all()  # 32 of 32 never: the median is never


def test_never_is_later_than_a_date_beyond_the_horizon(toy):
    sample = toy.sample(a={"reaches": np.full((1, 32), np.inf)})
    found = condition(Compare("<", median(toy, "reaches"), DateLiteral(dt.date(2050, 1, 1))), sample)
    assert not found.holds[0]
    assert found.margin[0] == pytest.approx(-31 / 365.25)


def test_difference_of_dates_counts_never_as_the_horizon_plus_one_step(toy):
    sample = toy.sample(a={"reaches": np.full((1, 32), 31.0)}, b={"reaches": np.full((1, 32), np.inf)})
    gap = number(DateDifference(median(toy, "reaches", "b"), median(toy, "reaches", "a")), sample)
    assert gap.value[0] == pytest.approx((762 - 31) / 365.25)


def test_a_date_chosen_by_an_unsettled_condition_spans_both(toy):
    early, late = (DateLiteral(dt.date(year, 1, 1)) for year in (2020, 2021))
    sample = toy.sample(a={"tests": ZERO_ONE})
    date = IfElse(toy.compare(happened(toy), ">", 0.3), early, late)
    found = condition(Compare("<", date, DateLiteral(dt.date(2020, 7, 1))), sample)
    assert found.holds.tolist() == [False, False, True, True]
    assert found.settled.tolist() == [True, False, True, True]  # 8 of 32 does not settle 0.3
    np.testing.assert_allclose(found.margin, np.array([182 - 366, 182 - 366, 182, 182]) / 365.25)


def test_ties_without_width_settle_for_order_statistics_only(toy):
    same = {"reaches": np.full((1, 32), np.inf), "strain": np.full((1, 32), 2.0)}
    sample = toy.sample(a=same, b=same)
    dates = condition(Compare("<", median(toy, "reaches"), median(toy, "reaches", "b")), sample)
    assert (dates.holds[0], dates.margin[0], dates.settled[0]) == (False, 0, True)
    medians = condition(Compare("<=", median(toy, "strain"), median(toy, "strain", "b")), sample)
    assert (medians.holds[0], medians.settled[0]) == (True, True)
    means = [Estimate("mean", toy.at("strain", s)) for s in "ab"]
    assert not condition(Compare("<", *means), sample).settled[0]
    shares = [happened(toy, s) for s in "ab"]
    assert not condition(Compare("<", *shares), sample).settled[0]


def test_common_luck_settles_a_difference_that_independent_luck_would_not(toy):
    rng = np.random.default_rng(2)
    luck = rng.normal(size=(1, 32))
    means = [Estimate("mean", toy.at("strain", s)) for s in "ab"]
    paired = toy.sample(a={"strain": luck}, b={"strain": luck + 0.2 + rng.normal(size=(1, 32)) / 10})
    assert condition(Compare("<", *means), paired).settled[0]
    mixed = toy.sample(a={"strain": luck}, b={"strain": rng.permutation(luck[0])[None] + 0.2})
    assert not condition(Compare("<", *means), mixed).settled[0]


def test_arithmetic_of_estimates(toy):
    sample = toy.sample(a={"tests": ZERO_ONE}, b={"tests": ZERO_ONE[::-1]})
    one, other = happened(toy, "a"), happened(toy, "b")
    made = {
        Arith("+", one, other): [1, 0.75, 0.75, 1],
        Arith("-", one, other): [-1, -0.25, 0.25, 1],
        Arith("*", one, Number(3.0)): [0, 0.75, 1.5, 3],
        Arith("/", one, Number(2.0)): [0, 0.125, 0.25, 0.5],
        Power(one, Number(2.0)): [0, 1 / 16, 1 / 4, 1],
        Call("max", (one, other)): [1, 0.5, 0.5, 1],
        Call("clip", (one, Number(0.3), Number(0.6))): [0.3, 0.3, 0.5, 0.6],
        Call("abs", (Arith("-", one, other),)): [1, 0.25, 0.25, 1],
        Call("sqrt", (one,)): [0, 0.5, 0.5**0.5, 1],
        Call("table", (one, Number(0.0), Number(2.0), Number(0.5), Number(1.0))): [2, 1.5, 1, 1],
        Indicator(toy.compare(one, ">", 0.3)): [0, 0, 1, 1],
        IfElse(toy.compare(one, ">", 0.3), one, other): [1, 0.5, 0.5, 1],
    }
    for node, expected in made.items():
        found = number(node, sample)
        np.testing.assert_allclose(found.value, expected, err_msg=str(node))
        assert (found.low <= found.value).all()
        assert (found.value <= found.high).all()


def test_what_is_not_defined_has_no_margin(toy):
    sample = toy.sample(a={"tests": ZERO_ONE})
    some = Compare(">", toy.at("tests"), Number(0.5))
    given_some = toy.share(Compare(">", toy.at("tests"), Number(0.7)), some)
    found = condition(toy.compare(given_some, ">", 0.5), sample)
    assert np.isnan(found.margin).tolist() == [True, False, False, False]
    assert not found.settled[0]
    joined = condition(Or((toy.compare(given_some, "!=", 0.5), toy.compare(happened(toy), "<", 0.5))), sample)
    assert np.isnan(joined.margin).tolist() == [True, False, False, False]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["<", "<=", ">", ">="]))
def test_the_margin_is_positive_where_it_holds_and_negative_where_it_does_not(toy, seed, op):
    rng = np.random.default_rng(seed)
    made = {s: {"reaches": rng.choice([31.0, 60, 700, np.inf], (8, 8)), "tests": rng.integers(0, 3, (8, 8))}
            for s in "ab"}
    sample = toy.sample(**made)
    for left, right in [
        (happened(toy, "a"), happened(toy, "b")),
        (median(toy, "reaches", "a"), median(toy, "reaches", "b")),
        (median(toy, "reaches", "a"), DateLiteral(dt.date(2040, 5, 17))),
        (Estimate("mean", toy.at("tests", "a")), Estimate("mean", toy.at("tests", "b"))),
    ]:
        found = condition(Compare(op, left, right), sample)
        assert (found.holds[found.margin > 0]).all()
        assert not (found.holds[found.margin < 0]).any()
        assert (found.holds[found.margin == 0] == (op in ("<=", ">="))).all()
