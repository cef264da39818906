"""Strategies side by side: what each yields, measure by measure."""

from __future__ import annotations

from detente.language.case import Measure
from detente.simulate.summary import MeasureSummary

from ..document import Column, Line, Paragraph, Row, Section, Span, Table
from ..results import Results
from ..words import in_words, share, value

GOALS = {"more": "the more the better", "less": "the less the better", "late": "the later the better",
         "early": "the earlier the better", "few": "the fewer the better", "many": "the more the better"}


def section(results: Results) -> Section | None:
    """A table for each measure of the goals first, then of the others."""
    judged, case = results.judged, results.case
    if not case.measures or not judged.strategies:
        return None
    tables = tuple(_table(results, name) for name in ordered(results))
    how = ("Each number is a mean over all futures and histories, or for dates the middle run, with the range of "
           "nine runs in ten beside it; all strategies meet the same luck.")
    return Section("strategies", "Strategies side by side", (Paragraph(how), *tables))


def ordered(results: Results) -> list[str]:
    """The measures, those of the goals first."""
    goals = [name for name in results.case.goals if name in results.case.measures]
    return goals + [name for name in results.case.measures if name not in goals]


def _table(results: Results, name: str) -> Table:
    judged, case = results.judged, results.case
    measure = case.measures[name]
    title = measure.label or in_words(name)
    unit = "" if measure.unit is None or measure.unit.text == "1" else f" ({measure.unit.text})"
    goal = f"; {GOALS[case.goals[name]]}" if name in case.goals else ""
    dated = measure.kind == "date"
    columns = (Column("Strategy"), Column("Middle run" if dated else "Mean", True), Column("Nine in ten", True),
               *((Column("Never", True),) if dated else ()))
    rows = tuple(
        Row((results.strategy(s), *_cells(measure, judged.measures[s][name], f"measure:{name}:{s}")),
            picks=f"strategy:{s}")
        for s in judged.strategies
    )
    return Table(f"measure-{name}", f"{title[:1].upper()}{title[1:]}{unit}{goal}", columns, rows)


def _cells(measure: Measure, one: MeasureSummary, live: str) -> tuple[Line, ...]:
    middle = one.q50 if measure.kind == "date" else one.mean
    spread = Span(f"{value(one.q05)} to {value(one.q95)}", "interval", f"{live}:spread")
    first = Span(value(middle), "strong", f"{live}:middle")
    return (first, spread, Span(share(one.never), live=f"{live}:never")) if measure.kind == "date" else (first, spread)
