"""Stopped by the user, or no longer read: quiet, with nothing half written."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from .conftest import COMMAND, RACE

LONG = ("run", "race.yaml", "--futures", "2000000", "--runs", "64", "--out", "run")


def start(words: tuple[str, ...], folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )


@pytest.mark.skipif(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="ignored here, and so by children")
@pytest.mark.parametrize("after", [0.4, 1.5, 3.0])
def test_ctrl_c(after: float, folder: Path, environment: dict[str, str]) -> None:
    process = start(LONG, folder, environment)
    time.sleep(after)
    assert process.poll() is None, "it was to be stopped in the middle"
    process.send_signal(signal.SIGINT)
    out, err = _last_words(process)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err
    left = [path for path in folder.rglob("*") if path.name == "report.html" or path.suffix in (".tmp", ".part")]
    assert left == []


def _last_words(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    try:
        return process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"it went on: {process.communicate()}") from None


@pytest.mark.parametrize("words", [("show", "race.yaml"), ("show", "race.yaml", "--json"), ("check", "race.yaml")])
def test_nobody_reads_on(words: tuple[str, ...], folder: Path, environment: dict[str, str]) -> None:
    (folder / "race.yaml").write_text(RACE.replace("status: judged, ", ""), encoding="utf-8")
    process = start(words, folder, environment)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait(30) == 141
