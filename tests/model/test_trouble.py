"""What no run may do: both implementations mark the same runs, and the message names whose value, when and where."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pytest

from detente.language.case import Setting
from detente.language.problems import Refused
from detente.language.render import as_text
from detente.simulate.ensemble import Ensemble


@dataclass(frozen=True)
class Trouble:
    """Sections of a case in which time runs as `t`, in months, and what must be said of it."""

    name: str
    text: str
    kind: str
    says: str  # the headline
    step: int
    line: str  # of the file, that is shown


CASES = [
    Trouble("overflow of a change", "quantities: {big: {start: 1e90, change: big * 1e90}}", "finite",
            "big became inf", 3, "big * 1e90"),
    Trouble("overflow of a product", "quantities: {x: {start: 1, change: 1e300 * t * 1e300 * t}}",
            "finite", "x became inf", 2, "1e300 * t"),
    Trouble("logarithm of a negative number", "quantities: {x: {start: 0, change: log(3.5 - t)}}", "finite",
            "x became nan", 5, "log(3.5 - t)"),
    Trouble("nothing by nothing", "quantities: {x: {start: 0, change: (t - 2) / (t - 2)}}", "finite",
            "x became nan", 3, "(t - 2) / (t - 2)"),
    Trouble("NaN behind clip", "quantities: {x: {start: 0, change: 'clip(sqrt(2.5 - t), 0, 1)'}}", "finite",
            "x became nan", 4, "clip(sqrt(2.5 - t), 0, 1)"),
    Trouble("NaN behind min", "quantities: {x: {start: 0, change: 'min(1, max(sqrt(2.5 - t), exp(-t)))'}}", "finite",
            "x became nan", 4, "min(1,"),
    Trouble("NaN behind table", "quantities: {x: {start: 0, change: 'table(sqrt(2.5 - t), 0, 1, 1, 2)'}}", "finite",
            "x became nan", 4, "table("),
    Trouble("NaN in an auxiliary, bounds notwithstanding",
            "quantities: {a: {is: 1 / (2 - t) - 1 / (2 - t)}, x: {start: 0, within: [0, 1], change: a}}",
            "finite", "a, which is read for x, became nan", 3, "1 / (2 - t) - 1 / (2 - t)"),
    Trouble("a chain of auxiliaries",
            "quantities: {a: {is: b + 1}, b: {is: 1 / (2 - t)}, c: {is: t}, x: {start: 0, change: c * a}}",
            "finite", "b, which is read for x, became inf", 3, "is: 1 / (2 - t)"),
    Trouble("an auxiliary behind a rate",
            "quantities: {a: {is: sqrt(2.5 - t)}, x: {start: 0, change: a}}\nevents: {e: {rate: a}}", "finite",
            "a, which is read for the rate of e, became nan", 4, "is: sqrt(2.5 - t)"),
    Trouble("an auxiliary that a start reads",
            "quantities: {a: {is: log(low)}, x: {start: 0, change: 'smooth(a, 1 year)'}}",
            "finite", "a, which is read for smooth no. 1, became nan", 1, "is: log(low)"),
    Trouble("a finite auxiliary behind an overflow",
            "quantities: {a: {is: exp(200 * t)}, b: {is: log(t)}, x: {start: 0, change: a * (b if t > 9 else a)}}",
            "finite", "x became inf", 3, "a * (b"),
    Trouble("a wild shock", "quantities: {x: {start: 0, shock: exp(1000 * (t > 3))}}", "finite",
            "x became", 5, "exp(1000"),
    Trouble("a start", "quantities: {x: {start: log(low)}}", "finite", "start of x became nan", 1, "log(low)"),
    Trouble("an effect", "quantities: {x: {start: 1}}\nevents: {e: {chance: t > 1, then: {x: x / (t - 3)}}}",
            "finite", "x, as e leaves it became", 3, "x / (t - 3)"),
    Trouble("a smoothed value", "quantities: {x: {is: 'smooth(sqrt(2.5 - t), 2 months)'}}\nmeasures: {m: final(x)}",
            "finite", "smooth no. 1 became nan", 4, "smooth(sqrt(2.5 - t)"),
    Trouble("a delayed value", "quantities: {x: {is: 'delay(sqrt(2.5 - t), 2 months)'}}\nmeasures: {m: final(x)}",
            "finite", "delay no. 1 became nan", 4, "delay(sqrt(2.5 - t)"),
    Trouble("a choice",
            "conduct: {us: [{option: us.talks, choose: {none: 0, direct: log(2.5 - t)}, sharpness: 1}]}",
            "finite", "the choice of us.talks became nan", 4, "log(2.5 - t)"),
    Trouble("a sharpness",
            "conduct: {us: [{option: us.talks, choose: {none: 0, direct: 1}, sharpness: 1 / (2 - t)}]}",
            "finite", "the sharpness of us.talks became inf", 3, "1 / (2 - t)"),
    Trouble("a negative rate", "events: {e: {rate: 3.5 - t}}", "mean",
            "the rate of e makes -0.0416667 occurrences a step; a mean must lie within 0..500", 5, "rate: 3.5 - t"),
    Trouble("a rate that is NaN", "events: {e: {rate: 'max(0, log(3.5 - t))'}}", "mean",
            "the rate of e makes nan occurrences a step", 5, "max(0, log(3.5 - t))"),
    Trouble("a mean above 500", "events: {e: {rate: 3000 * t}}", "mean", "the rate of e makes 750", 4, "3000 * t"),
    Trouble("a mean beyond all counting", "events: {e: {rate: exp(20 * t)}}", "mean", "the rate of e makes", 2,
            "exp(20 * t)"),
    Trouble("a chance above 1", "events: {e: {chance: 0.3 * t}}", "chance", "the chance of e is 1.2, outside 0..1", 5,
            "0.3 * t"),
    Trouble("a chance below 0", "events: {e: {chance: 0.5 - 0.3 * t}}", "chance", "the chance of e is -0.1", 3,
            "0.5 - 0.3 * t"),
    Trouble("a dispersion below 0", "events: {e: {rate: 1, dispersion: 1.5 - t}}", "size",
            "the dispersion of e is -0.5, below 0", 3, "1.5 - t"),
    Trouble("a comparison in a measure", "measures: {m: first(t > log(2.5 - t))}", "defined",
            "what measure first(..) compares became nan", 3, "log(2.5 - t)"),
    Trouble("a comparison in a rule",
            "conduct: {us: [{option: us.talks, when: sqrt(2.5 - t) < 9, move: direct}]}", "defined",
            "what a rule for us.talks compares became nan", 4, "sqrt(2.5 - t)"),
    Trouble("a measure while it looks", "measures: {m: mean(1 / (3 - t))}", "finite",
            "measure mean(..) became inf", 3, "1 / (3 - t)"),
    Trouble("a measure in the end", "measures: {m: log(min(t) - 2)}", "finite", "measure m became nan", 12,
            "log(min(t) - 2)"),
]  # fmt: skip
COMMON = """
options: {us.talks: [none, direct]}
assumptions: {low: {uniform: [-2, -1], status: judged, note: drawn}}
"""


def full(text: str) -> str:
    t = "t: {start: 0, change: 12}"
    return COMMON + (text.replace("quantities: {", f"quantities: {{{t}, ") if "quantities" in text else
                     f"quantities: {{{t}}}\n{text}") + "\n"


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def trouble(request):
    return request.param


def test_both_mark_the_same_runs_and_the_message_names_it(trouble, compile_case):
    one = compile_case(full(trouble.text))
    slow, fast = one.by_reference(70, futures=2), one.by_kernel(70, futures=2)
    assert slow.trouble.any()
    assert np.array_equal(slow.trouble, fast.trouble)
    with pytest.raises(Refused) as refused:
        Ensemble(one.case, futures=2, runs=70).block(0, 2)
    (problem,) = refused.value.problems
    assert problem.code == f"run_{trouble.kind}"
    assert problem.facts["step"] == trouble.step
    text = as_text(refused.value.problems, refused.value.files)
    assert trouble.says in text.splitlines()[0]
    assert trouble.line in text.splitlines()[1]
    assert f"step {trouble.step}, under alone in future 0, run " in text


TIMES = """
assumptions: {lag: {uniform: [2, 12], unit: month}}
quantities: {x: {start: 0, change: 1, shock: 1}, late: {is: "delay(x, lag)"}}
measures: {m: final(late)}
"""


@pytest.mark.parametrize("months", [0.2, 13, 1e12])
def test_a_time_fixed_outside_the_horizon(compile_case, months):
    ensemble = Ensemble(compile_case(TIMES).case, settings=(Setting("assumption", "lag", months),))
    with pytest.raises(Refused) as refused:
        ensemble.block(0, 1)
    assert refused.value.problems[0].code == "run_span"
    assert "the time of delay no. 1 is" in as_text(refused.value.problems)


SOME = """
quantities: {x: {start: 0, shock: 1}}
events: {e: {rate: 5 - 3 * x}, end: {chance: x > 1, ends: true}}
measures: {m: final(x)}
"""


def test_only_runs_in_trouble_are_marked_and_none_after_its_end(run):
    runs = run(SOME, 300)
    alive, x = runs.trace["alive"], runs.trace["x"]
    bad = ((x[:-1] > 5 / 3) & (alive[:-1] == 1)).any(axis=0)
    assert np.array_equal(runs.trouble, bad)
    assert 0 < bad.sum() < 300
    assert (x[-1] > 5 / 3).sum() > bad.sum()  # frozen there, past caring


def test_values_that_nothing_reads_are_no_trouble(run):
    text = "quantities: {t: {start: 0, change: 12}, x: {start: 0, change: 'log(t) if t > 3 else 0'}}"
    assert not run(text, 3).trouble.any()


@pytest.mark.parametrize("rate", ["1e300 * (now > 2020-02-15)", "exp(500 * (now > 2020-02-15))"])
def test_a_wild_rate_does_not_hang(compile_case, rate):
    one = compile_case(f"events: {{e: {{rate: {rate}}}, f: {{rate: {rate}, dispersion: 3}}}}")
    began = time.process_time()
    assert one.by_reference(64).trouble.all()
    assert one.by_kernel(64).trouble.all()
    assert time.process_time() - began < 5
