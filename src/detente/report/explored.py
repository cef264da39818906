"""What exploration adds to the claims: what would turn a verdict, and in which box of assumptions it goes where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.claims.tally import varying
from detente.language.calendar import DAYS_A_YEAR
from detente.language.records import dataclass

from .document import Line, Piece, Span
from .results import Results
from .subjects import beneath
from .words import in_words, number, share, unit

if TYPE_CHECKING:
    from detente.explore.flips import Flip
    from detente.explore.prim import Box
    from detente.explore.table import Table

Array = NDArray[np.float64]
MOST_BOXED = 6
MOST_MOVED = 3


@dataclass(frozen=True)
class Boxed:
    """A box in which a claim `holds` or, if that is rarer, fails unusually often."""

    box: Box
    holds: bool
    base: float  # the share of the counted futures in which it is so anyway


@dataclass(frozen=True)
class Explored:
    """By claim. Boxes are sought for the conclusion and for its premises, where the verdict depends."""

    flips: Mapping[str, Flip]
    boxes: Mapping[str, Boxed]


def explore(results: Results) -> Explored:
    """The flips of all claims and the boxes of those nearest to the conclusion."""
    from detente.explore.flips import flip

    table = results.by_future
    claims = {name: one for name, one in results.judged.claims.items() if name in table.claims}
    flips = {name: flip(table, name) for name in claims} if table.names else {}
    near = [results.conclusion, *sorted(beneath(results.case, results.conclusion))] if results.conclusion else []
    wanted = [name for name in near if name in claims and claims[name].verdict == "depends"][:MOST_BOXED]
    boxes = {name: found for name in wanted if (found := _boxed(table, name)) is not None}
    return Explored(flips, boxes)


def table_of(results: Results) -> Table:
    """The futures of the run as exploration reads them, goals too if they were kept."""
    from detente.explore.table import ClaimRows, Table

    margins, case = results.judged.margins, results.case
    drawn = results.draws(len(margins.futures))
    names = tuple(name for name in drawn.names if name in varying(case))
    columns = [drawn.names.index(name) for name in names]
    return Table(
        names,
        drawn.values[:, columns],
        {name: case.assumptions[name].rivals for name in names if case.assumptions[name].rivals},
        {name: ClaimRows(name, margins.margin[i], margins.holds[i]) for i, name in enumerate(margins.claims)},
        results.judged.strategies,
        dict(_goals(results)),
        dict(case.goals),
        drawn.numbers,
        case,
    )


def _goals(results: Results) -> Iterator[tuple[str, Array]]:
    """Goals in their shown units, dates in years since `as_of`, [strategy, future]."""
    kept, measures = results.judged.by_future, results.case.measures
    for goal in results.case.goals if kept is not None and results.judged.strategies else ():
        column, factor = list(measures).index(goal), measures[goal].factor
        unit_ = DAYS_A_YEAR if measures[goal].kind == "date" else factor
        assert kept is not None
        yield goal, np.array([kept.means[s][:, column] / unit_ for s in results.judged.strategies])


def _boxed(table: Table, name: str) -> Boxed | None:
    from detente.explore.prim import columns_of, find_boxes

    part = table.part(table.claims[name].counted)
    holds = part.claims[name].holds
    rarer = bool(holds.mean() <= 0.5) if len(holds) else True
    hits = holds if rarer else ~holds
    found = find_boxes(columns_of(part.names, part.values, part.rivals), hits, most=1) if part.names else []
    return Boxed(found[0], rarer, float(hits.mean())) if found else None


# --- in words ----------------------------------------------------------------------------------------------------


def box_in_words(results: Results, one: Boxed) -> Line:
    """A box as a sentence."""
    verb = "holds" if one.holds else "fails"
    parts: list[Piece] = [f"Where it {verb}: in {share(one.box.density)} of the futures with "]
    for i, (name, limits) in enumerate(one.box.limits.items()):
        parts += [" and " if i else "", *_limits(results, name, limits)]
    parts.append(
        f" ({share(one.box.mass)} of all futures), which hold {share(one.box.coverage)} of those in which it {verb};"
        f" overall it {verb} in {share(one.base)}."
    )
    return tuple(parts)


def _limits(results: Results, name: str, limits: tuple[float, ...]) -> tuple[Piece, ...]:
    assumption = results.case.assumptions[name]
    said = Span(name, "code", target=f"assumption-{name}")
    if assumption.rivals:
        left = " or ".join(in_words(assumption.rivals[int(k)]) for k in limits)
        return said, f" = {left}"
    low, high = limits
    told = unit(assumption.unit)
    if np.isinf(low):
        return said, f" below {number(high)}{told}"
    return said, f" above {number(low)}{told}" if np.isinf(high) else f" from {number(low)} to {number(high)}{told}"


def flip_in_words(results: Results, one: Flip) -> Line:
    """What would turn a verdict, as a sentence; the assumptions that would have to move most stand first."""
    if one.entropy is None:
        return "Nothing turns it: all futures say the same."
    parts: list[Piece] = [f"What would turn it to “{one.becomes}”: weighing the futures so that "]
    moved = sorted(one.moved, key=lambda name: -abs(one.moved[name]))[:MOST_MOVED]
    for i, name in enumerate(moved):
        joint = "" if i == 0 else " and " if i == len(moved) - 1 else ", "
        parts += [joint, Span(name, "code"), *_moved(results, one, name)]
    parts.append(f" (a relative entropy of {number(one.entropy)} from equal weights, the least that will do).")
    return tuple(parts)


def _moved(results: Results, one: Flip, name: str) -> tuple[Piece, ...]:
    assumption = results.case.assumptions[name]
    told = unit(assumption.unit)
    before, after = one.shift[name]
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        most = max(after, key=lambda rival: after[rival] - before[rival])
        return (f" is {in_words(most)} with weight {share(after[most])} rather than {share(before[most])}",)
    if isinstance(before, float) and isinstance(after, float):
        return (f" is {number(after)} on average rather than {number(before)}{told}",)
    return ()
