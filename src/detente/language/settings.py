"""Holding something fixed: what `set:` of a check and `--fix NAME=VALUE` mean, and the case with it done."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from .case import Assumption, Case, Event, Fixed, OneOf, Option, Quantity, Rule, Setting, Strategy
from .fields import LARGEST
from .nodes import plain_number
from .problems import Place, Problems, Refused
from .records import dataclass
from .tree import Number


@dataclass(frozen=True, slots=True)
class Targets:
    """What can be fixed. None stands for what is declared but could not be read."""

    assumptions: Mapping[str, Assumption | None]
    options: Mapping[str, Option | None]
    quantities: Mapping[str, Quantity]


def read_setting(case: Case, text: str) -> Setting:
    """`NAME=VALUE` as typed on a command line. Raises `Refused` with what is wrong with it."""
    name, equals, value = text.partition("=")
    problems, place = Problems(), Place("--fix")
    setting = None
    if not equals or not name.strip() or not value.strip():
        problems.add("setting_form", place, text=text)
    else:
        targets = Targets(case.assumptions, case.options, case.quantities)
        setting = make_setting(name.strip(), value.strip(), place, targets, problems)
    if setting is None:
        raise Refused(problems.errors)
    return setting


def make_setting(name: str, value: str, place: Place, targets: Targets, problems: Problems) -> Setting | None:
    """The setting of a name to a value as written, or None after adding the problem."""
    if name in targets.assumptions:
        assumption = targets.assumptions[name]
        return None if assumption is None else _of_assumption(assumption, value, place, problems)
    if name in targets.options:
        option = targets.options[name]
        return None if option is None else _of_word(name, "option", option.levels, value, place, problems)
    if name in targets.quantities:
        return _of_quantity(targets.quantities[name], value, place, problems)
    known = (*targets.assumptions, *targets.quantities, *targets.options)
    problems.add("unknown_name", place, name=name, kind="assumption, quantity or option", known=known)
    return None


def _of_assumption(assumption: Assumption, value: str, place: Place, problems: Problems) -> Setting | None:
    if assumption.rivals:
        return _of_word(assumption.name, "assumption", assumption.rivals, value, place, problems)
    number = _finite(assumption.name, value, place, problems)
    return None if number is None else Setting("assumption", assumption.name, number, place=place)


def _of_quantity(quantity: Quantity, value: str, place: Place, problems: Problems) -> Setting | None:
    number = _finite(quantity.name, value, place, problems)
    if number is None:
        return None
    internal = number * quantity.factor
    if quantity.within and not quantity.within[0] <= internal <= quantity.within[1]:
        low, high = (f"{bound / quantity.factor:.12g}" for bound in quantity.within)
        problems.add("setting_outside", place, name=quantity.name, value=value, low=low, high=high)
        return None
    return Setting("quantity", quantity.name, internal, place=place)


def _of_word(
    name: str, kind: str, words: tuple[str, ...], value: str, place: Place, problems: Problems
) -> Setting | None:
    if value not in words:
        code = "unknown_level" if kind == "option" else "unknown_rival"
        problems.add(code, place, name=value, option=name, assumption=name, known=words)
        return None
    return Setting("option" if kind == "option" else "assumption", name, words.index(value), place=place)


def _finite(name: str, value: str, place: Place, problems: Problems) -> float | None:
    number = plain_number(value)
    if number is None or math.isnan(number) or abs(number) > LARGEST:
        problems.add("setting_not_number", place, name=name, value=value)
        return None
    return number


# --- the case with it done -----------------------------------------------------------------------------------


def with_settings(case: Case, settings: tuple[Setting, ...]) -> Case:
    """The case with assumptions fixed, quantities constant throughout and options held at a level.

    A quantity that is set no longer changes by itself or by events. An option that is set starts at its level,
    and no rule of a conduct or strategy moves it. Of two settings of one name the last counts.
    """
    for setting in settings:
        case = _APPLY[setting.kind](case, setting)
    return case


def _fix_assumption(case: Case, setting: Setting) -> Case:
    assumption = case.assumptions[setting.name]
    if isinstance(assumption.distribution, OneOf):
        names = assumption.distribution.names
        weights = tuple(1.0 if i == setting.value else 0.0 for i in range(len(names)))
        fixed = replace(assumption, distribution=OneOf(names, weights))
    else:
        fixed = replace(assumption, distribution=Fixed(setting.value))
    kept = tuple(c for c in case.correlations if setting.name not in c.between)
    return replace(case, assumptions={**case.assumptions, setting.name: fixed}, correlations=kept)


def _fix_quantity(case: Case, setting: Setting) -> Case:
    quantity, value = case.quantities[setting.name], Number(setting.value)
    if quantity.is_auxiliary:
        fixed = replace(quantity, value=value)
    else:
        fixed = replace(quantity, start=value, change=None, shock=None)
    events = {name: _without_effect(event, setting.name) for name, event in case.events.items()}
    return replace(case, quantities={**case.quantities, setting.name: fixed}, events=events)


def _without_effect(event: Event, quantity: str) -> Event:
    return replace(event, effects=tuple(e for e in event.effects if e.quantity != quantity))


def _fix_option(case: Case, setting: Setting) -> Case:
    option = replace(case.options[setting.name], start=int(setting.value))
    conduct = {party: _without_rule(rules, setting.name) for party, rules in case.conduct.items()}
    strategies: dict[str, Strategy] = {
        name: replace(strategy, rules=_without_rule(strategy.rules, setting.name))
        for name, strategy in case.strategies.items()
    }
    return replace(case, options={**case.options, setting.name: option}, conduct=conduct, strategies=strategies)


def _without_rule(rules: tuple[Rule, ...], option: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.option != option)


_APPLY = {"assumption": _fix_assumption, "quantity": _fix_quantity, "option": _fix_option}
