"""`.gmcr` files: the JSON in which conflict analysts exchange models.

A file has `decisionMakers` (each with `name`, `options` and `preferences`), `options` (each with `name` and
`permittedDirection`: `both`, `fwd`, may be taken and not given back, or `back`, the reverse) and
`infeasibles`. A condition is a list of `[option, "Y" or "N"]` pairs, all of which must hold, or
`{"compound": true, "members": [...]}`, of which any must. With `useManualPreferenceRanking` (older:
`useManualPreferenceVectors`) a decision maker has `preferenceRanking` (older: `preferenceVector`): ordinals
of states, best first, an inner list a tie. The k-th feasible state has ordinal k, from 1, where states
are numbered with the options regrouped by decision maker. `misperceptions` (conditions that a decision
maker believes impossible) and `coalitions` may be there; every other key is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from detente.language.records import dataclass

from .graph import Conflict, Direction, Option, Space, StateArray, conflict
from .misperception import believes
from .preferences import BoolArray, ConflictError, Preference, Statement, prioritised, ranking

Json: TypeAlias = Any
_DIRECTIONS: dict[str, Direction] = {"both": "both", "fwd": "up", "back": "down"}
_NAMES = {direction: name for name, direction in _DIRECTIONS.items()}
_MANUAL = ("useManualPreferenceRanking", "useManualPreferenceVectors")
_RANKING = ("preferenceRanking", "preferenceVector")


@dataclass(frozen=True, eq=False)
class Document:
    """A file as read: the conflict, each deluded party's own view of it, coalitions, and the JSON itself."""

    conflict: Conflict
    believed: dict[str, Conflict] = field(default_factory=dict)
    coalitions: tuple[tuple[int, ...], ...] = ()
    raw: Mapping[str, Json] = field(default_factory=dict)


def document(raw: Json) -> Document:
    """The conflict in what a `.gmcr` file holds. Raises `ConflictError` saying what is wrong and where."""
    return _Reader(raw).document()


def loads(text: str, source: str = "the file") -> Document:
    """The conflict in the text of a `.gmcr` file. `source` names it in messages.

    Raises `ConflictError` saying what is wrong and where in the file.
    """
    try:
        return _Reader(json.loads(text)).document()
    except json.JSONDecodeError as problem:
        where = f"{source}, line {problem.lineno}, column {problem.colno}"
        raise ConflictError(f"{where}: this is not JSON ({problem.msg})") from None
    except RecursionError:
        raise ConflictError(f"{source}: lists are nested too deeply to be a conflict") from None
    except ConflictError as problem:
        raise ConflictError(f"{source}: {problem}") from None
    except ValueError:
        raise ConflictError(f"{source}: a number has more digits than can be read; shorten it") from None


def read(path: str | Path) -> Document:
    """The conflict in a `.gmcr` file. Raises `ConflictError` for a file that cannot be read or is wrong."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise ConflictError(f"{path}: {problem.strerror or problem}") from None
    except UnicodeDecodeError as problem:
        raise ConflictError(f"{path}: byte {problem.start + 1} is not UTF-8 text; save the file as UTF-8") from None
    return loads(text, str(path))


def dumps(given: Document | Conflict) -> str:
    """The text of a `.gmcr` file. What was read from a file is written back as it was.

    Raises `ConflictError` for what the format cannot hold: options with several levels, forbidden moves.
    """
    raw = given.raw if isinstance(given, Document) and given.raw else _written(_conflict_of(given))
    return json.dumps(raw, indent=2, ensure_ascii=False) + "\n"


def _conflict_of(given: Document | Conflict) -> Conflict:
    return given.conflict if isinstance(given, Document) else given


class _Reader:
    """Reads one file; every method is told where in the file it is."""

    def __init__(self, raw: Json) -> None:
        if not isinstance(raw, dict):
            raise ConflictError("the file must hold an object with decisionMakers, options and infeasibles")
        self.raw = raw
        self.makers = [self.object(item, f"decisionMakers[{i}]") for i, item in self.listed("decisionMakers")]
        self.parties = [self.text(maker, "name", f"decisionMakers[{i}]") for i, maker in enumerate(self.makers)]
        self.given = [self.object(item, f"options[{i}]") for i, item in self.listed("options")]
        self.owners = self.owned()
        self.space = Space(self.options())

    def document(self) -> Document:
        conditions = [
            self.condition(item, f"infeasibles[{i}]") for i, item in self.listed("infeasibles", optional=True)
        ]
        infeasible = [condition.holds() for condition in conditions]
        feasible = ~np.logical_or.reduce(infeasible) if infeasible else np.ones(self.space.size, np.bool_)
        if not feasible.any():
            raise ConflictError("infeasibles: they exclude every state; drop one")
        preferences = {name: self.preference(i, feasible) for i, name in enumerate(self.parties)}
        title = str(self.raw.get("title", ""))
        model = conflict(self.parties, self.space, preferences, feasible=feasible, title=title)
        return Document(model, self.believed(model), self.coalitions(), self.raw)

    def listed(self, key: str, *, optional: bool = False) -> list[tuple[int, Json]]:
        if key not in self.raw and optional:
            return []
        if not isinstance(self.raw.get(key), list):
            raise ConflictError(f"{key}: {'a list is needed' if key in self.raw else 'this list is missing'}")
        return list(enumerate(self.raw[key]))

    def object(self, item: Json, where: str) -> dict[str, Json]:
        if not isinstance(item, dict):
            raise ConflictError(f"{where}: an object is needed, not {item!r}")
        return item

    def text(self, item: dict[str, Json], key: str, where: str) -> str:
        if not isinstance(item.get(key), str):
            raise ConflictError(f"{where}.{key}: a text is needed" + (f", not {item[key]!r}" if key in item else ""))
        return str(item[key])

    def owned(self) -> dict[int, int]:
        """Which decision maker each option belongs to."""
        owners: dict[int, int] = {}
        for i, maker in enumerate(self.makers):
            if not isinstance(maker.get("options"), list):
                raise ConflictError(f"decisionMakers[{i}].options: a list of option numbers is needed")
            for j, option in enumerate(maker["options"]):
                where = f"decisionMakers[{i}].options[{j}]"
                self.check_option(option, where)
                if option in owners:
                    raise ConflictError(f"{where}: option {option} already belongs to {self.parties[owners[option]]}")
                owners[option] = i
        for option in range(len(self.given)):
            if option not in owners:
                raise ConflictError(f"options[{option}] belongs to no decision maker; list it under one's options")
        return owners

    def check_option(self, option: Json, where: str) -> None:
        if isinstance(option, bool) or not isinstance(option, int) or not 0 <= option < len(self.given):
            raise ConflictError(f"{where}: {option!r} is no option; there are {len(self.given)}, numbered from 0")

    def options(self) -> Iterator[Option]:
        names = [self.text(item, "name", f"options[{i}]") for i, item in enumerate(self.given)]
        for i, item in enumerate(self.given):
            party = self.parties[self.owners[i]]
            direction = item.get("permittedDirection", "both")
            if direction not in _DIRECTIONS:
                raise ConflictError(
                    f"options[{i}].permittedDirection: {direction!r} is none of {', '.join(_DIRECTIONS)}"
                )
            name = names[i] if names.count(names[i]) == 1 else f"{party}.{names[i]}"
            yield Option(name, party, direction=_DIRECTIONS[direction])

    def condition(self, item: Json, where: str) -> Statement:
        if isinstance(item, dict):
            if not isinstance(item.get("members"), list):
                raise ConflictError(f"{where}.members: a list of conditions is needed")
            parts = [self.condition(member, f"{where}.members[{i}]") for i, member in enumerate(item["members"])]
            text = " or ".join(f"({part.text})" if len(parts) > 1 else part.text for part in parts)
            return Statement(text, lambda: self.either(parts))
        if not isinstance(item, list):
            raise ConflictError(f'{where}: a list of [option, "Y" or "N"] pairs is needed, not {item!r}')
        pairs = [self.pair(pair, f"{where}[{i}]") for i, pair in enumerate(item)]
        names = [option.name for option in self.space.options]
        return Statement(
            " and ".join(names[option] if taken else f"not {names[option]}" for option, taken in pairs),
            lambda: self.all_of(pairs),
        )

    def pair(self, pair: Json, where: str) -> tuple[int, bool]:
        if not isinstance(pair, list) or len(pair) != 2 or pair[1] not in ("Y", "N"):
            raise ConflictError(f'{where}: a pair [option, "Y" or "N"] is needed, not {pair!r}')
        self.check_option(pair[0], f"{where}[0]")
        return int(pair[0]), pair[1] == "Y"

    def all_of(self, pairs: list[tuple[int, bool]]) -> BoolArray:
        mask = np.ones(self.space.size, np.bool_)
        for option, taken in pairs:
            mask &= (self.space[self.space.options[option].name] == 1) == taken
        return mask

    def either(self, parts: list[Statement]) -> BoolArray:
        mask = np.zeros(self.space.size, np.bool_)
        for part in parts:
            mask |= part.holds()
        return mask

    def preference(self, i: int, feasible: BoolArray) -> Preference:
        maker, where = self.makers[i], f"decisionMakers[{i}]"
        if any(self.raw.get(key) is True for key in _MANUAL):
            key = next((key for key in _RANKING if key in maker), None)
            if key is None:
                raise ConflictError(f"{where}.preferenceRanking: missing, though the file says rankings are manual")
            return self.ranked(maker[key], f"{where}.{key}", feasible)
        given = maker.get("preferences", [])
        if not isinstance(given, list):
            raise ConflictError(f"{where}.preferences: a list of conditions is needed")
        statements = [self.condition(item, f"{where}.preferences[{j}]") for j, item in enumerate(given)]
        return prioritised(statements, feasible, party=self.parties[i])

    def ranked(self, given: Json, where: str, feasible: BoolArray) -> Preference:
        if not isinstance(given, list):
            raise ConflictError(f"{where}: a list of states, best first, is needed")
        states = ordinals(self.space, self.parties, feasible)
        order: list[list[int]] = []
        for i, item in enumerate(given):
            tied = item if isinstance(item, list) else [item]
            for k in tied:
                if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= states.size:
                    raise ConflictError(f"{where}[{i}]: {k!r} is no feasible state; there are {states.size}, from 1")
            order.append([int(states[k - 1]) for k in tied])
        _check_complete(given, where, states.size)
        return ranking(order, feasible)

    def believed(self, model: Conflict) -> dict[str, Conflict]:
        views = {}
        for i, maker in enumerate(self.makers):
            where = f"decisionMakers[{i}].misperceptions"
            given = maker.get("misperceptions", [])
            if not isinstance(given, list):
                raise ConflictError(f"{where}: a list of conditions is needed")
            if given:
                parts = [self.condition(item, f"{where}[{j}]") for j, item in enumerate(given)]
                seen = model.feasible & ~self.either(parts)
                if not seen.any():
                    raise ConflictError(f"{where}: {self.parties[i]} believes every state impossible; drop one")
                views[self.parties[i]] = believes(model, feasible=seen)
        return views

    def coalitions(self) -> tuple[tuple[int, ...], ...]:
        found = []
        for i, item in self.listed("coalitions", optional=True):
            members = item if isinstance(item, list) else [item]
            for member in members:
                if isinstance(member, bool) or not isinstance(member, int) or not 0 <= member < len(self.parties):
                    raise ConflictError(
                        f"coalitions[{i}]: {member!r} is no decision maker; there are {len(self.parties)}, from 0"
                    )
            found.append(tuple(members))
        return tuple(members for members in found if len(members) > 1)


def _check_complete(given: list[Json], where: str, count: int) -> None:
    flat = [k for item in given for k in (item if isinstance(item, list) else [item])]
    twice = sorted({k for k in flat if flat.count(k) > 1}) if len(flat) != len(set(flat)) else []
    if twice:
        raise ConflictError(f"{where}: state {twice[0]} is ranked twice; keep one place")
    missing = sorted(set(range(1, count + 1)) - set(flat))
    if missing:
        raise ConflictError(f"{where}: state {missing[0]} is missing ({len(missing)} of {count} are); rank every one")


def ordinals(space: Space, parties: list[str] | tuple[str, ...], feasible: BoolArray) -> StateArray:
    """The feasible states in ascending number, where options are regrouped by party: the k-th is ordinal k + 1."""
    regrouped = [i for name in parties for i, option in enumerate(space.options) if option.party == name]
    states = np.flatnonzero(feasible)
    number = np.zeros(states.size, np.int64)
    for place, i in enumerate(regrouped):
        number |= ((states >> i) & 1) << place
    return states[np.argsort(number, kind="stable")]


def _written(model: Conflict) -> dict[str, Json]:
    """A conflict as JSON: statements as conditions where they are known, else explicit rankings."""
    for option in model.options:
        if len(option.levels) != 2:
            raise ConflictError(f".gmcr files hold binary options; {option.name} has {len(option.levels)} levels")
    if model.forbidden:
        raise ConflictError(".gmcr files cannot hold forbidden moves; this conflict has some")
    manual = any(not p.statements or any(len(rank) > 1 for rank in p.statements) for p in model.preferences)
    everyone = range(len(model.parties))
    return {
        "program": "detente",
        "title": model.title,
        "options": [{"name": o.name, "permittedDirection": _NAMES[o.direction]} for o in model.options],
        "decisionMakers": [_maker(model, party, manual) for party in everyone],
        "infeasibles": [_pairs(cube) for cube in _cubes(~model.feasible)],
        "useManualPreferenceRanking": manual,
    }


def _maker(model: Conflict, party: int, manual: bool) -> dict[str, Json]:
    maker: dict[str, Json] = {"name": model.parties[party], "options": list(model.own(party)), "preferences": []}
    preference = model.preferences[party]
    if all(len(rank) == 1 for rank in preference.statements):
        maker["preferences"] = [_as_condition(rank[0].holds()) for rank in preference.statements]
    if manual:
        states = ordinals(model.space, model.parties, model.feasible)
        ranks = preference.rank[states]
        levels = [(np.flatnonzero(ranks == rank) + 1).tolist() for rank in range(preference.levels - 1, -1, -1)]
        maker["preferenceRanking"] = [tied if len(tied) > 1 else tied[0] for tied in levels]
    return maker


def _as_condition(mask: BoolArray) -> Json:
    cubes = [_pairs(cube) for cube in _cubes(mask)]
    return cubes[0] if len(cubes) == 1 else {"compound": True, "members": cubes}


def _pairs(cube: dict[int, bool]) -> list[list[Json]]:
    return [[option, "Y" if taken else "N"] for option, taken in sorted(cube.items())]


def _cubes(mask: BoolArray) -> list[dict[int, bool]]:
    """Disjoint conjunctions of options that together say the mask (binary options, bit i is option i)."""
    if mask.all():
        return [{}]
    if not mask.any():
        return []
    table = mask.reshape((2,) * (mask.size.bit_length() - 1))
    axis = next(a for a in range(table.ndim) if not np.array_equal(table.take(0, a), table.take(1, a)))
    option = table.ndim - 1 - axis
    found: list[dict[int, bool]] = []
    for taken in (False, True):
        for cube in _cubes(np.ascontiguousarray(table.take(int(taken), axis)).ravel()):
            found.append({option: taken, **{(o if o < option else o + 1): t for o, t in cube.items()}})
    return found
