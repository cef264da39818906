"""Change, shocks, effects and lags against what is known of them exactly, as Euler's method makes it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import chdtrc, ndtr

DT = 1 / 12
GROWTH = """
quantities:
  money: {start: 2, change: 0.6 * money}
  users: {start: 0.05, change: 1.5 * users * (1 - users / 0.8)}
  still: {start: 3}
"""


def grow(x, change, steps, dt=DT):
    rows = [x]
    for _ in range(steps):
        x = x + change(x) * dt
        rows.append(x)
    return np.array(rows)


def test_exponential_and_logistic_change_are_eulers_to_the_bit(run):
    trace = run(GROWTH, horizon="3 years").trace
    assert np.array_equal(trace["money"][:, 0], grow(2.0, lambda x: 0.6 * x, 36))
    assert trace["money"][:, 0] == pytest.approx(2 * (1 + 0.6 * DT) ** np.arange(37), rel=1e-14)
    assert np.array_equal(trace["users"][:, 0], grow(0.05, lambda x: 1.5 * x * (1 - x / 0.8), 36))
    assert (trace["still"] == 3).all()


def test_eulers_error_is_the_known_one_and_of_first_order(run):
    """x(1) = x0 e^r, and Euler's falls short by a factor of about exp(-r^2 dt / 2)."""
    errors = []
    for step, dt in (("1 month", 1 / 12), ("2 months", 1 / 6)):
        money = run(GROWTH, step=step).trace["money"][-1, 0]
        errors.append(2 * np.exp(0.6) - money)
        assert money == pytest.approx(2 * np.exp(0.6 - 0.6**2 * dt / 2), rel=0.6**3 * dt**2)
    assert errors[1] / errors[0] == pytest.approx(2, rel=0.1)


OU = """
quantities:
  tension: {start: 2, change: 3 * (0.5 - tension), shock: 0.8}
  walk: {start: 0, shock: 0.4}
measures: {end: final(tension)}
"""


def test_ornstein_uhlenbeck_moments(run):
    """x' = a x + (1 - a) m + s z with a = 1 - k dt, s = sigma sqrt(dt): normal at every step."""
    runs, n = 8000, 24
    x = run(OU, runs, horizon="2 years").trace["tension"]
    a, s = 1 - 3 * DT, 0.8 * np.sqrt(DT)
    for k in (1, 2, 7, n):
        mean, variance = 0.5 + 1.5 * a**k, s**2 * (1 - a ** (2 * k)) / (1 - a**2)
        assert x[k].mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / runs))
        assert x[k].var() == pytest.approx(variance, rel=4 * np.sqrt(2 / runs))
        tenths = np.bincount((10 * ndtr((x[k] - mean) / np.sqrt(variance))).astype(int), minlength=10)
        assert chdtrc(9, ((tenths - runs / 10) ** 2 / (runs / 10)).sum()) > 1e-4
    correlation = np.corrcoef(x[n - 5], x[n])[0, 1]
    assert correlation == pytest.approx(a**5 * np.sqrt((1 - a ** (2 * n - 10)) / (1 - a ** (2 * n))), abs=0.05)


def test_shocks_of_two_quantities_are_independent_and_add_up(run):
    trace = run(OU, 8000).trace
    walk, shocks = trace["walk"], np.diff(trace["walk"], axis=0)
    assert walk[-1].var() == pytest.approx(0.4**2, rel=0.07)
    assert abs(np.corrcoef(shocks[2], shocks[3])[0, 1]) < 0.045
    assert abs(np.corrcoef(np.diff(trace["tension"], axis=0)[4], shocks[4])[0, 1]) < 0.045


CLIPPED = """
quantities: {place: {start: 0.5, within: [0, 1]}}
events:
  up: {chance: 0.3, then: {place: place + 0.25}}
  down: {chance: 0.4, then: {place: place - 0.25}}
"""


def test_clipped_random_walk(run):
    """A Markov chain on five places; clipping comes after both effects, so up and down together is no move."""
    runs, steps = 6000, 24
    out = run(CLIPPED, runs, horizon="2 years")
    up, down = 0.3 * 0.6, 0.4 * 0.7
    chain = np.diag([1 - up - down] * 5) + np.diag([up] * 4, 1) + np.diag([down] * 4, -1)
    chain[0, 0] += down
    chain[4, 4] += up
    place, held = np.eye(5)[2], 0.0
    for _ in range(steps):
        held += place[0] * down + place[4] * up
        place = place @ chain
    found = np.bincount((4 * out.trace["place"][-1]).astype(int), minlength=5)
    assert chdtrc(4, ((found - runs * place) ** 2 / (runs * place)).sum()) > 1e-4
    assert out.clipped[0].mean() == pytest.approx(held, abs=4 * out.clipped[0].std() / np.sqrt(runs))


LAGS = """
assumptions: {lag: {fixed: 2.4, unit: month}}
quantities:
  years: {start: 0, change: 1}
  on: {is: 1 if now >= 2020-04-01 else 0}
  smoothed: {is: "smooth(on, 6 months)"}
  late: {is: "delay(years, 3 months)"}
  rounded: {is: "delay(years, lag)"}
  longest: {is: "delay(10 + years, 1 year)"}
  both: {is: "smooth(delay(2 * years, 2 months), 4 months)"}
  twice: {is: "delay(smooth(years, 4 months) + 1, 1 month)"}
  gap: {start: 1, change: "late - years"}
"""


def test_first_order_lag(run):
    """A step of 1 in April: from then on 1 - (1 - dt/T)^n."""
    smoothed = run(LAGS).trace["smoothed"][:, 0]
    since = np.clip(np.arange(13) - 3, 0, None)
    assert smoothed == pytest.approx(1 - (1 - DT / 0.5) ** since, abs=1e-15)


def test_pipeline_delays(run):
    trace = {name: x[:, 0] for name, x in run(LAGS).trace.items()}
    years = trace["years"]

    def shifted(x, steps):
        return np.concatenate([np.full(steps, x[0]), x[:-steps]])

    assert np.array_equal(trace["late"], shifted(years, 3))
    assert np.array_equal(trace["rounded"], shifted(years, 2))
    assert np.array_equal(trace["longest"], shifted(10 + years, 12))
    assert trace["gap"] == pytest.approx(1 + np.concatenate([[0], np.cumsum(trace["late"] - years)[:-1]]) * DT)


def test_lags_within_lags(run):
    trace = {name: x[:, 0] for name, x in run(LAGS).trace.items()}
    x, smooth, rows = np.concatenate([[0, 0], 2 * trace["years"]]), 0.0, []
    for k in range(13):
        rows.append(smooth)
        smooth = smooth + (x[k] - smooth) * DT / (4 / 12)
    assert trace["both"] == pytest.approx(rows, abs=1e-15)
    smooth, rows = 0.0, [1.0]
    for k in range(12):
        rows.append(1 + smooth)
        smooth = smooth + (trace["years"][k] - smooth) * DT / (4 / 12)
    assert trace["twice"] == pytest.approx(rows, abs=1e-15)


EFFECTS = """
quantities:
  doubled: {start: 1}
  seen: {start: 0}
  first: {start: 0}
  second: {start: 5}
  bounded: {start: 0.9, within: [0, 1], change: -1.2}
events:
  twice: {at: [2020-03-10, 2020-03-20], then: {doubled: 2 * doubled, seen: doubled}}
  early: {at: [2020-05-10], then: {first: second, second: first}}
  later: {at: [2020-05-01, 2020-05-12], then: {second: second + 10 * first, bounded: bounded + 5}}
  echo: {chance: "min(1, twice)", then: {first: first + twice}}
"""


def test_effects_once_per_occurrence_each_as_of_just_before(run):
    trace = {name: x[:, 0] for name, x in run(EFFECTS).trace.items()}
    assert list(trace["twice"][:5]) == [0, 0, 0, 2, 0]
    assert list(trace["doubled"][2:5]) == [1, 4, 4]
    assert trace["seen"][3] == 2  # the second occurrence saw what the first had left


def test_effects_in_the_order_of_the_file(run):
    """`early` swaps at once, reading both as before it; `later` sees that. May 1 belongs to the step of April."""
    trace = {name: x[:, 0] for name, x in run(EFFECTS).trace.items()}
    assert list(trace["later"][4:6]) == [1, 1]
    assert (trace["first"][4], trace["second"][4]) == (2, 5)  # `echo` made the 2 after `later` had read 0
    assert (trace["first"][5], trace["second"][5]) == (5, 2 + 10 * 5)


def test_an_event_read_elsewhere_is_that_of_the_step_before(run):
    trace = {name: x[:, 0] for name, x in run(EFFECTS).trace.items()}
    assert list(trace["echo"]) == [0, 0, 0, 0, 1, *[0] * 8]
    assert trace["first"][4] == 2  # and an effect reads that step too: `twice` happened twice


def test_bounds_come_after_change_and_effects(run):
    """In April the change leads to 0.5 and the effect to 5.5: held at 1; so again in May."""
    out = run(EFFECTS)
    bounded = out.trace["bounded"][:, 0]
    assert bounded == pytest.approx([0.9, 0.8, 0.7, 0.6, 1, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3])
    assert out.clipped[0, 0] == 2


FUNCTIONS = """
quantities:
  x: {start: -1.5, change: 12 * 0.25}
  by_table: {is: "table(x, -1, 2, 0, 3, 0.5, -1)"}
  by_logistic: {is: "logistic(x)"}
  clipped: {is: "clip(x, -0.5, 0.75)"}
  least: {is: "min(x, 0.3, x ** 2)"}
  most: {is: "max(x, 0.3, -x)"}
  power: {is: "x ** 3 + x ** 0 + x ** 1"}
  root: {is: "abs(x) ** 0.5 - sqrt(abs(x))"}
  explog: {is: "log(exp(x))"}
  mixed: {is: "-x * 2 - (3 if x > 0 and not (x >= 1) or x == -1 else 4) / 2"}
  truth: {is: "(x > 0) + 2 * (x < 0 if now < 2020-06-15 else true)"}
  arms: {is: "10 / x if x > 1 else 0"}
"""

def test_functions_of_a_number(run):
    trace = {name: x[:, 0] for name, x in run(FUNCTIONS).trace.items()}
    x = trace["x"]
    assert list(x) == list(np.arange(13) * 0.25 - 1.5)
    assert trace["by_table"] == pytest.approx(np.interp(x, [-1, 0, 0.5], [2, 3, -1]), abs=1e-15)
    assert trace["by_logistic"] == pytest.approx(1 / (1 + np.exp(-x)), rel=1e-15)
    assert np.array_equal(trace["clipped"], np.clip(x, -0.5, 0.75))
    assert np.array_equal(trace["least"], np.minimum(np.minimum(x, 0.3), x**2))
    assert np.array_equal(trace["most"], np.maximum(np.maximum(x, 0.3), -x))
    assert np.array_equal(trace["power"], x * x * x + 1 + x)
    assert trace["root"] == pytest.approx(0, abs=1e-15)
    assert trace["explog"] == pytest.approx(x, abs=1e-15)
    picked = np.where(((x > 0) & ~(x >= 1)) | (x == -1), 3, 4)
    assert np.array_equal(trace["mixed"], -x * 2 - picked / 2)
    early = np.arange(13) < 6
    assert np.array_equal(trace["truth"], (x > 0) + 2.0 * np.where(early, x < 0, True))
    assert trace["arms"] == pytest.approx([10 / v if v > 1 else 0 for v in x], rel=1e-15)


BOTH_LAGS = """
quantities:
  x: {start: 1, change: 12}
  slow: {is: "smooth(x, 1 month)"}
  late: {is: "delay(x, 1 month)"}
  seen_slow: {start: 0}
  seen_late: {start: 0}
events: {look: {chance: 1, then: {seen_slow: slow, seen_late: late}}}
"""


def test_an_effect_reads_smooth_and_delay_alike_as_the_change_left_them(run):
    """x is 1, 2, 3, .. at the ends of steps 0, 1, 2, ..; both lag it by a month, and effects come after change."""
    trace = run(BOTH_LAGS).trace
    assert trace["seen_slow"][:, 0] == pytest.approx(np.arange(13.0))
    assert trace["seen_late"][:, 0] == pytest.approx(np.arange(13.0))
