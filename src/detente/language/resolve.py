"""From the raw tree to the typed one: what every name means, and what kind of value every part is.

What may be read and called depends on where the text stands (`modes`). Reading goes on after
a mistake wherever it can, so that all mistakes of an expression are reported at once.
"""

from __future__ import annotations

from typing import Literal

from . import raw as r
from . import tree as t
from .agreement_words import agreement_word, is_agreement_word
from .arithmetic import arithmetic
from .calls import application
from .estimates import covering, under
from .functions import AGGREGATES, ESTIMATES, FUNCTIONS
from .levels import comparison, levels, member
from .modes import REMEDIES, UNCOVERED, Cover, Mode
from .problems import Place
from .scope import Scope
from .slips import WORDS, WRONG_CASE

Kind = Literal["number", "condition", "date"]
# What kind of value a node is, where its type settles it.
KINDS: dict[type[t.Node], Kind] = {
    **dict.fromkeys((t.Number, t.AssumptionRef, t.QuantityRef, t.EventCount, t.OptionValue, t.Indicator), "number"),
    **dict.fromkeys((t.Arith, t.Power, t.Negate, t.Call, t.CalendarPart, t.DateDifference), "number"),
    **dict.fromkeys((t.Now, t.DateLiteral, t.Never), "date"),
    **dict.fromkeys((t.Truth, t.Compare, t.CompareLevel, t.CompareRival, t.Before), "condition"),
    **dict.fromkeys((t.And, t.Or, t.Not, t.AgreementTruth, t.CompareAgreement, t.GraphTruth), "condition"),
    **dict.fromkeys((t.RowTotal, t.AgreementNumber), "number"),
}  # fmt: skip
_FUNCTION_KINDS = dict.fromkeys(FUNCTIONS, "function")


class Resolver:
    """Gives the raw tree of one text its meaning."""

    def __init__(self, text: r.Text, scope: Scope) -> None:
        self.text, self.scope = text, scope

    # --- what callers ask for ---------------------------------------------------------------------------------

    def number(self, node: r.Raw, mode: Mode, cover: Cover = UNCOVERED) -> t.Expr | None:
        """`node` as a number; a condition becomes 1 or 0."""
        expr = self.value(node, mode, cover)
        if expr is None:
            return None
        kind = self.kind(expr)
        if kind == "date":
            return self.no("date_as_number", node, found=self.text.says(node))
        if kind == "condition":
            return t.Indicator(expr, place=expr.place)
        return expr

    def condition(self, node: r.Raw, mode: Mode, cover: Cover = UNCOVERED) -> t.Expr | None:
        """`node` as a condition; nothing else becomes one. A number for one is told where nothing else is wrong."""
        inner = r.bare(node)
        if isinstance(inner, r.Literal | r.Length) and self.text.found:
            return None
        if isinstance(inner, r.Word) and (known := levels(self, inner, mode)):
            return self.no("level_as_condition", node, found=inner.name, instead=f"{inner.name} == {known[0]}")
        expr = self.value(node, mode, cover)
        if expr is None:
            return None
        kind = self.kind(expr)
        if kind == "condition":
            return expr
        remedy = "< 2021-01-20" if kind == "date" else "> 0.5" if mode.estimates else "> 0"
        return self.no("value_as_condition", node, found=self.text.says(node), kind=kind, remedy=remedy)

    def kind(self, expr: t.Expr) -> Kind:
        """What kind of value `expr` is."""
        if plain := KINDS.get(type(expr)):
            return plain
        match expr:
            case t.IfElse(then=then):
                return self.kind(then)
            case t.Aggregate(kind=over):
                return "date" if AGGREGATES[over].units == "date" else "number"
            case t.MeasureAt(measure=name):
                return "date" if self.scope.measures[name].kind == "date" else "number"
            case t.Estimate(kind=estimate, body=body):
                return self.kind(body) if ESTIMATES[estimate].takes == "value" else "number"
        return "number"

    def place(self, node: r.Raw) -> Place:
        """Where `node` stands."""
        return self.text.place(node.start, node.end)

    def no(self, code: str, node: r.Raw, /, **facts: object) -> t.Expr | None:
        """Report that `node` cannot be used; None, so that callers can return it."""
        self.text.problem(code, node.start, node.end, **facts)
        return None

    # --- every node -------------------------------------------------------------------------------------------

    def value(self, node: r.Raw, mode: Mode, cover: Cover) -> t.Expr | None:
        """`node` as whatever it is."""
        match node:
            case r.Word():
                return self.word(node, mode, cover)
            case r.Literal(value=value):
                return t.Number(value, place=self.place(node))
            case r.Length(duration=duration):
                return t.Number(duration.years, is_duration=True, place=self.place(node))
            case r.Day(day=day):
                return t.DateLiteral(day, place=self.place(node))
            case r.Group(inner=inner):
                return self.value(inner, mode, covering(self, node, cover) if mode.measures else cover)
            case r.Minus(arg=arg):
                number = self.number(arg, mode, cover)
                return number and t.Negate(number, place=self.place(node))
            case r.Opposite(arg=arg):
                condition = self.condition(arg, mode, cover)
                return condition and t.Not(condition, place=self.place(node))
            case r.Binary():
                return arithmetic(self, node, mode, cover)
            case r.Comparison():
                return comparison(self, node, mode, cover)
            case r.Member():
                return member(self, node, mode)
            case r.Joined():
                return self.joined(node, mode, cover)
            case r.Choice():
                return self.choice(node, mode, cover)
            case r.Apply():
                return application(self, node, mode, cover)
            case r.Under():
                return under(self, node, mode, cover)
            case r.Quoted():
                return None  # only within what `calls` takes apart
            case r.Given(body=body):
                return self.no("if_without_else", node, then=self.text.says(body))

    def joined(self, node: r.Joined, mode: Mode, cover: Cover) -> t.Expr | None:
        args = [self.condition(arg, mode, cover) for arg in node.args]
        if any(arg is None for arg in args):
            return None
        make: type[t.And] | type[t.Or] = t.And if node.op == "and" else t.Or
        return make(tuple(arg for arg in args if arg), place=self.place(node))

    def choice(self, node: r.Choice, mode: Mode, cover: Cover) -> t.Expr | None:
        if mode.estimates:
            return self.no("claim_arithmetic", node, found="a conditional value")
        then = self.value(node.then, mode, cover)
        condition = self.condition(node.condition, mode, cover)
        other = self.value(node.other, mode, cover)
        if then is None or condition is None or other is None:
            return None
        kinds = {self.kind(then), self.kind(other)}
        if "date" in kinds:
            return self.no("choice_of_dates", node, found=self.text.says(node))
        if len(kinds) == 2:
            then, other = self.counted(then), self.counted(other)
        return t.IfElse(condition, then, other, place=self.place(node))

    def counted(self, expr: t.Expr) -> t.Expr:
        """`expr`, a number or a condition, as a number."""
        return t.Indicator(expr, place=expr.place) if self.kind(expr) == "condition" else expr

    # --- names ------------------------------------------------------------------------------------------------

    def word(self, node: r.Word, mode: Mode, cover: Cover) -> t.Expr | None:
        name, place, scope = node.name, self.place(node), self.scope
        if name in ("true", "false"):
            return t.Truth(name == "true", place=place)
        if name == "never":
            return t.Never(place=place) if mode.never else self.not_here(node, "a date that measures have", mode)
        if name == "now":
            return t.Now(place=place) if mode.state else self.not_here(node, "the day of a step", mode)
        if name in scope.broken:
            self.text.found += 1
            return None
        if name in scope.quantities:
            return t.QuantityRef(name, place=place) if mode.state else self.not_here(node, "a quantity", mode)
        if name in scope.events:
            return t.EventCount(name, place=place) if mode.state else self.not_here(node, "an event", mode)
        if name in scope.options:
            return self.option_value(node, mode)
        if name in scope.assumptions:
            return self.assumption(node, mode)
        if name in scope.measures:
            return self.measure(node, cover) if mode.measures else self._measure_not_here(node, mode)
        if is_agreement_word(scope, name):
            return agreement_word(self, node, mode)
        if name in scope.measure_places:
            return self.not_here(node, "a measure", mode)
        return self.unknown(node)

    def option_value(self, node: r.Word, mode: Mode) -> t.Expr | None:
        option = self.scope.options[node.name]
        if not mode.state:
            return self.not_here(node, "an option", mode)
        if option.values is None:
            return self.no("option_as_number", node, option=node.name, level=_first(option.levels))
        return t.OptionValue(node.name, place=self.place(node))

    def assumption(self, node: r.Word, mode: Mode) -> t.Expr | None:
        assumption = self.scope.assumptions[node.name]
        if not mode.assumptions:
            return self.not_here(node, "an assumption", mode)
        if assumption.rivals:
            return self.no("rival_as_number", node, assumption=node.name, rival=assumption.rivals[0])
        return t.AssumptionRef(node.name, place=self.place(node))

    def measure(self, node: r.Word, cover: Cover) -> t.Expr | None:
        if cover.strategy is None:
            example = next(iter(self.scope.strategies), "STRATEGY")
            return self.no("measure_without_strategy", node, measure=node.name, strategy=example)
        return t.MeasureAt(node.name, cover.strategy, place=self.place(node))

    def _measure_not_here(self, node: r.Word, mode: Mode) -> t.Expr | None:
        """A measured date has a remedy of its own in some places."""
        dated = self.scope.measures[node.name].kind == "date" and (mode.where, "a measured date") in REMEDIES
        return self.not_here(node, "a measured date" if dated else "a measure", mode)

    def not_here(self, node: r.Word, what: str, mode: Mode) -> t.Expr | None:
        remedy = REMEDIES.get((mode.where, what), REMEDIES[mode.where, ""])
        return self.no("name_not_here", node, name=node.name, what=what, where=mode.where,
                remedy=remedy[0].upper() + remedy.format(name=node.name)[1:])  # fmt: skip

    def unknown(self, node: r.Word) -> t.Expr | None:
        name, scope = node.name, self.scope
        if name in WRONG_CASE:
            return self.no("word_case", node, found=name, instead=WRONG_CASE[name])
        if name in WORDS:
            slip = WORDS[name]
            return self.no("slip", node, found=name, instead=slip.instead, why=f": {slip.why}" if slip.why else "")
        if name in scope.strategies or name in scope.claims or name in scope.parties:
            return self.no("name_of_no_value", node, name=name, kind=scope.kind(name))
        if owner := scope.owner(name):
            return self.no("level_alone", node, name=name, owner=owner)
        near = scope.nearest(name, _FUNCTION_KINDS)
        if near is None:
            return self.no("no_such_name", node, name=name)
        return self.no("no_such_name_near", node, name=name, nearest=near[0], kind=near[1])


def _first(levels: tuple[str, ...]) -> str:
    return levels[0] if levels else "LEVEL"
