"""`agreements.days.later` as code: calendar months without a calendar's tables."""

from __future__ import annotations

from detente.agreements.days import NEVER
from detente.language.calendar import Duration

from .scalars import Code, Like, Num

_LAST = 3652059  # 31 December 9999
_ERA, _TO_MARCH = 146097, 305  # days of 400 years; from 1 March of year 0 to 1 January of year 1, less one


def later(c: Code, day: Num, span: Duration | None, times: Like = 1) -> Num:
    """`times` spans after a day; the day itself for no span, `NEVER` past the calendar's end."""
    if span is None:
        return day
    units = {"day": 1, "week": 7, "month": 1, "year": 12}[span.unit] * round(span.count)
    count = c.num(times) * units
    if span.unit in ("month", "year"):
        return c.call(_months(c), day, count)
    found = day + count
    return c.select(day >= NEVER, day, c.select(found > _LAST, NEVER, found))


def _months(code: Code) -> Code:
    """A day and so many calendar months: the day of the month, or the month's last."""
    known: dict[str, Code] = code.functions.on_numbers
    if "months_later" not in known:
        c = known["months_later"] = Code(code.functions, "months_later", "ii", "i")
        day, months = c.args
        with c.when(day >= NEVER):
            c.give(day)
        year, month, of_month = _civil(c, day)
        total = year * 12 + (month - 1) + months
        year = total // 12
        month = total - year * 12 + 1
        with c.when(year > 9999):
            c.give(NEVER)
        last = _length(c, year, month)
        c.give(_ordinal(c, year, month, c.least(of_month, last)))
    return known["months_later"]


def _civil(c: Code, day: Num) -> tuple[Num, Num, Num]:
    """Year, month and day of the month, counting years from March (the algorithm of Howard Hinnant, 2013)."""
    since = day + _TO_MARCH
    era = since // _ERA
    of_era = since - era * _ERA
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (year * 365 + year // 4 - year // 100)
    month = (of_year * 5 + 2) // 153
    of_month = of_year - (month * 153 + 2) // 5 + 1
    civil = c.select(month < 10, month + 3, month - 9)
    return year + era * 400 + c.whole(civil <= 2), civil, of_month


def _length(c: Code, year: Num, month: Num) -> Num:
    """Days of a month."""
    fourth = (year - year // 4 * 4).eq(0)
    leap = fourth & ((year - year // 100 * 100).ne(0) | (year - year // 400 * 400).eq(0))
    odd = (month + month // 8) & c.num(1)
    return c.select(month.eq(2), c.select(leap, 29, 28), odd + 30)


def _ordinal(c: Code, year: Num, month: Num, of_month: Num) -> Num:
    early = month <= 2
    year = year - c.whole(early)
    era = year // 400
    of_era = year - era * 400
    of_year = (c.select(early, month + 9, month - 3) * 153 + 2) // 5 + of_month - 1
    return era * _ERA + of_era * 365 + of_era // 4 - of_era // 100 + of_year - _TO_MARCH
