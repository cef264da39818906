"""A case as a plain function, as an EMA Workbench model, as an xarray data set."""

from __future__ import annotations

import numpy as np
import pytest

from detente import bundled
from detente.claims.stored import play_futures
from detente.language.case import Case
from detente.language.load import load
from detente.language.problems import Refused
from detente.simulate import interoperate
from detente.simulate.interoperate import as_ema_model, as_frame, as_function, as_xarray, identifier


@pytest.fixture(scope="module")
def case() -> Case:
    return load(bundled.find("tiny-race"), warn=False)


def test_a_function_yields_what_a_run_yields(case: Case) -> None:
    """The futures of a run put into the function give the run's own means, to the last bit."""
    rows, _ = play_futures(case, futures=24, runs=16, seed=4)
    play = as_function(case, runs=16, seed=4)
    found = play(**{name: rows[name].to_numpy() for name in case.assumptions})
    for strategy in case.strategies:
        assert np.array_equal(found[strategy]["tests"], rows[f"{strategy}.tests"].to_numpy())
        assert np.array_equal(found[strategy]["reaches"], rows[f"{strategy}.reaches"].to_numpy() / 365.25)


def test_what_is_not_given_stays_in_the_middle(case: Case) -> None:
    play = as_function(case, runs=8)
    assert play.inputs == ("learning", "test_rate", "bite", "relief")
    both = play(bite=[0.1, 0.3], relief=0.2, common_luck=True)
    assert both["pressure"]["tests"].shape == (2,)
    one = play(bite=0.3, relief=0.2)
    assert one["pressure"]["tests"][0] == both["pressure"]["tests"][1]
    assert play()["talks"]["tests"].shape == (1,)


def test_a_function_refuses_what_it_does_not_know(case: Case) -> None:
    play = as_function(case, runs=2)
    with pytest.raises(TypeError, match="bites is no assumption of tiny-race"):
        play(bites=1)
    with pytest.raises(ValueError, match="shape"):
        play(bite=[1, 2], relief=[1, 2, 3])


def test_a_frame_has_a_row_for_each_set_and_strategy(case: Case) -> None:
    frame = as_frame(as_function(case, runs=4)(bite=[0.1, 0.2, 0.3]))
    assert frame.columns == ["strategy", "reaches", "concedes", "tests"]
    assert frame["strategy"].to_list() == ["pressure"] * 3 + ["talks"] * 3


def test_identifiers() -> None:
    assert identifier("us.talks") == "us_talks"


def test_an_xarray_data_set(case: Case) -> None:
    pytest.importorskip("xarray")
    rows, player = play_futures(case, futures=16, runs=4)
    data = as_xarray(rows, case, player.ensemble.strategies)
    assert dict(data.sizes) == {"future": 16, "strategy": 2}
    assert data["tests"].sel(strategy="talks").values.tolist() == rows["talks.tests"].to_list()
    assert data["bite"].dims == ("future",)
    assert data["too_slow_holds"].values.tolist() == rows["too_slow.holds"].to_list()


def test_without_xarray_it_says_so(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    rows, player = play_futures(case, futures=8, runs=2)
    monkeypatch.setattr(interoperate, "import_module", missing)
    with pytest.raises(Refused) as refused:
        as_xarray(rows, case, player.ensemble.strategies)
    assert refused.value.problems[0].code == "package_missing"


@pytest.mark.slow
def test_an_ema_workbench_model(case: Case) -> None:
    ema = pytest.importorskip("ema_workbench")
    model = as_ema_model(case, runs=4)
    assert {u.name for u in model.uncertainties} == set(case.assumptions)
    with ema.SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=6, policies=2)
    assert len(experiments) == 12
    assert set(outcomes) == {"reaches", "concedes", "tests"}
    assert np.isfinite(outcomes["reaches"]).all()
    row = experiments.iloc[3]
    again = as_function(case, runs=4)(**{name: row[name] for name in case.assumptions})
    assert again[row["strategy"]]["tests"][0] == outcomes["tests"][3]
