"""The map of claims as a picture: an SVG with premises to the left of what rests on them, coloured by verdict."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from textwrap import wrap

from detente.claims.result import Verdict
from detente.language.case import Case

WIDE, HIGH, ACROSS, DOWN, LETTERS = 220, 64, 60, 14, 34
_FILL = {"holds": "#dcefdc", "fails": "#f6dcd8", "depends": "#f5eccf"}
_SIGN = {"holds": "\u25cf", "depends": "\u25d0", "fails": "\u25cb"}


def picture(case: Case, verdicts: Mapping[str, Verdict]) -> str:
    """The SVG. Whole lines support, dashed ones attack."""
    names = [name for name in case.claims if name in verdicts]
    depth = {name: _depth(case, name, names) for name in names}
    columns: dict[int, list[str]] = {}
    for name in names:
        columns.setdefault(max(depth.values()) - depth[name], []).append(name)
    places = {
        name: (10 + at * (WIDE + ACROSS), 10 + row * (HIGH + DOWN))
        for at, column in enumerate(columns[k] for k in sorted(columns)) for row, name in enumerate(column)
    }
    width = max((x for x, _ in places.values()), default=0) + WIDE + 10
    height = max((y for _, y in places.values()), default=0) + HIGH + 10
    parts = [_line(places[p], places[n], dashed) for n in names for p, dashed in _links(case, n) if p in places]
    parts += [_box(case, verdicts[name], places[name]) for name in names]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif">'
    return "\n".join([head, *parts, "</svg>\n"])


def _depth(case: Case, name: str, names: list[str]) -> int:
    """How many steps above a claim the last that rests on it is."""
    above = [other for other in names if name in case.claims[other].because]
    return 1 + max((_depth(case, other, names) for other in above), default=-1)


def _links(case: Case, name: str) -> list[tuple[str, bool]]:
    claim = case.claims[name]
    return [(p, False) for p in claim.because] + [(p, True) for p in claim.against]


def _line(start: tuple[int, int], end: tuple[int, int], dashed: bool) -> str:
    (x0, y0), (x1, y1) = start, end
    stroke = ' stroke-dasharray="5 4"' if dashed else ""
    return (f'<line x1="{x0 + WIDE}" y1="{y0 + HIGH / 2:g}" x2="{x1}" y2="{y1 + HIGH / 2:g}" stroke="#777"'
            f'{stroke}/>')


def _box(case: Case, verdict: Verdict, place: tuple[int, int]) -> str:
    x, y = place
    claim = case.claims[verdict.id]
    share = "" if verdict.share is None else f", {verdict.share:.0%} of futures"
    said = wrap(claim.states or verdict.id, LETTERS)[:3]
    texts = "".join(
        f'<text x="{x + 8}" y="{y + 15 + 13 * i}" font-size="11">{escape(line)}</text>' for i, line in enumerate(said)
    )
    return (
        f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="4" fill="{_FILL[verdict.verdict]}" stroke="#999"/>'
        f"{texts}"
        f'<text x="{x + 8}" y="{y + HIGH - 7}" font-size="11" font-weight="bold">'
        f"{_SIGN[verdict.verdict]} {verdict.verdict}{share}</text>"
    )
