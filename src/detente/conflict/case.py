"""The conflict of a case: its section read fully, with what is wrong as problems that know their place.

`detente.language` keeps the section as it is written, its names and its shape checked. Here its statements are read,
and the conditions of claims on the graph; a mistake in either stands where the user wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator

from detente.language.case import Case
from detente.language.conflict import ConflictSection
from detente.language.problems import Place, Problem, Refused
from detente.language.tree import GraphTruth
from detente.language.walk import walk

from .explain import TAKEN
from .graph import Option
from .preferences import ConflictError
from .section import Section, read_section


def section_of(case: Case) -> Section:
    """The conflict of a case and its variants. Raises `Refused` with every mistake, or if the case has none."""
    if case.conflict is None:
        raise Refused((Problem("conflict_none", Place(next(iter(case.files), "")), {"case": case.name}),))
    section, problems = _read(case, case.conflict)
    if section is None:
        raise Refused(tuple(problems), case.files)
    return section


def problems_of(case: Case) -> tuple[Problem, ...]:
    """What is wrong with the conflict of a case and with the claims on it, and what is doubtful.

    Nothing for a case without one, or whose section has names or a shape that were refused already.
    """
    if case.conflict is None or not case.conflict.sound:
        return ()
    section, problems = _read(case, case.conflict)
    if section is None:
        return tuple(problems)
    return (*_doubts(section, case.conflict), *_of_claims(case, section))


def refusal(problem: ConflictError, place: Place) -> Problem:
    """A message of this package as a problem: what is wrong, and after the first semicolon the remedy."""
    what, _, remedy = problem.reason.partition("; ")
    return Problem("conflict_refused", place, {"what": what, "remedy": _sentence(remedy)})


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.?' else '.'}" if text else ""


def _read(case: Case, written: ConflictSection) -> tuple[Section | None, list[Problem]]:
    options = [Option(option.name, option.party, option.levels) for option in case.options.values()]
    labels = {
        **{name: party.label for name, party in case.parties.items() if party.label},
        **{name: option.label for name, option in case.options.items() if option.label and option.levels in TAKEN},
    }
    starts = {name: option.start for name, option in case.options.items()}
    section, problems = read_section(written.given, options, labels, starts=starts, title=case.title)
    return section, [refusal(one, written.place(one.path, one.column)) for one in problems]


def _doubts(section: Section, written: ConflictSection) -> Iterator[Problem]:
    """Statements that repeat, contradict or decide nothing; those of a variant only where they are its own."""
    for name, model in section.all.items():
        path = ("preferences",) if model is section.base else ("variants", name, "preferences")
        for party, preference in zip(model.parties, model.preferences, strict=True):
            if model is not section.base and preference in section.base.preferences:
                continue
            for text in preference.warnings:
                place = written.place((*path, party))
                yield Problem("conflict_doubt", place, {"what": text.replace("'", "`")}, "warning")


def _of_claims(case: Case, section: Section) -> Iterator[Problem]:
    said = [*(claim.says for claim in case.claims.values()), *(check.says for check in case.checks.values())]
    for node in walk(*said):
        if isinstance(node, GraphTruth):
            try:
                section.meets(node.condition)
            except ConflictError as problem:
                yield refusal(problem, _column(node.where, problem.column))


def _column(where: Place, column: int) -> Place:
    """A column of a condition, if its columns are those of the file."""
    if column < 1 or where.length == 1:
        return where
    return Place(where.file, where.line, where.column + column - 1, where.path)
