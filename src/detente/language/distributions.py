"""The section `assumptions`: how a distribution is written, and what would be no distribution.

One table gives each shape its key, its parameters and what must hold of them; truncation and mixtures are built
on top. Numbers stay in the assumption's own unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from .case import (
    Assumption,
    Beta,
    Correlation,
    Distribution,
    Fixed,
    Gamma,
    Lognormal,
    Mixture,
    Normal,
    OneOf,
    Source,
    Status,
    Triangular,
    Truncated,
    Uniform,
)
from .fields import (
    LARGEST,
    Fields,
    any_number_of,
    entries_of,
    found,
    good_name,
    key_place,
    list_of,
    name_of,
    number_of,
    numbers_of,
    table_of,
    unit_of,
)
from .header import read_source_refs
from .nodes import List, Node, Table, Text
from .problems import Place, Problems
from .records import dataclass

STATUSES: tuple[Status, ...] = ("measured", "estimated", "judged")
MAX_PARTS = 64
MAX_RIVALS = 32
MAX_CORRELATED = 100
LEAST_SHAPE, MOST_SHAPE = 1e-3, 1e6  # of beta and gamma; the inverses are slow or of no use beyond
_FARTHEST = 9.0  # standard deviations: no draw lies farther out


@dataclass(frozen=True, slots=True)
class Shape:
    """A distribution given as a list of parameters. `rules` are what must hold, with the code if it does not."""

    parameters: tuple[str, ...]
    make: Callable[..., Distribution]
    rules: tuple[tuple[Callable[..., bool], str], ...] = ()


SHAPES: dict[str, Shape] = {
    "uniform": Shape(("low", "high"), Uniform, ((lambda low, high: low < high, "low_not_below_high"),)),
    "normal": Shape(("mean", "sd"), Normal, ((lambda mean, sd: sd > 0, "sd_not_positive"),)),
    "lognormal": Shape(
        ("median", "sd of the log"),
        Lognormal,
        ((lambda median, sd: median > 0, "median_not_positive"), (lambda median, sd: sd > 0, "sd_not_positive")),
    ),
    "beta": Shape(
        ("a", "b"),
        Beta,
        (
            (lambda a, b: a > 0 and b > 0, "shape_not_positive"),
            (lambda a, b: _can_be_shape(a) and _can_be_shape(b), "shape_outside"),
        ),
    ),
    "gamma": Shape(
        ("shape", "rate"),
        Gamma,
        (
            (lambda shape, rate: shape > 0 and rate > 0, "shape_not_positive"),
            (lambda shape, rate: _can_be_shape(shape), "shape_outside"),
        ),
    ),
}
_CORNERS = ("low", "mode", "high")
_KINDS = ("fixed", *SHAPES, *_CORNERS, "one_of", "mixture", "fit")
ASSUMPTION_KEYS = (*_KINDS, "within", "unit", "status", "source", "note", "label")
PART_KEYS = (*(kind for kind in _KINDS if kind not in ("one_of", "mixture", "fit")), "within", "weight")


def _can_be_shape(number: float) -> bool:
    return LEAST_SHAPE <= number <= MOST_SHAPE


def read_assumptions(
    section: Table, sources: Mapping[str, Source], problems: Problems
) -> dict[str, Assumption | None]:
    """Every assumption by name; None for one that is declared but cannot be used."""
    return {
        name: _assumption(name, node, place, sources, problems) for name, node, place in entries_of(section, problems)
    }


def _assumption(
    name: str, node: Node, place: Place, known: Mapping[str, Source], problems: Problems
) -> Assumption | None:
    if isinstance(node, Text) and node.number is not None:
        problems.add("bare_number", node.place, name=name, number=node.text)
        return None
    table = table_of(node, problems)
    if table is None:
        return None
    fields = Fields(table, ASSUMPTION_KEYS, "an assumption", problems)
    distribution = read_distribution(fields, problems)
    unit = fields.read("unit", unit_of)
    if unit and isinstance(distribution, OneOf):
        problems.add("rivals_with_unit", fields.key_place("unit"), name=name)
    status: Status | None = fields.read("status", _status)
    sources = read_source_refs(fields, known, problems)
    note, label = fields.text("note"), fields.text("label")
    if distribution is None:
        return None
    return Assumption(name, distribution, unit, status, sources, note, label, place=place)


def _status(node: Node, problems: Problems) -> Status | None:
    for status in STATUSES:
        if isinstance(node, Text) and node.text == status:
            return status
    problems.add(
        "unknown_status", node.place, name=node.text if isinstance(node, Text) else found(node), known=STATUSES
    )
    return None


def read_distribution(fields: Fields, problems: Problems) -> Distribution | None:
    """The distribution that an entry gives by exactly one of the keys for it, truncated by `within`."""
    if fields.has("fit"):
        problems.add("not_yet", fields.key_place("fit"), what="`fit:`")
        return None
    given = [kind for kind in _KINDS if fields.has(kind) and kind not in _CORNERS]
    if any(fields.has(corner) for corner in _CORNERS):
        given.append("low, mode, high")
    if len(given) != 1:
        code = "two_distributions" if given else "no_distribution"
        problems.add(code, fields.place, given=" and ".join(f"`{kind}`" for kind in given))
        return None
    distribution = _untruncated(given[0], fields, problems)
    within = fields.get("within")
    if distribution is None:
        return None
    if within is not None:
        return _truncated(distribution, within, problems)
    if _reach(distribution) > LARGEST:
        node = fields.table.items[given[0]]
        numbers = ", ".join(_show(x) for x in numbers_of(node, problems) or ())
        problems.add("reaches_too_far", node.place, written=f"{given[0]}: [{numbers}]")
        return None
    return distribution


def _reach(distribution: Distribution) -> float:
    """What no draw of a lognormal or gamma exceeds, generously; 0 for others."""
    match distribution:
        case Lognormal(median=median, sd=sd):
            farthest = math.log(median) + _FARTHEST * sd
            return math.exp(farthest) if farthest < 700 else math.inf
        case Gamma(shape=shape, rate=rate):
            return (10 * shape + 100) / rate if rate > 1e-200 else math.inf
    return 0.0


def _untruncated(kind: str, fields: Fields, problems: Problems) -> Distribution | None:
    if kind == "low, mode, high":
        return _triangular(fields, problems)
    node = fields.get(kind)
    assert node is not None
    if kind == "fixed":
        value = number_of(node, problems)
        return None if value is None else Fixed(value)
    if kind == "one_of":
        return _rivals(node, problems)
    if kind == "mixture":
        return _mixture(node, problems)
    return _shape(kind, node, problems)


def _shape(kind: str, node: Node, problems: Problems) -> Distribution | None:
    shape = SHAPES[kind]
    values = numbers_of(node, problems)
    if values is None:
        return None
    if len(values) != len(shape.parameters):
        problems.add(
            "wrong_parameters",
            node.place,
            kind=kind,
            count=len(values),
            expected=len(shape.parameters),
            needs=", ".join(shape.parameters),
        )
        return None
    for holds, code in shape.rules:
        if not holds(*values):
            facts = {"low": _show(values[0]), "high": _show(values[1])}
            facts |= {"written": f"{kind}: [{facts['low']}, {facts['high']}]"}
            bounds = {"least": LEAST_SHAPE, "most": f"{MOST_SHAPE:,.0f}"}
            problems.add(code, node.place, kind=kind, **facts, **bounds)
            return None
    return shape.make(*values)


def _triangular(fields: Fields, problems: Problems) -> Distribution | None:
    missing = [corner for corner in _CORNERS if not fields.has(corner)]
    if missing:
        problems.add("corner_missing", fields.place, missing=" and ".join(f"`{corner}`" for corner in missing))
        return None
    low, mode, high = (fields.read(corner, number_of) for corner in _CORNERS)
    if low is None or mode is None or high is None:
        return None
    shown = {"low": _show(low), "mode": _show(mode), "high": _show(high)}
    if not low < high:
        problems.add("low_not_below_high", fields.key_place("low"), kind="triangular", **shown)
    elif not low <= mode <= high:
        problems.add("mode_outside", fields.key_place("mode"), **shown)
    else:
        return Triangular(low, mode, high)
    return None


def _rivals(node: Node, problems: Problems) -> Distribution | None:
    """`{tames: 1, hardens: 1}`."""
    if isinstance(node, List):
        problems.add("rivals_as_list", node.place)
        return None
    table = table_of(node, problems)
    if table is None:
        return None
    names, weights = [], []
    for name, child in table.items.items():
        place = key_place(table, name)
        weight = _weight(child, problems)
        if good_name(name, place, problems) and weight is not None:
            names.append(name)
            weights.append(weight)
    if len(names) != len(table):
        return None
    if not 2 <= len(names) <= MAX_RIVALS:
        problems.add("rival_count", table.place, count=len(names), most=MAX_RIVALS)
        return None
    return OneOf(tuple(names), tuple(weights)) if _some_weight(weights, table, problems) else None


def _weight(node: Node, problems: Problems) -> float | None:
    weight = number_of(node, problems)
    if weight is not None and weight < 0:
        problems.add("weight_negative", node.place, weight=_show(weight))
        return None
    return weight


def _some_weight(weights: list[float], node: Node, problems: Problems) -> bool:
    total = sum(weights)
    if not total > 0 or not math.isfinite(total):
        problems.add("weights_sum", node.place)
        return False
    return True


def _mixture(node: Node, problems: Problems) -> Distribution | None:
    """`[{uniform: [3, 12]}, {uniform: [12, 36], weight: 2}]`."""
    items = list_of(node, problems)
    if items is None:
        return None
    if not 2 <= len(items) <= MAX_PARTS:
        problems.add("part_count", node.place, count=len(items), most=MAX_PARTS)
        return None
    parts, weights = [], []
    for item in items:
        table = table_of(item, problems)
        if table is None:
            continue
        fields = Fields(table, PART_KEYS, "a part of a mixture", problems)
        part = read_distribution(fields, problems)
        weight = fields.read("weight", _weight) if fields.has("weight") else 1.0
        if part is not None and weight is not None:
            parts.append(part)
            weights.append(weight)
    if len(parts) != len(items) or not _some_weight(weights, node, problems):
        return None
    return Mixture(tuple(parts), tuple(weights))


# --- truncation ----------------------------------------------------------------------------------------------


def read_bounds(node: Node, problems: Problems) -> tuple[float, float] | None:
    """`[low, high]` with low below high; one end may be `-.inf` or `.inf`."""
    items = list_of(node, problems)
    if items is None:
        return None
    if len(items) != 2:
        problems.add("bounds_count", node.place, count=len(items))
        return None
    low, high = (any_number_of(item, problems) for item in items)
    if low is None or high is None:
        return None
    if not low < high or low == math.inf or high == -math.inf:
        problems.add("bounds_order", node.place, low=_show(low), high=_show(high))
        return None
    return low, high


def _truncated(distribution: Distribution, node: Node, problems: Problems) -> Distribution | None:
    if isinstance(distribution, OneOf | Fixed):
        problems.add(
            "within_of_point", node.place, what="rivals" if isinstance(distribution, OneOf) else "a fixed value"
        )
        return None
    bounds = read_bounds(node, problems)
    if bounds is None:
        return None
    low, high = bounds
    left = mass(distribution, low, high)
    if left < 1e-9:
        problems.add("within_leaves_nothing", node.place, low=_show(low), high=_show(high))
        return None
    return Truncated(distribution, low, high)


def mass(distribution: Distribution, low: float, high: float) -> float:
    """The probability of [low, high]; for beta and gamma only whether it meets their range (1 or 0)."""
    if isinstance(distribution, Mixture):
        total = sum(distribution.weights)
        return sum(
            w / total * mass(part, low, high)
            for part, w in zip(distribution.parts, distribution.weights, strict=True)
        )
    if isinstance(distribution, Truncated):
        return mass(distribution.of, max(low, distribution.low), min(high, distribution.high))
    if isinstance(distribution, Fixed):
        return 1.0 if low <= distribution.value <= high else 0.0
    if not low < high:
        return 0.0
    for kind, measure in _MASS.items():
        if isinstance(distribution, kind):
            return measure(distribution, low, high)
    return 1.0


def _normal_mass(low: float, high: float) -> float:
    """Of a standard normal, from the tail that is nearer."""
    if low > 0:
        low, high = -high, -low
    return 0.5 * (math.erfc(-high / math.sqrt(2)) - math.erfc(-low / math.sqrt(2)))


def _overlap(lowest: float, highest: float, low: float, high: float) -> float:
    return max(0.0, min(high, highest) - max(low, lowest)) / (highest - lowest)


def _triangle_below(d: Triangular, x: float) -> float:
    if x <= d.low:
        return 0.0
    if x >= d.high:
        return 1.0
    if x < d.mode:
        return (x - d.low) / (d.high - d.low) * ((x - d.low) / (d.mode - d.low))
    return 1.0 - (d.high - x) / (d.high - d.low) * ((d.high - x) / (d.high - d.mode))


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf


_MASS: dict[type, Callable[..., float]] = {
    Uniform: lambda d, low, high: _overlap(d.low, d.high, low, high),
    Triangular: lambda d, low, high: _triangle_below(d, high) - _triangle_below(d, low),
    Normal: lambda d, low, high: _normal_mass((low - d.mean) / d.sd, (high - d.mean) / d.sd),
    Lognormal: lambda d, low, high: _normal_mass(
        (_log(low) - _log(d.median)) / d.sd, (_log(high) - _log(d.median)) / d.sd
    ),
    Beta: lambda d, low, high: 1.0 if high > 0 and low < 1 else 0.0,
    Gamma: lambda d, low, high: 1.0 if high > 0 else 0.0,
}


def _show(value: float) -> str:
    return f"{value:.12g}"


# --- dependence ----------------------------------------------------------------------------------------------

CORRELATION_KEYS = ("between", "rank")


def read_correlations(
    section: List, assumptions: Mapping[str, Assumption | None], problems: Problems
) -> tuple[Correlation, ...]:
    """Rank correlations between pairs of numeric assumptions; together they must be positive definite."""
    read: dict[frozenset[str], Correlation] = {}
    for node in section:
        table = table_of(node, problems)
        correlation = _correlation(table, assumptions, problems) if table else None
        if correlation is None:
            continue
        pair = frozenset(correlation.between)
        if pair in read:
            first, second = correlation.between
            problems.add("correlated_twice", correlation.place, first=first, second=second)
        else:
            read[pair] = correlation
    correlations = tuple(read.values())
    names = sorted({name for c in correlations for name in c.between})
    if len(names) > MAX_CORRELATED:
        problems.add("too_many", section.place, what="correlated assumptions", count=len(names), most=MAX_CORRELATED)
    elif not _positive_definite(correlations):
        problems.add("not_positive_definite", section.place, names=", ".join(names))
    return correlations


def _correlation(
    table: Table, assumptions: Mapping[str, Assumption | None], problems: Problems
) -> Correlation | None:
    fields = Fields(table, CORRELATION_KEYS, "a correlation", problems)
    if not (fields.require("between") & fields.require("rank")):
        return None
    rank = fields.read("rank", number_of)
    if rank is not None and not -1 < rank < 1:
        problems.add("rank_outside", fields.table.items["rank"].place, rank=_show(rank))
        rank = None
    items = fields.read("between", list_of)
    if items is None:
        return None
    if len(items) != 2:
        problems.add("pair_count", items.place, count=len(items))
        return None
    names = [_correlated(item, assumptions, problems) for item in items]
    if names[0] is None or names[1] is None or rank is None:
        return None
    if names[0] == names[1]:
        problems.add("correlated_with_itself", items.place, name=names[0])
        return None
    return Correlation((names[0], names[1]), rank, place=table.place)


def _correlated(node: Node, assumptions: Mapping[str, Assumption | None], problems: Problems) -> str | None:
    name = name_of(node, problems)
    if name is None:
        return None
    if name not in assumptions:
        problems.add("unknown_name", node.place, name=name, kind="assumption", known=tuple(assumptions))
        return None
    assumption = assumptions[name]
    if assumption is not None and isinstance(assumption.distribution, OneOf | Fixed):
        what = "rivals" if isinstance(assumption.distribution, OneOf) else "fixed"
        problems.add("correlated_point", node.place, name=name, what=what)
        return None
    return name


def _positive_definite(correlations: tuple[Correlation, ...]) -> bool:
    """Cholesky's factorisation of r = 2 sin(pi rank / 6) exists, with room for rounding."""
    names = sorted({name for c in correlations for name in c.between})
    index = {name: i for i, name in enumerate(names)}
    n = len(names)
    matrix = [[1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]
    for c in correlations:
        i, j = (index[name] for name in c.between)
        matrix[i][j] = matrix[j][i] = 2 * math.sin(math.pi * c.rank / 6)
    for j in range(n):
        pivot = matrix[j][j] - sum(matrix[j][k] ** 2 for k in range(j))
        if pivot < 1e-10:
            return False
        matrix[j][j] = math.sqrt(pivot)
        for i in range(j + 1, n):
            matrix[i][j] = (matrix[i][j] - sum(matrix[i][k] * matrix[j][k] for k in range(j))) / matrix[j][j]
    return True
