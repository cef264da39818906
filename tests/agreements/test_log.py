"""Logs: what a row means, what is wrong with it, and what follows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.agreements import load_agreement_text, monitor
from detente.language.problems import Refused

from .conftest import HEAD, At

BODY = (
    HEAD + "obliges: {dprk: {calm: {keep: dprk.n < 3}, z: {keep: us.aid == off}}, us: {oil: {do: sum(oil) > 9}}}\n"
    "verification: {eyes: {of: [dprk.calm, dprk.z]}}\npowers: {leave: {who: us, ends: left}}\nsources: {press: {}}\n"
)
COLUMNS = "date,kind,party,value,by,known,note,source\n"


def problems(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    log = tmp_path / "log.csv"
    log.write_text(COLUMNS + text, encoding="utf-8")
    found = monitor(load_agreement_text(BODY), log).to_json()["problems"]
    return [(p["line"], p["problem"]) for p in found]


@pytest.mark.parametrize(("row", "problem"), [
    ("2001-03-01,missile,dprk,1,,,,", "unknown kind"),
    ("2001-03-01,oil,china,1,,,,", "unknown party"),
    ("2001-03-01,leave,,,,,,", "unknown party"),
    ("2001-03-01,oil,us,1,rumour,,,", "unknown source"),
    ("2001-03-01,oil,us,1,,,,gossip", "unknown source"),
    ("2001-03-01,dprk.reactor,dprk,melted,,,,", "bad value"),
    ("2001-03-01,dprk.n,dprk,many,,,,", "bad value"),
    ("2001-03-01,dprk.n,dprk,inf,,,,", "bad value"),
    ("2001-03-01,oil,us,,,,,", "bad value"),
    ("March,oil,us,1,,,,", "bad value"),
    ("2001-02-30,oil,us,1,,,,", "bad value"),
    ("2001-03-01,oil,us,1,,soon,,", "bad value"),
    ("2001-03-01,alarm,dprk,,eyes,,,", "bad value"),
    ("2001-03-01,oil,us,1,,2001-02-28,,", "known before it happened"),
    ("2001-03-01,leave,dprk,,,,,", "not entitled"),
])  # fmt: skip
def test_problem(tmp_path: Path, row: str, problem: str) -> None:
    assert problems(tmp_path, row + "\n") == [(2, problem)]


def test_duplicates_and_order(tmp_path: Path) -> None:
    text = "2001-03-02,oil,us,1,,,,\n2001-03-02,oil,us,1,,,other words,\n"
    text += "2001-03-01,oil,us,1,,,,\n2001-03-02,oil,us,1,us,,,\n"
    assert problems(tmp_path, text) == [(3, "duplicate"), (4, "out of order")]


@pytest.mark.parametrize("row", [
    "2001-03-01,oil,us,1,,,,press", "2001-03-01,us.oil,,1,,,,", "2001-03-01,n,dprk,2,,,,", "2001-03,oil,us,1,,,,",
    "2001,oil,all,1.5,,never,,", "2001-03-01,alarm,dprk,calm,eyes,,,", "2001-03-01,alarm,dprk,dprk.z,eyes,,,",
    "2001-03-01,clean,dprk,,,,,", "2001-03-01,test,,,,,,",
])  # fmt: skip
def test_no_problem(tmp_path: Path, row: str) -> None:
    assert problems(tmp_path, row + "\n") == []


def test_a_month_or_a_year_is_its_last_day(at: At) -> None:
    body = "obliges: {dprk: {calm: {keep: dprk.n < 3}}}"
    assert at(body, "2004-02 dprk.n dprk 5")["breaches"][0]["date"] == "2004-02-29"
    assert at(body, "2004 dprk.n dprk 5")["on"] == "2004-12-31"


def test_default_day_is_the_last_of_the_log(at: At) -> None:
    log = "2001-03-01 oil us 1 known=2001-07-01; 2001-04-01 oil us 2 known=never"
    assert at("", log)["on"] == "2001-07-01"
    assert at("", log, hindsight=True)["on"] == "2001-04-01"
    assert at("", "")["on"] == "2001-01-31"


def test_kinds_change_facts(at: At) -> None:
    body = "kinds: [{made: {dprk.n: dprk.n + value}}, oil]\nobliges: {dprk: {calm: {keep: dprk.n <= 10}}}"
    assert at(body, "2001-03-01 made dprk 6; 2001-03-02 made dprk 4")["breaches"] == []
    (breach,) = at(body, "2001-03-01 made dprk 6; 2001-03-02 made dprk 4; 2001-03-03 made dprk 0.5")["breaches"]
    assert breach["date"] == "2001-03-03"


def test_json_is_the_same_log(tmp_path: Path) -> None:
    agreement = load_agreement_text(BODY)
    csv, js = tmp_path / "log.csv", tmp_path / "log.json"
    csv.write_text(COLUMNS + "2001-03-01,dprk.n,dprk,5,,,,\n2001-03-02,oil,us,7,,,,\n", encoding="utf-8")
    rows = [{"date": "2001-03-01", "kind": "dprk.n", "party": "dprk", "value": 5},
            {"date": "2001-03-02", "kind": "oil", "party": "us", "value": 7}]  # fmt: skip
    js.write_text(json.dumps(rows), encoding="utf-8")
    assert monitor(agreement, csv).to_json() == monitor(agreement, js).to_json() == monitor(agreement, rows).to_json()


@pytest.mark.parametrize(("text", "code"), [
    ("", "log_empty"), ("when,what\n1,2\n", "log_columns"), ("[1, 2]", "log_json"), ("{", "log_json"),
    ('date,kind\n"2001', "log_csv"), ("\x00", "log_columns"),
])  # fmt: skip
def test_no_log_at_all(tmp_path: Path, text: str, code: str) -> None:
    log = tmp_path / "log.csv"
    log.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        monitor(load_agreement_text(BODY), log)
    assert refused.value.problems[0].code == code


def test_everything_in_the_shape(at: At) -> None:
    state = at("")
    assert list(state) == [
        "format", "agreement", "on", "hindsight", "in_force", "stage", "stage_since", "stage_until", "ended",
        "standing", "owed", "breaches", "claims", "contingencies", "pending", "timeline", "problems",
    ]  # fmt: skip
    json.dumps(state, allow_nan=False)
