import numpy as np
import pytest

from detente.claims import CHECK_FUTURES, CHECK_RUNS, run_checks
from detente.language.tree import Compare, Number


def happened(toy, strategy="a"):
    return toy.share(Compare(">", toy.at("tests", strategy), Number(0.5)))


def player(toy, tests, calls=None):
    """Plays the same 64 futures of 64 runs whatever the settings."""
    every = toy.runs(a={"tests": tests})

    def play(settings, strategies, futures, runs):
        if calls is not None:
            calls.append((settings, strategies, futures, runs))
        return toy.block(every, runs, rivals=np.arange(64) % 2)

    return play


def test_holds_in_every_future(toy):
    calls = []
    case = toy.case(checks={"none": toy.compare(happened(toy), "==", 0)})
    (found,) = run_checks(case, player(toy, np.zeros((64, 64)), calls))
    assert calls == [((), ("a",), CHECK_FUTURES, CHECK_RUNS)] == [((), ("a",), 64, 64)]
    assert found.holds
    assert found.to_json() == {
        "says": "none", "holds": True, "futures": 64, "failing": 0, "left_out": 0, "worst": None
    }
    assert repr(found) == "<check none holds in 64 of 64 futures>"


def test_shows_the_worst_future_with_its_assumptions_in_their_own_units(toy):
    tests = np.zeros((64, 64))
    tests[10, :4], tests[21, :16], tests[40, :8] = 1, 1, 1
    (found,) = run_checks(toy.case(checks={"none": toy.compare(happened(toy), "==", 0)}), player(toy, tests))
    assert not found.holds
    assert found.failing == 3
    assert (found.worst.future, found.worst.margin) == (21, -0.25)
    assert found.worst.assumptions == {"bite": pytest.approx(1 + 11 * 21 / 63), "squeeze": "hardens"}


def test_a_check_that_holds_on_the_line_is_no_worst_future(toy):
    tests = np.zeros((64, 64))
    tests[:, :32] = 1
    tests[5, :31] = [1] * 31
    tests[5, 31] = 0
    (found,) = run_checks(toy.case(checks={"half": toy.compare(happened(toy), ">=", 0.5)}), player(toy, tests))
    assert (found.failing, found.worst.future, found.worst.margin) == (1, 5, -1 / 64)


def test_a_check_that_no_future_tests_does_not_hold(toy):
    some = Compare(">", toy.at("tests"), Number(0.5))
    case = toy.case(checks={"then": toy.compare(toy.share(some, some), "==", 1)})
    (found,) = run_checks(case, player(toy, np.zeros((64, 64))))
    assert (found.holds, found.failing, found.left_out, found.worst) == (False, 0, 64, None)
    tests = np.zeros((64, 64))
    tests[3, 3] = 1
    (found,) = run_checks(case, player(toy, tests))
    assert (found.holds, found.failing, found.left_out) == (True, 0, 63)
