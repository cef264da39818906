"""A small language for code on single numbers: values with operators, places in memory, `when`, loops, functions.

Kinds: `i` a 64-bit integer (days, counts, indices), `f` a double, `b` a condition (kept in memory as 0 or 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from llvmlite import ir
from llvmlite.ir.instructions import CastInstr

from ..emit_numerics import Functions
from ..lanes import BIT, DOUBLE, DOUBLES, INT, LONG, POINTER, WIDTH, Lanes

KINDS: dict[str, ir.Type] = {"i": LONG, "f": DOUBLE, "b": BIT}
Like: TypeAlias = "Num | float | int | bool"


@dataclass(frozen=True, slots=True, eq=False)
class Num:
    """A value of the code being written. Operators write operations; beside a double an integer becomes one."""

    code: Code
    value: Any
    kind: str

    def _both(self, other: Like) -> tuple[Any, Any, str]:
        if isinstance(other, float) or (isinstance(other, Num) and other.kind == "f") or self.kind == "f":
            return self.code.double(self).value, self.code.double(other).value, "f"
        return self.value, self.code.num(other).value, "i"

    def _arith(self, other: Like, whole: str, double: str) -> Num:
        a, b, kind = self._both(other)
        return Num(self.code, getattr(self.code.b, double if kind == "f" else whole)(a, b), kind)

    def __add__(self, other: Like) -> Num:
        return self._arith(other, "add", "fadd")

    def __sub__(self, other: Like) -> Num:
        return self._arith(other, "sub", "fsub")

    def __mul__(self, other: Like) -> Num:
        return self._arith(other, "mul", "fmul")

    def __floordiv__(self, other: int) -> Num:
        return self._arith(other, "udiv", "udiv")  # of integers that are not negative

    def over(self, other: Like) -> Num:
        """The quotient of doubles."""
        a, b = self.code.double(self).value, self.code.double(other).value
        return Num(self.code, self.code.b.fdiv(a, b), "f")

    def compare(self, op: str, other: Like) -> Num:
        """A condition; false with NaN, but for `!=`."""
        a, b, kind = self._both(other)
        if kind == "i":
            return Num(self.code, self.code.b.icmp_signed(op, a, b), "b")
        compare = self.code.b.fcmp_unordered if op == "!=" else self.code.b.fcmp_ordered
        return Num(self.code, compare(op, a, b), "b")

    def __lt__(self, other: Like) -> Num:
        return self.compare("<", other)

    def __le__(self, other: Like) -> Num:
        return self.compare("<=", other)

    def __gt__(self, other: Like) -> Num:
        return self.compare(">", other)

    def __ge__(self, other: Like) -> Num:
        return self.compare(">=", other)

    def eq(self, other: Like) -> Num:
        """Whether it equals another."""
        return self.compare("==", other)

    def ne(self, other: Like) -> Num:
        """Whether it differs from another."""
        return self.compare("!=", other)

    def __and__(self, other: Num) -> Num:
        return Num(self.code, self.code.b.and_(self.value, other.value), self.kind)

    def __or__(self, other: Num) -> Num:
        return Num(self.code, self.code.b.or_(self.value, other.value), self.kind)

    def __invert__(self) -> Num:
        return Num(self.code, self.code.b.not_(self.value), self.kind)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands: its distance from the start of some memory, in numbers of eight bytes."""

    index: int
    kind: str


class Code:
    """One function being written. `args` are its arguments: pointers, or numbers of the kinds given."""

    def __init__(self, functions: Functions, name: str, takes: str, gives: str = "") -> None:
        types = [POINTER if kind == "p" else KINDS[kind] for kind in takes]
        returns = KINDS[gives] if gives else ir.VoidType()
        self.functions, self.gives = functions, gives
        self.function = ir.Function(functions.module, ir.FunctionType(returns, types), name)
        self.function.linkage, self.function.calling_convention = "internal", "fastcc"
        self.function.attributes.add("noinline")
        self.b = ir.IRBuilder(self.function.append_basic_block("entry"))
        self.entry = self.b.block
        self.args = [
            value if kind == "p" else Num(self, value, kind)
            for kind, value in zip(takes, self.function.args, strict=True)
        ]

    # --- values ----------------------------------------------------------------------------------------------

    def num(self, value: Like) -> Num:
        """A constant, or the value as it is."""
        if isinstance(value, Num):
            return value
        if isinstance(value, bool):
            return Num(self, ir.Constant(BIT, int(value)), "b")
        return Num(self, ir.Constant(LONG, value) if isinstance(value, int) else ir.Constant(DOUBLE, value),
                   "i" if isinstance(value, int) else "f")  # fmt: skip

    def double(self, value: Like) -> Num:
        """The value as a double."""
        value = self.num(float(value) if not isinstance(value, Num) else value)
        if value.kind == "f":
            return value
        as_double = self.b.sitofp if value.kind == "i" else self.b.uitofp
        return Num(self, as_double(value.value, DOUBLE), "f")

    def whole(self, value: Num) -> Num:
        """The value as an integer, towards zero."""
        if value.kind == "f":
            return Num(self, self.b.fptosi(value.value, LONG), "i")
        return value if value.kind == "i" else Num(self, self.b.zext(value.value, LONG), "i")

    def select(self, condition: Num, a: Like, b: Like) -> Num:
        """`a` where the condition holds, else `b`; both are worked out."""
        first, second = self.num(a), self.num(b)
        if first.kind != second.kind:
            first, second = self.double(first), self.double(second)
        return Num(self, self.b.select(condition.value, first.value, second.value), first.kind)

    def of_level(self, level: Num, values: Sequence[float]) -> Num:
        """The number that an option has at a level."""
        found = self.num(float(values[-1]))
        for i in range(len(values) - 2, -1, -1):
            found = self.select(level <= float(i), float(values[i]), found)
        return found

    def least(self, a: Num, b: Like) -> Num:
        """The lesser of two integers."""
        return self.select(a < b, a, b)

    def greatest(self, a: Num, b: Like) -> Num:
        """The greater of two integers."""
        return self.select(a > b, a, b)

    def numeric(self, name: str, *args: Like) -> Num:
        """An elementary function of `numerics`, in one lane of eight."""
        lanes = Lanes.__new__(Lanes)
        lanes.builder, lanes.width, lanes.function = self.b, WIDTH, self.function
        vectors = []
        for arg in args:
            one = ir.Constant(DOUBLES, [ir.Constant(DOUBLE, 0.5)] * WIDTH)
            vectors.append(self.b.insert_element(one, self.double(arg).value, ir.Constant(INT, 0)))
        found = self.functions.call(lanes, name, *vectors)
        return Num(self, self.b.extract_element(found, ir.Constant(INT, 0)), "f")

    # --- memory ----------------------------------------------------------------------------------------------

    def at(self, base: Any, index: Like) -> Any:
        """The address of a number of some memory."""
        return self.b.gep(base, [self.num(index).value], source_etype=LONG)

    def get(self, base: Any, place: Place, index: Like = 0) -> Num:
        """Read a place; `index` numbers further on."""
        address = self.at(base, self.num(index) + place.index if isinstance(index, Num) else place.index + int(index))
        if place.kind == "f":
            return Num(self, self.b.load(address, typ=DOUBLE, align=8), "f")
        value = Num(self, self.b.load(address, typ=LONG, align=8), "i")
        return value if place.kind == "i" else value.ne(0)

    def put(self, base: Any, place: Place, value: Like, index: Like = 0) -> None:
        """Write a place."""
        address = self.at(base, self.num(index) + place.index if isinstance(index, Num) else place.index + int(index))
        number = self.num(value)
        number = self.double(number) if place.kind == "f" else self.whole(number)
        self.b.store(number.value, address, align=8)

    def copy(self, source: Any, to: Any, numbers: int) -> None:
        """Copy so many numbers from one place to another."""
        with self.count(numbers, "copy") as i:
            self.put(to, Place(0, "i"), self.get(source, Place(0, "i"), i), i)

    def room(self, numbers: int) -> Any:
        """Memory that lasts as long as the function runs."""
        with self.b.goto_block(self.entry):
            self.b.position_at_start(self.entry)
            room = self.b.alloca(LONG, size=numbers)
            untyped = CastInstr(self.b.block, "bitcast", room, POINTER)  # of which the builder sees no need
            self.b._insert(untyped)
            return untyped

    def variable(self, start: Like) -> Variable:
        """A number that changes while the function runs."""
        first = self.num(start)
        return Variable(self, self.room(1), Place(0, first.kind)).set(first)

    # --- control ---------------------------------------------------------------------------------------------

    @contextmanager
    def when(self, condition: Num) -> Iterator[None]:
        """`if condition:` for what is written inside."""
        with self.b.if_then(condition.value):
            yield

    @contextmanager
    def either(self, condition: Num) -> Iterator[tuple[Any, Any]]:
        """`if .. else ..`: two contexts, to be entered one after the other."""
        with self.b.if_else(condition.value) as (then, otherwise):
            yield then, otherwise

    @contextmanager
    def loop(self, going: Callable[[], Num], name: str = "loop") -> Iterator[Callable[[], None]]:
        """`while going():`; yields what writes a `break` (as the last thing inside a `when`)."""
        head, body, end = (self.function.append_basic_block(f"{name}.{part}") for part in ("head", "body", "end"))
        self.b.branch(head)
        self.b.position_at_end(head)
        self.b.cbranch(going().value, body, end)
        self.b.position_at_end(body)
        yield lambda: self.b.branch(end)
        if not self.b.block.is_terminated:
            self.b.branch(head)
        self.b.position_at_end(end)

    @contextmanager
    def count(self, stop: Like, name: str = "each") -> Iterator[Num]:
        """`for i in range(stop):`, `stop` being worked out once."""
        i, most = self.variable(0), self.num(stop)
        with self.loop(lambda: i.get() < most, name):
            now = i.get()
            yield now
            i.set(now + 1)

    @contextmanager
    def case_of(self, value: Num) -> Iterator[Callable[[int], Any]]:
        """A switch: yields what opens the code for one value."""
        end = self.function.append_basic_block("switch.end")
        switch = self.b.switch(value.value, end)

        @contextmanager
        def one(number: int) -> Iterator[None]:
            block = self.function.append_basic_block(f"switch.{number}")
            switch.add_case(ir.Constant(LONG, number), block)
            self.b.position_at_end(block)
            yield
            if not self.b.block.is_terminated:
                self.b.branch(end)

        yield one
        self.b.position_at_end(end)

    def give(self, value: Like | None = None) -> None:
        """`return`; what follows in the same block is not reached."""
        if value is None:
            self.b.ret_void()
        else:
            self.b.ret(self.num(value).value)

    def done(self) -> None:
        """End the function, if its last block is open."""
        if not self.b.block.is_terminated:
            self.give(None if not self.gives else {"i": 0, "f": 0.0, "b": False}[self.gives])

    def call(self, other: Code, *args: Any) -> Num:
        """Call another function."""
        values = [arg if not isinstance(arg, Num | int | float) else self.num(arg).value for arg in args]
        return Num(self, self.b.call(other.function, values, cconv="fastcc"), other.gives)


@dataclass(slots=True)
class Variable:
    """A number that changes while a function runs."""

    code: Code
    base: Any
    place: Place

    def get(self) -> Num:
        return self.code.get(self.base, self.place)

    def set(self, value: Like) -> Variable:
        self.code.put(self.base, self.place, value)
        return self
