"""Which name of a case reads which, found by walking its typed trees."""

from __future__ import annotations

from collections.abc import Iterator

from detente.language.case import Case, Choice, Rule
from detente.language.tree import CompareLevel, EventCount, Expr, OptionValue, QuantityRef
from detente.language.walk import walk

Tie = tuple[str, str]


def links(case: Case) -> tuple[Tie, ...]:
    """(read, reader) among options, events and quantities, each once, in the order of the file."""
    return tuple(dict.fromkeys(tie for tie in _links(case) if tie[0] != tie[1]))


def names_in(*exprs: Expr | None) -> Iterator[str]:
    """The options, events and quantities that expressions name."""
    for one in walk(*exprs):
        match one:
            case QuantityRef(name=name) | EventCount(name=name):
                yield name
            case OptionValue(option=name) | CompareLevel(option=name):
                yield name


def setters(case: Case) -> dict[str, list[str]]:
    """Who sets each option: strategies that command it, its party's conduct, or nobody."""
    found: dict[str, list[str]] = {}
    for name, option in case.options.items():
        commanding = [s.name for s in case.strategies.values() if any(rule.option == name for rule in s.rules)]
        who = [f"{len(commanding)} of the strategies"] if commanding else []
        if any(rule.option == name for rule in case.conduct.get(option.party, ())):
            who.append(f"the conduct of {option.party}")
        found[name] = who or ["nobody"]
    return found


def _links(case: Case) -> Iterator[Tie]:
    for name, quantity in case.quantities.items():
        for read in names_in(quantity.change, quantity.value, quantity.shock):
            yield read, name
    for name, event in case.events.items():
        for read in names_in(event.rate, event.chance, event.dispersion):
            yield read, name
        for effect in event.effects:
            yield name, effect.quantity
            for read in names_in(effect.value):
                yield read, effect.quantity
    rules = [
        *(r for them in case.conduct.values() for r in them),
        *(r for s in case.strategies.values() for r in s.rules),
    ]
    for rule in rules:
        for read in _read_by_rule(rule):
            yield read, rule.option


def _read_by_rule(rule: Rule) -> Iterator[str]:
    yield from names_in(rule.when)
    if isinstance(rule.move, Choice):
        yield from names_in(*(value for _, value in rule.move.values), rule.move.sharpness)
