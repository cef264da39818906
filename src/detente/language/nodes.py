"""The nodes of a YAML file: texts, lists and tables that keep their place.

A node stores where it stands as plain numbers and makes a `Place` only when somebody asks, for most places are
never shown. Nothing here knows what a case is.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from .problems import Place

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_RADIX = re.compile(r"0o([0-7]+)\Z|0x([0-9a-fA-F]+)\Z")
_ODD_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
MAX_DEPTH = 32  # of lists and tables within each other
LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def plain_number(text: str) -> float | None:
    """What a word is as a number of YAML 1.2's core schema, or None."""
    if _NUMBER.match(text):
        return float(text)
    if radix := _RADIX.match(text):
        digits, base = (radix[1], 8) if radix[1] else (radix[2], 16)
        return float(int(digits, base)) if len(digits) <= 200 else math.inf
    return float(text.replace(".", "")) if _ODD_NUMBER.match(text) else None


@dataclass(slots=True)
class File:
    """A file as read: `name` is what the user is shown."""

    name: str
    text: str
    _starts: list[int] = field(default_factory=list)

    def line_and_column(self, index: int) -> tuple[int, int]:
        """Line and column, from 1, of a character."""
        if not self._starts:
            self._starts = [0, *(found.end() for found in LINE_BREAK.finditer(self.text))]
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def place(self, start: int, end: int, path: str) -> Place:
        """The place of the characters from `start` to `end`."""
        line, column = self.line_and_column(start)
        return Place(self.name, line, column, path, max(end - start, 1))


class Text:
    """A scalar: its text, and what YAML 1.2's core schema makes of it. Only a plain one can be a number."""

    __slots__ = ("end", "file", "path", "plain", "size", "start", "text")

    def __init__(self, text: str, plain: bool, file: File, path: str, start: int, end: int) -> None:
        self.text, self.plain, self.file, self.path, self.start, self.end = text, plain, file, path, start, end
        self.size = 1

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.file.place(self.start, self.end, self.path)

    @property
    def raw(self) -> str:
        """The characters in the file, quotes included."""
        return self.file.text[self.start : self.end]

    @property
    def is_null(self) -> bool:
        """Nothing, or `null`."""
        return self.plain and self.text in _NULL

    @property
    def truth(self) -> bool | None:
        """`true` or `false`."""
        return _TRUTH.get(self.text) if self.plain else None

    @property
    def number(self) -> float | None:
        """A finite or infinite number, NaN included; None for anything else."""
        return plain_number(self.text) if self.plain else None


class List:
    """A sequence of nodes."""

    __slots__ = ("end", "file", "items", "path", "size", "start")

    def __init__(self, file: File, path: str, start: int) -> None:
        self.file, self.path, self.start, self.end = file, path, start, start + 1
        self.items: list[Node] = []
        self.size = 1

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.file.place(self.start, self.start + 1, self.path)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Table:
    """A mapping of distinct texts to nodes, in the order of the file. `keys` holds the keys with their places."""

    __slots__ = ("end", "file", "items", "keys", "path", "size", "start")

    def __init__(self, file: File, path: str, start: int) -> None:
        self.file, self.path, self.start, self.end = file, path, start, start + 1
        self.items: dict[str, Node] = {}
        self.keys: dict[str, Text] = {}
        self.size = 1

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.file.place(self.start, self.start + 1, self.path)

    def __len__(self) -> int:
        return len(self.items)


Node: TypeAlias = Text | List | Table
