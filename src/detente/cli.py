"""The command line: parse, call, print.

Exit code 0; 1 when a check fails; 2 with a message for a mistake; 130 on Ctrl-C; 141 when nobody reads the output on.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.language.problems import Place, Problem, Refused

if TYPE_CHECKING:
    from detente.claims.run import Judged
    from detente.language.case import Case, Setting

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Test a negotiating strategy before anyone bets on it: write a case, run it, see which claims hold.",
)

# commands with modules of their own, imported only when they are called
_APART = {
    "monitor": ("detente.agreements.commands", "Play an agreement over a log of real events, up to a day."),
    "inspect": ("detente.verification.commands", "The arithmetic of inspection: samples, deterrence, timeliness."),
    "explore": ("detente.explore.commands", "Find what the conclusion hangs on, of a case or of a stored run."),
    "resume": ("detente.store_commands", "Finish a run that was interrupted."),
    "runs": ("detente.store_commands", "List the runs below a folder."),
    "compare": ("detente.store_commands", "Say what changed from one run to another."),
    "seal": ("detente.store_commands", "Seal a run: print one hash of its case, seed and forecasts."),
    "report": ("detente.report.commands", "Write a run's report again, or as files for other documents."),
    "conflict": ("detente.conflict.commands", "Where would the dispute settle? Which outcomes are stable, and why."),
}

CaseName = Annotated[str, typer.Argument(metavar="CASE", help="A case file, or the name of a bundled case.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed of draws and luck.")]
Fix = Annotated[list[str] | None, typer.Option("--fix", metavar="NAME=VALUE", help="Hold something fixed.")]


@app.command()
def run(
    case: CaseName,
    futures: Annotated[int, typer.Option(min=1, max=100_000_000, help="Draws of the assumptions.")] = 1024,
    runs: Annotated[int, typer.Option(min=1, max=1_000_000, help="Random histories in each future.")] = 32,
    seed: Seed = 1,
    strategy: Annotated[list[str] | None, typer.Option(help="Only these strategies.")] = None,
    fix: Fix = None,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Threads; all cores unless told.")] = None,
    out: Annotated[Path | None, typer.Option(help="The run folder; runs/CASE-HASH unless told.")] = None,
    on: Annotated[str, typer.Option(metavar="WHERE", help="local, or tcp://HOST:PORT: a Dask scheduler.")] = "local",
    as_json: AsJson = False,
) -> None:
    """Play every strategy through many futures and say which claims hold."""
    with _mistakes(as_json):
        loaded = _load(case)
        settings = _settings(loaded, fix)
        _playable(loaded, strategy)
        _writable(Path("runs") if out is None else out, wanted=out is not None or not as_json)
        kept = out is not None or not as_json
        with _progress("playing", quiet=as_json) as progress:
            judged = _player(kept, out, on)(
                loaded, futures=futures, runs=runs, seed=seed, strategies=strategy, settings=settings,
                workers=_workers(on, workers), progress=progress,
            )
        if not as_json:
            from detente.report import terminal

            terminal.verdicts(judged, _console())
        if kept:
            from detente.report.folder import write

            print(f"\nThe page: {write(judged, out)}", file=sys.stderr if as_json else sys.stdout)
        if as_json:
            _print_json(judged.to_json())


@app.command()
def check(case: CaseName, as_json: AsJson = False) -> None:
    """Read a case, or an agreement alone, and say everything that is wrong or doubtful, at once."""
    with _mistakes(as_json):
        from detente.agreements import commands as agreements

        if agreements.is_alone(case):
            return agreements.check(case, as_json)
        loaded = _load(case, warn=True)
        from detente.language.render import as_json as problems_as_json
        from detente.language.render import as_text

        if as_json:
            _print_json({"format": 1, "case": loaded.name,
                         "problems": problems_as_json(loaded.warnings, loaded.files)})
            return
        print(as_text(loaded.warnings, loaded.files, colour=sys.stdout.isatty()), end="")
        from detente.report.words import count

        playable = loaded.strategies or loaded.conflict
        can = "can be run" if playable else "can be read, but has no strategies to play"
        print(f"{loaded.name} {can}" + (f"; {count(len(loaded.warnings), 'warning')}." if loaded.warnings else "."))


@app.command()
def test(case: CaseName, seed: Seed = 1, as_json: AsJson = False) -> None:
    """Run the case's own checks. Exit code 1 if one fails."""
    with _mistakes(as_json):
        loaded = _load(case)
        from detente.claims.run import check as run_checks

        with _progress("checking", quiet=as_json):
            results = run_checks(loaded, seed=seed)
        if as_json:
            _print_json({"format": 1, "case": loaded.name, "checks": {r.id: r.to_json() for r in results}})
        else:
            from detente.report import terminal

            terminal.checks(results, _console())
            if not results:
                print("The case has no checks.")
        if not all(result.holds for result in results):
            raise typer.Exit(1)


@app.command()
def show(
    case: CaseName,
    strategy: Annotated[str | None, typer.Option(help="The strategy; the first unless told.")] = None,
    future: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    run: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    steps: Annotated[int | None, typer.Option(min=1, help="Only the first so many steps.")] = None,
    seed: Seed = 1,
    fix: Fix = None,
    listing: Annotated[bool, typer.Option("--listing", help="The compiled step, operation by operation.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell one run in words: moves, events, what changed and which term did it."""
    with _mistakes(as_json):
        loaded = _load(case)
        if listing:
            from detente.model.listing import as_lines
            from detente.model.lower import lower

            lines = list(as_lines(lower(loaded)))
            if as_json:
                _print_json({"format": 1, "case": loaded.name, "listing": lines})
            else:
                print("\n".join(lines))
            return
        _playable(loaded, [strategy] if strategy else None)
        from detente.report.story import tell

        chosen = strategy or next(iter(loaded.strategies))
        settings = _settings(loaded, fix)
        with _progress("telling", quiet=as_json):
            story = tell(loaded, chosen, future, run, seed=seed, settings=settings, steps=steps)
        _print_json(story.to_json()) if as_json else print(story.as_text())


@app.command()
def new(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path("case.yaml"),
    as_json: AsJson = False,
) -> None:
    """Write a commented case to start from."""
    with _mistakes(as_json):
        from detente.language.starter import STARTER

        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(STARTER.read_text(encoding="utf-8"))
        except FileExistsError:
            _refuse("file_exists", file=str(path))
        except OSError as error:
            _refuse("file_unwritable", file=str(path), why=error.strerror or str(error))
        if as_json:
            _print_json({"format": 1, "file": str(path)})
        else:
            print(f"Wrote {path}. Try: detente check {path}, then detente run {path}")


@app.command()
def cases(as_json: AsJson = False) -> None:
    """List the bundled cases."""
    from detente import bundled

    with _mistakes(as_json):
        found = {name: bundled.title(name) for name in bundled.names()}
        if as_json:
            _print_json({"format": 1, "cases": found})
        else:
            for name, title in found.items():
                print(f"{name:24} {title}")


def main() -> None:
    """The entry point."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    for name, (module, help_) in _APART.items():
        _add_apart(name, module, help_, called=words[:1] == [name])
    app()


def _add_apart(name: str, module: str, help_: str, called: bool) -> None:
    """Add a command that lives elsewhere; one that is not called is only listed."""
    if called:
        from importlib import import_module

        found = import_module(module)
        if hasattr(found, "app"):
            app.add_typer(found.app, name=name, help=help_)
        else:
            app.command(name, help=help_)(getattr(found, name, None) or found.command)
    else:
        app.command(name, help=help_)(lambda: None)


# --- what the commands share -------------------------------------------------------------------------------------


@contextmanager
def _mistakes(as_json: bool) -> Iterator[None]:
    """Print what is wrong and leave with code 2; on Ctrl-C leave with 130, when nobody reads on with 141."""
    try:
        yield
        sys.stdout.flush()
    except Refused as refused:
        from detente.language import render

        if as_json:
            _print_json({"format": 1, "problems": render.as_json(refused.problems, refused.files)})
        else:
            text = render.as_text(refused.problems, refused.files, colour=sys.stderr.isatty())
            print(text, end="", file=sys.stderr)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        print("stopped; what a run folder has so far, `detente resume` goes on from", file=sys.stderr)
        raise typer.Exit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left has nowhere to go
        raise typer.Exit(141) from None


def _player(kept: bool, out: Path | None, on: str) -> Callable[..., Judged]:
    """What plays: into a run folder, or, where nothing is to be written, in memory."""
    if kept:
        from detente.claims.stored import play_into

        return partial(play_into, out)
    if on != "local":
        _refuse("on_needs_out", on=on)
    from detente.claims.run import judge

    return partial(judge, bands=False)


def _workers(on: str, workers: int | None) -> Any:
    if on == "local":
        return workers
    from detente.simulate.cluster import workers_on

    return workers_on(on, workers)


def _load(case: str, warn: bool = False) -> Case:
    from detente import bundled
    from detente.further import further
    from detente.language.load import load

    path = bundled.find(case)
    if path.name == case and "." not in case and not os.path.lexists(case):
        _refuse("unknown_name", name=case, kind="file or bundled case", known=tuple(bundled.names()))
    return load(path, warn=warn, further=further)


def _settings(case: Case, fix: list[str] | None) -> tuple[Setting, ...]:
    from detente.language.settings import read_setting

    return tuple(read_setting(case, text) for text in fix or ())


def _playable(case: Case, strategies: list[str] | None) -> None:
    """Refuse strategies that the case does not have, and a case without any."""
    known = tuple(case.strategies)
    unknown = [name for name in strategies or () if name not in known]
    if unknown:
        facts = {"kind": "strategy", "known": known}
        raise Refused(tuple(Problem("unknown_name", Place("--strategy"), {"name": n, **facts}) for n in unknown))
    from detente.claims.graph import on_graph

    if not known and not any(on_graph(claim.says) for claim in case.claims.values()):
        _refuse("no_strategies_but_conflict" if case.conflict else "no_strategies", case=case.name)


def _writable(folder: Path, wanted: bool) -> None:
    """Refuse before playing where nothing could be written after it."""
    place = folder.absolute()
    while not os.path.lexists(place):
        place = place.parent
    if wanted and not place.is_dir():
        _refuse("file_unwritable", file=str(folder), why=f"{place} is no folder")
    if wanted and not os.access(place, os.W_OK | os.X_OK):
        _refuse("file_unwritable", file=str(folder), why=f"you may not write to {place}")


def _refuse(code: str, **facts: object) -> None:
    raise Refused((Problem(code, Place(), facts),))


def _print_json(value: object) -> None:
    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    print(json.dumps(value, indent=2, ensure_ascii=ascii_only, allow_nan=False))


def _console() -> Any:
    from rich.console import Console

    class Piped(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Piped()


@contextmanager
def _progress(what: str, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr, if that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


if __name__ == "__main__":
    main()
