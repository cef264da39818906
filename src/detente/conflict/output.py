"""Machine-readable results: the documented JSON shapes, and the table as researchers publish it, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .explain import binary, option_name, party_name
from .graph import Conflict, PlainGraph
from .preferences import ConflictError
from .stability import Stability

MARKS = {"nash": "r", "gmr": "g", "smr": "m", "seq": "s", "sim": "t"}


def as_json(
    result: Stability, *, counts: bool = False, concepts: Sequence[str] | None = None
) -> dict[str, Any]:
    """`options`, `states`, `ranking`, `stable`, `equilibria`; with `counts`, numbers for lists and no ranking.

    `concepts` are those solved for, unless given. `ranking` maps party and state to the dense rank: 1 the best,
    ties equal.
    """
    model = result.conflict
    options = [option.name for option in model.options] if isinstance(model, Conflict) else []
    shown = result.concepts if concepts is None else concepts
    stable = {
        concept: {name: _told(result.mask(concept, name), counts) for name in model.parties} for concept in shown
    }
    shape: dict[str, Any] = {"options": options, "states": len(model.states)}
    if not counts:
        shape["ranking"] = {name: ranking_of(model, name) for name in model.parties}
    shape["stable"] = stable
    shape["equilibria"] = {concept: _told(result.equilibrium(concept), counts) for concept in shown}
    return shape


def ranking_of(model: Conflict | PlainGraph, party: str) -> dict[str, int]:
    """A party's dense rank per feasible state: 1 the best, ties equal, no gaps."""
    i, states = model.party(party), model.states
    ranks: NDArray[np.signedinteger]
    if isinstance(model, Conflict):
        ranks = model.preferences[i].levels - model.preferences[i].rank[states]
    else:
        ranks = np.unique(-np.array(model.payoffs[i]), return_inverse=True)[1] + 1
    return dict(zip(map(str, states.tolist()), ranks.tolist(), strict=True))


def with_options(result: Stability) -> Conflict:
    """The conflict in option form that a result is about. Raises `ConflictError` for a plain graph."""
    if isinstance(result.conflict, PlainGraph):
        raise ConflictError("tables and pictures show options by states; a plain graph has no options")
    return result.conflict


def _told(mask: NDArray[np.bool_], counts: bool) -> int | list[int]:
    return int(np.count_nonzero(mask)) if counts else np.flatnonzero(mask).tolist()


def table(result: Stability, states: Sequence[int] | None = None, *, most: int = 64) -> list[list[str]]:
    """Options by states, then ranks and stability marks per party, then `E` per concept, as rows of text.

    Marks: r rational (Nash), g GMR, m SMR, s SEQ, t SIM; `u` for none of those solved. Without `states`, all
    feasible ones, if at most `most`; else the equilibria and the start, the most widely stable first.
    """
    model = with_options(result)
    columns = list(states) if states is not None else chosen(result, most)
    for state in columns:
        if not (0 <= state < model.space.size and model.feasible[state]):
            raise ConflictError(f"the table cannot show state {state}: it is not feasible")
    rows = [["state", "", *map(str, columns)]]
    levels = [model.space.levels(state) for state in columns]
    for party in range(len(model.parties)):
        for i in model.own(party):
            words = ["N", "Y"] if binary(model, i) else list(model.options[i].levels)
            rows.append([party_name(model, party), option_name(model, i), *(words[level[i]] for level in levels)])
    for party, name in enumerate(model.parties):
        top = model.preferences[party].levels
        rows.append([party_name(model, party), "rank", *(str(top - model.rank(party, s)) for s in columns)])
        rows.append([party_name(model, party), "stable", *(_marks(result, name, s) for s in columns)])
    for concept in result.concepts:
        mask = result.equilibrium(concept)
        rows.append(["equilibrium", concept, *("E" if mask[s] else "" for s in columns)])
    return rows


def _marks(result: Stability, party: str, state: int) -> str:
    found = [MARKS.get(concept, concept) for concept in result.concepts if result.mask(concept, party)[state]]
    return " ".join(found) or "u"


def table_csv(result: Stability, states: Sequence[int] | None = None) -> str:
    """The table as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table(result, states))
    return text.getvalue()


def chosen(result: Stability, most: int) -> list[int]:
    """The states to show: all, if at most `most`; else the start, then those stable under most concepts."""
    model = with_options(result)
    if model.count <= most:
        return [int(state) for state in model.states]
    score = np.zeros(model.space.size, np.int16)
    for concept in result.concepts:
        score += result.equilibrium(concept)
    if model.start is not None:
        score[model.start] += len(result.concepts) + 1
    score[~model.feasible] = -1
    best = np.flatnonzero(score > 0)
    best = best[np.argsort(-score[best], kind="stable")][:most]
    return sorted(best.tolist())
