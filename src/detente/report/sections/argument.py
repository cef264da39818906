"""The argument as a map, from premises to the conclusion, and whether each claim follows from what it is said to."""

from __future__ import annotations

from detente.claims.result import Verdict
from detente.explore.premises import READINGS, Argument, Counted

from ..charts.argument import Link, Node, argument_map
from ..document import Column, Figure, Paragraph, Row, Section, Span, Table
from ..results import Results
from ..words import NONE, count, listed, share, span

COLUMNS = (
    Column("Claim"),
    Column("Where its premises hold", True),
    Column("Where they do not", True),
    Column("Premises hold in", True),
    Column("Does it follow?"),
)


def section(results: Results) -> Section | None:
    """The map and the table; nothing if no claim rests on another."""
    case, names = results.case, tuple(results.judged.claims)
    links = tuple(
        Link(premise, name, against)
        for name in names
        for against, premises in ((False, case.claims[name].because), (True, case.claims[name].against))
        for premise in premises
        if premise in names
    )
    if not links:
        return None
    rows = tuple(_row(results, found) for name in names if (found := results.argued(name)) is not None)
    table = (
        (Table("follows", "Whether each claim follows from its premises", COLUMNS, rows, stacked=True),)
        if rows
        else ()
    )
    how = (
        "Lines run from a premise to what rests on it, dashed ones to what a claim contradicts. A conclusion "
        "that does as well where its premises fail is said to rest on nothing."
    )
    return Section("argument", "The argument", (Paragraph(how), _figure(results, links), *table))


def _figure(results: Results, links: tuple[Link, ...]) -> Figure:
    joined = {end for link in links for end in (link.start, link.end)}
    verdicts = results.judged.claims
    nodes = [
        Node(n, results.claim(n), verdicts[n].verdict, _shown(verdicts[n])) for n in verdicts if n in joined
    ]
    alone = [results.claim(name).rstrip(".") for name in verdicts if name not in joined]
    caption = f"Not in the map, since nothing rests on it and it on nothing: {listed(alone)}." if alone else ""
    said = (
        f"Map of {count(len(nodes), 'claim')} and {count(len(links), 'link')}; the table below says the same in words"
    )
    return Figure(
        "argument",
        "From premises to the conclusion",
        (argument_map(nodes, links, said),),
        caption,
        wide=True,
        broad=True,
        data=(
            ("premise", "claim", "kind"),
            *((link.start, link.end, "against" if link.against else "because") for link in links),
        ),
    )


def _shown(verdict: Verdict) -> str:
    if verdict.variants:
        return f"{sum(verdict.variants.values())} of {len(verdict.variants)} orderings"
    return share(verdict.share)


def _row(results: Results, argument: Argument) -> Row:
    found, live = argument.follows, f"follows:{argument.claim}"
    return Row(
        (
            Span(results.claim(argument.claim), target=f"claim-{argument.claim}"),
            Span(_part(found.within), live=f"{live}:within"),
            Span(_part(found.elsewhere), live=f"{live}:without"),
            Span(share(found.holds_in), live=f"{live}:share"),
            Span(READINGS[found.reading], live=f"{live}:reading"),
        )
    )


def _part(one: Counted | None) -> str:
    return NONE if one is None else f"{share(one.share)} [{span(*one.interval)}]"
