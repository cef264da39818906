"""What `import detente` shows: one list, imported late, each name where it says."""

import subprocess
import sys

import pytest

import detente as dt


def test_every_public_name_is_there():
    assert [name for name in dt.__all__ if not hasattr(dt, name)] == []
    assert set(dt.__all__) == set(dt._HOMES)


def test_a_wrong_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'jugde'"):
        dt.jugde  # noqa: B018


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, detente; print([m for m in ('numpy', 'yaml', 'llvmlite', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_run_remembers_how_it_was_made():
    result = dt.run("tiny-race", futures=16, runs=4, seed=3, strategies=["pressure"], fix={"bite": 0.2})
    assert (result.seed, result.futures, result.runs, result.strategies) == (3, 16, 4, ("pressure",))
    assert [(s.name, s.value) for s in result.settings] == [("bite", 0.2)]
    assert result.frame()["measure"].to_list() == list(result.case.measures)


def test_workers_change_nothing():
    one, two = (dt.run("tiny-race", futures=200, runs=8, workers=n).to_json() for n in (1, 2))
    assert one == two


def test_wrong_counts_and_strategies_are_named():
    with pytest.raises(ValueError, match="futures and runs are positive"):
        dt.run("tiny-race", futures=0)
    with pytest.raises(ValueError, match="has no strategy 'presure'; it has"):
        dt.run("tiny-race", strategies=["presure"])
    with pytest.raises(dt.Refused):
        dt.run("tiny-race", fix={"bte": 1})


def test_a_story_ends_where_its_run_does():
    story = dt.tell("tiny-race", future=3, run=1)
    case = story.case
    assert len(story.steps) == case.horizon or story.steps[-1].ended
    assert story.as_text().count("(step ") == len(story.steps)
