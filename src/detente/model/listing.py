"""The compiled step for people: one line for each operation, in the case's own names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .form import COMPARE, Block, Form, Op

_SIGN = {"add": "+", "sub": "-", "mul": "*", "div": "/", **COMPARE, "and": "and", "or": "or"}


def as_lines(form: Form) -> Iterator[str]:
    """The whole form, part by part in the order of a step."""
    for i, block in enumerate(form.begin):
        yield from _block(form, f"begin {i + 1}", block, form.stocks)
    for group in form.moves:
        for strategy, block in zip(form.strategies, group.commands, strict=True):
            if block.outs:
                pairs = [f"{form.options[o]} {'commanded' if i % 2 == 0 else 'command'}"
                         for i, (o, _) in enumerate(block.outs)]
                yield from _block(form, f"moves of {strategy}", block, pairs, by_place=True)
        yield from _block(form, "conduct", group.conduct, form.options)
    yield from _block(form, "luck and change", form.flow, form.stocks)
    yield from (f"  {form.events[event]} <- t{op}" for event, op in form.luck)
    for event, block in form.effects:
        yield from _block(form, f"effects of {form.events[event]}, once per occurrence", block, form.stocks)
    yield "bounds"
    for stock, low, high in form.bounds:
        yield f"  {form.stocks[stock]} within {form.constants[low]:g} .. {form.constants[high]:g}"
    yield f"end: {', '.join(form.events[e] for e in form.ends) or 'never'}"
    yield from _block(form, "watch", form.watch, ())
    for i, accumulator in enumerate(form.accumulators):
        yield f"  accumulator {i} <- {accumulator.kind} t{accumulator.op}"
    yield from _block(form, "finish", form.finish, form.measures)


def _block(form: Form, title: str, block: Block, targets: Sequence[str], by_place: bool = False) -> Iterator[str]:
    yield title
    for i, op in enumerate(block.ops):
        yield f"  t{i} = {_said(form, op)}"
    for i, (target, op_) in enumerate(block.outs):
        yield f"  {targets[i if by_place else target]} <- t{op_}"


def _said(form: Form, op: Op) -> str:
    args = [f"t{a}" for a in op.args]
    if op.code in _SIGN:
        return f"{args[0]} {_SIGN[op.code]} {args[1]}"
    if op.code in ("select", "choose"):
        return f"{args[1]} if {args[0]} else {args[2]}"
    if args:
        return f"{op.code}({', '.join(args)})"
    if op.code == "lit":
        return f"{op.value:g}"
    if op.code == "truth":
        return str(bool(op.value)).lower()
    return _leaf(form, op)


def _leaf(form: Form, op: Op) -> str:
    names = {
        "const": form.constant_names, "theta": form.assumptions, "stock": form.stocks, "level": form.options,
        "commanded": form.options, "command": form.options, "count": form.events, "before": form.events,
        "due": form.events, "draw": [draw.name for draw in form.draws],
    }
    if op.code not in names:
        return f"accumulator {op.slot}" if op.code == "acc" else op.code
    name = names[op.code][op.slot]
    return name if op.code in ("const", "theta", "stock", "level") else f"{op.code} {name}"
