"""Pictures for `detente inspect --plot`: one curve or one set of bars, and the answer marked on it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

KINDS = (".svg", ".png", ".html")


def check_target(path: Path) -> None:
    """Refuse a file that cannot become a picture, before anything is computed."""
    if path.suffix.lower() not in KINDS:
        raise ValueError(f"--plot must name a file that ends in {', '.join(KINDS)}, not {path}")
    if not path.parent.is_dir():
        raise ValueError(f"--plot: there is no folder {path.parent}")


def curve(
    path: Path, x: tuple[str, Iterable[float]], y: tuple[str, Iterable[float]], answer: tuple[Any, Any] | None
) -> None:
    """A line through the points, and the answer as a dot."""
    import altair as alt

    (x_name, across), (y_name, up) = x, y
    axes = {"x": alt.X("x:Q", title=x_name), "y": alt.Y("y:Q", title=y_name)}
    points = _table([{"x": float(a), "y": float(b)} for a, b in zip(across, up, strict=True)])
    chart: Any = alt.Chart(points).mark_line().encode(**axes)
    if answer is not None:
        dot = _table([{"x": float(answer[0]), "y": float(answer[1])}])
        chart += alt.Chart(dot).mark_point(filled=True, size=80, color="black").encode(**axes)
    _save(chart, path)


def bars(path: Path, x: tuple[str, Iterable[str]], y: tuple[str, Iterable[float]]) -> None:
    """One bar for each name."""
    import altair as alt

    (x_name, names), (y_name, heights) = x, y
    points = _table([{"x": name, "y": float(height)} for name, height in zip(names, heights, strict=True)])
    chart = alt.Chart(points).mark_bar()
    _save(chart.encode(x=alt.X("x:N", title=x_name, sort=None), y=alt.Y("y:Q", title=y_name)), path)


def _table(points: list[dict[str, Any]]) -> Any:
    import altair as alt

    return alt.Data(values=points)  # type: ignore[no-untyped-call]


def _save(chart: Any, path: Path) -> None:
    try:
        chart.save(str(path))
    except OSError as problem:
        raise ValueError(f"--plot {path}: {problem.strerror or 'cannot be written'}") from None
