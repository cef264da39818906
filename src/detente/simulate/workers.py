"""Workers: whatever calls a function of a block's number for many blocks at once, and hands back what it yields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from os import cpu_count
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Files: TypeAlias = dict[str, bytes]
Play: TypeAlias = Callable[[int], Files]


def in_threads(
    play: Callable[[int], T], blocks: Iterable[int], workers: int | None = None
) -> Iterator[tuple[int, T]]:
    """Each block with what it yields, as they are done. Few more are begun than there are threads, so that memory
    does not grow with their number. What a block raises is raised here, and the others are not begun."""
    count = workers or cpu_count() or 1
    todo = iter(blocks)
    with ThreadPoolExecutor(count) as pool:
        running: dict[Future[T], int] = {pool.submit(play, b): b for b in islice(todo, count + 1)}
        try:
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for task in done:
                    block = running.pop(task)
                    running |= {pool.submit(play, b): b for b in islice(todo, 1)}
                    yield block, task.result()
        finally:
            for task in running:
                task.cancel()
