"""Problems as a person reads them and as a program does, from the same values.

A headline with file, line and path stands first; then the user's own line with a caret under the place; then
what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .files import FORBIDDEN
from .nodes import LINE_BREAK
from .problems import Place, Problem
from .wording import say, shown

WIDTH = 110
MOST_SHOWN = 30
LONGEST_PATH = 70
_RED, _YELLOW, _DIM, _OFF = "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[0m"


def as_text(problems: Iterable[Problem], files: Mapping[str, str] | None = None, *, colour: bool = False) -> str:
    """All problems for a terminal, the first thirty in full."""
    problems, lines = list(problems), _Lines(files or {})
    parts = [_one(problem, lines, colour) for problem in problems[:MOST_SHOWN]]
    if (more := len(problems) - MOST_SHOWN) > 0:
        parts.append(f"... and {more} more.")
    return "\n".join(parts)


def plain(text: str) -> str:
    """A text as a terminal shows it: what it would obey, or show in another order, is spelt out."""
    return FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def as_json(problems: Iterable[Problem], files: Mapping[str, str] | None = None) -> list[dict[str, object]]:
    """The same for a program: one object each, the first thirty."""
    lines = _Lines(files or {})
    return [_object(problem, lines) for problem in list(problems)[:MOST_SHOWN]]


def _object(problem: Problem, lines: _Lines) -> dict[str, object]:
    place, said = problem.place, say(problem)
    excerpt = lines.excerpt(place)
    return {
        "severity": problem.severity,
        "code": problem.code,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "path": place.path,
        "message": said.headline,
        "remedy": said.remedy,
        "text": excerpt[0] if excerpt else "",
    }


def _one(problem: Problem, lines: _Lines, colour: bool) -> str:
    said, place = say(problem), problem.place
    warning = "warning: " if problem.severity == "warning" else ""
    where = f"{shown(place.file)}:{place.line}: " if place.line else f"{shown(place.file)}: " if place.file else ""
    path = f"  [{_cut(shown(place.path))}]" if place.path else ""
    if colour:
        mark = _YELLOW if warning else _RED
        head = f"{_DIM}{where}{_OFF}{mark}{warning}{said.headline}{_OFF}{_DIM}{path}{_OFF}"
    else:
        head = f"{where}{warning}{said.headline}{path}"
    excerpt = lines.excerpt(place)
    shown_lines = [f"    {excerpt[0]}", f"    {' ' * excerpt[1]}{'^' * excerpt[2]}"] if excerpt else []
    remedy = [f"  {said.remedy}"] if said.remedy else []
    return "\n".join([head, *shown_lines, *remedy, ""])


def _cut(path: str) -> str:
    return path if len(path) <= LONGEST_PATH else path[: LONGEST_PATH - 2] + ".."


class _Lines:
    """The lines of the files that problems point into."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._texts, self._lines = files, dict[str, list[str]]()

    def excerpt(self, place: Place) -> tuple[str, int, int] | None:
        """The line at a place, cut to the terminal around the caret; the caret's offset and length."""
        if place.file not in self._texts or place.line < 1:
            return None
        if place.file not in self._lines:
            self._lines[place.file] = LINE_BREAK.split(self._texts[place.file])
        lines = self._lines[place.file]
        if place.line > len(lines):
            return None
        line, at = lines[place.line - 1], max(place.column - 1, 0)
        first = 0 if at < WIDTH - 20 else at - WIDTH // 2
        text = "".join(
            c if c.isprintable() else " " if c == "\t" else "\N{REPLACEMENT CHARACTER}"
            for c in line[first : first + WIDTH]
        )
        cut = ".." if first + WIDTH < len(line) else ""
        before = ".." if first else ""
        at, length = at - first + len(before), max(1, min(place.length, len(text) - (at - first)))
        stripped = text if before else text.lstrip()
        return before + stripped + cut, at - (len(text) - len(stripped)), length
