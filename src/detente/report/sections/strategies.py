"""Strategies side by side: what each yields by measure, and which would be chosen under which attitude."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from detente.explore.regret import ATTITUDES, best, scores
from detente.explore.table import BETTER_HIGH
from detente.language.calendar import DAYS_A_YEAR

from ..charts.dots import Dot, dots
from ..document import Block, Column, Details, Figure, Line, Panel, Paragraph, Row, Section, Span, Table
from ..estimate import mean_interval
from ..results import Results
from ..words import NONE, count, in_words, number, share, unit, value

Array = NDArray[np.float64]
GOALS = {
    "more": "the more the better",
    "less": "the less the better",
    "late": "the later the better",
    "early": "the earlier the better",
    "few": "the fewer the better",
    "many": "the more the better",
}


def section(results: Results) -> Section | None:
    """Goals as drawings, the choice under each attitude, then a table for every measure."""
    judged, case = results.judged, results.case
    if not case.measures or not judged.strategies:
        return None
    found: list[Block] = [
        Paragraph(
            "All strategies meet the same futures and the same luck. A dot is a mean over futures and histories, the "
            "thick line its 90 % interval, the thin line what nine futures in ten lie within."
        )
    ]
    found += _drawings(results)
    found += _choices(results)
    tables = tuple(_table(results, name) for name in ordered(results))
    found.append(Details("Every measure under every strategy", tables, "every-measure", aside=True))
    return Section("strategies", "Strategies side by side", tuple(found))


def ordered(results: Results) -> list[str]:
    """The measures, those of the goals first."""
    goals = [name for name in results.case.goals if name in results.case.measures]
    return goals + [name for name in results.case.measures if name not in goals]


# --- goals ------------------------------------------------------------------------------------------------------


def _drawings(results: Results) -> Iterator[Block]:
    goals = [name for name in results.case.goals if name in results.case.measures]
    if not goals or results.judged.by_future is None:
        return
    panels = tuple(_panel(results, name) for name in goals)
    caption = "A date that never comes counts as one step after the horizon. The best on average is filled."
    yield Figure("goals", "What each strategy yields", panels, caption, wide=True, data=_rows(results, goals))


def _panel(results: Results, name: str) -> Panel:
    first = best_on(results).get(name)
    rows = [
        Dot(
            results.strategy(s),
            mean,
            half,
            low,
            high,
            _shown(results, name, mean),
            s == first,
            f"strategy:{s}",
            f"dot:{name}:{s}",
        )
        for s in results.judged.strategies
        for mean, half, low, high in (_spread(results, s, name),)
    ]
    title = f"{in_words(results.measure(name))}{unit_of(results, name)}: {GOALS[results.case.goals[name]]}"
    said = f"{title}. " + ", ".join(f"{row.label} {row.shown}" for row in rows)
    return dots(title, rows, said)


def _spread(results: Results, strategy: str, name: str) -> tuple[float, float, float, float]:
    """Mean, half of its interval, and the 5th and 95th per cent over futures, in the measure's unit."""
    kept = results.judged.by_future
    assert kept is not None
    column = list(results.case.measures).index(name)
    values = kept.means[strategy][:, column] / results.case.measures[name].factor
    low, high = np.quantile(values, (0.05, 0.95))
    return (*mean_interval(values), float(low), float(high))


def _shown(results: Results, name: str, it: float) -> str:
    """A mean as text; that of a date as the year, with `never` counted late."""
    if results.case.measures[name].kind != "date":
        return number(it)
    return f"{results.year(0) + it / DAYS_A_YEAR:.1f}"


def unit_of(results: Results, name: str) -> str:
    """A measure's unit in brackets, nothing without one."""
    found = results.case.measures[name].unit
    told = unit(found).strip()
    return f" ({told})" if told else ""


def _rows(results: Results, goals: list[str]) -> tuple[tuple[str, ...], ...]:
    found = [("measure", "strategy", "mean", "low", "high", "q05", "q95")]
    for name in goals:
        for s in results.judged.strategies:
            mean, half, low, high = _spread(results, s, name)
            found.append((name, s, *(f"{v:.6g}" for v in (mean, mean - half, mean + half, low, high))))  # type: ignore[arg-type]
    return tuple(found)


# --- attitudes --------------------------------------------------------------------------------------------------


def best_on(results: Results) -> dict[str, str]:
    """Goal to the strategy with the best mean; the first named of equals, nothing where all are alike."""
    table, found = results.by_future, {}
    for goal in table.goals:
        names = best(table, scores(table, goal)["expected"])
        if len(table.strategies) == 1 or len(names) < len(table.strategies):
            found[goal] = names[0]
    return found


def _choices(results: Results) -> Iterator[Block]:
    table = results.by_future
    if not table.goals:
        return
    columns = (Column("Goal"), *(Column(head[:1].upper() + head[1:]) for head in ATTITUDES.values()))
    rows = tuple(
        Row((f"{in_words(results.measure(goal))}, {table.wanted[goal]}",
             *(_choice(results, goal, attitude, worth) for attitude, worth in scores(table, goal).items())))
        for goal in table.goals
    )  # fmt: skip
    yield Table(
        "choices",
        "Which strategy would be chosen, goal by goal, under three attitudes to the unknown",
        columns,
        rows,
        stacked=True,
        wide=True,
    )
    yield Paragraph(
        "The worst decile is what a strategy falls short of in one future of ten. Regret in a future is what the "
        "best strategy there would have gained over it; the number is the greatest over all futures.",
        "note",
    )


def _choice(results: Results, goal: str, attitude: str, worth: Array) -> Line:
    """Who would be chosen, and the value that decides."""
    chosen = best(results.by_future, worth)
    sign = -1.0 if attitude == "minimax_regret" or results.case.goals[goal] not in BETTER_HIGH else 1.0
    told = sign * float(worth.max())
    if results.case.measures[goal].kind == "date":
        is_span = attitude == "minimax_regret"
        shown = f"{number(told)} years" if is_span else _shown(results, goal, told * DAYS_A_YEAR)
    else:
        shown = number(told)
    return (
        Span(_named(results, chosen), live=f"choice:{goal}:{attitude}"),
        " ",
        Span(f"({shown})", "faint", f"choiceValue:{goal}:{attitude}"),
    )


def _named(results: Results, names: tuple[str, ...]) -> str:
    if len(names) == len(results.judged.strategies) > 1:
        return "all alike"
    others = f" and {count(len(names) - 1, 'other')}" if len(names) > 1 else ""
    return f"{results.strategy(names[0])}{others}"


# --- every measure ----------------------------------------------------------------------------------------------


def _table(results: Results, name: str) -> Table:
    measure = results.case.measures[name]
    title = in_words(results.measure(name))
    goal = f"; {GOALS[results.case.goals[name]]}" if name in results.case.goals else ""
    dated = measure.kind == "date"
    columns = (
        Column("Strategy"),
        *(
            (Column("Comes in", True), Column("90 % interval", True), Column("Middle run", True))
            if dated
            else (Column("Mean", True), Column("90 % interval", True))
        ),
        Column("Nine runs in ten", True),
    )
    rows = tuple(
        Row((results.strategy(s), *cells(results, s, name)), picks=f"strategy:{s}")
        for s in results.judged.strategies
    )
    return Table(f"measure-{name}", f"{title[:1].upper()}{title[1:]}{unit_of(results, name)}{goal}", columns, rows)


def cells(results: Results, strategy: str, name: str) -> tuple[Line, ...]:
    """A measure under a strategy: its mean with the interval, or how often a date comes; and what runs lie within."""
    one, live = results.judged.measures[strategy][name], f"measure:{name}:{strategy}"
    spread = Span(f"{value(one.q05)} to {value(one.q95)}", "interval", f"{live}:spread")
    kept = results.judged.by_future
    if one.never is None:
        half = _spread(results, strategy, name)[1] if kept is not None else float("inf")
        mean = one.mean if isinstance(one.mean, float) else float("nan")
        interval = f"{number(mean - half)} to {number(mean + half)}" if half < float("inf") else NONE
        return Span(value(one.mean), "strong", f"{live}:mean"), Span(interval, "interval", f"{live}:interval"), spread
    interval = NONE
    if kept is not None and name in kept.dates:
        came, half = mean_interval(kept.passed[strategy][kept.dates.index(name), -1] / kept.runs)
        interval = f"{share(max(0.0, came - half))} to {share(min(1.0, came + half))}"
    return (
        Span(share(1 - one.never), "strong", f"{live}:happens"),
        Span(interval, "interval", f"{live}:interval"),
        Span(value(one.q50), live=f"{live}:middle"),
        spread,
    )
