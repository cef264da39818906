"""Measures of every kind against the same worked out from the trace, and what a terminal event leaves."""

from __future__ import annotations

import numpy as np
import pytest

DT, LAST_DAY = 1 / 12, 366.0
MEASURES = """
options: {us.talks: {levels: [none, direct], values: [0, 1]}}
assumptions:
  lag: {uniform: [3, 12], unit: month, status: judged, note: drawn}
  squeeze: {one_of: {tames: 1, hardens: 2}, status: judged, note: drawn}
quantities:
  strain: {start: 0.5, change: 0.3 * strain, shock: 0.8, within: [0, 2]}
  double: {is: 2 * strain}
events:
  test: {rate: 9 * strain}
  clash: {rate: 0.5}
conduct: {us: [{option: us.talks, when: strain > 1, move: direct}, {option: us.talks, move: none}]}
measures:
  d_first: first(strain > 1)
  d_event: first(clash > 0)
  d_never: first(strain > 5)
  d_always: first(true)
  s_share: share(us.talks == direct and test > 0)
  s_ever: ever(clash >= 1)
  x_mean: mean(double)
  x_min: min(strain)
  x_max: max(strain)
  x_final: final(strain)
  x_total: total(double)
  n_test: count(test)
  n_both: count(test) + count(clash)
  a_square: final(strain) ** 2 - 3 * max(mean(strain), min(strain))
  a_option: mean(us.talks)
  a_lag: lag
  a_beyond: total(strain) - lag
  a_rival: 1 if squeeze == tames else 0
  a_wait: first(strain > 1) - 2020-03-01
  a_lead: first(clash > 0) - first(strain > 1)
  a_sooner: 1 if first(clash > 0) < first(strain > 1) else 0
  a_happened: (first(strain > 1) < never) + (first(strain > 5) == never)
  a_count: mean(test)
"""
LEFT_OUT = 31  # days of the step after the horizon: `never` counts as its end


@pytest.fixture(scope="module")
def runs(run):
    return run(MEASURES, 40, futures=5)


@pytest.fixture(scope="module")
def seen(runs, compile_case):
    """The end of each step, the start left out."""
    return {name: x[1:] for name, x in runs.trace.items()}, compile_case(MEASURES).calendar.day[1:13]


def first(condition, days):
    return np.where(condition.any(axis=0), days[condition.argmax(axis=0)], np.inf)


def test_dates(runs, seen):
    trace, days = seen
    assert np.array_equal(runs["d_first"], first(trace["strain"] > 1, days))
    assert np.array_equal(runs["d_event"], first(trace["clash"] > 0, days))
    assert np.isinf(runs["d_never"]).all()
    assert (runs["d_always"] == 31).all()
    assert 0 < np.isinf(runs["d_first"]).mean() < 1


def test_shares_and_extremes(runs, seen):
    trace, _ = seen
    talking = (trace["us.talks"] == 1) & (trace["test"] > 0)
    assert np.array_equal(runs["s_share"], talking.sum(axis=0) / 12)
    assert np.array_equal(runs["s_ever"], trace["clash"].any(axis=0).astype(float))
    for kind, of in (("min", np.min), ("max", np.max)):
        assert np.array_equal(runs[f"x_{kind}"], of(trace["strain"], axis=0))
    assert np.array_equal(runs["x_final"], trace["strain"][-1])


def test_sums(runs, seen):
    trace, _ = seen
    assert runs["x_mean"] == pytest.approx(trace["double"].mean(axis=0), rel=1e-14)
    assert runs["x_total"] == pytest.approx(trace["double"].sum(axis=0) * DT, rel=1e-14)
    assert np.array_equal(runs["n_test"], trace["test"].sum(axis=0))
    assert np.array_equal(runs["n_both"], trace["test"].sum(axis=0) + trace["clash"].sum(axis=0))
    assert runs["a_count"] == pytest.approx(trace["test"].mean(axis=0))


def test_arithmetic_of_aggregates(runs, seen, compile_case):
    trace, _ = seen
    strain, talks = trace["strain"], trace["us.talks"]
    wanted = strain[-1] ** 2 - 3 * np.maximum(strain.mean(axis=0), strain.min(axis=0))
    assert runs["a_square"] == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    assert runs["a_option"] == pytest.approx(talks.mean(axis=0))
    lag, squeeze = compile_case(MEASURES).luck(40, 5, 1)[2].repeat(40, axis=0).T
    assert np.array_equal(runs["a_lag"], lag)
    assert np.array_equal(runs["a_rival"], (squeeze == 0).astype(float))
    assert len(set(runs["a_rival"])) == 2
    assert runs["a_beyond"] == pytest.approx(strain.sum(axis=0) * DT - lag, abs=1e-12)


def test_differences_of_dates_count_never_as_the_horizon_plus_a_step(runs):
    above, clash = (np.minimum(runs[name], LAST_DAY + LEFT_OUT) for name in ("d_first", "d_event"))
    assert np.array_equal(runs["a_wait"], (above - 60) / 365.25)
    assert np.array_equal(runs["a_lead"], (clash - above) / 365.25)
    assert np.array_equal(runs["a_sooner"], (runs["d_event"] < runs["d_first"]).astype(float))
    assert np.array_equal(runs["a_happened"], 1.0 + np.isfinite(runs["d_first"]))


ENDING = """
options: {us.talks: [none, direct]}
quantities:
  strain: {start: 0, change: 12, shock: 1}
  doubled: {start: 1}
  lagged: {is: "delay(strain, 2 months) + smooth(strain, 3 months)"}
  clock: {is: now - 2020-01-01}
events:
  other: {rate: 24, then: {doubled: doubled + 1}}
  war: {chance: 0.2, ends: true, then: {strain: strain + 100}}
  dated: {at: [2020-03-05, 2020-06-05, 2020-09-05, 2020-11-05, 2020-12-05]}
conduct: {us: [{option: us.talks, choose: {none: 0, direct: 0}, sharpness: 1}]}
measures:
  at_war: first(war > 0)
  n_war: count(war)
  n_other: count(other)
  after: share(war == 0 and strain > 60)
  late: first(now > 2020-10-15)
  high: total(strain)
"""


def test_a_terminal_event_freezes_the_state(run):
    runs = run(ENDING, 200)
    trace, alive = runs.trace, runs.trace["alive"] == 1
    last = np.where(alive[-1], 12, alive.sum(axis=0))  # the step in which it ends
    assert len(set(last)) > 8
    for name in ("strain", "doubled", "lagged", "us.talks"):
        for lane, k in enumerate(last):
            assert (trace[name][k:, lane] == trace[name][k, lane]).all()
    assert (np.diff(trace["clock"], axis=0) > 0).all()  # `now` goes on


def test_other_events_still_happen_in_the_last_step_and_none_later(run):
    runs = run(ENDING, 200)
    trace, steps = runs.trace, np.arange(13)[:, None]
    last = np.where(trace["alive"][-1] == 1, 99, (trace["alive"] == 1).sum(axis=0))
    for name in ("other", "dated", "war"):
        assert not trace[name][steps > last].any()
    assert trace["other"][steps == last].mean() == pytest.approx(2, abs=0.5)
    assert (trace["war"][steps == last] == 1).all()
    dated = trace["dated"][:, last == 99]
    assert np.array_equal(dated, np.broadcast_to(np.isin(steps, [3, 6, 9, 11, 12]), dated.shape))
    assert np.array_equal(trace["doubled"][-1], 1 + trace["other"].sum(axis=0))


def test_measures_go_on_looking_at_the_frozen_state(run):
    runs = run(ENDING, 200)
    strain, war = runs.trace["strain"][1:], runs.trace["war"][1:]
    assert np.array_equal(runs["n_war"], war.sum(axis=0))
    assert np.array_equal(runs["after"], ((war == 0) & (strain > 60)).sum(axis=0) / 12)
    assert runs["high"] == pytest.approx(strain.sum(axis=0) * DT)
    assert (runs["late"] == 305).all()  # the end of October, whether the run has ended or not
    assert np.array_equal(np.isinf(runs["at_war"]), runs.trace["alive"][-1] == 1)
