"""A drawing of what rests on what: nodes in columns, each left of all that rest on it, few crossings.

Columns by the longest way to a node on which nothing rests; order within a column by the mean place of the
neighbours, swept to and fro (Sugiyama, Tagawa and Toda 1981, IEEE Transactions on Systems, Man and Cybernetics
11:109).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SWEEPS = 6


def columns(nodes: Sequence[str], above: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The nodes by column, the rightmost first; `above` maps a node to those that rest on it. Rings are cut."""
    depth: dict[str, int] = {}

    def of(node: str, path: tuple[str, ...]) -> int:
        if node not in depth:
            over = [one for one in above.get(node, ()) if one not in path]
            depth[node] = max((of(one, (*path, node)) + 1 for one in over), default=0)
        return depth[node]

    for node in nodes:
        of(node, (node,))
    found: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for node in nodes:
        found[depth[node]].append(node)
    return _untangled(found, above)


def _untangled(layers: list[list[str]], above: Mapping[str, Sequence[str]]) -> list[list[str]]:
    below: dict[str, list[str]] = {}
    for node, over in above.items():
        for one in over:
            below.setdefault(one, []).append(node)
    for sweep in range(SWEEPS):
        near = above if sweep % 2 == 0 else below
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            place = {node: (i + 0.5) / len(column) for column in layers for i, node in enumerate(column)}
            layer.sort(
                key=lambda node: _mean([place[one] for one in near.get(node, ()) if one in place], place[node])
            )
    return layers


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
