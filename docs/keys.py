"""What the keys of a case mean: tables of the reference, checked against the schema as they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detente.language import argument, conduct, conflict, distributions, dynamics, header, sections

TEXTS = {
    "label": "a few words for charts and tables", "note": "anything for the reader",
    "source": "a source, or `{source: part}`, or a list of such",
}  # fmt: skip

KEYS: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {
    "cases": (
        sections.KEYS,
        {
            "detente": "the format of the file: `1`", "case": "its name: letters, digits, `_`, `-`",
            "title": "one line for people", "note": TEXTS["note"],
            "as_of": "the day on which the case is looked at; no later fact may inform it",
            "horizon": "how long it is played: a whole number of steps, at most 5,000",
            "step": "how long a step is",
            "include": "a file, or a list of files, whose sections are read too",
            "sources": "where facts come from", "parties": "who acts: `{us: {name: United States}}`",
            "options": "what parties can set", "assumptions": "constants nobody knows",
            "correlations": "dependence between assumptions", "quantities": "numbers that change",
            "events": "what happens by chance or on dates",
            "turns": "the order of moves; without it all move at once",
            "conduct": "how parties respond", "strategies": "courses of action to compare",
            "measures": "what a run yields", "goals": "which way of a measure is better",
            "claims": "what the argument says", "checks": "the modeller's own tests",
            "agreements": "what a deal would say: see [agreements](agreements.md)",
            "conflict": "the conflict graph: see [conflict](conflict.md)",
        },
    ),
    "sources": (
        header.SOURCE_KEYS,
        {
            "title": "what it is called", "publisher": "who published it",
            "date": "the day of the latest fact taken from it; not after `as_of`",
            "published": "when it came out, if later", "note": TEXTS["note"], "url": "where it can be read",
        },
    ),
    "options": (
        header.OPTION_KEYS,
        {
            "levels": "what it can be set to, in order",
            "values": "a number for each level, for use in arithmetic",
            "start": "the level at the start; the first unless given", "label": TEXTS["label"],
        },
    ),
    "assumptions": (
        distributions.ASSUMPTION_KEYS,
        {
            "fixed": "a point", "uniform": "`[low, high]`", "normal": "`[mean, sd]`",
            "lognormal": "`[median, sd of the log]`", "beta": "`[a, b]`", "gamma": "`[shape, rate]`",
            "low": "the least value of a triangle", "mode": "its peak", "high": "its greatest value",
            "one_of": "rivals with their weights: `{tames: 1, hardens: 1}`",
            "mixture": "a list of distributions, each with a `weight:` (1 unless given)",
            "fit": "events whose record sets it", "within": "`[low, high]` that cuts the distribution off",
            "unit": "its unit; `\"1\"` is a plain number", "status": "`measured`, `estimated` or `judged`",
            "source": TEXTS["source"], "note": "why this range", "label": TEXTS["label"],
        },
    ),
    "correlations": (
        distributions.CORRELATION_KEYS,
        {"between": "two assumptions with numbers", "rank": "their rank correlation, between -1 and 1"},
    ),
    "quantities": (
        dynamics.QUANTITY_KEYS,
        {
            "start": "a stock's value at the start: a number in its own unit, or an expression of assumptions",
            "within": "`[low, high]` that the stock is held to",
            "change": "how fast the stock changes, a year",
            "shock": "the size of its random change, a square-root year",
            "is": "an auxiliary: computed afresh wherever it is read", "unit": "its unit",
            "label": TEXTS["label"],
            "scale": "what values of an index look like: `{0: none, 1: all}`", "source": TEXTS["source"],
            "note": TEXTS["note"],
        },
    ),
    "events": (
        dynamics.EVENT_KEYS,
        {
            "rate": "how often it happens a year, by chance",
            "chance": "how likely it happens in a step, at most once",
            "at": "dates on which it happens",
            "dispersion": "with `rate`: a year's variance is mean + dispersion * mean^2",
            "then": "new values of stocks, read as of just before this occurrence",
            "ends": "`true` if it ends the run",
            "by": "the party whose act it is", "label": TEXTS["label"], "source": TEXTS["source"],
            "note": TEXTS["note"],
        },
    ),
    "rules": (
        conduct.RULE_KEYS,
        {
            "option": "one of the party's options", "when": "the condition; always, if absent",
            "move": "the level that it is set to", "choose": "a value for each of two levels or more",
            "sharpness": "how sharply `choose` prefers higher values",
        },
    ),
    "strategies": (
        conduct.STRATEGY_KEYS,
        {
            "label": TEXTS["label"], "note": TEXTS["note"],
            "moves": "options and their levels, or a list of such with `when`",
            "offers": "agreements put on the table",
            "defies": "parties that do not carry out what an agreement commands",
        },
    ),
    "measures": (
        argument.MEASURE_KEYS,
        {"is": "what is measured; `NAME: first(..)` is short for `NAME: {is: first(..)}`",
        "label": TEXTS["label"]},
    ),
    "claims": (
        argument.CLAIM_KEYS,
        {
            "states": "the claim as a sentence", "says": "the claim as a condition on measures",
            "source": TEXTS["source"], "because": "its premises: other claims",
            "against": "claims that it contradicts",
            "note": TEXTS["note"],
        },
    ),
    "checks": (
        argument.CHECK_KEYS,
        {"set": "assumptions, quantities or options to hold fixed",
        "says": "what must then hold in every future"},
    ),
    "conflict": (
        conflict.SECTION_KEYS,
        {
            "parties": "who takes part; all who have options unless given",
            "options": "what they can set; all of theirs unless given",
            "start": "levels of the status quo where they differ from those of the case: `{us.talks: direct}`",
            "infeasible": "conditions that no state may meet",
            "one_way": "options whose level only rises (`up`) or falls (`down`): `{us.strike: up}`",
            "forbidden": "moves that nobody may make: a list of `{party: .., from: CONDITION, to: CONDITION}`",
            "preferences": "a party's statements, the most important first; those of an inner list are of equal rank",
            "strong": "how many of a party's first statements carry strength of preference: `{us: 1}`",
            "variants": "other preferences by name: `{critic: {preferences: {us: [..]}, note: .., source: ..}}`",
            "source": TEXTS["source"], "note": TEXTS["note"],
        },
    ),
}  # fmt: skip


def table(entries: str) -> str:
    """The keys of such entries as a Markdown table. Raises ValueError if the schema has others."""
    schema, meanings = KEYS[entries]
    if set(schema) != set(meanings):
        raise ValueError(f"keys of {entries} without words, or words without a key: {set(schema) ^ set(meanings)}")
    rows = [f"| `{key}` | {meanings[key]} |\n" for key in schema]
    return "".join(["| key | meaning |\n|---|---|\n", *rows])
