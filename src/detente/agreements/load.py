"""An agreement from a file: alone, bundled by name, or one of those in a case."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from detente import bundled
from detente.language.case import Case
from detente.language.files import printable, read_file
from detente.language.nodes import File, Table
from detente.language.problems import Place, Problem, Problems, Refused
from detente.language.reader import read_yaml
from detente.language.records import dataclass

if TYPE_CHECKING:
    from detente.language.agreement import Agreement


@dataclass(frozen=True)
class Loaded:
    """An agreement with the case that it stands in (None alone) and the files that it was read from."""

    agreement: Agreement
    case: Case | None
    files: Mapping[str, str]


def find(name: str) -> Path:
    """The file of an agreement given as a path or as the name of a bundled one; the path itself if neither."""
    path, root = Path(name), bundled.folder()
    if not path.exists() and root and name in {*names(), *bundled.names()}:
        return _file_in(root / name)
    return _file_in(path) if path.is_dir() else path


def _file_in(folder: Path) -> Path:
    alone = folder / "agreement.yaml"
    return alone if alone.is_file() else folder / "case.yaml"


def names() -> list[str]:
    """The bundled agreements: folders that hold an `agreement.yaml`."""
    root = bundled.folder()
    return sorted(p.parent.name for p in root.glob("*/agreement.yaml")) if root else []


def load_agreement(path: str | Path, choose: str | None = None) -> Loaded:
    """The agreement in a file, or in a case the only one or the one named `choose`.

    Raises `Refused` with everything that is wrong.
    """
    path = find(str(path))
    file = read_file(path, str(path))
    problems = Problems()
    table = read_yaml(file, problems)
    if "case" in table.items and "agreement" not in table.items:
        return _in_case(path, choose)
    return _alone(table, file, problems, choose)


def load_agreement_text(text: str, name: str = "<text>") -> Agreement:
    """The agreement in a text. Raises `Refused` with everything that is wrong."""
    file = File(name, printable(text, name))
    problems = Problems()
    return _alone(read_yaml(file, problems), file, problems, None).agreement


def _alone(table: Table, file: File, problems: Problems, choose: str | None) -> Loaded:
    from detente.language.agreements import read_alone

    agreement = read_alone(table, problems)
    files = {file.name: file.text}
    if problems.errors:
        ordered = sorted(problems.errors, key=lambda p: (p.place.line, p.place.column))
        raise Refused(tuple(ordered), files)
    if choose is not None and choose != agreement.name:
        facts = {"name": choose, "known": (agreement.name,)}
        raise Refused((Problem("agreement_unknown", Place("--agreement"), facts),))
    return Loaded(agreement, None, files)


def _in_case(path: Path, choose: str | None) -> Loaded:
    from detente.language.load import load

    case = load(path, warn=False)
    known = tuple(case.agreements)
    if choose is not None and choose not in known:
        raise Refused((Problem("agreement_unknown", Place("--agreement"), {"name": choose, "known": known}),))
    if choose is None and len(known) != 1:
        facts = {"count": len(known) or "no", "known": ", ".join(known) or "none"}
        raise Refused((Problem("agreement_choose", Place(str(path)), facts),))
    return Loaded(case.agreements[choose or known[0]], case, case.files)
