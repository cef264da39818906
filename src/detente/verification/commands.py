"""`detente inspect`: the arithmetic of inspection at the command line.

Thin: read the options, call, print a table or JSON, draw if asked. A mistake is one line on stderr and
exit code 2.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from detente.verification import plots
from detente.verification.allocation import Allocation, allocate
from detente.verification.deterrence import least_detection, temptation
from detente.verification.exact import count, rounded
from detente.verification.files import number, read_sites
from detente.verification.games import inspection_game
from detente.verification.sampling import detection_probability, smallest_sample
from detente.verification.timeliness import anticipated_detection_time, detected_by, mean_detection_time

app = typer.Typer(
    help="The arithmetic of inspection: samples, deterrence, timeliness, games, effort.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Exact = Annotated[bool, typer.Option("--exact", help="Print fractions, not decimals.")]
Plot = Annotated[Path | None, typer.Option(help="Also draw it: a file .svg, .png or .html.")]

_POINTS = 200
"""Points on a curve."""


@contextmanager
def _one_line(about: str = "") -> Iterator[None]:
    """Turn a mistake of the user into one line on stderr and exit code 2."""
    try:
        yield
    except ValueError as problem:
        print(f"error: {about}{' '.join(str(problem).split())}", file=sys.stderr)
        raise typer.Exit(2) from None


def _needed(**options: Any) -> None:
    for name, value in options.items():
        if value is None:
            raise ValueError(f"--{name.replace('_', '-')} is needed")


def _apart(because: str, **options: Any) -> None:
    for name, value in options.items():
        if value is not None:
            raise ValueError(f"--{name.replace('_', '-')} {because}")


def _numbers(**options: str | None) -> dict[str, Any]:
    """The options that were given, as numbers where they are."""
    return {name: number(text) for name, text in options.items() if text is not None}


def _plain(value: Any) -> Any:
    """A value for JSON: fractions as text, tuples as lists."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value


def _show(answer: dict[str, Any], as_json: bool, rows: list[tuple[str, Any]] | None = None) -> None:
    if as_json:
        print(json.dumps({name: _plain(value) for name, value in answer.items()}))
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for label, value in rows or list(answer.items()):
        table.add_row(label.replace("_", " "), _cell(value))
    Console(soft_wrap=True).print(table)


def _cell(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    return f"{value:.6g}" if isinstance(value, float) else str(value)


@app.command()
def sample(
    items: Annotated[str | None, typer.Option(help="Items in the stratum (needed).")] = None,
    falsified: Annotated[str | None, typer.Option(help="Falsified items among them (needed).")] = None,
    sample: Annotated[str | None, typer.Option(help="Items looked at; or give --probability.")] = None,
    probability: Annotated[str | None, typer.Option(help="Detection probability wanted; or give --sample.")] = None,
    detects: Annotated[str, typer.Option(help="Probability that a look recognises a falsified item.")] = "1",
    method: Annotated[str, typer.Option(help="exact or iaea, for the smallest sample.")] = "exact",
    exact: Exact = False,
    plot: Plot = None,
    as_json: AsJson = False,
) -> None:
    """The detection probability of a sample, or the smallest sample for a probability."""
    with _one_line():
        _needed(items=items, falsified=falsified)
        if (sample is None) == (probability is None):
            raise ValueError("give either --sample or --probability")
        known = _numbers(items=items, falsified=falsified, detects=detects)
        if probability is None:
            size = number(sample or "")
        else:
            size = smallest_sample(**known, **_numbers(probability=probability), method=method)
        found = detection_probability(**known, sample=size, exact=exact)
        if plot:
            plots.check_target(plot)
            sizes = np.unique(np.linspace(0, int(known["items"]), _POINTS + 1).astype(int))
            rise = detection_probability(**known, sample=sizes)
            plots.curve(plot, ("sample", sizes), ("detection probability", rise), (float(size), float(found)))
        _show({"sample": int(size), "probability": found}, as_json)


@app.command()
def deter(
    gain: Annotated[str | None, typer.Option(help="Gain of an undetected violation (needed).")] = None,
    loss: Annotated[str | None, typer.Option(help="Loss of a detected one (needed).")] = None,
    detection: Annotated[str | None, typer.Option(help="Detection probability.")] = None,
    false_alarm: Annotated[str, typer.Option(help="False-alarm probability.")] = "0",
    false_cost: Annotated[str, typer.Option(help="What a false alarm costs the honest.")] = "0",
    exact: Exact = False,
    plot: Plot = None,
    as_json: AsJson = False,
) -> None:
    """Whether violating pays, and the detection probability from which it does not."""
    with _one_line():
        _needed(gain=gain, loss=loss)
        stakes = _numbers(gain=gain, loss=loss, false_alarm=false_alarm, false_cost=false_cost)
        least = least_detection(**stakes, exact=exact)
        tempted = deterred = answer = None
        if detection is not None:
            precise = temptation(**stakes, detection=number(detection), exact=True)
            tempted, deterred = (precise if exact else rounded(precise)), bool(precise <= 0)
            answer = (float(number(detection)), rounded(precise))
        if plot:
            plots.check_target(plot)
            shares = np.linspace(0, 1, 101)
            fall = temptation(**stakes, detection=shares)
            plots.curve(plot, ("detection probability", shares), ("temptation", fall), answer)
        _show({"temptation": tempted, "least_detection": least, "deterred": deterred}, as_json)


@app.command()
def time(
    schedule: Annotated[str | None, typer.Option(help="periodic, random or poisson.")] = None,
    interval: Annotated[str | None, typer.Option(help="Time between looks, in any unit.")] = None,
    detects: Annotated[str | None, typer.Option(help="Probability that a look detects (1).")] = None,
    start: Annotated[str | None, typer.Option(help="Start of the violation: random (the default) or worst.")] = None,
    within: Annotated[str | None, typer.Option(help="Also the probability of detection within this time.")] = None,
    anticipated: Annotated[
        str | None, typer.Option(help="Instead: the guaranteed mean with so many unobservable inspections.")
    ] = None,
    horizon: Annotated[str | None, typer.Option(help="Time at which everything comes to light (1).")] = None,
    exact: Exact = False,
    plot: Plot = None,
    as_json: AsJson = False,
) -> None:
    """The mean time to detection, and the probability of detection within a time."""
    with _one_line():
        if plot:
            plots.check_target(plot)
        if anticipated is not None:
            looks = {"schedule": schedule, "interval": interval, "detects": detects, "start": start}
            _apart("does not go with --anticipated", **looks, within=within, exact=exact or None)
            _show({"mean": _anticipated(anticipated, horizon or "1", plot), "within": None}, as_json)
            return
        _apart("goes with --anticipated only", horizon=horizon)
        _needed(schedule=schedule, interval=interval)
        question = (schedule or "", number(interval or ""), number(detects or "1"), start or "random")
        mean = mean_detection_time(*question, exact=exact)
        share = None if within is None else detected_by(number(within), *question)
        if plot:
            times = np.linspace(0, 3 * float(mean), _POINTS + 1)
            answer = None if within is None else (float(number(within)), share)
            plots.curve(plot, ("time", times), ("detected by then", detected_by(times, *question)), answer)
        _show({"mean": mean, "within": share}, as_json)


def _anticipated(inspections: str, horizon: str, plot: Path | None) -> float:
    known = _numbers(inspections=inspections, horizon=horizon)
    mean: float = anticipated_detection_time(**known)
    if plot:
        numbers = np.arange(max(10, 2 * int(known["inspections"])) + 1)
        fall = anticipated_detection_time(numbers, known["horizon"])
        answer = (float(known["inspections"]), mean)
        plots.curve(plot, ("inspections", numbers), ("guaranteed mean detection time", fall), answer)
    return mean


@app.command()
def game(
    periods: Annotated[str | None, typer.Option(help="Periods (needed).")] = None,
    inspections: Annotated[str | None, typer.Option(help="Inspections to spend (needed).")] = None,
    violations: Annotated[str | None, typer.Option(help="Violations intended at most.")] = None,
    penalty: Annotated[str, typer.Option(help="Loss when caught, in rewards at stake.")] = "1",
    rewards: Annotated[str | None, typer.Option(help="Worth of each violation in turn: 1,2,5.")] = None,
    exact: Exact = False,
    plot: Plot = None,
    as_json: AsJson = False,
) -> None:
    """The sequential inspection game: its value to the inspectee, and both sides' first move."""
    with _one_line():
        _needed(periods=periods, inspections=inspections)
        worth: Any = None if rewards is None else [number(text) for text in rewards.split(",")]
        intended: Any = number(violations) if violations is not None else len(worth or [1])
        rest = {**_numbers(periods=periods, penalty=penalty), "violations": intended, "rewards": worth}
        answer = inspection_game(**rest, **_numbers(inspections=inspections), exact=exact)
        if plot:
            plots.check_target(plot)
            spent = np.unique(np.linspace(0, answer.periods, _POINTS + 1).astype(int))
            values = [inspection_game(**rest, inspections=int(m)).value for m in spent]
            plots.curve(plot, ("inspections", spent), ("value", values), (answer.inspections, float(answer.value)))
        _show({"value": answer.value, "inspect": answer.inspect, "violate": answer.violate}, as_json)


@app.command("allocate")
def allocate_(
    file: Annotated[Path | None, typer.Argument(help="YAML or JSON: detection, gains, losses, mixed.")] = None,
    budget: Annotated[str | None, typer.Option(help="Units of effort (needed).")] = None,
    exact: Exact = False,
    plot: Plot = None,
    as_json: AsJson = False,
) -> None:
    """The lottery of allocations over sites that makes the greatest temptation least."""
    with _one_line():
        if file is None:
            raise ValueError("a FILE with detection, gains and losses is needed")
        _needed(budget=budget)
        units = count("budget", number(budget or ""))
        if plot:
            plots.check_target(plot)
    with _one_line(f"{file}: "):
        sites = read_sites(file)
        answer = allocate(units, **sites, exact=exact)
    with _one_line():
        if plot:
            _draw_effort(plot, answer)
        rows: list[tuple[str, Any]] = [("value", answer.value), ("deterred", bool(answer.value <= 0))]
        rows += [(f"units {' '.join(map(str, units))}", p) for p, units in answer.lottery]
        _show({"value": answer.value, "lottery": answer.lottery}, as_json, rows)


def _draw_effort(plot: Path, answer: Allocation) -> None:
    size = len(answer.lottery[0][1])
    effort = [sum(float(p) * units[i] for p, units in answer.lottery) for i in range(size)]
    plots.bars(plot, ("site", [str(i + 1) for i in range(size)]), ("mean units of effort", effort))
