"""The automaton that jumps from timer to timer against the one that plays every day."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings

from detente.agreements.automaton import Automaton
from detente.agreements.load import load_agreement_text
from detente.agreements.log import read_log
from detente.language.agreement import Agreement
from detente.language.problems import Refused

from .oracle import FAR, Slow
from .strategies import START, agreements, logs

DAYS = range(START.toordinal() - 4, START.toordinal() + 200)


def read(made: dict[str, Any]) -> Agreement:
    return load_agreement_text(yaml.safe_dump(made, sort_keys=False))


def state_of(a: Automaton) -> dict[str, Any]:
    return {
        "stage": (a.in_force, a.stage_index, a.stage_since if a.in_force else 0, a.ended),
        "until": min(a.stage_until, FAR) if a.in_force else None,
        "standing": {p: a.standing(p) for p in a.agreement.between},
        "owed": sorted((o.name, FAR if o.spec.is_keep else o.due, not o.spec.is_keep and o.due < a.day)
                       for o in a.owes()),
        "breaches": [(b.date, b.known, b.owed.name, b.evidence, b.cured, b.is_breached)
                     for b in a.breaches if not b.is_struck],
        "claims": [(c.obligation, "confirmed" if c.confirmed else "cleared" if c.cleared else "open")
                   for c in a.claims],
        "notices": [(n.power.spec.name, n.party, n.effective) for n in a.notices],
        "due": [(c.due, c.until, dict(c.moves)) for c in a.contingencies],
        "belief": [looks.belief for looks in a.looks.values()],
    }  # fmt: skip


def slow_state(s: Slow) -> dict[str, Any]:
    return {
        "stage": (s.force, s.stage, s.since[0] if s.force else 0, s.ended),
        "until": s.until if s.force else None,
        "standing": {p: s.standing(p) for p in s.deal.between},
        "owed": sorted(s.owed()),
        "breaches": [(b.date, b.known, b.window.spec.name, b.evidence, b.cured, b.breached)
                     for b in s.broken if not b.struck],
        "claims": [(c[1], c[2]) for c in s.claims],
        "notices": [(n.power, n.party, n.effective) for n in s.notices],
        "due": s.moves,
        "belief": list(s.belief.values()),
    }  # fmt: skip


def by_day(agreement: Agreement, log: list[dict[str, Any]]) -> dict[int, list[Any]]:
    rows = sorted(read_log(log, agreement, None).rows, key=lambda r: (r.known, r.date, r.line))
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.known, []).append(row)
    return found


def compare(made: dict[str, Any], log: list[dict[str, Any]], every: bool) -> int:
    """Play both; `every` plays the quick one on every day too. How many breaches there were."""
    agreement = read(made)
    rows, quick, slow = by_day(agreement, log), Automaton(agreement), Slow(agreement)
    try:
        for day in DAYS:
            try:
                slow.play(day, rows.get(day, []))
            except RuntimeError:
                return 0
            if every or day in rows or quick.next_day() <= day:
                quick.play(day, rows.get(day, []))
            quick.day = day
            assert state_of(quick) == slow_state(slow), f"day {day - START.toordinal()}"
    except Refused:
        return 0
    return len(slow.broken)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(agreements(), logs)
def test_jumps_and_days_agree(made: dict[str, Any], log: list[dict[str, Any]]) -> None:
    compare(made, log, every=False)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(agreements(), logs)
def test_extra_days_change_nothing(made: dict[str, Any], log: list[dict[str, Any]]) -> None:
    compare(made, log, every=True)
