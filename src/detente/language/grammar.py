"""The grammar of expressions: a tokenizer of one regular expression and an operator-precedence parser.

The method is Pratt's (Top down operator precedence, POPL 1973): every infix operator has a power, and an operand
is taken by the stronger side. From weak to strong:

    a if c else b  |  or  |  and  |  not  |  < <= > >= == != before in  |  + -  |  * /  |  unary -  |  **  |  under

Nothing is evaluated. Length, nesting and the number of nodes are bounded, and time is linear in the text.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import NoReturn

from . import raw as r
from .calendar import Duration, TimeUnit
from .records import dataclass
from .slips import KEYWORDS, RESERVED, SIGNS, WORDS, WRONG_CASE, Slip

MOST_CHARACTERS = 16_000
MOST_TOKENS = 4_000
MOST_NESTED = 64  # brackets, signs and conditional values within each other
MOST_HIGH = 100  # the tree: a sum of a hundred terms; every later pass may recurse over it

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
POWERS = {
    "if": 1, "or": 2, "and": 3, **dict.fromkeys((*COMPARISONS, "before", "in", "not in"), 5),
    "+": 6, "-": 6, "*": 7, "/": 7, "**": 9,
}  # fmt: skip
GRAPH = ("equilibrium", "stable")  # what claims ask of the conflict graph
_TIMES: tuple[TimeUnit, ...] = ("day", "week", "month", "year")
TIME_WORDS = {word: unit for unit in _TIMES for word in (unit, f"{unit}s")}

_SIGNS = sorted((*SIGNS, *COMPARISONS, *"+-*/()[],", "**"), key=len, reverse=True)
_TOKEN = re.compile(
    "|".join((
        r"(?P<space>\s+)",
        r"(?P<date>\d{4}-\d{2}-\d{2}(?!\w|\.\d))",
        r"(?P<bad_date>(?:19|20)\d\d(?P<a>[-/.])\d{1,2}(?P=a)\d{1,2}(?:[T\d][\dT:]*)?"
        r"|\d{1,2}(?P<b>[-/.])\d{1,2}(?P=b)(?:19|20)\d\d(?!\w))",
        r"(?P<bad_number>\d+(?:_\d+)+)",
        r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)",
        r"(?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)",
        r"""(?P<quoted>'[^']*'|"[^"]*")""",
        f"(?P<sign>{'|'.join(map(re.escape, _SIGNS))})",
        r"(?P<other>.)",
    )),
    re.DOTALL,
)  # fmt: skip
_CLOSES = {")": "(", "]": "["}


class Halt(Exception):  # noqa: N818 - not an error: the problem is already reported
    """The parser cannot go on with this expression."""


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, date, word, sign or end; the token is text[start:end]; `text` is what was meant."""

    kind: str
    text: str
    start: int
    end: int
    slip: bool = False  # reported already


def parse(text: r.Text) -> r.Raw | None:
    """The raw tree of `text`, or None after reporting to it what is wrong.

    After a slip whose meaning is plain there is a tree too, so that what else is wrong is found: `text.found` counts.
    """
    if len(text.text) > MOST_CHARACTERS:
        text.problem("expression_too_long", 0, 1, length=len(text.text), most=MOST_CHARACTERS)
        return None
    try:
        tokens = _tokens(text)
        text.parts = len(tokens)
        _check_brackets(text, tokens)
        tree = _Parser(text, tokens).whole()
    except Halt:
        return None
    if r.height(tree) > MOST_HIGH:
        text.problem("expression_too_high", 0, 1, most=MOST_HIGH)
        return None
    return tree


# --- tokens --------------------------------------------------------------------------------------------------


def _tokens(text: r.Text) -> list[Token]:
    found: list[Token] = []
    for match in _TOKEN.finditer(text.text):
        kind, said = str(match.lastgroup), match.group()
        if kind == "space":
            continue
        found.append(_token(text, kind, said, match.start(), match.end()))
        if len(found) > MOST_TOKENS:
            text.problem("expression_too_big", 0, 1, most=MOST_TOKENS)
            raise Halt
    found.append(Token("end", "", len(text.text), len(text.text)))
    return found


def _token(text: r.Text, kind: str, said: str, start: int, end: int) -> Token:
    """One token; a slip is reported and replaced by what was meant."""
    if kind == "sign" and said in SIGNS:
        return _meant(text, SIGNS[said], said, start, end)
    if kind == "bad_date":
        text.problem("date_form", start, end, found=said, instead=_iso(said))
        return Token("date", "2000-01-01", start, end)
    if kind == "bad_number":
        text.problem("number_form", start, end, found=said, instead=said.replace("_", ""))
        return Token("number", said.replace("_", ""), start, end)
    if kind == "quoted":
        inside = said[1:-1].strip()
        text.problem("quoted_word", start, end, found=said, instead=inside or "a name")
        return Token("date" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", inside) else "word", inside or "_", start, end)
    if kind == "other":
        text.problem("strange_character", start, end, found=_visible(said))
        raise Halt
    return Token(kind, said, start, end)


def _meant(text: r.Text, slip: Slip, said: str, start: int, end: int) -> Token:
    """Report a slip, and go on with what was meant."""
    why = f": {slip.why}" if slip.why else ""
    text.problem("slip", start, end, found=said, instead=slip.instead, why=why)
    if not slip.meant:
        raise Halt
    return Token("word" if slip.meant.isalpha() else "sign", slip.meant, start, end, slip=True)


def _iso(said: str) -> str:
    """A date in another form, as this language writes it; a day and month that could be swapped are not guessed."""
    first, second, third = (int(part) for part in re.findall(r"\d+", said)[:3])
    year, month, day = (first, second, third) if first > 31 else (third, second, first)
    ambiguous = first <= 31 and month != day and month <= 12 and day <= 12
    try:
        return "YYYY-MM-DD" if ambiguous else dt.date(year, month, day).isoformat()
    except (ValueError, OverflowError):
        return "YYYY-MM-DD"


def _visible(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"


def _check_brackets(text: r.Text, tokens: list[Token]) -> None:
    open_: list[Token] = []
    for token in tokens:
        if token.kind != "sign":
            continue
        if token.text in "([":
            open_.append(token)
        elif token.text in _CLOSES:
            if not open_:
                text.problem("bracket_not_opened", token.start, token.end, found=token.text)
                raise Halt
            if open_.pop().text != _CLOSES[token.text]:
                text.problem("bracket_mismatch", token.start, token.end, found=token.text)
                raise Halt
        if len(open_) > MOST_NESTED:
            _too_deep(text, token)
    if open_:
        token = open_[-1]
        closing = ")" if token.text == "(" else "]"
        text.problem("bracket_not_closed", token.start, token.end, found=token.text, closing=closing)
        raise Halt


def _too_deep(text: r.Text, token: Token) -> NoReturn:
    text.problem("expression_too_deep", token.start, token.end, most=MOST_NESTED)
    raise Halt


# --- parser --------------------------------------------------------------------------------------------------


class _Parser:
    def __init__(self, text: r.Text, tokens: list[Token]) -> None:
        self.text, self.tokens = text, tokens
        self.at = 0
        self.nested = 0

    def whole(self) -> r.Raw:
        if self.next.kind == "end":
            self.text.problem("expression_empty", 0, 1)
            raise Halt
        tree = self.expression(1)
        if self.next.kind != "end":
            self.unexpected(tree)
        return tree

    # the tokens

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def sees(self, *texts: str, ahead: int = 0) -> bool:
        token = self.tokens[min(self.at + ahead, len(self.tokens) - 1)]
        return token.kind in ("word", "sign") and token.text in texts

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def takes(self, *texts: str) -> Token | None:
        return self.take() if self.sees(*texts) else None

    # expressions

    def expression(self, least: int) -> r.Raw:
        """The longest expression from here whose operators have at least the power `least`."""
        self.nested += 1
        if self.nested > 2 * MOST_NESTED:
            _too_deep(self.text, self.next)
        left = self.operand(least)
        while (op := self.infix()) and POWERS[op] >= least:
            left = self.after(left, op)
        self.nested -= 1
        return left

    def infix(self) -> str:
        """The operator that stands next, "" if none does."""
        if self.next.kind != "word":
            return self.next.text if self.next.text in POWERS else ""
        self.settle()
        if self.sees("not") and self.sees("in", ahead=1):
            return "not in"
        return self.next.text if self.next.text in POWERS else ""

    def settle(self) -> None:
        """Where an operator belongs, take a slip for what was meant."""
        token = self.next
        if token.text in WRONG_CASE:
            meant = WRONG_CASE[token.text]
            self.text.problem("word_case", token.start, token.end, found=token.text, instead=meant)
            self.tokens[self.at] = Token("word", meant, token.start, token.end)
        elif token.text in WORDS:
            self.tokens[self.at] = _meant(self.text, WORDS[token.text], token.text, token.start, token.end)

    def after(self, left: r.Raw, op: str) -> r.Raw:
        """`left op ..`, with the operator still to be taken."""
        if op == "if":
            return self.choice(left)
        if op in ("and", "or"):
            return self.joined(left, op)
        if op in ("in", "not in"):
            return self.member(left, op)
        self.take()
        if POWERS[op] == 5:
            return self.comparison(left, op)
        right = self.expression(8 if op == "**" else POWERS[op] + 1)
        return r.Binary(left.start, right.end, op, left, right)

    def choice(self, then: r.Raw) -> r.Raw:
        start = self.take()
        condition = self.expression(2)
        if not self.takes("else"):
            self.text.problem("if_without_else", start.start, start.end, then=self.text.says(then))
            raise Halt
        other = self.expression(1)
        return r.Choice(then.start, other.end, condition, then, other)

    def joined(self, left: r.Raw, op: str) -> r.Raw:
        args = [left]
        while self.takes(op):
            args.append(self.expression(POWERS[op] + 1))
        return r.Joined(left.start, args[-1].end, op, tuple(args))

    def comparison(self, left: r.Raw, op: str) -> r.Raw:
        right = self.expression(6)
        made = r.Comparison(left.start, right.end, op, left, right)
        if (again := self.infix()) and POWERS[again] == 5:
            says, third, end = self.text.says, "[LEVEL, LEVEL]", self.next.end
            if not again.endswith("in"):
                self.take()
                last = self.expression(6)
                third, end = says(last), last.end
            instead = f"{says(left)} {op} {says(right)} and {says(right)} {again} {third}"
            self.text.problem("chained_comparison", made.start, end, instead=instead)
            raise Halt
        return made

    def member(self, subject: r.Raw, op: str) -> r.Raw:
        for _ in op.split():
            self.take()
        opening = self.takes("[", "(")
        if opening is None or opening.text == "(":
            at = opening or self.next
            self.text.problem("in_needs_list", at.start, max(at.end, at.start + 1), subject=self.text.says(subject))
            raise Halt
        names = [self.expression(6)] if not self.sees("]") else []
        while self.takes(","):
            names.append(self.expression(6))
        closing = self.closing("]", names)
        if not names:
            self.text.problem("in_empty_list", opening.start, closing.end, subject=self.text.says(subject))
            raise Halt
        return self.under(r.Member(subject.start, closing.end, subject, tuple(names), op == "not in"))

    # operands

    def operand(self, least: int) -> r.Raw:
        token = self.next
        if token.text in ("-", "+") and token.kind == "sign":
            self.take()
            arg = self.expression(8)
            return arg if token.text == "+" else r.Minus(token.start, arg.end, arg)
        if self.sees("not"):
            if least > 4:
                self.text.problem("not_needs_brackets", token.start, token.end)
                raise Halt
            self.take()
            arg = self.expression(4)
            return r.Opposite(token.start, arg.end, arg)
        return self.under(self.atom())

    def under(self, arg: r.Raw) -> r.Raw:
        while self.takes("under"):
            token = self.next
            if token.kind != "word" or token.text in KEYWORDS:
                self.missing_value("under")
            self.take()
            strategy = r.Word(token.start, token.end, token.text)
            arg = r.Under(arg.start, token.end, arg, strategy)
        return arg

    def atom(self) -> r.Raw:
        token = self.next
        match token.kind:
            case "number":
                return self.number()
            case "date":
                return self.date()
            case "word" if token.text not in KEYWORDS or token.text in r.VALUES:
                return self.word()
        if self.takes("("):
            inner = self.expression(1)
            closing = self.closing(")", [inner])
            return r.Group(token.start, closing.end, inner)
        return self.missing_value(self.tokens[self.at - 1].text if self.at else "")

    def number(self) -> r.Raw:
        token = self.take()
        value = float(token.text)
        if not math.isfinite(value):
            self.text.problem("literal_too_large", token.start, token.end)
            raise Halt
        unit = TIME_WORDS.get(self.next.text) if self.next.kind == "word" else None
        if unit and not self.sees("(", ahead=1):
            end = self.take().end
            return r.Length(token.start, end, Duration(value, unit))
        return r.Literal(token.start, token.end, value)

    def date(self) -> r.Raw:
        token = self.take()
        try:
            return r.Day(token.start, token.end, dt.date.fromisoformat(token.text))
        except ValueError:
            self.text.problem("day_that_is_none", token.start, token.end, found=token.text)
            raise Halt from None

    def word(self) -> r.Raw:
        token = self.take()
        if token.text in RESERVED and token.text in WORDS:
            _meant(self.text, Slip("", WORDS[token.text].instead), token.text, token.start, token.end)
        if self.sees("("):
            return self.application(token)
        return r.Word(token.start, token.end, token.text)

    def application(self, name: Token) -> r.Raw:
        self.take()
        args: list[r.Raw] = []
        if name.text in GRAPH:
            args = self.quoted()
        elif not self.sees(")"):
            args.append(self.probability(name) if name.text == "P" else self.expression(1))
            while self.takes(","):
                args.append(self.expression(1))
        closing = self.closing(")", args)
        return r.Apply(name.start, closing.end, name.text, tuple(args))

    def probability(self, name: Token) -> r.Raw:
        """Inside P(..) a bare `if` is the condition."""
        body = self.expression(2)
        if not self.takes("if"):
            return body
        condition = self.expression(2)
        if self.sees("else"):
            token = self.next
            self.text.problem("choice_in_p", token.start, token.end, body=self.text.says(body))
            raise Halt
        return r.Given(body.start, condition.end, body, condition)

    def quoted(self) -> list[r.Raw]:
        """Arguments that are no expressions of this language, parted by commas outside brackets."""
        found: list[r.Raw] = []
        while not self.sees(")"):
            start, depth = self.next, 0
            while self.next.kind != "end" and (depth or not self.sees(",", ")")):
                depth += self.sees("(", "[") - self.sees(")", "]")
                self.take()
            end = self.tokens[self.at - 1].end if self.next is not start else start.start
            found.append(r.Quoted(start.start, end))
            if not self.takes(","):
                break
        return found

    # what cannot be read

    def closing(self, bracket: str, inside: list[r.Raw]) -> Token:
        if closing := self.takes(bracket):
            return closing
        if inside:
            self.unexpected(inside[-1])
        self.missing_value(self.tokens[self.at - 1].text)

    def missing_value(self, after: str) -> NoReturn:
        """A value should stand here, and something else does, or nothing."""
        token = self.next
        if token.text == "if":
            self.text.problem("if_first", token.start, token.end)
        elif token.kind == "end":
            end = max(0, self.tokens[self.at - 1].end - 1) if self.at else 0
            self.text.problem("expression_ends", end, end + 1, after=after)
        else:
            code = "value_missing" if after else "value_missing_first"
            self.text.problem(code, token.start, token.end, found=token.text, after=after)
        raise Halt

    def unexpected(self, before: r.Raw) -> NoReturn:
        """After the expression `before` something stands that cannot go on from it."""
        token, text = self.next, self.text
        last = self.tokens[self.at - 1]
        if token.slip:
            pass
        elif last.kind == "word" and last.text in WRONG_CASE:
            text.problem("word_case", last.start, last.end, found=last.text, instead=WRONG_CASE[last.text])
        elif token.kind == "sign" and token.text == ",":
            text.problem("comma", token.start, token.end)
        elif token.kind == "sign" and token.text == "[":
            text.problem("subscript", token.start, token.end, before=text.says(before))
        elif token.text == "else":
            text.problem("else_without_if", token.start, token.end)
        else:
            text.problem("operator_missing", token.start, max(token.end, token.start + 1),
                         before=text.says(before, 30), found=token.text)
        raise Halt
