"""Claims on the conflict graph: in how many of its base and variants, weighed equally, they hold.

Such a claim asks about stability, not about runs, so it does not vary over futures: its share is over the orderings
of preferences that the case states, and its verdict follows from that share by the thresholds of all claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from ..language.case import Case, Check
from ..language.tree import And, Expr, GraphTruth, Not, Or
from ..language.walk import walk
from .result import CheckResult, MarginQuantiles, Verdict, VerdictWord
from .shares import verdict_of

if TYPE_CHECKING:
    from ..conflict.section import Section

NO_MARGIN = MarginQuantiles(float("nan"), float("nan"), float("nan"))


def on_graph(says: Expr) -> bool:
    """Whether a claim asks the conflict graph. The language refuses one that asks about runs too."""
    return any(isinstance(node, GraphTruth) for node in walk(says))


def graph_verdicts(case: Case) -> dict[str, Verdict]:
    """The verdict of each claim on the graph. Raises `Refused` where the conflict has mistakes."""
    asked = {name: claim for name, claim in case.claims.items() if on_graph(claim.says)}
    if not asked:
        return {}
    section = _section(case)
    return {name: _verdict(name, claim.states, truths(claim.says, section)) for name, claim in asked.items()}


def graph_check(case: Case, check: Check) -> CheckResult:
    """A check on the graph holds if it does in the base and in every variant."""
    found = truths(check.says, _section(case))
    failing = [name for name, holds in found.items() if not holds]
    return CheckResult(check.name, check.says_text, not failing, 0, len(failing), 0, variants=found)


def truths(says: Expr, section: Section) -> dict[str, bool]:
    """Whether a statement about the graph holds, by the name of the variant; `base` is the first."""
    match says:
        case GraphTruth(condition=condition, concept=concept, party=party):
            return section.stable(party, condition, concept) if party else section.equilibrium(condition, concept)
        case Not(arg=arg):
            return {name: not holds for name, holds in truths(arg, section).items()}
        case And(args=args) | Or(args=args):
            parts = [truths(arg, section) for arg in args]
            join = all if isinstance(says, And) else any
            return {name: join(part[name] for part in parts) for name in parts[0]}
    raise TypeError(f"{type(says).__name__} asks nothing of the conflict graph")


def _section(case: Case) -> Section:
    from ..conflict.case import section_of

    return section_of(case)


def _verdict(name: str, states: str, found: Mapping[str, bool]) -> Verdict:
    share = sum(found.values()) / len(found)
    return Verdict(
        id=name, states=states, verdict=cast(VerdictWord, verdict_of(share)), share=share, interval=(share, share),
        unsettled=0.0, left_out=0.0, margin=NO_MARGIN, variants=dict(found),
    )  # fmt: skip
