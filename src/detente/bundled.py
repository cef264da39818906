"""Where the bundled cases are: beside the package when installed, in `cases/` of a checkout."""

from __future__ import annotations

import os.path
from pathlib import Path

from detente.language.files import read_file
from detente.language.nodes import Text
from detente.language.problems import Problems, Refused


def folder() -> Path | None:
    """The folder of the bundled cases, if there is one."""
    here = Path(__file__).resolve().parent
    for place in (here / "cases", here.parents[1] / "cases"):
        if place.is_dir():
            return place
    return None


def names() -> list[str]:
    """The bundled cases: folders that hold a `case.yaml`."""
    root = folder()
    return sorted(p.parent.name for p in root.glob("*/case.yaml")) if root else []


def find(case: str) -> Path:
    """The file of a case given as a path or as the name of a bundled one; the path itself if neither is there."""
    root = folder()
    if not os.path.exists(case) and root and case in names():
        return root / case / "case.yaml"
    return Path(case)


def title(name: str) -> str:
    """The title of a bundled case, read without the rest of it; nothing if it cannot be read."""
    from detente.language.reader import read_yaml

    path = find(name)
    try:
        node = read_yaml(read_file(path, str(path)), Problems()).items.get("title")
    except Refused:
        return ""
    return node.text if isinstance(node, Text) else ""
