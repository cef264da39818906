"""What the package shows, and that importing it stays light."""

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from detente import verification

MODULES = [module.name for module in pkgutil.iter_modules(verification.__path__)]


def test_public_names_are_sorted_and_documented():
    assert verification.__all__ == sorted(verification.__all__)
    for name in verification.__all__:
        assert inspect.getdoc(getattr(verification, name)), name


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("detection_probability", "items falsified sample detects=1 * exact=False"),
        ("smallest_sample", "items falsified probability detects=1 * method='exact'"),
        ("temptation", "gain loss detection false_alarm=0 false_cost=0 * exact=False"),
        ("least_detection", "gain loss false_alarm=0 false_cost=0 * exact=False"),
        ("k_of_n", "k n probability * exact=False"),
        ("posterior", "prior detects false_alarm alarms clean * exact=False"),
        ("mean_detection_time", "schedule interval detects=1 start='random' * exact=False"),
        ("detected_by", "time schedule interval detects=1 start='random'"),
        ("anticipated_detection_time", "inspections horizon=1"),
        ("inspection_game", "periods inspections violations=1 penalty=1 rewards=None * exact=False"),
        ("allocate", "budget detection gains losses mixed=True * exact=False"),
        ("least_budget", "detection gains losses mixed=True"),
        ("transparency_window", "gain loss worth price detects=1 * exact=False"),
    ],
)
def test_signatures(name, signature):
    shown, starred = [], False
    for parameter in inspect.signature(getattr(verification, name)).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            shown.append("*")
            starred = True
        default = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
        shown.append(parameter.name + default)
    assert " ".join(shown) == signature


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings(name):
    assert doctest.testmod(importlib.import_module(f"detente.verification.{name}")).failed == 0


def test_importing_leaves_the_heavy_libraries_alone():
    heavy = ["altair", "rich", "scipy", "typer"]
    code = f"import sys, detente.verification; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_examples_in_the_documentation():
    page = Path(__file__).parents[2] / "docs" / "verification.md"
    found = doctest.testfile(str(page), module_relative=False)
    assert found.attempted > 10
    assert found.failed == 0
