"""Stability in a plain graph: the method of `stability` over lists of moves.

By definition where preferences are unknown, and for strength of preference.

Moves need not be transitive here, so a walk backwards keeps who moved: a state that was reached along q's move
is left along anybody's but q's, each such pair once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from . import reference
from .graph import PlainGraph
from .preferences import BoolArray
from .reference import Uncertain

Values = Sequence[float]


def stable_states(graph: PlainGraph, concept: str, party: int, uncertain: Uncertain = "a") -> BoolArray:
    """Per state, whether it is stable for a party under a concept."""
    mask = np.zeros(len(graph.names), np.bool_)
    if concept not in ("nash", "gmr", "smr", "seq") or any(graph.unknown):
        mask[sorted(reference.stable_states(reference.graph_of(graph, uncertain), concept, party))] = True
        return mask
    payoff, arcs = graph.payoffs[party], graph.arcs[party]
    answer = _answers_of(graph, concept, party)
    for s, targets in enumerate(arcs):
        mask[s] = not any(payoff[t] > payoff[s] and answer[t] > payoff[s] for t in targets)
    return mask


def _answers_of(graph: PlainGraph, concept: str, party: int) -> Values:
    """What each state is worth to the party once the others have answered (under Nash nobody does)."""
    payoff = graph.payoffs[party]
    if concept == "nash":
        return payoff
    if concept != "smr":
        return _answers(graph, party, payoff, improving=concept == "seq")
    makes = [max([payoff[s], *(payoff[t] for t in graph.arcs[party][s])]) for s in range(len(payoff))]
    return _answers(graph, party, makes, improving=False)


def _answers(graph: PlainGraph, party: int, value: Values, *, improving: bool) -> list[float]:
    """The least value among a state and those that the party's opponents can reach from it."""
    others = [q for q in range(len(graph.parties)) if q != party]
    before = {q: _predecessors(graph, q, improving) for q in others}
    label: list[float | None] = [None] * len(value)
    done: set[tuple[int, int]] = set()
    for target in sorted(range(len(value)), key=value.__getitem__):
        least = value[target]
        label[target] = least if label[target] is None else label[target]
        stack = [(target, q) for q in others]
        while stack:
            t, q = stack.pop()
            if (t, q) in done:
                continue
            done.add((t, q))
            for s in before[q][t]:
                label[s] = least if label[s] is None else label[s]
                stack.extend((s, other) for other in others if other != q and (s, other) not in done)
    return [least for least in label if least is not None]


def _predecessors(graph: PlainGraph, party: int, improving: bool) -> list[list[int]]:
    payoff = graph.payoffs[party]
    found: list[list[int]] = [[] for _ in graph.names]
    for s, targets in enumerate(graph.arcs[party]):
        for t in targets:
            if not improving or payoff[t] > payoff[s]:
                found[t].append(s)
    return found
