"""One state, one party, move by move: why it is stable or not, with the moves that make it so.

Concepts as in `reference`, but walking only where the question leads, in any model, and keeping the paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import numpy as np

from detente.language.records import dataclass

from .graph import Conflict, Model, StateArray
from .preferences import BoolArray, ConflictError

Step: TypeAlias = tuple[int, int]
Path: TypeAlias = tuple[Step, ...]
CHUNK = 4096


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
    """Why a state is stable for a party under a concept, or not: an answer per improvement.

    `cut` says that enough was found to call it unstable, and further improvements were not looked at.
    """

    concept: str
    party: int
    state: int
    answers: tuple[Answer, ...]
    cut: bool = False

    @property
    def stable(self) -> bool:
        """Whether every improvement is deterred; in particular when there is none."""
        return all(answer.deterred for answer in self.answers)


def reason(model: Model, concept: str, party: int, state: int, *, enough: int | None = None) -> Reason:
    """Why `state` is or is not stable for `party`; best improvements first.

    Stops after `enough` improvements that nothing deters, if given. Raises `ConflictError` for a concept that
    has no explanation and for an infeasible state.
    """
    if not model.has(state):
        raise ConflictError(f"there is no feasible state {state}")
    if concept not in _ANSWERS:
        raise ConflictError(f"there is no explanation for {concept}; there is one for {', '.join(_ANSWERS)}")
    if concept == "sim" and (len(model.parties) != 2 or not isinstance(model, Conflict)):
        raise ConflictError("sim is defined for two parties with options")
    answer = _ANSWERS[concept]
    better = sorted(model.improvements(party, state).tolist(), key=lambda t: (-model.rank(party, t), t))
    answers: list[Answer] = []
    undeterred = 0
    for move in better:
        if enough is not None and undeterred >= enough:
            break
        answers.append(answer(model, party, state, move))
        undeterred += not answers[-1].deterred
    return Reason(concept, party, state, tuple(answers), cut=len(answers) < len(better))


def stable(model: Model, concept: str, party: int, state: int) -> bool:
    """Whether `state` is stable for `party` under nash, gmr, smr, seq or sim."""
    if concept == "nash":
        return model.improvements(party, state).size == 0
    return all(
        _ANSWERS[concept](model, party, state, move).deterred for move in model.improvements(party, state).tolist()
    )


@dataclass(frozen=True, eq=False)
class Layer:
    """What can first be reached by so many moves: states, who moved last, and from where in the layer before.

    `fresh` marks states that no earlier entry has.
    """

    states: StateArray
    movers: StateArray
    parents: StateArray
    fresh: BoolArray
    before: Layer | None

    def path(self, i: int) -> Path:
        """The moves that lead to the i-th entry."""
        steps: list[Step] = []
        layer = self
        while layer.before is not None:
            steps.append((int(layer.movers[i]), int(layer.states[i])))
            i, layer = int(layer.parents[i]), layer.before
        return tuple(reversed(steps))


def layers(model: Model, movers: Sequence[int], start: int, *, improving: bool) -> Iterator[Layer]:
    """What the movers can reach together from `start`: any number of moves, none twice running, nearest first.

    With `improving`, every move is to a state that its mover is known to prefer. Where two moves running are
    always one, it is enough to come to each state once; otherwise once by each mover.
    """
    once = all(model.transitive(mover) for mover in movers)
    last = 1 if once else len(model.parties)
    told = np.zeros(int(model.states[-1]) + 1, np.bool_)
    told[start] = True
    seen = told.copy() if once else np.zeros(told.size * last, np.bool_)
    none = np.full(1, len(model.parties))
    layer = Layer(np.array([start]), none, np.zeros(1, np.int64), np.ones(1, np.bool_), None)
    while layer.states.size and movers:
        found = [_moved(model, mover, layer, improving) for mover in movers]
        states, by, parents = (np.concatenate([part[i] for part in found]) for i in range(3))
        key = states if once else states * last + by
        new = _first(key, seen)
        fresh = _first(states[new], told)
        mask = np.zeros(new.size, np.bool_)
        mask[fresh] = True
        layer = Layer(states[new], by[new], parents[new], mask, layer)
        if mask.any():
            yield layer


def _moved(model: Model, mover: int, layer: Layer, improving: bool) -> tuple[StateArray, StateArray, StateArray]:
    """The mover's moves from a layer, except where it has just moved: where they lead, who, and from which entry."""
    able = np.flatnonzero(layer.movers != mover)
    ends, parents = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for chunk in np.array_split(able, 1 + able.size // CHUNK):
        position, reached = model.spread(mover, layer.states[chunk])
        if improving:
            left = layer.states[chunk][position]
            better = model.ranks(mover, reached) > model.ranks(mover, left)
            better &= ~model.unsure(mover, reached, left)
            position, reached = position[better], reached[better]
        ends.append(reached)
        parents.append(chunk[position])
    states = np.concatenate(ends)
    return states, np.full(states.size, mover), np.concatenate(parents)


def _first(key: StateArray, seen: BoolArray) -> StateArray:
    """Positions of keys that are new, each once, in order; they are then seen."""
    new = np.flatnonzero(~seen[key])
    first = np.unique(key[new], return_index=True)[1]
    seen[key[new]] = True
    return np.sort(new[first])


def responses(model: Model, movers: Sequence[int], state: int, *, improving: bool) -> Iterator[Path]:
    """A shortest path to every state that the movers can reach together, nearest first."""
    for layer in layers(model, movers, state, improving=improving):
        for i in np.flatnonzero(layer.fresh).tolist():
            yield layer.path(i)


def first_response(
    model: Model, movers: Sequence[int], state: int, wanted: Callable[[StateArray], BoolArray], *, improving: bool
) -> Path | None:
    """A shortest path to a state that `wanted` (of many states at once) marks, or None."""
    for layer in layers(model, movers, state, improving=improving):
        fresh = np.flatnonzero(layer.fresh)
        good = np.flatnonzero(wanted(layer.states[fresh]))
        if good.size:
            return layer.path(int(fresh[good[0]]))
    return None


def _others(model: Model, party: int) -> list[int]:
    return [other for other in range(len(model.parties)) if other != party]


def _nothing(model: Model, party: int, state: int, move: int) -> Answer:
    return Answer(move, None)


def _no_better(model: Model, party: int, state: int) -> Callable[[StateArray], BoolArray]:
    return lambda states: model.ranks(party, states) <= model.rank(party, state)


def _any_moves(model: Model, party: int, state: int, move: int) -> Answer:
    wanted = _no_better(model, party, state)
    return Answer(move, first_response(model, _others(model, party), move, wanted, improving=False))


def _improving_moves(model: Model, party: int, state: int, move: int) -> Answer:
    wanted = _no_better(model, party, state)
    return Answer(move, first_response(model, _others(model, party), move, wanted, improving=True))


def _without_escape(model: Model, party: int, state: int, move: int) -> Answer:
    no_better = _no_better(model, party, state)

    def wanted(states: StateArray) -> BoolArray:
        held = no_better(states)
        bad = np.flatnonzero(held)
        position, reached = model.spread(party, states[bad])
        held[bad[position[~no_better(reached)]]] = False
        return held

    path = first_response(model, _others(model, party), move, wanted, improving=False)
    if path is not None:
        return Answer(move, path)
    tried = first_response(model, _others(model, party), move, no_better, improving=False)
    if tried is None:
        return Answer(move, None)
    out = model.moves(party, tried[-1][1])
    return Answer(move, None, (tried, int(out[~no_better(out)][0])))


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
