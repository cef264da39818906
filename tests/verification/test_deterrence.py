"""Deterrence: closed forms in exact numbers, enumeration, and where each refuses."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.verification import k_of_n, least_detection, posterior, temptation, transparency_window

probabilities = st.fractions(0, 1, max_denominator=30)
amounts = st.fractions(0, 50, max_denominator=8)


def test_temptation():
    assert temptation(10, 40, 0.2, exact=True) == 0
    assert temptation(10, 40, 0.2, 0.05, 8, exact=True) == Fraction(2, 5)
    assert temptation(1, 1, [0, 0.5, 1]).tolist() == [1.0, 0.0, -1.0]
    assert temptation(0.1, 0.2, Fraction(1, 3), exact=True) == 0, "0.1 and 0.2 are decimals"


@given(amounts, amounts, probabilities, amounts)
@settings(max_examples=50, deadline=None)
def test_the_least_detection_just_deters(gain, loss, alarm, cost):
    if gain + loss == 0:
        return
    least = least_detection(gain, loss, alarm, cost, exact=True)
    assert least == (gain + alarm * cost) / (gain + loss)
    if least <= 1:
        assert temptation(gain, loss, least, alarm, cost, exact=True) == 0


def test_least_detection():
    assert least_detection(10, 30) == 0.25
    assert least_detection(1, 1, 0.5, 4, exact=True) == Fraction(3, 2), "no detection deters"
    assert least_detection(0, 0) == 0
    with pytest.raises(ValueError, match=r"gain \+ loss must be above 0"):
        least_detection(0, 0, 0.5, 1)


def test_k_of_n_by_enumeration():
    p = Fraction(3, 10)
    for n in range(6):
        for k in range(n + 1):
            wanted = sum(
                (p ** sum(hits) * (1 - p) ** (n - sum(hits)) for hits in product((0, 1), repeat=n) if sum(hits) >= k),
                Fraction(0),
            )
            assert k_of_n(k, n, 0.3, exact=True) == wanted


def test_k_of_n_for_many_looks():
    assert k_of_n(650, 2500, 0.25) == pytest.approx(float(k_of_n(650, 2500, 0.25, exact=True)), rel=1e-12)
    with pytest.raises(ValueError, match="k must be at most n, 3, not 4"):
        k_of_n(4, 3, 0.5)


@given(probabilities, probabilities, probabilities, st.lists(st.booleans(), max_size=5))
@settings(max_examples=50, deadline=None)
def test_the_posterior_can_be_taken_look_by_look(prior, detects, alarm, looks):
    try:
        whole = posterior(prior, detects, alarm, sum(looks), len(looks) - sum(looks), exact=True)
    except ValueError:
        return
    belief = prior
    for look in looks:
        belief = posterior(belief, detects, alarm, int(look), int(not look), exact=True)
    assert belief == whole


def test_posterior():
    assert posterior(0.1, 0.5, 0.1, 1, 0, exact=True) == Fraction(5, 14)
    assert posterior(0.5, 1, 0, 0, 3) == 0
    assert posterior(0.5, 0.9, 0.1, np.array([0, 1]), [1, 0]).tolist() == [0.1, 0.9]
    with pytest.raises(ValueError, match="alarms and clean must be possible: 1 alarms and 0 clean"):
        posterior(0.5, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("question", "window"),
    [
        ((1, 3, 2, 4), (Fraction(1, 4), Fraction(1, 2))),
        ((1, 3, 2, 4, 0.5), (Fraction(1, 2), Fraction(1, 2))),
        ((1, 3, 2, 4, 0.4), None),
        ((1, 3, 9, 4), (Fraction(1, 4), 1)),
        ((1, 3, 0, 0), (Fraction(1, 4), 1)),
        ((0, 0, 1, 2), (0, Fraction(1, 2))),
        ((1, 0, 9, 1, 0.9), None),
        ((1, 1, 1, 1, 0), None),
    ],
)
def test_transparency_window(question, window):
    assert transparency_window(*question, exact=True) == window
    floats = transparency_window(*question)
    assert floats == (None if window is None else tuple(map(float, window)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: temptation(-1, 1, 0.5), "gain must be a finite number, 0 or more, not -1"),
        (lambda: temptation(1, float("inf"), 0.5), "loss must be a finite number, 0 or more, not inf"),
        (lambda: temptation(1, 1, 2), "detection must be a number from 0 to 1, not 2"),
        (lambda: temptation(1, 1, [0.5, 2]), "detection[1] must be a number from 0 to 1, not 2"),
        (lambda: temptation(1, True, 0.5), "loss must be a finite number, 0 or more, not True"),
        (lambda: k_of_n(1, 2.5, 0.5), "n must be a whole number, 0 or more, not 2.5"),
        (lambda: posterior(0.5, 0.5, 0.5, -1, 0), "alarms must be a whole number, 0 or more, not -1"),
        (lambda: transparency_window(1, 1, 1, "a"), "price must be a finite number, 0 or more, not 'a'"),
        (
            lambda: temptation(1e308, 0, 0, 1, 1e308) and temptation(1.7e308, 0, 0, 1, 1.7e308),
            "the result is too large for a float; ask with exact=True",
        ),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message is compared)
        call()
    assert str(caught.value) == message
