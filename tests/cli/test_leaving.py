"""Stopped by the user, or no longer read: quiet, with nothing half written."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import time
from pathlib import Path
from threading import Thread

import pytest

from .conftest import COMMAND, RACE, SMALL

LONG = ("run", "race.yaml", "--futures", "2000000", "--runs", "64", "--out", "run")


def start(words: tuple[str, ...], folder: Path, environment: dict[str, str], err: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err
    )


@pytest.mark.skipif(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="ignored here, and so by children")
@pytest.mark.parametrize("after", [0.0, 1.5])
def test_ctrl_c(after: float, folder: Path, environment: dict[str, str]) -> None:
    """Stopped when the bar is drawn on the terminal, or some time later."""
    ours, theirs = pty.openpty()
    process = start(LONG, folder, {**environment, "TERM": "xterm"}, theirs)
    os.close(theirs)
    said = b""
    while b"playing" not in said:
        said += os.read(ours, 4096)
    time.sleep(after)
    assert process.poll() is None, "it was to be stopped in the middle"
    process.send_signal(signal.SIGINT)
    parts: list[bytes] = []
    drain = Thread(target=lambda: parts.extend(iter(lambda: _read(ours), b"")))
    drain.start()
    try:
        out, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        drain.join()
    assert (process.returncode, out) == (130, b"")
    assert b"stopped" in b"".join(parts)
    assert b"Traceback" not in b"".join(parts)
    left = [path for path in folder.rglob("*") if path.name == "report.html" or path.suffix in (".tmp", ".part")]
    assert left == []


def _read(end: int) -> bytes:
    try:
        return os.read(end, 4096)
    except OSError:  # Linux: nobody holds the other end any more
        return b""


@pytest.mark.parametrize("words", [("show", "race.yaml"), ("show", "race.yaml", "--json"), ("check", "race.yaml")])
def test_nobody_reads_on(words: tuple[str, ...], folder: Path, environment: dict[str, str]) -> None:
    (folder / "race.yaml").write_text(RACE.replace("status: judged, ", ""), encoding="utf-8")
    process = start(words, folder, environment, subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait(30) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [("check", "race.yaml"), ("run", "race.yaml", *SMALL), ("cases", "--json")])
def test_no_room_for_the_output(words: tuple[str, ...], folder: Path, environment: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, *words], cwd=folder, env=environment, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr == b"detente: the output cannot be written: No space left on device\n"


def test_a_closed_output(folder: Path, environment: dict[str, str]) -> None:
    command = f'exec "{COMMAND[0]}" -m detente check race.yaml >&- 2>&-'
    assert subprocess.run(["sh", "-c", command], cwd=folder, env=environment, check=False).returncode == 0


def test_an_output_that_knows_few_characters(folder: Path, environment: dict[str, str]) -> None:
    (folder / "race.yaml").write_text(RACE.replace("A race for tests", "Détente \N{EM DASH} now"), encoding="utf-8")
    said = subprocess.run(
        [*COMMAND, "show", "race.yaml", "--steps", "1"], cwd=folder,
        env={**environment, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stderr) == (0, b"")
    assert said.stdout.startswith(b"D\\xe9tente \\u2014 now\nStrategy press")
