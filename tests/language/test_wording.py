"""Every problem has words, every word a problem; the two renderings say the same."""

import json
import re
from pathlib import Path

import pytest

from detente.language.load import load_text
from detente.language.problems import Place, Problem, Refused
from detente.language.render import MOST_SHOWN, as_json, as_text
from detente.language.wording import LONGEST_FACT, WORDS, nearest, say, shown
from detente.language.wording_sections import SECTION_WORDS

LANGUAGE = Path(say.__code__.co_filename).parent
SOURCES = "\n".join(p.read_text() for p in LANGUAGE.glob("*.py") if not p.name.startswith("wording"))


def test_every_word_of_a_section_is_said_somewhere() -> None:
    kinds = ("assumption", "quantity", "event", "option", "source", "measure", "strategy")
    built = {f"unused_{kind}" for kind in kinds}
    assert {code for code in SECTION_WORDS if f'"{code}"' not in SOURCES} == built


def test_every_problem_of_a_section_has_words() -> None:
    said = set(re.findall(r'(?:problems\.add|problems\.warn|refuse|_stop)\(\s*"([a-z_0-9]+)"', SOURCES))
    assert len(said) > 80
    assert said - set(WORDS) == set()


def test_headlines_stand_alone() -> None:
    for headline, remedy in SECTION_WORDS.values():
        assert not headline.endswith(".")
        assert headline[0] in "`{'" or not headline[0].isupper() or headline.startswith("YAML")
        assert remedy[:1] in "`{" or remedy[0].isupper() or remedy[0].isdigit()


def test_facts_are_shown_on_one_line_and_cut() -> None:
    assert shown("a\x1b[31m\n\u202eb") == "a\\u001b[31m\\u000a\\u202eb"
    assert len(shown("x" * 1000)) == LONGEST_FACT
    assert shown(0.1 + 0.2) == "0.3"
    assert (
        "{name}" in say(Problem("unknown_key", Place(), {"what": "a {name}", "name": "x", "known": ("y",)})).headline
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [("dircet", "direct"), ("Direct", "direct"), ("talks", "us.talks"), ("us.talk", "us.talks"), ("x", None),
     ("d", None), ("sanctions", None), ("direct" * 20, None)],
)  # fmt: skip
def test_nearest(name: str, expected: str | None) -> None:
    assert nearest(name, ["none", "direct", "us.talks", "d_"]) == expected


def refusal() -> Refused:
    text = "detente: 1\ncase: x\nas_of: 2016-09-30\nhorizon: 1 year\nstep: 1 month\nquantities:\n\tq: {strat: 1}\n"
    with pytest.raises(Refused) as refused:
        load_text(text.replace("\t", "  "), "f.yaml")
    return refused.value


def test_the_two_renderings_say_the_same() -> None:
    refused = refusal()
    objects = as_json(refused.problems, refused.files)
    assert json.loads(json.dumps(objects)) == objects
    assert objects[0] == {
        "severity": "error", "code": "no_start", "file": "f.yaml", "line": 7, "column": 6, "path": "quantities.q",
        "message": "quantity `q` has no start", "text": "q: {strat: 1}",
        "remedy": "Give `start:`, or `is:` if it is computed from others.",
    }  # fmt: skip
    text = as_text(refused.problems, refused.files)
    for each in objects:
        assert f"{each['file']}:{each['line']}: {each['message']}  [{each['path']}]" in text
        assert str(each["remedy"]) in text


def test_colour_only_if_asked() -> None:
    refused = refusal()
    plain, coloured = (as_text(refused.problems, refused.files, colour=c) for c in (False, True))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


def test_many_problems_are_counted() -> None:
    problems = [Problem("file_empty", Place("f.yaml"))] * (MOST_SHOWN + 3)
    assert as_text(problems).endswith("... and 3 more.")
    assert len(as_json(problems)) == MOST_SHOWN


def test_a_place_beyond_the_text_shows_no_line() -> None:
    problems = [Problem("file_empty", Place("f.yaml", 99, 3))]
    assert "^" not in as_text(problems, {"f.yaml": "a\n"})
