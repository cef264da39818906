"""A picture of an agreement over time: its stages, its obligations and the standing of its parties, as bars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from detente.language.problems import Place, Problem, Refused

from .days import iso

if TYPE_CHECKING:
    from .monitoring import MonitorResult

COLOURS = {
    "good": "#7fb58a", "suspected": "#e8c766", "released": "#b9bec6", "curing": "#e39a4f", "breached": "#c8504b",
    "owed": "#8aa9c9", "broken": "#c8504b", "before": "#e6e6e6",
}  # fmt: skip
_STAGES = ("#5b7f9f", "#8fb3c7", "#44637d", "#a9c4a4", "#7d6b8f")
COLOURS |= {f"stage{i}": colour for i, colour in enumerate(_STAGES)}
_LEFT, _WIDTH, _ROW, _BAR = 170, 760, 26, 16
Bar = tuple[int, int, str, str]  # first day, day after the last, what it shows (a key of COLOURS), words


def draw(result: MonitorResult, path: Path) -> None:
    """Write the picture. Raises `Refused` if the file cannot be one."""
    if path.suffix.lower() != ".svg" or not path.parent.is_dir():
        raise Refused((Problem("plot_form", Place("--plot"), {"file": str(path)}),))
    try:
        path.write_text(as_svg(result), encoding="utf-8")
    except OSError as error:
        facts = {"file": str(path), "why": error.strerror or str(error)}
        raise Refused((Problem("file_unwritable", Place("--plot"), facts),)) from None


def as_svg(result: MonitorResult) -> str:
    """The picture as SVG text."""
    first = result.history[0].day if result.history else result.on
    span = max(1, result.on + 1 - first)
    rows = bars_of(result)
    height = 60 + _ROW * len(rows)
    title = escape(result.agreement.title or result.agreement.name)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 30}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f'<title>{title}, {iso(first)} to {iso(result.on)}</title>',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="10" y="18" font-size="14">{title}</text>',
    ]
    for i, (label, bars) in enumerate(rows):
        y = 30 + _ROW * i
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(label)}</text>')
        parts += [_bar(bar, y, first, span) for bar in bars]
    parts += _axis(first, span, 30 + _ROW * len(rows))
    return "\n".join([*parts, "</svg>", ""])


def bars_of(result: MonitorResult) -> list[tuple[str, list[Bar]]]:
    """Rows of the picture with their bars: the stages, each obligation, and how each party stands."""
    rows = [("stage", list(_stage_bars(result)))]
    rows += [(name, list(_obligation_bars(result, name))) for name in result.agreement.names_of_obligations()]
    rows += [(f"standing of {party}", list(_standing_bars(result, party))) for party in result.agreement.between]
    return [(label, list(_joined(bars))) for label, bars in rows]


def _joined(bars: list[Bar]) -> Iterator[Bar]:
    """Bars that say the same and touch are one."""
    for (_, words), group in groupby(enumerate(bars), key=lambda each: (_gap(bars, each[0]), each[1][3])):
        same = [bar for _, bar in group]
        yield same[0][0], same[-1][1], same[0][2], words


def _gap(bars: list[Bar], i: int) -> int:
    """How many gaps lie before a bar."""
    return sum(bars[j][1] != bars[j + 1][0] for j in range(i))


def _bar(bar: Bar, y: int, first: int, span: int) -> str:
    start, end, kind, words = bar
    x, width = _LEFT + _WIDTH * (start - first) / span, _WIDTH * (end - start) / span
    said = f"{words}, {iso(start)} to {iso(end - 1)}"
    return (
        f'<rect x="{x:.1f}" y="{y}" width="{max(width, 1):.1f}" height="{_BAR}" fill="{COLOURS[kind]}">'
        f"<title>{escape(said)}</title></rect>"
    )


def _axis(first: int, span: int, y: int) -> Iterator[str]:
    """Years, or months where there are few years."""
    yield f'<line x1="{_LEFT}" y1="{y}" x2="{_LEFT + _WIDTH}" y2="{y}" stroke="#444"/>'
    start, end = Date.fromordinal(first), Date.fromordinal(first + span)
    years = end.year - start.year + 1
    if years > 2:
        step = -(-years // 12)
        marks = [(Date(year, 1, 1), str(year)) for year in range(start.year, end.year + 1, step)]
    else:
        months = [divmod(start.year * 12 + start.month - 1 + i, 12) for i in range(years * 12)]
        marks = [(Date(year, month + 1, 1), f"{year}-{month + 1:02}") for year, month in months[::2]]
    for day, label in marks:
        at = day.toordinal() - first
        if 0 <= at <= span:
            x = _LEFT + _WIDTH * at / span
            yield f'<line x1="{x:.1f}" y1="{y}" x2="{x:.1f}" y2="{y + 5}" stroke="#444"/>'
            yield f'<text x="{x:.1f}" y="{y + 18}" text-anchor="middle" font-size="10">{label}</text>'


def _spans(result: MonitorResult) -> Iterator[tuple[int, int, int]]:
    """Index, first day and day after the last of every state in the history."""
    history = result.history
    for i, state in enumerate(history):
        end = history[i + 1].day if i + 1 < len(history) else result.on + 1
        if end > state.day:
            yield i, state.day, end


def _stage_bars(result: MonitorResult) -> Iterator[Bar]:
    names = [stage.name for stage in result.agreement.stages]
    for i, start, end in _spans(result):
        stage = result.history[i].stage
        if stage is not None:
            yield start, end, f"stage{names.index(stage) % len(_STAGES)}", stage


def _obligation_bars(result: MonitorResult, name: str) -> Iterator[Bar]:
    for i, start, end in _spans(result):
        state = result.history[i]
        if name in state.broken:
            yield start, end, "broken", f"{name} broken"
        elif name in state.open:
            yield start, end, "owed", f"{name} owed"


def _standing_bars(result: MonitorResult, party: str) -> Iterator[Bar]:
    for i, start, end in _spans(result):
        standing = result.history[i].parties[party]
        yield start, end, standing, f"{party} {standing}"
