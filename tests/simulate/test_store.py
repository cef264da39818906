"""Run folders: what survives a kill, a full disk, a damaged file, a second writer, and what is refused."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from detente import bundled
from detente.claims.compare import compare
from detente.claims.run import judge
from detente.claims.seal import seal
from detente.claims.stored import play_into, read_run, resume
from detente.language.case import Case
from detente.language.load import load, load_text
from detente.language.problems import Refused
from detente.language.wording import say
from detente.simulate import store_files
from detente.simulate.store import open_store, read_manifest, runs_below
from detente.simulate.store_lock import locked
from detente.simulate.store_manifest import block_size

COUNTS = {"futures": 96, "runs": 40, "seed": 3}
PLAYS = """
import sys, time
from pathlib import Path
from detente.claims.stored import play_into
from detente.language.load import load
from detente.simulate import store
put = store.Store.put
def slowly(self, block, files):
    time.sleep(float(sys.argv[3]))
    put(self, block, files)
store.Store.put = slowly
play_into(Path(sys.argv[1]), load(sys.argv[2], warn=False), futures=int(sys.argv[4]), runs=40, seed=3)
"""


@pytest.fixture(scope="module")
def case() -> Case:
    return load(bundled.find("tiny-race"), warn=False)


@pytest.fixture(scope="module")
def clean(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing interrupted."""
    folder = tmp_path_factory.mktemp("clean") / "run"
    play_into(folder, case, **COUNTS)
    return folder


def test_the_bytes_do_not_depend_on_how_many_are_drawn_or_played_at_once(case, clean, tmp_path, monkeypatch):
    for least in (1, 200):
        monkeypatch.setattr("detente.simulate.ensemble.LEAST_RUNS", least)
        monkeypatch.setattr("detente.simulate.ensemble.PLAYED_AT_ONCE", least)
        monkeypatch.setattr("detente.simulate.ensemble.CHUNK", 8)
        monkeypatch.setattr("detente.simulate.ensemble.DRAWN_AT_ONCE", 8)
        play_into(tmp_path / str(least), case, **COUNTS)
        assert parquet(tmp_path / str(least)) == parquet(clean)


def parquet(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "blocks").glob("*.parquet"))}


def copied(folder: Path, to: Path) -> Path:
    for path in folder.rglob("*"):
        if path.is_file():
            (to / path.relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
            (to / path.relative_to(folder)).write_bytes(path.read_bytes())
    return to


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    (problem,) = refused.value.problems
    said = say(problem)
    assert "{" not in said.headline + said.remedy
    return problem.code


def test_a_stored_run_says_what_judging_says(case: Case, clean: Path) -> None:
    judged, stored = judge(case, **COUNTS), read_run(clean)
    assert stored.to_json() == judged.to_json()
    assert stored.clipped == judged.clipped
    for strategy in judged.strategies:
        assert stored.by_future.means[strategy] == pytest.approx(judged.by_future.means[strategy], rel=1e-12)
        assert (stored.by_future.passed[strategy] == judged.by_future.passed[strategy]).all()
        for name, band in judged.bands[strategy].items():
            assert (stored.bands[strategy][name].quantiles == band.quantiles).all()


def test_the_same_bytes_for_any_number_of_workers(case: Case, clean: Path, tmp_path: Path) -> None:
    play_into(tmp_path / "run", case, **COUNTS, workers=1)
    assert parquet(tmp_path / "run") == parquet(clean)
    assert (tmp_path / "run" / "manifest.json").read_bytes() == (clean / "manifest.json").read_bytes()


def test_the_manifest_holds_the_case_and_no_time_or_host(case: Case, clean: Path) -> None:
    told = json.loads((clean / "manifest.json").read_text())
    assert list(told["files"].values()) == list(case.files.values())
    assert list(told["files"]) == ["case.yaml"]
    assert set(told) == {
        "case", "title", "case_hash", "files", "settings", "seed", "futures", "runs", "design", "strategies", "block",
        "versions", "done", "format",
    }
    assert os.uname().nodename in (clean / "log.txt").read_text()


def test_futures_can_be_queried(case: Case, clean: Path) -> None:
    import polars as pl

    rows = pl.read_parquet(clean / "blocks" / "futures-*.parquet")
    assert rows["future"].to_list() == list(range(96))
    assert set(case.assumptions) <= set(rows.columns)
    judged = read_run(clean)
    assert rows["too_slow.holds"].mean() == judged.claims["too_slow"].share
    assert rows["pressure.tests"].mean() == pytest.approx(judged.measures["pressure"]["tests"].mean, rel=1e-9)
    assert rows["talks.reaches.never"].mean() == pytest.approx(judged.measures["talks"]["reaches"].never, rel=1e-9)


# --- interruptions ---------------------------------------------------------------------------------------------


def killed_after(folder: Path, case_file: Path, done: int) -> None:
    """Start the run in a process of its own and kill it once some blocks are done."""
    command = [sys.executable, "-c", PLAYS, str(folder), str(case_file), "0.05", "96"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(6000):
            if (folder / "manifest.json").exists() and len(read_manifest(folder).done) >= done:
                break
            if process.poll() is not None:
                break
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_killed_and_resumed_it_ends_with_the_same_bytes(clean: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    killed_after(folder, bundled.find("tiny-race"), done=1)
    manifest = read_manifest(folder)
    assert not manifest.finished
    (folder / "blocks").mkdir(exist_ok=True)
    (folder / "blocks" / ".new-futures-000000.parquet").write_bytes(b"half")
    resume(folder)
    assert parquet(folder) == parquet(clean)
    assert (folder / "manifest.json").read_bytes() == (clean / "manifest.json").read_bytes()
    assert not list(folder.rglob(".new-*"))


def test_a_finished_run_is_left_alone(clean: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in clean.rglob("*")}
    assert resume(clean).to_json() == read_run(clean).to_json()
    assert {path: path.stat().st_mtime_ns for path in clean.rglob("*")} == before


@pytest.mark.parametrize("damage", ["cut", "changed", "gone"])
def test_a_damaged_block_alone_is_done_again(clean: Path, tmp_path: Path, damage: str) -> None:
    folder = copied(clean, tmp_path / "run")
    path = folder / "blocks" / "pooled-000001.parquet"
    if damage == "gone":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[50] ^= 1
        path.write_bytes(content[:100] if damage == "cut" else content)
    with pytest.raises(Refused) as refused:
        read_run(folder)
    assert code_of(refused) == "store_damaged"
    untouched = folder / "blocks" / "futures-000000.parquet"
    before = untouched.stat().st_mtime_ns
    resume(folder)
    assert parquet(folder) == parquet(clean)
    assert untouched.stat().st_mtime_ns == before


def test_a_full_disk_loses_nothing(
    case: Case, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, write = tmp_path / "run", store_files.os.fsync
    room = 4

    def fsync(handle: int) -> None:
        nonlocal room
        room -= 1
        if room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(handle)

    monkeypatch.setattr(store_files.os, "fsync", fsync)
    with pytest.raises(Refused) as refused:
        play_into(folder, case, **COUNTS)
    assert code_of(refused) == "store_unwritable"
    assert "No space left" in str(refused.value.problems[0].facts["why"])
    assert not list(folder.rglob(".new-*"))
    monkeypatch.undo()
    resume(folder)
    assert parquet(folder) == parquet(clean)


def test_a_folder_that_cannot_be_made(case: Case, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused) as refused:
        play_into(tmp_path / "file" / "run", case, **COUNTS)
    assert code_of(refused) == "store_unwritable"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_folder(case: Case, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Refused) as refused:
        play_into(tmp_path, case, **COUNTS)
    assert code_of(refused) == "store_unwritable"


# --- others ----------------------------------------------------------------------------------------------------


def test_a_second_writer_is_refused(clean: Path, tmp_path: Path) -> None:
    folder = copied(clean, tmp_path / "run")
    (folder / "blocks" / "futures-000000.parquet").unlink()
    holds = (
        "import sys, time; from pathlib import Path; from detente.simulate.store_lock import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", holds, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "held"
        with pytest.raises(Refused) as refused:
            resume(folder)
        assert code_of(refused) == "store_locked"
        assert str(process.pid) in str(refused.value.problems[0].facts["who"])
    finally:
        process.kill()
        process.wait()
    resume(folder)
    assert parquet(folder) == parquet(clean)


def test_a_lock_is_let_go(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(Refused), locked(tmp_path):
        raise AssertionError("two writers")
    with locked(tmp_path):
        pass


@pytest.mark.parametrize(("change", "what"), [
    ({"seed": 4}, "seeds"), ({"futures": 97}, "numbers of futures"), ({"strategies": ["talks"]}, "strategies"),
])
def test_another_run_is_refused(case: Case, clean: Path, change: dict[str, object], what: str) -> None:
    with pytest.raises(Refused) as refused:
        play_into(clean, case, **{**COUNTS, **change})
    assert code_of(refused) == "store_other_run"
    assert refused.value.problems[0].facts["what"] == what


def changed(folder: Path, **values: object) -> None:
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**told, **values}))


@pytest.mark.parametrize(("values", "code"), [
    ({"format": 2}, "store_format"), ({"case_hash": "0"}, "store_manifest"), ({"futures": -1}, "store_manifest"),
    ({"done": {"999": {}}}, "store_manifest"), ({"done": {"0": {"../x": "0"}}}, "store_manifest"),
    ({"settings": [1]}, "store_manifest"), ({"settings": [["option", "x", 1]]}, "store_manifest"),
    ({"strategies": ["nobody"]}, "store_manifest"), ({"done": {"0": {}}}, "store_version"),
    ({"seed": None}, "store_manifest"), ({"seed": 10**400}, "store_manifest"), ({"seed": True}, "store_manifest"),
    ({"runs": 10**400}, "store_manifest"), ({"strategies": [{}]}, "store_manifest"),
    ({"files": {"a": 1}}, "store_manifest"),
    ({"case": "a\x1b[31mb"}, "store_manifest"), ({"case": None}, "store_manifest"),
    ({"design": []}, "store_manifest"),
    ({"settings": [["option", "x", 10**400]]}, "store_manifest"), ({"done": [1]}, "store_manifest"),
])
def test_a_manifest_that_is_not_ours(clean: Path, tmp_path: Path, values: dict[str, object], code: str) -> None:
    folder = copied(clean, tmp_path / "run")
    versions = json.loads((folder / "manifest.json").read_text())["versions"]
    changed(folder, **values, versions={**versions, "code": "of another day"})
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(Refused) as refused:
        resume(folder)
    assert code_of(refused) == code
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_files_that_are_no_blocks(clean: Path, tmp_path: Path) -> None:
    from detente.claims.parts import parquet
    from detente.simulate.store_files import checksum

    folder = copied(clean, tmp_path / "run")
    import polars as pl

    told = json.loads((folder / "manifest.json").read_text())
    for content in (b"", b"PAR1", parquet(pl.DataFrame({"future": [1]}))):
        for name in told["done"]["0"]:
            (folder / "blocks" / name).write_bytes(content)
            told["done"]["0"][name] = checksum(content)
        (folder / "manifest.json").write_text(json.dumps(told))
        with pytest.raises(Refused) as refused:
            read_run(folder)
        assert code_of(refused) == "store_damaged"


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "\xff"])
def test_a_manifest_that_is_no_manifest(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(Refused) as refused:
        open_store(tmp_path)
    assert code_of(refused) == "store_manifest"


@pytest.mark.parametrize("name", ["manifest.json", "blocks/futures-000000.parquet"])
@pytest.mark.parametrize("kind", ["endless", "pipe", "too large"])
def test_what_is_no_ordinary_file_is_not_read(clean: Path, tmp_path: Path, name: str, kind: str) -> None:
    folder = copied(clean, tmp_path / "run")
    (folder / name).unlink()
    if kind == "endless":
        (folder / name).symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(folder / name)
    else:
        with (folder / name).open("wb") as file:
            file.truncate(5_000_000_000)
    with pytest.raises(Refused) as refused:
        read_run(folder)
    assert code_of(refused) == "store_unreadable"


def test_a_folder_without_a_run(tmp_path: Path, case: Case) -> None:
    with pytest.raises(Refused) as refused:
        resume(tmp_path)
    assert code_of(refused) == "store_no_run"
    (tmp_path / "blocks").mkdir()
    with pytest.raises(Refused) as refused:
        play_into(tmp_path, case, **COUNTS)
    assert code_of(refused) == "store_taken"


def test_an_unfinished_run_cannot_be_read(clean: Path, tmp_path: Path) -> None:
    folder = copied(clean, tmp_path / "run")
    changed(folder, done={})
    with pytest.raises(Refused) as refused:
        read_run(folder)
    assert code_of(refused) == "store_unfinished"


def test_a_case_made_in_python(case: Case, tmp_path: Path) -> None:
    from dataclasses import replace

    made = replace(case, files={})
    first = play_into(tmp_path / "run", made, futures=16, runs=8)
    with pytest.raises(Refused) as refused:
        resume(tmp_path / "run")
    assert code_of(refused) == "store_no_case"
    assert resume(tmp_path / "run", case=made).to_json() == first.to_json()
    with pytest.raises(Refused) as refused:
        resume(tmp_path / "run", case=replace(made, title="another"))
    assert code_of(refused) == "store_other_run"


# --- comparing and sealing -------------------------------------------------------------------------------------


def test_comparing_says_what_changed(case: Case, clean: Path, tmp_path: Path) -> None:
    (text,) = case.files.values()
    other = load_text(text.replace("bite: {uniform: [0.05, 0.4]", "bite: {uniform: [0.5, 0.9]"), warn=False)
    play_into(tmp_path / "run", other, **COUNTS)
    found = compare(read_run(clean), read_run(tmp_path / "run"))
    assert {name: changes.changed for name, changes in found.sections.items()} == {"assumptions": ("bite",)}
    assert found.counts == {}
    assert "+  bite: {uniform: [0.5, 0.9]" in found.diff
    before, after = found.claims["too_slow"]
    assert before is not None
    assert after is not None
    assert after.share != before.share
    assert compare(read_run(clean), read_run(clean)).sections == {}


def test_a_seal_is_the_hash_of_what_is_sealed(clean: Path, tmp_path: Path) -> None:
    import hashlib

    folder = copied(clean, tmp_path / "run")
    first = seal(folder)
    assert first.hash == hashlib.sha256((folder / "seal.json").read_bytes()).hexdigest()
    assert seal(folder).hash == first.hash
    told = json.loads((folder / "seal.json").read_text())
    assert told["forecasts"] == read_run(folder).to_json()
    (folder / "seal.json").write_text("{}")
    with pytest.raises(Refused) as refused:
        seal(folder)
    assert code_of(refused) == "store_sealed"


def test_runs_are_found_below_a_folder(clean: Path, tmp_path: Path) -> None:
    copied(clean, tmp_path / "a" / "b")
    copied(clean, tmp_path / "c")
    assert runs_below(tmp_path) == [tmp_path / "a" / "b", tmp_path / "c"]


@pytest.mark.parametrize(("futures", "runs"), [(1, 1), (1024, 32), (7, 100_000), (10_000_000, 1), (10**6, 100)])
def test_blocks_are_neither_too_many_nor_too_large(futures: int, runs: int) -> None:
    size = block_size(futures, runs)
    assert 1 <= size <= futures
    assert -(-futures // size) <= 257
    assert size * runs <= max(65_536 + 2_048, futures * runs / 128, runs)


# --- soak ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_thirty_kills_end_in_the_bytes_of_one_clean_run(case: Case, tmp_path: Path) -> None:
    import random

    chance, folder, once = random.Random(1), tmp_path / "run", tmp_path / "clean"
    command = [sys.executable, "-c", PLAYS, str(folder), str(bundled.find("tiny-race")), "0.2", "816"]
    killed = 0
    for _ in range(30):
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            _, said = process.communicate(timeout=chance.uniform(0.5, 2.5))
            assert process.returncode == 0, said.decode()
            for path in chance.sample(sorted((folder / "blocks").iterdir()), 6):
                path.write_bytes(b"damaged")
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
    assert killed > 10
    counts = {**COUNTS, "futures": 816}
    play_into(folder, case, **counts)
    play_into(once, case, **counts)
    assert parquet(folder) == parquet(once)
    assert (folder / "manifest.json").read_bytes() == (once / "manifest.json").read_bytes()
