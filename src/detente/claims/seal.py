"""Sealing a run: one hash of the case, the seed and what was forecast, so that it can be scored later on what
followed, and nobody can say afterwards that something else was forecast."""

from __future__ import annotations

import json
from pathlib import Path

from detente.language.records import dataclass
from detente.simulate.store import open_store
from detente.simulate.store_files import checksum, refused, write_whole, writing

from .run import Judged
from .stored import Player, case_of, read

SEAL = "seal.json"


@dataclass(frozen=True, slots=True)
class Seal:
    """The SHA-256 of `content`, which is what is sealed, as text. `kept` is where it was written, if it was."""

    hash: str
    content: str
    kept: Path | None


def seal(folder: Path) -> Seal:
    """Seal the finished run in a folder: `sha256sum seal.json` there gives the hash again.

    Raises `Refused` if it is not finished or damaged, or has been sealed with another content.
    """
    store = open_store(Path(folder))
    judged = read(store, Player(case_of(store), store.manifest))
    content = sealed_text(judged, store.manifest.case_hash)
    data = content.encode("utf-8")
    path = store.folder / SEAL
    if path.exists():
        if not path.is_file() or path.stat().st_size != len(data) or path.read_bytes() != data:
            raise refused("store_sealed", store.folder, file=str(path))
    else:
        with writing(store.folder, path):
            write_whole(path, data)
    return Seal(checksum(data), content, path)


def sealed_text(judged: Judged, case_hash: str) -> str:
    """What a seal covers, written in one way only."""
    told = {
        "case_sha256": case_hash, "as_of": judged.case.as_of.isoformat(),
        "settings": [[s.kind, s.name, s.value] for s in judged.settings], "forecasts": judged.to_json(),
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
