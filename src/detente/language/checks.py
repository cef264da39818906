"""Warnings."""

from .case import Case
from .names import Scope
from .problems import Problems


def find_warnings(case: Case, scope: Scope, problems: Problems) -> None:
    """To come."""
