"""A share on a line from none to all: the interval as a bar, the share as a dot, marks where verdicts change."""

from __future__ import annotations

from ..document import Drawing
from .svg import element, joined

WIDTH, HEIGHT, EDGE = 130.0, 18.0, 5.0


def strip(share: float | None, interval: tuple[float, float], verdict: str, live: str = "") -> Drawing:
    """The drawing that stands beside a share."""

    def x(value: float) -> float:
        return EDGE + value * (WIDTH - 2 * EDGE)

    middle = HEIGHT / 2
    marks = [element("line", x1=x(v), x2=x(v), y1=middle - 5, y2=middle + 5, class_="edge") for v in (0.1, 0.9)]
    track = element("line", x1=x(0), x2=x(1), y1=middle, y2=middle, class_="track")
    low, high = interval
    bar = element("line", x1=x(low), x2=x(high), y1=middle, y2=middle, class_=f"bar {verdict}")
    dot = element("circle", cx=x(share or 0.0), cy=middle, r=4, class_=f"dot {verdict}")
    drawn = [track, *marks] + ([bar, dot] if share is not None else [])
    return Drawing(joined(drawn), WIDTH, HEIGHT, live=live)
