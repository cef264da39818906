"""What exploring an agreement by itself brings to light, each with a log."""

from __future__ import annotations

import pytest

from detente.agreements import load_agreement, load_agreement_text
from detente.agreements.explore import Finding, explore

from .conftest import HEAD


def found(body: str) -> dict[str, Finding]:
    return {f.kind: f for f in explore(load_agreement_text(HEAD + body), 150).findings}


def test_stage_that_cannot_be_reached() -> None:
    body = "stages: {one: {most: 1 month, rules: [{when: dprk.n > 3 and dprk.n < 3, stage: two}]}, two: {}}"
    assert found(body)["unreachable_stage"].of == "two"
    body = "stages: {one: {most: 1 month, rules: [{when: dprk.n > 3, stage: two}]}, two: {most: 1 day}}"
    assert "unreachable_stage" not in found(body)


def test_obligation_that_cannot_be_met_in_time() -> None:
    body = "obliges: {us: {both: {do: us.aid == on and us.aid == off, within: 5 days}}}\non_breach: {us: {ends: off}}"
    finding = found(body)["cannot_be_met"]
    assert (finding.of, finding.log[-1]) == ("us.both", "(wait until 2001-02-06)")
    assert "cannot_be_met" not in found(body.replace("us.aid == on and us.aid == off", "us.aid == on"))


def test_breach_without_consequence() -> None:
    body = "obliges: {dprk: {calm: {keep: dprk.reactor == frozen}}}"
    finding = found(body)["no_consequence"]
    assert finding.of == "dprk.calm"
    assert finding.log[-1].endswith("dprk.reactor running")
    for mended in ("on_breach: {dprk: {release: us}}", "powers: {leave: {when: breached(dprk), ends: left}}"):
        assert "no_consequence" not in found(f"{body}\n{mended}")


def test_deadlock() -> None:
    body = "obliges: {us: {aid: {do: us.aid == on, within: 5 days}}}\non_breach: {us: {ends: breach}}"
    assert found(body)["deadlock"].log[0] == "2001-02-01 us.aid on"
    assert "deadlock" not in found(body + "\npowers: {close: {ends: closed}}")


def test_power_that_nobody_can_use() -> None:
    body = "obliges: {us: {aid: {keep: us.aid == on}}}\nstages: {one: {}, two: {}}\n"
    body += "powers: {leave: {when: stage == two, ends: left}}"
    assert found(body)["unusable_power"].of == "leave"
    assert "unusable_power" not in found(body.replace("stage == two", "breached(us)"))


@pytest.mark.slow
def test_bundled_ones_have_nothing_out_of_reach() -> None:
    for name in ("agreed-framework", "iran-2015", "leap-day", "seed-freeze"):
        explored = explore(load_agreement(name).agreement)
        assert {f.kind for f in explored.findings} <= {"no_consequence"}
        assert str(explored.states) in explored.bound()
