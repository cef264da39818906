"""The run folder: made under a name that says which case and which run, its files written whole or not at all.

It holds `report.html`, `run.json` (settings, seed, counts, versions) and `case/`, a copy of the case's files, so that
the same run can be played and reported again wherever the folder is carried.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from detente.claims.run import Judged
from detente.language.case import Case
from detente.language.problems import Place, Problem, Refused

PAGE, RUN, CASE = "report.html", "run.json", "case"
FORMAT = 1


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
        for name, content in _case_files(judged.case):
            (folder / CASE / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(folder / CASE / name, content.encode("utf-8"))
        write_whole(folder / RUN, json.dumps(_manifest(judged), indent=2).encode("utf-8"))
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


def _case_files(case: Case) -> Iterator[tuple[Path, str]]:
    """The case's files with their places below the folder of the first."""
    names = list(case.files)
    for name in names:
        with contextlib.suppress(ValueError):
            yield Path(name).absolute().relative_to(Path(names[0]).absolute().parent), case.files[name]


def _manifest(judged: Judged) -> dict[str, Any]:
    from .sections.provenance import setting_text

    first = next(iter(judged.case.files), "")
    return {
        "format": FORMAT, "case": judged.case.name, "file": Path(first).name, "hash": run_hash(judged),
        "seed": judged.seed, "futures": judged.futures, "runs": judged.runs, "strategies": list(judged.strategies),
        "settings": [setting_text(judged, one) for one in judged.settings],
        "versions": {
            "detente": metadata.version("detente"), "python": platform.python_version(),
            "numpy": metadata.version("numpy"),
        },
    }
