"""The page: the sections in their order, those left out that the case has no matter for."""

from __future__ import annotations

from collections.abc import Callable

from . import html, words
from .document import Section
from .results import Results
from .sections import (
    answer,
    argument,
    ask,
    assumptions,
    checks,
    claims,
    deal,
    glossary,
    limits,
    model,
    provenance,
    race,
    settle,
    story,
    strategies,
)

SECTIONS: tuple[Callable[[Results], Section | None], ...] = (
    limits.section,
    answer.section,
    ask.section,
    claims.section,
    argument.section,
    race.section,
    strategies.section,
    deal.section,
    settle.section,
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
    case, table = results.case, results.table
    title = case.title or words.in_words(case.name)
    if table is None or not table.turns:
        return html.page(title, subtitle(results), sections(results))
    header, rows = table.packed()
    return html.page(title, subtitle(results), sections(results), header, rows)


def subtitle(results: Results) -> str:
    """What was run, in a line."""
    judged, case = results.judged, results.case
    if not judged.strategies:
        return f"As of {words.day(case.as_of)}."
    last = case.day(case.horizon)
    histories = words.count(judged.runs, "random history", "random histories")
    return (
        f"{words.count(len(judged.strategies), 'strategy', 'strategies')} played through "
        f"{words.count(judged.futures, 'future')} with {histories} in each, "
        f"from {words.day(case.as_of)} to {words.day(last)}."
    )
