"""The store: a run folder with a manifest and, block by block of futures, Parquet files.

    manifest.json                    what decides the run, and the blocks done (`store_manifest.py`)
    blocks/futures-000003.parquet    a row a future: assumptions, claims, means of measures
    blocks/pooled-000003.parquet     what is pooled over futures: sketches of quantiles, histograms
    log.txt                          when and where it was done; the only file that says so
    lock                             who writes (`store_lock.py`)

A block counts when the manifest names it with the checksums of its files, which were on the disk before. So a
process killed at any moment loses the blocks that it was playing and no more; and since a block is a function of
the case, the seed and its number alone, finishing the run later gives the bytes that it would have had.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from .store_files import checksum, read_whole, refused, sweep, sync_folder, write_whole, writing
from .store_lock import LOCK, locked
from .store_manifest import FORMAT, Manifest

MANIFEST, BLOCKS, LOG = "manifest.json", "blocks", "log.txt"
DEFAULT = Path("runs")  # where run folders are made unless told
MOST_MANIFEST, MOST_BLOCK = 8_000_000, 1_000_000_000  # bytes


class Store:
    """A run folder that can be read. To write, hold it: `with store.held(): store.put(..)`."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder, self.manifest = folder, manifest

    # --- writing ---------------------------------------------------------------------------------------------

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the only writer while `with` lasts; what others did before is seen, what they left half-done swept."""
        with locked(self.folder):
            if (self.folder / MANIFEST).exists():
                self.manifest = read_manifest(self.folder)
            sweep(self.folder)
            sweep(self.folder / BLOCKS)
            yield

    def begin(self) -> None:
        """Write the manifest, the first thing that a run writes."""
        self._write_manifest(self.manifest)
        self.log("began")

    def put(self, block: int, files: Mapping[str, bytes]) -> None:
        """Keep the files of a block, and then say in the manifest that it is done."""
        folder = self.folder / BLOCKS
        with writing(self.folder, folder):
            if not folder.is_dir():
                folder.mkdir()
                sync_folder(self.folder)
        for name, content in files.items():
            with writing(self.folder, folder / name):
                write_whole(folder / name, content)
        self._write_manifest(self.manifest.with_done(block, {name: checksum(c) for name, c in files.items()}))

    def forget(self, blocks: frozenset[int]) -> None:
        """Say in the manifest that some blocks are to be done again."""
        self._write_manifest(self.manifest.without(blocks))

    def sweep(self) -> None:
        """Take away a run that has no block, with the folders that are empty then."""
        for name in (MANIFEST, LOG, LOCK):
            (self.folder / name).unlink(missing_ok=True)
        with suppress(OSError):  # somebody else's files stay where they are
            for folder in (self.folder / BLOCKS, self.folder, *([DEFAULT] * (self.folder.parent == DEFAULT))):
                if folder.exists():
                    folder.rmdir()

    def log(self, said: str) -> None:
        """Add a line to the log, with the time and the host; a log that cannot be written stops nothing."""
        when = datetime.now(UTC).isoformat(timespec="seconds")
        with suppress(OSError), (self.folder / LOG).open("a", encoding="utf-8") as file:
            file.write(f"{when} {socket.gethostname()} process {os.getpid()}: {said}\n")

    def _write_manifest(self, manifest: Manifest) -> None:
        path = self.folder / MANIFEST
        with writing(self.folder, path):
            write_whole(path, manifest.to_bytes())
        self.manifest = manifest

    # --- reading ---------------------------------------------------------------------------------------------

    def read(self, block: int, kind: str) -> bytes:
        """A file of a block that is done. Raises `Refused` if it is not what was written."""
        name = file_name(kind, block)
        path = self.folder / BLOCKS / name
        try:
            content = read_whole(path, MOST_BLOCK)
        except FileNotFoundError:
            content = b""
        except OSError as error:
            why = error.strerror or str(error)
            raise refused("store_unreadable", self.folder, file=str(path), why=why) from None
        if checksum(content) != self.manifest.done[block].get(name):
            raise refused("store_damaged", self.folder, file=str(path))
        return content

    def damaged(self) -> frozenset[int]:
        """The blocks that are done but are not what was written."""
        return frozenset(block for block in self.manifest.done if not self._intact(block))

    def _intact(self, block: int) -> bool:
        for name, told in self.manifest.done[block].items():
            try:
                if checksum(read_whole(self.folder / BLOCKS / name, MOST_BLOCK)) != told:
                    return False
            except OSError:
                return False
        return True


def file_name(kind: str, block: int) -> str:
    """The name of a block's file."""
    return f"{kind}-{block:06d}.parquet"


def open_store(folder: Path) -> Store:
    """The run in a folder. Raises `Refused` if there is none, or none that this version can read."""
    return Store(folder, read_manifest(folder))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a run folder. Raises `Refused` for one that is missing, damaged or of another format."""
    path = folder / MANIFEST
    try:
        content = read_whole(path, MOST_MANIFEST)
    except (FileNotFoundError, NotADirectoryError):
        raise refused("store_no_run", folder) from None
    except OSError as error:
        raise refused("store_unreadable", folder, file=str(path), why=error.strerror or str(error)) from None
    try:
        told = json.loads(content)
        if not isinstance(told, dict):
            raise ValueError("it is no JSON object")
        if told.get("format") != FORMAT:
            versions = told.get("versions")
            version = versions.get("detente", "unknown") if isinstance(versions, dict) else "unknown"
            raise refused("store_format", folder, found=told.get("format"), here=FORMAT, version=version)
        return Manifest.from_json(told)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise refused("store_manifest", folder, why=str(error)) from None


def runs_below(folder: Path) -> list[Path]:
    """The run folders in a folder, itself among them, by name; as deep as three levels."""
    patterns = ("", "*/", "*/*/", "*/*/*/")
    return sorted({path.parent for depth in patterns for path in folder.glob(f"{depth}{MANIFEST}")})
