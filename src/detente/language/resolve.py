"""From the raw tree to the typed one: what every name means, and what kind of value every part is.

What may be read and called depends on where the text stands; the table `MODES` says which. Reading goes on after
a mistake wherever it can, so that all mistakes of an expression are reported at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from . import raw as r
from . import tree as t
from .calendar import shift
from .functions import FUNCTIONS, Function
from .scope import Scope
from .slips import FUNCTION_SLIPS, WORDS, WRONG_CASE
from .support import support

Kind = Literal["number", "condition", "date"]
AGGREGATES = ("first", "count", "final", "max", "min", "mean", "share", "ever", "total")
OF_CONDITION = ("first", "share", "ever")
ESTIMATES = ("P", "mean", "median", "q")
CALENDAR = ("year", "month")
VALUES = ("now", "never", "true", "false")
MOST_EXPONENT = 100
FLIPPED: dict[str, t.CompareOp] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Mode:
    """Where an expression stands: what it may read and call. `where` says it in words."""

    where: str
    assumptions: bool = True
    state: bool = False  # quantities, options, events, now
    measures: bool = False
    never: bool = False
    stocks: bool = False
    aggregates: bool = False
    estimates: bool = False


START = Mode("in `start`")
STEP = Mode("within a step", state=True, stocks=True)
LOOK = Mode("inside an aggregate", state=True, stocks=True)
MEASURE = Mode("in a measure", never=True, aggregates=True)
BODY = Mode("inside an estimate", measures=True, never=True)
CLAIM = Mode("in a claim", assumptions=False, never=True, estimates=True)


@dataclass(frozen=True, slots=True)
class Cover:
    """The strategy of measures without their own, and the last `under` of the bracket that one is in."""

    strategy: str | None = None
    last: r.Under | None = None


class Resolver:
    """Gives the raw tree of one text its meaning."""

    def __init__(self, text: r.Text, scope: Scope) -> None:
        self.text, self.scope = text, scope

    # --- what callers ask for ---------------------------------------------------------------------------------

    def number(self, node: r.Raw, mode: Mode, cover: Cover = Cover()) -> t.Expr | None:
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

    def condition(self, node: r.Raw, mode: Mode, cover: Cover = Cover()) -> t.Expr | None:
        """`node` as a condition; nothing else becomes one."""
        inner = r.bare(node)
        if isinstance(inner, r.Word) and (levels := self.levels(inner, mode)):
            return self.no("level_as_condition", node, found=inner.name, instead=f"{inner.name} == {levels[0]}")
        expr = self.value(node, mode, cover)
        if expr is None:
            return None
        kind = self.kind(expr)
        if kind == "condition":
            return expr
        remedy = "< 2021-01-20" if kind == "date" else "> 0.5" if mode.estimates else "> 0"
        return self.no("value_as_condition", node, kind=kind, instead=f"{self.text.says(node)} {remedy}")

    def kind(self, expr: t.Expr) -> Kind:
        """What kind of value `expr` is."""
        match expr:
            case t.Now() | t.DateLiteral() | t.Never() | t.Aggregate(kind="first"):
                return "date"
            case t.MeasureAt(measure=name):
                return "date" if self.scope.measures[name].kind == "date" else "number"
            case t.Estimate(kind=kind, body=body):
                return self.kind(body) if kind in ("median", "q") else "number"
            case t.IfElse(then=then):
                return self.kind(then)
            case (t.Truth() | t.Compare() | t.CompareLevel() | t.CompareRival() | t.And() | t.Or() | t.Not()
                  | t.Before()):  # fmt: skip
                return "condition"
        return "number"

    def no(self, code: str, node: r.Raw, /, **facts: object) -> t.Expr | None:
        """Report that `node` cannot be used; None, so that callers can return it."""
        self.text.problem(code, node.start, node.end, **facts)
        return None

    # --- every node -------------------------------------------------------------------------------------------

    def value(self, node: r.Raw, mode: Mode, cover: Cover) -> t.Expr | None:
        """`node` as whatever it is."""
        place = self.text.place(node.start, node.end)
        match node:
            case r.Literal(value=value):
                return t.Number(value, place=place)
            case r.Length(duration=duration):
                return t.Number(duration.years, is_duration=True, place=place)
            case r.Day(day=day):
                return t.DateLiteral(day, place=place)
            case r.Word():
                return self.word(node, mode, cover)
            case r.Group(inner=inner):
                return self.value(inner, mode, self.covering(node, cover) if mode.measures else cover)
            case r.Minus(arg=arg):
                number = self.number(arg, mode, cover)
                return number and t.Negate(number, place=place)
            case r.Opposite(arg=arg):
                condition = self.condition(arg, mode, cover)
                return condition and t.Not(condition, place=place)
            case r.Binary():
                return self.arithmetic(node, mode, cover)
            case r.Comparison():
                return self.comparison(node, mode, cover)
            case r.Member():
                return self.member(node, mode)
            case r.Joined():
                return self.joined(node, mode, cover)
            case r.Choice():
                return self.choice(node, mode, cover)
            case r.Apply():
                return self.application(node, mode, cover)
            case r.Under():
                return self.under(node, mode, cover)
            case r.Given(body=body):
                return self.no("if_without_else", node, then=self.text.says(body))

    def joined(self, node: r.Joined, mode: Mode, cover: Cover) -> t.Expr | None:
        args = [self.condition(arg, mode, cover) for arg in node.args]
        if any(arg is None for arg in args):
            return None
        make: type[t.And] | type[t.Or] = t.And if node.op == "and" else t.Or
        return make(tuple(arg for arg in args if arg), place=self.text.place(node.start, node.end))

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
        return t.IfElse(condition, then, other, place=self.text.place(node.start, node.end))

    def counted(self, expr: t.Expr) -> t.Expr:
        """`expr`, a number or a condition, as a number."""
        return t.Indicator(expr, place=expr.place) if self.kind(expr) == "condition" else expr

    # --- names ------------------------------------------------------------------------------------------------

    def word(self, node: r.Word, mode: Mode, cover: Cover) -> t.Expr | None:
        name, place, scope = node.name, self.text.place(node.start, node.end), self.scope
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
            return self.measure(node, cover) if mode.measures else self.not_here(node, "a measure", mode)
        return self.unknown(node)

    def option_value(self, node: r.Word, mode: Mode) -> t.Expr | None:
        option = self.scope.options[node.name]
        if not mode.state:
            return self.not_here(node, "an option", mode)
        if option.values is None:
            return self.no("option_as_number", node, option=node.name, level=_first(option.levels))
        return t.OptionValue(node.name, place=self.text.place(node.start, node.end))

    def assumption(self, node: r.Word, mode: Mode) -> t.Expr | None:
        assumption = self.scope.assumptions[node.name]
        if not mode.assumptions:
            return self.not_here(node, "an assumption", mode)
        if assumption.rivals:
            return self.no("rival_as_number", node, assumption=node.name, rival=assumption.rivals[0])
        return t.AssumptionRef(node.name, place=self.text.place(node.start, node.end))

    def measure(self, node: r.Word, cover: Cover) -> t.Expr | None:
        if cover.strategy is None:
            example = next(iter(self.scope.strategies), "STRATEGY")
            return self.no("measure_without_strategy", node, measure=node.name, strategy=example)
        return t.MeasureAt(node.name, cover.strategy, place=self.text.place(node.start, node.end))

    def not_here(self, node: r.Word, what: str, mode: Mode) -> t.Expr | None:
        remedy = _REMEDIES.get((mode.where, what), _REMEDIES[mode.where, ""])
        return self.no("name_not_here", node, name=node.name, what=what, where=mode.where,
                remedy=remedy.format(name=node.name))  # fmt: skip

    def unknown(self, node: r.Word) -> t.Expr | None:
        name, scope = node.name, self.scope
        if name in WRONG_CASE:
            return self.no("word_case", node, found=name, instead=WRONG_CASE[name])
        if name in WORDS:
            slip = WORDS[name]
            return self.no("slip", node, found=name, instead=slip.instead, why=f": {slip.why}" if slip.why else "")
        if name in scope.strategies or name in scope.claims or name in scope.parties:
            return self.no("name_of_no_value", node, name=name, kind=scope.kind(name))
        if owner := self.owner(name):
            return self.no("level_alone", node, name=name, owner=owner)
        near = scope.nearest(name, dict.fromkeys(FUNCTIONS, "function"))
        found = {"nearest": near[0], "kind": near[1]} if near else {"nearest": None, "kind": None}
        return self.no("unknown_name", node, name=name, **found)

    def owner(self, name: str) -> str | None:
        """The option or assumption that has `name` as a level or rival."""
        for option, has in self.scope.options.items():
            if name in has.levels:
                return option
        for assumption, rivals in self.scope.assumptions.items():
            if name in rivals.rivals:
                return assumption
        return None

    # --- arithmetic -------------------------------------------------------------------------------------------

    def arithmetic(self, node: r.Binary, mode: Mode, cover: Cover) -> t.Expr | None:
        left, right = self.value(node.left, mode, cover), self.value(node.right, mode, cover)
        if left is None or right is None:
            return None
        place = self.text.place(node.start, node.end)
        if "date" in (self.kind(left), self.kind(right)):
            return self.dates(node, left, right)
        left, right = self.counted(left), self.counted(right)
        if node.op == "**":
            return self.power(node, left, right)
        if node.op == "/" and isinstance(right, t.Number) and right.value == 0:
            return self.no("divide_by_zero", node.right)
        return t.Arith(cast(t.ArithOp, node.op), left, right, place=place)

    def power(self, node: r.Binary, base: t.Expr, exponent: t.Expr) -> t.Expr | None:
        value = constant(exponent)
        if value is not None and abs(value) > MOST_EXPONENT:
            return self.no("exponent_too_large", node.right, most=MOST_EXPONENT)
        return t.Power(base, exponent, place=self.text.place(node.start, node.end))

    def dates(self, node: r.Binary, left: t.Expr, right: t.Expr) -> t.Expr | None:
        """Date - date is years; a written date moves by a duration; nothing else adds up."""
        place = self.text.place(node.start, node.end)
        both = self.kind(left) == self.kind(right) == "date"
        if both and node.op == "-" and not isinstance(left, t.Never) and not isinstance(right, t.Never):
            return t.DateDifference(left, right, place=place)
        written, length = r.bare(node.right), left
        if node.op == "+" and self.kind(left) != "date":
            written, length = r.bare(node.left), right
        if node.op in "+-" and isinstance(written, r.Length):
            return self.moved(node, length, written)
        if both or node.op not in "+-":
            return self.no("date_arithmetic", node, op=node.op)
        return self.no("date_and_number", node, found=self.text.says(node))

    def moved(self, node: r.Binary, day: t.Expr, length: r.Length) -> t.Expr | None:
        duration = length.duration
        if not isinstance(day, t.DateLiteral):
            return self.no("date_not_written", node, found=self.text.says(node), duration=duration)
        if duration.count != int(duration.count):
            return self.no("duration_not_whole", length, found=self.text.says(length))
        try:
            moved = shift(day.day, duration, -1 if node.op == "-" else 1)
        except (ValueError, OverflowError):
            return self.no("no_such_day", node, found=self.text.says(node))
        return t.DateLiteral(moved, place=self.text.place(node.start, node.end))

    # --- comparison -------------------------------------------------------------------------------------------

    def comparison(self, node: r.Comparison, mode: Mode, cover: Cover) -> t.Expr | None:
        if node.op == "before":
            return self.before(node, mode, cover)
        if subject := self.subject(node, mode):
            return self.level(node, *subject)
        if blamed := self.blamed(node, mode):
            return self.word(blamed, mode, cover)
        left, right = self.value(node.left, mode, cover), self.value(node.right, mode, cover)
        if left is None or right is None:
            return None
        dates = [self.kind(left), self.kind(right)].count("date")
        if dates == 1:
            return self.no("date_and_number", node, found=self.text.says(node))
        if dates == 0:
            left, right = self.counted(left), self.counted(right)
        return t.Compare(cast(t.CompareOp, node.op), left, right, place=self.text.place(node.start, node.end))

    def before(self, node: r.Comparison, mode: Mode, cover: Cover) -> t.Expr | None:
        if not mode.measures:
            return self.no("before_not_here", node, where=mode.where)
        left, right = self.value(node.left, mode, cover), self.value(node.right, mode, cover)
        if left is None or right is None:
            return None
        for side, expr in ((node.left, left), (node.right, right)):
            if self.kind(expr) != "date":
                return self.no("before_needs_dates", side, found=self.text.says(side))
        return t.Before(left, right, place=self.text.place(node.start, node.end))

    def levels(self, node: r.Raw, mode: Mode) -> tuple[str, ...]:
        """The levels or rivals of what `node` names, or none. A rival is readable wherever an assumption is."""
        node = r.bare(node)
        if not isinstance(node, r.Word) or node.name in self.scope.broken:
            return ()
        if node.name in self.scope.options:
            return self.scope.options[node.name].levels if mode.state else ()
        if node.name in self.scope.assumptions:
            return self.scope.assumptions[node.name].rivals if mode.assumptions else ()
        return ()

    def blamed(self, node: r.Comparison, mode: Mode) -> r.Word | None:
        """The name at fault where the other side may well be its level: that one is then left unread."""
        left, right = r.bare(node.left), r.bare(node.right)
        for side in (left, right):
            if isinstance(side, r.Word) and (side.name in self.scope.broken or self.is_hidden(side, mode)):
                return side
        both_unknown = all(
            isinstance(side, r.Word) and side.name not in VALUES and not self.scope.kind(side.name)
            for side in (left, right)
        )
        return cast(r.Word, left) if both_unknown else None

    def is_hidden(self, word: r.Word, mode: Mode) -> bool:
        """Whether `word` has levels or rivals that cannot be read here."""
        assumption = self.scope.assumptions.get(word.name)
        has = word.name in self.scope.options or (assumption is not None and bool(assumption.rivals))
        return has and not self.levels(word, mode)

    def subject(self, node: r.Comparison, mode: Mode) -> tuple[r.Word, r.Word, t.CompareOp] | None:
        """What is compared with its own level, the level, and the operator with the level on its right."""
        found = []
        sides = ((node.left, node.right, cast(t.CompareOp, node.op)), (node.right, node.left, FLIPPED[node.op]))
        for subject, level, op in sides:
            if isinstance(level, r.Word) and "." not in level.name and (levels := self.levels(subject, mode)):
                found.append((cast(r.Word, r.bare(subject)), level, op, level.name in levels))
        found.sort(key=lambda each: not each[3])
        if not found or (not found[0][3] and self.is_number_beside(*found[0][:3], mode)):
            return None
        return found[0][:3]

    def is_number_beside(self, subject: r.Word, level: r.Word, op: str, mode: Mode) -> bool:
        """Whether `us.sanctions > threshold` compares numbers: no level has that name, and a number has."""
        option = self.scope.options.get(subject.name)
        known = level.name in self.scope.quantities or level.name in self.scope.assumptions
        return known and option is not None and option.values is not None and op not in ("==", "!=")

    def level(self, node: r.Raw, subject: r.Word, level: r.Word, op: t.CompareOp) -> t.Expr | None:
        place, name = self.text.place(node.start, node.end), subject.name
        option = self.scope.options.get(name)
        levels = option.levels if option else self.scope.assumptions[name].rivals
        if level.name not in levels:
            near = self.scope.nearest_in(level.name, levels)
            return self.no("unknown_level" if option else "unknown_rival", level, name=level.name, owner=name,
                           nearest=near, known=levels)  # fmt: skip
        index = levels.index(level.name)
        if option:
            return t.CompareLevel(op, name, index, level.name, place=place)
        if op not in ("==", "!="):
            return self.no("rivals_have_no_order", node, assumption=name, rival=level.name)
        return t.CompareRival(op, name, index, level.name, place=place)

    def member(self, node: r.Member, mode: Mode) -> t.Expr | None:
        subject = r.bare(node.subject)
        if not isinstance(subject, r.Word) or not self.levels(subject, mode):
            if isinstance(subject, r.Word) and self.word(subject, mode, Cover("", None)) is None:
                return None
            return self.no("in_needs_levels", node.subject, subject=self.text.says(node.subject))
        found = []
        for name in node.names:
            if isinstance(name, r.Word):
                found.append(self.level(name, subject, name, "=="))
            else:
                found.append(self.no("in_needs_bare_levels", name, found=self.text.says(name)))
        if any(each is None for each in found):
            return None
        place = self.text.place(node.start, node.end)
        args = tuple(each for each in found if each)
        any_of = args[0] if len(args) == 1 else t.Or(args, place=place)
        return t.Not(any_of, place=place) if node.negated else any_of

    # --- functions --------------------------------------------------------------------------------------------

    def application(self, node: r.Apply, mode: Mode, cover: Cover) -> t.Expr | None:
        name, cover = node.name, self.covering(node, cover) if mode.measures else cover
        if mode.estimates and name in ESTIMATES:
            return self.estimate(node)
        if mode.aggregates and name in AGGREGATES and not (name in FUNCTIONS and len(node.args) > 1):
            return self.aggregate(node)
        if name in FUNCTIONS:
            return self.call(node, FUNCTIONS[name], mode, cover)
        if name in CALENDAR:
            return self.calendar_part(node, mode, cover)
        return self.unknown_call(node, mode)

    def unknown_call(self, node: r.Apply, mode: Mode) -> t.Expr | None:
        name, head = node.name, r.Word(node.start, node.start + len(node.name), node.name)
        if name in ("P", "median", "q") or (name == "mean" and mode is not LOOK and not mode.measures):
            return self.no("estimate_not_here", head, name=name, where=mode.where)
        if name in AGGREGATES:
            code = {"in a claim": "aggregate_in_claim", "inside an estimate": "aggregate_in_claim",
                    "inside an aggregate": "aggregate_nested"}.get(mode.where, "aggregate_not_here")  # fmt: skip
            return self.no(code, head, name=name, where=mode.where)
        if name in FUNCTION_SLIPS:
            return self.no("function_slip", head, name=name, instead=FUNCTION_SLIPS[name])
        if kind := self.scope.kind(name):
            return self.no("not_a_function", head, name=name, kind=kind)
        known = (*FUNCTIONS, *CALENDAR, *(AGGREGATES if mode.aggregates else ()),
                 *(ESTIMATES if mode.estimates else ()))  # fmt: skip
        return self.no("unknown_function", head, name=name, nearest=self.scope.nearest_in(name, known))

    def call(self, node: r.Apply, function: Function, mode: Mode, cover: Cover) -> t.Expr | None:
        if function.stock and not mode.stocks:
            return self.no("stock_not_here", node, name=node.name, where=mode.where)
        if mode is LOOK and len(node.args) == 1 and node.name in AGGREGATES and function.arity[0] > 1:
            return self.no("aggregate_nested", node, name=node.name, where=mode.where)
        least, most = function.arity
        if not least <= len(node.args) <= most:
            return self.no("arguments", node, name=node.name, signature=function.signature, found=len(node.args),
                           expected=f"{least}" if least == most else f"{least} to {most}")  # fmt: skip
        args = [self.number(arg, mode, cover) for arg in node.args]
        if any(arg is None for arg in args):
            return None
        call = t.Call(node.name, tuple(a for a in args if a), place=self.text.place(node.start, node.end))
        check = _CHECKS.get(node.name)
        return check(self, node, call) if check else call

    def calendar_part(self, node: r.Apply, mode: Mode, cover: Cover) -> t.Expr | None:
        if len(node.args) != 1:
            return self.no("arguments", node, name=node.name, signature=f"{node.name}(now)", expected="1",
                           found=len(node.args))  # fmt: skip
        day = self.value(node.args[0], mode, cover)
        part = cast(Literal["year", "month"], node.name)
        place = self.text.place(node.start, node.end)
        match day:
            case None:
                return None
            case t.Now():
                return t.CalendarPart(part, day, place=place)
            case t.DateLiteral(day=written):
                return t.Number(float(getattr(written, part)), place=place)
        return self.no("calendar_of_what", node.args[0], name=part, found=self.text.says(node.args[0]))

    # --- measures ---------------------------------------------------------------------------------------------

    def aggregate(self, node: r.Apply) -> t.Expr | None:
        kind = cast(t.AggregateKind, node.name)
        if len(node.args) != 1:
            wanted = "c" if kind in OF_CONDITION else "event" if kind == "count" else "x"
            return self.no("arguments", node, name=kind, signature=f"{kind}({wanted})", expected="1",
                           found=len(node.args))  # fmt: skip
        arg = node.args[0]
        if kind == "count":
            inner = r.bare(arg)
            if not isinstance(inner, r.Word) or inner.name not in self.scope.events:
                return self.not_an_event(arg)
            body: t.Expr | None = self.word(inner, LOOK, Cover())
        else:
            body = (self.condition if kind in OF_CONDITION else self.number)(arg, LOOK)
        return body and t.Aggregate(kind, body, place=self.text.place(node.start, node.end))

    def not_an_event(self, node: r.Raw) -> t.Expr | None:
        """`count` of something else: an unknown name is near some event, a condition has `share` and `ever`."""
        inner = r.bare(node)
        if isinstance(inner, r.Word) and inner.name in self.scope.broken:
            self.text.found += 1
            return None
        near = self.scope.nearest_in(inner.name, self.scope.events) if isinstance(inner, r.Word) else None
        return self.no("count_of_event", node, found=self.text.says(node), nearest=near)

    # --- claims -----------------------------------------------------------------------------------------------

    def estimate(self, node: r.Apply) -> t.Expr | None:
        kind = cast(t.EstimateKind, node.name)
        wanted = 2 if kind == "q" else 1
        if len(node.args) != wanted:
            signature = {"P": "P(CONDITION under S)", "q": "q(MEASURE, 0.9 under S)"}.get(
                kind, f"{kind}(MEASURE under S)")  # fmt: skip
            return self.no("arguments", node, name=kind, signature=signature, expected=wanted, found=len(node.args))
        cover = self.covering(node, Cover())
        place = self.text.place(node.start, node.end)
        if kind == "P":
            return self.probability(node.args[0], cover, place_of=node)
        body = self.value(node.args[0], BODY, cover)
        level = self.quantile(node.args[1], cover) if kind == "q" else None
        if body is None or (kind == "q" and level is None):
            return None
        if kind == "mean" and self.kind(body) == "date":
            return self.no("mean_of_date", node, measure=self.text.says(node.args[0]))
        return t.Estimate(kind, self.counted(body), None, level, place=place)

    def probability(self, node: r.Raw, cover: Cover, place_of: r.Raw) -> t.Expr | None:
        asked, given = (node.body, node.condition) if isinstance(node, r.Given) else (node, None)
        body = self.condition(asked, BODY, cover)
        condition = self.condition(given, BODY, cover) if given else None
        if body is None or (given and condition is None):
            return None
        return t.Estimate("P", body, condition, place=self.text.place(place_of.start, place_of.end))

    def quantile(self, node: r.Raw, cover: Cover) -> float | None:
        inner = r.bare(node)
        if isinstance(inner, r.Under) and inner is cover.last:
            self.strategy(inner.strategy)
            inner = r.bare(inner.arg)
        if isinstance(inner, r.Literal) and 0 < inner.value < 1:
            return inner.value
        self.no("quantile_level", node, found=self.text.says(node))
        return None

    def covering(self, node: r.Group | r.Apply, outer: Cover) -> Cover:
        """Within a bracket its last `under` covers what has none of its own; without one, the bracket around."""
        last: r.Under | None = None
        for each in r.walk(node):
            if isinstance(each, r.Under) and (last is None or each.strategy.start > last.strategy.start):
                last = each
        return Cover(last.strategy.name, last) if last else outer

    def under(self, node: r.Under, mode: Mode, cover: Cover) -> t.Expr | None:
        if not mode.measures:
            return self.no("under_not_here", node, found=self.text.says(node), where=mode.where)
        known = self.strategy(node.strategy)
        arg = node.arg
        own = isinstance(arg, r.Group) or (isinstance(arg, r.Word) and arg.name in self.scope.measures)
        if not own and node is not cover.last:
            return self.no("under_follows_no_measure", node, found=self.text.says(arg), strategy=node.strategy.name)
        value = self.value(arg, mode, Cover(node.strategy.name, cover.last) if own else cover)
        return value if known else None

    def strategy(self, word: r.Word) -> bool:
        if word.name in self.scope.strategies:
            return True
        if word.name in self.scope.broken:
            self.text.found += 1
            return False
        near = self.scope.nearest_in(word.name, self.scope.strategies)
        self.no("unknown_strategy", word, name=word.name, nearest=near, known=tuple(self.scope.strategies))
        return False


# --- checks of single functions ------------------------------------------------------------------------------


def constant(expr: t.Expr) -> float | None:
    """The value of an expression of literals alone, or None."""
    match expr:
        case t.Number(value=value):
            return value
        case t.Negate(arg=arg):
            value_of = constant(arg)
            return None if value_of is None else -value_of
    return None


def _table(resolver: Resolver, node: r.Apply, call: t.Call) -> t.Expr | None:
    if len(call.args) % 2 == 0:
        return resolver.no("table_pairs", node, found=len(call.args) - 1)
    before: float | None = None
    for raw, arg in zip(node.args[1::2], call.args[1::2], strict=True):
        x = constant(arg)
        if x is None:
            return resolver.no("table_constants", raw, found=resolver.text.says(raw))
        if before is not None and x <= before:
            return resolver.no("table_rising", raw, found=resolver.text.says(raw), before=f"{before:g}")
        before = x
    return call


def _clip(resolver: Resolver, node: r.Apply, call: t.Call) -> t.Expr | None:
    low, high = constant(call.args[1]), constant(call.args[2])
    if low is not None and high is not None and low > high:
        return resolver.no("clip_bounds", node, low=f"{low:g}", high=f"{high:g}")
    return call


def _stock(resolver: Resolver, node: r.Apply, call: t.Call) -> t.Expr | None:
    """The time of `smooth` and `delay`: a constant or an assumption, from one step to the horizon."""
    scope, time, raw = resolver.scope, call.args[1], node.args[1]
    match time:
        case t.Number(value=value):
            low = high = value
        case t.AssumptionRef(name=name):
            assumption = scope.assumptions[name]
            low, high = (bound * assumption.factor for bound in support(assumption.distribution))
        case _:
            return resolver.no("time_not_constant", raw, name=node.name, found=resolver.text.says(raw))
    least, most = scope.step.years, scope.horizon * scope.step.years
    slack = 1e-9 * most
    if low < least - slack or high > most + slack:
        return resolver.no("time_out_of_range", raw, name=node.name, found=resolver.text.says(raw), low=low,
                           high=high, step=scope.step, horizon=f"{most:g} years")  # fmt: skip
    return call


_CHECKS: dict[str, Callable[[Resolver, r.Apply, t.Call], t.Expr | None]] = {
    "table": _table, "clip": _clip, "smooth": _stock, "delay": _stock,
}  # fmt: skip

_REMEDIES: dict[tuple[str, str], str] = {
    (START.where, ""): "a start may read assumptions only",
    (STEP.where, ""): "a step cannot know it: it is known when the run is over",
    (STEP.where, "a measure"): "measures are read by claims; write the quantity or event itself",
    (STEP.where, "a date that measures have"): "compare `now` with a date; `never` belongs in claims",
    (LOOK.where, ""): "a measure looks at quantities, events and options",
    (LOOK.where, "a measure"): "a measure cannot read another: repeat its expression",
    (MEASURE.where, ""): "a measure says how to look over the run",
    (MEASURE.where, "a quantity"): "say how to look at it over the run: `final({name})`, `max({name})`, "
                                   "`mean({name})`, `total({name})` or `first({name} > 0)`",
    (MEASURE.where, "an option"): "say how to look at it over the run: `share({name} == LEVEL)` "
                                  "or `first({name} == LEVEL)`",
    (MEASURE.where, "an event"): "say how to look at it over the run: `count({name})` or `first({name} > 0)`",
    (MEASURE.where, "the day of a step"): "say how to look at it over the run: `first(CONDITION)` is a date",
    (MEASURE.where, "a measure"): "a measure cannot read another: repeat its expression",
    (BODY.where, ""): "claims read measures: give it a name under `measures:` first",
    (CLAIM.where, ""): "claims compare `P(..)`, `mean(..)`, `median(..)` and `q(..)` of measures",
    (CLAIM.where, "a measure"): "write `P({name} > 0 under STRATEGY)`, `mean({name} under STRATEGY)` "
                                "or `median({name} under STRATEGY)`",
    (CLAIM.where, "an assumption"): "move it into the estimate: `mean(MEASURE - {name} under STRATEGY)`",
}  # fmt: skip


def _first(levels: tuple[str, ...]) -> str:
    return levels[0] if levels else "LEVEL"

