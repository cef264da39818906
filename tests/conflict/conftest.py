"""Published conflicts, built by hand."""

from __future__ import annotations

import pytest

from detente.conflict.graph import Conflict, Option, Space, conflict
from detente.conflict.preferences import BoolArray, Statement, ranking


def statements(**truth: BoolArray) -> list[Statement]:
    return [Statement(text, mask) for text, mask in truth.items()]


@pytest.fixture
def prisoners() -> Conflict:
    """Two parties who each would rather not cooperate, whatever the other does."""
    space = Space([Option("a.cooperate", "a"), Option("b.cooperate", "b")])
    a, b = space["a.cooperate"] == 1, space["b.cooperate"] == 1
    return conflict(
        ["a", "b"],
        space,
        {"a": statements(theirs=b, mine=~a), "b": statements(theirs=a, mine=~b)},
        start=0,
    )


@pytest.fixture
def chicken() -> Conflict:
    """Two drivers: best that only the other swerves, worst that nobody does."""
    space = Space([Option("a.swerve", "a"), Option("b.swerve", "b")])
    a, b = space["a.swerve"] == 1, space["b.swerve"] == 1
    return conflict(["a", "b"], space, {"a": statements(theirs=b, mine=a ^ b), "b": statements(theirs=a, mine=a ^ b)})


@pytest.fixture
def cuba() -> Conflict:
    """The Cuban missile crisis: Fraser and Hipel (1982, 1984), by their preference vectors."""
    space = Space(
        [
            Option("us.strike", "us", direction="up"),
            Option("us.blockade", "us"),
            Option("ussr.withdraw", "ussr"),
            Option("ussr.escalate", "ussr"),
        ]
    )
    impossible = (space["ussr.withdraw"] == 1) & (space["ussr.escalate"] == 1)
    return conflict(
        ["us", "ussr"],
        space,
        {
            "us": ranking([4, 6, 5, 7, 2, 1, 3, 0, 11, 9, 10, 8], ~impossible),
            "ussr": ranking([0, 4, 6, 2, 5, 1, 7, 3, 11, 9, 10, 8], ~impossible),
        },
        infeasible=[impossible],
        start=0,
    )


@pytest.fixture
def elmira() -> Conflict:
    """The Elmira groundwater conflict: ministry, Uniroyal and local government, nine states.

    Kilgour, Hipel, Fang and Peng (2001); an abandoned plant makes four of the twelve feasible
    combinations alike.
    """
    space = Space(
        [
            Option("modify", "ministry", direction="up"),
            Option("delay", "uniroyal", direction="down"),
            Option("accept", "uniroyal"),
            Option("abandon", "uniroyal", direction="up"),
            Option("insist", "local"),
        ]
    )
    modify, delay, accept, abandon, insist = (space[option.name] == 1 for option in space.options)
    feasible = (delay.astype(int) + accept + abandon) == 1

    def ordered(*states: BoolArray) -> list[Statement]:
        """Statements that rank the given states, each described by a mask, best first."""
        return [Statement(f"place {i + 1}", mask) for i, mask in enumerate(states)]

    def at(m: int, choice: BoolArray, i: int) -> BoolArray:
        return (modify == m) & choice & (insist == i)

    s = {
        1: at(0, delay, 0), 2: at(1, delay, 0), 3: at(0, accept, 0), 4: at(1, accept, 0),
        5: at(0, delay, 1), 6: at(1, delay, 1), 7: at(0, accept, 1), 8: at(1, accept, 1), 9: abandon,
    }  # fmt: skip
    return conflict(
        ["ministry", "uniroyal", "local"],
        space,
        {
            "ministry": ordered(*(s[i] for i in (7, 3, 4, 8, 5, 1, 2, 6, 9))),
            "uniroyal": ordered(*(s[i] for i in (1, 4, 8, 5, 9, 3, 7, 2, 6))),
            "local": ordered(*(s[i] for i in (7, 3, 5, 1, 8, 6, 4, 2, 9))),
        },
        feasible=feasible,
        start=2,
    )
