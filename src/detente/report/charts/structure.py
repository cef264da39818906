"""The model as a diagram: what parties set on the left, what happens in the middle, what changes on the right.

A line goes from what is read to what reads it. Lines within a column bow out beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from detente.language.records import dataclass

from ..document import Panel
from ..words import cut
from .svg import bend, element, joined, text

WIDTH, ROW, TOP = 940.0, 21.0, 30.0
COLUMNS = ((0.0, 205.0), (330.0, 215.0), (635.0, 225.0))
HEADS = ("What parties set", "What happens", "What changes")


@dataclass(frozen=True, slots=True)
class Item:
    """A node: in column 0, 1 or 2; `kind` styles it, `group` stands above the first of its kind."""

    name: str
    label: str
    column: int
    kind: str
    group: str = ""


def structure(items: Sequence[Item], links: Sequence[tuple[str, str]], said: str) -> Panel:
    """The diagram as one panel; each node can be pointed at or reached by key, and then shows its own lines."""
    places, heads, height = _places(items)
    drawn = [text(head, COLUMNS[i][0], 14, "title") for i, head in enumerate(HEADS)]
    drawn += [text(cut(group, 34), COLUMNS[0][0], y, "word") for group, y in heads]
    number = {item.name: i for i, item in enumerate(items)}
    drawn += [
        _link(places[a], places[b], f"{number[a]} {number[b]}") for a, b in links if a in places and b in places
    ]
    drawn += [_item(item, number[item.name], places[item.name]) for item in items]
    return Panel(joined(drawn), WIDTH, height, said, live="structure", active=True)


def _places(items: Sequence[Item]) -> tuple[dict[str, tuple[int, float]], list[tuple[str, float]], float]:
    next_y = [TOP, TOP, TOP]
    places, heads, group = {}, [], ""
    for item in items:
        if item.column == 0 and item.group != group:
            group = item.group
            next_y[0] += 16
            heads.append((group, next_y[0] - 4))
        places[item.name] = (item.column, next_y[item.column] + ROW / 2)
        next_y[item.column] += ROW
    height = max(next_y) + 6
    for column in (1, 2):  # shorter columns stand in the middle
        free = (height - next_y[column]) / 2
        places = {n: (c, y + (free if c == column else 0)) for n, (c, y) in places.items()}
    return places, heads, height


def _item(item: Item, number: int, place: tuple[int, float]) -> Markup:
    column, y = place
    x, width = COLUMNS[column]
    inside = joined(
        [
            element("title", item.label),
            element("rect", x=x, y=y - ROW / 2 + 2, width=width, height=ROW - 4, rx=3, class_="box"),
            text(cut(item.label, 34), x + 7, y + 3.6, "said"),
        ]
    )
    return element(
        "g", inside, class_=f"item {item.kind}", tabindex=0, role="img", aria_label=item.label, data_node=str(number)
    )


def _link(start: tuple[int, float], end: tuple[int, float], ends: str) -> Markup:
    (c0, y0), (c1, y1) = start, end
    if c0 == c1:
        x = COLUMNS[c0][0] + COLUMNS[c0][1]
        bow = x + 16 + min(60.0, abs(y1 - y0) * 0.28)
        d = bend(x, y0, x, y1, bow, bow)
    else:
        x0 = COLUMNS[c0][0] + (COLUMNS[c0][1] if c1 > c0 else 0)
        x1 = COLUMNS[c1][0] + (0 if c1 > c0 else COLUMNS[c1][1])
        d = bend(x0, y0, x1, y1, (x0 + x1) / 2, (x0 + x1) / 2)
    return element("path", d=d, class_="link", data_ends=ends)


def neighbours(links: Sequence[tuple[str, str]]) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    """What each node reads, and what reads it."""
    reads: dict[str, list[str]] = {}
    read_by: dict[str, list[str]] = {}
    for a, b in links:
        reads.setdefault(b, []).append(a)
        read_by.setdefault(a, []).append(b)
    return reads, read_by
