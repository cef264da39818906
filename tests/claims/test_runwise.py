"""What a run says, against a twin that reads the tree run by run in plain Python."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.claims.runwise import FUNCTIONS, evaluate, step_end, table
from detente.language.functions import FUNCTIONS as NAMED
from detente.language.tree import (
    And,
    Arith,
    AssumptionRef,
    Before,
    CalendarPart,
    Call,
    Compare,
    CompareRival,
    DateDifference,
    DateLiteral,
    IfElse,
    Indicator,
    MeasureAt,
    Negate,
    Never,
    Not,
    Number,
    Or,
    Power,
    QuantityRef,
    Truth,
)

OPS = {
    "+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y, ">": lambda x, y: x > y, ">=": lambda x, y: x >= y, "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
}
ENDS = [(dt.date(2020 + (k // 12), k % 12 + 1, 1) - dt.date(2020, 1, 1)).days for k in range(26)]


def twin(node, run):
    """The value of a tree in one run, given as {name: number}."""
    match node:
        case Number() | Truth():
            return node.value
        case DateLiteral():
            return (node.day - dt.date(2020, 1, 1)).days
        case Never():
            return math.inf
        case AssumptionRef():
            return run[node.name]
        case MeasureAt():
            return run[node.measure, node.strategy]
        case Arith() | Compare():
            return OPS[node.op](twin(node.left, run), twin(node.right, run))
        case CompareRival():
            return OPS[node.op](run[node.assumption], node.rival)
        case Before():
            left, right = (
                min(end for end in ENDS if end >= twin(x, run)) if isinstance(x, DateLiteral) else twin(x, run)
                for x in (node.left, node.right)
            )
            return left != math.inf and left < right
        case DateDifference():
            left, right = (min(twin(x, run), 10**6) for x in (node.left, node.right))
            return ((ENDS[25] if left == 10**6 else left) - (ENDS[25] if right == 10**6 else right)) / 365.25
        case Negate():
            return -twin(node.arg, run)
        case Not():
            return not twin(node.arg, run)
        case And():
            return all(twin(arg, run) for arg in node.args)
        case Or():
            return any(twin(arg, run) for arg in node.args)
        case IfElse():
            return twin(node.then if twin(node.condition, run) else node.other, run)
        case Indicator():
            return 1.0 if twin(node.condition, run) else 0.0
        case Power():
            return twin(node.base, run) ** node.exponent.value
        case Call():
            return {"min": min, "max": max}[node.name](*(twin(arg, run) for arg in node.args))
    raise AssertionError(node)


DATES = st.one_of(
    st.sampled_from([MeasureAt(m, s) for m in ("reaches", "concedes") for s in "ab"]),
    st.just(Never()),
    st.integers(2, 700).map(lambda d: DateLiteral(dt.date(2020, 1, 1) + dt.timedelta(days=d))),
)
MEASURES = [MeasureAt(m, s) for m in ("tests", "strain") for s in "ab"]
ORDER = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])


def trees(numbers):
    conditions = st.one_of(
        st.builds(Compare, ORDER, numbers, numbers),
        st.builds(Compare, ORDER, DATES, DATES),
        st.builds(Before, DATES, DATES),
        st.builds(CompareRival, st.sampled_from(["==", "!="]), st.just("squeeze"), st.integers(0, 1),
                  st.just("tames")),
        st.booleans().map(Truth),
    )
    conditions = st.one_of(
        conditions,
        st.lists(conditions, min_size=2, max_size=3).map(lambda args: And(tuple(args))),
        st.lists(conditions, min_size=2, max_size=3).map(lambda args: Or(tuple(args))),
        conditions.map(Not),
        st.builds(IfElse, conditions, conditions, conditions),
    )
    return st.one_of(
        st.builds(Arith, st.sampled_from("+-*"), numbers, numbers),
        st.builds(IfElse, conditions, numbers, numbers),
        st.builds(Indicator, conditions),
        st.builds(DateDifference, DATES, DATES),
        numbers.map(Negate),
        st.builds(Power, numbers, st.integers(0, 2).map(lambda k: Number(float(k)))),
        st.builds(lambda name, x, y: Call(name, (x, y)), st.sampled_from(["min", "max"]), numbers, numbers),
    )


NUMBERS = st.recursive(
    st.one_of(
        st.sampled_from(MEASURES), st.just(AssumptionRef("bite")), st.integers(-3, 3).map(lambda k: Number(float(k)))
    ),
    trees,
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(NUMBERS)
def test_equals_the_twin_run_by_run(toy, tree):
    rng = np.random.default_rng(7)
    ends = np.append(np.array(ENDS[1:25], float), np.inf)
    made = {
        s: {"reaches": rng.choice(ends, (3, 4)), "concedes": rng.choice(ends, (3, 4)),
            "tests": rng.integers(0, 4, (3, 4)).astype(float), "strain": rng.integers(-2, 3, (3, 4)) / 2}
        for s in "ab"
    }
    drawn = {"bite": np.array([0.5, 1.0, 2.0]), "squeeze": np.array([0, 1, 1])}
    found = np.broadcast_to(evaluate(tree, toy.sample(assumptions=drawn, **made)), (3, 4))
    for f in range(3):
        for r in range(4):
            run = {(m, s): made[s][m][f, r] for s in "ab" for m in made[s]}
            run |= {name: values[f] for name, values in drawn.items()}
            assert found[f, r] == pytest.approx(twin(tree, run), rel=1e-12)


def test_every_function_of_the_language_is_known():
    assert set(FUNCTIONS) == {name for name, function in NAMED.items() if not function.stock}


def test_table_goes_through_its_points_and_is_flat_outside():
    x = np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 9.0, np.nan])
    found = table(x, 0.0, 1.0, 1.0, 3.0, 3.0, -1.0)
    np.testing.assert_array_equal(found, [1, 1, 2, 3, 1, -1, -1, np.nan])


def test_functions_of_one_argument():
    x = np.array([0.25, 1.0, 4.0])
    np.testing.assert_allclose(FUNCTIONS["logistic"](x), 1 / (1 + np.exp(-x)))
    np.testing.assert_array_equal(FUNCTIONS["clip"](x, 0.5, 2.0), [0.5, 1.0, 2.0])
    np.testing.assert_array_equal(FUNCTIONS["sqrt"](x), [0.5, 1.0, 2.0])


def test_a_written_date_counts_as_the_end_of_the_step_that_holds_it(toy):
    case = toy.case()
    assert step_end(case, dt.date(2020, 1, 15)) == 31  # steps end on the first of each month
    assert step_end(case, dt.date(2020, 2, 1)) == 31  # a day on the boundary belongs to the earlier step
    assert step_end(case, dt.date(2020, 2, 2)) == 60
    assert step_end(case, dt.date(2030, 1, 1)) == 3653  # beyond the horizon
    sample = toy.sample(a={"reaches": [[31.0, 60.0, np.inf]]})
    middle = DateLiteral(dt.date(2020, 1, 15))
    assert evaluate(Before(middle, toy.at("reaches")), sample).tolist() == [[False, True, True]]
    assert evaluate(Before(toy.at("reaches"), middle), sample).tolist() == [[False, False, False]]


def test_year_and_month_of_a_date(toy):
    sample = toy.sample(a={"reaches": [[31.0, 366.0, np.inf]]})  # never: the horizon plus one step, February 2022
    assert evaluate(CalendarPart("year", toy.at("reaches")), sample).tolist() == [[2020, 2021, 2022]]
    assert evaluate(CalendarPart("month", toy.at("reaches")), sample).tolist() == [[2, 1, 2]]


def test_what_cannot_stand_in_a_claim_is_refused(toy):
    with pytest.raises(TypeError, match=r"^QuantityRef cannot stand in a claim$"):
        evaluate(QuantityRef("strain"), toy.sample(a={"tests": [[1.0]]}))
