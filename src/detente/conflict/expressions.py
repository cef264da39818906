"""Conditions on a state, as an analyst writes them: `not dprk.tests`, `if us.pact then dprk.inspectors`.

From loosest to tightest: `if A then B`, `A iff B`, `or`, `and`, `not`. A bare option means that it is not at
its first level. `==` and `!=` compare an option with one of its levels, `<` to `>=` compare by the order of
the levels, `in [a, b]` is one of several. A condition is parsed to a tree whose evaluation is one array
operation per node; nothing is handed to Python's own `eval`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.language.records import dataclass

from .graph import Space
from .preferences import BoolArray, ConflictError

Condition: TypeAlias = Callable[[], BoolArray]

LONGEST = 2000
DEEPEST = 50
WORDS = frozenset(["if", "then", "iff", "or", "and", "not", "in", "true", "false"])
_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)|(?P<sign>==|!=|<=|>=|[<>()\[\],]))"
)
_COMPARE: dict[str, Callable[[NDArray[np.uint8], int], BoolArray]] = {
    "==": lambda levels, level: levels == level,
    "!=": lambda levels, level: levels != level,
    "<": lambda levels, level: levels < level,
    "<=": lambda levels, level: levels <= level,
    ">": lambda levels, level: levels > level,
    ">=": lambda levels, level: levels >= level,
}


@dataclass(frozen=True)
class _Token:
    text: str
    column: int


def condition(text: str, space: Space) -> Condition:
    """The function that evaluates a condition over all states of a space.

    Raises `ConflictError` with the column and what was expected.
    """
    if len(text) > LONGEST:
        raise ConflictError(f"a condition of {len(text):,} characters; at most {LONGEST:,} are read: split it")
    return _Parser(text, space).whole()


class _Parser:
    def __init__(self, text: str, space: Space) -> None:
        self.text, self.space = text, space
        self.tokens = list(self.split())
        self.at = self.depth = 0

    def split(self) -> list[_Token]:
        tokens, place, end = [], 0, len(self.text.rstrip())
        while place < end:
            match = _TOKEN.match(self.text, place)
            if not match:
                start = place + len(self.text[place:]) - len(self.text[place:].lstrip())
                sign = self.text[start]
                remedy = "; write == to compare" if sign == "=" else ""
                raise _at(start + 1, f"{sign!r} has no meaning in a condition{remedy}")
            group = "name" if match["name"] else "sign"
            tokens.append(_Token(match[group], match.start(group) + 1))
            place = match.end()
        return tokens

    def whole(self) -> Condition:
        found = self.rule()
        if self.at < len(self.tokens):
            self.fail("`and`, `or`, `iff` or the end")
        return found

    def peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> bool:
        if self.peek() in wanted and self.peek():
            self.at += 1
            return True
        return False

    def need(self, wanted: str) -> None:
        if not self.take(wanted):
            self.fail(f"`{wanted}`")

    def fail(self, wanted: str) -> NoReturn:
        if self.at < len(self.tokens):
            token = self.tokens[self.at]
            raise _at(token.column, f"{wanted} is expected, not `{token.text}`")
        raise _at(len(self.text) + 1, f"{wanted} is expected, but the condition ends")

    def rule(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ConflictError(f"a condition nested more than {DEEPEST} deep; split it")
        if self.take("if"):
            first = self.same()
            self.need("then")
            second = self.rule()
            found: Condition = lambda: ~first() | second()  # noqa: E731
        else:
            found = self.same()
        self.depth -= 1
        return found

    def same(self) -> Condition:
        found = self.either()
        while self.take("iff"):
            found = _joined(np.equal, found, self.either())
        return found

    def either(self) -> Condition:
        found = self.both()
        while self.take("or"):
            found = _joined(np.logical_or, found, self.both())
        return found

    def both(self) -> Condition:
        found = self.single()
        while self.take("and"):
            found = _joined(np.logical_and, found, self.single())
        return found

    def single(self) -> Condition:
        negations = 0
        while self.take("not"):
            negations += 1
        found = self.simple()
        return (lambda: ~found()) if negations % 2 else found

    def simple(self) -> Condition:
        if self.take("("):
            found = self.rule()
            self.need(")")
            return found
        if self.take("true"):
            return lambda: np.ones(self.space.size, np.bool_)
        if self.take("false"):
            return lambda: np.zeros(self.space.size, np.bool_)
        return self.option()

    def option(self) -> Condition:
        name, column = self.word("an option")
        if name not in self.space.index:
            near = get_close_matches(name, list(self.space.index), 1)
            known = f"did you mean {near[0]}?" if near else f"there are {', '.join(self.space.index)}"
            raise _at(column, f"there is no option {name}; {known}")
        space = self.space
        if self.peek() in _COMPARE:
            compare = _COMPARE[self.peek()]
            self.at += 1
            level = self.level(name)
            return lambda: compare(space[name], level)
        if self.take("in"):
            self.need("[")
            levels = [self.level(name)]
            while self.take(","):
                levels.append(self.level(name))
            self.need("]")
            return lambda: np.isin(space[name], levels)
        return lambda: space[name] > 0

    def level(self, name: str) -> int:
        levels = self.space.options[self.space.index[name]].levels
        if self.peek() in levels and self.peek():
            self.at += 1
            return levels.index(self.tokens[self.at - 1].text)
        self.fail(f"a level of {name} ({', '.join(levels)})")

    def word(self, wanted: str) -> tuple[str, int]:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is None or token.text in WORDS or not (token.text[0].isalpha() or token.text[0] == "_"):
            self.fail(wanted)
        self.at += 1
        return token.text, token.column


def _at(column: int, reason: str) -> ConflictError:
    return ConflictError(f"column {column}: {reason}", column=column, reason=reason)


def _joined(operation: Callable[[BoolArray, BoolArray], BoolArray], first: Condition, second: Condition) -> Condition:
    return lambda: operation(first(), second())
