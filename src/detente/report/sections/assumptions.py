"""The assumptions: each with its range, status, source and note."""

from __future__ import annotations

from detente.language import case as c

from ..document import Column, Line, Row, Section, Span, Table
from ..results import Results
from ..words import in_words, listed, number, share

COLUMNS = (Column("Assumption"), Column("Range"), Column("Status"), Column("Source and reason"))


def section(results: Results) -> Section | None:
    """A row for each assumption."""
    if not results.case.assumptions:
        return None
    rows = tuple(_row(results, one) for one in results.case.assumptions.values())
    return Section("assumptions", "Assumptions", (Table("assumptions", "What nobody knows", COLUMNS, rows),))


def _row(results: Results, one: c.Assumption) -> Row:
    unit = "" if one.unit is None or one.unit.text == "1" else f" {one.unit.text}"
    name: Line = (Span(one.name, "code"), f" {one.label}") if one.label else Span(one.name, "code")
    source = "; ".join(said(results.case, ref) for ref in one.sources)
    return Row((name, range_of(one.distribution) + unit, one.status or "not said",
                ". ".join(part.rstrip(".") for part in (source, one.note) if part)), id=f"assumption-{one.name}")


def said(case: c.Case, ref: c.SourceRef) -> str:
    """A source as it is cited."""
    return f"{ref.source}, {ref.part}" if ref.part else ref.source


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
