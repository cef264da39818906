"""The report as files for other people's documents."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from detente.report import markdown
from detente.report.document import Drawing, Paragraph, Section, Span
from detente.report.export import as_csv, export
from detente.report.results import Results


@pytest.fixture(scope="module")
def folder(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small case exported."""
    to = tmp_path_factory.mktemp("export")
    export(results, to)
    return to


def test_every_figure_is_an_svg_a_png_and_numbers(folder: Path) -> None:
    names = {path.stem for path in (folder / "figures").glob("*.svg")}
    assert {"argument", "passages", "order-0", "goals", "structure", "story", "fan-reach"} <= names
    for name in names:
        assert ET.parse(folder / "figures" / f"{name}.svg").getroot().tag.endswith("svg")
        assert (folder / "figures" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        rows = list(csv.reader(io.StringIO((folder / "figures" / f"{name}.csv").read_text())))
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1
        assert "var(" not in (folder / "figures" / f"{name}.svg").read_text()


def test_tables_hold_what_the_page_shows(folder: Path, results: Results) -> None:
    rows = list(csv.reader(io.StringIO((folder / "tables" / "claims.csv").read_text())))
    assert rows[0] == ["Claim", "Verdict", "Share of futures", "90 % interval", "Left to luck"]
    assert [row[0] for row in rows[1:]] == [results.claim(name) for name in results.judged.claims]


def test_the_text_names_every_claim_and_shows_every_figure(folder: Path, results: Results) -> None:
    text = (folder / "report.md").read_text(encoding="utf-8")
    assert text.startswith("# A race between pressure and a programme, with rivals\n")
    for name in results.judged.claims:
        assert markdown.escaped(results.claim(name)) in text
    for path in (folder / "figures").glob("*.png"):
        assert f"(figures/{path.name})" in text


def test_hostile_texts_stay_texts(nasty: Results, tmp_path: Path) -> None:
    export(nasty, tmp_path, pictures=False)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "<img" not in text.replace("\\<img", "")
    assert "<script" not in text.replace("\\<script", "")
    for path in (tmp_path / "figures").glob("*.svg"):
        tags = {one.tag.rpartition("}")[2] for one in ET.parse(path).iter()}
        assert not tags & {"script", "img"}


@pytest.mark.parametrize(
    ("cell", "said"),
    [("=1+1", "'=1+1"), ("-2.5", "-2.5"), ("-10.5 %", "-10.5 %"), ("-cmd", "'-cmd"), ("-1+cmd|x", "'-1+cmd|x"),
     ("@x", "'@x"), ('a "b", c', '"a ""b"", c"'), ("", '""')],
)
def test_cells_are_no_formulas(cell: str, said: str) -> None:
    assert as_csv([[cell]]).decode() == f"{said}\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [("a*b_c", r"a\*b\_c"), (("see ", Span("x", "strong"), "."), "see **x**."), (Span("q. ", "strong"), "**q.** "),
     (Span("a`b", "code"), "`` a`b ``"), ("1. one", r"\1. one"), (("x", Drawing("", 1, 1)), "x")],
)
def test_lines(line: object, said: str) -> None:
    found = markdown.document("t", "s", [Section("i", "h", (Paragraph(line),))])  # type: ignore[arg-type]
    assert found == f"# t\n\ns\n\n## h\n\n{said}\n"
