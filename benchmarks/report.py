"""The report of korea-2016: the time to write it beyond the run, its size, what a reader waits for in Chromium."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from timing import Row, show

from detente.claims.run import judge
from detente.language.load import load
from detente.report.folder import write

CASE = Path(__file__).parent.parent / "cases" / "korea-2016"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)
ROUNDS = 5


def main() -> list[Row]:
    """The rows of the table."""
    judged = judge(load(CASE))
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = [], []
        for _ in range(ROUNDS):
            begun, busy = time.perf_counter(), time.process_time()
            page = write(judged, Path(folder))
            wall.append(time.perf_counter() - begun)
            cpu.append(time.process_time() - busy)
        rows = [
            Row("korea-2016: report written beyond the run, checks included, CPU s", f"{statistics.median(cpu):.2f}",
                "under 3"),
            Row("korea-2016: the same on the wall, s", f"{statistics.median(wall):.2f}", "under 3"),
            Row("korea-2016: size of the report, MB", f"{page.stat().st_size / 1e6:.2f}", "under 4"),
        ]
        return rows + _in_browser(page)


def _in_browser(page: Path) -> list[Row]:
    chromium = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        return [Row("in Chromium: not measured, playwright or Chromium is missing", "-")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        opened = [_opened(browser, page) for _ in range(3)]
        turned, charts = zip(*(_turned(browser, page, steps) for steps in (10, 25, 40)), strict=True)
        browser.close()
    return [
        Row("in Chromium: opened and ready to answer, ms", f"{statistics.median(opened):.0f}", "under 2,000"),
        Row("in Chromium: slider to redrawn claims, ms", f"{statistics.median(turned):.0f}", "under 100"),
        Row("in Chromium: and to redrawn charts and tables, ms", f"{statistics.median(charts):.0f}"),
    ]


def _opened(browser: Any, page: Path) -> float:
    tab = browser.new_page()
    begun = time.perf_counter()
    tab.goto(page.as_uri())
    tab.evaluate("detente.ready")
    taken = (time.perf_counter() - begun) * 1000
    tab.close()
    return taken


def _turned(browser: Any, page: Path, steps: int) -> tuple[float, float]:
    """Milliseconds from the slider's event to the painted claims, and to the charts."""
    tab = browser.new_page()
    tab.goto(page.as_uri())
    tab.evaluate("detente.ready")
    claims, charts = tab.evaluate(
        """async (steps) => {
            const slider = document.querySelector('.slider input.highest');
            const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
            const begun = performance.now();
            slider.value = 100 - steps;
            slider.dispatchEvent(new Event('input'));
            while (!document.body.classList.contains('filtered')) await frame();
            const claims = performance.now() - begun;
            while (!detente.drawn) await frame();
            return [claims, performance.now() - begun];
        }""",
        steps,
    )
    tab.close()
    return claims, charts


if __name__ == "__main__":
    show(main())
