"""`detente conflict`: where a dispute would settle, and why, from a case, a `.gmcr` model or a plain graph."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.language.problems import Place, Problem, Refused

if TYPE_CHECKING:
    from .graph import Model
    from .solved import Solved

_WHY = "Why this state is stable or not: its number, or `us.talks=direct, dprk.tests=frozen` (else as at the start)."
_CONCEPTS = (
    "Only this concept (may be repeated): nash, gmr, smr, seq, sim, seq_or_sim, strong_gmr, strong_smr, strong_seq."
)
Name = Annotated[str, typer.Argument(metavar="CASE|FILE", help="A case, a .gmcr file, or a plain graph's JSON.")]
Why = Annotated[str | None, typer.Option("--why", metavar="STATE", help=_WHY)]
Concepts = Annotated[list[str] | None, typer.Option(help=_CONCEPTS)]


def command(
    case: Name,
    why: Why = None,
    party: Annotated[str | None, typer.Option(help="With --why: for this party; for each unless told.")] = None,
    concept: Concepts = None,
    graph: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw the states that matter.")] = None,
    table: Annotated[Path | None, typer.Option(metavar="FILE.svg|csv", help="Write options by states.")] = None,
    gmcr: Annotated[Path | None, typer.Option(metavar="FILE.gmcr", help="Write it for other programs.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    counts: Annotated[bool, typer.Option("--counts", help="With --json: how many states, not which.")] = False,
) -> None:
    """Say which outcomes of a conflict are stable for everyone, how they come about, and why."""
    from detente.cli import _mistakes

    with _mistakes(as_json), _refusing(case):
        _agree(why, party, as_json, counts)
        files = _targets(graph=graph, table=table, gmcr=gmcr)
        solved = _solved(case, concept)
        made = {path: _PICTURES[name, path.suffix.lower()](solved) for name, path in files.items()}
        for path, text in made.items():
            _write(path, text)
        if why is not None:
            _explain(solved, why, party, concept, as_json)
        elif as_json:
            print(json.dumps(solved.to_json(counts=counts), ensure_ascii=False, allow_nan=False))
        else:
            from .telling import told

            print(told(solved))


# --- what is asked -----------------------------------------------------------------------------------------------


def _agree(why: str | None, party: str | None, as_json: bool, counts: bool) -> None:
    if party is not None and why is None:
        _refuse("--party", "`--party` says for whom a state is looked at; say which with `--why STATE`")
    if counts and (not as_json or why is not None):
        _refuse("--counts", "`--counts` belongs to the numbers of `--json`; add `--json` and leave out `--why`")


def _targets(**files: Path | None) -> dict[str, Path]:
    """The files to write, of kinds that can be written."""
    found = {name: path for name, path in files.items() if path is not None}
    for name, path in found.items():
        known = [kind for of, kind in _PICTURES if of == name]
        if path.suffix.lower() not in known:
            _refuse(f"--{name}", f"{path} has an ending that is not known here; write {' or '.join(known)}")
        if not path.parent.is_dir():
            _refuse(f"--{name}", f"{path} cannot be written, for there is no folder {path.parent}; make it first")
    return found


def _solved(case: str, concepts: list[str] | None) -> Solved:
    from .files import ENDINGS, read_model
    from .solved import solve_case, solve_model

    if Path(case).suffix.lower() in ENDINGS:
        return solve_model(read_model(case), concepts, name=Path(case).stem)
    from detente.cli import _load

    return solve_case(_load(case), concepts)


@contextmanager
def _refusing(file: str) -> Iterator[None]:
    """A mistake that the conflict graph finds, as one of the file or of the option that it came from."""
    from .case import refusal
    from .preferences import ConflictError

    try:
        yield
    except ConflictError as problem:
        raise Refused((refusal(problem, Place(file)),)) from None


def _refuse(option: str, message: str) -> None:
    what, _, remedy = message.partition("; ")
    facts = {"what": what, "remedy": f"{remedy[:1].upper()}{remedy[1:]}."}
    raise Refused((Problem("conflict_refused", Place(option), facts),))


# --- why ---------------------------------------------------------------------------------------------------------


def _explain(solved: Solved, why: str, party: str | None, concepts: list[str] | None, as_json: bool) -> None:
    model = solved.model
    state = state_of(model, why)
    parties = range(len(model.parties)) if party is None else [model.party(party)]
    asked: Sequence[str] = solved.concepts if concepts or as_json else [solved.lead]
    if as_json:
        reasons = {model.parties[i]: _reasons(solved, state, i, asked) for i in parties}
        print(json.dumps({"state": state, "is": solved.describe(state), "parties": reasons}, ensure_ascii=False))
        return
    from .telling import told_verdicts, told_why

    print(told_why(solved, state, parties, asked))
    if len(solved.concepts) > 1 and len(asked) == 1:
        print(f"\n{told_verdicts(solved, state, parties)}")


def _reasons(solved: Solved, state: int, party: int, concepts: Sequence[str]) -> dict[str, Any]:
    from .pointwise import reason

    found = {}
    for concept in concepts:
        because = reason(solved.model, concept, party, state)
        found[concept] = {
            "stable": because.stable,
            "improvements": [
                {
                    "to": answer.move,
                    "deterred": answer.deterred,
                    "answer": [{"party": solved.model.parties[p], "to": s} for p, s in answer.steps or ()],
                }
                for answer in because.answers
            ],
        }
    return found


def state_of(model: Model, text: str) -> int:
    """The state that a number, a name or a list of levels means. Raises `ConflictError`."""
    from .graph import Conflict, PlainGraph
    from .preferences import ConflictError

    text = text.strip()
    if isinstance(model, PlainGraph) and text in model.names:
        return model.names.index(text)
    if text.isascii() and text.isdigit():
        state = int(text) if len(text) < 12 else -1
    elif isinstance(model, Conflict):
        state = _by_levels(model, text)
    else:
        known = ", ".join(model.state_name(s) for s in range(min(len(model.states), 12)))
        raise ConflictError(f"there is no state {text}; there are {known}")
    if not model.has(state):
        raise ConflictError(f"{text} is no feasible state; the feasible ones are in the table (`--table FILE.csv`)")
    return state


def _by_levels(model: Any, text: str) -> int:
    from .preferences import ConflictError

    start = model.space.levels(model.start) if model.start is not None else [0] * len(model.options)
    levels = list(start)
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, _, level = (word.strip() for word in part.replace("==", "=").partition("="))
        if name not in model.space.index:
            names = ", ".join(model.space.index)
            raise ConflictError(f"there is no option {name}; write OPTION=LEVEL, with the options {names}")
        i = model.space.index[name]
        known = model.options[i].levels
        if level not in known:
            raise ConflictError(f"{name} has no level {level or 'given'}; it has {', '.join(known)}")
        levels[i] = known.index(level)
    return int(model.space.number(levels))


# --- files -------------------------------------------------------------------------------------------------------


def _graph_svg(solved: Solved) -> str:
    from .pictures import graph_svg

    return graph_svg(solved.result)


def _table_svg(solved: Solved) -> str:
    from .pictures import table_svg

    return table_svg(solved.result)


def _table_csv(solved: Solved) -> str:
    from .output import table_csv

    return table_csv(solved.result)


def _gmcr(solved: Solved) -> str:
    from .gmcr import dumps
    from .graph import Conflict
    from .preferences import ConflictError

    if not isinstance(solved.model, Conflict):
        raise ConflictError(".gmcr files hold options by states; a plain graph has no options")
    return dumps(solved.model)


_PICTURES: dict[tuple[str, str], Callable[[Solved], str]] = {
    ("graph", ".svg"): _graph_svg, ("table", ".svg"): _table_svg, ("table", ".csv"): _table_csv,
    ("gmcr", ".gmcr"): _gmcr, ("gmcr", ".json"): _gmcr,
}  # fmt: skip


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        facts = {"file": str(path), "why": error.strerror or str(error)}
        raise Refused((Problem("file_unwritable", Place(), facts),)) from None
