"""Attribute sampling against enumeration, published formulas and its own symmetries."""

from fractions import Fraction
from itertools import combinations, product
from math import ceil, comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.verification import detection_probability, smallest_sample
from detente.verification.sampling import _least_near, found_in_floats, least_count


def by_enumeration(items: int, falsified: int, sample: int, detects: Fraction) -> Fraction:
    """Every sample, the first items being the falsified ones."""
    found = Fraction(0)
    for chosen in combinations(range(items), sample):
        bad = sum(item < falsified for item in chosen)
        found += 1 - (1 - detects) ** bad
    return found / comb(items, sample)


@pytest.mark.parametrize("detects", [0, "1/3", 0.35, 1])
def test_enumeration(detects):
    q = Fraction(str(detects))
    for items in range(1, 8):
        for falsified, sample in product(range(items + 1), repeat=2):
            found = detection_probability(items, falsified, sample, q, exact=True)
            assert found == by_enumeration(items, falsified, sample, q)
            assert detection_probability(items, falsified, sample, q) == float(found)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ((10, 2, 3), Fraction(8, 15)),
        ((10, 1, 4, 0.5), Fraction(1, 5)),
        ((52, 4, 5), 1 - Fraction(comb(48, 5), comb(52, 5))),
        ((5, 0, 5), 0),
        ((5, 5, 0), 0),
        ((0, 0, 0), 0),
        ((5, 3, 3), 1),
        ((3, 2, 3, 0.1), Fraction(19, 100)),
    ],
)
def test_values(question, answer):
    found = detection_probability(*question, exact=True)
    assert isinstance(found, Fraction)
    assert found == answer


def test_a_float_is_the_decimal_that_it_prints_as():
    assert detection_probability(1, 1, 1, 0.1, exact=True) == Fraction(1, 10)
    assert detection_probability(1, 1, 1, np.float32(0.1), exact=True) == Fraction(1, 10)


def test_arrays_broadcast():
    samples = np.arange(11)
    found = detection_probability(10, np.array([[1], [2]]), samples, 0.5)
    assert found.shape == (2, 11)
    assert found.dtype == float
    assert found[1, 3] == detection_probability(10, 2, 3, 0.5)
    exact = detection_probability(10, [1, 2], 3, exact=True)
    assert exact.tolist() == [Fraction(3, 10), Fraction(8, 15)]
    assert isinstance(detection_probability(10, 2, np.array(3)), float)


def test_empty_arrays():
    assert detection_probability(10, 2, np.array([], dtype=int)).shape == (0,)


@pytest.mark.parametrize(("detects", "digits"), [(1, 1e-12), (0.001, 1e-11)])
def test_large_samples_in_floats_agree_with_whole_numbers(detects, digits):
    exact = detection_probability(12000, 4100, 4200, detects, exact=True)
    assert detection_probability(12000, 4100, 4200, detects) == pytest.approx(float(exact), rel=digits)
    assert found_in_floats(50, 30, 40, 0.3) == pytest.approx(detection_probability(50, 30, 40, 0.3), rel=1e-12)


@pytest.mark.parametrize("method", ["exact", "iaea"])
@pytest.mark.parametrize("detects", [Fraction(1), Fraction(3, 4)])
def test_the_smallest_sample_is_the_smallest(method, detects):
    for items, falsified, tenths in product((1, 7, 12), (1, 2, 5), (1, 5, 9)):
        goal = Fraction(tenths, 10)
        if falsified > items or 1 - (1 - detects) ** falsified < goal:
            continue

        def reached(n, items=items, falsified=falsified):
            if method == "exact":
                return detection_probability(items, falsified, n, detects, exact=True)
            return 1 - (1 - detects * Fraction(n, items)) ** falsified

        n = smallest_sample(items, falsified, goal, detects, method=method)
        assert n == next(n for n in range(items + 1) if reached(n) >= goal)


@pytest.mark.parametrize(("items", "falsified", "probability"), [(1000, 10, 0.95), (300, 8, 0.9), (57, 3, 0.5)])
def test_the_safeguards_formula(items, falsified, probability):
    formula = ceil(items * (1 - (1 - probability) ** (1 / falsified)))
    assert smallest_sample(items, falsified, probability, method="iaea") == formula
    formula = ceil(items * (1 - (1 - probability) ** (1 / falsified)) / 0.8)
    assert smallest_sample(items, falsified, probability, 0.8, method="iaea") == formula


def test_a_boundary_is_met_exactly():
    """19/100 is reached by two looks at 10% each, although 1 - 0.9 * 0.9 is more than 0.19 in floats."""
    assert smallest_sample(2, 2, 0.19, 0.1) == 2
    assert smallest_sample(10, 1, 0.3) == 3
    assert smallest_sample(10, 1, 0.3, method="iaea") == 3
    assert smallest_sample(100, 3, 1) == 98
    assert smallest_sample(100, 3, 0) == 0


@given(st.integers(2, 300), st.data())
@settings(max_examples=60, deadline=None)
def test_the_exact_law_never_asks_for_more_than_the_formula(items, data):
    falsified = data.draw(st.integers(1, items))
    detects = data.draw(st.sampled_from([1, 0.9, 0.5]))
    probability = data.draw(st.sampled_from([0.2, 0.5, 0.9, 0.95]))
    if 1 - (1 - detects) ** falsified < probability + 1e-9:
        return
    exact = smallest_sample(items, falsified, probability, detects)
    assert exact <= smallest_sample(items, falsified, probability, detects, method="iaea")


@given(st.integers(1, 60), st.data())
@settings(max_examples=60, deadline=None)
def test_symmetry_and_monotony(items, data):
    falsified, sample = (data.draw(st.integers(0, items)) for _ in range(2))
    detects = data.draw(st.fractions(0, 1, max_denominator=20))
    found = detection_probability(items, falsified, sample, detects, exact=True)
    assert found == detection_probability(items, sample, falsified, detects, exact=True)
    assert 0 <= found <= 1
    if sample < items:
        assert found <= detection_probability(items, falsified, sample + 1, detects, exact=True)


@pytest.mark.parametrize("answer", range(10))
def test_a_search_from_any_guess_finds_the_least(answer):
    assert [_least_near(lambda n: n >= answer, guess, 9) for guess in range(10)] == [answer] * 10
    assert least_count(lambda n: n >= answer, 9) == answer


def test_large_populations():
    assert smallest_sample(10**9, 10**7, 0.95, 0.5) <= smallest_sample(10**9, 10**7, 0.95, 0.5, method="iaea") == 600
    assert smallest_sample(10**40, 10**39, 0.95) == 29
    assert detection_probability(10**9, 10**5, 10**6) == 1
    with pytest.raises(ValueError, match="at most 20000000"):
        detection_probability(10**40, 10**39, 10**38)


def test_smallest_samples_broadcast():
    found = smallest_sample(1000, [1, 10, 100], 0.95)
    assert found.tolist() == [950, 258, 29]
    assert found.dtype.kind == "i"
    assert type(smallest_sample(1000, 10, 0.95)) is int


def test_unreachable():
    with pytest.raises(
        ValueError, match=r"probability 0\.95 cannot be reached: .*all 10 items, 2 .* probability 0\.75"
    ):
        smallest_sample(10, 2, 0.95, 0.5)
    with pytest.raises(ValueError, match="cannot be reached"):
        smallest_sample(10, 0, 0.5, method="iaea")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((10, 11, 3), "falsified must be at most the number of items, 10, not 11"),
        ((10, 1, 30), "sample must be at most the number of items, 10, not 30"),
        ((-1, 1, 3), "items must be a whole number, 0 or more, not -1"),
        ((10, 1.5, 3), "falsified must be a whole number, 0 or more, not 1.5"),
        ((10, 1, True), "sample must be a whole number, 0 or more, not True"),
        ((10, 1, 3, 1.1), "detects must be a number from 0 to 1, not 1.1"),
        ((10, 1, 3, float("nan")), "detects must be a number from 0 to 1, not nan"),
        ((10, 1, 3, None), "detects must be a number from 0 to 1, not None"),
        ((10, 1, "3"), "sample must be a whole number, 0 or more, not '3'"),
        ((float("inf"), 1, 3), "items must be a whole number, 0 or more, not inf"),
        ((10, [1, [2, 3]], 3), "falsified must be a number or a rectangular array of numbers, not [1, [2, 3]]"),
        ((10, np.array([1, -2]), 3), "falsified[1] must be a whole number, 0 or more, not -2"),
        ((10, np.array([True]), 3), "falsified[0] must be a whole number, 0 or more, not True"),
        ((10, [1, 2], [1, 2, 3]), "arrays must have shapes that broadcast together, not (2,), (3,)"),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message is compared)
        detection_probability(*arguments)
    assert str(caught.value) == message


def test_an_unknown_method():
    with pytest.raises(ValueError, match="method must be one of exact, iaea, not 'binomial'"):
        smallest_sample(10, 1, 0.5, method="binomial")
