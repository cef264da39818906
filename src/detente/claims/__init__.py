"""Claims: in which share of the futures what an argument says holds, and by how much.

    runwise     what one run says of an expression: [F, R] arrays
    estimates   P, mean, median, q of a future's runs, each with its interval
    spread      sums, products and functions of estimates, with theirs
    margins     a claim in each future: whether it holds, by how much, and whether the runs settle that
    judge       a block of futures, with more runs where they are needed
    tally       blocks added up to verdicts
    shares      the interval of a share over the scrambles
    graph       claims on the conflict graph, which no run can turn
    checks      the modeller's own tests of a case
    result      what all this returns
"""

from .checks import CHECK_FUTURES, CHECK_RUNS, run_check, run_checks
from .judge import Block, BlockVerdicts, Judge
from .result import CheckResult, MarginQuantiles, RivalVerdict, Verdict, WorstFuture
from .tally import Tally, varying

__all__ = [
    "CHECK_FUTURES",
    "CHECK_RUNS",
    "Block",
    "BlockVerdicts",
    "CheckResult",
    "Judge",
    "MarginQuantiles",
    "RivalVerdict",
    "Tally",
    "Verdict",
    "WorstFuture",
    "run_check",
    "run_checks",
    "varying",
]
