"""A real cluster on loopback: a scheduler and two worker processes; the bytes of a run at home, also if one dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from detente import bundled
from detente.claims.stored import play_into
from detente.language.case import Case
from detente.language.load import load
from detente.language.problems import Refused
from detente.simulate.cluster import workers_on

distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")
pytestmark = pytest.mark.slow

COUNTS = {"futures": 600, "runs": 64, "seed": 5}


class Cluster:
    """A scheduler and workers as processes of their own."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.address, self.home = f"tcp://127.0.0.1:{self.port}", home
        self.scheduler = self._start("distributed.cli.dask_scheduler", "--port", str(self.port), "--no-dashboard")
        self.workers = [self.worker(), self.worker()]

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("distributed.cli.dask_worker", self.address, "--nthreads", "1", "--no-nanny",
                           "--no-dashboard", "--local-directory", str(self.home))

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", f"from {module} import main; main()", *arguments, "--host", "127.0.0.1"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, cwd=self.home, **quiet)  # type: ignore[call-overload,no-any-return]

    def wait(self, workers: int) -> None:
        with distributed.Client(self.address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    try:
        made.wait(2)
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def case() -> Case:
    return load(bundled.find("tiny-race"), warn=False)


@pytest.fixture(scope="module")
def at_home(case: Case, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("home")
    play_into(folder, case, **COUNTS)
    return parquet(folder)


def parquet(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "blocks").glob("*.parquet"))}


def test_the_same_bytes_as_at_home(cluster: Cluster, case: Case, at_home: dict[str, bytes], tmp_path: Path) -> None:
    play_into(tmp_path / "run", case, **COUNTS, workers=workers_on(cluster.address))
    assert parquet(tmp_path / "run") == at_home


def test_a_worker_is_killed(cluster: Cluster, case: Case, at_home: dict[str, bytes], tmp_path: Path) -> None:
    def kill(done: int, total: int) -> None:
        if done == 3:
            os.kill(cluster.workers[0].pid, signal.SIGKILL)

    play_into(tmp_path / "run", case, **COUNTS, workers=workers_on(cluster.address), progress=kill)
    assert cluster.workers[0].wait(timeout=10) == -signal.SIGKILL
    assert parquet(tmp_path / "run") == at_home


def test_the_cluster_goes_away_and_comes_back(
    cluster: Cluster, case: Case, at_home: dict[str, bytes], tmp_path: Path
) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            Thread(target=cluster.stop).start()
            time.sleep(1)

    with pytest.raises(Refused) as refused:
        play_into(tmp_path / "run", case, **COUNTS, workers=workers_on(cluster.address), progress=stop)
    assert refused.value.problems[0].code == "cluster_gone"
    again = Cluster(tmp_path)
    try:
        again.wait(2)
        play_into(tmp_path / "run", case, **COUNTS, workers=workers_on(again.address))
    finally:
        again.stop()
    assert parquet(tmp_path / "run") == at_home


def test_trouble_in_a_run_is_told_as_at_home(cluster: Cluster, tmp_path: Path) -> None:
    from detente.language.load import load_text

    bad = load_text(
        "detente: 1\ncase: bad\nas_of: 2020-01-01\nhorizon: 1 year\nstep: 1 month\n"
        "parties: {us: {name: US}}\nassumptions: {x: {uniform: [-1, 0.5], status: judged}}\n"
        "quantities: {q: {start: 1, change: log(x)}}\nstrategies: {s: {moves: {}}}\nmeasures: {m: final(q)}\n"
        "claims: {c: {says: mean(m under s) > 0}}\n", warn=False,
    )
    with pytest.raises(Refused) as refused:
        play_into(tmp_path / "run", bad, futures=64, runs=4, workers=workers_on(cluster.address))
    assert refused.value.problems[0].code == "run_finite"


@pytest.mark.parametrize(("where", "code"), [("here", "cluster_address"), ("tcp://127.0.0.1:9", "cluster_gone")])
def test_where_there_is_no_cluster(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, code: str
) -> None:
    monkeypatch.setattr("detente.simulate.cluster.CONNECT", 2)
    with pytest.raises(Refused) as refused:
        play_into(tmp_path / "run", case, **COUNTS, workers=workers_on(where))
    assert refused.value.problems[0].code == code


def test_local_is_threads() -> None:
    assert workers_on("local", 3) == 3
