"""A conflict answered: what `solve_case` returns and `detente conflict` prints.

The stability of every state is worked out at once; evolution, coalitions and variants when they are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any

from detente.language.case import Case
from detente.language.records import dataclass

from .case import section_of
from .coalitions import Break, coalition_breaks
from .evolution import Evolution, evolve
from .explain import describe, numbered, why
from .gmcr import Document
from .graph import Conflict, PlainGraph
from .misperception import Hypergame, hypergame
from .output import as_json
from .preferences import ConflictError
from .sensitivity import Tally, tally
from .stability import Stability, solve

SOLVERS = {"seq_or_sim": ("seq", "sim")}
SHOWN = 20


@dataclass(frozen=True, eq=False)
class Solved:
    """A conflict with the stability of its states; `variants` are other preferences, `believed` other views."""

    model: Conflict | PlainGraph
    result: Stability
    concepts: tuple[str, ...]
    name: str = ""
    variants: Mapping[str, Conflict] = field(default_factory=dict)
    believed: Mapping[str, Conflict] = field(default_factory=dict)

    def __repr__(self) -> str:
        found = ", ".join(f"{concept} {len(self.equilibria(concept)):,}" for concept in self.concepts)
        extra = f"; {len(self.variants)} variants" if self.variants else ""
        return (
            f"<{self.name or 'conflict'}: {len(self.model.parties)} parties, {len(self.model.states):,} states; "
            f"equilibria: {found}{extra}>"
        )

    @property
    def lead(self) -> str:
        """The concept that evolution, coalitions and variants are told for: sequential stability if it was asked."""
        return "seq" if "seq" in self.concepts else self.concepts[0]

    def equilibria(self, concept: str) -> list[int]:
        """The states that are stable for every party."""
        return [int(state) for state in self.result.equilibria(concept)]

    def stable(self, party: str, concept: str) -> list[int]:
        """The states that are stable for a party."""
        return [int(state) for state in self.result.states(concept, party)]

    def describe(self, state: int) -> str:
        """A state as a sentence over the options."""
        return describe(self.model, state)

    def why(self, state: int, party: str, concept: str | None = None) -> str:
        """Why a state is or is not stable for a party, move by move. Raises `ConflictError`."""
        return why(self.model, concept or self.lead, party, state)

    @cached_property
    def evolution(self) -> Evolution | None:
        """What improvements can bring about from the status quo; None without one."""
        return None if self.model.start is None else evolve(self.model)

    def breaks(self, concept: str | None = None, *, most: int = SHOWN) -> dict[int, list[Break]]:
        """Which coalitions break which of the first equilibria."""
        form = _coalition_form(concept or self.lead)
        return coalition_breaks(self.model, self.equilibria(concept or self.lead)[:most], form)

    @cached_property
    def tally(self) -> Tally | None:
        """In how many of base and variants each state is an equilibrium; None without variants."""
        if not self.variants or not isinstance(self.model, Conflict):
            return None
        return tally({"base": self.model, **self.variants}, self.lead)

    @cached_property
    def hypergame(self) -> Hypergame | None:
        """What each party expects and what comes about, if some see the conflict otherwise than it is."""
        if not self.believed or not isinstance(self.model, Conflict):
            return None
        return hypergame(self.model, self.believed, self.lead)

    def to_json(self, *, counts: bool = False) -> dict[str, Any]:
        """The documented object of `detente conflict --json`; a case with variants has their equilibria besides."""
        shape = as_json(self.result, counts=counts, concepts=self.concepts)
        if isinstance(self.model, PlainGraph):
            shape["names"] = list(self.model.names)
        if self.variants:
            shape["variants"] = {name: self._equilibria(model, counts) for name, model in self.variants.items()}
        return shape

    def _equilibria(self, variant: Conflict, counts: bool) -> dict[str, int | list[int]]:
        result = solve(variant, self.result.concepts)
        found = {concept: result.equilibria(concept).tolist() for concept in self.concepts}
        return {concept: len(states) if counts else states for concept, states in found.items()}

    def frame(self) -> Any:
        """A polars data frame: a row for each equilibrium of some concept, with its options and concepts."""
        import polars as pl

        states = sorted({state for concept in self.concepts for state in self.equilibria(concept)})
        held = {concept: set(self.equilibria(concept)) for concept in self.concepts}
        return pl.DataFrame([
            {"state": state, "is": numbered(self.model, state), **{c: state in held[c] for c in self.concepts}}
            for state in states
        ])


def _coalition_form(concept: str) -> str:
    """The concept that a coalition is judged by: of strong and simultaneous ones the plain one nearest."""
    plain = concept.removeprefix("strong_")
    return plain if plain in ("nash", "gmr", "smr", "seq") else "seq"


def solve_case(case: Case, concepts: Sequence[str] | None = None) -> Solved:
    """Where the dispute of a case would settle, from its `conflict:` section.

    `concepts` are nash, gmr, smr, seq and, with two parties, sim, unless given; strong_gmr, strong_smr, strong_seq
    and seq_or_sim may be asked for. Raises `Refused` for a case without a conflict or with mistakes in it, and
    `ConflictError` for an unknown concept.
    """
    section = section_of(case)
    return solve_model(section.base, concepts, name=case.name, variants=section.variants)


def solve_model(
    given: Conflict | PlainGraph | Document, concepts: Sequence[str] | None = None, *, name: str = "",
    variants: Mapping[str, Conflict] | None = None,
) -> Solved:
    """The same for a model, or for what a `.gmcr` file holds."""
    model = given.conflict if isinstance(given, Document) else given
    believed = given.believed if isinstance(given, Document) else {}
    needed = None
    if concepts is not None:
        if not concepts:
            raise ConflictError("no concept is asked for; name one, such as seq")
        needed = tuple(dict.fromkeys(one for concept in concepts for one in SOLVERS.get(concept, (concept,))))
    result = solve(model, needed)
    shown = result.concepts if concepts is None else tuple(dict.fromkeys(concepts))
    return Solved(model, result, shown, name, variants or {}, believed)
