"""How results look in a notebook: small tables and charts of HTML that bring their own style."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from .document import Block
from .html import ASSETS, blocks

if TYPE_CHECKING:
    from detente.claims.result import Verdict
    from detente.claims.run import Judged


def register() -> None:
    """Let results show themselves in Jupyter and marimo, which ask for `_repr_html_`. Claims know nothing of reports,
    so it is the report that adds it."""
    from detente.claims.result import Verdict
    from detente.claims.run import Judged

    Judged._repr_html_ = shown  # type: ignore[attr-defined]
    Verdict._repr_html_ = verdict  # type: ignore[attr-defined]


def shown(judged: Judged) -> str:
    """The claims of a run, and who comes first, as HTML for a cell."""
    from .results import Results
    from .sections import claims, race

    results = Results(judged)
    found: list[Block] = []
    section = claims.section(results)
    if section is not None:
        found += section.blocks[:2]
    found += race.first_figure(results)
    head = Markup("<p><strong>{}</strong>, {:,} futures of {:,} histories, seed {}</p>").format(
        judged.case.title or judged.case.name, judged.futures, judged.runs, judged.seed
    )
    return framed(head + blocks(found))


def verdict(one: Verdict) -> str:
    """A verdict as HTML for a cell."""
    from .charts.strip import strip
    from .html import line
    from .words import share, span

    drawing = strip(one.share, one.interval, one.verdict)
    said = Markup("<p>{} {} {} [{}] {}</p><p class=\"note\">{}</p>").format(
        line_of(one.verdict), one.states or one.id, share(one.share), span(*one.interval), line(drawing), one.reading
    )
    return framed(said)


def line_of(word: str) -> Markup:
    """A verdict word with its sign."""
    from .document import Span
    from .html import line

    return line(Span(word, "verdict"))


def framed(inner: Markup) -> str:
    """Content with the style of the page, kept to itself."""
    return str(
        Markup('<div class="detente"><style>{}</style>{}</div>').format(Markup(_scoped()), _anonymous(inner))
    )


def _anonymous(inner: Markup) -> Markup:
    """Without ids and links within a page that a cell does not have."""
    text = re.sub(r' (?:id|data-live|data-picks)="[^"]*"', "", str(inner))
    return Markup(re.sub(r'<a href="#[^"]*">|</a>', "", text))


def _scoped() -> str:
    """The rules of the page, kept within the cell."""
    css = (ASSETS / "page.css").read_text(encoding="utf-8").replace(":root", ":scope")
    own = ":scope { background: var(--paper); color: var(--ink); font: 15px/1.5 var(--serif); padding: .5em 1em; }"
    return f"@scope (.detente) {{\n{css}\n{own}\n}}"
