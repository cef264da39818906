"""Agreements in the kernel against the reference: the same days, bit for bit, on cases drawn at random."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from detente.language.case import Case
from detente.language.load import load, load_text
from detente.language.problems import Refused
from detente.model.kernel import Kernel
from detente.model.lower import calendar, lower
from detente.model.referred import Referred

from .strategies import STAGES, agreements

EXAMPLES = Path(__file__).parent / "examples"
PLAIN: dict[str, Any] = {  # each example compiles: shrinking would take an hour
    "deadline": None, "suppress_health_check": list(HealthCheck),
    "phases": (Phase.explicit, Phase.reuse, Phase.generate),
}  # fmt: skip
OBLIGATIONS = ("us.x", "us.y", "dprk.z", "dprk.w")
MEASURES = {
    "force": "first(deal.in_force)", "age": "final(deal.age)", "expired": "first(deal.ended == expired)",
    "left": "share(us.a == high)",
    "tests_made": "final(count(dprk.test))", "sent": "final(sum(oil))", "alarms": "final(count(eyes.alarm))",
    **{f"{what}_{party}": f"share({what}({party}))"
       for what in ("good", "suspected", "curing", "breached") for party in ("us", "dprk")},
    **{f"{what}_{o.replace('.', '_')}": f"share({what}({o}))"
       for what in ("done", "broken", "owed") for o in OBLIGATIONS},
}  # fmt: skip
TRULY = {"true_breach": "share(deal.true.breached(dprk))", "true_owed": "share(deal.true.owed(dprk.z))",
         "true_us": "share(deal.true.breached(us))"}  # fmt: skip


@st.composite
def cases(draw: Any) -> str:
    """The text of a case with one agreement that is drawn, in a world of coin tosses."""
    deal = draw(agreements())
    for key in ("detente", "agreement", "facts", "kinds"):
        del deal[key]
    step = draw(st.sampled_from(("1 day", "1 week", "1 month")))
    if draw(st.booleans()):
        del deal["starts"]
        deal["accepts"] = {"us": "n > 0.2", "dprk": {"choose": {"yes": 0.5, "no": 0}, "sharpness": 2}}
    eyes = deal["verification"]["eyes"]
    if draw(st.booleans()):
        eyes["rate"] = draw(st.sampled_from((4, 40)))
    else:
        eyes["every"] = draw(st.sampled_from(("3 days", "2 weeks", "1 month")))
    if draw(st.booleans()):
        eyes["of"] = draw(st.sampled_from(("dprk.w", ["dprk.z", "dprk.w"])))
        deal["verification"]["ears"] = {"of": "dprk.z", "every": "5 days", "detects": "n / 4", "false_alarm": 0.05}
    if draw(st.booleans()):
        eyes["delay"] = draw(st.sampled_from(("1 day", "12 days", "2 months")))
    truly = draw(st.booleans())
    toss = {"choose": {"low": 0, "high": 0}, "sharpness": 1}
    case = {
        "detente": 1, "case": "drawn", "as_of": "2001-01-31", "step": step,
        "horizon": {"1 day": "120 days", "1 week": "40 weeks", "1 month": "30 months"}[step],
        "parties": {"us": {}, "dprk": {}},
        "options": {
            "us.a": ["low", "high"], "dprk.c": ["low", "high"],
            "dprk.b": {"levels": ["low", "high"], "values": [1, 2.5]},
            "us.leave": ["no", "yes"], "dprk.leave": ["no", "yes"],
        },
        "quantities": {"n": {"start": 0, "change": 3, "shock": 2, "within": [0, 4]}},
        "events": {"oil": {"rate": 5, "by": "us"}, "test": {"rate": 5, "by": "dprk"}, "visit": {"rate": 9}},
        "conduct": {
            "us": [{"option": "us.a", **toss}, {"option": "us.leave", "when": "n > 3.5", "move": "yes"},
                   {"option": "us.leave", "move": "no"}],
            "dprk": [{"option": "dprk.b", **toss}, {"option": "dprk.c", **toss},
                     {"option": "dprk.leave", "when": "n > 3.8", "move": "yes"},
                     {"option": "dprk.leave", "move": "no"}],
        },
        "strategies": {"offer": {"offers": "d"}, "defy": {"offers": "d", "defies": "us"}, "idle": {}},
        "measures": {**MEASURES, **(TRULY if truly else {}),
                     **{e: f"first(deal.ended == {e})" for e in ("breach", "lapsed") if f"'{e}'" in str(deal)},
                     **{f"in_{s}": f"share(deal.stage == {s})" for s in STAGES if s in deal["stages"]}},
        "agreements": {"d": deal},
    }  # fmt: skip
    return yaml.safe_dump(case, sort_keys=False).replace("us.n", "n")


def compared(case: Case, futures: int, runs: int = 1) -> tuple[int, int]:
    """Play all strategies both ways; how many runs there were, and how many did not fit the kernel's memory."""
    form, when = lower(case), calendar(case)
    kernel, reference = Kernel(form), Referred(form)
    theta = np.random.default_rng(1).random((futures, len(form.assumptions)))
    numbers = np.repeat(np.arange(futures), runs)
    luck = np.tile(np.arange(runs), futures)
    spilled = 0
    for strategy in range(len(form.strategies)):
        told = (when, theta, strategy, 7, numbers, luck, True, None, None)
        output, spills = kernel._play(*told)
        expected = reference.play(*told)
        fits = ~spills
        spilled += int(spills.sum())
        for name in ("measures", "clipped", "trace"):
            a, b = getattr(output, name)[..., fits], getattr(expected, name)[..., fits]
            np.testing.assert_array_equal(a, b, err_msg=f"{name} under {form.strategies[strategy]}")
        whole = kernel.play(*told[:6], trace=True)
        np.testing.assert_array_equal(whole.measures, expected.measures)
    return len(form.strategies) * len(numbers), spilled


def check(text: str) -> None:
    case = load_text(text, warn=False)
    try:
        compared(case, 10)
    except Refused as refused:
        if refused.problems[0].code != "agreement_circle":
            raise


@settings(max_examples=6, **PLAIN)
@given(cases())
def test_the_kernel_plays_the_same_days(text: str) -> None:
    check(text)


@pytest.mark.slow
@settings(max_examples=40, **PLAIN)
@given(cases())
def test_the_kernel_plays_the_same_days_of_many(text: str) -> None:
    check(text)


@pytest.mark.parametrize("name", ["cheating", "freeze-deal"])
def test_examples(name: str) -> None:
    runs, spilled = compared(load(EXAMPLES / f"{name}.yaml", warn=False), 30)
    assert spilled <= runs / 50
