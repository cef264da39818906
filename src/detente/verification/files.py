"""The file behind `detente inspect allocate`: YAML or JSON with `detection`, `gains`, `losses`, `mixed`.

Numbers are read from their text, so 0.1 is a tenth, and 1/3 is allowed. The file is data only: bounded
in size and depth, without anchors or tags.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

MOST_BYTES = 256_000
MOST_DEPTH = 8
NEEDED = ("detection", "gains", "losses")
KNOWN = (*NEEDED, "mixed")

_DECIMAL = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?")
_RATIO = re.compile(r"[+-]?\d{1,40}/0*[1-9]\d{0,40}")


def number(text: str) -> Fraction | str:
    """The number that a text writes, or the text itself, for the callee to refuse."""
    bare = text.strip()
    if _DECIMAL.fullmatch(bare) or _RATIO.fullmatch(bare):
        return Fraction(bare)
    return text


def read_sites(path: Path) -> dict[str, Any]:
    """The arguments of `allocate` from a file; a ValueError says what is wrong, where it can with the line."""
    text = _text(path)
    found = _json(text) if path.suffix.lower() == ".json" or text.lstrip().startswith("{") else _yaml(text)
    if not isinstance(found, dict):
        raise ValueError("the file must hold the keys " + ", ".join(NEEDED) + " (and mixed, if wanted)")
    unknown = [key for key in found if key not in KNOWN]
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r}; the keys are {', '.join(KNOWN)}")
    missing = [key for key in NEEDED if key not in found]
    if missing:
        raise ValueError(f"the key {missing[0]!r} is missing; the keys are {', '.join(KNOWN)}")
    return found


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as problem:
        raise ValueError(problem.strerror or "cannot be read") from None
    if len(data) > MOST_BYTES:
        raise ValueError(f"the file is larger than {MOST_BYTES // 1000} kB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("the file is not UTF-8 text") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=number, parse_int=number, parse_constant=str, object_pairs_hook=_once)
    except json.JSONDecodeError as problem:
        return _yaml(text, f"line {problem.lineno}: {problem.msg}")
    except RecursionError:
        raise ValueError("the file is nested too deeply") from None


def _yaml(text: str, as_json: str | None = None) -> Any:
    try:
        _check_shape(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as problem:
        raise ValueError(as_json or _worded(problem)) from None
    return _plain(root)


def _worded(problem: yaml.YAMLError) -> str:
    mark = getattr(problem, "problem_mark", None)
    said = [getattr(problem, part, None) for part in ("context", "problem")]
    what = " ".join(part for part in said if part) or "not YAML"
    return f"line {mark.line + 1}: {what}" if mark else what


def _check_shape(text: str) -> None:
    """Refuse anchors, tags and deep nesting before anything is built."""
    depth = 0
    events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ValueError(f"line {line}: anchors and aliases are not read here; write the values out")
        if getattr(event, "tag", None) not in (None, "!"):
            raise ValueError(f"line {line}: tags such as {event.tag} are not read here; leave it out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            raise ValueError(f"line {line}: nested too deeply")


def _plain(node: Any) -> Any:
    """Python values of a node: dicts, lists, numbers, true and false, text."""
    if node is None:
        return None
    if isinstance(node, yaml.MappingNode):
        return _once([(str(_plain(key)), _plain(value)) for key, value in node.value])
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child) for child in node.value]
    if node.style in ("'", '"', "|", ">"):
        return node.value
    words = {"true": True, "false": False, "null": None, "~": None, "": None}
    return words[node.value.lower()] if node.value.lower() in words else number(node.value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} is given twice")
        found[key] = value
    return found
