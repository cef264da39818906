"""Mistakes: one clear message, exit code 2, nothing written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import RACE, SMALL, Done

Command = Callable[..., Done]
BAD = Path(__file__).parents[1] / "language" / "bad"
RUN = ("run", "race.yaml", *SMALL)

REFUSED = {
    "no such case": (
        ("run", "tiny-rac"),
        "there is no file or bundled case `tiny-rac`\n  Did you mean `tiny-race`?\n",
    ),
    "no such file": (
        ("check", "rase.yaml"),
        "rase.yaml: there is no file `rase.yaml`\n  Did you mean `race.yaml`?\n",
    ),
    "no name at all": (("show", ""), "there is no file or bundled case ``\n  Known: chicken, "),
    "no such strategy": (
        (*RUN, "--strategy", "pres", "--strategy", "wait", "--strategy", "x"),
        "--strategy: there is no strategy `pres`\n  Did you mean `press`?\n\n"
        "--strategy: there is no strategy `x`\n  Known: press, wait.\n",
    ),
    "no such strategy to show": (
        ("show", "race.yaml", "--strategy", "wiat"),
        "--strategy: there is no strategy `wiat`\n  Did you mean `wait`?\n",
    ),
    "nothing of that name to fix": (
        (*RUN, "--fix", "pase=0.2"),
        "--fix: there is no assumption, quantity or option `pase`\n  Did you mean `pace`?\n",
    ),
    "no such level to fix": (
        (*RUN, "--fix", "them.work=pausd"),
        "--fix: `them.work` has no level `pausd`\n  Did you mean `paused`?\n",
    ),
    "no such rival to fix": (
        (*RUN, "--fix", "effect=softness"),
        "--fix: `effect` has no rival `softness`\n  Did you mean `softens`?\n",
    ),
    "a value that is no number": (
        (*RUN, "--fix", "pace=slow"),
        "--fix: `slow` is not a number, which `pace` needs\n  Write a finite number in its own unit.\n",
    ),
    "a value beyond the bounds": (
        (*RUN, "--fix", "progress=2"),
        "--fix: 2 lies outside 0 to 1, within which `progress` is held\n  Set a value inside.\n",
    ),
    "no value": (
        (*RUN, "--fix", "pace"),
        "--fix: `pace` is not NAME=VALUE\n  Write for instance --fix learning=0.05.\n",
    ),
    "a file where the folder should be": (
        (*RUN, "--out", "race.yaml/run"),
        "`race.yaml/run` cannot be written: {folder}/race.yaml is no folder\n"
        "  Choose a folder that you may write to, and that no file stands in for.\n",
    ),
    "a case that is there already": (
        ("new", "race.yaml"),
        "`race.yaml` is already there\n  It was left as it is: choose another name.\n",
    ),
    "a case in a folder that is not": (
        ("new", "nowhere/case.yaml"),
        "`nowhere/case.yaml` cannot be written: No such file or directory\n"
        "  Choose a folder that you may write to, and that no file stands in for.\n",
    ),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_refused(mistake: str, detente: Command, written: Callable[[], list[str]], folder: Path) -> None:
    words, message = REFUSED[mistake]
    done = detente(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(message.replace("{folder}", str(folder)))
    assert message.endswith(" ") or len(done.err) == len(message.replace("{folder}", str(folder)))
    assert written() == []


USAGE = {
    "unknown command": (("rum", "race.yaml"), "No such command 'rum'"),
    "unknown option": (("run", "race.yaml", "--sed", "3"), "--seed"),
    "nothing to run": (("run",), "Missing argument 'CASE'."),
    "no futures": (("run", "race.yaml", "--futures", "0"), "'--futures': "),
    "a seed that is a word": (("run", "race.yaml", "--seed", "one"), "Invalid value for '--seed'"),
}


@pytest.mark.parametrize("mistake", USAGE)
def test_misused(mistake: str, said: Command) -> None:
    words, message = USAGE[mistake]
    done = said(*words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


@pytest.mark.parametrize(
    ("command", "mistake"), [("check", "binary"), ("run", "forgotten_quotes"), ("test", "cyclic_auxiliaries")]
)
def test_a_bad_case(command: str, mistake: str, detente: Command, folder: Path) -> None:
    path = BAD / f"{mistake}.yaml"
    (folder / path.name).write_bytes(path.read_bytes())
    done = detente(command, path.name)
    assert (done.code, done.out) == (2, "")
    assert done.err == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_problems_as_json(said: Command, detente: Command, folder: Path) -> None:
    done = said(*RUN, "--strategy", "pres", "--json")
    assert (done.code, done.err) == (2, "")
    assert done.json == {
        "format": 1,
        "problems": [
            {
                "severity": "error", "code": "unknown_name", "file": "--strategy", "line": 0, "column": 0, "path": "",
                "message": "there is no strategy `pres`", "remedy": "Did you mean `press`?", "text": "",
            }
        ],
    }  # fmt: skip
    (folder / "race.yaml").write_text(RACE.replace("0.05}}", "0.05 * tempo}}"), encoding="utf-8")
    problem = detente("check", "race.yaml", "--json").json["problems"][0]
    line = next(n for n, text in enumerate(RACE.splitlines(), 1) if "accident: {rate" in text)
    assert (problem["file"], problem["line"], problem["path"]) == (
        "race.yaml", line, "events.accident.then.progress",
    )  # fmt: skip
    assert "`tempo`" in problem["message"]
    assert problem["text"].startswith("accident: {rate: 0.5")


def test_a_place_that_cannot_be_written_at_last(
    detente: Command, folder: Path, written: Callable[[], list[str]]
) -> None:
    (folder / "run" / "report.html" / "full").mkdir(parents=True)
    done = detente(*RUN, "--json", "--out", "run")
    assert done.code == 2
    assert [problem["code"] for problem in done.json["problems"]] == ["file_unwritable"]
    assert not [name for name in written() if Path(name).name.startswith(".")], "no scraps are left"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_one_may_not_write_to(detente: Command, folder: Path) -> None:
    (folder / "locked").mkdir(mode=0o555)
    done = detente(*RUN, "--out", "locked/run")
    assert (done.code, done.out) == (2, "")
    assert "you may not write to" in done.err


def test_a_run_that_overflows(detente: Command, folder: Path, written: Callable[[], list[str]]) -> None:
    wild = RACE.replace("{start: 0, within: [0, 1], change: pace", "{start: 1, change: exp(999 * progress) + pace")
    assert wild != RACE
    (folder / "race.yaml").write_text(wild, encoding="utf-8")
    done = detente(*RUN)
    assert done.code == 2
    line = next(n for n, text in enumerate(wild.splitlines(), 1) if "exp(999" in text)
    assert done.err.startswith(f"race.yaml:{line}: progress became inf  [quantities.progress.change]\n")
    assert "step 1, under press in future 0, run 0" in done.err
    assert "`detente show CASE --strategy press --future 0 --run 0` plays it again" in done.err
    assert done.out == ""
    assert not written(), "nothing is left of a run that never played a block"
