"""A report as Markdown: the same sections, for other people's documents. Every text is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .document import (
    Block,
    Bullets,
    Controls,
    Details,
    Drawing,
    Figure,
    Heading,
    Line,
    Paragraph,
    Piece,
    Section,
    Table,
    pieces,
    written,
)

_MARKS = re.compile(r"([\\`*_{}\[\]<>|#~&$])")
BACKSLASH = r"\\\1"
_BLOCK = re.compile(r"^(\s*)([-+=]|\d+[.)])")


def document(title: str, subtitle: str, sections: Iterable[Section], pictures: str = "") -> str:
    """The whole text; `pictures` is the folder that the figures' files stand in, seen from the text."""
    parts = [f"# {escaped(title)}", escaped(subtitle)]
    for section in sections:
        inner = [text for block in section.blocks for text in _block(block, pictures)]
        parts += [f"## {escaped(section.title)}", *inner] if inner else []
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Plain text that no reader of Markdown takes for marks."""
    return _BLOCK.sub(r"\1\\\2", _MARKS.sub(BACKSLASH, " ".join(text.split())))


def line(it: Line) -> str:
    """A line with its styles."""
    return "".join(map(_piece, pieces(it)))


def _piece(piece: Piece) -> str:
    if isinstance(piece, Drawing):
        return ""
    if isinstance(piece, str):
        return _MARKS.sub(BACKSLASH, re.sub(r"\s+", " ", piece))
    text = re.sub(r"\s+", " ", piece.text)
    if piece.style == "code":
        fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
        return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"
    mark = {"strong": "**", "verdict": "**", "em": "*"}.get(piece.style, "")
    inner = text.strip()
    if not mark or not inner:
        return _MARKS.sub(BACKSLASH, text)
    before, _, after = text.partition(inner)
    return f"{before}{mark}{_MARKS.sub(BACKSLASH, inner)}{mark}{after}"


def _block(block: Block, pictures: str) -> list[str]:
    match block:
        case Paragraph(line=said):
            return [_start(line(said))]
        case Bullets(lines=lines, numbered=numbered):
            return ["\n".join(f"{f'{i}.' if numbered else '-'} {line(one)}" for i, one in enumerate(lines, 1))]
        case Heading(text=text):
            return [f"### {escaped(text)}"]
        case Table():
            return [f"**{escaped(block.caption)}**", _table(written(block))]
        case Figure():
            image = f"![{escaped(block.title)}]({pictures}{block.name}.png)" if pictures else ""
            under = [line(one) for one in (block.key, block.caption) if one]
            return [part for part in (f"**{escaped(block.title)}**", image, *under) if part]
        case Details(summary=summary, blocks=inner):
            return [f"### {line(summary)}", *(text for one in inner for text in _block(one, pictures))]
        case Controls():
            return []


def _start(text: str) -> str:
    return _BLOCK.sub(r"\1\\\2", text)


def _table(table: Table) -> str:
    heads = [escaped(column.title) for column in table.columns]
    rules = ["---:" if column.numeric else "---" for column in table.columns]
    rows = [[line(cell).replace("\n", " ") for cell in row.cells] for row in table.rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, rules, *rows))
