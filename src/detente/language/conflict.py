"""The section `conflict`: read for its shape and its names; what its statements mean is read by the conflict graph.

A case keeps the section as plain lists, mappings and texts, and its nodes beside them, so that whoever reads it on
can say where a mistake stands. Names, keys, levels and directions are checked here; conditions are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from typing import Any, TypeAlias

from .case import SourceRef
from .fields import Fields, found, key_place, list_of, place_in_text, table_of, text_of
from .nodes import List, Node, Table, Text
from .problems import NOWHERE, Place
from .reading import Reading
from .records import dataclass

SECTION_KEYS = (
    "parties", "options", "start", "infeasible", "one_way", "forbidden", "preferences", "strong", "variants",
    "source", "note",
)  # fmt: skip
RULE_KEYS = ("party", "from", "to")
VARIANT_KEYS = ("preferences", "source", "note")
DIRECTIONS = ("up", "down")
BASE = "base"
MOST_RANKS = 1000

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ConflictSection:
    """The section as written. `sound` says that its names and its shape are right, so that it can be read on."""

    given: dict[str, Any]
    parties: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    sound: bool = True
    node: Table | None = field(default=None, compare=False, repr=False)

    def place(self, path: Path, column: int = 0) -> Place:
        """Where an entry stands, or a column (from 1) of its text; of what is not there, what would hold it."""
        if self.node is None:
            return NOWHERE
        node: Node = self.node
        at = node.place
        for part in path:
            inner = _inside(node, part)
            if inner is None:
                return at
            by_key = isinstance(node, Table) and not isinstance(inner, Text)
            at = key_place(node, str(part)) if by_key and isinstance(node, Table) else inner.place
            node = inner
        return _column(node, column) if column and isinstance(node, Text) else at


def _inside(node: Node, part: str | int) -> Node | None:
    if isinstance(node, Table) and isinstance(part, str):
        return node.items.get(part)
    if isinstance(node, List) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return None


def _column(node: Text, column: int) -> Place:
    place, at = place_in_text(node)
    if at is None:
        return Place(place.file, place.line, place.column + column - 1, place.path)
    line, there = at(column - 1)
    return Place(place.file, line, there, place.path)


def read_conflict(section: Table, reading: Reading) -> ConflictSection | None:
    """The section of a case that has one."""
    if not section.items:
        return None
    reader, problems = _Reader(reading), reading.problems
    before = len(problems.errors)
    reader.read(Fields(section, SECTION_KEYS, "a conflict", problems))
    sound = len(problems.errors) == before and not reader.broken
    return ConflictSection(
        plain(section), tuple(reader.parties), tuple(reader.options), tuple(reader.sources), sound, section
    )


def plain(node: Node) -> Any:
    """A node as lists, mappings and texts; a whole number as one, nothing as None."""
    if isinstance(node, Table):
        return {key: plain(value) for key, value in node.items.items()}
    if isinstance(node, List):
        return [plain(item) for item in node]
    if node.is_null:
        return None
    whole = node.plain and node.text.isascii() and node.text.isdigit() and len(node.text) <= 9
    return int(node.text) if whole else node.text


class _Reader:
    """Checks one section. `broken` says that it names an option that is declared but could not be read."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self.scope, self.problems = reading, reading.scope, reading.problems
        self.parties: list[str] = list(self.scope.parties)
        self.options: list[str] = list(self.scope.options)
        self.sources: list[SourceRef] = []
        self.broken = False

    def read(self, fields: Fields) -> None:
        """Every key, in the order in which one needs another."""
        fields.text("note")
        self.sources.extend(self.reading.source_refs(fields))
        if (given := fields.read("parties", list_of)) is not None:
            self.parties = list(self._names(given, "party", self.scope.parties))
        elif not fields.has("parties"):
            self.parties = list(dict.fromkeys(option.party for option in self.scope.options.values()))
        self.options = [name for name, option in self.scope.options.items() if option.party in self.parties]
        if (given := fields.read("options", list_of)) is not None:
            self.options = list(self._options(given))
        for key, check in self._by_key().items():
            node = fields.get(key)
            if node is not None and not (isinstance(node, Text) and node.is_null):
                check(node)

    def _by_key(self) -> dict[str, Callable[[Node], None]]:
        return {
            "start": self._start, "infeasible": self._conditions, "one_way": self._one_way,
            "forbidden": self._forbidden, "preferences": self._preferences, "strong": self._strong,
            "variants": self._variants,
        }  # fmt: skip

    # --- names ------------------------------------------------------------------------------------------------

    def _names(self, given: List, kind: str, known: Any) -> Iterator[str]:
        seen: set[str] = set()
        for node in given:
            name = text_of(node, self.problems)
            if name is None:
                continue
            if name in seen:
                self.problems.add("conflict_twice", node.place, name=name, kind=kind)
            elif self._known(name, node.place, kind, known):
                yield name
            seen.add(name)

    def _known(self, name: str, place: Place, kind: str, known: Any) -> bool:
        if name in known:
            return True
        if name in self.scope.broken:
            self.broken = True
        else:
            self.problems.add("unknown_name", place, name=name, kind=kind, known=tuple(known))
        return False

    def _options(self, given: List) -> Iterator[str]:
        places = {node.text: node.place for node in given if isinstance(node, Text)}
        for name in self._names(given, "option", self.scope.options):
            party = self.scope.options[name].party
            if party in self.parties:
                yield name
            else:
                self.problems.add("conflict_outsider", places[name], name=name, party=party)

    def _per_option(self, node: Node) -> Iterator[tuple[str, Node]]:
        table = table_of(node, self.problems)
        for name, value in table.items.items() if table else ():
            assert table is not None
            if name in self.options:
                yield name, value
            elif name in self.scope.options:
                self.problems.add("conflict_left_out", key_place(table, name), name=name)
            else:
                self._known(name, key_place(table, name), "option", self.options)

    def _per_party(self, node: Node) -> Iterator[tuple[str, Node]]:
        table = table_of(node, self.problems)
        for name, value in table.items.items() if table else ():
            assert table is not None
            if self._known(name, key_place(table, name), "party", self.parties):
                yield name, value

    # --- keys -------------------------------------------------------------------------------------------------

    def _start(self, node: Node) -> None:
        for name, value in self._per_option(node):
            level, known = text_of(value, self.problems), self.scope.options[name].levels
            if level is not None and level not in known:
                self.problems.add("unknown_level", value.place, name=level, option=name, known=known)

    def _one_way(self, node: Node) -> None:
        for name, value in self._per_option(node):
            direction = text_of(value, self.problems)
            if direction is not None and direction not in DIRECTIONS:
                self.problems.add("conflict_direction", value.place, name=direction, option=name, known=DIRECTIONS)

    def _conditions(self, node: Node) -> None:
        for item in list_of(node, self.problems) or ():
            self._condition(item)

    def _condition(self, node: Node) -> None:
        if not isinstance(node, Text) or node.is_null:
            self.problems.add("conflict_not_condition", node.place, found=found(node))

    def _forbidden(self, node: Node) -> None:
        for item in list_of(node, self.problems) or ():
            if (table := table_of(item, self.problems)) is None:
                continue
            fields = Fields(table, RULE_KEYS, "a forbidden move", self.problems)
            if fields.require("party") and (party := fields.read("party", text_of)) is not None:
                self._known(party, table.items["party"].place, "party", self.parties)
            for key in ("from", "to"):
                if fields.require(key):
                    self._condition(table.items[key])

    def _preferences(self, node: Node) -> None:
        for _, value in self._per_party(node):
            for item in list_of(value, self.problems) or ():
                for statement in item if isinstance(item, List) else (item,):
                    self._condition(statement)

    def _strong(self, node: Node) -> None:
        for _, value in self._per_party(node):
            count = plain(value)
            if not isinstance(count, int) or count > MOST_RANKS:
                self.problems.add("conflict_strong", value.place, found=found(value))

    def _variants(self, node: Node) -> None:
        table = table_of(node, self.problems)
        for name, value in table.items.items() if table else ():
            assert table is not None
            if name == BASE:
                self.problems.add("conflict_base", key_place(table, name), name=name)
            inner = table_of(value, self.problems)
            if inner is None:
                continue
            fields = Fields(inner, VARIANT_KEYS, "a variant", self.problems)
            fields.text("note")
            self.sources.extend(self.reading.source_refs(fields))
            if fields.require("preferences"):
                self._preferences(inner.items["preferences"])
