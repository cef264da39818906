"""Dates and durations: steps end on calendar days, time is counted in years."""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
from typing import Literal

from .records import dataclass

TimeUnit = Literal["day", "week", "month", "year"]
YEARS: dict[str, float] = {"day": 1 / 365.25, "week": 7 / 365.25, "month": 1 / 12, "year": 1.0}
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of calendar time, such as `6 months`."""

    count: float
    unit: TimeUnit

    @property
    def years(self) -> float:
        """The length in years: a month is 1/12, a day 1/365.25."""
        return self.count / 12 if self.unit == "month" else self.count * YEARS[self.unit]

    def __str__(self) -> str:
        return f"{self.count:g} {self.unit}{'' if self.count == 1 else 's'}"


def year_of(day: dt.date) -> float:
    """A day as a year with a fraction."""
    return day.year + (day - day.replace(month=1, day=1)).days / DAYS_A_YEAR


def add_months(day: dt.date, months: int) -> dt.date:
    """`months` calendar months later; a day that the month lacks becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, _calendar.monthrange(year, month + 1)[1]))


def shift(day: dt.date, duration: Duration, times: int = 1) -> dt.date:
    """`times` durations after `day`, counted in calendar months or days from `day` itself. Counts are whole."""
    count = round(duration.count * times)
    if duration.unit in ("month", "year"):
        return add_months(day, count * (12 if duration.unit == "year" else 1))
    return day + dt.timedelta(days=count * (7 if duration.unit == "week" else 1))
