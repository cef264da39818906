"""What the monitor found, in words: the report for a terminal, and how one obligation came to stand as it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from detente.language.problems import Place, Problem, Refused

from .days import iso
from .rows import Row

if TYPE_CHECKING:
    from .monitoring import MonitorResult, Told

MOST_LINES = 400  # of a timeline on a terminal
EVIDENCE = {
    "public": "public", "admitted": "admitted", "found": "found by inspection", "deadline": "deadline missed",
}  # fmt: skip


def report(result: MonitorResult) -> str:
    """The whole report."""
    return "\n".join(_report(result)) + "\n"


def _report(result: MonitorResult) -> Iterator[str]:
    state = result.to_json()
    title = result.agreement.title or result.agreement.name
    yield f"{title}, on {state['on']}" + (" (in hindsight)" if result.hindsight else "")
    yield _where(state)
    yield ""
    yield "Standing: " + ", ".join(f"{party} {how}" for party, how in state["standing"].items())
    for head, lines in (
        ("Owed", [_owed(o) for o in state["owed"]]),
        ("Breaches", [_breach(b) for b in state["breaches"]]),
        ("Claims", [_claim(c) for c in state["claims"]]),
        ("Contingencies due", [_contingency(c) for c in state["contingencies"]]),
        ("Notices", [f"{p['power']} by {p['by']}, effective {p['effective']}" for p in state["pending"]]),
        ("Timeline", _cut([f"{t['date']}  {t['what']}" for t in state["timeline"]])),
        ("Problems in the log", [
            f"line {p.line}: {p.problem}" + (f" ({p.what})" if p.what else "") for p in result.problems
        ]),
    ):  # fmt: skip
        if lines:
            yield ""
            yield f"{head}:"
            yield from (f"  {line}" for line in lines)


def _where(state: dict[str, Any]) -> str:
    if state["ended"]:
        return f"Ended on {state['ended']['date']}: {state['ended']['reason']}."
    if not state["in_force"]:
        return "Not yet in force."
    if state["stage"] is None:
        return "In force."
    until = f", until {state['stage_until']}" if state["stage_until"] else ""
    return f"In force; stage {state['stage']} since {state['stage_since']}{until}."


def _cut(lines: list[str]) -> list[str]:
    if len(lines) <= MOST_LINES:
        return lines
    half, more = MOST_LINES // 2, f".. {len(lines) - MOST_LINES} more; --json has all"
    return [*lines[:half], more, *lines[-half:]]


def _owed(o: dict[str, Any]) -> str:
    due = f" by {o['due']}" if o["due"] else ""
    return f"{o['obligation']}{due}{', late' if o['late'] else ''}"


def _breach(b: dict[str, Any]) -> str:
    known = f", known {b['known']}" if b["known"] != b["date"] else ""
    cured = f"; put right {b['cured']}" if b["cured"] else "; open"
    return f"{b['obligation']} on {b['date']}{known} ({EVIDENCE[b['evidence']]}){cured}"


def _claim(c: dict[str, Any]) -> str:
    cleared = f"; cleared {c['cleared']}" if c["cleared"] else ""
    return f"{c['by']} says that {c['obligation']} was broken on {c['date']}{cleared}"


def _contingency(c: dict[str, Any]) -> str:
    moves = ", ".join(f"{option}: {level}" for option, level in c["moves"].items())
    until = f", until {c['until']}" if c["until"] else ""
    return f"{c['by']} by {c['due']}{until}: {moves} (because of {c['because']})"


# --- why ---------------------------------------------------------------------------------------------------------


def why(result: MonitorResult, obligation: str) -> str:
    """How an obligation came to stand as it does, row by row."""
    known = result.agreement.names_of_obligations()
    if obligation not in known:
        near = [name for name in known if name.partition(".")[2] == obligation]
        if len(near) != 1:
            facts = {"name": obligation, "known": known}
            raise Refused((Problem("agreement_no_obligation", Place("--why"), facts),))
        obligation = near[0]
    return "\n".join(_why(result, obligation)) + "\n"


def _why(result: MonitorResult, obligation: str) -> Iterator[str]:
    specs = [o for o in result.agreement.every_obligation() if o.name == obligation]
    for spec in specs:
        yield f"{obligation}: {'keep' if spec.is_keep else 'do'} {spec.text}"
    told = [t for t in result.told if t.obligation == obligation or _frames(t)]
    for t in told:
        row = _row(result, t.row) if t.row is not None and t.obligation else ""
        yield f"{iso(t.day)}  {t.words}{row}"
    yield _conclusion(result, obligation)


def _frames(t: Told) -> bool:
    """What frames every obligation: stages, the start and the end, releases."""
    return (not t.obligation and t.words.startswith(("in force", "stage ", "the agreement ends"))) or (
        not t.obligation and t.words.endswith("is released")
    )


def _row(result: MonitorResult, row: Row) -> str:
    fact = result.agreement.facts.get(row.kind)
    value = fact.levels[int(row.value)] if fact is not None and fact.levels else f"{row.value:g}"
    party = f" of {row.party}" if row.party and "." not in row.kind else ""
    said = f"; said by {row.by}" if row.by else ""
    when = f", dated {iso(row.date)}" if row.known != row.date else ""
    note = f": {result.log.notes[row.line]}" if row.line in result.log.notes else ""
    line = f"line {row.line}: " if row.line else ""
    return f"  [{line}{row.kind}{party} {value}{when}{said}{note}]"


def _conclusion(result: MonitorResult, obligation: str) -> str:
    a, party = result.automaton, obligation.partition(".")[0]
    day = iso(result.on)
    if a.ended is not None:
        said = "the agreement has ended"
    elif a.is_broken(obligation):
        said = "it is broken"
    elif a.is_owed(obligation):
        said = "it is owed" + (" and done before" if a.is_done(obligation) else "")
    else:
        said = "it is done" if a.is_done(obligation) else "it is not owed"
    return f"{day}  So on this day {said}; {party} stands {a.standing(party)}."
