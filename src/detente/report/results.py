"""What the sections read: what was judged, and what else is known of the same run."""

from __future__ import annotations

from dataclasses import dataclass

from detente.claims.run import Judged
from detente.language.case import Case


@dataclass(frozen=True)
class Results:
    """A run as the report sees it."""

    judged: Judged

    @property
    def case(self) -> Case:
        """The case that was played."""
        return self.judged.case

    def strategy(self, name: str) -> str:
        """A strategy's label, or its name in words."""
        from .words import in_words

        return self.case.strategies[name].label or in_words(name)

    def year(self, step: int) -> float:
        """The end of a step as a year with a fraction."""
        day = self.case.day(step)
        start = day.replace(month=1, day=1)
        return day.year + (day - start).days / 365.25
