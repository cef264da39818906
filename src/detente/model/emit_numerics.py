"""The elementary functions of `numerics` and the draws of `philox` as LLVM functions on eight lanes: the same
operations in the same order, so the same bits. No fused multiply-add and no fast-math is ever allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from . import numerics as n
from . import philox
from .lanes import DOUBLE, LONG, Lanes, Value

_MAGIC_BITS = 0x4338000000000000  # of numerics.MAGIC
_TWO52_BITS, _TWO52 = 0x4330000000000000, 4503599627370496.0


class Functions:
    """The functions of a module, written on first use."""

    def __init__(self, module: ir.Module) -> None:
        self.module = module
        self.on_numbers: dict[str, Any] = {}  # `deal_code.scalars.Code`, by name
        self._written: dict[str, ir.Function] = {}

    def _function(self, name: str, width: int) -> ir.Function:
        full = f"{name}.{width}"
        if full not in self._written:
            arguments, body = _BODIES[name]
            doubles = ir.VectorType(DOUBLE, width)
            function = ir.Function(self.module, ir.FunctionType(doubles, [doubles] * arguments), full)
            function.linkage = "internal"
            function.calling_convention = "fastcc"
            function.attributes.add("noinline")
            self._written[full] = function
            lanes = Lanes(function, width)
            lanes.builder.ret(body(self, lanes, *function.args))
        return self._written[full]

    def call(self, lanes: Lanes, name: str, *args: Value) -> Value:
        """Call a function, writing it first if need be."""
        return lanes.builder.call(self._function(name, args[0].type.count), args, cconv="fastcc")

    def call_on_two(self, lanes: Lanes, name: str, a: Value, b: Value) -> tuple[Value, Value]:
        """Call a function of one argument for two at once: their chains of operations overlap."""
        return lanes.halves(self.call(lanes, name, lanes.beside(a, b)))

    def intrinsic(self, lanes: Lanes, name: str, x: Value) -> Value:
        """Call one of LLVM's own: `sqrt` or `fabs`, both exact."""
        full = f"llvm.{name}.v{x.type.count}f64"
        if full not in self._written:
            self._written[full] = ir.Function(self.module, ir.FunctionType(x.type, [x.type]), full)
        return lanes.builder.call(self._written[full], [x])


def _power_of_two(v: Lanes, k: Value) -> Value:
    return v.as_doubles(v.builder.shl(v.builder.add(k, v.whole(1023)), v.whole(52)))


def _exp(_: Functions, v: Lanes, x: Value) -> Value:
    b = v.builder
    fits = b.and_(b.fcmp_ordered("<=", x, v.number(n.EXP_MOST)), b.fcmp_ordered(">=", x, v.number(n.EXP_LEAST)))
    inside = v.select(fits, x, v.number(0.0))
    shifted = b.fadd(b.fmul(inside, v.number(n.LOG2E)), v.number(n.MAGIC))
    k = b.sub(v.as_longs(shifted), v.whole(_MAGIC_BITS))
    whole = b.fsub(shifted, v.number(n.MAGIC))
    r = b.fsub(b.fsub(inside, b.fmul(whole, v.number(n.LN2_HIGH))), b.fmul(whole, v.number(n.LN2_LOW)))
    # k >> 1, by a logical shift of a number made positive
    half = b.sub(b.lshr(b.add(k, v.whole(4096)), v.whole(1)), v.whole(2048))
    value = b.fadd(b.fadd(b.fmul(v.estrin(n.EXP_TERMS, r), b.fmul(r, r)), r), v.number(1.0))
    value = b.fmul(b.fmul(value, _power_of_two(v, half)), _power_of_two(v, b.sub(k, half)))
    value = v.select(b.fcmp_ordered(">", x, v.number(n.EXP_MOST)), v.number(float("inf")), value)
    value = v.select(v.less(x, v.number(n.EXP_LEAST)), v.number(0.0), value)
    return v.select(b.fcmp_unordered("uno", x, x), x, value)


def _log(_: Functions, v: Lanes, x: Value) -> Value:
    b = v.builder
    small = v.less(x, v.number(n.TINY))
    bits = v.as_longs(v.select(small, b.fmul(x, v.number(n.TWO54)), x))
    field = b.and_(b.lshr(bits, v.whole(52)), v.whole(2047))
    k = b.fsub(b.fsub(v.as_doubles(b.or_(field, v.whole(_TWO52_BITS))), v.number(_TWO52)), v.number(1023.0))
    m = v.as_doubles(b.or_(b.and_(bits, v.whole(0x000FFFFFFFFFFFFF)), v.whole(0x3FE0000000000000)))
    low = v.less(m, v.number(n.SQRT_HALF))
    m = v.select(low, b.fadd(m, m), m)
    exponent = b.fadd(k, v.select(low, v.number(0.0), v.number(1.0)))
    exponent = b.fsub(exponent, v.select(small, v.number(54.0), v.number(0.0)))
    f = b.fsub(m, v.number(1.0))
    s = b.fdiv(f, b.fadd(m, v.number(1.0)))
    s2 = b.fmul(s, s)
    half = b.fmul(b.fmul(f, f), v.number(0.5))
    series = b.fmul(v.estrin(n.LOG_TERMS, s2), s2)
    rest = b.fadd(b.fmul(s, b.fadd(half, series)), b.fmul(exponent, v.number(n.LN2_LOW)))
    value = b.fsub(b.fmul(exponent, v.number(n.LN2_HIGH)), b.fsub(b.fsub(half, rest), f))
    value = v.select(b.fcmp_ordered("==", x, v.number(float("inf"))), v.number(float("inf")), value)
    value = v.select(b.fcmp_ordered("==", x, v.number(0.0)), v.number(float("-inf")), value)
    return v.select(b.fcmp_unordered("<", x, v.number(0.0)), v.number(float("nan")), value)


def _norminv(functions: Functions, v: Lanes, u: Value) -> Value:
    b = v.builder
    q = b.fsub(u, v.number(0.5))
    r = b.fsub(v.number(0.180625), b.fmul(q, q))
    centre = b.fdiv(b.fmul(q, v.horner(n.A, r)), v.horner(n.B, r))
    far = b.fcmp_ordered(">", functions.intrinsic(v, "fabs", q), v.number(0.425))
    with b.if_then(v.any(far)):
        entered = b.block
        lower = v.less(q, v.number(0.0))
        edge = v.select(lower, u, b.fsub(v.number(1.0), u))
        r = functions.intrinsic(v, "sqrt", b.fneg(functions.call(v, "log", edge)))
        near, beyond = b.fsub(r, v.number(1.6)), b.fsub(r, v.number(5.0))
        tail = v.select(
            b.fcmp_ordered("<=", r, v.number(5.0)),
            b.fdiv(v.horner(n.C, near), v.horner(n.D, near)), b.fdiv(v.horner(n.E, beyond), v.horner(n.F, beyond)),
        )
        mixed = v.select(far, v.select(lower, b.fneg(tail), tail), centre)
        came_from = b.block
    result = b.phi(v.doubles)
    result.add_incoming(mixed, came_from)
    result.add_incoming(centre, _predecessor(entered))
    return result


def _predecessor(block: ir.Block) -> ir.Block:
    """The block that branched to the `then` block of an `if_then`."""
    return next(b for b in block.function.blocks if b.terminator and block in b.terminator.operands)


def _log1p(functions: Functions, v: Lanes, x: Value) -> Value:
    b, one = v.builder, v.number(1.0)
    one_more = b.fadd(one, x)
    corrected = b.fmul(functions.call(v, "log", one_more), b.fdiv(x, b.fsub(one_more, one)))
    return v.select(b.fcmp_ordered("==", one_more, one), x, corrected)


def _poisson(functions: Functions, v: Lanes, u: Value, mean: Value) -> Value:
    b = v.builder
    return _first_beyond(v, u, mean, functions.call(v, "exp", b.fneg(mean)), lambda count, after: b.fdiv(mean, after))


def _negbin(functions: Functions, v: Lanes, u: Value, mean: Value, size: Value) -> Value:
    b = v.builder
    poisson = b.fcmp_ordered("==", size, v.number(float("inf")))  # a dispersion of 0
    ratio = b.fdiv(mean, b.fadd(size, mean))
    nothing = b.fneg(b.fmul(size, _log1p(functions, v, b.fdiv(mean, size))))

    def factor(count: Value, after: Value) -> Value:
        return v.select(poisson, b.fdiv(mean, after), b.fmul(b.fdiv(b.fadd(count, size), after), ratio))

    return _first_beyond(v, u, mean, functions.call(v, "exp", v.select(poisson, b.fneg(mean), nothing)), factor)


def _first_beyond(
    v: Lanes, u: Value, mean: Value, p0: Value, factor: Callable[[Value, Value], Value]
) -> Value:
    """The first n with u < F(n), p(0) being `p0` and p(n + 1) = p(n) * factor(n, n + 1)."""
    b, f, one = v.builder, v.function, v.number(1.0)
    sensible = b.fcmp_ordered("<=", mean, v.number(n.MEAN_MOST))
    entry = b.block
    head, body, end = (f.append_basic_block(part) for part in ("head", "body", "end"))
    b.branch(head)
    b.position_at_end(head)
    names: list[Any] = [b.phi(v.doubles, part) for part in ("n", "p", "total")]
    busy_before = b.phi(v.bits, "busy")
    count, p, total = names
    for phi, start in zip(names, (v.number(0.0), p0, p0), strict=True):
        phi.add_incoming(start, entry)
    busy_before.add_incoming(sensible, entry)
    spent = b.and_(v.less(p, v.number(n.TAIL)), b.fcmp_ordered(">", count, mean))
    goes_on = b.and_(b.not_(spent), v.less(count, v.number(n.COUNT_MOST)))
    busy = b.and_(b.and_(busy_before, b.fcmp_ordered(">=", u, total)), goes_on)
    b.cbranch(v.any(busy), body, end)
    b.position_at_end(body)
    after = b.fadd(count, one)
    p_new = v.select(busy, b.fmul(p, factor(count, after)), p)
    for phi, value in zip(
        names, (v.select(busy, after, count), p_new, v.select(busy, b.fadd(total, p_new), total)), strict=True
    ):
        phi.add_incoming(value, body)
    busy_before.add_incoming(busy, body)
    b.branch(head)
    b.position_at_end(end)
    return v.select(b.fcmp_ordered(">=", u, b.fsub(one, mean)), count, v.number(0.0))


_BODIES: dict[str, tuple[int, Any]] = {
    "exp": (1, _exp), "log": (1, _log), "norminv": (1, _norminv), "poisson": (2, _poisson), "negbin": (3, _negbin),
}


def round_keys(v: Lanes, seed: Value) -> list[tuple[Value, Value]]:
    """The ten keys of Philox for a 64-bit seed, splat."""
    b = v.builder
    mask = ir.Constant(LONG, 0xFFFFFFFF)
    low, high = b.and_(seed, mask), b.lshr(seed, ir.Constant(LONG, 32))
    keys = []
    for i in range(philox.ROUNDS):
        k0 = b.and_(b.add(low, ir.Constant(LONG, i * philox.WEYL_0 & 0xFFFFFFFF)), mask)
        k1 = b.and_(b.add(high, ir.Constant(LONG, i * philox.WEYL_1 & 0xFFFFFFFF)), mask)
        keys.append((v.splat(k0), v.splat(k1)))
    return keys


def two_uniforms(
    v: Lanes, keys: list[tuple[Value, Value]], counters: tuple[Value, Value, Value, Value]
) -> tuple[Value, Value]:
    """The draws of an even step and of the next, from one call of Philox4x32-10."""
    b, mask, bits32 = v.builder, v.whole(0xFFFFFFFF), v.whole(32)
    x0, x1, x2, x3 = counters  # only their low halves count: what stands above is never read
    for k0, k1 in keys:
        p0 = b.mul(b.and_(x0, mask), v.whole(philox.MULTIPLIER_0))
        p1 = b.mul(b.and_(x2, mask), v.whole(philox.MULTIPLIER_1))
        x0, x1, x2, x3 = (
            b.xor(b.xor(b.lshr(p1, bits32), x1), k0), p1, b.xor(b.xor(b.lshr(p0, bits32), x3), k1), p0,
        )
    return _unit(v, b.and_(x0, mask), x1), _unit(v, b.and_(x2, mask), x3)


def _unit(v: Lanes, low: Value, high: Value) -> Value:
    b = v.builder
    bits = b.lshr(b.or_(low, b.shl(high, v.whole(32))), v.whole(12))
    whole = b.fsub(v.as_doubles(b.or_(bits, v.whole(_TWO52_BITS))), v.number(_TWO52))
    return b.fmul(b.fadd(whole, v.number(0.5)), v.number(2.0**-52))
