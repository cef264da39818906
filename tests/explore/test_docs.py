"""The pages on exploration and the store run."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["explore.md", "store.md"])
def test_the_page_runs(page: str) -> None:
    how = doctest.NORMALIZE_WHITESPACE
    failed, tried = doctest.testfile(str(DOCS / page), module_relative=False, optionflags=how)
    assert tried > 5
    assert failed == 0
