"""In words: states as sentences over the options, and why a state is stable or not, move by move."""

from __future__ import annotations

from collections.abc import Sequence

from .graph import Conflict, Model
from .inverse import Condition
from .pointwise import Answer, Path, Reason, reason
from .stability import Stability

NAMES = {
    "nash": "Nash stability",
    "gmr": "general metarational stability",
    "smr": "symmetric metarational stability",
    "seq": "sequential stability",
    "sim": "simultaneous stability",
    "strong_gmr": "strong general metarational stability",
    "strong_smr": "strong symmetric metarational stability",
    "strong_seq": "strong sequential stability",
    "seq_or_sim": "sequential or simultaneous stability",
}
TAKEN = (("no", "yes"), ("N", "Y"), ("false", "true"))  # levels of an option that is simply taken or not
_SHOWN = 6
_ENOUGH = 3


def party_name(model: Model, party: int) -> str:
    """A party's label, or its name."""
    name = model.parties[party]
    return model.labels.get(name, name) if isinstance(model, Conflict) else name


def option_name(model: Conflict, option: int) -> str:
    """An option's label, or its name without its party's."""
    name = model.options[option].name
    return model.labels.get(name, name.removeprefix(model.options[option].party + "."))


def binary(model: Conflict, option: int) -> bool:
    """Whether an option is simply taken or not: two levels that need no names."""
    return model.options[option].levels in TAKEN


def describe(model: Model, state: int) -> str:
    """A state as a sentence: what every party does in it."""
    if not isinstance(model, Conflict):
        return model.state_name(state)
    levels = model.space.levels(state)
    parts = []
    for party in range(len(model.parties)):
        own = model.own(party)
        if own:
            words = [_setting(model, i, levels[i]) for i in own if levels[i] or not binary(model, i)]
            parts.append(f"{party_name(model, party)}: {_list(words) or 'nothing'}")
    return "; ".join(parts)


def numbered(model: Model, state: int) -> str:
    """`state 6 (us: blockade; ussr: withdraw)`."""
    if not isinstance(model, Conflict):
        return f"state {model.state_name(state)}"
    return f"state {state} ({describe(model, state)})"


def change(model: Model, before: int, after: int) -> str:
    """A move as a verb phrase: `takes blockade and drops strike`."""
    if not isinstance(model, Conflict):
        return f"moves to {model.state_name(after)}"
    taken: list[str] = []
    dropped: list[str] = []
    turned: list[str] = []
    for i, (was, now) in enumerate(zip(model.space.levels(before), model.space.levels(after), strict=True)):
        if was != now and binary(model, i):
            (taken if now else dropped).append(option_name(model, i))
        elif was != now:
            levels = model.options[i].levels
            turned.append(f"turns {option_name(model, i)} from {levels[was]} to {levels[now]}")
    listed = [f"{verb} {_list(names)}" for verb, names in (("takes", taken), ("drops", dropped)) if names]
    return _list(listed + turned)


def _list(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def why(model: Model, concept: str, party: str | int, state: int) -> str:
    """Why a state is or is not stable for a party, as lines of text.

    Raises `ConflictError` for an unknown party or concept or an infeasible state.
    """
    return tell(model, reason(model, concept, model.party(party), state, enough=_ENOUGH))


def tell(model: Model, because: Reason) -> str:
    """A reason in words: the verdict, then one line per improvement and what it leads to."""
    who = party_name(model, because.party)
    place = numbered(model, because.state)
    kind = NAMES[because.concept]
    if not because.answers:
        return f"{who} stays at {place}: none of its moves leads to anything that it prefers ({kind})."
    if because.stable:
        head = f"{who} stays at {place}, by {kind}: whatever it could gain by moving is taken back."
        told = because.answers
    else:
        head = f"{who} does not stay at {place}, by {kind}."
        told = tuple(answer for answer in because.answers if not answer.deterred)
    lines = [f"  - {_line(model, because, answer)}" for answer in told[:_SHOWN]]
    if len(told) > _SHOWN:
        lines.append(f"  - and so for {len(told) - _SHOWN} more moves.")
    if because.cut:
        lines.append("  - Other moves were not looked at; these are enough.")
    return "\n".join([head, *lines])


def _line(model: Model, because: Reason, answer: Answer) -> str:
    who, start = party_name(model, because.party), because.state
    gain = f"if it {change(model, start, answer.move)}, it gets {numbered(model, answer.move)}, which it prefers"
    if because.concept == "nash":
        return f"{gain}."
    if because.concept == "sim":
        return f"{gain}; {_at_once(model, because, answer)}"
    if answer.steps is None:
        if answer.escape:
            path, out = answer.escape
            return (
                f"{gain}; {steps(model, answer.move, path)}, but then {who} {change(model, path[-1][1], out)} "
                f"and gets {numbered(model, out)}, better than where it started."
            )
        if because.concept == "seq":
            return f"{gain}, and no answer that the others want to make leaves {who} no better off than before."
        return f"{gain}, and no answer of the others leaves {who} no better off than before."
    end = answer.steps[-1][1]
    verdict = _no_better(model, because.party, end, start)
    tail = f", and {who} can make nothing better of it" if because.concept == "smr" else ""
    return f"{gain}; but then {steps(model, answer.move, answer.steps)}: that is {verdict}{tail}."


def _at_once(model: Model, because: Reason, answer: Answer) -> str:
    who = party_name(model, because.party)
    other = party_name(model, 1 - because.party)
    if answer.steps is None:
        return f"and {other} has no improvement from there that, made at the same time, leaves {who} no better off."
    (_, alone), (_, both) = answer.steps
    verdict = _no_better(model, because.party, both, because.state)
    return (
        f"but if {other} at the same time {change(model, because.state, alone)}, as it would like to, "
        f"they end in {numbered(model, both)}: that is {verdict}."
    )


def steps(model: Model, start: int, path: Path) -> str:
    """A path in words: `ussr takes escalate, then us drops blockade, which leads to state 8 (...)`."""
    words, here = [], start
    for party, state in path:
        words.append(f"{party_name(model, party)} {change(model, here, state)}")
        here = state
    return f"{', then '.join(words)}, which leads to {numbered(model, here)}"


def _no_better(model: Model, party: int, end: int, start: int) -> str:
    who = party_name(model, party)
    if model.rank(party, end) == model.rank(party, start):
        return f"no better for {who} than where it started"
    count = len(model.states)
    now, then = model.place(party, end), model.place(party, start)
    return f"worse for {who} than where it started (place {now} of {count} in its order, not {then})"


def _setting(model: Conflict, option: int, level: int) -> str:
    name = option_name(model, option)
    return name if binary(model, option) else f"{name} at {model.options[option].levels[level]}"


def summary(result: Stability, *, most: int = 20) -> str:
    """Every concept's equilibria as sentences over the options, at most `most` of each."""
    return "\n".join(
        equilibria(result.conflict, result.equilibria(concept).tolist(), concept, most=most)
        for concept in result.concepts
    )


def equilibria(model: Model, states: Sequence[int], concept: str, *, most: int = 20) -> str:
    """The equilibria of a concept as lines of sentences, at most `most` of them."""
    found = [f"  {numbered(model, state)}" for state in states[:most]]
    if len(states) > most:
        found.append(f"  and {len(states) - most:,} more")
    if not found:
        return f"No state is an equilibrium by {NAMES[concept]}."
    return "\n".join([f"Equilibria by {NAMES[concept]}:", *found])


def evolution(model: Model, start: int, paths: dict[int, Path]) -> str:
    """How each state comes about from the status quo, as lines."""
    lines = [f"From {numbered(model, start)}:"]
    for state, path in paths.items():
        lines.append(f"  - {steps(model, start, path)}" if path else f"  - {numbered(model, state)} is there already")
    return "\n".join(lines)


def condition(model: Model, wanted: int, needed: Condition) -> str:
    """What a party must not prefer, for the wanted state to be stable against one of its moves."""
    who = party_name(model, needed.party)

    def way(states: tuple[int, ...]) -> str:
        return " and ".join(model.state_name(state) for state in states)

    ways = " or ".join(f"({way(states)})" if len(states) > 1 else way(states) for states in needed.any_of[:_SHOWN])
    more = " or ..." if needed.more or len(needed.any_of) > _SHOWN else ""
    move = change(model, wanted, needed.move)
    return f"{who} must not prefer to {model.state_name(wanted)}: {ways}{more} (else it {move})"
