"""One run told in words, step by step: moves, events, what changed and which term of which expression did it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from detente.language.case import Case, Quantity, Setting
from detente.language.records import dataclass
from detente.model.explain import Change, Move, Part, Told, explain
from detente.simulate.ensemble import Ensemble

MOST_PARTS = 4


@dataclass(frozen=True)
class Story:
    """A run's steps, with the future that it was played in."""

    case: Case
    strategy: str
    future: int
    run: int
    seed: int
    assumptions: dict[str, float | str]
    steps: tuple[Told, ...]

    def as_text(self) -> str:
        """The whole story."""
        return "\n".join(_lines(self))

    def to_json(self) -> dict[str, Any]:
        """The same as plain values, in the units of the case."""
        return {
            "format": 1, "case": self.case.name, "strategy": self.strategy, "seed": self.seed,
            "future": self.future, "run": self.run, "assumptions": self.assumptions,
            "steps": [_as_json(self.case, told) for told in self.steps],
        }


def tell(
    case: Case, strategy: str, future: int = 0, run: int = 0, *, seed: int = 1,
    settings: Sequence[Setting] = (), steps: int | None = None,
) -> Story:
    """Play one run again, in the reference, and take it apart. It is the run of the ensemble, bit for bit."""
    ensemble = Ensemble(case, seed=seed, settings=settings, strategies=[strategy])
    drawn = ensemble.draw(future, 1)
    assumptions = {
        name: a.rivals[int(value)] if a.rivals else float(value)
        for (name, a), value in zip(ensemble.case.assumptions.items(), drawn.values[0], strict=True)
    }
    told = []
    for one in explain(ensemble.case, strategy, drawn.internal, future, run, seed):
        told.append(one)
        if steps is not None and len(told) >= steps:
            break
    return Story(ensemble.case, strategy, future, run, seed, assumptions, tuple(told))


def _lines(story: Story) -> Iterator[str]:
    case = story.case
    label = case.strategies[story.strategy].label
    yield f"{case.title or case.name}"
    yield f"Strategy {story.strategy}{f' ({label})' if label else ''}, future {story.future}, run {story.run}."
    if story.assumptions:
        yield "In this future: " + ", ".join(
            f"{name} = {value if isinstance(value, str) else f'{value:.4g}'}{_unit(case, name)}"
            for name, value in story.assumptions.items()
        )
    for told in story.steps:
        yield ""
        yield f"{_span(case, told.step)} (step {told.step})"
        yield from (f"  {line}" for line in _step_lines(case, told))
    ended = story.steps and story.steps[-1].ended
    yield ""
    yield f"It ends on {case.day(story.steps[-1].step)}." if ended else "The story goes no further."


def _unit(case: Case, name: str) -> str:
    unit = case.assumptions[name].unit
    return "" if unit is None or unit.text == "1" else f" {unit.text}"


def _span(case: Case, step: int) -> str:
    return f"{case.day(step - 1)} to {case.day(step)}"


def _step_lines(case: Case, told: Told) -> Iterator[str]:
    for move in told.moves:
        yield _move_line(case, move)
    for name, count in told.events:
        times = "happens" if count == 1 else f"happens {count} times"
        yield f"{case.events[name].label or name} {times}"
    for change in told.changes:
        yield _change_line(case.quantities[change.quantity], change)
    if told.ended:
        yield "this ends the run"


def _move_line(case: Case, move: Move) -> str:
    levels = case.options[move.option].levels
    who = "the strategy" if move.by_strategy else f"the conduct of {case.options[move.option].party}"
    rule = f", {move.rule.place.file}:{move.rule.place.line}" if move.rule and move.rule.place.line else ""
    return f"{move.option}: {levels[move.old]} -> {levels[move.new]} ({who}{rule})"


def _change_line(quantity: Quantity, change: Change) -> str:
    old, new = (x / quantity.factor for x in (change.old, change.new))
    largest = sorted(change.parts, key=lambda part: -abs(part.by))
    said = [f"{part.by / quantity.factor:+.3g} from {part.what}" for part in largest[:MOST_PARTS]]
    rest = sum(part.by for part in largest[MOST_PARTS:]) / quantity.factor
    said += [f"{rest:+.3g} from other terms"] if len(largest) > MOST_PARTS else []
    return f"{change.quantity}: {old:.4g} -> {new:.4g}: {'; '.join(said)}"


def _as_json(case: Case, told: Told) -> dict[str, Any]:
    day: date = case.day(told.step)
    return {
        "step": told.step, "ends_on": day.isoformat(), "ended": told.ended,
        "moves": [
            {"option": m.option, "from": case.options[m.option].levels[m.old],
             "to": case.options[m.option].levels[m.new], "by": "strategy" if m.by_strategy else "conduct",
             "line": m.rule.place.line if m.rule else None}
            for m in told.moves
        ],
        "events": dict(told.events),
        "changes": [
            {"quantity": c.quantity, "from": c.old / case.quantities[c.quantity].factor,
             "to": c.new / case.quantities[c.quantity].factor,
             "parts": [_part(case.quantities[c.quantity], part) for part in c.parts]}
            for c in told.changes
        ],
    }


def _part(quantity: Quantity, part: Part) -> dict[str, Any]:
    return {"what": part.what, "by": part.by / quantity.factor}
