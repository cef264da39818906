"""`Claims` of the language: what may be said, and when it holds. Every number can be worked out by hand."""

from __future__ import annotations

import pytest

# c1 and c2 come in step 2 (they end on 2020-03-01), c3 in step 3, `none_yet` and `none_ever` not at all.
WORLD = """
options: {us.pace: {levels: [slow, fast], values: [1, 2]}}
assumptions:
  u: {uniform: [0, 1], unit: "1", status: judged, note: drawn}
  squeeze: {one_of: {tames: 1, hardens: 3}, status: judged, note: drawn}
quantities: {x: {start: 0, change: 12 * us.pace}}
events:
  c1: {at: [2020-02-15]}
  c2: {at: [2020-02-20]}
  c3: {at: [2020-03-15]}
  none_ever: {rate: 0}
  at_first: {chance: u if now < 2020-02-01 else 0}
strategies: {slow: {}, fast: {moves: {us.pace: fast}}}
measures:
  one: first(c1 > 0)
  same: first(c2 > 0)
  later: first(c3 > 0)
  nope: first(none_ever > 0)
  nope_either: first(none_ever > 1)
  x_end: final(x)
  early: count(at_first)
"""

SURE = [
    "P(one before later under slow) == 1",
    "P(later before one under slow) == 0",
    "P(one before same under slow) == 0",  # not in the same step
    "P(one before nope under slow) == 1",
    "P(nope before one under slow) == 0",
    "P(nope before nope_either under slow) == 0",
    "P(nope == nope_either under slow) == 1",  # never equals never
    "P(nope < nope_either under slow) == 0",  # and is not before it
    "P(nope <= nope_either under slow) == 1",
    "P(one < never under slow) == 1",  # it happened
    "P(nope < never under slow) == 0",
    "P(one before 2020-03-01 under slow) == 0",  # the day lies in step 2, as what happened does
    "P(one before 2020-03-02 under slow) == 1",
    "P(2020-02-01 before one under slow) == 1",  # a boundary belongs to the earlier step
    "P(2020-02-02 before one under slow) == 0",
    "median(one under slow) == 2020-03-01",
    "q(nope, 0.1 under slow) == never",
    "mean(later - one under slow) == 31 days",
    "mean(x_end under slow) == 12",
    "mean(x_end under fast) - mean(x_end under slow) == 12",
    "P(x_end under slow < x_end under fast) == 1",
    "P(x_end > 12 under fast) == 1",
    "P(early > 0 if early > 0 under slow) == 1",
    "P(early == early under fast) == 1",
    "P((1 if one < later else 0) == 1 under slow) == 1",
    "P(early under slow == early under fast) == 1",  # common luck
    "P(one < later and later < nope under slow) == 1",  # one `under` covers all in its bracket
    "P(x_end under fast > x_end + 1 under slow) == 1",  # .. that have none of their own
    "not P(one before later under slow) < 0.5",
    "P(one before later under slow) > 0.5 and mean(x_end under fast) > 20",
    "P(one before later under slow) < 0.5 or mean(x_end under fast) > 20",
]


@pytest.fixture(scope="module")
def judged(run):
    claims = "".join(f'  k{i}: {{states: so, says: "{says}"}}\n' for i, says in enumerate(SURE))
    return run(f"{WORLD}claims:\n{claims}", futures=24, runs=8)


@pytest.mark.parametrize("says", SURE)
def test_holds_in_every_future(judged, says):
    verdict = judged.claims[f"k{SURE.index(says)}"]
    assert (verdict.verdict, verdict.share, verdict.unsettled) == ("holds", 1.0, 0.0)


MARGINS = {
    "mean(x_end under fast) > 20": 4,  # left minus right
    "mean(x_end under fast) >= 24": 0,
    "mean(x_end under fast) < 20": -4,
    "mean(x_end under fast) > 20 and mean(x_end under slow) > 11": 1,  # the least
    "mean(x_end under fast) > 20 or mean(x_end under slow) > 11": 4,  # the greatest
    "mean(x_end under fast) == 24": 0,
    "mean(x_end under fast) == 20": -4,
    "mean(x_end under fast) != 20": 4,
}


@pytest.mark.parametrize(("says", "margin"), MARGINS.items())
def test_margins(run, says, margin):
    found = run(f"{WORLD}claims: {{k: {{states: so, says: {says}}}}}", futures=8, runs=2).to_json()["claims"]["k"]
    assert found["margin"] == {"q05": margin, "q50": margin, "q95": margin}
    assert "-0.0" not in repr(found["margin"])
    assert found["share"] == (1.0 if margin > 0 or says.endswith(("== 24", ">= 24")) else 0.0)


def test_futures_without_the_condition_are_left_out(run):
    """`squeeze == tames` is so in a quarter of the futures; the others say nothing of it."""
    verdict = run(f"{WORLD}claims: {{k: {{states: so, says: P(x_end > 5 if squeeze == tames under slow) > 0.5}}}}",
                  futures=64, runs=2).claims["k"]
    assert (verdict.left_out, verdict.share) == (0.75, 1.0)
    assert verdict.rivals["squeeze"]["tames"].verdict == "holds"
    assert verdict.rivals["squeeze"]["hardens"].verdict is None


def test_holds_because_neither_happened_is_told_apart(run):
    says = "P(nope before nope_either under slow) < 0.5"
    verdict = run(f"{WORLD}claims: {{k: {{states: so, says: {says}}}}}").claims["k"]
    assert (verdict.verdict, verdict.neither, verdict.by_default) == ("holds", 1.0, 1.0)


def test_a_future_counts_by_its_estimate_where_runs_do_not_settle_it(run):
    """`u` is the true share and 0.5 the mark: half of the futures hold, and those near the mark are unsettled."""
    verdict = run(f"{WORLD}claims: {{k: {{states: so, says: P(early > 0 under slow) > 0.5}}}}",
                  futures=256, runs=32).claims["k"]
    assert verdict.verdict == "depends"
    assert verdict.share == pytest.approx(0.5, abs=0.05)
    assert verdict.interval[0] < verdict.share < verdict.interval[1]
    # 128 runs settle a future at more than about 1.96 * sqrt(0.25 / 128) = 0.087 from the mark
    assert verdict.unsettled == pytest.approx(2 * 0.087, abs=0.06)


REFUSED = {
    "mean(one under slow) == 2020-03-01": "Use `median`, `q` or `P`",
    "one < 2020-03-01": "Write `P(one < never under STRATEGY)` or `median(one under STRATEGY)`",
    "mean(x_end) > 3": "Write `x_end under slow`",
    "P(one before later under slwo) > 0.5": "Did you mean `slow`?",
    "P(one befor later under slow) > 0.5": "nothing says what to do",
    "P(x_end > 3 under slow) = 0.5": "Write `==`",
    "0.2 < P(x_end > 3 under slow) < 0.8": "Write `0.2 < P(x_end > 3 under slow) and P(x_end > 3 under slow) < 0.8`",
    "P(x_end under slow) > 0.5": "a number where a condition is needed",
    "P(x > 3 under slow) > 0.5": "Claims read measures",
    "1 > 0": "says nothing of any run",
}


@pytest.mark.parametrize(("says", "message"), REFUSED.items())
def test_refused(said, says, message):
    found = said(f"{WORLD}claims:\n  k:\n    states: so\n    says: {says}\n")
    assert message in found
    assert "[claims.k.says]" in found


def test_the_json_of_a_claim(run):
    found = run(f"{WORLD}claims: {{k: {{states: so, says: {SURE[0]}}}}}", futures=8, runs=2).to_json()
    assert list(found) == ["format", "case", "seed", "futures", "runs", "strategies", "claims"]
    assert (found["format"], found["seed"], found["futures"], found["runs"]) == (1, 1, 8, 2)
    assert found["strategies"]["slow"]["measures"]["one"] == {
        "mean": "2020-03-01", "q05": "2020-03-01", "q50": "2020-03-01", "q95": "2020-03-01", "never": 0.0}
    claim = found["claims"]["k"]
    assert set(claim) >= {"verdict", "share", "interval", "unsettled", "margin", "neither", "rivals"}
    assert claim["rivals"] == {"squeeze": {name: {"verdict": "holds", "share": 1.0} for name in ("tames", "hardens")}}
    assert (claim["neither"], claim["unsettled"], len(claim["interval"])) == (0.0, 0.0, 2)
