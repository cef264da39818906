"""Slips: what people write from other languages, and what to write instead.

Each row gives the token that was meant (so that reading goes on and finds what else is wrong) or none, what to
write, and a remark. The grammar looks tokens up here; documentation reads the same tables.
"""

from __future__ import annotations

from .records import dataclass


@dataclass(frozen=True, slots=True)
class Slip:
    """`meant` is the token to go on with, "" where nothing can be guessed."""

    meant: str
    instead: str
    why: str = ""


SIGNS: dict[str, Slip] = {
    "=": Slip("==", "`==`", "a single `=` does not compare"),
    "===": Slip("==", "`==`"),
    "!==": Slip("!=", "`!=`"),
    "&&": Slip("and", "`and`"),
    "&": Slip("and", "`and`"),
    "∧": Slip("and", "`and`"),
    "||": Slip("or", "`or`"),
    "|": Slip("or", "`or`"),
    "∨": Slip("or", "`or`"),
    "!": Slip("not", "`not`"),
    "¬": Slip("not", "`not`"),
    "~": Slip("not", "`not`"),
    "^": Slip("**", "`**`", "powers are written `x ** 2`"),
    "<>": Slip("!=", "`!=`"),
    "≠": Slip("!=", "`!=`"),
    "=<": Slip("<=", "`<=`"),
    "≤": Slip("<=", "`<=`"),
    "=>": Slip(">=", "`>=`"),
    "≥": Slip(">=", "`>=`"),
    "−": Slip("-", "a plain hyphen `-`", "this is a typographic minus"),
    "–": Slip("-", "a plain hyphen `-`", "this is a dash"),
    "—": Slip("-", "a plain hyphen `-`", "this is a dash"),
    "×": Slip("*", "`*`"),
    "·": Slip("*", "`*`"),
    "⋅": Slip("*", "`*`"),
    "÷": Slip("/", "`/`"),
    "//": Slip("/", "`/`", "there is no whole division"),
    "%": Slip("", "a fraction: `0.05` for `5%`", "there are no percentages, and no remainder"),
    ":=": Slip("", "one expression", "an expression sets nothing"),
    ":": Slip("", "one expression", "an expression holds no colon; dates are whole days"),
    ";": Slip(",", "`,`", "arguments are parted by commas"),
    "?": Slip("", "`a if c else b`"),
    "{": Slip("", "`(` and `)`", "expressions group with round brackets"),
    "}": Slip("", "`(` and `)`", "expressions group with round brackets"),
    "++": Slip("+", "`+`"),
    "+=": Slip("", "the new value", "an effect gives the whole new value: `reach + learning`"),
    "-=": Slip("", "the new value", "an effect gives the whole new value: `reach - loss`"),
    "*=": Slip("", "the new value", "an effect gives the whole new value: `reach * 2`"),
    "/=": Slip("", "the new value", "an effect gives the whole new value: `reach / 2`"),
    "->": Slip("", "one expression"),
    "\\": Slip("", "one expression", "lines go on without a sign"),
    "$": Slip("", "the bare name"),
    "@": Slip("", "`*`"),
}

WORDS: dict[str, Slip] = {
    "is": Slip("==", "`==`"),
    "equals": Slip("==", "`==`"),
    "iff": Slip("==", "`==`"),
    "then": Slip("", "`a if c else b`", "the value comes first, then its condition"),
    "elif": Slip("", "`a if c else (b if d else e)`"),
    "lambda": Slip("", "one expression", "functions cannot be defined here"),
    "for": Slip("", "one expression", "there are no loops here"),
    "xor": Slip("!=", "`(a) != (b)`", "conditions count as 1 or 0"),
    "None": Slip("", "`never` for a date, 0 for a number"),
    "null": Slip("", "`never` for a date, 0 for a number"),
    "nan": Slip("", "a number", "a value must be finite"),
    "NaN": Slip("", "a number", "a value must be finite"),
    "inf": Slip("", "a number", "a value must be finite; a date that never comes is `never`"),
    "infinity": Slip("", "a number", "a value must be finite; a date that never comes is `never`"),
}
# Known words in the wrong case: `True`, `AND`, `Never`.
KEYWORDS = ("in", "not", "and", "or", "if", "else", "under", "before", "never", "now", "true", "false")
RESERVED = frozenset((*KEYWORDS, "then", "iff", "is"))  # cannot be names or levels
WRONG_CASE: dict[str, str] = {
    cased: word for word in KEYWORDS for cased in (word.upper(), word.capitalize())
}

# Functions by the names that other tools give them: what to write instead.
FUNCTION_SLIPS: dict[str, str] = {
    "ln": "`log(x)`, the natural logarithm",
    "log10": "`log(x) / log(10)`",
    "log2": "`log(x) / log(2)`",
    "pow": "`x ** y`",
    "power": "`x ** y`",
    "sigmoid": "`logistic(x)`",
    "expit": "`logistic(x)`",
    "clamp": "`clip(x, low, high)`",
    "fabs": "`abs(x)`",
    "average": "`mean(x)`",
    "avg": "`mean(x)`",
    "sum": "`total(x)` for a sum over time, `+` otherwise",
    "integral": "`total(x)`",
    "last": "`final(x)`",
    "any": "`ever(c)`",
    "prob": "`P(..)`",
    "Prob": "`P(..)`",
    "probability": "`P(..)`",
    "Pr": "`P(..)`",
    "p": "`P(..)`",
    "E": "`mean(..)`",
    "quantile": "`q(measure, 0.9 under STRATEGY)`",
    "percentile": "`q(measure, 0.9 under STRATEGY)`",
    "Q": "`q(measure, 0.9 under STRATEGY)`",
    "interp": "`table(x, x1, y1, x2, y2, ..)`",
    "lookup": "`table(x, x1, y1, x2, y2, ..)`",
    "SMOOTH": "`smooth(x, T)`",
    "lag": "`delay(x, T)`",
    "where": "`a if c else b`",
    "iif": "`a if c else b`",
    "IF": "`a if c else b`",
    "date": "the date itself: `2021-01-20`",
    "day": "a comparison with a date: `now > 2021-01-20`",
}
