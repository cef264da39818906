"""A report as values: sections of paragraphs, tables and figures, worded once and rendered to HTML and to Markdown.

Text in them is always plain: whoever renders escapes it, so nothing from a case can become markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, TypeAlias

from markupsafe import Markup

from detente.language.records import dataclass

Style = Literal["plain", "strong", "em", "code", "faint", "verdict", "interval"]


@dataclass(frozen=True, slots=True)
class Span:
    """Text in a style; `live` names what a script may put in its place, `target` the anchor that it links to."""

    text: str
    style: Style = "plain"
    live: str = ""
    target: str = ""
    word: str = ""  # of a verdict: holds, fails or depends


@dataclass(frozen=True, slots=True)
class Drawing:
    """A small drawing within a line; a rendering without drawings leaves it out."""

    body: Markup
    width: float
    height: float
    said: str = ""  # nothing: what it shows stands beside it in words
    live: str = ""


Piece: TypeAlias = str | Span | Drawing
Line: TypeAlias = str | Span | Drawing | tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `kind` is `lead` for what stands out, `note` for what is small."""

    line: Line
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, numbered or not."""

    lines: tuple[Line, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers stand on the right."""

    title: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a table, the first of which names the row; `id` makes it an anchor, `picks` what a reader filters."""

    cells: tuple[Line, ...]
    id: str = ""
    picks: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `name` is that of its file. One that is stacked puts each row's cells under its name on a small
    screen."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    stacked: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing of a figure, `width` by `height`; `said` is what it shows, in words."""

    body: Markup
    width: float
    height: float
    said: str
    picks: str = ""
    live: str = ""
    active: bool = False  # holds links, or what can be reached by key


@dataclass(frozen=True, slots=True)
class Figure:
    """Drawings side by side under one title; `rows` are the numbers that they are drawn from."""

    name: str
    title: str
    panels: tuple[Panel, ...]
    caption: Line = ""
    key: Line = ""  # what the colours mean, where no line has room for its name
    wide: bool = False
    broad: bool = False  # scrolls sideways where it does not fit, rather than shrink
    data: tuple[tuple[str, ...], ...] = ()  # header first


@dataclass(frozen=True, slots=True)
class Details:
    """Blocks that open on demand, and for printing; an `aside` stays shut on paper."""

    summary: Line
    blocks: tuple[Block, ...]
    id: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section."""

    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Controls:
    """What a reader turns: markup for a page, nothing elsewhere."""

    html: Markup


Block: TypeAlias = Paragraph | Bullets | Table | Figure | Details | Heading | Controls


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report."""

    id: str
    title: str
    blocks: tuple[Block, ...]


def pieces(line: Line) -> tuple[Piece, ...]:
    """The pieces of a line."""
    return line if isinstance(line, tuple) else (line,)


def written(table: Table) -> Table:
    """The table without the columns that only hold drawings."""
    keep = [i for i in range(len(table.columns)) if not all(isinstance(r.cells[i], Drawing) for r in table.rows)]
    rows = tuple(replace(row, cells=tuple(row.cells[i] for i in keep)) for row in table.rows)
    return replace(table, columns=tuple(table.columns[i] for i in keep), rows=rows) if table.rows else table


def plain(line: Line) -> str:
    """A line without styles."""
    return "".join(
        piece if isinstance(piece, str) else piece.text if isinstance(piece, Span) else "" for piece in pieces(line)
    )


def blocks_of(sections: tuple[Section, ...]) -> Iterator[Block]:
    """Every block, those inside details too."""
    waiting: list[Block] = [block for section in reversed(sections) for block in reversed(section.blocks)]
    while waiting:
        block = waiting.pop()
        yield block
        if isinstance(block, Details):
            waiting.extend(reversed(block.blocks))
