"""Futures: functions of (seed, number) alone, with the distributions and rank correlations that were asked for."""

import hashlib
from math import asin, inf, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.language.case import (
    Assumption,
    Beta,
    Case,
    Correlation,
    Fixed,
    Gamma,
    Lognormal,
    Mixture,
    Normal,
    OneOf,
    Triangular,
    Truncated,
    Uniform,
)
from detente.language.units import Unit
from detente.simulate import latin, sobol
from detente.simulate.copula import cholesky, pearson
from detente.simulate.distributions import quantile
from detente.simulate.futures import draw

MONTH = Unit("month", 1 / 12, (("year", 1),))


def case_of(correlations=(), **distributions):
    assumptions = {
        name: Assumption(name, distribution, MONTH if name == "lag" else None)
        for name, distribution in distributions.items()
    }
    ranks = tuple(Correlation((a, b), rank) for a, b, rank in correlations)
    return Case("case", assumptions=assumptions, correlations=ranks)


EVERYTHING = {
    "bite": Uniform(0.05, 0.4), "learning": Triangular(0.02, 0.05, 0.1), "size": Fixed(3.0), "lag": Lognormal(6, 0.5),
    "share": Beta(2, 3), "rate": Gamma(2.5, 4), "squeeze": OneOf(("tames", "hardens"), (1, 3)),
    "pooled": Mixture((Uniform(3, 12), Truncated(Normal(20, 5), 15, inf), Fixed(7.0)), (1, 2, 1)),
    "late": Truncated(Normal(0, 1), -inf, -1),
}
CASE = case_of([("bite", "learning", 0.5), ("learning", "rate", -0.6), ("late", "bite", 0.3)], **EVERYTHING)
FIELDS = ("values", "internal", "coordinates")


def ranks(x):
    return np.argsort(np.argsort(x)).astype(float)


@pytest.mark.parametrize("design", ["sobol", "lhs"])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**64 - 1), first=st.integers(0, 90), count=st.integers(0, 10))
def test_a_future_does_not_depend_on_what_is_drawn_with_it(design, seed, first, count):
    whole, part = draw(CASE, seed, 0, 100, design, 100), draw(CASE, seed, first, count, design, 100)
    for field in FIELDS:
        assert np.array_equal(getattr(part, field), getattr(whole, field)[first : first + count])
    assert np.array_equal(part.numbers, np.arange(first, first + count))
    assert np.array_equal(part.scrambles, part.numbers % 8)


def test_bits_are_those_that_they_have_always_been():
    """The same on every processor and with every library: a change of these bytes changes every result."""
    futures = draw(CASE, 1, 0, 256)
    found = hashlib.blake2b(futures.values.tobytes() + futures.coordinates.tobytes(), digest_size=8).hexdigest()
    assert found == "75b1b423cfe9ec82"


def test_values_are_the_quantiles_of_the_points_in_the_order_of_the_file():
    case = case_of(**EVERYTHING)
    futures = draw(case, 9, 40, 64)
    points = sobol.points(9, 40, 64, len(EVERYTHING) - 1)
    varying = [name for name in EVERYTHING if name != "size"]
    for dimension, name in enumerate(varying):
        column = futures.names.index(name)
        assert np.array_equal(futures.coordinates[:, column], points[:, dimension])
        assert np.array_equal(futures.values[:, column], quantile(EVERYTHING[name], points[:, dimension]))
    assert futures.names == tuple(EVERYTHING)
    assert (futures.values[:, 2] == 3.0).all()
    hypercube = draw(case, 9, 40, 64, "lhs", 200)
    assert np.array_equal(hypercube.coordinates[:, 0], latin.points(9, 40, 64, 8, 200)[:, 0])


def test_internal_values_count_time_in_years():
    futures = draw(CASE, 1, 0, 32)
    factors = [1 / 12 if name == "lag" else 1.0 for name in futures.names]
    assert np.array_equal(futures.internal, futures.values * factors)


def test_a_fixed_assumption_takes_no_dimension_and_a_held_one_keeps_it():
    plain, with_fixed = case_of(a=Uniform(0, 1), b=Normal(0, 1)), case_of(a=Uniform(0, 1), k=Fixed(2), b=Normal(0, 1))
    a, b = draw(plain, 3, 0, 40), draw(with_fixed, 3, 0, 40)
    assert np.array_equal(a.values, b.values[:, [0, 2]])
    held = draw(CASE, 3, 0, 40, fixed={"learning": 0.07, "squeeze": 0})
    free = draw(CASE, 3, 0, 40)
    others = [i for i, name in enumerate(free.names) if name not in ("learning", "squeeze")]
    assert np.array_equal(held.values[:, others], free.values[:, others])
    assert (held.values[:, 1] == 0.07).all()
    assert (held.values[:, free.names.index("squeeze")] == 0).all()


def test_rivals_come_by_weight_in_every_scramble():
    futures = draw(CASE, 5, 0, 512)
    squeeze = futures.values[:, futures.names.index("squeeze")]
    for scramble in range(8):
        assert np.bincount(squeeze[futures.scrambles == scramble].astype(int)).tolist() == [16, 48]


def test_rank_correlations_are_those_asked_for_and_marginals_stay():
    futures, independent = draw(CASE, 2, 0, 8192), draw(case_of(**EVERYTHING), 2, 0, 8192)
    column = {name: ranks(futures.values[:, i]) for i, name in enumerate(futures.names) if name != "size"}

    def spearman(a, b):
        return np.corrcoef(column[a], column[b])[0, 1]

    assert spearman("bite", "learning") == pytest.approx(0.5, abs=0.01)
    assert spearman("learning", "rate") == pytest.approx(-0.6, abs=0.01)
    assert spearman("late", "bite") == pytest.approx(0.3, abs=0.01)
    assert spearman("bite", "rate") == pytest.approx(0.0, abs=0.01)
    assert spearman("bite", "lag") == pytest.approx(0.0, abs=0.02)
    for name in ("bite", "learning", "rate", "late"):
        i = futures.names.index(name)
        together, alone = (np.quantile(f.values[:, i], np.linspace(0.02, 0.98, 25)) for f in (futures, independent))
        np.testing.assert_allclose(together, alone, rtol=0.03)
    assert np.array_equal(futures.values[:, 3], independent.values[:, 3])  # not named in any correlation


def test_a_correlation_with_a_fixed_assumption_says_nothing():
    with_fixed = case_of([("a", "k", 0.9)], a=Normal(0, 1), k=Fixed(2))
    np.testing.assert_allclose(
        draw(with_fixed, 3, 0, 64).values[:, 0], draw(case_of(a=Normal(0, 1)), 3, 0, 64).values[:, 0], rtol=1e-12
    )


@pytest.mark.parametrize("rank", [-0.9, -0.3, 0.0, 0.5, 0.99])
def test_scores_are_correlated_by_pearsons_formula(rank):
    assert 6 / pi * asin(pearson(rank) / 2) == pytest.approx(rank, abs=1e-15)
    factor = cholesky(np.array([[1, pearson(rank)], [pearson(rank), 1]]))
    np.testing.assert_allclose(factor @ factor.T, [[1, pearson(rank)], [pearson(rank), 1]], rtol=1e-15)


@pytest.mark.parametrize("correlations", [
    [("a", "b", 1.0)], [("a", "b", -1.0)], [("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)],
])
def test_correlations_that_do_not_fit_together_are_refused(correlations):
    case = case_of(correlations, a=Uniform(0, 1), b=Normal(0, 1), c=Beta(1, 2))
    with pytest.raises(ValueError, match="not positive definite"):
        draw(case, 1, 0, 8)


def test_a_latin_hypercube_needs_the_total():
    with pytest.raises(ValueError, match="needs the total of futures"):
        draw(CASE, 1, 0, 8, "lhs")


def test_a_case_without_assumptions_has_futures_without_columns():
    futures = draw(case_of(), 1, 5, 3)
    assert len(futures) == 3
    assert futures.values.shape == (3, 0)
    assert draw(case_of(k=Fixed(4)), 1, 5, 3).values.tolist() == [[4.0]] * 3
