"""Numbers, shares and dates as a reader sees them."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from detente.report import words

NUMBERS = [
    (0, "0"), (1, "1"), (12.345, "12.3"), (1234.5, "1,230"), (0.012345, "0.0123"), (-2.5, "−2.5"), (99.96, "100"),
    (1e-15, "0"), (2e-5, "2.00e−05"), (1e16, "1.00e+16"), (math.nan, "–"), (math.inf, "never"), (0.1 + 0.2, "0.3"),
]
SHARES = [
    (0, "0%"), (1, "100%"), (0.5, "50%"), (0.004, "0.4%"), (0.00001, "0.1%"), (0.996, "99.6%"), (0.99999, "99.9%"),
    (0.01, "1%"), (0.99, "99%"), (None, "–"),
]


@pytest.mark.parametrize(("value", "said"), NUMBERS)
def test_number(value: float, said: str) -> None:
    assert words.number(value) == said


@pytest.mark.parametrize(("value", "said"), SHARES)
def test_share(value: float | None, said: str) -> None:
    assert words.share(value) == said


def test_dates_lists_and_counts() -> None:
    assert words.day(dt.date(2016, 9, 30)) == "30 September 2016"
    assert words.value(dt.date(2017, 3, 1)) == "Mar 2017"
    assert words.value("never") == "never"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.listed(["a"]) == "a"
    assert (words.count(1, "claim"), words.count(2000, "claim")) == ("1 claim", "2,000 claims")
    assert words.span(0.2, 0.31) == "20 to 31%"
    units = {None: "", "1": "", "year": " years", "1/year": " 1/year", "months": " months"}
    assert {text: words.unit(text) for text in units} == units
    assert words.cut("one  two\nthree", 9) == "one two…"
