"""What is said about mistakes in expressions: code to (headline, remedy), templates over the problem's facts."""

from __future__ import annotations

_TEXT = {
    "expression_empty": ("here an expression is missing", "Write a value such as `0.5`, or an expression of names."),
    "expression_too_long": (
        "this expression has {length} characters; {most} are read",
        "Name parts of it as quantities with `is:`, and use the names.",
    ),
    "expression_too_big": (
        "this expression has more than {most} parts",
        "Name parts of it as quantities with `is:`, and use the names.",
    ),
    "expression_too_deep": (
        "this expression is nested more than {most} deep",
        "Name parts of it as quantities with `is:`, and use the names.",
    ),
    "expression_too_high": (
        "this expression joins more than {most} operations in a row",
        "Name parts of it as quantities with `is:`, and use the names.",
    ),
    "case_too_big": (
        "up to here the expressions of the case have more than {most} parts",
        "Name what is repeated as quantities with `is:`, or leave out what the argument does not need.",
    ),
    "expression_ends": (
        "the expression ends after `{after}`",
        "Write the value that follows, or leave `{after}` out.",
    ),
    "strange_character": ("`{found}` has no meaning in an expression", "Leave it out, or write what it stands for."),
    "slip": ("`{found}` is not of this language{why}", "Write {instead}."),
    "word_case": ("`{found}` is written in small letters", "Write `{instead}`."),
    "quoted_word": (
        "{found} is in quotes inside an expression",
        "Levels, rivals and names are bare words: write `{instead}`.",
    ),
    "date_form": ("`{found}` is not how dates are written", "Write year, month and day: `{instead}`."),
    "number_form": ("`{found}` is not how numbers are written", "Write `{instead}`."),
    "literal_too_large": ("this number is too large to be held", "Use a larger unit."),
    "day_that_is_none": ("`{found}` is no day of the calendar", "Write an existing day, as `2021-01-20`."),
    "duration_not_whole": ("`{found}` is no whole number of days or months", "Move a date by whole units."),
}

_SHAPE = {
    "bracket_not_closed": ("`{found}` is never closed", "Write the missing `{closing}`."),
    "bracket_not_opened": ("`{found}` closes a bracket that was never opened", "Leave it out, or open the bracket."),
    "bracket_mismatch": ("`{found}` closes a bracket of the other kind", "Close `(` with `)` and `[` with `]`."),
    "comma": (
        "a comma stands outside the arguments of a function",
        "Leave it out; decimals are written with a point, `0.5`, and thousands without a sign, `1000`.",
    ),
    "subscript": (
        "`{before}` is followed by `[`",
        "Lists stand only after `in`: `us.talks in [direct, six_party]`.",
    ),
    "value_missing": (
        "after `{after}` a value should stand, not `{found}`",
        "Write the missing value, or one sign less.",
    ),
    "value_missing_first": (
        "an expression cannot begin with `{found}`",
        "Write the missing value, or leave the sign out.",
    ),
    "operator_missing": (
        "between `{before}` and `{found}` nothing says what to do",
        "Write an operator: `*`, `+`, `and` ..",
    ),
    "chained_comparison": ("comparisons do not chain", "Write `{instead}`."),
    "not_needs_brackets": ("`not` stands inside an operation that binds more strongly", "Write `(not ..)`."),
    "if_first": (
        "an expression cannot begin with `if`",
        "The value comes first: `a if c else b`.",
    ),
    "if_without_else": (
        "`{then} if ..` has no `else`",
        "Write `{then} if CONDITION else OTHER`; only P(..) has a bare `if`.",
    ),
    "else_without_if": ("`else` stands without an `if`", "Write `a if c else b`."),
    "choice_in_p": (
        "inside P(..) `if` is the condition of the share, and has no `else`",
        "Put the conditional value in brackets of its own: `P(({body} if .. else ..) ..)`.",
    ),
    "in_needs_list": ("`in` is followed by no list", "Write `{subject} in [LEVEL, LEVEL]`."),
    "in_empty_list": ("the list after `in` is empty", "Write `{subject} in [LEVEL, LEVEL]`."),
    "in_needs_levels": (
        "`{subject}` has no levels, so it is not `in` a list",
        "Use `in` with an option or a `one_of`; compare numbers with `<`, `>=` and `and`.",
    ),
    "in_needs_bare_levels": ("`{found}` is no level", "A list after `in` holds bare levels: `[direct, six_party]`."),
}

_NAMES = {
    "no_such_name": ("nothing is called `{name}`", "Declare it, or use a name that the case declares."),
    "no_such_name_near": ("nothing is called `{name}`", "Did you mean the {kind} `{nearest}`?"),
    "no_such_function": ("there is no function `{name}`", "The functions are listed in the language reference."),
    "no_such_function_near": ("there is no function `{name}`", "Did you mean `{nearest}`?"),
    "no_such_level": ("`{owner}` has no level `{name}`", "Its levels are {known}."),
    "no_such_level_near": ("`{owner}` has no level `{name}`", "Did you mean `{nearest}`? Its levels are {known}."),
    "no_such_rival": ("`{owner}` has no rival `{name}`", "Its rivals are {known}."),
    "no_such_rival_near": ("`{owner}` has no rival `{name}`", "Did you mean `{nearest}`? Its rivals are {known}."),
    "no_such_strategy": ("there is no strategy `{name}`", "The strategies are {known}."),
    "no_such_strategy_near": (
        "there is no strategy `{name}`",
        "Did you mean `{nearest}`? The strategies are {known}.",
    ),
    "level_alone": (
        "`{name}` is a level or rival of `{owner}`, and alone it says nothing",
        "Write `{owner} == {name}`.",
    ),
    "name_of_no_value": ("`{name}` is a {kind}, which has no value", "Use a quantity, option, event or assumption."),
    "name_not_here": ("`{name}`, {what}, cannot be read {where}", "{remedy}."),
    "not_a_function": ("`{name}` is a {kind}, not a function", "Leave out the brackets, or write `{name} * (..)`."),
    "function_slip": ("there is no function `{name}`", "Write {instead}."),
    "option_as_number": (
        "`{option}` has no `values`, so it is no number",
        "Write `{option} == {level}`, or give its levels `values: [..]`.",
    ),
    "rival_as_number": (
        "`{assumption}` is one of several rivals, so it is no number",
        "Write `{assumption} == {rival}`.",
    ),
    "rivals_have_no_order": (
        "the rivals of `{assumption}` have no order",
        "Write `{assumption} == {rival}` or `!=`.",
    ),
}

_KINDS = {
    "value_as_condition": (
        "`{found}` is a {kind} where a condition is needed",
        "Write a comparison: `{found} {remedy}`.",
    ),
    "level_as_condition": ("`{found}` alone is no condition", "Write a comparison: `{instead}`."),
    "date_as_number": (
        "`{found}` is a date where a number is needed",
        "Take another date from it, which gives years: `{found} - 2021-01-20`.",
    ),
    "date_and_number": (
        "`{found}` puts a date and a number together",
        "Write a date as `2021-01-20`; of a date `year(now)` and `now - 2021-01-20` (in years) are numbers.",
    ),
    "date_arithmetic": (
        "dates cannot be joined by `{op}`",
        "A date minus a date is years; a written date moves by a duration: `2021-01-20 + 6 months`.",
    ),
    "date_not_written": (
        "`{found}`: only a written date can be moved by a duration",
        "Compare the time between two dates: `now - 2021-01-20 > {duration}`.",
    ),
    "choice_of_dates": ("`{found}` chooses between dates", "Choose between conditions or numbers instead."),
    "calendar_of_what": (
        "`{name}` takes `now`, not `{found}`",
        "Write `{name}(now)`, or compare the date with another.",
    ),
    "divide_by_zero": ("this divides by 0", "Leave the term out, or divide by what it should be."),
    "exponent_too_large": ("an exponent goes up to {most}", "Use `exp(..)`, or a smaller exponent."),
    "arguments": ("`{name}` takes {expected}, not {found}", "Write `{signature}`."),
    "table_pairs": (
        "`table` has {found} numbers after its first argument, not pairs",
        "Write `table(x, x1, y1, x2, y2, ..)`.",
    ),
    "table_constants": (
        "`{found}` is no plain number",
        "The points x1, x2, .. of a `table` are numbers; the y may be any.",
    ),
    "table_rising": (
        "in a `table` x rises, but `{found}` comes after {before}",
        "Put the points in rising order of x.",
    ),
    "clip_bounds": ("`clip` has its low bound {low} above its high bound {high}", "Write `clip(x, low, high)`."),
    "time_not_constant": (
        "the time of `{name}` changes or is computed: `{found}`",
        "Write a duration such as `6 months`, or the name of an assumption.",
    ),
    "time_out_of_range": (
        "the time of `{name}`, `{found}`, is not between one step and the horizon",
        "Choose a time from {step} to {horizon}.",
    ),
    "assumed_time_out_of_range": (
        "the time of `{name}`, `{found}`, can be from {low} to {high} years, beyond one step or the horizon",
        "Keep it from {step} to {horizon} with `within: [low, high]` in its own unit.",
    ),
    "stock_not_here": ("`{name}` remembers, so it cannot stand {where}", "Use it in a quantity, and read that one."),
}

_OVER_RUNS = {
    "aggregate_not_here": (
        "`{name}(..)` looks over a whole run, which is not known {where}",
        "Use it under `measures:`; for the past within a run use `smooth` or a quantity.",
    ),
    "aggregate_nested": (
        "`{name}(..)` stands inside another aggregate",
        "One aggregate looks over the run: leave one out.",
    ),
    "aggregate_in_claim": (
        "`{name}(..)` cannot stand {where}",
        "Give it a name under `measures:`, and claim something of that.",
    ),
    "count_of_event": (
        "`count` takes an event, not `{found}`",
        "For a condition write `share(c)`, `ever(c)` or `total(c)`.",
    ),
    "count_of_event_near": ("`count` takes an event, not `{found}`", "Did you mean `count({nearest})`?"),
    "measure_of_nothing": (
        "`{found}` looks at nothing in the run",
        "Write `final(x)`, `max(x)`, `count(event)`, `first(condition)` ..",
    ),
    "estimate_not_here": (
        "`{name}(..)` looks over many runs, which are not known {where}",
        "Use it under `claims:`.",
    ),
    "claim_of_nothing": (
        "`{found}` says nothing of any run",
        "Compare `P(..)`, `mean(..)`, `median(..)` or `q(..)` with a number: `P(tests > 3 under STRATEGY) > 0.5`.",
    ),
    "claim_arithmetic": (
        "a claim computes with {found}, so it has no margin",
        "Join comparisons by `and`, `or`, `not`, or move it into `P(..)`.",
    ),
    "measure_without_strategy": ("`{measure}` under which strategy?", "Write `{measure} under {strategy}`."),
    "under_follows_no_measure": (
        "`under {strategy}` follows `{found}`, which is no measure, and is not the last in its bracket",
        "Write it after the measure: `MEASURE under {strategy}`.",
    ),
    "under_twice": (
        "`{found}` is under two strategies at once",
        "Write `{measure} under {first}` or `{measure} under {second}`; to compare them, put `<` between the two.",
    ),
    "under_not_here": (
        "`{found}`: `under` cannot stand {where}",
        "Inside `P`, `mean`, `median` and `q` it follows a measure.",
    ),
    "mean_of_date": (
        "`mean` of a date: a run in which it never comes has none",
        "Use `median`, `q` or `P`: `median({measure})`.",
    ),
    "quantile_level": (
        "`{found}` is no level of a quantile",
        "Write a number between 0 and 1: `q(MEASURE, 0.9 under STRATEGY)`.",
    ),
    "before_not_here": ("`before` cannot stand {where}", "Use it inside `P(..)`; elsewhere compare dates with `<`."),
    "before_needs_dates": (
        "`{found}` is no date",
        "`a before b` takes dates, such as measures made with `first(..)`.",
    ),
}

_UNITS = {
    "unit_unreadable": (
        "the unit `{found}` {why}",
        'Write names joined by `*` and `/`: `1/month`, `kg/year^2`, `"1"`.',
    ),
    "units_differ": (
        "`{left_text}` is in {left} and `{right_text}` in {right}",
        "Give both the same unit, or none to what should not be checked.",
    ),
    "unit_of_role": (
        "this is in {found}; as `{role}` it should be in {wanted}",
        "Check the formula or the units in it.",
    ),
    "unit_not_plain": (
        "here {what} is in {found}",
        'It should be a plain number (unit "1"): divide by a value of that unit.',
    ),
    "unit_not_time": (
        "the time of `{name}` is in {found}",
        "Give a duration, or an assumption whose unit is a time.",
    ),
    "bare_number_beside_time": (
        "`{name}` counts in {internal} within expressions, and {number} stands beside it without a unit",
        "As written it is {shown} {unit}; if that is not meant, write a duration (`6 months`) or name an assumption.",
    ),
}

EXPRESSION_WORDS: dict[str, tuple[str, str]] = {**_TEXT, **_SHAPE, **_NAMES, **_KINDS, **_OVER_RUNS, **_UNITS}
