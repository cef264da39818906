"""`Who sets an option` and `Time and what a name means`, worked by hand on one run of twelve months.

`t` is 1, 2, 3, .. at the ends of steps 0, 1, 2, ..: while the parties move in step k, it is k.
"""

from __future__ import annotations

import pytest

WORLD = """
parties: {us: {name: US}, dprk: {name: North Korea}, china: {name: China}}
options:
  us.first: [low, middle, high]
  us.second: [low, middle, high]
  dprk.answer: [low, middle, high]
  china.echo: [low, middle, high]
quantities:
  t: {start: 1, change: 12}
  seen: {start: 0, change: 12 * hit}
  effect: {start: 0}
events:
  hit: {at: [2020-03-05, 2020-03-06], then: {effect: effect + 1 + hit}}
  edge: {at: [2020-02-01, 2021-01-01, 2021-01-02]}
conduct:
  us:
    - {option: us.second, when: t == 2, move: middle}
    - {option: us.second, when: t >= 2 and t < 4, move: high}
  dprk: [{option: dprk.answer, when: us.first == middle, move: middle}, {option: dprk.answer, move: low}]
  china:
    - {option: china.echo, when: dprk.answer == middle, move: high}
    - {option: china.echo, when: dprk.answer == low, move: low}
strategies:
  alone: {}
  one_move: {moves: {us.second: high}}
  listed:
    moves:
      - {when: t == 3, us.first: middle, us.second: low}
      - {when: t > 3 and t < 6, us.first: high}
      - {when: hit > 0, dprk.answer: high}
measures: {seen_at_end: final(t)}
"""
TABLE = [  # strategy, turns, option, its level in steps 1, 2, ..; the last one stays to the end
    ("alone", "", "us.second", [0, 1, 2]),  # the first entry that holds; nothing springs back
    ("one_move", "", "us.second", [2]),  # the strategy stands above conduct ..
    ("listed", "", "us.second", [0, 1, 0]),  # .. option by option, and only while it speaks
    ("listed", "", "us.first", [0, 0, 1, 2]),
    ("listed", "", "dprk.answer", [0, 0, 0, 2, 0]),  # commanded in step 4, the step after `hit`
    ("listed", "us", "dprk.answer", [0, 0, 1, 2, 0]),  # sees what the US, before it, has just done
    ("listed", "us", "china.echo", [0, 0, 0, 2, 2, 0]),  # moves with Pyongyang, last, and sees its level before
    ("listed", "us, dprk", "china.echo", [0, 0, 2, 2, 0]),  # now alone and last
]


@pytest.mark.parametrize(("strategy", "turns", "option", "levels"), TABLE)
def test_levels(stepped, strategy, turns, option, levels):
    text = f"turns: [{turns}]\n{WORLD}" if turns else WORLD
    assert stepped(text, strategy)[option][1:] == levels + levels[-1:] * (12 - len(levels))


def test_events_on_dates(stepped):
    found = stepped(WORLD)
    assert found["hit"] == [0, 0, 0, 2, *[0] * 9]  # twice in one step
    assert found["edge"] == [0, 1, *[0] * 10, 1]  # a boundary belongs to the earlier step; outside is outside


def test_an_event_is_read_as_of_the_step_before(stepped):
    """Effects too: both occurrences of step 3 read the count of step 2."""
    found = stepped(WORLD)
    assert found["seen"] == pytest.approx([0, 0, 0, 0, *[2] * 9])
    assert found["effect"] == [0, 0, 0, *[2] * 10]


NOW = """
quantities:
  months_added: {start: 0, change: 12 * month(now)}
  years_since: {is: now - 2020-01-01}
events: {spring: {chance: 1 if now >= 2020-03-01 and now < 2020-06-01 else 0}}
measures:
  from_march: first(now >= 2020-03-01)
  springs: count(spring)
  year_at_end: final(year(now))
  length: final(now - 2020-01-01)
"""


def test_now_is_the_first_day_of_a_step_and_for_measures_its_end(stepped, measured):
    assert stepped(NOW)["months_added"][-1] == pytest.approx(sum(range(1, 13)))  # January is the first step's month
    found = measured(NOW, futures=1, runs=1)
    assert found == {"from_march": "2020-03-01", "springs": 3, "year_at_end": 2021, "length": 366 / 365.25}


COLLIDING = """
options:
  us.talks: {levels: [none, direct, learning], values: [0, 1, 2], start: direct}
  us.aim: [talks, us, strain]
assumptions:
  squeeze: {one_of: {strain: 1, test: 0}, status: judged, note: drawn}
  learning: {fixed: 1.5, unit: "1", status: judged, note: a number with the name of a level}
quantities:
  strain: {start: 7}
  a: {is: us.talks == learning}
  b: {is: us.talks < learning}
  c: {is: learning > us.talks}
  d: {is: us.aim == talks and us.aim != strain}
  e: {is: "us.talks in [none, direct]"}
  f: {is: "us.talks not in [none, direct]"}
  g: {is: squeeze == strain}
  h: {is: us.talks * strain + learning}
events: {test: {rate: 0}}
"""


def test_a_bare_word_beside_an_option_is_its_level(stepped):
    found = {name: values[-1] for name, values in stepped(COLLIDING).items()}
    assert {n: found[n] for n in "abcdefgh"} == {"a": 0, "b": 1, "c": 1, "d": 1, "e": 1, "f": 0, "g": 1, "h": 8.5}


@pytest.mark.parametrize(("text", "message"), [
    ("is: us.aim + 1", "`us.aim` has no `values`"),
    ("is: squeeze + 1", "`squeeze` is one of several rivals"),
    ("is: squeeze < strain", "the rivals of `squeeze` have no order"),
    ("is: us.talks == drect", "Did you mean `direct`?"),
    ("is: strian + 1", "`strain`"),
])
def test_refused(said, text, message):
    found = said(COLLIDING.replace("is: us.talks == learning", text))
    assert message in found
    assert "[quantities.a.is]" in found


RESERVED = [
    "in", "not", "and", "or", "if", "then", "else", "iff", "is", "under", "before", "never", "now", "true", "false",
]


@pytest.mark.parametrize("word", RESERVED)
def test_words_that_cannot_be_names(said, word):
    assert f"`{word}` cannot be a name" in said(f"quantities: {{{word}: {{start: 1}}}}\n")
    assert f"`{word}` cannot be a name" in said(f"options: {{us.talks: [none, {word}]}}\n")


@pytest.mark.parametrize(("horizon", "step", "message"), [
    ("10 years", "3 weeks", "no whole number of steps"),
    ("5001 days", "1 day", "5000 are allowed"),
    ("0 years", "1 month", "no whole number of steps"),
    ("1 month", "1 year", "no whole number of steps"),
])
def test_horizons(said, horizon, step, message):
    found = said("quantities: {x: {start: 1}}\n", horizon=horizon, step=step)
    assert message in found
    assert ":5: " in found
