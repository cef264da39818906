"""Evolution from the status quo: which states can come about by improvements, and along which moves.

Li, Kilgour and Hipel (2005), Status quo analysis in the graph model for conflict resolution: the states
reachable from the start when every move is an improvement for whoever makes it, none moving twice running.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from detente.language.records import dataclass

from .graph import Model, StateArray
from .pointwise import Layer, Path, layers
from .preferences import ConflictError


@dataclass(frozen=True, eq=False)
class Evolution:
    """What improvements can bring about from `start`, with a shortest path to every state.

    `complete` is False when the search stopped at its limit of states.
    """

    start: int
    layers: tuple[Layer, ...]
    complete: bool = True

    def __repr__(self) -> str:
        return f"Evolution(from {self.start}: {self.reached.size:,} states)"

    @property
    def reached(self) -> StateArray:
        """The states that can come about, the start included, ascending."""
        told = [layer.states[layer.fresh] for layer in self.layers]
        return np.sort(np.concatenate([np.array([self.start]), *told]))

    def to(self, states: Iterable[int]) -> dict[int, Path]:
        """The paths to those of `states` that can be reached (the start by the empty path)."""
        wanted = np.array([int(state) for state in states], np.int64)
        found: dict[int, Path] = {self.start: ()} if self.start in wanted else {}
        for layer in self.layers:
            for i in np.flatnonzero(layer.fresh & np.isin(layer.states, wanted)).tolist():
                found[int(layer.states[i])] = layer.path(i)
        return {state: found[state] for state in wanted.tolist() if state in found}


def evolve(model: Model, start: int | None = None, *, limit: int = 200_000) -> Evolution:
    """Where improvements can lead from `start` (the conflict's own unless given).

    Stops after the step on which `limit` states are reached. Raises `ConflictError` without a feasible start.
    """
    begin = model.start if start is None else start
    if begin is None:
        raise ConflictError("evolution needs a start: say which state is the status quo")
    if not model.has(begin):
        raise ConflictError(f"evolution from state {begin}: there is no such feasible state")
    kept: list[Layer] = []
    count = 1
    for layer in layers(model, range(len(model.parties)), begin, improving=True):
        kept.append(layer)
        count += int(np.count_nonzero(layer.fresh))
        if count >= limit:
            return Evolution(begin, tuple(kept), complete=False)
    return Evolution(begin, tuple(kept))
