"""Pictures of a report: `python tools/screenshots.py REPORT.html docs/images` for those of the documentation; with
`--all` every part at 1,400 and at 400 pixels, light and dark. Needs Chromium and playwright.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)
PARTS = {"top": None, "claims": "#claims", "argument": "#figure-argument", "race": "#figure-passages"}
SHOWN = {("top", "wide", "light"), ("claims", "wide", "light"), ("argument", "wide", "light"),
         ("race", "wide", "light"), ("top", "narrow", "dark")}
SIZES = {"wide": (1400, 900), "narrow": (400, 800)}


def main(report: Path, to: Path, everything: bool) -> None:
    """Write the pictures."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Chromium is missing: apt-get install chromium")
    to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                page.goto(report.resolve().as_uri())
                page.evaluate("detente.ready")
                for name, part in PARTS.items():
                    if everything or (name, size, scheme) in SHOWN:
                        picture(page, part, to / f"report-{name}-{size}-{scheme}.png")
                page.close()
        browser.close()


def picture(page: Any, part: str | None, path: Path) -> None:
    """One picture: of the window, or of a part of the page with a margin."""
    if part is None:
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=str(path))
        return
    box = page.locator(part).first.bounding_box()
    top = box["y"] + page.evaluate("scrollY")
    width = page.viewport_size["width"]
    clip = {"x": 0, "y": top - 16, "width": width, "height": min(box["height"] + 32, 1200)}
    page.screenshot(path=str(path), full_page=True, clip=clip)


if __name__ == "__main__":
    names = [word for word in sys.argv[1:] if word != "--all"]
    if len(names) != 2:
        raise SystemExit(__doc__)
    main(Path(names[0]), Path(names[1]), "--all" in sys.argv)
