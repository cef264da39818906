"""Shares of variance against closed forms: Ishigami, Sobol's g, a correlated linear Gaussian model."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest

from detente.explore.basis import make_basis
from detente.explore.indices import Indices, indices_of
from detente.explore.shapley import explained
from detente.simulate import sobol


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami and Homma 1990, a = 7, b = 0.1, x uniform on [-pi, pi]."""
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


V1, V2, V13 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
V = V1 + V2 + V13
G = np.array([0.0, 1.0, 4.5, 9.0])  # Saltelli and Sobol' 1995
GI = 1 / (3 * (1 + G) ** 2)
GV = np.prod(1 + GI) - 1


def g_function(u: np.ndarray) -> np.ndarray:
    return np.prod((np.abs(4 * u - 2) + G) / (1 + G), axis=1)


def by_further_runs(f, width: int, base: int, scale=lambda u: u) -> list[Indices]:
    points = sobol.points(3, 0, base, 2 * width)
    a, b = scale(points[:, :width]), scale(points[:, width:])
    mixed = [np.where(np.arange(width) == j, b, a) for j in range(width)]
    return indices_of(f(a), f(b), np.array([f(m) for m in mixed]), np.arange(base) % sobol.SCRAMBLES)


def test_indices_of_the_ishigami_function() -> None:
    found = by_further_runs(ishigami, 3, 8192, lambda u: (2 * u - 1) * np.pi)
    assert [one.first.value for one in found] == pytest.approx([V1 / V, V2 / V, 0], abs=0.015)
    assert [one.total.value for one in found] == pytest.approx([(V1 + V13) / V, V2 / V, V13 / V], abs=0.015)
    assert all(one.total.low <= one.total.value <= one.total.high for one in found)


def test_indices_of_the_g_function() -> None:
    found = by_further_runs(g_function, 4, 8192)
    assert [one.first.value for one in found] == pytest.approx(GI / GV, abs=0.015)
    total = GI * (1 + GV) / (1 + GI) / GV
    assert [one.total.value for one in found] == pytest.approx(total, abs=0.015)


def test_intervals_cover() -> None:
    inside = 0
    for seed in range(40):
        points = sobol.points(seed, 0, 512, 6)
        a, b = points[:, :3], points[:, 3:]
        f = lambda x: x[:, 0] + 2 * x[:, 1] * x[:, 2]  # noqa: E731
        mixed = np.array([f(np.where(np.arange(3) == j, b, a)) for j in range(3)])
        one = indices_of(f(a), f(b), mixed, np.arange(512) % 8)[0].total
        truth = (1 / 12) / (1 / 12 + 4 * (1 / 9 - 1 / 16))
        inside += one.low <= truth <= one.high
    assert inside >= 30


@pytest.mark.slow
def test_the_same_as_salib() -> None:
    salib = pytest.importorskip("SALib.analyze.sobol")
    points = sobol.points(5, 0, 4096, 8)
    a, b = points[:, :4], points[:, 4:]
    mixed = [np.where(np.arange(4) == j, b, a) for j in range(4)]
    found = indices_of(g_function(a), g_function(b), np.array([g_function(m) for m in mixed]), np.arange(4096) % 8)
    y = np.stack([g_function(a), *(g_function(m) for m in mixed), g_function(b)], axis=1).ravel()
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 1]] * 4}
    theirs = salib.analyze(problem, y, calc_second_order=False, seed=1)
    assert [one.total.value for one in found] == pytest.approx(theirs["ST"], abs=0.02)
    assert [one.first.value for one in found] == pytest.approx(theirs["S1"], abs=0.02)


def test_given_data_shares_of_the_ishigami_function() -> None:
    x = (2 * sobol.points(3, 0, 4096, 3) - 1) * np.pi
    found = explained(make_basis(x), ishigami(x)[:, None], np.arange(4096) % 8, 3)
    assert [one.value for one in found.first[0]] == pytest.approx([V1 / V, V2 / V, 0], abs=0.02)
    shapley = [(V1 + V13 / 2) / V, V2 / V, V13 / 2 / V]
    assert [one.value for one in found.shapley[0]] == pytest.approx(shapley, abs=0.02)
    assert found.whole[0].value == pytest.approx(1, abs=0.01)


def gaussian_shapley(beta: np.ndarray, covariance: np.ndarray, noise: float) -> np.ndarray:
    """Song, Nelson and Staum 2016: v(u) = Var(E[y | x_u]) by the conditional covariance, every subset written out."""
    width = len(beta)
    whole = beta @ covariance @ beta

    def v(u: tuple[int, ...]) -> float:
        rest = [i for i in range(width) if i not in u]
        if not u or not rest:
            return whole if not rest else 0.0
        known = np.linalg.solve(covariance[np.ix_(u, u)], covariance[np.ix_(u, rest)])
        left = covariance[np.ix_(rest, rest)] - covariance[np.ix_(rest, u)] @ known
        return float(whole - beta[rest] @ left @ beta[rest])

    effects = np.zeros(width)
    for i in range(width):
        others = [j for j in range(width) if j != i]
        for size in range(width):
            weight = factorial(size) * factorial(width - size - 1) / factorial(width)
            for u in combinations(others, size):
                effects[i] += weight * (v(tuple(sorted((*u, i)))) - v(u))
    return effects / (whole + noise)


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_shapley_effects_of_a_correlated_gaussian_model(noise: float) -> None:
    from scipy.special import ndtri

    covariance = np.array([[1, 0.6, 0], [0.6, 1, -0.3], [0, -0.3, 1]])
    beta = np.array([1.0, 0.5, 2.0])
    draws = ndtri(sobol.points(2, 0, 8192, 4))
    x = draws[:, :3] @ np.linalg.cholesky(covariance).T
    y = x @ beta + np.sqrt(noise) * draws[:, 3]
    found = explained(make_basis(x), y[:, None], np.arange(8192) % 8, 3)
    closed = gaussian_shapley(beta, covariance, noise)
    assert [one.value for one in found.shapley[0]] == pytest.approx(closed, abs=0.015)
    assert sum(one.value for one in found.shapley[0]) == pytest.approx(found.whole[0].value)


def test_what_does_nothing_explains_nothing() -> None:
    rng = np.random.default_rng(1)
    x = sobol.points(1, 0, 1024, 40)
    y = np.column_stack([x[:, 0] + rng.normal(0, 0.5, 1024), np.zeros(1024)])
    found = explained(make_basis(x), y, np.arange(1024) % 8, 40)
    idle = np.array([one.value for one in found.shapley[0][1:]])
    assert abs(idle.mean()) < 0.003
    assert np.abs(idle).max() < 0.03
    assert found.shapley[0][0].value == pytest.approx((1 / 12) / (1 / 12 + 0.25), abs=0.06)
    assert [one.value for one in found.shapley[1]] == [0.0] * 40


def test_rivals_explain_too() -> None:
    x = sobol.points(4, 0, 2048, 2)
    x[:, 1] = np.floor(3 * x[:, 1])
    y = np.array([0.0, 5.0, 1.0])[x[:, 1].astype(int)] + x[:, 0]
    found = explained(make_basis(x, {1: 3}), y[:, None], np.arange(2048) % 8, 2)
    spread = np.var([0.0, 5.0, 1.0])
    assert found.first[0][1].value == pytest.approx(spread / (spread + 1 / 12), abs=0.01)
