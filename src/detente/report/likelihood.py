"""Words for likelihood and for confidence, kept apart, as in Intelligence Community Directive 203 (2 January 2015).

The directive's words of likelihood stand for ranges of probability. Here they stand for a share of the drawn
futures, which is no probability, so they are only used of "the futures of this case". Confidence says how far a
verdict rests on what is disputed or unsettled; it never enters the same sentence as a likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from detente.claims.result import Verdict

Confidence = Literal["low", "moderate", "high"]

LIKELIHOOD = (
    (0.05, "almost no chance", "1 to 5 %"),
    (0.20, "very unlikely", "5 to 20 %"),
    (0.45, "unlikely", "20 to 45 %"),
    (0.55, "roughly an even chance", "45 to 55 %"),
    (0.80, "likely", "55 to 80 %"),
    (0.95, "very likely", "80 to 95 %"),
    (1.0, "almost certain", "95 to 99 %"),
)
MUCH_LUCK, LITTLE_LUCK = 0.2, 0.05
CONFIDENCE = {
    "high": "the verdict is the same under every rival, at most 5 % of futures are left to luck, and none of the "
    "three assumptions that matter most rests on judgement alone",
    "moderate": "neither high nor low",
    "low": "the verdict differs between rivals, which experts dispute, or more than 20 % of futures are left to luck",
}


def likelihood(share: float) -> str:
    """The word for a share."""
    return next(word for most, word, _ in LIKELIHOOD if share <= most)


def confidence(verdict: Verdict, statuses: Sequence[str | None]) -> tuple[Confidence, str]:
    """How far a verdict can be relied on within the case, and why; `statuses` are those of what matters most."""
    split = [
        name
        for name, rivals in verdict.rivals.items()
        if len({one.verdict for one in rivals.values() if one.verdict}) > 1
    ]
    if split:
        return "low", f"the verdict differs between the rivals of {' and of '.join(split)}"
    if verdict.unsettled > MUCH_LUCK:
        return "low", f"luck may have decided in {verdict.unsettled:.0%} of futures"
    judged = sum(status not in ("measured", "estimated") for status in statuses[:3])
    if verdict.unsettled <= LITTLE_LUCK and not judged:
        return "high", "no rival turns it, luck hardly enters, and what matters most is measured or estimated"
    why = (
        f"{judged} of the {len(statuses[:3])} assumptions that matter most rest on judgement"
        if judged
        else (f"luck may have decided in {verdict.unsettled:.0%} of futures")
    )
    return "moderate", why
