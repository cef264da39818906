"""The model as a structure diagram, drawn from the resolved names: what is set, what happens, what changes."""

from __future__ import annotations

from collections.abc import Mapping

from detente.language.print import expression_text

from ..charts.structure import Item, neighbours, structure
from ..document import Column, Details, Figure, Line, Paragraph, Row, Section, Span, Table
from ..results import Results
from ..structure import links, setters
from ..words import count, in_words, listed

Ties = Mapping[str, list[str]]


def section(results: Results) -> Section | None:
    """The diagram, then the same in words."""
    case = results.case
    if not case.quantities and not case.events:
        return None
    ties = links(case)
    said = (
        f"Diagram of {count(len(case.options), 'option')}, {count(len(case.events), 'event')} and "
        f"{count(len(case.quantities), 'quantity', 'quantities')} with {count(len(ties), 'link')}; "
        "the table below says the same in words"
    )
    figure = Figure(
        "structure",
        "Who sets what, and what moves what",
        (structure(_items(results), ties, said),),
        "A line runs from what is read to what reads it. Point at a name, or move to it with the Tab key, to "
        "see its own lines. Auxiliaries, computed from others, have a dashed edge.",
        wide=True,
        broad=True,
        data=(("read", "by"), *ties),
    )
    table = _table(results, ties)
    step = (
        "Each step, parties first move on what they can see, then luck decides which events happen, then quantities "
        "change and events take effect, all from the state before the step."
    )
    words = Details("The same in words", (table,), aside=True)
    return Section("model", "The model", (Paragraph(step), figure, words))


def _items(results: Results) -> list[Item]:
    case = results.case
    items = [
        Item(
            name,
            _short(one.label or in_words(name.partition(".")[2]), name),
            0,
            "option",
            case.parties[one.party].label or in_words(one.party) if one.party in case.parties else one.party,
        )
        for name, one in sorted(case.options.items(), key=lambda item: list(case.parties).index(item[1].party))
    ]
    items += [
        Item(name, one.label or in_words(name), 1, "event" + (" ends" if one.ends else ""))
        for name, one in case.events.items()
    ]
    items += [
        Item(name, one.label or in_words(name), 2, "auxiliary" if one.is_auxiliary else "stock")
        for name, one in case.quantities.items()
    ]
    return items


def _short(label: str, name: str) -> str:
    return label or name


def _table(results: Results, ties: tuple[tuple[str, str], ...]) -> Table:
    case = results.case
    reads, read_by = neighbours(ties)
    who = setters(case)
    columns = (Column("Name"), Column("What it is"), Column("Reads"), Column("Read by"))
    rows = []
    for name, option in case.options.items():
        rows.append(
            Row(
                (
                    Span(name, "code"),
                    f"{option.label or in_words(name)}: {listed(option.levels, 'or')}; set by {listed(who[name])}",
                    *_both(name, reads, read_by),
                )
            )
        )
    for name, event in case.events.items():
        rate = event.rate if event.rate is not None else event.chance
        how = (
            f"happens at {expression_text(rate)}{' a year' if event.rate is not None else ' a step'}"
            if rate is not None
            else f"happens on {count(len(event.at or ()), 'date')}"
        )
        rows.append(
            Row(
                (
                    Span(name, "code"),
                    f"{event.label or in_words(name)}: {how}{'; ends the run' if event.ends else ''}",
                    *_both(name, reads, read_by),
                )
            )
        )
    for name, quantity in case.quantities.items():
        shown = quantity.value if quantity.value is not None else quantity.change
        verb = "is" if quantity.is_auxiliary else "changes a year by"
        how = f"{verb} {expression_text(shown)}" if shown is not None else "stays as it is but for events"
        rows.append(Row((Span(name, "code"), f"{results.quantity(name)}: {how}", *_both(name, reads, read_by))))
    return Table(
        "structure",
        "Options, events and quantities, with what each reads and what reads it",
        columns,
        tuple(rows),
        stacked=True,
    )


def _both(name: str, reads: Ties, read_by: Ties) -> tuple[Line, Line]:
    return listed(reads.get(name, [])) or "nothing", listed(read_by.get(name, [])) or "nothing"
