"""What the conclusion hangs on: everything that exploration finds, for a case that is played or a run that was kept.

From the futures alone come boxes, trees, flips, premises, first-order shares and Shapley effects, tornados, and the
comparison of strategies. Total Sobol' indices and verdicts at halved and doubled ranges need futures that nobody
drew, so a stored run says why they are absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.claims.judge import Judge
from detente.claims.parts import verdicts_of
from detente.claims.result import Verdict, finite
from detente.claims.stored import Player, case_of, futures_of, play_futures
from detente.claims.tally import Tally
from detente.language.case import Case, Setting
from detente.language.problems import Refused
from detente.language.records import dataclass
from detente.language.wording import say
from detente.simulate.store import open_store

from .basis import basis_of
from .flips import Flip, flip
from .indices import Indices, sobol_indices, why_not
from .information import Worth, worth_knowing
from .premises import Argument, argument
from .prim import Box, Limits, columns_of, find_boxes
from .ranges import verdicts_at
from .regret import Strategies, strategies
from .sentences import sentence
from .shapley import Estimate, explained
from .table import ClaimRows, Table, table_of
from .tornado import Bar, tornado
from .tree import Leaf, grow

if TYPE_CHECKING:
    import polars as pl

FORMAT = 1
BASE, FEW_BASE, MANY = 256, 128, 24  # futures of a Sobol' design, and with more assumptions than `MANY`
STORED = "It needs runs in futures that were not drawn, and a stored run has none: `detente explore CASE` makes them."
NO_GOALS = "The case has no `goals:`, so nothing says which way a measure is better."
OF_GRAPH = "It is asked of the conflict graph, which is the same in all futures."
NOT_FINITE = "The margin is not finite in every future: the claim is decided by assumptions alone in some."
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Found:
    """What a claim hangs on. `of` is what boxes and leaves are of, `holds` or `fails`, whichever is the rarer."""

    verdict: Verdict
    of: str
    boxes: tuple[Box, ...]
    leaves: tuple[Leaf, ...]
    flip: Flip
    argument: Argument | None
    first: Mapping[str, Estimate]
    shapley: Mapping[str, Estimate]
    total: Mapping[str, Estimate]
    why: str | None  # why `first` or `total` are absent
    explained: float | None
    tornado: tuple[Bar, ...]


@dataclass(frozen=True)
class Exploration:
    """All that was found, with how: the case, the table of its futures, seed and counts."""

    case: Case = field(repr=False)
    table: Table = field(repr=False)
    seed: int
    runs: int
    claims: Mapping[str, Found] = field(repr=False)
    strategies: Strategies | None = field(repr=False)
    information: Worth | None = field(repr=False)
    ranges: Mapping[str, Mapping[str, Verdict]] = field(repr=False)
    why_ranges: str | None = None
    frame: pl.DataFrame | None = field(default=None, repr=False)

    def sentence(self, claim: str, box: Box | Leaf) -> str:
        """What a box (or a leaf of the tree) says."""
        return sentence(self.case, box.limits, self.table.rivals, self.claims[claim].of, box.coverage, box.density)

    def to_json(self) -> dict[str, Any]:
        """The documented object of `detente explore --json`."""
        told: dict[str, Any] = {
            "format": FORMAT, "case": self.case.name, "seed": self.seed,
            "futures": len(self.table), "runs": self.runs,
            "claims": {name: self._claim(name, found) for name, found in self.claims.items()},
        }
        if self.strategies is None:
            return {**told, "why": NO_GOALS}
        told["strategies"] = {name: one.to_json() for name, one in self.strategies.standings.items()}
        told["choice"] = self.strategies.choice.to_json()
        told["pareto"] = list(self.strategies.pareto)
        told["information"] = self.information.to_json() if self.information else None
        return told

    def _claim(self, name: str, found: Found) -> dict[str, Any]:
        verdict, argued = found.verdict, found.argument
        told: dict[str, Any] = {
            "verdict": verdict.verdict, "share": verdict.share,
            "boxes": [self._box(name, box) for box in found.boxes],
            "tree": [self._leaf(name, leaf) for leaf in found.leaves],
            "sensitivity": {a: self._sensitivity(found, a) for a in self.table.names if name in self.table.claims},
            "explained": found.explained,
            "flips": found.flip.to_json(),
            "premises": {p: one.to_json() for p, one in argued.premises.items()} if argued else {},
            "follows": argued.follows.to_json() if argued else None,
            "tornado": {bar.assumption: dict(bar.ends) for bar in found.tornado},
            "rivals": {a: {r: one.to_json() for r, one in rivals.items()} for a, rivals in verdict.rivals.items()},
        }
        if name not in self.table.claims:
            told["why"] = OF_GRAPH
        elif self.ranges:
            told["ranges"] = {
                factor: {"verdict": verdicts[name].verdict, "share": verdicts[name].share}
                for factor, verdicts in self.ranges.items()
            }
        else:
            told["why"] = self.why_ranges
        return told

    def _sensitivity(self, found: Found, assumption: str) -> dict[str, Any]:
        parts = {"first": found.first, "total": found.total, "shapley": found.shapley}
        told: dict[str, Any] = {
            name: _finite(part[assumption]) for name, part in parts.items() if assumption in part
        }
        return told if found.why is None else {**told, "why": found.why}

    def _box(self, claim: str, box: Box) -> dict[str, Any]:
        return {
            "of": self.claims[claim].of, "coverage": box.coverage, "density": box.density, "mass": box.mass,
            "limits": {name: self._limits(name, limit) for name, limit in box.limits.items()},
            "quasi_p": dict(box.quasi_p), "reproduced": dict(box.again), "sentence": self.sentence(claim, box),
        }

    def _leaf(self, claim: str, leaf: Leaf) -> dict[str, Any]:
        return {
            "coverage": leaf.coverage, "density": leaf.density, "mass": leaf.mass,
            "limits": {name: self._limits(name, limit) for name, limit in leaf.limits.items()},
            "sentence": self.sentence(claim, leaf),
        }

    def _limits(self, name: str, limit: Limits) -> list[float] | list[str]:
        """The rivals left; or low and high, an open end being the farthest value that was drawn."""
        if name in self.table.rivals:
            return [self.table.rivals[name][round(v)] for v in limit]
        values = self.table.column(name)
        return [max(limit[0], float(values.min())), min(limit[1], float(values.max()))]


def _finite(one: Estimate) -> dict[str, Any]:
    return {"value": finite(one.value), "interval": [finite(one.low), finite(one.high)]}


# --- exploring ---------------------------------------------------------------------------------------------------


def explore(
    case: Case, *, futures: int = 1024, runs: int = 32, seed: int = 1, strategies: Sequence[str] | None = None,
    settings: Sequence[Setting] = (), claims: Sequence[str] | None = None, workers: int | None = None,
    further: bool = True, progress: Progress | None = None,
) -> Exploration:
    """Play a case and find what its claims (or only those named) hang on.

    `further` also plays the futures that total indices and wider and narrower ranges need. Raises `Refused` where a
    run cannot be played on.
    """
    told: dict[str, Any] = {"runs": runs, "seed": seed, "strategies": strategies, "settings": settings,
                            "workers": workers, "progress": progress}
    frame, player = play_futures(case, futures=futures, **told)
    if not further:
        return _explored(frame, player, claims, {}, STORED, {}, STORED)
    indices: dict[str, dict[str, Indices]] = {}
    table = table_of(frame, player.ensemble.case, (), ())
    if (why := why_not(player.ensemble.case)) is None and table.names:
        base = min(futures, BASE if len(table.names) <= MANY else FEW_BASE)
        indices = sobol_indices(case, base=base, **told)
    at, why_ranges = _at_other_ranges(case, futures, told)
    return _explored(frame, player, claims, indices, why, at, why_ranges)


def _at_other_ranges(
    case: Case, futures: int, told: Mapping[str, Any]
) -> tuple[Mapping[str, Mapping[str, Verdict]], str | None]:
    """The verdicts at other ranges; or why there are none, where a wider range leads out of what can be played."""
    try:
        return verdicts_at(case, futures=futures, **told), None
    except Refused as refused:
        return {}, f"A wider range cannot be played: {say(refused.problems[0]).headline}."


def explore_run(folder: Path, *, claims: Sequence[str] | None = None, case: Case | None = None) -> Exploration:
    """Find what the claims of a stored run hang on, without running again. Raises `Refused` if there is no finished
    run in the folder, or it is damaged."""
    store = open_store(Path(folder))
    player = Player(case_of(store, case), store.manifest)
    why = why_not(player.ensemble.case)
    return _explored(futures_of(store), player, claims, {}, why or STORED, {}, STORED)


def _explored(
    frame: pl.DataFrame, player: Player, wanted: Sequence[str] | None, indices: Mapping[str, Mapping[str, Indices]],
    why: str | None, ranges: Mapping[str, Mapping[str, Verdict]], why_ranges: str | None,
) -> Exploration:
    ensemble, judge = player.ensemble, player.judge
    table = table_of(frame, ensemble.case, judge.claims, ensemble.strategies)
    verdicts = _verdicts(frame, ensemble.case, judge)
    names = [name for name in verdicts if wanted is None or name in wanted]
    shares = _explained(table, names, ensemble.seed)
    dependent = why_not(ensemble.case)
    found = {}
    for name in names:
        if name not in table.claims:
            found[name] = _of_graph(verdicts[name])
            continue
        first, shapley, whole = shares.get(name, ({}, {}, None))
        total = {a: one.total for a, one in indices.get(name, {}).items()}
        reason = None if total or not table.names else (why or NOT_FINITE)
        if name not in shares and table.names:
            reason = NOT_FINITE
        found[name] = _found(table, name, verdicts[name], {} if dependent else first, shapley, total, reason, whole)
    compared = strategies(table)
    worth = worth_knowing(table, next(iter(table.goals))) if compared else None
    return Exploration(
        ensemble.case, table, ensemble.seed, ensemble.runs, found, compared, worth, ranges, why_ranges, frame
    )


def _verdicts(frame: pl.DataFrame, case: Case, judge: Judge) -> dict[str, Verdict]:
    nothing = np.zeros((len(judge.claims), 2), np.int64)
    tally = Tally(judge)
    tally.add(verdicts_of(case, judge.claims, frame, nothing))
    return tally.verdicts()


def _explained(
    table: Table, claims: Sequence[str], seed: int
) -> dict[str, tuple[dict[str, Estimate], dict[str, Estimate], float | None]]:
    """First-order shares, Shapley effects and what all explain, by claim, from the futures where all are defined;
    claims that are not finite, or not defined in a future, are taken by themselves or left out."""
    played = [n for n in claims if n in table.claims]
    usable = [n for n in played if np.isfinite(table.claims[n].margin[table.claims[n].counted]).all()]
    groups: dict[bytes, list[str]] = {}
    for name in usable:
        groups.setdefault(table.claims[name].counted.tobytes(), []).append(name)
    found: dict[str, tuple[dict[str, Estimate], dict[str, Estimate], float | None]] = {}
    for names in groups.values():
        counted = table.claims[names[0]].counted
        part = table if counted.all() else table.part(counted)
        if len(part) < 2 or not part.names:
            continue
        responses = np.stack([part.claims[n].margin for n in names], axis=1)
        made = explained(basis_of(part), responses, part.scrambles, len(part.names), seed)
        for i, name in enumerate(names):
            first, shapley = (dict(zip(part.names, one[i], strict=True)) for one in (made.first, made.shapley))
            found[name] = (first, shapley, made.whole[i].value)
    return found


def _of_graph(verdict: Verdict) -> Found:
    """A claim that no future can turn."""
    return Found(verdict, "fails", (), (), Flip(None, None, None, {}, {}), None, {}, {}, {}, OF_GRAPH, None, ())


def _found(
    table: Table, name: str, verdict: Verdict, first: Mapping[str, Estimate], shapley: Mapping[str, Estimate],
    total: Mapping[str, Estimate], why: str | None, whole: float | None,
) -> Found:
    rows: ClaimRows = table.claims[name]
    part = table if rows.counted.all() else table.part(rows.counted)
    holds = part.claims[name].holds
    of = "holds" if len(holds) and holds.mean() <= 0.5 else "fails"
    hits = holds if of == "holds" else ~holds
    boxes: list[Box] = []
    leaves: list[Leaf] = []
    if part.names and 0 < hits.sum() < len(hits):
        boxes = find_boxes(columns_of(part.names, part.values, part.rivals), hits)
        leaves = grow(part.names, part.values, part.rivals, hits)
    because = table.case.claims[name].because if table.case else ()
    response = np.where(rows.counted, rows.holds, np.nan)
    return Found(
        verdict, of, tuple(boxes), tuple(leaves), flip(table, name), argument(table, name, because), first, shapley,
        total, why, whole, tornado(table, response),
    )
