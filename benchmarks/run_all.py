"""All benchmarks as one table: `make bench`, or `python benchmarks/run_all.py [kernel_vs_c ..]` for some of them."""

from __future__ import annotations

import importlib
import sys

from timing import Row, show

TOPICS = (
    "kernel_vs_c", "system_dynamics", "threads", "starting", "memory", "report", "conflict", "explore_prim",
    "store_overhead", "store_scale", "agreements",
)


def main(topics: list[str]) -> None:
    """Print each topic's rows as it is done."""
    unknown = [topic for topic in topics if topic not in TOPICS]
    if unknown:
        raise SystemExit(f"no benchmark {unknown[0]}: choose from {', '.join(TOPICS)}")
    show([Row("what", "figure", "target")])
    for topic in topics or TOPICS:
        show(importlib.import_module(topic).main())


if __name__ == "__main__":
    main(sys.argv[1:])
