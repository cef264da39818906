"""The page as a file: complete, self-contained, and deaf to what its texts would like to be."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from detente.claims.run import Judged, judge
from detente.claims.stored import folder_of
from detente.language.load import load_text
from detente.language.problems import Refused
from detente.report.folder import PAGE, write
from detente.report.page import page, sections
from detente.report.results import Results

ORDER = ["limits", "answer", "ask", "claims", "argument", "race", "strategies", "model", "story", "assumptions",
         "checks", "provenance", "words"]
NO_CLAIMS = """
detente: 1
case: quiet
as_of: 2016-09-30
horizon: 12 months
step: 1 month
quantities: {q: {start: 0, change: 1}}
"""


class Reader(HTMLParser):
    """Tags that open and close, ids, and what is fetched."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        told = dict(attrs)
        self.handlers += [name for name in told if name.startswith("on")]
        self.ids += [told["id"] or ""] if "id" in told else []
        self.targets += [told["href"] or ""] if "href" in told else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_sections_stand_in_order(results: Results) -> None:
    assert [section.id for section in sections(results)] == ORDER


def test_the_page_is_well_formed_and_fetches_nothing(text: str) -> None:
    read = Reader(text)
    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
    outside = [target for target in read.targets if not target.startswith(("#", "data:"))]
    assert outside == []
    assert {target[1:] for target in read.targets if target.startswith("#") and target != "#"} <= set(read.ids)
    assert not re.search(r"(?:src|href)=[\"']?https?:", text)


def test_every_claim_and_assumption_is_there(results: Results, text: str) -> None:
    for claim in results.case.claims.values():
        assert claim.states in text
        assert f'id="claim-{claim.name}"' in text
    for name in results.case.assumptions:
        assert f'id="assumption-{name}"' in text


def test_hostile_texts_stay_texts(nasty: Results) -> None:
    read = Reader(page(nasty))
    assert read.open == []
    assert "img" not in read.tags
    assert read.handlers == []
    assert read.tags.count("script") == 3
    assert "b" not in read.tags


def test_a_case_without_strategies_or_claims_has_a_page() -> None:
    found = Results(judge(load_text(NO_CLAIMS), futures=8, runs=2))
    names = [section.id for section in sections(found)]
    assert "claims" not in names
    assert "limits" in names
    assert Reader(page(found)).open == []


def test_write_names_the_folder_after_case_and_run(judged: Judged, tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = write(judged, None)
    assert path == folder_of(judged.ensemble) / PAGE
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [one.name for one in path.parent.iterdir()] == [PAGE]


def test_nothing_half_written_is_left(judged: Judged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("detente.report.folder.os.replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write(judged, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_is_refused(judged: Judged, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused) as refused:
        write(judged, tmp_path / "file" / "out")
    assert refused.value.problems[0].code == "file_unwritable"
