"""The raw tree: an expression as it was written, before any name has a meaning. Nodes know their offsets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from .calendar import Duration
from .problems import Place, Problems

At = Callable[[int], tuple[int, int]]
VALUES = ("now", "never", "true", "false")  # words that are values, whatever a case declares
MOST_PROBLEMS = 10  # of one expression: a reader mends the first ones and looks again


@dataclass(slots=True)
class Text:
    """An expression's text, where it stands, and how a mistake in it is reported.

    `at` maps an offset to (line, column); without it the text is taken to stand at `place` as it is.
    """

    text: str
    where: Place
    problems: Problems
    at: At | None = None
    found: int = 0  # problems, also those that are not shown
    parts: int = 0  # tokens, once parsed
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _folded: bool = False

    def __post_init__(self) -> None:
        self._folded = "\n" in self.text

    def place(self, start: int, end: int) -> Place:
        """The place of text[start:end]."""
        where = self.where
        if not self.at and not self._folded:
            return Place(where.file, where.line, where.column + start, where.path, max(1, end - start))
        line, column = self.at(start) if self.at else self._plain(start)
        cut = self.text.find("\n", start, end)
        return Place(where.file, line, column, where.path, max(1, (end if cut < 0 else cut) - start))

    def _plain(self, offset: int) -> tuple[int, int]:
        newlines = self.text.count("\n", 0, offset)
        if not newlines:
            return self.where.line, self.where.column + offset
        return self.where.line + newlines, offset - self.text.rfind("\n", 0, offset)

    def problem(self, code: str, start: int, end: int, /, **facts: object) -> None:
        """Report a mistake in text[start:end]: the same one once, and not more than a reader can use."""
        key = (code, self.text[start:end])
        self.found += 1
        if key not in self._seen and len(self._seen) < MOST_PROBLEMS:
            self._seen.add(key)
            self.problems.add(code, self.place(start, end), **facts)

    def says(self, node: Raw, most: int = 60) -> str:
        """What `node` looks like in the text, on one line and cut to `most` characters."""
        said = " ".join(self.text[node.start : node.end].split())
        return said if len(said) <= most else said[: most - 2] + ".."


# Raw nodes live while one text is read. They are compared by identity and never shown, so they are cheap to define.


@dataclass(eq=False, repr=False, match_args=False)
class Span:
    """What every raw node has: text[start:end]."""

    start: int
    end: int


@dataclass(eq=False, repr=False, match_args=False)
class Literal(Span):
    """A number."""

    value: float


@dataclass(eq=False, repr=False, match_args=False)
class Length(Span):
    """A duration, such as `6 months`."""

    duration: Duration


@dataclass(eq=False, repr=False, match_args=False)
class Day(Span):
    """A date."""

    day: dt.date


@dataclass(eq=False, repr=False, match_args=False)
class Word(Span):
    """A name, a level or a rival: `strain`, `us.talks`, `direct`; also `now never true false`."""

    name: str


@dataclass(eq=False, repr=False, match_args=False)
class Apply(Span):
    """name(args)."""

    name: str
    args: tuple[Raw, ...]


@dataclass(eq=False, repr=False, match_args=False)
class Quoted(Span):
    """What another reader reads: a condition on the states of the conflict graph."""


@dataclass(eq=False, repr=False, match_args=False)
class Group(Span):
    """(inner), kept because `under` counts brackets."""

    inner: Raw


@dataclass(eq=False, repr=False, match_args=False)
class Minus(Span):
    """-arg."""

    arg: Raw


@dataclass(eq=False, repr=False, match_args=False)
class Opposite(Span):
    """not arg."""

    arg: Raw


@dataclass(eq=False, repr=False, match_args=False)
class Binary(Span):
    """left op right, for `+ - * / **`."""

    op: str
    left: Raw
    right: Raw


@dataclass(eq=False, repr=False, match_args=False)
class Comparison(Span):
    """left op right, for `< <= > >= == !=` and `before`."""

    op: str
    left: Raw
    right: Raw


@dataclass(eq=False, repr=False, match_args=False)
class Member(Span):
    """subject in [names], or not in."""

    subject: Raw
    names: tuple[Raw, ...]
    negated: bool


@dataclass(eq=False, repr=False, match_args=False)
class Joined(Span):
    """args joined by `and`, or by `or`."""

    op: str
    args: tuple[Raw, ...]


@dataclass(eq=False, repr=False, match_args=False)
class Choice(Span):
    """then if condition else other."""

    condition: Raw
    then: Raw
    other: Raw


@dataclass(eq=False, repr=False, match_args=False)
class Given(Span):
    """body if condition, inside P(..)."""

    body: Raw
    condition: Raw


@dataclass(eq=False, repr=False, match_args=False)
class Under(Span):
    """arg under strategy."""

    arg: Raw
    strategy: Word


Raw: TypeAlias = (
    Literal | Length | Day | Word | Apply | Group | Minus | Opposite | Binary | Comparison | Member | Joined
    | Choice | Given | Under | Quoted
)  # fmt: skip


def children(node: Raw) -> tuple[Raw, ...]:
    """The nodes directly below `node`, in the order of the text."""
    match node:
        case Literal() | Length() | Day() | Word() | Quoted():
            return ()
        case Apply(args=args) | Joined(args=args):
            return args
        case Group(inner=inner):
            return (inner,)
        case Minus(arg=arg) | Opposite(arg=arg):
            return (arg,)
        case Binary(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Member(subject=subject, names=names):
            return (subject, *names)
        case Choice(condition=condition, then=then, other=other):
            return (then, condition, other)
        case Given(body=body, condition=condition):
            return (body, condition)
        case Under(arg=arg, strategy=strategy):
            return (arg, strategy)


def walk(node: Raw) -> Iterator[Raw]:
    """`node` and every node below it."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def height(node: Raw) -> int:
    """The longest way down from `node`, found without recursion."""
    level, highest = [node], 0
    while level:
        level = [child for parent in level for child in children(parent)]
        highest += 1
    return highest


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names as a sentence holds them, not more than `most`."""
    names = list(names)
    return ", ".join(f"`{name}`" for name in names[:most]) + (", .." if len(names) > most else "")


def bare(node: Raw) -> Raw:
    """`node` without the parentheses around it."""
    while isinstance(node, Group):
        node = node.inner
    return node
