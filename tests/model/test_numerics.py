"""Elementary functions against mpmath and scipy, and the kernel's code for each against NumPy's, bit for bit."""

from __future__ import annotations

import ctypes

import llvmlite.binding as llvm
import mpmath
import numpy as np
import pytest
from llvmlite import ir
from scipy.special import ndtri, pdtr

from detente.model import kernel, numerics
from detente.model.emit_numerics import Functions, round_keys, two_uniforms
from detente.model.lanes import LONG, POINTER, WIDTH, Lanes
from detente.model.philox import philox, uniform

RNG = np.random.default_rng(20160930)
ODD = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 5e-324, np.finfo(float).tiny, np.finfo(float).max])


def ulps(found, exact):
    """The error in units of the last place of what was found."""
    return [
        float(abs((mpmath.mpf(float(f)) - e) / mpmath.mpf(float(np.spacing(abs(f))))))
        for f, e in zip(found, exact, strict=True)
    ]


def test_exp_to_an_ulp():
    x = np.concatenate([RNG.uniform(-708, 709, 3000), RNG.normal(0, 1, 3000), RNG.normal(0, 1e-5, 500)])
    with mpmath.workprec(120):
        assert max(ulps(numerics.exp(x), [mpmath.exp(mpmath.mpf(float(v))) for v in x])) < 1


def test_log_to_an_ulp():
    x = np.concatenate([
        np.exp(RNG.uniform(-700, 700, 3000)), RNG.uniform(0.5, 2, 3000), 1 + RNG.normal(0, 1e-6, 500),
        RNG.integers(1, 2**40, 300) * 5e-324,
    ])  # fmt: skip
    with mpmath.workprec(120):
        assert max(ulps(numerics.log(x), [mpmath.log(mpmath.mpf(float(v))) for v in x])) < 1


def test_exp_and_log_at_their_ends():
    assert list(numerics.exp([0, -np.inf, np.inf, 710, -746])) == [1, 0, np.inf, np.inf, 0]
    assert np.isnan(numerics.exp(np.nan))[0]
    assert numerics.exp(709.78)[0] == pytest.approx(np.exp(709.78), rel=1e-15)
    assert numerics.exp(-745.0)[0] == 5e-324
    assert list(numerics.log([1, 0, -0.0, np.inf])) == [0, -np.inf, -np.inf, np.inf]
    assert np.isnan(numerics.log([-1, np.nan, -np.inf])).all()


def test_norminv():
    u = np.concatenate([RNG.uniform(0, 1, 20_000), 10.0 ** RNG.uniform(-16, -1, 5000), [2.0**-53, 1 - 2.0**-53, 0.5]])
    assert numerics.norminv(u) == pytest.approx(ndtri(u), rel=3e-15, abs=1e-15)
    with mpmath.workprec(120):  # what scipy says is itself off by a few ulps
        exact = [mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(float(v)) - 1) for v in u[-300:]]
    assert numerics.norminv(u[-300:]) == pytest.approx([float(x) for x in exact], rel=2e-15, abs=1e-16)
    assert (np.diff(numerics.norminv(np.linspace(0.001, 0.999, 20_001))) > 0).all()


@pytest.mark.parametrize("mean", [1e-9, 0.01, 0.7, 1.0, 9.5, 80.0, 500.0])
def test_poisson_counts_are_the_inverse_of_the_distribution(mean):
    """The first n with u < F(n): just below F(n) and just above it."""
    n = np.arange(0, int(mean + 6 * np.sqrt(mean)) + 2)
    edge = pdtr(n, mean)
    inside = (edge > 1e-9) & (edge < 1 - 1e-9)
    n, edge = n[inside], edge[inside]
    assert np.array_equal(numerics.counts(edge * (1 - 1e-12), mean, np.inf), n)
    assert np.array_equal(numerics.counts(edge * (1 + 1e-12), mean, np.inf), n + 1)


SIZES = [(0.5, 1 / 6), (3.0, 0.05), (40.0, 2.5), (10.0, 1e6), (9.0, 1e17), (0.02, 1e-3)]


@pytest.mark.parametrize(("mean", "size"), SIZES)
def test_negative_binomial_counts_are_the_inverse_of_the_distribution(mean, size):
    m = 60
    with mpmath.workprec(200):
        r, p = mpmath.mpf(size), mpmath.mpf(size) / (mpmath.mpf(size) + mean)
        terms = [mpmath.binomial(k + r - 1, k) * p**r * (1 - p) ** k for k in range(m)]
        edge = np.array([float(x) for x in np.cumsum(terms)])
    n = np.arange(m)
    apart = (np.diff(edge, prepend=0) > 1e-9) & (edge < 1 - 1e-9)
    assert np.array_equal(numerics.counts(edge[apart] - 1e-11, mean, size), n[apart])
    assert np.array_equal(numerics.counts(edge[apart] + 1e-11, mean, size), n[apart] + 1)


def test_counts_end_where_they_cannot_be_right():
    u, wrong = np.full(4, 0.999), np.array([1e300, np.inf, np.nan, 501.0])
    assert not numerics.counts(u, wrong, np.inf).any()
    assert not numerics.counts(u, wrong, 0.3).any()
    assert numerics.counts(1 - 2.0**-53, 500, np.inf)[()] < 1000
    assert numerics.counts(1 - 2.0**-53, 500, 0.5)[()] > 20_000  # a long tail, searched to its end


# --- the kernel's twins ------------------------------------------------------------------------------------------


def compiled(inputs, body):
    """A function over arrays made of `body(lanes, functions, values)`, which yields one value or several."""
    module = ir.Module("test")
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [LONG] + [POINTER] * (inputs + 2)), "apply")
    lanes = Lanes(function)
    groups, *pointers = function.args
    with lanes.loop(groups, "group") as group:
        at = lanes.builder.mul(group, ir.Constant(LONG, WIDTH))
        given = [lanes.load(lanes.at(pointer, at), lanes.doubles) for pointer in pointers[:inputs]]
        values = body(lanes, Functions(module), given)
        for value, pointer in zip(values, pointers[inputs:], strict=False):
            lanes.store(value, lanes.at(pointer, at))
    lanes.builder.ret_void()
    parsed = llvm.parse_assembly(str(module))
    parsed.verify()
    engine = llvm.create_mcjit_compiler(parsed, kernel._machine())
    engine.finalize_object()

    def apply(*arrays):
        size = -(-len(arrays[0]) // WIDTH) * WIDTH
        kept = [kernel._aligned(size) for _ in range(inputs + 2)]
        for array, given in zip(kept, arrays, strict=False):
            array[:] = np.resize(given, size)
        called = ctypes.CFUNCTYPE(None, ctypes.c_int64, *[ctypes.c_void_p] * len(kept))
        called(engine.get_function_address("apply"))(size // WIDTH, *(array.ctypes.data for array in kept))
        return [array[: len(arrays[0])] for array in kept[inputs:]]

    return apply


def same_bits(a, b):
    nan = np.isnan(a)
    return np.array_equal(nan, np.isnan(b)) and np.array_equal(a[~nan].view(np.int64), b[~nan].view(np.int64))


@pytest.mark.parametrize("name", ["exp", "log", "norminv"])
def test_functions_in_the_kernel_give_the_same_bits(name):
    x = np.concatenate([
        ODD, RNG.uniform(-800, 800, 20_000), RNG.uniform(0, 1, 20_000), np.exp(RNG.uniform(-740, 709, 20_000)),
        RNG.integers(0, 2**64, 20_000, dtype=np.uint64).view(np.float64), 10.0 ** RNG.uniform(-17, 0, 5000),
    ])  # fmt: skip
    apply = compiled(1, lambda lanes, functions, x: [functions.call(lanes, name, *x)])
    assert same_bits(apply(x)[0], getattr(numerics, name)(x))


def test_counts_in_the_kernel_give_the_same_bits():
    n = 8_000
    u = np.concatenate([RNG.uniform(0, 1, n), 1 - 10.0 ** RNG.uniform(-16, -2, n)])
    mean = np.concatenate([np.exp(RNG.uniform(-12, 6.2, 2 * n - 6)), [501, np.inf, np.nan, -1, 0, 500]])
    size = np.where(RNG.uniform(size=2 * n) < 0.3, np.inf, np.exp(RNG.uniform(0, 40, 2 * n)))
    size[-20:-10] = [0, -1, np.nan, 1e-300, 1e300, -np.inf, 5e-324, 0, 1, 2]
    mean[-20:-10] = 0.4
    apply = compiled(3, lambda lanes, functions, values: [functions.call(lanes, "negbin", *values)])
    assert same_bits(apply(u, mean, size)[0], numerics.counts(u, mean, size))
    apply = compiled(2, lambda lanes, functions, values: [functions.call(lanes, "poisson", *values)])
    assert same_bits(apply(u, mean)[0], numerics.counts(u, mean, np.inf))


@pytest.mark.parametrize("seed", [0, 1, 2**63 + 12345, 2**64 - 1])
def test_draws_in_the_kernel_give_the_same_bits(seed):
    n = 4000
    counters = [RNG.integers(0, 2**32, n, dtype=np.uint64) for _ in range(4)]

    def body(lanes, _, values):
        keys = round_keys(lanes, ir.Constant(LONG, seed))
        return two_uniforms(lanes, keys, tuple(lanes.as_longs(value) for value in values))

    even, odd = compiled(4, body)(*(c.view(np.float64) for c in counters))
    slot, half, run, future = counters
    assert np.array_equal(even, uniform(seed, slot, 2 * half, run, future))
    assert np.array_equal(odd, uniform(seed, slot, 2 * half + 1, run, future))


# --- draws -------------------------------------------------------------------------------------------------------

# Known answers published with Random123 (Salmon and others 2011): counter, key, output
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


@pytest.mark.parametrize(("counter", "key", "output"), KNOWN)
def test_philox_gives_its_known_answers(counter, key, output):
    low, high = (int(word, 16) for word in key.split())
    words = philox(low | high << 32, *(int(word, 16) for word in counter.split()))
    assert [f"{int(word):08x}" for word in words] == output.split()


def test_uniform_draws_lie_inside_and_are_even():
    u = uniform(7, 123, np.arange(100)[:, None], np.arange(1000), 5)
    assert 0 < u.min() < 1e-4
    assert 1 - 1e-4 < u.max() < 1
    tenths = np.bincount((u.ravel() * 10).astype(int), minlength=10)
    assert ((tenths - 10_000) ** 2 / 10_000).sum() < 30
    assert len(np.unique(u)) == u.size
