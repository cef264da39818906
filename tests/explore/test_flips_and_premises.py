"""Flips against brute force, premises of planted arguments, the map of claims."""

from __future__ import annotations

import numpy as np
import pytest

from detente.claims.result import MarginQuantiles, Verdict
from detente.explore.argdown import argdown
from detente.explore.flips import flip, relative_entropy
from detente.explore.picture import picture
from detente.explore.premises import Counted, Given, argument
from detente.language.case import Case, Claim


@pytest.mark.parametrize(("held", "count", "target"), [(4, 12, 0.1), (6, 12, 0.9), (10, 11, 0.9), (1, 15, 0.1)])
def test_the_least_reweighting_is_the_least(make_table, held: int, count: int, target: float) -> None:
    """Against a general optimiser over all weights, which knows nothing of tilts."""
    from scipy.optimize import minimize

    x = np.random.default_rng(held).random((count, 3))
    holds = np.arange(count) < held
    one = flip(make_table(values=x, claims={"c": holds}), "c")

    def entropy(w: np.ndarray) -> float:
        w = np.maximum(w, 1e-300)
        return float((w * np.log(count * w)).sum())

    share = {"type": "eq", "fun": lambda w: w @ holds - target}
    whole = {"type": "eq", "fun": lambda w: w.sum() - 1}
    best = minimize(entropy, np.full(count, 1 / count), constraints=[share, whole], bounds=[(1e-9, 1)] * count,
                    method="SLSQP", options={"ftol": 1e-13, "maxiter": 500})
    assert one.share == pytest.approx(target)
    assert one.entropy == pytest.approx(best.fun, abs=1e-6)
    for j in range(3):
        before, after = one.shift[f"a{j}"]
        assert before == pytest.approx(x[:, j].mean())
        assert after == pytest.approx(best.x @ x[:, j], abs=1e-4)


@pytest.mark.parametrize(("share", "target", "becomes"), [
    (0.95, 0.9, "depends"), (0.9, 0.9, "depends"), (0.6, 0.9, "holds"), (0.3, 0.1, "fails"), (0.02, 0.1, "depends"),
])
def test_where_a_verdict_turns(make_table, share: float, target: float, becomes: str) -> None:
    one = flip(make_table(count=100, claims={"c": np.arange(100) < round(100 * share)}), "c")
    assert (one.share, one.becomes) == (target, becomes)
    assert one.entropy == pytest.approx(relative_entropy(target, share))


@pytest.mark.parametrize("holds", [True, False])
def test_what_no_reweighting_turns(make_table, holds: bool) -> None:
    one = flip(make_table(count=64, claims={"c": np.full(64, holds)}), "c")
    assert one.to_json() == {"entropy": None, "share": None, "becomes": None, "shift": {}}


def test_rivals_shift_in_shares(make_table) -> None:
    x = np.column_stack([np.arange(100) % 2, np.arange(100)]).astype(float)
    one = flip(make_table(values=x, rivals={"a0": ("tames", "hardens")}, claims={"c": x[:, 0] == 1}), "c")
    before, after = one.shift["a0"]
    assert before == {"tames": 0.5, "hardens": 0.5}
    assert after == pytest.approx({"tames": 0.1, "hardens": 0.9})


def test_a_premise_that_does_nothing_is_called_out(make_table) -> None:
    x = np.random.default_rng(1).random((4000, 3))
    works, idle, claim = x[:, 0] > 0.5, x[:, 1] > 0.5, x[:, 0] > 0.45
    table = make_table(values=x, claims={"works": works, "idle": idle, "claim": claim})
    found = argument(table, "claim", ["works", "idle"])
    assert found is not None
    assert found.premises["works"].reading == "follows"
    assert found.premises["idle"].reading == "nothing"
    assert found.premises["works"].given == 1.0
    assert found.premises["works"].adds == pytest.approx(0.9, abs=0.05)
    assert found.premises["idle"].adds == pytest.approx(0, abs=0.02)
    assert found.follows.given == pytest.approx(claim[works & idle].mean())
    assert found.follows.without == pytest.approx(claim[~(works & idle)].mean())
    assert found.follows.holds_in == (works & idle).mean()
    assert found.said == (
        "Of its premises: it leans on them, but on idle by itself it does not: it does as well where that fails."
    )
    nothing = argument(table, "claim", ["idle"])
    assert nothing is not None
    assert nothing.said == "Of its premises: it rests on nothing that they say."


def test_premises_that_always_hold_say_nothing(make_table) -> None:
    table = make_table(count=50, claims={"p": np.ones(50, bool), "c": np.arange(50) < 20})
    found = argument(table, "c", ["p"])
    assert found is not None
    assert found.follows.to_json() == {"given": 0.4, "without": None, "adds": None, "reading": "untold"}
    assert found.said == "Of its premises: too few futures to tell."
    nearly = make_table(count=64, claims={"p": np.arange(64) > 2, "c": np.arange(64) < 20})
    found = argument(nearly, "c", ["p"])
    assert found is not None
    assert found.follows.without == 1.0
    assert found.follows.reading == "untold"
    assert argument(table, "c", []) is None
    assert argument(table, "c", ["not_judged"]) is None


@pytest.mark.parametrize(
    ("within", "elsewhere", "reading"),
    [((0.9, 0.02), (0.5, 0.02), "follows"), ((0.5, 0.02), (0.9, 0.02), "against"),
     ((0.5, 0.03), (0.5, 0.03), "nothing"), ((0.6, 0.2), (0.5, 0.2), "untold"), (None, (0.5, 0.1), "untold")],
)
def test_readings(within: tuple[float, float] | None, elsewhere: tuple[float, float], reading: str) -> None:
    def counted(it: tuple[float, float] | None) -> Counted | None:
        return it and Counted(it[0], (it[0] - it[1], it[0] + it[1]), 100)

    assert Given(counted(within), counted(elsewhere)).reading == reading


def verdict(name: str, word: str, share: float) -> Verdict:
    return Verdict(name, "", word, share, (0.0, 1.0), 0.0, 0.0, MarginQuantiles(0, 0, 0))  # type: ignore[arg-type]


def test_the_map_of_claims(make_table) -> None:
    claims = {
        "end": Claim("end", states="There [is] a way <out>.", because=("one", "two"), against=("rival",)),
        "one": Claim("one", states="One."), "two": Claim("two", states="Two."), "rival": Claim("rival", states="No."),
    }
    case = Case("c", title="A title", claims=claims)
    verdicts = {n: verdict(n, w, s) for n, w, s in
                [("end", "depends", 0.5), ("one", "holds", 0.95), ("two", "fails", 0.0), ("rival", "fails", 0.1)]}
    x = np.arange(100)
    table = make_table(values=x[:, None].astype(float), claims={
        "end": x < 50, "one": x < 60, "two": x % 2 == 0, "rival": x > 90})
    found = argument(table, "end", claims["end"].because)
    assert found is not None
    text = argdown(case, verdicts, {"end": found})
    assert "[end]: There is a way out . (50% of futures) #depends" in text.replace("  ", " ")
    assert "  <+ [one] // holds in 83% with it, 0% without" in text
    assert "  -> [rival]" in text
    drawn = picture(case, verdicts)
    assert drawn.count("<rect") == 4
    assert drawn.count("<line") == 3
    assert drawn.count("stroke-dasharray") == 1
    assert "way &lt;out&gt;" in drawn
