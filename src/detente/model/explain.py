"""One run explained: the reference's step taken apart into moves and the rules that made them, events, and the
terms of each change.

It plays nothing of its own: states come from `reference.step`; the terms of an equation, the conditions of rules
and the effects of events are blocks lowered beside the form, evaluated on those states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.language.case import Case, Rule
from detente.language.print import expression_text
from detente.language.tree import Arith, Expr, Negate

from .form import Block, Form
from .lower import Builder, Lowering, calendar, turns
from .reference import State, Values, World, luck, start, step

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Move:
    """An option set to another level, and the rule that did it: of the strategy, or else of the party's conduct."""

    option: str
    old: int
    new: int
    by_strategy: bool
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class Part:
    """What one term, shock, event or bound added to a quantity, in internal units."""

    what: str
    by: float


@dataclass(frozen=True, slots=True)
class Change:
    """A stock before and after a step, and the parts that add up to the difference."""

    quantity: str
    old: float
    new: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A step: its number from 1, moves, occurrences of events, changes, whether the run ended with it."""

    step: int
    moves: tuple[Move, ...]
    events: tuple[tuple[str, int], ...]
    changes: tuple[Change, ...]
    ended: bool


def explain(case: Case, strategy: str, theta: Array, future: int, run: int, seed: int) -> Iterator[Told]:
    """The steps of one run under `theta` [1, assumption] (internal units)."""
    lowering = Lowering(case)
    form = lowering.form()
    teller = _Teller(case, lowering, form, strategy)
    world = World(form, calendar(case), theta.T, form.strategies.index(strategy), form.constants)
    state, futures, runs = start(world), np.array([future]), np.array([run])
    for k in range(case.horizon):
        draws = luck(form, seed, k, futures, runs)
        after = step(world, state, k, draws)
        yield teller.step(world, state, after, k, draws)
        if not after.alive[0]:
            return
        state = after


class _Teller:
    def __init__(self, case: Case, lowering: Lowering, form: Form, strategy: str) -> None:
        self.case, self.form = case, form
        self.terms = {
            name: [(_text(sign, term), sign, _block(lowering, term)) for sign, term in _terms(quantity.change)]
            for name, quantity in case.quantities.items() if quantity.change is not None
        }
        rules = [(r, True) for r in case.strategies[strategy].rules]
        rules += [(r, False) for party in case.conduct.values() for r in party]
        self.rules = [
            (rule, mine, None if rule.when is None else _block(lowering, rule.when, condition=True))
            for rule, mine in rules
        ]
        self.turns = turns(case)

    def step(self, world: World, state: State, after: State, k: int, draws: Array) -> Told:
        counts = zip(self.form.events, after.counts[:, 0], strict=True)
        moved = replace(state, levels=after.levels)
        flow = list(self._flow(world, moved, after.counts[:, 0], k, draws))
        changes = [self._change(world, moved, after, k, flow, i) for i in range(len(self._declared))]
        return Told(
            k + 1, tuple(self._moves(world, state, after, k)), tuple((n, int(c)) for n, c in counts if c),
            tuple(change for change in changes if change), not bool(after.alive[0]),
        )

    @property
    def _declared(self) -> list[str]:
        return [name for name, q in self.case.quantities.items() if not q.is_auxiliary]

    def _moves(self, world: World, state: State, after: State, k: int) -> Iterator[Move]:
        seen = state
        for parties in self.turns:
            levels = seen.levels.copy()
            for i, (name, option) in enumerate(self.case.options.items()):
                if option.party in parties and state.levels[i, 0] != after.levels[i, 0]:
                    levels[i] = after.levels[i]
                    rule, mine = self._speaking(world, seen, k, name)
                    yield Move(name, int(state.levels[i, 0]), int(after.levels[i, 0]), mine, rule)
            seen = replace(seen, levels=levels)

    def _speaking(self, world: World, state: State, k: int, option: str) -> tuple[Rule | None, bool]:
        for rule, mine, when in self.rules:
            if rule.option == option and (
                when is None or Values(world, state, when, k, state.counts)[when.outs[0][1]][0]
            ):
                return rule, mine
        return None, False

    def _change(
        self, world: World, moved: State, after: State, k: int, flow: list[tuple[str, Array]], stock: int
    ) -> Change | None:
        name = self._declared[stock]
        old, new = float(moved.stocks[stock, 0]), float(after.stocks[stock, 0])
        if old == new:
            return None
        parts = []
        for text, sign, block in self.terms.get(name, ()):
            value = Values(world, moved, block, k, moved.counts)[block.outs[0][1]][0]
            parts.append(Part(text, sign * float(value) * world.calendar.dt))
        reached = float(flow[0][1][stock, 0])
        parts.append(Part("chance", reached - old - sum(part.by for part in parts)))
        for event, stocks in flow[1:]:
            parts.append(Part(event, float(stocks[stock, 0]) - reached))
            reached = float(stocks[stock, 0])
        parts.append(Part("its bound", new - reached))
        return Change(name, old, new, tuple(p for p in parts if abs(p.by) > 1e-12 * max(1.0, abs(old))))

    def _flow(
        self, world: World, moved: State, counts: Array, k: int, draws: Array
    ) -> Iterator[tuple[str, Array]]:
        """All stocks after their equations, then after each kind of event."""
        stocks = _stored(moved.stocks, self.form.flow, Values(world, moved, self.form.flow, k, moved.counts, draws))
        yield "", stocks
        for event, block in self.form.effects:
            for _ in range(int(counts[event])):
                effect = Values(world, replace(moved, stocks=stocks), block, k, moved.counts, draws)
                stocks = _stored(stocks, block, effect)
            if counts[event]:
                yield self.form.events[event], stocks


def _stored(stocks: Array, block: Block, values: Values) -> Array:
    after = stocks.copy()
    for target, op in block.outs:
        after[target] = values[op]
    return after


def _terms(expr: Expr | None) -> list[tuple[float, Expr]]:
    """An expression as a sum of signed terms; (a - b) / c is a / c - b / c."""
    if isinstance(expr, Arith) and expr.op in ("+", "-"):
        sign = 1.0 if expr.op == "+" else -1.0
        return [*_terms(expr.left), *((sign * s, term) for s, term in _terms(expr.right))]
    if isinstance(expr, Arith) and expr.op == "/":
        return [(sign, replace(expr, left=term)) for sign, term in _terms(expr.left)]
    if isinstance(expr, Negate):
        return [(-s, term) for s, term in _terms(expr.arg)]
    return [] if expr is None else [(1.0, expr)]


def _text(sign: float, term: Expr) -> str:
    return expression_text(term) if sign > 0 else f"- {expression_text(term)}"


def _block(lowering: Lowering, expr: Expr, condition: bool = False) -> Block:
    builder = Builder(lowering)
    builder.out(0, builder.condition(expr) if condition else builder.value(expr))
    return builder.block()
