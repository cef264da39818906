"""The sections `turns`, `conduct` and `strategies`: who sets an option to what, and when."""

from __future__ import annotations

from collections.abc import Mapping

from .case import Choice, Option, Party, Rule, Strategy
from .constants import constant
from .fields import (
    Fields,
    found,
    key_place,
    list_of,
    name_of,
    some_of,
    table_of,
)
from .nodes import List, Node, Table, Text
from .problems import Place, Problems
from .reading import Reading
from .tree import Expr, Number

RULE_KEYS = ("option", "when", "move", "choose", "sharpness")
STRATEGY_KEYS = ("label", "note", "moves", "offers", "defies")


def read_turns(section: List, parties: Mapping[str, Party], problems: Problems) -> tuple[str, ...]:
    """The order in which parties move."""
    turns: list[str] = []
    for node in section:
        name = name_of(node, problems)
        if name is None:
            continue
        if name not in parties:
            problems.add("unknown_name", node.place, name=name, kind="party", known=tuple(parties))
        elif name in turns:
            problems.add("turn_twice", node.place, name=name)
        else:
            turns.append(name)
    return tuple(turns)


def read_conduct(section: Table, reading: Reading) -> dict[str, tuple[Rule, ...]]:
    """The rules of every party that the strategy does not command."""
    conduct = {}
    for party, node in section.items.items():
        place = key_place(section, party)
        if party not in reading.scope.parties:
            known = tuple(reading.scope.parties)
            reading.problems.add("unknown_name", place, name=party, kind="party", known=known)
        if isinstance(node, Text) and node.text == "solved":
            reading.problems.add("not_yet", node.place, what="`conduct: solved`")
            continue
        items = list_of(node, reading.problems)
        rules = [_rule(item, party, reading) for item in items or ()]
        conduct[party] = tuple(rule for rule in rules if rule is not None)
    return conduct


def _rule(node: Node, party: str, reading: Reading) -> Rule | None:
    """`{option: dprk.tests, when: strain > 0.5, move: frozen}`, or with `choose` and `sharpness`."""
    table = table_of(node, reading.problems)
    if table is None:
        return None
    if "option" not in table.items and (short := next((key for key in table.items if "." in key), None)):
        reading.problems.add("rule_like_move", key_place(table, short), option=short)
        return None
    fields = Fields(table, RULE_KEYS, "a rule", reading.problems)
    option = _ruled_option(fields, party, reading)
    when = reading.condition(node) if (node := fields.get("when")) else None  # type: ignore[assignment]
    if fields.has("move") == fields.has("choose"):
        code = "move_and_choose" if fields.has("move") else "no_move"
        reading.problems.add(code, fields.place)
        return None
    move: int | Choice | None
    if fields.has("move"):
        move = level_index(fields.table.items["move"], option, reading.problems) if option else None
        if fields.has("sharpness"):
            reading.problems.add("sharpness_without_choose", fields.key_place("sharpness"))
    else:
        move = _choice(fields, option, reading)
    if option is None or move is None or (fields.has("when") and when is None):
        return None
    return Rule(option.name, move, when, place=table.place)


def _ruled_option(fields: Fields, party: str, reading: Reading) -> Option | None:
    """The option of a rule, which must be the party's own."""
    if not fields.require("option"):
        return None
    node = fields.table.items["option"]
    option = find_option(node.text if isinstance(node, Text) else "", node.place, reading)
    if option is not None and option.party != party and party in reading.scope.parties:
        reading.problems.add("option_of_another", node.place, name=option.name, owner=option.party, party=party)
    return option


def find_option(name: str, place: Place, reading: Reading) -> Option | None:
    """The option of that name; None after a problem, or without one if its declaration is broken."""
    option = reading.scope.options.get(name)
    if option is None and name not in reading.scope.broken:
        known = tuple(reading.scope.options)
        reading.problems.add("unknown_name", place, name=name, kind="option", known=known)
    return option


def level_index(node: Node, option: Option, problems: Problems) -> int | None:
    """Which level of an option a node names."""
    if not isinstance(node, Text):
        problems.add("not_level", node.place, found=found(node), option=option.name, levels=", ".join(option.levels))
        return None
    if node.text not in option.levels:
        problems.add("unknown_level", node.place, name=node.text, option=option.name, known=option.levels)
        return None
    return option.levels.index(node.text)


def _choice(fields: Fields, option: Option | None, reading: Reading) -> Choice | None:
    """`choose: {open: reach_value, frozen: relief_value}, sharpness: 4`."""
    table = fields.read("choose", table_of)
    values: list[tuple[int, Expr]] = []
    for name, node in table.items.items() if table else ():
        assert table is not None
        value, level = reading.number(node), None
        if option is not None and name not in option.levels:
            reading.problems.add(
                "unknown_level", key_place(table, name), name=name, option=option.name, known=option.levels
            )
        elif option is not None:
            level = option.levels.index(name)
        if value is not None and level is not None:
            values.append((level, value))
    if table is not None and len(table) < 2:
        reading.problems.add("choose_one", table.place)
    sharpness = _sharpness(fields, reading)
    if table is None or sharpness is None or len(values) != len(table):
        return None
    return Choice(tuple(values), sharpness)


def _sharpness(fields: Fields, reading: Reading) -> Expr | None:
    if not fields.require("sharpness"):
        return None
    node = fields.table.items["sharpness"]
    expr = reading.number(node)
    value = constant(expr, reading.assumptions)
    if value is not None and not value >= 0:
        reading.problems.add("sharpness_below_zero", node.place, value=f"{value:.12g}")
        return Number(0.0, place=node.place)
    return expr


# --- strategies ------------------------------------------------------------------------------------------------


def read_strategies(section: Table, reading: Reading) -> dict[str, Strategy]:
    """Every strategy that can be used."""
    strategies = {}
    for name, node in section.items.items():
        place = reading.scope.strategies.get(name)
        if place is None:
            continue
        if isinstance(node, Text) and node.is_null:
            strategies[name] = Strategy(name, place=place)
            continue
        table = table_of(node, reading.problems)
        if table is None:
            continue
        _moves_in_the_wrong_place(table, reading.problems)
        keys = STRATEGY_KEYS if not any("." in key for key in table.items) else (*STRATEGY_KEYS, *table.items)
        fields = Fields(table, keys, "a strategy", reading.problems)
        rules = _moves(fields.get("moves"), reading)
        scope, problems = reading.scope, reading.problems
        offers = _names(fields.get("offers"), "agreement", tuple(scope.agreements), problems)
        defies = _names(fields.get("defies"), "party", tuple(scope.parties), problems)
        strategies[name] = Strategy(
            name, rules, offers, defies, label=fields.text("label"), note=fields.text("note"), place=place
        )
    return strategies


def _moves_in_the_wrong_place(table: Table, problems: Problems) -> None:
    stray = next((key for key in table.items if "." in key), None)
    if stray is not None:
        problems.add("move_outside_moves", key_place(table, stray), option=stray)


def _names(node: Node | None, kind: str, known: tuple[str, ...], problems: Problems) -> tuple[str, ...]:
    """Agreements that the strategy puts on the table, or parties who do not carry out what an agreement commands."""
    names = []
    for item in some_of(node) if node is not None else ():
        name = item.text if isinstance(item, Text) else found(item)
        if name in known:
            names.append(name)
        else:
            problems.add("unknown_name", item.place, name=name, kind=kind, known=known)
    return tuple(names)


def _moves(node: Node | None, reading: Reading) -> tuple[Rule, ...]:
    """A mapping of options to levels, or a list of such, each with an optional `when`."""
    rules: list[Rule] = []
    for item in some_of(node) if node is not None else ():
        table = table_of(item, reading.problems)
        if table is None:
            continue
        when_node = table.items.get("when")
        when = reading.condition(when_node) if when_node is not None else None
        if when_node is not None and len(table) == 1:
            reading.problems.add("when_alone", table.place)
        for name, level_node in table.items.items():
            if name != "when":
                rule = _move(name, level_node, when, table, reading)
                if rule is not None and (when_node is None or when is not None):
                    rules.append(rule)
    return tuple(rules)


def _move(name: str, node: Node, when: Expr | None, table: Table, reading: Reading) -> Rule | None:
    option = find_option(name, key_place(table, name), reading)
    if option is None:
        return None
    level = level_index(node, option, reading.problems)
    return None if level is None else Rule(name, level, when, place=key_place(table, name))
