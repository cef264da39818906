"""Cases written as short texts, played by either implementation of the step."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from detente.language.case import Case
from detente.language.load import load_text
from detente.model.form import Calendar, Form
from detente.model.kernel import Kernel
from detente.model.lower import calendar, lower
from detente.model.reference import play
from detente.simulate.futures import draw

Array = NDArray[np.float64]
HEADER = "detente: 1\ncase: t\ntitle: a test\nas_of: {as_of}\nhorizon: {horizon}\nstep: {step}\n"
NEEDED = {"parties": "{us: {name: US}, dprk: {name: North Korea}}", "strategies": "{alone: {}}"}


@dataclass(frozen=True)
class Runs:
    """What was played, a column a run. `trace` maps names to [step, run], step 0 being the start."""

    measures: Mapping[str, Array]
    trace: Mapping[str, Array]
    clipped: Array
    trouble: NDArray[np.bool_]

    def __getitem__(self, measure: str) -> Array:
        return self.measures[measure]


@dataclass(frozen=True)
class Compiled:
    """A case with both of its implementations."""

    case: Case
    form: Form
    calendar: Calendar

    @functools.cached_property
    def kernel(self) -> Kernel:
        return Kernel(self.form)

    def luck(self, runs: int, futures: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
        """Numbers of futures and of runs for each lane, and the assumptions of each future."""
        numbers = np.repeat(np.arange(futures), runs)
        return numbers, np.tile(np.arange(runs), futures), draw(self.case, seed, 0, futures).internal

    def by_kernel(self, runs: int, strategy: int = 0, futures: int = 1, seed: int = 1) -> Runs:
        numbers, run_numbers, theta = self.luck(runs, futures, seed)
        out = self.kernel.play(self.calendar, theta, strategy, seed, numbers, run_numbers, trace=True)
        assert out.trace is not None
        form = self.form
        names = (*form.series, *form.options, *form.events, "alive")
        trace = {name: out.trace[:, i] for i, name in enumerate(names)}
        return Runs(dict(zip(form.measures, out.measures, strict=True)), trace, out.clipped, out.trouble)

    def by_reference(self, runs: int, strategy: int = 0, futures: int = 1, seed: int = 1) -> Runs:
        numbers, run_numbers, theta = self.luck(runs, futures, seed)
        played = play(self.form, self.calendar, theta[numbers], strategy, seed, numbers, run_numbers)
        trouble = np.zeros(len(numbers), dtype=bool)
        trouble[[t.lane for t in played.troubles]] = True
        measures = dict(zip(self.form.measures, played.measures.T, strict=True))
        return Runs(measures, played.trace, played.clipped, trouble)


@functools.cache
def compiled(text: str, horizon: str, step: str, as_of: str) -> Compiled:
    """Two parties and a strategy that commands nothing are added where the text has none."""
    header = HEADER.format(as_of=as_of, horizon=horizon, step=step)
    missing = "".join(f"{key}: {value}\n" for key, value in NEEDED.items() if f"{key}:" not in text)
    case = load_text(header + missing + text, warn=False)
    return Compiled(case, lower(case), calendar(case))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Kernels of tests are kept with the tests' own files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DETENTE_CACHE", str(tmp_path_factory.mktemp("kernels")))
        yield


@pytest.fixture(scope="session")
def compile_case() -> Callable[..., Compiled]:
    """`compile_case(text, horizon, step, as_of)`: a case without its header, compiled once in a session."""

    def compiling(text: str, horizon: str = "1 year", step: str = "1 month", as_of: str = "2020-01-01") -> Compiled:
        return compiled(text, horizon, step, as_of)

    return compiling


@pytest.fixture(params=["reference", "kernel"], scope="session")
def run(request: pytest.FixtureRequest, compile_case: Callable[..., Compiled]) -> Callable[..., Runs]:
    """`run(text, runs, strategy=0, ..)`: the runs of a case, by each implementation in turn."""

    def running(
        text: str, runs: int = 1, *, strategy: str | int = 0, futures: int = 1, seed: int = 1, **header: str
    ) -> Runs:
        one = compile_case(text, **header)
        by = {"reference": one.by_reference, "kernel": one.by_kernel}[request.param]
        index = one.form.strategies.index(strategy) if isinstance(strategy, str) else strategy
        return by(runs, index, futures, seed)

    return running
