"""Stability by definition: one function per concept, over Python sets, slow and obviously right.

Definitions from Fang, Hipel and Kilgour, *Interactive Decision Making* (1993), chapter 3; simultaneous
stability from Fraser and Hipel, *Conflict Analysis* (1984); unknown preferences from Li, Hipel, Kilgour
and Fang (2004); strength of preference from Hamouda, Kilgour and Hipel (2004, 2006).

Write S for the states, i for the party whose stability is asked, s for the state, N - i for the others.

- R(i, s): the states that i can move to from s; R+(i, s): those among them that it prefers to s.
- R(N - i, s): the states that the others can reach from s together, by any number of legal moves, one
  party at a time, none twice running; R+(N - i, s): the same where every move is to a state that its
  mover prefers to the one it leaves.

It shares no code with the fast engine: a conflict in option form is turned into a graph by looking at
every pair of states.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from detente.language.records import dataclass

from .graph import Conflict, PlainGraph
from .preferences import ConflictError

Uncertain: TypeAlias = Literal["a", "b", "c", "d"]


@dataclass(frozen=True)
class Graph:
    """What the definitions need: who can move where, and who prefers what.

    `prefers(i, a, b)`: i prefers a to b. `much_prefers`: and strongly so. `unsure`: i's preference between
    a and b is unknown. `joint(s, a, b)`: the state in which the changes from s to a and from s to b, by
    different parties, are both made, or None if that cannot be.
    `uncertain` says how unknown preferences count: in `a` and `c` an unknown state may tempt, in `c` and
    `d` it may deter.
    """

    states: tuple[int, ...]
    parties: int
    moves: dict[tuple[int, int], frozenset[int]]
    prefers: Callable[[int, int, int], bool]
    much_prefers: Callable[[int, int, int], bool]
    unsure: Callable[[int, int, int], bool]
    joint: Callable[[int, int, int], int | None] | None = None
    uncertain: Uncertain = "a"


def reach(g: Graph, i: int, s: int) -> frozenset[int]:
    """R(i, s)."""
    return g.moves[i, s]


def improvements(g: Graph, i: int, s: int) -> set[int]:
    """R+(i, s): where i may be tempted to go."""
    return {t for t in reach(g, i, s) if g.prefers(i, t, s) or (g.uncertain in "ac" and g.unsure(i, t, s))}


def responses(g: Graph, i: int, s: int) -> set[int]:
    """R(N - i, s): what the others can do together from s."""
    return _joint_moves(g, i, s, lambda j, a: set(reach(g, j, a)))


def improving_responses(g: Graph, i: int, s: int) -> set[int]:
    """R+(N - i, s): what the others can do together from s by moves that each mover wants to make."""
    return _joint_moves(g, i, s, lambda j, a: {t for t in reach(g, j, a) if g.prefers(j, t, a) or g.unsure(j, t, a)})


def _joint_moves(g: Graph, i: int, s: int, step: Callable[[int, int], set[int]]) -> set[int]:
    """Where sequences of moves by parties other than i lead, none moving twice running."""
    seen: set[tuple[int, int]] = set()
    frontier = [(s, i)]
    while frontier:
        state, last = frontier.pop()
        for j in range(g.parties):
            if j not in (i, last):
                fresh = {(t, j) for t in step(j, state)} - seen
                seen |= fresh
                frontier.extend(fresh)
    return {state for state, _ in seen}


def deters(g: Graph, i: int, t: int, s: int) -> bool:
    """Whether t is not better than s for i: worse or equal, or unknown where that deters."""
    if g.unsure(i, t, s):
        return g.uncertain in "cd"
    return not g.prefers(i, t, s)


def nash(g: Graph, i: int, s: int) -> bool:
    """s is Nash stable for i: i has no improvement from s."""
    return not improvements(g, i, s)


def gmr(g: Graph, i: int, s: int) -> bool:
    """General metarational: the others can answer every improvement with a state that is not better than s."""
    return all(any(deters(g, i, t, s) for t in responses(g, i, a)) for a in improvements(g, i, s))


def smr(g: Graph, i: int, s: int) -> bool:
    """Symmetric metarational: so that, besides, i cannot move on from there to anything better than s."""
    return all(any(held_down(g, i, t, s) for t in responses(g, i, a)) for a in improvements(g, i, s))


def held_down(g: Graph, i: int, t: int, s: int) -> bool:
    """t is not better than s for i, and nor is anything that i can move to from t."""
    return deters(g, i, t, s) and all(deters(g, i, u, s) for u in reach(g, i, t))


def seq(g: Graph, i: int, s: int) -> bool:
    """Sequential: the others can answer so by moves that improve the lot of whoever makes them."""
    return all(any(deters(g, i, t, s) for t in improving_responses(g, i, a)) for a in improvements(g, i, s))


def sim(g: Graph, i: int, s: int) -> bool:
    """Simultaneous, two parties: for every improvement the other has one from s too, and both are not better."""
    if g.parties != 2 or g.joint is None:
        raise ConflictError("simultaneous stability is defined for two parties with options")
    return all(
        any((t := g.joint(s, a, b)) is not None and deters(g, i, t, s) for b in improvements(g, 1 - i, s))
        for a in improvements(g, i, s)
    )


def strong_gmr(g: Graph, i: int, s: int) -> bool:
    """General metarational with strength: every improvement can be answered with a much worse state."""
    return all(any(g.much_prefers(i, s, t) for t in responses(g, i, a)) for a in improvements(g, i, s))


def strong_smr(g: Graph, i: int, s: int) -> bool:
    """Symmetric with strength: and all that i can move to from there is much worse than s as well."""
    return all(
        any(
            g.much_prefers(i, s, t) and all(g.much_prefers(i, s, u) for u in reach(g, i, t))
            for t in responses(g, i, a)
        )
        for a in improvements(g, i, s)
    )


def strong_seq(g: Graph, i: int, s: int) -> bool:
    """Sequential with strength: the others can answer so by moves that each mover wants to make."""
    return all(any(g.much_prefers(i, s, t) for t in improving_responses(g, i, a)) for a in improvements(g, i, s))


def limited_move(g: Graph, horizon: int) -> dict[tuple[int, int], int]:
    """G_h(i, s) for h = `horizon`: where play that i begins at s is expected to end (Kilgour 1985).

    G_0(i, s) = s. With h moves left, i looks at every t in R(i, s) and at where play goes on to end from
    there, G_{h-1}(j, t) with another party j to move; i moves to the t whose end it likes best if it
    prefers that end to s, and otherwise stays, which ends play at s. Equally good t: the lowest number.
    With more than two parties i expects of the other parties the j whose continuation is worst for it
    (the first such), the cautious reading. s is stable for i with horizon h when G_h(i, s) = s.
    """
    ends = {(i, s): s for i in range(g.parties) for s in g.states}
    for _ in range(horizon):
        ends = one_move_more(g, ends)
    return ends


def one_move_more(g: Graph, ends: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """G_h from G_{h-1}."""
    return {(i, s): _anticipated(g, ends, i, s) for i in range(g.parties) for s in g.states}


def _anticipated(g: Graph, ends: dict[tuple[int, int], int], i: int, s: int) -> int:
    best = s
    for t in sorted(reach(g, i, s)):
        worst: int | None = None
        for j in range(g.parties):
            if j != i and (worst is None or g.prefers(i, worst, ends[j, t])):
                worst = ends[j, t]
        if g.prefers(i, t if worst is None else worst, best):
            best = t if worst is None else worst
    return best


CONCEPTS: dict[str, Callable[[Graph, int, int], bool]] = {
    "nash": nash,
    "gmr": gmr,
    "smr": smr,
    "seq": seq,
    "sim": sim,
    "strong_gmr": strong_gmr,
    "strong_smr": strong_smr,
    "strong_seq": strong_seq,
}


def stable_states(g: Graph, concept: str, i: int) -> set[int]:
    """The states that are stable for i under a concept."""
    return {s for s in g.states if CONCEPTS[concept](g, i, s)}


def equilibria(g: Graph, concept: str) -> set[int]:
    """The states that are stable for every party."""
    return set.intersection(*(stable_states(g, concept, i) for i in range(g.parties)))


def graph_of(model: Conflict | PlainGraph, uncertain: Uncertain = "a") -> Graph:
    """The graph that a conflict describes, read off its definition pair by pair."""
    if isinstance(model, PlainGraph):
        return _of_plain(model, uncertain)
    states = tuple(s for s in range(model.space.size) if model.feasible[s])
    moves = {
        (i, s): frozenset(t for t in states if _legal(model, i, s, t))
        for i in range(len(model.parties))
        for s in states
    }
    rank = [preference.rank.tolist() for preference in model.preferences]
    coarse = [[0] * model.space.size if p.coarse is None else p.coarse.tolist() for p in model.preferences]
    return Graph(
        states,
        len(model.parties),
        moves,
        prefers=lambda i, a, b: rank[i][a] > rank[i][b],
        much_prefers=lambda i, a, b: coarse[i][a] > coarse[i][b],
        unsure=lambda i, a, b: False,
        joint=lambda s, a, b: _joint(model, s, a, b),
        uncertain=uncertain,
    )


def _digits(model: Conflict, s: int) -> list[int]:
    digits = []
    for option in model.options:
        s, level = divmod(s, len(option.levels))
        digits.append(level)
    return digits


def _legal(model: Conflict, i: int, s: int, t: int) -> bool:
    """Whether i may move from s to t: only its own options change, as they may, and no rule forbids it."""
    name = model.parties[i]
    if s == t:
        return False
    for option, before, after in zip(model.options, _digits(model, s), _digits(model, t), strict=True):
        if option.party != name and before != after:
            return False
        if (option.direction == "up" and after < before) or (option.direction == "down" and after > before):
            return False
    return not any(rule.party == name and rule.source[s] and rule.target[t] for rule in model.forbidden)


def _joint(model: Conflict, s: int, a: int, b: int) -> int | None:
    """The state where every option has whichever of a's and b's levels differs from that in s."""
    state, stride = 0, 1
    for option, was, x, y in zip(model.options, _digits(model, s), _digits(model, a), _digits(model, b), strict=True):
        state += (x if x != was else y) * stride
        stride *= len(option.levels)
    return state if model.feasible[state] else None


def _of_plain(model: PlainGraph, uncertain: Uncertain) -> Graph:
    states = tuple(range(len(model.names)))
    unknown = model.unknown or tuple(frozenset[frozenset[int]]() for _ in model.parties)
    much = model.much or tuple(frozenset[tuple[int, int]]() for _ in model.parties)

    def unsure(i: int, a: int, b: int) -> bool:
        return frozenset((a, b)) in unknown[i]

    return Graph(
        states,
        len(model.parties),
        {(i, s): model.arcs[i][s] for i in range(len(model.parties)) for s in states},
        prefers=lambda i, a, b: model.payoffs[i][a] > model.payoffs[i][b] and not unsure(i, a, b),
        much_prefers=lambda i, a, b: (a, b) in much[i],
        unsure=unsure,
        uncertain=uncertain,
    )
