"""Luck against closed forms: counts of events by their exact distributions, passage times, hazards that compete.

Every test plays thousands of runs under a fixed seed and asks a chi-square test or a moment with its known error;
the bounds (one in ten thousand) are of the tests, the seeds of ours.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import chdtrc, gammaln

DT = 1 / 12
COUNTS = """
events:
  rare: {rate: 0.6}
  busy: {rate: 36}
  wild: {rate: 240}
  bunched: {rate: 6, dispersion: 0.5}
  heavy: {rate: 24, dispersion: 3}
  even: {rate: 30, dispersion: 0}
  tossed: {chance: 0.3}
  sure: {chance: 1}
  idle: {rate: 0}
  none: {chance: 0}
measures: {in_all: count(bunched) + count(rare)}
"""


def poisson(n, mean):
    return np.exp(n * np.log(mean) - mean - gammaln(n + 1))


def negative_binomial(n, mean, size):
    log = gammaln(n + size) - gammaln(size) - gammaln(n + 1)
    return np.exp(log + size * np.log(size / (size + mean)) + n * np.log(mean / (size + mean)))


def fits(values, pmf):
    """Pearson's test of whole numbers against a distribution, in cells of twenty expected or more."""
    values, ends, waiting = np.ravel(values), [], 0.0
    for n, expected in enumerate(pmf(np.arange(values.max() + 1)) * len(values)):
        waiting += expected
        if waiting >= 20:
            ends.append(n + 1)
            waiting = 0.0
    ends[-1:] = []  # the last cell takes the tail
    below = pmf(np.arange(ends[-1])).cumsum()[np.array(ends) - 1] * len(values)
    wanted = np.diff([0, *below, len(values)])
    found = np.diff([0, *np.searchsorted(np.sort(values), ends), len(values)])
    return chdtrc(len(wanted) - 1, ((found - wanted) ** 2 / wanted).sum()) > 1e-4


@pytest.fixture(scope="module")
def counts(run):
    """[step, run] of each event; step 0, the start, left out."""
    return {name: x[1:] for name, x in run(COUNTS, 3000).trace.items()}


@pytest.mark.parametrize(("event", "rate"), [("rare", 0.6), ("busy", 36), ("wild", 240), ("even", 30)])
def test_poisson(counts, event, rate):
    assert fits(counts[event], lambda n: poisson(n, rate * DT))


@pytest.mark.parametrize(("event", "rate", "dispersion"), [("bunched", 6, 0.5), ("heavy", 24, 3)])
def test_negative_binomial_of_a_step(counts, event, rate, dispersion):
    assert fits(counts[event], lambda n: negative_binomial(n, rate * DT, DT / dispersion))


@pytest.mark.parametrize(("event", "rate", "dispersion"), [("bunched", 6, 0.5), ("heavy", 24, 3)])
def test_negative_binomial_of_a_year(counts, event, rate, dispersion):
    year = counts[event].sum(axis=0)
    variance = rate + dispersion * rate**2
    assert year.mean() == pytest.approx(rate, abs=4 * np.sqrt(variance / len(year)))
    assert year.var() == pytest.approx(variance, rel=0.12)
    assert fits(year, lambda n: negative_binomial(n, rate, 1 / dispersion))


def test_chances(counts):
    assert set(np.unique(counts["tossed"])) == {0.0, 1.0}
    assert counts["tossed"].mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / counts["tossed"].size))
    assert (counts["sure"] == 1).all()
    assert not counts["none"].any()
    assert not counts["idle"].any()


def test_draws_are_independent(counts):
    """Between events, steps that share a call of the generator, other steps, and runs."""
    a, b = counts["busy"], counts["wild"]
    pairs = [(a, b), (a[0::2], a[1::2]), (a[1:-1:2], a[2::2]), (a[:, 1:], a[:, :-1]), (a[1:], b[:-1])]
    for x, y in pairs:
        assert abs(np.corrcoef(np.ravel(x), np.ravel(y))[0, 1]) < 4 / np.sqrt(x.size)


ERLANG = """
quantities:
  steps_made: {start: 0, change: 0}
events: {step_made: {rate: 5, then: {steps_made: steps_made + 1}}}
measures: {third: first(steps_made >= 3)}
"""


def test_erlang_first_passage(run, compile_case):
    third = run(ERLANG, 4000)["third"]
    days = compile_case(ERLANG).calendar.day
    step = np.where(np.isinf(third), 13, np.searchsorted(days, np.minimum(third, days[-1])))
    assert set(third[np.isfinite(third)]) <= set(days[1:13])

    def pmf(k):
        reached = [0.0, *(1 - sum(poisson(n, 5 * DT * j) for n in range(3)) for j in range(1, 13))]
        return np.array([0.0, *np.diff(reached), 1 - reached[-1]])[k]

    assert fits(step, pmf)


HAZARDS = """
events:
  concedes: {rate: 0.9, ends: true}
  collapses: {rate: 0.5, ends: true}
  tests: {rate: 6}
measures:
  n_concedes: count(concedes)
  did_concede: ever(concedes > 0)
  did_collapse: ever(collapses > 0)
  n_tests: count(tests)
"""


def test_competing_hazards(run):
    """Both may happen in the last step; afterwards nothing does."""
    runs = run(HAZARDS, 6000)
    a, b, n = 0.9 * DT, 0.5 * DT, 12
    lived = sum(np.exp(-(a + b) * k) for k in range(n))  # steps begun, on average
    pa, pb = 1 - np.exp(-a), 1 - np.exp(-b)
    wanted = np.array([np.exp(-(a + b) * n), pa * (1 - pb) * lived, (1 - pa) * pb * lived, pa * pb * lived])
    outcome = (runs["did_concede"] + 2 * runs["did_collapse"]).astype(int)
    found, wanted = np.bincount(outcome, minlength=4), wanted * len(outcome)
    assert wanted.sum() == pytest.approx(len(outcome))
    assert chdtrc(3, ((found - wanted) ** 2 / wanted).sum()) > 1e-4
    assert runs["n_concedes"].mean() == pytest.approx(a * lived, abs=4 * np.sqrt(a * lived / 6000))
    assert runs["n_tests"].mean() == pytest.approx(6 * DT * lived, abs=0.1)


TWO_PATHS = """
options: {us.talks: [none, direct]}
quantities: {fear: {start: 0.5, change: 0.2 if us.talks == none else -0.2, shock: 0.1}}
events: {tests: {rate: 6}, clash: {rate: 3 * fear}}
strategies: {quiet: {moves: {us.talks: none}}, talks: {moves: {us.talks: direct}}}
measures: {n: count(tests)}
"""


def test_common_luck_across_strategies(run):
    """What a strategy does not touch is the same in every run; what it touches moves one way in every run."""
    quiet, talks = (run(TWO_PATHS, 500, strategy=name).trace for name in ("quiet", "talks"))
    assert np.array_equal(quiet["tests"], talks["tests"])
    assert np.allclose(quiet["fear"][-1] - talks["fear"][-1], 0.4)
    assert (quiet["clash"] >= talks["clash"]).all()
    assert quiet["clash"].sum() > talks["clash"].sum()


def test_another_event_leaves_the_luck_of_the_rest(run):
    more = TWO_PATHS.replace("clash: {", "war: {rate: 2}, clash: {")
    more = more.replace("fear: {", "awe: {start: 0, shock: 1}, fear: {")
    before, after = run(TWO_PATHS, 100).trace, run(more, 100).trace
    for name in ("tests", "clash", "fear"):
        assert np.array_equal(before[name], after[name])


def test_luck_is_a_function_of_seed_future_and_run(run):
    text = TWO_PATHS.replace("0.2 if", "push if") + (
        "assumptions: {push: {uniform: [0, 1], status: judged, note: drawn}}\n"
    )
    many, fewer, other = run(text, 40, futures=6), run(text, 10, futures=3), run(text, 10, futures=3, seed=2)
    rows = np.concatenate([np.arange(10) + 40 * future for future in range(3)])
    assert np.array_equal(many.trace["fear"][:, rows], fewer.trace["fear"])
    assert not np.array_equal(fewer.trace["tests"], other.trace["tests"])
    assert not np.array_equal(many.trace["tests"][:, :40], many.trace["tests"][:, 40:80])
