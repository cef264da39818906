"""Writes the worked notebook, `docs/examples/tiny-race.ipynb`, from the cells below; running it gives its outputs."""

from __future__ import annotations

import json
from pathlib import Path

CELLS = [
    ("markdown", "# A small race in a notebook\n\nPlay a case, look at its verdicts, ask for a part of the futures."),
    ("code", "import detente as dt\n\ncase = dt.load('tiny-race')\ncase.title"),
    ("code", "run = dt.run(case, futures=256, runs=16)\nrun"),
    ("markdown", "A verdict shows itself; `reading` says how it may be misread."),
    ("code", "run.claims['too_slow']"),
    ("markdown", "The measures of all strategies are a data frame."),
    ("code", "run.frame()"),
    ("markdown", "The futures can be asked as in the report: here only those in which pressure bites hard."),
    ("code", "from detente.report.results import Results\nfrom detente.report.subset import View, claims, kept\n\n"
             "table = Results(run).table\nhard = kept(table, View(ranges={'bite': (60, 100)}))\n"
             "{name: (share.verdict, share.share) for name, share in claims(table, hard).items()}"),
]  # fmt: skip


def notebook() -> dict[str, object]:
    """The notebook as it is written."""
    cells = [
        {"cell_type": kind, "metadata": {}, "id": f"cell-{i}", "source": text.splitlines(keepends=True)}
        | ({"execution_count": None, "outputs": []} if kind == "code" else {})
        for i, (kind, text) in enumerate(CELLS)
    ]
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": python}, "nbformat": 4, "nbformat_minor": 5}


if __name__ == "__main__":
    to = Path(__file__).parent / "examples" / "tiny-race.ipynb"
    to.write_text(json.dumps(notebook(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
