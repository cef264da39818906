"""What the kernel and its caller agree on: the argument table, and where each row of the scratch array stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .form import Form
from .hoist import hoist

if TYPE_CHECKING:
    from .deal_code.places import DealPlaces

BLOCK = 64
BINS = 256  # of a band's histogram, plus one below and one above
ARGUMENTS = (
    "lanes", "valid", "futures", "runs", "rows", "strategy", "seed", "steps", "dt", "sqrt_dt", "theta", "constants",
    "day", "year", "month", "due", "scratch", "measures", "clipped", "trouble",
    "trace", "bands", "band_low", "band_scale", "band_stride", "spilled",
)
POINTERS = {
    "futures", "runs", "rows", "theta", "constants", "day", "year", "month", "due", "scratch", "measures", "clipped",
    "trouble", "trace", "bands", "band_low", "band_scale", "spilled",
}


class Layout:
    """Where everything stands in the scratch array, in rows of 64 doubles; the delay lines come last."""

    def __init__(self, form: Form) -> None:
        self.rows = 0
        self.stock = self._take(len(form.stocks))
        self.level = self._take(len(form.options))
        self.commanded = self._take(len(form.options))
        self.command = self._take(len(form.options))
        self.count = self._take(len(form.events))
        self.before = self._take(len(form.events))
        self.acc = self._take(len(form.accumulators))
        self.draw = self._take(2 * len(form.draws))  # of an even step and the next
        self.theta = self._take(len(form.assumptions))
        self.prepared, self.plans = hoist(form)
        self.kept = self._take(len(self.prepared.kept))
        self.clipped = self._take(len(form.bounds))
        self.trouble, self.alive = self._take(1), self._take(1)
        self.future, self.run = self._take(1), self._take(1)  # as integers
        self.first = self._take(len(form.delays))
        self.lag = self._take(len(form.delays))  # as integers
        self.series = self._take(len(form.series))
        self.traced = (
            *range(self.series, self.series + len(form.series)), *range(self.level, self.level + len(form.options)),
            *range(self.count, self.count + len(form.events)), self.alive,
        )
        self._agreements(form)
        self.lines = self.rows
        self.delays = len(form.delays)

    def _agreements(self, form: Form) -> None:
        """What agreements are told and say, and their memory: run after run, not in rows."""
        self.deals: list[DealPlaces] = []
        if form.agreed is None:
            return
        from .deal_code.places import DealPlaces

        agreed, case = form.agreed, form.agreed.case
        self.deals = [DealPlaces(deal, case, agreed.numbers) for deal in agreed.deals]
        self.told, self.wanted = self._take(len(agreed.numbers)), self._take(len(form.options))
        self.told_before = self._take(len(form.options) + len(agreed.numbers))
        self.reads, self.spilled = self._take(agreed.reads), self._take(1)
        self.begun, self.pending, self.signed = (self._take(len(self.deals)) for _ in range(3))
        self.memory = [self._take(places.size) for places in self.deals]

    def _take(self, rows: int) -> int:
        start = self.rows
        self.rows += rows
        return start

    def size(self, steps: int) -> int:
        """Doubles of scratch that a run of `steps` needs."""
        return (self.rows + self.delays * steps) * BLOCK
