"""A fan: the middle run, half of all runs and nine in ten of them, over time. One panel a strategy, one scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from detente.language.records import dataclass

from ..document import Panel
from ..words import cut, number
from .svg import Scale, area, element, fixed, joined, path, text, ticks

Array = NDArray[np.float64]
WIDTH, HEIGHT = 270.0, 168.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 8.0, 22.0, 20.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The axes that panels share: years across, `low` to `high` upwards; `words` name values of an index."""

    first_year: float
    last_year: float
    low: float
    high: float
    words: tuple[tuple[float, str], ...] = ()
    percent: bool = False

    @property
    def x(self) -> Scale:
        """Years to places."""
        return Scale(self.first_year, self.last_year, LEFT, WIDTH - RIGHT)

    @property
    def y(self) -> Scale:
        """Values to places, upwards."""
        return Scale(self.low, self.high, HEIGHT - BOTTOM, TOP)


def fan(
    frame: Frame,
    title: str,
    years: Sequence[float],
    quantiles: Array,
    *,
    picks: str = "",
    live: str = "",
    first: bool = False,
    said: str = "",
) -> Panel:
    """A panel; `quantiles` is [5, point]: 5, 25, 50, 75 and 95 of a hundred. The `first` explains itself."""
    xs = [frame.x(year) for year in years]
    low, lower, middle, upper, high = ([frame.y(float(v)) for v in row] for row in quantiles)
    drawn = joined(
        [
            axes(frame),
            element("path", d=area(xs, high, low), class_="band90"),
            element("path", d=area(xs, upper, lower), class_="band50"),
            element("path", d=path(list(zip(xs, middle, strict=True))), class_="middle"),
            *(meanings(frame) if first else ()),
            heading(title),
        ]
    )
    return Panel(drawn, WIDTH, HEIGHT, said or title, picks, live)


def heading(title: str) -> Markup:
    """The title of a panel, cut to fit."""
    return text(cut(title, 42), 0, 13, "title", title=title)


def axes(frame: Frame) -> Markup:
    """Thin lines with their values."""
    return joined([*_upwards(frame), *_across(frame)])


def _values(frame: Frame) -> list[float]:
    """The values that have a line: those that an index names, or round ones."""
    named = [value for value, _ in frame.words if frame.low <= value <= frame.high]
    return sorted(named) if len(named) > 1 else ticks(frame.low, frame.high)


def _upwards(frame: Frame) -> list[Markup]:
    found, previous = [], HEIGHT
    for value in _values(frame):
        y = frame.y(value)
        found.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"))
        if previous - y >= 11:
            previous = y
            label = f"{value:.0%}" if frame.percent else number(value)
            found.append(text(label, LEFT - 5, y + 3.5, "tick", "end"))
    return found


def meanings(frame: Frame) -> list[Markup]:
    """What the values of an index mean, on their lines; the uppermost under its line."""
    found, previous = [], HEIGHT
    for value, word in sorted(frame.words):
        y = frame.y(value)
        at = y + 9.5 if y < TOP + 8 else y - 3
        if frame.low <= value <= frame.high and previous - at >= 10:
            previous = at
            found.append(text(cut(word, 34), WIDTH - RIGHT - 3, at, "word", "end", word))
    return found


def _across(frame: Frame) -> list[Markup]:
    found = []
    length = frame.last_year - frame.first_year
    most = 5 if length > 2 else 4
    for value in ticks(frame.first_year, frame.last_year, most):
        if abs(value - round(value)) > 1e-6:
            continue
        x = frame.x(value)
        found.append(element("line", x1=x, x2=x, y1=HEIGHT - BOTTOM, y2=HEIGHT - BOTTOM + 3, class_="mark"))
        found.append(text(fixed(value), x, HEIGHT - 5, "tick", "middle"))
    return found
