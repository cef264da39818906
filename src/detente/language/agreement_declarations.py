"""What exists in an agreement before any expression is read: parties, facts, kinds, stages, obligations, powers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from .agreement import REASONS, Fact
from .agreement_words import AgreementNames
from .case import Option, Party
from .fields import Fields, entries_of, found, good_name, key_place, list_of, name_of, number_of, some_of, table_of
from .header import read_levels
from .nodes import List, Node, Table, Text
from .problems import Place, Problems
from .scope import QuantityName, Scope

LOOKS = ("alarm", "clean")
FACT_KEYS = ("levels", "values", "start", "unit", "label")
_WORD = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


@dataclass(slots=True)
class Declared:
    """The names of one agreement. `owed` maps an obligation's full name to the node of each that has it."""

    name: str
    table: Table
    place: Place
    parties: tuple[str, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    powers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    names: AgreementNames = field(default_factory=lambda: AgreementNames(""))


def declare(name: str, table: Table, place: Place, parties: Mapping[str, Party] | None, scope: Scope,
            problems: Problems) -> Declared:  # fmt: skip
    """The names of an agreement; `parties` are those of the case, None alone. `scope` holds what it can read."""
    declared = Declared(name, table, place)
    declared.parties = _between(table, parties, problems)
    declared.facts = _facts(table, scope, problems)
    declared.powers = _powers(table, declared.parties)
    declared.kinds = _kinds(table, declared, problems)
    declared.means = tuple(_table(table, "verification").items)
    declared.stages = tuple(_table(table, "stages").items)
    known = (*declared.facts, *scope.options, *scope.quantities)
    owed = (full for _, _, _, full in owed_nodes(table, known))
    declared.obligations = tuple(dict.fromkeys(full for full in owed if full))
    totals = dict(_totals(declared, scope))
    declared.names = AgreementNames(
        name, declared.parties, declared.stages, declared.obligations, tuple(totals), totals, _reasons(table)
    )
    return declared


def own_scope(scope: Scope, declared: Declared) -> Scope:
    """The names as the agreement's own expressions see them."""
    options = {n: Option(n, f.party, f.levels, f.values, int(f.start)) for n, f in declared.facts.items() if f.levels}
    numbers = {n: QuantityName(None, False, f.place) for n, f in declared.facts.items() if not f.levels}
    return replace(
        scope, options={**scope.options, **options}, quantities={**scope.quantities, **numbers}, own=declared.names
    )


def power_options(section: Table, parties: Mapping[str, Party]) -> dict[str, Option]:
    """The options that powers are: `us.withdraw: [no, yes]`."""
    made = {}
    for name, node in section.items.items():
        if isinstance(node, Table):
            between = tuple(n.text for n in some_of(node.items.get("between", List(node.file, "", 0)))
                            if isinstance(n, Text))  # fmt: skip
            for power, who in _powers(node, between).items():
                users = between if who == ("all",) else who
                for party in (p for p in users if p in parties):
                    option = f"{party}.{power}"
                    made[option] = Option(option, party, ("no", "yes"), place=key_place(section, name))
    return made


# --- parties, facts, kinds -------------------------------------------------------------------------------------


def _table(table: Table, key: str) -> Table:
    """A key's mapping; whatever else stands there is reported when it is read."""
    node = table.items.get(key)
    return node if isinstance(node, Table) else Table(table.file, key, 0)


def _between(table: Table, known: Mapping[str, Party] | None, problems: Problems) -> tuple[str, ...]:
    node = table.items.get("between")
    if node is None:
        problems.add("missing_key", table.place, what="an agreement", key="between")
        return ()
    parties: list[str] = []
    for item in some_of(node):
        name = name_of(item, problems)
        if name in parties:
            problems.add("agreement_party_twice", item.place, name=name)
        elif name is not None and known is not None and name not in known:
            problems.add("unknown_name", item.place, name=name, kind="party", known=tuple(known))
        elif name is not None:
            parties.append(name)
    if len(some_of(node)) < 2:
        problems.add("agreement_parties", node.place)
    return tuple(parties)


def _facts(table: Table, scope: Scope, problems: Problems) -> dict[str, Fact]:
    node = table.items.get("facts")
    section = table_of(node, problems) if node is not None else None
    facts = {}
    for name, entry in section.items.items() if section else ():
        assert section is not None
        place = key_place(section, name)
        party, dot, own = name.rpartition(".")
        if "." in party or (dot and not own):
            problems.add("agreement_fact_name", place, name=name)
        elif kind := scope.kind(name):
            problems.add("agreement_fact_known", place, name=name, kind=kind)
        elif all(good_name(part, place, problems) for part in ((party, own) if dot else (own,))):
            fact = _fact(name, party, entry, place, problems)
            if fact is None:
                scope.broken.add(name)
            else:
                facts[name] = fact
    return facts


def _fact(name: str, party: str, node: Node, place: Place, problems: Problems) -> Fact | None:
    if isinstance(node, List):
        levels = read_levels(node, problems)
        return Fact(name, party, levels, place=place) if levels else None
    if not isinstance(node, Table):
        problems.add("agreement_fact_form", node.place, name=name, found=found(node))
        return None
    fields = Fields(node, FACT_KEYS, "a fact", problems)
    unit, label = fields.text("unit"), fields.text("label")
    if not fields.has("levels"):
        start = fields.read("start", number_of) or 0.0
        return Fact(name, party, (), None, start, unit, label, place=place)
    listing = list_of(node.items["levels"], problems)
    levels = read_levels(listing, problems) if listing is not None else None
    if levels is None:
        return None
    start_name = fields.read("start", name_of)
    if start_name is not None and start_name not in levels:
        problems.add("unknown_level", node.items["start"].place, name=start_name, option=name, known=levels)
        start_name = None
    listed = some_of(node.items["values"]) if fields.has("values") else []
    values = [number_of(item, problems) or 0.0 for item in listed]
    if values and len(values) != len(levels):
        problems.add("values_count", node.items["values"].place, count=len(values), levels=len(levels))
        values = []
    start_level = levels.index(start_name) if start_name else 0
    return Fact(name, party, levels, tuple(values) or None, float(start_level), unit, label, place=place)


def _kinds(table: Table, declared: Declared, problems: Problems) -> tuple[str, ...]:
    taken = {**dict.fromkeys(declared.facts, "fact"), **dict.fromkeys(declared.powers, "power"),
             **dict.fromkeys(LOOKS, "kind of look")}  # fmt: skip
    kinds: list[str] = []
    for name, place in _kind_names(table.items.get("kinds"), problems):
        if name in taken:
            problems.add("agreement_kind_name", place, name=name, other=taken[name])
        elif good_name(name, place, problems):
            taken[name] = "kind"
            kinds.append(name)
    return tuple(kinds)


def _kind_names(node: Node | None, problems: Problems) -> Iterator[tuple[str, Place]]:
    """Names in a list (some with effects), or the keys of a mapping."""
    for item in some_of(node) if node is not None else ():
        if isinstance(item, Table):
            yield from ((name, key_place(item, name)) for name in item.items)
        elif isinstance(item, Text) and not item.is_null:
            yield item.text, item.place
        else:
            problems.add("not_name", item.place, found=found(item))


def _powers(table: Table, parties: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Every power and who may use it; whoever is wrong there is reported when powers are read."""
    powers = {}
    for name, node in _table(table, "powers").items.items():
        who = node.items.get("who") if isinstance(node, Table) else None
        listed = tuple(item.text for item in some_of(who) if isinstance(item, Text)) if who is not None else parties
        powers[name] = listed
    return powers


def _totals(declared: Declared, scope: Scope) -> Iterator[tuple[str, tuple[str, str]]]:
    """Whatever `count` and `sum` take: facts, options and numbers, events, kinds, powers and looks, by party too."""
    for name in (*declared.facts, *scope.options, *scope.quantities):
        yield name, (name, "")
    for kind in (*scope.events, *declared.kinds, *declared.powers, *LOOKS):
        yield kind, (kind, "")
        for party in declared.parties:
            yield f"{party}.{kind}", (kind, party)
    for means in declared.means:
        for look in LOOKS:
            yield f"{means}.{look}", (f"{means}.{look}", "")


def _reasons(table: Table) -> tuple[str, ...]:
    """Every reason for which the agreement can end, `none` first."""
    written = dict.fromkeys(_ends(table))
    return ("none", *(reason for reason in written if reason not in ("none", *REASONS)), *REASONS)


def _ends(node: Node) -> Iterator[str]:
    if isinstance(node, Table):
        for key, inner in node.items.items():
            if key == "ends" and isinstance(inner, Text):
                yield inner.text
            else:
                yield from _ends(inner)
    elif isinstance(node, List):
        for item in node:
            yield from _ends(item)


# --- obligations -----------------------------------------------------------------------------------------------


def owed_nodes(table: Table, known: tuple[str, ...]) -> Iterator[tuple[str, str, Node, str]]:
    """Every obligation of every stage: stage ("" for all), party, node, full name ("" if nothing gives it one)."""
    for stage, holder in (("", table), *_table(table, "stages").items.items()):
        obliges = _table(holder, "obliges") if isinstance(holder, Table) else None
        for party, node in obliges.items.items() if obliges else ():
            for own, entry in owed_of(node, set(known)):
                yield stage, party, entry, f"{party}.{own}" if own else ""


def owed_of(node: Node, facts: set[str]) -> Iterator[tuple[str, Node]]:
    """A party's obligations with their names; in a list each is named after the first fact that it reads."""
    if isinstance(node, Table):
        yield from node.items.items()
        return
    for item in some_of(node):
        if isinstance(item, Table):
            yield from item.items.items()
        elif isinstance(item, Text):
            words = (word for word in _WORD.findall(item.text) if word in facts)
            yield next(words, "").rpartition(".")[2], item


def section_entries(section: Table, problems: Problems) -> Iterator[tuple[str, Table, Place]]:
    """The agreements of a case that are mappings with usable names."""
    for name, node, place in entries_of(section, problems):
        table = table_of(node, problems)
        if table is not None:
            yield name, table, place
