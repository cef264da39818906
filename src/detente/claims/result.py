"""What judging returns: small frozen values that say what was found and how it may be misread."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from detente.language.records import dataclass

VerdictWord = Literal["holds", "fails", "depends"]


@dataclass(frozen=True, slots=True)
class RivalVerdict:
    """The verdict over the counted futures in which an assumption takes one of its rivals (None without any)."""

    verdict: VerdictWord | None
    share: float | None
    futures: int

    def to_json(self) -> dict[str, Any]:
        """`verdict` and `share`."""
        return {"verdict": self.verdict, "share": self.share}


@dataclass(frozen=True, slots=True)
class MarginQuantiles:
    """Quantiles of a claim's margin over the counted futures, in internal units (type 7; NaN without futures)."""

    q05: float
    q50: float
    q95: float

    def to_json(self) -> dict[str, float | None]:
        """The three numbers; what is not finite is null."""
        return {name: finite(getattr(self, name)) for name in ("q05", "q50", "q95")}


@dataclass(frozen=True, slots=True)
class Verdict:
    """In which share of the drawn futures a claim holds.

    `share` is over the futures that count (None if none does), `interval` its 90 % interval over the scrambles,
    `unsettled` the share of counted futures whose margin even four times the runs did not tell from 0, and
    `left_out` the share of all futures in which the claim is not defined (the B of a `P(A if B)` never happened).
    `neither` is the share of runs (the first `runs` of every future, over the claim's distinct `before`s) in
    which neither side happened, None without a `before`. `by_default` is the share of counted futures in which
    the claim holds only because neither happened: it holds, but not when each `P` is taken over the runs in
    which at least one side of its `before` happened. `luck_only` says that the futures do not differ.

    A claim on the conflict graph has `variants`: whether it holds in the base and in each variant, of which `share`
    is the share. It has no futures and no margin, and its interval is that share.
    """

    id: str
    states: str
    verdict: VerdictWord
    share: float | None
    interval: tuple[float, float]
    unsettled: float
    left_out: float
    margin: MarginQuantiles
    neither: float | None = None
    by_default: float | None = None
    rivals: Mapping[str, Mapping[str, RivalVerdict]] = field(default_factory=dict)
    luck_only: bool = False
    futures: int = 0
    runs: int = 0
    variants: Mapping[str, bool] = field(default_factory=dict)

    def __repr__(self) -> str:
        if self.variants:
            return f"<{self.id} {self.verdict}: {self.in_variants}>"
        low, high = self.interval
        share = "no futures" if self.share is None else f"{self.share:.1%} [{low:.1%}, {high:.1%}]"
        extra = "".join(f", {name} {value:.1%}" for name, value in self._caveats() if value)
        return f"<{self.id} {self.verdict}: {share} of {self.futures} futures x {self.runs} runs{extra}>"

    def _caveats(self) -> tuple[tuple[str, float | None], ...]:
        return (("unsettled", self.unsettled), ("left out", self.left_out), ("by default", self.by_default))

    @property
    def in_variants(self) -> str:
        """In how many of base and variants it holds, in words."""
        return f"{sum(self.variants.values())} of {len(self.variants)} orderings of preferences"

    @property
    def reading(self) -> str:
        """What would be a wrong reading of it, in a sentence or a few."""
        said = [_of_draws(self)]
        said += [text.format(value) for name, value in self._caveats() if value and (text := _CAVEATS[name])]
        return " ".join(said)

    def to_json(self) -> dict[str, Any]:
        """The documented object of `run --json`."""
        return {
            "verdict": self.verdict,
            "share": self.share,
            "interval": list(self.interval),
            "unsettled": self.unsettled,
            "margin": None if self.variants else self.margin.to_json(),
            "neither": self.neither,
            "rivals": {name: {rival: one.to_json() for rival, one in rivals.items()}
                       for name, rivals in self.rivals.items()},
            "left_out": self.left_out,
            **({"variants": dict(self.variants)} if self.variants else {}),
        }


_CAVEATS = {
    "unsettled": "In {:.0%} of futures luck alone may have decided.",
    "left out": "{:.0%} of futures say nothing, since its condition never happened there, and are left out.",
    "by default": "In {:.0%} of futures it holds only because neither event happened.",
}


def _of_draws(verdict: Verdict) -> str:
    if verdict.share is None:
        return "No future says anything about it."
    if verdict.variants:
        return (
            f"True in {verdict.in_variants} that somebody wrote down, weighed equally: it does not vary over futures,"
            " and it is no probability."
        )
    if verdict.luck_only:
        return "The case has no uncertain assumptions, so its futures differ by luck alone: this is no probability."
    return (
        f"True in {verdict.share:.0%} of the futures drawn from ranges that somebody typed:"
        " a share of drawn futures, not a probability."
    )


@dataclass(frozen=True, slots=True)
class WorstFuture:
    """The future in which a check fails by most; assumptions in their own units, rivals by name."""

    future: int
    margin: float
    assumptions: Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether a check holds in every future. `left_out` futures, where it is not defined, do not count; a check
    that no future could test does not hold, and has no worst future. A check on the conflict graph has no futures:
    `variants` says whether it holds in the base and in each variant, all of which must."""

    id: str
    says: str
    holds: bool
    futures: int
    failing: int
    left_out: int
    worst: WorstFuture | None = None
    variants: Mapping[str, bool] = field(default_factory=dict)

    def __repr__(self) -> str:
        if self.variants:
            failing = [name for name, holds in self.variants.items() if not holds]
            return f"<check {self.id} {'fails in ' + ', '.join(failing) if failing else 'holds in every variant'}>"
        if self.holds:
            return f"<check {self.id} holds in {self.futures - self.left_out} of {self.futures} futures>"
        return f"<check {self.id} fails in {self.failing} of {self.futures} futures, worst {self.worst}>"

    def to_json(self) -> dict[str, Any]:
        """The same as plain values."""
        worst = self.worst and {
            "future": self.worst.future,
            "margin": finite(self.worst.margin),
            "assumptions": dict(self.worst.assumptions),
        }
        return {"says": self.says, "holds": self.holds, "futures": self.futures, "failing": self.failing,
                "left_out": self.left_out, "worst": worst,
                **({"variants": dict(self.variants)} if self.variants else {})}


def finite(value: float) -> float | None:
    """The number, or None for what JSON cannot say."""
    return value if math.isfinite(value) else None
