"""What is said about mistakes in agreements: code to (headline, remedy), templates over a problem's facts."""

from __future__ import annotations

_READING: dict[str, tuple[str, str]] = {
    "agreement_which": (
        "`{name}` does not say of which agreement",
        "There are several: put its name in front, such as `NAME.{name}`. Known: {known}.",
    ),
    "agreement_none": ("`{name}` speaks of an agreement, and there is none", "Write one under `agreements:`."),
    "agreement_no_such": ("`{owner}` is never `{name}`", "It is one of {known}."),
    "agreement_no_such_near": ("`{owner}` is never `{name}`", "Did you mean `{nearest}`? It is one of {known}."),
    "agreement_level_alone": (
        "`{name}` is a name, neither a number nor a condition",
        "Compare it: `{name} == {example}`.",
    ),
    "agreement_no_such_word": ("an agreement has no `{word}`", "Known: {known}."),
    "agreement_no_such_word_near": ("an agreement has no `{word}`", "Did you mean `{nearest}`?"),
    "agreement_takes": ("`{name}` takes the name of one {takes}, not `{found}`", "Known: {known}."),
    "agreement_takes_none": (
        "`{name}` takes the name of one {takes}, and there is none",
        "Declare it, or take this out.",
    ),
    "agreement_takes_near": (
        "`{name}` takes the name of one {takes}, not `{found}`",
        "Did you mean `{nearest}`? Known: {known}.",
    ),
    "agreement_truth": (
        "{reader} reads `{text}`, which {reader_short} cannot know",
        "`true.` is for measures and for a party's own obligations; take it away to read what is known.",
    ),
    "agreement_now": (
        "an agreement may only compare `now` with a written date",
        "Write for instance `now >= 2017-01-20`; for spans of time use `held:`, `within:`, `least:` or `most:`.",
    ),
    "agreement_event": (
        "`{name}` is an event, and an agreement counts rows",
        "Write `count({name})`; the event needs `by: PARTY`.",
    ),
}

_WRITING: dict[str, tuple[str, str]] = {
    "agreement_no_start": (
        "agreement `{name}` says neither `starts:` nor `accepts:`",
        "Write `starts: 1994-10-21` for one that stands, `accepts: {{PARTY: CONDITION}}` for one that is offered.",
    ),
    "agreement_two_starts": ("agreement `{name}` says both `starts:` and `accepts:`", "Keep one of them."),
    "agreement_starts_alone": (
        "an agreement alone has no offers: `accepts:` has nobody to ask",
        "Write `starts: 1994-10-21`, the day from which it stands.",
    ),
    "agreement_parties": ("an agreement is between two parties or more", "Write `between: [us, dprk]`."),
    "agreement_party_twice": ("party `{name}` is written twice", "Each party once."),
    "agreement_fact_known": (
        "`{name}` is {a_kind} of the case already",
        "`facts:` holds what the case lacks: take it out, or rename it.",
    ),
    "agreement_fact_form": (
        "{found} says no levels and no number",
        "Write `{name}: [running, frozen]`, or `{name}: {{start: 0, unit: kg}}`.",
    ),
    "agreement_fact_name": ("`{name}` cannot be the name of a fact", "Write `party.fact`, or one plain name."),
    "agreement_kind_name": ("`{name}` is a {other} already", "Kinds of rows need names of their own: rename it."),
    "agreement_effect_on_levels": (
        "`{name}` has levels, and rows of a kind change numbers",
        "Give it `{{start: 0}}` instead of levels, or record the fact by rows of its own.",
    ),
    "agreement_obligation_ways": (
        "obligation `{name}` says {given}",
        "An obligation is either `keep: CONDITION`, true every day, or `do: CONDITION`, true once.",
    ),
    "agreement_only_for": (
        "`{key}:` belongs to a `{belongs}:`, and `{name}` is a `{written}:`",
        "Take it out, or write `{belongs}:`.",
    ),
    "agreement_two_limits": ("obligation `{name}` has several limits: {given}", "Keep one of them."),
    "agreement_two_openings": (
        "the window of `{name}` opens in several ways: {given}",
        "Keep one of `from:`, `once:` and `each:`.",
    ),
    "agreement_no_fact": (
        "no fact in `{text}` gives this obligation a name",
        "Name it: `NAME: {{keep: {text}}}`.",
    ),
    "agreement_owed_twice": (
        "obligation `{name}` is written twice (first in line {line})",
        "Two that hold at the same time need two names: `NAME: {{keep: ..}}`.",
    ),
    "agreement_date_or_span": (
        "{found} is neither a date nor a length of time",
        "Write 2002-10-21, or a length such as 6 months.",
    ),
    "agreement_span_not_whole": (
        "{found} is no whole number of days or months",
        "Write whole days, weeks, months or years.",
    ),
    "agreement_span_zero": ("`{key}: {found}` is no time at all", "Write at least 1 day, or leave it out."),
    "agreement_least_most": (
        "stage `{name}` lasts at least {least} and at most {most}",
        "`least:` must not be longer than `most:`.",
    ),
    "agreement_most_until": ("stage `{name}` says both `most:` and `until:`", "Keep one of them."),
    "agreement_no_effect": (
        "{what} brings nothing about",
        "Write one of `moves:`, `release:`, `stage:`, `until:`, `ends:`.",
    ),
    "agreement_moves_only": (
        "`{key}:` says how long moves take, and there are none",
        "Write `moves:` or take it out.",
    ),
    "agreement_self": (
        "`{name}` has no meaning in a rule: nobody broke or used anything",
        "Name the party: `release: {party}`.",
    ),
    "agreement_reason": ("`{name}` cannot be the reason of an end", "It has a meaning of its own: choose another."),
    "agreement_until_form": (
        "`until: {found}` is neither a date nor `value`",
        "Write a date, `value` for that of the row, or nothing for no end.",
    ),
    "agreement_value_here": (
        "`until: value` is for powers: only a row that uses one has a value",
        "Write the date.",
    ),
    "agreement_rate_and_every": (
        "means `{name}` looks {given}",
        "Write `every: 3 months` or `rate: 4`, a number a year; alone neither is needed.",
    ),
    "agreement_chance": ("`{key}: {found}` is no probability", "Write a number from 0 to 1."),
    "agreement_enough_form": (
        "{found} does not say how many alarms are enough",
        "Write `enough: 2 of 3`, alarms in the last looks, or `enough: belief 0.9` with `prior: 0.1`.",
    ),
    "agreement_enough_order": ("{found} can never be reached", "At most as many alarms as looks, at least one."),
    "agreement_prior": ("a belief needs a prior", "Write `prior: 0.1`, above 0 and below the belief."),
    "agreement_prior_alone": (
        "`prior:` is for a belief, and `enough:` counts alarms",
        "Write `enough: belief 0.9` or take `prior:` out; belief(..) needs it too.",
    ),
    "agreement_who_all": ("`all` stands for the parties jointly", "Write `who: all`, or the parties in a list."),
    "agreement_choices": ("an acceptance is a choice between `yes` and `no`", "Write `choose: {{yes: .., no: ..}}`."),
    "agreement_power_option": (
        "`{option}` is the option of a power and must have the levels no and yes",
        "Write `{option}: [no, yes]`, or leave it out: the power makes it.",
    ),
    "agreement_name_taken": ("`{name}` cannot be an agreement: {a_kind} has that name", "Rename one of them."),
}

_LOG: dict[str, tuple[str, str]] = {
    "log_missing": ("there are no events beside the agreement: `{file}`", "Name the log: `--events FILE`."),
    "log_empty": ("the log is empty", "Its first line is `date,kind,party,value,by,known,note,source`."),
    "log_columns": (
        "the log lacks the column {missing}",
        "Its first line is `date,kind,party,value,by,known,note,source`.",
    ),
    "log_json": (
        "the log is no JSON that can be read: {why}",
        "Write a list of objects with `date`, `kind`, `party`, `value`.",
    ),
    "log_too_large": ("the log has {size} bytes; {most} are read", "Split it."),
    "log_csv": ("this line cannot be read as CSV: {why}", "Put a text that holds a comma in double quotes."),
    "log_on": ("`{found}` is not a date", "Write `--on 2002-12-31`."),
    "log_strict": (
        "the log has {count}: the first is `{problem}` in line {line}",
        "Mend it, or leave `--strict` out.",
    ),
    "agreement_no_obligation": ("there is no obligation `{name}`", "{hint}"),
    "agreement_circle": (
        "on {day} the stages go round in a circle: {way}",
        "Rules without `held:` lead from each to the next at once: give one `held: 1 day`, or another condition.",
    ),
    "agreement_assumption": (
        "the agreement reads the assumption `{name}`, which has a range",
        "A monitor needs its value: `monitor(.., assumptions={{'{name}': ..}})`, or `fixed:` in the case.",
    ),
    "agreement_undated": (
        "agreement `{name}` has no day from which it stands",
        "Write `starts: 1994-10-21`, or give the day with `--starts`.",
    ),
    "agreement_choose": ("the case has {count} agreements", "Say which with `--agreement NAME`. Known: {known}."),
    "agreement_unknown": ("there is no agreement `{name}`", "{hint}"),
    "plot_form": (
        "`{file}` is no picture that can be drawn",
        "Name a file that ends in .svg, in a folder that exists.",
    ),
}

AGREEMENT_WORDS: dict[str, tuple[str, str]] = {**_READING, **_WRITING, **_LOG}
