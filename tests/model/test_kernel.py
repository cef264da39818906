"""The kernel as a compiled thing: what compiles anew, what is kept on disk, and that lanes do not know each other."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest

from detente.language.load import load_text
from detente.model import kernel
from detente.model.kernel import Bands, Kernel
from detente.model.layout import BINS
from detente.model.lower import calendar, lower

TEXT = """detente: 1
case: t
title: t
as_of: 2020-01-01
horizon: 2 years
step: 1 month
parties: {us: {name: US}}
options: {us.force: {levels: [routine, shows], values: [0, 1]}}
assumptions: {heat: {uniform: [0.1, 0.9], status: judged, note: drawn}}
quantities:
  tension: {start: heat, change: us.force - 0.4 * tension, shock: 0.2, within: [0, 1]}
  late: {is: "delay(tension, 3 months)"}
events:
  clash: {rate: 4 * tension, then: {tension: tension + 0.1}}
  parade: {at: [2020-04-15]}
  war: {chance: 0.01 * clash, ends: true}
conduct:
  us:
    - {option: us.force, when: "table(tension, 0, 1, 0.5, 0) > 0.5", move: shows}
    - {option: us.force, move: routine}
strategies: {alone: {}, shows: {moves: {us.force: shows}}}
measures: {high: first(tension > 0.8), clashes: count(clash), calm: mean(late)}
"""
NUMBERS = {
    "0.4 * tension": "0.5 * tension", "values: [0, 1]": "values: [0, 2]", "within: [0, 1]": "within: [0, 2]",
    "0.8": "0.75", "3 months": "4 months", "horizon: 2 years": "horizon: 3 years", "step: 1 month": "step: 1 week",
    "2020-04-15": "2020-05-15, 2020-06-15", "[0.1, 0.9]": "[0.2, 0.8]", "0.5, 0)": "0.75, 0.1)",
    "as_of: 2020-01-01": "as_of: 2019-01-01", "shock: 0.2": "shock: 0.3", "0.01": "0.02",
}  # fmt: skip


@pytest.fixture(scope="module")
def case():
    return load_text(TEXT, warn=False)


@pytest.fixture(scope="module")
def compiled(case):
    return Kernel(lower(case))


def played(one, case, futures, runs, **more):
    theta = np.linspace(0.1, 0.9, 50)[np.unique(futures)][:, None]
    return one.play(calendar(case), theta, 0, 5, np.asarray(futures), np.asarray(runs), **more)


@pytest.mark.parametrize(("old", "new"), NUMBERS.items())
def test_a_change_of_numbers_compiles_nothing(case, old, new):
    assert old in TEXT
    changed = TEXT.replace(old, new)
    changed = changed.replace("2 years", "104 weeks") if "week" in new else changed
    assert lower(load_text(changed, warn=False)).identity() == lower(case).identity()


@pytest.mark.parametrize(("old", "new"), [
    ("4 * tension", "4 + tension"), ("us.force - ", "us.force + "), (", shock: 0.2", ""),
    ("tension + 0.1", "tension"),
    ("ends: true", "ends: false"), ("> 0.8", ">= 0.8"), ("mean(late)", "max(late)"), ("count(clash)", "count(war)"),
])  # fmt: skip
def test_a_change_of_the_model_does(case, old, new):
    assert old in TEXT
    assert lower(load_text(TEXT.replace(old, new), warn=False)).identity() != lower(case).identity()


@pytest.mark.parametrize("changed", [*NUMBERS.items()][:5])
def test_changed_numbers_are_played_by_the_code_that_is_there(changed, case, compiled):
    """The compiled step of one, given the constants of the other, does as the other's own."""
    other = load_text(TEXT.replace(*changed), warn=False)
    form, futures, runs = lower(other), np.repeat(np.arange(4), 20), np.tile(np.arange(20), 4)
    lent = played(compiled, other, futures, runs, constants=form.constants, trace=True)
    own = played(Kernel(form), other, futures, runs, trace=True)
    before = played(compiled, case, futures, runs, trace=True)
    assert np.array_equal(lent.trace, own.trace)
    assert np.array_equal(lent.measures, own.measures)
    assert not np.array_equal(lent.trace, before.trace) or changed[0] == "0.8"
    assert not np.array_equal(lent.measures, before.measures)


def test_lanes_do_not_know_each_other(case, compiled):
    """Any number of runs, any stretch of them, in any order of futures: the same."""
    futures, runs = np.repeat(np.arange(10), 20), np.tile(np.arange(20), 10)
    whole = played(compiled, case, futures, runs, trace=True)
    for some in (slice(0, 1), slice(3, 66), slice(60, 124), slice(64, 129), slice(199, 200), slice(0, 200)):
        part = played(compiled, case, futures[some], runs[some], trace=True)
        assert np.array_equal(part.measures, whole.measures[:, some])
        assert np.array_equal(part.clipped, whole.clipped[:, some])
        assert np.array_equal(part.trace, whole.trace[:, :, some])
    theta = np.linspace(0.1, 0.9, 50)[9::-1][:, None]
    backwards = compiled.play(calendar(case), theta, 0, 5, futures[::-1].copy(), runs[::-1].copy())
    assert np.array_equal(backwards.measures, whole.measures[:, ::-1])


def test_threads_share_a_kernel(case, compiled):
    futures, runs = np.repeat(np.arange(40), 64), np.tile(np.arange(64), 40)
    whole, found = played(compiled, case, futures, runs).measures, {}

    def play(part):
        found[part] = played(compiled, case, futures[part::4], runs[part::4]).measures

    threads = [threading.Thread(target=play, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(found[part], whole[:, part::4]) for part in range(4))


def test_bands_are_histograms_of_the_trace(case, compiled):
    """Of every second step, counting real runs only, what lies outside in the first and last bin."""
    futures, runs = np.repeat(np.arange(3), 25), np.tile(np.arange(25), 3)
    low, scale = np.array([0.2, 0.0]), np.array([BINS / 0.5, BINS / 1.0])
    bands = Bands(low, scale, 2, np.zeros((13, 2, BINS + 2), dtype=np.uint32))
    trace = played(compiled, case, futures, runs, trace=True, bands=bands).trace
    for point in range(13):
        for series in range(2):
            x = trace[2 * point, series]
            bins = np.clip(np.floor((x - low[series]) * scale[series] + 1), 0, BINS + 1).astype(int)
            assert np.array_equal(bands.counts[point, series], np.bincount(bins, minlength=BINS + 2))
    assert bands.counts.sum(axis=2).tolist() == [[75, 75]] * 13
    assert bands.counts[:, 0, 0].any()
    assert bands.counts[:, 0, -1].any()


# --- the cache ---------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache of its own, and how often something was compiled."""
    monkeypatch.setenv("DETENTE_CACHE", str(tmp_path / "kept"))
    done, compile_form = [], kernel.compile_form
    monkeypatch.setattr(kernel, "compile_form", lambda form: done.append(1) or compile_form(form))
    return tmp_path / "kept", done


def result(case):
    return played(Kernel(lower(case)), case, [0], [0]).measures


def test_a_second_start_compiles_nothing(case, cache):
    folder, done = cache
    first, second = result(case), result(case)
    assert np.array_equal(first, second)
    assert len(done) == 1
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("damage", [
    lambda code: b"", lambda code: code[: len(code) // 2], lambda code: code[:-9] + b"x" * 9,
], ids=["empty", "cut short", "overwritten"])
def test_a_damaged_file_is_compiled_anew(case, cache, damage):
    folder, done = cache
    first = result(case)
    (kept,) = folder.iterdir()
    kept.write_bytes(damage(kept.read_bytes()))
    assert np.array_equal(result(case), first)
    assert np.array_equal(result(case), first)
    assert len(done) == 2


def test_without_a_place_to_keep_it_the_kernel_still_plays(case, cache, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("DETENTE_CACHE", os.fspath(tmp_path / "file"))
    assert np.isfinite(result(case)[1:]).all()
    assert len(cache[1]) == 1
