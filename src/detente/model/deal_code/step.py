"""Agreements in the kernel's step: eight runs at a time where they go together, run by run where a deal is alive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from llvmlite import ir

from detente.agreements.days import NEVER

from ..deals import resting
from ..form import Agreed
from ..lanes import DOUBLE, INT, LONG, WIDTH, Value
from ..layout import BLOCK
from .days import DealCode
from .memory import Rows

if TYPE_CHECKING:
    from ..emit import Emitter


class DealStep:
    """What a kernel does about the agreements of its case."""

    def __init__(self, emitter: Emitter, agreed: Agreed) -> None:
        self.e, self.agreed, self.case = emitter, agreed, agreed.case
        form, at = emitter.form, emitter.layout
        self.deals = []
        for i, places in enumerate(at.deals):
            rows = Rows(
                level=at.level, count=at.count, told=at.told, before=at.told_before, wanted=at.wanted, reads=at.reads,
                theta=at.theta, draw=at.draw, begun=at.begun + i, commanded=at.pending + i, spilled=at.spilled,
            )
            self.deals.append(DealCode(emitter.functions, self.case, places, rows, form.assumptions, BLOCK))
        commands = [command for deal in self.deals for command in deal.at.commands]
        options = list(self.case.options)
        self.commanded = sorted({options.index(name) for command in commands for name, _ in command.moves})

    # --- small things ----------------------------------------------------------------------------------------

    @property
    def b(self) -> ir.IRBuilder:
        return self.e.b

    def _long(self, value: int) -> Value:
        return ir.Constant(LONG, value)

    def _of_strategy(self, name: str, numbers: list[int]) -> Value:
        """A number that each strategy has."""
        table = self.e.constant(name, numbers)
        return self.e.v.load(self.e.v.at(table, self.e.argument["strategy"], LONG), LONG)

    def _is(self, row: int, number: float) -> Value:
        return self.b.fcmp_ordered("==", self.e.get(row), self.e.v.number(number))

    def _alive(self) -> Value:
        return self.b.fcmp_ordered("!=", self.e.get(self.e.layout.alive), self.e.v.number(0.0))

    @contextmanager
    def _each(self, mask: Value) -> Iterator[tuple[Value, Value]]:
        """For every run of the group in the mask: its number in the block and its lane of the rows."""
        with self.b.if_then(self.e.v.any(mask)), self.e.v.loop(self._long(WIDTH), "deal.lane") as i:
            bit = self.b.extract_element(mask, self.b.trunc(i, INT))
            with self.b.if_then(bit):
                lane = self.b.add(self.b.mul(self.e.group, self._long(WIDTH)), i)
                yield lane, self.e.v.at(self.e.argument["scratch"], lane)

    def _memory(self, deal: int, lane: Value) -> Value:
        row, size = self.e.layout.memory[deal], self.deals[deal].places.size
        offset = self.b.add(self._long(row * BLOCK), self.b.mul(lane, self._long(size)))
        return self.e.v.at(self.e.argument["scratch"], offset)

    def _day(self, step: Value, more: int) -> Value:
        day = self.b.fptosi(self.e.scalar("day", step), LONG)
        return self.b.add(day, self._long(self.case.as_of.toordinal() + more))

    def _days(self) -> tuple[Value, Value]:
        """The first and the last day of this step."""
        return self._day(self.e.step, 1), self._day(self.b.add(self.e.step, self._long(1)), 0)

    def _call(self, code: object, *args: Value) -> None:
        self.b.call(code.function, args, cconv="fastcc")  # type: ignore[attr-defined]

    # --- the start -------------------------------------------------------------------------------------------

    def rest(self) -> None:
        """What is read of deals that have not begun."""
        for deal in self.deals:
            for slot, value in resting(deal.deal):
                self.e.put(self.e.layout.reads + slot, self.e.v.number(value))

    def start(self) -> None:
        """Nothing has begun, except for deals that stand already."""
        at, v = self.e.layout, self.e.v
        for row in (*range(at.begun, at.begun + len(self.deals)), at.spilled,
                    *range(at.pending, at.pending + len(self.deals))):  # fmt: skip
            self.e.put(row, v.number(0.0))
        self.e.step, now = self._long(-1), self.e.step  # the end of the step before the first is the start
        self._tell()
        self.e.step = now
        self._remember()
        for i, deal in enumerate(self.deals):
            if deal.places.from_the_start:
                with self._each(v.truth(True)) as (lane, rows):
                    self._call(deal.start(), self._memory(i, lane), rows)

    def _tell(self) -> None:
        values = self.e.values(self.agreed.told)
        for place, op in self.agreed.told.outs:
            self.e.put(self.e.layout.told + place, values[op])

    def _remember(self) -> None:
        """Options and numbers as they were told last."""
        at, options = self.e.layout, len(self.case.options)
        noticed = {row.index for deal in self.deals for row in deal.kinds if row.source == "option"}
        for option in sorted(noticed):
            self.e.put(at.told_before + option, self.e.get(at.level + option))
        for place in range(len(self.agreed.numbers)):
            self.e.put(at.told_before + options + place, self.e.get(at.told + place))

    # --- before and in the moves -----------------------------------------------------------------------------

    def accept(self) -> None:
        """Who would sign, on the state before the moves."""
        values, v = self.e.values(self.agreed.accepts), self.e.v
        for deal in range(len(self.deals)):
            self.e.put(self.e.layout.signed + deal, v.number(0.0))
        for deal, op in self.agreed.accepts.outs:
            offered = self._of_strategy(f"offered.{deal}", [int(o) for o in self.agreed.deals[deal].offered])
            offered = v.splat(self.b.icmp_signed("!=", offered, self._long(0)))
            yes = self.b.and_(offered, values[op])
            self.e.put(self.e.layout.signed + deal, v.select(yes, v.number(1.0), v.number(0.0)))

    def command(self) -> None:
        """What contingencies want goes into the rows of what is wanted, NaN for nothing."""
        if not self.commanded:
            return
        at, v = self.e.layout, self.e.v
        pending = [self.b.and_(self._alive(), self._waits(deal)) for deal in range(len(self.deals))]
        some = pending[0]
        for more in pending[1:]:
            some = self.b.or_(some, more)
        self.is_commanded = v.any(some)
        with self.b.if_then(self.is_commanded):
            for option in self.commanded:
                self.e.put(at.wanted + option, v.number(float("nan")))
            parties = list(self.case.parties)
            bits = [sum(1 << parties.index(p) for p in defying) for defying in self.agreed.defies]
            defied, (first, last) = self._of_strategy("defied", bits), self._days()
            for i, deal in enumerate(self.deals):
                if deal.at.commands:
                    with self._each(pending[i]) as (lane, rows):
                        self._call(deal.commands(), self._memory(i, lane), rows, first, last, defied)

    def _waits(self, deal: int) -> Value:
        return self.b.fcmp_ordered(">", self.e.get(self.e.layout.pending + deal), self.e.v.number(0.0))

    def override(self, group: int) -> None:
        """Commands stand above strategy and conduct."""
        options = [o for o in self.commanded if o in self.agreed.groups[group]]
        if not options:
            return
        with self.b.if_then(self.is_commanded):
            for option in options:
                wanted, row = self.e.get(self.e.layout.wanted + option), self.e.layout.level + option
                speaks = self.b.fcmp_ordered("==", wanted, wanted)
                self.e.put(row, self.e.v.select(speaks, wanted, self.e.get(row)))

    # --- after the bounds ------------------------------------------------------------------------------------

    def play(self) -> None:
        """The days of the step, for the runs in which a deal is alive or begins."""
        at, v = self.e.layout, self.e.v
        self._tell()
        first, last = self._days()
        odd = self.b.and_(self.e.step, self._long(1))
        shift = self.b.mul(odd, self._long(len(self.e.form.draws) * BLOCK))
        for i, deal in enumerate(self.deals):
            signs = self.b.fcmp_ordered("!=", self.e.get(at.signed + i), v.number(0.0))
            begins = signs
            if deal.places.starts < NEVER:
                by_itself = self.b.icmp_signed("<=", self._long(deal.places.starts), last)
                begins = self.b.or_(begins, v.splat(by_itself))
            going = self.b.or_(self._is(at.begun + i, 1.0), self.b.and_(self._is(at.begun + i, 0.0), begins))
            with self._each(self.b.and_(self._alive(), going)) as (lane, rows):
                signed = self.b.load(v.at(rows, self._long((at.signed + i) * BLOCK)), typ=DOUBLE, align=8)
                signed = self.b.fcmp_ordered("!=", signed, ir.Constant(DOUBLE, 0.0))
                memory = self._memory(i, lane)
                self._call(deal.play(), memory, rows, first, last, signed, shift)
                self._replace(i, lane, rows, memory, last)
        self._remember()

    def _replace(self, number: int, lane: Value, rows: Value, memory: Value, last: Value) -> None:
        """An agreement that starts ends those that it replaces."""
        deal = self.deals[number]
        for i, other in enumerate(self.deals):
            if other.agreement.name != deal.agreement.replaces:
                continue
            known = deal.at.starts.index + deal.places.known_at
            starts = self.b.load(self.e.v.at(memory, self._long(known), LONG), typ=LONG, align=8)
            begun_at = self.e.v.at(rows, self._long((self.e.layout.begun + i) * BLOCK))
            begun = self.b.fcmp_ordered("!=", self.b.load(begun_at, typ=DOUBLE, align=8), ir.Constant(DOUBLE, 0.0))
            with self.b.if_then(self.b.and_(self.b.icmp_signed("==", starts, last), begun)):
                self._call(other.give_way(), self._memory(i, lane), rows)
