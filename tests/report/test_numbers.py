"""What the sections work out of the results: influence, what follows, regret, orders, the words for it."""

from __future__ import annotations

import numpy as np
import pytest

from detente.claims.clocks import dates, races
from detente.explore.exploration import explore
from detente.explore.regret import strategies
from detente.report.estimate import mean_interval
from detente.report.influence import _explained
from detente.report.likelihood import LIKELIHOOD, likelihood
from detente.report.orders import order_shares
from detente.report.results import Results
from detente.report.sections.strategies import best_on
from detente.report.structure import links, setters
from detente.report.subjects import conclusion, main_quantities


def test_what_an_argument_is_about(results: Results) -> None:
    case = results.case
    assert races(case) == (("reaches", "concedes"),)
    assert dates(case) == ("reaches", "concedes")
    assert conclusion(case, tuple(case.claims)) == "way_out"
    assert main_quantities(case)[0] == "reach"


def test_explained_is_all_of_a_threshold_and_none_of_noise() -> None:
    part = np.repeat(np.arange(8), 500)
    assert _explained(part, (part >= 4).astype(float), 8) == pytest.approx(1, abs=0.01)
    noise = np.random.default_rng(1).integers(0, 2, 4000).astype(float)
    assert _explained(part, noise, 8) < 0.005
    half = np.where(part >= 4, noise, 0.0)  # P = 1/2 or 0: Var E / Var = (1/16) / (3/16)
    assert _explained(part, half, 8) == pytest.approx(1 / 3, abs=0.03)


def test_the_small_case_hangs_on_how_fast_each_test_teaches(results: Results) -> None:
    assert results.influences("too_slow")[0].assumption in ("hardship", "bite", "learning", "test_rate")
    assert all(0 <= one.explained <= 1 for one in results.influences("too_slow"))


def test_follows_counts_futures(results: Results) -> None:
    argument = results.argued("way_out")
    assert argument is not None
    found = argument.follows
    margins = results.judged.margins
    row = {name: margins.holds[i] & ~margins.left_out[i] for i, name in enumerate(margins.claims)}
    both = row["too_slow"] & row["tests_go_on"]
    assert found.holds_in == both.mean()
    assert found.within is not None
    assert found.elsewhere is not None
    assert found.within.share == row["way_out"][both].mean()
    assert found.elsewhere.share == row["way_out"][~both].mean()
    assert results.argued("too_slow") is None


def test_goals_are_those_of_exploration(results: Results) -> None:
    """The report and `detente explore` say the same of the same run."""
    found = strategies(results.by_future)
    run = explore(results.case, futures=256, runs=16, seed=3, further=False)
    assert found is not None
    assert run.strategies is not None
    for name, standing in run.strategies.standings.items():
        for told in ("mean", "worst_decile", "regret", "worst_regret"):
            assert getattr(found.standings[name], told) == pytest.approx(getattr(standing, told), rel=1e-12)
    assert found.choice == run.strategies.choice
    assert best_on(results)["reaches"] == found.choice.expected
    argued, there = results.argued("way_out"), run.claims["way_out"].argument
    assert argued == there


def test_interval_of_a_mean_covers_it() -> None:
    rng = np.random.default_rng(5)
    found = [mean_interval(rng.normal(3, 1, 512)) for _ in range(400)]
    covered = np.mean([abs(mean - 3) <= half for mean, half in found])
    assert 0.86 < covered < 0.94  # 0.9, four standard errors of 400 trials either way at most
    assert mean_interval(np.array([1.0]))[1] == float("inf")


def test_orders_are_shares_of_runs(results: Results) -> None:
    (pair, rows), *_ = order_shares(results)
    assert pair == ("reaches", "concedes")
    kept = results.judged.by_future
    assert kept is not None
    for name, shares in rows.items():
        assert sum(one.share or 0.0 for one in shares) == pytest.approx(1)
        assert shares[3].share == pytest.approx(kept.orders[name][0, 3].sum() / (kept.futures * kept.runs))


def test_words_of_likelihood_have_no_gaps() -> None:
    assert [likelihood(edge) for edge, _, _ in LIKELIHOOD] == [word for _, word, _ in LIKELIHOOD]
    assert likelihood(0.0) == "almost no chance"


def test_structure_is_read_off_the_trees(results: Results) -> None:
    found = links(results.case)
    assert ("us.sanctions", "strain") in found
    assert ("dprk.tests", "test") in found
    assert ("test", "reach") in found
    assert ("strain", "dprk.tests") in found
    assert ("us.talks", "dprk.tests") in found
    assert ("strain", "felt") in found
    assert ("reach", "strain") not in found
    who = setters(results.case)
    assert who["dprk.tests"] == ["the conduct of dprk"]
    assert who["us.talks"] == ["2 of the strategies"]
