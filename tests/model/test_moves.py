"""Who sets an option, when, and seeing what; the shares of a logit choice; time and dates."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy.special import chdtrc

MOVES = """
parties: {us: {name: US}, china: {name: China}, dprk: {name: North Korea}}
options:
  us.talks: [none, direct, six_party]
  us.force: {levels: [routine, shows], values: [0, 1]}
  china.squeeze: {levels: [no_squeeze, half, full], values: [0, 0.5, 1], start: half}
  dprk.tests: {levels: [open, frozen], start: open}
quantities:
  months: {start: 0, change: 12}
  seen_in_change: {start: 0, change: 12 * us.force}
conduct:
  us:
    - {option: us.force, when: months in_window, move: shows}
  china:
    - {option: china.squeeze, when: us.talks == direct, move: no_squeeze}
    - {option: china.squeeze, when: months >= 5, move: full}
  dprk:
    - {option: dprk.tests, when: us.talks == direct and china.squeeze == no_squeeze, move: frozen}
    - {option: dprk.tests, when: months >= 8, move: open}
strategies:
  alone: {}
  talks:
    moves:
      - {when: months >= 2 and months < 4, us.talks: direct, us.force: routine}
      - {when: months >= 3, us.talks: six_party}
  ordered:
    moves: [{when: months >= 6, us.talks: none}, {us.talks: direct}]
""".replace("months in_window", "months >= 1 and months < 3")


def levels(run, text, strategy, option):
    """Level numbers by step, the start left out."""
    return list(run(text, strategy=strategy).trace[option][1:, 0].astype(int))


def test_when_a_condition_ceases_nothing_springs_back(run):
    assert levels(run, MOVES, "alone", "us.force") == [0, *[1] * 11]
    assert levels(run, MOVES, "alone", "china.squeeze") == [1] * 5 + [2] * 7


def test_a_strategy_stands_above_conduct_option_by_option(run):
    """It commands `us.force` in months 2 and 3 only; what conduct sets otherwise, it leaves."""
    assert levels(run, MOVES, "talks", "us.force") == [0, 1, *[0] * 10]
    assert levels(run, MOVES, "talks", "us.talks") == [0, 0, 1, 1, *[2] * 8]


def test_the_first_entry_that_speaks_sets_the_option(run):
    assert levels(run, MOVES, "ordered", "us.talks") == [1] * 6 + [0] * 6


def test_all_move_at_once_on_what_was_before(run):
    """Talks open in step 3; China sees that in step 4, and Pyongyang both in step 5."""
    assert levels(run, MOVES, "talks", "china.squeeze") == [1, 1, 1, 0, 0, *[2] * 7]
    assert levels(run, MOVES, "talks", "dprk.tests") == [*[0] * 4, *[1] * 4, *[0] * 4]
    assert levels(run, MOVES, "ordered", "dprk.tests") == [*[0] * 2, *[1] * 6, *[0] * 4]


def test_with_turns_later_parties_see_earlier_moves(run):
    turns = "turns: [us, china]\n" + MOVES
    assert levels(run, turns, "talks", "us.talks") == [0, 0, 1, 1, *[2] * 8]
    assert levels(run, turns, "talks", "china.squeeze") == [1, 1, 0, 0, 0, *[2] * 7]
    assert levels(run, turns, "talks", "dprk.tests") == [0, 0, *[1] * 6, *[0] * 4]


def test_parties_without_a_turn_move_last_together(run):
    """Pyongyang, first of all, sees nothing of this step; China and Washington move at once."""
    turns = "turns: [dprk]\n" + MOVES
    assert levels(run, turns, "talks", "china.squeeze") == [1, 1, 1, 0, 0, *[2] * 7]
    assert levels(run, "turns: [china, us]\n" + MOVES, "talks", "china.squeeze") == [1, 1, 1, 0, 0, *[2] * 7]


def test_luck_and_change_read_the_moves_just_made(run):
    assert list(run(MOVES, strategy="alone").trace["seen_in_change"][:4, 0]) == [0, 0, 1, 2]


CHOICE = """
options:
  us.talks: [none, direct, six_party]
  dprk.tests: {levels: [open, half, frozen], start: half}
  dprk.seat: [away, present]
quantities: {lure: {start: 0.3, change: 1.2}}
conduct:
  us:
    - {option: us.talks, choose: {none: 1, direct: -0.2, six_party: lure}, sharpness: 2}
  dprk:
    - {option: dprk.tests, choose: {frozen: 500 + lure, open: 500}, sharpness: 40}
    - {option: dprk.seat, choose: {away: -7, present: 1e6}, sharpness: 0}
"""


def test_logit_shares(run):
    """P(level) = exp(sharpness * value) / sum; what is not among the choices is never chosen."""
    runs = 5000
    trace = run(CHOICE, runs).trace
    for k in (1, 7):
        lure = trace["lure"][k - 1, 0]
        weights = np.exp(2 * np.array([1, -0.2, lure]))
        expected = runs * weights / weights.sum()
        found = np.bincount(trace["us.talks"][k].astype(int), minlength=3)
        assert chdtrc(2, ((found - expected) ** 2 / expected).sum()) > 1e-4
    frozen = trace["dprk.tests"][1]
    assert set(frozen) <= {0.0, 2.0}
    assert (frozen == 2).mean() == pytest.approx(1 / (1 + np.exp(-12)), abs=1e-3)
    assert trace["dprk.seat"][1:].mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(12 * runs))
    assert abs(np.corrcoef(trace["us.talks"][3], trace["dprk.seat"][3])[0, 1]) < 4 / np.sqrt(runs)


# --- time --------------------------------------------------------------------------------------------------------

TIME = """
quantities:
  year_seen: {is: year(now)}
  month_seen: {is: month(now)}
  months_read: {start: 0, change: 12 * month(now)}
  since: {is: now - 2020-01-31}
  to_go: {is: 2020-03-31 - now}
events:
  dated: {at: [2020-01-31, 2020-02-10, 2020-02-29, 2020-03-01, 2020-03-31, 2021-01-31, 2021-02-01]}
  in_spring: {chance: "now >= 2020-03-31 and now < 2020-05-31"}
measures:
  before_leap_day: first(now >= 2020-02-29)
  after_it: first(now > 2020-02-29)
  summers: share(month(now) >= 6 and month(now) <= 8)
"""
LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ENDS = [*(dt.date(2020, i + 1, day) for i, day in enumerate(LAST_DAYS)), dt.date(2021, 1, 31)]


def test_steps_end_on_calendar_days(run):
    trace = {n: x[:, 0] for n, x in run(TIME, as_of="2020-01-31").trace.items()}
    assert list(trace["year_seen"]) == [d.year for d in ENDS]
    assert list(trace["month_seen"]) == [d.month for d in ENDS]
    days = np.array([(d - ENDS[0]).days for d in ENDS])
    assert np.array_equal(trace["since"], days / 365.25)
    assert np.array_equal(trace["to_go"], (60 - days) / 365.25)


def test_within_a_step_now_is_its_first_day(run):
    trace = run(TIME, as_of="2020-01-31").trace
    assert trace["months_read"][:, 0] == pytest.approx(np.cumsum([0, *(d.month for d in ENDS[:-1])]))
    assert list(trace["in_spring"][:, 0]) == [0, 0, 0, 1, 1, *[0] * 8]


def test_in_measures_now_is_its_end(run):
    runs = run(TIME, as_of="2020-01-31")
    assert (runs["before_leap_day"][0], runs["after_it"][0]) == (29, 60)
    assert runs["summers"][0] == 3 / 12


def test_a_day_on_a_boundary_belongs_to_the_earlier_step(run):
    """January 31 2020 is the start, and February 1 2021 after the end: neither falls in a step."""
    dated = run(TIME, as_of="2020-01-31").trace["dated"][:, 0]
    assert list(dated) == [0, 2, 2, *[0] * 9, 1]


def test_steps_of_weeks_and_years(run):
    weeks = run(TIME, as_of="2020-01-31", step="1 week", horizon="5 weeks").trace
    assert np.array_equal(weeks["since"][:, 0], np.arange(6) * 7 / 365.25)
    assert list(weeks["dated"][:, 0]) == [0, 0, 1, 0, 0, 2]
    years = run(TIME, as_of="2020-02-29", step="1 year", horizon="4 years").trace
    assert list(years["year_seen"][:, 0]) == [2020, 2021, 2022, 2023, 2024]
    assert years["since"][4, 0] == (dt.date(2024, 2, 29) - dt.date(2020, 1, 31)).days / 365.25
