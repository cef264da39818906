"""First passage: in what share of runs each date has come, over time. One panel a strategy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..document import Drawing, Panel, Piece
from ..words import share
from .fan import HEIGHT, LEFT, RIGHT, WIDTH, Frame, axes, heading
from .svg import Scale, element, joined, path, text

Array = NDArray[np.float64]
ROOM = 34.0
LINES = ("one", "two", "three", "four")


def passages(
    frame: Frame,
    title: str,
    years: Sequence[float],
    curves: Sequence[Array],
    *,
    picks: str = "",
    live: str = "",
    said: str = "",
) -> Panel:
    """A panel of curves, each ending in its share."""
    x = Scale(frame.first_year, frame.last_year, LEFT, WIDTH - RIGHT)
    ends = _apart([frame.y(float(curve[-1])) for curve in curves])
    drawn = [axes(frame), heading(title)]
    for i, (curve, end) in enumerate(zip(curves, ends, strict=True)):
        line = [(x(year), frame.y(float(v))) for year, v in zip(years, curve, strict=True)]
        drawn.append(element("path", d=path(line), class_=f"line {LINES[i % 4]}"))
        drawn.append(text(share(float(curve[-1])), WIDTH - RIGHT + 4, end + 3.5, f"end {LINES[i % 4]}"))
    return Panel(joined(drawn), WIDTH + ROOM, HEIGHT, said or title, picks, live)


def key(names: Sequence[str]) -> tuple[Piece, ...]:
    """What each line is, in its colour."""
    found: list[Piece] = []
    for i, name in enumerate(names):
        sample = element("path", d="M0 5L22 5", class_=f"line {LINES[i % 4]}")
        found += [Drawing(sample, 22, 10), f"{name}\u2003"]
    return tuple(found)


def _apart(ys: Sequence[float], least: float = 11.0) -> list[float]:
    """Places for labels, moved down until none stands on another."""
    order = sorted(range(len(ys)), key=lambda i: ys[i])
    placed = list(ys)
    for before, after in pairwise(order):
        placed[after] = max(placed[after], placed[before] + least)
    over = max(0.0, max(placed, default=0.0) - (HEIGHT - 18))
    return [y - over for y in placed]
