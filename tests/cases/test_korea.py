"""The flagship case: it reads without a warning, holds every row of the design, and its counts are those it names."""

from __future__ import annotations

import re
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from detente.claims.graph import on_graph
from detente.language.case import Case, Gamma
from detente.language.load import load

FOLDER = Path(__file__).parents[2] / "cases" / "korea-2016"

ROWS = {  # mechanism to what the case must have for it
    "S1 sanctions": ["us.sanctions", "pressure", "strain", "bite_lag", "adaptation", "exposure", "china_share"],
    "S2 China": ["china.enforcement", "weighing", "refugees", "reluctance", "alarm_pull", "resentment", "squeeze"],
    "S3 programme": ["nuclear_test", "launch_success", "launch_failure", "reach", "warhead", "arsenal",
                     "untested_reach", "untested_warhead", "reaches_region", "reaches_bases", "reaches_home"],
    "S4 clocks": ["reaches_home", "concedes", "out_of_step", "pressure_first"],
    "S5 threat": ["fear", "fear_floor", "exercise", "us.force", "us.tone", "menace", "drill_share"],
    "S6 channels": ["us.talks", "us.terms", "precondition", "direct_pace", "six_pace", "wreckers", "walkout",
                    "talk_wish", "only_direct"],
    "S12 buying time": ["short_freeze", "freeze_buys_time", "backlog", "tension", "clash", "war", "arsenal_end"],
    "S13 new administration": ["inauguration", "new_course", "turn", "attention", "stalls"],
    "S14 argument": ["way_out"],
    "S15 provenance": ["seed"],
}
STRATEGIES = ["patience", "maximum_pressure", "leaning_on_china", "shows_of_force", "six_party_talks",
              "direct_freeze"]
RIVALS = ["hardship", "squeeze", "capability"]
CLAIMED = [3, 4, 5, 6, 12, 13, 14, 15, 17, 19, 20, 23, 25, 26]  # paragraphs of kind claim, and the conclusion
COUNTS = {"nuclear_before": "before 2270", "nuclear_after": "after 2270", "launches_before": "before 2270",
          "launches_after": "after 2270", "clash_pace": "ten years"}


@pytest.fixture(scope="module")
def case() -> Case:
    return load(FOLDER)


@pytest.fixture(scope="module")
def counting() -> ModuleType:
    spec = spec_from_file_location("count_rows", FOLDER / "count_rows.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _names(case: Case) -> set[str]:
    sections = (case.sources, case.options, case.assumptions, case.quantities, case.events, case.strategies,
                case.measures, case.claims)
    return {name for section in sections for name in section}


def test_it_reads_without_a_warning(case: Case) -> None:
    assert case.warnings == ()
    assert case.as_of == date(2016, 9, 30)


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_there(case: Case, row: str) -> None:
    assert [name for name in ROWS[row] if name not in _names(case)] == []


def test_strategies_rivals_and_size(case: Case) -> None:
    assert [s for s in STRATEGIES if s not in case.strategies] == []
    assert [r for r in RIVALS if len(case.assumptions[r].rivals) < 2] == []
    size = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) for path in FOLDER.glob("*.yaml")}
    assert size.pop("conflict") < 200
    assert size.pop("deal") < 200
    assert sum(size.values()) < 900


def test_every_claim_has_its_paragraph_its_words_and_its_doubt(case: Case) -> None:
    refs = [ref for claim in case.claims.values() for ref in claim.sources if ref.source == "seed"]
    paragraphs = {int(part) for ref in refs for part in ref.part.split(", ")}
    assert [p for p in CLAIMED if p not in paragraphs] == []
    for name, claim in case.claims.items():
        assert claim.sources, name
        assert claim.states, name
        assert len(claim.note) > 40, name


def test_the_premises_lead_to_the_conclusion(case: Case) -> None:
    reached, waiting = set[str](), ["way_out"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting.extend(case.claims[name].because)
    asked_of_the_graph = {name for name, claim in case.claims.items() if on_graph(claim.says)}
    assert set(case.claims) - reached - asked_of_the_graph == {"pressure_first"}
    assert case.claims["out_of_step"].against == ("pressure_first",)


def test_no_source_is_later_than_the_case(case: Case) -> None:
    for name, source in case.sources.items():
        assert source.date, name
        assert source.date <= case.as_of, name
        assert source.title, name
        assert source.publisher, name


def test_every_assumption_says_where_it_comes_from(case: Case) -> None:
    for name, assumption in case.assumptions.items():
        assert assumption.status, name
        assert assumption.note, name
        assert assumption.unit or assumption.rivals, name
        assert assumption.sources or assumption.status == "judged", name


@pytest.mark.parametrize("name", COUNTS)
def test_rates_are_the_counts_of_the_rows_they_name(case: Case, counting: ModuleType, name: str) -> None:
    assumption = case.assumptions[name]
    days = [date.fromisoformat(d) for d in re.findall(r"\d{4}-\d\d-\d\d", assumption.sources[0].part)]
    first, last = counting.PERIODS[COUNTS[name]]
    assert days == sorted(set(days))
    assert all(first <= d <= last for d in days)
    watched = round(counting.years(COUNTS[name]), 2)
    assert assumption.distribution == Gamma(len(days) + 0.5, watched)


def test_periods_meet_without_a_gap_or_an_overlap(counting: ModuleType) -> None:
    before, after = counting.PERIODS["before 2270"], counting.PERIODS["after 2270"]
    assert (after[0] - before[1]).days == 1


def test_rows_are_counted_by_their_own_words(counting: ModuleType) -> None:
    rows = [
        {"date": "2016-09-09", "type": "Nuclear Provocation", "event": "Nuclear Test"},
        {"date": "2016-06-22", "type": "Missile Provocation", "event": "Intermediate-range Ballistic Missile Launch"},
        {"date": "2016-06-22", "type": "Missile Provocation", "event": "Intermediate-range Ballistic Missile Launch"},
        {"date": "2016-07-09", "type": "Missile Provocation", "event": "Submarine Launched Ballistic Missile Launch"},
        {"date": "2010-01-27", "type": "Other Provocation", "event": "Artillery Fire"},
        {"date": "2010-01-28", "type": "Other Provocation", "event": "Artillery Fire"},
        {"date": "2016-03-02", "type": "Nuclear Provocation", "event": "Nuclear Test"},
    ]
    assert counting.days(rows, "nuclear", "after 2270") == [date(2016, 9, 9)]
    assert counting.days(rows, "launch", "after 2270") == [date(2016, 6, 22)]
    assert counting.days(rows, "clash", "ten years") == [date(2010, 1, 27)]


@pytest.mark.slow
def test_its_own_checks_hold(case: Case) -> None:
    from detente.claims.run import check

    results = check(case)
    assert len(results) == len(case.checks) >= 8
    assert [r.id for r in results if not r.holds] == []


@pytest.mark.slow
def test_no_quantity_lives_on_its_bound(case: Case) -> None:
    from detente.claims.run import judge

    judged = judge(case, futures=64, runs=8, bands=False)
    clipped = {(s, q): share for s, of in judged.clipped.items() for q, share in of.items()}
    assert clipped
    assert {key: share for key, share in clipped.items() if share > 0.02} == {}
