"""A step taken apart: the terms of a change add up to it, each named as it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from detente.model.explain import Told, explain
from detente.simulate.futures import draw


@pytest.fixture(scope="module")
def told(compile_case: Callable[..., object]) -> Callable[..., list[Told]]:
    """`told(text)`: the steps of the first run."""

    def telling(text: str) -> list[Told]:
        case = compile_case(text).case  # type: ignore[attr-defined]
        return list(explain(case, "alone", draw(case, 1, 0, 1).internal, 0, 0, 1))

    return telling


def parts(step: Told, quantity: str) -> Mapping[str, float]:
    change = next(c for c in step.changes if c.quantity == quantity)
    assert sum(part.by for part in change.parts) == pytest.approx(change.new - change.old)
    return {part.what: part.by * 12 for part in change.parts}


@pytest.mark.parametrize(
    ("change", "terms"),
    [
        ("3 - 0.5 * x", {"3": 3, "- 0.5 * x": -0.5}),
        ("-(x - 4)", {"4": 4, "- x": -1}),
        ("(8 - x) / 2", {"8 / 2": 4, "- x / 2": -0.5}),
        ("x * (8 - x)", {"x * (8 - x)": 7}),
        ("1 - (2 - 3 * x)", {"1": 1, "- 2": -2, "3 * x": 3}),
        ("(5 - 2) / (1 + x) - 1", {"5 / (1 + x)": 2.5, "- 2 / (1 + x)": -1, "- 1": -1}),
    ],
)
def test_terms(change: str, terms: Mapping[str, float], told: Callable[..., list[Told]]) -> None:
    first = told(f"quantities: {{x: {{start: 1, change: '{change}'}}}}")[0]
    assert parts(first, "x") == pytest.approx(terms)


def test_events_bounds_and_chance(told: Callable[..., list[Told]]) -> None:
    steps = told(
        "quantities:\n"
        "  x: {start: 1, within: [0, 9], change: 12}\n"
        "  y: {start: 0, shock: 1}\n"
        "events:\n"
        "  jump: {at: [2020-01-10, 2020-01-20, 2020-02-10], then: {x: 2 * x}}\n"
        "  drop: {at: [2020-02-10], then: {x: x - 1}}\n"
    )
    assert parts(steps[0], "x") == pytest.approx({"12": 12, "jump": 6 * 12})
    assert parts(steps[1], "x") == pytest.approx({"12": 12, "jump": 9 * 12, "drop": -12, "its bound": -8 * 12})
    assert steps[0].events == (("jump", 2),)
    assert [set(parts(step, "y")) for step in steps] == [{"chance"}] * 12
    assert np.ptp([parts(step, "y")["chance"] for step in steps]) > 0


def test_moves_name_their_rules(told: Callable[..., list[Told]]) -> None:
    steps = told(
        "options: {us.talks: [none, open], dprk.tests: [open, frozen]}\n"
        "turns: [us, dprk]\n"
        "conduct:\n"
        "  dprk: [{option: dprk.tests, when: us.talks == open, move: frozen}]\n"
        "strategies: {alone: {moves: {us.talks: open}}}\n"
        "quantities: {x: {start: 0}}\n"
    )
    moves = [(m.option, m.old, m.new, m.by_strategy, m.rule is not None) for m in steps[0].moves]
    assert moves == [("us.talks", 0, 1, True, True), ("dprk.tests", 0, 1, False, True)]
    assert all(not step.moves and not step.changes for step in steps[1:])
