"""The manifest of a run folder: what decides the run, and which of its blocks are done, with their checksums.

It is the first thing that a run writes, so that a run killed at any later moment can be finished from its folder
alone. It holds no times and no host names (those stand in `log.txt`), so that equal runs have equal manifests.
"""

from __future__ import annotations

import hashlib
import json
import os.path
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import detente
from detente.language.case import Case, Setting
from detente.language.files import FORBIDDEN
from detente.language.load import load_files
from detente.language.records import dataclass

from .ensemble import Ensemble
from .futures import Design

FORMAT = 1
LEAST_BLOCK, MOST_BLOCK = 2_048, 65_536  # runs of a strategy
FEW_BLOCKS, MANY_BLOCKS = 16, 256
_CODE = ("language", "agreements", "model", "simulate", "claims")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What decides a run, and what is done of it. `done` maps a block's number to its files' checksums."""

    case: str
    title: str
    case_hash: str
    files: Mapping[str, str] = field(repr=False)  # name to text, the main file first; empty for a case made in Python
    settings: tuple[tuple[str, str, float], ...]
    seed: int
    futures: int
    runs: int
    design: Design
    strategies: tuple[str, ...]
    block: int  # futures in each
    versions: Mapping[str, str]
    done: Mapping[int, Mapping[str, str]] = field(default_factory=dict, repr=False)
    format: int = FORMAT

    @property
    def blocks(self) -> int:
        """How many blocks the run has."""
        return -(-self.futures // self.block)

    @property
    def missing(self) -> tuple[int, ...]:
        """The blocks that are not done."""
        return tuple(b for b in range(self.blocks) if b not in self.done)

    @property
    def finished(self) -> bool:
        """Whether all blocks are done."""
        return len(self.done) == self.blocks

    def span(self, block: int) -> tuple[int, int]:
        """The first future of a block, and how many it has."""
        first = block * self.block
        return first, min(self.block, self.futures - first)

    def with_done(self, block: int, files: Mapping[str, str]) -> Manifest:
        """The same with a block done."""
        return replace(self, done=dict(sorted({**self.done, block: dict(files)}.items())))

    def without(self, blocks: frozenset[int]) -> Manifest:
        """The same with some blocks still to be done."""
        return replace(self, done={b: files for b, files in self.done.items() if b not in blocks})

    def run_hash(self) -> str:
        """Sixteen hexadecimal digits of what decides the run."""
        told = {name: value for name, value in self.to_json().items() if name not in ("done", "versions", "files")}
        told["code"] = self.versions["code"]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]

    def differs_from(self, other: Manifest) -> str | None:
        """The first thing by which two runs of the same version differ, in words; None for the same run."""
        return next((words for name, words in _DIFFERS.items() if getattr(self, name) != getattr(other, name)), None)

    def loaded(self) -> Case:
        """The case, read again from its texts. Raises `Refused` where it cannot be read by this version."""
        return load_files(self.files)

    def misfit(self, case: Case) -> str | None:
        """What the manifest asks for that the case does not have."""
        kinds = {"assumption": case.assumptions, "quantity": case.quantities, "option": case.options}
        unknown = [s for s in self.strategies if s not in case.strategies]
        unknown += [name for kind, name, _ in self.settings if name not in kinds.get(kind, ())]
        return f"the case has no `{unknown[0]}`" if unknown else None

    def as_settings(self) -> tuple[Setting, ...]:
        """What is held fixed."""
        return tuple(Setting(kind, name, value) for kind, name, value in self.settings)  # type: ignore[arg-type]

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they are written."""
        return {**asdict(self), "done": {str(b): dict(files) for b, files in self.done.items()}}

    def to_bytes(self) -> bytes:
        """The file."""
        return (json.dumps(self.to_json(), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")

    @classmethod
    def from_json(cls, told: Any) -> Manifest:
        """The manifest of such values. Raises ValueError, naming what is wrong."""
        for name, holds in _OF_ITS_KIND.items():
            if name not in told:
                raise ValueError(f"it lacks `{name}`")
            if not holds(told[name]):
                raise ValueError(f"its `{name}` cannot be that of a run")
        made = cls(
            **{name: told[name] for name in _PLAIN}, strategies=tuple(told["strategies"]),
            settings=tuple((str(k), str(n), float(v)) for k, n, v in told["settings"]),
            done={int(b): dict(files) for b, files in told["done"].items()},
        )
        if any(not 0 <= b < made.blocks for b in made.done):
            raise ValueError("it names blocks that the run does not have")
        if made.files and made.case_hash != hash_of_texts(made.files):
            raise ValueError("the texts of the case are not those of its hash")
        if any(Path(name).name != name for files in made.done.values() for name in files):
            raise ValueError("it names files outside its folder")
        return made


_PLAIN = ("case", "title", "case_hash", "files", "seed", "futures", "runs", "design", "block", "versions", "format")
_DIFFERS = {
    "case_hash": "cases", "settings": "settings (--fix)", "seed": "seeds", "futures": "numbers of futures",
    "runs": "numbers of runs", "design": "designs", "strategies": "strategies", "block": "sizes of blocks",
}


MOST_FUTURES, MOST_RUNS, MOST_SEED = 100_000_000, 1_000_000, 2**64 - 1


def _is_count(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_text(value: Any) -> bool:
    """Text that a terminal shows as it is."""
    return isinstance(value, str) and FORBIDDEN.search(value) is None


def _are_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_text(k) and isinstance(v, str) for k, v in value.items())


def _are_settings(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, list) and len(one) == 3 and _is_text(one[0]) and _is_text(one[1])
        and isinstance(one[2], int | float) and abs(one[2]) <= 1e308 for one in value
    )


# What a manifest must hold: it may come from a stranger.
_OF_ITS_KIND: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("case", "case_hash"), _is_text),
    "title": lambda value: isinstance(value, str),
    "files": _are_texts,
    "settings": _are_settings,
    "seed": lambda value: _is_count(value, 0, MOST_SEED),
    "futures": lambda value: _is_count(value, 1, MOST_FUTURES),
    "runs": lambda value: _is_count(value, 1, MOST_RUNS),
    "design": lambda value: value in ("sobol", "lhs"),
    "strategies": lambda value: isinstance(value, list) and all(map(_is_text, value)) and len({*value}) == len(value),
    "block": lambda value: _is_count(value, 1, MOST_FUTURES),
    "versions": lambda value: _are_texts(value) and {"detente", "code"} <= set(value) and _is_text(value["detente"]),
    "done": lambda value: isinstance(value, dict) and all(map(_are_texts, value.values())),
    "format": lambda value: value == FORMAT,
}


def manifest_of(ensemble: Ensemble) -> Manifest:
    """The manifest of a run that has not begun."""
    case = ensemble.drawn_from
    return Manifest(
        case=case.name, title=case.title, case_hash=case_hash(case), files=_beside(case.files),
        settings=tuple((s.kind, s.name, float(s.value)) for s in ensemble.settings), seed=ensemble.seed,
        futures=ensemble.futures, runs=ensemble.runs, design=ensemble.design, strategies=ensemble.strategies,
        block=block_size(ensemble.futures, ensemble.runs), versions=versions(),
    )


def block_size(futures: int, runs: int) -> int:
    """Futures in a block: a sixteenth of the run, but not so little that files are many nor so much that a kill
    costs more than seconds, and never more than 256 blocks. A multiple of what is played at once."""
    total, at_once = futures * runs, max(1, LEAST_BLOCK // runs)
    wanted = max(min(max(total / FEW_BLOCKS, LEAST_BLOCK), MOST_BLOCK), total / MANY_BLOCKS)
    return min(futures, at_once * max(1, round(wanted / (runs * at_once))))


def case_hash(case: Case) -> str:
    """SHA-256 of the texts of a case; of its objects, if it was made in Python."""
    return hash_of_texts(case.files) if case.files else hashlib.sha256(repr(case).encode()).hexdigest()


def _beside(files: Mapping[str, str]) -> dict[str, str]:
    """The files by their names as seen from the main one, so that it does not matter where the case lies."""
    home = os.path.dirname(next(iter(files), ""))
    return {os.path.relpath(name, home or "."): text for name, text in files.items()}


def hash_of_texts(files: Mapping[str, str]) -> str:
    """SHA-256 of texts in their order, whatever folder they lie in."""
    digest = hashlib.sha256()
    for text in files.values():
        data = text.encode("utf-8")
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """What wrote a run: `code` is a hash of the parts of this package that decide what a run yields."""
    from importlib.metadata import version

    names = ("numpy", "llvmlite", "polars")
    found = {name: version(name) for name in names}
    return {"detente": version("detente"), "code": code_hash(), "python": platform.python_version(), **found}


@cache
def code_hash() -> str:
    """Sixteen hexadecimal digits of the source of everything that decides what a run yields."""
    root = Path(detente.__file__).parent
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted((root / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
