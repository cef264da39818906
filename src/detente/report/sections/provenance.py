"""Provenance: sources, edits, versions, seed, hash, and how to repeat the run."""

from __future__ import annotations

import platform
from importlib import metadata

from ..document import Block, Bullets, Column, Heading, Line, Paragraph, Row, Section, Span, Table
from ..results import Results
from ..words import NONE, day


def section(results: Results) -> Section:
    """Where everything comes from and how to have it again."""
    found: list[Block] = []
    if results.case.sources:
        found.append(_sources(results))
    found += [Heading("How to repeat it"), Paragraph(("Run ", Span(command(results), "code"), "."))]
    found.append(Bullets(tuple(_facts(results))))
    return Section("provenance", "Provenance", tuple(found))


def _sources(results: Results) -> Table:
    columns = (Column("Source"), Column("What it is"), Column("Latest fact used"))
    rows = tuple(
        Row(
            (
                Span(s.name, "code"),
                ". ".join(p.rstrip(".") for p in (s.title, s.publisher, s.note) if p),
                day(s.date) if s.date else NONE,
            ),
            id=f"source-{s.name}",
        )
        for s in results.case.sources.values()
    )
    return Table("sources", "The sources of the case", columns, rows)


def command(results: Results) -> str:
    """The command that gives the same bytes again."""
    judged = results.judged
    words = [
        f"detente run {judged.case.name}",
        f"--futures {judged.futures}",
        f"--runs {judged.runs}",
        f"--seed {judged.seed}",
    ]
    if judged.strategies != tuple(judged.case.strategies):
        words += [f"--strategy {name}" for name in judged.strategies]
    return " ".join(words + [f"--fix {s.name}={_value(results, s.kind, s.name, s.value)}" for s in judged.settings])


def _value(results: Results, kind: str, name: str, value: float) -> str:
    case = results.judged.ensemble.drawn_from if results.judged.ensemble else results.case
    if kind == "option":
        return case.options[name].levels[int(value)]
    if kind == "assumption" and case.assumptions[name].rivals:
        return case.assumptions[name].rivals[int(value)]
    return f"{value:g}"


def _facts(results: Results) -> list[Line]:
    from ..folder import run_hash

    judged = results.judged
    return [
        (
            "Case ",
            Span(judged.case.name, "code"),
            f", as of {day(judged.case.as_of)}; run ",
            Span(run_hash(judged), "code"),
            " (a hash of the case's texts, settings, seed and counts).",
        ),
        f"Seed {judged.seed}; {judged.futures:,} futures in eight independent scrambles, "
        f"{judged.runs} histories in each.",
        f"Détente {metadata.version('detente')}, Python {platform.python_version()}, "
        f"NumPy {metadata.version('numpy')}.",
    ]
