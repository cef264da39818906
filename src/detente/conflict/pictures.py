"""Pictures as SVG text: the table of options by states, and the moves among the states that matter."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import atan2, cos, hypot, pi, sin

from .evolution import evolve
from .explain import binary, describe, option_name, party_name
from .graph import Conflict
from .output import chosen, table, with_options
from .stability import Stability

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#000000")
_FONT = 'font-family="sans-serif"'


def table_svg(result: Stability, states: Sequence[int] | None = None) -> str:
    """The published-style table as SVG: options by states, ranks, marks and equilibria."""
    rows = table(result, states, most=24)
    lead = [8 + 7 * max(len(row[i]) for row in rows) for i in (0, 1)]
    cell = 14 + 7 * max(len(text) for row in rows for text in row[2:])
    width, height = sum(lead) + cell * (len(rows[0]) - 2) + 16, 20 * len(rows) + 16
    parts = []
    for r, row in enumerate(rows):
        y = 20 + 20 * r
        if r and row[0] != rows[r - 1][0]:
            parts.append(f'<line x1="8" x2="{width - 8}" y1="{y - 14}" y2="{y - 14}" stroke="#bbb"/>')
        repeated = r and row[0] == rows[r - 1][0]
        parts.append(_text(8, y, "" if repeated else row[0], bold=True))
        parts.append(_text(8 + lead[0], y, row[1]))
        for c, value in enumerate(row[2:]):
            x = 8 + sum(lead) + cell * c + cell / 2
            parts.append(_text(x, y, value, bold=r == 0 or value == "E", anchor="middle"))
    return _svg(width, height, parts, f"Stability of {with_options(result).title or 'the conflict'}")


def matter(result: Stability, most: int = 12) -> list[int]:
    """The states worth drawing: the start, equilibria, and what lies on the way from one to the other."""
    model = with_options(result)
    kept = chosen(result, most)
    if model.count <= most or model.start is None:
        return kept
    paths = evolve(model, limit=2_000).to(kept)
    for path in sorted(paths.values(), key=len):
        way = [state for _, state in path if state not in kept]
        if len(kept) + len(way) <= most + 4:
            kept.extend(way)
    return sorted(set(kept))


def graph_svg(result: Stability, states: Sequence[int] | None = None, *, most: int = 12) -> str:
    """The improvements among the states that matter, one colour per party, on a circle, as SVG.

    Equilibria have a thick rim, the start a dashed one; a legend below says what each state's number means.
    """
    model = with_options(result)
    kept = list(states) if states is not None else matter(result, most)
    radius = max(120.0, 24.0 * len(kept))
    centre = radius + 50
    place = {
        state: (
            centre + radius * cos(2 * pi * i / len(kept) - pi / 2),
            centre + radius * sin(2 * pi * i / len(kept) - pi / 2),
        )
        for i, state in enumerate(kept)
    }
    parts = [_marker(party) for party in range(len(model.parties))]
    for party in range(len(model.parties)):
        for state in kept:
            for target in set(model.improvements(party, state).tolist()) & set(kept):
                parts.append(_arrow(place[state], place[target], party))
    parts += [_node(result, state, *place[state]) for state in kept]
    legend = [f"{state}: {describe(model, state)}" for state in kept]
    top = 2 * centre + 10
    for party in range(len(model.parties)):
        parts.append(
            f'<line x1="12" x2="40" y1="{top + 18 * party - 4}" y2="{top + 18 * party - 4}" '
            f'stroke="{_colour(party)}" stroke-width="2"/>'
        )
        parts.append(_text(48, top + 18 * party, f"improvement of {party_name(model, party)}"))
    top += 18 * len(model.parties) + 6
    parts += [_text(12, top + 18 * i, line) for i, line in enumerate(legend)]
    if len(kept) < model.count:
        parts.append(_text(12, top + 18 * len(legend), f"{len(kept)} of {model.count:,} states are shown"))
    width = max(2 * centre, 24 + 7 * max(len(line) for line in legend))
    return _svg(width, top + 18 * (len(legend) + 1), parts, f"Moves in {model.title or 'the conflict'}")


def state_label(model: Conflict, state: int) -> str:
    """A state in a few letters: Y or N per binary option, else the level."""
    levels = model.space.levels(state)
    return " ".join(
        f"{option_name(model, i)}={'NY'[level] if binary(model, i) else model.options[i].levels[level]}"
        for i, level in enumerate(levels)
    )


def _node(result: Stability, state: int, x: float, y: float) -> str:
    model = with_options(result)
    held = [concept for concept in result.concepts if result.equilibrium(concept)[state]]
    rim = 3 if held else 1
    dash = ' stroke-dasharray="5 3"' if state == model.start else ""
    title = f"{state_label(model, state)}; equilibrium: {', '.join(held) or 'no'}"
    return (
        f'<g><title>{escape(title)}</title><circle cx="{x:.1f}" cy="{y:.1f}" r="18" fill="#fff" stroke="#222" '
        f'stroke-width="{rim}"{dash}/>' + _text(x, y + 4, str(state), anchor="middle") + "</g>"
    )


def _arrow(a: tuple[float, float], b: tuple[float, float], party: int) -> str:
    """A slightly bent arrow from a to b, clear of both circles; parties bend differently."""
    length = hypot(b[0] - a[0], b[1] - a[1])
    angle = atan2(b[1] - a[1], b[0] - a[0])
    bend = 0.12 + 0.05 * party
    middle = (
        (a[0] + b[0]) / 2 - bend * length * sin(angle),
        (a[1] + b[1]) / 2 + bend * length * cos(angle),
    )
    (x1, y1), (x2, y2) = _off(a, middle, 20), _off(b, middle, 24)
    return (
        f'<path d="M{x1:.1f},{y1:.1f} Q{middle[0]:.1f},{middle[1]:.1f} {x2:.1f},{y2:.1f}" fill="none" '
        f'stroke="{_colour(party)}" stroke-width="1.5" marker-end="url(#tip{party})"/>'
    )


def _off(a: tuple[float, float], towards: tuple[float, float], distance: float) -> tuple[float, float]:
    angle = atan2(towards[1] - a[1], towards[0] - a[0])
    return a[0] + distance * cos(angle), a[1] + distance * sin(angle)


def _marker(party: int) -> str:
    return (
        f'<defs><marker id="tip{party}" viewBox="0 0 10 10" refX="6" refY="5" markerWidth="6" markerHeight="6" '
        f'orient="auto"><path d="M0,0 L10,5 L0,10 z" fill="{_colour(party)}"/></marker></defs>'
    )


def _colour(party: int) -> str:
    return COLOURS[party % len(COLOURS)]


def _text(x: float, y: float, text: str, *, bold: bool = False, anchor: str = "start") -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" text-anchor="{anchor}"{weight} {_FONT}>{escape(text)}</text>'
    )


def _svg(width: float, height: float, parts: Sequence[str], title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}"><title>{escape(title)}</title>'
        '<rect width="100%" height="100%" fill="#fff"/>' + "".join(parts) + "</svg>\n"
    )
