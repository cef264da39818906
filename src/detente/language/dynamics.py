"""The sections `quantities` and `events`: what changes, by itself and by chance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date as Date  # noqa: N812

from .case import Effect, Event, Quantity
from .constants import constant
from .distributions import read_bounds
from .fields import (
    Fields,
    date_of,
    entries_of,
    key_place,
    name_of,
    some_of,
    table_of,
    text_of,
    truth_of,
    unit_of,
)
from .names import QuantityName
from .nodes import Node, Table, Text
from .problems import Place, Problems
from .reading import Reading
from .tree import Expr, Negate, Number
from .units import Unit

QUANTITY_KEYS = ("start", "within", "change", "shock", "is", "unit", "label", "scale", "source", "note")
EVENT_KEYS = ("rate", "chance", "at", "dispersion", "then", "ends", "by", "label", "source", "note")
MOST_A_STEP = 500  # mean occurrences of an event in one step
_STOCK_KEYS = ("start", "change", "shock", "within")


def declare_quantities(section: Table, problems: Problems) -> dict[str, QuantityName | None]:
    """What expressions need to know of every quantity; None for one whose entry is no mapping."""
    declared: dict[str, QuantityName | None] = {}
    for name, node, place in entries_of(section, problems):
        if not isinstance(node, Table):
            code = "quantity_bare" if isinstance(node, Text) and not node.is_null else "not_mapping"
            text = node.text if isinstance(node, Text) else ""
            problems.add(code, node.place, name=name, text=text, found=f"`{text}`" if text else "a list or nothing")
            declared[name] = None
            continue
        unit_node = node.items.get("unit")
        unit = unit_of(unit_node, problems) if unit_node is not None else None
        declared[name] = QuantityName(unit, "is" in node.items, place)
    return declared


def read_quantities(section: Table, reading: Reading) -> dict[str, Quantity]:
    """Every quantity that can be used."""
    quantities = {}
    for name, node in section.items.items():
        known = reading.scope.quantities.get(name)
        if known is None or not isinstance(node, Table):
            continue
        fields = Fields(node, QUANTITY_KEYS, "a quantity", reading.problems)
        quantity = Quantity(
            name,
            unit=known.unit,
            label=fields.text("label"),
            scale=_scale(fields, reading.problems),
            sources=reading.source_refs(fields),
            note=fields.text("note"),
            place=known.place,
        )
        complete = _auxiliary if known.is_auxiliary else _stock
        quantities[name] = complete(quantity, fields, reading)
    return quantities


def _auxiliary(quantity: Quantity, fields: Fields, reading: Reading) -> Quantity:
    for key in _STOCK_KEYS:
        if fields.has(key):
            reading.problems.add("auxiliary_with", fields.key_place(key), name=quantity.name, key=key)
    return replace(quantity, value=reading.number(fields.table.items["is"]))


def _stock(quantity: Quantity, fields: Fields, reading: Reading) -> Quantity:
    problems, factor = reading.problems, quantity.factor
    bounds = fields.read("within", read_bounds)
    within = (bounds[0] * factor, bounds[1] * factor) if bounds else None
    start = None
    if (node := fields.get("start")) is not None:
        start = _converted(reading.number(node, "start"), node, quantity.unit)
        value = constant(start, reading.assumptions)
        if value is not None and within and not within[0] <= value <= within[1]:
            problems.add(
                "start_outside",
                node.place,
                name=quantity.name,
                start=_show(value / factor),
                low=_show(within[0] / factor),
                high=_show(within[1] / factor),
            )
    else:
        problems.add("no_start", fields.place, name=quantity.name)
    change, shock = (reading.number(n) if (n := fields.get(key)) else None for key in ("change", "shock"))
    return replace(quantity, start=start, change=change, shock=shock, within=within)


def _converted(expr: Expr | None, node: Node, unit: Unit | None) -> Expr | None:
    """A literal start is in the quantity's own unit; an expression is in years already."""
    if unit is None or unit.factor == 1.0:
        return expr
    if isinstance(expr, Number) and not expr.is_duration:
        return replace(expr, value=expr.value * unit.factor)
    if isinstance(expr, Negate) and isinstance(expr.arg, Number) and not expr.arg.is_duration:
        return replace(expr, arg=replace(expr.arg, value=expr.arg.value * unit.factor))
    return expr


def _scale(fields: Fields, problems: Problems) -> tuple[tuple[float, str], ...]:
    """`{0: none, 1: all of it}`: what values of an index look like, in the quantity's own unit."""
    table = fields.read("scale", table_of)
    if table is None:
        return ()
    scale: list[tuple[float, str]] = []
    for key, node in table.items.items():
        value, text = table.keys[key].number, text_of(node, problems)
        if value is None or not math.isfinite(value):
            problems.add("scale_key", key_place(table, key), key=key)
        elif scale and value <= scale[-1][0]:
            problems.add("scale_order", key_place(table, key), key=key)
        elif text is not None:
            scale.append((value, text))
    return tuple(scale)


# --- events ----------------------------------------------------------------------------------------------------


def read_events(section: Table, reading: Reading) -> dict[str, Event]:
    """Every event that can be used."""
    events = {}
    for name, node in section.items.items():
        place = reading.scope.events.get(name)
        if place is None:
            continue
        table = table_of(node, reading.problems)
        if table is not None:
            events[name] = _event(name, place, Fields(table, EVENT_KEYS, "an event", reading.problems), reading)
    return events


def _event(name: str, place: Place, fields: Fields, reading: Reading) -> Event:
    given = [key for key in ("rate", "chance", "at") if fields.has(key)]
    if len(given) != 1:
        code = "event_two_ways" if given else "event_no_way"
        reading.problems.add(code, fields.place, name=name, given=" and ".join(f"`{key}`" for key in given))
    if fields.has("dispersion") and "rate" not in given:
        reading.problems.add("dispersion_without_rate", fields.key_place("dispersion"), name=name)
    rate, chance, dispersion = (
        reading.number(n) if (n := fields.get(key)) else None for key in ("rate", "chance", "dispersion")
    )
    _check_constants(name, fields, {"rate": rate, "chance": chance, "dispersion": dispersion}, reading)
    return Event(
        name,
        rate=rate,
        chance=chance,
        at=_dates(name, fields, reading),
        dispersion=dispersion,
        effects=_effects(fields, reading),
        ends=fields.read("ends", truth_of) or False,
        by=_by(fields, reading),
        label=fields.text("label"),
        sources=reading.source_refs(fields),
        note=fields.text("note"),
        place=place,
    )


def _check_constants(name: str, fields: Fields, given: Mapping[str, Expr | None], reading: Reading) -> None:
    """A rate, chance or dispersion that can never be one."""
    for key, expr in given.items():
        value = constant(expr, reading.assumptions)
        node = fields.get(key)
        if value is None or node is None:
            continue
        if key == "chance" and not 0 <= value <= 1:
            reading.problems.add("chance_outside", node.place, name=name, value=_show(value))
        elif key != "chance" and not value >= 0:
            reading.problems.add("below_zero", node.place, name=name, key=key, value=_show(value))
        elif key == "rate" and value * reading.scope.step.years > MOST_A_STEP:
            mean = f"{value * reading.scope.step.years:.6g}"
            reading.problems.add("rate_too_high", node.place, name=name, mean=mean, most=MOST_A_STEP)


def _dates(name: str, fields: Fields, reading: Reading) -> tuple[Date, ...] | None:
    """The days of `at:`, in order."""
    node = fields.get("at")
    if node is None:
        return None
    days: list[Date] = []
    for item in some_of(node):
        day = date_of(item, reading.problems)
        if day is None:
            continue
        if days and day < days[-1]:
            reading.problems.add("dates_backwards", item.place, day=day, before=days[-1])
        days.append(day)
    if not some_of(node):
        reading.problems.add("at_empty", node.place, name=name)
    return tuple(days)


def _effects(fields: Fields, reading: Reading) -> tuple[Effect, ...]:
    """`then: {reach: reach + learning}`: new values of stocks."""
    table = fields.read("then", table_of)
    effects = []
    for name, node in table.items.items() if table else ():
        assert table is not None
        place = key_place(table, name)
        known = reading.scope.quantities.get(name)
        if known is None and name not in reading.scope.broken:
            stocks = tuple(n for n, q in reading.scope.quantities.items() if not q.is_auxiliary)
            reading.problems.add("unknown_name", place, name=name, kind="quantity", known=stocks)
        elif known is not None and known.is_auxiliary:
            reading.problems.add("effect_on_auxiliary", place, name=name)
        value = reading.number(node)
        if known is not None and value is not None:
            effects.append(Effect(name, value, place=place))
    return tuple(effects)


def _by(fields: Fields, reading: Reading) -> str | None:
    party = fields.read("by", name_of)
    if party is not None and party not in reading.scope.parties:
        known = tuple(reading.scope.parties)
        reading.problems.add("unknown_name", fields.table.items["by"].place, name=party, kind="party", known=known)
    return party


def _show(value: float) -> str:
    return f"{value:.12g}"
