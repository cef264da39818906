"""Provenance: sources, edits, versions, seed, hash, and how to repeat the run."""

from __future__ import annotations

import platform
from importlib import metadata

from detente.claims.run import Judged
from detente.language.case import Setting

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
    return " ".join(words + [f"--fix {setting_text(judged, one)}" for one in judged.settings])


def setting_text(judged: Judged, setting: Setting) -> str:
    """A setting as it is typed after `--fix`."""
    case, name, value = judged.case, setting.name, setting.value
    if setting.kind == "option":
        return f"{name}={case.options[name].levels[int(value)]}"
    drawn_from = judged.ensemble.drawn_from if judged.ensemble else case
    if setting.kind == "assumption" and drawn_from.assumptions[name].rivals:
        return f"{name}={drawn_from.assumptions[name].rivals[int(value)]}"
    return f"{name}={value!r}"


def _facts(results: Results) -> list[Line]:
    from detente.simulate.store_manifest import manifest_of

    judged = results.judged
    return [
        (
            "Case ",
            Span(judged.case.name, "code"),
            f", as of {day(judged.case.as_of)}; run ",
            Span(manifest_of(judged.ensemble).run_hash(), "code"),
            " (a hash of the case's texts, settings, seed and counts).",
        ),
        f"Seed {judged.seed}; {judged.futures:,} futures in eight independent scrambles, "
        f"{judged.runs} histories in each.",
        f"Détente {metadata.version('detente')}, Python {platform.python_version()}, "
        f"NumPy {metadata.version('numpy')}.",
    ]
