"""The run folder: made under a name that says which case and which run, its page written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from detente.claims.run import Judged
from detente.language.problems import Place, Problem, Refused

PAGE = "report.html"


def write(judged: Judged, out: Path | None) -> Path:
    """Write the report of a run and return the path of its page.

    The folder is `out`, by default `runs/CASE-HASH` in the working directory. Raises `Refused` where nothing can
    be written.
    """
    from .gather import gather
    from .page import page

    folder = out if out is not None else Path("runs") / f"{judged.case.name}-{run_hash(judged)}"
    text = page(gather(judged))
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / PAGE, text.encode("utf-8"))
    return folder / PAGE


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a failure to write into `Refused`."""
    try:
        yield
    except OSError as error:
        facts = {"file": str(error.filename or folder), "why": error.strerror or str(error)}
        raise Refused((Problem("file_unwritable", Place(str(folder)), facts),)) from None


def run_hash(judged: Judged) -> str:
    """Ten hexadecimal digits of what decides a run: the texts of the case, settings, seed, strategies, counts."""
    case = judged.case
    told = (
        list(case.files.values()) or repr(case), [(s.kind, s.name, s.value) for s in judged.settings],
        judged.seed, judged.strategies, judged.futures, judged.runs,
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

