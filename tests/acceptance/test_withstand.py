"""What a stranger's case may try, and what becomes of it: it works, or is refused with a message."""

from __future__ import annotations

import pytest

LONG = 300  # more than Python would follow by recursion


def chain(step: str) -> str:
    """Auxiliaries that each read the next, the last one a stock."""
    rows = "".join(f"  a{i}: {{is: \"{step.format(f'a{i + 1}')}\"}}\n" for i in range(LONG))
    return f"quantities:\n{rows}  a{LONG}: {{start: 5, change: 12}}\nmeasures: {{top: final(a0)}}\n"


@pytest.mark.parametrize(("step", "top"), [
    ("{} + 1", 17 + LONG),
    ("{0} / 2 + {0} / 2", 17),  # read twice, computed once
])
def test_a_long_chain_of_auxiliaries_is_computed(measured, step, top):
    assert measured(chain(step), futures=1, runs=1) == {"top": top}


def test_a_long_chain_of_lags_starts_as_its_end_does(stepped):
    """Every `smooth` starts at what it follows: 5 at the start, one more for each of them."""
    rows = chain("smooth({}, 2 months) + 1").replace("change: 12", "change: 0")
    found = stepped(rows, horizon="2 months")
    assert found["a0"] == [5 + LONG] * 3


def test_a_case_without_measures_or_claims_has_a_page_too(run, tmp_path):
    from detente.report.folder import write

    page = write(run("quantities: {x: {start: 0, change: 1}}\n", futures=8, runs=1), tmp_path / "out")
    assert "A worked example" in page.read_text(encoding="utf-8")


def test_the_time_of_a_lag_is_named_with_its_bounds(said):
    found = said('quantities: {x: {start: 0, change: 1}, y: {is: "smooth(x, 3 years)"}}\n')
    assert "is not between one step and the horizon" in found
    assert "Choose a time from 1 month to 1 year." in found
