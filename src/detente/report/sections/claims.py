"""The claims: verdict, share, interval and margin, the verdict under each rival, and what each hangs on."""

from __future__ import annotations

from detente.claims.result import Verdict

from ..charts.strip import strip
from ..document import Block, Bullets, Column, Details, Heading, Line, Paragraph, Piece, Row, Section, Span, Table
from ..explored import box_in_words, flip_in_words
from ..likelihood import likelihood
from ..results import Results
from ..words import NONE, in_words, listed, number, share, span
from .assumptions import cited

COLUMNS = (
    Column("Claim"),
    Column("Verdict"),
    Column("Share of futures", True),
    Column("From none to all"),
    Column("90 % interval", True),
    Column("Left to luck", True),
)

GRAPH_COLUMNS = (Column("Claim"), Column("Verdict"), Column("Orderings in which it is true", True))


def section(results: Results) -> Section | None:
    """The table of verdicts, then each claim on its own."""
    verdicts = results.judged.claims
    if not verdicts:
        return None
    found: list[Block] = []
    played = tuple(_row(results, one) for one in verdicts.values() if not one.variants)
    if played:
        caption = "The claims of the argument and their verdicts"
        found += [Paragraph(_how(results)), Table("claims", caption, COLUMNS, played, stacked=True, wide=True)]
    graph = tuple(_graph_row(results, one) for one in verdicts.values() if one.variants)
    if graph:
        caption = "Claims on the conflict graph, judged over orderings of preferences and not over futures"
        found.append(Table("graph-claims", caption, GRAPH_COLUMNS, graph, stacked=True))
    found.append(Heading("Each claim: its test, margin, rivals, and what it hangs on", "each-claim"))
    found += [_each(results, verdict) for verdict in verdicts.values()]
    return Section("claims", "The claims", tuple(found))


def _graph_row(results: Results, verdict: Verdict) -> Row:
    said = Span(results.claim(verdict.id), target=f"claim-{verdict.id}")
    count = f"{sum(verdict.variants.values())} of {len(verdict.variants)}"
    return Row((said, Span(verdict.verdict, "verdict"), count))


def _how(results: Results) -> Line:
    return (
        "A claim is judged within each future over its random histories. It ",
        Span("holds", "verdict"),
        " if that is so in 90 % of the futures or more, it ",
        Span("fails", "verdict"),
        " if in 10 % or fewer, else it ",
        Span("depends", "verdict"),
        " on which future is true. In futures left to luck, more histories could turn it.",
    )


def _row(results: Results, verdict: Verdict) -> Row:
    live = f"claim:{verdict.id}"
    return Row(
        (
            Span(results.claim(verdict.id), target=f"claim-{verdict.id}"),
            Span(verdict.verdict, "verdict", f"{live}:verdict"),
            Span(share(verdict.share), "strong", f"{live}:share"),
            strip(verdict.share, verdict.interval, verdict.verdict, f"{live}:strip"),
            Span(span(*verdict.interval), "interval", f"{live}:interval"),
            Span(share(verdict.unsettled) if verdict.share is not None else NONE, live=f"{live}:unsettled"),
        )
    )


def _each(results: Results, verdict: Verdict) -> Block:
    claim = results.case.claims[verdict.id]
    found: list[Block] = [Paragraph(("Tested as ", Span(" ".join(claim.says_text.split()), "code"), "."))]
    if verdict.variants:
        found.append(Paragraph(_variants(verdict)))
    else:
        found += [Paragraph(_standing(results, verdict)), Paragraph(_margin(verdict))]
    found += _hangs(results, verdict)
    explored = results.explored
    if verdict.id in explored.boxes:
        found.append(Paragraph(box_in_words(results, explored.boxes[verdict.id])))
    if verdict.id in explored.flips and verdict.share is not None:
        found.append(Paragraph(flip_in_words(results, explored.flips[verdict.id])))
    rivals = _rivals(results, verdict)
    found += [rivals] if rivals else []
    found += [Paragraph(("How to read it wrongly: ", Span(verdict.reading, "em")), "note")] if verdict.share else []
    note = ". ".join(p.rstrip(".") for p in (*(cited(results.case, ref) for ref in claim.sources), claim.note) if p)
    found += [Paragraph(f"{note}.", "note")] if note else []
    summary = (Span(verdict.verdict, "verdict", f"claim:{verdict.id}:verdict"), " ", results.claim(verdict.id))
    return Details(summary, tuple(found), f"claim-{verdict.id}")


def _variants(verdict: Verdict) -> str:
    true = [in_words(name) for name, holds in verdict.variants.items() if holds]
    false = [in_words(name) for name, holds in verdict.variants.items() if not holds]
    said = [f"true with the preferences {listed(true)}"] if true else []
    said += [f"false with {listed(false)}"] if false else []
    return f"{'; '.join(said)[:1].upper()}{'; '.join(said)[1:]}."


def _standing(results: Results, verdict: Verdict) -> Line:
    if verdict.share is None:
        return "No future says anything about it."
    if verdict.variants:
        return ("It holds in ", Span(verdict.in_variants, "strong"), ", the case's own and its variants.")
    level, why = results.confidence(verdict.id)
    return (
        f"In the futures of this case it is {likelihood(verdict.share)}: ",
        Span(share(verdict.share), "strong"),
        " ",
        Span(f"[{span(*verdict.interval)}]", "interval"),
        ". Confidence in the verdict is ",
        Span(level, "strong"),
        f", for {why}.",
    )


def _margin(verdict: Verdict) -> str:
    if verdict.variants:
        told = [f"{'holds' if holds else 'fails'} in {in_words(name)}" for name, holds in verdict.variants.items()]
        return f"It asks the conflict graph: it {', '.join(told)}."
    low, middle, high = (number(x) for x in (verdict.margin.q05, verdict.margin.q50, verdict.margin.q95))
    return (
        f"Its margin, above zero where it holds, is {middle} in the middle future and {low} to {high} in nine of ten."
    )


def _hangs(results: Results, verdict: Verdict) -> list[Block]:
    found = results.influences(verdict.id)[:4]
    if not found:
        return []
    lines = []
    for one in found:
        ends = ", ".join(f"{share(value)} {_where(what)}" for what, value in one.ends)
        lines.append(
            (
                Span(one.assumption, "code", target=f"assumption-{one.assumption}"),
                f": true in {ends}; explains {share(one.explained)} of the difference",
            )
        )
    return [Paragraph("What it hangs on most:"), Bullets(tuple(lines))]


def _where(end: str) -> str:
    return f"of futures in its {end}" if end.endswith("third") else f"if it {in_words(end)}"


def _rivals(results: Results, verdict: Verdict) -> Block | None:
    rows: list[Row] = []
    for name, rivals in verdict.rivals.items():
        known = [(rival, one) for rival, one in rivals.items() if one.verdict is not None]
        said: list[Piece] = []
        for rival, one in known:
            word = Span(one.verdict or "", "verdict")
            said += [f"{', ' if said else ''}{in_words(rival)} ", word, f" {share(one.share)}"]
        shares = [one.share or 0.0 for _, one in known] or [0.0]
        apart = max(shares) - min(shares)
        rows.append(Row((Span(name, "code", target=f"assumption-{name}"), tuple(said), share(apart))))
    columns = (Column("Dispute"), Column("Verdict under each rival, with its share"), Column("Apart", True))
    return Table(f"rivals-{verdict.id}", "The verdict under each rival", columns, tuple(rows)) if rows else None
