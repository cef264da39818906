"""Conditions, the `conflict:` section, and the bundled cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from detente.conflict.expressions import condition
from detente.conflict.graph import Conflict, Option, Space
from detente.conflict.preferences import ConflictError
from detente.conflict.section import Section, read_section, share
from detente.conflict.stability import solve

CASES = Path(__file__).parents[2] / "cases"
SPACE = Space(
    [Option("us.talks", "us", ("none", "six_party", "direct")), Option("us.pact", "us"), Option("dprk.tests", "dprk")]
)
TALKS, PACT, TESTS = SPACE["us.talks"], SPACE["us.pact"] == 1, SPACE["dprk.tests"] == 1


def bundled(name: str) -> Section:
    case = yaml.safe_load((CASES / name / "case.yaml").read_text())
    options = [Option(option, option.split(".")[0]) for option in case["options"]]
    section, problems = read_section(case["conflict"], options)
    assert problems == []
    assert section is not None
    return section


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("us.pact", PACT),
        ("us.talks", TALKS > 0),
        ("not dprk.tests", ~TESTS),
        ("not not dprk.tests", TESTS),
        ("us.talks == direct", TALKS == 2),
        ("us.talks != direct", TALKS != 2),
        ("us.talks >= six_party and us.talks < direct", TALKS == 1),
        ("us.talks in [none, direct]", TALKS != 1),
        ("us.pact or dprk.tests and us.talks", PACT | (TESTS & (TALKS > 0))),
        ("(us.pact or dprk.tests) and us.talks", (PACT | TESTS) & (TALKS > 0)),
        ("if us.pact then not dprk.tests", ~PACT | ~TESTS),
        ("if us.pact then if us.talks then dprk.tests", ~PACT | ~(TALKS > 0) | TESTS),
        ("us.pact iff us.talks or dprk.tests", ((TALKS > 0) | TESTS) == PACT),
        ("true", np.ones(12, np.bool_)),
        ("false", np.zeros(12, np.bool_)),
    ],
)
def test_conditions(text: str, expected: Any) -> None:
    assert condition(text, SPACE)().tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column 1: an option is expected, but the condition ends"),
        ("us.pct", "column 1: there is no option us.pct; did you mean us.pact?"),
        ("zebra", "column 1: there is no option zebra; there are us.talks, us.pact, dprk.tests"),
        ("us.talks = direct", "column 10: '=' has no meaning in a condition; write == to compare"),
        ("us.talks == late", "column 13: a level of us.talks (none, six_party, direct) is expected, not `late`"),
        ("us.pact us.talks", "column 9: `and`, `or`, `iff` or the end is expected, not `us.talks`"),
        ("(us.pact", "column 9: `)` is expected, but the condition ends"),
        ("us.pact and or", "column 13: an option is expected, not `or`"),
        ("if us.pact", "column 11: `then` is expected, but the condition ends"),
        ("us.pact; import os", "column 8: ';' has no meaning in a condition"),
        ("(" * 60 + "us.pact" + ")" * 60, "a condition nested more than 50 deep; split it"),
        ("us.pact or " * 200 + "us.pact", "a condition of 2,207 characters; at most 2,000 are read: split it"),
    ],
)
def test_conditions_refused(text: str, message: str) -> None:
    with pytest.raises(ConflictError) as refused:
        condition(text, SPACE)
    assert str(refused.value) == message


@pytest.mark.parametrize("name", ["prisoners-dilemma", "chicken"])
def test_bundled_games_are_the_published_ones(name: str, prisoners: Conflict, chicken: Conflict) -> None:
    model = {"prisoners-dilemma": prisoners, "chicken": chicken}[name]
    base = bundled(name).base
    for one, other in zip(base.preferences, model.preferences, strict=True):
        assert one.rank.tolist() == other.rank.tolist()
    assert base.warnings == ()


def test_statements_on_cuba_give_the_published_orders(cuba: Conflict) -> None:
    base = bundled("cuban-missile-crisis").base
    for one, other in zip(base.preferences, cuba.preferences, strict=True):
        assert one.rank.tolist() == other.rank.tolist()
    assert base.start == 0
    for concept, table in solve(base).table.items():
        assert (table == solve(cuba).table[concept]).all()


def section(**given: Any) -> tuple[Section | None, list[ConflictError]]:
    return read_section({"preferences": {"us": ["us.pact"], "dprk": ["us.pact", "not dprk.tests"]}, **given},
                        SPACE.options)  # fmt: skip


def test_claims_on_base_and_variants() -> None:
    found, problems = section(
        variants={"critic": {"preferences": {"dprk": ["dprk.tests"]}}}, start={"us.talks": "direct"}
    )
    assert problems == []
    assert found is not None
    assert found.base.start == 2
    assert found.equilibrium("dprk.tests", "seq") == {"base": False, "critic": True}
    assert share(found.equilibrium("dprk.tests", "seq")) == 0.5
    assert found.stable("us", "us.pact", "nash") == {"base": True, "critic": True}
    with pytest.raises(ConflictError, match="no feasible state meets `false`"):
        found.stable("us", "false", "nash")


def test_strong_ranks_carry_strength() -> None:
    found, problems = section(strong={"dprk": 1})
    assert problems == []
    assert found is not None
    coarse = found.base.preferences[1].coarse
    assert coarse is not None
    assert coarse.tolist() == PACT.astype(int).tolist()


@pytest.mark.parametrize(
    ("given", "path", "message"),
    [
        ({"colour": 1}, ("colour",), "there is no key colour in a conflict; there are parties, options, start, "
         "infeasible, one_way, forbidden, preferences, strong, variants, source, note"),
        ({"options": ["us.x", "us.talks", "us.pact", "dprk.tests"]}, ("options", 0),
         "there is no option us.x; there are us.talks, us.pact, dprk.tests"),
        ({"one_way": {"us.pact": "left"}}, ("one_way", "us.pact"), "left is no direction; write up or down"),
        ({"one_way": {"us.x": "up"}}, ("one_way", "us.x"),
         "us.x is no option of this conflict; list it under options"),
        ({"infeasible": ["us.pact and"]}, ("infeasible", 0),
         "`us.pact and`, column 12: an option is expected, but the condition ends"),
        ({"infeasible": ["true"]}, ("infeasible",), "the infeasible combinations exclude every state; drop one"),
        ({"infeasible": "us.pact"}, ("infeasible",), "a list is needed, not 'us.pact'"),
        ({"forbidden": [{"party": "us"}]}, ("forbidden", 0), "a forbidden move has the keys party, from and to"),
        ({"start": {"us.talks": "late"}}, ("start", "us.talks"),
         "late is no level of us.talks; there are none, six_party, direct"),
        ({"infeasible": ["us.pact"], "start": {"us.pact": "yes"}}, ("start",),
         "the start is an infeasible combination; start from a feasible one"),
        ({"preferences": {"rok": []}}, ("preferences", "rok"), "there is no party rok; there are us, dprk"),
        ({"preferences": {"us": "us.pact"}}, ("preferences", "us"),
         "a list of statements is needed, the most important first"),
        ({"preferences": {"us": ["us.pact", ["us.talks", "us.tlks"]]}}, ("preferences", "us", 1, 1),
         "`us.tlks`, column 1: there is no option us.tlks; did you mean us.talks?"),
        ({"strong": {"us": 7}}, ("strong", "us"), "7 is no number of ranks; there are 1"),
        ({"variants": {"base": {}}}, ("variants", "base"), "base is the conflict itself; name the variant otherwise"),
        ({"variants": {"v": {"start": {}}}}, ("variants", "v", "start"),
         "a variant changes preferences only; there is no key start"),
    ],
)  # fmt: skip
def test_section_refused(given: dict[str, Any], path: tuple[str | int, ...], message: str) -> None:
    found, problems = section(**given)
    assert found is None
    assert [(problem.path, str(problem)) for problem in problems] == [(path, message)]
