"""Conflicts in files of their own: `.gmcr` models and plain graphs, both JSON.

A plain graph is an object with `states` (names), `moves` (party to a list of [from, to]) and `payoffs` (party to a
number for each state, higher is better, as a list or by name); it may have `unknown` and `much` (party to pairs of
states), `start` and `title`. A state may be named by a whole number.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from .gmcr import Document, document
from .graph import PlainGraph, plain_graph
from .preferences import ConflictError

Json: TypeAlias = Any
LARGEST = 64_000_000
KEYS = ("states", "moves", "payoffs", "unknown", "much", "start", "title")
ENDINGS = (".gmcr", ".json")


def read_model(path: str | Path) -> Document | PlainGraph:
    """The conflict in a `.gmcr` file or in a plain graph's JSON; which one it is shows in its keys.

    Raises `ConflictError` that says what is wrong and where, without the name of the file.
    """
    raw = read_json(Path(path))
    if not isinstance(raw, dict):
        raise ConflictError("the file must hold an object: a .gmcr model, or states, moves and payoffs")
    if "states" in raw and "decisionMakers" not in raw:
        return plain_of(raw)
    return document(raw)


def read_json(path: Path) -> Json:
    """What a JSON file of bounded size holds. Raises `ConflictError`."""
    try:
        if path.stat().st_size > LARGEST:
            raise ConflictError(f"the file has more than {LARGEST // 10**6} MB; it is not read")
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise ConflictError(f"the file cannot be read: {problem.strerror or problem}") from None
    except UnicodeDecodeError as problem:
        raise ConflictError(f"byte {problem.start + 1} is not UTF-8 text; save the file as UTF-8") from None
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise ConflictError(f"{where}: this is not JSON ({problem.msg})") from None
    except ConflictError:
        raise
    except ValueError:
        raise ConflictError("a number has more digits than can be read; shorten it") from None
    except RecursionError:
        raise ConflictError("lists are nested too deeply to be a conflict") from None


def plain_of(raw: dict[str, Json]) -> PlainGraph:
    """The plain graph in an object. Raises `ConflictError`."""
    for key in raw:
        if key not in KEYS:
            raise ConflictError(f"{key}: a plain graph has no such key; it has {', '.join(KEYS)}")
    states = [_state(name, f"states[{i}]") for i, name in enumerate(_list(raw, "states"))]
    payoffs = {party: _payoffs(given, f"payoffs.{party}") for party, given in _object(raw, "payoffs").items()}
    if not payoffs:
        raise ConflictError("payoffs: a conflict needs at least one party")
    start = raw.get("start")
    return plain_graph(
        states, _pairs_by_party(raw, "moves"), payoffs, unknown=_pairs_by_party(raw, "unknown"),
        much=_pairs_by_party(raw, "much"), start=None if start is None else _state(start, "start"),
        title=str(raw.get("title", "")),
    )  # fmt: skip


def _list(raw: dict[str, Json], key: str) -> list[Json]:
    given = raw.get(key)
    if not isinstance(given, list):
        raise ConflictError(f"{key}: a list is needed" if key in raw else f"{key}: this list is missing")
    return given


def _object(raw: dict[str, Json], key: str) -> dict[str, Json]:
    given = raw.get(key)
    if not isinstance(given, dict):
        raise ConflictError(f"{key}: an object is needed" if key in raw else f"{key}: this object is missing")
    return given


def _state(name: Json, where: str) -> str:
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise ConflictError(f"{where}: a state is named by a text or a whole number, not by {name!r}")
    return str(name)


def _payoffs(given: Json, where: str) -> dict[str, float] | list[float]:
    if isinstance(given, dict):
        return {name: _number(value, f"{where}.{name}") for name, value in given.items()}
    if isinstance(given, list):
        return [_number(value, f"{where}[{i}]") for i, value in enumerate(given)]
    raise ConflictError(f"{where}: one number for each state is needed, as a list or by name")


def _number(value: Json, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConflictError(f"{where}: a number is needed, not {value!r}")
    if isinstance(value, int) and abs(value) > 2**53:
        raise ConflictError(f"{where}: a number of more than 15 digits is not told from its neighbours; use ranks")
    if not math.isfinite(value):
        raise ConflictError(f"{where}: {value} is no finite number")
    return float(value)


def _pairs_by_party(raw: dict[str, Json], key: str) -> dict[str, list[tuple[str, str]]]:
    if key not in raw:
        return {}
    return {party: list(_pairs(given, f"{key}.{party}")) for party, given in _object(raw, key).items()}


def _pairs(given: Json, where: str) -> Iterator[tuple[str, str]]:
    if not isinstance(given, list):
        raise ConflictError(f"{where}: a list of [state, state] pairs is needed")
    for i, pair in enumerate(given):
        if not isinstance(pair, list) or len(pair) != 2:
            raise ConflictError(f"{where}[{i}]: a pair of states is needed, not {pair!r}")
        yield _state(pair[0], f"{where}[{i}][0]"), _state(pair[1], f"{where}[{i}][1]")

