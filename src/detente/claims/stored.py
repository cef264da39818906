"""Runs that are kept: played into a run folder block by block, finished after any interruption, and read again.

What a run says is always read from its folder, so that a run finished in ten pieces cannot differ from one that
was finished in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from struct import error
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from detente.language.case import Case, Setting
from detente.language.problems import Refused
from detente.simulate.bands import empty_bands, quantile_bands
from detente.simulate.by_future import ByFuture, means_over_runs
from detente.simulate.ensemble import Ensemble
from detente.simulate.futures import Design
from detente.simulate.store import BLOCKS, DEFAULT, MANIFEST, Store, file_name, open_store
from detente.simulate.store_files import refused, writing
from detente.simulate.store_manifest import Manifest, case_hash, manifest_of, versions
from detente.simulate.summary import Summary
from detente.simulate.workers import Files, Play, in_threads

from .clocks import dates, races
from .judge import BlockVerdicts, Judge
from .parts import FUTURES, POOLED, Array, Gathered, Part, as_files, frame_of, futures_frame
from .run import Judged, to_judge
from .tally import Tally, joined

if TYPE_CHECKING:
    import polars as pl

_UNREADABLE = (ValueError, KeyError, TypeError, IndexError, OverflowError, OSError, error)
Progress: TypeAlias = Callable[[int, int], None]
Workers: TypeAlias = Callable[["Player", Sequence[int]], Iterator[tuple[int, Files]]]


@dataclass
class Player:
    """Plays and judges the blocks of a run. Called with a block's number, it yields the content of its files, a
    function of case, manifest and number alone: in any thread or process, on any machine."""

    case: Case
    manifest: Manifest
    _made: tuple[Ensemble, Judge] | None = field(default=None, repr=False)

    @property
    def ensemble(self) -> Ensemble:
        """The compiled case, made on first use; it does not travel with a player that is sent elsewhere."""
        return self._ready()[0]

    @property
    def judge(self) -> Judge:
        """The judge of its claims."""
        return self._ready()[1]

    def _ready(self) -> tuple[Ensemble, Judge]:
        if self._made is None:
            told = self.manifest
            ensemble = Ensemble(
                self.case, futures=told.futures, runs=told.runs, seed=told.seed, strategies=told.strategies,
                settings=told.as_settings(), design=told.design,
            )
            self._made = ensemble, Judge(ensemble.case, ensemble.strategies, told.runs)
            self._bands = empty_bands(ensemble)
        return self._made

    def prepared(self) -> Player:
        """Itself, compiled."""
        _ = self.ensemble.kernel
        return self

    def frame(self, block: int) -> pl.DataFrame:
        """The rows of a block's futures, without anything pooled: what exploration reads."""
        return futures_frame(self.part(*self.manifest.span(block), pooled=False), self.ensemble.case)

    def __getstate__(self) -> dict[str, object]:
        return {"case": self.case, "manifest": self.manifest, "_made": None}

    def __call__(self, block: int) -> Files:
        made = as_files(self.part(*self.manifest.span(block)), self.ensemble.case)
        return {file_name(kind, block): content for kind, content in made.items()}

    def part(self, first: int, count: int, pooled: bool = True) -> Part:
        """Some futures, played a few at a time and added up; with `pooled`, what is pooled over them too."""
        ensemble = self.ensemble
        case, strategies, runs = ensemble.case, ensemble.strategies, ensemble.runs
        summary = Summary(case, strategies)
        bands = {name: one.empty() for name, one in self._bands.items()} if pooled else None
        by_future = ByFuture.empty(case, strategies, count, runs, dates(case), races(case), first)
        drawn = ensemble.draw(first, count)
        verdicts: list[BlockVerdicts] = []
        means: dict[str, list[Array]] = {name: [] for name in strategies}
        never: dict[str, list[Array]] = {name: [] for name in strategies}
        for start in range(0, count, ensemble.at_once):
            block = ensemble.played(drawn.part(start, min(ensemble.at_once, count - start)), bands)
            if pooled:
                summary.add(block)
                by_future.add(block)
            verdicts.append(self.judge.take(to_judge(ensemble, block)))
            for name, played in block.runs.items():
                means[name].append(means_over_runs(case, played))
                never[name].append(_never(case, played))
        return Part(
            drawn, joined(verdicts), {n: np.concatenate(v) for n, v in never.items()},
            by_future, {n: np.concatenate(m) for n, m in means.items()}, summary, bands,
        )


def _never(case: Case, runs: Array) -> Array:
    """The share of runs [future, date] in which a date never comes."""
    kept = [i for i, measure in enumerate(case.measures.values()) if measure.kind == "date"]
    return np.asarray(np.isposinf(runs[:, :, kept]).mean(axis=1))


# --- playing into a folder --------------------------------------------------------------------------------------


def play_into(
    folder: Path | None, case: Case, *, futures: int = 1024, runs: int = 32, seed: int = 1,
    strategies: Sequence[str] | None = None, settings: Sequence[Setting] = (), design: Design = "sobol",
    workers: Workers | int | None = None, progress: Progress | None = None,
) -> Judged:
    """Play a case into a run folder and judge its claims; what is done there of the same run is not done again.

    The folder is `runs/CASE-HASH` in the working directory unless told.
    `workers` is a number of threads, or what hands blocks to other machines (`simulate/cluster.py`). Raises
    `Refused` for a folder that holds another run, is being written to or cannot be, and where a run cannot be
    played on; then a folder that was begun for it and has no block yet is taken away.
    """
    ensemble = Ensemble(
        case, futures=futures, runs=runs, seed=seed, strategies=strategies, settings=settings, design=design
    )
    place = folder or folder_of(ensemble)
    new = not (place / MANIFEST).exists()
    store = _begun(place, manifest_of(ensemble))
    player = Player(case, store.manifest)
    try:
        _finish(store, player, workers, progress)
    except Refused as refused_:
        cannot_be_played = any(problem.code.startswith("run_") for problem in refused_.problems)
        if new and cannot_be_played and not store.manifest.done:
            store.sweep()
        raise
    return read(store, player)


def folder_of(ensemble: Ensemble) -> Path:
    """Where a run is kept unless told: under a name that says which case, and what decides the run."""
    return DEFAULT / f"{ensemble.case.name}-{manifest_of(ensemble).run_hash()[:10]}"


def resume(
    folder: Path, *, case: Case | None = None, workers: Workers | int | None = None, progress: Progress | None = None,
) -> Judged:
    """Finish the run in a folder: blocks that are missing or damaged are played, and those alone.

    `case` is needed only for a run of a case made in Python. Raises `Refused` as `play_into` does.
    """
    store = open_store(Path(folder))
    player = Player(case_of(store, case), store.manifest)
    _finish(store, player, workers, progress)
    return read(store, player)


def case_of(store: Store, case: Case | None = None) -> Case:
    """The case of a run, from its folder unless it was made in Python. Raises `Refused` for another one."""
    if store.manifest.files:
        loaded = store.manifest.loaded()
        if why := store.manifest.misfit(loaded):
            raise refused("store_manifest", store.folder, why=why)
        return loaded
    if case is None:
        raise refused("store_no_case", store.folder)
    if case_hash(case) != store.manifest.case_hash:
        raise refused("store_other_run", store.folder, what="cases")
    return case


def _begun(folder: Path, wanted: Manifest) -> Store:
    """The folder's run, begun if there is none."""
    with writing(folder, folder):
        folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MANIFEST).exists():
        if (folder / BLOCKS).exists():
            raise refused("store_taken", folder)
        store = Store(folder, wanted)
        with store.held():
            if not (folder / MANIFEST).exists():
                store.begin()
    store = open_store(folder)
    if what := store.manifest.differs_from(wanted):
        raise refused("store_other_run", folder, what=what)
    return store


def _finish(store: Store, player: Player, workers: Workers | int | None, progress: Progress | None) -> None:
    """Play what is missing. A finished run is not written to, so that it may lie where nothing can be."""
    if store.manifest.finished and not store.damaged():
        return
    here = versions()
    told = store.manifest.versions
    if (told["detente"], told["code"]) != (here["detente"], here["code"]):
        raise refused("store_version", store.folder, found=_version(told), here=_version(here))
    with store.held():
        if damaged := store.damaged():
            store.log(f"damaged, to be played again: {sorted(damaged)}")
            store.forget(damaged)
        missing, total = store.manifest.missing, store.manifest.blocks
        if progress:
            progress(total - len(missing), total)
        for done, (block, files) in enumerate(_played(player, missing, workers), start=total - len(missing) + 1):
            store.put(block, files)
            if progress:
                progress(done, total)
        store.log("finished")


def _played(player: Player, blocks: Sequence[int], workers: Workers | int | None) -> Iterator[tuple[int, Files]]:
    if callable(workers):
        return workers(player, blocks)
    play: Play = player.prepared()
    return in_threads(play, blocks, workers)


def _version(told: object) -> str:
    assert hasattr(told, "__getitem__")
    return f"{told['detente']} (code {told['code']})"


# --- reading ----------------------------------------------------------------------------------------------------


def read(store: Store, player: Player) -> Judged:
    """What a finished run says. Raises `Refused` if it is not finished, or damaged."""
    told = store.manifest
    if not told.finished:
        raise refused("store_unfinished", store.folder, done=len(told.done), blocks=told.blocks)
    ensemble, judge = player.ensemble, player.judge
    case = ensemble.case
    empty = ByFuture.empty(case, ensemble.strategies, told.futures, told.runs, dates(case), races(case))
    gathered = Gathered(ensemble, judge.claims, empty, player._bands)
    for block in range(told.blocks):
        futures, pooled = store.read(block, FUTURES), store.read(block, POOLED)
        try:
            gathered.add(told.span(block)[0], futures, pooled)
        except _UNREADABLE:
            raise refused("store_damaged", store.folder, file=str(store.folder / BLOCKS)) from None
    tally = Tally(judge)
    tally.add(gathered.verdicts)
    return Judged(
        case=case, seed=told.seed, futures=told.futures, runs=told.runs, strategies=ensemble.strategies,
        claims=tally.verdicts(), measures=gathered.summary.measures(), clipped=gathered.summary.clipped(),
        bands={name: quantile_bands(ensemble, one) for name, one in gathered.bands.items()},
        margins=gathered.verdicts, settings=told.as_settings(), ensemble=ensemble, by_future=gathered.by_future,
    )


def read_run(folder: Path, case: Case | None = None) -> Judged:
    """What the finished run in a folder says. Raises `Refused` if there is none, or it is damaged."""
    store = open_store(Path(folder))
    return read(store, Player(case_of(store, case), store.manifest))


def futures_of(store: Store) -> pl.DataFrame:
    """The rows of all futures of a finished run, in order. Raises `Refused` if it is not finished, or damaged."""
    import polars as pl

    told = store.manifest
    if not told.finished:
        raise refused("store_unfinished", store.folder, done=len(told.done), blocks=told.blocks)
    return pl.concat([frame_of(store.read(block, FUTURES)) for block in range(told.blocks)])


def play_futures(
    case: Case, *, futures: int = 1024, runs: int = 32, seed: int = 1, strategies: Sequence[str] | None = None,
    settings: Sequence[Setting] = (), workers: int | None = None, progress: Progress | None = None,
) -> tuple[pl.DataFrame, Player]:
    """The rows of all futures of a run that is not kept, and who played it."""
    import polars as pl

    ensemble = Ensemble(case, futures=futures, runs=runs, seed=seed, strategies=strategies, settings=settings)
    player = Player(case, manifest_of(ensemble)).prepared()
    frames = {}
    blocks = player.manifest.blocks
    for done, (block, frame) in enumerate(in_threads(player.frame, range(blocks), workers), start=1):
        frames[block] = frame
        if progress:
            progress(done, blocks)
    return pl.concat([frames[block] for block in range(blocks)]), player
