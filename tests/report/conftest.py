"""A small case played once, its page on disk, and a browser to open it in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from detente.claims.run import Judged, judge
from detente.language.load import load, load_text
from detente.report.gather import gather
from detente.report.page import page
from detente.report.results import Results

HERE = Path(__file__).parent
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)


@pytest.fixture(scope="session")
def judged() -> Judged:
    """256 futures of 16 histories."""
    return judge(load(HERE / "duel.yaml"), futures=256, runs=16, seed=3)


@pytest.fixture(scope="session")
def results(judged: Judged) -> Results:
    """What the sections read."""
    return gather(judged)


@pytest.fixture(scope="session")
def text(results: Results) -> str:
    """The page."""
    return page(results)


@pytest.fixture(scope="session")
def file(text: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page on disk."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(text, encoding="utf-8")
    return path


LONG = "x" * 10_000
NASTY = {
    "title": "</title><script>document.title='broken'</script> & &lt;entities&gt; \u05d0\u05d1 right to left",
    "label": "<img src=x onerror=\"document.title='broken'\"> & ]]> --> {{ 7 * 7 }} {% raw %}",
    "note": f"</script><svg onload=\"document.title='broken'\"> *stars* `code` | pipes | =1+1 {LONG[:1500]}",
}
NASTY_CASE = """
detente: 1
case: nasty
title: {title}
note: {note}
as_of: 2016-09-30
horizon: 12 months
step: 1 month
sources: {{s: {{title: {label}, publisher: {label}, date: 2016-09-01, note: {note}}}}}
parties: {{a: {{name: {label}}}}}
options: {{a.x: {{levels: [off, on], label: {label}}}}}
assumptions:
  p: {{uniform: [0, 1], unit: "<b>/year", status: judged, source: {{s: {label}}}, note: {note}, label: {label}}}
  r: {{one_of: {{one: 1, two: 1}}, note: {note}}}
quantities:
  q: {{start: 0, change: p, label: {label}, scale: {{0: {label}, 1: {label}}}, note: {note}}}
events: {{e: {{rate: p, label: {label}}}}}
strategies: {{s1: {{label: {label}, moves: {{a.x: on}}, note: {note}}}, s2: {{moves: {{a.x: off}}}}}}
measures: {{m: first(q > 0.5), n: count(e)}}
goals: {{m: late}}
claims:
  c: {{states: {label}, says: P(m < never under s1) > 0.5, note: {note}, source: {{s: {label}}}}}
  d: {{states: {label}, says: mean(n under s2) > 0.5, because: c}}
"""


def nasty_text() -> str:
    """A case whose every text tries to be something else."""
    import json

    quoted = {name: json.dumps(value) for name, value in NASTY.items()}
    return NASTY_CASE.format(**quoted).replace('"<b>/year"', '"1/year"')


@pytest.fixture(scope="session")
def nasty() -> Results:
    """Its results; made longer here, since a file may not hold so much."""
    judged = judge(load_text(nasty_text()), futures=128, runs=4)
    case = judged.case
    claims = {name: replace(one, note=one.note + LONG) for name, one in case.claims.items()}
    quantities = {name: replace(one, label=one.label + LONG) for name, one in case.quantities.items()}
    long = replace(case, title=case.title + LONG, claims=claims, quantities=quantities)
    return gather(replace(judged, case=long))


# --- a browser ---------------------------------------------------------------------------------------------------


def _missing(what: str) -> None:
    """Skip, but never where tests must not be skipped."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless browser without network."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("the report's tests in a browser need playwright: pip install playwright")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    if not found:
        _missing("the report's tests in a browser need Chromium: apt-get install chromium, or CHROMIUM=its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


class Opened:
    """A page opened from disk, with what its console said and what it tried to fetch."""

    def __init__(self, browser: Any, file: Path, fragment: str = "", **options: Any) -> None:
        self.context = browser.new_context(**({"viewport": {"width": 1400, "height": 900}} | options))
        self.context.set_offline(True)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri() + fragment)
        self.settled()

    def settled(self) -> None:
        """Wait until the page has drawn what it was asked for."""
        self.page.evaluate("async () => { if (window.detente) await detente.ready; }")
        self.until("!window.detente || detente.drawn")

    def until(self, condition: str, seconds: float = 20) -> None:
        """Wait for a condition (the page's own policy forbids the usual way)."""
        for _ in range(int(seconds * 50)):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(20)
        pytest.fail(f"never came: {condition}")

    def close(self) -> None:
        """Let it go."""
        self.context.close()


@pytest.fixture
def opened(chromium: Any, file: Path) -> Iterator[Opened]:
    """The small case's page."""
    one = Opened(chromium, file)
    yield one
    one.close()
