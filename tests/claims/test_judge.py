import numpy as np
import pytest

from detente.claims import Judge
from detente.language.tree import And, Before, Compare, Estimate, Number


def happened(toy, strategy="a"):
    return toy.share(Compare(">", toy.at("tests", strategy), Number(0.5)))


def first_hits(*counts, runs=128):
    """[F, runs] of 0 and 1 with the given number of ones, spread evenly from the start."""
    return np.array([np.diff(np.floor(np.arange(runs + 1) * count / runs)) for count in counts])


def test_doubles_the_runs_of_unsettled_futures_only(toy):
    case = toy.case(often=toy.compare(happened(toy), ">", 0.5))
    every = toy.runs(a={"tests": first_hits(128, 0, 68, 84, 92)}, b={"tests": np.zeros((5, 128))})
    asked = []
    found = Judge(case, ["a", "b"], 32).take(toy.block(every, 32, asked=asked))
    # 84/128: 21 of 32 is [0.48, 0.80], 42 of 64 [0.53, 0.76]; 92/128 is settled at 23 of 32, 68/128 never
    assert asked == [((2, 3), "a", 32, 32), ((2,), "a", 64, 64)]
    assert found.runs.tolist() == [[32, 32, 128, 64, 32]]
    np.testing.assert_allclose(found.margin[0], np.array([128, 0, 68, 84, 92]) / 128 - 0.5)
    assert found.holds.tolist() == [[True, False, True, True, True]]
    assert found.settled.tolist() == [[True, True, False, True, True]]


def test_asks_once_for_a_strategy_and_only_for_those_that_a_claim_mentions(toy):
    case = toy.case(
        one=toy.compare(happened(toy), ">", 0.5),
        gap=Compare(">", happened(toy, "a"), happened(toy, "b")),
        other=toy.compare(happened(toy, "c"), ">", 0.5),
    )
    every = toy.runs(
        a={"tests": first_hits(64, 128, 100)}, b={"tests": first_hits(0, 128, 4)}, c={"tests": first_hits(0, 128, 0)}
    )
    asked = []
    found = Judge(case, "abc", 32).take(toy.block(every, 32, asked=asked))
    assert asked == [((0, 1), "a", 32, 32), ((1,), "b", 32, 32), ((0, 1), "a", 64, 64), ((1,), "b", 64, 64)]
    assert found.runs.tolist() == [[128, 32, 32], [32, 128, 32], [32, 32, 32]]


def test_further_runs_are_put_behind_those_of_the_same_future(toy):
    rng = np.random.default_rng(3)
    tests = (rng.random((40, 128)) < rng.random((40, 1))).astype(float)
    strain = tests + rng.normal(size=tests.shape)
    mean = [Estimate("mean", toy.at("strain", s)) for s in "ab"]
    case = toy.case(
        often=toy.compare(happened(toy), ">", 0.4),
        less=Compare("<", *mean),
        seldom=toy.compare(happened(toy), "<", 0.8),
    )
    every = toy.runs(a={"tests": tests, "strain": strain}, b={"tests": tests, "strain": strain[::-1]})
    found = Judge(case, "ab", 32).take(toy.block(every, 32))
    assert set(found.runs.ravel()) == {32, 64, 128}
    for f in range(40):
        n, m, k = found.runs[:, f]
        assert found.margin[0, f] == tests[f, :n].mean() - 0.4
        assert found.margin[1, f] == pytest.approx(strain[::-1][f, :m].mean() - strain[f, :m].mean())
        assert found.margin[2, f] == 0.8 - tests[f, :k].mean()


def test_any_cut_into_blocks_gives_the_same_bytes(toy):
    rng = np.random.default_rng(4)
    case = toy.case(
        often=toy.compare(happened(toy), ">", 0.4),
        gap=Compare(">", happened(toy, "a"), happened(toy, "b")),
        mean=Compare("<", *(Estimate("mean", toy.at("strain", s)) for s in "ab")),
        race=toy.compare(toy.race(), ">", 0.3),
        late=Compare("<", *(Estimate("median", toy.at("reaches", s)) for s in "ab")),
    )
    every = toy.runs(**{
        s: {"tests": rng.random((48, 128)) < 0.5, "strain": rng.normal(size=(48, 128))}
        | {date: rng.choice([31.0, 60, np.inf], (48, 128)) for date in ("reaches", "concedes")}
        for s in "ab"
    })
    judge = Judge(case, "ab", 32)
    whole = judge.take(toy.block(every, 32))
    for size in (1, 7, 16):
        parts = [judge.take(toy.block(every, 32, first=i, futures=min(size, 48 - i))) for i in range(0, 48, size)]
        for name in ("margin", "holds", "settled", "by_default", "runs"):
            joined = np.concatenate([getattr(part, name) for part in parts], axis=1)
            assert joined.tobytes() == getattr(whole, name).tobytes()
        assert (sum(part.neither for part in parts) == whole.neither).all()


def test_futures_without_the_condition_get_more_runs_and_are_left_out(toy):
    some = Compare(">", toy.at("tests"), Number(0.5))
    case = toy.case(then=toy.compare(toy.share(Compare(">", toy.at("strain"), Number(0.5)), some), ">", 0.5))
    tests = np.zeros((3, 128))
    tests[0] = 1
    tests[1, 40] = 1
    found = Judge(case, "a", 32).take(toy.block(toy.runs(a={"tests": tests, "strain": np.ones((3, 128))}), 32))
    assert found.left_out.tolist() == [[False, False, True]]
    assert found.runs.tolist() == [[32, 128, 128]]
    assert found.holds.tolist() == [[True, True, False]]
    assert found.settled.tolist() == [[True, False, False]]


def test_what_holds_because_neither_happened_is_told_apart(toy):
    never = np.inf
    reaches = np.array([[31.0] * 16 + [never] * 112, [31.0] * 16 + [never] * 112, [never] * 128, [31.0] * 128])
    concedes = np.array([[never] * 16 + [60.0] * 112, [never] * 128, [never] * 128, [never] * 128])
    case = toy.case(
        rarely=toy.compare(toy.race(), "<", 0.6), plain=toy.compare(happened(toy), "<", 0.9),
        two=And((toy.compare(toy.race(), "<", 0.6), toy.compare(toy.race(), ">=", 0.0))),
    )
    every = toy.runs(a={"reaches": reaches, "concedes": concedes})
    found = Judge(case, "a", 32).take(toy.block(every, 32))
    assert found.holds[0].tolist() == [True, True, True, False]
    # in the second every run in which something happened has the programme first; in the third there are no such runs
    assert found.by_default[0].tolist() == [False, True, True, False]
    assert found.neither.tolist() == [[16 + 32, 128], [0, 0], [16 + 32, 128]]
    assert not found.by_default[1].any()


def test_neither_counts_each_before_and_written_dates_as_having_happened(toy):
    import datetime as dt

    from detente.language.tree import DateLiteral

    by = toy.share(Before(toy.at("reaches"), DateLiteral(dt.date(2021, 1, 1))))
    case = toy.case(
        gap=Compare("<", toy.race("a"), toy.race("b")), by=toy.compare(by, "<", 0.5),
    )
    dates = np.array([[31.0, np.inf]])
    every = toy.runs(
        a={"reaches": dates, "concedes": [[np.inf, np.inf]]}, b={"reaches": dates, "concedes": [[60.0, 60]]}
    )
    every = {s: np.tile(runs, (1, 4, 1)) for s, runs in every.items()}
    found = Judge(case, "ab", 2).take(toy.block(every, 2))
    assert found.neither.tolist() == [[1, 4], [0, 2]]


def test_claims_about_strategies_that_were_not_run_are_not_judged(toy):
    gap = Compare(">", happened(toy, "a"), happened(toy, "b"))
    case = toy.case(one=toy.compare(happened(toy), ">", 0.5), gap=gap)
    assert Judge(case, ["a"], 32).claims == ("one",)
    assert Judge(case, ["b", "a"], 32).claims == ("one", "gap")


def test_a_case_without_claims(toy):
    every = toy.runs(a={"tests": np.zeros((3, 4))})
    found = Judge(toy.case(), "a", 4).take(toy.block(every, 4))
    assert found.margin.shape == (0, 3)
    assert found.neither.shape == (0, 2)
