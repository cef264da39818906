"""Effort over sites against enumeration of allocations and a plain linear program."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from detente.verification import allocate, least_budget

units = st.integers(0, 4)
rows = st.lists(st.fractions(0, 1, max_denominator=10), min_size=1, max_size=4)
worth = st.fractions(0, 5, max_denominator=3)
sites = st.lists(st.tuples(rows, worth, worth), min_size=1, max_size=4)


def temptations(found, detection, gains, losses):
    shares = [sum(p * row[x[i]] for p, x in found.lottery) for i, row in enumerate(detection)]
    return [g - p * (g + b) for p, g, b in zip(shares, gains, losses, strict=True)]


def every_allocation(detection, budget):
    return [x for x in product(*(range(len(row)) for row in detection)) if sum(x) <= budget]


def by_linear_program(budget, detection, gains, losses):
    plans = every_allocation(detection, budget)
    entries = [
        [float(g - row[x[i]] * (g + b)) for x in plans]
        for i, (row, g, b) in enumerate(zip(detection, gains, losses, strict=True))
    ]
    answer = linprog(
        np.append(np.zeros(len(plans)), 1),
        A_ub=np.hstack([np.array(entries), -np.ones((len(gains), 1))]),
        b_ub=np.zeros(len(gains)),
        A_eq=np.append(np.ones(len(plans)), 0)[None, :],
        b_eq=[1],
        bounds=[(0, None)] * len(plans) + [(None, None)],
    )
    return answer.fun


@given(units, sites)
@settings(max_examples=40, deadline=None)
def test_lotteries_against_a_linear_program(budget, drawn):
    detection, gains, losses = map(list, zip(*drawn, strict=True))
    exact = allocate(budget, detection, gains, losses, exact=True)
    assert isinstance(exact.value, Fraction)
    assert float(exact.value) == pytest.approx(by_linear_program(budget, detection, gains, losses), abs=1e-8)
    assert max(temptations(exact, detection, gains, losses)) == exact.value
    assert sum(p for p, _ in exact.lottery) == 1
    assert all(p > 0 and sum(x) <= budget for p, x in exact.lottery)
    floats = allocate(budget, detection, gains, losses)
    assert floats.value == pytest.approx(float(exact.value), abs=1e-8)
    assert max(temptations(floats, detection, gains, losses)) == pytest.approx(float(exact.value), abs=1e-8)
    assert sum(p for p, _ in floats.lottery) == pytest.approx(1)


@given(units, sites)
@settings(max_examples=40, deadline=None)
def test_single_allocations_by_enumeration(budget, drawn):
    detection, gains, losses = map(list, zip(*drawn, strict=True))
    found = allocate(budget, detection, gains, losses, mixed=False, exact=True)
    assert found.value == min(
        max(g - row[x[i]] * (g + b) for i, (row, g, b) in enumerate(zip(detection, gains, losses, strict=True)))
        for x in every_allocation(detection, budget)
    )
    assert max(temptations(found, detection, gains, losses)) == found.value
    assert allocate(budget, detection, gains, losses, exact=True).value <= found.value


@given(sites)
@settings(max_examples=40, deadline=None)
def test_the_least_budget_is_the_least(drawn):
    detection, gains, losses = map(list, zip(*drawn, strict=True))
    for mixed in (True, False):
        least = least_budget(detection, gains, losses, mixed)
        most = sum(len(row) - 1 for row in detection)
        enough = [b for b in range(most + 1) if allocate(b, detection, gains, losses, mixed, exact=True).value <= 0]
        assert least == (enough[0] if enough else None)


def test_two_equal_sites():
    """One inspector for two sites: a fair coin detects with 1/2, which deters where gain equals loss."""
    table = [[0, 1], [0, 1]]
    found = allocate(1, table, [1, 1], [1, 1], exact=True)
    assert found.value == 0
    assert found.lottery == [(Fraction(1, 2), (0, 1)), (Fraction(1, 2), (1, 0))]
    assert allocate(1, table, [1, 1], [1, 1], mixed=False, exact=True).value == 1
    assert allocate(2, table, [1, 1], [1, 1]).value == -1
    assert least_budget(table, [1, 1], [1, 1]) == 1
    assert least_budget(table, [2, 2], [1, 1]) == 2
    assert least_budget([[0, 0.5]], [2], [1]) is None
    assert least_budget([[0, 1]], [0], [0]) == 0


def test_decimals_are_exact():
    assert least_budget([[0, 0.1, 0.2]], [0.1], [0.4]) == 2
    assert allocate(1, [[0, 0.1]], [0.3], [0.7], exact=True).value == Fraction(1, 5)


def test_uneven_steps_need_true_lotteries():
    """Half of two units is not one unit at one site: no lottery of feasible allocations looks there."""
    assert allocate(1, [[0, 0, 1]], [1], [1], exact=True).value == 1
    assert allocate(1, [[0, 0, 1]], [1], [1]).value == pytest.approx(1)


def test_a_larger_case_agrees_in_both_arithmetics():
    rng = np.random.default_rng(5)
    table = np.round(1 - (1 - rng.uniform(0.1, 0.6, (12, 1))) ** np.arange(7), 3).tolist()
    gains, losses = rng.integers(1, 9, 12).tolist(), rng.integers(1, 9, 12).tolist()
    exact, floats = (allocate(15, table, gains, losses, exact=choice) for choice in (True, False))
    assert floats.value == pytest.approx(float(exact.value), abs=1e-8)
    assert max(temptations(exact, [[Fraction(str(p)) for p in row] for row in table], gains, losses)) == exact.value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, [[0]], [1], [1]), "budget must be a whole number, 0 or more, not -1"),
        ((1.5, [[0]], [1], [1]), "budget must be a whole number, 0 or more, not 1.5"),
        ((1, [], [], []), "detection must be a list with one row of probabilities for each site, not []"),
        ((1, 3, [1], [1]), "detection must be a list with one row of probabilities for each site, not 3"),
        ((1, [[]], [1], [1]), "detection[0] must be a row of one probability or more, from no units on, not []"),
        ((1, [[0], 5], [1, 1], [1, 1]), "detection[1] must be a list of numbers, not 5"),
        ((1, [[0, 2]], [1], [1]), "detection[0][1] must be a number from 0 to 1, not 2"),
        ((1, [[0]], [1, 2], [1]), "gains must have 1 entries, not 2"),
        ((1, [[0]], [1], [-1]), "losses[0] must be a finite number, 0 or more, not -1"),
        ((1, [[0]], [1], [1], "yes"), "mixed must be true or false, not 'yes'"),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message is compared)
        allocate(*arguments)
    assert str(caught.value) == message
