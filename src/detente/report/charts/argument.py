"""The argument as a map: premises on the left, the conclusion on the right, each in the colour of its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from detente.language.records import dataclass

from ..document import Panel
from ..words import cut
from .layers import columns
from .svg import bend, element, joined, text

WIDE, HIGH, GAP, BETWEEN, EDGE = 196.0, 66.0, 42.0, 12.0, 2.0
LETTERS, LINES = 32, 3
SIGNS = {"holds": "●", "depends": "◐", "fails": "○"}


@dataclass(frozen=True, slots=True)
class Node:
    """A claim: what it states, its verdict and its share as shown."""

    name: str
    states: str
    verdict: str
    shown: str


@dataclass(frozen=True, slots=True)
class Link:
    """From a premise to what rests on it; or, `against`, from a claim to what it contradicts."""

    start: str
    end: str
    against: bool = False


def argument_map(nodes: Sequence[Node], links: Sequence[Link], said: str) -> Panel:
    """The map as one panel."""
    known = {node.name: node for node in nodes}
    above: dict[str, list[str]] = {}
    for link in links:
        above.setdefault(link.start, []).append(link.end)
    layers = columns(list(known), above)
    width = len(layers) * WIDE + (len(layers) - 1) * GAP + 2 * EDGE
    height = max(len(layer) for layer in layers) * (HIGH + BETWEEN) - BETWEEN + 2 * EDGE
    places: dict[str, tuple[float, float]] = {}
    for depth, layer in enumerate(layers):
        x = width - EDGE - WIDE - depth * (WIDE + GAP)
        free = (height - 2 * EDGE - len(layer) * HIGH) / len(layer)
        for i, name in enumerate(layer):
            places[name] = (x, EDGE + free / 2 + i * (HIGH + free))
    drawn = [_link(link, places) for link in links] + [_node(known[name], places[name]) for name in places]
    return Panel(joined(drawn), width, height, said, active=True)


def _link(link: Link, places: Mapping[str, tuple[float, float]]) -> Markup:
    (x0, y0), (x1, y1) = places[link.start], places[link.end]
    x0, y0, y1 = x0 + WIDE, y0 + HIGH / 2, y1 + HIGH / 2
    half = max((x1 - x0) / 2, 18.0)
    return element(
        "path", d=bend(x0, y0, x1, y1, x0 + half, x1 - half), class_="link against" if link.against else "link"
    )


def _node(node: Node, place: tuple[float, float]) -> Markup:
    x, y = place
    lines = wrapped(node.states)
    inside = joined(
        [
            element("rect", x=x, y=y, width=WIDE, height=HIGH, rx=3, class_="box"),
            element("rect", x=x, y=y, width=5, height=HIGH, class_="side"),
            element("title", node.states),
            *(text(line, x + 13, y + 15 + 12.5 * i, "said") for i, line in enumerate(lines)),
            element(
                "text",
                f"{SIGNS.get(node.verdict, '')} {node.verdict}, {node.shown}",
                x=x + 13,
                y=y + HIGH - 8,
                class_="outcome",
            ),
        ]
    )
    group = element("g", inside, class_=f"node {node.verdict}", data_live=f"claim:{node.name}:node")
    return element("a", group, href=f"#claim-{node.name}")


def wrapped(said: str, letters: int = LETTERS, most: int = LINES) -> list[str]:
    """Text in lines of about so many letters; what does not fit is cut."""
    lines = [""]
    for word in cut(said, letters * most).split():
        if len(lines[-1]) + len(word) + 1 <= letters or not lines[-1]:
            lines[-1] = cut(f"{lines[-1]} {word}".strip(), letters)
        else:
            lines.append(word)
    return lines if len(lines) <= most else [*lines[: most - 1], cut(f"{lines[most - 1]}…", letters)]
