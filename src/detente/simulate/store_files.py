"""Files that are there whole or not at all: written beside, brought to the disk, then renamed.

After a crash at any moment a file holds either what it held before or what was meant for it. What a killed process
leaves behind has a name that begins with `.new-`, and is swept by the next one that holds the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from detente.language.problems import Place, Problem, Refused

UNFINISHED = ".new-"


def refused(code: str, folder: Path, **facts: object) -> Refused:
    """The refusal of a run folder; to be raised."""
    return Refused((Problem(code, Place(), {"folder": str(folder), **facts}),))


@contextmanager
def writing(folder: Path, path: Path) -> Iterator[None]:
    """Say what cannot be written, and why, instead of an OSError."""
    try:
        yield
    except OSError as error:
        raise refused("store_unwritable", folder, file=str(path), why=error.strerror or str(error)) from None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody, and no crash, ever sees half of it. Raises OSError and then leaves nothing."""
    new = path.with_name(f"{UNFINISHED}{path.name}")
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise
    sync_folder(path.parent)


def read_whole(path: Path, most: int) -> bytes:
    """The content of an ordinary file of at most `most` bytes; links are followed. Raises OSError for any other."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError("it is no ordinary file")
    if found.st_size > most:
        raise OSError(f"it has {found.st_size:,} bytes; {most:,} are read")
    return path.read_bytes()


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk, where the system can."""
    with contextlib.suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what a killed process left half-written."""
    for left in folder.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(OSError):
            left.unlink()


def checksum(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
