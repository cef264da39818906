"""Inverse analysis: what would have to be preferred for a wanted state to be stable.

Kinsara, Kilgour and Hipel (2015), Inverse approach to the graph model for conflict resolution; Sakakibara,
Okada and Nakase (2002). For every move that a party could make away from the wanted state, either the
wanted state must be at least as good as where the move leads, or some answer of the others must lead to
states that the wanted state is at least as good as.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from detente.language.records import dataclass

from .graph import Conflict, Model
from .pointwise import responses, stable
from .preferences import ConflictError, Preference, Rank, prioritised

_FORMS = ("nash", "gmr", "smr", "seq")


@dataclass(frozen=True)
class Condition:
    """For a party's move away from the wanted state: one of `any_of` must hold.

    Each entry is a set of states, all of which must not be better for the party than the wanted one. `more`
    says that further answers exist and were left out.
    """

    party: int
    move: int
    any_of: tuple[tuple[int, ...], ...]
    more: bool = False


@dataclass(frozen=True)
class Edit:
    """A change to a party's statements: `swap` two, `move` one to another place, `drop` or `negate` one."""

    kind: str
    party: str
    places: tuple[int, ...]
    text: str


@dataclass(frozen=True)
class Change:
    """The fewest edits found that make the wanted state stable for everyone."""

    edits: tuple[Edit, ...]
    model: Conflict


def conditions(model: Model, state: int, concept: str = "gmr", *, most: int = 1000) -> list[Condition]:
    """Per party and move away from `state`, what makes the state stable for the party.

    Under `seq` the others' improvements are taken from their preferences as stated. At most `most`
    answers are listed per move.
    """
    if concept not in _FORMS:
        raise ConflictError(f"inverse analysis is there for {', '.join(_FORMS)}, not for {concept}")
    found = []
    for party in range(len(model.parties)):
        for move in model.moves(party, state).tolist():
            ways = [(move,)] + [
                way for _, way in zip(range(most), _answers(model, party, move, concept), strict=False)
            ]
            found.append(Condition(party, move, _minimal(ways), more=len(ways) > most))
    return found


def holds(model: Model, condition: Condition, state: int) -> bool:
    """Whether the preferences as stated meet a condition of the wanted `state`."""
    party = condition.party
    return any(all(model.rank(party, t) <= model.rank(party, state) for t in way) for way in condition.any_of)


def smallest_change(model: Conflict, state: int, concept: str = "seq", *, most: int = 2) -> Change | None:
    """The fewest edits of statements, at most `most`, that make `state` stable for every party, or None.

    Edits are swaps, moves, drops and negations of whole ranks; of equally few, the first in this order, by
    party and place; edits of one list are made one after the other. Only parties whose statements are known
    can be edited. Raises `ConflictError` if there is none, and for another concept.
    """
    if concept not in _FORMS:
        raise ConflictError(f"inverse analysis is there for {', '.join(_FORMS)}, not for {concept}")
    if not any(preference.statements for preference in model.preferences):
        raise ConflictError("no party's preferences are statements, so that there is nothing to edit")
    unstable = [name for i, name in enumerate(model.parties) if not stable(model, concept, i, state)]
    if not unstable:
        return Change((), model)
    if concept != "seq":
        return _one_by_one(model, state, concept, most, unstable)
    for count in range(1, most + 1):
        for chosen in combinations(list(_edits(model)), count):
            changed = _edited(model, chosen)
            if changed is not None and _equilibrium(changed, state, concept):
                return Change(chosen, changed)
    return None


def _one_by_one(model: Conflict, state: int, concept: str, most: int, unstable: list[str]) -> Change | None:
    """Where a party's stability hangs on its own preferences alone, the fewest edits are found party by party."""
    chosen: tuple[Edit, ...] = ()
    for name in unstable:
        found = _fewest(model, state, concept, name, most - len(chosen))
        if found is None:
            return None
        chosen += found
    changed = _edited(model, chosen)
    return None if changed is None else Change(chosen, changed)


def _fewest(model: Conflict, state: int, concept: str, name: str, most: int) -> tuple[Edit, ...] | None:
    party = model.party(name)
    edits = [edit for edit in _edits(model) if edit.party == name]
    for count in range(1, most + 1):
        for chosen in combinations(edits, count):
            changed = _edited(model, chosen)
            if changed is not None and stable(changed, concept, party, state):
                return chosen
    return None


def _answers(model: Model, party: int, move: int, concept: str) -> Iterator[tuple[int, ...]]:
    if concept == "nash":
        return
    others = [other for other in range(len(model.parties)) if other != party]
    for path in responses(model, others, move, improving=concept == "seq"):
        end = path[-1][1]
        yield (end, *model.moves(party, end).tolist()) if concept == "smr" else (end,)


def _minimal(ways: list[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """Without repetitions, and without a way that demands all that another one does, and more."""
    sets = list(dict.fromkeys(frozenset(way) for way in ways))
    return tuple(tuple(sorted(way)) for way in sets if not any(other < way for other in sets))


def _equilibrium(model: Conflict, state: int, concept: str) -> bool:
    return all(stable(model, concept, party, state) for party in range(len(model.parties)))


def _edits(model: Conflict) -> Iterator[Edit]:
    for kind in ("swap", "move", "drop", "negate"):
        for party, preference in zip(model.parties, model.preferences, strict=True):
            yield from _edits_of(kind, party, preference)


def _edits_of(kind: str, party: str, preference: Preference) -> Iterator[Edit]:
    texts = [" = ".join(statement.text for statement in rank) for rank in preference.statements]
    places = range(len(texts))
    if kind == "swap":
        for i, j in combinations(places, 2):
            yield Edit(kind, party, (i, j), f"swap {texts[i]!r} with {texts[j]!r}")
    elif kind == "move":
        for i in places:
            for j in places:
                if abs(i - j) > 1:
                    where = f"above {texts[j]!r}" if j < i else f"below {texts[j]!r}"
                    yield Edit(kind, party, (i, j), f"move {texts[i]!r} {where}")
    else:
        for i in places:
            yield Edit(kind, party, (i,), f"{kind} {texts[i]!r}")


def _edited(model: Conflict, edits: tuple[Edit, ...]) -> Conflict | None:
    lists = {edit.party: list(model.preferences[model.party(edit.party)].statements) for edit in edits}
    for edit in edits:
        ranks = lists[edit.party]
        if max(edit.places) >= len(ranks):
            return None
        _apply(edit, ranks)
    return model.with_preferences(
        {party: prioritised(ranks, model.feasible, party=party) for party, ranks in lists.items()}
    )


def _apply(edit: Edit, ranks: list[Rank]) -> None:
    place = edit.places[0]
    if edit.kind == "swap":
        other = edit.places[1]
        ranks[place], ranks[other] = ranks[other], ranks[place]
    elif edit.kind == "move":
        ranks.insert(edit.places[1], ranks.pop(place))
    elif edit.kind == "drop":
        del ranks[place]
    else:
        ranks[place] = tuple(statement.negated() for statement in ranks[place])
