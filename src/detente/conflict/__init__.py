"""Where would the dispute settle? The Graph Model for Conflict Resolution over a case's options.

`graph` and `preferences` build a conflict, `section` reads one from a case and `gmcr` from other programs'
files. `reference` has every definition; `stability` gives the same answers fast. `pointwise` and `explain`
say why, `horizon` looks further ahead, `coalitions`, `evolution`, `inverse`, `misperception` and
`sensitivity` use the answers, `output` and `pictures` show them. Methods and papers: docs/conflict.md.
Names are imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .coalitions import Break, breaking, coalition_breaks, coalition_improvements, coalition_stable
    from .evolution import Evolution, evolve
    from .explain import describe, summary, why
    from .expressions import condition
    from .gmcr import Document, dumps, loads
    from .graph import Conflict, Forbidden, Option, PlainGraph, Space, conflict, merged, plain_graph
    from .horizon import NonMyopic, limited_move, non_myopic
    from .inverse import Change, Condition, Edit, conditions, smallest_change
    from .misperception import Hypergame, believes, hypergame
    from .output import as_json, table, table_csv
    from .pictures import graph_svg, table_svg
    from .pointwise import Answer, Reason, reason
    from .preferences import ConflictError, Preference, Statement, numbers, prioritised, ranking, with_strength
    from .section import Section, read_section
    from .sensitivity import Swap, Tally, swaps, tally
    from .solved import Solved, solve_case, solve_model
    from .stability import Stability, solve

_HOMES = {
    "coalitions": ("Break", "breaking", "coalition_breaks", "coalition_improvements", "coalition_stable"),
    "evolution": ("Evolution", "evolve"),
    "explain": ("describe", "summary", "why"),
    "expressions": ("condition",),
    "gmcr": ("Document", "dumps", "loads"),
    "graph": ("Conflict", "Forbidden", "Option", "PlainGraph", "Space", "conflict", "merged", "plain_graph"),
    "horizon": ("NonMyopic", "limited_move", "non_myopic"),
    "inverse": ("Change", "Condition", "Edit", "conditions", "smallest_change"),
    "misperception": ("Hypergame", "believes", "hypergame"),
    "output": ("as_json", "table", "table_csv"),
    "pictures": ("graph_svg", "table_svg"),
    "pointwise": ("Answer", "Reason", "reason"),
    "preferences": ("ConflictError", "Preference", "Statement", "numbers", "prioritised", "ranking", "with_strength"),
    "section": ("Section", "read_section"),
    "sensitivity": ("Swap", "Tally", "swaps", "tally"),
    "solved": ("Solved", "solve_case", "solve_model"),
    "stability": ("Stability", "solve"),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Answer",
    "Break",
    "Change",
    "Condition",
    "Conflict",
    "ConflictError",
    "Document",
    "Edit",
    "Evolution",
    "Forbidden",
    "Hypergame",
    "NonMyopic",
    "Option",
    "PlainGraph",
    "Preference",
    "Reason",
    "Section",
    "Solved",
    "Space",
    "Stability",
    "Statement",
    "Swap",
    "Tally",
    "as_json",
    "believes",
    "breaking",
    "coalition_breaks",
    "coalition_improvements",
    "coalition_stable",
    "condition",
    "conditions",
    "conflict",
    "describe",
    "dumps",
    "evolve",
    "graph_svg",
    "hypergame",
    "limited_move",
    "loads",
    "merged",
    "non_myopic",
    "numbers",
    "plain_graph",
    "prioritised",
    "ranking",
    "read_section",
    "reason",
    "smallest_change",
    "solve",
    "solve_case",
    "solve_model",
    "summary",
    "swaps",
    "table",
    "table_csv",
    "table_svg",
    "tally",
    "why",
    "with_strength",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
