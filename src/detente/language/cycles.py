"""Finding what goes round in circles: auxiliaries computed from themselves, premises that rest on themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def cycles(needs: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Ways from a name back to itself: `[a, b, a]`. Each name is in at most one of them."""
    done: set[str] = set()
    for first in needs:
        way = _way_round(first, needs, done)
        if way:
            yield way


def _way_round(first: str, needs: Mapping[str, list[str]], done: set[str]) -> list[str]:
    """Depth first without recursion; everything met is done afterwards."""
    way: list[str] = []
    on_way: set[str] = set()
    waiting: list[tuple[str, int]] = [(first, 0)]
    while waiting:
        name, depth = waiting.pop()
        on_way.difference_update(way[depth:])
        del way[depth:]
        if name in on_way:
            return [*way[way.index(name) :], name]
        if name in done:
            continue
        done.add(name)
        way.append(name)
        on_way.add(name)
        waiting.extend((below, depth + 1) for below in reversed(needs.get(name, [])))
    return []
