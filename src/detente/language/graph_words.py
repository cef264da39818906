"""What claims ask of the conflict graph: `equilibrium(COND, seq)` and `stable(china, COND, seq)`.

The condition is kept as it is written: `detente.conflict` reads it, as it reads the section's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import raw as r
from . import tree as t
from .modes import Mode
from .problems import Place

if TYPE_CHECKING:
    from .resolve import Resolver

CONCEPTS = ("nash", "gmr", "smr", "seq", "sim", "strong_gmr", "strong_smr", "strong_seq", "seq_or_sim")
OF_TWO = ("sim", "seq_or_sim")
SIGNATURES = {
    "equilibrium": ("equilibrium(CONDITION, CONCEPT)", 2),
    "stable": ("stable(PARTY, CONDITION, CONCEPT)", 3),
}


def graph_call(resolver: Resolver, node: r.Apply, mode: Mode) -> t.Expr | None:
    """`equilibrium` or `stable`, with a party and a concept that the conflict has."""
    name, head = node.name, r.Word(node.start, node.start + len(node.name), node.name)
    if not mode.estimates:
        return resolver.no("graph_not_here", head, name=name, where=mode.where)
    if resolver.scope.conflict is None:
        return resolver.no("graph_none", head, name=name)
    signature, wanted = SIGNATURES[name]
    if len(node.args) != wanted:
        return resolver.no("arguments", node, name=name, signature=signature, expected=f"{wanted} arguments",
                           found=len(node.args))  # fmt: skip
    *party, asked, concept = node.args
    known = all([_is_party(resolver, one) for one in party] + [_is_concept(resolver, concept)])
    condition = " ".join(_written(resolver, asked).split())
    if not condition:
        return resolver.no("graph_no_condition", head, name=name)
    if not known:
        return None
    who = _written(resolver, party[0]) if party else ""
    return t.GraphTruth(condition, _written(resolver, concept), who, _where(resolver, asked),
                        place=resolver.place(node))  # fmt: skip


def _written(resolver: Resolver, node: r.Raw) -> str:
    return resolver.text.text[node.start : node.end]


def _where(resolver: Resolver, node: r.Raw) -> Place:
    """The place of a condition; one character long if its columns are not those of the file."""
    place, text = resolver.place(node), resolver.text
    same = text.at is None and " ".join(text.text[node.start : node.end].split()) == text.text[node.start : node.end]
    return place if same else Place(place.file, place.line, place.column, place.path)


def _is_party(resolver: Resolver, node: r.Raw) -> bool:
    conflict, name = resolver.scope.conflict, _written(resolver, node)
    assert conflict is not None
    if name in conflict.parties or not conflict.sound:
        return True
    resolver.no("graph_party", node, name=name, known=conflict.parties)
    return False


def _is_concept(resolver: Resolver, node: r.Raw) -> bool:
    conflict, name = resolver.scope.conflict, _written(resolver, node)
    assert conflict is not None
    if name not in CONCEPTS:
        resolver.no("graph_concept", node, name=name, known=CONCEPTS)
    elif name in OF_TWO and len(conflict.parties) != 2:
        resolver.no("graph_of_two", node, name=name, count=len(conflict.parties))
    elif name.startswith("strong") and not conflict.given.get("strong"):
        resolver.no("graph_strong", node, name=name)
    else:
        return True
    return False
