"""A case lowered to its form: names become slots, auxiliaries are written out where they are read, `smooth` and
`delay` become hidden stocks, rules become selections."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detente.language import tree
from detente.language.agreement import Acceptance, Agreement
from detente.language.calendar import DAYS_A_YEAR
from detente.language.case import Case, Choice, Event, Rule
from detente.language.tree import Expr
from detente.language.walk import children

from .deals import Deal, kinds_of, most_looks
from .form import Accumulator, Agreed, Block, Calendar, Draw, Form, Guard, GuardKind, Moves, Op, clean
from .philox import slots

_COMPARE = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
_ARITH = {"+": "add", "-": "sub", "*": "mul", "/": "div"}
LAGS = ("smooth", "delay")  # what compiles to a hidden stock


def lower(case: Case, *, watchful: bool = False) -> Form:
    """The form of a case. Its constants, start levels and names stand beside what is compiled.

    A `watchful` form, for the reference, guards auxiliaries as well (`trouble`).
    """
    return Lowering(case, watchful).form()


def calendar(case: Case) -> Calendar:
    """The days of the case's steps as numbers, and where its dated events fall.

    A day on the boundary of two steps belongs to the earlier; days outside the horizon fall in no step.
    """
    n = case.horizon
    days = [case.day(k) for k in range(n + 2)]
    ordinal = np.array([d.toordinal() for d in days], dtype=np.float64)
    due = np.zeros((max(1, len(case.events)), n + 1))
    for row, event in enumerate(case.events.values()):
        for day in event.at or ():
            step = int(np.searchsorted(ordinal, day.toordinal(), side="left")) - 1
            if 0 <= step < n:
                due[row, step] += 1
    return Calendar(
        ordinal - ordinal[0], np.array([float(d.year) for d in days]), np.array([float(d.month) for d in days]),
        due, n, case.dt,
    )


class Lowering:
    """What all blocks of one case share: its slots, its constants, its hidden stocks, its draws."""

    def __init__(self, case: Case, watchful: bool = False) -> None:
        self.case, self.watchful = case, watchful
        declared = [name for name, q in case.quantities.items() if not q.is_auxiliary]
        self.stocks = {name: i for i, name in enumerate(declared)}
        self.hidden: dict[tree.Call, int] = {}
        self.options = {name: i for i, name in enumerate(case.options)}
        self.assumptions = {name: i for i, name in enumerate(case.assumptions)}
        self.events = {name: i for i, name in enumerate(case.events)}
        self.constants: list[float] = []
        self.constant_names: list[str] = []
        self._constant_of: dict[object, int] = {}
        self._kept_alive: list[Expr] = []
        self.draws: dict[str, int] = {}
        self.accumulators: dict[tuple[str, Expr], int] = {}
        self.deal_reads: dict[Expr, int] = {}

    # --- slots ---------------------------------------------------------------------------------------------

    def constant(self, value: float, name: str, key: object) -> int:
        """The slot of a number of the case: one for each place (`key`) where it is written, so that two numbers
        that happen to be equal do not share one."""
        if key not in self._constant_of:
            self._constant_of[key] = len(self.constants)
            self.constants.append(value)
            self.constant_names.append(name)
        return self._constant_of[key]

    def literal_slot(self, node: tree.Number | tree.DateLiteral, value: float, name: str) -> int:
        """The slot of a literal of an expression; the node is kept, so that its identity stays its own."""
        self._kept_alive.append(node)
        return self.constant(value, name, id(node))

    def hidden_stock(self, call: tree.Call) -> int:
        """The stock behind a `smooth` or `delay`; equal ones share it."""
        if call not in self.hidden:
            self.hidden[call] = len(self.stocks) + len(self.hidden)
        return self.hidden[call]

    def draw(self, name: str) -> int:
        return self.draws.setdefault(name, len(self.draws))

    def accumulator(self, kind: str, arg: Expr) -> int:
        return self.accumulators.setdefault((kind, arg), len(self.accumulators))

    # --- the parts of a step ---------------------------------------------------------------------------------

    def form(self) -> Form:
        case = self.case
        moves = tuple(self._moves(parties) for parties in turns(case))
        flow, effects = Builder(self), self._effects()
        luck = self._luck(flow)
        self._stock_changes(flow)
        finish = self._finish()
        watch = Builder(self, at_end=True)
        kept = [Accumulator(kind, self._watched(watch, kind, arg)) for kind, arg in self.accumulators]
        record = self._record()
        recorded = self._hidden_changes(flow)  # last: every block before may have brought hidden stocks
        begin, delays = self._begin()
        agreed = self._agreed()
        return Form(
            assumptions=tuple(case.assumptions), options=tuple(case.options),
            levels=tuple(o.levels for o in case.options.values()),
            stocks=(*self.stocks, *(_title(call, i) for i, call in enumerate(self.hidden))),
            events=tuple(case.events), strategies=tuple(case.strategies), measures=tuple(case.measures),
            series=tuple(case.quantities), draws=self._drawn(), begin=begin, delays=delays, moves=moves,
            flow=flow.block(), luck=luck, recorded=recorded, effects=effects,
            bounds=self._bounds(),
            ends=tuple(self.events[e.name] for e in case.events.values() if e.ends),
            watch=watch.block(outs=()), accumulators=tuple(kept), finish=finish, record=record,
            constants=np.array(self.constants or [0.0]), constant_names=tuple(self.constant_names),
            start_levels=np.array([float(o.start) for o in case.options.values()]), agreed=agreed,
        )

    def _agreed(self) -> Agreed | None:
        """The agreements, once everything that reads them is lowered."""
        case = self.case
        if not case.agreements:
            return None
        accepts = self._accepts()
        deals = []
        for name, agreement in case.agreements.items():
            reads = tuple((slot, e) for e, slot in self.deal_reads.items() if getattr(e, "agreement", "") == name)
            offered = tuple(name in strategy.offers for strategy in case.strategies.values())
            deals.append(Deal(agreement, offered, reads, self._look_draws(agreement)))
        numbers = {name: i for i, name in enumerate(case.options)}
        groups = tuple(
            tuple(numbers[n] for n, o in case.options.items() if o.party in parties) for parties in turns(case)
        )
        defies = tuple(frozenset(strategy.defies) for strategy in case.strategies.values())
        noticed = frozenset().union(*(kinds_of(deal) for deal in deals))
        names = tuple(name for name in case.quantities if name in noticed)
        told = Builder(self, at_end=True)
        for place, name in enumerate(names):
            told.out(place, told.value(tree.QuantityRef(name)))
        return Agreed(case, tuple(deals), accepts, told.block(), names, defies, groups, len(self.deal_reads))

    def _accepts(self) -> Block:
        b = Builder(self)
        for index, agreement in enumerate(self.case.agreements.values()):
            conditions = [self._accepted(b, agreement.name, p, a) for p, a in agreement.accepts.items()]
            if conditions:
                b.out(index, b.fold("and", conditions))
        return clean(b.block())

    def _accepted(self, b: Builder, name: str, party: str, accepts: Acceptance) -> int:
        if isinstance(accepts, Choice):
            return b.op("ge", b.choose(f"{name} by {party}", accepts), b.literal(1.0))
        return b.condition(accepts)

    def _look_draws(self, agreement: Agreement) -> dict[tuple[str, str], tuple[int, ...]]:
        found = {}
        for means in agreement.means.values():
            most, name = most_looks(means, self.case.step), f"look:{agreement.name}:{means.name}"
            if means.every is None:
                days = [self.draw(f"{name}:day:{i}") for i in range(most)]
                found[means.name, ""] = (self.draw(f"{name}:number"), *days)
            for o in means.of:
                found[means.name, o] = tuple(self.draw(f"{name}:{o}:{i}") for i in range(most))
        return found

    def _moves(self, parties: Sequence[str]) -> Moves:
        case = self.case
        mine = [o for o in case.options if case.options[o].party in parties]
        commands = []
        for strategy in case.strategies.values():
            b = Builder(self)
            for option in mine:
                rules = [rule for rule in strategy.rules if rule.option == option]
                if rules:
                    b.out(self.options[option], b.any_of(rules))
                    b.out(self.options[option], b.chain(rules))
            commands.append(clean(b.block()))
        b = Builder(self)
        spoken = {r.option for s in case.strategies.values() for r in s.rules}
        for option in mine:
            rules = [rule for rule in case.conduct.get(case.options[option].party, ()) if rule.option == option]
            if rules or option in spoken:
                slot = self.options[option]
                level = b.chain(rules) if rules else b.op("level", slot=slot)
                if option in spoken:
                    level = b.op("select", b.op("commanded", slot=slot), b.op("command", slot=slot), level)
                b.out(slot, level)
        return Moves(tuple(commands), clean(b.block()))

    def _luck(self, b: Builder) -> tuple[tuple[int, int], ...]:
        return tuple((self.events[e.name], self._occurrences(b, e)) for e in self.case.events.values())

    def _occurrences(self, b: Builder, event: Event) -> int:
        if event.at is not None:
            return b.op("due", slot=self.events[event.name])
        u = b.op("draw", slot=self.draw(f"event:{event.name}"))
        if event.chance is not None:
            chance = b.guarded("chance", b.value(event.chance), f"chance of {event.name}", event.chance)
            happens = b.op("ge", u, b.op("sub", b.literal(1.0), chance))
            return b.op("select", happens, b.literal(1.0), b.literal(0.0))
        assert event.rate is not None
        mean = b.op("mul", b.value(event.rate), b.op("dt"))
        b.guarded("mean", mean, f"rate of {event.name}", event.rate)
        if event.dispersion is None:
            return b.op("poisson", u, mean)
        dispersion = b.guarded("size", b.value(event.dispersion), f"dispersion of {event.name}", event.dispersion)
        return b.op("negbin", u, mean, b.op("div", b.op("dt"), dispersion))

    def _stock_changes(self, b: Builder) -> None:
        for name, slot in self.stocks.items():
            quantity = self.case.quantities[name]
            new = stock = b.op("stock", slot=slot)
            if quantity.change is not None:
                new = b.op("add", new, b.op("mul", b.value(quantity.change), b.op("dt")))
            if quantity.shock is not None:
                size = b.op("mul", b.value(quantity.shock), b.op("sqrt_dt"))
                new = b.op("add", new, b.op("mul", size, b.op("draw", slot=self.draw(f"shock:{name}"))))
            if new != stock:
                b.out(slot, b.guarded("finite", new, name, quantity.change or quantity.shock))

    def _hidden_changes(self, b: Builder) -> tuple[int, ...]:
        recorded, done = [], 0
        while done < len(self.hidden):  # lowering one may bring another to light
            call, slot = list(self.hidden.items())[done]
            x = b.value(call.args[0])
            if call.name == "delay":
                recorded.append(b.guarded("finite", x, _title(call, done), call))
            else:
                stock = b.op("stock", slot=slot)
                gap = b.op("mul", b.op("sub", x, stock), b.op("dt"))
                new = b.op("add", stock, b.op("div", gap, b.value(call.args[1])))
                b.out(slot, b.guarded("finite", new, _title(call, done), call))
            done += 1
        return tuple(recorded)

    def _effects(self) -> tuple[tuple[int, Block], ...]:
        result = []
        for event in self.case.events.values():
            b = Builder(self)
            for effect in event.effects:
                value = b.value(effect.value)
                b.guarded("finite", value, f"{effect.quantity}, as {event.name} leaves it", effect.value)
                b.out(self.stocks[effect.quantity], value)
            if event.effects:
                result.append((self.events[event.name], b.block()))
        return tuple(result)

    def _begin(self) -> tuple[tuple[Block, Block], tuple[tuple[int, int], ...]]:
        stocks, hidden, delays = Builder(self, at_start=True), Builder(self, at_start=True), []
        for name, slot in self.stocks.items():
            start = self.case.quantities[name].start
            assert start is not None
            stocks.out(slot, stocks.guarded("finite", stocks.value(start), f"start of {name}", start))
        for index, (call, slot) in enumerate(self.hidden.items()):
            title = _title(call, index)
            hidden.out(slot, hidden.guarded("finite", hidden.value(call.args[0]), title, call))
            lag = hidden.op("round", hidden.op("div", hidden.value(call.args[1]), hidden.op("dt")))
            hidden.guarded("span", lag, f"the time of {title}", call.args[1])
            if call.name == "delay":
                delays.append((slot, lag))
        return (stocks.block(), hidden.block()), tuple(delays)

    def _bounds(self) -> tuple[tuple[int, int, int], ...]:
        result = []
        for name, slot in self.stocks.items():
            within = self.case.quantities[name].within
            if within is not None:
                low, high = (self.constant(x, f"bound of {name}", (name, i)) for i, x in enumerate(within))
                result.append((slot, low, high))
        return tuple(result)

    def _watched(self, b: Builder, kind: str, arg: Expr) -> int:
        if kind in ("first", "share", "ever"):
            return b.whole_condition(arg, f"measure {kind}(..)")
        value = b.value(arg)
        return value if kind == "count" else b.guarded("finite", value, f"measure {_SAID.get(kind, kind)}(..)", arg)

    def _finish(self) -> Block:
        b = Builder(self, at_end=True)
        for index, measure in enumerate(self.case.measures.values()):
            value = b.value(measure.value)
            if measure.kind != "date":
                b.guarded("finite", value, f"measure {measure.name}", measure.value)
            b.out(index, value)
        return b.block()

    def _record(self) -> Block:
        b = Builder(self, at_end=True)
        for index, quantity in enumerate(self.case.quantities.values()):
            b.out(index, b.value(tree.QuantityRef(quantity.name)))
        return b.block()

    def _drawn(self) -> tuple[Draw, ...]:
        number = slots(self.draws)
        return tuple(Draw(name, name.startswith("shock:"), number[name]) for name in self.draws)


@dataclass
class Builder:
    """Builds one block; equal operations are written once."""

    shared: Lowering
    at_end: bool = False
    at_start: bool = False
    ops: list[Op] = field(default_factory=list)
    outs: list[tuple[int, int]] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    _number: dict[Op, int] = field(default_factory=dict)
    _auxiliaries: dict[str, int] = field(default_factory=dict)

    def op(self, code: str, *args: int, slot: int = -1, value: float = 0.0) -> int:
        """The number of an operation, new or as already written."""
        new = Op(code, args, slot, value)
        if new not in self._number:
            self._number[new] = len(self.ops)
            self.ops.append(new)
        return self._number[new]

    def literal(self, value: float) -> int:
        return self.op("lit", value=value)

    def out(self, target: int, op: int) -> None:
        self.outs.append((target, op))

    def guarded(self, kind: GuardKind, op: int, what: str, expr: Expr | None) -> int:
        self.guards.append(Guard(kind, op, what, expr))
        return op

    def block(self, outs: Iterable[tuple[int, int]] | None = None) -> Block:
        kept = tuple(self.outs) if outs is None else tuple(outs)
        return Block(tuple(self.ops), kept, tuple(self.guards), self.at_end)

    # --- expressions -----------------------------------------------------------------------------------------

    def value(self, node: Expr) -> int:
        """Lower a number or a date."""
        return _VALUES[type(node)](self, node)

    def auxiliary(self, name: str) -> int:
        """Lower an auxiliary, once in a block, after those that it reads: a chain may be as long as the case."""
        waiting = [name]
        while name not in self._auxiliaries:
            value = self.shared.case.quantities[waiting[-1]].value
            assert value is not None
            unread = [other for other in self._auxiliaries_in(value) if other not in self._auxiliaries]
            if unread:
                waiting.extend(reversed(unread))
            else:
                self._auxiliaries[waiting[-1]] = self.value(value)
                if self.shared.watchful:
                    self.guarded("finite", self._auxiliaries[waiting[-1]], waiting[-1], value)
                waiting.pop()
        return self._auxiliaries[name]

    def _auxiliaries_in(self, expr: Expr) -> Iterator[str]:
        """The auxiliaries that lowering an expression reads: not those behind a lag, except at the start."""
        below = [expr]
        while below:
            node = below.pop()
            if isinstance(node, tree.QuantityRef) and self.shared.case.quantities[node.name].is_auxiliary:
                yield node.name
            if not isinstance(node, tree.Call) or node.name not in LAGS:
                below.extend(reversed(children(node)))
            elif self.at_start:
                below.append(node.args[0])

    def condition(self, node: Expr) -> int:
        """Lower a condition."""
        return _CONDITIONS[type(node)](self, node)

    def whole_condition(self, node: Expr, what: str) -> int:
        """Lower a condition; what it compares must not be NaN if the comparison is all there is. (In a longer one
        another part may be there to see to that.)"""
        if isinstance(node, tree.Compare):
            for side in (node.left, node.right):
                if not isinstance(side, tree.Number | tree.AssumptionRef | tree.Now | tree.DateLiteral):
                    self.guarded("defined", self.value(side), f"what {what} compares", side)
        return self.condition(node)

    def fold(self, code: str, args: Sequence[int]) -> int:
        """Left to right."""
        total = args[0]
        for arg in args[1:]:
            total = self.op(code, total, arg)
        return total

    # --- rules -----------------------------------------------------------------------------------------------

    def any_of(self, rules: Sequence[Rule]) -> int:
        """Whether a rule speaks."""
        if any(rule.when is None for rule in rules):
            return self.op("truth", value=1.0)
        return self.fold("or", [self._when(rule) for rule in rules])

    def chain(self, rules: Sequence[Rule]) -> int:
        """The level that the first speaking rule sets, else the level as it is."""
        level = self.op("level", slot=self.shared.options[rules[0].option])
        for rule in reversed(rules):
            move = rule.move
            new = self.choose(rule.option, move) if isinstance(move, Choice) else self.literal(float(move))
            level = new if rule.when is None else self.op("select", self._when(rule), new, level)
        return level

    def _when(self, rule: Rule) -> int:
        assert rule.when is not None
        return self.whole_condition(rule.when, f"a rule for {rule.option}")

    def choose(self, option: str, choice: Choice) -> int:
        """Logit: weights exp(sharpness * (value - best)); the first level whose cumulative weight exceeds
        u * total. Of two levels the first is taken where u * (1 + exp(sharpness * (second - first))) < 1."""
        values = [
            self.guarded("finite", self.value(v), f"the choice of {option}", v) for _, v in choice.values
        ]
        sharpness = self.value(choice.sharpness)
        self.guarded("finite", sharpness, f"the sharpness of {option}", choice.sharpness)
        u = self.op("draw", slot=self.shared.draw(f"choice:{option}"))
        levels = [self.literal(float(index)) for index, _ in choice.values]
        if len(values) == 2:
            odds = self.op("exp", self.op("mul", sharpness, self.op("sub", values[1], values[0])))
            one = self.literal(1.0)
            first = self.op("lt", self.op("mul", u, self.op("add", one, odds)), one)
            return self.op("select", first, *levels)
        best = self.fold("max", values)
        weights = [self.op("exp", self.op("mul", sharpness, self.op("sub", v, best))) for v in values]
        sums = [weights[0]]
        for weight in weights[1:]:
            sums.append(self.op("add", sums[-1], weight))
        aim = self.op("mul", u, sums[-1])
        level = levels[-1]
        for chosen, total in zip(levels[-2::-1], sums[-2::-1], strict=True):
            level = self.op("select", self.op("lt", aim, total), chosen, level)
        return level


# --- one row for each kind of node -----------------------------------------------------------------------------


def _quantity(b: Builder, node: tree.QuantityRef) -> int:
    auxiliary = b.shared.case.quantities[node.name].is_auxiliary
    return b.auxiliary(node.name) if auxiliary else b.op("stock", slot=b.shared.stocks[node.name])


def _deal(b: Builder, node: Expr) -> int:
    """What is read of an agreement, as it stood at the end of the step before (in measures: of this one)."""
    return b.op("deal", slot=b.shared.deal_reads.setdefault(node, len(b.shared.deal_reads)))


def _event(b: Builder, node: tree.EventCount) -> int:
    return b.op("count" if b.at_end else "before", slot=b.shared.events[node.name])


def _option_value(b: Builder, node: tree.OptionValue) -> int:
    option = b.shared.case.options[node.option]
    assert option.values is not None
    levels = [
        b.op("const", slot=b.shared.constant(value, f"{option.name} = {name}", (option.name, name)))
        for name, value in zip(option.levels, option.values, strict=True)
    ]
    level, value = b.op("level", slot=b.shared.options[option.name]), levels[-1]
    for index in range(len(levels) - 2, -1, -1):
        value = b.op("select", b.op("le", level, b.literal(float(index))), levels[index], value)
    return value


def _power(b: Builder, node: tree.Power) -> int:
    base, exponent = b.value(node.base), node.exponent
    if isinstance(exponent, tree.Number) and exponent.value in range(9):
        return b.fold("mul", [base] * int(exponent.value)) if exponent.value else b.literal(1.0)
    return b.op("exp", b.op("mul", b.value(exponent), b.op("log", base)))


def _call(b: Builder, node: tree.Call) -> int:
    if node.name in LAGS:  # both start as their argument is
        return b.value(node.args[0]) if b.at_start else b.op("stock", slot=b.shared.hidden_stock(node))
    return _CALLS[node.name](b, [b.value(arg) for arg in node.args])


def _extreme(b: Builder, code: str, a: int, c: int) -> int:
    """The lesser or greater of two, NaN if either is. `min` yields its second operand and `max` its first where
    they do not compare, so what may be NaN is put there; if both may, the other is looked at."""
    lost, kept = (a, c) if code == "min" else (c, a)
    if b.ops[kept].code in _NEVER_NAN:
        lost, kept = kept, lost
    found = b.op(code, lost, kept) if code == "min" else b.op(code, kept, lost)
    return found if b.ops[lost].code in _NEVER_NAN else b.op("select", b.op("ne", lost, lost), lost, found)


_NEVER_NAN = ("const", "lit", "theta", "stock", "count", "before", "day", "year", "month")  # or in trouble already


def _extremes(b: Builder, code: str, args: Sequence[int]) -> int:
    return functools.reduce(lambda a, c: _extreme(b, code, a, c), args)


def _clip(b: Builder, args: Sequence[int]) -> int:
    return _extreme(b, "min", _extreme(b, "max", args[0], args[1]), args[2])


def _logistic(b: Builder, args: Sequence[int]) -> int:
    one = b.literal(1.0)
    return b.op("div", one, b.op("add", one, b.op("exp", b.op("neg", args[0]))))


def _table(b: Builder, args: Sequence[int]) -> int:
    """On the line of the first segment whose end x lies below; outside, y of the nearest point; NaN for NaN."""
    x, points = args[0], [(args[i], args[i + 1]) for i in range(1, len(args), 2)]
    value = -1
    for (x1, y1), (x2, y2) in zip(points[-2::-1], points[:0:-1], strict=True):
        slope = b.op("div", b.op("sub", y2, y1), b.op("sub", x2, x1))
        line = b.op("add", y1, b.op("mul", slope, b.op("sub", x, x1)))
        value = line if value < 0 else b.op("select", b.op("lt", x, x2), line, value)
    (first_x, first_y), (last_x, last_y) = points[0], points[-1]
    value = b.op("select", b.op("ge", x, last_x), last_y, value)
    return b.op("select", b.op("lt", x, first_x), first_y, value)


def _calendar_part(b: Builder, node: tree.CalendarPart) -> int:
    if isinstance(node.arg, tree.DateLiteral):
        part = float(getattr(node.arg.day, node.part))
        return b.op("const", slot=b.shared.literal_slot(node.arg, part, f"{node.part}({node.arg.day})"))
    return b.op(node.part)


def _date(b: Builder, node: tree.DateLiteral) -> int:
    days = float((node.day - b.shared.case.as_of).days)
    return b.op("const", slot=b.shared.literal_slot(node, days, str(node.day)))


def _difference(b: Builder, node: tree.DateDifference) -> int:
    ends = [b.op("min", b.value(side), b.op("never_day")) for side in (node.left, node.right)]
    return b.op("div", b.op("sub", *ends), b.literal(DAYS_A_YEAR))


def _aggregate(b: Builder, node: tree.Aggregate) -> int:
    total = b.op("acc", slot=b.shared.accumulator(_KEPT.get(node.kind, node.kind), node.arg))
    return b.op("div", total, b.op("steps")) if node.kind in ("mean", "share") else total


_KEPT = {"mean": "sum"}
_SAID = {"sum": "mean"}

_CALLS: dict[str, Callable[[Builder, Sequence[int]], int]] = {
    "min": lambda b, args: _extremes(b, "min", args),
    "max": lambda b, args: _extremes(b, "max", args),
    "clip": _clip,
    "logistic": _logistic,
    "table": _table,
    **{name: (lambda b, args, name=name: b.op(name, args[0])) for name in ("abs", "exp", "log", "sqrt")},  # type: ignore[misc]
}

_VALUES: dict[type, Callable[[Builder, Any], int]] = {
    tree.Number: lambda b, n: b.op("const", slot=b.shared.literal_slot(n, n.value, f"{n.value:g}")),
    tree.AssumptionRef: lambda b, n: b.op("theta", slot=b.shared.assumptions[n.name]),
    tree.QuantityRef: _quantity,
    tree.EventCount: _event,
    tree.OptionValue: _option_value,
    tree.Arith: lambda b, n: b.op(_ARITH[n.op], b.value(n.left), b.value(n.right)),
    tree.Power: _power,
    tree.Negate: lambda b, n: b.op("neg", b.value(n.arg)),
    tree.IfElse: lambda b, n: b.op("select", b.condition(n.condition), b.value(n.then), b.value(n.other)),
    tree.Call: _call,
    tree.CalendarPart: _calendar_part,
    tree.DateDifference: _difference,
    tree.Indicator: lambda b, n: b.op("select", b.condition(n.condition), b.literal(1.0), b.literal(0.0)),
    tree.Now: lambda b, n: b.op("day"),
    tree.DateLiteral: _date,
    tree.Never: lambda b, n: b.literal(math.inf),
    tree.RowTotal: _deal,
    tree.AgreementNumber: _deal,
    tree.Aggregate: _aggregate,
}

_CONDITIONS: dict[type, Callable[[Builder, Any], int]] = {
    tree.Truth: lambda b, n: b.op("truth", value=float(n.value)),
    tree.Compare: lambda b, n: b.op(_COMPARE[n.op], b.value(n.left), b.value(n.right)),
    tree.CompareLevel: lambda b, n: b.op(
        _COMPARE[n.op], b.op("level", slot=b.shared.options[n.option]), b.literal(float(n.level))
    ),
    tree.CompareRival: lambda b, n: b.op(
        _COMPARE[n.op], b.op("theta", slot=b.shared.assumptions[n.assumption]), b.literal(float(n.rival))
    ),
    tree.And: lambda b, n: b.fold("and", [b.condition(arg) for arg in n.args]),
    tree.AgreementTruth: lambda b, n: b.op("ne", _deal(b, n), b.literal(0.0)),
    tree.CompareAgreement: lambda b, n: b.op("ne", _deal(b, n), b.literal(0.0)),
    tree.Or: lambda b, n: b.fold("or", [b.condition(arg) for arg in n.args]),
    tree.Not: lambda b, n: b.op("not", b.condition(n.arg)),
    tree.IfElse: lambda b, n: b.op("choose", b.condition(n.condition), b.condition(n.then), b.condition(n.other)),
}


def turns(case: Case) -> list[tuple[str, ...]]:
    """Who moves at once: each party of `turns` by itself, the others together and last."""
    rest = tuple(party for party in case.parties if party not in case.turns)
    return [*((party,) for party in case.turns), *([rest] if rest else [])]


def _title(call: tree.Call, index: int) -> str:
    return f"{call.name} no. {index + 1}"
