"""A block of a run as two Parquet files, and the files as a run again.

`futures`: a row a future. Its number (`future`; `number` if an assumption has that name), the assumptions in their
own units (rivals by name); for each claim `CLAIM.margin` (null where it is not defined), `.holds`, `.settled`,
`.by_default`, `.runs`; for each strategy and measure `STRATEGY.MEASURE`, the mean over its runs in the shown unit,
dates in days since `as_of` with `never` as the horizon plus one step, and then `STRATEGY.MEASURE.never`, the share
of runs that never got there.

`pooled`: rows of kind, strategy, name, state (bytes): sketches of the measures, histograms of the quantities, and
counts that belong to no future alone.

Compression and its level are fixed and nothing says when or where it was written: equal blocks, equal bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.language.case import Case
from detente.language.records import dataclass
from detente.model.kernel import Bands
from detente.simulate.by_future import ByFuture
from detente.simulate.ensemble import Ensemble
from detente.simulate.futures import Futures
from detente.simulate.summary import Summary

from .judge import BlockVerdicts
from .tally import joined

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]
FUTURES, POOLED = "futures", "pooled"
_FLAGS = ("holds", "settled", "by_default")


@dataclass(frozen=True)
class Part:
    """Some futures played and judged: verdicts, means and dates by future, and what is pooled over their runs."""

    drawn: Futures
    verdicts: BlockVerdicts
    never: Mapping[str, Array]  # strategy to [future, date], the share of runs
    by_future: ByFuture
    means: Mapping[str, Array]  # strategy to [future, measure], internal units, `never` as the horizon plus a step
    summary: Summary
    bands: Mapping[str, Bands] | None


# --- writing ---------------------------------------------------------------------------------------------------


def as_files(part: Part, case: Case) -> dict[str, bytes]:
    """The content of both files, by kind."""
    return {FUTURES: parquet(futures_frame(part, case)), POOLED: parquet(_pooled_frame(part))}


def parquet(frame: pl.DataFrame) -> bytes:
    """A frame as Parquet; equal frames give equal bytes."""
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd", compression_level=1, row_group_size=1 << 20, statistics=True)
    return stream.getvalue()


def futures_frame(part: Part, case: Case) -> pl.DataFrame:
    """The rows of the futures of a part."""
    import polars as pl

    columns: list[pl.Series] = [pl.Series(number_column(case), part.drawn.numbers)]
    columns += _assumption_columns(case, part.drawn)
    columns += _claim_columns(part.verdicts)
    for strategy, means in part.means.items():
        columns += _measure_columns(case, strategy, means, part.never[strategy])
    return pl.DataFrame(columns)


def number_column(case: Case) -> str:
    """The name of the column that holds the number of the future, the first one."""
    return "number" if "future" in case.assumptions else "future"


def _assumption_columns(case: Case, drawn: Futures) -> list[pl.Series]:
    import polars as pl

    columns = []
    for i, name in enumerate(drawn.names):
        rivals, values = case.assumptions[name].rivals, drawn.values[:, i]
        told = np.array(rivals, dtype=object)[values.astype(np.int64)] if rivals else values
        columns.append(pl.Series(name, told, dtype=pl.String if rivals else pl.Float64))
    return columns


def _claim_columns(verdicts: BlockVerdicts) -> list[pl.Series]:
    import polars as pl

    columns = []
    for row, claim in enumerate(verdicts.claims):
        columns.append(pl.Series(f"{claim}.margin", verdicts.margin[row], nan_to_null=True))
        columns += [pl.Series(f"{claim}.{flag}", getattr(verdicts, flag)[row]) for flag in _FLAGS]
        columns.append(pl.Series(f"{claim}.runs", verdicts.runs[row]))
    return columns


def _measure_columns(case: Case, strategy: str, means: Array, never: Array) -> list[pl.Series]:
    import polars as pl

    columns, date = [], 0
    for i, (name, measure) in enumerate(case.measures.items()):
        factor = 1.0 if measure.kind == "date" else measure.factor
        columns.append(pl.Series(f"{strategy}.{name}", means[:, i] / factor))
        if measure.kind == "date":
            columns.append(pl.Series(f"{strategy}.{name}.never", never[:, date]))
            date += 1
    return columns


def _pooled_frame(part: Part) -> pl.DataFrame:
    import polars as pl

    rows = [("sketch" if name else "clipped", strategy, name, state)
            for strategy, name, state in part.summary.states()]
    rows += [("neither", "", claim, part.verdicts.neither[row].astype("<i8").tobytes())
             for row, claim in enumerate(part.verdicts.claims)]
    for strategy in part.means:
        if part.bands is not None:
            rows.append(("band", strategy, "", _counts_state(part.bands[strategy].counts)))
        for kind in ("passed", "orders"):
            rows.append((kind, strategy, "", getattr(part.by_future, kind)[strategy].astype("<u4").tobytes()))
    kinds = {"kind": pl.String, "strategy": pl.String, "name": pl.String, "state": pl.Binary}
    columns = zip(kinds.items(), zip(*rows, strict=True), strict=True)
    return pl.DataFrame([pl.Series(name, column, dtype=kind) for (name, kind), column in columns])


def _counts_state(counts: NDArray[np.uint32]) -> bytes:
    """Counts in two bytes each where that is enough, else in four: half of a block's bytes are those of bands."""
    return counts.astype("<u2" if counts.max(initial=0) < 1 << 16 else "<u4").tobytes()


def _counts_of(state: bytes, shape: tuple[int, ...]) -> NDArray[Any]:
    """What `_counts_state` wrote. Raises ValueError for bytes of another length."""
    return np.frombuffer(state, "<u2" if len(state) == 2 * math.prod(shape) else "<u4").reshape(shape)


# --- reading ---------------------------------------------------------------------------------------------------


def frame_of(content: bytes, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The frame of a Parquet file's bytes, or some columns of it."""
    import polars as pl

    return pl.read_parquet(io.BytesIO(content), columns=None if columns is None else list(columns))


def verdicts_of(
    case: Case, claims: Sequence[str], frame: pl.DataFrame, neither: NDArray[np.int64]
) -> BlockVerdicts:
    """What the rows of some futures say of each claim."""

    def rows(name: str, kind: Any) -> Any:
        found = [frame[f"{claim}.{name}"].to_numpy() for claim in claims]
        return np.array(found, dtype=kind).reshape(len(claims), len(frame))

    rivals = {
        name: rival_numbers(frame, name, one.rivals).astype(np.int16)
        for name, one in case.assumptions.items() if one.rivals
    }
    flags = {name: rows(name, bool) for name in _FLAGS}
    return BlockVerdicts(
        tuple(claims), frame.to_series(0).to_numpy().astype(np.int64), rows("margin", float), **flags,
        runs=rows("runs", np.int32), neither=neither, rivals=rivals,
    )


def rival_numbers(frame: pl.DataFrame, name: str, rivals: Sequence[str]) -> NDArray[np.int64]:
    """The rivals of an assumption by number, [future]."""
    number = {rival: i for i, rival in enumerate(rivals)}
    return np.fromiter((number[rival] for rival in frame[name]), np.int64, len(frame))


class Gathered:
    """The parts of a run put together again, in any order."""

    def __init__(
        self, ensemble: Ensemble, claims: Sequence[str], empty: ByFuture, bands: Mapping[str, Bands]
    ) -> None:
        self._ensemble, self._claims = ensemble, tuple(claims)
        self.by_future, self.bands = empty, {name: one.empty() for name, one in bands.items()}
        self.summary = Summary(ensemble.case, ensemble.strategies)
        self._verdicts: list[BlockVerdicts] = []
        rivals = [name for name, one in ensemble.case.assumptions.items() if one.rivals]
        told = [f"{claim}.{what}" for claim in claims for what in ("margin", *_FLAGS, "runs")]
        self._columns = [number_column(ensemble.case), *rivals, *told]

    def add(self, first: int, futures: bytes, pooled: bytes) -> None:
        """Take in the files of the block that begins with future `first`. Raises ValueError, KeyError and the like
        for files of no block."""
        from polars.exceptions import PolarsError

        try:
            self._add(first, futures, pooled)
        except PolarsError as error:
            raise ValueError(str(error)) from None

    def _add(self, first: int, futures: bytes, pooled: bytes) -> None:
        means_too = first < self.by_future.futures
        frame = frame_of(futures, None if means_too else self._columns)
        neither = {}
        for kind, strategy, name, state in frame_of(pooled).iter_rows():
            if kind in ("sketch", "clipped"):
                self.summary.take_in(strategy, name, state)
            elif kind == "neither":
                neither[name] = np.frombuffer(state, "<i8")
            elif kind == "band":
                counts = self.bands[strategy].counts
                counts += _counts_of(state, counts.shape)
            else:
                self._put(getattr(self.by_future, kind)[strategy], first, len(frame), state)
        counted = np.array([neither[claim] for claim in self._claims]).reshape(-1, 2)
        self._verdicts.append(verdicts_of(self._ensemble.case, self._claims, frame, counted))
        if means_too:
            self._means(frame, first)

    @cached_property
    def verdicts(self) -> BlockVerdicts:
        """All futures, in their order."""
        return joined(self._verdicts)

    def _put(self, whole: NDArray[np.uint32], first: int, count: int, state: bytes) -> None:
        rows = max(0, min(first + count, whole.shape[2]) - first)
        if rows:
            whole[:, :, first : first + rows] = np.frombuffer(state, "<u4").reshape(*whole.shape[:2], rows)

    def _means(self, frame: pl.DataFrame, first: int) -> None:
        case, rows = self._ensemble.case, min(len(frame), self.by_future.futures - first)
        for strategy, means in self.by_future.means.items():
            for i, (name, measure) in enumerate(case.measures.items()):
                factor = 1.0 if measure.kind == "date" else measure.factor
                means[first : first + rows, i] = frame[f"{strategy}.{name}"].to_numpy()[:rows] * factor
