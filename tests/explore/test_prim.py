"""PRIM against a slow twin, on planted boxes, on noise, with ties and rivals; the tree; the sentences."""

from __future__ import annotations

import numpy as np
import pytest

from detente.explore import prim_peel
from detente.explore.prim import (
    ALPHA,
    Columns,
    chosen,
    columns_of,
    find_boxes,
    inside_box,
    pasted,
    quasi_p,
    trajectory,
)
from detente.explore.sentences import sentence
from detente.explore.tree import grow


def uniform(count: int, width: int, seed: int) -> Columns:
    x = np.random.default_rng(seed).random((count, width))
    return columns_of([f"a{i}" for i in range(width)], x, {})


def naive(columns: Columns, hits: np.ndarray, least: int) -> list[tuple[int, int]]:
    """Points and cases of interest after each peel, said as plainly as can be: try every peel, take the best."""
    left = np.arange(len(hits))
    found = [(len(left), int(hits.sum()))]
    restricted: set[int] = set()
    while True:
        best: tuple[float, bool, int, np.ndarray] | None = None
        mean = hits[left].mean()
        options: list[tuple[int, np.ndarray]] = []
        for j, column in enumerate(columns.values):
            x = column[left]
            top, bottom = np.sort(x)[::-1], np.sort(x)
            for ends, above in ((top, True), (bottom, False)):
                rank = (len(x) - 1) - int(np.ceil((len(x) - 1) * (1 - ALPHA))) if above else int((len(x) - 1) * ALPHA)
                beyond = [v for v in ends[rank + 1 :] if v != ends[rank]]
                if beyond:
                    limit = (beyond[0] + ends[rank]) / 2
                    options.append((j, left[x < limit] if above else left[x > limit]))
        for c, codes in enumerate(columns.codes):
            kinds = np.unique(codes[left])
            if len(kinds) > 1:
                options += [(len(columns.values) + c, left[codes[left] != kind]) for kind in kinds]
        for j, kept in options:
            gain = (hits[kept].mean() - mean) / (len(left) - len(kept))
            if gain > 0 and (best is None or (gain, j in restricted) > (best[0], best[1])):
                best = gain, j in restricted, j, kept
        if best is None or len(best[3]) < least:
            return found
        restricted.add(best[2])
        left = best[3]
        found.append((len(left), int(hits[left].sum())))


@pytest.mark.parametrize("seed", range(6))
def test_the_fast_peeling_is_the_slow_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.random((400, 5))
    x[:, 1] = np.round(x[:, 1], 1)  # ties
    x[:, 2] = rng.integers(0, 3, 400)
    x[:, 4] = np.where(x[:, 4] < 0.6, 0.0, x[:, 4])  # a heap at one end
    hits = (x[:, 0] + 0.3 * (x[:, 2] == 1) + rng.normal(0, 0.2, 400)) > 0.9
    columns = columns_of([f"a{i}" for i in range(5)], x, {"a2": ("p", "q", "r")})
    steps = trajectory(columns, hits)
    assert [(s.points, s.hits) for s in steps] == naive(columns, hits, 20)
    for step in steps:
        within = inside_box(columns, step.limits)
        assert (int(within.sum()), int((within & hits).sum())) == (step.points, step.hits)


def test_planted_boxes_are_found() -> None:
    precision, recall, named = [], [], []
    for seed in range(10):
        columns = uniform(1024, 12, seed)
        inside = (columns.values[0] < 0.35) & (columns.values[3] > 0.5)
        hits = inside ^ (np.random.default_rng(seed).random(1024) < 0.03)
        box = find_boxes(columns, hits)[0]
        found = inside_box(columns, box.limits)
        named.append(set(box.limits) == {"a0", "a3"})
        precision.append((found & inside).sum() / found.sum())
        recall.append((found & inside).sum() / inside.sum())
    assert np.mean(named) >= 0.9
    assert np.mean(precision) > 0.9
    assert np.mean(recall) > 0.9


def test_two_boxes_are_told_apart() -> None:
    columns = uniform(4096, 8, 3)
    x = columns.values
    hits = ((x[0] < 0.3) & (x[1] < 0.5)) | ((x[4] > 0.8) & (x[5] > 0.4))
    boxes = find_boxes(columns, hits)
    assert [set(box.limits) for box in boxes[:2]] in ([{"a0", "a1"}, {"a4", "a5"}], [{"a4", "a5"}, {"a0", "a1"}])
    assert sum(box.coverage for box in boxes) > 0.8


def test_noise_has_no_box() -> None:
    noise = [np.random.default_rng(seed + 99).random(512) < 0.3 for seed in range(20)]
    assert sum(bool(find_boxes(uniform(512, 30, seed), hits)) for seed, hits in enumerate(noise)) <= 2


def test_rivals_are_told_by_number() -> None:
    rng = np.random.default_rng(1)
    x = np.column_stack([rng.random(2000), rng.integers(0, 3, 2000)])
    hits = (x[:, 1] == 2) & (x[:, 0] > 0.4)
    (box,) = find_boxes(columns_of(["bite", "squeeze"], x, {"squeeze": ("a", "b", "c")}), hits)[:1]
    assert box.limits["squeeze"] == (2.0,)
    assert box.limits["bite"][0] == pytest.approx(0.4, abs=0.03)
    assert box.limits["bite"][1] == np.inf
    assert box.density > 0.95


def test_nothing_to_find_where_all_are_the_same() -> None:
    columns = uniform(100, 2, 1)
    assert find_boxes(columns, np.ones(100, bool)) == []
    assert find_boxes(columns, np.zeros(100, bool)) == []


def test_quasi_p_is_the_binomial_tail() -> None:
    from scipy.special import binom

    columns = uniform(200, 2, 5)
    hits = columns.values[0] > 0.7
    limits = {"a0": (0.5, np.inf)}
    within = columns.values[0] >= 0.5
    n, k, p = int(within.sum()), int((within & hits).sum()), hits.mean()
    tail = sum(binom(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))
    assert quasi_p(columns, hits, np.ones(200, bool), limits)["a0"] == pytest.approx(tail)


def test_pasting_takes_back_what_was_peeled_too_far() -> None:
    columns = uniform(2000, 3, 2)
    hits = columns.values[0] < 0.5
    limits = pasted(columns, hits, np.ones(2000, bool), {"a0": (-np.inf, 0.3), "a1": (0.2, np.inf)})
    assert set(limits) == {"a0"}
    assert limits["a0"][1] == pytest.approx(0.5, abs=0.02)


def test_the_chosen_box_has_the_best_harmonic_mean() -> None:
    columns = uniform(1000, 3, 4)
    hits = (columns.values[0] < 0.4) & (columns.values[1] < 0.6)
    steps, total = trajectory(columns, hits), int(hits.sum())
    best = chosen(steps, total)
    means = [2 / (total / s.hits + s.points / s.hits) for s in steps if s.hits]
    assert 2 / (total / best.hits + best.points / best.hits) == pytest.approx(max(means))


@pytest.mark.parametrize("values", [
    np.random.default_rng(1).random(5000), -np.random.default_rng(2).lognormal(0, 60, 5000), np.zeros(7),
    np.array([3.0]), np.repeat([2.0, -1.0, 0.5], 50), np.array([1e300, -1e300, 0.0, -0.0, 5e-324, 1.0]),
    1.0 + np.random.default_rng(3).integers(0, 9, 4000) * 2.0**-52,
])
def test_orders_sort(values: np.ndarray) -> None:
    (order,) = prim_peel.orders(values[None, :])
    assert sorted(order) == list(range(len(values)))
    assert (np.diff(values[order]) >= 0).all()


def test_a_part_is_peeled_as_if_it_were_all() -> None:
    x = np.random.default_rng(5).random((900, 4)).round(2)  # with ties
    hits = (x[:, 0] < 0.4) & (x[:, 2] > 0.3)
    half = np.sort(np.random.default_rng(6).choice(900, 450, replace=False))
    part = columns_of([f"a{i}" for i in range(4)], x, {}).part(half)
    alone = columns_of([f"a{i}" for i in range(4)], x[half], {})
    assert (part.values == alone.values).all()
    assert all((np.diff(values[order]) >= 0).all() for values, order in zip(part.values, part.order, strict=True))
    assert trajectory(part, hits[half]) == trajectory(alone, hits[half])


@pytest.mark.slow
def test_the_boxes_are_those_of_ema_workbench() -> None:
    pd = pytest.importorskip("pandas")
    prim = pytest.importorskip("ema_workbench.analysis.prim")
    rng = np.random.default_rng(7)
    x = rng.random((3000, 6))
    hits = ((x[:, 0] < 0.3) & (x[:, 3] > 0.4)) ^ (rng.random(3000) < 0.05)
    columns = columns_of([f"a{i}" for i in range(6)], x, {})
    steps = trajectory(columns, hits)
    box = prim.Prim(pd.DataFrame(x, columns=columns.names), hits.astype(int), threshold=0.1).find_box()
    theirs = box.peeling_trajectory.iloc[: len(steps)]
    assert [s.points for s in steps] == theirs["n"].astype(int).tolist()
    assert [s.hits for s in steps] == theirs["k"].astype(int).tolist()


def test_a_tree_finds_the_same_corner() -> None:
    x = np.random.default_rng(1).random((2000, 6))
    hits = (x[:, 1] < 0.3) & (x[:, 4] > 0.5)
    leaf = grow([f"a{i}" for i in range(6)], x, {}, hits)[0]
    assert set(leaf.limits) == {"a1", "a4"}
    assert leaf.limits["a1"][1] == pytest.approx(0.3, abs=0.02)
    assert leaf.limits["a4"][0] == pytest.approx(0.5, abs=0.02)
    assert leaf.density > 0.98
    assert leaf.coverage > 0.95


def test_a_tree_parts_rivals_and_nothing_where_nothing_differs() -> None:
    rng = np.random.default_rng(2)
    x = np.column_stack([rng.random(1000), rng.integers(0, 3, 1000)])
    leaf = grow(["a", "b"], x, {"b": ("p", "q", "r")}, x[:, 1] == 1)[0]
    assert leaf.limits["b"] == (1.0,)
    assert [leaf.limits for leaf in grow(["a", "b"], x, {}, np.zeros(1000, bool))] == [{}]


def test_sentences() -> None:
    limits = {"bite": (-np.inf, 0.2), "relief": (0.31, np.inf), "lag": (3.0, 12.0), "squeeze": (1.0,)}
    said = sentence(None, limits, {"squeeze": ("tames", "hardens")}, "fails", 0.82, 0.914)
    assert said == (
        "fails where bite is below 0.2 and relief is above 0.31 and lag is between 3 and 12 and squeeze is hardens "
        "(82 % of failures, 91 % pure)"
    )
