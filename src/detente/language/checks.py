"""What `detente check` warns of: what can be run but is doubtful.

A name that nothing uses, an assumption without its provenance, a claim that nothing can make false, a number that
is typed twice, an index that does not say what its values look like, units that disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import tree as t
from .case import Assumption, Case, Choice, Entry, Event, Quantity, Rule, SourceRef
from .dimensions import Role, check_units
from .problems import Problems
from .ranges import Ranges
from .scope import Scope
from .units import Unit
from .walk import walk

if TYPE_CHECKING:
    from .agreement import Agreement

PLAIN_NUMBERS = frozenset({0.25, 0.75, 1.5, 2.5})


def find_warnings(case: Case, scope: Scope, problems: Problems) -> None:
    """Add everything doubtful in a case that can be used."""
    used = _names_used(case)
    _unused(case, used, problems)
    for assumption in case.assumptions.values():
        _provenance(assumption, problems)
    _undated_sources(case, used, problems)
    _indices(case, problems)
    _events_out_of_time(case, problems)
    _numbers_typed_twice(case, problems)
    _settled_claims(case, problems)
    for expr, role, unit in _with_roles(case):
        check_units(expr, scope, problems, role, unit)


# --- every expression ------------------------------------------------------------------------------------------


def _of_quantity(quantity: Quantity) -> Iterator[tuple[t.Expr, Role | None, Unit | None]]:
    given: tuple[tuple[t.Expr | None, Role], ...] = (
        (quantity.start, "start"),
        (quantity.change, "change"),
        (quantity.shock, "shock"),
        (quantity.value, "is"),
    )
    for expr, role in given:
        if expr is not None:
            # A literal start is in the quantity's own unit already.
            literal = role == "start" and isinstance(expr, t.Number | t.Negate)
            yield expr, None if literal else role, quantity.unit


def _of_event(event: Event, case: Case) -> Iterator[tuple[t.Expr, Role | None, Unit | None]]:
    if event.rate is not None:
        yield event.rate, "rate", None
    if event.chance is not None:
        yield event.chance, "chance", None
    if event.dispersion is not None:
        yield event.dispersion, None, None
    for effect in event.effects:
        yield effect.value, "effect", case.quantities[effect.quantity].unit


def _of_rule(rule: Rule) -> Iterator[t.Expr]:
    if rule.when is not None:
        yield rule.when
    if isinstance(rule.move, Choice):
        yield from (value for _, value in rule.move.values)
        yield rule.move.sharpness


def _rules(case: Case) -> Iterator[Rule]:
    for rules in (*case.conduct.values(), *(strategy.rules for strategy in case.strategies.values())):
        yield from rules


def _with_roles(case: Case) -> Iterator[tuple[t.Expr, Role | None, Unit | None]]:
    """Every expression, what it is for and the unit of what it is for."""
    for quantity in case.quantities.values():
        yield from _of_quantity(quantity)
    for event in case.events.values():
        yield from _of_event(event, case)
    for rule in _rules(case):
        yield from ((expr, None, None) for expr in _of_rule(rule))
    for said in (*(m.value for m in case.measures.values()), *_claimed(case)):
        yield said, None, None


def _claimed(case: Case) -> Iterator[t.Expr]:
    yield from (claim.says for claim in case.claims.values())
    yield from (check.says for check in case.checks.values())


# --- names that nothing uses -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Used:
    """Names by kind that some expression or entry uses."""

    names: dict[str, set[str]] = field(default_factory=dict)

    def add(self, kind: str, name: str) -> None:
        self.names.setdefault(kind, set()).add(name)

    def has(self, kind: str, name: str) -> bool:
        return name in self.names.get(kind, ())

    def expr(self, expr: t.Expr | None, *, but_quantity: str = "") -> None:
        """Note what an expression reads; a quantity does not use itself."""
        for node in walk(expr):
            match node:
                case t.AssumptionRef(name=name) | t.CompareRival(assumption=name):
                    self.add("assumption", name)
                case t.QuantityRef(name=name) if name != but_quantity:
                    self.add("quantity", name)
                case t.EventCount(name=name):
                    self.add("event", name)
                case t.OptionValue(option=name) | t.CompareLevel(option=name):
                    self.add("option", name)
                case t.RowTotal(kind=name):
                    for kind in ("event", "option", "quantity"):
                        self.add(kind, name)
                case t.MeasureAt(measure=measure, strategy=strategy):
                    self.add("measure", measure)
                    self.add("strategy", strategy)


def _names_used(case: Case) -> _Used:
    used = _Used()
    for name, quantity in case.quantities.items():
        for expr, _, _ in _of_quantity(quantity):
            used.expr(expr, but_quantity=name)
    for event in case.events.values():
        for given in (event.rate, event.chance, event.dispersion):
            used.expr(given)
        for effect in event.effects:
            used.expr(effect.value, but_quantity=effect.quantity)
        if event.effects or event.ends:
            used.add("event", event.name)
    for rule in _rules(case):
        for expr in _of_rule(rule):
            used.expr(expr)
    for expr in (*(m.value for m in case.measures.values()), *_claimed(case)):
        used.expr(expr)
    for measure in case.goals:
        used.add("measure", measure)
    for check in case.checks.values():
        for setting in check.settings:
            used.add(setting.kind, setting.name)
    for refs in _source_refs(case):
        for ref in refs:
            used.add("source", ref.source)
    for agreement in case.agreements.values():
        _agreed(agreement, used)
    for option in case.conflict.options if case.conflict else ():
        used.add("option", option)
    return used


def _agreed(agreement: Agreement, used: _Used) -> None:
    """What an agreement reads, counts, commands, or makes an option of."""
    for expr in agreement.expressions():
        used.expr(expr)
    for effects in agreement.all_effects():
        for move in effects.moves:
            used.add("option", move.option)
    for power in agreement.powers:
        for party in agreement.between:
            used.add("option", f"{party}.{power}")


def _source_refs(case: Case) -> Iterator[tuple[SourceRef, ...]]:
    yield from (assumption.sources for assumption in case.assumptions.values())
    yield from (quantity.sources for quantity in case.quantities.values())
    yield from (event.sources for event in case.events.values())
    yield from (claim.sources for claim in case.claims.values())
    if case.conflict:
        yield case.conflict.sources


def _unused(case: Case, used: _Used, problems: Problems) -> None:
    kinds: dict[str, Mapping[str, Entry]] = {
        "assumption": case.assumptions,
        "quantity": case.quantities,
        "event": case.events,
        "option": case.options,
        "source": case.sources,
    }
    if case.claims:
        kinds |= {"measure": case.measures, "strategy": case.strategies}
    for kind, entries in kinds.items():
        for name, entry in entries.items():
            if not used.has(kind, name):
                problems.warn(f"unused_{kind}", entry.place, name=name)


# --- provenance ------------------------------------------------------------------------------------------------


def _provenance(assumption: Assumption, problems: Problems) -> None:
    """A unit, a status and a source; a judgement may give its reason in a note instead of a source."""
    missing = []
    if assumption.unit is None and not assumption.rivals:
        missing.append("unit")
    if assumption.status is None:
        missing.append("status")
    if not assumption.sources and not (assumption.status == "judged" and assumption.note):
        missing.append("source")
    if missing:
        listed = ", ".join(missing[:-1]) + (" and " if len(missing) > 1 else "") + missing[-1]
        problems.warn("no_provenance", assumption.place, name=assumption.name, missing=listed, first=missing[0])


def _undated_sources(case: Case, used: _Used, problems: Problems) -> None:
    for name, source in case.sources.items():
        if source.date is None and source.published is None and used.has("source", name):
            problems.warn("undated_source", source.place, name=name, as_of=case.as_of)


# --- quantities and events -------------------------------------------------------------------------------------


def _indices(case: Case, problems: Problems) -> None:
    for quantity in case.quantities.values():
        if not quantity.is_auxiliary and not quantity.scale and (quantity.unit is None or not quantity.unit.powers):
            problems.warn("index_without_scale", quantity.place, name=quantity.name)


def _events_out_of_time(case: Case, problems: Problems) -> None:
    end = case.day(case.horizon)
    for event in case.events.values():
        out = [day for day in event.at or () if not case.as_of < day <= end]
        if out:
            problems.warn("event_out_of_time", event.place, name=event.name, day=out[0], start=case.as_of, end=end)


# --- numbers typed twice ---------------------------------------------------------------------------------------


def _numbers_typed_twice(case: Case, problems: Problems) -> None:
    """The same unusual literal in two expressions is one assumption that was not named."""
    seen: dict[float, list[t.Number]] = {}
    for expr, role, _ in _with_roles(case):
        if role == "start" or isinstance(expr, t.Number):
            continue
        found: dict[float, t.Number] = {}
        for node in _literals(expr):
            found.setdefault(node.value, node)
        for value, node in found.items():
            seen.setdefault(value, []).append(node)
    for value, nodes in seen.items():
        if len(nodes) > 1:
            first, second = nodes[0].place, nodes[1].place
            problems.warn(
                "number_twice", second, number=f"{value:.12g}", times=len(nodes), line=first.line, where=first.file
            )


def _literals(expr: t.Expr) -> Iterator[t.Number]:
    """Unusual numbers: no durations, no points of a table, no levels of quantiles, nothing round."""
    tables: set[int] = set()
    for node in walk(expr):
        if isinstance(node, t.Estimate):
            return
        if isinstance(node, t.Call) and node.name == "table":
            tables.update(map(id, node.args))
        if isinstance(node, t.Number) and not node.is_duration and id(node) not in tables and _unusual(node.value):
            yield node


def _unusual(value: float) -> bool:
    """Two significant digits or more, and neither a small whole number nor a plain fraction."""
    if value in PLAIN_NUMBERS or (value == int(value) and abs(value) <= 100):
        return False
    digits = f"{value:.12g}".partition("e")[0].replace(".", "").replace("-", "").strip("0")
    return len(digits) >= 2


# --- claims that are settled before any run --------------------------------------------------------------------


def _settled_claims(case: Case, problems: Problems) -> None:
    ranges = Ranges(case)
    for claim in case.claims.values():
        low, high = ranges.of(claim.says)
        if low == high:
            code = "claim_cannot_fail" if low else "claim_cannot_hold"
            problems.warn(code, claim.says.place, name=claim.name)
