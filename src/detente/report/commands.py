"""`detente report RUN`: the report of a run folder written again, or taken apart for other people's documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from detente.claims.run import Judged, judge
from detente.simulate.store import read_manifest

from .folder import PAGE, write_whole, writing
from .gather import gather

Progress = Callable[[int, int], None]


def report(folder: Path, to: Path | None = None, progress: Progress | None = None) -> Path:
    """Write the report of a run folder again and return its path; with `to`, write Markdown, CSV, SVG and PNG there
    and return that folder.

    The run is played again from the case that the folder keeps, which gives the same bytes. Raises `Refused` where
    the folder holds no run, or nothing can be written.
    """
    results = gather(judged_of(folder, progress))
    if to is not None:
        from .export import export

        export(results, to)
        return to
    from .page import page

    with writing(folder):
        write_whole(folder / PAGE, page(results).encode("utf-8"))
    return folder / PAGE


def judged_of(folder: Path, progress: Progress | None = None) -> Judged:
    """What the run in a folder says."""
    told = read_manifest(folder)
    return judge(
        told.loaded(), futures=told.futures, runs=told.runs, seed=told.seed, strategies=told.strategies,
        settings=told.as_settings(), design=told.design, progress=progress,
    )
