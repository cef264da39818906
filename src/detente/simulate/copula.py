"""Dependence by rank correlation: the Gaussian copula.

Two assumptions with rank correlation s share normal scores with correlation r = 2 sin(pi s / 6) (K. Pearson 1907);
then Spearman's correlation of the assumptions is s, whatever their distributions. Scores are z' = L z with the
Cholesky factor L of the correlations, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.language.case import Correlation

from .distributions import standard_normal
from .normal import normal_tails

Array = NDArray[np.float64]

LEAST_PIVOT = 1e-10  # what is left of a variance given the others
SIXTH_PI = 0.5235987755982988


def pearson(rank: float) -> float:
    """The correlation of normal scores for a rank correlation: 2 sin(pi rank / 6), by its Taylor series."""
    x = rank * SIXTH_PI
    term, total = x, x
    for n in range(2, 22, 2):
        term *= -x * x / (n * (n + 1))
        total += term
    return 2.0 * total


def correlation_matrix(names: Sequence[str], correlations: Sequence[Correlation]) -> Array:
    """The correlations of the normal scores of `names`, [n, n]: 0 for pairs that are not named."""
    at = {name: i for i, name in enumerate(names)}
    matrix = np.eye(len(names))
    for correlation in correlations:
        a, b = (at.get(name, -1) for name in correlation.between)
        if min(a, b) >= 0:
            matrix[a, b] = matrix[b, a] = pearson(correlation.rank)
    return matrix


def cholesky(matrix: Array) -> Array:
    """The lower triangular L with L L' = matrix. Raises ValueError if the matrix is not positive definite.

    Written out because the bits of a library's would depend on the processor.
    """
    n = len(matrix)
    factor = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            rest = float(matrix[i, j])
            for k in range(j):
                rest -= factor[i][k] * factor[j][k]
            if i > j:
                factor[i][j] = rest / factor[j][j]
            elif rest > LEAST_PIVOT:
                factor[i][i] = float(np.sqrt(rest))
            else:
                raise ValueError("the rank correlations do not fit together: their matrix is not positive definite")
    return np.array(factor).reshape(n, n)


def correlate(factor: Array, unit: Array) -> tuple[Array, Array]:
    """Independent uniforms [count, n] made dependent by a Cholesky factor: lower and upper tails, [count, n]."""
    scores = standard_normal(unit, 1.0 - unit)
    mixed = np.zeros_like(scores)
    for i in range(len(factor)):
        for j in range(i + 1):
            mixed[:, i] += factor[i, j] * scores[:, j]
    return normal_tails(mixed)
