"""Every mistake of `bad/` is refused with exactly the message that stands beside it.

After a change of wording, `python tests/agreements/test_bad.py` writes the messages anew, to be read one by one.
"""

import os
from pathlib import Path

import pytest

from detente.agreements import load_agreement
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
        (load if mistake.startswith("case_") else load_agreement)(f"{mistake}.yaml")
    except Refused as refused:
        return as_text(refused.problems, refused.files)
    finally:
        os.chdir(here)
    return "accepted\n"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_message(mistake: str) -> None:
    expected = (BAD / f"{mistake}.txt").read_text(encoding="utf-8")
    assert not expected.startswith("accepted")
    assert message(mistake) == expected


def test_every_message_has_its_file() -> None:
    assert sorted(path.stem for path in BAD.glob("*.txt")) == MISTAKES
    assert len(MISTAKES) > 60


if __name__ == "__main__":
    for name in MISTAKES:
        (BAD / f"{name}.txt").write_text(message(name), encoding="utf-8")
