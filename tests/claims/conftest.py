"""A toy case and its runs as arrays, made by hand: two dates and two numbers under strategies a and b."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from detente.claims import Block
from detente.claims.runwise import Sample, whole_block
from detente.language.case import Assumption, Case, Check, Claim, Measure, OneOf, Uniform
from detente.language.tree import Before, Compare, Estimate, MeasureAt, Number
from detente.language.units import Unit

NEVER = np.inf
MEASURES = {
    "reaches": Measure("reaches", kind="date"),
    "concedes": Measure("concedes", kind="date"),
    "tests": Measure("tests", kind="count"),
    "strain": Measure("strain", kind="number"),
}
ASSUMPTIONS = {
    "bite": Assumption("bite", distribution=Uniform(1, 12), unit=Unit("1/month", 12.0)),
    "squeeze": Assumption("squeeze", distribution=OneOf(("tames", "hardens"), (1, 1))),
}


class Toy:
    """Short names for what the tests build over and over."""

    never = NEVER
    as_of = dt.date(2020, 1, 1)

    def at(self, measure, strategy="a"):
        return MeasureAt(measure, strategy)

    def share(self, body, given=None):
        return Estimate("P", body, given)

    def race(self, strategy="a"):
        return Estimate("P", Before(self.at("reaches", strategy), self.at("concedes", strategy)))

    def compare(self, left, op, right):
        return Compare(op, *(Number(float(x)) if isinstance(x, (int, float)) else x for x in (left, right)))

    def case(self, assumptions=None, checks=None, **claims):
        return Case(
            "toy", as_of=self.as_of, horizon=24, measures=MEASURES,
            assumptions=ASSUMPTIONS if assumptions is None else assumptions,
            claims={n: Claim(n, says=says, states=f"says {n}") for n, says in claims.items()},
            checks={n: Check(n, says=says, says_text=n) for n, says in (checks or {}).items()},
        )

    def runs(self, **strategies):
        """{strategy: {measure: [F, R]}} as [F, R, M]; measures left out are 0."""
        shapes = {s: np.broadcast_shapes(*(np.shape(v) for v in ms.values())) for s, ms in strategies.items()}
        return {
            s: np.stack([np.broadcast_to(ms.get(m, 0.0), shapes[s]) for m in MEASURES], axis=2).astype(float)
            for s, ms in strategies.items()
        }

    def sample(self, case=None, assumptions=None, **strategies):
        runs = self.runs(**strategies)
        futures, count, _ = next(iter(runs.values())).shape
        return Sample(case or self.case(), whole_block(runs), assumptions or {}, futures, count)

    def block(self, every, count, first=0, futures=None, rivals=None, asked=None):
        """The first `count` runs of `every`; more of it on demand, noted in `asked`."""
        size = next(iter(every.values())).shape[0]
        places = np.arange(first, first + (futures or size - first))

        def more(rows, strategy, first_run, runs):
            if asked is not None:
                asked.append((tuple(int(row) for row in rows), strategy, first_run, runs))
            return every[strategy][places[rows], first_run : first_run + runs]

        squeeze = np.zeros(size, int) if rivals is None else rivals
        return Block(
            places, {s: runs[places, :count] for s, runs in every.items()},
            {"bite": np.linspace(12.0, 144.0, size)[places], "squeeze": squeeze[places]}, more,
        )


@pytest.fixture(scope="session")
def toy():
    return Toy()


@pytest.fixture(autouse=True)
def _as_when_judging():
    """Judging switches NumPy's warnings off: 1/0 and 0/0 are answers there."""
    with np.errstate(all="ignore"):
        yield
