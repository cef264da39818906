"""Hypothesis strategies that draw whole cases as texts: everything that a step can do, in odd combinations.

A `World` says which names exist; `number` and `condition` draw expressions of them. Most rates and chances are held
within their ranges and a few are not, so that runs in trouble are drawn too.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

LITERALS = ("0", "0.1", "0.25", "0.5", "0.75", "1", "1.5", "2", "3", "10", "-1", "-0.3", "1e-3", "40", "1 year")
DAYS = ("2020-01-31", "2020-02-29", "2020-03-01", "2020-06-15", "2020-12-31", "2021-02-28", "2019-01-01")
DISTRIBUTIONS = (
    "{fixed: 0.7}", "{uniform: [0, 1]}", "{low: 0.1, mode: 0.2, high: 2}", "{normal: [0, 1]}",
    "{lognormal: [1, 0.5]}", "{beta: [2, 3]}", "{gamma: [2, 3]}",
    "{mixture: [{uniform: [0, 1]}, {uniform: [2, 3], weight: 2}]}", "{normal: [1, 2], within: [0, 2]}",
)
SPANS = ("1 month", "2 months", "45 days", "4 months")


@dataclass(frozen=True)
class World:
    """The names of a case."""

    options: dict[str, tuple[str, ...]]
    valued: frozenset[str]
    assumptions: tuple[str, ...]
    rivals: dict[str, tuple[str, ...]]
    lags: tuple[str, ...]
    stocks: tuple[str, ...]
    auxiliaries: tuple[str, ...]
    events: tuple[str, ...]
    moves: bool = True  # there is a state: dates, `smooth` and `delay` may be read


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Parties a, b and c; every name begins with the letter of its kind."""
    levels = ("low", "middle", "high", "top")
    options = {
        f"{draw(st.sampled_from('abc'))}.o{i}": levels[: draw(st.integers(2, 4))]
        for i in range(draw(st.integers(0, 4)))
    }
    valued = frozenset(name for name in options if draw(st.booleans()))

    def named(letter: str, least: int, most: int) -> tuple[str, ...]:
        return tuple(f"{letter}{i}" for i in range(draw(st.integers(least, most))))

    rivals = {name: levels[: draw(st.integers(2, 3))] for name in named("r", 0, 1)}
    return World(
        options, valued, assumptions=named("p", 0, 3), rivals=rivals, lags=named("l", 0, 1),
        stocks=named("q", 1, 4), auxiliaries=named("x", 0, 3), events=named("e", 0, 4),
    )


# --- expressions -----------------------------------------------------------------------------------------------

# {x} {y} are numbers, {c} {d} conditions, {k} a positive literal, {n} a whole exponent, {day} a date, {span} a time
NUMBERS = (
    "({x} + {y})", "({x} - {y})", "({x} * {y})", "({x} / {k})", "({x} / ({y} * 1))", "(-{x})", "({x}) ** {n}",
    "({x}) ** 0.5", "({x}) ** (-1)", "abs({x}) ** {y}", "abs({x})", "exp({x})", "exp({k} * {x})", "log({x})",
    "log(1 + abs({x}))", "sqrt({x})", "sqrt(abs({x}))", "min({x}, {y})", "max({x}, {y}, {k})", "min({k}, {x})",
    "clip({x}, -1, {k})", "clip({x}, min({y}, 0), {k})", "logistic({x})", "table({x}, -1, {y}, 0.5, 2)",
    "table({x}, 0, 1, 0.25, {y}, 1, -1, 4, {k})",
)
OF_STATE = (
    "({x} if ({c}) else {y})", "({c})", "year(now)", "month(now) / 12", "(now - {day})", "(2020-06-30 - now)",
)
OF_TIME = ("smooth({x}, {span})", "delay({x}, {span})") * 3
CONDITIONS = ("({c}) and ({d})", "({c}) or ({d}) or (now > {day})", "not ({c})", "({c}) if ({d}) else (now < {day})")
SIGNS = ("<", "<=", ">", ">=", "==", "!=")


@st.composite
def number(draw: st.DrawFn, world: World, deep: int = 3) -> str:
    """A number, as text in brackets where it needs them."""
    names = [*world.stocks, *world.auxiliaries, *world.assumptions, *world.lags, *world.events, *sorted(world.valued)]
    if deep == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from([*LITERALS, *names * 3]))
    return draw(_filled(world, deep, [*NUMBERS, *(OF_STATE + OF_TIME if world.moves else ())]))


@st.composite
def condition(draw: st.DrawFn, world: World, deep: int = 2) -> str:
    """A condition, as text."""
    sign = draw(st.sampled_from(SIGNS))
    forms = [f"({{x}}) {sign} ({{y}})", f"now {sign} {{day}}", "true", "month(now) == 6"]
    for name, levels in (*world.options.items(), *world.options.items()):
        forms += [f"{name} {sign} {draw(st.sampled_from(levels))}", f"{name} in [{levels[0]}, {levels[-1]}]"]
    forms += [f"{name} {equal} {rivals[0]}" for name, rivals in world.rivals.items() for equal in ("==", "!=")]
    forms += [f"{event} > 0" for event in world.events]
    return draw(_filled(world, deep, [*forms, *(CONDITIONS if deep else ())]))


@st.composite
def _filled(draw: st.DrawFn, world: World, deep: int, forms: list[str]) -> str:
    """One of the forms with its places filled."""
    form, less = draw(st.sampled_from(forms)), max(0, deep - 1)
    places = {
        "x": number(world, less), "y": number(world, less), "c": condition(world, less), "d": condition(world, less),
        "k": st.sampled_from(("0.1", "0.5", "2")), "n": st.integers(0, 8), "day": st.sampled_from(DAYS),
        "span": st.sampled_from([*SPANS, *world.lags]),
    }  # fmt: skip
    return form.format(**{name: draw(of) for name, of in places.items() if f"{{{name}}}" in form})


# --- sections --------------------------------------------------------------------------------------------------


def _quoted(text: str) -> str:
    return f'"{text}"'


@st.composite
def quantities(draw: st.DrawFn, world: World) -> list[str]:
    """Stocks of every kind, then auxiliaries, each reading those before it."""
    at_start = World({}, frozenset(), world.assumptions, {}, world.lags, (), (), (), moves=False)
    lines = []
    for name in world.stocks:
        parts = [f"start: {_quoted(draw(number(at_start, 1)))}"]
        if draw(st.booleans()):
            parts.append(f"change: {_quoted(draw(number(world)))}")
        if draw(st.booleans()):
            parts.append(f"shock: {_quoted(draw(st.one_of(number(world, 1), st.just('0.3'))))}")
        bounds = draw(st.sampled_from((None, (0, 1), (-1, 1.5), (-10, 100))))
        if bounds:
            parts[0] = f"start: {_quoted(f'clip({parts[0][8:-1]}, {bounds[0]}, {bounds[1]})')}"
            parts.append(f"within: [{bounds[0]}, {bounds[1]}]")
        lines.append(f"  {name}: {{{', '.join(parts)}}}")
    for i, name in enumerate(world.auxiliaries):
        known = World(**{**vars(world), "auxiliaries": world.auxiliaries[:i]})
        lines.append(f"  {name}: {{is: {_quoted(draw(number(known)))}}}")
    return lines


@st.composite
def events(draw: st.DrawFn, world: World) -> list[str]:
    """Events with a rate, a rate with dispersion, a chance or dates; some end the run."""
    lines = []
    for name in world.events:
        x = draw(number(world, 2))
        kind = draw(st.sampled_from((
            f"rate: {_quoted(f'clip({x}, 0, 30)')}", f"rate: {_quoted(f'3 * logistic({x})')}",
            f"rate: {_quoted(x)}", f"chance: {_quoted(f'0.3 * logistic({x})')}",
            f"chance: {_quoted(f'clip({x}, 0, 1)')}", f"chance: {_quoted(x)}",
            f"rate: {_quoted(f'clip({x}, 0, 9)')}, dispersion: 0.4",
            f"rate: {_quoted(f'clip({x}, 0, 9)')}, dispersion: {_quoted(f'abs({draw(number(world, 1))})')}",
            "at: [2020-02-29, 2020-06-15, 2020-06-16]", "at: [2020-03-31]",
        )))  # fmt: skip
        targets = draw(st.lists(st.sampled_from(world.stocks), max_size=3, unique=True))
        then = ", ".join(f"{t}: {_quoted(draw(number(world, 2)))}" for t in targets)
        ends = ", ends: true" if draw(st.integers(0, 5)) == 0 else ""
        lines.append(f"  {name}: {{{kind}{f', then: {{{then}}}' if then else ''}{ends}}}")
    return lines


@st.composite
def conduct(draw: st.DrawFn, world: World) -> list[str]:
    """Rules of each party, some of them logit choices."""
    lines = []
    for party in "abc":
        mine = [name for name in world.options if name.startswith(party)]
        rules = draw(st.lists(st.sampled_from(mine), max_size=4)) if mine else []
        if rules:
            lines.append(f"  {party}:")
        for option in rules:
            when = f", when: {_quoted(draw(condition(world)))}" if draw(st.booleans()) else ""
            levels = world.options[option]
            if draw(st.booleans()):
                chosen = draw(st.lists(st.sampled_from(levels), min_size=2, unique=True))
                values = ", ".join(f"{level}: {_quoted(draw(number(world, 2)))}" for level in chosen)
                sharpness = draw(st.sampled_from(("0", "1", "4", "abs(q0)")))
                move = f"choose: {{{values}}}, sharpness: {_quoted(sharpness)}"
            else:
                move = f"move: {draw(st.sampled_from(levels))}"
            lines.append(f"    - {{option: {option}{when}, {move}}}")
    return lines


@st.composite
def strategies(draw: st.DrawFn, world: World) -> list[str]:
    """One to three strategies of up to three entries."""
    lines = []
    for i in range(draw(st.integers(1, 3))):
        entries = []
        for _ in range(draw(st.integers(0, 3)) if world.options else 0):
            when = f"when: {_quoted(draw(condition(world)))}, " if draw(st.booleans()) else ""
            chosen = draw(st.lists(st.sampled_from(list(world.options)), min_size=1, max_size=2, unique=True))
            moves = ", ".join(f"{name}: {draw(st.sampled_from(world.options[name]))}" for name in chosen)
            entries.append(f"{{{when}{moves}}}")
        lines.append(f"  s{i}: {{moves: [{', '.join(entries)}]}}" if entries else f"  s{i}: {{}}")
    return lines


@st.composite
def measures(draw: st.DrawFn, world: World) -> list[str]:
    """Every aggregate, and arithmetic of them."""
    looks = {
        "first": condition, "share": condition, "ever": condition, "final": number, "max": number, "min": number,
        "mean": number, "total": number,
    }
    kinds = draw(st.lists(st.sampled_from(sorted(looks)), max_size=6))
    texts = [f"{kind}({draw(looks[kind](world, 2))})" for kind in kinds]
    texts += [f"count({event})" for event in world.events]
    a, b = draw(number(world, 1)), draw(number(world, 1))
    c, d = draw(condition(world, 1)), draw(condition(world, 1))
    texts += draw(st.lists(st.sampled_from((
        f"first({c}) - first({d})", f"first({c}) - 2020-06-15", f"final({a}) ** 2 / (1 + abs(mean({b})))",
        f"max(final({a}), min({b}))", f"(1 if first({c}) < first({d}) else final({a}))",
        f"(first({c}) < never) + ever({d}) * 2", f"log(1 + share({c})) - total({b})",
        *(f"{name}" for name in world.assumptions), *(f"{name} - mean({a})" for name in world.assumptions),
    )), max_size=3))  # fmt: skip
    return [f"  m{i}: {_quoted(text)}" for i, text in enumerate(texts or ["final(q0)"])]


@st.composite
def case_texts(draw: st.DrawFn) -> str:
    """A case without its header."""
    world = draw(worlds())
    judged = "status: judged, note: drawn"
    assumed = [f"  {name}: {{{draw(st.sampled_from(DISTRIBUTIONS))[1:-1]}, {judged}}}" for name in world.assumptions]
    for name, rivals in world.rivals.items():
        assumed.append(f"  {name}: {{one_of: {{{', '.join(f'{rival}: 1' for rival in rivals)}}}, {judged}}}")
    assumed += [f"  {name}: {{uniform: [1, 5], unit: month, {judged}}}" for name in world.lags]
    options = [f"  {name}: {_option(draw, levels, name in world.valued)}" for name, levels in world.options.items()]
    turns = draw(st.lists(st.sampled_from("abc"), max_size=3, unique=True))
    sections = {
        "options": options, "assumptions": assumed, "quantities": draw(quantities(world)),
        "events": draw(events(world)), "conduct": draw(conduct(world)), "strategies": draw(strategies(world)),
        "measures": draw(measures(world)),
    }
    text = "parties: {a: {name: A}, b: {name: B}, c: {name: C}}\n"
    text += f"turns: [{', '.join(turns)}]\n" if turns else ""
    return text + "".join(f"{name}:\n" + "\n".join(lines) + "\n" for name, lines in sections.items() if lines)


def _option(draw: st.DrawFn, levels: tuple[str, ...], valued: bool) -> str:
    start = draw(st.sampled_from(levels))
    numbers = ("0", "0.5", "1", "2")[: len(levels)]
    values = f", values: [{', '.join(numbers)}]" if valued else ""
    return f"{{levels: [{', '.join(levels)}], start: {start}{values}}}"
