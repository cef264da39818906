"""`load`: one case with every key, into the objects that it should become."""

import datetime as dt
from pathlib import Path

import pytest

from detente.language import tree as t
from detente.language.calendar import Duration
from detente.language.case import (
    Beta,
    Case,
    Choice,
    Correlation,
    Fixed,
    Gamma,
    Lognormal,
    Mixture,
    Normal,
    OneOf,
    Setting,
    SourceRef,
    Triangular,
    Truncated,
    Uniform,
)
from detente.language.load import load, load_text
from detente.language.problems import Refused
from detente.language.starter import STARTER

GOOD = Path(__file__).parent / "good"
CASES = Path(__file__).parents[2] / "cases"
INFINITE = float("inf")


@pytest.fixture(scope="module")
def case() -> Case:
    return load(GOOD / "everything.yaml", warn=False)


def test_header(case: Case) -> None:
    assert (case.name, case.title, case.note) == ("everything-2016", "All of it", "Folded over lines.\n")
    assert (case.as_of, case.step, case.horizon) == (dt.date(2016, 9, 30), Duration(3, "month"), 8)
    assert case.day(case.horizon) == dt.date(2018, 9, 30)
    assert [Path(name).name for name in case.files] == ["everything.yaml", "parties.yaml"]


def test_sources_and_parties(case: Case) -> None:
    seed = case.sources["seed"]
    assert (seed.title, seed.publisher, seed.note, seed.url) == (
        "An article", "A newspaper", "reprinted", "https://example.org")  # fmt: skip
    assert (seed.date, seed.published) == (dt.date(2016, 9, 30), dt.date(2016, 10, 1))
    assert {name: party.label for name, party in case.parties.items()} == {"us": "United States", "dprk": "dprk"}


def test_options(case: Case) -> None:
    sanctions, talks, tests = case.options.values()
    assert (sanctions.levels, sanctions.values, sanctions.start) == (("none", "un", "maximum"), (0, 0.5, 1), 1)
    assert (sanctions.party, sanctions.label) == ("us", "pressure")
    assert (talks.levels, talks.values, talks.start) == (("no", "on"), None, 0)
    assert tests.levels == ("open", "frozen")


@pytest.mark.parametrize(
    ("name", "distribution"),
    [
        ("a_fixed", Fixed(-0.25)),
        ("a_uniform", Uniform(3, 12)),
        ("a_triangle", Triangular(0, 0, 1)),
        ("a_normal", Truncated(Normal(0, 1), -1, INFINITE)),
        ("a_lognormal", Lognormal(2, 0.5)),
        ("a_beta", Beta(2, 3)),
        ("a_gamma", Gamma(2, 3)),
        ("a_rival", OneOf(("tames", "hardens"), (1, 3))),
        ("a_mixture", Truncated(Mixture((Truncated(Uniform(0, 1), 0.5, 2), Fixed(3)), (2, 1)), 0, 2.5)),
    ],
)
def test_distributions(case: Case, name: str, distribution: object) -> None:
    assert case.assumptions[name].distribution == distribution


def test_provenance(case: Case) -> None:
    triangle, uniform = case.assumptions["a_triangle"], case.assumptions["a_uniform"]
    assert triangle.sources == (SourceRef("seed"), SourceRef("un-2270", "4, annex"))
    assert (triangle.status, triangle.note, triangle.unit) == ("judged", "why", None)
    assert uniform.sources == (SourceRef("seed", "13"),)
    assert (uniform.label, uniform.factor) == ("a lag", 1 / 12)
    assert case.assumptions["a_rival"].rivals == ("tames", "hardens")
    assert case.correlations == (Correlation(("a_normal", "a_beta"), 0.4),)


def test_literals_of_a_quantity_are_converted_as_they_enter(case: Case) -> None:
    wait, span, reach = (case.quantities[name] for name in ("wait", "span", "reach"))
    assert (wait.start, wait.within, wait.scale) == (t.Number(0.5), (0, 2), ((0, "no wait"), (24, "two years")))
    assert (wait.label, wait.note, wait.sources, wait.factor) == ("waiting", "n", (SourceRef("seed"),), 1 / 12)
    assert span.start == t.Arith("*", t.AssumptionRef("a_uniform"), t.Number(2))
    assert (reach.start, reach.shock) == (t.Negate(t.Number(0.5)), t.Number(0.1))
    assert isinstance(reach.change, t.IfElse)


def test_places_in_a_block_scalar(case: Case) -> None:
    felt = case.quantities["felt"]
    assert felt.is_auxiliary
    assert isinstance(felt.value, t.Arith)
    assert felt.value.left == t.Call("smooth", (t.QuantityRef("reach"), t.Number(0.5, is_duration=True)))
    text = case.files[felt.place.file].split("\n")
    for node in (felt.value.left, felt.value.right):
        assert text[node.place.line - 1][node.place.column - 1 :].startswith(("smooth(reach", "wait"))


def test_events(case: Case) -> None:
    test, clash, vote, once = case.events.values()
    assert test.dispersion == t.Number(0.4)
    assert [(e.quantity, e.value) for e in test.effects] == [
        ("reach", t.Arith("+", t.QuantityRef("reach"), t.Number(1))),
        ("wait", t.QuantityRef("wait")),
    ]
    assert (test.by, test.label, test.ends) == ("dprk", "tests", False)
    assert (clash.chance, clash.ends, clash.sources, clash.note) == (
        t.Number(0.01), True, (SourceRef("seed"),), "rare")  # fmt: skip
    assert vote.at == (dt.date(2016, 11, 8), dt.date(2016, 11, 8), dt.date(2017, 5, 9))
    assert (once.at, once.rate, once.chance) == ((dt.date(2017, 1, 20),), None, None)


def test_conduct_and_strategies(case: Case) -> None:
    assert case.turns == ("dprk", "us")
    first, second = case.conduct["dprk"]
    assert (first.option, first.move, first.when is None) == ("dprk.tests", 1, False)
    assert isinstance(second.move, Choice)
    assert [level for level, _ in second.move.values] == [1, 0]
    assert case.conduct["us"] == ()
    wait, talk, react = case.strategies.values()
    assert (wait.rules, talk.label, talk.note) == ((), "Talk", "n")
    assert [(r.option, r.move, r.when) for r in talk.rules] == [("us.talks", 1, None), ("us.sanctions", 0, None)]
    happened = t.Compare(">", t.EventCount("vote"), t.Number(0))
    assert [(r.option, r.move, r.when) for r in react.rules] == [
        ("us.talks", 1, happened), ("dprk.tests", 1, happened), ("us.talks", 0, None)]  # fmt: skip


def test_argument(case: Case) -> None:
    home, tests, final = case.measures.values()
    assert (home.kind, tests.kind, final.kind) == ("date", "count", "number")
    assert (tests.label, final.unit and final.unit.text) == ("how many", "month")
    assert case.goals == {"home": "late", "tests": "few", "final_wait": "less"}
    first, second, third = case.claims.values()
    assert (first.states, first.note, first.sources) == ("It comes.", "n", (SourceRef("seed", "1"),))
    assert (second.because, second.against, third.because) == (("first_claim",), (), ("first_claim", "second"))
    assert second.says_text == "median(tests under talk) < median(tests under react)"
    assert isinstance(third.says, t.Compare)


def test_settings_of_a_check(case: Case) -> None:
    assert case.checks["still"].settings == (
        Setting("quantity", "reach", 0.25),
        Setting("quantity", "wait", 1.0),
        Setting("option", "us.sanctions", 2),
        Setting("assumption", "a_rival", 1),
        Setting("assumption", "a_uniform", 100.0),
    )


HEADER = "detente: 1\ncase: x\nas_of: 2016-09-30\nhorizon: 1 year\nstep: 1 month\n"


@pytest.mark.parametrize(
    ("horizon", "step", "steps"),
    [
        ("10 years", "1 month", 120), ("2 weeks", "1 day", 14), ("1 year", "1 year", 1), ("2.5 years", "6 months", 5),
        ("52 weeks", "2 weeks", 26), ("5000 days", "1 day", 5000), ("1 month", "1 month", 1),
    ],
)  # fmt: skip
def test_horizons(horizon: str, step: str, steps: int) -> None:
    text = HEADER.replace("1 year", horizon).replace("1 month\n", f"{step}\n")
    assert load_text(text.replace(f"horizon: {step}", f"horizon: {horizon}")).horizon == steps


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: "%YAML 1.2\n---\n" + text + "...\n",
        lambda text: text + "   \n# the end",
        lambda text: text.replace("case:", '"case":').replace("x\n", "'x'\n"),
    ],
)
def test_ways_to_write_a_file(change: object, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(change(HEADER).encode())  # type: ignore[operator]
    assert load(path).name == "x"
    assert load(tmp_path).name == "x"
    assert load(str(path)).horizon == 12


def test_anchors_are_read() -> None:
    case = load_text(HEADER + "assumptions:\n  a: &range {uniform: [0, 1]}\n  b: *range\n", warn=False)
    assert case.assumptions["b"].distribution == Uniform(0, 1)


@pytest.mark.parametrize("word", ["no", "on", "off", "yes", "y", "Null_", "0x", "1_000", "1e", ".5.", "2016-09-30"])
def test_words_stay_words(word: str) -> None:
    assert load_text(HEADER + f"title: {word}\n", warn=False).title == word


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("-0.5", -0.5), ("+.5", 0.5), ("1.", 1), ("1e3", 1000), ("0x10", 16), ("0o17", 15), ("1.5E-2", 0.015)],
)
def test_numbers(text: str, number: float) -> None:
    assert load_text(HEADER + f"assumptions: {{a: {{fixed: {text}}}}}\n", warn=False).assumptions[
        "a"
    ].distribution == Fixed(number)


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(Refused) as refused:
        load_text(HEADER + "events:\n  e: {}\nquantities:\n  q: {}\nassumptions:\n  a: {}\n  a: {}\n", "f.yaml")
    problems = refused.value.problems
    assert [p.place.line for p in problems] == [7, 9, 11, 12]
    assert refused.value.files == {
        "f.yaml": HEADER + "events:\n  e: {}\nquantities:\n  q: {}\nassumptions:\n  a: {}\n  a: {}\n"
    }


def test_the_collector_runs_again() -> None:
    import gc

    assert gc.isenabled()
    load_text(HEADER)
    assert gc.isenabled()
    with pytest.raises(Refused):
        load_text("a: {")
    assert gc.isenabled()


@pytest.mark.parametrize("path", [STARTER, CASES / "tiny-race"])
def test_bundled_cases_are_without_warnings(path: Path) -> None:
    case = load(path)
    assert case.warnings == ()
    assert case.claims


def test_tiny_race_is_tiny() -> None:
    assert len((CASES / "tiny-race" / "case.yaml").read_text().splitlines()) < 40
