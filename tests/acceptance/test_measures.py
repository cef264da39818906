"""`Measures` of the language on a quantity that is 6, 7, .., 17 at the ends of twelve steps, and 5 at the start."""

from __future__ import annotations

import pytest

WORLD = """
assumptions: {u: {uniform: [0, 1], unit: "1", status: judged, note: drawn}}
quantities: {x: {start: 5, change: 12}}
events:
  dated: {at: [2020-02-01, 2020-02-02, 2020-12-31]}
  half: {chance: 1 if u < 0.5 and now < 2020-02-01 else 0}
  most: {chance: 1 if u < 0.9375 and now < 2020-02-01 else 0}
  none_ever: {rate: 0}
measures: {m: "MEASURE"}
"""
MEANS = {
    "min(x)": 6,  # never the start
    "max(x)": 17,
    "mean(x)": 11.5,
    "final(x)": 17,
    "total(x)": 11.5,  # times one year
    "share(x >= 11)": 7 / 12,
    "ever(x <= 5)": 0,
    "ever(x <= 6)": 1,
    "count(dated)": 3,
    "first(x >= 7)": "2020-03-01",
    "first(true)": "2020-02-01",
    "final(x) ** 2": 289,
    "max(final(x), 3 * min(x))": 18,  # two arguments: the function
    "max(max(x, 7))": 17,
    "min(max(x, 7))": 7,
    "total(dated)": 3 / 12,
    "max(dated)": 1,  # one in each of steps 1, 2 and 12
    "first(x >= 7) - first(true)": 29 / 365.25,
    "first(x >= 99) - 2020-01-01": 397 / 365.25,  # never: the horizon plus one step, 2021-02-01
    "1 if first(x >= 99) == never else 0": 1,
    "u * 0 + 2": 2,
}


@pytest.mark.parametrize(("measure", "mean"), MEANS.items())
def test_means(measured, measure, mean):
    found = measured(WORLD.replace("MEASURE", measure), futures=2, runs=1)["m"]
    assert found == (mean if isinstance(mean, str) else pytest.approx(mean))


@pytest.mark.parametrize(("event", "summary"), [
    ("half", {"mean": None, "q05": "2020-02-01", "q95": "never", "never": 0.5}),
    ("most", {"mean": None, "q05": "2020-02-01", "q95": "never", "never": 0.0625}),
    ("none_ever", {"mean": None, "q05": "never", "q95": "never", "never": 1.0}),
])
def test_dates_that_may_never_come(run, event, summary):
    found = run(WORLD.replace("MEASURE", f"first({event} > 0)"), futures=128, runs=2).to_json()
    assert found["strategies"]["alone"]["measures"]["m"].items() >= summary.items()


ENDING = """
quantities: {x: {start: 0, change: 12}}
events:
  war: {at: [2020-03-15], ends: true, then: {x: x + 100}}
  other: {chance: 1, then: {x: x + 1000}}
measures:
  at_end: final(x)
  wars: count(war)
  others: count(other)
  after: share(x > 2000)
  sum_of: total(x)
  late: first(now >= 2020-10-01)
  war_seen: share(war > 0)
"""


def test_after_a_terminal_event_measures_look_at_the_frozen_state(measured):
    """x is 1001, 2002 and, in the step that ends it, 3 + 100 + 3000 = 3103; nine frozen steps follow."""
    assert measured(ENDING, futures=1, runs=1) == pytest.approx({
        "at_end": 3103, "wars": 1, "others": 3, "after": 11 / 12, "sum_of": (1001 + 2002 + 10 * 3103) / 12,
        "late": "2020-10-01", "war_seen": 1 / 12})


@pytest.mark.parametrize(("goal", "message"), [
    ("day: few", "`day`"), ("n: late", "`n`"), ("n: mnay", "many"), ("zz: more", "there is no measure `zz`"),
])
def test_refused_goals(said, goal, message):
    found = said("quantities: {x: {start: 0, change: 1}}\nevents: {e: {rate: 1}}\n"
                 f"measures: {{day: first(x > 0.5), n: count(e)}}\ngoals: {{{goal}}}\n")
    assert message in found
    assert "[goals." in found
