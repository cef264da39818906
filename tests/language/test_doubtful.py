"""Every file of `doubtful/` can be run, with exactly the warnings that stand beside it.

After a change of wording, `python tests/language/test_doubtful.py` writes them anew, to be read one by one.
"""

import os
from pathlib import Path

import pytest

from detente.language.load import load
from detente.language.render import as_text

DOUBTFUL = Path(__file__).parent / "doubtful"
CASES = sorted(path.stem for path in DOUBTFUL.glob("*.yaml"))


def warnings(name: str) -> str:
    """What `detente check` says, with the file named as seen from its folder."""
    here = Path.cwd()
    os.chdir(DOUBTFUL)
    try:
        case = load(f"{name}.yaml")
    finally:
        os.chdir(here)
    return as_text(case.warnings, case.files)


@pytest.mark.parametrize("name", CASES)
def test_warnings(name: str) -> None:
    assert warnings(name) == (DOUBTFUL / f"{name}.txt").read_text(encoding="utf-8")


def test_every_case_warns() -> None:
    assert sorted(path.stem for path in DOUBTFUL.glob("*.txt")) == CASES
    assert all((DOUBTFUL / f"{name}.txt").read_text(encoding="utf-8") for name in CASES)


def test_warnings_can_be_left_out() -> None:
    assert load(DOUBTFUL / "unused_names.yaml", warn=False).warnings == ()


if __name__ == "__main__":
    for each in CASES:
        (DOUBTFUL / f"{each}.txt").write_text(warnings(each), encoding="utf-8")
