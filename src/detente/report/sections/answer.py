"""The question, and the answer in five sentences made from the results."""

from __future__ import annotations

from collections import Counter

from detente.explore.premises import READINGS

from ..document import Block, Bullets, Line, Paragraph, Piece, Section, Span
from ..likelihood import likelihood
from ..orders import order_shares
from ..results import Results
from ..words import count, in_words, listed, share, span
from . import strategies


def section(results: Results) -> Section | None:
    """The section; nothing without claims."""
    if results.conclusion is None:
        return None
    question = results.case.title or in_words(results.case.name)
    found: list[Block] = [Paragraph((Span("The question. ", "strong"), question), "lead")]
    if results.case.note:
        found.append(Paragraph(results.case.note, "note"))
    found += [
        Paragraph(Span("The answer", "strong"), "lead"),
        Bullets(tuple(sentence(results) for sentence in (_verdict, _hangs, _follows, _race, _choice)), numbered=True),
        Paragraph(_confidence(results), "note"),
    ]
    return Section("answer", "The question and the answer", tuple(found))


def _verdict(results: Results) -> Line:
    verdict = results.judged.claims[results.conclusion or ""]
    counts = Counter(v.verdict for v in results.judged.claims.values())
    tally = listed(
        [f"{counts[word]} {_verb(word, counts[word])}" for word in ("holds", "depends", "fails") if counts[word]]
    )
    of = f" (of all {count(len(results.judged.claims), 'claim')}, {tally})" if len(results.judged.claims) > 1 else ""
    if verdict.share is None:
        return f"No future says anything about the conclusion, “{results.claim(verdict.id)}”{of}."
    return (
        f"The conclusion, “{results.claim(verdict.id).rstrip('.')}”, ",
        Span(verdict.verdict, "verdict", f"claim:{verdict.id}:verdict"),
        ": it is true in ",
        Span(share(verdict.share), "strong", f"claim:{verdict.id}:share"),
        " ",
        Span(f"[{span(*verdict.interval)}]", "interval", f"claim:{verdict.id}:interval"),
        " of the futures of this case, ",
        Span(_article(likelihood(verdict.share)), live=f"claim:{verdict.id}:likelihood"),
        f"{of}.",
    )


def _article(word: str) -> str:
    return f"that is, {word}"


def _verb(word: str, n: int) -> str:
    return word if n == 1 else {"holds": "hold", "depends": "depend", "fails": "fail"}[word]


def _hangs(results: Results) -> Line:
    found = results.influences(results.conclusion or "")[:3]
    if not found:
        return "It does not hang on any one assumption by itself."
    parts: list[Piece] = ["It hangs most on "]
    for i, one in enumerate(found):
        parts += ["" if i == 0 else " and on " if i == len(found) - 1 else ", on "]
        ends = sorted(one.ends, key=lambda end: end[1])
        (low, least), (high, most) = ends[0], ends[-1]
        parts += [
            Span(one.assumption, "code", target=f"assumption-{one.assumption}"),
            f" (true in {share(least)} of futures {_where(low)}, in {share(most)} {_where(high)})",
        ]
    return (*parts, ".")


def _where(end: str) -> str:
    return f"in its {end}" if end.endswith("third") else f"if it {in_words(end)}"


def _follows(results: Results) -> Line:
    argument = results.argued(results.conclusion or "")
    if argument is None:
        return "It is argued for by no premises, so nothing can be said about what it follows from."
    found, n = argument.follows, len(argument.premises)
    if found.within is None or found.elsewhere is None:
        where = "in no future" if found.within is None else "in every future"
        premises = "Its premise holds" if n == 1 else f"Its {n} premises hold together"
        return f"{premises} {where}, so whether it follows cannot be told."
    where = "Where its premise holds" if n == 1 else f"Where all of its {n} premises hold"
    return (
        f"{where} ({share(found.holds_in)} of futures) it is true in "
        f"{share(found.within.share)} [{span(*found.within.interval)}], elsewhere in {share(found.elsewhere.share)} "
        f"[{span(*found.elsewhere.interval)}]: {READINGS[found.reading]}."
    )


def _race(results: Results) -> Line:
    found = order_shares(results)
    if not found:
        return "No two of its dates race each other."
    (a, b), rows = found[0]
    ranked = sorted(rows.items(), key=lambda item: item[1][0].share or 0.0)
    parts = []
    for name, (first, second, _, neither) in (ranked[0], ranked[-1])[: len(ranked)]:
        parts.append(
            f"under “{results.strategy(name)}” {in_words(a)} comes first in {share(first.share)} "
            f"[{span(*first.interval)}] of runs, {in_words(b)} in {share(second.share)} "
            f"[{span(*second.interval)}], neither in {share(neither.share)} "
            f"[{span(*neither.interval)}]"
        )
    return f"In the race, {'; '.join(parts)}."


def _choice(results: Results) -> Line:
    best = strategies.best_on(results)
    if not best:
        return "The case states no goals by which its strategies could be compared."
    counts = Counter(best.values())
    (name, most), *_ = counts.most_common()
    others = ", ".join(f"“{results.strategy(other)}” on {n}" for other, n in counts.most_common()[1:4])
    return (
        f"Of the strategies, “{results.strategy(name)}” does best on average on "
        f"{'the one goal' if len(best) == 1 else f'{most} of {len(best)} goals'}{f' ({others})' if others else ''}."
    )


def _confidence(results: Results) -> Line:
    verdict = results.judged.claims[results.conclusion or ""]
    level, why = results.confidence(verdict.id)
    said: Line = (
        "Confidence in that verdict is ",
        Span(level, "strong"),
        f": {why}. ",
        Span("What these words mean", target="words"),
        ".",
    )
    return said if verdict.share is not None else "Nothing is said, so no confidence is stated."
