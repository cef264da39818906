"""One writer at a time: a lock that the system lets go of when its process dies, however it dies.

It is the lock that the system holds on the file `lock` that counts, not the file: one left by a dead process, or by
a machine that lost its power, stops nobody. The file says who holds it, for the message to the second.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .store_files import refused, writing

LOCK = "lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder while `with` lasts. Raises `Refused` if another process does, or nothing can be written."""
    path = folder / LOCK
    with writing(folder, path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take(handle):
            raise refused("store_locked", folder, who=_holder(handle))
        with writing(folder, path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
        yield
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    return os.pread(handle, 200, 0).decode("utf-8", "replace") or "it did not say which"


def _take(handle: int) -> bool:
    """Whether the lock is ours now. Where the system has no such lock, nobody is refused."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
