"""Tables made by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from detente.explore.table import ClaimRows, Table
from detente.simulate import sobol

Make = Callable[..., Table]


@pytest.fixture
def make_table() -> Make:
    """A table of uniform assumptions `a0`, `a1`, .. (those in `rivals` categorical), claims by their truth."""

    def make(
        count: int = 1024, width: int = 4, *, seed: int = 1, rivals: Mapping[str, tuple[str, ...]] | None = None,
        values: np.ndarray | None = None, claims: Mapping[str, np.ndarray] | None = None,
        goals: Mapping[str, np.ndarray] | None = None, wanted: Mapping[str, str] | None = None,
        strategies: tuple[str, ...] = (),
    ) -> Table:
        x = sobol.points(seed, 0, count, width) if values is None else values
        names = tuple(f"a{i}" for i in range(x.shape[1]))
        rows = {n: ClaimRows(n, np.where(h, 1.0, -1.0), np.asarray(h, bool)) for n, h in (claims or {}).items()}
        return Table(names, x, rivals or {}, rows, strategies, goals or {}, wanted or {}, np.arange(len(x)))

    return make
