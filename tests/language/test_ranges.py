"""Intervals hold every value that an expression can take."""

import math
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.language.load import load_text
from detente.language.ranges import ANY, MAYBE, Ranges

HEADER = """
detente: 1
case: x
as_of: 2016-09-30
horizon: 2 years
step: 1 month
parties: {us: }
options: {us.talks: {levels: [a, b, c], values: [-1, 2, 0]}}
assumptions: {low: {uniform: [1, 2]}, lag: {uniform: [6, 12], unit: month}, r: {one_of: {x: 1, y: 1}}}
quantities:
  x: {start: 0, within: [-2, 3]}
  late: {start: 5 * low, within: [0, 1]}
  free: {start: 0}
  aux: {is: x * low}
events: {e: {rate: 1, ends: true}, v: {at: [2016-11-08, 2017-11-08]}}
"""


def measured(text: str) -> tuple[float, float]:
    """The interval of a measure."""
    case = load_text(HEADER + f"measures: {{m: '{text}'}}\n", warn=False)
    return Ranges(case).measure("m")


DAY_ONE = 736267.0  # 2016-10-30


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("final(x)", (-2, 3)), ("final(late)", (0, 10)), ("max(free)", ANY), ("final(aux)", (-4, 6)),
        ("final(x * x)", (-6, 9)), ("final(x ** 2)", (0, math.inf)), ("final(abs(x))", (0, 3)),
        ("final(us.talks)", (-1, 2)), ("mean(x / low)", (-2, 3)), ("mean(low / x)", ANY),
        ("final(1 if x > 5 else 2)", (2, 2)), ("final(1 if x > 2 else 2)", (1, 2)), ("lag", (0.5, 1)),
        ("final(clip(free, 0, low))", (0, 2)), ("final(clip(low - 5, low, 9))", (1, 2)),
        ("final(clip(5, 0, low))", (1, 2)), ("final(min(x, low))", (-2, 2)), ("final(max(x, low))", (1, 3)),
        ("final(logistic(free))", (0, 1)), ("final(exp(free))", (0, math.inf)),
        ("final(exp(-free)) + 1", (1, math.inf)),
        ("final(log(x))", (-math.inf, math.log(3))), ("final(smooth(x, lag))", (-2, 3)),
        ("final(table(free, 0, 4, 1, low))", (1, 4)), ("final(-x)", (-3, 2)), ("total(x)", (-4, 6)),
        ("share(x > 3)", (0, 0)), ("share(x <= 3)", (1, 1)), ("ever(x >= 3)", MAYBE), ("ever(r == x)", MAYBE),
        ("share(x < 0 and x > 5)", (0, 0)), ("share(x < 0 or x > -3)", (1, 1)), ("share(not x > 3)", (1, 1)),
        ("share(x == x)", (1, 1)), ("share(x == 9)", (0, 0)), ("share(x != 9)", (1, 1)), ("count(e)", (0, math.inf)),
        ("count(v)", (0, 2)), ("first(x > 3)", (math.inf, math.inf)), ("first(x <= 3)", (DAY_ONE, DAY_ONE)),
        ("first(x > 0)", (DAY_ONE, math.inf)), ("final(x > 0)", MAYBE),
    ],
)  # fmt: skip
def test_intervals(text: str, interval: tuple[float, float]) -> None:
    assert measured(text) == interval


OPERATIONS = st.recursive(
    st.sampled_from(["x", "y", "2", "0.5", "-1"]),
    lambda inner: st.one_of(
        st.tuples(
            st.sampled_from(["({} + {})", "({} - {})", "({} * {})", "min({}, {})", "max({}, {})"]), inner, inner
        ).map(lambda parts: parts[0].format(*parts[1:])),
        st.tuples(st.sampled_from(["abs({})", "(-{})", "({} if x > 0 else y)"]), inner).map(
            lambda parts: parts[0].format(parts[1])
        ),
    ),
    max_leaves=12,
)
CASE = "detente: 1\ncase: x\nas_of: 2016-09-30\nhorizon: 2 years\nstep: 1 month\nquantities:\n"


@given(OPERATIONS, st.floats(-2, 3), st.floats(1, 4))
def test_no_value_lies_outside(text: str, x: float, y: float) -> None:
    quantities = f"  x: {{start: 0, within: [-2, 3]}}\n  y: {{start: 1, within: [1, 4]}}\n  z: {{is: '{text}'}}\n"
    low, high = Ranges(load_text(CASE + quantities, warn=False)).quantity("z")
    names = {"x": x, "y": y, "min": min, "max": max, "abs": abs, "__builtins__": {}}
    value = cast(float, eval(text, names))  # the test's own arithmetic, of texts made above
    assert low - 1e-9 <= value <= high + 1e-9
