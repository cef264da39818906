"""`Functions` and `Units`: small tables of values that can be checked with a pencil."""

from __future__ import annotations

import pytest

LAGS = """
assumptions: {seven: {fixed: 7, unit: month, status: judged, note: a time}}
quantities:
  x: {start: 5, change: 12}
  smoothed: {is: "smooth(x, seven)"}
  delayed: {is: "delay(x, 75 days)"}
  twice: {is: "delay(delay(x, 2 months), 1 month)"}
  mixed: {is: "delay(smooth(x, 2 months), 3 months)"}
"""


def test_lags(stepped):
    """x is 5, 6, 7, ..; 75 days are 2.46 months, rounded to 2 steps."""
    found = {name: values[:8] for name, values in stepped(LAGS).items()}
    assert found["delayed"] == pytest.approx([5, 5, 5, 6, 7, 8, 9, 10])
    assert found["twice"] == pytest.approx([5, 5, 5, 5, 6, 7, 8, 9])
    stock, smoothed = 5.0, []
    for x in found["x"]:
        smoothed.append(stock)
        stock += (x - stock) / 7  # (x - itself) * dt / T
    assert found["smoothed"] == pytest.approx(smoothed)
    assert found["mixed"] == pytest.approx([5, 5, 5, 5, 5, 5.5, 6.25, 7.125])


VALUES = {
    "table(t, 2, 20, 4, 40, 5, 0)": [20, 20, 30, 40, 0, 0],
    "clip(t, 2, 4)": [2, 2, 3, 4, 4, 4],
    "t ** 3": [1, 8, 27, 64, 125, 216],
    "t ** 0": [1] * 6,
    "(0 - t) ** 3": [-1, -8, -27, -64, -125, -216],
    "-t ** 2": [-1, -4, -9, -16, -25, -36],
    "2 ** t ** 2": [2, 16, 512, 65536, 2.0**25, 2.0**36],
    "t ** -1": [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6],
    "t ** 0.5": [n**0.5 for n in range(1, 7)],
    "min(t, 3, 5) + max(t, 3)": [4, 5, 6, 7, 8, 9],
    "1 if t < 3 else 2 if t < 5 else 3": [1, 1, 2, 2, 3, 3],
    "(t > 2) + (t > 4)": [0, 0, 1, 1, 2, 2],
    "logistic(0 * t)": [0.5] * 6,
    "6 months + 1 year + 0 * t": [1.5] * 6,
}


@pytest.mark.parametrize(("text", "values"), VALUES.items())
def test_values(stepped, text, values):
    found = stepped(f'quantities: {{t: {{start: 1, change: 12}}, y: {{is: "{text}"}}}}\n', horizon="5 months")
    assert found["y"] == pytest.approx(values, rel=1e-12)


UNITS = """
assumptions:
  lag: {fixed: 6, unit: month, status: judged, note: half a year}
  pace: {fixed: 2, unit: 1/month, status: judged, note: 24 a year}
  week: {fixed: 2, unit: week, status: judged, note: 14 days}
  days: {fixed: 1461, unit: day, status: judged, note: 4 years}
quantities:
  pause: {start: 3, within: [0, 12], unit: month, change: 0}
  rate: {start: 4, within: [0, 5], unit: 1/month, change: 0}
  total_of: {start: 0, change: pace}
  halved: {is: lag, unit: month}
  above: {is: (lag == 0.5) + (pace == 24) + (week == 14 days) + (days == 4) + (pause == 0.25) + (rate == 48)}
events: {e: {chance: 0.25}}
measures:
  m_lag: lag
  m_pace: pace
  m_week: week
  m_days: days
  m_pause: final(pause)
  m_rate: max(rate)
  m_halved: mean(halved)
  m_total: final(total_of)
  m_above: final(above)
  m_sum: total(rate)
"""


def test_units_are_converted_as_a_value_enters_and_as_it_is_shown(measured):
    assert measured(UNITS, futures=2, runs=1) == pytest.approx({
        "m_lag": 6, "m_pace": 2, "m_week": 2, "m_days": 1461, "m_pause": 3, "m_rate": 4, "m_halved": 6,
        "m_total": 24, "m_above": 6, "m_sum": 48})


def test_a_chance_is_not_rescaled(measured):
    text = "events: {e: {chance: 1}}\nmeasures: {n: count(e)}\n"
    assert measured(text, step="1 month") == {"n": 12}
    assert measured(text, step="3 months") == {"n": 4}


@pytest.mark.parametrize(("text", "message"), [
    ('"smooth(x, 1 day)"', "Choose a time from 1 month to 1 year."),
    ('"delay(x, x)"', "Write a duration such as `6 months`, or the name of an assumption."),
    ('"delay(y, 1 month) + 1"', "`y` is computed from itself"),
    ('"table(x, 2, 1, 1, 2)"', "rising"),
    ("9 ** 9 ** 9", "no finite number of reasonable size"),
    ("x *", "Write the value that follows, or leave `*` out."),
])
def test_refused(said, text, message):
    found = said(f"quantities: {{x: {{start: 1, change: 1}}, y: {{is: {text}}}}}\n")
    assert message in found
