"""A report as a folder for other people's documents: Markdown, a CSV and an SVG and a PNG for each figure, and a CSV
for each table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from . import markdown
from .document import Drawing, Figure, Panel, Table, blocks_of, pieces, plain, written
from .folder import write_whole, writing
from .html import ASSETS
from .page import sections, subtitle
from .results import Results
from .words import in_words

SCALE = 2.0
ACROSS, GAP, TITLE, LETTER = 3, 24.0, 26.0, 6.5


def export(results: Results, to: Path, pictures: bool = True) -> list[Path]:
    """Write the folder and return its files. PNG needs `vl-convert-python`; `pictures=False` leaves PNG out.

    Raises `Refused` where nothing can be written.
    """
    found = dict(_files(results, pictures))
    with writing(to):
        for name, content in found.items():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(to / name, content)
    return [to / name for name in found]


def _files(results: Results, pictures: bool) -> Iterator[tuple[str, bytes]]:
    parts = tuple(one for one in sections(results) if one.id != "ask")
    title = results.case.title or in_words(results.case.name)
    yield "report.md", markdown.document(title, subtitle(results), parts, "figures/" if pictures else "").encode()
    for block in blocks_of(parts):
        if isinstance(block, Table):
            table = written(block)
            rows = [[c.title for c in table.columns], *([plain(cell) for cell in r.cells] for r in table.rows)]
            yield f"tables/{_safe(block.name)}.csv", as_csv(rows)
        elif isinstance(block, Figure):
            name = f"figures/{_safe(block.name)}"
            drawn = as_svg(block)
            yield f"{name}.svg", drawn.encode()
            if block.data:
                yield f"{name}.csv", as_csv(block.data)
            if pictures:
                yield f"{name}.png", as_png(drawn)


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name)[:80]


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as CSV in UTF-8; a cell that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _harmless(cell: str) -> str:
    formula = cell[:1] in tuple("=+@－\t\r＝＋＠") or (cell[:1] == "-" and not re.fullmatch(r"-[\d., %]+", cell))
    return f"'{cell}" if formula else cell


def as_svg(figure: Figure) -> str:
    """A figure as one file: its panels in rows of three under its title, with the light colours of the page."""
    columns = min(ACROSS, len(figure.panels)) or 1
    width = max((panel.width for panel in figure.panels), default=100.0)
    height = max((panel.height for panel in figure.panels), default=50.0)
    lines = -(-len(figure.panels) // columns)
    total = (columns * (width + GAP) + GAP, TITLE + lines * (height + GAP) + GAP / 2)
    inner = Markup("").join(
        _placed(panel, GAP + i % columns * (width + GAP), TITLE + 12 + i // columns * (height + GAP))
        for i, panel in enumerate(figure.panels)
    )
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0:g}" height="{1:g}" viewBox="0 0 {0:g} {1:g}">'
        '<style>{2}</style><rect width="100%" height="100%" fill="#ffffff"/>'
        '<text x="{3:g}" y="20" class="figure-title">{4}</text>{5}{6}</svg>'
    ).format(*total, Markup(_style()), GAP, figure.title, _key(figure), inner)


def _key(figure: Figure) -> Markup:
    """What the colours mean, right of the title."""
    x, found = GAP * 2 + LETTER * 1.3 * len(figure.title), Markup("")
    for piece in pieces(figure.key) if figure.key else ():
        if isinstance(piece, Drawing):
            found += Markup('<svg x="{:g}" y="10" width="{:g}" height="{:g}">{}</svg>').format(
                x, piece.width, piece.height, piece.body
            )
            x += piece.width + LETTER
        else:
            said = plain(piece)
            found += Markup('<text x="{:g}" y="19" class="label">{}</text>').format(x, said)
            x += LETTER * len(said) + GAP / 2
    return found


def _placed(panel: Panel, x: float, y: float) -> Markup:
    return Markup('<svg x="{:g}" y="{:g}" width="{:g}" height="{:g}" overflow="visible">{}</svg>').format(
        x, y, panel.width, panel.height, panel.body
    )


def _style() -> str:
    """The rules of the page for drawings, its colours put in place of their names."""
    css = (ASSETS / "page.css").read_text(encoding="utf-8")
    light = css[: css.index("@media")]
    colours = dict(re.findall(r"--([\w-]+):\s*([^;]+);", light))
    colours |= {"paper": "#ffffff", "sans": "'Liberation Sans', Arial, Helvetica, sans-serif"}
    rules = re.findall(r"^(?:svg|#figure)[^{\n]*\{[^}\n]*\}.*$", css, re.M)
    text = "\n".join(rule for rule in rules if "display" not in rule)
    text = re.sub(r"#figure-\w+ ", "", text)
    text = re.sub(r"(^|[\s,}])svg ", r"\1", text)
    text = re.sub(r"var\(--([\w-]+)\)", lambda match: colours[match[1]], text)
    return text + f"\n.figure-title {{ font: 600 15px {colours['sans']}; fill: {colours['ink']}; }}"


def as_png(svg: str) -> bytes:
    """The picture of an SVG at twice its size."""
    import vl_convert as vlc

    return bytes(vlc.svg_to_png(svg, scale=SCALE))
