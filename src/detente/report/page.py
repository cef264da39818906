"""The page: the sections in their order, those left out that the case has no matter for."""

from __future__ import annotations

from collections.abc import Callable

from . import html, words
from .document import Section
from .results import Results
from .sections import (
    answer,
    argument,
    assumptions,
    checks,
    claims,
    glossary,
    limits,
    model,
    provenance,
    race,
    story,
    strategies,
)

SECTIONS: tuple[Callable[[Results], Section | None], ...] = (
    limits.section,
    answer.section,
    claims.section,
    argument.section,
    race.section,
    strategies.section,
    model.section,
    story.section,
    assumptions.section,
    checks.section,
    provenance.section,
    glossary.section,
)


def sections(results: Results) -> tuple[Section, ...]:
    """The sections of a report, in order."""
    return tuple(section for make in SECTIONS if (section := make(results)) is not None)


def page(results: Results) -> str:
    """One HTML file that needs nothing else."""
    case = results.case
    return html.page(case.title or words.in_words(case.name), subtitle(results), sections(results))


def subtitle(results: Results) -> str:
    """What was run, in a line."""
    judged, case = results.judged, results.case
    last = case.day(case.horizon)
    histories = words.count(judged.runs, "random history", "random histories")
    return (
        f"{words.count(len(judged.strategies), 'strategy', 'strategies')} played through "
        f"{words.count(judged.futures, 'future')} with {histories} in each, from {words.day(case.as_of)} to {words.day(last)}."
    )
