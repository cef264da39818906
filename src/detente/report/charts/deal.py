"""Histories of a deal as bars: its stages, what was broken, and how the parties stood, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..document import Panel
from ..words import cut
from .svg import Scale, element, fixed, joined, text, ticks

WIDTH, LEFT, RIGHT, ROW, TOP, BAR = 720.0, 8.0, 206.0, 19.0, 20.0, 12.0
LETTER = 5.6  # the width of one, on average


@dataclass(frozen=True, slots=True)
class Bar:
    """From one year to another: `kind` is the class of the bar, `said` stands on it if there is room."""

    start: float
    end: float
    kind: str
    said: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A row."""

    label: str
    bars: Sequence[Bar]


def deal(title: str, rows: Sequence[Bars], first: float, last: float, said: str) -> Panel:
    """The panel of one history."""
    x = Scale(first, last, LEFT, WIDTH - RIGHT)
    bottom = TOP + ROW * len(rows)
    drawn = [text(title, LEFT, 11, "title"), _years(x, bottom)]
    for i, row in enumerate(rows):
        y = TOP + ROW * i + 2
        drawn.append(text(cut(row.label, 34), WIDTH - RIGHT + 6, y + 9.5, "label", title=row.label))
        drawn += [_bar(bar, x, y) for bar in row.bars]
    return Panel(joined(drawn), WIDTH, bottom + 18, said)


def _bar(bar: Bar, x: Scale, y: float) -> Markup:
    width = max(1.5, x(bar.end) - x(bar.start))
    shown = element("title", bar.said)
    rect = element("rect", shown, x=x(bar.start), y=y, width=width, height=BAR, class_=f"deal {bar.kind}")
    room = width > LETTER * len(bar.said) + 6
    label = text(bar.said, x(bar.start) + 4, y + 9.2, f"on {bar.kind}") if room else Markup("")
    return joined((rect, label))


def _years(x: Scale, bottom: float) -> Markup:
    found = [element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=bottom, y2=bottom, class_="grid")]
    for year in ticks(x.low, x.high, 10):
        if abs(year - round(year)) < 1e-6:
            found.append(element("line", x1=x(year), x2=x(year), y1=TOP, y2=bottom, class_="grid"))
            found.append(text(fixed(year), x(year), bottom + 13, "tick", "middle"))
    return joined(found)
