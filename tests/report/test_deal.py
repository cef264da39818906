"""The deal in the report: which measures speak of it, what its histories say beside what was measured, the words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from detente.claims.run import judge
from detente.language.load import load, load_text
from detente.report.deal import History, measures_of, offered
from detente.report.document import Bullets, Figure, Paragraph, Table, blocks_of, plain
from detente.report.page import page
from detente.report.results import Results
from detente.report.sections import deal

CHEATING = Path(__file__).parent.parent / "agreements" / "examples" / "cheating.yaml"
READERS = """
detente: 1
case: readers
as_of: 2020-01-01
horizon: 6 months
step: 1 month
parties: {us: {}, dprk: {}}
options: {dprk.tests: [open, frozen]}
quantities:
  frozen: {is: pact.in_force and dprk.tests == frozen}
  pressure: {start: 0, change: 1 - frozen}
events:
  talk: {rate: 3 if other.in_force else 0}
  visit: {rate: 1}
conduct: {dprk: [{option: dprk.tests, move: frozen}]}
strategies: {plain: {}, offer: {offers: pact}, second: {offers: other}}
measures:
  directly: first(pact.ended == lapsed)
  by_auxiliary: share(frozen > 0)
  by_event: count(talk)
  by_stock: final(pressure)
  by_option: share(dprk.tests == frozen)
  visits: count(visit)
agreements:
  pact: {between: [us, dprk], accepts: {}, obliges: {dprk: [dprk.tests == frozen]},
    rules: [{when: dprk.tests == open, held: 2 months, ends: lapsed}]}
  other: {between: [us, dprk], accepts: {}, obliges: {dprk: [dprk.tests == frozen]}}
"""


@pytest.fixture(scope="module")
def results() -> Results:
    return Results(judge(load(CHEATING, warn=False), futures=24, runs=2, seed=5))


def test_measures_that_read_a_deal_are_found_where_it_is_computed_anew() -> None:
    case = load_text(READERS)
    assert measures_of(case, ("pact",)) == ("directly", "by_auxiliary")
    assert measures_of(case, ("other",)) == ("by_event",)


def test_a_deal_is_shown_under_the_strategies_that_offer_it(results: Results) -> None:
    assert offered(results) == {"freeze_deal": ("offer", "defiant")}
    section = deal.section(results)
    assert section is not None
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    assert [column.title for column in table.columns] == ["Measure", "offer", "defiant"]
    assert [plain(row.cells[0]) for row in table.rows] == ["Frozen", "Ended: comes in", "Cheated", "Caught"]
    never = results.judged.measures["offer"]["ended"].never
    assert never is not None
    assert plain(table.rows[1].cells[1]).startswith(f"{1 - never:.0%} (")


def test_a_case_without_deals_has_no_such_part(results: Results) -> None:
    case = load(CHEATING, warn=False)
    alone = Results(judge(case, futures=8, runs=1, strategies=["idle"]))
    assert deal.section(alone) is None
    assert alone.lived is None


def test_a_history_ends_when_the_run_measured_it(results: Results) -> None:
    lived = results.lived
    assert lived is not None
    assert (lived.strategy, lived.order, lived.of) == ("offer", "frozen", 24)
    order = results.first_measures("offer", 24)
    futures = [one.future for one in lived.histories]
    assert [list(np.argsort(order["frozen"], kind="stable")).index(n) for n in futures] == [4, 12, 20]
    for one in lived.histories:
        assert _ended(one) == _step_of(results, float(order["ended"][one.future]))
        assert one.monitored is not None
        breaches = [b for b in one.monitored.automaton.breaches if b.party == "dprk" and b.known - b.date > 60]
        assert bool(order["caught"][one.future]) or not breaches


def _ended(one: History) -> int | None:
    """The month in which it ended in breach, counted from the start of the case."""
    a = one.monitored.automaton if one.monitored else None
    if a is None or a.ended is None or a.ended[1] != "breach":
        return None
    on = date.fromordinal(a.ended[0])
    return (on.year - 2016) * 12 + on.month - 9


def _step_of(results: Results, days: float) -> int | None:
    """The same of what was measured, the end of a step."""
    case = results.case
    steps = [k for k in range(1, case.horizon + 1) if (case.day(k) - case.as_of).days == days]
    return steps[0] if steps else None


def test_the_days_of_a_history_are_told_without_routine(results: Results) -> None:
    section = deal.section(results)
    assert section is not None
    blocks = list(blocks_of((section,)))
    entries = [plain(line) for block in blocks if isinstance(block, Bullets) for line in block.lines]
    assert any(line.endswith("dprk.covert broken (found)") for line in entries)
    assert not any("its window opens" in line or line.endswith(": clean") for line in entries)
    said = [plain(block.line) for block in blocks if isinstance(block, Paragraph)]
    assert any("dprk broke dprk.covert on" in line and "this was known" in line for line in said)


def test_bars_are_the_monitors_and_show_how_long_a_breach_was_hidden(results: Results) -> None:
    section = deal.section(results)
    assert section is not None
    (figure,) = (block for block in section.blocks if isinstance(block, Figure))
    assert figure.data[0] == ("history", "row", "from", "to", "state")
    states = {row[-1] for row in figure.data[1:]}
    assert {"freeze", "dprk.covert broken", "dprk.covert broken, not known", "us good"} <= states
    assert all(row[2] <= row[3] for row in figure.data[1:])
    assert len(figure.panels) == 3


def test_the_page_has_the_part(results: Results) -> None:
    text = page(results)
    assert '<section id="deal"' in text
    assert "the deal (no strategy offers an agreement)" not in text
