"""The intermediate form: a step as short lists of operations, which reference, kernel and listing all read.

An operation has a code, the numbers of earlier operations of its block as arguments and, if it is a leaf, the
slot that it reads. Numbers of the case are not in the form but in a vector beside it (`constants`), dates in a
calendar, so that a change of numbers leaves the form, and so the compiled kernel, as it was.

The order of a step is that of `Form`'s fields: moves (group by group), luck and change (the `flow` block, since
both read the same state), effects, bounds, end, watch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from detente.language.case import Case
from detente.language.tree import Expr

if TYPE_CHECKING:
    from .deals import Deal

LEAVES = {
    "const": "constants", "theta": "assumptions", "stock": "stocks", "level": "options", "commanded": "options",
    "command": "options", "count": "events", "before": "events", "due": "events", "draw": "draws",
    "acc": "accumulators", "deal": "agreed",
}
CLOCK = ("day", "year", "month", "dt", "sqrt_dt", "steps", "never_day")
UNARY = ("neg", "abs", "sqrt", "exp", "log", "round")
BINARY = ("add", "sub", "mul", "div", "min", "max")
COMPARE = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
LOGIC = ("and", "or", "not", "truth")
CONDITIONS = frozenset((*COMPARE, *LOGIC, "commanded"))
# besides: "lit" (a number of the language itself), "select" (condition, then, else; conditions too: "choose"),
# "poisson" (uniform, mean), "negbin" (uniform, mean, size)

GuardKind = Literal["finite", "defined", "mean", "chance", "size", "span"]


@dataclass(frozen=True, slots=True)
class Op:
    """One operation. `slot` is what a leaf reads; `value` is that of a literal."""

    code: str
    args: tuple[int, ...] = ()
    slot: int = -1
    value: float = 0.0

    @property
    def is_condition(self) -> bool:
        """Yields true or false rather than a number."""
        return self.code in CONDITIONS or self.code == "choose"


@dataclass(frozen=True, slots=True)
class Guard:
    """What the value of an operation must satisfy, else the run is in trouble: `what` says whose value it is, and
    `expr` how it is written in the case (None: the new value of a stock)."""

    kind: GuardKind
    op: int
    what: str = field(compare=False)
    expr: Expr | None = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Block:
    """Operations that are evaluated together on one state, and what becomes of some of them.

    `outs` pairs a target (the meaning depends on the block: a stock, an option, an event, a measure) with an
    operation. `at_end` says whether the day is the step's end or its first.
    """

    ops: tuple[Op, ...] = ()
    outs: tuple[tuple[int, int], ...] = ()
    guards: tuple[Guard, ...] = ()
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves made at once. `commands[strategy]` has outs (option, condition) and then (option, level) alternating;
    `conduct` has outs (option, level) for every option of the group that is not fixed."""

    commands: tuple[Block, ...]
    conduct: Block


@dataclass(frozen=True, slots=True)
class Accumulator:
    """What a measure keeps of `op` of the watch block while the steps go by."""

    kind: str
    op: int


@dataclass(frozen=True, slots=True)
class Draw:
    """A random number of the step: uniform in (0, 1), or standard normal by inversion of that uniform."""

    name: str
    normal: bool
    slot: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """The agreements of a case: `accepts` has outs (agreement, condition), read before the moves; `told` has outs
    (place, value) for the quantities that agreements take notice of (`numbers` names them), at the step's end;
    `defies` holds the parties that do not carry out commands, by strategy. Blocks read their states by `deal`
    operations."""

    case: Case
    deals: tuple[Deal, ...]
    accepts: Block
    told: Block
    numbers: tuple[str, ...]
    defies: tuple[frozenset[str], ...]
    groups: tuple[tuple[int, ...], ...]  # the options of each group of moves
    reads: int

    def identity(self) -> object:
        """Everything of the agreements that is compiled in: with their numbers and dates."""
        case = self.case
        deals = [
            (replace(d.agreement, title="", sources={}, note=""), d.offered, d.reads, sorted(d.draws.items()))
            for d in self.deals
        ]
        options = [(o.name, o.party, o.values, o.start) for o in case.options.values()]
        events = [(e.name, e.by) for e in case.events.values()]
        defies = [sorted(parties) for parties in self.defies]
        told = (case.as_of, case.step, tuple(case.assumptions), tuple(case.parties), self.numbers, self.groups)
        return deals, options, events, defies, told


@dataclass(frozen=True, slots=True)
class Form:
    """A compiled case. Stocks are the case's, then the hidden ones of `smooth` and `delay`."""

    assumptions: tuple[str, ...]
    options: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    stocks: tuple[str, ...]
    events: tuple[str, ...]
    strategies: tuple[str, ...]
    measures: tuple[str, ...]
    series: tuple[str, ...]
    draws: tuple[Draw, ...]
    begin: tuple[Block, ...]  # one after another; outs (stock, value)
    delays: tuple[tuple[int, int], ...]  # (stock, operation of the last begin block that is its lag in steps)
    moves: tuple[Moves, ...]
    flow: Block  # luck and change, both on the state before the step with the new levels; outs (stock, new value)
    luck: tuple[tuple[int, int], ...]  # (event, operation of the flow block that is its count)
    recorded: tuple[int, ...]  # per delay, the operation of the flow block that enters its line
    effects: tuple[tuple[int, Block], ...]  # (event, outs (stock, new value)), in the order of the file
    bounds: tuple[tuple[int, int, int], ...]  # (stock, constant of the low, of the high)
    ends: tuple[int, ...]  # events
    watch: Block  # end of the step; read by accumulators
    accumulators: tuple[Accumulator, ...]
    finish: Block  # outs (measure, value), from accumulators
    record: Block  # end of the step; outs (series, value)
    constants: NDArray[np.float64] = field(repr=False, compare=False)
    constant_names: tuple[str, ...] = field(repr=False, compare=False)
    start_levels: NDArray[np.float64] = field(repr=False, compare=False)
    agreed: Agreed | None = field(default=None, repr=False)

    def blocks(self) -> Iterator[Block]:
        """Every block, in the order of a run."""
        yield from self.begin
        for group in self.moves:
            yield from group.commands
            yield group.conduct
        yield from (self.flow, *(block for _, block in self.effects))
        yield from (self.watch, self.finish, self.record)
        if self.agreed is not None:
            yield from (self.agreed.accepts, self.agreed.told)

    @property
    def remembered(self) -> tuple[int, ...]:
        """Events whose count of the step before is read."""
        return tuple(sorted({op.slot for block in self.blocks() for op in block.ops if op.code == "before"}))

    def identity(self) -> str:
        """A hash of everything that is compiled in: not the constants, not the dates, not the counts."""
        told = (
            self.draws, *map(_told, self.blocks()), self.delays, self.luck, self.recorded,
            [event for event, _ in self.effects], self.start_levels.tolist(),
            [len(group.commands) for group in self.moves], self.bounds, self.ends, self.accumulators,
            len(self.assumptions), len(self.options), len(self.stocks), len(self.events), len(self.measures),
            None if self.agreed is None else self.agreed.identity(),
        )
        return hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a run as numbers: `day[k]` is the end of step k in days since `as_of` (k = 0 .. steps + 1),
    with its `year` and `month`; `due[event, k]` is how often a dated event falls in step k + 1."""

    day: NDArray[np.float64]
    year: NDArray[np.float64]
    month: NDArray[np.float64]
    due: NDArray[np.float64]
    steps: int
    dt: float


def _told(block: Block) -> object:
    return block.ops, block.outs, [(guard.kind, guard.op) for guard in block.guards], block.at_end


def clean(block: Block) -> Block:
    """The block without operations that nothing reads."""
    needed = {op for _, op in block.outs} | {guard.op for guard in block.guards}
    for index in range(len(block.ops) - 1, -1, -1):
        if index in needed:
            needed.update(block.ops[index].args)
    kept = sorted(needed)
    number = {old: new for new, old in enumerate(kept)}
    ops = tuple(
        Op(op.code, tuple(number[a] for a in op.args), op.slot, op.value) for op in (block.ops[i] for i in kept)
    )
    guards = tuple(Guard(g.kind, number[g.op], g.what, g.expr) for g in block.guards)
    return Block(ops, tuple((t, number[o]) for t, o in block.outs), guards, block.at_end)
