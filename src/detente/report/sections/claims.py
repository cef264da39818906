"""The claims: verdict, share, interval and margin, with what would be a wrong reading of each."""

from __future__ import annotations

from detente.claims.result import Verdict

from ..document import Block, Column, Details, Line, Paragraph, Row, Section, Span, Table
from ..results import Results
from ..words import NONE, in_words, number, share, span

COLUMNS = (
    Column("Claim"), Column("Verdict"), Column("Share of futures", True), Column("90 % interval", True),
    Column("Left to luck", True),
)


def section(results: Results) -> Section | None:
    """The table of verdicts, then each claim on its own."""
    verdicts = results.judged.claims
    if not verdicts:
        return None
    rows = tuple(_row(results, verdict) for verdict in verdicts.values())
    table = Table("claims", "The claims of the argument and their verdicts", COLUMNS, rows)
    return Section("claims", "The claims", (Paragraph(_how(results)), table, _each(results)))


def _how(results: Results) -> Line:
    return (
        "A claim is judged within each future over its random histories. It ",
        Span("holds", "verdict"), " if that is so in 90 % of the futures or more, it ", Span("fails", "verdict"),
        " if in 10 % or fewer, else it ", Span("depends", "verdict"),
        " on which future is true. Futures that more histories could turn are left to luck.",
    )


def _row(results: Results, verdict: Verdict) -> Row:
    claim = results.case.claims[verdict.id]
    low, high = verdict.interval
    said = Span(claim.states or in_words(claim.name), target=f"claim-{claim.name}")
    live = f"claim:{claim.name}"
    return Row((
        said, Span(verdict.verdict, "verdict", f"{live}:verdict"),
        Span(share(verdict.share), "strong", f"{live}:share"), Span(span(low, high), "interval", f"{live}:interval"),
        Span(share(verdict.unsettled) if verdict.share is not None else NONE, live=f"{live}:unsettled"),
    ))


def _each(results: Results) -> Block:
    found: list[Block] = []
    for verdict in results.judged.claims.values():
        found += _details(results, verdict)
    return Details("Each claim: its test, its margin, its rivals, and how not to read it", tuple(found))


def _details(results: Results, verdict: Verdict) -> list[Block]:
    from ..document import Heading

    claim = results.case.claims[verdict.id]
    found: list[Block] = [
        Heading(claim.states or in_words(claim.name), f"claim-{claim.name}"),
        Paragraph(("Tested as ", Span(" ".join(claim.says_text.split()), "code"), ".")),
        Paragraph(_margin(verdict)),
        Paragraph(verdict.reading),
    ]
    rivals = _rivals(verdict)
    found += [Paragraph(rivals)] if rivals else []
    return found + ([Paragraph(claim.note, "note")] if claim.note else [])


def _margin(verdict: Verdict) -> str:
    low, middle, high = (number(x) for x in (verdict.margin.q05, verdict.margin.q50, verdict.margin.q95))
    return f"Its margin, above zero where it holds, is {middle} in the middle future, and {low} to {high} in nine of ten."


def _rivals(verdict: Verdict) -> Line:
    said: list[str | Span] = []
    for name, rivals in verdict.rivals.items():
        shares = {rival: one for rival, one in rivals.items() if one.share is not None}
        if len({one.verdict for one in shares.values()}) > 1:
            each = ", ".join(f"{rival} {share(one.share)}" for rival, one in shares.items())
            said += [f"By {in_words(name)}: {each}. "]
    return tuple(said)
