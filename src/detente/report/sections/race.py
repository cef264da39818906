"""The race: who comes first, how soon, and how the quantities that it is about go, under each strategy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detente.explore.premises import Counted
from detente.language.case import Quantity

from ..charts.bars import Bar, bars
from ..charts.fan import Frame, fan
from ..charts.passages import key, passages
from ..document import Block, Column, Details, Figure, Line, Paragraph, Row, Section, Span, Table
from ..orders import Pair, order_shares
from ..results import Results
from ..words import in_words, number, share, span, unit

MOST_LINES = 4


def section(results: Results) -> Section | None:
    """Orders of the dates that race, first passages, and fans of the main quantities."""
    found: list[Block] = [*_orders(results), *_passages(results), *_fans(results)]
    return Section("race", "The race", tuple(found)) if found else None


# --- who comes first -------------------------------------------------------------------------------------------


def _orders(results: Results) -> Iterator[Block]:
    for i, (pair, rows) in enumerate(order_shares(results)):
        a, b = (results.measure(name) for name in pair)
        heads = (f"{in_words(a)} first", f"{in_words(b)} first", "both at once", "neither")
        drawn = [
            Bar(
                results.strategy(name),
                tuple(one.share or 0.0 for one in shares),
                tuple(share(one.share) for one in shares),
                f"strategy:{name}",
                f"order:{i}:{name}",
            )
            for name, shares in rows.items()
        ]
        said = f"Who comes first, {a} or {b}, by strategy; the numbers stand in the table of the same name"
        caption = "Both clocks run in the same history; shares of all runs."
        yield Figure(
            f"order-{i}",
            f"Which comes first: {a}, or {b}?",
            (bars(drawn, heads, said),),
            caption,
            broad=True,
            data=_order_rows(pair, rows),
        )
        yield Details("The same in numbers, with intervals", (_order_table(results, f"order-{i}", heads, rows),))


def _order_table(results: Results, name: str, heads: tuple[str, ...], rows: dict[str, tuple[Counted, ...]]) -> Table:
    columns = (Column("Strategy"), *(Column(head[:1].upper() + head[1:], True) for head in heads))
    return Table(
        name,
        "Shares of runs, with 90 % intervals",
        columns,
        tuple(
            Row((results.strategy(strategy), *(_cell(one) for one in shares)), picks=f"strategy:{strategy}")
            for strategy, shares in rows.items()
        ),
        stacked=True,
    )


def _cell(one: Counted) -> Line:
    return Span(share(one.share), "strong"), " ", Span(f"[{span(*one.interval)}]", "interval")


def _order_rows(pair: Pair, rows: dict[str, tuple[Counted, ...]]) -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = [("strategy", "order", "share", "low", "high")]
    for name, shares in rows.items():
        for order, one in zip((pair[0], pair[1], "together", "neither"), shares, strict=True):
            found.append((name, order, *(f"{v:.6g}" for v in (one.share or 0.0, *one.interval))))
    return tuple(found)


def first_figure(results: Results) -> list[Figure]:
    """The figure of who comes first, if any dates race."""
    return [block for block in _orders(results) if isinstance(block, Figure)][:1]


# --- how soon --------------------------------------------------------------------------------------------------


def _passages(results: Results) -> Iterator[Block]:
    kept = results.judged.by_future
    if kept is None or not kept.dates or not results.judged.strategies:
        return
    names = kept.dates[:MOST_LINES]
    case = results.case
    frame = Frame(results.year(0), results.year(case.horizon), 0.0, 1.0, percent=True)
    years = [results.year(int(step)) for step in kept.steps]
    panels, rows = [], [("strategy", "measure", "date", "share")]
    for s in results.judged.strategies:
        curves = [kept.passed[s][kept.dates.index(name)].mean(axis=1) / kept.runs for name in names]
        said = f"{results.strategy(s)}: by the end " + ", ".join(
            f"{in_words(name)} in {share(float(curve[-1]))} of runs"
            for name, curve in zip(names, curves, strict=True)
        )
        panels.append(
            passages(
                frame,
                results.strategy(s),
                years,
                curves,
                picks=f"strategy:{s}",
                live=f"passage:{s}",
                said=said,
            )
        )
        for name, curve in zip(names, curves, strict=True):
            rows += [
                (s, name, case.day(int(step)).isoformat(), f"{v:.6g}")
                for step, v in zip(kept.steps, curve, strict=True)
            ]
    named = key([in_words(results.measure(name)) for name in names])
    caption = (
        "The share of all runs in which each date has come, over time; what is left at the end has not come "
        "within the horizon."
    )
    yield Figure("passages", "How soon", tuple(panels), caption, named, wide=True, data=tuple(rows))


# --- how the quantities go -------------------------------------------------------------------------------------


def _fans(results: Results) -> Iterator[Block]:
    if not results.quantities:
        return
    yield Paragraph(
        "In the charts that follow the line is the middle of all runs, the dark band holds half of them and the "
        "light band nine in ten, futures and luck together."
    )
    for name in results.quantities:
        yield _figure(results, name)


def _figure(results: Results, name: str) -> Figure:
    quantity = results.case.quantities[name]
    case, (low, high) = results.case, results.heights(name)
    frame = Frame(results.year(0), results.year(case.horizon), low, high, quantity.scale)
    judged = results.judged
    panels = []
    for strategy in judged.strategies:
        band = judged.bands[strategy][name]
        shown = band.quantiles / quantity.factor
        last = [number(float(row[-1])) for row in shown]
        panels.append(
            fan(
                frame,
                results.strategy(strategy),
                [results.year(int(step)) for step in band.steps],
                shown,
                picks=f"strategy:{strategy}",
                live=f"fan:{name}:{strategy}",
                first=strategy == judged.strategies[0],
                said=f"{results.strategy(strategy)}: {results.quantity(name)} ends at {last[2]} in the middle run, "
                f"at {last[0]} to {last[4]} in nine of ten",
            )
        )
    title = results.quantity(name)
    told = unit(quantity.unit)
    return Figure(
        f"fan-{name}",
        f"{title[:1].upper()}{title[1:]}{told and f', in{told}'}",
        tuple(panels),
        quantity.note,
        wide=True,
        data=_data(results, quantity),
    )


def _data(results: Results, quantity: Quantity) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = [("strategy", "date", "q05", "q25", "q50", "q75", "q95")]
    for strategy, bands in results.judged.bands.items():
        band = bands[quantity.name]
        shown = np.asarray(band.quantiles) / quantity.factor
        rows += [
            (strategy, results.case.day(int(step)).isoformat(), *(f"{float(v):.6g}" for v in shown[:, i]))
            for i, step in enumerate(band.steps)
        ]
    return tuple(rows)
