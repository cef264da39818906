"""The futures that a page carries, and what any part of them says."""

from __future__ import annotations

import base64
import json
import zlib

import numpy as np
import pytest

from detente.report import subset
from detente.report.results import Results
from detente.report.subset import View
from detente.report.table import DELTAS, FutureTable, make_table

VIEWS = [
    View(),
    View(ranges={"bite": (20, 60)}),
    View(ranges={"bite": (0, 50), "learning": (30, 100)}, rivals={"hardship": ("delays",)}),
    View(rivals={"hardship": ()}),
    View(ranges={"test_rate": (99, 99)}),
]


@pytest.fixture(scope="module")
def table(results: Results) -> FutureTable:
    """The table of the small case."""
    made = make_table(results)
    assert made is not None
    return made


def test_all_futures_say_what_was_judged(results: Results, table: FutureTable) -> None:
    found = subset.claims(table, subset.kept(table, View()))
    assert list(found) == list(results.judged.claims)
    for name, verdict in results.judged.claims.items():
        assert found[name].share == verdict.share
        assert found[name].verdict == verdict.verdict
        assert found[name].interval == pytest.approx(verdict.interval, abs=1e-12)
        assert found[name].unsettled == pytest.approx(verdict.unsettled, abs=1e-12)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_keeps_the_futures_within_it(results: Results, table: FutureTable, view: View) -> None:
    drawn = results.draws(table.futures)
    keep = np.ones(table.futures, bool)
    for name, (low, high) in view.ranges.items():
        place = drawn.coordinates[:, drawn.names.index(name)]
        keep &= (place >= low / 100 - 1e-5) & (place <= high / 100 + 1e-5)
    for name, names in view.rivals.items():
        allowed = [results.case.assumptions[name].rivals.index(rival) for rival in names]
        keep &= np.isin(drawn.values[:, drawn.names.index(name)], allowed)
    assert (subset.kept(table, view) == keep).all()


@pytest.mark.parametrize("view", VIEWS)
def test_a_part_says_what_its_margins_say(results: Results, table: FutureTable, view: View) -> None:
    keep, margins = subset.kept(table, view), results.judged.margins
    for row, (name, one) in enumerate(subset.claims(table, keep).items()):
        counted = keep & ~margins.left_out[row, : table.futures]
        assert margins.claims[row] == name
        assert one.counted == counted.sum()
        if not counted.any():
            assert (one.share, one.verdict) == (None, "depends")
        else:
            assert one.share == pytest.approx(margins.holds[row, : table.futures][counted].mean(), abs=1e-12)


def test_means_are_those_of_the_runs_to_a_65000th_of_their_range(results: Results, table: FutureTable) -> None:
    kept, keep = results.judged.by_future, subset.kept(table, VIEWS[1])
    assert kept is not None
    for column, name in enumerate(results.case.measures):
        one = table.header["measures"][column]
        for strategy in results.judged.strategies:
            true = kept.means[strategy][: table.futures][keep, column].mean()
            found, half, _ = subset.means(table, keep, strategy, name)
            assert found == pytest.approx(true, abs=(one["high"] - one["low"]) / 65_000 + 1e-12)
            assert half > 0 or true == kept.means[strategy][0, column]


def test_dates_come_and_orders_add_up(results: Results, table: FutureTable) -> None:
    keep, judged = subset.kept(table, View()), results.judged
    for strategy in judged.strategies:
        for date in table.header["dates"]:
            curve = subset.passed(table, keep, strategy, date)
            assert (np.diff(curve) >= 0).all()
            assert curve[-1] == pytest.approx(1 - (judged.measures[strategy][date].never or 0.0), abs=1e-12)
        assert subset.orders(table, keep, strategy).sum() == pytest.approx(1, abs=1e-12)


def test_fans_are_those_of_one_run_a_future(results: Results, table: FutureTable) -> None:
    keep = subset.kept(table, VIEWS[1])
    trace = results.first_runs("pressure", table.futures)["reach"][table.header["steps"]][:, keep]
    found = subset.fan(table, keep, "pressure", "reach")
    for row, level in zip(found, subset.LEVELS, strict=True):
        assert row == pytest.approx(np.quantile(trace, level, axis=1, method="inverted_cdf"), abs=1 / 250)


def test_what_is_packed_can_be_unpacked(table: FutureTable) -> None:
    header, packed = table.packed()
    told = json.loads(header)
    raw = zlib.decompress(base64.b64decode(packed))
    at = 0
    for name, size, shape in told["layout"]:
        count = int(np.prod(shape))
        found = np.frombuffer(raw, f"<u{size}", count, at).reshape(shape)
        found = np.cumsum(found, axis=-1, dtype=np.uint8) if name in DELTAS else found
        assert (found == table.arrays[name]).all()
        at += count * size
    assert at == len(raw)
    assert "<" not in header


def test_a_slider_ends_where_its_range_does(table: FutureTable) -> None:
    values = {one["name"]: one["values"] for one in table.header["assumptions"]}
    assert (values["bite"][0], values["bite"][-1]) == (0.05, 0.4)
    assert (values["lag"][0], values["lag"][-1]) == (2, 60)
    assert 0 < values["test_rate"][0] < values["test_rate"][-1] < 20
    assert "fixed_share" not in values
    for row in values.values():
        assert row == sorted(row)
