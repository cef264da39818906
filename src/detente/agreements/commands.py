"""`detente monitor`: an agreement over a log of events. Thin: read the options, call, print.

A mistake of the user is a message on stderr and exit code 2; with `--json` it is an object on stdout.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.language.problems import Place, Problem, Refused

if TYPE_CHECKING:
    from .load import Loaded
    from .monitoring import MonitorResult


@contextmanager
def mistakes(as_json: bool) -> Iterator[None]:
    """Print what is wrong and leave with code 2; on Ctrl-C leave quietly."""
    try:
        yield
    except Refused as refused:
        from detente.language import render

        if as_json:
            _print_json({"format": 1, "problems": render.as_json(refused.problems, refused.files)})
        else:
            text = render.as_text(refused.problems, refused.files, colour=sys.stderr.isatty())
            print(text, end="", file=sys.stderr)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except BrokenPipeError:
        raise typer.Exit(0) from None


def monitor(
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT", help="An agreement's file or bundled name.")],
    events: Annotated[Path | None, typer.Option(help="The log: CSV or JSON. A bundled agreement has one.")] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day; the log's last unless told.")] = None,
    hindsight: Annotated[bool, typer.Option("--hindsight", help="As if all was known when it happened.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 2 if the log has a problem.")] = False,
    why: Annotated[str | None, typer.Option(metavar="OBLIGATION", help="How it came to stand, row by row.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw stages, obligations and standing: a file .svg.")] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Read the log again whenever it grows.")] = False,
    choose: Annotated[str | None, typer.Option("--agreement", help="Which, if a case has several.")] = None,
    starts: Annotated[str | None, typer.Option(metavar="DATE", help="From when one of a case stands.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say for a day the stage, what each party owes and by when, breaches with their evidence, and what is due."""
    with mistakes(as_json):
        from .load import load_agreement

        loaded = load_agreement(agreement, choose)
        path = events or _bundled_events(agreement)
        while True:
            result = _played(loaded, path, on, hindsight, starts)
            _show(result, why, plot, as_json)
            if strict and result.problems:
                _strict(result)
            if not follow:
                return
            _wait_for_more(path)
            print()


def check(agreement: str, as_json: bool = False) -> None:
    """Read an agreement alone, explore it, and say what is doubtful: `detente check AGREEMENT`."""
    from .explore import explore
    from .load import load_agreement

    with mistakes(as_json):
        loaded = load_agreement(agreement)
        explored = explore(loaded.agreement)
        if as_json:
            _print_json({"format": 1, "agreement": loaded.agreement.name, "problems": [], **explored.to_json()})
            return
        for finding in explored.findings:
            print(f"{finding.words}" + (", as in this log:" if finding.log else "."))
            print("".join(f"    {line}\n" for line in finding.log), end="")
        print(f"{loaded.agreement.name} can be monitored. {explored.bound()}")


def is_alone(name: str) -> bool:
    """Whether a name is that of an agreement by itself: bundled, or a file that says `agreement:` at its top."""
    from .load import find

    try:
        path = find(name)
        if not path.is_file():  # a pipe would be waited for
            return False
        with path.open("rb") as file:
            return re.search(rb"^agreement[ ]*:", file.read(256_000), re.MULTILINE) is not None
    except (OSError, ValueError):
        return False


def _played(loaded: Loaded, path: Path, on: str | None, hindsight: bool, starts: str | None) -> MonitorResult:
    from datetime import date

    from .monitoring import monitor as play

    try:
        first = date.fromisoformat(starts) if starts else None
    except ValueError:
        raise Refused((Problem("log_on", Place("--starts"), {"found": starts}),)) from None
    return play(loaded, path, on, hindsight, starts=first)


def _show(result: MonitorResult, why: str | None, plot: Path | None, as_json: bool) -> None:
    told = result.why(why) if why is not None else None
    if plot is not None:
        result.plot(plot)
    if as_json:
        _print_json(result.to_json())
    else:
        from detente.language import render

        print(render.plain(told if told is not None else result.as_text()), end="")
        sys.stdout.flush()


def _strict(result: MonitorResult) -> None:
    first, count = result.problems[0], len(result.problems)
    facts = {"count": f"{count} problem{'s' if count > 1 else ''}", "problem": first.problem, "line": first.line}
    from detente.language import render

    print(render.as_text([Problem("log_strict", Place("--strict"), facts)]), end="", file=sys.stderr)
    raise typer.Exit(2)


def _bundled_events(agreement: str) -> Path:
    """The events file beside an agreement."""
    from .load import find

    path = find(agreement).parent / "events.csv"
    if not path.is_file():
        raise Refused((Problem("log_missing", Place("--events"), {"file": str(path)}),))
    return path


def _wait_for_more(path: Path) -> None:
    """Until the file has another size or time, or is there again."""

    def seen() -> tuple[int, int] | None:
        try:
            state = path.stat()
        except OSError:
            return None
        return state.st_size, state.st_mtime_ns

    before = seen()
    while (now := seen()) == before or now is None:
        time.sleep(0.2)


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))
    sys.stdout.flush()


command = monitor
