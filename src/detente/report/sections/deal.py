"""The deal: told in words from the agreement itself, what came of it by the case's measures, and a few histories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from detente.agreements.clocks import Breach
from detente.agreements.plot import bars_of
from detente.agreements.telling import Part, told
from detente.agreements.words import EVIDENCE
from detente.language.agreement import Agreement
from detente.language.calendar import DAYS_A_YEAR, year_of

from ..charts.deal import Bar, Bars, deal
from ..deal import History, Lived, measures_of, offered
from ..document import (
    Block,
    Bullets,
    Column,
    Details,
    Figure,
    Heading,
    Line,
    Panel,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
)
from ..results import Results
from ..words import count, day, in_words, listed
from .strategies import cells, unit_of

ROUTINE = ("its window opens", "done", "its window closes")
LONGEST = 60


def section(results: Results) -> Section | None:
    """The section; nothing where no strategy offers a deal and none stands."""
    deals = offered(results)
    if not deals:
        return None
    found: list[Block] = [*_words(results, deals), *_measures(results, deals), *_histories(results)]
    return Section("deal", "The deal" if len(deals) == 1 else "The deals", tuple(found))


# --- in words ----------------------------------------------------------------------------------------------------


def _words(results: Results, deals: dict[str, tuple[str, ...]]) -> Iterator[Block]:
    """The first deal in full, of the others what differs from it."""
    (first, strategies), *others = deals.items()
    agreement = results.case.agreements[first]
    parts = told(agreement, results.case)
    yield Heading(_title(agreement), f"deal-{first}")
    yield Paragraph(_lead(results, agreement, strategies))
    yield from _parts(parts)
    for name, strategies in others:
        other = results.case.agreements[name]
        theirs = told(other, results.case)
        same = [part.title for part in theirs if part in parts]
        rest: list[Block] = [Paragraph(_lead(results, other, strategies))]
        rest += _parts([part for part in theirs if part not in parts])
        if same:
            rest.append(Paragraph(f"As in “{_title(agreement)}”: {listed([_lowered(one) for one in same])}.", "note"))
        yield Details(_title(other), tuple(rest), f"deal-{name}")


def _title(agreement: Agreement) -> str:
    return agreement.title or in_words(agreement.name)


def _lowered(title: str) -> str:
    return title if title.startswith("Stage") else title[:1].lower() + title[1:]


def _lead(results: Results, agreement: Agreement, strategies: Sequence[str]) -> str:
    parties = listed([results.case.parties[p].label or p for p in agreement.between])
    under = listed([f"“{results.strategy(s)}”" for s in strategies])
    how = "It stands" if agreement.starts is not None else "It is offered"
    note = f" {agreement.note.rstrip('.')}." if agreement.note else ""
    return f"Between {parties}. {how} under {under}.{note}"


def _parts(parts: Sequence[Part]) -> Iterator[Block]:
    for part in parts:
        yield Paragraph((Span(part.title, "strong"), "."))
        yield Bullets(part.lines)


# --- what came of it ---------------------------------------------------------------------------------------------


def _measures(results: Results, deals: dict[str, tuple[str, ...]]) -> Iterator[Block]:
    """A row for each measure that speaks of a deal, a column for each strategy under which there may be one."""
    names = measures_of(results.case, tuple(deals))
    strategies = [s for s in results.judged.strategies if any(s in each for each in deals.values())]
    yield Heading("What came of it", "deal-outcome")
    if not names:
        yield Paragraph("No measure of this case speaks of the deal, so that nothing was counted.")
        return
    columns = (Column("Measure"), *(Column(results.strategy(s), True) for s in strategies))
    rows = tuple(Row((_named(results, name), *(_cell(results, s, name) for s in strategies))) for name in names)
    yield Table(
        "deal", "What the case measures of the deal, by the strategy under which it may come: means over futures and "
        "histories, or the share of histories in which a date comes, with 90 % intervals",
        columns, rows, stacked=True, wide=True,
    )  # fmt: skip
    yield Paragraph(
        "These are the measures that read the state of a deal, directly or by way of auxiliaries and events. How all "
        "of them spread over histories stands under the strategies.", "note",
    )  # fmt: skip


def _named(results: Results, name: str) -> Line:
    said = in_words(results.measure(name))
    said = said[:1].upper() + said[1:]
    dated = results.case.measures[name].kind == "date"
    return f"{said}: comes in" if dated else f"{said}{unit_of(results, name)}"


def _cell(results: Results, strategy: str, name: str) -> Line:
    mean, interval, *_ = cells(results, strategy, name)
    assert isinstance(mean, Span)
    assert isinstance(interval, Span)
    return mean, " (", interval, ")"


# --- histories ---------------------------------------------------------------------------------------------------


def _histories(results: Results) -> Iterator[Block]:
    lived = results.lived
    if lived is None:
        return
    yield Heading("A few histories", "deal-histories")
    yield Paragraph(_which(results, lived))
    signed = [one for one in lived.histories if one.monitored is not None]
    if signed:
        yield _figure(results, signed)
    for one in lived.histories:
        yield from _told(results, one)


def _which(results: Results, lived: Lived) -> str:
    by = f" put in the order of “{in_words(results.measure(lived.order))}”" if lived.order else ""
    return (
        f"Under “{results.strategy(lived.strategy)}”: of the first histories of {count(lived.of, 'future')}{by}, "
        "those a sixth, half and five sixths of the way. What is told is what was known at the time, as the monitor "
        "of the agreement reads it off the history's log. They show how a deal goes, not what will be."
    )


def _figure(results: Results, histories: Sequence[History]) -> Figure:
    panels = tuple(_panel(results, one) for one in histories)
    data = [("history", "row", "from", "to", "state")]
    for one in histories:
        for label, bars in _rows(one):
            data += [(f"future {one.future}", label, _iso(a), _iso(b - 1), said) for a, b, _, said in bars]
    return Figure(
        "deal", "Stages, breaches and how the parties stand, by what is known", panels,
        "Standing: pale where a party is good or released, grey where it is suspected or has time to put a breach "
        "right, dark where it is in breach. A breach that was known only later is drawn paler until that day.",
        broad=True, data=tuple(data),
    )  # fmt: skip


def _panel(results: Results, one: History) -> Panel:
    rows = [
        Bars(label, [Bar(_year(a), _year(b), kind, said) for a, b, kind, said in bars]) for label, bars in _rows(one)
    ]
    title = f"{_title(results.case.agreements[one.agreement])}, future {one.future:,}"
    said = f"{title}. {_ending(results, one)}"
    return deal(title, rows, results.year(0), results.year(results.case.horizon), said)


def _rows(one: History) -> list[tuple[str, list[tuple[int, int, str, str]]]]:
    """The rows of the monitor's picture, of obligations only those that were broken, and when it was hidden."""
    assert one.monitored is not None
    hidden: dict[str, list[tuple[int, int, str, str]]] = {}
    for b in one.monitored.automaton.breaches:
        if not b.is_struck and b.known > b.date:
            hidden.setdefault(b.owed.name, []).append((b.date, b.known, "hidden", f"{b.owed.name} broken, not known"))
    obligations = set(one.monitored.agreement.names_of_obligations())
    rows = []
    for label, bars in bars_of(one.monitored):
        if label not in obligations:
            rows += [(label, bars)] if bars else []  # an agreement without stages has nothing to show of them
        elif broken := [*hidden.get(label, ()), *(bar for bar in bars if bar[2] == "broken")]:
            rows.append((f"broken: {label}", broken))
    return rows


def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _year(ordinal: int) -> float:
    return year_of(date.fromordinal(ordinal))


def _told(results: Results, one: History) -> Iterator[Block]:
    """How it ended, then its days."""
    title = f"Future {one.future:,}, “{_title(results.case.agreements[one.agreement])}”"
    yield Paragraph((Span(f"{title}. ", "strong"), _ending(results, one)))
    if one.monitored is None:
        return
    shown = [t for t in one.monitored.told if not t.words.startswith(ROUTINE) and not t.words.endswith(": clean")]
    left_out = len(one.monitored.told) - len(shown) + max(0, len(shown) - LONGEST)
    lines: tuple[Line, ...] = tuple(
        (f"{_day(t.day)}: ", *((Span(t.obligation, "code"), " ") if t.obligation else ()), t.words)
        for t in shown[:LONGEST]
    )
    routine = f"{count(left_out, 'entry', 'entries')} of routine left out: windows, duties done, clean looks."
    rest = (Paragraph(routine, "note"),) if left_out else ()
    yield Details(f"Day by day: {count(len(lines), 'entry', 'entries')}", (Bullets(lines), *rest), aside=True)


def _ending(results: Results, one: History) -> str:
    """When it began, when and as what it ended, and every breach with how long it stayed hidden."""
    if one.monitored is None:
        return "It was never signed."
    a = one.monitored.automaton
    if a.ended is not None:
        how = f"ended after {(a.ended[0] - a.starts) / DAYS_A_YEAR:.1f} years as “{in_words(a.ended[1])}”"
    else:
        how = "was still in force at the end" + (f", in stage “{in_words(a.stage)}”" if a.stage else "")
    parts = [f"It came into force on {_day(a.starts)} and {how}."]
    parts += [_breach(results, b) for b in a.breaches if not b.is_struck]
    parts += [f"At its end {name} had been broken since {day(since)}, and nobody knew." for name, since in one.hidden]
    return " ".join(parts)


def _breach(results: Results, b: Breach) -> str:
    party = results.case.parties[b.party].label or b.party
    how = f"this was known {count(b.known - b.date, 'day')} later" if b.known > b.date else EVIDENCE[b.evidence]
    mended = f", and put right on {_day(b.cured)}" if b.cured else ""
    return f"{party} broke {b.owed.name} on {_day(b.date)} ({how}){mended}."


def _day(ordinal: int) -> str:
    return day(date.fromordinal(ordinal))
