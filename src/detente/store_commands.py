"""`detente resume`, `runs`, `compare`, `seal`: what is done with run folders. Thin: read, call, print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from detente.claims.compare import Comparison

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A run folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Threads = Annotated[int | None, typer.Option(min=1, max=256, help="Threads; all cores unless told.")]
On = Annotated[str, typer.Option("--on", metavar="WHERE", help="local, or tcp://HOST:PORT of a Dask scheduler.")]


def resume(folder: Folder, workers: Threads = None, on: On = "local", as_json: AsJson = False) -> None:
    """Finish a run that was interrupted."""
    from detente.cli import _console, _mistakes, _print_json, _progress

    with _mistakes(as_json):
        from detente.claims.stored import resume as finish
        from detente.simulate.cluster import workers_on
        from detente.simulate.store import open_store

        store = open_store(folder)
        already = store.manifest.finished and not store.damaged()
        with _progress("playing", quiet=as_json) as progress:
            judged = finish(folder, workers=workers_on(on, workers), progress=progress)
        if as_json:
            _print_json(judged.to_json())
            return
        from detente.report import terminal

        if already:
            print(f"The run in {folder} was finished already.")
        terminal.verdicts(judged, _console())


def runs(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to look.")] = Path("runs"),
    as_json: AsJson = False,
) -> None:
    """List the runs below a folder."""
    from detente.cli import _mistakes, _print_json

    with _mistakes(as_json):
        from detente.language.render import plain

        rows = _rows(folder)
        if as_json:
            _print_json({"format": 1, "runs": rows})
            return
        if not rows:
            print(f"No run below {folder}.")
        for row in rows:
            print(plain(f"{row['folder']:40} {_in_words(row)}"))


def compare(first: Folder, second: Folder, as_json: AsJson = False) -> None:
    """Say what changed from one run to another, in the case and in the verdicts."""
    from detente.cli import _mistakes, _print_json

    with _mistakes(as_json):
        from detente.claims.compare import compare as compared
        from detente.claims.stored import read_run

        found = compared(read_run(first), read_run(second))
        if as_json:
            _print_json({**found.to_json(), "runs": [str(first), str(second)]})
        else:
            print("\n".join(_comparison(found)))


def seal(folder: Folder, as_json: AsJson = False) -> None:
    """Seal a run: print one hash of its case, seed and forecasts."""
    from detente.cli import _mistakes, _print_json

    with _mistakes(as_json):
        from detente.claims.seal import seal as sealed

        made = sealed(folder)
        if as_json:
            _print_json({"format": 1, "run": str(folder), "sha256": made.hash, "file": str(made.kept)})
        else:
            print(f"{made.hash}  {made.kept}")


# --- rows and lines ------------------------------------------------------------------------------------------------


def _rows(folder: Path) -> list[dict[str, Any]]:
    from detente.language.problems import Refused
    from detente.language.wording import say
    from detente.simulate.store import read_manifest, runs_below

    rows: list[dict[str, Any]] = []
    for place in runs_below(folder):
        try:
            told = read_manifest(place)
        except Refused as refused:
            rows.append({"folder": str(place), "problem": say(refused.problems[0]).headline})
            continue
        rows.append({
            "folder": str(place), "case": told.case, "hash": told.run_hash(), "seed": told.seed,
            "futures": told.futures, "runs": told.runs, "strategies": list(told.strategies),
            "done": len(told.done), "blocks": told.blocks, "finished": told.finished,
        })
    return rows


def _in_words(row: dict[str, Any]) -> str:
    if "problem" in row:
        return str(row["problem"])
    rest = f"{row['done']} of {row['blocks']} blocks; `detente resume` finishes it"
    state = "finished" if row["finished"] else rest
    return f"{row['case']:16} {row['futures']:>9,} x {row['runs']:<5} seed {row['seed']:<6} {state}"


def _comparison(found: Comparison) -> list[str]:
    lines = [f"{name}: {_plainly(a)} -> {_plainly(b)}" for name, (a, b) in found.counts.items()]
    for section, changes in found.sections.items():
        said = [f"{what} {', '.join(names)}" for what, names in changes.to_json().items() if names]
        lines.append(f"{section}: {'; '.join(said)}")
    lines = lines or ["The case, the counts and the seed are the same."]
    for name, (a, b) in found.claims.items():
        mark = "*" if name in found.turned else " "
        lines.append(f"{mark} {name:28} {_verdict(a):22} -> {_verdict(b)}")
    turned = len(found.turned)
    return [*lines, f"{turned} verdict{'s' * (turned != 1)} turned{' (*)' * bool(turned)}."]


def _plainly(value: Any) -> str:
    """A count, names of strategies, or settings as `--fix` takes them."""
    if not isinstance(value, tuple):
        return str(value)
    return ", ".join("=".join(map(str, one)) if isinstance(one, tuple) else one for one in value) or "none"


def _verdict(verdict: Any) -> str:
    if verdict is None:
        return "not judged"
    return verdict.verdict if verdict.share is None else f"{verdict.verdict} {verdict.share:.1%}"
