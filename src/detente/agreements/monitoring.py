"""The monitor: an agreement lived through over a log of real events, up to a day.

`monitor(agreement, rows)` gives the stage, what is owed by whom and by when, breaches with their evidence, claims,
contingencies, notices, a timeline, and what is wrong with the log. `why` tells how one obligation came to stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date as Date  # noqa: N812
from pathlib import Path
from typing import Any

from detente.language.agreement import Agreement
from detente.language.calendar import Duration
from detente.language.case import Case, Fixed
from detente.language.problems import Place, Problem, Refused
from detente.language.reader import collector_paused
from detente.language.records import dataclass
from detente.language.tree import AssumptionRef
from detente.language.walk import walk

from .automaton import Automaton
from .days import NEVER, iso
from .expressions import facts_in
from .load import Loaded, load_agreement
from .log import NOT_ENTITLED, Log, LogProblem, read_log
from .rows import Row

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened: on which day, to which obligation ("" for the whole), in words, by which row."""

    day: int
    obligation: str
    words: str
    row: Row | None


@dataclass(frozen=True)
class Standing:
    """From a day on, how the parties stand and in which stage: for the picture."""

    day: int
    stage: str | None
    parties: Mapping[str, str]
    open: tuple[str, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class MonitorResult:
    """Where an agreement stands at the end of a day, and how it came there."""

    agreement: Agreement
    on: int
    hindsight: bool
    automaton: Automaton
    log: Log
    told: tuple[Told, ...]
    history: tuple[Standing, ...]

    def __repr__(self) -> str:
        state = self.to_json()
        ended = state["ended"]
        where = f"ended {ended['date']} ({ended['reason']})" if ended else f"stage {state['stage']}"
        return f"MonitorResult({self.agreement.name}, on {state['on']}: {where}; {state['standing']})"

    @property
    def problems(self) -> tuple[LogProblem, ...]:
        """What is wrong with the log, by line."""
        refused = [
            LogProblem(row.line, NOT_ENTITLED, f"`{row.kind}` by {row.party}") for row in self.automaton.refused
        ]
        return tuple(sorted([*self.log.problems, *refused], key=lambda p: p.line))

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values, in the documented shape."""
        a = self.automaton
        return {
            "format": FORMAT, "agreement": self.agreement.name, "on": iso(self.on), "hindsight": self.hindsight,
            "in_force": a.in_force, "stage": a.stage, "stage_since": iso(a.stage_since) if a.in_force else None,
            "stage_until": iso(a.stage_until) if a.in_force else None,
            "ended": {"date": iso(a.ended[0]), "reason": a.ended[1]} if a.ended else None,
            "standing": {party: a.standing(party) for party in self.agreement.between},
            "owed": self.owed(), "breaches": self.breaches(), "claims": self.claims(),
            "contingencies": self.contingencies(), "pending": self.pending(), "timeline": self.timeline(),
            "problems": [{"line": p.line, "problem": p.problem} for p in self.problems],
        }

    def owed(self) -> list[dict[str, Any]]:
        """Every open obligation of a party that is not released."""
        return [
            {"party": o.spec.party, "obligation": o.name, "due": iso(o.due) if not o.spec.is_keep else None,
             "late": not o.spec.is_keep and o.due < self.on}
            for o in self.automaton.owes()
        ]  # fmt: skip

    def breaches(self) -> list[dict[str, Any]]:
        """Every breach on record, in the order in which they became known."""
        return [
            {"date": iso(b.date), "known": iso(b.known), "party": b.party, "obligation": b.owed.name,
             "evidence": b.evidence, "cured": iso(b.cured)}
            for b in self.automaton.breaches if not b.is_struck
        ]  # fmt: skip

    def claims(self) -> list[dict[str, Any]]:
        """What others said and nobody has confirmed or cleared, or when it was."""
        return [
            {"date": iso(c.row.date), "known": iso(c.known), "party": c.party, "obligation": c.obligation,
             "by": c.row.by, "cleared": iso(c.cleared)}
            for c in self.automaton.claims
        ]  # fmt: skip

    def contingencies(self) -> list[dict[str, Any]]:
        """Moves that are due and not past their end."""
        return [
            {"due": iso(c.due), "by": c.by, "moves": dict(c.moves), "until": iso(c.until), "because": c.because}
            for c in self.automaton.contingencies if self.on <= c.until
        ]  # fmt: skip

    def pending(self) -> list[dict[str, Any]]:
        """Powers used with notice that have not taken effect."""
        return [
            {"power": n.power.spec.name, "by": n.party, "effective": iso(n.effective)}
            for n in self.automaton.notices
        ]

    def timeline(self) -> list[dict[str, Any]]:
        """What happened, by day."""
        return [
            {"date": iso(t.day), "what": f"{t.obligation}: {t.words}" if t.obligation else t.words} for t in self.told
        ]

    def why(self, obligation: str) -> str:
        """How an obligation came to stand as it does, row by row. Raises `Refused` for one that is not there."""
        from .words import why

        return why(self, obligation)

    def as_text(self) -> str:
        """The whole report for a terminal."""
        from .words import report

        return report(self)

    def plot(self, path: str | Path) -> None:
        """Draw stages, obligations and standing over time into an SVG file."""
        from .plot import draw

        draw(self, Path(path))


@dataclass
class _Hearing:
    """Listens to the automaton."""

    told: list[Told] = field(default_factory=list)

    def __call__(self, day: int, obligation: str, words: str, row: Row | None) -> None:
        self.told.append(Told(day, obligation, words, row))


def monitor(
    agreement: Agreement | Loaded | str | Path,
    rows: str | Path | Iterable[Mapping[str, Any] | Row],
    on: Date | str | None = None,
    hindsight: bool = False,
    *,
    case: Case | None = None,
    starts: Date | None = None,
    grace: Duration | None = None,
    assumptions: Mapping[str, float] | None = None,
) -> MonitorResult:
    """Play an agreement over events, up to the end of a day (by default the last of the log).

    `rows` is a file (CSV or JSON) or a list of mappings with the columns of the log. With `hindsight` every row is
    known when it happened. `starts`, `grace` and `assumptions` (in internal units) are for an agreement of a case,
    whose day of signing, steps and numbers a log does not hold. Raises `Refused` for what cannot be read at all.
    """
    if isinstance(agreement, str | Path):
        agreement = load_agreement(agreement)
    if isinstance(agreement, Loaded):
        case, agreement = case or agreement.case, agreement.agreement
    hearing = _Hearing()
    automaton = _automaton(agreement, case, starts, grace, assumptions or {}, hearing)
    asked = None if on is None else _day(on)
    with collector_paused():
        log = read_log(rows, agreement, case)
        last = log.last_day(hindsight)
        day = asked if asked is not None else last if last is not None else automaton.starts
        used = sorted(_as_known(log.rows, hindsight), key=lambda row: (row.known, row.date, row.line))
        history = run(automaton, [row for row in used if row.known <= day], day)
    return MonitorResult(agreement, day, hindsight, automaton, log, tuple(hearing.told), tuple(history))


def run(automaton: Automaton, rows: Sequence[Row], until: int) -> list[Standing]:
    """Play every day on which something can happen; the states on the way."""
    history: list[Standing] = []
    at, count = 0, len(rows)
    while True:
        day = min(rows[at].known if at < count else NEVER, automaton.next_day())
        if day > until:
            break
        automaton.dawn(day)
        while at < count and rows[at].known == day:
            automaton.take(rows[at])
            at += 1
        automaton.dusk()
        _remember(automaton, history)
    automaton.day = max(automaton.day, until)
    return history


def _remember(a: Automaton, history: list[Standing]) -> None:
    parties = {p: a.standing(p) for p in a.agreement.between}
    broken = tuple(dict.fromkeys(b.owed.name for b in a.breaches if b.is_open))
    now = Standing(a.day, a.stage if a.in_force else None, parties, tuple(o.name for o in a.owes()), broken)
    if history and (history[-1].stage, history[-1].parties, history[-1].open, history[-1].broken) == (
        now.stage, now.parties, now.open, now.broken
    ):  # fmt: skip
        return
    history.append(now)


def _as_known(rows: Iterable[Row], hindsight: bool) -> Iterable[Row]:
    if not hindsight:
        return (row for row in rows if row.known < NEVER)
    return (
        row if row.known == row.date else Row(row.date, row.kind, row.party, row.value, row.by, row.date, row.line,
                                              row.of)
        for row in rows
    )  # fmt: skip


def _day(on: Date | str) -> int:
    if isinstance(on, Date):
        return on.toordinal()
    try:
        return Date.fromisoformat(on).toordinal()
    except ValueError:
        raise Refused((Problem("log_on", Place("--on"), {"found": on}),)) from None


def _automaton(
    agreement: Agreement, case: Case | None, starts: Date | None, grace: Duration | None,
    assumptions: Mapping[str, float], hearing: _Hearing,
) -> Automaton:
    first = starts or agreement.starts
    if first is None:
        raise Refused((Problem("agreement_undated", agreement.place, {"name": agreement.name}),))
    if case is None:
        return Automaton(agreement, starts=first.toordinal(), grace=grace, tell=hearing)
    facts = {n: float(o.start) for n, o in case.options.items()}
    read = {name for expr in agreement.expressions() for name in facts_in(expr)}
    facts |= dict.fromkeys((n for n in case.quantities if n in read), 0.0)
    values = {n: o.values for n, o in case.options.items() if o.values}
    return Automaton(
        agreement, starts=first.toordinal(), grace=grace or agreement.grace or case.step, facts=facts, values=values,
        assumptions=_assumed(agreement, case, assumptions), tell=hearing,
    )


def _assumed(agreement: Agreement, case: Case, given: Mapping[str, float]) -> dict[str, float]:
    """A value for every assumption that the agreement reads: as given, or fixed in the case."""
    known = {
        name: a.distribution.value * a.factor for name, a in case.assumptions.items()
        if isinstance(a.distribution, Fixed)
    } | dict(given)  # fmt: skip
    for node in walk(*agreement.clauses()):
        name = node.name if isinstance(node, AssumptionRef) else getattr(node, "assumption", None)
        if name is not None and name not in known:
            raise Refused((Problem("agreement_assumption", node.place, {"name": name}),), case.files)
    return known


__all__ = ["MonitorResult", "Told", "monitor", "run"]
