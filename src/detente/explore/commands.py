"""`detente explore CASE|RUN`: what the conclusion hangs on, printed as sentences and short tables, or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from .exploration import Exploration, Found
    from .interest import Interest
    from .plans import Plan

MOST_LISTED = 6

What = Annotated[str, typer.Argument(metavar="CASE|RUN", help="A case, a bundled case, or a run folder.")]
Claim = Annotated[list[str] | None, typer.Option("--claim", help="Only these claims.")]
Futures = Annotated[int, typer.Option(min=8, max=10_000_000, help="Draws of the assumptions.")]
Runs = Annotated[int, typer.Option(min=1, max=1_000_000, help="Random histories in each future.")]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed of draws and luck.")]
Fix = Annotated[list[str] | None, typer.Option("--fix", metavar="NAME=VALUE", help="Hold something fixed.")]
Threads = Annotated[int | None, typer.Option(min=1, max=256, help="Threads; all cores unless told.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Map = Annotated[Path | None, typer.Option("--argdown", metavar="FILE", help="Write the map of claims as Argdown.")]
Picture = Annotated[Path | None, typer.Option("--picture", metavar="FILE", help="Write the map of claims as SVG.")]
Where = Annotated[
    list[str] | None,
    typer.Option(metavar="CONDITION", help="Also: where STRATEGY.MEASURE < NUMBER, or regret(STRATEGY) > NUMBER."),
]
PlanOf = Annotated[
    str | None,
    typer.Option("--plan", metavar="A,B,QUANTITY", help="Also: strategy A, then B once the quantity crosses a line."),
]


def command(
    context: typer.Context, what: What, claim: Claim = None, futures: Futures = 1024, runs: Runs = 32,
    seed: Seed = 1, fix: Fix = None, workers: Threads = None, where: Where = None, plan: PlanOf = None,
    argdown: Map = None, picture: Picture = None, as_json: AsJson = False,
) -> None:
    """Find what the conclusion hangs on, of a case that is played or of a stored run."""
    from detente.cli import _mistakes, _print_json, _progress

    with _mistakes(as_json):
        _refuse_unheard(context, what, bool(plan))
        with _progress("playing", quiet=as_json) as progress:
            found = _explored(what, claim, futures, runs, seed, fix, workers, progress)
            made = _plan(found, plan, futures, runs, seed, progress) if plan else None
        asked = [_interest(found, text) for text in where or ()]
        if argdown is not None:
            _write(argdown, _map(found))
        if picture is not None:
            _write(picture, _svg(found))
        if as_json:
            told = found.to_json()
            told |= {"plans": [made.to_json()]} if made else {}
            _print_json(told | ({"interest": [one.to_json() for one in asked]} if asked else {}))
        else:
            print("\n".join([*lines(found), *interest_lines(asked), *(["", *plan_lines(made)] if made else [])]))


def _refuse_unheard(context: typer.Context, what: str, plays: bool) -> None:
    """Refuse what would change nothing: a stored run has its counts, seed and settings; only plans are played."""
    from detente.language.problems import Place, Problem, Refused
    from detente.simulate.store import MANIFEST

    if not (Path(what) / MANIFEST).exists():
        return
    names = ("fix",) if plays else ("futures", "runs", "seed", "fix")
    told = [name for name in names if getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"]
    if told:
        raise Refused(tuple(Problem("explore_stored", Place(f"--{name}"), {"folder": what}) for name in told))


def _explored(
    what: str, claims: list[str] | None, futures: int, runs: int, seed: int, fix: list[str] | None,
    workers: int | None, progress: Any,
) -> Exploration:
    from detente.simulate.store import MANIFEST

    from .exploration import explore, explore_run

    if (Path(what) / MANIFEST).exists():
        found = explore_run(Path(what), claims=claims)
        _known(claims, tuple(found.case.claims))
        return found
    from detente.cli import _load, _playable, _settings

    case = _load(what)
    _playable(case, None)
    _known(claims, tuple(case.claims))
    return explore(case, futures=futures, runs=runs, seed=seed, settings=_settings(case, fix), claims=claims,
                   workers=workers, progress=progress)


def _known(claims: list[str] | None, known: tuple[str, ...]) -> None:
    from detente.language.problems import Place, Problem, Refused

    unknown = [name for name in claims or () if name not in known]
    if unknown:
        raise Refused(tuple(
            Problem("unknown_name", Place("--claim"), {"name": n, "kind": "claim", "known": known}) for n in unknown
        ))


def _plan(found: Exploration, text: str, futures: int, runs: int, seed: int, progress: Any) -> Plan:
    from detente.language.problems import Place, Problem, Refused

    from .plans import adaptive

    parts = [part.strip() for part in text.split(",")]
    case = found.case
    if len(parts) != 3 or not case.goals:
        raise Refused((Problem("plan_form", Place("--plan"), {"text": text}),))
    for name, known, kind in ((parts[0], case.strategies, "strategy"), (parts[1], case.strategies, "strategy"),
                              (parts[2], case.quantities, "quantity")):
        if name not in known:
            facts = {"name": name, "kind": kind, "known": tuple(known)}
            raise Refused((Problem("unknown_name", Place("--plan"), facts),))
    return adaptive(case, *parts, futures=min(futures, 1024), runs=runs, seed=seed, progress=progress)


def _interest(found: Exploration, text: str) -> Interest:
    from detente.language.problems import Place, Problem, Refused

    from .interest import interest

    assert found.frame is not None
    try:
        return interest(text, found.table, found.frame, found.case)
    except ValueError as error:
        raise Refused((Problem("where_form", Place("--where"), {"text": text, "why": str(error)}),)) from None


def _map(found: Exploration) -> str:
    from .argdown import argdown

    arguments = {name: one.argument for name, one in found.claims.items() if one.argument}
    return argdown(found.case, {name: one.verdict for name, one in found.claims.items()}, arguments)


def _svg(found: Exploration) -> str:
    from .picture import picture

    return picture(found.case, {name: one.verdict for name, one in found.claims.items()})


def _write(path: Path, text: str) -> None:
    from detente.language.problems import Place, Problem, Refused
    from detente.simulate.store_files import write_whole

    try:
        write_whole(path, text.encode("utf-8"))
    except OSError as error:
        facts = {"file": str(path), "folder": str(path.parent), "why": error.strerror or str(error)}
        raise Refused((Problem("file_unwritable", Place(), facts),)) from None


# --- in words ----------------------------------------------------------------------------------------------------


def lines(found: Exploration) -> list[str]:
    """Everything, for a terminal."""
    said = [f"{found.case.title or found.case.name}",
            f"{len(found.table):,} futures x {found.runs} runs, seed {found.seed}", ""]
    for name, one in found.claims.items():
        said += [*_claim(found, name, one), ""]
    return said + _strategies(found)


def _claim(found: Exploration, name: str, one: Found) -> list[str]:
    share = "" if one.verdict.share is None else f" ({one.verdict.share:.0%} of futures)"
    said = [f"{name}: {one.verdict.verdict}{share}"]
    if name not in found.table.claims:
        return [*said, f"  {one.why}"]
    said += [f"  {found.sentence(name, box)}" for box in one.boxes] or ["  No box of assumptions sets it apart."]
    leaf = next((leaf for leaf in one.leaves if leaf.limits), None)
    if leaf:
        said.append(f"  A tree says: {found.sentence(name, leaf)}")
    if one.shapley:
        top = sorted(one.shapley, key=lambda a: -one.shapley[a].value)[:MOST_LISTED]
        parts = [f"{a} {one.shapley[a].value:.0%}" for a in top if one.shapley[a].value >= 0.01]
        whole = "" if one.explained is None else f"; all together {one.explained:.0%}"
        said.append(f"  Variance of the margin explained (Shapley): {', '.join(parts) or 'nothing'}{whole}")
    said.append(f"  {_flip(one)}")
    if one.argument:
        said.append(f"  {one.argument.said}")
    if found.ranges and name in found.table.claims:
        at = [f"{factor}: {verdicts[name].verdict}" for factor, verdicts in found.ranges.items()]
        said.append(f"  With every range {', '.join(at)}")
    return said


def _flip(one: Found) -> str:
    turn = one.flip
    if turn.entropy is None:
        return "No reweighting of these futures turns it: all say the same."
    parts = []
    for name in sorted(turn.moved, key=lambda a: -abs(turn.moved[a]))[:3]:
        before, after = turn.shift[name]
        if isinstance(before, float) and isinstance(after, float):
            parts.append(f"{name} {before:.3g} -> {after:.3g}")
        elif not isinstance(before, float) and not isinstance(after, float):
            most = max(after, key=lambda rival: after[rival] - before[rival])
            parts.append(f"{name} {most} {before[most]:.0%} -> {after[most]:.0%}")
    return f"It turns to {turn.becomes} if one believes (means): {', '.join(parts)} (entropy {turn.entropy:.3g})"


def _strategies(found: Exploration) -> list[str]:
    from .exploration import NO_GOALS

    compared = found.strategies
    if compared is None:
        return [NO_GOALS]
    choice = compared.choice
    said = [f"Strategies, by {choice.goal}:"]
    for name, one in compared.standings.items():
        goal = choice.goal
        by = f"; dominated by {', '.join(one.dominated_by)}" if one.dominated_by else ""
        said.append(f"  {name:20} regret {one.regret[goal]:.3g}, worst {one.worst_regret[goal]:.3g}; "
                    f"worst decile {one.worst_decile[goal]:.3g}{by}")
    said.append(f"  Choose {choice.expected} by the mean, {choice.minimax_regret} by minimax regret, "
                f"{choice.satisficing} to reach {choice.aspiration:.3g} in most futures.")
    said.append(f"  No other beats in every goal: {', '.join(compared.pareto)}")
    return said + _information(found)


def _information(found: Exploration) -> list[str]:
    worth = found.information
    if worth is None:
        return []
    top = [f"{name} {value:.3g}" for name, value in worth.each.items() if value > 0][:MOST_LISTED]
    said = [f"  Knowing beforehand would be worth (in {worth.goal}): {', '.join(top) or 'nothing, any of them'}; "
            f"everything at most {worth.everything:.3g}"]
    for name, ends in list(worth.flips.items())[:MOST_LISTED]:
        said.append(f"  {name} flips the choice: {', '.join(f'{end}: {s}' for end, s in ends.items())}")
    return said


def interest_lines(asked: list[Interest]) -> list[str]:
    """Other cases of interest in words."""
    said = []
    for one in asked:
        said += ["", f"{one.text}: in {one.share:.0%} of futures"]
        said += [f"  {one.sentence(box)}" for box in one.boxes] or ["  No box of assumptions sets them apart."]
    return said


def plan_lines(plan: Plan) -> list[str]:
    """An adaptive plan in words."""
    low, high = plan.interval
    means = ", ".join(f"{name} {value:.3g}" for name, value in plan.means.items())
    return [
        f"Plan: {plan.first}, and {plan.then} while {plan.signpost} is {plan.beyond} {plan.line:.3g}",
        f"  On the futures that were not searched: {means} ({plan.goal}); gain {plan.gain:.3g} "
        f"[{low:.3g}, {high:.3g}]; it seemed to be {plan.searched:.3g} on those that were.",
    ]
