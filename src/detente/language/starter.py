"""The commented case that `detente new` writes: `starter.yaml` beside this file."""

from __future__ import annotations

from pathlib import Path

STARTER = Path(__file__).with_name("starter.yaml").read_text(encoding="utf-8")
