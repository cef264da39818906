import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.claims import BlockVerdicts, Judge, Tally, varying
from detente.claims.shares import share_interval
from detente.language.case import Assumption, Fixed, OneOf, Uniform
from detente.language.tree import Compare, Number


def judge(toy, assumptions=None):
    often = toy.compare(toy.share(Compare(">", toy.at("tests"), Number(0.5))), ">", 0.5)
    return Judge(toy.case(assumptions, often=often, race=toy.compare(toy.race(), "<", 0.3)), "a", 32)


def judged(futures, seed=0, rivals=None):
    """Verdicts of two claims in the given futures, each future's the same whatever block it is in."""
    rng = np.random.default_rng([seed, 1])
    futures = np.asarray(futures)
    margin = rng.normal(size=(2, 1000))
    margin[:, rng.random(1000) < 0.1] = np.nan
    flags = rng.random((3, 2, 1000)) < 0.5
    squeeze = rng.integers(0, 2, 1000) if rivals is None else np.full(1000, rivals)
    pick = {"margin": margin, "holds": margin > 0, "settled": flags[1], "by_default": flags[2] & (margin > 0),
            "runs": np.full((2, 1000), 32)}
    return BlockVerdicts(
        ("often", "race"), futures, neither=np.array([[0, 0], [5 * len(futures), 32 * len(futures)]]),
        rivals={"squeeze": squeeze[futures]}, **{name: array[:, futures] for name, array in pick.items()},
    )


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_order_and_any_cut_give_the_same_verdicts(toy, data):
    count = data.draw(st.integers(1, 60))
    cuts = sorted(data.draw(st.sets(st.integers(1, count), max_size=6)) | {0, count})
    blocks = [range(a, b) for a, b in pairwise(cuts)]
    once, mixed = Tally(judge(toy)), Tally(judge(toy))
    once.add(judged(range(count)))
    for block in data.draw(st.permutations(blocks)):
        mixed.add(judged(block))
    assert repr(once.verdicts()) == repr(mixed.verdicts())
    assert json.dumps([v.to_json() for v in once.verdicts().values()]) == json.dumps(
        [v.to_json() for v in mixed.verdicts().values()]
    )
    assert once.whole().margin.tobytes() == mixed.whole().margin.tobytes()


def test_a_verdict_is_worked_out_from_its_futures(toy):
    tally, block = Tally(judge(toy)), judged(range(200))
    tally.add(block)
    found = tally.verdicts()["race"]
    counted = ~np.isnan(block.margin[1])
    share, interval = share_interval(block.holds[1], counted, block.futures)
    assert (found.share, found.interval, found.verdict) == (share, interval, "depends")
    assert found.share == block.holds[1][counted].mean()
    assert found.left_out == pytest.approx(1 - counted.mean())
    assert found.unsettled == (~block.settled[1])[counted].mean()
    assert found.by_default == block.by_default[1][counted].mean()
    assert found.neither == 5 / 32
    expected = np.quantile(block.margin[1][counted], [0.05, 0.5, 0.95])
    np.testing.assert_allclose([found.margin.q05, found.margin.q50, found.margin.q95], expected)
    hardens = counted & (block.rivals["squeeze"] == 1)
    assert found.rivals["squeeze"]["hardens"].share == block.holds[1][hardens].mean()
    assert found.rivals["squeeze"]["hardens"].futures == hardens.sum()
    plain = tally.verdicts()["often"]
    assert (plain.neither, plain.by_default) == (None, None)


def test_json_has_the_documented_shape(toy):
    tally = Tally(judge(toy))
    tally.add(judged(range(64), rivals=0))
    found = tally.verdicts()["often"].to_json()
    assert list(found) == ["verdict", "share", "interval", "unsettled", "margin", "neither", "rivals", "left_out"]
    assert list(found["margin"]) == ["q05", "q50", "q95"]
    assert found["rivals"]["squeeze"]["hardens"] == {"verdict": None, "share": None}
    assert list(found["rivals"]["squeeze"]["tames"]) == ["verdict", "share"]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_no_future_counts(toy):
    tally = Tally(judge(toy))
    block = judged(range(8))
    block.margin[:] = np.nan
    tally.add(block)
    found = tally.verdicts()["often"]
    assert (found.verdict, found.share, found.interval, found.left_out) == ("depends", None, (0.0, 1.0), 1.0)
    assert found.to_json()["margin"] == {"q05": None, "q50": None, "q95": None}
    assert found.reading.startswith("No future says anything about it.")


def test_infinite_margins_are_null_in_json(toy):
    tally = Tally(judge(toy))
    block = judged(range(8))
    block.margin[0] = [-np.inf] * 2 + [0.5] * 5 + [np.inf]
    tally.add(block)
    assert tally.verdicts()["often"].to_json()["margin"] == {"q05": None, "q50": 0.5, "q95": None}


def test_a_block_is_added_once_and_an_empty_tally_has_no_verdicts(toy):
    tally = Tally(judge(toy))
    with pytest.raises(ValueError, match=r"^nothing has been judged yet$"):
        tally.verdicts()
    tally.add(judged(range(8, 16)))
    with pytest.raises(ValueError, match=r"^the block of future 8 was added twice$"):
        tally.add(judged(range(8, 16)))


def test_without_varying_assumptions_only_luck_differs(toy):
    fixed = {"bite": Assumption("bite", distribution=Fixed(1.0)),
             "squeeze": Assumption("squeeze", distribution=OneOf(("tames", "hardens"), (1, 0)))}
    assert varying(toy.case(fixed)) == ()
    assert varying(toy.case({"x": Assumption("x", distribution=Uniform(0, 1)), **fixed})) == ("x",)
    for assumptions, luck_only in [(fixed, True), (None, False)]:
        tally = Tally(judge(toy, assumptions))
        tally.add(judged(range(16)))
        found = tally.verdicts()["often"]
        assert found.luck_only == luck_only
        assert ("differ by luck alone" in found.reading) == luck_only
        assert ("a share of drawn futures, not a probability" in found.reading) == (not luck_only)


def test_repr_says_what_matters(toy):
    tally = Tally(judge(toy))
    tally.add(judged(range(64)))
    text = repr(tally.verdicts()["often"])
    assert text.startswith("<often depends: ")
    assert "of 64 futures x 32 runs, unsettled" in text
