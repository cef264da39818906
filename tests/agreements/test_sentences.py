"""The sentences of the specification, one test each, in their order. The first comment of a test is the sentence."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import At


def breaches(state: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(b["obligation"], b["date"], b["cured"]) for b in state["breaches"]]


# --- obligations -------------------------------------------------------------------------------------------------


def test_list_of_keeps_is_named_after_facts(at: At) -> None:
    state = at("obliges: {dprk: [dprk.reactor == frozen, dprk.n < 3]}", day="2001-02-01")
    assert [(o["obligation"], o["due"]) for o in state["owed"]] == [("dprk.reactor", None), ("dprk.n", None)]


def test_do_with_no_limit_is_owed_until_done(at: At) -> None:
    body = "obliges: {us: {oil: {do: count(oil) > 0}}}"
    assert at(body, day="2009-01-01")["owed"] == [
        {"party": "us", "obligation": "us.oil", "due": None, "late": False}
    ]
    assert at(body, "2002-01-01 oil us 1", "2009-01-01")["owed"] == []


@pytest.mark.parametrize(("limit", "last", "next_day"), [
    ("by: 2001-02-10", "2001-02-10", "2001-02-11"),
    ("within: 10 days", "2001-02-10", "2001-02-11"),
    ("within: 1 month", "2001-02-28", "2001-03-01"),
    ("within: 2 months", "2001-03-31", "2001-04-01"),
    ("every: 1 week", "2001-02-07", "2001-02-08"),
])  # fmt: skip
def test_a_limit_includes_its_last_day(at: At, limit: str, last: str, next_day: str) -> None:
    # A limit includes its last day; its consequence is dated the next. Months are counted from the origin.
    body = f"obliges: {{us: {{oil: {{do: count(oil) > 0, {limit}}}}}}}"
    assert at(body, day=last)["breaches"] == []
    assert at(body, day=last)["owed"][0]["due"] == last
    assert at(body, f"{last} oil us 1", next_day)["breaches"] == []
    assert breaches(at(body, day=next_day)) == [("us.oil", next_day, None)]
    assert at(body, day=next_day)["breaches"][0]["evidence"] == "deadline"


def test_every_counts_anew_in_each_period(at: At) -> None:
    body = "obliges: {us: {oil: {do: sum(us.oil) >= 10, every: 1 month}}}"
    log = "2001-02-28 oil us 10; 2001-03-31 oil us 9; 2001-04-01 oil us 10"
    state = at(body, log, "2001-04-30")
    assert breaches(state) == [("us.oil", "2001-04-01", "2001-04-01")]  # put right by the next done
    assert state["owed"] == []
    assert at(body, log, "2001-05-01")["owed"][0]["due"] == "2001-05-31"


def test_each_opens_one_window_at_a_time(at: At) -> None:
    body = "obliges: {dprk: {access: {do: count(visit) > 0, within: 5 days, each: count(request) > count(visit)}}}"
    log = "2001-03-01 request us; 2001-03-02 request us; 2001-03-06 visit dprk"
    assert at(body, log, "2001-03-05")["owed"][0]["due"] == "2001-03-06"
    assert at(body, log, "2001-04-01")["owed"] == []  # still more requests than visits: it did not turn true
    again = log + "; 2001-04-01 visit dprk; 2001-05-01 request us"
    assert at(body, again, "2001-05-02")["owed"][0]["due"] == "2001-05-06"
    assert breaches(at(body, again, "2001-05-20")) == [("dprk.access", "2001-05-07", None)]


def test_once_opens_on_the_day_that_is_known(at: At) -> None:
    body = "obliges: {us: {aid: {do: us.aid == on, within: 5 days, once: count(visit) > 0}}}"
    log = "2001-03-01 visit dprk known=2001-03-10"
    assert at(body, log, "2001-03-09")["owed"] == []
    assert at(body, log, "2001-03-10")["owed"][0]["due"] == "2001-03-15"
    assert at(body, log, "2001-03-10", hindsight=True)["owed"][0]["due"] == "2001-03-06"


def test_from_and_until(at: At) -> None:
    body = "obliges: {dprk: {calm: {keep: dprk.n < 3, from: 1 month, until: 2001-05-01}}}"
    assert at(body, day="2001-02-27")["owed"] == []
    assert at(body, day="2001-02-28")["owed"] != []
    assert at(body, day="2001-05-01")["owed"] != []
    assert at(body, day="2001-05-02")["owed"] == []


def test_while_lets_a_keep_sleep(at: At) -> None:
    body = "obliges: {dprk: {calm: {keep: dprk.n < 3, while: us.aid == on}}}"
    log = "2001-03-01 dprk.n dprk 5; 2001-04-01 us.aid us on"
    assert at(body, log, "2001-03-31")["breaches"] == []
    assert at(body, log, "2001-04-01")["breaches"] == []  # it wakes, and has its grace
    assert breaches(at(body, log, "2001-04-02")) == [("dprk.calm", "2001-04-02", None)]


def test_soft_is_late_but_no_breach(at: At) -> None:
    state = at("obliges: {us: {oil: {do: count(oil) > 0, within: 5 days, soft: true}}}", day="2001-03-01")
    assert state["breaches"] == []
    assert state["owed"] == [{"party": "us", "obligation": "us.oil", "due": "2001-02-05", "late": True}]


# --- rules and stages --------------------------------------------------------------------------------------------

STAGES = "stages: {{one: {{{one}}}, two: {{{two}}}}}"


def test_held_is_served_on_its_day(at: At) -> None:
    body = STAGES.format(one="rules: [{when: us.aid == on, held: 10 days, stage: two}]", two="")
    log = "2001-03-01 us.aid us on"
    assert at(body, log, "2001-03-10")["stage"] == "one"
    assert at(body, log, "2001-03-11")["stage"] == "two"
    assert at(body, log, "2001-03-11")["stage_since"] == "2001-03-11"
    assert at(body, log + "; 2001-03-11 us.aid us off", "2001-03-30")["stage"] == "one"  # waits come last in a day


def test_stage_waits_for_least(at: At) -> None:
    body = STAGES.format(one="least: 1 month, rules: [{when: us.aid == on, stage: two, release: us}]", two="")
    log = "2001-02-05 us.aid us on"
    early = at(body, log, "2001-02-05")
    assert (early["stage"], early["standing"]["us"]) == ("one", "released")  # only stage and ends wait
    assert at(body, log, "2001-02-28")["stage"] == "two"
    assert at(body, log + "; 2001-02-20 us.aid us off", "2001-04-01")["stage"] == "one"


def test_over_and_expired(at: At) -> None:
    body = STAGES.format(one="most: 1 month, rules: [{when: over, stage: two}]", two="until: 2001-03-05")
    assert at(body, day="2001-02-28")["stage_until"] == "2001-02-28"
    assert at(body, day="2001-03-01")["stage"] == "two"
    assert at(body, day="2001-03-05")["ended"] is None
    ended = at(body, day="2001-03-06")
    assert ended["ended"] == {"date": "2001-03-06", "reason": "expired"}
    nothing = [ended[key] for key in ("in_force", "stage", "stage_since", "stage_until")]
    assert nothing == [False, None, None, None]
    assert ended["standing"] == {"us": "released", "dprk": "released"}


def test_a_row_that_led_into_a_stage_does_not_count_inside(at: At) -> None:
    body = STAGES.format(
        one="rules: [{when: count(visit) > 0, stage: two}]", two="rules: [{when: count(visit) > 0, ends: done}]"
    )
    log = "2001-03-01 visit dprk"
    assert at(body, log)["stage"] == "two"
    assert at(body, log + "; 2001-03-01 visit dprk 2")["ended"] == {"date": "2001-03-01", "reason": "done"}


def test_until_sets_a_new_end(at: At) -> None:
    body = "stages: {one: {most: 1 month}}\npowers: {extend: {until: value}, open: {until: }}"
    log = "2001-02-10 extend us 2001-06-30"
    assert at(body, log, "2001-06-30")["stage_until"] == "2001-06-30"
    assert at(body, log, "2001-07-01")["ended"]["reason"] == "expired"
    endless = at(body, "2001-02-10 open dprk", "2009-01-01")
    assert (endless["stage"], endless["stage_until"]) == ("one", None)


def test_release_lasts_until_the_next_stage(at: At) -> None:
    body = (
        "obliges: {us: {aid: {keep: us.aid == on}}}\npowers: {free: {release: others}}\n"
        + STAGES.format(one="rules: [{when: count(visit) > 0, stage: two}]", two="")
    )
    log = "2001-01-31 free dprk"
    state = at(body, log, "2001-05-01")
    assert (state["standing"], state["owed"], state["breaches"]) == ({"us": "released", "dprk": "good"}, [], [])
    assert at(body, log + "; 2001-05-01 visit dprk", "2001-05-02")["standing"]["us"] == "breached"


def test_stages_in_a_circle_are_refused(at: At) -> None:
    from detente.language.problems import Refused

    to = "rules: [{{when: us.aid == on, stage: {}}}]"
    body = STAGES.format(one=to.format("two"), two=to.format("one"))
    with pytest.raises(Refused) as refused:
        at(body, "2001-03-01 us.aid us on")
    assert refused.value.problems[0].code == "agreement_circle"


# --- a day -------------------------------------------------------------------------------------------------------


def test_a_keep_is_first_judged_at_the_end_of_the_day_grace_after(at: At) -> None:
    body = "obliges: {dprk: {calm: {keep: dprk.n < 3}}}"
    log = "2001-01-31 dprk.n dprk 5"
    assert at(body, log, "2001-01-31")["breaches"] == []
    assert breaches(at(body, log, "2001-02-01")) == [("dprk.calm", "2001-02-01", None)]
    assert at(body, log + "; 2001-02-01 dprk.n dprk 1", "2001-02-01")["breaches"] == []
    assert breaches(at(body + "\ngrace: 1 month", log, "2001-03-01")) == [("dprk.calm", "2001-02-28", None)]


def test_rows_are_judged_one_after_another(at: At) -> None:
    body = "obliges: {dprk: {calm: {keep: dprk.n < 3}}}"
    state = at(body, "2001-03-01 dprk.n dprk 5; 2001-03-01 dprk.n dprk 1")
    assert breaches(state) == [("dprk.calm", "2001-03-01", "2001-03-01")]


def test_limits_run_out_before_rows_of_the_day(at: At) -> None:
    body = "obliges: {us: {oil: {do: count(oil) > 0, by: 2001-03-01}}}"
    state = at(body, "2001-03-02 oil us 1")
    assert breaches(state) == [("us.oil", "2001-03-02", "2001-03-02")]  # late, then put right
    assert state["owed"] == []


# --- powers ------------------------------------------------------------------------------------------------------


def test_power_with_notice_and_veto(at: At) -> None:
    body = "powers: {leave: {who: us, notice: 1 month, unless: count(visit) > 0, ends: left}}"
    log = "2001-03-31 leave us"
    assert at(body, log, "2001-04-01")["pending"] == [{"power": "leave", "by": "us", "effective": "2001-04-30"}]
    assert at(body, log, "2001-04-30")["ended"] == {"date": "2001-04-30", "reason": "left"}
    assert at(body, "2001-03-01 visit dprk; " + log, "2001-04-30")["ended"] is not None  # counts from the notice
    assert at(body, log + "; 2001-04-30 visit dprk", "2001-05-30")["ended"] is None


def test_held_of_a_power_is_served_from_the_start_of_its_day(at: At) -> None:
    body = "powers: {leave: {who: us, when: dprk.n > 3, held: 10 days, ends: left}}"
    log = "2001-03-01 dprk.n dprk 5; "
    early = at(body, log + "2001-03-10 leave us")
    assert (early["ended"], early["problems"]) == (None, [{"line": 2, "problem": "not entitled"}])
    assert at(body, log + "2001-03-11 leave us")["ended"] == {"date": "2001-03-11", "reason": "left"}


def test_all_use_a_power_jointly(at: At) -> None:
    body = "powers: {close: {who: all, ends: closed}}"
    assert at(body, "2001-03-01 close us")["problems"] == [{"line": 1, "problem": "not entitled"}]
    assert at(body, "2001-03-01 close all")["ended"]["reason"] == "closed"


# --- breach ------------------------------------------------------------------------------------------------------

KEEP = "obliges: {dprk: {calm: {keep: dprk.n < 3}}}\n"


def test_cure_then_breach_and_effects(at: At) -> None:
    body = KEEP + "on_breach: {dprk: {cure: 10 days, moves: {us.aid: on}, within: 5 days, for: 1 month}}"
    log = "2001-03-01 dprk.n dprk 5"
    assert at(body, log, "2001-03-11")["standing"]["dprk"] == "curing"
    state = at(body, log, "2001-03-12")
    assert state["standing"]["dprk"] == "breached"
    assert state["contingencies"] == [{
        "due": "2001-03-17", "by": "us", "moves": {"us.aid": "on"}, "until": "2001-04-12", "because": "dprk.calm",
    }]  # fmt: skip
    assert at(body, log, "2001-04-12")["contingencies"] != []
    assert at(body, log, "2001-04-13")["contingencies"] == []
    cured = at(body, log + "; 2001-03-11 dprk.n dprk 1", "2001-04-01")
    assert (cured["standing"]["dprk"], cured["contingencies"]) == ("good", [])
    assert breaches(cured) == [("dprk.calm", "2001-03-01", "2001-03-11")]


def test_nth_breach_nth_entry_then_the_last(at: At) -> None:
    body = KEEP + "on_breach: {dprk.calm: [{cure: 5 days, release: us}, {release: others}, {ends: breach}]}"
    log = "2001-03-01 dprk.n dprk 5; 2001-03-02 dprk.n dprk 1; 2001-03-03 dprk.n dprk 5"
    assert at(body, log)["standing"] == {"us": "released", "dprk": "breached"}  # a cured breach still counts
    log += "; 2001-03-04 dprk.n dprk 1; 2001-03-05 dprk.n dprk 9"
    assert at(body, log)["ended"] == {"date": "2001-03-05", "reason": "breach"}
    assert at(body, log)["standing"]["dprk"] == "breached"


def test_counted_acts_are_put_right_by_cured_by_only(at: At) -> None:
    body = "obliges: {dprk: {tests: {keep: count(dprk.test) == 0, cured_by: count(sorry) > 0}}}"
    log = "2001-03-01 sorry dprk; 2001-03-02 test dprk"
    assert at(body, log, "2003-01-01")["standing"]["dprk"] == "breached"
    log += "; 2001-04-01 sorry dprk"
    assert breaches(at(body, log, "2003-01-01")) == [("dprk.tests", "2001-03-02", "2001-04-01")]
    log += "; 2001-05-01 test dprk"  # the count was restarted
    assert breaches(at(body, log)) == [("dprk.tests", "2001-03-02", "2001-04-01"), ("dprk.tests", "2001-05-01", None)]


def test_late_do_stays_owed(at: At) -> None:
    body = "obliges: {us: {oil: {do: count(oil) > 0, by: 2001-03-01}}}"
    assert at(body, day="2001-06-01")["owed"] == [
        {"party": "us", "obligation": "us.oil", "due": "2001-03-01", "late": True}
    ]
    state = at(body, "2001-06-02 oil us 1")
    assert (state["owed"], breaches(state)) == ([], [("us.oil", "2001-03-02", "2001-06-02")])


def test_deadline_breach_is_struck_out(at: At) -> None:
    body = "obliges: {us: {oil: {do: count(oil) > 0, by: 2001-03-01}}}\n"
    body += "on_breach: {us: [{release: dprk}, {ends: off}]}"
    log = "2001-02-20 oil us 1 known=2001-05-01"
    assert at(body, log, "2001-04-30")["standing"]["us"] == "breached"
    state = at(body, log)
    assert (state["breaches"], state["standing"]["us"], state["owed"]) == ([], "good", [])


def test_open_breaches_stay_on_record_when_a_stage_is_left(at: At) -> None:
    body = STAGES.format(
        one="obliges: {dprk: {calm: {keep: dprk.n < 3}}}, rules: [{when: us.aid == on, stage: two}]", two=""
    )
    state = at(body, "2001-03-01 dprk.n dprk 5; 2001-04-01 us.aid us on")
    assert (state["stage"], state["owed"]) == ("two", [])
    assert (breaches(state), state["standing"]["dprk"]) == ([("dprk.calm", "2001-03-01", None)], "breached")


def test_standing_before_the_start_and_after_the_end(at: At) -> None:
    body = KEEP + "on_breach: {dprk: {cure: 1 year, ends: breach}}\npowers: {leave: {ends: left}}"
    before = at(body, "2001-01-01 dprk.n dprk 5")
    assert (before["in_force"], before["standing"]) == (False, {"us": "good", "dprk": "good"})
    after = at(body, "2001-03-01 dprk.n dprk 5; 2001-03-02 leave us; 2001-03-03 dprk.n dprk 1")
    assert after["standing"] == {"us": "released", "dprk": "breached"}  # it was curing then


# --- truth and knowledge -----------------------------------------------------------------------------------------


def test_a_breach_has_the_day_it_happened_and_the_day_it_was_known(at: At) -> None:
    log = "2001-03-01 dprk.n dprk 5 known=2001-06-01"
    (breach,) = at(KEEP, log)["breaches"]
    assert (breach["date"], breach["known"]) == ("2001-03-01", "2001-06-01")
    assert at(KEEP, log, "2001-05-31")["breaches"] == []
    assert at(KEEP, log, "2001-03-01", hindsight=True)["standing"]["dprk"] == "breached"
    never = "2001-03-01 dprk.n dprk 5 known=never"
    assert at(KEEP, never, "2009-01-01")["breaches"] == []
    assert len(at(KEEP, never, hindsight=True)["breaches"]) == 1


def test_an_old_row_does_not_undo_a_newer_one(at: At) -> None:
    log = "2001-03-01 dprk.n dprk 5 known=2001-06-01; 2001-04-01 dprk.n dprk 1"
    state = at(KEEP, log, "2001-06-01")
    assert breaches(state) == [("dprk.calm", "2001-03-01", "2001-06-01")]
    assert state["standing"]["dprk"] == "good"


@pytest.mark.parametrize(("by", "evidence"), [("", "public"), ("dprk", "admitted"), ("eyes", "found")])
def test_evidence(at: At, by: str, evidence: str) -> None:
    body = KEEP + "verification: {eyes: {of: dprk.calm}}"
    (breach,) = at(body, f"2001-03-01 dprk.n dprk 5 by={by}")["breaches"]
    assert breach["evidence"] == evidence


def test_a_claim_makes_suspected_never_breached(at: At) -> None:
    log = "2001-03-01 dprk.n dprk 5 by=us"
    state = at(KEEP, log, "2005-01-01")
    assert (state["standing"]["dprk"], state["breaches"]) == ("suspected", [])
    assert state["claims"] == [{
        "date": "2001-03-01", "known": "2001-03-01", "party": "dprk", "obligation": "dprk.calm", "by": "us",
        "cleared": None,
    }]  # fmt: skip
    harmless = at(KEEP, "2001-03-01 dprk.n dprk 2 by=us")
    assert (harmless["claims"], harmless["standing"]["dprk"]) == ([], "good")


def test_a_claim_is_confirmed_or_cleared(at: At) -> None:
    log = "2001-03-01 dprk.n dprk 5 by=us; "
    confirmed = at(KEEP, log + "2001-03-01 dprk.n dprk 5 known=2001-04-01")
    assert (confirmed["standing"]["dprk"], confirmed["breaches"][0]["known"]) == ("breached", "2001-04-01")
    cleared = at(KEEP, log + "2001-05-01 clean dprk")
    assert (cleared["standing"]["dprk"], cleared["claims"][0]["cleared"]) == ("good", "2001-05-01")


LOOKS = KEEP + "verification: {eyes: {of: dprk.calm, detects: 0.5, false_alarm: 0.1}}\n"


def test_enough_alarms_are_a_breach_put_right_by_a_clean_look(at: At) -> None:
    body = LOOKS + "enough: 2 of 3"
    one = "2001-03-01 alarm dprk by=eyes"
    assert at(body, one)["standing"]["dprk"] == "suspected"
    spent = one + "; 2001-04-01 clean dprk by=eyes; 2001-05-01 clean dprk by=eyes; 2001-06-01 clean dprk by=eyes"
    assert at(body, spent)["standing"]["dprk"] == "good"  # no alarm in the last three looks
    two = one + "; 2001-04-01 clean dprk by=eyes; 2001-05-01 alarm dprk by=eyes"
    (breach,) = at(body, two)["breaches"]
    assert (breach["date"], breach["evidence"], breach["cured"]) == ("2001-05-01", "found", None)
    right = at(body, two + "; 2001-06-01 clean dprk by=eyes")
    assert (right["breaches"][0]["cured"], right["standing"]["dprk"]) == ("2001-06-01", "good")
    again = two + "; 2001-06-01 clean dprk by=eyes; 2001-07-01 alarm dprk by=eyes"
    assert at(body, again)["standing"]["dprk"] == "suspected"  # the count started afresh


def test_alarms_after_a_row_are_no_second_breach(at: At) -> None:
    body = LOOKS + "enough: 1 of 1"
    state = at(body, "2001-03-01 dprk.n dprk 5 known=2001-05-01 by=eyes; 2001-05-01 alarm dprk by=eyes")
    assert [(b["date"], b["known"]) for b in state["breaches"]] == [("2001-03-01", "2001-05-01")]


def test_belief_by_bayes(at: At) -> None:
    body = LOOKS + "enough: belief 0.7\nprior: 0.1\nrules: [{when: belief(dprk.calm) > 0.3, release: us}]"
    alarm = "2001-03-01 alarm dprk by=eyes"  # 0.05 / (0.05 + 0.09) = 0.357
    state = at(body, alarm)
    assert state["standing"] == {"us": "released", "dprk": "suspected"}
    assert at(body, alarm + "; 2001-03-02 alarm dprk by=eyes")["standing"]["dprk"] == "breached"  # 0.735
    clean = at(body, alarm + "; 2001-03-02 clean dprk by=eyes; 2001-03-03 clean dprk by=eyes")
    assert clean["standing"]["dprk"] == "suspected"  # 0.357 -> 0.236 -> 0.146, still above the prior
