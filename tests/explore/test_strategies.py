"""Regret, dominance, Pareto sets and choices against brute force; the value of information; adaptive plans."""

from __future__ import annotations

import numpy as np
import pytest

from detente import bundled
from detente.explore.information import worth_knowing
from detente.explore.plans import adaptive, planned
from detente.explore.ranges import stretched, verdicts_at
from detente.explore.regret import best, choice, dominance, pareto, regret, scores, strategies, worst_decile
from detente.explore.tornado import tornado
from detente.language.case import Assumption, Beta, Case, Lognormal, Normal, Truncated, Uniform
from detente.language.load import load

NAMES = ("s", "t", "u")


@pytest.fixture(scope="module")
def case() -> Case:
    return load(bundled.find("tiny-race"), warn=False)


def goals(seed: int, count: int = 40) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {name: rng.integers(0, most, (3, count)).astype(float) for name, most in (("late", 6), ("tests", 4))}


@pytest.mark.parametrize("seed", range(5))
def test_against_brute_force(make_table, seed: int) -> None:
    values = goals(seed)
    table = make_table(count=40, goals=values, wanted={"late": "late", "tests": "few"}, strategies=NAMES)
    found = strategies(table)
    assert found is not None
    for i, name in enumerate(NAMES):
        late, tests = values["late"].tolist(), values["tests"].tolist()
        regrets = [max(row[f] for row in late) - late[i][f] for f in range(40)]
        assert found.standings[name].regret["late"] == pytest.approx(sum(regrets) / 40)
        assert found.standings[name].worst_regret["late"] == max(regrets)
        few = [tests[i][f] - min(row[f] for row in tests) for f in range(40)]
        assert found.standings[name].regret["tests"] == pytest.approx(sum(few) / 40)
    turned = [values["late"], -values["tests"]]
    means = [[float(w[i].mean()) for w in turned] for i in range(3)]
    best = [
        n for i, n in enumerate(NAMES)
        if not any(all(b >= a for a, b in zip(means[i], m, strict=True)) and m != means[i] for m in means)
    ]
    assert list(pareto(table)) == best
    assert found.choice.expected == NAMES[max(range(3), key=lambda i: means[i][0])]
    worst = [max(max(r[f] for r in values["late"]) - values["late"][i][f] for f in range(40)) for i in range(3)]
    assert found.choice.minimax_regret == NAMES[worst.index(min(worst))]


def test_dominance(make_table) -> None:
    better = np.array([[3.0, 2.0], [3.0, 1.0], [0.0, 9.0]])
    table = make_table(count=2, goals={"g": better}, wanted={"g": "more"}, strategies=NAMES)
    assert dominance(table) == {"s": (), "t": ("s",), "u": ()}
    same = make_table(count=2, goals={"g": np.ones((3, 2))}, wanted={"g": "less"}, strategies=NAMES)
    assert dominance(same) == {"s": (), "t": (), "u": ()}
    assert pareto(same) == NAMES


def test_choices_by_attitude(make_table) -> None:
    values = np.array([[10.0, 10.0, 0.0, 0.0], [4.0, 4.0, 4.0, 4.0], [9.0, 3.0, 3.0, 3.0]])
    table = make_table(count=4, goals={"g": values}, wanted={"g": "more"}, strategies=NAMES)
    made = choice(table, "g", aspiration=3.5)
    assert (made.expected, made.minimax_regret, made.satisficing) == ("s", "s", "t")
    assert made.satisfied == {"s": 0.5, "t": 1.0, "u": 0.25}
    assert regret(table, "g").tolist() == [[0, 0, 4, 4], [6, 6, 0, 0], [1, 7, 1, 1]]


def test_scores_by_attitude_and_ties(make_table) -> None:
    values = {"g": np.array([[1.0, 5.0, 3.0, 2.0], [2.0, 4.0, 3.0, 2.0], [2.0, 4.0, 3.0, 2.0]])}
    table = make_table(count=4, goals=values, wanted={"g": "more"}, strategies=("a", "b", "c"))
    found = scores(table, "g")
    assert found["expected"].tolist() == [2.75, 2.75, 2.75]
    assert found["worst_decile"] == pytest.approx([1.3, 2.0, 2.0])
    assert found["minimax_regret"].tolist() == [-1.0, -1.0, -1.0]
    assert best(table, found["expected"]) == ("a", "b", "c")
    assert best(table, found["worst_decile"]) == ("b", "c")


def test_the_worst_decile_is_on_the_bad_side() -> None:
    values = np.arange(101.0)
    assert worst_decile(values, True) == pytest.approx(10)
    assert worst_decile(values, False) == pytest.approx(90)


def test_no_goals_no_comparison(make_table) -> None:
    assert strategies(make_table()) is None


def test_the_value_of_information(make_table) -> None:
    """Strategies worth x and 1/2, x uniform: E max(x, 1/2) - 1/2 = 1/8; the other assumption is worth 0."""
    x = make_table(count=8192, width=2).values
    values = np.array([x[:, 0], np.full(len(x), 0.5 + 1e-9), np.full(len(x), -1.0)])
    table = make_table(values=x, goals={"g": values}, wanted={"g": "more"}, strategies=NAMES)
    worth = worth_knowing(table, "g")
    assert worth.each["a0"] == pytest.approx(1 / 8, abs=0.005)
    assert worth.each["a1"] == pytest.approx(0, abs=0.003)
    assert worth.everything == pytest.approx(1 / 8, abs=0.002)
    assert worth.flips["a0"] == {"low": "t", "high": "s"}
    assert list(worth.each) == ["a0", "a1"]


def test_noise_is_worth_nothing(make_table) -> None:
    rng = np.random.default_rng(5)
    each = []
    for _ in range(20):
        values = rng.normal(size=(3, 256))
        table = make_table(count=256, width=1, goals={"g": values}, wanted={"g": "less"}, strategies=NAMES)
        each.append(worth_knowing(table, "g").each["a0"])
    assert np.mean(each) < 0.05


def test_the_tornado(make_table) -> None:
    x = make_table(count=1024, width=3).values
    x[:, 2] = np.floor(2 * x[:, 2])
    bars = tornado(make_table(values=x, rivals={"a2": ("p", "q")}), 10 * x[:, 1] + x[:, 2])
    assert [bar.assumption for bar in bars] == ["a1", "a2", "a0"]
    assert bars[0].ends == pytest.approx({"low": 1.5, "high": 9.5}, abs=0.1)
    assert bars[1].length == pytest.approx(1, abs=0.1)


# --- ranges --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("distribution", "values", "doubled"), [
    (Normal(2, 1), [0.0, 2.0, 3.0], [-2.0, 2.0, 4.0]),
    (Lognormal(2, 1), [1.0, 2.0, 8.0], [0.5, 2.0, 32.0]),
    (Uniform(0, 10), [0.0, 5.0, 10.0], [0.0, 5.0, 20.0]),
    (Beta(2, 2), [0.0, 0.5, 0.8, 1.0], [0.0, 0.5, 16 / 17, 1.0]),
    (Truncated(Normal(2, 1), 1, 3), [1.0, 2.0, 2.25], [1.0, 2.0, 2.53125]),
])
def test_ranges_are_doubled_where_they_lie(distribution, values: list[float], doubled: list[float]) -> None:
    made = stretched(Assumption("a", distribution=distribution), np.array(values), 2.0)
    assert made == pytest.approx(doubled)
    back = stretched(Assumption("a", distribution=distribution), made, 0.5)
    if not isinstance(distribution, Truncated):
        assert back == pytest.approx(values)


def test_verdicts_at_other_ranges(case: Case) -> None:
    from detente.claims.run import judge

    at = verdicts_at(case, futures=128, runs=16, seed=2)
    plain = judge(case, futures=128, runs=16, seed=2, bands=False).claims
    assert set(at) == {"halved", "doubled"}
    margins = {name: verdicts["too_slow"].margin for name, verdicts in {**at, "plain": plain}.items()}
    spread = {name: margin.q95 - margin.q05 for name, margin in margins.items()}
    assert spread["halved"] < spread["plain"] < spread["doubled"]


# --- plans ---------------------------------------------------------------------------------------------------


def test_a_plan_is_its_two_strategies_at_the_ends(case: Case) -> None:
    """A line that is never crossed leaves the first strategy, one that always is the second, to the last bit."""
    from dataclasses import replace

    from detente.language.case import Fixed
    from detente.simulate.ensemble import Ensemble

    made = planned(case, "pressure", "talks", "strain", "above")
    for line, like in ((1e9, "pressure"), (-1e9, "talks")):
        fixed = replace(made.assumptions["the_line"], distribution=Fixed(line))
        one = replace(made, assumptions={**made.assumptions, "the_line": fixed})
        block = Ensemble(one, futures=16, runs=8, seed=3).block(0, 16)
        assert np.array_equal(block.runs["the_plan"], block.runs[like])


def test_a_plan_is_judged_where_it_was_not_searched(case: Case) -> None:
    plan = adaptive(case, "pressure", "talks", "strain", futures=64, runs=16)
    assert plan.interval[0] <= plan.gain <= plan.interval[1]
    assert plan.gain == pytest.approx(plan.means["plan"] - max(plan.means["pressure"], plan.means["talks"]))
    assert 0 <= plan.line <= 1
    with pytest.raises(ValueError, match="crosses a line"):
        adaptive(case, "pressure", "talks", "nothing", futures=16, runs=4)
