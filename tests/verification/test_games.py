"""Sequential games against the recursion, the game in which the inspector learns nothing, and the papers."""

from fractions import Fraction
from functools import cache
from itertools import combinations
from math import comb
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from detente.verification import announcement, inspection_game


def by_recursion(n: int, m: int, rewards: tuple[Fraction, ...], b: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """Value, inspect and violate from the two-by-two games, by their equalisers."""

    @cache
    def solve(n: int, m: int, done: int) -> tuple[Fraction, Fraction, Fraction]:
        if done == len(rewards) or m >= n:
            return Fraction(0), Fraction(int(m >= n)), Fraction(0)
        r, later = rewards[done], solve(n - 1, m, done + 1)[0]
        if m == 0:
            return r + later, Fraction(0), Fraction(1)
        spared, hidden = solve(n - 1, m - 1, done)[0], solve(n - 1, m, done)[0]
        caught, free = -b * r, r + later
        assert spared >= hidden
        assert caught <= free
        assert spared >= caught
        assert free >= hidden, "no pure equilibrium"
        weight = spared - caught + free - hidden
        inspect, violate = (free - hidden) / weight, (spared - hidden) / weight
        return inspect * spared + (1 - inspect) * hidden, inspect, violate

    return solve(n, m, 0)


positive = st.fractions(Fraction(1, 4), 5, max_denominator=6)


@given(
    st.integers(1, 9),
    st.integers(0, 9),
    st.lists(positive, min_size=1, max_size=4),
    st.fractions(0, 4, max_denominator=5),
)
@settings(max_examples=70, deadline=None)
def test_the_closed_form_solves_the_recursion(periods, inspections, rewards, penalty):
    game = inspection_game(periods, inspections, len(rewards), penalty, rewards, exact=True)
    value, inspect, violate = by_recursion(periods, inspections, tuple(rewards), penalty)
    assert (game.value, game.violate) == (value, violate)
    if periods > inspections:
        assert game.inspect == inspect


def blind_value(periods: int, inspections: int, rewards: list[float], penalty: float) -> float:
    """The inspector fixes a lottery of schedules and learns nothing; the inspectee sees each inspection."""
    plans = [p for size in range(inspections + 1) for p in combinations(range(periods), size)]

    def best_plans(seen: tuple[int, ...], t: int, done: int, alive: frozenset) -> list[np.ndarray]:
        """Payoff by schedule, over the schedules `alive` at this point, for every plan of the inspectee."""
        if t == periods or not alive:
            return [np.zeros(len(plans))]
        looked = frozenset(i for i in alive if t in plans[i])
        free = alive - looked
        found = []
        for violate in (False, True):
            if violate and done == len(rewards):
                continue
            base = np.zeros(len(plans))
            if violate:
                base[list(looked)] -= penalty * rewards[done]
                base[list(free)] += rewards[done]
            after_look = [base * 0] if violate else best_plans((*seen, t), t + 1, done, looked)
            after_free = best_plans(seen, t + 1, done + violate, free)
            found += [base + a + c for a in after_look for c in after_free]
        return list({tuple(row): row for row in found}.values())

    payoffs = np.array(best_plans((), 0, 0, frozenset(range(len(plans)))))
    answer = linprog(
        np.append(np.zeros(len(plans)), 1),
        A_ub=np.hstack([payoffs, -np.ones((len(payoffs), 1))]),
        b_ub=np.zeros(len(payoffs)),
        A_eq=np.append(np.ones(len(plans)), 0)[None, :],
        b_eq=[1],
        bounds=[(0, None)] * len(plans) + [(None, None)],
    )
    return answer.fun


@pytest.mark.parametrize(
    ("periods", "inspections", "rewards", "penalty"),
    [
        (2, 1, [1], 1),
        (3, 1, [1, 1], 1),
        (4, 1, [1, 3], 0.5),
        (4, 2, [2, 1], 2),
        (3, 1, [1, 0.5, 4], 1),
        (4, 1, [1, 1, 5], 0),
    ],
)
def test_the_inspector_needs_not_learn_of_missed_violations(periods, inspections, rewards, penalty):
    game = inspection_game(periods, inspections, len(rewards), penalty, rewards)
    assert game.value == pytest.approx(blind_value(periods, inspections, rewards, penalty), abs=1e-9)


def test_dresher():
    """RM-2972: with one violation and b = 1 the inspector's value is -C(n-1, m) / sum of C(n, i), i to m."""
    for n in range(1, 12):
        for m in range(n):
            game = inspection_game(n, m, exact=True)
            assert game.value == Fraction(comb(n - 1, m), sum(comb(n, i) for i in range(m + 1)))
            ways = [sum(comb(k, i) for i in range(j + 1)) for k, j in ((n - 1, m - 1), (n, m))]
            assert game.inspect == Fraction(*ways)


@pytest.mark.parametrize(
    ("question", "value", "inspect", "violate"),
    [
        ((2, 1), "1/3", "1/3", "1/3"),
        ((3, 1), "1/2", "1/4", "1/4"),
        ((3, 2), "1/7", "3/7", "1/7"),
        ((2, 1, 2), "1/3", "1/3", "1/3"),
        ((3, 1, 2), "3/4", "1/4", "5/12"),
        ((3, 1, 2, 1, [1, 5]), "7/4", "1/4", "17/28"),
        ((2, 1, 1, 3), "1/5", "1/5", "1/5"),
        ((5, 0), "1", "0", "1"),
        ((5, 0, 3), "3", "0", "1"),
        ((2, 0, 3, 1, [1, 2, 9]), "3", "0", "1"),
        ((3, 3), "0", "1", "0"),
        ((3, 7, 2), "0", "1", "0"),
        ((4, 2, 0), "0", "4/11", "0"),
        ((4, 2, 1, 0), "1/2", "1/2", "1/4"),
    ],
)
def test_values(question, value, inspect, violate):
    game = inspection_game(*question, exact=True)
    assert [str(x) for x in (game.value, game.inspect, game.violate)] == [value, inspect, violate]
    floats = inspection_game(*question)
    assert floats.value == float(Fraction(value))


def test_two_hundred_periods_in_a_second():
    begun = perf_counter()
    for inspections in (1, 20, 100, 199):
        game = inspection_game(200, inspections, 200, 0.7, exact=True)
        assert game.value > 0
        assert 0 < game.inspect < 1
    assert perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: inspection_game(0, 0), "periods must be a whole number, 1 or more, not 0"),
        (lambda: inspection_game(2.5, 0), "periods must be a whole number, 1 or more, not 2.5"),
        (lambda: inspection_game(2, -1), "inspections must be a whole number, 0 or more, not -1"),
        (lambda: inspection_game(2, 1, True), "violations must be a whole number, 0 or more, not True"),
        (lambda: inspection_game(2, 1, 1, -1), "penalty must be a finite number, 0 or more, not -1"),
        (lambda: inspection_game(2, 1, 2, 1, [1]), "rewards must have 2 entries, not 1"),
        (lambda: inspection_game(2, 1, 1, 1, [-1]), "rewards[0] must be a finite number, 0 or more, not -1"),
        (lambda: inspection_game(2, 1, 1, 1, "1"), "rewards must be a list of numbers, not '1'"),
        (lambda: announcement(1, 1, 1, 1, 1, caught=2), "caught must be at most harm, 1, not 2"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message is compared)
        call()
    assert str(caught.value) == message


def test_announcing_an_inspection_rate_deters():
    """Kilgour and Brams 1992: the inspector gains, the inspectee does not lose, and compliance is certain."""
    found = announcement(1, 3, 0.5, 1, 8, exact=True)
    assert (found.together.inspect, found.together.violate) == (Fraction(1, 2), Fraction(1, 4))
    assert (found.together.inspector, found.together.inspectee) == (-2, 0)
    assert (found.inspector_first.violate, found.inspector_first.inspector) == (0, Fraction(-1, 2))
    assert found.gain_when_inspector_first == ("inspector",)
    assert (found.inspectee_first.violate, found.inspectee_first.inspectee) == (Fraction(1, 4), Fraction(1, 4))
    assert found.gain_when_inspectee_first == ("inspectee",)


def test_announcing_where_inspections_are_too_poor_or_too_dear():
    too_poor = announcement(3, 1, 0.5, 1, 8)
    assert too_poor.together == too_poor.inspector_first
    assert too_poor.together.violate == 1
    too_dear = announcement(1, 3, 0.5, 5, 8, exact=True)
    assert (too_dear.together.inspect, too_dear.together.violate) == (0, 1)
    assert too_dear.inspector_first.inspector == Fraction(-5, 2), "deterring still beats being violated"
    assert announcement(0, 0, 0, 1, 1).together.violate == 0


@given(
    *[st.fractions(0, 6, max_denominator=4)] * 2,
    st.fractions(0, 1, max_denominator=8),
    *[st.fractions(0, 6, max_denominator=4)] * 2,
)
@settings(max_examples=70, deadline=None)
def test_moving_at_once_is_an_equilibrium_and_announcing_never_hurts(gain, loss, detects, cost, harm):
    found = announcement(gain, loss, detects, cost, harm, exact=True)
    p, q = found.together.inspect, found.together.violate
    earns = gain - detects * p * (gain + loss)
    assert found.together.inspectee == q * earns >= max(0, earns)
    saves = q * detects * harm - cost
    assert p * saves >= max(0, saves)
    assert found.inspector_first.inspector >= found.together.inspector
    assert found.inspectee_first.inspectee >= found.together.inspectee
