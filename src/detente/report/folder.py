"""The run folder: made under a name that says which case and which run, its files written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from detente.claims.run import Judged
from detente.language.problems import Place, Problem, Refused

from .results import Results

PAGE = "report.html"


def write(judged: Judged, out: Path | None) -> Path:
    """Write the report of a run and return its path.

    The folder is `out`, by default `runs/CASE-HASH` in the working directory. Raises `Refused` where nothing can
    be written.
    """
    from .page import page

    folder = out if out is not None else Path("runs") / f"{judged.case.name}-{run_hash(judged)}"
    text = page(Results(judged))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / PAGE, text.encode("utf-8"))
    except OSError as error:
        facts = {"file": str(folder), "why": error.strerror or str(error)}
        raise Refused((Problem("file_unwritable", Place(str(folder)), facts),)) from None
    return folder / PAGE


def run_hash(judged: Judged) -> str:
    """Ten hexadecimal digits of what decides a run: the texts of the case, settings, seed, strategies, counts."""
    case = judged.case
    told = (
        list(case.files.values()) or repr(case),
        [(s.kind, s.name, s.value) for s in judged.settings],
        judged.seed,
        judged.strategies,
        judged.futures,
        judged.runs,
    )
    return hashlib.blake2b(repr(told).encode(), digest_size=5).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
