"""One state, one party, move by move: why it is stable or not, with the moves that make it so.

Concepts as in `reference`, but walking only where the question leads, in any model, and keeping the paths.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .graph import Conflict, Model, StateArray
from .preferences import ConflictError

Step: TypeAlias = tuple[int, int]
Path: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True)
class Answer:
    """An improvement `move`, and the sanction that deters it: the others' steps (party, state), or None.

    `escape` is set where an answer would do but for a state that the focal party could then move to.
    """

    move: int
    steps: Path | None
    escape: tuple[Path, int] | None = None

    @property
    def deterred(self) -> bool:
        """Whether somebody can answer the move with a state that is not better."""
        return self.steps is not None

    @property
    def ends(self) -> int | None:
        """Where the answer leads."""
        return self.steps[-1][1] if self.steps else None


@dataclass(frozen=True)
class Reason:
    """Why a state is stable for a party under a concept, or not: an answer per improvement."""

    concept: str
    party: int
    state: int
    answers: tuple[Answer, ...]

    @property
    def stable(self) -> bool:
        """Whether every improvement is deterred; in particular when there is none."""
        return all(answer.deterred for answer in self.answers)


def reason(model: Model, concept: str, party: int, state: int) -> Reason:
    """Why `state` is or is not stable for `party`. Raises `ConflictError` for a concept without one."""
    if not model.has(state):
        raise ConflictError(f"there is no feasible state {state}")
    if concept not in _ANSWERS:
        raise ConflictError(f"there is no explanation for {concept}; there is one for {', '.join(_ANSWERS)}")
    if concept == "sim" and (len(model.parties) != 2 or not isinstance(model, Conflict)):
        raise ConflictError("sim is defined for two parties with options")
    answer = _ANSWERS[concept]
    better = sorted(model.improvements(party, state).tolist(), key=lambda t: (-model.rank(party, t), t))
    return Reason(concept, party, state, tuple(answer(model, party, state, move) for move in better))


def stable(model: Model, concept: str, party: int, state: int) -> bool:
    """Whether `state` is stable for `party` under nash, gmr, smr, seq or sim."""
    if concept == "nash":
        return model.improvements(party, state).size == 0
    return all(
        _ANSWERS[concept](model, party, state, move).deterred for move in model.improvements(party, state).tolist()
    )


def responses(
    model: Model, movers: Sequence[int], state: int, *, improving: bool, running: bool = False
) -> Iterator[Path]:
    """Every state that the movers can reach together, nearest first, each with one shortest path to it.

    Any number of moves, none twice running (unless `running`), every one an improvement for its mover
    if `improving`.
    """
    step: Callable[[int, int], StateArray] = model.improvements if improving else model.moves
    seen, told = {(state, -1)}, {state}
    frontier: deque[tuple[int, int, Path]] = deque([(state, -1, ())])
    while frontier:
        here, last, path = frontier.popleft()
        for mover in movers:
            if mover == last and not running:
                continue
            for target in step(mover, here).tolist():
                if (target, mover) in seen:
                    continue
                seen.add((target, mover))
                longer = (*path, (mover, target))
                frontier.append((target, mover, longer))
                if target not in told:
                    told.add(target)
                    yield longer


def _others(model: Model, party: int) -> list[int]:
    return [other for other in range(len(model.parties)) if other != party]


def _nothing(model: Model, party: int, state: int, move: int) -> Answer:
    return Answer(move, None)


def _any_moves(model: Model, party: int, state: int, move: int) -> Answer:
    for path in responses(model, _others(model, party), move, improving=False):
        if model.rank(party, path[-1][1]) <= model.rank(party, state):
            return Answer(move, path)
    return Answer(move, None)


def _without_escape(model: Model, party: int, state: int, move: int) -> Answer:
    escape = None
    for path in responses(model, _others(model, party), move, improving=False):
        end = path[-1][1]
        if model.rank(party, end) <= model.rank(party, state):
            way_out = [t for t in model.moves(party, end).tolist() if model.rank(party, t) > model.rank(party, state)]
            if not way_out:
                return Answer(move, path)
            escape = escape or (path, way_out[0])
    return Answer(move, None, escape)


def _improving_moves(model: Model, party: int, state: int, move: int) -> Answer:
    for path in responses(model, _others(model, party), move, improving=True):
        if model.rank(party, path[-1][1]) <= model.rank(party, state):
            return Answer(move, path)
    return Answer(move, None)


def _at_once(model: Model, party: int, state: int, move: int) -> Answer:
    """The other party's improvement from the same state: its step, then the state where both are made."""
    assert isinstance(model, Conflict)
    other = 1 - party
    for target in model.improvements(other, state).tolist():
        both = move + target - state
        if model.feasible[both] and model.rank(party, both) <= model.rank(party, state):
            return Answer(move, ((other, target), (other, both)))
    return Answer(move, None)


_ANSWERS: dict[str, Callable[[Model, int, int, int], Answer]] = {
    "nash": _nothing,
    "gmr": _any_moves,
    "smr": _without_escape,
    "seq": _improving_moves,
    "sim": _at_once,
}
