"""Pages that run: what stands in a page as output is what the examples beside it give.

A page is Markdown. Four kinds of fenced blocks mean something:

- ```` ```yaml FILE ```` puts its sections into a file, in place of sections of the same name;
- ```` ```console ````: lines that begin `$ detente` are run where those files are, what follows is their output;
- ```` ```yaml ```` is an example for the block that follows it, completed by a header, parties and a strategy;
- ```` ```problems ```` is what is wrong with that example, ```` ```values ```` what its one run gives: a line for
  each name (`NAME` or `NAME under STRATEGY`), the start first, then every step; a measure has one value.

`refreshed` gives the page with the outputs as they are now.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^([a-z_]+):", re.MULTILINE)
_DEFAULTS = {
    "detente": "1", "case": "example", "as_of": "2020-01-01", "horizon": "4 months", "step": "1 month",
    "parties": "{us: {name: We}, them: {name: They}}", "strategies": "{alone: {}}",
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A fenced block: what it is (`kind`), what else its first line says (`about`), its text."""

    kind: str
    about: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for found in _FENCE.finditer(page):
        yield _block(found)


def refreshed(page: str) -> str:
    """The page with the outputs in it made anew."""
    with TemporaryDirectory() as name:
        runner = _Runner(Path(name))
        return _FENCE.sub(lambda found: f"```{found['info']}\n{runner.output(_block(found))}```", page)


def _block(found: re.Match[str]) -> Block:
    kind, _, about = found["info"].partition(" ")
    return Block(kind, about.strip(), found["body"])


class _Runner:
    """Goes through the blocks of a page; files lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.example = folder, ""

    def output(self, block: Block) -> str:
        """The text that belongs into the block."""
        if block.kind == "yaml" and block.about:
            path = self.folder / block.about
            before = path.read_text(encoding="utf-8") if path.exists() else ""
            path.write_text(merged(before, block.text), encoding="utf-8")
        elif block.kind == "yaml":
            self.example = block.text
        elif block.kind == "console":
            return "".join(self._console(block.text))
        elif block.kind == "problems":
            return problems(self.example)
        elif block.kind == "values":
            return values(self.example, block.text)
        return block.text

    def _console(self, text: str) -> Iterator[str]:
        for line in text.splitlines():
            if line.startswith("$ "):
                yield f"{line}\n{_run(line.removeprefix('$ '), self.folder)}"


def _run(command: str, folder: Path) -> str:
    """What a command says; the hash of a run folder, which changes with the program, is written as 0123456789."""
    name, *words = shlex.split(command)
    if name != "detente":
        raise ValueError(f"a page runs detente alone, not {command}")
    done = subprocess.run(
        [sys.executable, "-m", "detente", *words], cwd=folder, env={**os.environ, "COLUMNS": "100"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    said = re.sub(r"(runs/[a-z0-9-]+)-[0-9a-f]{10}\b", r"\1-0123456789", done.stdout.decode("utf-8"))
    return "".join(f"{line.rstrip()}\n" for line in said.splitlines())


def merged(before: str, text: str) -> str:
    """A case file with the sections of `text` in it, in place of those of the same name."""
    old, new = _sections(before), _sections(text)
    return "".join({**old, **new}.values())


def _sections(text: str) -> dict[str, str]:
    starts = [found.start() for found in _SECTION.finditer(text)] + [len(text)]
    parts = [text[start:end] for start, end in pairwise(starts)]
    return {part.partition(":")[0]: part for part in parts}


# --- examples of the language ----------------------------------------------------------------------------------


def complete(example: str) -> str:
    """An example as a whole case: what it lacks stands below it, so that its lines keep their numbers."""
    missing = (f"{key}: {value}\n" for key, value in _DEFAULTS.items() if key not in _sections(example))
    return example + "".join(missing)


def problems(example: str) -> str:
    """What `detente check` says of an example in a file `case.yaml`."""
    from detente.language.load import load_text
    from detente.language.problems import Refused
    from detente.language.render import as_text

    text = complete(example)
    try:
        found = load_text(text, "case.yaml").warnings
    except Refused as refused:
        found = refused.problems
    return as_text(found, {"case.yaml": text}) or "nothing\n"


def values(example: str, asked: str) -> str:
    """The lines of a `values` block: first run of the first future, seed 1, in the units of the case."""
    names = [line.partition(":")[0].strip() for line in asked.splitlines()]
    return "".join(f"{name}: {_value(example, name)}\n" for name in names)


def _value(example: str, asked: str) -> str:
    from detente.language.load import load_text
    from detente.simulate.ensemble import Ensemble

    case = load_text(complete(example), warn=False)
    name, _, strategy = asked.partition(" under ")
    played = Ensemble(case, futures=1, runs=1).replay(strategy or next(iter(case.strategies)), 0, 0)
    if name in case.measures:
        return _measure(case.measures[name], played.measures[0, list(case.measures).index(name)], case)
    series = played.trace[name][:, 0]
    if name in case.options:
        return " ".join(case.options[name].levels[int(level)] for level in series)
    factor = case.quantities[name].factor if name in case.quantities else 1.0
    return " ".join(f"{value / factor:.6g}" for value in series)


def _measure(measure, value, case) -> str:  # type: ignore[no-untyped-def]
    if measure.kind != "date":
        return f"{value / measure.factor:.6g}"
    return "never" if value == float("inf") else str(case.as_of + timedelta(days=int(value)))


# --- generated parts -------------------------------------------------------------------------------------------

_OUTPUT = re.compile(r"(<!-- output: (?P<command>[^\n]+) -->\n```text\n).*?(```\n<!-- end -->)", re.DOTALL)
_MARK = re.compile(r"(<!-- generated: (?P<name>[a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_generated(page: str, parts: Mapping[str, str]) -> str:
    """The page with the parts between its marks made anew."""
    return _MARK.sub(lambda found: f"{found[1]}{parts[found['name']]}{found[3]}", page)


def with_outputs(page: str) -> str:
    """The page with the text after each `<!-- output: COMMAND -->` as the command prints it now."""
    with TemporaryDirectory() as folder:
        return _OUTPUT.sub(lambda found: f"{found[1]}{_run(found['command'], Path(folder))}{found[3]}", page)


def commands(page: str) -> Iterator[str]:
    """The commands in the `sh` blocks of a page."""
    for block in blocks(page):
        if block.kind == "sh":
            yield from (line.partition("  #")[0].strip() for line in block.text.splitlines() if line.strip())
