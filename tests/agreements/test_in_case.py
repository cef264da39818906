"""An agreement played within a case: what it does to the runs, and that its history, written as a log, monitors to
the same states."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente.agreements import monitor
from detente.agreements.days import NEVER
from detente.language.case import Case
from detente.language.load import load
from detente.model.lower import calendar, lower
from detente.model.reference import World, luck, play, start, step

from .test_twins import state_of

CHEATING = Path(__file__).parent / "examples" / "cheating.yaml"


@pytest.fixture(scope="module")
def case() -> Case:
    return load(CHEATING, warn=False)


def lived(case: Case, runs: int, seed: int, strategy: int = 0) -> list[tuple[Any, list[tuple[int, dict[str, Any]]]]]:
    """For every run the agreement at the end, and its known state after every step."""
    form, when = lower(case), calendar(case)
    theta = np.linspace(0.05, 0.95, runs)[None, :]
    world = World(form, when, theta, strategy, form.constants)
    futures, numbers = np.zeros(runs, dtype=np.int64), np.arange(runs)
    state = start(world)
    seen: list[list[tuple[int, dict[str, Any]]]] = [[] for _ in range(runs)]
    for k in range(when.steps):
        state = step(world, state, k, luck(form, seed, k, futures, numbers), in_place=True)
        for lane in range(runs):
            known = state.deals[lane][0].known
            seen[lane].append((known.day, state_of(known)))
    return [(state.deals[lane][0], seen[lane]) for lane in range(runs)]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_simulated_history_as_a_log_monitors_to_the_same_states(case: Case, seed: int) -> None:
    kinds = set()
    agreement = case.agreements["freeze_deal"]
    for deal, seen in lived(case, 8, seed):
        if deal.known.starts >= NEVER:
            continue
        log, starts = deal.as_log(), dt.date.fromordinal(deal.known.starts)
        for day, state in [*seen[:24], *seen[24::9], seen[-1]]:
            when = dt.date.fromordinal(day)
            again = monitor(agreement, log, when, case=case, starts=starts, assumptions=deal.known.assumptions)
            assert {p.problem for p in again.problems} <= {"not entitled", "out of order"}
            assert state_of(again.automaton) == state, when
        kinds |= {b.evidence for b in deal.known.breaches} | {deal.known.reason}
        kinds |= {row["kind"] for row in log if row["known"] > row["date"]}
    assert {"found", "dprk.covert", "breach"} <= kinds


def test_the_true_run_is_ahead_of_the_known_one(case: Case) -> None:
    late = []
    for deal, _ in lived(case, 12, 3):
        for b in deal.known.breaches:
            if b.owed.name == "dprk.covert" and b.evidence == "found" and not b.by_alarms:
                late.append(b.known - b.date)
    assert late
    assert min(late) >= 0
    assert max(late) > 0


def measured(case: Case, strategy: str, runs: int = 40) -> dict[str, Any]:
    form = lower(case)
    theta = np.linspace(0.0, 1.0, runs)[:, None]
    index = form.strategies.index(strategy)
    played = play(form, calendar(case), theta, index, 1, np.zeros(runs, dtype=np.int64), np.arange(runs))
    return dict(zip(form.measures, played.measures.T, strict=True))


def test_offers_commands_and_defiance(case: Case) -> None:
    offered, idle, defiant = (measured(case, name) for name in ("offer", "idle", "defiant"))
    assert idle["frozen"].max() == 0.0
    assert offered["frozen"].max() > 0.5
    assert offered["punished"].max() > 0
    assert defiant["punished"].max() == 0  # the United States does not carry it out
    assert (offered["cheated"] >= offered["caught"] * 0).all()
    assert offered["cheated"].sum() > 0


def test_runs_do_not_depend_on_their_neighbours(case: Case) -> None:
    form, when = lower(case), calendar(case)
    theta = np.full((4, 1), 0.7)
    futures = np.zeros(4, dtype=np.int64)
    together = play(form, when, theta, 0, 5, futures, np.arange(4)).measures
    for i in range(4):
        alone = play(form, when, theta[:1], 0, 5, futures[:1], np.array([i])).measures
        np.testing.assert_array_equal(alone[0], together[i])


def test_a_step_leaves_the_state_before_as_it_was(case: Case) -> None:
    form, when = lower(case), calendar(case)
    world = World(form, when, np.full((1, 2), 0.5), 0, form.constants)
    futures, runs = np.zeros(2, dtype=np.int64), np.arange(2)
    state = start(world)
    for k in range(12):
        state = step(world, state, k, luck(form, 1, k, futures, runs))
    before = [state_of(each[0].known) for each in state.deals]
    one = step(world, state, 12, luck(form, 1, 12, futures, runs))
    assert [state_of(each[0].known) for each in state.deals] == before
    two = step(world, state, 12, luck(form, 1, 12, futures, runs))
    assert [state_of(each[0].known) for each in one.deals] == [state_of(each[0].known) for each in two.deals]


TWO = """
detente: 1
case: two
as_of: 2016-09-30
horizon: 70 weeks
step: 1 week
parties: {us: {}, dprk: {}}
options: {us.aid: [off, on], dprk.tests: [open, frozen]}
quantities: {trust: {start: 0, change: 1}}
events:
  test: {rate: 2 * (dprk.tests == open), by: dprk}
  summit: {at: [2017-03-01], by: us}
conduct:
  dprk: [{option: dprk.tests, when: old.in_force or new.in_force, move: frozen}]
  us: [{option: us.aid, when: new.good(dprk) and new.in_force, move: on}]
strategies: {both: {offers: [new]}, nothing: {}}
measures:
  old_age: final(old.age)
  replaced: first(old.ended == replaced)
  signed: first(new.in_force)
  owed: total(new.owed(us.aid))
  summits: final(new.count(us.summit))
agreements:
  old: {between: [us, dprk], starts: 2016-01-01, obliges: {dprk: {quiet: {keep: count(dprk.test) <= 3}}}}
  new:
    between: [us, dprk]
    replaces: old
    accepts: {us: trust > 0.3, dprk: now >= 2016-12-01}
    obliges: {us: {aid: {do: us.aid == on, within: 30 days}}}
"""


def test_one_agreement_replaces_another() -> None:
    from detente.language.load import load_text

    case = load_text(TWO, warn=False)
    form, when = lower(case), calendar(case)

    def run(strategy: str) -> dict[str, float]:
        index = form.strategies.index(strategy)
        runs = np.arange(1)
        played = play(form, when, np.zeros((1, 0)), index, 1, runs, runs)
        return dict(zip(form.measures, played.measures[0], strict=True))

    both, nothing = run("both"), run("nothing")
    assert both["signed"] == both["replaced"] == 119  # the first step that begins with trust above 0.3 ends then
    assert both["owed"] == pytest.approx(case.dt)  # aid comes with the next step
    assert both["summits"] == 1
    years = (119 + (dt.date(2016, 9, 30) - dt.date(2016, 1, 1)).days) / 365.25
    assert both["old_age"] == pytest.approx(years)
    assert (nothing["signed"], nothing["replaced"], nothing["summits"]) == (np.inf, np.inf, 0)
