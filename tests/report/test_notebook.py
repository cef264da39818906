"""Results in notebooks, and the worked notebook, cell by cell."""

from __future__ import annotations

import ast
import json
import runpy
from pathlib import Path
from typing import Any

import detente as dt
from detente.claims.run import Judged
from detente.report import words
from detente.report.results import Results

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "examples" / "tiny-race.ipynb"


def test_a_run_and_a_verdict_show_themselves(judged: Judged) -> None:
    assert dt.load("tiny-race").name == "tiny-race"  # the interface is what makes results show themselves
    run, verdict = judged._repr_html_(), judged.claims["too_slow"]._repr_html_()  # type: ignore[attr-defined]
    for html in (run, verdict):
        assert html.startswith('<div class="detente"><style>@scope')
        assert words.share(judged.claims["too_slow"].share) in html
        assert " id=" not in html
        assert "href=" not in html
    assert "Which comes first" in run


def test_hostile_texts_stay_texts(nasty: Results) -> None:
    html = nasty.judged._repr_html_()  # type: ignore[attr-defined]
    assert "<script" not in html
    assert "<img" not in html


def test_the_notebook_is_what_its_script_writes() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_notebook.py"))["notebook"]()
    assert json.loads(NOTEBOOK.read_text(encoding="utf-8")) == made


def test_the_worked_notebook_runs() -> None:
    names: dict[str, Any] = {}
    shown = []
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            shown.append(_run("".join(cell["source"]), names))
    title, run, verdict, frame, part = shown
    assert title == "A race between pressure and a programme"
    assert run.claims["too_slow"] is verdict
    assert frame.height == len(run.strategies) * len(run.case.measures)
    whole = verdict.share
    assert part["too_slow"][1] < whole  # where pressure bites hard it is not too slow as often


def _run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell and return what its last line yields, as a notebook shows it."""
    *body, last = ast.parse(source).body
    exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
    assert isinstance(last, ast.Expr)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
