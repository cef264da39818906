"""What the YAML parser stumbled over, told in the words of somebody who writes cases."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .files import refuse
from .nodes import LINE_BREAK, MAX_DEPTH, File
from .problems import Place, Refused

_BREAK_CHARACTERS = "\r\n\x85\u2028\u2029"


def syntax_error(file: File, error: Any) -> Refused:
    """A `yaml.MarkedYAMLError` as a refusal with a code of our own."""
    text, problem, context = file.text, error.problem or "", error.context or ""
    at = error.problem_mark.index if error.problem_mark else 0
    opened = error.context_mark.index if error.context_mark else at
    code = next(code for applies, code in _KINDS if applies(problem, context, text, at))
    facts: dict[str, object] = {"what": problem or context, "most": MAX_DEPTH}
    place = file.place(at, at + 1, "")
    if code == "yaml_unclosed_quote":
        place = file.place(opened, opened + 1, "")
    elif code == "yaml_unclosed_bracket":
        code, place, facts = _bracket(file, at, opened)
    elif code == "yaml_special":
        facts = {"character": text[at : at + 1], "written": _quoted(_rest_of_line(text, at))}
    elif code == "yaml_colon" and not _has_colon_before(text, at):
        code, place = _line_above(file, at) or ("yaml_indent", place)
    return refuse(code, place, text, **facts)


def _has_colon_before(text: str, at: int) -> bool:
    line = text[_line_start(text, at) : at]
    return re.search(r":\s", line) is not None


def _line_above(file: File, at: int) -> tuple[str, Place] | None:
    """The line above, if what is wrong is that it has no colon: YAML then reads on into this line."""
    number = file.line_and_column(at)[0] - 1
    above = LINE_BREAK.split(file.text)[number - 1] if number > 0 else ""
    if not above.strip() or ":" in above or above.lstrip().startswith(("#", "- ")):
        return None
    column = len(above) - len(above.lstrip()) + 1
    return "yaml_no_colon", Place(file.name, number, column, "", len(above.strip()))


def _bracket(file: File, at: int, opened: int) -> tuple[str, Place, dict[str, object]]:
    """An unfinished `{` or `[`: often an expression with a list, `x in [a, b]`, that lacks its quotes."""
    text = file.text
    start = max(_line_start(text, min(at, len(text) - 1)), at - 300)
    if found := re.search(
        r"([A-Za-z_.]+): *((?:[^,{}\"'\[\]]*\bin *\[[^\]{}]*\][^,{}]*))[,}]", text[start : at + 200]
    ):
        written = f'{found[1]}: "{found[2].strip()}"'
        place = file.place(start + found.start(2), start + found.end(2), "")
        return "yaml_forgotten_quotes", place, {"written": written}
    character = text[opened : opened + 1]
    close = {"{": "}", "[": "]"}.get(character, "}")
    line, _ = file.line_and_column(at)
    if line == file.line_and_column(opened)[0]:
        return "yaml_missing_comma", file.place(at, at + 1, ""), {"character": character, "close": close}
    return (
        "yaml_unclosed_bracket",
        file.place(opened, opened + 1, ""),
        {"character": character, "close": close, "line": line},
    )


def _line_start(text: str, at: int) -> int:
    return max((text.rfind(c, 0, at) for c in _BREAK_CHARACTERS), default=-1) + 1


def _rest_of_line(text: str, at: int) -> str:
    """What is left of a value in its line; inside braces up to what ends it."""
    rest = LINE_BREAK.split(text[at : at + 80])[0]
    inside = any(bracket in text[_line_start(text, at) : at] for bracket in "{[")
    return re.split(r"[,}\]]", rest)[0].strip() if inside else rest.strip()


def bracketed(text: str, at: int) -> str:
    """The bracket that opens at `at`, up to where it closes in its line; `(..)` if it does not."""
    line, depth = LINE_BREAK.split(text[at : at + 80])[0], 0
    for index, character in enumerate(line):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return line[: index + 1]
    return "(..)"


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'


def _after_quote(problem: str, context: str, text: str, at: int) -> bool:
    """Text goes on after a closing quote: `"a" > 3`."""
    before = text[_line_start(text, at) : at].rstrip(" |>+-0123456789")
    return before.endswith(('"', "'")) and (
        "block scalar" in context or "expected key" in problem or "block mapping" in context
    )


def _tab(problem: str, context: str, text: str, at: int) -> bool:
    line = text[_line_start(text, at) : at + 1]
    return "cannot start any token" in problem and "\t" in line and not line.strip()


_Test = Callable[[str, str, str, int], bool]
_KINDS: list[tuple[_Test, str]] = [
    (lambda problem, context, text, at: "nesting depth" in problem, "yaml_too_deep"),
    (lambda problem, context, text, at: "simple key" in context, "yaml_no_colon"),
    (_tab, "yaml_tab"),
    (lambda problem, context, text, at: "cannot start any token" in problem, "yaml_special"),
    (_after_quote, "yaml_after_quote"),
    (lambda problem, context, text, at: "mapping values" in problem, "yaml_colon"),
    (lambda problem, context, text, at: "quoted scalar" in context and "escape" in problem, "yaml_escape"),
    (lambda problem, context, text, at: "quoted scalar" in context, "yaml_unclosed_quote"),
    (lambda problem, context, text, at: "flow" in context, "yaml_unclosed_bracket"),
    (lambda problem, context, text, at: "alias" in context or "anchor" in context, "yaml_anchor_name"),
    (lambda problem, context, text, at: "tag" in context or "tag" in problem, "yaml_tag_syntax"),
    (lambda problem, context, text, at: "block" in context or "sequence entries" in problem, "yaml_indent"),
    (lambda problem, context, text, at: True, "yaml_other"),
]
