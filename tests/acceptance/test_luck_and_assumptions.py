"""`Luck` and `Assumptions`: counts and draws against what is known of them in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from detente.simulate.futures import draw

COUNTS = """
events:
  plain: {rate: 3}
  bunched: {rate: 3, dispersion: 0.4}
  once: {chance: 0.05}
measures: {plain_n: count(plain), bunched_n: count(bunched), once_n: count(once), wait: first(plain > 2)}
"""


@pytest.fixture(scope="module")
def counted(case):
    from detente.model.kernel import Kernel
    from detente.model.lower import calendar, lower

    one, runs = case(COUNTS), 40_000
    form = lower(one)
    futures = np.zeros(runs, dtype=np.int64)
    out = Kernel(form).play(calendar(one), np.zeros((1, 0)), 0, 1, futures, np.arange(runs), trace=True)
    assert out.trace is not None
    rows = (*form.series, *form.options, *form.events)
    trace = {name: out.trace[1:, i] for i, name in enumerate(rows)}
    return dict(zip(form.measures, out.measures, strict=True)), trace


def fits(values, probabilities):
    """A chi-square test against the chances of 0, 1, 2, .. and of all beyond."""
    seen = np.bincount(np.minimum(values, len(probabilities)).astype(int), minlength=len(probabilities) + 1)
    expected = len(values) * np.append(probabilities, 1 - sum(probabilities))
    return stats.chisquare(seen, expected).pvalue > 1e-4


def test_a_rate_is_poisson(counted):
    yearly, steps = counted
    assert fits(steps["plain"][4], stats.poisson(3 / 12).pmf(range(3)))
    assert fits(yearly["plain_n"], stats.poisson(3).pmf(range(9)))


def test_dispersion_is_of_the_year(counted):
    """Per step negative binomial with size dt / d; over the year, size 1 / d: variance mean + d * mean^2."""
    yearly, steps = counted
    assert fits(steps["bunched"][4], stats.nbinom(1 / 12 / 0.4, 1 / (1 + 3 * 0.4)).pmf(range(5)))
    assert fits(yearly["bunched_n"], stats.nbinom(1 / 0.4, 1 / (1 + 3 * 0.4)).pmf(range(12)))
    assert yearly["bunched_n"].var() == pytest.approx(3 + 0.4 * 9, rel=0.05)
    assert abs(np.corrcoef(steps["bunched"][3], steps["bunched"][4])[0, 1]) < 0.02


def test_a_chance_is_per_step(counted):
    yearly, _ = counted
    assert fits(yearly["once_n"], stats.binom(12, 0.05).pmf(range(5)))


@pytest.mark.parametrize(("event", "message"), [
    ("rate: -1", "the rate of `e` is -1, below 0"),
    ("rate: 6001", "at most 500 are allowed"),
    ("chance: 1.2", "the chance of `e` is 1.2, outside 0 to 1"),
])
def test_a_constant_that_cannot_be_is_refused_before_the_run(said, event, message):
    assert message in said(f"events: {{e: {{{event}}}}}\nmeasures: {{n: count(e)}}\n")


@pytest.mark.parametrize(("event", "message", "step"), [
    ("rate: 0.51 - t", "the rate of e makes", 8),  # t is 7/12 at the end of step 7
    ("rate: 10000 * t", "must lie within 0..500", 9),  # 10000 * 8/12 / 12 = 556
    ("chance: 2.01 * t", "the chance of e is 1.005, outside 0..1", 7),
])
def test_what_breaks_in_the_run_names_event_step_and_expression(run, event, message, step):
    from detente.language.problems import Refused
    from detente.language.render import as_text

    text = f"quantities: {{t: {{start: 0, change: 1}}}}\nevents: {{e: {{{event}}}}}\nmeasures: {{n: count(e)}}\n"
    with pytest.raises(Refused) as caught:
        run(text, futures=1, runs=1)
    found = as_text(caught.value.problems, caught.value.files)
    assert message in found
    assert f", step {step}," in found
    assert event.split(": ")[1] in found
    assert "[events.e." in found


DRAWN = """
assumptions:
  pooled: {mixture: [{uniform: [0, 1], weight: 3}, {uniform: [10, 11]}]}
  halves: {mixture: [{normal: [0, 1], within: [0, 9]}, {normal: [0, 1], within: [-9, 0]}]}
  cut: {mixture: [{normal: [0, 1]}, {fixed: 5}], within: [0, 9]}
  tail: {normal: [0, 1], within: [4, 5]}
  skewed: {lognormal: [2, 0.5]}
  triangle: {low: 0, mode: 0, high: 1}
  shares: {beta: [0.5, 0.5]}
  waits: {gamma: [3, 2], within: [1, 4], unit: 1/month}
  squeeze: {one_of: {tames: 1, hardens: 2, neither: 1}}
correlations: [{between: [skewed, triangle], rank: 0.4}, {between: [shares, pooled], rank: -0.9}]
quantities: {x: {start: 0}}
"""


@pytest.fixture(scope="module")
def drawn(case):
    one = case(DRAWN)
    return dict(zip(one.assumptions, draw(one, 1, 0, 4096).internal.T, strict=True))


def cut_gamma(x):
    whole = stats.gamma(3, scale=1 / 2).cdf
    return (whole(x / 12) - whole(1)) / (whole(4) - whole(1))  # in internal units: a year


@pytest.mark.parametrize(("name", "cdf"), [
    ("skewed", stats.lognorm(0.5, scale=2).cdf),
    ("triangle", stats.triang(0).cdf),
    ("shares", stats.beta(0.5, 0.5).cdf),
    ("tail", stats.truncnorm(4, 5).cdf),
    ("halves", stats.norm.cdf),
    ("waits", cut_gamma),
])
def test_distributions(drawn, name, cdf):
    """Futures are spread more evenly than by chance: a distance of 0.01 is far more than they show."""
    assert stats.kstest(drawn[name], cdf).statistic < 0.01


def test_mixtures_and_rivals(drawn):
    assert (drawn["pooled"] < 5).mean() == 0.75  # a part without `weight` has 1
    assert (drawn["cut"] == 5).mean() == pytest.approx(2 / 3, abs=0.01)  # the normal loses half of its weight
    assert list(np.bincount(drawn["squeeze"].astype(int)) / 4096) == [0.25, 0.5, 0.25]


def test_rank_correlations(drawn):
    assert stats.spearmanr(drawn["skewed"], drawn["triangle"])[0] == pytest.approx(0.4, abs=0.01)
    assert stats.spearmanr(drawn["shares"], drawn["pooled"])[0] == pytest.approx(-0.9, abs=0.01)
    assert abs(stats.spearmanr(drawn["skewed"], drawn["shares"])[0]) < 0.02


@pytest.mark.parametrize(("correlations", "message"), [
    ("[{between: [a, b], rank: 0.9}, {between: [b, c], rank: 0.9}, {between: [a, c], rank: -0.9}]",
     "the matrix is not positive definite"),
    ("[{between: [a, r], rank: 0.5}]", "`r` cannot be correlated: it is one of rivals"),
    ("[{between: [a, b], rank: 1}]", "Give a number above -1 and below 1."),
    ("[{between: [a, d], rank: 0.1}]", "there is no assumption `d`"),
])
def test_refused_correlations(said, correlations, message):
    assumptions = "{a: {uniform: [0, 1]}, b: {uniform: [0, 1]}, c: {uniform: [0, 1]}, r: {one_of: {x: 1, y: 1}}}"
    found = said(f"assumptions: {assumptions}\ncorrelations: {correlations}\nquantities: {{x: {{start: a}}}}\n")
    assert message in found
    assert "[correlations" in found


@pytest.mark.parametrize(("source", "refused"), [
    ("date: 2020-01-01", False),
    ("date: 2020-01-02", True),
    ("date: 2019-01-01, published: 2021-05-01", False),  # a later compilation of earlier facts
])
def test_no_later_fact_informs_a_case(said, source, refused):
    found = said(f"sources: {{s: {{title: A record, {source}}}}}\n"
                 "assumptions: {a: {fixed: 1, status: measured, source: s}}\nquantities: {x: {start: a}}\n")
    assert ("after `as_of: 2020-01-01`" in found) == refused
