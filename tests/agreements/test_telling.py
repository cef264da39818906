"""Agreements in words: clauses of bundled agreements, and of one in a case with labels, sentence by sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.agreements.load import load_agreement, load_agreement_text
from detente.agreements.telling import told
from detente.language.load import load

HERE = Path(__file__).parent
ALONE = """
detente: 1
agreement: small
between: [us, dprk]
starts: 2020-01-31
facts: {dprk.plants: [running, closing, closed], dprk.stock: {start: 0, unit: kg}}
kinds: [visit]
"""


def lines(name: str) -> dict[str, tuple[str, ...]]:
    """The parts of a bundled agreement by their titles."""
    return {part.title: part.lines for part in told(load_agreement(name).agreement)}


def test_the_freeze_of_the_article() -> None:
    parts = lines("seed-freeze")
    assert list(parts) == [
        "How it begins", "Stage 1 of 3, “freeze” (at least 12 months)", "Stage 2 of 3, “dismantle” (at most 5 years)",
        "Stage 3 of 3, “snapback” (at most 12 months)", "How it is watched",
        "What follows a breach", "What a party may declare", "What else moves or ends it",
    ]  # fmt: skip
    assert parts["How it begins"] == ("It stands from 1 October 2016.",)
    freeze = parts["Stage 1 of 3, “freeze” (at least 12 months)"]
    assert freeze[1:] == (
        "US must see to it every day that exercises are “suspended”, from 1 month after the stage begins.",
        "US must bring it about that the sum of “food” is at least 60000, anew every 3 months.",
        "When DPRK keeps what it owes and US keeps what it owes for 6 months, the stage becomes “dismantle”.",
    )
    assert parts["How it is watched"] == (
        "Inspections look at “covert of DPRK” every 3 months; they sound an alarm with the chance 0.35 where it is "
        "broken, and with the chance 0.01 where it is not.",
        "A breach is found with 2 alarms in the last 3 looks.",
    )
    assert parts["What follows a breach"] == (
        "After a breach of anything owed by DPRK: the first time: 2 months to put it right, then exercises of US "
        "must go to “held”, within 1 month, for 12 months, and the stage becomes “snapback”; the second time and "
        "after: the deal ends as “breach”.",
        "After a breach of anything owed by US: 3 months to put it right, then DPRK owes nothing until the next "
        "stage.",
    )
    assert parts["What a party may declare"] == (
        "US or DPRK may declare “withdraw”; 3 months later, the deal ends as “withdrawn”.",
    )


def test_best_efforts_dates_and_what_is_not_written() -> None:
    parts = lines("agreed-framework")
    (stage,) = (lines_ for title, lines_ in parts.items() if title.startswith("Stage"))
    assert "by 21 October 1995" in stage[1]
    assert stage[1].endswith("“contract” has happened, within 6 months (best efforts: late is no breach).")
    assert parts["What follows a breach"] == ("Nothing is written of what follows a breach.",)


@pytest.mark.parametrize(("clauses", "title", "said"), [
    ("obliges: {dprk: {a: {keep: dprk.plants >= closing, while: good(us), until: 2021-01-01}}}", "In every stage",
     "DPRK must see to it every day that plants are at or above “closing”, as long as US keeps what it owes, until 1 "
     "January 2021."),
    ("obliges: {us: {a: {do: count(us.visit) >= 2, by: 2020-06-30, each: dprk.stock > 5}}}", "In every stage",
     "US must bring it about that how often “visit” has happened is at least 2, by 30 June 2020, each time that "
     "“stock of DPRK” is above 5."),
    ("rules: [{when: not over and (suspected(us) or dprk.plants != closed), until: 2022-05-01}]",
     "What else moves or ends it",
     "When its time has not run out and (US is under suspicion or plants of DPRK are not “closed”), the stage has "
     "its end on 1 May 2022."),
    ("powers: {leave: {who: all, when: count(visit) == 0, held: 30 days, unless: breached(us), release: others}}",
     "What a party may declare",
     "All together may declare “leave” when “visit” has not happened for 30 days; the others owe nothing until the "
     "next stage, unless US stands in breach."),
    ("obliges: {dprk: {a: {keep: dprk.stock == 0}}}\n"
     "verification: {visits: {of: dprk.a, rate: 3, delay: 10 days, while: dprk.plants == running}}\n"
     "enough: belief 0.9\nprior: 0.2", "How it is watched",
     "Visits look at “a of DPRK” at random, 3 times a year, as long as plants of DPRK are “running”; they sound an "
     "alarm always where it is broken, and never where it is not; what they find is known 10 days later."),
])  # fmt: skip
def test_a_clause_in_words(clauses: str, title: str, said: str) -> None:
    parts = {part.title: part.lines for part in told(load_agreement_text(ALONE + clauses + "\n"))}
    assert parts[title][0] == said


def test_labels_of_a_case_and_how_it_is_signed() -> None:
    case = load(HERE / "examples" / "cheating.yaml", warn=False)
    beginning, *_ = told(case.agreements["freeze_deal"], case)
    assert beginning.lines == (
        "It begins on the last day of the step in which all sign.",
        "us signs by chance, the likelier the more signing (attention) is worth to it beside not signing (0.2).",
        "dprk signs if “trust” is above 0.45.",
    )
