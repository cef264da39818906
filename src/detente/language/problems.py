"""A problem is a value of facts, made where a mistake is found; `wording` says it, `render` shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Literal

from .records import dataclass

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the file as the user named it, line and column from 1, path in the case."""

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    length: int = 1


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: `code` names its wording, `facts` fill it in."""

    code: str
    place: Place
    facts: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = "error"


class Problems:
    """Collects problems in the order found, so that a reader sees everything that is wrong at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, code: str, place: Place, /, **facts: object) -> None:
        """Record an error."""
        self._found.append(Problem(code, place, facts))

    def warn(self, code: str, place: Place, /, **facts: object) -> None:
        """Record a warning."""
        self._found.append(Problem(code, place, facts, "warning"))

    def take(self, problem: Problem) -> None:
        """Record what somebody else found."""
        self._found.append(problem)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that make a case unusable."""
        return tuple(p for p in self._found if p.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that a case can be run with."""
        return tuple(p for p in self._found if p.severity == "warning")


class Refused(Exception):  # noqa: N818 - the word users see
    """The user's file or request cannot be used. Holds the problems and the text of the files they point into."""

    def __init__(self, problems: tuple[Problem, ...], files: Mapping[str, str] | None = None) -> None:
        self.problems = problems
        self.files = dict(files or {})
        super().__init__("; ".join(f"{p.place.path or p.place.file}: {p.code}" for p in problems[:5]))

    def __reduce__(self) -> tuple[object, ...]:
        return Refused, (self.problems, self.files)
