"""Where the dispute would settle: the conflict graph's equilibria in words, the small graph, the published table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from ..document import Block, Bullets, Column, Details, Figure, Panel, Paragraph, Row, Section, Table
from ..results import Results

MOST_STATES, SHOWN = 16, 6


def section(results: Results) -> Section | None:
    """The section; nothing for a case without a conflict."""
    solved = results.solved
    if solved is None:
        return None
    from detente.conflict.output import table

    how = Paragraph(
        "Here the same parties and options stand without dynamics: who prefers which outcome to which, and which "
        "outcomes nobody would leave once what others would answer is reckoned with."
    )
    rows = table(solved.result, most=MOST_STATES)
    found: list[Block] = [how, *_words(results.settled), _graph(results), Details("The table of options by states",
                                                                               (_table(rows),))]
    return Section("settle", "Where the dispute would settle", tuple(found))


def _words(text: str) -> Iterator[Block]:
    """Paragraphs, and lists where lines are set in; the first paragraph only repeats the title."""
    for part in text.split("\n\n")[1:]:
        lead, *rest = part.split("\n")
        yield Paragraph(lead)
        lines = tuple(line.strip().removeprefix("- ") for line in rest)
        if lines:
            yield Bullets(lines[:SHOWN])
        if lines[SHOWN:]:
            yield Details(f"{len(lines) - SHOWN} more", (Bullets(lines[SHOWN:]),), aside=True)


def _graph(results: Results) -> Figure:
    from detente.conflict.pictures import graph_svg

    assert results.solved is not None
    drawn = graph_svg(results.solved.result)
    width, height = (float(size) for size in re.findall(r'(?:width|height)="(\d+)"', drawn)[:2])
    said = "Graph of the improvements among the states that matter; the words above say the same"
    panel = Panel(Markup(drawn), width, height, said)
    caption = "Equilibria have a thick rim, the start a dashed one; a line is a move that its party prefers."
    return Figure("conflict", "Who would move where", (panel,), caption, broad=True)


def _table(rows: Sequence[Sequence[str]]) -> Table:
    head, *body = rows
    states = (Column(f"State {name}", True) for name in head[2:])
    columns = (Column("Party"), Column("Option, rank, stability"), *states)
    caption = "Options by states, ranks (1 is best), stability marks and equilibria"
    return Table("conflict", caption, columns, tuple(Row(tuple(row)) for row in body))
