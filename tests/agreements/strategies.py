"""Agreements and logs drawn at random: small, but with every clause of the language."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

START = dt.date(2001, 1, 31)
FACTS = ("us.a", "dprk.b", "dprk.c")
KINDS = ("oil", "test", "visit")
STAGES = ("one", "two", "three")
SPANS = ("1 day", "3 days", "1 week", "10 days", "1 month", "2 months")
OWED = {"us": ("x", "y"), "dprk": ("z", "w")}


def _atoms(owed: tuple[str, ...]) -> st.SearchStrategy[str]:
    levels = st.builds(lambda f, v: f"{f} == {v}", st.sampled_from(FACTS), st.sampled_from(("low", "high")))
    numbers = st.builds(lambda n: f"us.n > {n}", st.integers(0, 3))
    counts = st.builds(
        lambda how, k, n: f"{how}({k}) > {n}", st.sampled_from(("count", "sum")),
        st.sampled_from((*KINDS, "us.oil", "dprk.test", "leave")), st.integers(0, 2),
    )
    states = st.sampled_from((
        "good(us)", "good(dprk)", "breached(dprk)", "suspected(dprk)", "over", "stage == one",
        *(f"done({o})" for o in owed), *(f"not broken({o})" for o in owed),
    ))
    return st.one_of(levels, levels, numbers, counts, states)


def conditions(owed: tuple[str, ...]) -> st.SearchStrategy[str]:
    atoms = _atoms(owed)
    return st.one_of(
        atoms, st.builds(lambda a, b, op: f"({a}) {op} ({b})", atoms, atoms, st.sampled_from(("and", "or")))
    )


def _simple() -> st.SearchStrategy[str]:
    """A condition of the world alone."""
    levels = st.builds(lambda f, v: f"{f} == {v}", st.sampled_from(FACTS), st.sampled_from(("low", "high")))
    counts = st.builds(lambda k, n: f"count({k}) > {n}", st.sampled_from((*KINDS, "dprk.test")), st.integers(0, 1))
    return st.one_of(levels, levels, counts)


def _maybe(draw: Any, made: dict[str, Any], key: str, values: st.SearchStrategy[Any], often: int = 3) -> None:
    if draw(st.integers(0, often)) == 0:
        made[key] = draw(values)


@st.composite
def obligations(draw: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    dates = st.dates(START, START + dt.timedelta(days=90))
    if draw(st.booleans()):
        made["keep"] = draw(_simple())
        _maybe(draw, made, "while", st.sampled_from(("good(us)", "us.a == high", "us.n < 2")))
    else:
        made["do"] = draw(_simple())
        kind = draw(st.sampled_from(("by", "within", "every", "none")))
        if kind != "none":
            made[kind] = draw(dates) if kind == "by" else draw(st.sampled_from(SPANS))
    opens = draw(st.sampled_from(("none", "none", "from", "once", "each")))
    if opens == "from":
        made["from"] = draw(st.one_of(dates, st.sampled_from(SPANS)))
    elif opens != "none":
        made[opens] = draw(_simple())
    _maybe(draw, made, "until", st.one_of(dates, st.sampled_from(SPANS)), 6)
    _maybe(draw, made, "soft", st.just(True), 6)
    _maybe(draw, made, "cured_by", _simple(), 5)
    return made


@st.composite
def effects(draw: Any, actor: bool, stages: tuple[str, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    what = draw(st.sets(st.sampled_from(("moves", "release", "stage", "until", "ends")), min_size=1, max_size=2))
    if "moves" in what:
        made["moves"] = {"us.a": draw(st.sampled_from(("low", "high")))}
        _maybe(draw, made, "for", st.sampled_from(SPANS), 1)
    if "release" in what:
        made["release"] = draw(st.sampled_from(("us", "dprk", *(("self", "others") if actor else ()))))
    if "stage" in what:
        made["stage"] = draw(st.sampled_from(stages))
    if "until" in what:
        made["until"] = draw(st.one_of(st.none(), st.dates(START, START + dt.timedelta(days=120))))
    if "ends" in what and draw(st.integers(0, 3)) == 0:
        made["ends"] = draw(st.sampled_from(("breach", "lapsed")))
    return made or {"release": "us"}


@st.composite
def rules(draw: Any, owed: tuple[str, ...], stages: tuple[str, ...]) -> dict[str, Any]:
    made = {"when": draw(conditions(owed)), **draw(effects(False, stages))}
    if draw(st.integers(0, 3)):
        made["held"] = draw(st.sampled_from(SPANS))
    return made


@st.composite
def agreements(draw: Any) -> dict[str, Any]:
    """An agreement as plain values, to be written as YAML."""
    stages = STAGES[: draw(st.integers(1, 3))]
    owed = tuple(f"{party}.{name}" for party, names in OWED.items() for name in names)
    made: dict[str, Any] = {
        "detente": 1, "agreement": "drawn", "between": ["us", "dprk"], "starts": START,
        "facts": {**{f: ["low", "high"] for f in FACTS}, "us.n": {"start": 0}}, "kinds": list(KINDS),
        "obliges": {p: {names[0]: draw(obligations())} for p, names in OWED.items()},
        "stages": {}, "rules": draw(st.lists(rules(owed, stages), max_size=1)),
    }
    for stage in stages:
        entry: dict[str, Any] = {"obliges": {p: {names[1]: draw(obligations())} for p, names in OWED.items()}}
        _maybe(draw, entry, "least", st.sampled_from(SPANS[:4]))
        _maybe(draw, entry, "most", st.sampled_from(SPANS[4:]))
        entry["rules"] = draw(st.lists(rules(owed, stages), max_size=2))
        made["stages"][stage] = entry
    made["verification"] = {"eyes": {"of": "dprk.z", "detects": 0.5, "false_alarm": 0.1}}
    made["enough"] = draw(st.sampled_from(("1 of 1", "2 of 3", "belief 0.9")))
    made["prior"] = 0.1
    if made["enough"] != "belief 0.9":
        del made["prior"]
    made["on_breach"] = {
        key: [{**draw(st.sampled_from(({}, {"cure": "5 days"}, {"cure": "1 month"}))), **draw(effects(True, stages))}
              for _ in range(draw(st.integers(1, 2)))]
        for key in draw(st.sets(st.sampled_from(("us", "dprk", "dprk.z"))))
    }  # fmt: skip
    power: dict[str, Any] = {"who": draw(st.sampled_from(("us", ["us", "dprk"], "all")))}
    _maybe(draw, power, "when", conditions(owed), 1)
    _maybe(draw, power, "held", st.sampled_from(SPANS))
    if draw(st.booleans()):
        power["notice"] = draw(st.sampled_from(SPANS))
        _maybe(draw, power, "unless", _simple(), 1)
    made["powers"] = {"leave": {**power, **draw(effects(True, stages))}}
    _maybe(draw, made, "grace", st.sampled_from(SPANS))
    return made


@st.composite
def log_rows(draw: Any) -> dict[str, Any]:
    kind = draw(st.sampled_from((*FACTS, *FACTS, "us.n", *KINDS, "leave", "alarm", "clean")))
    date = START + dt.timedelta(days=draw(st.integers(-3, 130)))
    row: dict[str, Any] = {"date": date, "kind": kind, "party": "", "value": "", "by": ""}
    if kind in FACTS:
        row |= {"party": kind.partition(".")[0], "value": draw(st.sampled_from(("low", "high")))}
    elif kind == "us.n":
        row |= {"party": "us", "value": draw(st.integers(0, 4))}
    elif kind in ("alarm", "clean"):
        row |= {"party": "dprk", "by": "eyes"}
    else:
        row |= {"party": draw(st.sampled_from(("us", "dprk", "all"))), "value": 1}
    if kind in (*FACTS, *KINDS):
        row["by"] = draw(st.sampled_from(("", "", "", "us", "dprk")))
    if draw(st.integers(0, 3)) == 0 and kind != "leave":
        row["known"] = date + dt.timedelta(days=draw(st.integers(0, 40)))
    return row


logs = st.lists(log_rows(), max_size=25)
