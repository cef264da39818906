"""Distributions against scipy.stats and closed forms."""

from math import exp, inf, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.language.case import (
    Beta,
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
from detente.simulate.distributions import cdf, inverses, mean, partial_mean, probability, quantile
from detente.simulate.incomplete import beta_tails, gamma_tails
from detente.simulate.normal import normal_tails

stats = pytest.importorskip("scipy.stats")
special = pytest.importorskip("scipy.special")

U = np.concatenate([(np.arange(200) + 0.5) / 200, 10.0 ** -np.arange(3, 16), 1 - 10.0 ** -np.arange(3, 12)])
STANDARD = Normal(0, 1)

TWINS = {
    "uniform": (Uniform(-2, 5), stats.uniform(-2, 7)),
    "triangular": (Triangular(1, 2, 6), stats.triang(0.2, 1, 5)),
    "triangular, mode at the low end": (Triangular(0, 0, 3), stats.triang(0, 0, 3)),
    "triangular, mode at the high end": (Triangular(0, 3, 3), stats.triang(1, 0, 3)),
    "normal": (Normal(2, 0.5), stats.norm(2, 0.5)),
    "lognormal": (Lognormal(3, 0.7), stats.lognorm(0.7, scale=3)),
    "beta": (Beta(2, 3), stats.beta(2, 3)),
    "beta, both ends open": (Beta(0.5, 0.5), stats.beta(0.5, 0.5)),
    "beta, steep": (Beta(0.1, 5), stats.beta(0.1, 5)),
    "beta, narrow": (Beta(300, 700), stats.beta(300, 700)),
    "gamma": (Gamma(2.5, 4), stats.gamma(2.5, scale=0.25)),
    "gamma, shape below 1": (Gamma(0.3, 2), stats.gamma(0.3, scale=0.5)),
    "gamma, exponential": (Gamma(1, 2), stats.expon(scale=0.5)),
    "gamma, narrow": (Gamma(2000, 1), stats.gamma(2000)),
    "truncated normal": (Truncated(STANDARD, -0.5, 3), stats.truncnorm(-0.5, 3)),
    "truncated above only": (Truncated(STANDARD, -inf, -2), stats.truncnorm(-np.inf, -2)),
}


@pytest.mark.parametrize(("ours", "theirs"), TWINS.values(), ids=TWINS)
def test_quantile_cdf_and_mean_agree_with_scipy(ours, theirs):
    x = quantile(ours, U)
    expected = theirs.ppf(U)
    np.testing.assert_allclose(x, expected, rtol=1e-10, atol=1e-12)
    inner = (expected > theirs.support()[0]) & (expected < theirs.support()[1])
    np.testing.assert_allclose(cdf(ours, expected[inner]), theirs.cdf(expected[inner]), rtol=2e-10, atol=1e-15)
    assert mean(ours) == pytest.approx(theirs.mean(), rel=1e-10)


@pytest.mark.parametrize("shape", [1e-3, 0.2, 1, 7.5, 150, 3e4])
def test_gamma_tails_agree_with_scipy_in_both_tails(shape):
    x = np.concatenate([[1e-280, 1e-9, 1e-3], shape * np.linspace(0.3, 3, 60), [700.0]])
    lower, upper = gamma_tails(shape, x)
    with np.errstate(under="ignore"):
        np.testing.assert_allclose(lower, special.gammainc(shape, x), rtol=1e-11, atol=1e-300)
        np.testing.assert_allclose(upper, special.gammaincc(shape, x), rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize(("a", "b"), [(0.01, 0.01), (0.5, 3), (2, 2), (40, 3), (1e3, 3e3), (2, 1e5)])
def test_beta_tails_agree_with_scipy_in_both_tails(a, b):
    x = np.concatenate([[0, 1e-12, 1e-5], np.linspace(0.01, 0.99, 50), [1 - 1e-9, 1]])
    lower, upper = beta_tails(a, b, x)
    np.testing.assert_allclose(lower, special.betainc(a, b, x), rtol=1e-10, atol=1e-300)
    np.testing.assert_allclose(upper, special.betaincc(a, b, x), rtol=1e-10, atol=1e-300)


def test_normal_tails_agree_with_scipy_in_both_tails():
    z = np.concatenate([np.linspace(-36, 36, 2001), [-inf, inf]])
    lower, upper = normal_tails(z)
    np.testing.assert_allclose(lower, special.ndtr(z), rtol=1e-12)
    np.testing.assert_allclose(upper, special.ndtr(-z), rtol=1e-12)


@pytest.mark.parametrize("shape", [1e5, 9.9e7, 1.1e8, 1e12])
def test_wide_gammas_stay_right_where_the_method_changes(shape):
    """Cornish and Fisher: x = a + z sqrt a + (z^2 - 1)/3 + (z^3 - 7 z)/(36 sqrt a) + O(1/a)."""
    z = np.array([-3.0, -1.0, 0.0, 0.5, 3.0])
    x = quantile(Gamma(shape, 1), special.ndtr(z))
    root = sqrt(shape)
    expected = shape + z * root + (z * z - 1) / 3 + (z**3 - 7 * z) / (36 * root)
    np.testing.assert_allclose((x - shape) / root, (expected - shape) / root, atol=3 / shape + 1e-11 * root)


def test_closed_forms():
    u = np.array([1e-12, 0.25, 0.5, 0.75])
    np.testing.assert_allclose(quantile(Beta(2, 1), u), np.sqrt(u), rtol=1e-13)
    np.testing.assert_allclose(quantile(Beta(0.5, 0.5), u), np.sin(np.pi * u / 2) ** 2, rtol=1e-12)
    np.testing.assert_allclose(quantile(Gamma(1, 4), u), -np.log1p(-u) / 4, rtol=1e-13)
    np.testing.assert_allclose(quantile(Triangular(0, 1, 2), u), [sqrt(2e-12), sqrt(0.5), 1, 2 - sqrt(0.5)], 1e-15)
    np.testing.assert_allclose(quantile(Triangular(0, 0, 2), u), 2 * u / (1 + np.sqrt(1 - u)), rtol=1e-15)
    np.testing.assert_allclose(quantile(Lognormal(5, 2), [0.5]), [5], rtol=1e-15)
    assert quantile(Fixed(3.5), 0.1) == [3.5]


def test_far_tails_survive_truncation():
    """Where P(X < low) is 1 to the last place, everything is reckoned from above."""
    low, high = 30.0, 31.0
    x = quantile(Truncated(STANDARD, low, high), U)
    mass = special.ndtr(-low) - special.ndtr(-high)
    np.testing.assert_allclose(x, -special.ndtri(special.ndtr(-high) + (1 - U) * mass), rtol=1e-12)
    mirrored = quantile(Truncated(STANDARD, -high, -low), U[:200])
    np.testing.assert_allclose(mirrored, -x[:200][::-1], rtol=1e-13)
    assert mean(Truncated(STANDARD, low, inf)) == pytest.approx(30.033259, abs=1e-6)


@pytest.mark.parametrize(
    "distribution", [Truncated(STANDARD, 50, 60), Truncated(Uniform(0, 1), 2, 3), Truncated(Fixed(1), 2, 3)], ids=str
)
def test_truncation_to_nothing_is_refused(distribution):
    with pytest.raises(ValueError, match="has no probability within"):
        quantile(distribution, 0.5)


def test_rivals_come_by_weight_and_never_with_weight_none():
    rivals = OneOf(("a", "b", "c", "d"), (1, 2, 1, 0))
    u = (np.arange(1000) + 0.5) / 1000
    assert np.array_equal(np.bincount(quantile(rivals, u).astype(int)), [250, 500, 250])
    assert np.array_equal(quantile(rivals, [2**-53, 0.25, 0.75, 1 - 2**-53]), [0, 0, 1, 2])
    assert np.array_equal(cdf(rivals, [-1, 0, 0.5, 1, 2, 3, 9]), [0, 0.25, 0.25, 0.75, 1, 1, 1])
    with pytest.raises(TypeError, match="rivals have no mean"):
        mean(rivals)


POOLED = Mixture((Uniform(3, 12), Normal(20, 4), Gamma(2, 0.1)), (1, 2, 1))


def test_a_mixture_is_inverted_exactly():
    x = quantile(POOLED, U)
    np.testing.assert_allclose(cdf(POOLED, x), U, rtol=2e-14)
    parts = (stats.uniform(3, 9), stats.norm(20, 4), stats.gamma(2, scale=10))
    expected = sum(share * part.cdf(x) for share, part in zip((0.25, 0.5, 0.25), parts, strict=True))
    np.testing.assert_allclose(expected, U, rtol=1e-10)
    assert mean(POOLED) == pytest.approx(0.25 * 7.5 + 0.5 * 20 + 0.25 * 20, rel=1e-14)


def test_atoms_of_a_mixture_are_hit_exactly():
    d = Mixture((Fixed(7.0), Uniform(6, 10)), (1, 3))  # F: 0 at 6, 3/16 before 7, 7/16 at 7
    u = np.array([0.1, 3 / 16 - 1e-9, 3 / 16 + 1e-9, 0.3, 7 / 16, 7 / 16 + 0.075])
    np.testing.assert_allclose(quantile(d, u), [6 + 1.6 / 3, 7, 7, 7, 7, 7.4], rtol=1e-8)
    assert (quantile(d, u)[2:5] == 7.0).all()
    assert probability(d, 7, 7) == pytest.approx(0.25)
    assert quantile(Truncated(d, 7, 8), 0.5) == [7.0]  # 4/7 of what is left
    assert quantile(Truncated(d, 7, 8), 4 / 7 + 3 / 14)[0] == pytest.approx(7.5)
    assert quantile(Mixture((Fixed(0.0), Fixed(1.0)), (1, 1)), [0.5, 0.5 + 1e-15]).tolist() == [0.0, 1.0]


def test_parts_without_weight_and_parts_within_parts():
    inner = Mixture((Uniform(0, 1), Fixed(50.0)), (1, 0))
    d = Mixture((inner, Truncated(Lognormal(1, 1), 2, inf)), (1, 1))
    x = quantile(d, [0.25, 0.5, 0.75])
    tail = stats.lognorm(1)
    np.testing.assert_allclose(x, [0.5, 1.0, tail.isf(0.5 * tail.sf(2))], rtol=1e-12)


@pytest.mark.parametrize(
    "distribution", [*(ours for ours, _ in TWINS.values()), POOLED, Truncated(POOLED, 5, 25)], ids=str
)
def test_parts_of_the_mean_are_those_of_the_quantile(distribution):
    """E[X; X <= q] is the integral of the quantile up to F(q): midpoint rule."""
    u = (np.arange(40_000) + 0.5) / 40_000
    x = quantile(distribution, u)
    middle = float(quantile(distribution, 0.6)[0])
    assert partial_mean(distribution, -inf, middle) == pytest.approx(x[:24_000].mean() * 0.6, rel=2e-3, abs=2e-4)
    whole = partial_mean(distribution, -inf, middle) + partial_mean(distribution, np.nextafter(middle, inf), inf)
    assert whole == pytest.approx(mean(distribution), rel=1e-9)


number = st.floats(-50, 50, allow_subnormal=False)
positive = st.floats(0.05, 50)
plain = st.one_of(
    st.builds(Fixed, number),
    st.builds(lambda low, width: Uniform(low, low + width), number, positive),
    st.builds(lambda low, a, b: Triangular(low, low + a, low + a + b), number, positive, positive),
    st.builds(Normal, number, positive),
    st.builds(Lognormal, positive, st.floats(0.05, 2)),
    st.builds(Beta, positive, positive),
    st.builds(Gamma, positive, positive),
)
mixtures = st.lists(st.tuples(plain, positive), min_size=1, max_size=3).map(
    lambda rows: Mixture(tuple(part for part, _ in rows), tuple(weight for _, weight in rows))
)


def has_atoms(d):
    """Whether single values have a probability."""
    if isinstance(d, Truncated):
        return has_atoms(d.of)
    return isinstance(d, Fixed) or (isinstance(d, Mixture) and any(has_atoms(part) for part in d.parts))


@settings(max_examples=60, deadline=None)
@given(distribution=st.one_of(plain, mixtures), cut=st.tuples(st.floats(0.05, 0.4), st.floats(0.6, 0.95)))
def test_quantiles_rise_lie_within_and_stand_alone(distribution, cut):
    low, high = quantile(distribution, cut)
    u = np.linspace(0.001, 0.999, 41)
    for d in (distribution, Truncated(distribution, float(low), float(high))):
        x = quantile(d, u)
        assert (np.diff(x) >= -1e-13 * np.abs(x[1:])).all()
        assert (cdf(d, np.nextafter(x, inf)) >= u - 1e-9).all()
        assert (cdf(d, np.nextafter(x, -inf)) <= u + 1e-9).all() or has_atoms(d)
        assert np.array_equal(x[7:8], quantile(d, u[7:8]))
        assert np.array_equal(x[::-3], quantile(d, u[::-3]))
    assert (x >= low).all()
    assert (x <= high).all()


def test_no_probability_is_lost_between_neighbouring_methods():
    """The three ranges of the normal, and series against fraction, meet without a step."""
    for edge in (0.67448975, sqrt(32)):
        a, b = normal_tails(np.array([np.nextafter(edge, 0), np.nextafter(edge, 9)]))[1]
        assert a == pytest.approx(b, rel=1e-14)
    a, b = gamma_tails(3.0, np.array([np.nextafter(4.0, 0), 4.0]))[0]
    assert a == pytest.approx(b, rel=1e-14)
    assert a == pytest.approx(1 - exp(-4) * (1 + 4 + 8), rel=1e-14)
    assert cdf(Lognormal(2, 0.5), 2 * exp(0.5))[0] == pytest.approx(special.ndtr(1), rel=1e-14)
    assert log(2) == pytest.approx(float(quantile(Gamma(1, 1), 0.5)[0]), rel=1e-15)


def test_quantiles_sought_together_are_those_sought_alone():
    """Gammas of all shapes are sought in one go, and none of the others shows in the bits."""
    together = [Gamma(shape, 1.7) for shape in (0.01, 0.3, 1.0, 7.0, 9e7, 2e8)] + [Normal(0, 1), Beta(2, 3)]
    u = np.random.default_rng(1).permuted(np.tile(U, (len(together), 1)), axis=1).T
    found = inverses(together, u, 1.0 - u)
    for i, distribution in enumerate(together):
        assert np.array_equal(found[:, i], quantile(distribution, u[:, i]))
