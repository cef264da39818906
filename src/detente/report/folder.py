"""The run folder: made under a name that says which case and which run, its page written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from detente.claims.run import Judged
from detente.claims.stored import folder_of
from detente.language.problems import Place, Problem, Refused

PAGE = "report.html"


def write(judged: Judged, out: Path | None) -> Path:
    """Write the report of a run and return the path of its page.

    The folder is `out`, by default `runs/CASE-HASH` in the working directory. Raises `Refused` where nothing can
    be written.
    """
    from .gather import gather
    from .page import page

    folder = out if out is not None else folder_of(judged.ensemble)
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

