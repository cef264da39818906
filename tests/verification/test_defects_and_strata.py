"""Partial and bias defects, and strata with one goal."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from detente.verification import (
    best_diversion,
    best_falsification,
    detection_probability,
    difference_detection,
    item_detection,
    strata_detection,
    strata_samples,
)


def test_one_measured_item():
    shifts = np.array([0, 0.5, 1, 3])
    wanted = norm.sf(norm.isf(0.01) - shifts / 0.4)
    assert item_detection(shifts, 0.4, 0.01) == pytest.approx(wanted, rel=1e-12)
    assert item_detection(0, 1, 0.05) == pytest.approx(0.05, rel=1e-12), "nothing missing: the false alarms"


@pytest.mark.parametrize("falsified", [100, 40, 5])
def test_the_difference_statistic_by_simulation(falsified):
    items, sample, missing, random, systematic = 100, 30, 60.0, 1.0, 0.1
    rng = np.random.default_rng(falsified)
    runs = 20_000
    hit = rng.hypergeometric(falsified, items - falsified, sample, runs) if falsified < items else sample
    error = rng.normal(0, random / sample**0.5, runs) + rng.normal(0, systematic, runs)
    statistic = items * (hit * missing / falsified / sample + error)
    threshold = norm.isf(0.05) * items * (random**2 / sample + systematic**2) ** 0.5
    found = difference_detection(items, sample, missing, random, systematic=systematic, falsified=falsified)
    assert (statistic > threshold).mean() == pytest.approx(found, abs=0.05 if falsified == 5 else 0.012)


def test_the_closed_form_of_a_bias_defect():
    wanted = norm.sf(norm.isf(0.02) - 50 / (100 * (1 / 25 + 0.01) ** 0.5))
    found = difference_detection(100, 25, 50, 1, systematic=0.1, false_alarm=0.02)
    assert found == pytest.approx(wanted, rel=1e-12)
    assert difference_detection(100, 25, [0, 50], 0).tolist() == [0, 1]
    assert difference_detection(100, 100, 50, 1, falsified=50) == pytest.approx(
        difference_detection(100, 100, 50, 1), rel=1e-12
    ), "looking at everything leaves no luck in the sample"


def test_large_defects_are_better_hidden_from_small_samples():
    """A precise instrument sees any bias, so the violator falsifies few items; a poor one, the reverse."""
    precise = best_falsification(100, 10, 8, 2, 0.001, test="items")
    assert (precise.falsified, precise.each) == (4, 2)
    assert precise.detection == pytest.approx(1 - 0.95 * (1 - detection_probability(100, 4, 10)), abs=1e-6)
    poor = best_falsification(100, 100, 8, 2, 1, test="items")
    assert poor.falsified == 100
    assert best_falsification(100, 10, 8, 2, 0.1).test == "difference"


@pytest.mark.parametrize("test", ["difference", "items"])
def test_the_best_falsification_is_the_least_detected(test):
    found = best_falsification(20, 5, 6, 1, 0.3, systematic=0.05, test=test)
    if test == "difference":
        every = [difference_detection(20, 5, 6, 0.3, systematic=0.05, falsified=r) for r in range(6, 21)]
        assert found.detection == min(every)
    assert 6 <= found.falsified <= 20
    assert found.each == pytest.approx(6 / found.falsified)


counts = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6), st.sampled_from([1, 2, 3])), min_size=1, max_size=3)


@given(counts, st.data(), st.sampled_from([1, 0.5]))
@settings(max_examples=60, deadline=None)
def test_the_best_diversion_by_enumeration(strata, data, detects):
    items, samples, masses = zip(*((n, min(k, n), x) for n, k, x in strata), strict=True)
    goal = data.draw(st.integers(1, sum(n * x for n, x in zip(items, masses, strict=True))))
    found = best_diversion(items, masses, samples, goal, detects, exact=True)
    every = [
        strata_detection(items, taken, samples, detects, exact=True)
        for taken in product(*(range(n + 1) for n in items))
        if sum(d * x for d, x in zip(taken, masses, strict=True)) >= goal
    ]
    assert found.detection == min(every)
    assert strata_detection(items, found.falsified, samples, detects, exact=True) == found.detection
    assert sum(d * x for d, x in zip(found.falsified, masses, strict=True)) >= goal


@pytest.mark.parametrize("probability", [0.2, 0.5, 0.9, 0.95])
@pytest.mark.parametrize("detects", [1, [0.9, 1, 0.8]])
def test_samples_for_a_combined_goal_keep_their_promise(probability, detects):
    items, masses = [60, 40, 90], [1, 2, 0.5]
    samples = strata_samples(items, masses, 8, probability, detects)
    assert best_diversion(items, masses, samples, 8, detects).detection >= probability


def test_strata():
    assert strata_detection([10, 10], [1, 1], [5, 5], exact=True) == Fraction(3, 4)
    assert strata_samples([100], [1], 10, 0.95) == (26,), "one stratum: the safeguards formula"
    assert strata_samples([100, 200], [1, 0.5], 8, 0) == (0, 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: item_detection(1, 0), "deviation must be a finite number above 0, not 0"),
        (lambda: item_detection(1, 1, 0), "false_alarm must be a number between 0 and 1, not 0"),
        (lambda: difference_detection(5, 6, 1, 1), "sample must be at most the number of items, 5, not 6"),
        (
            lambda: difference_detection(5, 5, 1, 1, falsified=6),
            "falsified must be at most the number of items, 5, not 6",
        ),
        (lambda: best_falsification(5, 5, 6, 1, 1), "missing must be at most what the items hold, 5.0, not 6"),
        (lambda: best_falsification(5, 5, 5, 1, 1, test="x"), "test must be one of difference, items, not 'x'"),
        (lambda: strata_detection([5], [6], [1]), "falsified[0] must be at most the number of items, 5, not 6"),
        (lambda: strata_detection([5, 5], [1], [1, 1]), "falsified must have 2 entries, not 1"),
        (lambda: strata_detection([], [], []), "items must be a list with a count for each stratum, not []"),
        (lambda: best_diversion([5], [1], [1], 6), "goal must be at most what the strata hold, 5.0, not 6"),
        (
            lambda: strata_samples([5], [1], 1, 0.9, 0.5),
            "probability 0.9 cannot be reached in stratum 0: a look detects with probability 0.5 "
            "and 1.0 items make the goal",
        ),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message is compared)
        call()
    assert str(caught.value) == message
