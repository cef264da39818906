"""Sobol' points and Latin hypercubes: what makes them better than independent draws, and pure functions."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.simulate import latin, sobol

SEEDS = st.integers(0, 2**64 - 1)


def scrambles(points):
    """The points of each of the eight scrambles, in order: [scramble, point, dimension]."""
    return points.reshape(-1, 8, points.shape[1]).swapaxes(0, 1)


def test_direction_numbers_are_those_of_joe_and_kuo():
    qmc = pytest.importorskip("scipy.stats").qmc
    plain = qmc.Sobol(1024, scramble=False, bits=32).random(512)  # in Gray code order: a block holds the same points
    ours = sobol._low_sums(sobol._directions(1024)[:9, None, :])[:, 0] * 2.0**-52
    assert np.array_equal(np.sort(ours, axis=0), np.sort(plain, axis=0))
    n = np.arange(512)
    assert np.array_equal(ours[n ^ (n >> 1)], plain)


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_each_scramble_is_stratified_in_every_dimension(seed):
    for points in scrambles(sobol.points(seed, 0, 8 * 256, 60)):
        strata = np.sort(np.floor(points * 256), axis=0)
        assert np.array_equal(strata, np.repeat(np.arange(256)[:, None], 60, axis=1))


@pytest.mark.parametrize("block", [0, 1, 5])
def test_each_scramble_is_a_net_in_the_first_two_dimensions(block):
    """A (0, 8, 2)-net: every box of 2^-k by 2^-(8-k) holds exactly one of an aligned block of 256 points."""
    for points in scrambles(sobol.points(7, 8 * 256 * block, 8 * 256, 2)):
        for k in range(9):
            boxes = np.floor(points[:, 0] * 2**k) * 2 ** (8 - k) + np.floor(points[:, 1] * 2 ** (8 - k))
            assert np.array_equal(np.sort(boxes), np.arange(256))


@pytest.mark.parametrize("design", ["sobol", "lhs"])
@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, cuts=st.lists(st.integers(0, 900), max_size=4))
def test_points_do_not_depend_on_the_chunks(design, seed, cuts):
    def points(first, count):
        return sobol.points(seed, first, count, 3) if design == "sobol" else latin.points(seed, first, count, 3, 900)

    edges = sorted({0, 900, *cuts})
    parts = [points(a, b - a) for a, b in pairwise(edges)]
    assert np.array_equal(np.vstack(parts), points(0, 900))


def test_a_later_chunk_across_blocks_is_the_same_alone():
    """Blocks of 1,024 points are an optimisation only; a point far out costs nothing."""
    far = 8 * (2**31 + 1020)
    together = sobol.points(3, far, 100, 5)
    assert np.array_equal(together[50:51], sobol.points(3, far + 50, 1, 5))
    assert len(np.unique(together[:, 0])) == 100


def test_a_dimension_does_not_depend_on_how_many_there_are():
    assert np.array_equal(sobol.points(1, 0, 64, 9)[:, :4], sobol.points(1, 0, 64, 4))
    assert np.array_equal(latin.points(1, 0, 64, 9, 64)[:, :4], latin.points(1, 0, 64, 4, 64))


def test_scrambles_seeds_and_dimensions_differ():
    points = sobol.points(1, 0, 512, 4)
    assert len(np.unique(points)) == points.size
    assert not np.isin(sobol.points(2, 0, 512, 4), points).any()


def test_beyond_the_table_of_directions_coordinates_are_independent_draws():
    points = sobol.points(5, 0, 2048, 1030)
    assert np.array_equal(points[:, :3], sobol.points(5, 0, 2048, 3))
    late = points[:, 1024:]
    assert ((late > 0) & (late < 1)).all()
    assert abs(late.mean() - 0.5) < 4 / np.sqrt(12 * late.size)
    assert np.abs(np.corrcoef(late.T) - np.eye(6)).max() < 0.1


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_of_more_than_64_bits_is_refused(seed):
    with pytest.raises(ValueError, match=f"the seed is a whole number from 0 to .* - 1, not {seed}"):
        sobol.points(seed, 0, 1, 1)


@pytest.mark.parametrize(("first", "count"), [(-1, 1), (0, -1), (2**35, 1)])
def test_points_that_no_scramble_has_are_refused(first, count):
    with pytest.raises(ValueError, match=f"points {first} to {first + count} are outside 0 to {2**35}"):
        sobol.points(0, first, count, 1)


def product(points):
    """A smooth function of mean 1 over the cube."""
    return np.prod(1 + 0.5 * (points - 0.5), axis=-1)


def estimates(n, dimensions=5, seeds=40):
    """Means of `product` over each scramble of 8 n points, for each seed: [seed, scramble]."""
    return np.array([
        product(scrambles(sobol.points(seed, 0, 8 * n, dimensions))).mean(axis=1) for seed in range(seeds)
    ])


def test_the_mean_over_scrambles_is_unbiased_and_scrambles_are_independent():
    found = estimates(16) - 1
    assert abs(found.mean()) < 4 * found.std() / np.sqrt(found.size)
    between = found.mean(axis=1).std() * np.sqrt(8)  # as large as the spread within, if they are independent
    assert 0.7 < between / found.std(axis=1, ddof=1).mean() < 1.4


def test_the_error_falls_faster_than_that_of_independent_draws():
    coarse, fine = (np.sqrt(np.mean((estimates(n) - 1) ** 2)) for n in (16, 1024))
    assert coarse / fine > 64**0.9  # independent draws: 64 ** 0.5
    assert fine < 0.02 * np.sqrt(np.var(product(np.random.default_rng(1).random((10_000, 5)))) / 1024) * 10


@pytest.mark.parametrize("total", [1, 7, 8, 9, 24, 100, 1000, 8 * 1024 + 3])
def test_latin_hypercubes_are_stratified_exactly(total):
    points = latin.points(11, 0, total, 6, total)
    assert ((points > 0) & (points < 1)).all()
    for cube in range(min(8, total)):
        mine = points[cube::8]
        strata = np.sort(np.floor(mine * len(mine)), axis=0)
        assert np.array_equal(strata, np.repeat(np.arange(len(mine))[:, None], 6, axis=1))


def test_latin_permutations_are_even_and_independent():
    """Each of the six orders of three strata comes about equally often (chi-square, 5 degrees: 20.5 at 0.1 %)."""
    orders = {}
    for seed in range(120):
        for cube in np.floor(scrambles(latin.points(seed, 0, 24, 4, 24)) * 3):
            for dimension in cube.T:
                orders[tuple(dimension)] = orders.get(tuple(dimension), 0) + 1
    expected = 120 * 8 * 4 / 6
    assert len(orders) == 6
    assert sum((n - expected) ** 2 / expected for n in orders.values()) < 20.5
    many = latin.points(3, 0, 8000, 6, 8000)
    assert np.abs(np.corrcoef(many.T) - np.eye(6)).max() < 0.05


def test_latin_points_need_a_total_that_holds_them():
    with pytest.raises(ValueError, match="points 8 to 17 of 16"):
        latin.points(1, 8, 9, 2, 16)
