"""The sections `measures`, `goals`, `claims` and `checks`: what the case asserts and how it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from .case import Check, Claim, Goal, Measure, Setting
from .cycles import cycles
from .fields import (
    Fields,
    entries_of,
    found,
    key_place,
    some_of,
    table_of,
)
from .nodes import Node, Table, Text
from .problems import Place, Problems
from .reading import Reading
from .settings import Targets, make_setting
from .tree import GraphTruth
from .walk import walk

MEASURE_KEYS = ("is", "label")
CLAIM_KEYS = ("states", "says", "source", "because", "against", "note")
CHECK_KEYS = ("set", "says")
GOALS: tuple[Goal, ...] = get_args(Goal)
_GOALS_OF_KIND: dict[str, tuple[Goal, ...]] = {
    "date": ("late", "early"),
    "number": ("more", "less"),
    "count": ("few", "many", "more", "less"),
}


def read_measures(section: Table, places: Mapping[str, Place], reading: Reading) -> dict[str, Measure | None]:
    """Every measure, `NAME: EXPRESSION` or `NAME: {is: EXPRESSION, label: ..}`; None for one that failed."""
    measures: dict[str, Measure | None] = {}
    for name, place in places.items():
        node, label = section.items[name], ""
        if isinstance(node, Table):
            fields = Fields(node, MEASURE_KEYS, "a measure", reading.problems)
            label = fields.text("label")
            inner = node.items.get("is") if fields.require("is") else None
        else:
            inner = node
        result = reading.measure(inner) if inner is not None else None
        measures[name] = (
            None
            if result is None
            else Measure(name, value=result[0], kind=result[1], unit=result[2], label=label, place=place)
        )
    return measures


def read_goals(section: Table, measures: Mapping[str, Measure | None], problems: Problems) -> dict[str, Goal]:
    """Which way each measure is better."""
    goals: dict[str, Goal] = {}
    for name, node in section.items.items():
        if name not in measures:
            problems.add("unknown_name", key_place(section, name), name=name, kind="measure", known=tuple(measures))
            continue
        goal = next((g for g in GOALS if isinstance(node, Text) and node.text == g), None)
        measure = measures[name]
        if goal is None:
            problems.add(
                "unknown_goal", node.place, name=node.text if isinstance(node, Text) else found(node), known=GOALS
            )
        elif measure is not None and goal not in _GOALS_OF_KIND[measure.kind]:
            problems.add(
                "wrong_goal",
                node.place,
                name=name,
                goal=goal,
                kind=measure.kind,
                fitting=" or ".join(f"`{g}`" for g in _GOALS_OF_KIND[measure.kind]),
            )
        else:
            goals[name] = goal
    return goals


def read_claims(section: Table, places: Mapping[str, Place], reading: Reading) -> dict[str, Claim]:
    """Every claim that can be used. What its premises are is checked for sense."""
    claims = {}
    for name, place in places.items():
        table = _says_table(section.items[name], reading.problems)
        if table is None:
            continue
        fields = Fields(table, CLAIM_KEYS, "a claim", reading.problems)
        says, text = _says(fields, reading)
        claims[name] = Claim(
            name,
            says=says,
            says_text=text,
            states=fields.text("states"),
            sources=reading.source_refs(fields),
            because=_others("because", name, fields, places),
            against=_others("against", name, fields, places),
            note=fields.text("note"),
            place=place,
        )
    _report_circles(claims, reading.problems)
    return claims


def _says_table(node: Node, problems: Problems) -> Table | None:
    if isinstance(node, Text) and not node.is_null:
        problems.add("claim_bare", node.place, text=node.text)
        return None
    return table_of(node, problems)


def _says(fields: Fields, reading: Reading) -> tuple[Any, str]:
    """The statement and its text; None for the statement after a problem, which keeps the case from being used."""
    if not fields.require("says"):
        return None, ""
    node = fields.table.items["says"]
    return reading.claim(node), " ".join(node.text.split()) if isinstance(node, Text) else ""


def _others(key: str, name: str, fields: Fields, claims: Mapping[str, Place]) -> tuple[str, ...]:
    """The claims that `because` or `against` names."""
    node = fields.get(key)
    names: list[str] = []
    for item in some_of(node) if node is not None else ():
        other = item.text if isinstance(item, Text) else ""
        if other == name:
            fields.problems.add("claim_of_itself", item.place, name=name, key=key)
        elif other not in claims:
            known = tuple(c for c in claims if c != name)
            fields.problems.add("unknown_name", item.place, name=other or found(item), kind="claim", known=known)
        elif other in names:
            fields.problems.add("claim_twice", item.place, name=other, key=key)
        else:
            names.append(other)
    return tuple(names)


def _report_circles(claims: Mapping[str, Claim], problems: Problems) -> None:
    needs = {name: [b for b in claim.because if b in claims] for name, claim in claims.items()}
    for way in cycles(needs):
        problems.add("argument_circle", claims[way[0]].place, name=way[0], way=" -> ".join(way))


def read_checks(section: Table, targets: Targets, reading: Reading) -> dict[str, Check]:
    """The modeller's own tests."""
    checks = {}
    for name, node, place in entries_of(section, reading.problems):
        table = _says_table(node, reading.problems)
        if table is None:
            continue
        fields = Fields(table, CHECK_KEYS, "a check", reading.problems)
        says, text = _says(fields, reading)
        settings = _settings(fields, targets)
        if settings and says is not None and any(isinstance(node, GraphTruth) for node in walk(says)):
            reading.problems.add("check_graph_set", settings[0].place, name=settings[0].name)
        checks[name] = Check(name, settings=settings, says=says, says_text=text, place=place)
    return checks


def _settings(fields: Fields, targets: Targets) -> tuple[Setting, ...]:
    table = fields.read("set", table_of)
    settings = []
    for name, node in table.items.items() if table else ():
        assert table is not None
        known = name in targets.assumptions or name in targets.options or name in targets.quantities
        place = node.place if known else key_place(table, name)
        value = node.text if isinstance(node, Text) else found(node)
        setting = make_setting(name, value, place, targets, fields.problems)
        if setting is not None:
            settings.append(setting)
    return tuple(settings)
