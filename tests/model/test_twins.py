"""The kernel against its slow twin on drawn cases: the same bits of every measure and of every step of every run."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings

from detente.language.problems import Refused
from strategies import case_texts

HEADER = {"horizon": "10 months", "as_of": "2020-01-31"}
QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
MANY = settings(QUICK, max_examples=300, derandomize=False)
OF_CONSTANTS = {"constant_not_finite", "chance_outside", "below_zero", "rate_too_high"}
FUTURES, RUNS = 6, 11  # 66 lanes: a block and a bit


def same_bits(a, b):
    """NaN equals NaN; minus zero is not zero."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    nan = np.isnan(a)
    return a.shape == b.shape and np.array_equal(nan, np.isnan(b)) and np.array_equal(
        np.where(nan, 0, a).view(np.int64), np.where(nan, 0, b).view(np.int64)
    )


def assert_twins(one):
    for strategy in range(len(one.form.strategies)):
        slow = one.by_reference(RUNS, strategy, FUTURES, seed=3)
        fast = one.by_kernel(RUNS, strategy, FUTURES, seed=3)
        assert np.array_equal(slow.trouble, fast.trouble)
        assert list(slow.trace) == list(fast.trace)
        assert [name for name in slow.trace if not same_bits(slow.trace[name], fast.trace[name])] == []
        assert [name for name in slow.measures if not same_bits(slow[name], fast[name])] == []
        assert same_bits(slow.clipped, fast.clipped)


def check(compile_case, text):
    try:
        one = compile_case(text, **HEADER)
    except Refused as refused:
        if {p.code for p in refused.problems} <= OF_CONSTANTS:
            reject()
        raise
    assert_twins(one)


@QUICK
@given(text=case_texts())
def test_drawn_cases(compile_case, text):
    check(compile_case, text)


@pytest.mark.slow
@MANY
@given(text=case_texts())
def test_many_drawn_cases(compile_case, text):
    check(compile_case, text)
