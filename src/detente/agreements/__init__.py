"""Agreements as something that runs: the automaton, and the monitor that plays it over real, dated events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .load import load_agreement as load_agreement
    from .load import load_agreement_text as load_agreement_text
    from .monitoring import MonitorResult as MonitorResult
    from .monitoring import monitor as monitor

_HOME = {
    "load_agreement": "load", "load_agreement_text": "load", "monitor": "monitoring", "MonitorResult": "monitoring",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import on first use: reading an agreement needs no monitor."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
