"""Cases as short texts, played and judged as `detente run` does it, so that each test reads as a worked example."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from detente.claims.run import Judged, judge
from detente.language.case import Case
from detente.language.load import load_text
from detente.language.problems import Problem, Refused
from detente.language.render import as_text

HEADER = "detente: 1\ncase: worked\ntitle: A worked example\nas_of: {as_of}\nhorizon: {horizon}\nstep: {step}\n"
NEEDED = {"parties": "{us: {name: US}, dprk: {name: North Korea}}", "strategies": "{alone: {}}"}


def written(text: str, horizon: str = "1 year", step: str = "1 month", as_of: str = "2020-01-01") -> str:
    """A whole case: two parties and a strategy that commands nothing are added where the text has none."""
    text = textwrap.dedent(text)
    added = "".join(f"{key}: {value}\n" for key, value in NEEDED.items() if f"\n{key}:" not in f"\n{text}")
    return HEADER.format(as_of=as_of, horizon=horizon, step=step) + added + text


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Kernels of tests are kept with the tests' own files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DETENTE_CACHE", str(tmp_path_factory.mktemp("kernels")))
        yield


@pytest.fixture(scope="session")
def case() -> Callable[..., Case]:
    """`case(text, horizon=.., step=.., as_of=..)`."""
    return lambda text, **header: load_text(written(text, **header), warn=False)


@pytest.fixture(scope="session")
def run(case: Callable[..., Case]) -> Callable[..., Judged]:
    """`run(text, futures=.., runs=.., seed=.., **header)`: everything that `detente run` finds."""

    def running(text: str, futures: int = 16, runs: int = 4, seed: int = 1, **header: str) -> Judged:
        return judge(case(text, **header), futures=futures, runs=runs, seed=seed)

    return running


@pytest.fixture(scope="session")
def measured(run: Callable[..., Judged]) -> Callable[..., dict[str, Any]]:
    """`measured(text, ..)`: the mean of every measure under the first strategy, or under `strategy`."""

    def measuring(text: str, strategy: str | None = None, **options: Any) -> dict[str, Any]:
        found = run(text, **options).to_json()["strategies"]
        return {name: m["mean"] for name, m in found[strategy or next(iter(found))]["measures"].items()}

    return measuring


@pytest.fixture(scope="session")
def stepped(case: Callable[..., Case]) -> Callable[..., dict[str, list[float]]]:
    """`stepped(text, strategy=..)`: quantities, levels (by index) and events of one run, the start first."""
    from detente.model.kernel import Kernel
    from detente.model.lower import calendar, lower
    from detente.simulate.futures import draw

    def stepping(text: str, strategy: str | None = None, **header: str) -> dict[str, list[float]]:
        one = case(text, **header)
        form = lower(one)
        index = form.strategies.index(strategy) if strategy else 0
        only, theta = np.zeros(1, dtype=np.int64), draw(one, 1, 0, 1).internal
        trace = Kernel(form).play(calendar(one), theta, index, 1, only, only, trace=True).trace
        assert trace is not None
        return {n: list(trace[:, i, 0]) for i, n in enumerate((*form.series, *form.options, *form.events))}

    return stepping


@pytest.fixture(scope="session")
def problems(case: Callable[..., Case]) -> Callable[..., list[Problem]]:
    """`problems(text, ..)`: what the case is refused for; none if it is read."""

    def refusing(text: str, **header: str) -> list[Problem]:
        try:
            case(text, **header)
        except Refused as refused:
            return list(refused.problems)
        return []

    return refusing


@pytest.fixture(scope="session")
def said(case: Callable[..., Case]) -> Callable[..., str]:
    """`said(text, ..)`: the message that the user reads, or "" if the case is read."""

    def saying(text: str, **header: str) -> str:
        try:
            case(text, **header)
        except Refused as refused:
            return as_text(refused.problems, refused.files)
        return ""

    return saying
