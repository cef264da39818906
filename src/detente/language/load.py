"""`load`: a case file, with what it includes, as frozen objects; or everything that is wrong with it at once."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from .case import Case
from .files import printable
from .include import Includer
from .nodes import File, Table
from .problems import Place, Problem, Problems, Refused
from .reader import read_yaml
from .sections import SECTIONS, read_case

Further: TypeAlias = Callable[[Case], Iterable[Problem]]


def load(path: str | Path, *, warn: bool = True, further: Further | None = None) -> Case:
    """The case in a file, or in the `case.yaml` of a folder.

    `warn` looks for what can be run but is doubtful (`Case.warnings`). `further` is asked what else is wrong, by who
    reads on in a section that this package keeps as it is written. Raises `Refused` with all problems found;
    nothing outside the file's folder is read.
    """
    path = Path(path)
    name = str(path)
    try:
        if path.is_dir():
            path, name = path / "case.yaml", str(path / "case.yaml")
        root = path.parent.resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise Refused((Problem("file_unreadable", Place(name), {"why": str(error)}),)) from None
    problems = Problems()
    includer = Includer(root, SECTIONS, problems)
    try:
        table = includer.read(path, name)
    except Refused as refused:
        raise Refused((*problems.errors, *refused.problems), {**includer.files, **refused.files}) from None
    return _finished(table, problems, includer.files, warn, further)


def load_text(text: str, name: str = "<text>", *, warn: bool = True, further: Further | None = None) -> Case:
    """The case in a text, which may include nothing. Raises `Refused` with all problems found."""
    file = File(name, printable(text, name))
    problems = Problems()
    try:
        table = read_yaml(file, problems)
    except Refused as refused:
        raise Refused((*problems.errors, *refused.problems), {name: file.text}) from None
    if "include" in table.items:
        problems.add("include_in_text", table.items["include"].place)
    return _finished(table, problems, {name: file.text}, warn, further)


def load_files(files: Mapping[str, str]) -> Case:
    """The case whose files, the main one first, have these names and texts: what `Case.files` held once.

    Raises `Refused` with all problems found, and for a name that would lead outside a folder of its own.
    """
    main = next(iter(files))
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for name, text in files.items():
            path = (root / os.path.relpath(name, os.path.dirname(main))).resolve()
            if not path.is_relative_to(root):
                raise Refused((Problem("include_outside", Place(name), {"file": name}),))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
        problems = Problems()
        includer = Includer(root, SECTIONS, problems)
        table = includer.read(root / os.path.basename(main), main)
    return _finished(table, problems, includer.files, warn=False)


def _finished(
    table: Table, problems: Problems, files: dict[str, str], warn: bool, further: Further | None = None
) -> Case:
    case, scope = read_case(table, problems)
    for problem in further(case) if further else ():
        problems.take(problem)
    if problems.errors:
        raise Refused(_in_order(problems.errors, files), files)
    if warn:
        from .checks import find_warnings

        find_warnings(case, scope, problems)
    return replace(case, files=files, warnings=_in_order(problems.warnings, files))


def _in_order(problems: tuple[Problem, ...], files: dict[str, str]) -> tuple[Problem, ...]:
    """By file, then line: a reader mends a file from top to bottom."""
    order = {name: position for position, name in enumerate(files)}
    return tuple(sorted(problems, key=lambda p: (order.get(p.place.file, -1), p.place.line, p.place.column)))
