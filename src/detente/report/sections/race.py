"""The race: how the quantities that the argument is about go, under each strategy."""

from __future__ import annotations

import numpy as np

from detente.language.case import Quantity

from ..charts.fan import Frame, fan
from ..document import Block, Figure, Panel, Paragraph, Section
from ..results import Results
from ..subjects import main_quantities
from ..words import in_words, number


def section(results: Results) -> Section | None:
    """Fan charts of the main quantities, a panel for each strategy."""
    bands = results.judged.bands
    names = [name for name in main_quantities(results.case) if bands and name in next(iter(bands.values()))]
    if not names:
        return None
    how: Block = Paragraph(
        "Each panel shows one strategy: the line is the middle of all runs, the dark band holds half of them, the "
        "light band nine in ten, futures and luck together."
    )
    return Section("race", "The race", (how, *(figure(results, name) for name in names)))


def figure(results: Results, name: str) -> Figure:
    """The fans of a quantity under every strategy, on one scale."""
    quantity = results.case.quantities[name]
    frame = _frame(results, quantity)
    panels = tuple(_panel(results, frame, quantity, strategy) for strategy in results.judged.strategies)
    title = (quantity.label or in_words(name))
    unit = "" if quantity.unit is None or quantity.unit.text == "1" else f", in {quantity.unit.text}"
    caption = quantity.note
    return Figure(f"fan-{name}", f"{title[:1].upper()}{title[1:]}{unit}", panels, caption, wide=True,
                  data=_data(results, name))


def _panel(results: Results, frame: Frame, quantity: Quantity, strategy: str) -> Panel:
    judged = results.judged
    band = judged.bands[strategy][quantity.name]
    shown = band.quantiles / quantity.factor
    years = [results.year(int(step)) for step in band.steps]
    title = results.strategy(strategy)
    low, _, middle, _, high = (number(float(row[-1])) for row in shown)
    said = f"{title}: {quantity.label or quantity.name} ends at {middle} in the middle run, {low} to {high} in nine of ten"
    return fan(
        frame, title, years, shown, picks=f"strategy:{strategy}", live=f"fan:{quantity.name}:{strategy}",
        first=strategy == judged.strategies[0], said=said,
    )


def _frame(results: Results, quantity: Quantity) -> Frame:
    """Axes that all strategies fit into; bounds of the quantity where they are near."""
    every = np.concatenate([band[quantity.name].quantiles.ravel() for band in results.judged.bands.values()])
    every = every[np.isfinite(every)] / quantity.factor
    low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
    least, most = (bound / quantity.factor for bound in quantity.within or (-np.inf, np.inf))
    low = least if low - least < 0.5 * (high - least) and np.isfinite(least) else min(low, 0.0) if low < high / 3 else low
    high = most if np.isfinite(most) and high > low + 0.6 * (most - low) else high
    if not high > low:
        low, high = low - 0.5, high + 0.5
    case = results.case
    return Frame(results.year(0), results.year(case.horizon), low, high, quantity.scale)


def _data(results: Results, name: str) -> tuple[tuple[str, ...], ...]:
    quantity = results.case.quantities[name]
    rows = [("strategy", "date", "q05", "q25", "q50", "q75", "q95")]
    for strategy, bands in results.judged.bands.items():
        band = bands[name]
        for i, step in enumerate(band.steps):
            values = (f"{float(v) / quantity.factor:.6g}" for v in band.quantiles[:, i])
            rows.append((strategy, results.case.day(int(step)).isoformat(), *values))  # type: ignore[arg-type]
    return tuple(rows)
