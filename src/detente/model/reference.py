"""The reference: the step played plainly in NumPy, one array of runs at a time. Slow, readable, obviously right.

It shares with the kernel the form, the draws (`philox`) and the elementary functions (`numerics`), and must give
the same bits. `step` is the pure function of the design: a state, a step's number and its luck give the next state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import numerics
from .deals import LivedDeal, live, resting
from .form import Agreed, Block, Calendar, Form, Guard, Moves, Op
from .philox import uniform

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
_Commands = dict[int, tuple[Any, Any]]
MEAN_MOST = 500.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """A value that no run may have: the run (its place in the arrays), the step (from 0), the guard, the value."""

    lane: int
    step: int
    guard: Guard
    value: float


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a run carries from step to step; arrays are [slot, run]."""

    stocks: Array
    levels: Array
    counts: Array  # of the step just played
    alive: Mask
    accumulators: Array
    clipped: Array  # steps clipped, by bound
    lines: tuple[Array, ...] = ()  # per delay, [step, run]
    lags: tuple[NDArray[np.int64], ...] = ()
    first: Array = field(default_factory=lambda: np.zeros((0, 0)))  # per delay, its value at the start
    troubles: tuple[Trouble, ...] = ()
    deals: tuple[tuple[LivedDeal, ...], ...] = ()  # by run; a step leaves those of the state before as they were
    agreed: Array = field(default_factory=lambda: np.zeros((0, 0)))  # what is read of them, [read, run]


@dataclass(frozen=True, slots=True)
class Played:
    """What runs yield: `measures` [run, measure] in internal units, dates as days since `as_of` (infinity: never);
    `trace` maps series, options and events to [step, run], step 0 being the start."""

    measures: Array
    clipped: Array
    trace: Mapping[str, Array]
    troubles: tuple[Trouble, ...]


def play(
    form: Form, calendar: Calendar, theta: Array, strategy: int, seed: int,
    futures: NDArray[np.int64], runs: NDArray[np.int64], constants: Array | None = None,
) -> Played:
    """Play runs to the horizon. `theta` is [run, assumption] in internal units; `futures` and `runs` number them."""
    world = World(form, calendar, theta.T, strategy, form.constants if constants is None else constants)
    state = start(world)
    rows = [_row(world, state, 0)]
    for k in range(calendar.steps):
        state = step(world, state, k, luck(form, seed, k, futures, runs), in_place=True)
        rows.append(_row(world, state, k + 1))
    finish = Values(world, state, form.finish, calendar.steps)
    measures = np.array([finish[op] for _, op in form.finish.outs]).reshape(len(form.measures), len(theta)).T
    state = replace(state, troubles=state.troubles + finish.troubles(calendar.steps - 1))
    trace = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return Played(measures, state.clipped, trace, tuple(sorted(state.troubles, key=lambda t: (t.lane, t.step))))


@dataclass(frozen=True, slots=True)
class World:
    """What does not change in a run."""

    form: Form
    calendar: Calendar
    theta: Array  # [assumption, run]
    strategy: int
    constants: Array


def luck(form: Form, seed: int, k: int, futures: NDArray[np.int64], runs: NDArray[np.int64]) -> Array:
    """The draws of step k, [draw, run]."""
    u = np.empty((len(form.draws), len(runs)))
    for i, draw in enumerate(form.draws):
        u[i] = uniform(seed, draw.slot, k, runs, futures)
        if draw.normal:
            u[i] = numerics.norminv(u[i])
    return u


def start(world: World) -> State:
    """The state before the first step."""
    form, lanes = world.form, world.theta.shape[1]
    state = State(
        stocks=np.zeros((len(form.stocks), lanes)),
        levels=np.repeat(form.start_levels[:, None], lanes, axis=1),
        counts=np.zeros((len(form.events), lanes)),
        alive=np.ones(lanes, dtype=bool),
        accumulators=np.array([np.full(lanes, _INITIAL.get(a.kind, 0.0)) for a in form.accumulators]),
        clipped=np.zeros((len(form.bounds), lanes)),
        agreed=np.zeros((0, lanes)) if form.agreed is None else _resting(form.agreed, lanes),
    )
    lags: list[NDArray[np.int64]] = []
    for block in form.begin:
        values = Values(world, state, block, 0, state.counts)
        for stock, op in block.outs:
            state.stocks[stock] = values[op]
        state = replace(state, troubles=state.troubles + values.troubles(0))
        state = replace(state, stocks=_clip(world, state)[0]) if block is form.begin[0] else state
    for _, op in form.delays:
        span = values[op]
        lags.append(np.where((span >= 1) & (span <= world.calendar.steps), span, 1).astype(np.int64))
    first = np.array([state.stocks[stock] for stock, _ in form.delays])
    lines = tuple(np.zeros((world.calendar.steps, lanes)) for _ in form.delays)
    state = replace(state, lags=tuple(lags), first=first, lines=lines)
    return state if form.agreed is None else _met(world, state, form.agreed)


def step(world: World, state: State, k: int, draws: Array, *, in_place: bool = False) -> State:
    """The state after step k (from 0): moves, luck, change, effects, bounds, agreements, end, watch.

    `in_place` lets the agreements of the state before be played on, which is quicker; that state is spent then.
    """
    form, alive, before = world.form, state.alive, state.counts
    troubles = list(state.troubles)

    def block_of(block: Block, now: State, commands: _Commands | None = None) -> Values:
        values = Values(world, now, block, k, before, draws, commands)
        troubles.extend(values.troubles(k, alive))
        return values

    accepted = None if form.agreed is None else block_of(form.agreed.accepts, state)
    state, wanted = (state, None) if form.agreed is None else _commanded(world, state, form.agreed, k, in_place)
    for i, group in enumerate(form.moves):
        levels = _moved(world, state, group, block_of)
        if wanted is not None and form.agreed is not None:
            for option in form.agreed.groups[i]:
                levels[option] = np.where(np.isnan(wanted[option]), levels[option], wanted[option])
        state = replace(state, levels=levels)
    flow = block_of(form.flow, state)
    counts = np.zeros_like(before)
    for event, op in form.luck:
        counts[event] = np.where(alive, flow[op], 0.0)
    state = _changed(form, replace(state, counts=counts), k, flow)
    for event, block in form.effects:
        for repeat in range(int(counts[event].max(initial=0.0))):
            hit = counts[event] > repeat
            values = Values(world, state, block, k, before, draws)
            troubles.extend(values.troubles(k, hit))
            stocks = state.stocks.copy()
            for stock, op in block.outs:
                stocks[stock] = np.where(hit, values[op], stocks[stock])
            state = replace(state, stocks=stocks)
    state = _bounded(world, state)
    if form.agreed is not None and accepted is not None:
        state = _lived(world, state, form.agreed, k, draws, accepted)
    ended = (counts[list(form.ends)] > 0).any(axis=0) if form.ends else np.zeros_like(alive)
    state = replace(state, alive=alive & ~ended)
    watch = Values(world, state, form.watch, k + 1)
    troubles.extend(watch.troubles(k))
    accumulators = np.array([
        _ACCUMULATE[a.kind](old, watch[a.op], world.calendar.day[k + 1], world.calendar.dt)
        for a, old in zip(form.accumulators, state.accumulators, strict=True)
    ]).reshape(state.accumulators.shape)
    return replace(state, accumulators=accumulators, troubles=tuple(troubles))


# --- agreements ------------------------------------------------------------------------------------------------


def _days(world: World, agreed: Agreed, k: int) -> tuple[int, int]:
    """The first and the last day of step k; those of the step before the first are both `as_of`."""
    origin = agreed.case.as_of.toordinal()
    return origin + int(world.calendar.day[k]) + 1, origin + int(world.calendar.day[k + 1])


def _met(world: World, state: State, agreed: Agreed) -> State:
    """The agreements at the start of every run."""
    form, values = world.form, Values(world, state, agreed.told, 0)
    deals = []
    for lane in range(world.theta.shape[1]):
        levels = {name: int(state.levels[i, lane]) for i, name in enumerate(form.options)}
        numbers = {agreed.numbers[i]: float(values[op][lane]) for i, op in agreed.told.outs}
        assumptions = {name: float(world.theta[i, lane]) for i, name in enumerate(form.assumptions)}
        deals.append(tuple(live(deal, agreed.case, levels, numbers, assumptions) for deal in agreed.deals))
    return replace(state, deals=tuple(deals), agreed=_read(agreed, tuple(deals)))


def _resting(agreed: Agreed, lanes: int) -> Array:
    """What is read of agreements that have not begun."""
    found = np.zeros((agreed.reads, lanes))
    for deal in agreed.deals:
        for slot, value in resting(deal):
            found[slot] = value
    return found


def _read(agreed: Agreed, deals: tuple[tuple[LivedDeal, ...], ...]) -> Array:
    """What expressions read of the agreements, [read, run]."""
    found = np.zeros((agreed.reads, len(deals)))
    for lane, each in enumerate(deals):
        for lived in each:
            for slot, value in lived.read():
                found[slot, lane] = value
    return found


def _commanded(world: World, state: State, agreed: Agreed, k: int, in_place: bool) -> tuple[State, Array]:
    """The levels that contingencies want in step k, [option, run], NaN for none; the agreements are copies now."""
    first, last = _days(world, agreed, k)
    wanted = np.full(state.levels.shape, np.nan)
    number = {name: i for i, name in enumerate(world.form.options)}
    deals = state.deals if in_place else tuple(tuple(lived.fork() for lived in each) for each in state.deals)
    for lane, each in enumerate(deals):
        for lived in each if state.alive[lane] else ():
            for option, level in lived.commands(first, last, agreed.defies[world.strategy]).items():
                wanted[number[option], lane] = level
    return replace(state, deals=deals), wanted


def _lived(world: World, state: State, agreed: Agreed, k: int, draws: Array, accepted: Values) -> State:
    """The agreements after the days of step k."""
    form, (first, last) = world.form, _days(world, agreed, k)
    values = Values(world, state, agreed.told, k + 1)
    signs = {deal: accepted[op] for deal, op in agreed.accepts.outs}
    for lane in np.flatnonzero(state.alive):
        levels = {name: int(state.levels[i, lane]) for i, name in enumerate(form.options)}
        events = {name: int(state.counts[i, lane]) for i, name in enumerate(form.events)}
        numbers = {agreed.numbers[i]: float(values[op][lane]) for i, op in agreed.told.outs}
        each = state.deals[lane]
        for i, lived in enumerate(each):
            if lived.deal.offered[world.strategy] and i in signs and signs[i][lane]:
                lived.sign(last)
            lived.play(first, last, levels, events, numbers, draws[:, lane].tolist())
            if lived.known.starts == last:
                for other in each:
                    if other.deal.agreement.name == lived.deal.agreement.replaces:
                        other.give_way(lived.deal.agreement.name)
    return replace(state, agreed=_read(agreed, state.deals))


# --- the parts of a step ---------------------------------------------------------------------------------------


def _moved(world: World, state: State, group: Moves, block_of: Callable[..., Values]) -> Array:
    commands = group.commands[world.strategy]
    told = block_of(commands, state)
    pairs = zip(commands.outs[::2], commands.outs[1::2], strict=True)
    given = {option: (told[says], told[level]) for (option, says), (_, level) in pairs}
    values = block_of(group.conduct, state, given)
    levels = state.levels.copy()
    for option, op in group.conduct.outs:
        levels[option] = np.where(state.alive, values[op], levels[option])
    return levels


def _changed(form: Form, state: State, k: int, values: Values) -> State:
    """New stocks, all from the state before the step; a delay puts out what its line holds for the step's end."""
    stocks = state.stocks.copy()
    for stock, op in form.flow.outs:
        stocks[stock] = np.where(state.alive, values[op], stocks[stock])
    for i, (stock, _) in enumerate(form.delays):
        line = state.lines[i]
        line[k] = values[form.recorded[i]]
        at = k + 1 - state.lags[i]
        past = np.where(at >= 0, line[np.maximum(at, 0), np.arange(line.shape[1])], state.first[i])
        stocks[stock] = np.where(state.alive, past, stocks[stock])
    return replace(state, stocks=stocks)


def _clip(world: World, state: State) -> tuple[Array, Array]:
    stocks, clipped = state.stocks.copy(), np.zeros_like(state.clipped)
    for i, (stock, low, high) in enumerate(world.form.bounds):
        x = stocks[stock]
        held = np.where(x < world.constants[low], world.constants[low], x)
        held = np.where(held > world.constants[high], world.constants[high], held)
        clipped[i] = (held != x) & ~np.isnan(x)
        stocks[stock] = held
    return stocks, clipped


def _bounded(world: World, state: State) -> State:
    stocks, clipped = _clip(world, state)
    alive = state.alive
    return replace(
        state, stocks=np.where(alive, stocks, state.stocks), clipped=state.clipped + np.where(alive, clipped, 0.0)
    )


def _row(world: World, state: State, k: int) -> dict[str, Array]:
    values = Values(world, state, world.form.record, k)
    row = {world.form.series[i]: values[op] for i, op in world.form.record.outs}
    row |= dict(zip(world.form.options, state.levels, strict=True))
    row |= dict(zip(world.form.events, state.counts, strict=True))
    return row | {"alive": state.alive.astype(np.float64)}


_INITIAL = {"first": np.inf, "max": -np.inf, "min": np.inf}
_ACCUMULATE: dict[str, Callable[[Array, Array, float, float], Array]] = {
    "first": lambda old, c, day, dt: np.where((old == np.inf) & c.astype(bool), day, old),
    "count": lambda old, x, day, dt: old + x,
    "sum": lambda old, x, day, dt: old + x,
    "total": lambda old, x, day, dt: old + x * dt,
    "share": lambda old, c, day, dt: old + np.where(c, 1.0, 0.0),
    "ever": lambda old, c, day, dt: np.where(c, 1.0, old),
    "final": lambda old, x, day, dt: x,
    "max": lambda old, x, day, dt: np.where(old < x, x, old),
    "min": lambda old, x, day, dt: np.where(x < old, x, old),
}


# --- operations ------------------------------------------------------------------------------------------------


class Values:
    """The values of a block's operations on a state, computed when asked for. `k` is the step's number."""

    def __init__(
        self, world: World, state: State, block: Block, k: int,
        before: Array | None = None, draws: Array | None = None, commands: _Commands | None = None,
    ) -> None:
        self.world, self.state, self.block, self.k = world, state, block, k
        self.before, self.draws, self.commands = before, draws, commands or {}
        self._known: list[Any] = []

    def __getitem__(self, op: int) -> Any:
        if len(self._known) <= op:
            with np.errstate(all="ignore"):
                for each in self.block.ops[len(self._known) : op + 1]:
                    self._known.append(self._evaluate(each))
        return self._known[op]

    def troubles(self, k: int, mask: Mask | None = None) -> tuple[Trouble, ...]:
        """The guards that do not hold, for the runs in `mask`."""
        found = []
        for guard in self.block.guards:
            value = self[guard.op]
            bad = ~_HOLDS[guard.kind](value, self.world.calendar.steps)
            bad = bad if mask is None else bad & mask
            found += [Trouble(int(lane), k, guard, float(value[lane])) for lane in np.flatnonzero(bad)]
        return tuple(found)

    def _evaluate(self, op: Op) -> Any:
        if op.args:
            return _OPERATE[op.code](*(self._known[a] for a in op.args))
        value = np.asarray(_READ[op.code](self, op))
        return value if value.ndim else np.full(self.state.alive.shape, value)


def _clock(values: Values, name: str) -> float:
    calendar = values.world.calendar
    return float(getattr(calendar, name)[values.k])


_READ: dict[str, Callable[[Values, Op], Any]] = {
    "lit": lambda v, op: op.value,
    "truth": lambda v, op: bool(op.value),
    "const": lambda v, op: v.world.constants[op.slot],
    "theta": lambda v, op: v.world.theta[op.slot],
    "stock": lambda v, op: v.state.stocks[op.slot],
    "level": lambda v, op: v.state.levels[op.slot],
    "commanded": lambda v, op: v.commands[op.slot][0] if op.slot in v.commands else False,
    "command": lambda v, op: v.commands[op.slot][1] if op.slot in v.commands else 0.0,
    "count": lambda v, op: v.state.counts[op.slot],
    "before": lambda v, op: v.before[op.slot],  # type: ignore[index]
    "due": lambda v, op: v.world.calendar.due[op.slot, v.k],
    "draw": lambda v, op: v.draws[op.slot],  # type: ignore[index]
    "acc": lambda v, op: v.state.accumulators[op.slot],
    "deal": lambda v, op: v.state.agreed[op.slot],
    "day": lambda v, op: _clock(v, "day"),
    "year": lambda v, op: _clock(v, "year"),
    "month": lambda v, op: _clock(v, "month"),
    "dt": lambda v, op: v.world.calendar.dt,
    "sqrt_dt": lambda v, op: np.sqrt(v.world.calendar.dt),
    "steps": lambda v, op: float(v.world.calendar.steps),
    "never_day": lambda v, op: v.world.calendar.day[-1],
}

_OPERATE: dict[str, Callable[..., Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide,
    "neg": np.negative, "abs": np.abs, "sqrt": np.sqrt, "exp": numerics.exp, "log": numerics.log,
    "round": lambda x: (x + numerics.MAGIC) - numerics.MAGIC,
    "min": lambda a, b: np.where(a < b, a, b), "max": lambda a, b: np.where(a < b, b, a),
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
    "eq": np.equal, "ne": np.not_equal, "and": np.logical_and, "or": np.logical_or, "not": np.logical_not,
    "select": np.where, "choose": np.where,
    "poisson": lambda u, mean: numerics.counts(u, mean, np.inf),
    "negbin": numerics.counts,
}

_HOLDS: dict[str, Callable[[Array, int], Mask]] = {
    "finite": lambda x, steps: np.isfinite(x),
    "defined": lambda x, steps: ~np.isnan(x),
    "mean": lambda x, steps: (x >= 0) & (x <= MEAN_MOST),
    "chance": lambda x, steps: (x >= 0) & (x <= 1),
    "size": lambda x, steps: x >= 0,
    "span": lambda x, steps: (x >= 1) & (x <= steps),
}
