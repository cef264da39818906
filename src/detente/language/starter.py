"""The commented case that `detente new` writes: the file `starter.yaml` beside this one."""

from __future__ import annotations

from pathlib import Path

STARTER = Path(__file__).with_name("starter.yaml")
