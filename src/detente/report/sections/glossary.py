"""What the words mean: verdicts, and those for likelihood and confidence, which are kept apart."""

from __future__ import annotations

from ..document import Bullets, Column, Line, Paragraph, Row, Section, Span, Table
from ..likelihood import CONFIDENCE, LIKELIHOOD
from ..results import Results

WORDS = (
    ("future", "one draw of all assumptions from their ranges"),
    ("history, run", "one course of luck in one future under one strategy"),
    (
        "share",
        "how many of the drawn futures something is true in; its interval says how far another draw of as many "
        "futures would be off, nine times in ten",
    ),
    ("margin", "by how much a claim is true in a future, below zero where it is not"),
    ("left to luck", "futures in which even four times the histories did not settle a claim"),
    ("rival", "one of several mechanisms that experts dispute, drawn by weight"),
)


def section(results: Results) -> Section:
    """The words of this report."""
    rows = tuple(Row((word, numbers)) for _, word, numbers in LIKELIHOOD)
    table = Table(
        "likelihood",
        "Words of likelihood (as in Intelligence Community Directive 203), here of a share of futures",
        (Column("Word"), Column("Share")),
        rows,
    )
    levels: tuple[Line, ...] = tuple((Span(f"{level}: ", "strong"), f"{text}.") for level, text in CONFIDENCE.items())
    words: tuple[Line, ...] = tuple((Span(f"{word}: ", "strong"), f"{text}.") for word, text in WORDS)
    return Section(
        "words",
        "What the words mean",
        (
            Bullets(words),
            table,
            Paragraph(
                "Confidence says how far a verdict rests on what is disputed or unsettled. It is stated apart from "
                "likelihood: one can be confident that something is an even chance."
            ),
            Bullets(levels),
        ),
    )
