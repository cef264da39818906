"""What strangers send: nothing is waited for, and a terminal is told nothing but text."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Done

Command = Callable[..., Done]


@pytest.mark.parametrize("command", ["check", "run", "monitor", "conflict"])
def test_a_pipe_is_not_waited_for(detente: Command, folder: Path, command: str) -> None:
    os.mkfifo(folder / "pipe.yaml")
    done = detente(command, "pipe.yaml")
    assert done.code == 2
    assert done.err.splitlines()[0] == "pipe.yaml: `pipe.yaml` is no regular file"


def test_a_log_that_is_a_pipe(detente: Command, folder: Path) -> None:
    os.mkfifo(folder / "log.csv")
    done = detente("monitor", "leap-day", "--events", "log.csv")
    assert (done.code, done.err.splitlines()[0]) == (2, "log.csv: `log.csv` is no regular file")


@pytest.mark.parametrize("text", [
    "date,kind\n2012-03-01,a\x1b[31mb\n", '[{"date": "2012-03-01", "kind": "a\\u001b[31mb"}]'])
def test_a_log_with_orders_for_the_terminal(detente: Command, folder: Path, text: str) -> None:
    (folder / "log.csv").write_text(text, encoding="utf-8")
    done = detente("monitor", "leap-day", "--events", "log.csv")
    assert "unknown kind (`a\\u001b[31mb`)" in done.out
    assert "\x1b" not in done.out + done.err


def test_a_folder_with_orders_for_the_terminal(detente: Command, folder: Path) -> None:
    run = folder / "runs" / "a\x1b[31mb"
    run.mkdir(parents=True)
    (run / "manifest.json").write_text(json.dumps({"format": 1}))
    done = detente("runs")
    assert done.code == 0
    assert done.out.startswith("runs/a\\u001b[31mb ")
    assert "\x1b" not in done.out
