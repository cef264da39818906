"""The README does as it says: its commands run, its Python runs, its output is the program's."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_runs(pages: ModuleType, tmp_path: Path) -> None:
    targets = {line.partition(":")[0] for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()}
    ours = [shlex.split(command) for command in pages.commands(README)]
    assert sum(words[0].endswith("detente") for words in ours) >= 5
    for name, *words in ours:
        if name == "make":
            assert set(words) <= targets
            continue
        assert name == ".venv/bin/detente"
        done = subprocess.run(
            [sys.executable, "-m", "detente", *words], cwd=tmp_path, env=os.environ, capture_output=True, check=False
        )
        assert done.returncode == 0, (words, done.stderr.decode())


def test_its_python_runs(pages: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = [block.text for block in pages.blocks(README) if block.kind == "python"]
    assert blocks
    for text in blocks:
        exec(compile(text, "README.md", "exec"), {})
    assert "way_out" in capsys.readouterr().out


@pytest.mark.slow
def test_its_output_is_the_output(make: ModuleType) -> None:
    assert "<!-- output: detente run korea-2016 -->" in README
    assert make.page("../README.md") == README, "run `make docs` and look at what changed"
