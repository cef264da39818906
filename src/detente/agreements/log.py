"""A log of dated events, read against an agreement: rows, and by line what is wrong with them.

CSV with the columns `date,kind,party,value,by,known,note,source`, or JSON: a list of objects with the same names.
Nothing is dropped in silence: every row that is left out or moved has a problem.
"""

from __future__ import annotations

import calendar
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date as Date  # noqa: N812
from pathlib import Path
from typing import Any

from detente.language.agreement import Agreement
from detente.language.case import Case
from detente.language.nodes import plain_number
from detente.language.problems import Place, Problem, Refused
from detente.language.records import dataclass

from .days import NEVER
from .rows import Row

COLUMNS = ("date", "kind", "party", "value", "by", "known", "note", "source")
NEEDED = ("date", "kind")
MAX_BYTES = 200_000_000
_DIGITS = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?\Z")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")
UNKNOWN_KIND, UNKNOWN_PARTY, UNKNOWN_SOURCE = "unknown kind", "unknown party", "unknown source"
BAD_VALUE, DUPLICATE, TOO_EARLY = "bad value", "duplicate", "known before it happened"
OUT_OF_ORDER, NOT_ENTITLED = "out of order", "not entitled"
_Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogProblem:
    """What is wrong with a row, and what of it."""

    line: int
    problem: str
    what: str = ""


@dataclass(slots=True)
class Log:
    """The rows that can be used, in the order of the log, and the problems of all."""

    rows: list[Row] = field(default_factory=list)
    problems: list[LogProblem] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)

    def last_day(self, hindsight: bool) -> int | None:
        """The last day of the log: of what happened, and of what became known."""
        days = [row.date for row in self.rows]
        days += [] if hindsight else [row.known for row in self.rows if row.known < NEVER]
        return max(days, default=None)


def read_log(source: str | Path | Iterable[Mapping[str, Any] | Row], agreement: Agreement, case: Case | None) -> Log:
    """A log from a file, or from rows given as mappings. Raises `Refused` for a file that is no log at all."""
    reader = _Reader(agreement, case)
    if isinstance(source, str | Path):
        lines = cells_of(read_text(Path(source)), str(source))
    else:
        given = list(source)
        if all(isinstance(row, Row) for row in given):
            return Log([row for row in given if isinstance(row, Row)])
        lines = ((i, _from_mapping(row)) for i, row in enumerate(given, 1) if isinstance(row, Mapping))
    for line, cells in lines:
        reader.take(line, cells)
    return reader.log


def read_text(path: Path) -> str:
    """The text of a log file."""
    place = Place(str(path))
    try:
        if not path.is_file():
            code = "file_is_folder" if path.is_dir() else "file_is_odd" if path.exists() else "file_missing"
            raise Refused((Problem(code, place),))
        if (size := path.stat().st_size) > MAX_BYTES:
            raise Refused((Problem("log_too_large", place, {"size": size, "most": MAX_BYTES}),))
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        facts = {"byte": f"0x{error.object[error.start]:02X}"}
        line = error.object[: error.start].count(b"\n") + 1
        raise Refused((Problem("file_not_utf8", Place(str(path), line), facts),)) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Refused((Problem("file_unreadable", place, {"why": why}),)) from None


def cells_of(text: str, name: str) -> Iterator[tuple[int, _Cells]]:
    """Line and cells of every row of a log's text, in the order of `COLUMNS`."""
    if text.lstrip()[:1] in ("[", "{"):
        return _from_json(text, name)
    return _from_csv(text, name)


def _from_csv(text: str, name: str) -> Iterator[tuple[int, _Cells]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if not any(header):
            raise Refused((Problem("log_empty", Place(name)),))
        for column in NEEDED:
            if column not in header:
                raise Refused((Problem("log_columns", Place(name, 1), {"missing": column}),))
        at = [header.index(column) if column in header else -1 for column in COLUMNS]
        if at == list(range(len(COLUMNS))) and len(header) == len(COLUMNS):
            at = []
        for cells in reader:
            if not cells or not any(map(str.strip, cells)):
                continue
            if not at and len(cells) == len(COLUMNS):
                yield reader.line_num, tuple(map(str.strip, cells))
            else:
                places = at or range(len(COLUMNS))
                yield reader.line_num, tuple(cells[i].strip() if 0 <= i < len(cells) else "" for i in places)
    except csv.Error as error:
        raise Refused((Problem("log_csv", Place(name, reader.line_num), {"why": str(error)}),)) from None


def _from_json(text: str, name: str) -> Iterator[tuple[int, _Cells]]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        why = getattr(error, "msg", type(error).__name__)
        raise Refused((Problem("log_json", Place(name, line), {"why": why}),)) from None
    rows = given.get("rows", given.get("events")) if isinstance(given, dict) else given
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused((Problem("log_json", Place(name), {"why": "it holds no list of objects"}),))
    for line, row in enumerate(rows, 1):
        yield line, _from_mapping(row)


def _from_mapping(row: Mapping[str, Any]) -> _Cells:
    return tuple(_text(row.get(column)) for column in COLUMNS)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (value.isoformat() if isinstance(value, Date) else str(value)).strip()


def day_in(text: str) -> int | None:
    """A day, or the last day of a month or a year."""
    match = _DATE.match(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 12)
    try:
        return Date(year, month, int(match[3] or calendar.monthrange(year, month)[1])).toordinal()
    except ValueError:  # also calendar.IllegalMonthError
        return None


class _Reader:
    """Reads rows one after another; what depends on kind, party, value and `by` alone is worked out once."""

    def __init__(self, agreement: Agreement, case: Case | None) -> None:
        self.agreement, self.log = agreement, Log()
        self.levels: dict[str, tuple[str, ...]] = {n: f.levels for n, f in agreement.facts.items()}
        self.kinds = set(agreement.kinds)
        self.sources = set(agreement.sources)
        if case is not None:
            self.levels |= {n: o.levels for n, o in case.options.items()} | dict.fromkeys(case.quantities, ())
            self.kinds |= set(case.events)
        for power in agreement.powers:
            for party in agreement.between:
                self.levels.pop(f"{party}.{power}", None)
        self.parties = {*agreement.between, "all", ""}
        self.owners = self.parties | {fact.partition(".")[0] for fact in self.levels if "." in fact}
        self.summed = _summed(agreement)
        self.days: dict[str, int | None] = {}
        self.known: dict[tuple[str, str, str, str], Row | LogProblem] = {}
        self.numeric: dict[tuple[str, str, str], Row] = {}
        self.seen: set[tuple[str, ...]] = set()
        self.last_date = self.last_known = 0

    def day(self, text: str) -> int | None:
        """A day by its text, remembered."""
        if text not in self.days:
            self.days[text] = day_in(text)
        return self.days[text]

    def no(self, line: int, problem: str, what: str = "") -> None:
        """Put a problem on record."""
        self.log.problems.append(LogProblem(line, problem, what))

    def take(self, line: int, cells: _Cells) -> None:
        """One row."""
        date_text, kind, party, value, by, known_text, note, source = cells
        date = self.day(date_text)
        if date is None:
            self.no(line, BAD_VALUE, f"date `{date_text}`")
            return
        number = 0.0
        meant = self.numeric.get((kind, party, by))
        if meant is not None and _DIGITS.match(value):
            number = float(value)
        else:
            found = self._remembered(kind, party, value, by)
            if isinstance(found, LogProblem):
                self.no(line, found.problem, found.what)
                return
            meant, number = found, found.value
        known = date if not known_text else self._known(line, date, known_text)
        if known is None:
            return
        key = (date_text, meant.kind, meant.party, value, by)
        if key in self.seen:
            self.no(line, DUPLICATE)
            return
        self.seen.add(key)
        if date < self.last_date and known < self.last_known:
            self.no(line, OUT_OF_ORDER)
        self.last_date = max(self.last_date, date)
        if self.last_known < known < NEVER:
            self.last_known = known
        if source and self.sources and source.partition(":")[0].strip() not in self.sources:
            self.no(line, UNKNOWN_SOURCE, f"`{source}`")
        if note:
            self.log.notes[line] = note
        self.log.rows.append(Row(date, meant.kind, meant.party, number, by, known, line, meant.of))

    def _known(self, line: int, date: int, text: str) -> int | None:
        if not text:
            return date
        if text == "never":
            return NEVER
        known = self.day(text)
        if known is None:
            self.no(line, BAD_VALUE, f"known `{text}`")
        elif known < date:
            self.no(line, TOO_EARLY)
            return None
        return known

    # --- what a row means ------------------------------------------------------------------------------------

    def _remembered(self, kind: str, party: str, value: str, by: str) -> Row | LogProblem:
        """What the cells mean; where any number would do as a value, that is remembered for all numbers."""
        key = (kind, party, value, by)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._meaning(*key)
            if isinstance(found, Row) and found.kind not in ("alarm", "clean") and not self._is_worded(found.kind):
                self.numeric[kind, party, by] = found
        return found

    def _is_worded(self, kind: str) -> bool:
        """Whether values are levels or days."""
        return bool(self.levels.get(kind)) or kind in self.agreement.powers

    def _meaning(self, kind: str, party: str, value: str, by: str) -> Row | LogProblem:
        kind, party = self._resolved(kind, party)
        if by and by not in self.agreement.between and by not in self.agreement.means:
            return LogProblem(0, UNKNOWN_SOURCE, f"`{by}`")
        if kind in ("alarm", "clean"):
            return self._look(kind, party, value, by)
        is_fact = kind in self.levels
        if not is_fact and kind not in self.kinds and kind not in self.agreement.powers:
            return LogProblem(0, UNKNOWN_KIND, f"`{kind}`")
        is_power = kind in self.agreement.powers
        if party not in (self.owners if is_fact else self.parties) or (is_power and not party):
            return LogProblem(0, UNKNOWN_PARTY, f"`{party}`")
        owner = kind.partition(".")[0] if is_fact and "." in kind else ""
        if owner in self.agreement.between and party not in ("", owner, "all"):
            return LogProblem(0, UNKNOWN_PARTY, f"`{kind}` is not a fact of `{party}`")
        number = self._value(kind, value, is_power)
        if number is None:
            return LogProblem(0, BAD_VALUE, f"`{value}`" if value else "nothing")
        return Row(0, kind, owner or party if is_fact else party, number, by)

    def _resolved(self, kind: str, party: str) -> tuple[str, str]:
        """`oil` of `us` may be written as `us.oil`, the fact `dprk.reactor` as `reactor` of `dprk`."""
        named = {*self.kinds, *self.agreement.powers, "alarm", "clean"}
        if kind in self.levels or kind in named:
            return kind, party
        head, dot, tail = kind.partition(".")
        if dot and tail in named and head in self.parties and party in ("", head):
            return tail, head
        return (f"{party}.{kind}", party) if f"{party}.{kind}" in self.levels else (kind, party)

    def _value(self, kind: str, text: str, is_power: bool) -> float | None:
        levels = self.levels.get(kind, ())
        if levels:
            return float(levels.index(text)) if text in levels else None
        if is_power and self.agreement.powers[kind].effects.until == "value":
            day = self.day(text) if text else 0
            return None if day is None else float(day)
        if not text:
            return None if kind in self.levels or kind in self.summed else 0.0
        number = plain_number(text)
        return number if number is not None and abs(number) < 1e100 else None

    def _look(self, kind: str, party: str, value: str, by: str) -> Row | LogProblem:
        if party not in self.parties:
            return LogProblem(0, UNKNOWN_PARTY, f"`{party}`")
        means = self.agreement.means.get(by)
        if means is None:
            return LogProblem(0, UNKNOWN_SOURCE, f"`{by}`") if kind == "alarm" else Row(0, kind, party, 0.0, by)
        of = [name for name in means.of if value in ("", name, name.partition(".")[2])]
        of = [name for name in of if party in ("", "all", name.partition(".")[0])]
        if not of or (len(of) > 1 and kind == "alarm"):
            return LogProblem(0, BAD_VALUE, f"`{value}` is none of {', '.join(means.of)}")
        return Row(0, kind, party or of[0].partition(".")[0], 0.0, by, of=tuple(of))


def _summed(agreement: Agreement) -> set[str]:
    from detente.language.tree import RowTotal
    from detente.language.walk import walk

    nodes = walk(*agreement.expressions())
    return {node.kind for node in nodes if isinstance(node, RowTotal) and node.how == "sum"}
