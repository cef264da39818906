"""Detection times against closed forms, simulation, and a linear program for Diamond's game."""

from fractions import Fraction
from itertools import combinations
from math import e, exp

import numpy as np
import pytest
from scipy.optimize import linprog

from detente.verification import anticipated_detection_time, detected_by, mean_detection_time

RUNS = 40_000


def simulate(schedule: str, detects: float, phase: np.ndarray, seed: int) -> np.ndarray:
    """Times to detection with interval 1, for starts at these phases of the schedule; 20 intervals of looks."""
    rng = np.random.default_rng(seed)
    size = (len(phase), 20)
    looks = {
        "periodic": lambda: np.broadcast_to(np.arange(20.0), size),
        "random": lambda: np.arange(20.0) + rng.random(size),
        "poisson": lambda: np.cumsum(rng.exponential(size=size), axis=1) + phase[:, None],
    }[schedule]()
    seen = (looks > phase[:, None]) & (rng.random(size) < detects)
    return np.where(seen.any(axis=1), looks[np.arange(len(phase)), seen.argmax(axis=1)] - phase, np.inf)


@pytest.mark.parametrize("schedule", ["periodic", "random", "poisson"])
@pytest.mark.parametrize("detects", [1, 0.6])
def test_random_starts_by_simulation(schedule, detects):
    times = simulate(schedule, detects, np.random.default_rng(1).random(RUNS), seed=2)
    mean = mean_detection_time(schedule, 1, detects)
    assert times.mean() == pytest.approx(mean, abs=4.5 * times.std() / RUNS**0.5)
    for t in (0.3, 1, 1.7, 2.4):
        share = detected_by(t, schedule, 1, detects)
        assert (times <= t).mean() == pytest.approx(share, abs=4.5 * 0.5 / RUNS**0.5)


@pytest.mark.parametrize("detects", [1, 0.6])
def test_the_worst_start_under_random_looks_by_simulation(detects):
    means = [simulate("random", detects, np.full(RUNS, x), seed=3).mean() for x in (0, 0.25, 0.5, 0.75)]
    assert max(means) == means[2]
    assert means[2] == pytest.approx(mean_detection_time("random", 1, detects, "worst"), abs=0.03)
    for t in (0.4, 1.3):
        shares = [
            (simulate("random", detects, np.full(RUNS, x), seed=4) <= t).mean() for x in np.linspace(0, 1, 21)[::2]
        ]
        assert min(shares) == pytest.approx(detected_by(t, "random", 1, detects, "worst"), abs=0.012)


@pytest.mark.parametrize(
    ("schedule", "start", "at_one", "at_half"),
    [
        ("periodic", "random", Fraction(1, 2), Fraction(3, 2)),
        ("periodic", "worst", Fraction(1), Fraction(2)),
        ("random", "random", Fraction(7, 12), Fraction(37, 24)),
        ("random", "worst", Fraction(5, 8), Fraction(25, 16)),
        ("poisson", "random", Fraction(1), Fraction(2)),
        ("poisson", "worst", Fraction(1), Fraction(2)),
    ],
)
def test_means(schedule, start, at_one, at_half):
    assert mean_detection_time(schedule, 1, 1, start, exact=True) == at_one
    assert mean_detection_time(schedule, 0.1, 0.5, start, exact=True) == at_half / 10
    assert mean_detection_time(schedule, [1, 2], 1, start).tolist() == [float(at_one), float(2 * at_one)]


@pytest.mark.parametrize("schedule", ["periodic", "random", "poisson"])
@pytest.mark.parametrize("start", ["random", "worst"])
@pytest.mark.parametrize("detects", [0.3, 1])
def test_the_mean_is_the_area_above_the_distribution(schedule, start, detects):
    """For `worst` the least probability at each time bounds the worst mean from above."""
    ends = np.linspace(0, 60, 1201)
    missed = 1 - detected_by((ends[1:] + ends[:-1]) / 2, schedule, 1, detects, start)
    area, mean = missed.sum() * 0.05, mean_detection_time(schedule, 1, detects, start)
    if (schedule, start) == ("random", "worst"):
        assert mean < area < mean + 0.15
    else:
        assert area == pytest.approx(mean, abs=4e-4)


@pytest.mark.parametrize(
    ("time", "question", "answer"),
    [
        (6, ("periodic", 12), 0.5),
        (0.3, ("periodic", 0.1, 0.5, "worst"), 0.875),
        (0.25, ("periodic", 0.1, 0.5, "worst"), 0.75),
        (18, ("periodic", 12, 0.5), 1 - 0.5 * 0.75),
        (1, ("random", 1), 5 / 6),
        (1, ("random", 1, 1, "worst"), 0.75),
        (1, ("random", 1, 0.5, "worst"), 1 - 0.75**2),
        (0.5, ("random", 1), 1 - (0.5 + 1 / 48)),
        (2, ("random", 1, 1, "worst"), 1),
        (3, ("poisson", 2, 0.5), 1 - exp(-0.75)),
        (0, ("random", 1), 0),
        (5, ("random", 1, 0), 0),
    ],
)
def test_distributions(time, question, answer):
    assert detected_by(time, *question) == pytest.approx(answer, rel=1e-15)


@pytest.mark.parametrize("schedule", ["periodic", "random", "poisson"])
def test_distributions_rise_and_the_worst_start_is_worst(schedule):
    times = np.linspace(0, 5, 101)
    for detects in (0.2, 0.9, 1):
        usual = detected_by(times, schedule, 1, detects)
        worst = detected_by(times, schedule, 1, detects, "worst")
        assert (np.diff(usual) >= 0).all()
        assert (np.diff(worst) >= 0).all()
        assert (worst <= usual).all()


def test_many_intervals():
    assert detected_by(5000.5, "periodic", 1, 0.001) == pytest.approx(1 - 0.999**5000 * 0.9995, rel=1e-12)
    assert detected_by(1e9, "random", 1, 0.5) == 1


def guaranteed_on_a_grid(inspections: int, moments: int) -> float:
    """Diamond's game with starts just after, and inspections at, the moments 0, 1, .. of a grid."""
    plans = list(combinations(range(1, moments), inspections))
    delay = np.array([[min((x for x in p if x > y), default=moments) - y for p in plans] for y in range(moments)])
    size = len(plans)
    answer = linprog(
        np.append(np.zeros(size), 1),
        A_ub=np.hstack([delay / moments, -np.ones((moments, 1))]),
        b_ub=np.zeros(moments),
        A_eq=np.append(np.ones(size), 0)[None, :],
        b_eq=[1],
        bounds=[(0, None)] * size + [(None, None)],
    )
    return answer.fun


@pytest.mark.parametrize("inspections", [1, 2, 3])
def test_diamond_by_linear_programming(inspections):
    """The grid's value falls to the continuous one as 1 / moments: extrapolated, they agree."""
    coarse, fine = (guaranteed_on_a_grid(inspections, moments) for moments in (9, 18))
    assert 2 * fine - coarse == pytest.approx(anticipated_detection_time(inspections), abs=0.012)
    assert fine > anticipated_detection_time(inspections)


def test_diamond():
    assert anticipated_detection_time(0, 5) == 5
    assert anticipated_detection_time(1) == pytest.approx(1 / e, rel=1e-15)
    assert anticipated_detection_time(2, 12) == pytest.approx(12 / (e**2 - e), rel=1e-15)
    assert anticipated_detection_time(3) == pytest.approx(1 / (e**3 - 2 * e**2 + e / 2), rel=1e-15)
    assert anticipated_detection_time([0, 1], 1).shape == (2,)
    values = anticipated_detection_time(np.arange(60))
    assert (np.diff(values) < 0).all()
    assert values[20] == pytest.approx(1 / (40 + 2 / 3), rel=1e-14)
    assert (values[1:] < 1 / np.arange(2, 61)).all(), "better than equal spacing"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_detection_time("daily", 1), "schedule must be one of periodic, random, poisson, not 'daily'"),
        (lambda: mean_detection_time("random", 1, 1, "best"), "start must be one of random, worst, not 'best'"),
        (lambda: mean_detection_time("random", 0), "interval must be a finite number above 0, not 0"),
        (lambda: mean_detection_time("random", 1, 0), "detects must be a number above 0, up to 1, not 0"),
        (lambda: detected_by(-1, "random", 1), "time must be a finite number, 0 or more, not -1"),
        (lambda: detected_by(1, ["random"], 1), "schedule must be one of periodic, random, poisson, not ['random']"),
        (lambda: anticipated_detection_time(1.5), "inspections must be a whole number, 0 or more, not 1.5"),
        (lambda: anticipated_detection_time(1, 0), "horizon must be a finite number above 0, not 0"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message is compared)
        call()
    assert str(caught.value) == message
