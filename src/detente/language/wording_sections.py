"""What is said about mistakes in files and sections: code to (headline, remedy), templates over a problem's facts.

`wording` fills them in; derived facts such as `{hint}` are listed there.
"""

from __future__ import annotations

_FILE_WORDS: dict[str, tuple[str, str]] = {
    "file_missing": ("there is no file `{file}`", "{files_hint}"),
    "file_is_folder": ("`{file}` is a folder", "Name the file in it."),
    "file_is_odd": ("`{file}` is no regular file", "Name an ordinary file."),
    "file_unreadable": ("`{file}` cannot be read: {why}", "Check the path and who may read it."),
    "file_too_large": (
        "the file has {size} bytes; a case may have {most}",
        "It was not read. Move sections into files that it includes, and data out of the case.",
    ),
    "file_wide": ("the file is in {encoding}", "Save it as UTF-8."),
    "file_binary": ("the file is no text: it holds zero bytes", "A case is a YAML file in UTF-8."),
    "file_not_utf8": (
        "byte {byte} in this line is not UTF-8",
        "Save the file as UTF-8; it is probably in Latin-1 or Windows-1252 now.",
    ),
    "file_control": (
        "the file holds the control character {character}",
        "Delete it, or the escape that makes it; most editors do not show it.",
    ),
    "file_empty": ("the file is empty", "`detente new` writes a case to start from."),
    "include_outside": (
        "`{file}` lies outside the folder of the case",
        "Included files are named relative to the including file and lie in the case's folder, links followed.",
    ),
    "include_cycle": ("files include each other in a circle: {way}", "Take one of these `include:` lines out."),
    "include_twice": ("`{file}` is included twice", "Once is enough: all files share one set of names."),
    "include_too_deep": ("files include files more than {most} deep", "Include them from the case itself."),
    "include_too_much": (
        "too much is included: at most {most} files and {size} kB together",
        "Leave out what the case does not use.",
    ),
    "include_form": (
        "`include:` holds {found} where a file's name is needed",
        "Write `include: [parties.yaml, events.yaml]`.",
    ),
    "include_header": (
        "an included file says `{key}:`",
        "Only the case itself says that; included files hold sections.",
    ),
    "include_both": (
        "`{name}` is defined in two included files (the other: {other}, line {line})",
        "Take it out of one of them; the including file may replace what is left.",
    ),
    "include_in_text": ("a case given as text includes a file", "Load it from a file."),
}

_YAML_WORDS: dict[str, tuple[str, str]] = {
    "yaml_forgotten_quotes": (
        "a comma or `[` inside braces or brackets ends the value: quotes are missing",
        "Write {written}",
    ),
    "yaml_duplicate": ("`{key}` is written twice (first in line {line})", "Keep one of them."),
    "yaml_two_documents": (
        "the file holds a second document (`---`)",
        "A file is one case: delete this line or what follows.",
    ),
    "yaml_tag": (
        "`{tag}` is a YAML tag; a case has none",
        "Delete it. An expression that begins with `!` needs `not`.",
    ),
    "yaml_not": (
        "an expression that begins with `!` is a YAML tag, and `!` is not of this language",
        "Write `{written}`.",
    ),
    "yaml_tag_syntax": (
        "`!` begins a YAML tag; a case has none",
        'Write `not` for "not", or put the text in quotes.',
    ),
    "yaml_too_deep": ("lists and mappings are nested more than {most} deep", "No case needs that: flatten it."),
    "yaml_too_many": (
        "the file holds more than {most} values, aliases counted as often as they are used",
        "Make it smaller.",
    ),
    "yaml_odd_key": ("a key must be a plain text", "Write `name: value`."),
    "yaml_merge": ("`<<` (a YAML merge) is not read", "Write the entries out, or use `include:`."),
    "yaml_alias": (
        "`*{name}` refers to an anchor that is not defined above",
        "Define `&{name}` above, or put an expression that begins with `*` in quotes.",
    ),
    "yaml_alias_inside": ("`*{name}` lies inside what `&{name}` marks", "An alias cannot hold itself."),
    "yaml_anchor_name": (
        "`&` and `*` begin a YAML anchor or alias and need a name",
        "An expression uses `and`, and one that begins with `*` needs quotes.",
    ),
    "yaml_no_mapping": (
        "the file holds {found}, not a mapping",
        "A case begins with `detente: 1` and `case: its-name`.",
    ),
    "yaml_tab": ("a tab indents this line", "YAML indents with spaces only."),
    "yaml_special": ("a value cannot begin with `{character}`", "Put it in quotes: {written}"),
    "yaml_after_quote": (
        "text follows a closing quote",
        "Quotes enclose the whole value: write '...' around it, \"...\" inside included.",
    ),
    "yaml_colon": ("a second `: ` in one line", "Put a value that holds `: ` in quotes, or begin a new line."),
    "yaml_escape": (
        "`\\` begins an escape that YAML does not know",
        "Use single quotes, in which `\\` means itself.",
    ),
    "yaml_unclosed_quote": (
        "the quote opened here is never closed",
        "Close it; inside '...' write '' for a quote itself.",
    ),
    "yaml_missing_comma": (
        "a comma is missing before this, or the `{character}` in this line is not closed",
        "Part entries by commas, close with `{close}`, and put expressions that hold brackets or commas in quotes.",
    ),
    "yaml_unclosed_bracket": (
        "`{character}` opened here is not closed, or a comma is missing before line {line}",
        "Close it with `{close}`; part entries by commas; put expressions that hold brackets or commas in quotes.",
    ),
    "yaml_no_colon": (
        "this line has no `: `",
        "Write `key: value`; text over several lines is indented, or in quotes.",
    ),
    "yaml_indent": (
        "this line does not fit the indentation of those above it",
        "Entries of one mapping begin in the same column; `- ` begins an entry of a list; a key ends with `:`.",
    ),
    "yaml_other": (
        "YAML cannot be read from here: {what}",
        "Look at this line and the one above for quotes and indentation.",
    ),
}

_VALUE_WORDS: dict[str, tuple[str, str]] = {
    "unknown_key": ("{what} has no key `{name}`", "{hint}"),
    "missing_key": ("{what} needs `{key}:`", "{example}"),
    "not_mapping": ("{found} stands where a mapping is needed", "Write `key: value` lines, or {{key: value, ..}}."),
    "not_list": ("{found} stands where a list is needed", "Write [a, b], or a line `- a` for each."),
    "section_not_mapping": ("`{section}` holds {found}, not a mapping", "Write a line `name: ..` for each entry."),
    "section_not_list": ("`{section}` holds {found}, not a list", "Write a line `- ..` for each entry."),
    "too_many": ("{count} {what}; at most {most} are read", "Make the case smaller."),
    "not_text": ("{found} stands where a text is needed", "Write a text, in quotes if it holds `: ` or ` #`."),
    "text_too_long": ("this text has {length} characters; {most} are read", "Shorten it."),
    "not_name": ("{found} stands where a name is needed", "Write one name."),
    "not_level": ("{found} stands where a level of `{option}` is needed", "Levels: {levels}."),
    "not_truth": ("{found} is neither `true` nor `false`", "Write `true` or `false`."),
    "not_number": (
        "{found} is not a number",
        "Write a number such as 0.25, without a unit, percent sign or expression.",
    ),
    "quoted_number": ("{found} is in quotes and so a text, not a number", "Take the quotes away."),
    "not_finite": ("{found} is no finite number", "Write a finite number."),
    "constant_not_finite": (
        "{found} is no finite number of reasonable size",
        "Do not divide by 0, take logarithms and roots of what is above 0, and stay below 1e100 in size.",
    ),
    "number_too_large": (
        "{found} is too large", "Numbers go up to 1e100 in size: write a smaller one, or choose another unit.",
    ),
    "not_date": ("{found} is not a date", "Write year-month-day: 2016-09-30."),
    "no_such_day": ("there is no day {found}", "Write year-month-day: 2016-09-30."),
    "not_duration": (
        "{found} is not a length of time",
        "Write a number and `days`, `weeks`, `months` or `years`: 6 months.",
    ),
    "not_expression": (
        "{found} stands where an expression is needed",
        "Write the expression on one line, in quotes.",
    ),
    "not_source": (
        "{found} stands where a source is needed",
        "Write `source: seed`, `{{seed: 13}}` for a part, or a list.",
    ),
    "not_yet": ("{what} is not read by this version", "Leave it out."),
    "reserved_name": (
        "`{name}` cannot be a name: it is a word of the language",
        "Choose another. Reserved: {reserved}.",
    ),
    "bad_name": ("`{name}` cannot be a name", "Names are letters, digits and `_`{hyphen}, and {begin}."),
    "long_name": ("the name `{name}` is too long", "At most {most} characters."),
    "collision": (
        "`{name}` is the name of {a_kind} and of {a_other} (line {line})",
        "Quantities, assumptions, events, measures, strategies and claims share one set of names: rename one.",
    ),
    "unknown_name": ("there is no {kind} `{name}`", "{hint}"),
    "unknown_level": ("`{option}` has no level `{name}`", "{hint}"),
    "unknown_rival": ("`{assumption}` has no rival `{name}`", "{hint}"),
}

_HEADER_WORDS: dict[str, tuple[str, str]] = {
    "unknown_format": ("{found} is no known format", "This version reads `detente: {known}`."),
    "odd_step": ("a step of {found} cannot be used", "A step is a whole number of days, weeks, months or years."),
    "horizon_not_whole": ("a horizon of {horizon} is no whole number of steps of {step}", "Write `{written}`."),
    "too_many_steps": (
        "the horizon has {count} steps; {most} are allowed",
        "Shorten `horizon:` or lengthen `step:`.",
    ),
    "past_calendar": ("the horizon runs past the year 9999", "Shorten `horizon:`, or mend `as_of:`."),
    "source_too_late": (
        "source `{name}` is dated {date}, after `as_of: {as_of}`",
        "No later fact may inform the case. `date:` is that of the latest fact used; a later compilation says "
        "`published:` as well.",
    ),
    "published_too_late": (
        "source `{name}` was published on {published}, after `as_of: {as_of}`, and has no `date:`",
        "Add `date:`, that of the latest fact taken from it. If that is later too, the case may not use it.",
    ),
    "published_before": (
        "source `{name}` is published on {published}, before its latest fact of {date}",
        "Swap or mend the dates.",
    ),
    "option_without_party": ("option `{name}` does not say whose it is", "Write `party.option`: {party}.{name}."),
    "level_twice": ("level `{name}` is written twice", "Each level once."),
    "level_count": (
        "an option has from 2 to {most} levels, not {count}",
        "Give its levels in order; the first is the start unless `start:` says.",
    ),
    "values_count": (
        "{levels} levels need {levels} values, not {count}",
        "Give one number for each level, in their order.",
    ),
}

_ASSUMPTION_WORDS: dict[str, tuple[str, str]] = {
    "bare_number": (
        "assumption `{name}` is a bare number",
        "Write `{name}: {{fixed: {number}, status: judged, note: why}}`.",
    ),
    "no_distribution": (
        "this says no distribution",
        "Give one of fixed, uniform, low/mode/high, normal, lognormal, beta, gamma, one_of, mixture.",
    ),
    "two_distributions": ("this says several distributions: {given}", "Keep one, or pool them in a `mixture:`."),
    "wrong_parameters": ("`{kind}` takes {expected} numbers, not {count}", "Write `{kind}: [{needs}]`."),
    "low_not_below_high": (
        "low ({low}) is not below high ({high})",
        "Give the lower number first; for a point write `fixed:`.",
    ),
    "mode_outside": ("the mode ({mode}) lies outside {low} to {high}", "The mode lies from low to high."),
    "corner_missing": (
        "{missing} is missing",
        "A triangle needs `low`, `mode` and `high`; without a mode write `uniform: [low, high]`.",
    ),
    "sd_not_positive": (
        "the standard deviation of `{written}` is not above 0",
        "Give one above 0; for a point write `fixed:`.",
    ),
    "median_not_positive": (
        "the median of `{written}` is not above 0",
        "A lognormal is `[median, sd of the log]`, its median above 0.",
    ),
    "shape_not_positive": ("both numbers of `{written}` must be above 0", "Give two numbers above 0."),
    "unknown_status": ("`{name}` is no status", "Write measured, estimated or judged."),
    "rivals_with_unit": ("assumption `{name}` has rivals, and rivals have no unit", "Delete `unit:`."),
    "rivals_as_list": (
        "`one_of` is a list without weights",
        "Give each rival its weight: one_of: {{tames: 1, hardens: 1}}.",
    ),
    "rival_count": ("there are from 2 to {most} rivals, not {count}", "Give another rival, or write `fixed:`."),
    "weight_negative": ("the weight {weight} is negative", "Weights are 0 or more."),
    "weights_sum": ("all weights are 0", "Give at least one a weight above 0."),
    "part_count": ("a mixture has from 2 to {most} parts, not {count}", "One alone needs no `mixture:`."),
    "bounds_order": ("low ({low}) is not below high ({high})", "Give the lower number first."),
    "bounds_count": (
        "`within` takes 2 numbers, not {count}",
        "Write `within: [low, high]`; an open end is -.inf or .inf.",
    ),
    "within_of_point": ("`within` has no meaning for {what}", "Delete it."),
    "within_leaves_nothing": (
        "`within: [{low}, {high}]` leaves nothing of the distribution",
        "Widen it, or mend the distribution.",
    ),
    "reaches_too_far": (
        "`{written}` reaches numbers beyond 1e100",
        "Make it narrower, cut it with `within: [low, high]`, or choose another unit.",
    ),
    "shape_outside": (
        "`{written}`: a shape lies between {least} and {most}",
        "Below, nearly all of it is at the end of the range; above, it hardly varies: write `fixed:` or `normal:`.",
    ),
    "pair_count": ("a correlation is between 2 assumptions, not {count}", "Write `between: [one, other]`."),
    "rank_outside": ("the rank correlation {rank} is not between -1 and 1", "Give a number above -1 and below 1."),
    "correlated_with_itself": ("`{name}` is correlated with itself", "Name two assumptions."),
    "correlated_twice": ("`{first}` and `{second}` are correlated twice", "Keep one of them."),
    "correlated_point": (
        "`{name}` cannot be correlated: it is {point}",
        "Correlate assumptions with a range of numbers.",
    ),
    "not_positive_definite": (
        "the correlations contradict each other (between {names})",
        "No numbers can be so related: the matrix is not positive definite. Weaken one of them.",
    ),
}

_DYNAMICS_WORDS: dict[str, tuple[str, str]] = {
    "quantity_bare": (
        "quantity `{name}` is {found}, not a mapping",
        'Write `{name}: {{is: "{text}"}}` if it is computed, or `{name}: {{start: .., change: ..}}`.',
    ),
    "no_start": ("quantity `{name}` has no start", "Give `start:`, or `is:` if it is computed from others."),
    "auxiliary_with": (
        "`{name}` has `is:` and also `{key}:`",
        "What is computed is not carried: delete one of them; `clip(x, low, high)` bounds a computed value.",
    ),
    "start_outside": ("`{name}` starts at {start}, outside {low} to {high}", "Mend `start:` or `within:`."),
    "scale_key": ("`{key}` is no number", "A scale says what values look like: scale: {{0: none, 1: all of it}}."),
    "scale_order": ("the scale goes back at {key}", "Write its values in rising order."),
    "cycle": (
        "`{name}` is computed from itself: {way}",
        "Make one of them a stock with `start:` and `change:`. (`smooth` and `delay` start at what they follow, so "
        "they do not break the circle.)",
    ),
    "event_no_way": (
        "event `{name}` never happens",
        "Give `rate:` (per year), `chance:` (per step) or `at:` (dates).",
    ),
    "event_two_ways": (
        "event `{name}` has {given}",
        "Keep one of `rate:` (per year), `chance:` (per step), `at:` (dates).",
    ),
    "dispersion_without_rate": (
        "event `{name}` has a dispersion but no rate",
        "Only what has a `rate:` can be dispersed.",
    ),
    "chance_outside": ("the chance of `{name}` is {value}, outside 0 to 1", "A chance is per step, between 0 and 1."),
    "below_zero": ("the {key} of `{name}` is {value}, below 0", "Give 0 or more."),
    "rate_too_high": (
        "`{name}` would happen {mean} times a step; at most {most} are allowed",
        "Lower `rate:`, shorten `step:`, or make it a quantity.",
    ),
    "dates_backwards": ("{day} comes after {before} in the list but is earlier", "Write dates in order."),
    "at_empty": ("event `{name}` has an empty `at:`", "Give at least one date."),
    "effect_on_auxiliary": (
        "`{name}` is computed, so no event can set it",
        "Let the event change a stock that it is computed from.",
    ),
}

_CONDUCT_WORDS: dict[str, tuple[str, str]] = {
    "turn_twice": ("`{name}` moves twice", "Each party once; those left out move last, together."),
    "rule_like_move": ("a rule names its option by `option:`", "Write {{option: {option}, when: .., move: ..}}."),
    "option_of_another": (
        "`{name}` is set by `{owner}`, not by `{party}`",
        "A party's conduct sets its own options; move this rule under `{owner}`.",
    ),
    "no_move": ("a rule says no move", "Give `move: LEVEL`, or `choose: {{LEVEL: value, ..}}` with `sharpness:`."),
    "move_and_choose": ("a rule has both `move:` and `choose:`", "Keep one."),
    "choose_one": ("`choose:` has fewer than two levels", "Give the value of two or more levels, or write `move:`."),
    "sharpness_without_choose": ("`sharpness:` without `choose:`", "Delete it."),
    "sharpness_below_zero": ("the sharpness is {value}, below 0", "0 chooses blindly, larger numbers more sharply."),
    "move_outside_moves": ("`{option}` stands beside `moves:`", "Write it inside: moves: {{{option}: LEVEL}}."),
    "when_alone": ("`when:` without a move", "Name an option and its level beside it."),
}

_ARGUMENT_WORDS: dict[str, tuple[str, str]] = {
    "claim_bare": ("a claim or check is a mapping with `says:`", 'Write {{says: "{text}"}}.'),
    "unknown_goal": (
        "`{name}` is no goal",
        "Write more or less for numbers, few or many for counts, early or late for dates.",
    ),
    "wrong_goal": ("`{goal}` does not fit `{name}`, which is a {kind}", "Write {fitting}."),
    "claim_of_itself": ("claim `{name}` names itself in `{key}:`", "Name other claims."),
    "claim_twice": ("claim `{name}` is named twice in `{key}:`", "Once is enough."),
    "argument_circle": ("the argument rests on itself: {way}", "Take one `because:` of this circle out."),
    "setting_form": ("`{text}` is not NAME=VALUE", "Write for instance --fix learning=0.05."),
    "setting_not_number": (
        "`{value}` is not a number, which `{name}` needs",
        "Write a finite number in its own unit.",
    ),
    "setting_outside": ("{value} lies outside {low} to {high}, within which `{name}` is held", "Set a value inside."),
}

_WARNINGS: dict[str, tuple[str, str]] = {
    "unused_assumption": ("assumption `{name}` is used nowhere", "Delete it, or use it in an expression."),
    "unused_quantity": ("quantity `{name}` changes nothing and is not measured", "Delete it, use it, or measure it."),
    "unused_event": ("event `{name}` has no effect and is not counted", "Give it `then:` or `ends:`, or count it."),
    "unused_option": ("option `{name}` changes nothing", "Let an expression read it: `{name} == LEVEL`."),
    "unused_source": ("source `{name}` is named nowhere", "Delete it, or say what it supports: `source: {name}`."),
    "unused_measure": ("measure `{name}` is in no claim and no goal", "Delete it, or say what it is for."),
    "unused_strategy": ("no claim speaks of strategy `{name}`", "Delete it, or claim something under it."),
    "no_provenance": (
        "assumption `{name}` has no {missing}",
        "Add `unit:`, `status:` and `source:`; what is `judged` may give its reason in `note:` instead of a source.",
    ),
    "undated_source": (
        "source `{name}` has no date, so nothing shows that it was known on {as_of}",
        "Add `date:`, that of the latest fact taken from it.",
    ),
    "index_without_scale": (
        "`{name}` is an index, and nothing says what its values look like",
        "Add a scale, such as scale: {{0: none, 1: all of it}}, or a unit.",
    ),
    "event_out_of_time": (
        "event `{name}` has a date, {day}, outside the case",
        "It is never reached: the case runs from after {start} to {end}.",
    ),
    "number_twice": (
        "{number} is typed in {times} expressions (first in line {line})",
        "Make it an assumption with a name, so that it is changed in one place.",
    ),
    "claim_cannot_fail": (
        "claim `{name}` holds whatever happens",
        "Nothing in the model can make it false: say more, or widen what the model can do.",
    ),
    "claim_cannot_hold": (
        "claim `{name}` fails whatever happens",
        "Nothing in the model can make it true: mend the claim, or widen what the model can do.",
    ),
}

SECTION_WORDS: dict[str, tuple[str, str]] = {
    **_FILE_WORDS,
    **_YAML_WORDS,
    **_VALUE_WORDS,
    **_HEADER_WORDS,
    **_ASSUMPTION_WORDS,
    **_DYNAMICS_WORDS,
    **_CONDUCT_WORDS,
    **_ARGUMENT_WORDS,
    **_WARNINGS,
}
