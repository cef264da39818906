"""Units as labels with powers: years for time, anything else by its own name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: `text` as written, `factor` to internal units (time in years), `powers` by base name."""

    text: str
    factor: float = 1.0
    powers: tuple[tuple[str, int], ...] = ()
