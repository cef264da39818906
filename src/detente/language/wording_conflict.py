"""What is said about a `conflict` section and about claims on the conflict graph.

Mistakes inside conditions are found by `detente.conflict`, whose messages hold a remedy after a semicolon: `what`
and `remedy` are its two halves.
"""

from __future__ import annotations

CONFLICT_WORDS: dict[str, tuple[str, str]] = {
    "conflict_refused": ("{what}", "{remedy}"),
    "conflict_none": ("`{case}` has no conflict", "Add a section `conflict:` with options and preferences."),
    "no_strategies_but_conflict": (
        "`{case}` has no strategies to play and no claims on its conflict graph",
        "See where its dispute would settle with `detente conflict {case}`.",
    ),
    "conflict_doubt": ("{what}", "Nothing follows from it; drop it, or say what was meant."),
    "conflict_twice": ("the {kind} `{name}` is listed twice", "List it once."),
    "conflict_outsider": (
        "`{name}` belongs to `{party}`, who is no party of this conflict",
        "Add `{party}` under `parties:` of the conflict, or drop the option.",
    ),
    "conflict_left_out": (
        "`{name}` is no option of this conflict", "List it under `options:` of the conflict, or drop it here.",
    ),
    "conflict_direction": (
        "`{name}` is no direction for `{option}`",
        "Write `up` if its level can only rise (what is taken is not given back), or `down` if it can only fall.",
    ),
    "conflict_not_condition": (
        "{found} stands where a condition on the options is needed",
        "Write for instance `not dprk.tests`, `us.talks == direct` or `if us.pact then dprk.inspectors`.",
    ),
    "conflict_strong": (
        "{found} is no number of statements", "Write how many of the first statements carry strength, such as 1.",
    ),
    "conflict_base": ("no variant can be named `{name}`", "That is the conflict itself; choose another name."),
    "graph_none": (
        "`{name}(..)` asks the conflict graph, and this case has none",
        "Add a section `conflict:`, or drop the claim.",
    ),
    "graph_not_here": (
        "`{name}(..)` has no meaning {where}", "Only claims and checks ask the conflict graph.",
    ),
    "graph_concept": ("there is no concept of stability `{name}`", "{hint}"),
    "graph_of_two": (
        "`{name}` is defined for two parties, and this conflict has {count}", "Use nash, gmr, smr or seq.",
    ),
    "graph_strong": (
        "`{name}` needs strength of preference, and this conflict has none",
        "Add `strong:` to the conflict, or use nash, gmr, smr or seq.",
    ),
    "graph_party": ("there is no party `{name}` in the conflict", "{hint}"),
    "graph_no_condition": (
        "`{name}(..)` lacks its condition on the options", "Write for instance `us.talks == direct`, or `true`.",
    ),
    "claim_of_both": (
        "the claim speaks both of runs and of the conflict graph",
        "Make a claim of each; a third may name both under `because:`.",
    ),
    "check_graph_set": (
        "a check on the conflict graph cannot hold `{name}` fixed", "Its options take every level; drop `set:`.",
    ),
}  # fmt: skip
