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
    Drawing,
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


def page(title: str, subtitle: str, sections: tuple[Section, ...], header: str = "", rows: str = "") -> str:
    """The whole file, with nothing outside it; `header` and `rows` are the futures that it answers from."""
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string((ASSETS / "page.html").read_text(encoding="utf-8"))
    return template.render(
        title=title,
        subtitle=subtitle,
        sections=[(s.id, s.title, blocks(s.blocks)) for s in sections],
        style=Markup((ASSETS / "page.css").read_text(encoding="utf-8")),
        header=Markup(header),
        rows=Markup(rows),
        script=Markup((ASSETS / "answer.js").read_text(encoding="utf-8")),
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
    if isinstance(piece, Drawing):
        return _drawing(piece)
    body = escape(piece.text)
    if piece.style == "verdict":
        word = piece.word or piece.text
        body = Markup('<span class="verdict {}"{}><span class="sign" aria-hidden="true">{}</span>{}</span>').format(
            word, _live(piece), MARKS.get(word, ""), body
        )
    elif piece.style in _TAGS:
        body = Markup("<{0}{1}>{2}</{0}>").format(Markup(_TAGS[piece.style]), _live(piece), body)
    elif piece.style != "plain" or piece.live:
        body = Markup('<span class="{}"{}>{}</span>').format(piece.style, _live(piece), body)
    if _turns(piece.text):
        body = Markup("<bdi>{}</bdi>").format(body)
    return Markup('<a href="#{}">{}</a>').format(piece.target, body) if piece.target else body


def _drawing(it: Drawing) -> Markup:
    said = Markup('role="img" aria-label="{}"').format(it.said) if it.said else Markup('aria-hidden="true"')
    return Markup(
        '<svg class="inline" width="{0:g}" height="{1:g}" viewBox="0 0 {0:g} {1:g}" {2}{3}>{4}</svg>'
    ).format(it.width, it.height, said, _mark("data-live", it.live), it.body)


def _mark(name: str, value: str) -> Markup:
    return Markup(' {}="{}"').format(Markup(name), value) if value else Markup("")


_TAGS = {"strong": "strong", "em": "em", "code": "code"}


def _turns(text: str) -> bool:
    """Whether a text may change the direction of what stands beside it."""
    return not text.isascii() and any(_is_turning(ord(c)) for c in text)


_TURNING = ((0x0590, 0x08FF), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069), (0xFB1D, 0xFEFC))


def _is_turning(code: int) -> bool:
    return any(low <= code <= high for low, high in _TURNING)


def _live(piece: Span) -> Markup:
    return _mark("data-live", piece.live)


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
        case Details(summary=summary, blocks=inner, id=id_, aside=aside):
            return Markup("<details{}{}><summary>{}</summary>{}</details>").format(
                _mark("id", id_), _mark("class", "aside" if aside else ""), line(summary), blocks(inner)
            )
        case Heading(text=said, id=id_):
            return Markup("<h3{}>{}</h3>").format(_mark("id", id_), said)
        case Controls(html=html):
            return html


def _table(table: Table) -> Markup:
    head = Markup("").join(
        Markup('<th scope="col" role="columnheader"{}>{}</th>').format(_numeric(column.numeric), column.title)
        for column in table.columns
    )
    rows = Markup("\n").join(_row(table, row) for row in table.rows)
    classes = " ".join(name for name, yes in (("stacked", table.stacked), ("wide", table.wide)) if yes)
    return Markup(
        '<div class="table {3}" role="region" tabindex="0" aria-label="{0}"><table role="table" id="table-{1}">'
        '<caption>{0}</caption><thead role="rowgroup"><tr role="row">{2}</tr></thead>'
        '<tbody role="rowgroup">{4}</tbody></table></div>'
    ).format(table.caption, table.name, head, classes, rows)


def _row(table: Table, row: Row) -> Markup:
    first, *rest = row.cells
    cells = Markup("").join(
        Markup('<td role="cell"{}{}>{}</td>').format(
            _numeric(column.numeric), _mark("data-label", column.title if table.stacked else ""), line(cell)
        )
        for column, cell in zip(table.columns[1:], rest, strict=True)
    )
    marks = _mark("id", row.id) + _mark("data-picks", row.picks)
    return Markup('<tr role="row"{}><th scope="row" role="rowheader">{}</th>{}</tr>').format(
        marks, line(first), cells
    )


def _numeric(numeric: bool) -> Markup:
    return Markup(' class="number"') if numeric else Markup("")


def _figure(figure: Figure) -> Markup:
    panels = Markup("\n").join(map(_panel, figure.panels))
    classes = " ".join(name for name, yes in (("wide", figure.wide), ("broad", figure.broad)) if yes)
    scroll = Markup(' role="region" tabindex="0" aria-label="{}"').format(figure.title) if figure.broad else ""
    return Markup(
        '<figure id="figure-{}" class="{}"><figcaption class="title">{}</figcaption>{}'
        '<div class="panels {}"{}>{}</div>{}</figure>'
    ).format(
        figure.name,
        classes,
        figure.title,
        _said("key", figure.key),
        "many" if len(figure.panels) > 1 else "one",
        scroll,
        panels,
        _said("caption", figure.caption),
    )


def _said(class_: str, it: Line) -> Markup:
    return Markup('<div class="{}">{}</div>').format(class_, line(it)) if it else Markup("")


def _panel(panel: Panel) -> Markup:
    marks = _mark("data-picks", panel.picks) + _mark("data-live", panel.live)
    return Markup('<svg viewBox="0 0 {:g} {:g}" role="{}" aria-label="{}"{}>{}</svg>').format(
        panel.width, panel.height, "group" if panel.active else "img", panel.said, marks, panel.body
    )
