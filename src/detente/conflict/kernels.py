"""Compiled loops of the fast stability engine. Import this module only when they are needed.

The states here are *regrouped*: every party's options stand together, so that the states a party can
move among, its slice, are `base + k * stride` for k below the party's size. Within a slice the party's
two-way options come first: its one-way options split the slice into `size / both` blocks.

Every argument named `need` or `have` is a set of bits. A move from s to t is legal when whatever s needs,
t has: the levels of one-way options written as thermometers, and the forbidden moves that start in s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
Bool = NDArray[np.bool_]


def _compiled(function: F) -> F:
    """Compiled on first use and kept on disk; if nowhere can be written, only for this process."""
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast(F, numba.njit(nogil=True)(function))


EXHAUSTED = np.int32(2**31 - 1)


class Lists(NamedTuple):
    """The states that each party may come from, as lists: one per slice and set of needs.

    `order` holds the feasible states, per party by slice, needs, then that party's rank ascending.
    List l is `order[begin[l]:begin[l + 1]]`, its states need `need[l]`; slice k of party q owns the lists
    `first[slice_of[q] + k]` up to the next slice's. Without needs a slice has one list, and `first` is
    empty: list `slice_of[q] + k`.
    """

    order: I32
    begin: I32
    need: U64
    first: I32
    slice_of: I64


class Shape(NamedTuple):
    """Per party: the stride and size of its slices, and what its states need and have.

    Where both are powers of two, row q of `bits` holds their logarithms, otherwise -1.
    `code[code_of[q] + k]` and `room[...]` are needs and haves from one-way options of the k-th state of a
    slice; `source` and `target` (party by state, or empty) those from forbidden moves.
    """

    stride: I64
    size: I64
    bits: I64
    code: U64
    room: U64
    code_of: I64
    source: U64
    target: U64


@_compiled
def sort_by_rank(rank: I32, levels: int) -> I32:
    """The feasible states (rank not negative) in ascending rank; a counting sort, stable."""
    start = np.zeros(levels + 1, np.int64)
    for s in range(rank.size):
        if rank[s] >= 0:
            start[rank[s] + 1] += 1
    for r in range(levels):
        start[r + 1] += start[r]
    order = np.empty(start[levels], np.int32)
    for s in range(rank.size):
        if rank[s] >= 0:
            order[start[rank[s]]] = s
            start[rank[s]] += 1
    return order


@_compiled
def slices_in_order(by_rank: I32, stride: int, size: int, states: int) -> tuple[I32, I64]:
    """The given states by slice, keeping their order; and where each slice starts."""
    start = np.zeros(states // size + 1, np.int64)
    for s in by_rank:
        start[s // (stride * size) * stride + s % stride + 1] += 1
    for k in range(start.size - 1):
        start[k + 1] += start[k]
    place = start[:-1].copy()
    order = np.empty(by_rank.size, np.int32)
    for s in by_rank:
        k = s // (stride * size) * stride + s % stride
        order[place[k]] = s
        place[k] += 1
    return order, start


@_compiled
def split_by_need(order: I32, start: I64, need: U64, begin: I32, end: I32, list_need: U64, first: I32) -> int:
    """Split every slice's states into lists of equal need (keeping their order); returns how many."""
    lists = 0
    scratch = np.empty(order.size, np.int32)
    for k in range(start.size - 1):
        first[k] = lists
        lo, hi = start[k], start[k + 1]
        here = lists
        for i in range(lo, hi):
            wanted = need[order[i]]
            at = here
            while at < lists and list_need[at] != wanted:
                at += 1
            if at == lists:
                list_need[at] = wanted
                end[at] = 0
                lists += 1
            end[at] += 1
        place = lo
        for at in range(here, lists):
            count = end[at]
            begin[at] = place
            end[at] = place
            place += count
        for i in range(lo, hi):
            at = here
            while list_need[at] != need[order[i]]:
                at += 1
            scratch[end[at]] = order[i]
            end[at] += 1
    first[start.size - 1] = lists
    order[:] = scratch
    return lists


@_compiled
def sweep_max(values: I32, stride: int, size: int, both: int, radix: I64, rising: Bool) -> None:
    """In place: each state's greatest value among the states that the party can reach in its slice.

    `both` states differ in two-way options only; `radix` and `rising` describe the one-way options.
    """
    for low in range(0, values.size, stride * both):
        for base in range(low, low + stride):
            best = values[base]
            for k in range(1, both):
                best = max(best, values[base + k * stride])
            for k in range(both):
                values[base + k * stride] = best
    step = stride * both
    for axis in range(radix.size):
        span = step * radix[axis]
        for low in range(0, values.size, span):
            for level in range(1, radix[axis]):
                here = radix[axis] - 1 - level if rising[axis] else level
                there = here + 1 if rising[axis] else here - 1
                for base in range(low, low + step):
                    values[base + here * step] = max(values[base + here * step], values[base + there * step])
        step = span


@_compiled
def _slice_of(t: int, q: int, shape: Shape) -> int:
    """Which of party q's slices holds the state t."""
    low = shape.bits[q, 0]
    stride = shape.stride[q]
    if low >= 0:
        return int(((t >> (low + shape.bits[q, 1])) << low) + (t & (stride - 1)))
    block = t // stride
    return int(block // shape.size[q] * stride + (t - block * stride))


@_compiled
def least_reached(
    focal: int, targets: I32, value: I32, rank: I32, improving: bool, shape: Shape, lists: Lists
) -> I32:
    """Per state, the least `value` among itself and what the focal party's opponents can reach from it.

    `targets` are the feasible states in ascending value; `rank[s, q]` is party q's rank of s. Taking
    targets in this order and walking moves backwards, a state's first label is its least, so every list of
    predecessors is consumed once. With `improving` a move must raise its mover's rank: its list, sorted by
    that rank, is consumed from below. `head` is the rank of a list's next state, to skip lists quickly.
    This is for moves that need nothing; `least_reached_by_need` is for the others.
    """
    parties, states = shape.stride.size, value.size
    label = np.full(states, -1, np.int32)
    pointer = lists.begin[:-1].copy()
    head = np.full(pointer.size, EXHAUSTED, np.int32)
    for q in range(parties):
        if q != focal and shape.size[q] > 1:
            for item in range(lists.slice_of[q], lists.slice_of[q + 1]):
                if pointer[item] < lists.begin[item + 1]:
                    head[item] = rank[lists.order[pointer[item]], q] if improving else -1
    stack = np.empty(states, np.int32)
    for target in targets:
        if label[target] >= 0:
            continue
        least = value[target]
        label[target] = least
        stack[0] = target
        top = 0
        while top >= 0:
            t = stack[top]
            top -= 1
            for q in range(parties):
                item = lists.slice_of[q] + _slice_of(t, q, shape)
                ceiling = rank[t, q] if improving else EXHAUSTED
                if head[item] >= ceiling:
                    continue
                at, end = pointer[item], lists.begin[item + 1]
                following = EXHAUSTED
                while at < end:
                    s = lists.order[at]
                    if improving:
                        following = rank[s, q]
                        if following >= ceiling:
                            break
                    at += 1
                    if label[s] < 0:
                        label[s] = least
                        top += 1
                        stack[top] = s
                pointer[item] = at
                head[item] = following if at < end else EXHAUSTED
    return label


@_compiled
def least_in_component(component: I32, value: I32) -> I32:
    """Per state, the least value in its component; -1 for states in none."""
    least = np.full(value.size, EXHAUSTED, np.int32)
    for s in range(value.size):
        if component[s] >= 0:
            least[component[s]] = min(least[component[s]], value[s])
    result = np.full(value.size, -1, np.int32)
    for s in range(value.size):
        if component[s] >= 0:
            result[s] = least[component[s]]
    return result


@_compiled
def _lists_per_slice(first: I32) -> I32:
    """How many lists each slice has, by its place in `first`."""
    count = np.zeros(first.size, np.int32)
    for k in range(first.size - 1):
        count[k] = first[k + 1] - first[k]
    return count


@_compiled
def least_reached_by_need(
    focal: int, targets: I32, value: I32, rank: I32, improving: bool, shape: Shape, lists: Lists
) -> I32:
    """The same where states have needs, so that a slice has several lists: one for each set of needs.

    The lists of slice k that are not exhausted are `live[first[k]:first[k] + alive[k]]`.
    """
    begin, first, order, need = lists.begin, lists.first, lists.order, lists.need
    label = np.full(value.size, -1, np.int32)
    pointer = begin[:-1].copy()
    live = np.arange(pointer.size).astype(np.int32)
    alive = _lists_per_slice(first)
    stack = np.empty(value.size, np.int32)
    for target in targets:
        if label[target] >= 0:
            continue
        least = value[target]
        label[target] = least
        stack[0] = target
        top = 0
        while top >= 0:
            t = stack[top]
            top -= 1
            for q in range(shape.stride.size):
                k = lists.slice_of[q] + _slice_of(t, q, shape)
                if q == focal or alive[k] == 0 or shape.size[q] == 1:
                    continue
                have = shape.room[shape.code_of[q] + t // shape.stride[q] % shape.size[q]]
                if shape.target.size:
                    have &= shape.target[q * value.size + t]
                ceiling = rank[t, q] if improving else EXHAUSTED
                i = first[k]
                while i < first[k] + alive[k]:
                    item = live[i]
                    if need[item] & ~have:
                        i += 1
                        continue
                    at, end = pointer[item], begin[item + 1]
                    while at < end and (not improving or rank[order[at], q] < ceiling):
                        s = order[at]
                        at += 1
                        if label[s] < 0:
                            label[s] = least
                            top += 1
                            stack[top] = s
                    pointer[item] = at
                    if at < end:
                        i += 1
                    else:
                        alive[k] -= 1
                        live[i] = live[first[k] + alive[k]]
    return label


@_compiled
def least_reached_in_turn(
    focal: int, targets: I32, value: I32, rank: I32, improving: bool, shape: Shape, lists: Lists
) -> I32:
    """The same where moves are not transitive, because some are forbidden: "none twice running" binds.

    A state that was reached by walking back along q's move is left along anybody's but q's. `done` holds
    the parties along whose moves a state has been or will be left, `asked` those that a stacked state is
    to be left along. A state is not its own predecessor, so it stays in its list.
    """
    begin, first, need = lists.begin, lists.first, lists.need
    order = lists.order if improving else lists.order.copy()
    label = np.full(value.size, -1, np.int32)
    pointer = begin[:-1].copy()
    done = np.zeros(value.size, np.uint32)
    stack, asked = np.empty(2 * value.size + 1, np.int32), np.empty(2 * value.size + 1, np.uint32)
    others = np.uint32((1 << shape.stride.size) - 1 - (1 << focal))
    for target in targets:
        least = value[target]
        if label[target] < 0:
            label[target] = least
        stack[0], asked[0] = target, others & ~done[target]
        done[target] = others
        top = 0
        while top >= 0:
            t, todo = stack[top], asked[top]
            top -= 1
            for q in range(shape.stride.size):
                bit = np.uint32(1) << np.uint32(q)
                if not todo & bit or shape.size[q] == 1:
                    continue
                have = shape.room[shape.code_of[q] + t // shape.stride[q] % shape.size[q]]
                have &= shape.target[q * value.size + t]
                ceiling = rank[t, q] if improving else EXHAUSTED
                k = lists.slice_of[q] + _slice_of(t, q, shape)
                for item in range(first[k], first[k + 1]):
                    if need[item] & ~have:
                        continue
                    at, end, itself = pointer[item], begin[item + 1], False
                    while at < end and (not improving or rank[order[at], q] < ceiling):
                        s = order[at]
                        at += 1
                        if s == t:
                            itself = True
                            continue
                        if label[s] < 0:
                            label[s] = least
                        wanted = others & ~bit & ~done[s]
                        if wanted:
                            done[s] |= wanted
                            top += 1
                            stack[top], asked[top] = s, wanted
                    if itself:
                        at -= 1
                        order[at] = t
                    pointer[item] = at
    return label


@_compiled
def simultaneous(
    low: int, high: int, value: I32, other: I32, need: U64, have: U64, need_b: U64, have_b: U64, stable: Bool
) -> None:
    """Simultaneous stability of the focal party at its positions low to high, two parties, no rules.

    `value[b, a]` is its rank where it stands at a and the other at b; `other[a, b]` the other's rank
    there; `stable[b, a]` the answer. For a fixed a, the other's improvements from b are those it ranks
    above b; taking b from its best down, `bound[x]` is the least rank that they can leave the focal
    party with, had it gone to x. Then (a, b) is unstable when some x beats it and its bound does too.
    """
    width, height = value.shape[1], value.shape[0]
    unsigned = value.view(np.uint32)
    kinds = np.unique(need_b)
    bound = np.empty(width, np.uint32)
    for a in range(low, high):
        order = np.argsort(-other[a])
        for kind in kinds:
            for x in range(width):
                bound[x] = 0 if need[a] & ~have[x] else 2**31 - 1
            start = 0
            while start < height and other[a, order[start]] >= 0:
                end = start
                while end < height and other[a, order[end]] == other[a, order[start]]:
                    end += 1
                for i in range(start, end):
                    b = order[i]
                    if need_b[b] == kind:
                        here = unsigned[b, a]
                        bad = False
                        for x in range(width):
                            bad |= (value[b, x] > value[b, a]) & (bound[x] > here)
                        stable[b, a] = not bad
                for i in range(start, end):
                    b = order[i]
                    if not kind & ~have_b[b]:
                        for x in range(width):
                            bound[x] = min(bound[x], unsigned[b, x])
                start = end


@_compiled
def simultaneous_by_pairs(
    value: I32, other: I32, need: U64, have: U64, need_b: U64, have_b: U64, stable: Bool
) -> None:
    """The same with forbidden moves: needs and haves are per state (b, a), and pairs are tried one by one."""
    height, width = value.shape
    for b in range(height):
        for a in range(width):
            here = value[b, a]
            safe = True
            for x in range(width):
                if value[b, x] <= here or need[b, a] & ~have[b, x]:
                    continue
                answered = False
                for y in range(height):
                    answers = other[y, a] > other[b, a] and not need_b[b, a] & ~have_b[y, a]
                    if answers and 0 <= value[y, x] <= here:
                        answered = True
                        break
                if not answered:
                    safe = False
                    break
            stable[b, a] = safe


@_compiled
def anticipate(
    party: int, value: I32, rank: I32, feasible: Bool, need: U64, have: U64, stride: int, size: int, best: I32
) -> None:
    """Per state, the move to the greatest `value` if that beats the state's own rank, else the state itself.

    Of equally good moves, the lowest number. `need` and `have` are per state, or empty if moves need nothing.
    """
    span = stride * size
    for s in range(value.size):
        best[s] = s
        if not feasible[s]:
            continue
        base = s // span * span + s % stride
        top = rank[s]
        for t in range(base, base + span, stride):
            if t != s and value[t] > top and feasible[t] and (need.size == 0 or not need[s] & ~have[t]):
                top = value[t]
                best[s] = t
