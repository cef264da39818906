"""A solved conflict told at the terminal: who and what, the equilibria, how they come about, who breaks them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .coalitions import Break
from .explain import NAMES, change, numbered, party_name, why
from .graph import Conflict
from .misperception import Hypergame
from .pointwise import Path
from .sensitivity import Tally
from .solved import SHOWN, Solved

LARGE = 200_000
_STEPS = 12
_LISTED = 12
_BROKEN = 8


def told(solved: Solved) -> str:
    """Everything worth knowing of a conflict, in paragraphs."""
    parts = [_opening(solved), _equilibria(solved)]
    if len(solved.model.states) <= LARGE:
        parts += [_evolution(solved), _coalitions(solved)]
    if solved.tally:
        parts.append(_variants(solved, solved.tally))
    if solved.hypergame:
        parts.append(_misperception(solved, solved.hypergame))
    parts.append(_doubts(solved))
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part)))


def _opening(solved: Solved) -> Iterator[str]:
    model = solved.model
    yield model.title or solved.name or "A conflict"
    parties = ", ".join(party_name(model, i) for i in range(len(model.parties)))
    states = f"{len(model.states):,} states"
    if isinstance(model, Conflict):
        states = f"{len(model.options)} options, {model.count:,} of {model.space.size:,} states feasible"
    yield f"{parties}: {states}."


def _equilibria(solved: Solved) -> Iterator[str]:
    held: dict[int, list[str]] = {}
    for concept in solved.concepts:
        for state in solved.equilibria(concept):
            held.setdefault(state, []).append(concept)
    if not held:
        yield f"No state is stable for every party by {', '.join(solved.concepts)}."
        return
    yield "Stable for every party (equilibria), by the concepts named:"
    best = sorted(held, key=lambda state: (-len(held[state]), state))
    for state in best[:SHOWN]:
        yield f"  {numbered(solved.model, state)}: {', '.join(held[state])}"
    if len(held) > SHOWN:
        counts = ", ".join(f"{concept} {len(solved.equilibria(concept)):,}" for concept in solved.concepts)
        yield f"  and {len(held) - SHOWN:,} more; in all {counts}"


def _evolution(solved: Solved) -> Iterator[str]:
    found, start = solved.evolution, solved.model.start
    if found is None or start is None:
        return
    paths = found.to(solved.equilibria(solved.lead))
    yield f"From the status quo, {numbered(solved.model, start)}, by moves that each mover prefers:"
    if not found.reached.size > 1:
        yield "  Nobody has an improvement: the dispute stays where it is."
        return
    if not paths:
        yield f"  No equilibrium ({solved.lead}) can be reached; {found.reached.size:,} states can."
    for state in sorted(paths, key=lambda s: (len(paths[s]), s))[:SHOWN]:
        if not paths[state]:
            yield f"  - it is an equilibrium ({solved.lead}) itself"
        elif len(paths[state]) <= _STEPS:
            yield f"  - {_way(solved, start, paths[state])}"
        else:
            yield f"  - to {_brief(solved, state)} in {len(paths[state])} moves"
    if len(paths) > SHOWN:
        yield f"  - and {len(paths) - SHOWN:,} more equilibria can be reached"


def _way(solved: Solved, start: int, path: Path) -> str:
    """A path as its moves and the state that it leads to."""
    words, here = [], start
    for party, state in path:
        words.append(f"{party_name(solved.model, party)} {change(solved.model, here, state)}")
        here = state
    return f"{', then '.join(words)}: {_brief(solved, here)}"


def _brief(solved: Solved, state: int) -> str:
    return f"state {solved.model.state_name(state)}"


def _coalitions(solved: Solved) -> Iterator[str]:
    if len(solved.model.parties) < 2:
        return
    breaks = solved.breaks()
    broken = {state: _smallest(found) for state, found in breaks.items() if found}
    if not breaks:
        return
    looked = f"the first {len(breaks)}" if len(breaks) < len(solved.equilibria(solved.lead)) else "these"
    if not broken:
        yield f"No coalition breaks one of {looked} equilibria ({solved.lead})."
        return
    yield f"Coalitions that break {looked} equilibria ({solved.lead}), as every member gains and nobody can undo it:"
    for state, found in list(broken.items())[:_BROKEN]:
        for one in found:
            members = " and ".join(party_name(solved.model, i) for i in one.members)
            yield f"  {_brief(solved, state)}: {members}; {_way(solved, state, one.steps)}"
    if len(broken) > _BROKEN:
        yield f"  and {len(broken) - _BROKEN} more; {len(breaks) - len(broken)} of {len(breaks)} withstand them"
    elif len(broken) < len(breaks):
        kept = ", ".join(solved.model.state_name(state) for state in breaks if state not in broken)
        yield f"  None breaks {kept}."


def _smallest(found: Sequence[Break]) -> list[Break]:
    """Coalitions of which no part breaks the same state."""
    return [
        one for one in found
        if not any(set(other.members) < set(one.members) for other in found)
    ]  # fmt: skip


def _variants(solved: Solved, tally: Tally) -> Iterator[str]:
    yield f"With other preferences ({', '.join(tally.variants[1:])}), by {solved.lead}:"
    alike: dict[tuple[str, ...], list[int]] = {}
    for state in tally.counts:
        without = tuple(name for name, states in tally.equilibria.items() if state not in states)
        alike.setdefault(without, []).append(state)
    for without, states in sorted(alike.items(), key=lambda item: (len(item[0]), item[1][0]))[:SHOWN]:
        but = f" (not in {', '.join(without)})" if without else ""
        names = ", ".join(solved.model.state_name(state) for state in states[:_LISTED])
        more = f" and {len(states) - _LISTED} more" if len(states) > _LISTED else ""
        count = len(tally.variants) - len(without)
        yield f"  equilibrium in {count} of {len(tally.variants)} variants{but}: state {names}{more}"
    for name, states in tally.equilibria.items():
        if not states:
            yield f"  {name}: no equilibrium"


def _misperception(solved: Solved, game: Hypergame) -> Iterator[str]:
    model = solved.model
    yield f"As each party sees it, these can come about ({solved.lead}):"
    for state in game.outcomes[:SHOWN]:
        surprised = [name for name in model.parties if state in game.surprises(name)]
        told = f"; a surprise to {', '.join(surprised)}" if surprised else ""
        yield f"  {numbered(model, state)}{told}"
    if not game.outcomes:
        yield "  nothing: no state is stable for every party in its own view"


def _doubts(solved: Solved) -> Iterator[str]:
    if isinstance(solved.model, Conflict):
        for text in solved.model.warnings[:SHOWN]:
            yield f"Doubtful: {text}."


def told_why(solved: Solved, state: int, parties: Sequence[int], concepts: Sequence[str]) -> str:
    """Why a state is or is not stable for some parties, under some concepts."""
    return "\n\n".join(
        _why_under(solved, concept, party, state) for party in parties for concept in concepts
    )


def _why_under(solved: Solved, concept: str, party: int, state: int) -> str:
    text = why(solved.model, concept, party, state)
    return text if NAMES[concept] in text else f"By {NAMES[concept]}: {text}"


def told_verdicts(solved: Solved, state: int, parties: Sequence[int]) -> str:
    """By which concepts the state is stable for each of some parties."""
    lines = []
    for party in parties:
        held = [c for c in solved.concepts if solved.result.mask(c, party)[state]]
        lines.append(f"{party_name(solved.model, party)}: stable by {', '.join(held) or 'no concept'}.")
    return "\n".join(lines)
