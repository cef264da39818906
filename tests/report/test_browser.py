"""The page in a browser, opened from disk without network: drawn, turned, linked to, walked through, printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from detente.report import subset, words
from detente.report.page import page
from detente.report.results import Results
from detente.report.subset import View

from .conftest import Opened

pytestmark = pytest.mark.slow
SERIOUS = ("serious", "critical")


def shares(opened: Opened) -> dict[str, str]:
    """The share that the page shows of every claim, as text."""
    found: dict[str, str] = opened.page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('#table-claims [data-live$=":share"]')]
             .map((node) => [node.dataset.live.split(':')[1], node.textContent]))"""
    )
    return found


def move(opened: Opened, name: str, end: str, steps: int) -> None:
    """Move a slider's end by keys."""
    slider = opened.page.locator(f'.slider[data-assumption="{name}"] input.{end}')
    slider.focus()
    for _ in range(abs(steps)):
        opened.page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")
    opened.until("document.body.classList.contains('filtered')")
    opened.page.wait_for_timeout(50)
    opened.settled()


def expected(results: Results, view: View) -> dict[str, subset.Share]:
    """What Python says of a view."""
    assert results.table is not None
    return subset.claims(results.table, subset.kept(results.table, view))


def test_it_opens_offline_without_complaint_and_draws(opened: Opened, file: Path, results: Results) -> None:
    assert opened.said == []
    assert opened.asked == [file.as_uri()]
    fans = len(results.judged.strategies) * len(results.quantities)
    assert opened.page.locator("#race svg[data-live^='fan:'] path.middle").count() == fans
    assert opened.page.locator("#figure-argument .node").count() == 4
    assert opened.page.locator("#figure-structure .item").count() == 3 + 3 + 4
    boxes = opened.page.evaluate(
        "() => [...document.querySelectorAll('.panels > svg')].map((svg) => svg.getBoundingClientRect().height)"
    )
    assert min(boxes) > 40
    assert opened.page.inner_text("#count") == "All 256 futures"


def test_a_slider_changes_verdict_and_charts_to_what_python_says(opened: Opened, results: Results) -> None:
    before = shares(opened)
    chart = "svg[data-live='fan:strain:pressure'] path.middle"
    line = opened.page.locator(chart).get_attribute("d")
    move(opened, "bite", "highest", -60)
    found = expected(results, View(ranges={"bite": (0, 40)}))
    assert shares(opened) == {name: words.share(one.share) for name, one in found.items()}
    assert shares(opened) != before
    for name, one in found.items():
        shown = opened.page.inner_text(f"#table-claims [data-live='claim:{name}:verdict']")
        assert shown.endswith(one.verdict)
        told = opened.page.evaluate(f"detente.shown.claims.{name}")
        assert told["share"] == one.share
        assert told["interval"] == pytest.approx(list(one.interval), abs=1e-12)
        assert told["unsettled"] == pytest.approx(one.unsettled, abs=1e-12)
    assert opened.page.locator(chart).get_attribute("d") != line
    assert opened.said == []


def test_charts_and_tables_follow_as_python_says(opened: Opened, results: Results) -> None:
    table = results.table
    assert table is not None
    move(opened, "learning", "lowest", 50)
    keep = subset.kept(table, View(ranges={"learning": (50, 100)}))
    rows = "detente.shown.rows"
    for s, strategy in enumerate(results.judged.strategies):
        for q, name in enumerate(results.quantities):
            found = opened.page.evaluate(f"detente.fan({rows}, {s}, {q})")
            for row, line in zip(found, subset.fan(table, keep, strategy, name), strict=True):
                assert row == pytest.approx(line, abs=1e-9)
        for d, date in enumerate(table.header["dates"]):
            curve = opened.page.evaluate(f"Array.from(detente.passed({rows}, {s}, {d}))")
            assert curve == pytest.approx(subset.passed(table, keep, strategy, date), abs=1e-12)
        assert opened.page.evaluate(f"detente.orders({rows}, {s}, 0)") == pytest.approx(
            subset.orders(table, keep, strategy), abs=1e-12)
        for m, name in enumerate(results.case.measures):
            mean, half, _ = subset.means(table, keep, strategy, name)
            told = opened.page.evaluate(f"detente.mean({rows}, detente.value({s}, {m}))")
            assert told == pytest.approx([mean, half], rel=1e-9, abs=1e-9)
    mean, *_ = subset.means(table, keep, "talks", "tests")
    shown = opened.page.locator("[data-live='measure:tests:talks:mean']").text_content()
    assert shown == words.number(mean)


def test_rivals_and_reset(opened: Opened, results: Results) -> None:
    before = opened.page.inner_html("#claims"), opened.page.inner_html("#race")
    opened.page.locator("#rivals input[value=hastens]").uncheck()
    opened.until("document.body.classList.contains('filtered')")
    opened.settled()
    found = expected(results, View(rivals={"hardship": ("delays",)}))
    assert shares(opened) == {name: words.share(one.share) for name, one in found.items()}
    assert re.search("hardship=delays", opened.page.url)
    opened.page.click("#reset")
    opened.until("!document.body.classList.contains('filtered')")
    assert (opened.page.inner_html("#claims"), opened.page.inner_html("#race")) == before
    assert "#" not in opened.page.url


def test_few_futures_grey_the_verdict(opened: Opened) -> None:
    move(opened, "bite", "highest", -90)
    assert "too few" in opened.page.inner_text("#count")
    assert opened.page.inner_text("#table-claims [data-live='claim:too_slow:verdict']") == "too few"


def test_no_futures_say_nothing_and_break_nothing(opened: Opened) -> None:
    for rival in ("hastens", "delays"):
        opened.page.locator(f"#rivals input[value={rival}]").uncheck()
    opened.until("document.body.classList.contains('none')")
    assert set(shares(opened).values()) == {"–"}
    assert opened.said == []


def test_a_link_opens_the_view(chromium: Any, file: Path, results: Results) -> None:
    one = Opened(chromium, file, "#bite=10-70&hardship=hastens&show=talks,both&at=race")
    try:
        found = expected(results, View({"bite": (10, 70)}, {"hardship": ("hastens",)}))
        assert shares(one) == {name: words.share(share.share) for name, share in found.items()}
        assert one.page.locator("svg[data-picks='strategy:pressure']:visible").count() == 0
        assert one.page.locator("svg[data-picks='strategy:talks']:visible").count() > 0
        assert not one.page.locator("#strategies-shown input[value=pressure]").is_checked()
        assert one.page.locator(".slider[data-assumption=bite] input.highest").input_value() == "70"
        assert one.page.evaluate("document.getElementById('race').getBoundingClientRect().top") < 200
    finally:
        one.close()


@pytest.mark.parametrize(
    "fragment",
    ["#%E0%A4%A=1", "#bite=9999-1", "#hardship=", "#nothing=1-2", "#__proto__=1-2", "#show=nobody", "#&&=&"],
)
def test_a_broken_link_breaks_nothing(chromium: Any, file: Path, fragment: str) -> None:
    one = Opened(chromium, file, fragment)
    try:
        assert one.said == []
        assert one.page.locator("#ask-controls").is_visible()
    finally:
        one.close()


def test_claims_redraw_within_a_tenth_of_a_second(opened: Opened) -> None:
    move(opened, "bite", "highest", -30)
    assert opened.page.evaluate("detente.took") < 100


def test_keyboard_walk(opened: Opened) -> None:
    seen = []
    for _ in range(60):
        opened.page.keyboard.press("Tab")
        seen.append(opened.page.evaluate(
            "(() => { const e = document.activeElement;"
            " return e.id || e.getAttribute('aria-label') || e.textContent.trim(); })()"
        ))
    assert seen[0] == "To the report"
    assert "The claims" in seen
    assert any(one.endswith(", lowest") for one in seen)
    assert "reset" in seen
    opened.page.evaluate("document.activeElement.blur()")
    opened.page.locator("#claim-way_out summary").focus()
    opened.page.keyboard.press("Enter")
    assert opened.page.locator("#claim-way_out").evaluate("(node) => node.open")


def test_a_link_to_a_claim_opens_it(opened: Opened) -> None:
    opened.page.locator("#table-claims a[href='#claim-quick']").click()
    assert opened.page.locator("#claim-quick").evaluate("(node) => node.open")
    assert opened.page.evaluate("document.activeElement.tagName") == "SUMMARY"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 400])
def test_axe_finds_nothing_serious(chromium: Any, file: Path, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    one = Opened(chromium, file, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    try:
        one.page.evaluate("() => document.querySelectorAll('details').forEach((node) => { node.open = true; })")
        found = axe.Axe().run(one.page).response["violations"]
        told = [(v["id"], [n["target"] for n in v["nodes"]][:5]) for v in found if v["impact"] in SERIOUS]
        assert told == []
    finally:
        one.close()


@pytest.mark.parametrize("width", [1400, 400])
def test_nothing_sticks_out_sideways(chromium: Any, file: Path, width: int) -> None:
    one = Opened(chromium, file, viewport={"width": width, "height": 900})
    try:
        one.page.evaluate("() => document.querySelectorAll('details').forEach((node) => { node.open = true; })")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        one.close()


def test_it_prints_everything(opened: Opened, tmp_path: Path) -> None:
    pdf = opened.page.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    assert pdf.startswith(b"%PDF")
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 5 <= pages <= 40


def test_hostile_texts_are_shown_as_text(chromium: Any, nasty: Results, tmp_path: Path) -> None:
    path = tmp_path / "nasty.html"
    path.write_text(page(nasty), encoding="utf-8")
    one = Opened(chromium, path)
    try:
        assert one.said == []
        assert one.page.title().startswith("</title><script>document.title='broken'</script> & &lt;entities&gt;")
        assert "<img src=x onerror=" in one.page.inner_text("main")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= 1400
        move(one, "p", "highest", -50)
        assert one.said == []
        assert one.page.title() != "broken"
    finally:
        one.close()


def test_without_script_everything_else_stands(chromium: Any, file: Path, results: Results) -> None:
    context = chromium.new_context(java_script_enabled=False)
    try:
        shown = context.new_page()
        shown.goto(file.as_uri())
        assert shown.locator("#ask-off").is_visible()
        assert shown.locator("#ask-controls").is_hidden()
        assert shown.locator("#table-claims tbody tr").count() == len(results.judged.claims)
    finally:
        context.close()
