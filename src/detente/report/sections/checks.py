"""The checks that the model passed: statements that must hold under stated settings, or it is wrong."""

from __future__ import annotations

from detente.claims.result import CheckResult
from detente.report.terminal import clipping

from ..document import Block, Column, Paragraph, Row, Section, Span, Table
from ..results import Results
from ..words import count, in_words, number


def section(results: Results) -> Section | None:
    """The checks, and the quantities that live on their bounds."""
    if not results.case.checks:
        return None
    found: list[Block] = [Paragraph(_said(results))]
    if results.checks:
        columns = (Column("Check"), Column("Result"), Column("What must hold"), Column("Worst future"))
        rows = tuple(_row(one) for one in results.checks)
        found.append(Table("checks", "The case's own checks", columns, rows, stacked=True))
    found += [Paragraph(line, "note") for line in clipping(results.judged.clipped)]
    return Section("checks", "Checks", tuple(found))


def _said(results: Results) -> str:
    if results.checks is None:
        return f"The case has {count(len(results.case.checks), 'check')}; they were not run for this report."
    passed = sum(one.holds for one in results.checks)
    return (
        f"{passed} of the case's {count(len(results.checks), 'own check')} hold, each in 64 futures of 64 histories "
        "with something held fixed: an extreme at which the answer is known beforehand."
    )


def _row(one: CheckResult) -> Row:
    word = "holds" if one.holds else "fails"
    worst = (
        ""
        if one.worst is None
        else "; ".join(
            f"{name} {value if isinstance(value, str) else number(value)}"
            for name, value in one.worst.assumptions.items()
        )
    )
    return Row(
        (
            in_words(one.id),
            Span(word, "verdict"),
            Span(" ".join(one.says.split()), "code"),
            f"number {one.worst.future}: {worst}" if one.worst else "none fails",
        )
    )
