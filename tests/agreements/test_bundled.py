"""The bundled agreements come out as history did; the examples of the specification run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from detente.agreements import load_agreement, monitor
from detente.agreements.load import find, names


def on(name: str, day: str | None = None) -> dict[str, Any]:
    return monitor(name, find(name).parent / "events.csv", day).to_json()


def test_all_are_there() -> None:
    assert names() == ["agreed-framework", "iran-2015", "leap-day", "seed-freeze"]
    for name in names():
        folder = find(name).parent
        assert (folder / "README.md").read_text(encoding="utf-8").startswith("# ")
        expected = ["not entitled"] if name == "iran-2015" else []
        assert [p["problem"] for p in on(name)["problems"]] == expected


@pytest.mark.parametrize(("day", "us", "dprk"), [
    ("1994-10-20", "good", "good"), ("2002-10-15", "good", "good"), ("2002-10-16", "good", "suspected"),
    ("2002-11-13", "good", "suspected"), ("2002-11-14", "released", "suspected"),
    ("2002-12-20", "released", "suspected"), ("2002-12-21", "released", "breached"),
    ("2002-12-31", "released", "breached"),
])  # fmt: skip
def test_agreed_framework(day: str, us: str, dprk: str) -> None:
    assert on("agreed-framework", day)["standing"] == {"us": us, "dprk": dprk}


def test_agreed_framework_contract_was_late_and_no_breach() -> None:
    owed = on("agreed-framework", "1995-12-14")["owed"]
    assert {"party": "us", "obligation": "us.contract", "due": "1995-04-21", "late": True} in owed
    assert not any(b["party"] == "us" for b in on("agreed-framework")["breaches"])


def test_leap_day() -> None:
    assert on("leap-day", "2012-04-12")["standing"] == {"us": "good", "dprk": "good"}
    assert on("leap-day", "2012-04-13")["breaches"] == [{
        "date": "2012-04-13", "known": "2012-04-13", "party": "dprk", "obligation": "dprk.long_range",
        "evidence": "public", "cured": None,
    }]  # fmt: skip
    assert on("leap-day")["ended"] == {"date": "2012-04-17", "reason": "renounced"}


def test_iran() -> None:
    assert on("iran-2015", "2016-01-15")["stage"] == "preparing"
    relief = on("iran-2015", "2016-01-16")
    assert (relief["stage"], relief["stage_since"]) == ("relief", "2016-01-16")
    assert on("iran-2015", "2018-08-07")["standing"] == {"iran": "good", "us": "breached", "e3": "good"}
    assert on("iran-2015", "2019-07-01")["standing"]["iran"] == "breached"
    pending = [{"power": "snapback", "by": "e3", "effective": "2025-09-27"}]
    assert on("iran-2015", "2025-09-26")["pending"] == pending
    ended = on("iran-2015", "2025-09-27")
    assert ended["ended"] == {"date": "2025-09-27", "reason": "snapback"}
    assert ended["contingencies"][0]["moves"] == {"un.sanctions": "applied"}


EXAMPLES = Path(__file__).parent / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda p: p.stem)
def test_examples_load(path: Path) -> None:
    agreement = load_agreement(path).agreement
    assert agreement.names_of_obligations()


def test_example_of_the_iran_deal_snaps_back_unless_the_council_keeps_the_relief() -> None:
    rows = [
        {"date": "2016-01-16", "kind": "verified"}, {"date": "2020-01-01", "kind": "complain", "party": "e3"},
        {"date": "2020-02-05", "kind": "snapback", "party": "e3"},
    ]  # fmt: skip
    example = EXAMPLES / "iran-2015.yaml"
    assert monitor(example, rows, "2020-03-06").to_json()["ended"] == {"date": "2020-03-06", "reason": "snapback"}
    kept = [*rows, {"date": "2020-03-01", "kind": "council_keeps_relief"}]
    assert monitor(example, kept, "2021-01-01").to_json()["ended"] is None


def test_example_of_the_freeze_in_a_case() -> None:
    """In a case a step is the grace, and numbers of the case are rows of the log."""
    freeze = load_agreement(EXAMPLES / "freeze-deal.yaml")
    rows = [{"date": "2016-12-31", "kind": k, "party": p, "value": v} for k, p, v in (
        ("dprk.tests", "dprk", "frozen"), ("us.exercises", "us", "suspended"), ("trust", "", 0.5),
        ("attention", "", 0.5),
    )]  # fmt: skip
    rows += [{"date": f"201{7 + m // 12}-{m % 12 + 1:02}-01", "kind": "us.food", "party": "us", "value": "some"}
             for m in range(24)]  # fmt: skip
    import datetime as dt

    def at(day: str) -> dict[str, Any]:
        return monitor(freeze, rows, day, starts=dt.date(2016, 12, 31)).to_json()

    assert at("2017-12-30")["stage"] == "freeze"
    assert (at("2017-12-31")["stage"], at("2017-12-31")["stage_until"]) == ("dismantle", "2022-12-31")
    assert at("2018-02-01")["breaches"][0]["obligation"] == "dprk.plants"
    assert at("2018-04-02")["stage_since"] == "2018-04-01"  # two months to cure, then back to the freeze
    assert at("2018-04-02")["contingencies"][0]["moves"] == {"us.sanctions": "maximum"}
