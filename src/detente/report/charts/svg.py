"""Elements of SVG as escaped text, and the scales that place numbers on them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from detente.language.records import dataclass


def element(name: str, content: str = "", /, **attributes: object) -> Markup:
    """An element; `class_` and the like lose the underscore at the end, inner ones become hyphens. Escapes."""
    said = "".join(
        f' {_NAMES.get(key) or _name(key)}="{_said(value)}"' for key, value in attributes.items()
        if value is not None and value != ""
    )
    return Markup(f"<{name}{said}>{escape(content)}</{name}>")


_NAMES: dict[str, str] = {}


def _name(key: str) -> str:
    """An attribute's name as it is written, remembered."""
    return _NAMES.setdefault(key, key.rstrip("_").replace("_", "-"))


def joined(parts: Iterable[Markup]) -> Markup:
    """Elements one after another."""
    return Markup("".join(parts))


def text(said: str, x: float, y: float, class_: str = "", anchor: str = "", title: str = "") -> Markup:
    """A line of text, with a fuller `title` where it was cut."""
    body = escape(said) if not title or title == said else Markup("<title>{}</title>{}").format(title, said)
    return element("text", body, x=x, y=y, class_=class_, text_anchor=anchor)


def _said(value: object) -> str:
    return fixed(value) if isinstance(value, float) else str(value) if isinstance(value, int) else escape(value)


def fixed(value: float) -> str:
    """A coordinate with one decimal, shortest form."""
    return f"{value:.1f}".removesuffix(".0")


def path(points: Sequence[tuple[float, float]], close: bool = False) -> str:
    """The `d` of a line through points."""
    if not points:
        return ""
    return "M" + "L".join(f"{fixed(x)} {fixed(y)}" for x, y in points) + ("Z" if close else "")


def bend(x0: float, y0: float, x1: float, y1: float, out: float, into: float) -> str:
    """The `d` of a curve that leaves and arrives level, by way of the places `out` and `into`."""
    x0, y0, x1, y1, out, into = map(fixed, (x0, y0, x1, y1, out, into))  # type: ignore[assignment]
    return f"M{x0} {y0}C{out} {y0} {into} {y1} {x1} {y1}"


def area(xs: Sequence[float], upper: Sequence[float], lower: Sequence[float]) -> str:
    """The `d` of the area between two lines."""
    there = list(zip(xs, upper, strict=True))
    back = list(zip(reversed(xs), reversed(lower), strict=True))
    return path([*there, *back], close=True)


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers `low` to `high` placed from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a number stands; beyond the ends it stands on them."""
        part = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.start + min(max(part, 0.0), 1.0) * (self.end - self.start)


def ticks(low: float, high: float, most: int = 4) -> list[float]:
    """Round numbers within low and high, at most about `most` steps apart."""
    if not high > low or not math.isfinite(high - low):
        return [low]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)]
