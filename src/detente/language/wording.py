"""What is said about a mistake: one table from its code to a headline and a remedy.

The headline stands alone: it names what is wrong with the user's own words in it. The remedy says what to write
instead. Both are templates over the facts of a problem; `{hint}` offers the nearest known name, or lists what is
known. Facts are the user's text, so control characters in them are spelt out and long ones cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .problems import Problem
from .records import dataclass
from .wording_agreements import AGREEMENT_WORDS
from .wording_conflict import CONFLICT_WORDS
from .wording_expressions import EXPRESSION_WORDS
from .wording_run import RUN_WORDS
from .wording_sections import SECTION_WORDS
from .wording_store import STORE_WORDS

LONGEST_FACT = 120
MOST_LISTED = 12

WORDS: dict[str, tuple[str, str]] = {
    **SECTION_WORDS, **EXPRESSION_WORDS, **RUN_WORDS, **AGREEMENT_WORDS, **STORE_WORDS, **CONFLICT_WORDS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A problem in words."""

    headline: str
    remedy: str


def say(problem: Problem) -> Said:
    """The words for a problem."""
    headline, remedy = WORDS[problem.code]
    facts = _Facts(problem)
    return Said(headline.format_map(facts), remedy.format_map(facts))


def shown(value: object) -> str:
    """A fact as it is shown: on one line, control characters spelt out, cut when it is long."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: LONGEST_FACT + 1])
    return text if len(text) <= LONGEST_FACT else text[: LONGEST_FACT - 2] + ".."


class _Facts(dict[str, object]):
    """The facts of a problem as a template sees them, and those that follow from them."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        super().__init__({name: shown(value) for name, value in problem.facts.items()})

    def __missing__(self, name: str) -> object:
        return _DERIVED[name](self._problem)


def _hint(problem: Problem) -> str:
    name, known = str(problem.facts.get("name", "")), problem.facts.get("known", ())
    names = [str(n) for n in known] if isinstance(known, tuple) else []
    near = nearest(name, names)
    if near is not None:
        return f"Did you mean `{shown(near)}`?"
    if not names:
        return "There is none in this case."
    listed = ", ".join(shown(n) for n in names[:MOST_LISTED])
    return f"Known: {listed}{f', .. ({len(names) - MOST_LISTED} more)' if len(names) > MOST_LISTED else ''}."


def nearest(name: str, known: list[str]) -> str | None:
    """The known name most like `name`, if one is near: one letter in three may differ."""
    from .scope import distance_of

    best, least = None, len(name) // 3 + 1
    for candidate in known if len(name) <= 64 else ():
        if (away := distance_of(name, candidate, least)) < least:
            best, least = candidate, away
    return best


def _files_hint(problem: Problem) -> str:
    beside = problem.facts.get("near", ())
    names = [str(name) for name in beside] if isinstance(beside, tuple) else []
    near = nearest(str(problem.facts.get("file", problem.place.file)).rpartition("/")[2], names)
    if near is not None:
        return f"Did you mean `{shown(near)}`?"
    return f"Beside it: {', '.join(map(shown, names))}." if 0 < len(names) <= MOST_LISTED else "Check the path."


def _file(problem: Problem) -> str:
    return shown(problem.place.file)


_EXAMPLES: Mapping[str, str] = {
    "detente": "Write `detente: 1`, the format of the file.",
    "case": "Write for instance `case: tiny-race`.",
    "as_of": "Write `as_of: 2016-09-30`: no later fact may inform the case.",
    "horizon": "Write for instance `horizon: 10 years`.",
    "step": "Write for instance `step: 1 month`.",
    "says": 'Write for instance says: "P(reaches_home < never under patience) > 0.5".',
    "levels": "Write for instance `levels: [none, direct]`; the first is the start.",
    "sharpness": "Write for instance `sharpness: 4`: 0 chooses blindly, larger numbers more sharply.",
    "option": "Write for instance `option: us.talks`.",
    "between": "Write `between: [one, other]`.",
    "rank": "Write for instance `rank: 0.4`.",
    "is": 'Write for instance is: "first(reach >= 1)".',
}
_BEGINNINGS: Mapping[bool, str] = {True: "may begin with a digit", False: "do not begin with a digit"}
_POINTS: Mapping[object, str] = {"rivals": "one of rivals", "fixed": "a fixed value"}
_DERIVED: Mapping[str, Callable[[Problem], object]] = {
    "hint": _hint,
    "files_hint": _files_hint,
    "file": _file,
    "example": lambda problem: _EXAMPLES.get(str(problem.facts.get("key")), "Add it."),
    "begin": lambda problem: _BEGINNINGS[bool(problem.facts.get("hyphen"))],
    "point": lambda problem: _POINTS.get(problem.facts.get("what"), "a point"),
    "a_kind": lambda problem: _article(problem.facts.get("kind")),
    "a_other": lambda problem: _article(problem.facts.get("other")),
}


def _article(word: object) -> str:
    return f"{'an' if str(word)[:1] in 'aeiou' else 'a'} {word}"
