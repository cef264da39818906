"""The functions of the Python interface; each takes a case, a path, or the name of a bundled case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from detente import bundled
from detente.claims.result import CheckResult, Verdict
from detente.claims.run import Judged
from detente.claims.run import check as _check
from detente.claims.run import judge as _play_and_judge
from detente.further import further
from detente.language.case import Case, Setting
from detente.language.load import load as _load
from detente.language.settings import read_setting
from detente.report.notebook import register as _show_in_notebooks
from detente.report.story import Story
from detente.report.story import tell as _tell

_show_in_notebooks()
AnyCase = Case | str | Path


def load(case: AnyCase) -> Case:
    """A case from a file, from the folder of one, or by the name of a bundled case. Raises `Refused`."""
    return case if isinstance(case, Case) else _load(bundled.find(str(case)), further=further)


def run(
    case: AnyCase, *, futures: int = 1024, runs: int = 32, seed: int = 1, strategies: Sequence[str] | None = None,
    fix: Mapping[str, float | str] | None = None, workers: int | None = None,
) -> Judged:
    """Play every strategy through `futures` draws of the assumptions, `runs` random histories in each, and judge.

    `fix` holds assumptions, quantities or options at a value (own unit, or the name of a rival or level). The
    result depends on case, seed and counts alone. Raises `Refused`, naming what is wrong and where, and ValueError
    for counts below 1 or a strategy that the case does not have.
    """
    loaded = load(case)
    if futures < 1 or runs < 1:
        raise ValueError(f"futures and runs are positive whole numbers, not {futures} and {runs}")
    if not loaded.strategies:
        raise ValueError(f"{loaded.name} has no strategies, so there is nothing to play")
    unknown = [name for name in strategies or () if name not in loaded.strategies]
    if unknown:
        raise ValueError(f"{loaded.name} has no strategy {unknown[0]!r}; it has {', '.join(loaded.strategies)}")
    return _play_and_judge(
        loaded, futures=futures, runs=runs, seed=seed, strategies=strategies, settings=_settings(loaded, fix),
        workers=workers,
    )


def judge(case: AnyCase, **options: Any) -> Mapping[str, Verdict]:
    """The verdicts alone; options as for `run`."""
    return run(case, **options).claims


def check(case: AnyCase, *, seed: int = 1) -> tuple[CheckResult, ...]:
    """The results of the case's own checks."""
    return _check(load(case), seed=seed)


def tell(
    case: AnyCase, strategy: str | None = None, *, future: int = 0, run: int = 0, seed: int = 1,
    fix: Mapping[str, float | str] | None = None,
) -> Story:
    """One run of the ensemble, step by step: moves, events, changes and the terms that made them."""
    loaded = load(case)
    chosen = strategy or next(iter(loaded.strategies))
    return _tell(loaded, chosen, future, run, seed=seed, settings=_settings(loaded, fix))


def _settings(case: Case, fix: Mapping[str, float | str] | None) -> tuple[Setting, ...]:
    return tuple(read_setting(case, f"{name}={value}") for name, value in (fix or {}).items())
