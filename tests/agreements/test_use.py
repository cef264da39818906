"""The commands, as a user types them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from detente.agreements import load_agreement, monitor

LOG = "date,kind,party,value,by,known,note,source\n"


def detente(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "detente", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, timeout=60)


def test_monitor_of_a_bundled_agreement_as_json() -> None:
    done = detente("monitor", "agreed-framework", "--on", "2002-11-14", "--json")
    assert done.returncode == 0
    state = json.loads(done.stdout)
    assert state["standing"] == {"us": "released", "dprk": "suspected"}
    assert (state["format"], state["agreement"], state["on"]) == (1, "agreed-framework", "2002-11-14")


def test_why_and_plot(tmp_path: Path) -> None:
    picture = tmp_path / "deal.svg"
    done = detente("monitor", "agreed-framework", "--why", "contract", "--plot", str(picture))
    assert done.returncode == 0
    assert "1995-04-22  late, best efforts: no breach" in done.stdout
    assert "1995-12-15  done  [line 6: contract of us 0: supply agreement" in done.stdout
    drawn = picture.read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert drawn.count("<rect") > 12
    assert "dprk breached, 2002-12-21 to 2003-02-26" in drawn


def test_strict_and_mistakes(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(LOG + "2016-01-16,verified,,,,,,\n2016-02-01,volcano,,,,,,\n", encoding="utf-8")
    plain = detente("monitor", "iran-2015", "--events", str(log))
    assert (plain.returncode, "line 3: unknown kind (`volcano`)" in plain.stdout) == (0, True)
    strict = detente("monitor", "iran-2015", "--events", str(log), "--strict")
    assert strict.returncode == 2
    assert "the log has 1 problem: the first is `unknown kind` in line 3" in strict.stderr
    for words, said in (
        (("iran-2015", "--events", "nowhere.csv"), "there is no file `nowhere.csv`"),
        (("iran-2015", "--on", "soon"), "`soon` is not a date"),
        (("iran-2015", "--why", "iran.stok"), "there is no obligation `iran.stok`"),
        (("iran-2015", "--plot", "deal.png"), "`deal.png` is no picture that can be drawn"),
        (("nowhere",), "there is no file `nowhere`"),
        (("tiny-race",), "the case has no agreements"),
    ):
        done = detente("monitor", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_check_of_an_agreement() -> None:
    done = detente("check", "leap-day", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["agreement"] == "leap-day"


def test_follow_reads_a_growing_log_again(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(LOG + "2016-01-16,verified,,,,,,\n", encoding="utf-8")
    command = [sys.executable, "-m", "detente", "monitor", "iran-2015", "--events", str(log), "--follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        first = [running.stdout.readline() for _ in range(2)]
        assert "2016-01-16" in first[0]
        time.sleep(0.3)
        with log.open("a", encoding="utf-8") as file:
            file.write("2019-07-01,iran.stock,iran,303,,,,\n")
        for line in running.stdout:
            if "on 2019-07-01" in line:
                break
        else:
            pytest.fail("the log was not read again")
        running.terminate()


@pytest.mark.slow
def test_a_hundred_thousand_rows(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    rows = [f"20{16 + i // 10_000}-{i // 1000 % 10 + 1:02}-{i % 28 + 1:02},iran.stock,iran,{i % 299}.{i},,,,\n"
            for i in range(100_000)]  # fmt: skip
    log.write_text(LOG + "2016-01-01,verified,,,,,,\n" + "".join(rows), encoding="utf-8")
    agreement = load_agreement("iran-2015")
    start = time.process_time()
    result = monitor(agreement, log)
    taken = time.process_time() - start
    assert result.automaton.stage == "relief"
    assert taken < 6  # a second on a quiet machine


def test_the_documentation_runs() -> None:
    import doctest

    page = Path(__file__).parents[2] / "docs" / "agreements.md"
    results = doctest.testfile(str(page), module_relative=False)
    assert (results.failed, results.attempted > 4) == (0, True)
