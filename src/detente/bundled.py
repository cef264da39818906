"""Where the bundled cases are: beside the package when installed, in `cases/` of a checkout."""

from __future__ import annotations

from pathlib import Path


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
    path, root = Path(case), folder()
    if not path.exists() and root and case in names():
        return root / case / "case.yaml"
    return path
