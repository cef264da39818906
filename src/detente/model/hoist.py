"""What a run need not compute again in every step: operations on constants and assumptions alone.

They are gathered from all blocks into one (`prepared`), which the kernel evaluates once at the start of a run. The
operations and their order are those of the blocks, so that every bit stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .form import Block, Form, Op

_STEADY = frozenset(("const", "theta", "lit", "truth", "dt", "sqrt_dt", "steps", "never_day"))
_DEAR = frozenset(("div", "sqrt", "exp", "log"))


@dataclass
class Prepared:
    """`ops` of the prepared block; `kept` maps those that are read in steps to their place among the kept ones."""

    ops: list[Op] = field(default_factory=list)
    kept: dict[int, int] = field(default_factory=dict)
    _number: dict[Op, int] = field(default_factory=dict)

    def add(self, op: Op) -> int:
        """The number of a prepared operation, new or known."""
        if op not in self._number:
            self._number[op] = len(self.ops)
            self.ops.append(op)
        return self._number[op]


@dataclass(frozen=True)
class Plan:
    """How a block is evaluated: the operations that it needs, in order, and the kept place of those that are read."""

    order: tuple[int, ...]
    read: dict[int, int]


def hoist(form: Form) -> tuple[Prepared, dict[int, Plan]]:
    """The prepared operations, and the plan of each block of a step, by its `id`."""
    prepared = Prepared()
    beside = {
        id(form.flow): [op for _, op in form.luck] + list(form.recorded),
        id(form.watch): [accumulator.op for accumulator in form.accumulators],
    }
    blocks = [block for block in form.blocks() if not any(block is one for one in form.begin)]
    return prepared, {id(block): _plan(block, beside.get(id(block), ()), prepared) for block in blocks}


def _plan(block: Block, beside: Sequence[int], prepared: Prepared) -> Plan:
    steady, cost = _steady(block, prepared)
    wanted = {op for _, op in block.outs} | {guard.op for guard in block.guards} | set(beside)
    read = {}
    for i in range(len(block.ops) - 1, -1, -1):
        if i not in wanted:
            continue
        if cost.get(i, 0) > 1 and not block.ops[i].is_condition:
            read[i] = prepared.kept.setdefault(steady[i], len(prepared.kept))
        else:
            wanted.update(block.ops[i].args)
    return Plan(tuple(sorted(wanted)), read)


def _steady(block: Block, prepared: Prepared) -> tuple[dict[int, int], dict[int, int]]:
    """Operations that no step changes: their prepared numbers, and roughly what each costs."""
    number: dict[int, int] = {}
    cost: dict[int, int] = {}
    for i, op in enumerate(block.ops):
        if all(a in number for a in op.args) and (op.args or op.code in _STEADY):
            number[i] = prepared.add(Op(op.code, tuple(number[a] for a in op.args), op.slot, op.value))
            cost[i] = sum(cost[a] for a in op.args) + (0 if not op.args else 8 if op.code in _DEAR else 1)
    return number, cost
