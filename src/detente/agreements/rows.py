"""What becomes known: a row says that on a date something happened, whose act it was, and who says so."""

from __future__ import annotations

from dataclasses import dataclass, field

from .days import NEVER


@dataclass(slots=True, eq=False)  # not frozen: logs have a hundred thousand
class Row:
    """One row of a log. Days are numbers; `known` is `NEVER` for what never becomes known.

    `kind` is a fact, a kind, a power, `alarm` or `clean`. `value` is the index of a level, a number (0 where none
    is written), or, for a power, the day of its `until: value`. `of` are the obligations that a look is about.
    """

    date: int
    kind: str
    party: str = ""
    value: float = 0.0
    by: str = ""
    known: int = -1
    line: int = 0
    of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.known < 0:
            self.known = self.date

    def __deepcopy__(self, memo: object) -> Row:
        """Rows are not changed once made."""
        return self


@dataclass(slots=True)
class Totals:
    """Rows counted since a clause began: `wanted` maps kind and party ("" is anybody) to [count, sum].

    Rows dated before `first` or after `last` do not count.
    """

    wanted: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    first: int = 0
    last: int = NEVER

    def restart(self, day: int) -> None:
        """Count afresh from a day on."""
        self.first = day
        for total in self.wanted.values():
            total[0] = total[1] = 0.0

    def add(self, keys: tuple[tuple[str, str], ...], date: int, amount: float) -> bool:
        """Count a row of a date under its keys, its amount in sums; whether it counted."""
        if not self.wanted or not self.first <= date <= self.last:
            return False
        found = False
        for key in keys:
            total = self.wanted.get(key)
            if total is not None:
                total[0] += 1.0
                total[1] += amount
                found = True
        return found

    def copy(self, last: int) -> Totals:
        """The same so far, counting on but not beyond `last`."""
        return Totals({key: list(total) for key, total in self.wanted.items()}, self.first, last)
