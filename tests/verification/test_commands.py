"""`detente inspect`: answers, JSON shapes, and one line for every mistake."""

import json

import pytest
from typer.testing import CliRunner

from detente.verification.commands import app

SITES = """
detection:
  - [0, 0.5, 0.75]
  - [0, 1/2, 0.7]
gains: [1, 2]
losses: [3, 4]
mixed: true   # lotteries are allowed
"""


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def sites(tmp_path):
    path = tmp_path / "sites.yaml"
    path.write_text(SITES)
    return path


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("sample --items 10 --falsified 2 --sample 3 --exact", {"sample": 3, "probability": "8/15"}),
        ("sample --items 100 --falsified 1 --probability 0.3", {"sample": 30, "probability": 0.3}),
        ("sample --items 1000 --falsified 10 --probability 0.95 --method iaea --exact", {"sample": 259}),
        (
            "deter --gain 10 --loss 30 --detection 0.2",
            {"temptation": 2.0, "least_detection": 0.25, "deterred": False},
        ),
        (
            "deter --gain 1 --loss 2 --detection 1/3 --exact",
            {"temptation": "0", "least_detection": "1/3", "deterred": True},
        ),
        ("deter --gain 1 --loss 3", {"temptation": None, "least_detection": 0.25, "deterred": None}),
        ("time --schedule random --interval 12", {"mean": 7.0, "within": None}),
        ("time --schedule periodic --interval 0.1 --detects 0.5 --start worst --within 0.3", {"within": 0.875}),
        ("time --schedule random --interval 1 --exact", {"mean": "7/12", "within": None}),
        ("time --anticipated 0 --horizon 3", {"mean": 3.0, "within": None}),
        ("time --anticipated 1", {"mean": 0.36787944117144233, "within": None}),
        ("game --periods 3 --inspections 1 --exact", {"value": "1/2", "inspect": "1/4", "violate": "1/4"}),
        ("game --periods 3 --inspections 1 --rewards 1,5 --exact", {"value": "7/4", "violate": "17/28"}),
        ("game --periods 5 --inspections 0 --violations 2", {"value": 2.0, "inspect": 0.0, "violate": 1.0}),
    ],
)
def test_json(command, answer):
    result = run(*command.split(), "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert {key: found[key] for key in answer} == answer


def test_tables():
    assert run(*["sample", "--items", "10", "--falsified", "2", "--sample", "3"]).stdout.split() == [
        "sample", "3", "probability", "0.533333",
    ]  # fmt: skip
    shown = run(*["deter", "--gain", "1", "--loss", "3", "--detection", "1"]).stdout.split()
    assert shown == ["temptation", "-3", "least", "detection", "0.25", "deterred", "yes"]


def test_allocate(sites, tmp_path):
    found = json.loads(run("allocate", sites, "--budget", 1, "--json", "--exact").stdout)
    assert found == {"value": "1/5", "lottery": [["3/5", [0, 1]], ["2/5", [1, 0]]]}
    as_json = tmp_path / "sites.json"
    as_json.write_text('{\t"detection": [[0, 0.5, 0.75], [0, 0.5, 0.7]], "gains": [1, 2], "losses": [3, 4]}')
    assert json.loads(run("allocate", as_json, "--budget", 1, "--json", "--exact").stdout) == found
    assert run("allocate", sites, "--budget", 2).stdout.split()[:2] == ["value", "-1"]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("sample --falsified 2 --sample 3", "--items is needed"),
        ("sample --items 10 --falsified 2", "give either --sample or --probability"),
        ("sample --items 10 --falsified 2 --sample 1 --probability 0.5", "give either --sample or --probability"),
        ("sample --items ten --falsified 2 --sample 1", "items must be a whole number, 0 or more, not 'ten'"),
        ("sample --items 10 --falsified 2 --sample 1.5", "sample must be a whole number, 0 or more, not 3/2"),
        ("sample --items 10 --falsified 2 --sample 11", "sample must be at most the number of items, 10, not 11"),
        (
            "sample --items 10 --falsified 0 --probability 0.5",
            "probability 0.5 cannot be reached: looking at all 10 items, 0 of them falsified, "
            "detects with probability 0.0",
        ),
        ("sample --items 9 --falsified 1 --probability 0 --method b", "method must be one of exact, iaea, not 'b'"),
        ("deter --gain 1", "--loss is needed"),
        ("deter --gain nan --loss 1", "gain must be a finite number, 0 or more, not 'nan'"),
        ("deter --gain 1 --loss 1/0", "loss must be a finite number, 0 or more, not '1/0'"),
        ("deter --gain 1 --loss 1 --detection 2", "detection must be a number from 0 to 1, not 2"),
        ("deter --gain 1e999999999 --loss 1", "gain must be a finite number, 0 or more, not '1e999999999'"),
        ("time", "--schedule is needed"),
        ("time --schedule daily --interval 1", "schedule must be one of periodic, random, poisson, not 'daily'"),
        ("time --schedule random --interval 0", "interval must be a finite number above 0, not 0"),
        ("time --anticipated 1 --interval 2", "--interval does not go with --anticipated"),
        ("time --schedule random --interval 1 --horizon 2", "--horizon goes with --anticipated only"),
        ("time --anticipated -1", "inspections must be a whole number, 0 or more, not -1"),
        ("game --periods 3", "--inspections is needed"),
        ("game --periods 3 --inspections 1 --rewards 1,x", "rewards[1] must be a finite number, 0 or more, not 'x'"),
        ("game --periods 3 --inspections 1 --violations 3 --rewards 1", "rewards must have 3 entries, not 1"),
        ("allocate", "a FILE with detection, gains and losses is needed"),
        ("allocate x.yaml", "--budget is needed"),
        ("allocate nowhere.yaml --budget 1", "nowhere.yaml: No such file or directory"),
        ("allocate x.yaml --budget 1.5", "budget must be a whole number, 0 or more, not 3/2"),
        ("deter --gain 1 --loss 1 --plot x.pdf", "--plot must name a file that ends in .svg, .png, .html, not x.pdf"),
        ("deter --gain 1 --loss 1 --plot no/x.svg", "--plot: there is no folder no"),
    ],
)  # fmt: skip
def test_mistakes(command, message):
    result = run(*command.split())
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"error: {message}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file must hold the keys detection, gains, losses (and mixed, if wanted)"),
        ("- 1", "the file must hold the keys detection, gains, losses (and mixed, if wanted)"),
        ("detection: [[0]]\ngains: [1]", "the key 'losses' is missing; the keys are detection, gains, losses, mixed"),
        ("loses: [1]", "unknown key 'loses'; the keys are detection, gains, losses, mixed"),
        ("gains: [1]\ngains: [2]", "the key 'gains' is given twice"),
        ("gains: [1\nlosses", "line 3: while parsing a flow sequence did not find expected ',' or ']'"),
        ("gains: &a [1]\nlosses: *a", "line 1: anchors and aliases are not read here; write the values out"),
        ("gains: !odd 1", "line 1: tags such as !odd are not read here; leave it out"),
        ("[" * 20, "line 1: nested too deeply"),
        ("[" * 100_000, "line 1: while increasing flow level exceeded maximum nesting depth"),
        ('{"a":' * 50_000, "the file is nested too deeply"),
        ('{"gains": [1', "line 1: Expecting ',' delimiter"),
        ('{"detection":[[NaN]],"gains":[],"losses":[]}', "detection[0][0] must be a number from 0 to 1, not 'NaN'"),
        ("detection: [[0, 1]]\ngains: {a: 1}\nlosses: [1]", "gains must be a list of numbers, not a mapping"),
        ("detection: [[0, 2]]\ngains: [1]\nlosses: [1]", "detection[0][1] must be a number from 0 to 1, not 2"),
        ("detection: [[0, 1]]\ngains: [1]\nlosses: [1]\nmixed: no", "mixed must be true or false, not 'no'"),
        ("detection: [[x]]\ngains: []\nlosses: []", "detection[0][0] must be a number from 0 to 1, not 'x'"),
        ("detection: [3]\ngains: [1]\nlosses: [1]", "detection[0] must be a list of numbers, not 3"),
        ("x" * 256_001, "the file is larger than 256 kB"),
        (b"\xff\xfe", "the file is not UTF-8 text"),
    ],
)  # fmt: skip
def test_malformed_files(tmp_path, text, message):
    path = tmp_path / "sites.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = run("allocate", path, "--budget", 1)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"error: {path}: {message}\n"


@pytest.mark.parametrize(
    "command",
    [
        "sample --items 30 --falsified 3 --probability 0.5",
        "deter --gain 1 --loss 1 --detection 0.5",
        "time --schedule random --interval 1 --within 1",
        "time --anticipated 2",
        "game --periods 6 --inspections 2",
    ],
)
def test_plots(tmp_path, command):
    path = tmp_path / "plot.svg"
    result = run(*command.split(), "--plot", path)
    assert result.exit_code == 0, result.stderr
    drawn = path.read_text()
    assert drawn.startswith("<svg")
    assert "mark-line" in drawn
    assert "mark-symbol" in drawn


def test_a_plot_of_effort(sites, tmp_path):
    path = tmp_path / "plot.svg"
    assert run("allocate", sites, "--budget", 2, "--plot", path).exit_code == 0
    assert "mean units of effort" in path.read_text()
