"""What all runs yield together, against NumPy's quantiles of all values."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from detente.language.load import load_text
from detente.simulate.ensemble import Ensemble
from detente.simulate.summary import Summary, as_rows

TEXT = """detente: 1
case: t
title: t
as_of: 2020-01-31
horizon: 10 years
step: 1 month
parties: {us: {name: US}}
assumptions: {pace: {gamma: [2, 2], unit: 1/year, status: judged, note: drawn}}
quantities:
  walk: {start: 0, shock: 1}
  wait: {start: 0, change: pace * 1 year, unit: month}
  bounded: {start: 0.5, shock: 1, within: [0, 1]}
events: {test: {rate: pace}, war: {rate: 0.05}, sure: {at: [2020-03-05]}}
strategies: {alone: {}, same: {}}
measures:
  tests: count(test)
  war_date: first(war > 0)
  sure_date: first(sure > 0)
  no_date: first(walk > 1000)
  lowest: min(walk)
  waited: final(wait)
  at_bound: final(bounded)
"""
FUTURES, RUNS = 2000, 25


@pytest.fixture(scope="module")
def ensemble():
    return Ensemble(load_text(TEXT, warn=False), futures=FUTURES, runs=RUNS)


@pytest.fixture(scope="module")
def blocks(ensemble):
    return [ensemble.block(first, min(300, FUTURES - first)) for first in range(0, FUTURES, 300)]


@pytest.fixture(scope="module")
def values(ensemble, blocks):
    every = np.concatenate([block.runs["alone"] for block in blocks]).reshape(FUTURES * RUNS, -1)
    return dict(zip(ensemble.form.measures, every.T, strict=True))


def summed(ensemble, blocks):
    summary = Summary(ensemble.case, ensemble.strategies)
    for block in blocks:
        summary.add(block)
    return summary


@pytest.fixture(scope="module")
def measures(ensemble, blocks):
    return summed(ensemble, blocks).measures()["alone"]


def test_counts_are_exact(measures, values):
    assert measures["tests"].mean == values["tests"].mean()
    found = (measures["tests"].q05, measures["tests"].q50, measures["tests"].q95)
    assert found == tuple(np.quantile(values["tests"], (0.05, 0.5, 0.95)))
    assert measures["tests"].never is None


def test_dates_are_exact_and_never_is_late(measures, values):
    days = values["war_date"]
    assert measures["war_date"].never == np.isinf(days).mean() > 0.5
    assert measures["war_date"].mean is None
    low = np.quantile(days, 0.05, method="inverted_cdf")
    assert measures["war_date"].q05 == dt.date(2020, 1, 31) + dt.timedelta(days=float(low))
    assert (measures["war_date"].q50, measures["war_date"].q95) == ("never", "never")
    assert measures["no_date"].never == 1
    assert measures["no_date"].q05 == "never"
    sure = measures["sure_date"]
    assert {sure.mean, sure.q05, sure.q50, sure.q95} == {dt.date(2020, 3, 31)}
    assert sure.never == 0


@pytest.mark.parametrize("name", ["lowest", "waited", "at_bound"])
def test_numbers_are_true_to_a_thousandth_of_rank(ensemble, measures, values, name):
    x = np.sort(values[name]) / ensemble.case.measures[name].factor
    assert measures[name].mean == pytest.approx(x.mean(), rel=1e-12)
    for p, found in ((0.05, measures[name].q05), (0.5, measures[name].q50), (0.95, measures[name].q95)):
        low, high = np.searchsorted(x, found, "left"), np.searchsorted(x, found, "right")
        assert low / len(x) - 0.001 <= p <= high / len(x) + 0.001


def test_numbers_are_shown_in_their_unit(measures, values):
    """`wait` counts years inside and months outside."""
    assert measures["waited"].mean == pytest.approx(12 * values["waited"].mean(), rel=1e-12)


def test_any_order_and_any_threads_give_the_same(ensemble, blocks):
    whole = summed(ensemble, blocks)
    parts = [summed(ensemble, blocks[i::3][::-1]) for i in (2, 0, 1)]
    merged = Summary(ensemble.case, ensemble.strategies)
    for part in parts:
        merged.merge(part)
    small = summed(ensemble, [ensemble.block(first, 125) for first in range(0, FUTURES, 125)][::-1])
    assert merged.measures() == whole.measures() == small.measures()
    assert merged.clipped() == whole.clipped() == small.clipped()
    assert whole.measures()["alone"] == whole.measures()["same"]


def test_clipped_is_a_share_of_all_steps(ensemble, blocks):
    clipped = summed(ensemble, blocks).clipped()["alone"]
    assert list(clipped) == ["bounded"]
    assert clipped["bounded"] == sum(b.clipped["alone"][0] for b in blocks) / (FUTURES * RUNS * 120)
    assert 0.1 < clipped["bounded"] < 0.9


def test_rows_have_dates_as_text(ensemble, blocks):
    rows = as_rows(summed(ensemble, blocks[:1]).measures())
    assert [(row["strategy"], row["measure"]) for row in rows] == [
        (strategy, measure) for strategy in ("alone", "same") for measure in ensemble.case.measures
    ]
    sure = next(row for row in rows if row["measure"] == "sure_date")
    assert (sure["mean"], sure["q95"], sure["never"]) == ("2020-03-31", "2020-03-31", 0)
