"""What it means to hold something fixed."""

from pathlib import Path

import pytest

from detente.language.case import Case, Fixed, OneOf, Setting
from detente.language.load import load
from detente.language.problems import Refused
from detente.language.render import as_text
from detente.language.settings import read_setting, with_settings
from detente.language.tree import Number

GOOD = Path(__file__).parent / "good"


@pytest.fixture(scope="module")
def case() -> Case:
    return load(GOOD / "everything.yaml", warn=False)


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("a_uniform=6", Setting("assumption", "a_uniform", 6)),
        (" a_fixed = -1e-3 ", Setting("assumption", "a_fixed", -0.001)),
        ("a_rival=hardens", Setting("assumption", "a_rival", 1)),
        ("wait=12", Setting("quantity", "wait", 1.0)),
        ("felt=0.5", Setting("quantity", "felt", 0.5)),
        ("us.sanctions=maximum", Setting("option", "us.sanctions", 2)),
        ("us.talks=no", Setting("option", "us.talks", 0)),
    ],
)
def test_reads(case: Case, text: str, setting: Setting) -> None:
    assert read_setting(case, text) == setting


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a_uniform", "`a_uniform` is not NAME=VALUE"),
        ("=3", "`=3` is not NAME=VALUE"),
        ("a_uniform=", "`a_uniform=` is not NAME=VALUE"),
        ("a_unifrom=3", "there is no assumption, quantity or option `a_unifrom`"),
        ("a_uniform=six", "`six` is not a number, which `a_uniform` needs"),
        ("a_uniform=.inf", "`.inf` is not a number, which `a_uniform` needs"),
        ("a_uniform=.nan", "`.nan` is not a number, which `a_uniform` needs"),
        ("a_rival=0", "`a_rival` has no rival `0`"),
        ("us.sanctions=0.5", "`us.sanctions` has no level `0.5`"),
        ("wait=25", "25 lies outside 0 to 24, within which `wait` is held"),
        ("test=1", "there is no assumption, quantity or option `test`"),
    ],
)
def test_refuses(case: Case, text: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        read_setting(case, text)
    assert as_text(refused.value.problems).startswith(f"--fix: {message}\n")


def fixed(case: Case, *texts: str) -> Case:
    return with_settings(case, tuple(read_setting(case, text) for text in texts))


def test_an_assumption(case: Case) -> None:
    after = fixed(case, "a_uniform=6", "a_normal=3")
    assert after.assumptions["a_uniform"].distribution == Fixed(6)
    assert after.assumptions["a_normal"].distribution == Fixed(3)
    assert after.correlations == ()
    assert list(after.assumptions) == list(case.assumptions)


def test_a_rival_stays_one_of(case: Case) -> None:
    assert fixed(case, "a_rival=hardens").assumptions["a_rival"].distribution == OneOf(("tames", "hardens"), (0, 1))


def test_a_stock_is_constant_throughout(case: Case) -> None:
    after = fixed(case, "reach=0.5")
    reach = after.quantities["reach"]
    assert (reach.start, reach.change, reach.shock) == (Number(0.5), None, None)
    assert [effect.quantity for effect in after.events["test"].effects] == ["wait"]
    assert [effect.quantity for effect in case.events["test"].effects] == ["reach", "wait"]


def test_an_auxiliary_is_constant(case: Case) -> None:
    felt = fixed(case, "felt=2").quantities["felt"]
    assert felt.is_auxiliary
    assert felt.value == Number(2)


def test_an_option_is_moved_by_no_rule(case: Case) -> None:
    after = fixed(case, "us.talks=on", "dprk.tests=frozen")
    assert (after.options["us.talks"].start, after.options["dprk.tests"].start) == (1, 1)
    assert after.conduct["dprk"] == ()
    assert [rule.option for s in after.strategies.values() for rule in s.rules] == ["us.sanctions"]


def test_the_last_setting_of_a_name_counts(case: Case) -> None:
    assert fixed(case, "wait=1", "wait=12").quantities["wait"].start == Number(1.0)


def test_nothing_set_is_the_same_case(case: Case) -> None:
    assert with_settings(case, ()) is case
