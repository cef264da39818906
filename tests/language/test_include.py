"""`include:`: how sections merge, and what is never read."""

from pathlib import Path
from typing import IO, Any

import pytest

from detente.language.load import load
from detente.language.problems import Refused

HEADER = "detente: 1\ncase: x\nas_of: 2016-09-30\nhorizon: 1 year\nstep: 1 month\n"


def write(folder: Path, **files: str) -> Path:
    """Files by stem, dots as folders; `case` gets the header."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER + text if name == "case" else text)
    return folder / "case.yaml"


def codes(path: Path) -> list[str]:
    """What is wrong with a case."""
    with pytest.raises(Refused) as refused:
        load(path)
    return [problem.code for problem in refused.value.problems]


def test_sections_merge_by_name_and_the_including_file_wins(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        case="include: [a.yaml, b.yaml]\nquantities: {y: {start: 20}, z: {start: 3}}\n",
        a="detente: 1\nquantities: {x: {start: 1}, y: {start: 2, change: 5}}\n",
        b="quantities: {w: {start: 0}}\n",
    )
    case = load(path, warn=False)
    assert {name: q.start.value for name, q in case.quantities.items()} == {"x": 1, "y": 20, "w": 0, "z": 3}  # type: ignore[union-attr]
    assert case.quantities["y"].change is None
    assert Path(case.quantities["x"].place.file).name == "a.yaml"


def test_effects_keep_the_order_of_the_files(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        case="include: a.yaml\nevents: {second: {rate: 1, then: {x: 2}}}\n",
        a="quantities: {x: {start: 1}}\nevents: {first: {rate: 1, then: {x: 1}}}\n",
    )
    assert list(load(path, warn=False).events) == ["first", "second"]


def test_lists(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        case="include: a.yaml\nturns: [b, a]\ncorrelations: [{between: [x, z], rank: 0.1}]\nparties: {a: , b: }\n",
        a="turns: [a, b]\nassumptions: {x: {uniform: [0, 1]}, y: {uniform: [0, 1]}, z: {uniform: [0, 1]}}\n"
        "correlations: [{between: [x, y], rank: 0.2}]\n",
    )
    case = load(path, warn=False)
    assert case.turns == ("b", "a")
    assert [c.between for c in case.correlations] == [("x", "y"), ("x", "z")]


def test_included_files_include_relative_to_themselves(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        case="include: parts/a.yaml\n",
        parts__a="include: deeper/b.yaml\n",
        parts__deeper__b="include: ../../c.yaml\n",
        c="quantities: {x: {start: 1}}\n",
    )
    assert list(load(path, warn=False).quantities) == ["x"]


def test_what_two_files_include_is_read_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        case="include: [a.yaml, b.yaml, c.yaml]\n",
        a="include: c.yaml\nquantities: {z: {start: x}}\n",
        b="include: ./c.yaml\nquantities: {w: {start: y}}\nturns: [p]\n",
        c="parties: {p: }\nassumptions: {x: {uniform: [0, 1]}, y: {uniform: [0, 1]}}\n"
        "correlations: [{between: [x, y], rank: 0.2}]\n",
    )
    case = load(path, warn=False)
    assert list(case.quantities) == ["z", "w"]
    assert list(case.assumptions) == ["x", "y"]
    assert [c.between for c in case.correlations] == [("x", "y")]
    assert len(case.files) == 4


def test_an_order_of_turns_may_come_by_two_ways(tmp_path: Path) -> None:
    files = {"a": "include: c.yaml\n", "b": "include: c.yaml\n", "c": "parties: {p: , q: }\nturns: [q, p]\n"}
    assert load(write(tmp_path, case="include: [a.yaml, b.yaml]\n", **files), warn=False).turns == ("q", "p")


def test_problems_point_into_the_included_file(tmp_path: Path) -> None:
    path = write(tmp_path, case="include: parts/a.yaml\n", parts__a="\nquantities:\n  x: {start: y}\n")
    with pytest.raises(Refused) as refused:
        load(path)
    (problem,) = refused.value.problems
    assert Path(problem.place.file).relative_to(tmp_path) == Path("parts/a.yaml")
    assert (problem.place.line, problem.place.path) == (3, "quantities.x.start")
    assert problem.place.file in refused.value.files


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"case": "include: a.yaml", "a": "include: b.yaml", "b": "include: a.yaml"}, ["include_cycle"]),
        ({"case": "include: case.yaml"}, ["include_cycle"]),
        ({"case": "include: [a.yaml, b.yaml]", "a": "goals: {x: few}", "b": "goals: {x: few}"},
         ["unknown_name", "include_both"]),
        ({"case": "include: [a.yaml, ./a.yaml]", "a": "detente: 1"}, ["include_twice"]),
        ({"case": "include: [a.yaml, c.yaml]", "a": "include: c.yaml\nevents: {e: {rate: 1}}",
          "c": "events: {e: {rate: 2}}"},
         ["include_both"]),
        ({"case": "include: [a.yaml, b.yaml]", "a": "include: c.yaml", "b": "include: c.yaml", "c": "events: {e: 1}"},
         ["not_mapping"]),
        ({"case": "include: a.yaml", "a": "detente: 2"}, ["unknown_format"]),
        ({"case": "include: a.yaml", "a": "as_of: 2016-01-01"}, ["include_header"]),
        ({"case": "include: a.yaml", "a": "quantites: {x: {start: 1}}"}, ["unknown_key"]),
        ({"case": "include: a.yaml", "a": "quantities: [1\n\n"}, ["yaml_unclosed_bracket"]),
        ({"case": "include: a.yaml", "a": ""}, ["file_empty"]),
        ({"case": "include: a.yaml", "a": "turns: [us]\nparties: {us: }\nquantities: 1"}, ["section_not_mapping"]),
        ({"case": "include: ''"}, ["include_form"]),
        ({"case": "include: [1, {a: b}]"}, ["file_missing", "include_form"]),
        ({"case": "include: sub"  , "sub__x": ""}, ["file_is_folder"]),
        ({"case": "include: [a.yaml, b.yaml]\nparties: {us: }", "a": "turns: [us]", "b": "turns: [us]"},
         ["include_both"]),
    ],
)  # fmt: skip
def test_refused(files: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    assert codes(write(tmp_path, **files)) == expected


def test_nothing_outside_the_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("quantities: {x: {start: 1}}\n")
    inside = tmp_path / "case"
    inside.mkdir()
    (inside / "link.yaml").symlink_to(secret)
    (inside / "folder").symlink_to(tmp_path)
    opened: list[str] = []
    original = Path.open

    def watched(self: Path, mode: str = "r", **options: Any) -> IO[Any]:
        if mode == "rb":
            opened.append(self.name)
        return original(self, mode, **options)

    monkeypatch.setattr(Path, "open", watched)
    for name in ("../secret.yaml", "link.yaml", "folder/secret.yaml", str(secret), "a/../../secret.yaml", "~/x.yaml"):
        found = codes(write(inside, case=f"include: {name}\n"))
        assert found == ["file_missing" if name.startswith("~") else "include_outside"]
    assert set(opened) == {"case.yaml"}


def test_a_folder_that_is_itself_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", case="include: a.yaml\n", a="quantities: {x: {start: 1}}\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert list(load(tmp_path / "link", warn=False).quantities) == ["x"]


def test_depth_number_and_size_are_bounded(tmp_path: Path) -> None:
    deep = {f"f{n}": f"include: f{n + 1}.yaml\n" for n in range(20)}
    assert codes(write(tmp_path / "deep", case="include: f0.yaml\n", **deep)) == ["include_too_deep"]
    many = {f"f{n}": "detente: 1\n" for n in range(40)}
    names = ", ".join(f"{name}.yaml" for name in many)
    assert set(codes(write(tmp_path / "many", case=f"include: [{names}]\n", **many))) == {"include_too_much"}
    large = {f"f{n}": "detente: 1\n" + "#" * 250_000 for n in range(6)}
    names = ", ".join(f"{name}.yaml" for name in large)
    assert set(codes(write(tmp_path / "large", case=f"include: [{names}]\n", **large))) == {"include_too_much"}
