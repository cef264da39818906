"""The `conflict:` section of a case: from plain lists and mappings to a conflict and its variants.

    conflict:
      parties: [us, dprk]                     # all of the case's, unless given
      options: [us.sanctions, dprk.tests]     # all of these parties', unless given
      start: {us.sanctions: un}
      infeasible: [COND]
      one_way: {dprk.plants: up}
      forbidden: [{party: dprk, from: COND, to: COND}]
      preferences: {us: [STATEMENT, [EQUAL, EQUAL]]}
      strong: {us: 1}                         # the first ranks that carry strength of preference
      variants: {critic: {preferences: {us: [...]}}}

Problems are collected: each is a `ConflictError` whose `path` leads to the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from detente.language.records import dataclass

from .expressions import condition
from .graph import Conflict, Forbidden, Option, Space, conflict
from .preferences import BoolArray, ConflictError, Preference, Statement, prioritised

if TYPE_CHECKING:
    from .stability import Stability

Plain: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]
KEYS = (
    "parties", "options", "start", "infeasible", "one_way", "forbidden", "preferences", "strong", "variants",
    "source", "note",
)  # fmt: skip
BASE = "base"
_NEEDED = {"seq_or_sim": ("seq", "sim")}


@dataclass(frozen=True, eq=False)
class Section:
    """The conflict as stated, and its variants by name; `base` is the first of `all`."""

    base: Conflict
    variants: dict[str, Conflict]
    _solved: dict[str, dict[str, Stability]] = field(default_factory=dict, repr=False)

    @property
    def all(self) -> dict[str, Conflict]:
        """The base and the variants."""
        return {BASE: self.base, **self.variants}

    def solved(self, concept: str) -> dict[str, Stability]:
        """Base and variants solved for one concept, once."""
        from .stability import solve

        if concept not in self._solved:
            needed = _NEEDED.get(concept, (concept,))
            self._solved[concept] = {name: solve(model, needed) for name, model in self.all.items()}
        return self._solved[concept]

    def equilibrium(self, text: str, concept: str) -> dict[str, bool]:
        """Per variant, whether some equilibrium meets a condition."""
        mask = self.meets(text)
        return {
            name: bool((mask & result.equilibrium(concept)).any()) for name, result in self.solved(concept).items()
        }

    def stable(self, party: str, text: str, concept: str) -> dict[str, bool]:
        """Per variant, whether every feasible state that meets a condition is stable for a party."""
        mask = self.meets(text)
        self.base.party(party)
        met = mask & self.base.feasible
        return {name: bool(result.mask(concept, party)[met].all()) for name, result in self.solved(concept).items()}

    def meets(self, text: str) -> BoolArray:
        """The states that meet a condition. Raises `ConflictError` if none of them is feasible."""
        mask = condition(text, self.base.space)()
        if not (mask & self.base.feasible).any():
            raise ConflictError(f"no feasible state meets `{text}`, so that nothing follows; change the condition")
        return mask


def share(found: Mapping[str, bool]) -> float:
    """The share of base and variants, weighed equally, where a claim holds."""
    return sum(found.values()) / len(found)


def read_section(
    given: Plain,
    options: Iterable[Option],
    labels: Mapping[str, str] | None = None,
    *,
    starts: Mapping[str, int] | None = None,
    title: str = "",
) -> tuple[Section | None, list[ConflictError]]:
    """A section over the case's options; what is wrong, if anything, instead.

    `starts` gives the level at which the case starts an option; `labels` names parties and options.
    """  # fmt: skip
    reader = _Reader(given, list(options), dict(starts or {}))
    try:
        section = reader.section(dict(labels or {}), title)
    except ConflictError as problem:
        reader.problems.append(problem)
        section = None
    return (None if reader.problems else section), reader.problems


class _Reader:
    def __init__(self, given: Plain, options: list[Option], starts: dict[str, int]) -> None:
        self.problems: list[ConflictError] = []
        self.given: dict[str, Plain] = self.mapping(given, ())
        for key in self.given:
            if key not in KEYS:
                self.wrong((key,), f"there is no key {key} in a conflict; there are {', '.join(KEYS)}")
        self.case, self.starts = options, starts

    def wrong(self, path: Path, message: str) -> None:
        self.problems.append(ConflictError(message, path=path))

    def section(self, labels: dict[str, str], title: str) -> Section | None:
        parties = self.parties()
        space = Space(self.options(parties))
        infeasible = [self.mask(text, space, ("infeasible", i)) for i, text in self.listed("infeasible")]
        feasible = ~np.logical_or.reduce(infeasible) if infeasible else np.ones(space.size, np.bool_)
        rules = [self.rule(item, space, ("forbidden", i)) for i, item in self.listed("forbidden")]
        if not feasible.any():
            self.wrong(("infeasible",), "the infeasible combinations exclude every state; drop one")
            return None
        preferences = self.preferences(self.given.get("preferences", {}), space, feasible, ("preferences",), parties)
        start = self.start(space, feasible)
        if self.problems:
            return None
        base = conflict(
            parties, space, preferences, feasible=feasible, title=title, labels=labels, start=start,
            forbidden=[rule for rule in rules if rule],
        )  # fmt: skip
        return Section(base, self.variants(base))

    def parties(self) -> list[str]:
        known = list(dict.fromkeys(option.party for option in self.case))
        if "parties" not in self.given:
            return known
        return [str(name) for _, name in self.listed("parties")]

    def options(self, parties: list[str]) -> list[Option]:
        by_name = {option.name: option for option in self.case}
        chosen = [name for name, option in by_name.items() if option.party in parties]
        if "options" in self.given:
            chosen = []
            for i, name in self.listed("options"):
                if name in by_name:
                    chosen.append(name)
                else:
                    self.wrong(("options", i), f"there is no option {name}; there are {', '.join(by_name)}")
        directions = self.mapping(self.given.get("one_way", {}), ("one_way",))
        for name, direction in directions.items():
            if name not in chosen:
                self.wrong(("one_way", name), f"{name} is no option of this conflict; list it under options")
            elif direction not in ("up", "down"):
                self.wrong(("one_way", name), f"{direction} is no direction; write up or down")
        return [
            replace(by_name[name], direction=directions[name]) if name in directions else by_name[name]
            for name in chosen
        ]

    def rule(self, item: Plain, space: Space, path: Path) -> Forbidden | None:
        entry = self.mapping(item, path)
        if set(entry) != {"party", "from", "to"}:
            self.wrong(path, "a forbidden move has the keys party, from and to")
            return None
        source, target = (self.mask(entry[key], space, (*path, key)) for key in ("from", "to"))
        return Forbidden(str(entry["party"]), source, target, f"{entry['from']} -> {entry['to']}")

    def preferences(
        self, given: Plain, space: Space, feasible: BoolArray, path: Path, parties: list[str]
    ) -> dict[str, Preference]:
        strong = self.mapping(self.given.get("strong", {}), ("strong",))
        found = {}
        for party, items in self.mapping(given, path).items():
            where = (*path, party)
            if party not in parties:
                self.wrong(where, f"there is no party {party}; there are {', '.join(parties)}")
            elif not isinstance(items, list):
                self.wrong(where, "a list of statements is needed, the most important first")
            else:
                ranks = [self.rank(item, space, (*where, i)) for i, item in enumerate(items)]
                count = strong.get(party, 0)
                if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= len(ranks):
                    self.wrong(("strong", party), f"{count!r} is no number of ranks; there are {len(ranks)}")
                    count = 0
                found[party] = prioritised(ranks, feasible, party=party, strong=count)
        return found

    def rank(self, item: Plain, space: Space, path: Path) -> list[Statement]:
        items = item if isinstance(item, list) else [item]
        nested = isinstance(item, list)
        return [self.statement(text, space, (*path, i) if nested else path) for i, text in enumerate(items)]

    def statement(self, text: Plain, space: Space, path: Path) -> Statement:
        try:
            return Statement(str(text), condition(str(text), space))
        except ConflictError as problem:
            told = ConflictError(f"`{text}`, {problem}", path=path, column=problem.column, reason=problem.reason)
            self.problems.append(told)
            return Statement(str(text), np.zeros(space.size, np.bool_))

    def mask(self, text: Plain, space: Space, path: Path) -> BoolArray:
        return self.statement(text, space, path).holds()

    def start(self, space: Space, feasible: BoolArray) -> int | None:
        levels = {option.name: self.starts.get(option.name, 0) for option in space.options}
        given = self.mapping(self.given.get("start", {}), ("start",))
        for name, level in given.items():
            known = space.options[space.index[name]].levels if name in space.index else None
            if known is None:
                self.wrong(("start", name), f"{name} is no option of this conflict; list it under options")
            elif level not in known:
                self.wrong(("start", name), f"{level} is no level of {name}; there are {', '.join(known)}")
            else:
                levels[name] = known.index(level)
        state = space.number([levels[option.name] for option in space.options])
        if feasible[state]:
            return state
        if given:
            self.wrong(("start",), "the start is an infeasible combination; start from a feasible one")
        return None

    def variants(self, base: Conflict) -> dict[str, Conflict]:
        found = {}
        for name, item in self.mapping(self.given.get("variants", {}), ("variants",)).items():
            path: Path = ("variants", name)
            entry = self.mapping(item, path)
            if name == BASE:
                self.wrong(path, f"{BASE} is the conflict itself; name the variant otherwise")
            for key in set(entry) - {"preferences", "source", "note"}:
                self.wrong((*path, key), f"a variant changes preferences only; there is no key {key}")
            ranks = self.preferences(
                entry.get("preferences", {}), base.space, base.feasible, (*path, "preferences"), list(base.parties)
            )
            found[name] = base.with_preferences(ranks)
        return found

    def mapping(self, given: Plain, path: Path) -> dict[str, Plain]:
        if given is None:
            return {}
        if not isinstance(given, Mapping):
            self.wrong(path, f"a mapping is needed, not {given!r}")
            return {}
        return {str(key): value for key, value in given.items()}

    def listed(self, key: str) -> list[tuple[int, Plain]]:
        given = self.given.get(key) or []
        if not isinstance(given, list):
            self.wrong((key,), f"a list is needed, not {given!r}")
            return []
        return list(enumerate(given))
