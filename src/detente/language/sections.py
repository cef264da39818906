"""From the nodes of a case to its frozen objects: first what exists, then what it says.

Sections are rows of a table; a new one is a row here and a reader in a file of its own. Names are collected
before any expression is read, so that order in the file does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from .argument import read_checks, read_claims, read_goals, read_measures
from .case import Assumption, Case, Correlation, Option, Party, Quantity, Source
from .conduct import read_conduct, read_strategies, read_turns
from .conflict import read_conflict
from .cycles import cycles
from .distributions import read_assumptions, read_correlations
from .dynamics import declare_quantities, read_events, read_quantities
from .fields import Fields, entries_of, found
from .header import Header, read_header, read_options, read_parties, read_sources
from .names import QuantityName, Scope
from .nodes import List, Node, Table, Text
from .problems import Place, Problems
from .reading import Reading
from .settings import Targets
from .tree import Expr, QuantityRef
from .walk import walk

if TYPE_CHECKING:
    from .agreement import Agreement

HEADER_KEYS = ("detente", "case", "title", "note", "as_of", "horizon", "step", "include")
SECTIONS: dict[str, type[Table] | type[List]] = {
    "sources": Table,
    "parties": Table,
    "options": Table,
    "assumptions": Table,
    "correlations": List,
    "quantities": Table,
    "events": Table,
    "turns": List,
    "conduct": Table,
    "strategies": Table,
    "measures": Table,
    "goals": Table,
    "claims": Table,
    "checks": Table,
    "agreements": Table,
    "conflict": Table,
}
KEYS = (*HEADER_KEYS, *SECTIONS)
MAX_ENTRIES = 1000
T = TypeVar("T")


@dataclass(slots=True)
class _Sections:
    """The sections of a case, each of its kind and of bounded size; an absent one is empty."""

    root: Table
    problems: Problems
    _seen: dict[str, Node | None] = field(default_factory=dict)

    def table(self, name: str) -> Table:
        """A section that is a mapping."""
        node = self._once(name)
        return node if isinstance(node, Table) else Table(self.root.file, name, 0)

    def list(self, name: str) -> List:
        """A section that is a list."""
        node = self._once(name)
        return node if isinstance(node, List) else List(self.root.file, name, 0)

    def _once(self, name: str) -> Node | None:
        if name not in self._seen:
            self._seen[name] = self._checked(name)
        return self._seen[name]

    def _checked(self, name: str) -> Node | None:
        node, kind = self.root.items.get(name), SECTIONS[name]
        if node is None or (isinstance(node, Text) and node.is_null):
            return None
        if not isinstance(node, kind):
            code = "section_not_mapping" if kind is Table else "section_not_list"
            self.problems.add(code, node.place, section=name, found=found(node))
            return None
        if isinstance(node, Table | List) and len(node) > MAX_ENTRIES:
            self.problems.add("too_many", node.place, what=f"entries in `{name}`", count=len(node), most=MAX_ENTRIES)
            return None
        return node


@dataclass(slots=True)
class _Declared:
    """What exists in a case before any expression is read; None stands for what could not be read."""

    header: Header
    sources: dict[str, Source]
    parties: dict[str, Party]
    options: dict[str, Option | None]
    assumptions: dict[str, Assumption | None]
    correlations: tuple[Correlation, ...]
    quantities: dict[str, QuantityName | None]
    places: dict[str, dict[str, Place]]  # of events, measures, strategies, claims

    def scope(self) -> Scope:
        """The names as expressions see them."""
        return Scope(
            as_of=self.header.as_of,
            step=self.header.step,
            horizon=self.header.horizon,
            parties=self.parties,
            options=_usable(self.options),
            assumptions=_usable(self.assumptions),
            quantities=_usable(self.quantities),
            events=self.places["events"],
            measure_places=self.places["measures"],
            strategies=self.places["strategies"],
            claims=self.places["claims"],
            broken={*_failed(self.options), *_failed(self.assumptions), *_failed(self.quantities)},
        )


def read_case(root: Table, problems: Problems) -> tuple[Case, Scope]:
    """The case whose mapping is `root`, and the scope that its expressions were read in.

    It is usable if no error was added to `problems`.
    """
    sections = _Sections(root, problems)
    declared = _declare(sections, problems)
    _report_collisions(declared, sections, problems)
    scope = declared.scope()
    return _fill(sections, declared, Reading(scope, problems, declared.sources)), scope


def _declare(sections: _Sections, problems: Problems) -> _Declared:
    """The first pass: everything that has a name."""
    root = sections.root
    header = read_header(Fields(root, KEYS, "a case", problems), problems)
    sources = read_sources(sections.table("sources"), header.as_of if "as_of" in root.items else None, problems)
    parties = read_parties(sections.table("parties"), problems)
    written = read_options(sections.table("options"), parties, problems)
    options = {**_powers(sections, parties), **written}
    assumptions = read_assumptions(sections.table("assumptions"), sources, problems)
    correlations = read_correlations(sections.list("correlations"), assumptions, problems)
    quantities = declare_quantities(sections.table("quantities"), problems)
    places = {
        name: {entry: place for entry, _, place in entries_of(sections.table(name), problems)}
        for name in ("events", "measures", "strategies", "claims")
    }
    return _Declared(header, sources, parties, options, assumptions, correlations, quantities, places)


def _fill(sections: _Sections, declared: _Declared, reading: Reading) -> Case:
    """The second pass: everything that is said of those names."""
    problems, scope, header = reading.problems, reading.scope, declared.header
    agreements = _agreements(sections, reading)
    quantities = read_quantities(sections.table("quantities"), reading)
    _report_cycles(quantities, problems)
    events = read_events(sections.table("events"), reading)
    turns = read_turns(sections.list("turns"), scope.parties, problems)
    conduct = read_conduct(sections.table("conduct"), reading)
    strategies = read_strategies(sections.table("strategies"), reading)
    measures = read_measures(sections.table("measures"), declared.places["measures"], reading)
    scope.measures = _usable(measures)
    scope.broken.update(_failed(measures))
    scope.conflict = read_conflict(sections.table("conflict"), reading)
    goals = read_goals(sections.table("goals"), measures, problems)
    claims = read_claims(sections.table("claims"), declared.places["claims"], reading)
    targets = Targets(declared.assumptions, declared.options, quantities)
    case = Case(
        header.name,
        title=header.title,
        note=header.note,
        as_of=header.as_of,
        step=header.step,
        horizon=header.horizon,
        sources=declared.sources,
        parties=declared.parties,
        options=scope.options,
        assumptions=scope.assumptions,
        correlations=declared.correlations,
        quantities=quantities,
        events=events,
        turns=turns,
        conduct=conduct,
        strategies=strategies,
        measures=scope.measures,
        goals=goals,
        claims=claims,
        checks=read_checks(sections.table("checks"), targets, reading),
        agreements=agreements,
        conflict=scope.conflict,
        place=sections.root.place,
    )
    if agreements:
        from .agreements import check_knowledge

        check_knowledge(case, problems)
    return case


# What reads agreements is a third of this package: it is imported for a case that has one.


def _powers(sections: _Sections, parties: Mapping[str, Party]) -> dict[str, Option]:
    """The options that powers of agreements are."""
    section = sections.table("agreements")
    if not section.items:
        return {}
    from .agreement_declarations import power_options

    return power_options(section, parties)


def _agreements(sections: _Sections, reading: Reading) -> dict[str, Agreement]:
    """The agreements, whose names the scope then holds as well."""
    section = sections.table("agreements")
    if not section.items:
        return {}
    from .agreements import declare_agreements, read_agreements

    return read_agreements(declare_agreements(section, reading.scope, reading.problems), reading)


def _usable(entries: Mapping[str, T | None]) -> dict[str, T]:
    return {name: entry for name, entry in entries.items() if entry is not None}


def _failed(entries: Mapping[str, object | None]) -> Iterable[str]:
    return (name for name, entry in entries.items() if entry is None)


def _report_collisions(declared: _Declared, sections: _Sections, problems: Problems) -> None:
    """Names that two sections share."""
    kinds: dict[str, Mapping[str, Place]] = {
        "quantity": {name: sections.table("quantities").keys[name].place for name in declared.quantities},
        "assumption": {name: sections.table("assumptions").keys[name].place for name in declared.assumptions},
        **{_SINGULAR[section]: places for section, places in declared.places.items()},
    }
    first: dict[str, tuple[str, Place]] = {}
    for kind, names in kinds.items():
        for name, place in names.items():
            if name in first:
                other, where = first[name]
                problems.add("collision", place, name=name, kind=kind, other=other, line=where.line, file=where.file)
            else:
                first[name] = kind, place


_SINGULAR = {"events": "event", "measures": "measure", "strategies": "strategy", "claims": "claim"}


def _report_cycles(quantities: Mapping[str, Quantity], problems: Problems) -> None:
    """Refuse auxiliaries that are computed from themselves, naming the way round.

    What goes through `smooth` or `delay` counts too: the stock behind it starts at the value of what it follows.
    """
    auxiliaries = {name: q.value for name, q in quantities.items() if q.value is not None}
    needs = {
        name: [used for used in _quantities_in(value) if used in auxiliaries] for name, value in auxiliaries.items()
    }
    for way in cycles(needs):
        problems.add("cycle", quantities[way[0]].place, name=way[0], way=" -> ".join(way))


def _quantities_in(expr: Expr) -> list[str]:
    return list(dict.fromkeys(node.name for node in walk(expr) if isinstance(node, QuantityRef)))
