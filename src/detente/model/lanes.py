"""Thin words over llvmlite: eight runs side by side as one vector value, with the handful of operations needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from llvmlite import ir

WIDTH = 8
DOUBLE, LONG, INT, BIT = ir.DoubleType(), ir.IntType(64), ir.IntType(32), ir.IntType(1)
DOUBLES, LONGS = ir.VectorType(DOUBLE, WIDTH), ir.VectorType(LONG, WIDTH)
BITS = ir.VectorType(BIT, WIDTH)
POINTER = ir.PointerType()
ALIGN = 8 * WIDTH

Value = Any  # an llvmlite value


class Lanes:
    """Builds vector code of a width into a function. Numbers are splat when used beside vectors."""

    def __init__(self, function: ir.Function, width: int = WIDTH) -> None:
        self.function, self.width = function, width
        self.doubles, self.longs = ir.VectorType(DOUBLE, width), ir.VectorType(LONG, width)
        self.bits = ir.VectorType(BIT, width)
        self.builder = ir.IRBuilder(function.append_basic_block("entry"))

    # --- constants and memory --------------------------------------------------------------------------------

    def number(self, value: float) -> Value:
        """The same literal in every lane."""
        return ir.Constant(self.doubles, [ir.Constant(DOUBLE, value)] * self.width)

    def whole(self, value: int) -> Value:
        """The same 64-bit integer in every lane."""
        return ir.Constant(self.longs, [ir.Constant(LONG, value)] * self.width)

    def truth(self, value: bool) -> Value:
        """The same condition in every lane."""
        return ir.Constant(self.bits, [ir.Constant(BIT, int(value))] * self.width)

    def splat(self, scalar: Value) -> Value:
        """A scalar in every lane."""
        vector = ir.VectorType(scalar.type, self.width)
        one = self.builder.insert_element(ir.Constant(vector, ir.Undefined), scalar, ir.Constant(INT, 0))
        zeros = ir.Constant(ir.VectorType(INT, self.width), [ir.Constant(INT, 0)] * self.width)
        return self.builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), zeros)

    def at(self, pointer: Value, index: Value, kind: ir.Type = DOUBLE) -> Value:
        """The address of an element."""
        return self.builder.gep(pointer, [index], inbounds=True, source_etype=kind)

    def load(self, pointer: Value, kind: ir.Type = DOUBLES) -> Value:
        """Read; vectors are aligned."""
        align = ALIGN if isinstance(kind, ir.VectorType) else 8
        return self.builder.load(pointer, typ=kind, align=align)

    def store(self, value: Value, pointer: Value) -> None:
        """Write; vectors are aligned."""
        self.builder.store(value, pointer, align=ALIGN if isinstance(value.type, ir.VectorType) else 8)

    # --- arithmetic ------------------------------------------------------------------------------------------

    def horner(self, terms: Sequence[float], x: Value) -> Value:
        """A polynomial, highest power first."""
        total = self.number(terms[0])
        for term in terms[1:]:
            total = self.builder.fadd(self.builder.fmul(total, x), self.number(term))
        return total

    def estrin(self, terms: Sequence[float], x: Value) -> Value:
        """The same by Estrin's scheme, as in `numerics`."""
        b = self.builder
        parts = [self.number(term) for term in reversed(terms)]
        while len(parts) > 1:
            pairs = [b.fadd(low, b.fmul(high, x)) for low, high in zip(parts[::2], parts[1::2], strict=False)]
            parts = [*pairs, parts[-1]] if len(parts) % 2 else pairs
            x = b.fmul(x, x)
        return parts[0]

    def less(self, a: Value, b: Value) -> Value:
        """a < b; false with NaN."""
        return self.builder.fcmp_ordered("<", a, b)

    def select(self, condition: Value, a: Value, b: Value) -> Value:
        """a where the condition holds, else b."""
        return self.builder.select(condition, a, b)

    def beside(self, a: Value, b: Value) -> Value:
        """Two vectors as one of twice the width."""
        order = [ir.Constant(INT, i) for i in range(2 * self.width)]
        return self.builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(INT, 2 * self.width), order))

    def halves(self, both: Value) -> tuple[Value, Value]:
        """The two vectors again."""
        nothing = ir.Constant(both.type, ir.Undefined)
        low, high = (
            ir.Constant(ir.VectorType(INT, self.width), [ir.Constant(INT, first + i) for i in range(self.width)])
            for first in (0, self.width)
        )
        return self.builder.shuffle_vector(both, nothing, low), self.builder.shuffle_vector(both, nothing, high)

    def any(self, condition: Value) -> Value:
        """Whether the condition holds in any lane, as a scalar."""
        bits = self.builder.bitcast(condition, ir.IntType(self.width))
        return self.builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(self.width), 0))

    def as_longs(self, x: Value) -> Value:
        """The bits of doubles as integers."""
        return self.builder.bitcast(x, self.longs)

    def as_doubles(self, x: Value) -> Value:
        """The bits of integers as doubles."""
        return self.builder.bitcast(x, self.doubles)

    # --- control ---------------------------------------------------------------------------------------------

    @contextmanager
    def loop(self, stop: Value, name: str) -> Iterator[Value]:
        """`for i in range(stop)`, i a 64-bit integer; the body runs while `with` lasts."""
        b, f = self.builder, self.function
        head, body, end = (f.append_basic_block(f"{name}.{part}") for part in ("head", "body", "end"))
        came_from = b.block
        b.branch(head)
        b.position_at_end(head)
        i = b.phi(LONG, name)
        i.add_incoming(ir.Constant(LONG, 0), came_from)
        b.cbranch(b.icmp_signed("<", i, stop), body, end)
        b.position_at_end(body)
        yield i
        i.add_incoming(b.add(i, ir.Constant(LONG, 1)), b.block)
        b.branch(head)
        b.position_at_end(end)

    def repeat(
        self, state: Value, busy: Callable[[Value], Value], body: Callable[[Value], Value], name: str
    ) -> Value:
        """`while any lane is busy(state): state = body(state)`; a state is one vector."""
        b, f = self.builder, self.function
        head, inside, end = (f.append_basic_block(f"{name}.{part}") for part in ("head", "body", "end"))
        came_from = b.block
        b.branch(head)
        b.position_at_end(head)
        now = b.phi(state.type, name)
        now.add_incoming(state, came_from)
        b.cbranch(self.any(busy(now)), inside, end)
        b.position_at_end(inside)
        now.add_incoming(body(now), b.block)
        b.branch(head)
        b.position_at_end(end)
        return now
