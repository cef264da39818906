from math import comb

import numpy as np
import pytest

from detente.claims.intervals import quantile_ranks, t_quantile, wilson


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits, trials, low, high):
    found = wilson(np.array([hits / trials]), trials)
    assert np.round(np.ravel(found), 4).tolist() == [low, high]


def test_wilson_is_exact_at_the_ends_and_vacuous_without_trials():
    low, high = wilson(np.array([0.0, 1.0, np.nan]), np.array([32, 32, 0]))
    assert low[0] == 0.0
    assert high[1] == 1.0
    assert high[0] == pytest.approx(3.8415 / (32 + 3.8415), abs=1e-4)
    assert low[1] == pytest.approx(1 - high[0])
    assert (low[2], high[2]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("probability", "degrees", "table"),
    # Abramowitz and Stegun, table 26.10
    [(0.95, 1, 6.314), (0.95, 7, 1.895), (0.975, 7, 2.365), (0.975, 30, 2.042), (0.975, 120, 1.980)],
)
def test_t_quantile_as_tabled(probability, degrees, table):
    assert round(t_quantile(probability, degrees), 3) == table


def test_t_quantile_against_the_incomplete_beta_function():
    from scipy.special import stdtrit

    for degrees in [*range(1, 40), 127, 199, 200, 201, 511, 10_000]:
        for probability in (0.95, 0.975, 0.995):
            assert t_quantile(probability, degrees) == pytest.approx(stdtrit(degrees, probability), rel=1e-8)


@pytest.mark.parametrize(
    ("runs", "level", "ranks"),
    # the median's ranks: David and Nagaraja 2003, section 7.1; below six runs there is no bound
    [(5, 0.5, (0, 6)), (6, 0.5, (1, 6)), (10, 0.5, (2, 9)), (20, 0.5, (6, 15)), (32, 0.9, (25, 33)), (8, 0.0, (0, 1)),
     (8, 1.0, (8, 9))],
)
def test_quantile_ranks(runs, level, ranks):
    assert quantile_ranks(runs, level) == ranks


@pytest.mark.parametrize("runs", [6, 7, 32, 64, 128])
@pytest.mark.parametrize("level", [0.1, 0.5, 0.8])
def test_quantile_ranks_are_the_tightest_that_keep_each_tail(runs, level):
    chances = [comb(runs, k) * level**k * (1 - level) ** (runs - k) for k in range(runs + 1)]
    low, high = quantile_ranks(runs, level)
    assert sum(chances[:low]) <= 0.025 < sum(chances[: low + 1])
    assert sum(chances[high:]) <= 0.025 < sum(chances[high - 1 :])
