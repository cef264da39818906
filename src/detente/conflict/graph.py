"""The graph model of a conflict: states, who can move the dispute between them, and who prefers which.

Fang, Hipel and Kilgour, *Interactive Decision Making: The Graph Model for Conflict Resolution* (1993).
In *option form* a state is one level for every option. A party moves by changing any of its own options
at once, within what is feasible, what is irreversible and what is forbidden. In *plain form* states are
bare nodes and every party's moves are listed.

A state's number is mixed radix with the first option least significant: with binary options, bit i is 1
when option i is taken. Arrays over states hold all of them, infeasible ones too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.language.records import dataclass

from .preferences import BoolArray, ConflictError, IntArray, Preference, Statement, prioritised

Direction: TypeAlias = Literal["both", "up", "down"]
StateArray: TypeAlias = NDArray[np.int64]

BYTES_PER_STATE = 100
LARGEST = 2**26
MOST_LEVELS = 64


@dataclass(frozen=True)
class Option:
    """What a party can set: its name, who sets it, its levels in order and the direction it may move in.

    `up` means that the level never falls (binary: may be taken, not given back), `down` the reverse.
    """

    name: str
    party: str
    levels: tuple[str, ...] = ("no", "yes")
    direction: Direction = "both"


@dataclass(frozen=True, eq=False)
class Forbidden:
    """Moves that `party` may not make: from any state in `source` to any state in `target`."""

    party: str
    source: BoolArray
    target: BoolArray
    text: str = ""


class Space:
    """The states that a list of options spans. `space["us.talks"]` is that option's level in every state."""

    def __init__(self, options: Iterable[Option]) -> None:
        self.options = tuple(options)
        for option in self.options:
            if not 1 <= len(option.levels) <= MOST_LEVELS:
                count = len(option.levels)
                raise ConflictError(f"option {option.name} has {count} levels; give from two to {MOST_LEVELS}")
        self.radix = tuple(len(option.levels) for option in self.options)
        size = 1
        for levels in self.radix:
            size *= levels
        if size > LARGEST:
            raise ConflictError(
                f"{len(self.options)} options span {size:,} states, which would take about "
                f"{size * BYTES_PER_STATE / 1e9:,.0f} GB; at most {LARGEST:,} states are taken: "
                "drop options that decide nothing, or split the conflict"
            )
        self.size = size
        self.strides = tuple(int(np.prod(self.radix[:i], dtype=np.int64)) for i in range(len(self.radix)))
        self.index = {option.name: i for i, option in enumerate(self.options)}

    def __getitem__(self, name: str) -> NDArray[np.uint8]:
        if name not in self.index:
            raise ConflictError(f"there is no option {name}; there are {', '.join(self.index)}")
        i = self.index[name]
        one = np.repeat(np.arange(self.radix[i], dtype=np.uint8), self.strides[i])
        return np.tile(one, self.size // one.size)

    def levels(self, state: int) -> tuple[int, ...]:
        """The level of every option in a state, in file order."""
        return tuple(state // stride % radix for stride, radix in zip(self.strides, self.radix, strict=True))

    def number(self, levels: Sequence[int]) -> int:
        """The number of the state with these levels, in file order."""
        return sum(level * stride for level, stride in zip(levels, self.strides, strict=True))


@dataclass(frozen=True, eq=False)
class Conflict:
    """A conflict in option form. Build one with `conflict(...)`, which checks what it is given."""

    parties: tuple[str, ...]
    space: Space
    feasible: BoolArray
    preferences: tuple[Preference, ...]
    forbidden: tuple[Forbidden, ...] = ()
    start: int | None = None
    title: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return (
            f"Conflict({', '.join(self.parties)}; {len(self.options)} options, "
            f"{self.count:,} of {self.space.size:,} states feasible)"
        )

    @property
    def options(self) -> tuple[Option, ...]:
        """The options, in file order."""
        return self.space.options

    @cached_property
    def count(self) -> int:
        """How many states are feasible."""
        return int(np.count_nonzero(self.feasible))

    @cached_property
    def states(self) -> StateArray:
        """The numbers of the feasible states, ascending."""
        return np.flatnonzero(self.feasible)

    @property
    def has_strength(self) -> bool:
        """Whether any party much prefers some states."""
        return any(preference.coarse is not None for preference in self.preferences)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was noticed in the preferences and changes no answer."""
        return tuple(text for preference in self.preferences for text in preference.warnings)

    def party(self, name: str | int) -> int:
        """The position of a party, by name (or position)."""
        return _position(name, self.parties)

    def unsure(self, party: int, a: StateArray, b: StateArray) -> BoolArray:
        """Pair by pair, whether the party's preference is unknown: never, in option form."""
        return np.zeros(a.size, np.bool_)

    def place(self, party: int, state: int) -> int:
        """A state's place in a party's order: 1 and the number of states that it prefers."""
        rank = self.preferences[party].rank
        return 1 + int(np.count_nonzero(rank > rank[state]))

    def has(self, state: int) -> bool:
        """Whether there is such a state, and it is feasible."""
        return 0 <= state < self.space.size and bool(self.feasible[state])

    def state_name(self, state: int) -> str:
        """The state's number, as text."""
        return str(state)

    def own(self, party: int) -> tuple[int, ...]:
        """The positions of a party's options, in file order."""
        name = self.parties[party]
        return tuple(i for i, option in enumerate(self.options) if option.party == name)

    def rank(self, party: int, state: int) -> int:
        """A state's rank for a party: 0 the worst."""
        return int(self.preferences[party].rank[state])

    def moves(self, party: int, state: int) -> StateArray:
        """The states a party can move to from `state` in one go, ascending; `state` itself is none."""
        return self.spread(party, np.array([state]))[1]

    def spread(self, party: int, states: StateArray) -> tuple[StateArray, StateArray]:
        """All moves of a party from any of `states`: positions in `states`, and where each move leads."""
        space, offsets, home = self.space, self._offsets[party], states.copy()
        legal = np.ones((states.size, offsets.size), np.bool_)
        for i in self.own(party):
            level = states // space.strides[i] % space.radix[i]
            home -= level * space.strides[i]
            there = offsets // space.strides[i] % space.radix[i]
            if space.options[i].direction == "up":
                legal &= there[None, :] >= level[:, None]
            elif space.options[i].direction == "down":
                legal &= there[None, :] <= level[:, None]
        reached = home[:, None] + offsets[None, :]
        legal &= self.feasible[reached] & (reached != states[:, None])
        for rule in self.forbidden:
            if rule.party == self.parties[party]:
                legal &= ~(rule.source[states][:, None] & rule.target[reached])
        return np.nonzero(legal)[0], np.asarray(reached[legal], np.int64)

    def transitive(self, party: int) -> bool:
        """Whether two moves of a party running are always one move: unless some are forbidden."""
        return not any(rule.party == self.parties[party] for rule in self.forbidden)

    def ranks(self, party: int, states: StateArray) -> NDArray[np.float64]:
        """The ranks of many states for a party."""
        return self.preferences[party].rank[states].astype(np.float64)

    def improvements(self, party: int, state: int) -> StateArray:
        """The moves of a party from `state` to states that it prefers (unilateral improvements)."""
        reached = self.moves(party, state)
        rank = self.preferences[party].rank
        better: BoolArray = rank[reached] > rank[state]
        return np.asarray(reached[better], np.int64)

    @cached_property
    def _offsets(self) -> tuple[StateArray, ...]:
        return tuple(self._offsets_of(party) for party in range(len(self.parties)))

    def _offsets_of(self, party: int) -> StateArray:
        offsets = np.zeros(1, np.int64)
        for i in self.own(party):
            steps = np.arange(self.space.radix[i]) * self.space.strides[i]
            offsets = (steps[:, None] + offsets[None, :]).ravel()
        return np.sort(offsets)

    def with_preferences(self, preferences: Mapping[str, Preference]) -> Conflict:
        """The same conflict where the named parties prefer otherwise."""
        changed = list(self.preferences)
        for name, preference in preferences.items():
            changed[self.party(name)] = preference
        return replace(self, preferences=tuple(changed))


def _position(name: str | int, parties: tuple[str, ...]) -> int:
    if isinstance(name, int) and 0 <= name < len(parties):
        return name
    if name not in parties:
        raise ConflictError(f"there is no party {name}; there are {', '.join(parties)}")
    return parties.index(str(name))


def conflict(
    parties: Sequence[str],
    options: Iterable[Option] | Space,
    preferences: Mapping[str, Preference | Sequence[Statement | Sequence[Statement]]],
    *,
    feasible: BoolArray | None = None,
    infeasible: Iterable[BoolArray] = (),
    forbidden: Iterable[Forbidden] = (),
    start: int | None = None,
    title: str = "",
    labels: Mapping[str, str] | None = None,
) -> Conflict:
    """A checked conflict in option form.

    `infeasible` are masks over states, each true where a combination cannot be. A party that
    `preferences` leaves out is indifferent between all states. Raises `ConflictError` for no feasible
    state, an option of no party, names used twice, a start that is infeasible, and too many states.
    """
    space = options if isinstance(options, Space) else Space(options)
    _check_names(parties, space.options)
    allowed = np.ones(space.size, np.bool_) if feasible is None else np.asarray(feasible, np.bool_).copy()
    _check_mask(allowed, space, "the feasible states")
    for mask in infeasible:
        _check_mask(mask, space, "an infeasible combination")
        allowed &= ~mask
    if not allowed.any():
        raise ConflictError("no state is feasible: the infeasible combinations exclude everything; drop one")
    for name in preferences:
        if name not in parties:
            raise ConflictError(f"preferences of {name}: there is no such party; there are {', '.join(parties)}")
    rules = tuple(forbidden)
    for rule in rules:
        if rule.party not in parties:
            raise ConflictError(f"forbidden move {rule.text!r}: there is no party {rule.party}")
        _check_mask(rule.source, space, f"forbidden move {rule.text!r}")
        _check_mask(rule.target, space, f"forbidden move {rule.text!r}")
    if start is not None and not (0 <= start < space.size and allowed[start]):
        raise ConflictError(f"start: state {start} is not feasible; start from one that is")
    chosen = tuple(_preference(preferences.get(name, ()), allowed, name) for name in parties)
    return Conflict(tuple(parties), space, allowed, chosen, rules, start, title, dict(labels or {}))


def _preference(
    given: Preference | Sequence[Statement | Sequence[Statement]], feasible: BoolArray, party: str
) -> Preference:
    if not isinstance(given, Preference):
        return prioritised(given, feasible, party=party)
    if given.rank.shape != feasible.shape:
        raise ConflictError(f"preferences of {party} rank {given.rank.size} states; there are {feasible.size}")
    return given


def _check_names(parties: Sequence[str], options: Sequence[Option]) -> None:
    for what, names in (("party", list(parties)), ("option", [option.name for option in options])):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ConflictError(f"{what} {twice[0]} is named twice; rename one")
    if not parties:
        raise ConflictError("a conflict needs at least one party")
    for option in options:
        if option.party not in parties:
            raise ConflictError(
                f"option {option.name} belongs to {option.party or 'nobody'}, who is no party of this conflict; "
                f"give it to one of {', '.join(parties)}"
            )


def _check_mask(mask: BoolArray, space: Space, what: str) -> None:
    if np.shape(mask) != (space.size,):
        raise ConflictError(f"{what}: {np.size(mask)} truth values for {space.size} states; give one each")


class Model(Protocol):
    """What option form and plain form share: enough to walk the graph state by state."""

    @property
    def parties(self) -> tuple[str, ...]: ...
    @property
    def states(self) -> StateArray: ...
    @property
    def start(self) -> int | None: ...
    def party(self, name: str | int) -> int: ...
    def moves(self, party: int, state: int) -> StateArray: ...
    def improvements(self, party: int, state: int) -> StateArray: ...
    def spread(self, party: int, states: StateArray) -> tuple[StateArray, StateArray]: ...
    def transitive(self, party: int) -> bool: ...
    def ranks(self, party: int, states: StateArray) -> NDArray[np.float64]: ...
    def unsure(self, party: int, a: StateArray, b: StateArray) -> BoolArray: ...
    def rank(self, party: int, state: int) -> float: ...
    def place(self, party: int, state: int) -> int: ...
    def has(self, state: int) -> bool: ...
    def state_name(self, state: int) -> str: ...


@dataclass(frozen=True, eq=False)
class PlainGraph:
    """A conflict in plain form: named states, every party's moves and what it thinks of each state.

    `arcs[party][state]` are the states it can move to. `payoffs[party][state]` is a number, higher
    better, equal meaning indifferent. `unknown[party]` holds pairs (as frozensets) between which the
    party's preference is not known, whatever the numbers say. `much[party]` holds ordered pairs (a, b)
    where a is much preferred to b.
    """

    names: tuple[str, ...]
    parties: tuple[str, ...]
    arcs: tuple[tuple[frozenset[int], ...], ...]
    payoffs: tuple[tuple[float, ...], ...]
    unknown: tuple[frozenset[frozenset[int]], ...] = ()
    much: tuple[frozenset[tuple[int, int]], ...] = ()
    start: int | None = None
    title: str = ""

    def __repr__(self) -> str:
        return f"PlainGraph({', '.join(self.parties)}; {len(self.names)} states)"

    @property
    def has_strength(self) -> bool:
        """Whether any party much prefers some states."""
        return any(self.much)

    @property
    def states(self) -> StateArray:
        """The positions of all states."""
        return np.arange(len(self.names))

    def party(self, name: str | int) -> int:
        """The position of a party, by name (or position)."""
        return _position(name, self.parties)

    def moves(self, party: int, state: int) -> StateArray:
        """The states a party can move to, ascending."""
        return np.array(sorted(self.arcs[party][state]), np.int64)

    def spread(self, party: int, states: StateArray) -> tuple[StateArray, StateArray]:
        """All moves of a party from any of `states`: positions in `states`, and where each move leads."""
        reached = [self.moves(party, state) for state in states.tolist()]
        position = np.repeat(np.arange(states.size), [targets.size for targets in reached])
        return position, np.concatenate([*reached, np.zeros(0, np.int64)])

    def transitive(self, party: int) -> bool:
        """Whether two moves of a party running are always one move: not known of listed moves."""
        return False

    def ranks(self, party: int, states: StateArray) -> NDArray[np.float64]:
        """The payoffs of many states for a party."""
        return np.array(self.payoffs[party])[states]

    def unsure(self, party: int, a: StateArray, b: StateArray) -> BoolArray:
        """Pair by pair, whether the party's preference is unknown."""
        unknown = self.unknown[party] if self.unknown else frozenset[frozenset[int]]()
        pairs = zip(a.tolist(), b.tolist(), strict=True)
        return np.array([frozenset(pair) in unknown for pair in pairs], np.bool_)

    def improvements(self, party: int, state: int) -> StateArray:
        """The moves to states that the party is known to prefer."""
        unknown = self.unknown[party] if self.unknown else frozenset[frozenset[int]]()
        better = [
            t for t in self.moves(party, state).tolist()
            if self.rank(party, t) > self.rank(party, state) and frozenset((t, state)) not in unknown
        ]  # fmt: skip
        return np.array(better, np.int64)

    def rank(self, party: int, state: int) -> float:
        """A state's payoff for a party."""
        return self.payoffs[party][state]

    def place(self, party: int, state: int) -> int:
        """A state's place in a party's order: 1 and the number of states with a higher payoff."""
        return 1 + sum(payoff > self.payoffs[party][state] for payoff in self.payoffs[party])

    def has(self, state: int) -> bool:
        """Whether there is such a state."""
        return 0 <= state < len(self.names)

    def state_name(self, state: int) -> str:
        """The state's name."""
        return self.names[state]


def plain_graph(
    states: Sequence[str],
    moves: Mapping[str, Iterable[tuple[str, str]]],
    payoffs: Mapping[str, Mapping[str, float] | Sequence[float]],
    *,
    unknown: Mapping[str, Iterable[tuple[str, str]]] | None = None,
    much: Mapping[str, Iterable[tuple[str, str]]] | None = None,
    start: str | None = None,
    title: str = "",
) -> PlainGraph:
    """A checked plain graph from names: `moves[party]` are (from, to) pairs of states.

    Raises `ConflictError` for unknown or repeated states, missing payoffs and moves that go nowhere.
    """
    names = tuple(states)
    where = {name: i for i, name in enumerate(names)}
    if not names:
        raise ConflictError("a plain graph needs at least one state")
    if len(where) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ConflictError(f"state {twice} is named twice; rename one")
    parties = tuple(payoffs)
    for name in [*moves, *(unknown or {}), *(much or {})]:
        if name not in parties:
            raise ConflictError(f"{name} has no payoffs; give every party one number per state")

    def position(name: str, what: str) -> int:
        if name not in where:
            raise ConflictError(f"{what}: there is no state {name}; there are {', '.join(names)}")
        return where[name]

    def pairs(given: Mapping[str, Iterable[tuple[str, str]]] | None, what: str) -> list[list[tuple[int, int]]]:
        return [
            [
                (position(a, f"{what} of {party}"), position(b, f"{what} of {party}"))
                for a, b in (given or {}).get(party, ())
            ]
            for party in parties
        ]

    reach = [[set[int]() for _ in names] for _ in parties]
    for p, listed in enumerate(pairs(moves, "moves")):
        for a, b in listed:
            if a == b:
                raise ConflictError(f"moves of {parties[p]}: from {names[a]} to itself is no move; drop it")
            reach[p][a].add(b)
    return PlainGraph(
        names,
        parties,
        tuple(tuple(frozenset(targets) for targets in of_party) for of_party in reach),
        tuple(_payoffs_of(party, payoffs[party], names) for party in parties),
        tuple(frozenset(frozenset(pair) for pair in listed) for listed in pairs(unknown, "unknown")),
        tuple(frozenset(listed) for listed in pairs(much, "much")),
        None if start is None else position(start, "start"),
        title,
    )


def _payoffs_of(
    party: str, given: Mapping[str, float] | Sequence[float], names: tuple[str, ...]
) -> tuple[float, ...]:
    if isinstance(given, Mapping):
        missing = [name for name in names if name not in given]
        extra = [name for name in given if name not in names]
        if missing or extra:
            raise ConflictError(
                f"payoffs of {party}: "
                + (f"none for state {missing[0]}" if missing else f"there is no state {extra[0]}")
            )
        return tuple(float(given[name]) for name in names)
    if len(given) != len(names):
        raise ConflictError(f"payoffs of {party}: {len(given)} numbers for {len(names)} states; give one each")
    return tuple(float(value) for value in given)


def merged(model: Conflict, groups: Iterable[BoolArray]) -> PlainGraph:
    """The plain graph in which the states of each group, that nobody can tell apart, are one.

    Every party must be indifferent within a group, or `ConflictError` says who is not. A merged state
    can be left and entered by whoever can leave or enter one of its members; it is named by the lowest.
    """
    leader = np.arange(model.space.size)
    for mask in groups:
        members = np.flatnonzero(mask & model.feasible)
        if members.size:
            leader[members] = leader[members].min()
            _check_alike(model, members)
    kept = [int(state) for state in model.states if leader[state] == state]
    place = {state: i for i, state in enumerate(kept)}
    reach = [[set[int]() for _ in kept] for _ in model.parties]
    for p in range(len(model.parties)):
        for state in model.states:
            home = place[int(leader[state])]
            reach[p][home] |= {place[int(leader[t])] for t in model.moves(p, int(state))} - {home}
    return PlainGraph(
        tuple(map(str, kept)),
        model.parties,
        tuple(tuple(frozenset(targets) for targets in of_party) for of_party in reach),
        tuple(tuple(float(preference.rank[state]) for state in kept) for preference in model.preferences),
        start=None if model.start is None else place[int(leader[model.start])],
        title=model.title,
    )


def _check_alike(model: Conflict, members: StateArray) -> None:
    for name, preference in zip(model.parties, model.preferences, strict=True):
        ranks: IntArray = preference.rank[members]
        if (ranks != ranks[0]).any():
            other = members[int(np.argmax(ranks != ranks[0]))]
            raise ConflictError(
                f"states {members[0]} and {other} cannot be merged: {name} prefers one of them; "
                "make its statements ignore the difference"
            )
