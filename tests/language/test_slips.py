"""What is said about every mistake in an expression: the column, the headline and the remedy, word for word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from detente.language import tree as t
from detente.language.functions import FUNCTIONS
from detente.language.problems import Problem, Problems
from detente.language.slips import FUNCTION_SLIPS, SIGNS, WORDS, WRONG_CASE
from detente.language.wording_expressions import EXPRESSION_WORDS

Read = Callable[[str, str], tuple[t.Expr | None, Problems]]

# What is read, its text, and what is said.
MISTAKES = [
    ("number", "", "7: here an expression is missing. Write a value such as `0.5`, or an expression of names."),
    (
        "number",
        " " * 16_001,
        "7: this expression has 16001 characters; 16000 are read. Name parts of it as quantities with "
        "`is:`, and use the names.",
    ),
    (
        "number",
        "max(" + ",".join(["1"] * 3_000) + ")",
        "7: this expression has more than 4000 parts. Name parts of it as quantities with `is:`, and use "
        "the names.",
    ),
    (
        "number",
        "-" * 3_000 + "1",
        "135: this expression is nested more than 64 deep. Name parts of it as quantities with `is:`, "
        "and use the names.",
    ),
    (
        "number",
        "+".join(["1"] * 101),
        "7: this expression joins more than 100 operations in a row. Name parts of it as quantities with "
        "`is:`, and use the names.",
    ),
    ("number", "strain +", "14: the expression ends after `+`. Write the value that follows, or leave `+` out."),
    ("number", "strain if", "15: the expression ends after `if`. Write the value that follows, or leave `if` out."),
    ("number", "strain § 2", "14: `§` has no meaning in an expression. Leave it out, or write what it stands for."),
    ("number", 'a\u200bb', "8: `U+200B` has no meaning in an expression. Leave it out, or write what it stands for."),
    ("condition", "strain = 1", "14: `=` is not of this language: a single `=` does not compare. Write `==`."),
    ("condition", "strain > 1 && reach > 1", "18: `&&` is not of this language. Write `and`."),
    (
        "condition",
        "strain > 1 || !(reach > 1)",
        "18: `||` is not of this language. Write `or`.\n"
        "21: `!` is not of this language. Write `not`.",
    ),
    ("number", "strain ^ 2", "14: `^` is not of this language: powers are written `x ** 2`. Write `**`."),
    ("condition", "strain <> 1", "14: `<>` is not of this language. Write `!=`."),
    ("condition", "strain =< 1", "14: `=<` is not of this language. Write `<=`."),
    ("condition", "strain => 1", "14: `=>` is not of this language. Write `>=`."),
    ("condition", "strain ≤ 1", "14: `≤` is not of this language. Write `<=`."),
    ("condition", "strain ≠ 1", "14: `≠` is not of this language. Write `!=`."),
    (
        "number",
        "strain − 1",
        "14: `−` is not of this language: this is a typographic minus. Write a plain hyphen `-`.",
    ),
    ("number", "strain × 2", "14: `×` is not of this language. Write `*`."),
    ("number", "strain // 2", "14: `//` is not of this language: there is no whole division. Write `/`."),
    (
        "number",
        "5%",
        "8: `%` is not of this language: there are no percentages, and no remainder. Write a fraction: "
        "`0.05` for `5%`.",
    ),
    (
        "number",
        "strain += 1",
        "14: `+=` is not of this language: an effect gives the whole new value: `reach + learning`. "
        "Write the new value.",
    ),
    ("number", "a ? b : c", "9: `?` is not of this language. Write `a if c else b`."),
    (
        "number",
        "{strain}",
        "7: `{` is not of this language: expressions group with round brackets. Write `(` and `)`.",
    ),
    ("condition", "us.talks is direct", "16: `is` is not of this language. Write `==`."),
    (
        "number",
        "if strain > 1 then 2 else 3",
        "7: an expression cannot begin with `if`. The value comes first: `a if c else b`.",
    ),
    (
        "number",
        "1 then 2",
        "9: `then` is not of this language: the value comes first, then its condition. Write `a if c "
        "else b`.",
    ),
    ("condition", "True", "7: `True` is written in small letters. Write `true`."),
    ("condition", "strain > 1 AND reach > 1", "18: `AND` is written in small letters. Write `and`."),
    ("condition", "NOT strain > 1", "7: `NOT` is written in small letters. Write `not`."),
    (
        "condition",
        "us.talks == None",
        "19: `us.talks` has no level `None`. Did you mean `none`? Its levels are `none`, `direct`, "
        "`six_party`.",
    ),
    (
        "number",
        "lambda x: x",
        "15: `:` is not of this language: an expression holds no colon; dates are whole days. Write one "
        "expression.",
    ),
    (
        "number",
        "inf",
        "7: `inf` is not of this language: a value must be finite; a date that never comes is `never`. "
        "Write a number.",
    ),
    (
        "number",
        "lambda",
        "7: `lambda` is not of this language: functions cannot be defined here. Write one expression.",
    ),
    (
        "condition",
        "us.talks == 'direct'",
        "19: 'direct' is in quotes inside an expression. Levels, rivals and names are bare words: write "
        "`direct`.",
    ),
    (
        "condition",
        "now > 2021-1-20",
        "13: `2021-1-20` is not how dates are written. Write year, month and day: `2021-01-20`.",
    ),
    (
        "condition",
        "now > 20/1/2021",
        "13: `20/1/2021` is not how dates are written. Write year, month and day: `2021-01-20`.",
    ),
    (
        "condition",
        "now > 3/4/2021",
        "13: `3/4/2021` is not how dates are written. Write year, month and day: `YYYY-MM-DD`.",
    ),
    (
        "condition",
        "now > 2021-01-20T00:00",
        "13: `2021-01-20T00:00` is not how dates are written. Write year, month and day: `2021-01-20`.",
    ),
    ("number", "1_000", "7: `1_000` is not how numbers are written. Write `1000`."),
    ("number", "1e999", "7: this number is too large to be held. Use a larger unit."),
    (
        "condition",
        "now > 2021-02-30",
        "13: `2021-02-30` is no day of the calendar. Write an existing day, as `2021-01-20`.",
    ),
    (
        "condition",
        "now > 2021-01-20 + 1.5 months",
        "26: `1.5 months` is no whole number of days or months. Move a date by whole units.",
    ),
    (
        "condition",
        "now > 9999-01-20 + 1 year",
        "13: `9999-01-20 + 1 year` is no day of the calendar. Write an existing day, as `2021-01-20`.",
    ),
    ("number", "(strain", "7: `(` is never closed. Write the missing `)`."),
    ("number", "strain)", "13: `)` closes a bracket that was never opened. Leave it out, or open the bracket."),
    ("number", "(strain]", "14: `]` closes a bracket of the other kind. Close `(` with `)` and `[` with `]`."),
    (
        "number",
        "1,000",
        "8: a comma stands outside the arguments of a function. Leave it out; decimals are written with "
        "a point, `0.5`, and thousands without a sign, `1000`.",
    ),
    (
        "number",
        "strain[1]",
        "13: `strain` is followed by `[`. Lists stand only after `in`: `us.talks in [direct, six_party]`.",
    ),
    (
        "number",
        "strain + * 2",
        "16: after `+` a value should stand, not `*`. Write the missing value, or one sign less.",
    ),
    ("number", "* 2", "7: an expression cannot begin with `*`. Write the missing value, or leave the sign out."),
    (
        "number",
        "2 strain",
        "9: between `2` and `strain` nothing says what to do. Write an operator: `*`, `+`, `and` ..",
    ),
    (
        "number",
        "strain test",
        "14: between `strain` and `test` nothing says what to do. Write an operator: `*`, `+`, `and` ..",
    ),
    ("condition", "0 < strain < 1", "7: comparisons do not chain. Write `0 < strain and strain < 1`."),
    ("condition", "a < b in [c]", "7: comparisons do not chain. Write `a < b and b in [LEVEL, LEVEL]`."),
    (
        "number",
        "1 + not strain > 1",
        "11: `not` stands inside an operation that binds more strongly. Write `(not ..)`.",
    ),
    (
        "number",
        "if strain > 1: 2",
        "20: `:` is not of this language: an expression holds no colon; dates are whole days. Write one "
        "expression.",
    ),
    (
        "number",
        "1 if strain > 1",
        "9: `1 if ..` has no `else`. Write `1 if CONDITION else OTHER`; only P(..) has a bare `if`.",
    ),
    ("number", "1 else 2", "9: `else` stands without an `if`. Write `a if c else b`."),
    (
        "claim",
        "P(tests if worst > 1 else 3 under patience) > 0",
        "28: inside P(..) `if` is the condition of the share, and has no `else`. Put the conditional "
        "value in brackets of its own: `P((tests if .. else ..) ..)`.",
    ),
    ("condition", "us.talks in direct", "19: `in` is followed by no list. Write `us.talks in [LEVEL, LEVEL]`."),
    (
        "condition",
        "us.talks in (none, direct)",
        "19: `in` is followed by no list. Write `us.talks in [LEVEL, LEVEL]`.",
    ),
    ("condition", "us.talks in []", "19: the list after `in` is empty. Write `us.talks in [LEVEL, LEVEL]`."),
    (
        "condition",
        "strain in [none]",
        "7: `strain` has no levels, so it is not `in` a list. Use `in` with an option or a `one_of`; "
        "compare numbers with `<`, `>=` and `and`.",
    ),
    (
        "condition",
        "us.talks in [1]",
        "20: `1` is no level. A list after `in` holds bare levels: `[direct, six_party]`.",
    ),
    ("number", "stran", "7: nothing is called `stran`. Did you mean the quantity `strain`?"),
    ("number", "zzz", "7: nothing is called `zzz`. Declare it, or use a name that the case declares."),
    ("number", "foo(1)", "7: there is no function `foo`. The functions are listed in the language reference."),
    ("number", "smoth(strain, 1 year)", "7: there is no function `smoth`. Did you mean `smooth`?"),
    (
        "condition",
        "us.talks == tricky",
        "19: `us.talks` has no level `tricky`. Its levels are `none`, `direct`, `six_party`.",
    ),
    (
        "condition",
        "us.talks == dirct",
        "19: `us.talks` has no level `dirct`. Did you mean `direct`? Its levels are `none`, `direct`, "
        "`six_party`.",
    ),
    ("condition", "squeeze == harms", "18: `squeeze` has no rival `harms`. Its rivals are `tames`, `hardens`."),
    (
        "condition",
        "squeeze == tams",
        "18: `squeeze` has no rival `tams`. Did you mean `tames`? Its rivals are `tames`, `hardens`.",
    ),
    (
        "claim",
        "P(tests > 3 under hope) > 0",
        "25: there is no strategy `hope`. The strategies are `patience`, `pressure`.",
    ),
    (
        "claim",
        "P(tests > 3 under patence) > 0",
        "25: there is no strategy `patence`. Did you mean `patience`? The strategies are `patience`, "
        "`pressure`.",
    ),
    (
        "condition",
        "six_party",
        "7: `six_party` is a level or rival of `us.talks`, and alone it says nothing. Write `us.talks == "
        "six_party`.",
    ),
    (
        "number",
        "patience",
        "7: `patience` is a strategy, which has no value. Use a quantity, option, event or assumption.",
    ),
    ("number", "us", "7: `us` is a party, which has no value. Use a quantity, option, event or assumption."),
    (
        "number",
        "way_out",
        "7: `way_out` is a claim, which has no value. Use a quantity, option, event or assumption.",
    ),
    (
        "number",
        "tests",
        "7: `tests`, a measure, cannot be read within a step. Measures are read by claims; write the "
        "quantity or event itself.",
    ),
    (
        "number",
        "never",
        "7: `never`, a date that measures have, cannot be read within a step. Compare `now` with a date; "
        "`never` belongs in claims.",
    ),
    ("start", "strain", "7: `strain`, a quantity, cannot be read in `start`. A start may read assumptions only."),
    ("start", "now", "7: `now`, the day of a step, cannot be read in `start`. A start may read assumptions only."),
    (
        "measure",
        "strain",
        "7: `strain`, a quantity, cannot be read in a measure. Say how to look at it over the run: "
        "`final(strain)`, `max(strain)`, `mean(strain)`, `total(strain)` or `first(strain > 0)`.",
    ),
    (
        "measure",
        "us.talks == direct",
        "7: `us.talks`, an option, cannot be read in a measure. Say how to look at it over the run: "
        "`share(us.talks == LEVEL)` or `first(us.talks == LEVEL)`.",
    ),
    (
        "measure",
        "test",
        "7: `test`, an event, cannot be read in a measure. Say how to look at it over the run: "
        "`count(test)` or `first(test > 0)`.",
    ),
    (
        "measure",
        "now > 2021-01-20",
        "7: `now`, the day of a step, cannot be read in a measure. Say how to look at it over the run: "
        "`first(CONDITION)` is a date.",
    ),
    (
        "measure",
        "tests",
        "7: `tests`, a measure, cannot be read in a measure. A measure cannot read another: repeat its "
        "expression.",
    ),
    (
        "measure",
        "final(tests)",
        "13: `tests`, a measure, cannot be read inside an aggregate. A measure cannot read another: "
        "repeat its expression.",
    ),
    (
        "claim",
        "P(strain > 1 under patience) > 0",
        "9: `strain`, a quantity, cannot be read inside an estimate. Claims read measures: give it a "
        "name under `measures:` first.",
    ),
    (
        "claim",
        "tests > 3",
        "7: `tests`, a measure, cannot be read in a claim. Write `P(tests > 0 under STRATEGY)`, "
        "`mean(tests under STRATEGY)` or `median(tests under STRATEGY)`.",
    ),
    (
        "claim",
        "mean(tests under patience) > bite",
        "36: `bite`, an assumption, cannot be read in a claim. Move it into the estimate: `mean(MEASURE "
        "- bite under STRATEGY)`.",
    ),
    (
        "number",
        "strain (2)",
        "7: `strain` is a quantity, not a function. Leave out the brackets, or write `strain * (..)`.",
    ),
    ("number", "ln(strain)", "7: there is no function `ln`. Write `log(x)`, the natural logarithm."),
    (
        "number",
        "us.talks",
        "7: `us.talks` has no `values`, so it is no number. Write `us.talks == none`, or give its levels "
        "`values: [..]`.",
    ),
    ("number", "squeeze", "7: `squeeze` is one of several rivals, so it is no number. Write `squeeze == tames`."),
    (
        "condition",
        "squeeze < hardens",
        "7: the rivals of `squeeze` have no order. Write `squeeze == hardens` or `!=`.",
    ),
    ("condition", "strain", "7: `strain` is a number where a condition is needed. Write a comparison: `strain > 0`."),
    ("condition", "now", "7: `now` is a date where a condition is needed. Write a comparison: `now < 2021-01-20`."),
    ("condition", "us.talks", "7: `us.talks` alone is no condition. Write a comparison: `us.talks == none`."),
    (
        "condition",
        "us.talks and strain > 1",
        "7: `us.talks` alone is no condition. Write a comparison: `us.talks == none`.",
    ),
    ("condition", "squeeze", "7: `squeeze` alone is no condition. Write a comparison: `squeeze == tames`."),
    (
        "claim",
        "P(tests > 3 under patience)",
        "7: `P(tests > 3 under patience)` is a number where a condition is needed. Write a comparison: "
        "`P(tests > 3 under patience) > 0.5`.",
    ),
    (
        "claim",
        "P(tests under patience) > 0",
        "9: `tests under patience` is a number where a condition is needed. Write a comparison: `tests "
        "under patience > 0`.",
    ),
    (
        "number",
        "now",
        "7: `now` is a date where a number is needed. Take another date from it, which gives years: `now "
        "- 2021-01-20`.",
    ),
    (
        "condition",
        "now > 3",
        "7: `now > 3` puts a date and a number together. Write a date as `2021-01-20`; of a date "
        "`year(now)` and `now - 2021-01-20` (in years) are numbers.",
    ),
    (
        "condition",
        "now > 6 months",
        "7: `now > 6 months` puts a date and a number together. Write a date as `2021-01-20`; of a date "
        "`year(now)` and `now - 2021-01-20` (in years) are numbers.",
    ),
    (
        "condition",
        "now * 2 > 1",
        "7: dates cannot be joined by `*`. A date minus a date is years; a written date moves by a "
        "duration: `2021-01-20 + 6 months`.",
    ),
    (
        "condition",
        "now + 2021-01-20 > 1",
        "7: dates cannot be joined by `+`. A date minus a date is years; a written date moves by a "
        "duration: `2021-01-20 + 6 months`.",
    ),
    (
        "condition",
        "now + 6 months > 2021-01-20",
        "7: `now + 6 months`: only a written date can be moved by a duration. Compare the time between "
        "two dates: `now - 2021-01-20 > 6 months`.",
    ),
    (
        "condition",
        "now + strain > 2021-01-20",
        "7: `now + strain` puts a date and a number together. Write a date as `2021-01-20`; of a date "
        "`year(now)` and `now - 2021-01-20` (in years) are numbers.",
    ),
    (
        "condition",
        "(now if true else 2021-01-20) > 2021-01-20",
        "8: `now if true else 2021-01-20` chooses between dates. Choose between conditions or numbers "
        "instead.",
    ),
    (
        "number",
        "year(strain)",
        "12: `year` takes `now`, not `strain`. Write `year(now)`, or compare the date with another.",
    ),
    ("number", "strain / 0", "16: this divides by 0. Leave the term out, or divide by what it should be."),
    ("number", "strain ** 101", "17: an exponent goes up to 100. Use `exp(..)`, or a smaller exponent."),
    ("number", "clip(strain, 1)", "7: `clip` takes 3 arguments, not 2. Write `clip(x, low, high)`."),
    ("number", "max(strain)", "7: `max` takes 2 to 16 arguments, not 1. Write `max(x, y, ..)`."),
    (
        "number",
        "table(strain, 0, 1, 1, 2, 3)",
        "7: `table` has 5 numbers after its first argument, not pairs. Write `table(x, x1, y1, x2, y2, "
        "..)`.",
    ),
    (
        "number",
        "table(strain, bite, 1, 1, 2)",
        "21: `bite` is no plain number. The points x1, x2, .. of a `table` are numbers; the y may be any.",
    ),
    (
        "number",
        "table(strain, 0, 1, 0, 2)",
        "27: in a `table` x rises, but `0` comes after 0. Put the points in rising order of x.",
    ),
    (
        "number",
        "clip(strain, 2, 1)",
        "7: `clip` has its low bound 2 above its high bound 1. Write `clip(x, low, high)`.",
    ),
    (
        "number",
        "smooth(strain, reach)",
        "22: the time of `smooth` changes or is computed: `reach`. Write a duration such as `6 months`, "
        "or the name of an assumption.",
    ),
    (
        "number",
        "smooth(strain, 1 day)",
        "22: the time of `smooth`, `1 day`, is not between one step and the horizon. Choose a time from "
        "1 month to 10 years.",
    ),
    (
        "number",
        "delay(strain, slow)",
        "21: the time of `delay`, `slow`, can be from 0 to inf years, beyond one step or the horizon. "
        "Keep it from 1 month to 10 years with `within: [low, high]` in its own unit.",
    ),
    (
        "start",
        "smooth(bite, 1 year)",
        "7: `smooth` remembers, so it cannot stand in `start`. Use it in a quantity, and read that one.",
    ),
    (
        "number",
        "count(test)",
        "7: `count(..)` looks over a whole run, which is not known within a step. Use it under "
        "`measures:`; for the past within a run use `smooth` or a quantity.",
    ),
    (
        "measure",
        "max(mean(strain))",
        "11: `mean(..)` stands inside another aggregate. One aggregate looks over the run: leave one out.",
    ),
    (
        "measure",
        "mean(max(strain))",
        "12: `max(..)` stands inside another aggregate. One aggregate looks over the run: leave one out.",
    ),
    (
        "claim",
        "P(final(strain) > 1 under patience) > 0",
        "9: `final(..)` cannot stand inside an estimate. Give it a name under `measures:`, and claim "
        "something of that.",
    ),
    (
        "claim",
        "final(strain) > 1",
        "7: `final(..)` cannot stand in a claim. Give it a name under `measures:`, and claim something "
        "of that.",
    ),
    (
        "measure",
        "count(strain > 1)",
        "13: `count` takes an event, not `strain > 1`. For a condition write `share(c)`, `ever(c)` or "
        "`total(c)`.",
    ),
    ("measure", "count(tst)", "13: `count` takes an event, not `tst`. Did you mean `count(test)`?"),
    (
        "measure",
        "5",
        "7: `5` looks at nothing in the run. Write `final(x)`, `max(x)`, `count(event)`, "
        "`first(condition)` ..",
    ),
    (
        "number",
        "P(strain > 1)",
        "7: `P(..)` looks over many runs, which are not known within a step. Use it under `claims:`.",
    ),
    (
        "measure",
        "median(strain)",
        "7: `median(..)` looks over many runs, which are not known in a measure. Use it under `claims:`.",
    ),
    (
        "claim",
        "1 < 2",
        "7: `1 < 2` says nothing of any run. Compare `P(..)`, `mean(..)`, `median(..)` or `q(..)` with a "
        "number: `P(tests > 3 under STRATEGY) > 0.5`.",
    ),
    (
        "claim",
        "true",
        "7: `true` says nothing of any run. Compare `P(..)`, `mean(..)`, `median(..)` or `q(..)` with a "
        "number: `P(tests > 3 under STRATEGY) > 0.5`.",
    ),
    (
        "claim",
        "(mean(tests under patience) > 1) + 1 > 1",
        "7: a claim computes with a condition used as a number, so it has no margin. Join comparisons by "
        "`and`, `or`, `not`, or move it into `P(..)`.",
    ),
    (
        "claim",
        "(1 if true else 2) > mean(tests under patience)",
        "8: a claim computes with a conditional value, so it has no margin. Join comparisons by `and`, "
        "`or`, `not`, or move it into `P(..)`.",
    ),
    ("claim", "mean(tests) > 3", "12: `tests` under which strategy?. Write `tests under patience`."),
    (
        "claim",
        "P(tests > 3 under patience and worst > 1 under pressure) > 0",
        "17: `under patience` follows `3`, which is no measure, and is not the last in its bracket. "
        "Write it after the measure: `MEASURE under patience`.",
    ),
    (
        "condition",
        "strain under patience",
        "7: `strain under patience`: `under` cannot stand within a step. Inside `P`, `mean`, `median` "
        "and `q` it follows a measure.",
    ),
    (
        "claim",
        "mean(tests under patience) under pressure > 1",
        "7: `mean(tests under patience) under pressure`: `under` cannot stand in a claim. Inside `P`, "
        "`mean`, `median` and `q` it follows a measure.",
    ),
    (
        "claim",
        "mean(reaches_home under patience) > 3",
        "7: `mean` of a date: a run in which it never comes has none. Use `median`, `q` or `P`: "
        "`median(reaches_home under patience)`.",
    ),
    (
        "claim",
        "q(tests, 90 under patience) > 3",
        "16: `90 under patience` is no level of a quantile. Write a number between 0 and 1: `q(MEASURE, "
        "0.9 under STRATEGY)`.",
    ),
    (
        "claim",
        "mean(tests under patience under pressure) > 3",
        "12: `tests under patience under pressure` is under two strategies at once. Write `tests under patience` or "
        "`tests under pressure`; to compare them, put `<` between the two.",
    ),
    (
        "condition",
        "test before now",
        "7: `before` cannot stand within a step. Use it inside `P(..)`; elsewhere compare dates with `<`.",
    ),
    (
        "claim",
        "P(tests before reaches_home under patience) > 0",
        "9: `tests` is no date. `a before b` takes dates, such as measures made with `first(..)`.",
    ),
    (
        "measure",
        "first(strain)",
        "13: `strain` is a number where a condition is needed. Write a comparison: `strain > 0`.",
    ),
]


def said(problem: Problem) -> str:
    """A problem on one line, with its column."""
    headline, remedy = (template.format(**problem.facts) for template in EXPRESSION_WORDS[problem.code])
    return f"{problem.place.column}: {headline}. {remedy}"


@pytest.mark.parametrize(("kind", "text", "message"), MISTAKES)
def test_message(read: Read, kind: str, text: str, message: str) -> None:
    expr, problems = read(kind, text)
    assert expr is None
    assert "\n".join(map(said, problems)) == message


def test_every_message_is_shown(read: Read) -> None:
    """Those about units are in `test_units`, that about the whole case in `test_grammar`."""
    shown = {problem.code for kind, text, _ in MISTAKES for problem in read(kind, text)[1]}
    units = {code for code in EXPRESSION_WORDS if code.startswith(("unit", "bare_number"))}
    assert set(EXPRESSION_WORDS) - units - {"case_too_big"} == shown


@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign(read: Read, sign: str) -> None:
    """A slip is reported as itself, wherever it stands."""
    for text in (f"strain {sign} 1", f"strain{sign}1"):
        expr, problems = read("number", text)
        assert expr is None
        assert (next(iter(problems)).code, next(iter(problems)).facts["found"]) == ("slip", sign)


@pytest.mark.parametrize("sign", [sign for sign, slip in SIGNS.items() if slip.meant not in ("", "not", ",")])
def test_reading_goes_on_after_a_sign(read: Read, sign: str) -> None:
    _, problems = read("number", f"stran {sign} 1")
    assert [problem.code for problem in problems][:2] == ["slip", "no_such_name_near"]


@pytest.mark.parametrize("word", WORDS)
def test_every_word(read: Read, word: str) -> None:
    for text in (word, f"strain {word} 1"):
        expr, problems = read("number", text)
        assert expr is None
        assert (next(iter(problems)).code, next(iter(problems)).facts["found"]) == ("slip", word)


@pytest.mark.parametrize("word", WRONG_CASE)
def test_every_word_in_the_wrong_case(read: Read, word: str) -> None:
    _, problems = read("number", f"1 {word} 2")
    assert (next(iter(problems)).code, next(iter(problems)).facts["instead"]) == ("word_case", WRONG_CASE[word])


@pytest.mark.parametrize("name", FUNCTION_SLIPS)
def test_every_function_by_another_name(read: Read, name: str) -> None:
    _, problems = read("number", f"{name}(strain)")
    assert [(problem.code, problem.facts["instead"]) for problem in problems] == [
        ("function_slip", FUNCTION_SLIPS[name])
    ]


def test_slips_are_no_functions() -> None:
    assert not set(FUNCTION_SLIPS) & set(FUNCTIONS)


def test_a_declared_name_is_no_slip(good: Callable[[str, str], t.Expr]) -> None:
    """`lag` is the name of a function elsewhere, and of an assumption here."""
    assert good("number", "lag") == t.AssumptionRef("lag")
