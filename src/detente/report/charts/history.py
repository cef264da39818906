"""One run as lines: the main quantities of a single history, with what happened marked below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from detente.language.records import dataclass

from ..document import Panel
from ..words import cut
from .svg import Scale, element, fixed, joined, path, text, ticks

Array = NDArray[np.float64]
WIDTH, LEFT, RIGHT, PLOT, ROW = 720.0, 8.0, 206.0, 150.0, 17.0


@dataclass(frozen=True, slots=True)
class Line:
    """A quantity over the years, drawn on its own scale."""

    label: str
    years: Sequence[float]
    values: Array
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Marks:
    """When something happened, or, with `spans`, when something was in force."""

    label: str
    years: Sequence[float] = ()
    spans: Sequence[tuple[float, float]] = ()


def history(lines: Sequence[Line], marks: Sequence[Marks], first: float, last: float, said: str) -> Panel:
    """The panel: each line on its own scale from bottom to top, each row of marks under it."""
    x = Scale(first, last, LEFT, WIDTH - RIGHT)
    bottom = 10 + PLOT
    height = bottom + 24 + ROW * len(marks) + 4
    drawn: list[Markup] = [_years(x, bottom)]
    ends = []
    for i, line in enumerate(lines):
        y = Scale(line.low, line.high, bottom, 10.0)
        points = [(x(year), y(float(v))) for year, v in zip(line.years, line.values, strict=True)]
        drawn.append(element("path", d=path(points), class_=f"line {('one', 'two', 'three', 'four')[i % 4]}"))
        ends.append(points[-1][1])
    for i, (line, end) in enumerate(zip(lines, _apart(ends), strict=True)):
        class_ = f"end {('one', 'two', 'three', 'four')[i % 4]}"
        drawn.append(text(cut(line.label, 30), WIDTH - RIGHT + 6, end + 3.5, class_, title=line.label))
    drawn += [_marks(mark, x, bottom + 28 + ROW * i) for i, mark in enumerate(marks)]
    return Panel(joined(drawn), WIDTH, height, said)


def _apart(ys: Sequence[float]) -> list[float]:
    from .passages import _apart as apart

    return apart(ys, 12.0)


def _years(x: Scale, bottom: float) -> Markup:
    found = [element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=bottom, y2=bottom, class_="grid")]
    for year in ticks(x.low, x.high, 10):
        if abs(year - round(year)) < 1e-6:
            found.append(element("line", x1=x(year), x2=x(year), y1=10, y2=bottom, class_="grid"))
            found.append(text(fixed(year), x(year), bottom + 13, "tick", "middle"))
    return joined(found)


def _marks(mark: Marks, x: Scale, y: float) -> Markup:
    found = [
        element("rect", x=x(a), y=y - 3, width=max(1.5, x(b) - x(a)), height=6, class_="span") for a, b in mark.spans
    ]
    found += [element("circle", cx=x(year), cy=y, r=2.8, class_="happened") for year in mark.years]
    return joined(
        [
            element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"),
            *found,
            text(cut(mark.label, 34), WIDTH - RIGHT + 6, y + 3.5, "label", title=mark.label),
        ]
    )
