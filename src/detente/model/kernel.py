"""The kernel: a form compiled to machine code once, kept on disk, and called from threads.

The object code is kept in the user's cache folder under the hash of the form, of this package's emitters, of
llvmlite's version and of the processor, so that a second start compiles nothing, and neither does a change of
numbers, which are arguments.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .form import Calendar, Form
from .layout import BLOCK, Layout

Array = NDArray[np.float64]
_EMITTERS = ("form", "hoist", "numerics", "philox", "layout", "lanes", "emit_numerics", "emit", "kernel", "deals",
             "../agreements/automaton", "../agreements/clocks", "../agreements/expressions")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bands:
    """Histograms of the series at every `stride`-th step: `counts` is uint32[point, series, 1 + BINS + 1]."""

    low: Array
    scale: Array
    stride: int
    counts: NDArray[np.uint32]

    def empty(self) -> Bands:
        """The same, with nothing counted yet."""
        return Bands(self.low, self.scale, self.stride, np.zeros_like(self.counts))


@dataclass(frozen=True, slots=True)
class Output:
    """What a call yields, a column a run: `measures` [measure, run] in internal units (dates in days since
    `as_of`, infinity for never), `clipped` [bound, run] in steps, `trouble` [run], `trace` [step, row, run]."""

    measures: Array
    clipped: Array
    trouble: NDArray[np.bool_]
    trace: Array | None


class Kernel:
    """The compiled step of a form with its loop. Calls let go of the interpreter lock and share nothing."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._engine, address = _load(_object_code(form))
        self._run = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address)
        self._layout = Layout(form)

    def play(
        self, calendar: Calendar, theta: Array, strategy: int, seed: int,
        futures: NDArray[np.int64], runs: NDArray[np.int64], *,
        trace: bool = False, bands: Bands | None = None, constants: Array | None = None,
    ) -> Output:
        """Play one run for each pair of `futures` and `runs`.

        `theta` is [n, assumption] in internal units, row i for the i-th of the n distinct futures as they first
        appear: `futures` must hold equal numbers together. Raises nothing: trouble is marked by run. Runs whose
        agreements do not fit the kernel's memory are played by the reference.
        """
        told = (calendar, theta, strategy, seed, futures, runs, trace, bands, constants)
        if self.form.agreed is None:
            return self._play(*told)[0]
        counts = None if bands is None else bands.counts.copy()
        output, spilled = self._play(*told)
        if not spilled.any():
            return output
        if bands is None or counts is None:
            parts = [(np.flatnonzero(~spilled), _part(output, ~spilled))]
        else:  # what was counted of the others cannot be told apart: count them once more
            bands.counts[...] = counts
            parts = [self._some(self._play, ~spilled, *told)] if not spilled.all() else []
        return _joined(len(futures), [*parts, self._some(self._reference, spilled, *told)])

    def _some(
        self, player: Callable[..., tuple[Output, NDArray[np.bool_]]], which: NDArray[np.bool_], calendar: Calendar,
        theta: Array, strategy: int, seed: int, futures: NDArray[np.int64], runs: NDArray[np.int64],
        trace: bool, bands: Bands | None, constants: Array | None,
    ) -> tuple[NDArray[np.int64], Output]:  # fmt: skip
        """Some of the runs, and what they yield."""
        lanes = np.flatnonzero(which)
        used = np.unique(rows_of(futures)[lanes])
        told = (calendar, theta[used], strategy, seed, futures[lanes], runs[lanes], trace, bands, constants)
        return lanes, player(*told)[0]

    def _reference(self, *told: Any) -> tuple[Output, NDArray[np.bool_]]:
        from .referred import Referred

        return Referred(self.form).play(*told), np.zeros(len(told[4]), dtype=bool)

    def _play(
        self, calendar: Calendar, theta: Array, strategy: int, seed: int,
        futures: NDArray[np.int64], runs: NDArray[np.int64],
        trace: bool, bands: Bands | None, constants: Array | None,
    ) -> tuple[Output, NDArray[np.bool_]]:  # fmt: skip
        """What the compiled step yields, and which runs did not fit."""
        count = len(futures)
        lanes = -(-count // BLOCK) * BLOCK
        rows = rows_of(futures)
        keep = [_padded(a, lanes) for a in (futures, runs, rows)]
        form = self.form
        theta = np.ascontiguousarray(theta, dtype=np.float64)
        told = np.ascontiguousarray(form.constants if constants is None else constants, dtype=np.float64)
        scratch = _aligned(self._layout.size(calendar.steps))
        measures = _aligned(max(1, len(form.measures)) * lanes)
        clipped, trouble, spilled = _aligned(max(1, len(form.bounds)) * lanes), _aligned(lanes), _aligned(lanes)
        rows_traced = len(form.series) + len(form.options) + len(form.events) + 1
        traced = _aligned((calendar.steps + 1) * rows_traced * lanes) if trace else None
        arguments = _Table(
            lanes, count, *keep, strategy, seed, calendar.steps, calendar.dt, np.sqrt(calendar.dt), theta, told,
            calendar.day, calendar.year, calendar.month, np.ascontiguousarray(calendar.due[:, : calendar.steps + 1]),
            scratch, measures, clipped, trouble, traced,
            *((None, None, None, 1) if bands is None else (bands.counts, bands.low, bands.scale, bands.stride)),
            spilled,
        )
        self._run(arguments.address)
        shape = (calendar.steps + 1, rows_traced, lanes)
        output = Output(
            measures[: len(form.measures) * lanes].reshape(-1, lanes)[:, :count],
            clipped[: len(form.bounds) * lanes].reshape(-1, lanes)[:, :count],
            np.isnan(trouble[:count]),
            None if traced is None else traced.reshape(shape)[:, :, :count],
        )
        return output, spilled[:count] != 0 if form.agreed is not None else np.zeros(count, dtype=bool)


def rows_of(futures: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row of `theta` for each run: equal futures stand together, row i is for the i-th of them."""
    return np.cumsum(np.diff(futures, prepend=futures[:1]) != 0)


def _part(output: Output, which: NDArray[np.bool_]) -> Output:
    """Some of the runs of an output."""
    trace = None if output.trace is None else output.trace[:, :, which]
    return Output(output.measures[:, which], output.clipped[:, which], output.trouble[which], trace)


def _joined(count: int, parts: list[tuple[NDArray[np.int64], Output]]) -> Output:
    """Parts of `count` runs put back into their places."""

    def whole(name: str) -> Any:
        first = getattr(parts[0][1], name)
        if first is None:
            return None
        found = np.empty((*first.shape[:-1], count), dtype=first.dtype)
        for lanes, output in parts:
            found[..., lanes] = getattr(output, name)
        return found

    return Output(whole("measures"), whole("clipped"), whole("trouble"), whole("trace"))


class _Table:
    """The argument table of `run`: 8-byte slots, pointers for arrays. Keeps the arrays alive."""

    def __init__(self, *arguments: Any) -> None:
        self._kept = arguments
        slots = (ctypes.c_int64 * len(arguments))()
        for i, value in enumerate(arguments):
            if value is None:
                slots[i] = 0
            elif isinstance(value, np.ndarray):
                slots[i] = value.ctypes.data
            elif isinstance(value, float):
                slots[i] = ctypes.c_int64.from_buffer(ctypes.c_double(value)).value
            else:
                slots[i] = ctypes.c_int64(int(value)).value
        self._slots = slots
        self.address = ctypes.addressof(slots)


def _padded(array: NDArray[np.int64], lanes: int) -> NDArray[np.int64]:
    out = np.empty(lanes, dtype=np.int64)
    out[: len(array)] = array
    out[len(array) :] = array[-1]
    return out


def _aligned(doubles: int) -> Array:
    raw = np.empty(doubles * 8 + 64, dtype=np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + doubles * 8].view(np.float64)


# --- compiling and keeping ---------------------------------------------------------------------------------------


def _object_code(form: Form) -> bytes:
    path = cache_folder() / f"{_key(form)}.o"
    with contextlib.suppress(OSError):
        kept = path.read_bytes()
        if kept[:_DIGEST] == _digest(kept[_DIGEST:]):  # a damaged file would crash the process
            return kept[_DIGEST:]
    code = compile_form(form)
    with contextlib.suppress(OSError):  # a read-only home only costs the time of compiling again
        _write_atomically(path, _digest(code) + code)
    return code


_DIGEST = 16


def _digest(code: bytes) -> bytes:
    return hashlib.blake2b(code, digest_size=_DIGEST).digest()


def cache_folder() -> Path:
    """Where compiled kernels are kept: `DETENTE_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("DETENTE_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(chosen) if chosen else Path(base) / "detente"


def _key(form: Form) -> str:
    import llvmlite
    import llvmlite.binding as llvm

    told = (form.identity(), _emitters(), llvmlite.__version__, llvm.get_host_cpu_name(), _features())
    return hashlib.blake2b(repr(told).encode(), digest_size=20).hexdigest()


@functools.cache
def _emitters() -> str:
    here = Path(__file__).parent
    digest = hashlib.blake2b(digest_size=16)
    for path in (*(here / f"{name}.py" for name in _EMITTERS), *sorted((here / "deal_code").glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@functools.cache
def _features() -> str:
    import llvmlite.binding as llvm

    return str(llvm.get_host_cpu_features().flatten())


@functools.cache
def _prepare() -> None:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    # the scheduler looks at all pairs of loads and stores of a block: shorter stretches compile four times as fast
    llvm.set_option("detente", "-dag-maps-huge-region=200")


def _machine() -> Any:
    """A target machine for this processor. An engine takes its own for good, so none is shared."""
    import llvmlite.binding as llvm

    _prepare()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=_features(), opt=1, reloc="pic", codemodel="small", jit=True
    )


def compile_form(form: Form) -> bytes:
    """The object code of a form, for this processor."""
    import llvmlite.binding as llvm

    from .emit import emit

    module = llvm.parse_assembly(emit(form))
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = False
    machine = _machine()
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return bytes(machine.emit_object(module))


def _load(code: bytes) -> tuple[Any, int]:
    import llvmlite.binding as llvm

    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine, engine.get_function_address("run")


def _write_atomically(path: Path, code: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(code)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
