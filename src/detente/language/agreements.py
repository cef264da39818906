"""Agreements from nodes to frozen objects: the section `agreements` of a case, and a file that holds one alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .agreement import Acceptance, Agreement, Kind, Obligation, Stage
from .agreement_clauses import Clauses
from .agreement_declarations import Declared, declare, owed_nodes, own_scope, section_entries
from .case import Case, Choice, Source
from .case import Rule as CaseRule
from .fields import Fields, date_of, good_name, key_place, table_of, text_of
from .header import read_sources, read_version
from .nodes import Table, Text
from .problems import Problems
from .reading import Reading
from .scope import QuantityName, Scope
from .tree import AgreementNode, AgreementNumber, Expr, RowTotal
from .walk import walk

BOTH_KEYS = (
    "title", "between", "starts", "accepts", "replaces", "channel", "facts", "kinds", "obliges", "stages", "rules",
    "verification", "enough", "prior", "on_breach", "powers", "grace", "note", "source", "label",
)  # fmt: skip
ALONE_KEYS = ("detente", "agreement", "sources", *BOTH_KEYS)
STAGE_KEYS = ("obliges", "least", "most", "until", "rules", "label", "note", "source")


def declare_agreements(section: Table, scope: Scope, problems: Problems) -> dict[str, Declared]:
    """The names of every agreement of a case, which `scope.agreements` then holds as well."""
    declared = {}
    for name, table, place in section_entries(section, problems):
        if name == "deal" or (kind := scope.kind(name)):
            kind = "word" if name == "deal" else kind
            problems.add("agreement_name_taken", place, name=name, kind=kind)
            continue
        declared[name] = declare(name, table, place, scope.parties, scope, problems)
    scope.agreements = {name: each.names for name, each in declared.items()}
    return declared


def read_agreements(declared: Mapping[str, Declared], reading: Reading) -> dict[str, Agreement]:
    """Every agreement of a case."""
    agreements = {}
    for name, each in declared.items():
        fields = Fields(each.table, BOTH_KEYS, "an agreement", reading.problems)
        if fields.has("starts") == fields.has("accepts"):
            code = "agreement_two_starts" if fields.has("starts") else "agreement_no_start"
            reading.problems.add(code, fields.place, name=name)
        agreements[name] = _read(each, fields, reading, in_case=True)
        replaced = agreements[name].replaces
        if replaced is not None and (replaced not in declared or replaced == name):
            known = tuple(other for other in declared if other != name)
            place = each.table.items["replaces"].place
            reading.problems.add("unknown_name", place, name=replaced, kind="agreement", known=known)
    return agreements


def read_alone(root: Table, problems: Problems) -> Agreement:
    """The agreement that a file holds. It is usable if no error was added to `problems`."""
    fields = Fields(root, ALONE_KEYS, "an agreement", problems)
    if fields.require("detente"):
        read_version(root.items["detente"], problems)
    name = fields.read("agreement", text_of) if fields.require("agreement") else ""
    if name:
        good_name(name, root.items["agreement"].place, problems, loose=True)
    sources = _sources(root, problems)
    scope = Scope()
    declared = declare(name or "", root, root.place, None, scope, problems)
    if fields.has("accepts"):
        problems.add("agreement_starts_alone", fields.key_place("accepts"))
    elif not fields.has("starts"):
        problems.add("agreement_no_start", fields.place, name=name or "")
    agreement = _read(declared, fields, Reading(scope, problems, sources), in_case=False)
    return replace(agreement, sources=sources)


def _sources(root: Table, problems: Problems) -> dict[str, Source]:
    node = root.items.get("sources")
    table = table_of(node, problems) if node is not None else None
    return read_sources(table, None, problems) if table is not None else {}


def _read(declared: Declared, fields: Fields, outer: Reading, in_case: bool) -> Agreement:
    problems = outer.problems
    reading = Reading(own_scope(outer.scope, declared), problems, outer.sources)
    clauses = Clauses(declared, reading)
    obligations = _obligations(declared, clauses)
    outer.source_refs(fields)
    _check_power_options(declared, reading.scope, problems)
    agreement = Agreement(
        declared.name, fields.text("title"), declared.parties, fields.text("channel"),
        fields.read("starts", date_of), _accepts(fields, declared, outer, clauses),
        fields.read("replaces", text_of), declared.facts, _kinds(fields, declared, reading),
        obligations.get("", ()), _stages(fields, obligations, clauses), clauses.rules(fields.get("rules")),
        clauses.means(fields.read("verification", table_of), in_case), clauses.enough(fields),
        clauses.responses(fields.read("on_breach", table_of)), clauses.powers(fields.read("powers", table_of)),
        clauses.span(fields, "grace"), note=fields.text("note"), place=declared.place,
    )
    for node in walk(*agreement.expressions()) if agreement.enough.prior is None else ():
        if isinstance(node, AgreementNumber) and node.what == "belief":
            problems.add("agreement_prior", node.place)
    return agreement


def _check_power_options(declared: Declared, scope: Scope, problems: Problems) -> None:
    """The option of a power may be declared, and then has the levels no and yes."""
    for power in declared.powers:
        for party in declared.parties:
            option = scope.options.get(f"{party}.{power}")
            if option is not None and option.levels != ("no", "yes"):
                problems.add("agreement_power_option", option.place, option=option.name)


def _kinds(fields: Fields, declared: Declared, reading: Reading) -> dict[str, Kind]:
    """Kinds of row; `value` in their effects is that of the row."""
    scope = replace(reading.scope, quantities={**reading.scope.quantities, "value": QuantityName()})
    effects = Clauses(declared, Reading(scope, reading.problems, reading.sources)).kinds(fields.get("kinds"))
    return {name: Kind(name, effects.get(name, ())) for name in declared.kinds}


def _obligations(declared: Declared, clauses: Clauses) -> dict[str, tuple[Obligation, ...]]:
    """Obligations by stage; "" holds those of every stage."""
    found: dict[str, list[Obligation]] = {}
    first: dict[tuple[str, str], int] = {}
    known = (*clauses.reading.scope.options, *clauses.reading.scope.quantities)
    _unknown_parties(declared, clauses)
    for stage, party, node, full in owed_nodes(declared.table, known):
        if party not in declared.parties:
            continue
        if not full:
            text = node.text if isinstance(node, Text) else ""
            clauses.problems.add("agreement_no_fact", node.place, text=text)
            continue
        if not good_name(full.partition(".")[2], node.place, clauses.problems):
            continue
        where = next((s for s in ("", stage) if (s, full) in first), None)
        if where is not None:
            line = first[where, full]
            clauses.problems.add("agreement_owed_twice", node.place, name=full, line=line)
            continue
        first[stage, full] = node.place.line
        if obligation := clauses.obligation(party, full, node):
            found.setdefault(stage, []).append(obligation)
    return {stage: tuple(obligations) for stage, obligations in found.items()}


def _unknown_parties(declared: Declared, clauses: Clauses) -> None:
    stages = declared.table.items.get("stages")
    holders = [declared.table, *(stages.items.values() if isinstance(stages, Table) else ())]
    for holder in holders:
        node = holder.items.get("obliges") if isinstance(holder, Table) else None
        table = table_of(node, clauses.problems) if node is not None else None
        for party in table.items if table else ():
            assert table is not None
            if party not in declared.parties:
                facts = {"name": party, "kind": "party of the agreement", "known": declared.parties}
                clauses.problems.add("unknown_name", key_place(table, party), **facts)


def _stages(fields: Fields, owed: Mapping[str, tuple[Obligation, ...]], clauses: Clauses) -> tuple[Stage, ...]:
    table = fields.read("stages", table_of)
    stages = []
    for name, node in table.items.items() if table else ():
        assert table is not None
        place = key_place(table, name)
        good_name(name, place, clauses.problems)
        if isinstance(node, Text) and node.is_null:
            stages.append(Stage(name, place=place))
            continue
        entry = table_of(node, clauses.problems)
        if entry is not None:
            stages.append(_stage(name, Fields(entry, STAGE_KEYS, "a stage", clauses.problems), owed, clauses))
    return tuple(stages) or (Stage("", place=fields.place),)


def _stage(name: str, fields: Fields, owed: Mapping[str, tuple[Obligation, ...]], clauses: Clauses) -> Stage:
    least, most, until = clauses.span(fields, "least"), clauses.span(fields, "most"), fields.read("until", date_of)
    if fields.has("most") and fields.has("until"):
        clauses.problems.add("agreement_most_until", fields.place, name=name)
    if least and most and least.years > most.years + 1e-9:
        clauses.problems.add("agreement_least_most", fields.place, name=name, least=str(least), most=str(most))
    return Stage(
        name, owed.get(name, ()), clauses.rules(fields.get("rules")), least, most, until, place=fields.place
    )


def _accepts(
    fields: Fields, declared: Declared, outer: Reading, clauses: Clauses
) -> dict[str, Acceptance]:
    """When each party would sign: a condition of the case, or a logit choice between yes and no."""
    table = fields.read("accepts", table_of)
    accepts: dict[str, Acceptance] = {}
    for party, node in table.items.items() if table else ():
        assert table is not None
        if party not in declared.parties:
            clauses.problems.add("unknown_name", key_place(table, party), name=party, kind="party of the agreement",
                                 known=declared.parties)  # fmt: skip
        made = _choice(node, outer) if isinstance(node, Table) else outer.condition(node)
        if made is not None:
            accepts[party] = made
    return accepts


def _choice(node: Table, outer: Reading) -> Choice | None:
    fields = Fields(node, ("choose", "sharpness"), "an acceptance", outer.problems)
    if not (fields.require("choose") and fields.require("sharpness")):
        return None
    table = fields.read("choose", table_of)
    if table is None:
        return None
    if set(table.items) != {"yes", "no"}:
        outer.problems.add("agreement_choices", table.place)
        return None
    values = {name: outer.number(entry) for name, entry in table.items.items()}
    sharpness = outer.number(node.items["sharpness"])
    no, yes = values["no"], values["yes"]
    return Choice(((0, no), (1, yes)), sharpness) if no and yes and sharpness else None


# --- who may read the true run ---------------------------------------------------------------------------------


def check_knowledge(case: Case, problems: Problems) -> None:
    """Refuse what reads the true run and could not know it: all but measures and a party's own obligations."""
    for party, rules in case.conduct.items():
        _check_rules(rules, f"the conduct of {party}", party, problems)
    for strategy in case.strategies.values():
        _check_rules(strategy.rules, f"strategy {strategy.name}", None, problems)
    for agreement in case.agreements.values():
        for party, accepts in agreement.accepts.items():
            asked = [value for _, value in accepts.values] if isinstance(accepts, Choice) else [accepts]
            _check_reads(asked, f"the acceptance of {party}", party, problems)
    for quantity in case.quantities.values():
        exprs: list[Expr | None] = [quantity.start, quantity.change, quantity.shock, quantity.value]
        _check_reads(exprs, f"quantity {quantity.name}", None, problems)
    for event in case.events.values():
        exprs = [event.rate, event.chance, event.dispersion, *(effect.value for effect in event.effects)]
        _check_reads(exprs, f"event {event.name}", None, problems)


def _check_rules(rules: Iterable[CaseRule], reader: str, party: str | None, problems: Problems) -> None:
    for rule in rules:
        chosen = [*(v for _, v in rule.move.values), rule.move.sharpness] if isinstance(rule.move, Choice) else []
        _check_reads([rule.when, *chosen], reader, party, problems)


def _check_reads(exprs: Iterable[Expr | None], reader: str, party: str | None, problems: Problems) -> None:
    from .print import expression_text

    for node in walk(*exprs):
        if isinstance(node, AgreementNode) and node.truly and not _is_own(node, party):
            short = f"a {reader.split(maxsplit=1)[0]}" if party is None else party
            problems.add("agreement_truth", node.place, reader=reader, reader_short=short, text=expression_text(node))


def _is_own(node: AgreementNode, party: str | None) -> bool:
    """Whether what is read is the party's own obligation or standing, or what it did."""
    of = node.party if isinstance(node, RowTotal) else getattr(node, "of", "")
    return party is not None and str(of).partition(".")[0] == party
