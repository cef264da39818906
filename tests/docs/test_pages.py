"""Every page says what the program does: tables and outputs are those of now."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from detente import bundled
from detente.language.load import load, load_text

DOCS = Path(__file__).parents[2] / "docs"
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


PAGES = (
    "index.md", "tutorial.md", "language.md", "step.md", "methods.md", "commands.md", "conflict.md", "explore.md",
    "store.md",
)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_as_it_would_be_made(name: str, make: ModuleType) -> None:
    assert name in make.MADE
    assert make.page(name) == (DOCS / name).read_text(encoding="utf-8"), "run `make docs` and look at what changed"


def test_a_stale_page_is_told(make: ModuleType, pages: ModuleType) -> None:
    page = (DOCS / "language.md").read_text(encoding="utf-8")
    broken = page.replace("the natural logarithm", "some logarithm")
    assert broken != page
    assert pages.with_generated(broken, make.parts()) == page


def test_the_page_of_the_language_has_all_that_is_generated(make: ModuleType) -> None:
    page = (DOCS / "language.md").read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- generated: ([a-z ]+) -->", page)) | {"pages"} == set(make.parts())


def test_the_tutorial_ends_with_the_bundled_case(pages: ModuleType) -> None:
    text = ""
    for block in pages.blocks((DOCS / "tutorial.md").read_text(encoding="utf-8")):
        if (block.kind, block.about) == ("yaml", "race.yaml"):
            text = pages.merged(text, block.text)
    built, ours = load_text(text), load(bundled.find("tiny-race"))
    assert replace(built, files={}, warnings=()) == replace(ours, files={}, warnings=())
    assert len(text.splitlines()) <= 40


def test_examples_show_something(pages: ModuleType) -> None:
    """A block of problems or values follows its example, and an example that is refused says so."""
    kinds = [block.kind for block in pages.blocks((DOCS / "language.md").read_text(encoding="utf-8"))]
    shown = [before for before, after in pairwise(kinds) if after in ("problems", "values")]
    assert len(shown) >= 20
    assert set(shown) <= {"yaml", "problems", "values"}


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_links_lead_somewhere(page: str) -> None:
    for target in LINK.findall((DOCS / page).read_text(encoding="utf-8")):
        assert (DOCS / target).exists(), target


def test_the_index_lists_every_page() -> None:
    listed = set(LINK.findall((DOCS / "index.md").read_text(encoding="utf-8")))
    assert {path.name for path in DOCS.glob("*.md")} - {"index.md"} <= listed


def test_merging_keeps_order_and_comments(pages: ModuleType) -> None:
    before = "a: 1  # one\nb:\n  - c\n"
    assert pages.merged(before, "b: 2\nd: {e: 3}\n") == "a: 1  # one\nb: 2\nd: {e: 3}\n"
