"""The methods page runs, and the public list is what the package has."""

from __future__ import annotations

import doctest
from pathlib import Path

import detente.conflict

PAGE = Path(__file__).parents[2] / "docs" / "conflict.md"


def test_page_runs() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried > 5
    assert failed == 0


def test_public_list_is_sorted_and_there() -> None:
    names = detente.conflict.__all__
    assert names == sorted(names)
    assert all(hasattr(detente.conflict, name) for name in names)
