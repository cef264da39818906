"""What a reader turns: sliders, rivals and strategies. The script fills it in; without script it says so."""

from __future__ import annotations

from markupsafe import Markup

from ..document import Controls, Paragraph, Section
from ..results import Results

_HTML = Markup(
    """<p class="note" id="ask-off">
This part needs a browser that runs the script in this page; all else stands without it.</p>
<div class="ask" id="ask-controls" hidden>
<p class="status"><strong id="count" role="status"></strong>
<button type="button" id="reset">Put everything back</button></p>
<div id="sliders" role="group" aria-label="Assumptions"></div>
<p><label id="more-label">Another assumption: <select id="more"><option value="">choose…</option></select></label></p>
<div id="rivals" role="group" aria-label="Rivals"></div>
<div id="strategies-shown"></div>
</div>
<div class="bar" id="bar" hidden><span id="bar-count"></span> <a href="#ask">Change</a>
<button type="button" id="bar-reset">Put everything back</button></div>"""
)


def section(results: Results) -> Section | None:
    """The controls; nothing if the page carries no futures that differ."""
    table = results.table
    if table is None or not table.turns:
        return None
    few = f"{table.futures:,} of the {results.judged.futures:,}" if table.futures < results.judged.futures else (
        f"all {table.futures:,}"
    )
    said = (
        f"This page carries {few} futures. Narrow the ranges of what you think you know, and the claims, shares, "
        "charts and strategies follow from the futures that are left; what follows is underlined with dots, the rest "
        "speaks of all futures. The address of the page then points to your view."
    )
    return Section("ask", "Ask it", (Paragraph(said), Controls(_HTML)))
