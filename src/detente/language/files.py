"""From a path to text: what may be opened, how large it may be, which encodings are read.

Case files come from strangers. Size and kind are looked at before anything is opened, and nothing that is not
plain UTF-8 text gets as far as the YAML reader.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

from .nodes import LINE_BREAK, File
from .problems import Place, Problem, Refused

MAX_BYTES = 256_000
# What a terminal obeys instead of showing it, and (from U+202A) what makes a line read otherwise than it is.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_WIDE = {b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def refuse(code: str, place: Place, text: str = "", **facts: object) -> Refused:
    """The refusal of one file for one reason; to be raised."""
    return Refused((Problem(code, place, facts),), {place.file: text} if text else {})


def read_file(path: Path, name: str) -> File:
    """The text of a file of at most 256 kB in UTF-8, a byte-order mark dropped.

    `name` is what messages call it. Raises `Refused` for anything that cannot be used, without opening what is
    not a regular file or is too large.
    """
    place = Place(name)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise refuse("file_is_folder", place)
        if not stat.S_ISREG(found.st_mode):
            raise refuse("file_is_odd", place)
        if found.st_size > MAX_BYTES:
            raise refuse("file_too_large", place, size=found.st_size, most=MAX_BYTES)
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise refuse("file_missing", place, near=_neighbours(path)) from None
    except (OSError, ValueError) as error:
        raise refuse("file_unreadable", place, why=getattr(error, "strerror", None) or str(error)) from None
    return File(name, decode(data, name))


def decode(data: bytes, name: str) -> str:
    """UTF-8 bytes to text. Raises `Refused` for other encodings, binary content and more than 256 kB."""
    if len(data) > MAX_BYTES:
        raise refuse("file_too_large", Place(name), size=len(data), most=MAX_BYTES)
    for mark, encoding in _WIDE.items():
        if data.startswith(mark):
            raise refuse("file_wide", Place(name), encoding=encoding)
    if b"\x00" in data:
        halves = data[0:64:2].count(0), data[1:64:2].count(0)
        wide = len(data) > 3 and max(halves) > 0.8 * len(data[:64]) / 2 and min(halves) == 0
        raise refuse("file_wide" if wide else "file_binary", Place(name), encoding="UTF-16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(LINE_BREAK.split(data[: error.start].decode("utf-8", "replace")))
        raise refuse("file_not_utf8", Place(name, line), byte=f"0x{data[error.start]:02X}") from None
    return printable(text, name)


def printable(text: str, name: str) -> str:
    """The text itself, if YAML may hold every character of it."""
    if len(text) > MAX_BYTES:
        raise refuse("file_too_large", Place(name), size=len(text), most=MAX_BYTES)
    if odd := FORBIDDEN.search(text):
        place = File(name, text).place(odd.start(), odd.end(), "")
        raise refuse("file_control", place, text, character=f"U+{ord(odd[0]):04X}")
    if "\ufeff" in text:
        text = text.removeprefix("\ufeff")
    return text


def _neighbours(path: Path) -> tuple[str, ...]:
    """Names of YAML files beside a missing one."""
    try:
        return tuple(sorted(p.name for p in path.parent.iterdir() if p.suffix in (".yaml", ".yml")))[:200]
    except OSError:
        return ()
