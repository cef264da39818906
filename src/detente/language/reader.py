"""YAML text to nodes that keep their place.

Of PyYAML only the C parser's events are used: one pass over them builds the nodes, so that depth, number and
aliases are bounded before anything is built, and no tag can make an object. Plain scalars mean what YAML 1.2's
core schema says, so that `no` and `on` stay words. One mistake deserves its own care: an expression with a comma
inside `{...}` falls into pieces, and joined again from their places they give the line that should have been
written.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from .files import FORBIDDEN, refuse
from .nodes import MAX_DEPTH, File, List, Node, Table, Text
from .problems import Place, Problems

MAX_NODES = 40_000
_BY_ESCAPE = re.compile(rf"{FORBIDDEN.pattern}|[\r\x85]")  # nor may a text go back to the start of its line


def read_yaml(file: File, problems: Problems) -> Table:
    """The one mapping that a file holds.

    Duplicate keys and forgotten quotes are added to `problems`; what keeps the rest from being read raises
    `Refused`.
    """
    import yaml
    from yaml._yaml import CParser

    reader = _Reader(file, problems)
    try:
        with collector_paused():
            parser = CParser(file.text)
            while (event := parser.get_event()) is not None:
                reader.take(event)
    except yaml.MarkedYAMLError as error:
        from .syntax import syntax_error

        raise syntax_error(file, error) from None
    except (yaml.YAMLError, UnicodeError, RecursionError) as error:
        raise refuse("yaml_other", file.place(0, 1, ""), file.text, what=type(error).__name__) from None
    return reader.root()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Nodes are made in thousands and none of them is garbage."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@dataclass(slots=True)
class _Open:
    """A list or table that is still being read; `pairs` are a table's keys and values so far."""

    node: List | Table
    flow: bool
    anchor: str | None
    key: Text | None = None
    pairs: list[tuple[Text, Node]] = field(default_factory=list)


class _Reader:
    """Takes events one by one and stacks what is open."""

    def __init__(self, file: File, problems: Problems) -> None:
        self.file, self.problems = file, problems
        self.stack: list[_Open] = []
        self.anchors: dict[str, Node | None] = {}
        self.documents: list[Node] = []
        self.count = 0

    def take(self, event: Any) -> None:
        """One event of the parser."""
        kind = type(event).__name__
        self._count(1, event)
        if kind == "ScalarEvent":
            self._scalar(event)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._open(event, Table if kind == "MappingStartEvent" else List)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._close(event.end_mark.index)
        elif kind == "AliasEvent":
            self._alias(event)
        elif kind == "DocumentStartEvent" and self.documents:
            self._stop("yaml_two_documents", event)

    def _count(self, more: int, event: Any) -> None:
        self.count += more
        if self.count > MAX_NODES:
            self._stop("yaml_too_many", event, most=MAX_NODES)

    def root(self) -> Table:
        """The table at the top; anything else is no case."""
        root = self.documents[0] if self.documents else None
        if root is None or (isinstance(root, Text) and root.is_null):
            raise refuse("file_empty", Place(self.file.name))
        if not isinstance(root, Table):
            place = self.file.place(root.start, root.start + 1, "")
            raise refuse(
                "yaml_no_mapping", place, self.file.text, found="a list" if isinstance(root, List) else "text"
            )
        return root

    def _stop(self, code: str, event: Any, **facts: object) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        raise refuse(code, self.file.place(start, end, self._path()), self.file.text, **facts)

    def _tagged(self, event: Any) -> None:
        """Refuse a tag; `!(..)` is one to YAML, and a slip for `not` to whoever wrote it."""
        if self.file.text.startswith("!(", event.start_mark.index):
            from .syntax import bracketed

            inside = bracketed(self.file.text, event.start_mark.index + 1)
            self._stop("yaml_not", event, written=f"not {inside}")
        self._stop("yaml_tag", event, tag=event.tag.replace("tag:yaml.org,2002:", "!!"))

    def _path(self) -> str:
        """The path of what comes next."""
        if not self.stack:
            return ""
        top = self.stack[-1]
        if isinstance(top.node, List):
            return f"{top.node.path}[{len(top.node.items)}]"
        if top.key is None:
            return top.node.path
        return f"{top.node.path}.{top.key.text}" if top.node.path else top.key.text

    def _scalar(self, event: Any) -> None:
        if event.tag is not None:
            self._tagged(event)
        start, end = event.start_mark.index, event.end_mark.index
        if event.style == '"' and (odd := _BY_ESCAPE.search(event.value)):
            self._stop("file_control", event, character=f"U+{ord(odd[0]):04X}")
        text = Text(event.value, event.style is None or event.style == "", self.file, self._path(), start, end)
        self._add(text, event)
        if event.anchor:
            self.anchors[event.anchor] = text

    def _open(self, event: Any, kind: type[List | Table]) -> None:
        if event.tag is not None:
            self._tagged(event)
        if len(self.stack) >= MAX_DEPTH:
            self._stop("yaml_too_deep", event, most=MAX_DEPTH)
        if event.anchor:
            self.anchors[event.anchor] = None
        node = kind(self.file, self._path(), event.start_mark.index)
        if self._expects_key():
            self._stop("yaml_odd_key", event)
        self.stack.append(_Open(node, bool(event.flow_style), event.anchor))

    def _close(self, end: int) -> None:
        done = self.stack.pop()
        done.node.end = end
        if isinstance(done.node, Table):
            self._fill(done.node, done)
        elif done.flow:
            self._mend_items(done.node)
        if done.anchor:
            self.anchors[done.anchor] = done.node
        self._add(done.node, None)

    def _alias(self, event: Any) -> None:
        node = self.anchors.get(event.anchor)
        if node is None:
            self._stop(
                "yaml_alias_inside" if event.anchor in self.anchors else "yaml_alias", event, name=event.anchor
            )
        assert node is not None
        self._count(node.size, event)
        self._add(node, event)

    def _expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].node, Table) and self.stack[-1].key is None

    def _add(self, node: Node, event: Any) -> None:
        """Put a finished node where it belongs."""
        if not self.stack:
            self.documents.append(node)
            return
        top = self.stack[-1]
        top.node.size += node.size
        if isinstance(top.node, List):
            top.node.items.append(node)
        elif top.key is not None:
            top.pairs.append((top.key, node))
            top.key = None
        elif not isinstance(node, Text):
            self._stop("yaml_odd_key", event)
        elif node.text == "<<" and node.plain:
            self._stop("yaml_merge", event)
        else:
            top.key = node

    def _fill(self, table: Table, done: _Open) -> None:
        """Pairs to entries: values that were cut are reported and mended, keys that occur twice refused."""
        for key, value in self._mend_values(done.pairs) if done.flow else done.pairs:
            if key.text in table.items:
                path = f"{table.path}.{key.text}" if table.path else key.text
                place, first = self.file.place(key.start, key.end, path), table.keys[key.text].place
                self.problems.add("yaml_duplicate", place, key=key.text, line=first.line)
            else:
                table.items[key.text], table.keys[key.text] = value, key

    def _mend_values(self, pairs: list[tuple[Text, Node]]) -> Iterator[tuple[Text, Node]]:
        """The pairs of `{...}`, a value with an unquoted comma joined again from its pieces.

        A piece has no colon: its empty value stands where its key ends.
        """
        position = 0
        while position < len(pairs):
            key, value = pairs[position]
            position += 1
            last: Text | None = None
            while (
                isinstance(value, Text)
                and value.plain
                and value.text
                and position < len(pairs)
                and _is_piece(*pairs[position])
            ):
                last, position = pairs[position][0], position + 1
            yield key, self._joined(key.text, value, last.end) if last and isinstance(value, Text) else value

    def _mend_items(self, node: List) -> None:
        """Items of `[...]` that only together close their brackets become one."""
        mended: list[Node] = []
        waiting = list(reversed(node.items))
        while waiting:
            item, taken = waiting.pop(), 0
            depth = _open_brackets(item)
            while depth > 0 and taken < len(waiting) and isinstance(waiting[-1 - taken], Text):
                taken += 1
                depth += _open_brackets(waiting[-taken])
            if taken and depth == 0 and isinstance(item, Text):
                end = waiting[-taken].end
                del waiting[-taken:]
                item = self._joined("", item, end)
            mended.append(item)
        node.items[:] = mended

    def _joined(self, key: str, value: Text, end: int) -> Text:
        """The value as it was meant, and the problem that says how to write it."""
        meant = " ".join(self.file.text[value.start : end].split())
        quoted = f"'{meant}'" if '"' in meant else f'"{meant}"'
        self.problems.add(
            "yaml_forgotten_quotes",
            self.file.place(value.start, end, value.path),
            written=f"{key}: {quoted}" if key else quoted,
        )
        return Text(meant, False, self.file, value.path, value.start, end)


def _is_piece(key: Text, value: Node) -> bool:
    return isinstance(value, Text) and value.plain and not value.text and value.start == key.end


def _open_brackets(node: Node) -> int:
    return node.text.count("(") - node.text.count(")") if isinstance(node, Text) and node.plain else 0
