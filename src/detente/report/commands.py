"""`detente report RUN`: the report of a run folder written again, or taken apart for other people's documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

Progress = Callable[[int, int], None]
Run = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")]
To = Annotated[Path | None, typer.Option(metavar="DIR", help="Write Markdown, CSV, SVG and PNG there instead.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def command(run: Run, to: To = None, as_json: AsJson = False) -> None:
    """Write a run's report again; with --to, as files for other people's documents."""
    from detente.cli import _mistakes, _progress

    with _mistakes(as_json):
        with _progress("reading", quiet=as_json) as progress:
            written = again(run, to, progress)
        if as_json:
            print(json.dumps({"format": 1, "files": [str(path) for path in written]}, ensure_ascii=False))
        elif to is None:
            print(f"The page: {written[0]}")
        else:
            print(f"{len(written)} files in {to}; begin with {written[0]}")


def again(folder: Path, to: Path | None = None, progress: Progress | None = None) -> list[Path]:
    """Write the report of a run folder again, or, with `to`, a folder for other documents; returns the files.

    Blocks of the run that are missing are played first. Raises `Refused` where the folder holds no run, or nothing
    can be written.
    """
    from detente.claims.stored import resume

    from .folder import PAGE, write_whole, writing
    from .gather import gather

    results = gather(resume(folder, progress=progress))
    if to is not None:
        from .export import export

        return export(results, to)
    from .page import page

    with writing(folder):
        write_whole(folder / PAGE, page(results).encode("utf-8"))
    return [folder / PAGE]
