"""Tables for a terminal: verdicts, checks, warnings of what the bounds held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from detente.claims.result import CheckResult, Verdict
from detente.claims.run import Judged

from .words import count

_STYLE = {"holds": "green", "fails": "red", "depends": "yellow"}
CLIPPED_TOO_OFTEN = 0.05


def verdicts(judged: Judged, console: Console) -> None:
    """The claims with verdict, share and interval, and what would be a wrong reading."""
    case = judged.case
    counts = " x ".join((
        count(judged.futures, "future"), count(judged.runs, "run"),
        count(len(judged.strategies), "strategy", "strategies"),
    ))
    console.print(f"[bold]{escape(case.title or case.name)}[/]\n{counts}, seed {judged.seed}", highlight=False)
    if judged.claims:
        console.print(_table(judged))
        console.print(_footnote(judged), style="dim", highlight=False)
    if left := [name for name in case.claims if name not in judged.claims]:
        console.print(f"Not judged, for want of a strategy: {escape(', '.join(left))}.", highlight=False)
    if not case.claims:
        console.print("The case makes no claims.", highlight=False)
    for line in clipping(judged.clipped):
        console.print(f"[yellow]{escape(line)}[/]", highlight=False)


def _table(judged: Judged) -> Table:
    table = Table(box=None, pad_edge=False, expand=False)
    for name, options in (
        ("claim", {"overflow": "fold"}), ("verdict", {}), ("share", {"justify": "right"}),
        ("90 % interval", {"justify": "right"}), ("read it with care", {"overflow": "fold"}),
    ):
        table.add_column(name, **options)  # type: ignore[arg-type]
    for verdict in judged.claims.values():
        table.add_row(*_row(verdict))
    return table


def _row(verdict: Verdict) -> tuple[str, ...]:
    style = _STYLE[verdict.verdict]
    name = escape(verdict.id)
    if verdict.share is None:
        return name, f"[{style}]{verdict.verdict}[/]", "-", "-", "its condition never happens"
    low, high = verdict.interval
    if verdict.variants:
        return name, f"[{style}]{verdict.verdict}[/]", f"{verdict.share:.0%}", "-", _care(verdict)
    return (
        name, f"[{style}]{verdict.verdict}[/]", f"{verdict.share:.0%}", f"{low:.0%} .. {high:.0%}", _care(verdict)
    )


def _care(verdict: Verdict) -> str:
    said = [
        (verdict.unsettled, "{:.0%} left to luck"), (verdict.left_out, "{:.0%} left out"),
        (verdict.by_default or 0.0, "{:.0%} by default"),
    ]
    notes = [text.format(value) for value, text in said if value >= 0.005]
    if verdict.variants:
        without = [variant for variant, holds in verdict.variants.items() if not holds]
        where = f", not in {', '.join(without)}" if 0 < len(without) < len(verdict.variants) else ""
        notes.append(f"{sum(verdict.variants.values())} of {len(verdict.variants)} orderings{where}")
    for name, rivals in verdict.rivals.items():
        if len({one.verdict for one in rivals.values() if one.verdict}) > 1:
            each = ", ".join(f"{rival} {one.share:.0%}" for rival, one in rivals.items() if one.share is not None)
            notes.append(f"{name}: {each}")
    return escape("; ".join(notes))


def _footnote(judged: Judged) -> str:
    if judged.claims and next(iter(judged.claims.values())).luck_only:
        return "The case has no uncertain assumptions: its futures differ by luck alone."
    said = (
        "A share says in how many of the futures drawn from ranges that somebody typed a claim holds (holds: 90 % or "
        "more, fails: 10 % or fewer). It is not a probability. Left to luck: more runs could turn it. Left out: its "
        "condition never happened. By default: it holds only because neither event of a `before` happened."
    )
    if any(verdict.variants for verdict in judged.claims.values()):
        said += " Orderings: the claim asks the conflict graph, as stated and in its variants, not the futures."
    return said


def clipping(clipped: Mapping[str, Mapping[str, float]]) -> Iterable[str]:
    """A line for each quantity that its bounds hold too often: a broken equation."""
    worst: dict[str, tuple[float, str]] = {}
    for strategy, shares in clipped.items():
        for name, share in shares.items():
            if share > max(CLIPPED_TOO_OFTEN, worst.get(name, (0.0, ""))[0]):
                worst[name] = (share, strategy)
    for name, (share, strategy) in worst.items():
        yield f"`{name}` is held at its bounds in {share:.0%} of steps under {strategy}: look at its equation."


def checks(results: Sequence[CheckResult], console: Console) -> None:
    """Each check, and the worst future of those that fail."""
    for result in results:
        mark = "[green]holds[/]" if result.holds else "[red]fails[/]"
        console.print(f"{mark}  {escape(result.id)}: {escape(result.says)}", highlight=False)
        if failing := [name for name, holds in result.variants.items() if not holds]:
            console.print(f"       not in {escape(', '.join(failing))}", highlight=False, style="dim")
        if not result.holds and result.worst:
            worst = ", ".join(f"{n} = {v if isinstance(v, str) else f'{v:.6g}'}"
                              for n, v in result.worst.assumptions.items())
            console.print(
                f"       in {result.failing} of {result.futures} futures; worst: future {result.worst.future}, "
                f"margin {result.worst.margin:.4g}; {escape(worst)}", highlight=False, style="dim",
            )
