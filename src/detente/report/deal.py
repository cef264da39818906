"""The deals of a run: which strategies offer them, which measures speak of them, and a few of their histories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from detente.agreements.days import NEVER
from detente.agreements.monitoring import MonitorResult, monitor
from detente.language.case import Case
from detente.language.tree import AgreementNode, EventCount, Expr, QuantityRef
from detente.language.walk import walk
from detente.model.deals import LivedDeal

from .chronicle import stands_for
from .results import Results

HISTORIES, MOST_RUNS = 3, 512


@dataclass(frozen=True)
class History:
    """What became of one agreement in one run; `monitored` is None where it was never signed. `hidden` lists breaches
    that nobody had found at the end: obligation and day."""

    agreement: str
    future: int
    monitored: MonitorResult | None
    hidden: tuple[tuple[str, date], ...]


@dataclass(frozen=True)
class Lived:
    """Histories under a strategy, of the first runs when put in the order of a measure (None: of the futures)."""

    strategy: str
    order: str | None
    of: int
    histories: tuple[History, ...]


def offered(results: Results) -> dict[str, tuple[str, ...]]:
    """The agreements that are played, each with the strategies under which it may come or stands."""
    case, played = results.case, results.judged.strategies
    found = {
        name: tuple(s for s in played if agreement.starts is not None or name in case.strategies[s].offers)
        for name, agreement in case.agreements.items()
    }
    return {name: strategies for name, strategies in found.items() if strategies}


def measures_of(case: Case, agreements: Sequence[str]) -> tuple[str, ...]:
    """The measures that read some agreements: themselves, or by way of auxiliaries and the rates of events."""
    return tuple(name for name, one in case.measures.items() if any(_nodes(case, agreements, one.value)))


def _nodes(case: Case, agreements: Sequence[str], *exprs: Expr | None) -> Iterator[AgreementNode]:
    """What is read of the agreements, as far as it is computed anew each step."""
    seen: set[str] = set()
    waiting: list[Expr | None] = list(exprs)
    while waiting:
        for node in walk(waiting.pop()):
            if isinstance(node, AgreementNode) and node.agreement in agreements:
                yield node
            elif isinstance(node, QuantityRef | EventCount) and node.name not in seen:
                seen.add(node.name)
                if isinstance(node, EventCount):
                    waiting += [case.events[node.name].rate, case.events[node.name].chance]
                elif node.name in case.quantities and case.quantities[node.name].is_auxiliary:
                    waiting.append(case.quantities[node.name].value)


# --- histories -------------------------------------------------------------------------------------------------


def lived(results: Results) -> Lived | None:
    """A few histories under the strategy that stands for the conclusion, if it offers a deal, else the first that
    does: the first runs of futures at equal distances, in the order of the first measure of the deal."""
    deals = offered(results)
    if not deals:
        return None
    offering = [s for s in results.judged.strategies if any(s in strategies for strategies in deals.values())]
    strategy = next((s for s in (stands_for(results)[0],) if s in offering), offering[0])
    names = [name for name, strategies in deals.items() if strategy in strategies]
    order, futures, of = _chosen(results, strategy, names)
    ensemble, last = results.judged.ensemble, list(results.case.agreements)
    played = ensemble.lived(strategy, futures, np.zeros(len(futures), np.int64))
    told = [
        _history(results.case, int(future), deals_[last.index(name)])
        for future, deals_ in zip(futures, played, strict=True) for name in names
    ]  # fmt: skip
    return Lived(strategy, order, of, tuple(told))


def _chosen(results: Results, strategy: str, names: Sequence[str]) -> tuple[str | None, np.ndarray, int]:
    """The measure, the futures and of how many: a number rather than a date, for dates that never come are alike."""
    case, count = results.case, min(MOST_RUNS, len(results.judged.margins.futures))
    known = measures_of(case, names)
    order = next((name for name in known if case.measures[name].kind != "date"), next(iter(known), None))
    places = np.arange(count)
    if order is not None:
        places = np.argsort(results.first_measures(strategy, count)[order], kind="stable")
    at = sorted({(2 * i + 1) * count // (2 * HISTORIES) for i in range(HISTORIES)})
    return order, places[at], count


def _history(case: Case, future: int, deal: LivedDeal) -> History:
    name, known = deal.deal.agreement.name, deal.known
    if known.starts >= NEVER:
        return History(name, future, None, ())
    found = monitor(
        deal.deal.agreement, deal.as_log(), date.fromordinal(known.day), case=case,
        starts=date.fromordinal(known.starts), assumptions=known.assumptions,
    )  # fmt: skip
    hidden = tuple((h.obligation, date.fromordinal(h.row.date)) for h in deal.hidden if h.breaks)
    return History(name, future, found, hidden)
