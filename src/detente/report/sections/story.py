"""One run told as a story: what the parties did, what happened, and how the main quantities went."""

from __future__ import annotations

from collections.abc import Iterator

from ..charts.history import Line as Drawn
from ..charts.history import Marks, history
from ..chronicle import Chronicle, chronicle
from ..document import Block, Bullets, Details, Figure, Line, Paragraph, Piece, Section, Span
from ..results import Results
from ..words import in_words, listed, month, number

MOST_ROWS = 9
LONGEST = 400


def section(results: Results) -> Section | None:
    """The history that stands for the conclusion, drawn and told."""
    told = chronicle(results)
    if told is None:
        return None
    found: list[Block] = [Paragraph(_which(results, told)), _figure(results, told), *_telling(results, told)]
    again = f"detente show {results.case.name} --strategy {told.strategy} --future {told.future} --run 0"
    if results.judged.seed != 1:
        again += f" --seed {results.judged.seed}"
    found.append(
        Paragraph(("Which term of which expression did it, step by step: ", Span(again, "code"), "."), "note")
    )
    return Section("story", "One run as a story", tuple(found))


def _which(results: Results, told: Chronicle) -> Line:
    why = (
        "the future in the middle of those in which the conclusion was judged" if told.middle else "the first future"
    )
    return (
        f"Under “{results.strategy(told.strategy)}”, in {why} (number {told.future:,}), the first history. It is one "
        "of many, and shows how the model moves, not what will be."
    )


def _figure(results: Results, told: Chronicle) -> Figure:
    case = results.case
    lines = [
        Drawn(results.quantity(name), told.years, told.values[name], *results.heights(name))
        for name in _drawn(results, told)
    ]
    rows = sorted(told.events.items(), key=lambda item: -len(item[1]))[:MOST_ROWS]
    marks = [
        Marks(case.events[name].label or in_words(name), years=[results.year(step) for step in steps])
        for name, steps in rows
        if steps
    ]
    last = results.year(case.horizon)
    for option, spans in told.spans.items():
        marks.append(Marks(option, spans=[(results.year(a), results.year(b)) for a, b in spans]))
    named = listed([line.label for line in lines])
    said = f"One run under {results.strategy(told.strategy)}: {named}, and what happened"
    data = (
        ("date", *_drawn(results, told)),
        *(
            (case.day(step).isoformat(), *(f"{float(told.values[name][step]):.6g}" for name in _drawn(results, told)))
            for step in range(len(told.years))
        ),
    )
    return Figure(
        "story",
        "One history",
        (history(lines, marks, results.year(0), last, said),),
        "Each line has its own scale, from the least to the greatest value of its chart above. Dots mark the "
        "months in which something happened, bars how long something was in force.",
        broad=True,
        data=data,
    )


def _drawn(results: Results, told: Chronicle) -> list[str]:
    """The quantities that move in this history, at most four."""
    return [name for name in results.quantities if told.values[name].min() < told.values[name].max()][:4]


def _telling(results: Results, told: Chronicle) -> Iterator[Block]:
    lines = [_step(results, told, step) for step in told.steps]
    shown = tuple(lines[:LONGEST])
    yield Paragraph(_summary(results, told))
    yield Details(f"Month by month: {len(lines):,} entries", (Bullets(shown),), aside=True)


def _summary(results: Results, told: Chronicle) -> Line:
    case = results.case
    happened = [
        f"{case.events[name].label or in_words(name)} {_times(sum(told.counts[name][s] for s in steps))}"
        for name, steps in told.events.items()
        if steps and not case.events[name].at
    ]
    ends = [
        f"{results.quantity(name)} goes from {number(float(values[0]))} to {number(float(values[-1]))}"
        for name in _drawn(results, told)
        for values in (told.values[name],)
    ]
    said = f"In this history {listed(ends)}." if ends else ""
    return f"{said} What happens: {listed(happened)}." if happened else f"{said} No event happens."


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def _step(results: Results, told: Chronicle, step: int) -> Line:
    case = results.case
    parts: list[str] = []
    for option, old, new in told.moves.get(step, ()):
        levels = case.options[option].levels
        party = case.parties.get(case.options[option].party)
        who = (party.label if party else "") or case.options[option].party
        how = "as the strategy commands" if told.commanded(case, option) else "by its conduct"
        parts.append(
            f"{who}: {case.options[option].label or option} from {in_words(levels[old])} to "
            f"{in_words(levels[new])} ({how})"
        )
    for name, counts in told.counts.items():
        if counts[step]:
            label = case.events[name].label or in_words(name)
            parts.append(label if counts[step] == 1 else f"{label}, {_times(counts[step])}")
    if told.ended == step:
        parts.append("the run ends here")
    pieces: tuple[Piece, ...] = (Span(f"{month(case.day(step))}: ", "strong"), "; ".join(parts), ".")
    return pieces
