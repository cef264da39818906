"""`detente report`: the same page again from the folder of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.claims.stored import play_into
from detente.language.load import load
from detente.language.problems import Refused
from detente.report.commands import again
from detente.report.gather import gather
from detente.report.page import page

HERE = Path(__file__).parent


def test_a_folder_is_reported_again(tmp_path: Path) -> None:
    judged = play_into(tmp_path / "run", load(HERE / "duel.yaml"), futures=64, runs=4)
    first = page(gather(judged))
    (path,) = again(tmp_path / "run")
    assert path == tmp_path / "run" / "report.html"
    assert path.read_text(encoding="utf-8") == first
    files = again(tmp_path / "run", tmp_path / "files")
    assert files[0] == tmp_path / "files" / "report.md"
    assert all(one.is_file() for one in files)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        again(tmp_path)
    assert refused.value.problems[0].code == "store_no_run"
    assert list(tmp_path.iterdir()) == []
