"""The scripts that make the pages, imported from where they lie."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory):
    """Kernels of tests are kept with the tests' own files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DETENTE_CACHE", str(tmp_path_factory.mktemp("kernels")))
        patch.setattr(sys, "path", [str(DOCS), *sys.path])
        yield


@pytest.fixture(scope="session")
def make(_own_cache: None) -> ModuleType:
    """`docs/make.py`."""
    import make as module

    return module


@pytest.fixture(scope="session")
def pages(_own_cache: None) -> ModuleType:
    """`docs/pages.py`."""
    import pages as module

    return module
