"""Stability of every state for every party, fast: by the structure of option form, without matrices.

A party moves inside its own slice, the states that share everybody else's options. Three facts follow.

- Unless moves are forbidden one by one, a party that moves twice running could have moved once. So what
  the opponents can reach is a closure inside the slice that shares the focal party's options.
- Whether an improvement is deterred depends only on the worst state that the opponents can reach from
  it, the *answer*: s is unstable for i exactly when i can move to some state that it prefers to s and
  whose answer it prefers to s. So each concept is one labelling of the states with answers, and then
  one sweep along the focal party's own options.
- A state's answer is found by walking moves backwards from the states in ascending order of the focal
  party's rank: the first label is the least, and each list of predecessors is consumed once.

For symmetric metarationality a state counts as the best that the focal party can make of it. With
strength of preference, coarse ranks take the place of ranks in the answers. The definitions themselves
are in `reference`, and tests hold the two together.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.language.records import dataclass

from . import dense, reference
from .graph import Conflict, PlainGraph, StateArray, merged
from .plain import stable_states
from .pointwise import stable
from .preferences import BoolArray, ConflictError, IntArray
from .reference import Uncertain

if TYPE_CHECKING:
    from .kernels import Lists, Shape

BASIC = ("nash", "gmr", "smr", "seq")
STRONG = ("strong_gmr", "strong_smr", "strong_seq")
CONCEPTS = (*BASIC, "sim", *STRONG)
DERIVED = ("seq_or_sim",)

SMALL = 32
FEW_STATES = 512
FEW_MOVES = 2**15

U64 = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Stability:
    """Which states are stable: `table[concept][party]` is a mask over states, in the conflict's numbering.

    Beside the concepts solved for, `seq_or_sim` is an equilibrium of tableaux (stable for each party under one
    of the two), and `weak_gmr`, `weak_smr`, `weak_seq` are stable but not strongly so, where both are known.
    """

    conflict: Conflict | PlainGraph
    table: dict[str, BoolArray]
    method: str = "structure"

    def __repr__(self) -> str:
        found = ", ".join(f"{concept} {self.equilibrium(concept).sum():,}" for concept in self.concepts)
        return f"Stability(equilibria: {found})"

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts that were solved for."""
        return tuple(self.table)

    def mask(self, concept: str, party: str | int) -> BoolArray:
        """Per state, whether it is stable for a party under a concept."""
        result: BoolArray = self._rows(concept)[self.conflict.party(party)]
        return result

    def states(self, concept: str, party: str | int) -> StateArray:
        """The states that are stable for a party under a concept, ascending."""
        return np.flatnonzero(self.mask(concept, party))

    def equilibrium(self, concept: str) -> BoolArray:
        """Per state, whether it is stable for every party."""
        return np.asarray(self._rows(concept).all(axis=0))

    def equilibria(self, concept: str) -> StateArray:
        """The states that are stable for every party, ascending."""
        return np.flatnonzero(self.equilibrium(concept))

    def _rows(self, concept: str) -> BoolArray:
        if concept == "seq_or_sim":
            return self._rows("seq") | self._rows("sim")
        if concept.startswith("weak_"):
            plain = concept.removeprefix("weak_")
            return self._rows(plain) & ~self._rows(f"strong_{plain}")
        if concept not in self.table:
            raise ConflictError(f"{concept} was not solved for; there are {', '.join(self.table)}")
        return self.table[concept]


def default_concepts(model: Conflict | PlainGraph) -> tuple[str, ...]:
    """Nash, GMR, SMR and SEQ; with two parties that have options SIM too."""
    return (*BASIC, "sim") if len(model.parties) == 2 and isinstance(model, Conflict) else BASIC


def solve(
    model: Conflict | PlainGraph,
    concepts: Sequence[str] | None = None,
    *,
    threads: int | None = None,
    method: str = "best",
    uncertain: Uncertain = "a",
) -> Stability:
    """The stability of every state for every party under each concept.

    `method` is `structure`, `arrays` (relations between all pairs of states), `lists` (walks in Python over lists
    of moves) or `definitions`; `best` takes definitions for a handful of states, arrays for a few hundred and lists
    for a few thousand moves, for which nothing need be compiled. `uncertain` says how unknown preferences of a plain
    graph count (`reference.Graph`).

    Raises `ConflictError` for an unknown concept, for SIM with other than two parties, and for a strong
    concept where no party has strength of preference.
    """
    wanted = tuple(concepts) if concepts is not None else default_concepts(model)
    _check_concepts(model, wanted)
    if isinstance(model, PlainGraph):
        everyone = range(len(model.parties))
        rows = {c: np.array([stable_states(model, c, party, uncertain) for party in everyone]) for c in wanted}
        return Stability(model, rows, "lists")
    chosen = _best(model, wanted) if method == "best" else method
    if chosen == "definitions":
        return _by_definition(model, wanted)
    if chosen == "arrays":
        return _by_arrays(model, wanted)
    if chosen == "lists":
        return _by_lists(model, wanted)
    layout = Layout(model)
    if any(concept != "nash" for concept in wanted):
        layout.lists, layout.ranks  # noqa: B018 - once, before the threads ask for them
    table = {concept: np.zeros((len(model.parties), model.space.size), np.bool_) for concept in wanted}

    def one(party: int) -> None:
        for concept, mask in Focal(layout, party).stable(wanted).items():
            table[concept][party] = layout.back(mask)

    workers = threads or os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(len(model.parties))))
        if "sim" in wanted:
            for party, mask in enumerate(_simultaneous(layout, pool, workers)):
                table["sim"][party] = layout.back(mask)
    return Stability(model, table)


def _best(model: Conflict, wanted: tuple[str, ...]) -> str:
    """How to solve a conflict soonest."""
    if model.space.size <= SMALL:
        return "definitions"
    if model.count <= FEW_STATES and not model.forbidden and set(wanted) <= set(BASIC):
        return "arrays"
    moves = sum(int(np.prod([model.space.radix[i] for i in model.own(p)])) for p in range(len(model.parties)))
    return "lists" if model.count * moves <= FEW_MOVES and not set(wanted) & set(STRONG) else "structure"


def _by_arrays(model: Conflict, wanted: tuple[str, ...]) -> Stability:
    table = {concept: np.zeros((len(model.parties), model.space.size), np.bool_) for concept in wanted}
    for concept, rows in dense.stable_states(model, wanted).items():
        table[concept][:, model.states] = rows
    return Stability(model, table, "arrays")


def _by_lists(model: Conflict, wanted: tuple[str, ...]) -> Stability:
    graph, states = merged(model, ()), model.states
    table = {concept: np.zeros((len(model.parties), model.space.size), np.bool_) for concept in wanted}
    for concept in wanted:
        for party in range(len(model.parties)):
            if concept == "sim":
                table[concept][party, states] = [stable(model, concept, party, s) for s in states.tolist()]
            else:
                table[concept][party, states] = stable_states(graph, concept, party)
    return Stability(model, table, "lists")


def _by_definition(model: Conflict, wanted: tuple[str, ...]) -> Stability:
    graph = reference.graph_of(model)
    table = {concept: np.zeros((len(model.parties), model.space.size), np.bool_) for concept in wanted}
    for concept in wanted:
        for party in range(len(model.parties)):
            table[concept][party, sorted(reference.stable_states(graph, concept, party))] = True
    return Stability(model, table, "definitions")


def _check_concepts(model: Conflict | PlainGraph, wanted: Sequence[str]) -> None:
    for concept in wanted:
        if concept not in CONCEPTS:
            raise ConflictError(f"there is no concept {concept}; there are {', '.join((*CONCEPTS, *DERIVED))}")
        if concept in STRONG and not model.has_strength:
            raise ConflictError(f"{concept} needs strength of preference, which no party has; mark strong ranks")
    if "sim" in wanted and isinstance(model, PlainGraph):
        raise ConflictError("sim is defined for two parties with options; a plain graph has none")
    if "sim" in wanted and len(model.parties) != 2:
        raise ConflictError(f"sim is defined for two parties; this conflict has {len(model.parties)}")


class Layout:
    """A conflict regrouped so that each party's options stand together, its one-way options last.

    Without `two_way_first` a party's options keep their order, which `sweep_max` cannot use.
    """

    def __init__(self, model: Conflict, *, two_way_first: bool = True) -> None:
        self.model = model
        self.parties = len(model.parties)
        self.own = [_two_way_first(model, p) if two_way_first else list(model.own(p)) for p in range(self.parties)]
        self.options = [i for own in self.own for i in own]
        radix = model.space.radix
        axes = len(radix)
        self._shape = tuple(reversed(radix))
        self._axes = [axes - 1 - i for i in reversed(self.options)]
        self._inverse = list(np.argsort(self._axes))
        self._moved = self.options != sorted(self.options)
        self.feasible = self.forth(model.feasible)
        self.all_feasible = bool(self.feasible.all())
        self.rank = np.concatenate([self.forth(preference.rank) for preference in model.preferences])
        self.size = np.ones(self.parties, np.int64)
        self.both = np.ones(self.parties, np.int64)
        for party in range(self.parties):
            for i in model.own(party):
                self.size[party] *= radix[i]
                if model.options[i].direction == "both":
                    self.both[party] *= radix[i]
        self.stride = np.concatenate([[1], np.cumprod(self.size)[:-1]]).astype(np.int64)
        self.ruled = [any(rule.party == name for rule in model.forbidden) for name in model.parties]

    def forth(self, values: NDArray[Any]) -> NDArray[Any]:
        """Per-state values in regrouped order."""
        if not self._moved:
            return values
        return np.ascontiguousarray(values.reshape(self._shape).transpose(self._axes)).ravel()

    def back(self, values: NDArray[Any]) -> NDArray[Any]:
        """Regrouped values in the conflict's own order."""
        if not self._moved:
            return values
        shape = tuple(self._shape[axis] for axis in self._axes)
        return np.ascontiguousarray(values.reshape(shape).transpose(self._inverse)).ravel()

    def rank_of(self, party: int) -> IntArray:
        """A party's ranks, regrouped."""
        states = self.model.space.size
        result: IntArray = self.rank[party * states : (party + 1) * states]
        return result

    def one_way(self, party: int) -> tuple[NDArray[np.int64], BoolArray]:
        """The sizes of a party's one-way options, and which of them rise."""
        options = [self.model.options[i] for i in self.own[party]]
        found = [(len(option.levels), option.direction == "up") for option in options if option.direction != "both"]
        return np.array([size for size, _ in found], np.int64), np.array([up for _, up in found], np.bool_)

    @cached_property
    def shape(self) -> Shape:
        """Slices, needs and haves, as the kernels take them."""
        from .kernels import Shape

        codes = [self._codes(party) for party in range(self.parties)]
        code_of = np.concatenate([[0], np.cumsum(self.size)[:-1]]).astype(np.int64)
        rules = [self.rules(party) for party in range(self.parties)] if any(self.ruled) else []
        none = np.zeros(0, np.uint64)
        return Shape(
            self.stride,
            self.size,
            np.array([_logarithms(*pair) for pair in zip(self.stride.tolist(), self.size.tolist(), strict=True)]),
            np.concatenate([code for code, _ in codes]),
            np.concatenate([room for _, room in codes]),
            code_of,
            np.concatenate([source for source, _ in rules]) if rules else none,
            np.concatenate([target for _, target in rules]) if rules else none,
        )

    def _codes(self, party: int) -> tuple[U64, U64]:
        """Per position in a slice, its one-way levels as thermometers: what moving from it needs, and has.

        The level l of a rising option sets the first l bits of its thermometer; a falling option counts
        from its top. Bits that rules use are always had.
        """
        position = np.arange(self.size[party])
        code = np.zeros(position.size, np.uint64)
        shift = len(self.model.forbidden)
        for option in (self.model.options[i] for i in self.own[party]):
            size = len(option.levels)
            level = position % size
            position = position // size
            if option.direction == "both":
                continue
            height = (level if option.direction == "up" else size - 1 - level).astype(np.uint64)
            code |= ((np.uint64(1) << height) - np.uint64(1)) << np.uint64(shift)
            shift += size - 1
        if shift > 64:
            raise ConflictError(
                f"{self.model.parties[party]} has one-way options and forbidden moves of {shift} steps in all; "
                "at most 64 are taken: state fewer levels or rules"
            )
        return code, code | np.uint64((1 << len(self.model.forbidden)) - 1)

    def rules(self, party: int) -> tuple[U64, U64]:
        """Per state, the rules (as bits) that bind moves from it, and all but those that bind moves to it."""
        states = self.model.space.size
        source, target = np.zeros(states, np.uint64), np.full(states, 2**64 - 1, np.uint64)
        for bit, rule in enumerate(self.model.forbidden):
            if rule.party == self.model.parties[party]:
                source |= self.forth(rule.source).astype(np.uint64) << np.uint64(bit)
                target &= ~(self.forth(rule.target).astype(np.uint64) << np.uint64(bit))
        return source, target

    @cached_property
    def plain(self) -> bool:
        """Whether no move needs anything: nothing one-way, nothing forbidden."""
        return not any(self.ruled) and bool((self.both == self.size).all())

    @cached_property
    def ranks(self) -> IntArray:
        """Every party's rank of every state, `[state, party]`."""
        return np.ascontiguousarray(self.rank.reshape(self.parties, -1).T)

    @cached_property
    def lists(self) -> Lists:
        """Every party's predecessors: feasible states by slice, need and rank."""
        from .kernels import Lists

        parts = [self._lists_of(party) for party in range(self.parties)]
        at = np.cumsum([0, *(part.order.size for part in parts)])
        lists = np.cumsum([0, *(part.begin.size for part in parts)])
        slices = [part.first.size or part.begin.size for part in parts]
        end = np.array([at[-1]], np.int32)
        return Lists(
            np.concatenate([part.order for part in parts]),
            np.concatenate([*(part.begin + np.int32(at[i]) for i, part in enumerate(parts)), end]),
            np.concatenate([part.need for part in parts]),
            np.concatenate([part.first + np.int32(lists[i]) for i, part in enumerate(parts)]),
            np.cumsum([0, *slices]),
        )

    def _lists_of(self, party: int) -> Lists:
        from . import kernels

        rank, states = self.rank_of(party), self.model.space.size
        by_rank = kernels.sort_by_rank(rank, int(rank.max()) + 1)
        stride, size = int(self.stride[party]), int(self.size[party])
        order, start = kernels.slices_in_order(by_rank, stride, size, states)
        nothing, none = np.zeros(0, np.uint64), np.zeros(0, np.int32)
        if self.plain:
            return kernels.Lists(order, start[:-1].astype(np.int32), nothing, none, start[:0])
        begin, end, first = (np.zeros(n, np.int32) for n in (order.size, order.size, start.size))
        need = np.zeros(order.size, np.uint64)
        found = kernels.split_by_need(order, start, self.needs(party), begin, end, need, first)
        return kernels.Lists(order, begin[:found].copy(), need[:found].copy(), first, start[:0])

    def needs(self, party: int) -> U64:
        """Per state, what a party's moves from it need."""
        return self._spread(self.shape.code, party) | self._of_rules(self.shape.source, party, 0)

    def haves(self, party: int) -> U64:
        """Per state, what it has for a party's moves to it."""
        return self._spread(self.shape.room, party) & self._of_rules(self.shape.target, party, 2**64 - 1)

    def _of_rules(self, bits: U64, party: int, default: int) -> U64 | np.uint64:
        states = self.model.space.size
        return bits[party * states : (party + 1) * states] if bits.size else np.uint64(default)

    def _spread(self, codes: U64, party: int) -> U64:
        size, at = int(self.size[party]), int(self.shape.code_of[party])
        one = np.repeat(codes[at : at + size], int(self.stride[party]))
        return np.tile(one, self.model.space.size // one.size)


def _logarithms(stride: int, size: int) -> tuple[int, int]:
    """The binary logarithms of two powers of two; (-1, -1) unless both are."""
    if stride & (stride - 1) or size & (size - 1):
        return -1, -1
    return stride.bit_length() - 1, size.bit_length() - 1


def _two_way_first(model: Conflict, party: int) -> list[int]:
    return sorted(model.own(party), key=lambda i: (model.options[i].direction != "both", i))


class Focal:
    """One party's stability, in regrouped order."""

    def __init__(self, layout: Layout, party: int) -> None:
        self.layout, self.party = layout, party
        self.rank = layout.rank_of(party)
        others = [ruled for other, ruled in enumerate(layout.ruled) if other != party]
        self.restricted = any(others)
        self.free = layout.all_feasible and not self.restricted

    def stable(self, concepts: Sequence[str]) -> dict[str, BoolArray]:
        """A mask per concept (SIM excepted)."""
        asked: dict[str, Callable[[], BoolArray]] = {
            "nash": self.nash,
            "gmr": self.gmr,
            "smr": self.smr,
            "seq": self.seq,
            "strong_gmr": self.strong_gmr,
            "strong_smr": self.strong_smr,
            "strong_seq": self.strong_seq,
        }
        return {c: asked[c]() & self.layout.feasible for c in concepts if c != "sim"}

    def nash(self) -> BoolArray:
        """No move leads to a better state."""
        return self.makes_of(self.rank) <= self.rank

    def gmr(self) -> BoolArray:
        """Every better state has an answer, by any moves, that is not better."""
        return self.own_best(self.answer(self.rank)) <= self.rank

    def smr(self) -> BoolArray:
        """Every better state has an answer from which the party can make nothing better."""
        return self.own_best(np.minimum(self.rank, self.answer(self.makes_of(self.rank)))) <= self.rank

    def seq(self) -> BoolArray:
        """Every better state has an answer, by moves that improve on each mover's lot, that is not better."""
        return self.own_best(self.answer(self.rank, improving=True)) <= self.rank

    def strong_gmr(self) -> BoolArray:
        """Every better state has an answer that is much worse."""
        return self._much_worse(self.answer(self.coarse))

    def strong_smr(self) -> BoolArray:
        """Every better state has an answer from which everything the party can make of it is much worse."""
        return self._much_worse(np.minimum(self.coarse, self.answer(self.makes_of(self.coarse))))

    def strong_seq(self) -> BoolArray:
        """Every better state has an answer, by improving moves, that is much worse."""
        return self._much_worse(self.answer(self.coarse, improving=True))

    @cached_property
    def coarse(self) -> IntArray:
        """The party's coarse ranks; without strength of preference nothing is much better."""
        coarse = self.layout.model.preferences[self.party].coarse
        if coarse is None:
            return np.where(self.layout.feasible, 0, -1).astype(np.int32)
        return self.layout.forth(coarse)

    def _much_worse(self, answer: IntArray) -> BoolArray:
        """Unstable is a move to a better state whose answer is not much worse: in order of (answer, rank)."""
        scale = np.int64(int(self.rank.max()) + 2)
        key = np.where(self.layout.feasible, answer * scale + self.rank, -1)
        stable: BoolArray = self.own_best(key) <= self.coarse * scale + self.rank
        return stable

    def makes_of(self, value: IntArray) -> IntArray:
        """The best the party can make of each state: its own value or that of a state it can move to."""
        best: IntArray = np.maximum(value, self.own_best(value))
        return best if self.layout.all_feasible else np.where(self.layout.feasible, best, best.dtype.type(-1))

    def own_best(self, value: NDArray[Any]) -> NDArray[Any]:
        """The greatest value among the states the party can move to (its own may be counted)."""
        if not self.layout.ruled[self.party]:
            return self._swept(value.copy(), self.party)
        source, target = self.layout.rules(self.party)
        result = np.full(value.size, -1, value.dtype)
        for rules in np.unique(source[self.layout.feasible]):
            allowed = (rules & ~target) == 0
            swept = self._swept(np.where(allowed, value, value.dtype.type(-1)), self.party)
            np.copyto(result, swept, where=source == rules)
        return result

    def answer(self, value: IntArray, *, improving: bool = False) -> IntArray:
        """The least value that the opponents can reach from each state, or its own."""
        from . import kernels

        if self.free and not improving:
            flipped = -value
            for other in range(self.layout.parties):
                if other != self.party:
                    flipped = self._swept(flipped, other)
            return -flipped
        layout = self.layout
        if layout.plain and not improving:
            return kernels.least_in_component(self.component, value)
        targets = kernels.sort_by_rank(value, int(value.max()) + 1)
        walk = kernels.least_reached_by_need
        if layout.plain:
            walk = kernels.least_reached
        elif self.restricted:
            walk = kernels.least_reached_in_turn
        return walk(self.party, targets, value, layout.ranks, improving, layout.shape, layout.lists)

    @cached_property
    def component(self) -> IntArray:
        """Where moves can all be undone, the opponents reach a component: the number of its first state."""
        from . import kernels

        layout = self.layout
        states = np.flatnonzero(layout.feasible).astype(np.int32)
        number = np.arange(layout.feasible.size, dtype=np.int32)
        return kernels.least_reached(self.party, states, number, layout.ranks, False, layout.shape, layout.lists)

    def _swept(self, values: NDArray[Any], party: int) -> NDArray[Any]:
        from . import kernels

        layout = self.layout
        radix, rising = layout.one_way(party)
        kernels.sweep_max(values, int(layout.stride[party]), int(layout.size[party]),
                          int(layout.both[party]), radix, rising)  # fmt: skip
        return values


def _simultaneous(layout: Layout, pool: ThreadPoolExecutor, workers: int) -> list[BoolArray]:
    """Simultaneous stability for each of two parties."""
    from . import kernels

    width, height = int(layout.size[0]), int(layout.size[1])
    first = layout.rank_of(0).reshape(height, width)
    second = layout.rank_of(1).reshape(height, width)
    stable = [np.zeros((height, width), np.bool_), np.zeros((width, height), np.bool_)]
    if any(layout.ruled):
        need = [layout.needs(party).reshape(height, width) for party in (0, 1)]
        have = [layout.haves(party).reshape(height, width) for party in (0, 1)]
        kernels.simultaneous_by_pairs(first, second, need[0], have[0], need[1], have[1], stable[0])
        turn = np.ascontiguousarray
        kernels.simultaneous_by_pairs(
            turn(second.T),
            turn(first.T),
            turn(need[1].T),
            turn(have[1].T),
            turn(need[0].T),
            turn(have[0].T),
            stable[1],
        )
    else:
        shape = layout.shape
        need = [shape.code[:width], shape.code[width:]]
        have = [shape.room[:width], shape.room[width:]]
        tasks = [(0, first, np.ascontiguousarray(second.T)), (1, np.ascontiguousarray(second.T), first)]
        jobs = []
        for party, value, other in tasks:
            ends = np.linspace(0, value.shape[1], workers + 1).astype(int).tolist()
            for low, high in pairwise(ends):
                jobs.append(pool.submit(
                    kernels.simultaneous, low, high, value, other,
                    need[party], have[party], need[1 - party], have[1 - party], stable[party],
                ))  # fmt: skip
        for job in jobs:
            job.result()
    return [stable[0].ravel() & layout.feasible, np.ascontiguousarray(stable[1].T).ravel() & layout.feasible]
