"""Evolution from the status quo: which states can come about by improvements, and along which moves.

Li, Kilgour and Hipel (2005), Status quo analysis in the graph model for conflict resolution: the states
reachable from the start when every move is an improvement for whoever makes it, none moving twice running.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .graph import Model
from .pointwise import Path, responses
from .preferences import ConflictError


@dataclass(frozen=True)
class Evolution:
    """From `start`: a shortest path of improvements, as (party, state) steps, to every state reached.

    `complete` is False when the search stopped at its limit of states.
    """

    start: int
    paths: dict[int, Path]
    complete: bool = True

    def __repr__(self) -> str:
        return f"Evolution(from {self.start}: {len(self.paths)} states)"

    def to(self, states: Iterable[int]) -> dict[int, Path]:
        """The paths to those of `states` that can be reached (the start by the empty path)."""
        return {state: self.paths[state] for state in map(int, states) if state in self.paths}


def evolve(model: Model, start: int | None = None, *, limit: int = 20_000) -> Evolution:
    """Where improvements can lead from `start` (the conflict's own unless given).

    Raises `ConflictError` without a start.
    """
    begin = model.start if start is None else start
    if begin is None:
        raise ConflictError("evolution needs a start: say which state is the status quo")
    if not model.has(begin):
        raise ConflictError(f"evolution from state {begin}: there is no such feasible state")
    paths: dict[int, Path] = {begin: ()}
    for path in responses(model, range(len(model.parties)), begin, improving=True):
        if len(paths) >= limit:
            return Evolution(begin, paths, complete=False)
        paths[path[-1][1]] = path
    return Evolution(begin, paths)
