"""Taking an entry of a case apart: each key once, and a problem for whatever cannot be used.

The functions take a node and give a value, or None after adding the problem. So a section reads like a list of
its keys, and everything that is wrong is found in one pass.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator
from datetime import date as Date  # noqa: N812
from typing import TypeVar, cast

from .calendar import Duration, TimeUnit
from .case import SourceRef
from .nodes import List, Node, Table, Text
from .problems import Place, Problems
from .raw import At
from .slips import RESERVED
from .units import Unit, parse_unit

T = TypeVar("T")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_LOOSE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\Z")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?) *(day|week|month|year)s?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
MAX_NAME = 60
MAX_TEXT = 4000
LARGEST = 1e100


class Fields:
    """The keys of one entry. `what` is how messages call it: "a quantity"."""

    def __init__(self, table: Table, keys: Collection[str], what: str, problems: Problems) -> None:
        self.table, self.what, self.problems = table, what, problems
        for name in table.keys:
            if name not in keys:
                problems.add("unknown_key", key_place(table, name), name=name, known=tuple(keys), what=what)

    @property
    def place(self) -> Place:
        """Where the entry begins."""
        return self.table.place

    def has(self, key: str) -> bool:
        """Whether the key is written with some value."""
        return key in self.table.items

    def get(self, key: str) -> Node | None:
        """The node of a key."""
        return self.table.items.get(key)

    def key_place(self, key: str) -> Place:
        """Where the key itself stands."""
        return key_place(self.table, key)

    def read(self, key: str, reader: Callable[[Node, Problems], T | None]) -> T | None:
        """What `reader` makes of the key's node; None if the key is absent."""
        node = self.table.items.get(key)
        return None if node is None else reader(node, self.problems)

    def text(self, key: str) -> str:
        """A text, or nothing."""
        return self.read(key, text_of) or ""

    def require(self, key: str) -> bool:
        """Whether the key is there; a problem if not."""
        if key not in self.table.items:
            self.problems.add("missing_key", self.place, what=self.what, key=key)
        return key in self.table.items


def key_place(table: Table, key: str) -> Place:
    """Where a key of a table stands."""
    node = table.keys.get(key)
    if node is None:
        return table.place
    return node.file.place(node.start, node.end, f"{table.path}.{key}" if table.path else key)


def found(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, List):
        return "a list"
    if isinstance(node, Table):
        return "a mapping"
    return "nothing" if node.is_null else f"`{node.text}`"


def table_of(node: Node, problems: Problems) -> Table | None:
    """A mapping."""
    if isinstance(node, Table):
        return node
    problems.add("not_mapping", node.place, found=found(node))
    return None


def list_of(node: Node, problems: Problems) -> List | None:
    """A list."""
    if isinstance(node, List):
        return node
    problems.add("not_list", node.place, found=found(node))
    return None


def some_of(node: Node) -> list[Node]:
    """The items of a list; anything else is a list of one."""
    return node.items if isinstance(node, List) else [node]


def text_of(node: Node, problems: Problems) -> str | None:
    """A text of reasonable length."""
    if not isinstance(node, Text) or node.is_null:
        problems.add("not_text", node.place, found=found(node))
        return None
    if len(node.text) > MAX_TEXT:
        problems.add("text_too_long", node.place, length=len(node.text), most=MAX_TEXT)
        return None
    return node.text


def unit_of(node: Node, problems: Problems) -> Unit | None:
    """A unit such as `1/month` or `"1"`."""
    text = text_of(node, problems)
    return None if text is None else parse_unit(text, node.place, problems)


def truth_of(node: Node, problems: Problems) -> bool | None:
    """`true` or `false`."""
    if isinstance(node, Text) and node.truth is not None:
        return node.truth
    problems.add("not_truth", node.place, found=found(node))
    return None


def any_number_of(node: Node, problems: Problems) -> float | None:
    """A number, infinity included; NaN is none."""
    value = node.number if isinstance(node, Text) else None
    if value is None:
        code = "quoted_number" if isinstance(node, Text) and not node.plain and _looks_number(node) else "not_number"
        problems.add(code, node.place, found=found(node))
        return None
    if math.isnan(value):
        problems.add("not_finite", node.place, found=found(node))
        return None
    return value


def _looks_number(node: Text) -> bool:
    return Text(node.text.strip(), True, node.file, node.path, 0, 0).number is not None


def number_of(node: Node, problems: Problems) -> float | None:
    """A finite number of reasonable size."""
    value = any_number_of(node, problems)
    if value is not None and abs(value) > LARGEST:
        problems.add("not_finite" if math.isinf(value) else "number_too_large", node.place, found=found(node))
        return None
    return value


def numbers_of(node: Node, problems: Problems) -> list[float] | None:
    """A list of finite numbers."""
    items = list_of(node, problems)
    if items is None:
        return None
    values = [number_of(item, problems) for item in items]
    return None if None in values else cast(list[float], values)


def date_of(node: Node, problems: Problems) -> Date | None:
    """A calendar day written 2016-09-30."""
    text = node.text if isinstance(node, Text) else ""
    if not _DATE.match(text):
        problems.add("not_date", node.place, found=found(node))
        return None
    try:
        return Date.fromisoformat(text)
    except ValueError:
        problems.add("no_such_day", node.place, found=text)
        return None


def duration_of(node: Node, problems: Problems) -> Duration | None:
    """A length of time such as `6 months`."""
    match = _DURATION.match(node.text) if isinstance(node, Text) and len(node.text) < 40 else None
    if not match:
        problems.add("not_duration", node.place, found=found(node))
        return None
    return Duration(float(match[1]), cast(TimeUnit, match[2]))


def name_of(node: Node, problems: Problems) -> str | None:
    """A name that stands as a value: of a level, a party, a source."""
    if isinstance(node, Text) and not node.is_null and good_name(node.text, node.place, problems):
        return node.text
    if not isinstance(node, Text) or node.is_null:
        problems.add("not_name", node.place, found=found(node))
    return None


def good_name(name: str, place: Place, problems: Problems, loose: bool = False) -> bool:
    """Whether a word can be a name. A loose one (a source, a case) may hold `-` and begin with a digit."""
    if name in RESERVED and not loose:
        problems.add("reserved_name", place, name=name, reserved=" ".join(sorted(RESERVED)))
    elif not (_LOOSE_NAME if loose else _NAME).match(name):
        problems.add("bad_name", place, name=name, hyphen=" or `-`" if loose else "")
    elif len(name) > MAX_NAME:
        problems.add("long_name", place, name=name, most=MAX_NAME)
    else:
        return True
    return False


def entries_of(table: Table, problems: Problems, loose: bool = False) -> Iterator[tuple[str, Node, Place]]:
    """The entries of a section whose names can be names, with the places of the names."""
    for name, node in table.items.items():
        place = key_place(table, name)
        if good_name(name, place, problems, loose):
            yield name, node, place


def sources_of(node: Node, problems: Problems) -> tuple[SourceRef, ...]:
    """`seed`, `{seed: 13}`, or a list of such. Whether the sources exist is looked at elsewhere."""
    refs: list[SourceRef] = []
    for item in some_of(node):
        if isinstance(item, Text) and not item.is_null:
            refs.append(SourceRef(item.text))
        elif isinstance(item, Table) and item.items:
            refs.extend(SourceRef(name, _parts(part, problems)) for name, part in item.items.items())
        else:
            problems.add("not_source", item.place, found=found(item))
    return tuple(refs)


def _parts(node: Node, problems: Problems) -> str:
    texts = [text_of(item, problems) for item in some_of(node)]
    return ", ".join(text for text in texts if text is not None)


def place_in_text(node: Text) -> tuple[Place, At | None]:
    """Where the text of a scalar begins, and the map from its characters to the file if that is not plain."""
    place = node.place
    if node.text == node.raw:
        return place, None
    if node.raw[1:-1] == node.text:
        return Place(place.file, place.line, place.column + 1, place.path, max(len(node.text), 1)), None
    offsets = _offsets(node)
    return place, lambda offset: node.file.line_and_column(offsets[min(max(offset, 0), len(offsets) - 1)])


def _offsets(node: Text) -> list[int]:
    """For each character of a folded or escaped scalar, its index in the file."""
    source, at, end = node.file.text, node.start, node.end
    if source[at : at + 1] in ("|", ">"):
        at = (re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?").match(source, at) or re.match("", "")).end()  # type: ignore[union-attr]
    elif source[at : at + 1] in ("'", '"'):
        at += 1
    offsets: list[int] = []
    for position, character in enumerate(node.text):
        if character.isspace():
            offsets.append(min(at, end))
            if position + 1 < len(node.text) and not node.text[position + 1].isspace():
                while at < end and source[at].isspace():
                    at += 1
            continue
        while at < end and source[at].isspace():
            at += 1
        offsets.append(min(at, end))
        at += 2 if source[at : at + 2] in ("''", '\\"', "\\\\") else 1
    return [*offsets, min(at, end)]
