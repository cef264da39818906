"""Exploration: what a conclusion hangs on.

    table         the futures, row by row: assumptions, claims, goals
    prim          boxes in which a claim fails (scenario discovery); prim_peel is its compiled part
    tree          a decision tree as the second opinion
    flips         the least reweighting of the futures that turns a verdict
    premises      whether the conclusion follows; argdown, the map of claims
    shapley       what each assumption explains, valid under dependence; basis has the functions
    indices       Sobol' indices, and ranges, wider and narrower ones: both by further runs (altered)
    tornado       conditional means at the ends of each range
    regret        strategies across futures; information, what knowing an assumption is worth; plans, signposts
    interest      other cases of interest than claims: a measure beyond a threshold, a regret
    exploration   all of it, for a case or a stored run
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .exploration import Exploration, explore, explore_run

__all__ = ["Exploration", "explore", "explore_run"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(".exploration", __name__), name)
