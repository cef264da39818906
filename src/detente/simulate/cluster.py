"""Many machines: blocks as tasks of a Dask cluster (`pip install 'detente[cluster]'`), same bytes as at home.

A task is the player of a run (case and manifest, some kilobytes) with a block's number; the player is compiled once
in each worker process. The result is the content of the block's files, which this process writes. A worker
that dies takes only what it was playing with it: the scheduler gives that to another. A scheduler that goes away
ends this process with a message; what is written is kept, and `detente resume` goes on, here or on another cluster.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from socket import gethostname
from threading import Lock
from typing import Any

from detente.language.problems import Place, Problem, Refused

from .store_manifest import code_hash
from .workers import Files

AHEAD = 3  # tasks that each thread of a worker has waiting, so that none is idle
CONNECT = 20  # seconds


def workers_on(where: str, threads: int | None = None) -> Any:
    """What `--on` means: a number of threads for `local`, else what hands blocks to the cluster there."""
    if where == "local":
        return threads
    if not where.startswith(("tcp://", "tls://")):
        raise Refused((Problem("cluster_address", Place("--on"), {"name": where}),))
    return on_cluster(where)


def on_cluster(address: str) -> Callable[[Any, Sequence[int]], Iterator[tuple[int, Files]]]:
    """Workers that are those of a Dask cluster. Raises `Refused` if it cannot be reached or goes away."""

    def play(player: Any, blocks: Sequence[int]) -> Iterator[tuple[int, Files]]:
        if not blocks:
            return
        with _told(address):
            client = _client(address)
        try:
            yield from _played(client, address, player, blocks)
        finally:
            client.close(timeout=5)

    return play


def _client(address: str) -> Any:
    return _distributed().Client(address, timeout=CONNECT, set_as_default=False)


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError:
        raise Refused((Problem("cluster_missing", Place("--on"), {}),)) from None


def _played(client: Any, address: str, player: Any, blocks: Sequence[int]) -> Iterator[tuple[int, Files]]:
    todo, name, shipped = iter(blocks), player.manifest.run_hash(), pickle.dumps(player)

    def submit(block: int) -> Any:
        return client.submit(_play, name, shipped, block, pure=False)

    with _told(address):
        ahead = AHEAD * max(1, sum(client.nthreads().values()))
        numbers = {submit(block): block for block in islice(todo, ahead)}
        for task in (coming := _distributed().as_completed(list(numbers), loop=client.loop)):
            files = task.result()
            block = numbers.pop(task)
            for following in islice(todo, 1):
                numbers[new := submit(following)] = following
                coming.add(new)
            yield block, files


# --- in a worker -------------------------------------------------------------------------------------------------

_here: dict[str, Any] = {}
_making = Lock()


def _play(name: str, shipped: bytes, block: int) -> Files:
    files: Files = _player(name, shipped)(block)
    return files


def _player(name: str, shipped: bytes) -> Any:
    """The player of this process, compiled when its first block comes. It travels with every block, so that
    workers may come and go. Raises `Refused` where the package here is not the one that began the run."""
    with _making:
        if name not in _here:
            player = pickle.loads(shipped)
            begun = player.manifest.versions["code"]
            if begun != code_hash():
                facts = {"found": begun, "here": code_hash(), "host": gethostname()}
                raise Refused((Problem("cluster_version", Place("--on"), facts),))
            _here.clear()
            _here[name] = player.prepared()
        return _here[name]


class _told:  # noqa: N801 - reads as a statement
    """Say that the cluster is gone, or was never there, instead of what its library raises."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, (Refused, KeyboardInterrupt, GeneratorExit)):
            return
        if isinstance(error, (OSError, TimeoutError)) or type(error).__module__.startswith(("distributed", "dask")):
            why = str(error).strip() or type(error).__name__
            facts = {"address": self._address, "why": why.splitlines()[0]}
            raise Refused((Problem("cluster_gone", Place("--on"), facts),)) from None
        if type(error).__name__ in ("CancelledError", "KilledWorker", "FutureCancelledError"):
            raise Refused((Problem("cluster_gone", Place("--on"), {"address": self._address, "why": str(error)}),))
