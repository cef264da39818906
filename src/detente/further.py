"""What is wrong in the sections of a case that other packages read on in; handed to `language.load` as `further`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.language.case import Case
    from detente.language.problems import Problem


def further(case: Case) -> Iterable[Problem]:
    """The problems that the conflict graph finds; it is imported for a case that has one."""
    if case.conflict is None:
        return ()
    from detente.conflict.case import problems_of

    return problems_of(case)
