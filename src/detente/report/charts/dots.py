"""Strategies on one measure: a dot for the mean with its interval, a thin line for nine futures in ten."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from detente.language.records import dataclass

from ..document import Panel
from ..words import cut
from .svg import Scale, element, joined, text

WIDTH, LEFT, RIGHT, TOP, ROW = 430.0, 216.0, 54.0, 24.0, 18.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A row; `best` marks the strategy that does best on average."""

    label: str
    mean: float
    half: float
    low: float
    high: float
    shown: str
    best: bool = False
    picks: str = ""
    live: str = ""


def scale_of(rows: Sequence[Dot]) -> Scale:
    """The scale that all rows fit on."""
    low = min((min(row.low, row.mean) for row in rows), default=0.0)
    high = max((max(row.high, row.mean) for row in rows), default=1.0)
    return Scale(low, high if high > low else low + 1.0, LEFT, WIDTH - RIGHT)


def dots(title: str, rows: Sequence[Dot], said: str) -> Panel:
    """A panel for a measure."""
    x = scale_of(rows)
    drawn = [text(cut(title, 62), 0, 13, "title", title=title)]
    drawn += [_row(row, x, TOP + ROW * (i + 0.5)) for i, row in enumerate(rows)]
    return Panel(joined(drawn), WIDTH, TOP + ROW * len(rows) + 6, said)


def _row(row: Dot, x: Scale, y: float) -> Markup:
    half = row.half if row.half < float("inf") else 0.0
    return element(
        "g",
        joined(
            [
                text(cut(row.label, 37), LEFT - 9, y + 3.5, "label", "end", row.label),
                element("line", x1=x(row.low), x2=x(row.high), y1=y, y2=y, class_="track"),
                element("line", x1=x(row.mean - half), x2=x(row.mean + half), y1=y, y2=y, class_="bar plain"),
                element("circle", cx=x(row.mean), cy=y, r=3.6, class_="dot best" if row.best else "dot plain"),
                text(row.shown, WIDTH - RIGHT + 8, y + 3.5, "value"),
            ]
        ),
        data_picks=row.picks,
        data_live=row.live,
        data_low=f"{x.low!r}",
        data_high=f"{x.high!r}",
    )
