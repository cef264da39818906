"""What this can and cannot say, in three plain sentences of the case's own limits."""

from __future__ import annotations

from collections import Counter

from detente.claims.tally import varying

from ..document import Paragraph, Section
from ..results import Results
from ..words import count, day, listed, share

_LEFT_OUT = {
    "agreements": "no agreement with obligations, verification and contingencies is played",
    "aims": "parties follow the rules of conduct typed for them and do not seek what is best for them",
}


def section(results: Results) -> Section:
    """The section that stands first."""
    played = bool(results.judged.strategies)
    said = (_typed(results), _left_out(results), _no_probability(results)) if played else _of_graph(results)
    missing = _missing(results)
    more = (Paragraph(f"Not in this report: {missing}.", "note"),) if missing else ()
    return Section("limits", "What this can and cannot say", (*(Paragraph(one) for one in said), *more))


def _missing(results: Results) -> str:
    """The parts that other cases have and this one has no matter for."""
    case, judged = results.case, results.judged
    parts = (
        (not judged.claims, "verdicts (the case claims nothing)"),
        (not any(s.offers for s in case.strategies.values()), "the deal (no strategy offers an agreement)"),
        (results.solved is None, "where the dispute would settle (the case has no conflict graph)"),
        (not judged.strategies, "strategies side by side (the case has none)"),
        (not case.checks, "checks (the case has none)"),
    )
    return "; ".join(said for missing, said in parts if missing)


def _of_graph(results: Results) -> tuple[str, ...]:
    case = results.case
    return (
        "Nothing is played here, for the case has no strategies: it has no clocks and no chances.",
        f"What it says follows from the orders of preference that its authors wrote for "
        f"{count(len(case.parties), 'party', 'parties')} over {count(len(case.options), 'option')}; a party ranks "
        "outcomes and does not weigh them.",
        "That an outcome is stable says that nobody would leave it if all see the dispute as it is written here, not "
        "that it will come about.",
    )


def _typed(results: Results) -> str:
    case = results.case
    total = len(varying(case))
    if not total:
        return "The case has no uncertain assumptions, so that what is shown here differs by luck alone."
    names = set(varying(case))
    status = Counter(str(a.status or "unsaid") for name, a in case.assumptions.items() if name in names)
    words = {
        "measured": "are measured",
        "estimated": "are estimated",
        "judged": "rest on somebody's judgement",
        "unsaid": "do not say what they rest on",
    }
    parts = [f"{status[key]} {text}" for key, text in words.items() if status[key]]
    return (
        f"Everything here follows from a model with {count(len(case.quantities), 'quantity', 'quantities')} and "
        f"{count(len(case.events), 'event')}, and from the ranges of {count(total, 'uncertain assumption')} that its "
        f"authors typed: {listed(parts)}; none uses a fact later than {day(case.as_of)}."
    )


def _left_out(results: Results) -> str:
    case = results.case
    sentences = [_LEFT_OUT["agreements"]] if not any(s.offers for s in case.strategies.values()) else []
    sentences.append(_LEFT_OUT["aims"])
    return (
        "What the file does not name does not happen: of everything that parties could do, only "
        f"{count(len(case.options), 'option')} of {count(len(case.parties), 'party', 'parties')} exist here; "
        f"{listed(sentences, 'and')}."
    )


def _no_probability(results: Results) -> str:
    judged = results.judged
    example = next((v for v in judged.claims.values() if v.verdict == "depends" and v.share is not None), None)
    shown = f" ({share(example.share)}, say)" if example else ""
    return (
        f"A share{shown} says in how many of the {judged.futures:,} futures drawn from those ranges something is so. "
        "It is not the probability that it will be so in the world: nobody knows that the ranges are right."
    )
