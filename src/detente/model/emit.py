"""The form emitted as one LLVM function: 64 runs side by side in groups of eight, all steps, one scratch array.

`run(arguments)` plays `lanes` runs of one strategy; its arguments are a table of 8-byte slots named in `ARGUMENTS`.
Nothing is allocated; every array belongs to the caller. The order of a step is that of `reference.step`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from llvmlite import ir

from . import numerics
from .emit_numerics import Functions, round_keys, two_uniforms
from .form import Block, Form, Guard, Op
from .lanes import ALIGN, DOUBLE, DOUBLES, INT, LONG, LONGS, POINTER, WIDTH, Lanes, Value
from .layout import ARGUMENTS, BINS, BLOCK, POINTERS, Layout

if TYPE_CHECKING:
    from .deal_code.step import DealStep

GROUPS = BLOCK // WIDTH
_INITIAL = {"first": float("inf"), "max": float("-inf"), "min": float("inf")}


def emit(form: Form) -> str:
    """The text of the module for a form; its one exported function is `run`."""
    module = ir.Module("detente")
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [POINTER]), "run")
    Emitter(form, Functions(module), function).write()
    return str(module)


def _constant(module: ir.Module, name: str, numbers: Sequence[int]) -> Value:
    """A table of whole numbers in the module."""
    if name in module.globals:
        return module.globals[name]
    kind = ir.ArrayType(LONG, len(numbers))
    table = ir.GlobalVariable(module, kind, name)
    table.global_constant, table.linkage = True, "internal"
    table.initializer = ir.Constant(kind, [ir.Constant(LONG, number) for number in numbers])
    return table


def _schedule(ops: Sequence[Op], chosen: Sequence[int]) -> list[tuple[int, ...]]:
    """The chosen operations in an order that puts exponentials which do not wait for each other side by side, in
    pairs."""
    depth = [0] * len(ops)  # exponentials on the longest way to an operation
    for i in chosen:
        depth[i] = max((depth[a] for a in ops[i].args), default=0) + (ops[i].code == "exp")
    order: list[tuple[int, ...]] = []
    for level in range(max(depth, default=0) + 1):
        here = [i for i in chosen if depth[i] == level]
        exponentials = [i for i in here if ops[i].code == "exp"]
        order += [tuple(exponentials[i : i + 2]) for i in range(0, len(exponentials), 2)]
        order += [(i,) for i in here if ops[i].code != "exp"]
    return order


class Emitter:
    def __init__(self, form: Form, functions: Functions, function: ir.Function) -> None:
        self.form, self.functions, self.layout = form, functions, Layout(form)
        self.v = Lanes(function)
        self.b = self.v.builder
        self.argument: dict[str, Value] = {}
        for i, name in enumerate(ARGUMENTS):
            kind = POINTER if name in POINTERS else DOUBLE if name in ("dt", "sqrt_dt") else LONG
            at = self.v.at(function.args[0], ir.Constant(LONG, i), LONG)
            self.argument[name] = self.b.load(at, typ=kind, align=8)
        self.keys = round_keys(self.v, self.argument["seed"])
        self.trouble = self.b.alloca(DOUBLES)
        self.step: Value = ir.Constant(LONG, 0)
        self.group: Value = ir.Constant(LONG, 0)
        self.base: Value = ir.Constant(LONG, 0)
        self.deals: DealStep | None = None
        if form.agreed is not None:
            from .deal_code.step import DealStep

            self.deals = DealStep(self, form.agreed)

    def constant(self, name: str, numbers: Sequence[int]) -> Value:
        """A table of whole numbers."""
        return _constant(self.functions.module, name, numbers)

    # --- memory ----------------------------------------------------------------------------------------------

    def row(self, row: int) -> Value:
        """The address of this group's lanes in a row of scratch."""
        offset = self.b.add(ir.Constant(LONG, row * BLOCK), self.b.mul(self.group, ir.Constant(LONG, WIDTH)))
        return self.v.at(self.argument["scratch"], offset)

    def get(self, row: int, kind: ir.Type = DOUBLES) -> Value:
        return self.v.load(self.row(row), kind)

    def put(self, row: int, value: Value) -> None:
        self.v.store(value, self.row(row))

    def scalar(self, name: str, index: Value, kind: ir.Type = DOUBLE) -> Value:
        return self.v.load(self.v.at(self.argument[name], index, kind), kind)

    def alive(self, new: Value, old: Value) -> Value:
        """`new` for runs that have not ended; without terminal events all go on."""
        if not self.form.ends:
            return new
        return self.v.select(self.b.fcmp_ordered("!=", self.get(self.layout.alive), self.v.number(0.0)), new, old)

    # --- the whole run ---------------------------------------------------------------------------------------

    def write(self) -> None:
        blocks = self.b.sdiv(self.argument["lanes"], ir.Constant(LONG, BLOCK))
        with self.v.loop(blocks, "block") as block:
            self.base = self.b.mul(block, ir.Constant(LONG, BLOCK))
            self.step = ir.Constant(LONG, 0)
            with self._groups("start"):
                self._start()
            with self.v.loop(self.b.add(self.argument["steps"], ir.Constant(LONG, 1)), "step") as self.step:
                self._record()
                with self.b.if_then(self.b.icmp_signed("<", self.step, self.argument["steps"])):
                    odd = self.b.and_(self.step, ir.Constant(LONG, 1))
                    with self.b.if_then(self.b.icmp_signed("==", odd, ir.Constant(LONG, 0))):
                        self._draw()
                    with self._groups("group"):
                        self._step()
            with self._groups("finish"):
                self._finish()
        self.b.ret_void()

    def _groups(self, name: str) -> Any:
        emitter = self

        class Each:
            def __enter__(self) -> None:
                self.loop = emitter.v.loop(ir.Constant(LONG, GROUPS), name)
                emitter.group = self.loop.__enter__()
                emitter.b.store(emitter.v.number(0.0), emitter.trouble, align=ALIGN)

            def __exit__(self, *_: object) -> None:
                self.loop.__exit__(None, None, None)

        return Each()

    def _lane(self) -> Value:
        return self.b.add(self.base, self.b.mul(self.group, ir.Constant(LONG, WIDTH)))

    def _start(self) -> None:
        form, at, lane = self.form, self.layout, self._lane()
        self.put(at.future, self.b.load(self.v.at(self.argument["futures"], lane, LONG), typ=LONGS, align=8))
        self.put(at.run, self.b.load(self.v.at(self.argument["runs"], lane, LONG), typ=LONGS, align=8))
        self._gather_theta(lane)
        for option, level in enumerate(form.start_levels):
            self.put(at.level + option, self.v.number(level))
        zero = [*range(at.count, at.acc), *range(at.clipped, at.trouble), *range(at.commanded, at.count)]
        for row in zero:
            self.put(row, self.v.number(0.0))
        for i, accumulator in enumerate(form.accumulators):
            self.put(at.acc + i, self.v.number(_INITIAL.get(accumulator.kind, 0.0)))
        self.put(at.alive, self.v.number(1.0))
        if self.deals is not None:
            self.deals.rest()
        prepared = self.values(Block(tuple(self.layout.prepared.ops)))
        for op, place in self.layout.prepared.kept.items():
            self.put(at.kept + place, prepared[op])
        for i, block in enumerate(form.begin):
            values = self.values(block)
            for stock, op in block.outs:
                self.put(at.stock + stock, values[op])
            if i == 0:
                self._clip(count=False)
        for i, (stock, op) in enumerate(form.delays):
            self.put(at.first + i, self.get(at.stock + stock))
            self.put(at.lag + i, self._whole_lag(values[op]))
        if self.deals is not None:
            self.deals.start()
        self.put(at.trouble, self.b.load(self.trouble, typ=DOUBLES, align=ALIGN))

    def _gather_theta(self, lane: Value) -> None:
        width = ir.Constant(LONG, len(self.form.assumptions))
        for i in range(WIDTH):
            row = self.scalar("rows", self.b.add(lane, ir.Constant(LONG, i)), LONG)
            source = self.b.mul(row, width)
            for j in range(len(self.form.assumptions)):
                value = self.scalar("theta", self.b.add(source, ir.Constant(LONG, j)))
                target = self.b.gep(self.row(self.layout.theta + j), [ir.Constant(LONG, i)], source_etype=DOUBLE)
                self.v.store(value, target)

    def _whole_lag(self, lag: Value) -> Value:
        steps = self.v.splat(self.b.sitofp(self.argument["steps"], DOUBLE))
        fits = self.b.and_(self.b.fcmp_ordered(">=", lag, self.v.number(1.0)), self.b.fcmp_ordered("<=", lag, steps))
        return self.b.fptosi(self.v.select(fits, lag, self.v.number(1.0)), LONGS)

    def _draw(self) -> None:
        """All draws of this even step and of the next."""
        form, v = self.form, self.v
        if not form.draws:
            return
        slots = _constant(self.functions.module, "slots", [draw.slot for draw in form.draws])
        half = v.splat(self.b.lshr(self.step, ir.Constant(LONG, 1)))
        parity = len(form.draws) * BLOCK
        with v.loop(ir.Constant(LONG, len(form.draws)), "draw") as draw, self._groups("draw.group"):
            slot = v.splat(v.load(v.at(slots, draw, LONG), LONG))
            counters = (slot, half, self.get(self.layout.run, LONGS), self.get(self.layout.future, LONGS))
            target = v.at(self.row(self.layout.draw), self.b.mul(draw, ir.Constant(LONG, BLOCK)))
            even, odd = two_uniforms(v, self.keys, counters)
            v.store(even, target)
            v.store(odd, v.at(target, ir.Constant(LONG, parity)))
        rows = [i for i, draw in enumerate(form.draws) if draw.normal]
        for row in (first + i for i in rows for first in (0, len(form.draws))):
            with self._groups("normal"):
                u = self.get(self.layout.draw + row)
                self.put(self.layout.draw + row, self.functions.call(v, "norminv", u))

    # --- a step ----------------------------------------------------------------------------------------------

    def _step(self) -> None:
        at, form = self.layout, self.form
        self.b.store(self.get(at.trouble), self.trouble, align=ALIGN)
        if self.deals is not None:
            self.deals.accept()
            self.deals.command()
        for index, group in enumerate(form.moves):
            self._commands(group.commands, index)
            values = self.values(group.conduct)
            for option, op in group.conduct.outs:
                self.put(at.level + option, self.alive(values[op], self.get(at.level + option)))
            if self.deals is not None:
                self.deals.override(index)
        values = self.values(form.flow)
        for event, op in form.luck:
            self.put(at.count + event, self.alive(values[op], self.v.number(0.0)))
        self._change(values)
        for event, block in form.effects:
            self._effect(event, block)
        self._clip(count=True)
        if self.deals is not None:
            self.deals.play()
        for event in form.remembered:
            self.put(at.before + event, self.get(at.count + event))
        self._end()
        self._watch()
        self.put(at.trouble, self.b.load(self.trouble, typ=DOUBLES, align=ALIGN))

    def _after(self) -> Value:
        return self.b.add(self.step, ir.Constant(LONG, 1))

    def _commands(self, commands: tuple[Block, ...], index: int) -> None:
        if not any(block.outs for block in commands):
            return
        done = self.v.function.append_basic_block(f"moves{index}.done")
        switch = self.b.switch(self.argument["strategy"], done)
        for strategy, block in enumerate(commands):
            if not block.outs:
                continue
            case = self.v.function.append_basic_block(f"moves{index}.strategy{strategy}")
            switch.add_case(ir.Constant(LONG, strategy), case)
            self.b.position_at_end(case)
            values = self.values(block)
            for (option, says), (_, level) in zip(block.outs[::2], block.outs[1::2], strict=True):
                told = self.v.select(values[says], self.v.number(1.0), self.v.number(0.0))
                self.put(self.layout.commanded + option, told)
                self.put(self.layout.command + option, values[level])
            self.b.branch(done)
        self.b.position_at_end(done)

    def _change(self, values: list[Value]) -> None:
        at, form = self.layout, self.form
        for i, op in enumerate(form.recorded):
            self.v.store(values[op], self._line(i, self.step))
        for stock, op in form.flow.outs:
            self.put(at.stock + stock, self.alive(values[op], self.get(at.stock + stock)))
        self._delays()

    def _line(self, delay: int, step: Value) -> Value:
        """Where the delay's value of a step stands, for this group."""
        row = self.b.mul(step, ir.Constant(LONG, self.layout.delays))
        row = self.b.add(row, ir.Constant(LONG, self.layout.lines + delay))
        lane = self.b.mul(self.group, ir.Constant(LONG, WIDTH))
        return self.v.at(self.argument["scratch"], self.b.add(self.b.mul(row, ir.Constant(LONG, BLOCK)), lane))

    def _effect(self, event: int, block: Block) -> None:
        zero, at = self.v.number(0.0), self.layout

        def busy(left: Value) -> Value:
            return self.b.fcmp_ordered(">", left, zero)

        def once(left: Value) -> Value:
            hit = busy(left)
            values = self.values(block, hit)
            for stock, op in block.outs:
                self.put(at.stock + stock, self.v.select(hit, values[op], self.get(at.stock + stock)))
            return self.b.fsub(left, self.v.number(1.0))

        self.v.repeat(self.get(at.count + event), busy, once, f"effect{event}")

    def _clip(self, count: bool) -> None:
        for i, (stock, low, high) in enumerate(self.form.bounds):
            row = self.layout.stock + stock
            x = self.get(row)
            least, most = (self.v.splat(self.scalar("constants", ir.Constant(LONG, c))) for c in (low, high))
            held = self.v.select(self.v.less(x, least), least, x)
            held = self.v.select(self.b.fcmp_ordered(">", held, most), most, held)
            if not count:
                self.put(row, held)
                continue
            self.put(row, self.alive(held, x))
            one = self.v.select(self.b.fcmp_ordered("!=", held, x), self.v.number(1.0), self.v.number(0.0))
            counted = self.get(self.layout.clipped + i)
            self.put(self.layout.clipped + i, self.b.fadd(counted, self.alive(one, self.v.number(0.0))))

    def _delays(self) -> None:
        at, b = self.layout, self.b
        for i, (stock, _) in enumerate(self.form.delays):
            ago = b.sub(self.v.splat(self._after()), self.get(at.lag + i, LONGS))
            ready = b.icmp_signed(">=", ago, self.v.whole(0))
            safe = self.v.select(ready, ago, self.v.whole(0))
            past = self.v.number(0.0)
            for lane in range(WIDTH):
                step = b.extract_element(safe, ir.Constant(INT, lane))
                element = b.gep(self._line(i, step), [ir.Constant(LONG, lane)], source_etype=DOUBLE)
                past = b.insert_element(past, self.v.load(element, DOUBLE), ir.Constant(INT, lane))
            new = self.v.select(ready, past, self.get(at.first + i))
            self.put(at.stock + stock, self.alive(new, self.get(at.stock + stock)))

    def _end(self) -> None:
        for event in self.form.ends:
            ended = self.b.fcmp_ordered(">", self.get(self.layout.count + event), self.v.number(0.0))
            self.put(self.layout.alive, self.v.select(ended, self.v.number(0.0), self.get(self.layout.alive)))

    def _watch(self) -> None:
        values = self.values(self.form.watch)
        day = self.v.splat(self.scalar("day", self._after()))
        for i, accumulator in enumerate(self.form.accumulators):
            row = self.layout.acc + i
            new = _ACCUMULATE[accumulator.kind](self, self.get(row), values[accumulator.op], day)
            self.put(row, new)

    def _finish(self) -> None:
        at, lane = self.layout, self._lane()
        self.b.store(self.get(at.trouble), self.trouble, align=ALIGN)
        self.step = self.b.sub(self.argument["steps"], ir.Constant(LONG, 1))
        values = self.values(self.form.finish)
        for measure, op in self.form.finish.outs:
            self._output("measures", measure, lane, values[op])
        for i in range(len(self.form.bounds)):
            self._output("clipped", i, lane, self.get(at.clipped + i))
        self._output("trouble", 0, lane, self.b.load(self.trouble, typ=DOUBLES, align=ALIGN))
        if self.deals is not None:
            self._output("spilled", 0, lane, self.get(at.spilled))

    def _output(self, name: str, row: int, lane: Value, value: Value) -> None:
        offset = self.b.add(self.b.mul(ir.Constant(LONG, row), self.argument["lanes"]), lane)
        self.v.store(value, self.v.at(self.argument[name], offset))

    # --- trace and bands -------------------------------------------------------------------------------------

    def _record(self) -> None:
        """The series as they are before this step, if anyone wants them."""
        traced, banded = self._is_given("trace"), self._is_given("bands")
        on_stride = self.b.srem(self.step, self.argument["band_stride"])
        banded = self.b.and_(banded, self.b.icmp_signed("==", on_stride, ir.Constant(LONG, 0)))
        with self.b.if_then(self.b.or_(traced, banded)), self._groups("record"):
            now, self.step = self.step, self.b.sub(self.step, ir.Constant(LONG, 1))  # its end was this moment
            values = self.values(self.form.record)
            self.step = now
            for series, op in self.form.record.outs:
                self.put(self.layout.series + series, values[op])
            with self.b.if_then(traced):
                self._trace()
            with self.b.if_then(banded):
                self._band()

    def _is_given(self, name: str) -> Value:
        return self.b.icmp_unsigned("!=", self.argument[name], ir.Constant(POINTER, None))

    def _scratch_row(self, row: Value) -> Value:
        """The address of this group's lanes in a row known only when running."""
        lane = self.b.mul(self.group, ir.Constant(LONG, WIDTH))
        offset = self.b.add(self.b.mul(row, ir.Constant(LONG, BLOCK)), lane)
        return self.v.at(self.argument["scratch"], offset)

    def _trace(self) -> None:
        rows = self.layout.traced
        table = _constant(self.functions.module, "traced", rows)
        first = self.b.mul(self.step, ir.Constant(LONG, len(rows)))
        with self.v.loop(ir.Constant(LONG, len(rows)), "trace") as i:
            value = self.v.load(self._scratch_row(self.v.load(self.v.at(table, i, LONG), LONG)))
            offset = self.b.add(self.b.mul(self.b.add(first, i), self.argument["lanes"]), self._lane())
            self.v.store(value, self.v.at(self.argument["trace"], offset))

    def _band(self) -> None:
        b, series = self.b, ir.Constant(LONG, len(self.form.series))
        point = b.mul(b.sdiv(self.step, self.argument["band_stride"]), series)
        with self.v.loop(series, "band") as i:
            x = self.v.load(self._scratch_row(b.add(i, ir.Constant(LONG, self.layout.series))))
            bins = self._bins(i, x)
            row = b.mul(b.add(point, i), ir.Constant(LONG, BINS + 2))
            for lane in range(WIDTH):
                column = b.zext(b.extract_element(bins, ir.Constant(INT, lane)), LONG)
                cell = self.v.at(self.argument["bands"], b.add(row, column), INT)
                is_real = b.icmp_signed("<", b.add(self._lane(), ir.Constant(LONG, lane)), self.argument["valid"])
                b.store(b.add(b.load(cell, typ=INT, align=4), b.zext(is_real, INT)), cell, align=4)

    def _bins(self, series: Value, x: Value) -> Value:
        """The bin of each lane: 0 below the band's range, BINS + 1 above it."""
        v, b = self.v, self.b
        low, scale = (v.splat(self.scalar(n, series)) for n in ("band_low", "band_scale"))
        y = b.fadd(b.fmul(b.fsub(x, low), scale), v.number(1.0))
        y = v.select(b.fcmp_ordered(">=", y, v.number(0.0)), y, v.number(0.0))
        y = v.select(v.less(y, v.number(BINS + 1.0)), y, v.number(BINS + 1.0))
        return b.fptosi(y, ir.VectorType(INT, WIDTH))

    # --- operations ------------------------------------------------------------------------------------------

    def values(self, block: Block, mask: Value | None = None) -> list[Value]:
        """Emit a block's operations for this group; its guards mark trouble for runs that are alive and in mask."""
        values: list[Value] = [None] * len(block.ops)
        plan = self.layout.plans.get(id(block))
        order, read = (plan.order, plan.read) if plan else (range(len(block.ops)), {})
        for i, place in read.items():
            values[i] = self.get(self.layout.kept + place)
        for step in _schedule(block.ops, [i for i in order if i not in read]):
            if len(step) == 2:
                args = (values[block.ops[i].args[0]] for i in step)
                values[step[0]], values[step[1]] = self.functions.call_on_two(self.v, "exp", *args)
                continue
            op = block.ops[step[0]]
            operate = _OPERATE[op.code] if op.args else None
            values[step[0]] = operate(self, *(values[a] for a in op.args)) if operate else self._read(op, block)
        for guard in block.guards:
            self._guard(guard, values[guard.op], mask, always=block.at_end)
        return values

    def _read(self, op: Op, block: Block) -> Value:
        return _READ[op.code](self, op, block.at_end)

    def _guard(self, guard: Guard, x: Value, mask: Value | None, always: bool) -> None:
        """Add 0 to the group's trouble where the guard holds, NaN where not."""
        zero = self.v.number(0.0)
        if guard.kind == "defined":
            x = self.v.select(self.b.fcmp_unordered("uno", x, x), x, zero)
        elif guard.kind != "finite":
            low, high = self._range(guard.kind)
            fits = self.b.fcmp_ordered(">=", x, low)
            fits = fits if high is None else self.b.and_(fits, self.b.fcmp_ordered("<=", x, high))
            x = self.v.select(fits, zero, self.v.number(float("nan")))
        if mask is not None:
            x = self.v.select(mask, x, zero)
        elif not always:
            x = self.alive(x, zero)
        so_far = self.b.load(self.trouble, typ=DOUBLES, align=ALIGN)
        self.b.store(self.b.fadd(so_far, self.b.fmul(x, zero)), self.trouble, align=ALIGN)

    def _range(self, kind: str) -> tuple[Value, Value | None]:
        number = self.v.number
        if kind == "span":
            return number(1.0), self.v.splat(self.b.sitofp(self.argument["steps"], DOUBLE))
        return number(0.0), {"mean": number(500.0), "chance": number(1.0), "size": None}[kind]

    def _clock(self, name: str, at_end: bool) -> Value:
        return self.v.splat(self.scalar(name, self._after() if at_end else self.step))

    def _draw_row(self, draw: int) -> Value:
        odd = self.b.and_(self.step, ir.Constant(LONG, 1))
        later = self.b.mul(odd, ir.Constant(LONG, len(self.form.draws) * BLOCK))
        return self.b.gep(self.row(self.layout.draw + draw), [later], source_etype=DOUBLE)

    def _count_of(self, law: str, u: Value, mean: Value, *size: Value) -> Value:
        """Almost always 0: the function is called only where u >= 1 - mean in some lane."""
        b = self.b
        hit = b.fcmp_ordered(">=", u, b.fsub(self.v.number(1.0), mean))
        before = b.block
        with b.if_then(self.v.any(hit)):
            slow = self.functions.call(self.v, law, u, mean, *size)
            came_from = b.block
        count = b.phi(DOUBLES)
        count.add_incoming(slow, came_from)
        count.add_incoming(self.v.number(0.0), before)
        return count

    def _due(self, event: int) -> Value:
        width = self.b.add(self.argument["steps"], ir.Constant(LONG, 1))
        return self.scalar("due", self.b.add(self.b.mul(ir.Constant(LONG, event), width), self.step))


_READ: dict[str, Callable[[Emitter, Op, bool], Value]] = {
    "lit": lambda e, op, end: e.v.number(op.value),
    "truth": lambda e, op, end: e.v.truth(bool(op.value)),
    "const": lambda e, op, end: e.v.splat(e.scalar("constants", ir.Constant(LONG, op.slot))),
    "theta": lambda e, op, end: e.get(e.layout.theta + op.slot),
    "stock": lambda e, op, end: e.get(e.layout.stock + op.slot),
    "level": lambda e, op, end: e.get(e.layout.level + op.slot),
    "commanded": lambda e, op, end: e.b.fcmp_ordered("!=", e.get(e.layout.commanded + op.slot), e.v.number(0.0)),
    "command": lambda e, op, end: e.get(e.layout.command + op.slot),
    "count": lambda e, op, end: e.get(e.layout.count + op.slot),
    "before": lambda e, op, end: e.get(e.layout.before + op.slot),
    "due": lambda e, op, end: e.v.splat(e._due(op.slot)),
    "draw": lambda e, op, end: e.v.load(e._draw_row(op.slot), DOUBLES),
    "acc": lambda e, op, end: e.get(e.layout.acc + op.slot),
    "deal": lambda e, op, end: e.get(e.layout.reads + op.slot),
    "day": lambda e, op, end: e._clock("day", end),
    "year": lambda e, op, end: e._clock("year", end),
    "month": lambda e, op, end: e._clock("month", end),
    "dt": lambda e, op, end: e.v.splat(e.argument["dt"]),
    "sqrt_dt": lambda e, op, end: e.v.splat(e.argument["sqrt_dt"]),
    "steps": lambda e, op, end: e.v.splat(e.b.sitofp(e.argument["steps"], DOUBLE)),
    "never_day": lambda e, op, end: e.v.splat(
        e.scalar("day", e.b.add(e.argument["steps"], ir.Constant(LONG, 1)))
    ),
}


def _ordered(op: str) -> Callable[..., Value]:
    return lambda e, a, b: e.b.fcmp_ordered(op, a, b)


_OPERATE: dict[str, Callable[..., Value]] = {
    "add": lambda e, a, b: e.b.fadd(a, b), "sub": lambda e, a, b: e.b.fsub(a, b),
    "mul": lambda e, a, b: e.b.fmul(a, b), "div": lambda e, a, b: e.b.fdiv(a, b),
    "neg": lambda e, a: e.b.fneg(a),
    "abs": lambda e, a: e.functions.intrinsic(e.v, "fabs", a),
    "sqrt": lambda e, a: e.functions.intrinsic(e.v, "sqrt", a),
    "exp": lambda e, a: e.functions.call(e.v, "exp", a), "log": lambda e, a: e.functions.call(e.v, "log", a),
    "round": lambda e, a: e.b.fsub(e.b.fadd(a, e.v.number(numerics.MAGIC)), e.v.number(numerics.MAGIC)),
    "min": lambda e, a, b: e.v.select(e.v.less(a, b), a, b), "max": lambda e, a, b: e.v.select(e.v.less(a, b), b, a),
    "lt": _ordered("<"), "le": _ordered("<="), "gt": _ordered(">"), "ge": _ordered(">="), "eq": _ordered("=="),
    "ne": lambda e, a, b: e.b.fcmp_unordered("!=", a, b),
    "and": lambda e, a, b: e.b.and_(a, b), "or": lambda e, a, b: e.b.or_(a, b), "not": lambda e, a: e.b.not_(a),
    "select": lambda e, c, a, b: e.v.select(c, a, b), "choose": lambda e, c, a, b: e.v.select(c, a, b),
    "poisson": lambda e, u, mean: e._count_of("poisson", u, mean),
    "negbin": lambda e, u, mean, size: e._count_of("negbin", u, mean, size),
}


def _first(e: Emitter, old: Value, c: Value, day: Value) -> Value:
    fresh = e.b.and_(e.b.fcmp_ordered("==", old, e.v.number(float("inf"))), c)
    return e.v.select(fresh, day, old)


_ACCUMULATE: dict[str, Callable[[Emitter, Value, Value, Value], Value]] = {
    "first": _first,
    "count": lambda e, old, x, day: e.b.fadd(old, x),
    "sum": lambda e, old, x, day: e.b.fadd(old, x),
    "total": lambda e, old, x, day: e.b.fadd(old, e.b.fmul(x, e.v.splat(e.argument["dt"]))),
    "share": lambda e, old, c, day: e.b.fadd(old, e.v.select(c, e.v.number(1.0), e.v.number(0.0))),
    "ever": lambda e, old, c, day: e.v.select(c, e.v.number(1.0), old),
    "final": lambda e, old, x, day: x,
    "max": lambda e, old, x, day: e.v.select(e.v.less(old, x), x, old),
    "min": lambda e, old, x, day: e.v.select(e.v.less(x, old), x, old),
}
