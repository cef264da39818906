"""The assumptions: each with its range, status, source and note."""

from __future__ import annotations

from collections.abc import Iterator

from detente.language import case as c

from ..document import Column, Line, Paragraph, Piece, Row, Section, Span, Table
from ..results import Results
from ..words import NONE, in_words, listed, number, share, unit

COLUMNS = (
    Column("Assumption"),
    Column("Range"),
    Column("Status"),
    Column("Source and reason"),
    Column("Influence", True),
)


def section(results: Results) -> Section | None:
    """A row for each assumption."""
    if not results.case.assumptions:
        return None
    weight = _weights(results)
    order = sorted(results.case.assumptions.values(), key=lambda one: -weight.get(one.name, 0.0))
    rows = tuple(_row(results, one, weight.get(one.name, 0.0)) for one in order)
    said = (
        "What nobody knows, with the range that somebody typed, what it rests on, and how much of the difference "
        "between futures in the conclusion it explains by itself; those that matter most stand first."
    )
    table = Table("assumptions", "The assumptions of the case", COLUMNS, rows, stacked=True, wide=True)
    return Section("assumptions", "Assumptions", (Paragraph(said), table))


def _weights(results: Results) -> dict[str, float]:
    if results.conclusion is None:
        return {}
    return {one.assumption: one.explained for one in results.influences(results.conclusion)}


def _row(results: Results, one: c.Assumption, weight: float) -> Row:
    told = unit(one.unit)
    name: Line = (Span(one.name, "code"), f" {one.label}") if one.label else Span(one.name, "code")
    reason = (*_sources(one), one.note)
    cells = (
        name,
        range_of(one.distribution) + told,
        one.status or "not said",
        reason,
        share(weight) if weight else NONE,
    )
    return Row(cells, id=f"assumption-{one.name}")


def _sources(one: c.Assumption) -> Iterator[Piece]:
    for ref in one.sources:
        yield Span(f"{ref.source}, {ref.part}" if ref.part else ref.source, target=f"source-{ref.source}")
        yield ". "


def cited(case: c.Case, ref: c.SourceRef) -> str:
    """A source as it is cited."""
    title = case.sources[ref.source].title if ref.source in case.sources else ref.source
    return f"{title}, {ref.part}" if ref.part else title


def range_of(it: c.Distribution) -> str:
    """A distribution in words."""
    match it:
        case c.Fixed(value=value):
            return f"{number(value)} (held fixed)"
        case c.Uniform(low=low, high=high):
            return f"{number(low)} to {number(high)}, evenly"
        case c.Triangular(low=low, mode=mode, high=high):
            return f"{number(low)} to {number(high)}, most likely {number(mode)}"
        case c.Normal(mean=mean, sd=sd):
            return f"normal, {number(mean)} ± {number(sd)}"
        case c.Lognormal(median=median, sd=sd):
            return f"lognormal, median {number(median)}, log ± {number(sd)}"
        case c.Beta(a=a, b=b):
            return f"beta({number(a)}, {number(b)}), mean {number(a / (a + b))}"
        case c.Gamma(shape=shape, rate=rate):
            return f"gamma({number(shape)}, {number(rate)}), mean {number(shape / rate)}"
        case c.OneOf(names=names, weights=weights):
            total = sum(weights) or 1.0
            each = (f"{in_words(n)} ({share(w / total)})" for n, w in zip(names, weights, strict=True))
            return f"rivals: {listed(tuple(each), 'or')}"
        case c.Mixture(parts=parts, weights=weights):
            total = sum(weights) or 1.0
            each = (f"{share(w / total)} {range_of(p)}" for p, w in zip(parts, weights, strict=True))
            return "pooled: " + "; ".join(each)
        case c.Truncated(of=of, low=low, high=high):
            return f"{range_of(of)}, cut to {number(low)} to {number(high)}"
