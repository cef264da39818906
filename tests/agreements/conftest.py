"""Small agreements, written in a line or two, and short ways to ask where they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from detente.agreements import load_agreement_text, monitor

HEAD = """detente: 1
agreement: small
between: [us, dprk]
starts: 2001-01-31
facts: {dprk.reactor: [frozen, running], dprk.n: {start: 0}, us.aid: [off, on]}
kinds: [oil, test, request, visit, sorry]
"""
State = dict[str, Any]
At = Callable[..., State]


def rows_of(text: str) -> list[dict[str, str]]:
    """Rows written `date kind party value by=.. known=..`, one a line or parted by `;`."""
    rows = []
    for line in text.replace(";", "\n").splitlines():
        words = line.split()
        if words:
            plain = [word for word in words if "=" not in word]
            row = dict(zip(("date", "kind", "party", "value"), plain, strict=False))
            rows.append(row | dict(word.split("=") for word in words if "=" in word))
    return rows


@pytest.fixture
def at() -> At:
    """`at(body, log, day)`: the state of an agreement with that body after that log, at the end of that day."""

    def ask(body: str, log: str = "", day: str | None = None, **options: Any) -> State:
        head = "".join(line for line in HEAD.splitlines(keepends=True) if line.split(":")[0] + ":" not in body)
        return monitor(load_agreement_text(head + body), rows_of(log), day, **options).to_json()

    return ask
