"""`Checks, includes` of the language: what `set` holds fixed, when a check holds, how files become one case."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.claims.run import check
from detente.language.load import load
from detente.language.problems import Refused
from detente.language.render import as_text

WORLD = """
options: {us.pace: {levels: [slow, even, fast], values: [0, 1, 2], start: even}}
assumptions:
  lag: {uniform: [6, 12], unit: month, status: judged, note: drawn}
  squeeze: {one_of: {tames: 1, hardens: 1}, status: judged, note: drawn}
quantities:
  x: {start: 0, change: 12, within: [0, 20]}
  double: {is: 2 * x}
  pause: {start: 6, unit: month, change: 0}
events: {push: {chance: 1, then: {x: x + 1}}, rare: {rate: 0}}
conduct: {us: [{option: us.pace, move: fast}]}
strategies: {slow: {moves: {us.pace: slow}}, left: {}}
measures:
  x_end: final(x)
  double_end: final(double)
  pace: mean(us.pace)
  waiting: lag
  pause_end: final(pause)
  tamed: 1 if squeeze == tames else 0
  rarely: count(rare)
checks: {one: CHECK}
"""

HOLDS = [
    "{set: {x: 5}, says: mean(x_end under slow) == 5}",  # neither its equation nor an event moves it
    "{set: {x: 5}, says: mean(double_end under slow) == 10}",
    "{set: {double: 5}, says: mean(double_end under slow) == 5 and mean(x_end under slow) == 20}",
    "{set: {us.pace: even}, says: mean(pace under slow) == 1 and mean(pace under left) == 1}",  # nobody moves it
    "{set: {lag: 12}, says: mean(waiting under slow) == 1}",  # in its own unit; claims count in years
    "{set: {lag: 24}, says: mean(waiting under slow) == 2 years}",  # beyond its range too
    "{set: {pause: 12}, says: mean(pause_end under slow) == 1}",
    "{set: {squeeze: tames}, says: P(tamed == 1 under slow) == 1}",
    "{set: {squeeze: hardens}, says: P(tamed == 0 under slow) == 1}",
    "{says: mean(x_end under slow) == 20}",
]
FAILS = {
    "{says: mean(x_end under slow) == 21}": 64,
    "{says: P(tamed == 1 under slow) == 1}": 32,  # every second future of a balanced design
    "{says: P(x_end > 0 if rarely > 0 under slow) == 1}": 0,  # no future could test it
}


@pytest.mark.parametrize("text", HOLDS)
def test_holds(case, text):
    (result,) = check(case(WORLD.replace("CHECK", text)))
    assert (result.holds, result.futures, result.failing) == (True, 64, 0)


@pytest.mark.parametrize(("text", "failing"), FAILS.items())
def test_fails(case, text, failing):
    (result,) = check(case(WORLD.replace("CHECK", text)))
    assert (result.holds, result.failing) == (False, failing)


def test_the_worst_future_is_told_in_own_units(case):
    """The shortest lag drawn, in months, and the rival by name."""
    (result,) = check(case(WORLD.replace("CHECK", "{says: mean(waiting under slow) > 0.9}")))
    assert result.worst is not None
    assert result.worst.assumptions["lag"] == pytest.approx(12 * (0.9 + result.worst.margin))
    assert 6 <= result.worst.assumptions["lag"] < 6.5
    assert result.worst.assumptions["squeeze"] in ("tames", "hardens")


@pytest.mark.parametrize(("setting", "message"), [
    ("x: 25", "25 lies outside 0 to 20"),
    ("zz: 1", "there is no assumption, quantity or option `zz`"),
    ("us.pace: fastest", "`us.pace` has no level `fastest`"),
    ("squeeze: tame", "Did you mean `tames`?"),
    ("lag: 6 months", "`6 months` is not a number"),
    ("push: 1", "there is no assumption, quantity or option `push`"),
])
def test_refused_settings(said, setting, message):
    found = said(WORLD.replace("CHECK", f"{{set: {{{setting}}}, says: mean(x_end under slow) == 5}}"))
    assert message in found
    assert "[checks.one.set." in found


# --- includes ----------------------------------------------------------------------------------------------------

HEADER = "detente: 1\ncase: whole\ntitle: Whole\nas_of: 2020-01-01\nhorizon: 2 months\nstep: 1 month\n"


def together(folder: Path, **files: str):
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text((HEADER if name == "case" else "") + text, encoding="utf-8")
    try:
        return load(folder / "case.yaml", warn=False)
    except Refused as refused:
        return as_text(refused.problems, refused.files)


def starts(case):
    return {name: quantity.start.value for name, quantity in case.quantities.items()}


def test_sections_merge_by_name_and_the_including_file_replaces_whole_entries(tmp_path):
    case = together(tmp_path, case="include: [a.yaml, b.yaml]\nquantities: {x: {start: 9}}\n",
                    a="detente: 1\nquantities: {x: {start: 1, change: 3}, y: {start: 2}}\n",
                    b="quantities: {z: {start: 3}}\n")
    assert starts(case) == {"x": 9, "y": 2, "z": 3}
    assert case.quantities["x"].change is None


def test_included_files_include_others_relative_to_themselves(tmp_path):
    case = together(tmp_path, case="include: sub/b.yaml\n",
                    sub__b="include: ../e.yaml\nquantities: {x: {start: 1}}\n",
                    e="quantities: {x: {start: 5}, v: {start: 6}}\n")
    assert starts(case) == {"x": 1, "v": 6}


TWICE = {"a": "quantities: {x: {start: 1}}\n", "b": "quantities: {x: {start: 2}}\n"}


@pytest.mark.parametrize(("files", "message"), [
    ({"case": "include: [a.yaml, b.yaml]\n", **TWICE}, "`x` is defined in two included files"),
    ({"case": "include: [a.yaml, b.yaml]\nquantities: {x: {start: 7}}\n", **TWICE}, "Take it out of one of them"),
    ({"case": "include: a.yaml\n", "a": "include: case.yaml\n"}, "case.yaml -> a.yaml -> case.yaml"),
    ({"case": "include: a.yaml\n", "a": "case: other\n"}, "an included file says `case:`"),
    ({"case": "include: ../a.yaml\n"}, "lies outside the folder of the case"),
    ({"case": "include: /etc/hostname\n"}, "outside the folder of the case"),
    ({"case": "include: b.yaml\n", "a": ""}, "there is no file"),
])
def test_refused_includes(tmp_path, files, message):
    assert message in together(tmp_path, **files)


def test_links_are_resolved(tmp_path):
    (tmp_path / "outside.yaml").write_text("quantities: {x: {start: 1}}\n", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    assert "lies outside the folder of the case" in together(tmp_path / "folder", case="include: link.yaml\n")
