import numpy as np
import pytest

from detente.claims.estimates import estimate
from detente.claims.intervals import wilson
from detente.language.tree import Before, Compare, Estimate, Never, Number


def test_conditional_share_counts_only_the_runs_with_its_condition(toy):
    tests = np.array([[1.0, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]])
    strain = np.array([[1.0, 0, 1, 1], [1, 1, 1, 1], [0, 1, 0, 0]])
    sample = toy.sample(a={"tests": tests, "strain": strain})
    happened = Compare(">", toy.at("tests"), Number(0.0))
    tense = Compare(">", toy.at("strain"), Number(0.5))
    found = estimate(toy.share(tense, happened), sample)
    assert found.value.tolist()[::2] == [0.5, 0.25]
    assert np.isnan(found.value[1])
    low, high = wilson(np.array([0.5, 0.25]), np.array([2, 4]))
    np.testing.assert_allclose([found.low[::2], found.high[::2]], [low, high])


def test_race_with_never(toy):
    reaches = [[31.0, 60, np.inf, np.inf, 31]]
    concedes = [[60.0, 60, 31, np.inf, np.inf]]
    sample = toy.sample(a={"reaches": reaches, "concedes": concedes})
    assert estimate(toy.race(), sample).value.tolist() == [2 / 5]
    for op, count in [("<", 2), ("<=", 4), ("==", 2), ("!=", 3), (">", 1)]:
        compared = Compare(op, toy.at("reaches"), toy.at("concedes"))
        assert estimate(toy.share(compared), sample).value.tolist() == [count / 5]
    happened = Compare("<", toy.at("reaches"), Never())
    assert estimate(toy.share(happened), sample).value.tolist() == [3 / 5]
    assert estimate(toy.share(Before(toy.at("reaches"), Never())), sample).value.tolist() == [3 / 5]


@pytest.mark.parametrize(
    ("level", "day"),
    [(0.0, 31), (0.1, 31), (0.11, 60), (0.2, 60), (0.5, 121), (0.6, 121), (0.61, np.inf), (1.0, np.inf)],
)
def test_quantile_of_dates_is_a_date_that_occurs(toy, level, day):
    sample = toy.sample(a={"reaches": [[31.0, 60, 91, 91, 121, 121, np.inf, np.inf, np.inf, np.inf]]})
    assert estimate(Estimate("q", toy.at("reaches"), level=level), sample).value.tolist() == [day]


def test_seven_of_ten_is_the_seventh(toy):
    sample = toy.sample(a={"reaches": [np.arange(10.0)]})
    assert estimate(Estimate("q", toy.at("reaches"), level=0.7), sample).value.tolist() == [6]


@pytest.mark.parametrize("runs", [1, 2, 5, 32])
def test_quantiles_of_numbers_are_of_type_7(toy, runs):
    values = np.random.default_rng(1).normal(size=(4, runs))
    sample = toy.sample(a={"strain": values})
    for level in (0.0, 0.1, 0.25, 0.5, 0.9, 1.0):
        found = estimate(Estimate("q", toy.at("strain"), level=level), sample)
        np.testing.assert_allclose(found.value, np.quantile(values, level, axis=1), rtol=1e-12, atol=1e-15)
    median = estimate(Estimate("median", toy.at("strain")), sample)
    np.testing.assert_allclose(median.value, np.median(values, axis=1), rtol=1e-12)


def test_median_interval_runs_between_order_statistics(toy):
    days = np.append(np.arange(1.0, 15), [np.inf] * 6)[None]
    sample = toy.sample(a={"reaches": days, "strain": np.arange(1.0, 21)[None]})
    date = estimate(Estimate("median", toy.at("reaches")), sample)
    assert (date.value[0], date.low[0], date.high[0]) == (10, 6, np.inf)  # ranks 6 and 15 of 20
    number = estimate(Estimate("median", toy.at("strain")), sample)
    assert (number.value[0], number.low[0], number.high[0]) == (10.5, 6, 15)


def test_one_run_bounds_nothing(toy):
    sample = toy.sample(a={"reaches": [[31.0]], "strain": [[1.0]]})
    mean = estimate(Estimate("mean", toy.at("strain")), sample)
    assert (mean.value[0], mean.low[0], mean.high[0]) == (1, -np.inf, np.inf)
    median = estimate(Estimate("median", toy.at("strain")), sample)
    assert (median.low[0], median.high[0]) == (-np.inf, np.inf)
    date = estimate(Estimate("median", toy.at("reaches")), sample)
    assert (date.low[0], date.high[0]) == (0, np.inf)


def test_only_a_share_takes_a_condition(toy):
    happened = Compare(">", toy.at("tests"), Number(0.5))
    with pytest.raises(TypeError, match=r"^mean takes no condition$"):
        estimate(Estimate("mean", toy.at("tests"), happened), toy.sample(a={"tests": [[1.0]]}))


def test_mean_has_the_t_interval_and_none_without_differences(toy):
    sample = toy.sample(a={"strain": [[1.0, 2, 3, 4], [0.1, 0.1, 0.1, 0.1]]})
    mean = estimate(Estimate("mean", toy.at("strain")), sample)
    half = 3.182446305284263 * np.sqrt(5 / 3) / 2
    np.testing.assert_allclose([mean.low, mean.high], [[2.5 - half, 0.1], [2.5 + half, 0.1]])
    assert mean.low[1] == mean.value[1] == mean.high[1]
