"""Mistakes that only the conflict graph can find are refused with exactly the message that stands beside them.

After a change of wording, `python tests/conflict/test_bad.py` writes the messages anew, to be read one by one.
"""

import os
from pathlib import Path

import pytest

from detente.further import further
from detente.language.load import load
from detente.language.problems import Refused
from detente.language.render import as_text

BAD = Path(__file__).parent / "bad"
MISTAKES = sorted(path.stem for path in BAD.glob("*.yaml"))


def message(mistake: str) -> str:
    """What the user is told, with the file named as seen from its folder."""
    here = Path.cwd()
    os.chdir(BAD)
    try:
        load(f"{mistake}.yaml", further=further)
    except Refused as refused:
        return as_text(refused.problems, refused.files)
    finally:
        os.chdir(here)
    return "accepted\n"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_message(mistake: str) -> None:
    assert message(mistake) == (BAD / f"{mistake}.txt").read_text(encoding="utf-8")


def test_every_mistake_has_its_message_and_is_refused() -> None:
    assert sorted(path.stem for path in BAD.glob("*.txt")) == MISTAKES
    assert len(MISTAKES) > 12
    assert [m for m in MISTAKES if (BAD / f"{m}.txt").read_text(encoding="utf-8").startswith("accepted")] == []


if __name__ == "__main__":
    for name in MISTAKES:
        (BAD / f"{name}.txt").write_text(message(name), encoding="utf-8")
