"""Two runs side by side: what changed in the case, and what in the verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from difflib import unified_diff
from typing import Any

from detente.language.case import Case
from detente.language.records import dataclass

from .result import Verdict
from .run import Judged

_APART = ("files", "warnings", "place")


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs in a section of a case, by name."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The three lists."""
        return {name: list(getattr(self, name)) for name in ("added", "removed", "changed")}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a second run says beside a first. `counts` are what differs in seed, counts and settings; `sections`
    what differs in the case; `claims` the two verdicts of each claim that either judges; `diff` the texts."""

    counts: Mapping[str, tuple[object, object]]
    sections: Mapping[str, Changes]
    claims: Mapping[str, tuple[Verdict | None, Verdict | None]]
    diff: str

    @property
    def turned(self) -> tuple[str, ...]:
        """The claims whose verdict is another."""
        return tuple(
            name for name, (a, b) in self.claims.items() if (a and a.verdict) != (b and b.verdict)
        )

    def to_json(self) -> dict[str, Any]:
        """The documented object of `detente compare --json`."""
        return {
            "format": 1,
            "counts": {name: [_plain(a), _plain(b)] for name, (a, b) in self.counts.items()},
            "case": {name: changes.to_json() for name, changes in self.sections.items()},
            "diff": self.diff,
            "claims": {
                name: {"before": _told(a), "after": _told(b), "turned": name in self.turned}
                for name, (a, b) in self.claims.items()
            },
        }


def compare(first: Judged, second: Judged) -> Comparison:
    """What changed from one run to another."""
    names = dict.fromkeys([*first.claims, *second.claims])
    told = {"seed": "seed", "futures": "futures", "runs": "runs", "strategies": "strategies"}
    counts = {name: (getattr(first, name), getattr(second, name)) for name in told}
    counts["settings"] = tuple(  # type: ignore[assignment]
        tuple((s.name, s.value) for s in judged.settings) for judged in (first, second)
    )
    return Comparison(
        {name: pair for name, pair in counts.items() if pair[0] != pair[1]},
        _sections(first.ensemble.drawn_from, second.ensemble.drawn_from),
        {name: (first.claims.get(name), second.claims.get(name)) for name in names},
        _diff(first.case.files, second.case.files),
    )


def _sections(a: Case, b: Case) -> dict[str, Changes]:
    found = {}
    for field in fields(Case):
        if field.name in _APART:
            continue
        one, other = getattr(a, field.name), getattr(b, field.name)
        if one == other:
            continue
        if not isinstance(one, Mapping):
            one, other = {field.name: one}, {field.name: other}
        found[field.name] = Changes(
            tuple(n for n in other if n not in one), tuple(n for n in one if n not in other),
            tuple(n for n in one if n in other and one[n] != other[n]),
        )
    return found


def _diff(a: Mapping[str, str], b: Mapping[str, str]) -> str:
    lines: list[str] = []
    for name in dict.fromkeys([*a, *b]):
        old, new = a.get(name, "").splitlines(), b.get(name, "").splitlines()
        lines += unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm="", n=0)
    return "\n".join(lines)


def _told(verdict: Verdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    return {"verdict": verdict.verdict, "share": verdict.share, "interval": list(verdict.interval)}


def _plain(value: object) -> object:
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
