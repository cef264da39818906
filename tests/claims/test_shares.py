import numpy as np
import pytest

from detente.claims.shares import share_interval, verdict_of

EIGHT = np.arange(8)


def designed(held, points):
    """Futures of eight scrambles, of which scramble k holds in the first held[k] points."""
    futures = np.arange(8 * points)
    return futures // 8 < np.asarray(held)[futures % 8], futures


def test_student_t_over_the_scrambles():
    shares = np.array([60, 62, 63, 64, 64, 65, 66, 68])
    holds, futures = designed(shares, 128)
    share, (low, high) = share_interval(holds, np.ones(1024, bool), futures)
    t_half = 1.894578605061305 * shares.std(ddof=1) / 128 / np.sqrt(8)
    assert share == shares.mean() / 128
    assert high - share == pytest.approx(t_half)
    assert share - low == pytest.approx(high - share)


def test_scrambles_that_agree_leave_the_room_that_the_futures_leave():
    holds, futures = designed([128] * 8, 128)
    share, (low, high) = share_interval(holds, np.ones(1024, bool), futures)
    assert (share, high) == (1, 1)
    assert low == pytest.approx(1 - 2.7055 / 1026.7055, abs=1e-6)


def test_futures_left_out_do_not_count():
    holds, futures = designed([2] * 8, 4)
    counted = futures // 8 < 2
    share, (low, high) = share_interval(holds, counted, futures)
    assert share == 1
    assert low == pytest.approx(1 - 2.7055 / 18.7055, abs=1e-5)
    assert high == 1
    assert share_interval(holds, np.zeros(32, bool), futures) == (None, (0.0, 1.0))


@pytest.mark.parametrize("count", range(1, 8))
def test_fewer_futures_than_scrambles(count):
    futures = np.arange(count)
    share, (low, high) = share_interval(futures % 2 == 0, np.ones(count, bool), futures)
    assert share == (count + 1) // 2 / count
    assert 0 <= low <= share <= high <= 1
    assert (low, high) == (0, 1) if count <= 4 else high - low > 0.5


def test_only_one_scramble_says_nothing():
    futures = np.arange(10) * 8
    assert share_interval(np.ones(10, bool), np.ones(10, bool), futures) == (1, (0.0, 1.0))


def test_any_order_of_futures_gives_the_same():
    rng = np.random.default_rng(1)
    holds, counted, futures = rng.random(200) < 0.4, rng.random(200) < 0.9, np.arange(200)
    order = rng.permutation(200)
    assert share_interval(holds, counted, futures) == share_interval(holds[order], counted[order], futures[order])


@pytest.mark.parametrize(
    ("share", "word"),
    [(1.0, "holds"), (0.9, "holds"), (0.8999, "depends"), (0.1001, "depends"), (0.1, "fails"), (0.0, "fails"),
     (None, "depends")],
)
def test_verdict_words(share, word):
    assert verdict_of(share) == word


def below(kind, truth, points):
    """Whether a margin is positive, in a share `truth` of the unit cube: along one axis, or x + y < sqrt(2 truth)."""
    return points[:, 0] < truth if kind == "axis" else points[:, 0] + points[:, 1] < np.sqrt(2 * truth)


def coverage(draw, truth, repeats):
    """How often the interval holds the truth."""
    covered = 0
    for _ in range(repeats):
        holds = draw()
        _, (low, high) = share_interval(holds, np.ones(len(holds), bool), np.arange(len(holds)))
        covered += low <= truth <= high
    return covered / repeats


@pytest.mark.slow
@pytest.mark.parametrize("futures", [64, 1024])
@pytest.mark.parametrize(("kind", "truth"), [("axis", 0.5003), ("axis", 0.01), ("sum", 0.3), ("sum", 0.02)])
def test_coverage_over_scrambled_sobol_sequences(kind, truth, futures):
    """One axis alone is integrated so well that the floor rules, and the interval covers more often."""
    from scipy.stats import qmc

    rng = np.random.default_rng(9)

    def draw():
        points = np.empty((futures, 2))
        for scramble in range(8):
            points[scramble::8] = qmc.Sobol(2, rng=rng).random(futures // 8)
        return below(kind, truth, points)

    found = coverage(draw, truth, 200)
    assert found > 0.85
    if (kind, truth) == ("sum", 0.3):
        assert found < 0.95


@pytest.mark.slow
@pytest.mark.parametrize(("truth", "most"), [(0.002, 1.0), (0.05, 0.93), (0.5, 0.93), (0.93, 0.93)])
def test_coverage_over_independent_futures(truth, most):
    rng = np.random.default_rng(10)
    assert 0.88 < coverage(lambda: rng.random(1024) < truth, truth, 2000) <= most
