"""`include:` merges the sections of other files into a case, at the level of nodes.

Sections merge by name; an entry of the including file replaces a whole entry of the same name in an included
one; two included files may not define the same name. A file that several files include is read once and defines its
names once, whichever way they come. Nothing outside the case's folder is read, links resolved,
and files, depth and total size are bounded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .fields import found, key_place, some_of
from .files import read_file
from .header import read_version
from .nodes import File, List, Node, Table, Text
from .problems import Place, Problems, Refused
from .reader import read_yaml

MAX_FILES = 32
MAX_FILE_DEPTH = 8
MAX_TOTAL = 512_000
FRAGMENT_HEADER = ("detente", "include", "note", "title")


@dataclass(slots=True)
class Includer:
    """Reads a file with everything that it includes. `root` is the folder that nothing may lie outside."""

    root: Path
    sections: dict[str, type[Table] | type[List]]
    problems: Problems
    files: dict[str, str] = field(default_factory=dict)
    total: int = 0
    _open: list[Path] = field(default_factory=list)
    _read: dict[Path, Table | None] = field(default_factory=dict)  # merged; None for a file that could not be used

    def read(self, path: Path, name: str) -> Table:
        """The merged top of the case at `path`. Raises `Refused` if a file cannot be read at all."""
        return self.merge(self._load(path, name), path.resolve())

    def merge(self, table: Table, path: Path) -> Table:
        """A file's top with its includes merged in; `path` is where the file lies."""
        if "include" not in table.items:
            return table
        self._open.append(path)
        named: set[Path] = set()
        included = [self._fragment(item, table.file.name, named) for item in some_of(table.items["include"])]
        self._open.pop()
        return self._merged(table, [fragment for fragment in included if fragment is not None])

    def _load(self, path: Path, name: str) -> Table:
        file = read_file(path, name)
        self.files[name] = file.text
        self.total += len(file.text)
        return read_yaml(file, self.problems)

    def _fragment(self, node: Node, including: str, named: set[Path]) -> Table | None:
        """One included file, or None after saying why not; `named` are those that the same file included before."""
        if not isinstance(node, Text) or node.is_null or not node.text.strip():
            self.problems.add("include_form", node.place, found=found(node))
            return None
        path = self._allowed(node, named)
        if path is None:
            return None
        if path not in self._read:
            self._read[path] = self._new(node, path, including)
        return self._read[path]

    def _new(self, node: Text, path: Path, including: str) -> Table | None:
        """A file that was not read before."""
        name = str(Path(os.path.normpath(Path(including).parent / node.text)))
        try:
            table = self._load(path, name)
        except Refused as refused:
            self._pass_on(refused, node.place, name)
            return None
        self._check_header(table)
        return self.merge(table, path)

    def _allowed(self, node: Text, named: set[Path]) -> Path | None:
        """The path to read, if it may be read: inside the folder, not already open or named, not too many."""
        place, written = node.place, node.text
        try:
            path = (self._open[-1].parent / written).resolve()
        except (OSError, ValueError, RuntimeError) as error:
            self.problems.add("file_unreadable", place, file=written, why=str(error))
            return None
        if Path(written).is_absolute() or not path.is_relative_to(self.root):
            self.problems.add("include_outside", place, file=written)
        elif path in self._open:
            way = [p.name for p in self._open[self._open.index(path) :]]
            self.problems.add("include_cycle", place, file=written, way=" -> ".join([*way, path.name]))
        elif path in named:
            self.problems.add("include_twice", place, file=written)
        elif len(self._open) > MAX_FILE_DEPTH:
            self.problems.add("include_too_deep", place, most=MAX_FILE_DEPTH)
        elif path not in self._read and (len(self._read) + len(self._open) > MAX_FILES or self.total > MAX_TOTAL):
            self.problems.add("include_too_much", place, most=MAX_FILES, size=MAX_TOTAL // 1000)
        else:
            named.add(path)
            return path
        return None

    def _pass_on(self, refused: Refused, place: Place, name: str) -> None:
        """A missing file is a mistake in the including file; what is wrong inside stays where it is."""
        self.files.update(refused.files)
        for problem in refused.problems:
            inside = problem.place.line > 0 or problem.code not in _OF_FILES
            self.problems.add(problem.code, problem.place if inside else place, **{"file": name, **problem.facts})

    def _check_header(self, table: Table) -> None:
        for key, node in table.items.items():
            if key == "detente":
                read_version(node, self.problems)
            elif key in ("case", "as_of", "horizon", "step"):
                self.problems.add("include_header", key_place(table, key), key=key)

    def _merged(self, own: Table, included: list[Table]) -> Table:
        merged = Table(own.file, "", own.start)
        keys = dict.fromkeys(key for table in (*included, own) for key in table.items)
        for key in keys:
            if key not in self.sections:
                source: Table | None = own
            else:
                source = self._section(key, own, included)
            if source is not None and key in source.items:
                merged.items[key], merged.keys[key] = source.items[key], source.keys[key]
        for table in included:
            for key in table.items:
                if key not in self.sections and key not in FRAGMENT_HEADER and key not in merged.items:
                    merged.items[key], merged.keys[key] = table.items[key], table.keys[key]
        return merged

    def _section(self, key: str, own: Table, included: list[Table]) -> Table | None:
        """A table whose `key` is the merged section."""
        having = [table for table in (*included, own) if key in table.items and not _is_empty(table.items[key])]
        if not having:
            return None
        kind = self.sections[key]
        if len(having) == 1 or any(not isinstance(table.items[key], kind) for table in having):
            return having[-1]
        parts = [table.items[key] for table in having]
        holder = Table(own.file, "", own.start)
        holder.keys[key] = having[-1].keys[key]
        own_part = own.items.get(key)
        if kind is List:
            holder.items[key] = self._merged_list(key, parts, own_part)
        else:
            holder.items[key] = self._merged_table(key, parts, own_part)
        return holder

    def _merged_list(self, key: str, parts: list[Node], own: Node | None) -> Node:
        """Correlations add up; an order of turns replaces another."""
        if key == "turns":
            if parts[-1] is not own and any(part is not parts[-1] for part in parts):
                self.problems.add(
                    "include_both", parts[-1].place, name="turns", line=parts[0].place.line, other=parts[0].file.name
                )
            return parts[-1]
        merged = List(parts[-1].file, key, parts[-1].start)
        for part in parts:
            merged.items.extend(part if isinstance(part, List) else ())
        merged.items = list({id(item): item for item in merged.items}.values())  # each once, whichever way it came
        return merged

    def _merged_table(self, key: str, parts: list[Node], own: Node | None) -> Table:
        merged = Table(parts[-1].file, key, parts[-1].start)
        for part, name, node in _entries(parts):
            if merged.items.get(name) is node:
                continue
            if name in merged.items and part is not own:
                first = merged.keys[name].place
                self.problems.add("include_both", key_place(part, name), name=name, line=first.line, other=first.file)
            else:
                merged.items[name], merged.keys[name] = node, part.keys[name]
        return merged


def _entries(parts: list[Node]) -> Iterator[tuple[Table, str, Node]]:
    for part in parts:
        if isinstance(part, Table):
            for name, node in part.items.items():
                yield part, name, node


def _is_empty(node: Node) -> bool:
    return isinstance(node, Text) and node.is_null


_OF_FILES = frozenset(
    {"file_missing", "file_unreadable", "file_is_folder", "file_is_odd", "file_too_large", "file_wide", "file_binary"}
)
__all__ = ["File", "Includer"]
