"""Who gains by announcing first.

An inspectee gains g by an undetected violation and loses b by a detected one; an inspection detects
with probability q. An inspector pays c for an inspection, suffers h from an undetected violation and h'
from a detected one. They move at once, or one side first commits itself, in public, to a probability of
inspecting or of violating.

Inspecting with p* = g / (q (g + b)) just deters, if q is at least g / (g + b); violating with
q* = c / (q (h - h')) just makes an inspection worth its cost. Moving at once, both use these mixtures,
or nobody inspects and the inspectee violates, or inspections cannot deter at all: compliance is never
certain. An inspector that announces p* gets certain compliance. A side that is indifferent does what
the announcer would like.

D. M. Kilgour and S. J. Brams, "Putting the other side 'on notice' can induce compliance in arms
control", *Journal of Conflict Resolution* 36 (1992); Maschler 1966; Avenhaus, Okada and Zamir,
"Inspector leadership with incomplete information" (1991). The payoffs are simplified: no false alarms.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from detente.verification.exact import AMOUNT, PROBABILITY, Number, read_one, refuse, rounded


@dataclass(frozen=True)
class Outcome:
    """Probabilities of inspecting and violating, and what each side expects."""

    inspect: Any
    violate: Any
    inspector: Any
    inspectee: Any


@dataclass(frozen=True)
class Announcement:
    """The three ways to play, and who gains over moving at once when either side announces first."""

    together: Outcome
    inspector_first: Outcome
    inspectee_first: Outcome
    gain_when_inspector_first: tuple[str, ...]
    gain_when_inspectee_first: tuple[str, ...]


@dataclass(frozen=True)
class _Payoffs:
    gain: Fraction
    loss: Fraction
    detects: Fraction
    cost: Fraction
    harm: Fraction
    caught: Fraction

    def at(self, inspect: Fraction | int, violate: Fraction | int) -> Outcome:
        found = inspect * self.detects
        hurt = violate * ((1 - found) * self.harm + found * self.caught)
        earned = violate * ((1 - found) * self.gain - found * self.loss)
        return Outcome(Fraction(inspect), Fraction(violate), -inspect * self.cost - hurt, earned)

    @property
    def deterring(self) -> Fraction | None:
        """The inspection probability that just deters, or None where none does."""
        if self.gain == 0:
            return Fraction(0)
        if self.detects == 0:
            return None
        p = self.gain / (self.detects * (self.gain + self.loss))
        return p if p <= 1 else None

    @property
    def saved(self) -> Fraction:
        """What an inspection saves the inspector from a certain violation, before its cost."""
        return self.detects * (self.harm - self.caught)


def announcement(
    gain: Number,
    loss: Number,
    detects: Number,
    cost: Number,
    harm: Number,
    *,
    caught: Number = 0,
    exact: bool = False,
) -> Announcement:
    """Compare moving at once with either side announcing first.

    `gain` and `loss` are the inspectee's, in its unit of worth; `cost` (of an inspection), `harm` (of
    an undetected violation) and `caught` (of a detected one, at most `harm`) the inspector's, in its
    own; `detects` is the probability that an inspection detects a violation. Assumes that both sides
    know all this, are risk-neutral, and that an announcement binds and is believed.

    Source: Kilgour and Brams 1992, simplified as the module says.

    >>> announcement(1, 3, 0.5, 1, 8).inspector_first
    Outcome(inspect=0.5, violate=0.0, inspector=-0.5, inspectee=0.0)
    >>> announcement(1, 3, 0.5, 1, 8).gain_when_inspector_first
    ('inspector',)
    """
    named = {"gain": gain, "loss": loss, "cost": cost, "harm": harm, "caught": caught}
    worth = {name: read_one(name, value, AMOUNT) for name, value in named.items()}
    if worth["caught"] > worth["harm"]:
        raise refuse("caught", f"at most harm, {harm}", caught)
    game = _Payoffs(detects=read_one("detects", detects, PROBABILITY), **worth)
    together, first, second = _together(game), _inspector_first(game), _inspectee_first(game)
    show = _same if exact else _round
    return Announcement(
        show(together), show(first), show(second), _gainers(together, first), _gainers(together, second)
    )


def _together(game: _Payoffs) -> Outcome:
    p = game.deterring
    if game.gain == 0:
        return game.at(0, 0)
    if p is None:
        return game.at(1 if game.saved > game.cost else 0, 1)
    if game.saved <= game.cost:
        return game.at(0, 1)
    return game.at(p, game.cost / game.saved)


def _inspector_first(game: _Payoffs) -> Outcome:
    """Deter if that is worth its cost, else inspect or not against a certain violation."""
    p = game.deterring
    conceding = max((game.at(0, 1), game.at(1, 1)), key=lambda outcome: outcome.inspector)
    if p is None:
        return conceding
    deterring = game.at(p, 0)
    return deterring if deterring.inspector >= game.at(0, 1).inspector else game.at(0, 1)


def _inspectee_first(game: _Payoffs) -> Outcome:
    """Violate as often as draws no inspection, or always."""
    if game.gain == 0:
        return game.at(0, 0)
    if game.saved <= game.cost:
        return game.at(0, 1)
    quiet, open_ = game.at(0, game.cost / game.saved), game.at(1, 1)
    return open_ if open_.inspectee > quiet.inspectee else quiet


def _gainers(before: Outcome, after: Outcome) -> tuple[str, ...]:
    better = {
        "inspector": after.inspector > before.inspector,
        "inspectee": after.inspectee > before.inspectee,
    }
    return tuple(side for side, gains in better.items() if gains)


def _same(outcome: Outcome) -> Outcome:
    return outcome


def _round(outcome: Outcome) -> Outcome:
    return Outcome(*map(rounded, (outcome.inspect, outcome.violate, outcome.inspector, outcome.inspectee)))
