"""Bands against the exact quantiles of the traces that they sum up."""

from __future__ import annotations

import numpy as np
import pytest

from detente.language.load import load_text
from detente.model.layout import BINS
from detente.simulate.bands import LEVELS, empty_bands, merged, quantile_bands
from detente.simulate.ensemble import Ensemble

TEXT = """detente: 1
case: t
title: t
as_of: 2020-01-31
horizon: 8 years
step: 1 month
parties: {us: {name: US}}
assumptions: {drift: {uniform: [-1, 1], status: judged, note: drawn}}
quantities:
  walk: {start: 0, change: drift, shock: 1}
  bounded: {start: 0.5, change: drift, shock: 0.5, within: [0, 1]}
  still: {start: 3}
  tests_made: {start: 0, change: 0}
  ramp: {start: 0, change: 1}
events: {test: {rate: 1, then: {tests_made: tests_made + 1}}}
strategies: {alone: {}, other: {}}
measures: {m: final(walk)}
"""
FUTURES, RUNS = 256, 16


@pytest.fixture(scope="module")
def ensemble():
    return Ensemble(load_text(TEXT, warn=False), futures=FUTURES, runs=RUNS)


@pytest.fixture(scope="module")
def bands(ensemble):
    filled = empty_bands(ensemble)
    ensemble.block(0, FUTURES, filled)
    return filled


@pytest.fixture(scope="module")
def trace(ensemble):
    futures, runs = np.repeat(np.arange(FUTURES), RUNS), np.tile(np.arange(RUNS), FUTURES)
    return ensemble.trace("alone", futures, runs)


@pytest.mark.parametrize("name", ["walk", "bounded", "still", "tests_made", "ramp"])
def test_bands_are_the_quantiles_of_all_runs_to_a_bin(ensemble, bands, trace, name):
    band = quantile_bands(ensemble, bands["alone"])[name]
    assert band.levels == LEVELS
    width = 1 / bands["alone"].scale[ensemble.form.series.index(name)]
    exact = np.quantile(trace[name][band.steps], LEVELS, axis=1, method="inverted_cdf")
    assert band.quantiles.shape == exact.shape
    assert np.abs(band.quantiles - exact).max() <= 1.01 * width
    assert width <= 3 * max(1e-5, np.ptp(trace[name])) / BINS


def test_points_run_from_start_to_end(ensemble, bands):
    steps = quantile_bands(ensemble, bands["alone"])["walk"].steps
    assert steps[0] == 0
    assert np.all(np.diff(steps) == np.diff(steps)[0])
    assert steps[-1] <= 96 < steps[-1] + steps[1]


def test_levels_rise_and_bounds_hold(ensemble, bands):
    for name, band in quantile_bands(ensemble, bands["alone"]).items():
        assert (np.diff(band.quantiles, axis=0) >= 0).all()
        if name == "bounded":
            assert band.quantiles.min() >= 0
            assert band.quantiles.max() <= 1


def test_histograms_of_several_threads_add_up(ensemble, bands):
    parts = [empty_bands(ensemble) for _ in range(3)]
    for i, first in enumerate(range(0, FUTURES, 64)):
        ensemble.block(first, 64, parts[i % 3])
    whole = merged(parts)
    for name in ensemble.strategies:
        assert np.array_equal(whole[name].counts, bands[name].counts)
    assert (bands["alone"].counts.sum(axis=2) == FUTURES * RUNS).all()
