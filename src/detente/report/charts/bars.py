"""Who comes first: a bar for each strategy, cut into first, second, both together and neither."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from detente.language.records import dataclass

from ..document import Panel
from ..words import cut
from .svg import element, joined, text

WIDTH, LEFT, RIGHT, ROW, TOP = 720.0, 250.0, 10.0, 30.0, 26.0
CLASSES = ("first", "second", "together", "neither")


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: shares that add up to 1, and what stands on each part."""

    label: str
    shares: tuple[float, ...]
    labels: tuple[str, ...]
    picks: str = ""
    live: str = ""


def bars(rows: Sequence[Bar], heads: tuple[str, ...], said: str) -> Panel:
    """The panel; `heads` name the parts above the first row, coloured as they are."""
    height = TOP + ROW * len(rows) + 4
    drawn = [_heads(heads), *(_bar(row, TOP + ROW * i) for i, row in enumerate(rows))]
    return Panel(joined(drawn), WIDTH, height, said)


def _heads(heads: tuple[str, ...]) -> Markup:
    room = (WIDTH - LEFT - RIGHT) / len(heads)
    found = []
    for i, head in enumerate(heads):
        x = LEFT + room * i
        found.append(
            element("rect", x=x, y=4, width=9, height=9, class_=CLASSES[i] if len(heads) == 4 else _three(i))
        )
        found.append(text(cut(head, 26), x + 13, 12, "label", title=head))
    return joined(found)


def _three(i: int) -> str:
    return ("first", "second", "neither")[i]


def _bar(row: Bar, y: float) -> Markup:
    x, parts = LEFT, []
    width = WIDTH - LEFT - RIGHT
    for share, label, class_ in zip(row.shares, row.labels, CLASSES, strict=True):
        long = share * width
        parts.append(element("rect", x=x, y=y + 4, width=long, height=18, class_=class_))
        parts.append(text(label if long > 34 else "", x + long / 2, y + 16.5, f"on {class_}", "middle"))
        x += long
    return element(
        "g",
        joined([text(cut(row.label, 40), LEFT - 8, y + 17, "label", "end", row.label), *parts]),
        data_picks=row.picks,
        data_live=row.live,
    )
