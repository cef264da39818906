"""Claims and checks on the conflict graph: judged over base and variants, whatever the futures."""

from __future__ import annotations

import pickle

import pytest

from detente.claims.graph import graph_verdicts, truths
from detente.claims.run import check, judge
from detente.conflict.case import section_of
from detente.further import further
from detente.language.case import Case
from detente.language.load import load_text
from detente.language.print import expression_text
from detente.language.problems import Refused

CASE = """\
detente: 1
case: talks
as_of: 2016-09-30
horizon: 1 year
step: 1 month
sources: {paper: {title: a paper, date: 2016-01-01}}
parties: {us: {name: United States}, dprk: {name: North Korea}}
options:
  us.talks: [none, direct]
  dprk.tests: [open, frozen]
assumptions: {pace: {uniform: [0, 1], unit: 1/year, status: judged, note: a guess}}
quantities: {work: {start: 0, change: pace, scale: {0: none, 1: done}}}
strategies: {wait: {moves: {us.talks: none}}}
measures: {done: final(work)}
conflict:
  source: paper
  preferences:
    us: [dprk.tests, not us.talks]
    dprk: [us.talks, not dprk.tests]
  variants:
    never: {preferences: {dprk: [not dprk.tests]}}
    hawk: {source: paper, preferences: {us: [not us.talks]}}
    dove: {preferences: {dprk: [us.talks, dprk.tests]}}
claims:
  deal: {says: "equilibrium(us.talks == direct and dprk.tests == frozen, seq)"}
  standoff: {says: "equilibrium(not us.talks and not dprk.tests, nash)", because: [slow]}
  slow: {says: mean(done under wait) < 0.9}
  tempted: {says: "not stable(dprk, us.talks and dprk.tests, nash)"}
  either: {says: "stable(us, dprk.tests, seq) or equilibrium(if us.talks then dprk.tests, nash)"}
  both: {says: "equilibrium(us.talks, seq) and equilibrium(not us.talks, seq)"}
checks:
  open: {says: "equilibrium(true, gmr)"}
  closed: {says: "equilibrium(us.talks, seq)"}
  never_done: {says: P(done > 2 under wait) == 0}
"""


@pytest.fixture(scope="module")
def case() -> Case:
    return load_text(CASE, further=further)


def test_shares_are_over_base_and_variants_equally(case: Case) -> None:
    found = graph_verdicts(case)
    assert list(found) == ["deal", "standoff", "tempted", "either", "both"]
    deal = found["deal"]
    assert deal.variants == {"base": True, "never": False, "hawk": False, "dove": False}
    assert (deal.verdict, deal.share, deal.interval) == ("depends", 0.25, (0.25, 0.25))
    assert (deal.unsettled, deal.left_out, deal.rivals, deal.neither) == (0, 0, {}, None)
    assert repr(deal) == "<deal depends: 1 of 4 orderings of preferences>"
    assert "no probability" in deal.reading
    assert found["standoff"].variants == {"base": True, "never": True, "hawk": True, "dove": False}
    assert found["tempted"].variants == {"base": True, "never": True, "hawk": True, "dove": False}


def test_not_and_or_hold_variant_by_variant(case: Case) -> None:
    section = section_of(case)
    deal, standoff, _, tempted, _, both = (case.claims[name].says for name in case.claims)
    assert truths(tempted, section)["dove"] is False
    talks = section.equilibrium("us.talks", "seq")
    silence = section.equilibrium("not us.talks", "seq")
    assert truths(both, section) == {name: talks[name] and silence[name] for name in talks}
    assert {truths(deal, section)[n] for n in ("never", "hawk")} == {False}
    assert truths(standoff, section)["base"] is True


def test_all_variants_hold_or_fail(case: Case) -> None:
    told = {"everywhere": "equilibrium(true, gmr)", "nowhere": "not equilibrium(true, gmr)"}
    claims = "".join(f'  {name}: {{says: "{says}"}}\n' for name, says in told.items())
    found = graph_verdicts(load_text(CASE.replace("claims:\n", f"claims:\n{claims}")))
    assert (found["everywhere"].verdict, found["everywhere"].share) == ("holds", 1.0)
    assert (found["nowhere"].verdict, found["nowhere"].share) == ("fails", 0.0)


def test_a_run_judges_both_kinds_in_the_order_of_the_case(case: Case) -> None:
    judged = judge(case, futures=16, runs=4)
    assert list(judged.claims) == list(case.claims)
    assert judged.margins.claims == ("slow",)
    told = judged.to_json()["claims"]
    assert told["deal"] == {
        "verdict": "depends", "share": 0.25, "interval": [0.25, 0.25], "unsettled": 0.0, "margin": None,
        "neither": None, "rivals": {}, "left_out": 0.0,
        "variants": {"base": True, "never": False, "hawk": False, "dove": False},
    }  # fmt: skip
    assert set(told["slow"]) == set(told["deal"]) - {"variants"}


def test_a_case_of_a_conflict_alone_is_judged() -> None:
    cut = CASE[: CASE.index("assumptions:")] + CASE[CASE.index("conflict:") :]
    kept = [line for line in cut.splitlines() if "wait" not in line and "because" not in line]
    judged = judge(load_text("\n".join(kept)), futures=8, runs=1)
    assert judged.claims["deal"].share == 0.25
    assert judged.strategies == ()


def test_checks_must_hold_in_every_variant(case: Case) -> None:
    found = {result.id: result for result in check(case)}
    assert (found["open"].holds, found["open"].failing, found["open"].worst) == (True, 0, None)
    assert not found["closed"].holds
    assert [name for name, holds in found["closed"].variants.items() if not holds] == ["never", "hawk", "dove"]
    assert repr(found["closed"]) == "<check closed fails in never, hawk, dove>"
    assert found["closed"].to_json()["variants"]["base"] is True
    assert found["never_done"].holds
    assert "variants" not in found["never_done"].to_json()


def test_what_is_asked_is_printed_as_it_was_written(case: Case) -> None:
    said = {name: expression_text(case.claims[name].says) for name in ("deal", "tempted", "either")}
    assert said == {name: case.claims[name].says_text for name in said}


def test_a_case_travels_with_its_conflict(case: Case) -> None:
    again = pickle.loads(pickle.dumps(case))
    assert again == case
    assert graph_verdicts(again) == graph_verdicts(case)


def test_mistakes_in_the_conflict_refuse_the_verdicts_too() -> None:
    careless = load_text(CASE.replace("us: [dprk.tests, not", "us: [dprk.test, not"))
    with pytest.raises(Refused) as refused:
        graph_verdicts(careless)
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.line) == ("conflict_refused", 18)
    assert problem.place.path == "conflict.preferences.us[0]"
    assert problem.facts == {"what": "there is no option dprk.test", "remedy": "Did you mean dprk.tests?"}


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ("[us.talks, us.talks]", "us: `us.talks` repeats `us.talks`"),
        ("[us.talks, not us.talks]", "us: `not us.talks` contradicts the more important `us.talks`"),
        ("[us.talks or true]", "us: `us.talks or true` holds in every feasible state and changes nothing"),
    ],
)
def test_doubts_are_warned_of(statements: str, said: str) -> None:
    doubtful = load_text(CASE.replace("us: [dprk.tests, not us.talks]", f"us: {statements}"), further=further)
    (warning,) = doubtful.warnings
    assert (warning.code, warning.severity, warning.facts["what"]) == ("conflict_doubt", "warning", said)
    assert warning.place.line == 18


def test_without_doubt_nothing_is_warned_of(case: Case) -> None:
    assert case.warnings == ()
