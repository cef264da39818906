"""The top of a case: its name, its calendar, its sources, its parties and what they can set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date  # noqa: N812

from .calendar import DAYS_A_YEAR, Duration, shift
from .case import Option, Party, Source, SourceRef
from .fields import (
    Fields,
    date_of,
    duration_of,
    entries_of,
    found,
    good_name,
    key_place,
    list_of,
    name_of,
    number_of,
    sources_of,
    table_of,
    text_of,
)
from .nodes import List, Node, Table, Text
from .problems import Place, Problems
from .records import dataclass

FORMAT = 1
MAX_STEPS = 5000
MAX_LEVELS = 64
SOURCE_KEYS = ("title", "publisher", "date", "published", "note", "url")
OPTION_KEYS = ("levels", "values", "start", "label")


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a case says; what it fails to say has a stand-in, so that reading can go on."""

    name: str = ""
    title: str = ""
    note: str = ""
    as_of: Date = Date(2000, 1, 1)
    step: Duration = Duration(1, "month")
    horizon: int = 1


def read_header(fields: Fields, problems: Problems) -> Header:
    """The keys that are no sections."""
    if fields.require("detente") and (version := fields.get("detente")) is not None:
        read_version(version, problems)
    name = fields.read("case", text_of) if fields.require("case") else None
    if name and (node := fields.get("case")):
        good_name(name, node.place, problems, loose=True)
    as_of = fields.read("as_of", date_of) if fields.require("as_of") else None
    step = _step(fields, problems)
    horizon = fields.read("horizon", duration_of) if fields.require("horizon") else None
    steps = None
    if horizon and step and (node := fields.get("horizon")):
        steps = _steps(horizon, step, node.place, problems)
        if steps and as_of and not _ends_in_calendar(as_of, step, steps):
            problems.add("past_calendar", node.place)
    return Header(
        name or "",
        fields.text("title"),
        fields.text("note"),
        as_of or Date(2000, 1, 1),
        step or Duration(1, "month"),
        steps or MAX_STEPS,
    )


def read_version(node: Node, problems: Problems) -> None:
    """`detente: 1`."""
    if not isinstance(node, Text) or node.number != FORMAT:
        problems.add("unknown_format", node.place, found=found(node), known=FORMAT)


def _step(fields: Fields, problems: Problems) -> Duration | None:
    step = fields.read("step", duration_of) if fields.require("step") else None
    node = fields.get("step")
    if step is None or node is None:
        return None
    if step.count != int(step.count) or step.count < 1 or step.years > 100:
        problems.add("odd_step", node.place, found=found(node))
        return None
    return step


_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def _steps(horizon: Duration, step: Duration, place: Place, problems: Problems) -> int | None:
    """How many steps the horizon has, if that is a whole number."""
    for sizes in (_DAYS, _MONTHS):
        if horizon.unit in sizes and step.unit in sizes:
            exact = horizon.count * sizes[horizon.unit] / (step.count * sizes[step.unit])
            if exact == int(exact) and exact >= 1:
                return _bounded(int(exact), place, problems)
    nearest = min(max(round(horizon.years / step.years), 1), MAX_STEPS)
    remedy = Duration(nearest * step.count, step.unit)
    problems.add("horizon_not_whole", place, horizon=str(horizon), step=str(step), written=f"horizon: {remedy}")
    return None


def _bounded(steps: int, place: Place, problems: Problems) -> int | None:
    if steps > MAX_STEPS:
        problems.add("too_many_steps", place, count=steps, most=MAX_STEPS)
        return None
    return steps


def _ends_in_calendar(as_of: Date, step: Duration, steps: int) -> bool:
    if as_of.year + step.years * (steps + 1) + 1 / DAYS_A_YEAR > 9990:
        return False
    return shift(as_of, step, steps).year < 9999


# --- sources and parties -------------------------------------------------------------------------------------


def read_sources(section: Table, as_of: Date | None, problems: Problems) -> dict[str, Source]:
    """Every source; one whose facts are later than `as_of` is refused."""
    sources = {}
    for name, node, place in entries_of(section, problems, loose=True):
        table = table_of(node, problems)
        if table is None:
            sources[name] = Source(name, place=place)
            continue
        fields = Fields(table, SOURCE_KEYS, "a source", problems)
        date, published = fields.read("date", date_of), fields.read("published", date_of)
        if date and as_of and date > as_of:
            problems.add("source_too_late", table.items["date"].place, name=name, date=date, as_of=as_of)
        if published and as_of and published > as_of and not fields.has("date"):
            place_of = table.items["published"].place
            problems.add("published_too_late", place_of, name=name, published=published, as_of=as_of)
        if date and published and published < date:
            problems.add(
                "published_before", table.items["published"].place, name=name, date=date, published=published
            )
        sources[name] = Source(
            name,
            fields.text("title"),
            fields.text("publisher"),
            date,
            published,
            fields.text("note"),
            fields.text("url"),
            place=place,
        )
    return sources


def read_source_refs(fields: Fields, sources: Mapping[str, Source], problems: Problems) -> tuple[SourceRef, ...]:
    """The sources that an entry names, all of which must exist."""
    node = fields.get("source")
    if node is None:
        return ()
    refs = sources_of(node, problems)
    for ref in refs:
        if ref.source not in sources:
            problems.add("unknown_name", node.place, name=ref.source, kind="source", known=tuple(sources))
    return refs


def read_parties(section: Table, problems: Problems) -> dict[str, Party]:
    """Every party by name; its label is its `name:`."""
    parties = {}
    for name, node, place in entries_of(section, problems):
        label = None
        if isinstance(node, Table):
            label = Fields(node, ("name",), "a party", problems).text("name")
        elif not (isinstance(node, Text) and node.is_null):
            table_of(node, problems)
        parties[name] = Party(name, label or name, place=place)
    return parties


# --- options -------------------------------------------------------------------------------------------------


def read_options(section: Table, parties: Mapping[str, Party], problems: Problems) -> dict[str, Option | None]:
    """Every option by `party.option`; None for one that is declared but cannot be used."""
    options: dict[str, Option | None] = {}
    for name, node in section.items.items():
        place = key_place(section, name)
        party, dot, own = name.partition(".")
        if not dot or "." in own:
            problems.add("option_without_party", place, name=name, party=next(iter(parties), "us"))
            continue
        if not good_name(own, place, problems):
            continue
        if party not in parties:
            problems.add("unknown_name", place, name=party, kind="party", known=tuple(parties))
        options[name] = _option(name, party, node, place, problems)
    return options


def _option(name: str, party: str, node: Node, place: Place, problems: Problems) -> Option | None:
    if isinstance(node, List):
        levels = read_levels(node, problems)
        return Option(name, party, levels, place=place) if levels else None
    table = table_of(node, problems)
    if table is None:
        return None
    fields = Fields(table, OPTION_KEYS, "an option", problems)
    listed = fields.read("levels", list_of) if fields.require("levels") else None
    levels = read_levels(listed, problems) if listed is not None else None
    if levels is None:
        return None
    start = fields.read("start", name_of)
    if start is not None and start not in levels:
        problems.add("unknown_level", table.items["start"].place, name=start, option=name, known=levels)
        start = None
    values = _values(fields, levels, problems)
    label = fields.text("label")
    return Option(name, party, levels, values, levels.index(start) if start else 0, label, place=place)


def read_levels(node: List, problems: Problems) -> tuple[str, ...] | None:
    """The names of levels, in order, or None after adding what is wrong with them."""
    if not 2 <= len(node) <= MAX_LEVELS:
        problems.add("level_count", node.place, count=len(node), most=MAX_LEVELS)
        return None
    names: list[str] = []
    for item in node:
        name = name_of(item, problems)
        if name is None:
            return None
        if name in names:
            problems.add("level_twice", item.place, name=name)
            return None
        names.append(name)
    return tuple(names)


def _values(fields: Fields, levels: tuple[str, ...], problems: Problems) -> tuple[float, ...] | None:
    items = fields.read("values", list_of)
    if items is None:
        return None
    values = [number_of(item, problems) for item in items]
    if len(values) != len(levels):
        problems.add("values_count", items.place, count=len(values), levels=len(levels))
        return None
    return None if None in values else tuple(v for v in values if v is not None)
