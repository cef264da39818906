"""The ensemble does not depend on how it is cut: blocks, workers, further runs, replays, strategies, settings."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from detente.claims import run as claims_run
from detente.language.load import load_text
from detente.language.settings import read_setting
from detente.simulate.ensemble import Ensemble

TEXT = """detente: 1
case: t
title: t
as_of: 2020-01-31
horizon: 2 years
step: 1 month
parties: {us: {name: US}, dprk: {name: North Korea}}
options:
  us.force: {levels: [routine, shows], values: [0, 1]}
  dprk.tests: {levels: [open, frozen], values: [1, 0]}
assumptions:
  heat: {uniform: [0.1, 0.9], status: judged, note: drawn}
  lag: {uniform: [2, 9], unit: month, status: judged, note: drawn}
  squeeze: {one_of: {tames: 1, hardens: 2}, status: judged, note: drawn}
  pace: {gamma: [4, 1], unit: 1/year, status: judged, note: drawn}
correlations: [{between: [heat, pace], rank: 0.5}]
quantities:
  tension:
    {start: heat, change: (us.force if squeeze == tames else -us.force) - 0.4 * tension, shock: 0.2, within: [0, 1]}
  late: {is: "delay(tension, lag)"}
  years: {start: 0, change: 1, unit: month}
events:
  test: {rate: pace * dprk.tests, dispersion: 0.3, then: {tension: tension + 0.1}}
  war: {chance: 0.01 * test, ends: true}
conduct:
  dprk: [{option: dprk.tests, choose: {open: tension, frozen: 0.5}, sharpness: 3}]
strategies:
  quiet: {moves: {us.force: routine}}
  shows: {moves: [{when: tension < 0.6, us.force: shows}, {us.force: routine}]}
measures:
  high: first(tension > 0.95)
  tests: count(test)
  calm: mean(late)
  at_war: ever(war > 0)
  waited: total(tension)
claims:
  shows_help: {states: s, says: "P(at_war > 0 under shows) < P(at_war > 0 under quiet)"}
  often: {states: s, says: "mean(tests under quiet) > 5"}
  early: {states: s, says: "P(high under quiet before high under shows) > 0.4"}
  close: {states: s, says: "mean(calm under quiet) < 0.4"}
"""
FUTURES, RUNS = 40, 9


@pytest.fixture(scope="module")
def case():
    return load_text(TEXT, warn=False)


@pytest.fixture(scope="module")
def ensemble(case):
    return Ensemble(case, futures=FUTURES, runs=RUNS, seed=11)


@pytest.fixture(scope="module")
def whole(ensemble):
    return ensemble.block(0, FUTURES)


def same(a, b):
    assert np.array_equal(a.view(np.int64), b.view(np.int64))


@pytest.mark.parametrize("size", [1, 3, 7, 16, 39])
def test_blocks_of_any_size(ensemble, whole, size):
    blocks = [ensemble.block(first, min(size, FUTURES - first)) for first in range(0, FUTURES, size)]
    for strategy in ensemble.strategies:
        same(np.concatenate([block.runs[strategy] for block in blocks]), whole.runs[strategy].copy())
    same(np.concatenate([block.drawn.values for block in blocks]), whole.drawn.values)


def test_blocks_in_any_order_from_any_thread(case, whole):
    fresh = Ensemble(case, futures=FUTURES, runs=RUNS, seed=11)
    with ThreadPoolExecutor(4) as pool:
        blocks = list(pool.map(lambda i: fresh.block(i, 1), range(FUTURES)[::-1]))[::-1]
    for strategy in fresh.strategies:
        same(np.concatenate([block.runs[strategy] for block in blocks]), whole.runs[strategy].copy())


@pytest.mark.parametrize("design", ["sobol", "lhs"])
def test_futures_across_chunks_in_any_order(case, design):
    size = Ensemble(case).chunk
    total = 6 * size + 10
    ensemble = Ensemble(case, futures=total, seed=3, design=design)
    every = ensemble.draw(0, total).values
    for first, count in ((size - 3, 6), (6 * size - 1, 11), (0, 1), (2 * size, 3 * size)):
        same(ensemble.draw(first, count).values, every[first : first + count])
    with ThreadPoolExecutor(4) as pool:
        rows = pool.map(lambda i: ensemble.draw(i * 97 % total, 1).values[0], range(2000))
    same(np.array(list(rows)), every[np.arange(2000) * 97 % total])


def judged(case, monkeypatch=None, block=2048, **more):
    if monkeypatch:
        monkeypatch.setattr(claims_run, "RUNS_A_BLOCK", block)
    return claims_run.judge(case, futures=FUTURES, runs=RUNS, seed=11, **more)


@pytest.mark.parametrize(("workers", "block"), [(1, 9), (2, 2048), (2, 50), (4, 30), (4, 360)])
def test_a_verdict_does_not_depend_on_workers_or_blocks(case, monkeypatch, workers, block):
    one, other = judged(case, workers=1), judged(case, monkeypatch, block, workers=workers)
    assert json.dumps(one.to_json()) == json.dumps(other.to_json())
    assert one.clipped == other.clipped
    for strategy, bands in one.bands.items():
        for name, band in bands.items():
            same(band.quantiles, other.bands[strategy][name].quantiles)
    for name in ("futures", "margin", "holds", "settled", "runs", "neither"):
        assert np.array_equal(getattr(one.margins, name), getattr(other.margins, name), equal_nan=name == "margin")


def test_another_seed_is_another_draw(case, ensemble, whole):
    other = Ensemble(case, futures=FUTURES, runs=RUNS, seed=12).block(0, FUTURES)
    assert not np.array_equal(other.drawn.values, whole.drawn.values)
    assert not np.array_equal(other.runs["quiet"], whole.runs["quiet"])


def test_further_runs_are_those_of_a_larger_ensemble(case, ensemble, whole):
    larger = Ensemble(case, futures=FUTURES, runs=3 * RUNS, seed=11).block(0, FUTURES)
    same(larger.runs["shows"][:, :RUNS].copy(), whole.runs["shows"].copy())
    rows = np.array([2, 3, 17, 31])
    more = ensemble.more(whole.drawn, rows, "shows", RUNS, 2 * RUNS)
    same(more.copy(), larger.runs["shows"][rows, RUNS:].copy())


def test_fewer_strategies_are_played_the_same(case, whole):
    alone = Ensemble(case, futures=FUTURES, runs=RUNS, seed=11, strategies=["shows"]).block(0, FUTURES)
    assert list(alone.runs) == ["shows"]
    same(alone.runs["shows"].copy(), whole.runs["shows"].copy())


@pytest.mark.parametrize(("strategy", "future", "run"), [("quiet", 0, 0), ("shows", 23, 8), ("shows", 39, 4)])
def test_the_replay_of_one_run_is_its_place_in_the_ensemble(ensemble, whole, strategy, future, run):
    played = ensemble.replay(strategy, future, run)
    same(played.measures[0], whole.runs[strategy][future, run].copy())
    trace = ensemble.trace(strategy, np.array([future]), np.array([run]))
    for name, values in played.trace.items():
        same(values[:, 0].copy(), trace[name][:, 0].copy())


def test_traces_agree_with_measures(ensemble, whole):
    futures, runs = np.repeat(np.array([4, 30, 7]), 3), np.tile(np.arange(3), 3)
    trace = ensemble.trace("quiet", futures, runs)
    assert np.array_equal(trace["test"].sum(axis=0), whole.runs["quiet"][futures, runs, 1])
    assert trace["tension"].shape == (25, 9)


def test_clipped_counts_the_steps_at_the_bounds(ensemble, whole):
    assert whole.clipped["quiet"].shape == (1,)
    assert 0 < whole.clipped["quiet"][0] < FUTURES * RUNS * 24
    replayed = [ensemble.replay("quiet", 5, run).clipped[0, 0] for run in range(RUNS)]
    assert ensemble.block(5, 1).clipped["quiet"][0] == sum(replayed) > 0


# --- settings ----------------------------------------------------------------------------------------------------


def with_fixed(case, *texts):
    settings = tuple(read_setting(case, text) for text in texts)
    return Ensemble(case, futures=FUTURES, runs=RUNS, seed=11, settings=settings)


def test_fixing_an_assumption_leaves_the_other_draws(case, whole):
    fixed = with_fixed(case, "pace=4").block(0, FUTURES)
    column = whole.drawn.names.index("pace")
    rest = [i for i in range(len(whole.drawn.names)) if i != column]
    assert (fixed.drawn.values[:, column] == 4).all()
    same(fixed.drawn.values[:, rest], whole.drawn.values[:, rest])


def test_fixing_a_rival_and_luck_stays(case):
    """With `tames` fixed, futures that had it anyway are played as before."""
    free = Ensemble(case, futures=FUTURES, runs=RUNS, seed=11).block(0, FUTURES)
    fixed = with_fixed(case, "squeeze=tames").block(0, FUTURES)
    column = free.drawn.names.index("squeeze")
    had = free.drawn.values[:, column] == 0
    assert 5 < had.sum() < 25
    same(fixed.runs["shows"][had], free.runs["shows"][had])
    assert not np.array_equal(fixed.runs["shows"][~had], free.runs["shows"][~had])


def test_fixing_a_quantity_holds_it_throughout(case):
    ensemble = with_fixed(case, "tension=0.25")
    trace = ensemble.trace("shows", np.arange(4), np.zeros(4, dtype=np.int64))
    assert (trace["tension"] == 0.25).all()
    assert trace["test"].sum() > 0


def test_fixing_an_option_holds_it_against_strategy_and_conduct(case):
    ensemble = with_fixed(case, "dprk.tests=frozen", "us.force=shows")
    for strategy in ensemble.strategies:
        trace = ensemble.trace(strategy, np.arange(4), np.zeros(4, dtype=np.int64))
        assert (trace["dprk.tests"] == 1).all()
        assert (trace["us.force"] == 1).all()
        assert not trace["test"].any()
