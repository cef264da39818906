"""A report as HTML. Every text is escaped here, and only here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup, escape

from .document import (
    Block,
    Bullets,
    Controls,
    Details,
    Figure,
    Heading,
    Line,
    Panel,
    Paragraph,
    Piece,
    Row,
    Section,
    Span,
    Table,
    pieces,
)

ASSETS = Path(__file__).parent / "assets"
MARKS = {"holds": "●", "depends": "◐", "fails": "○"}


def page(title: str, subtitle: str, sections: tuple[Section, ...], data: str = "", script: str = "") -> str:
    """The whole file, with nothing outside it."""
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string((ASSETS / "page.html").read_text(encoding="utf-8"))
    return template.render(
        title=title, subtitle=subtitle, sections=[(s.id, s.title, blocks(s.blocks)) for s in sections],
        style=Markup((ASSETS / "page.css").read_text(encoding="utf-8")), data=Markup(data), script=Markup(script),
    )


def blocks(them: Iterable[Block]) -> Markup:
    """Blocks one after another."""
    return Markup("\n").join(map(_block, them))


def line(it: Line) -> Markup:
    """A line of text."""
    return Markup("").join(map(_piece, pieces(it)))


def _piece(piece: Piece) -> Markup:
    if isinstance(piece, str):
        return Markup("<bdi>{}</bdi>").format(piece) if _turns(piece) else escape(piece)
    body = escape(piece.text)
    if piece.style == "verdict":
        word = piece.word or piece.text
        body = Markup('<span class="verdict {}"{}><span class="sign" aria-hidden="true">{}</span>{}</span>').format(
            word, _live(piece), MARKS.get(word, ""), body)
    elif piece.style in _TAGS:
        body = Markup("<{0}{1}>{2}</{0}>").format(Markup(_TAGS[piece.style]), _live(piece), body)
    elif piece.style != "plain" or piece.live:
        body = Markup('<span class="{}"{}>{}</span>').format(piece.style, _live(piece), body)
    if _turns(piece.text):
        body = Markup("<bdi>{}</bdi>").format(body)
    return Markup('<a href="#{}">{}</a>').format(piece.target, body) if piece.target else body


_TAGS = {"strong": "strong", "em": "em", "code": "code"}


def _turns(text: str) -> bool:
    """Whether a text may change the direction of what stands beside it."""
    return not text.isascii() and any(_is_turning(ord(c)) for c in text)


def _is_turning(code: int) -> bool:
    return 0x0590 <= code <= 0x08FF or 0x200E <= code <= 0x200F or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069


def _live(piece: Span) -> Markup:
    return Markup(' data-live="{}"').format(piece.live) if piece.live else Markup("")


def _block(block: Block) -> Markup:
    match block:
        case Paragraph(line=said, kind=kind):
            return Markup("<p{}>{}</p>").format(Markup(' class="{}"').format(kind) if kind else "", line(said))
        case Bullets(lines=lines, numbered=numbered):
            tag = Markup("ol" if numbered else "ul")
            items = Markup("").join(Markup("<li>{}</li>").format(line(one)) for one in lines)
            return Markup("<{0}>{1}</{0}>").format(tag, items)
        case Table():
            return _table(block)
        case Figure():
            return _figure(block)
        case Details(summary=summary, blocks=inner):
            return Markup("<details><summary>{}</summary>{}</details>").format(summary, blocks(inner))
        case Heading(text=said, id=id_):
            return Markup('<h3{}>{}</h3>').format(Markup(' id="{}"').format(id_) if id_ else "", said)
        case Controls(html=html):
            return html


def _table(table: Table) -> Markup:
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_numeric(column.numeric), column.title)
        for column in table.columns
    )
    rows = Markup("\n").join(_row(table, row) for row in table.rows)
    return Markup(
        '<div class="table" role="region" tabindex="0" aria-label="{0}"><table id="table-{1}"><caption>{0}</caption>'
        "<thead><tr>{2}</tr></thead><tbody>{3}</tbody></table></div>"
    ).format(table.caption, table.name, head, rows)


def _row(table: Table, row: Row) -> Markup:
    first, *rest = row.cells
    cells = Markup("").join(
        Markup("<td{}>{}</td>").format(_numeric(column.numeric), line(cell))
        for column, cell in zip(table.columns[1:], rest, strict=True)
    )
    marks = Markup("").join(
        Markup(' {}="{}"').format(Markup(name), value)
        for name, value in (("id", row.id), ("data-picks", row.picks)) if value
    )
    return Markup('<tr{}><th scope="row">{}</th>{}</tr>').format(marks, line(first), cells)


def _numeric(numeric: bool) -> Markup:
    return Markup(' class="number"') if numeric else Markup("")


def _figure(figure: Figure) -> Markup:
    panels = Markup("\n").join(map(_panel, figure.panels))
    return Markup(
        '<figure id="figure-{}" class="{}"><figcaption class="title">{}</figcaption><div class="panels {}">{}</div>'
        "{}</figure>"
    ).format(
        figure.name, "wide" if figure.wide else "", figure.title, "many" if len(figure.panels) > 1 else "one", panels,
        Markup('<figcaption class="caption">{}</figcaption>').format(line(figure.caption)) if figure.caption else "",
    )


def _panel(panel: Panel) -> Markup:
    marks = Markup("").join(
        Markup(' {}="{}"').format(Markup(name), value)
        for name, value in (("data-picks", panel.picks), ("data-live", panel.live)) if value
    )
    return Markup('<svg viewBox="0 0 {:g} {:g}" role="img" aria-label="{}"{}>{}</svg>').format(
        panel.width, panel.height, panel.said, marks, panel.body)
