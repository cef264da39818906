"""The clauses of an agreement: obligations, rules, effects, what follows a breach, powers, means."""

from __future__ import annotations

import re
from datetime import date as Date  # noqa: N812
from typing import Literal

from . import tree as t
from .agreement import REASONS, Effects, Enough, Means, Move, Obligation, Power, Response, Rule
from .agreement_declarations import Declared
from .agreement_words import AgreementNames
from .calendar import Duration
from .case import Option
from .conduct import level_index
from .constants import constant
from .fields import Fields, date_of, duration_of, found, key_place, number_of, some_of, table_of, text_of, truth_of
from .nodes import Node, Table, Text
from .problems import Problems
from .reading import Reading
from .tree import Expr
from .walk import walk

EFFECT_KEYS = ("moves", "within", "for", "release", "stage", "until", "ends")
OBLIGATION_KEYS = (
    "keep", "do", "by", "within", "every", "from", "once", "each", "until", "while", "soft", "cured_by", "note",
    "source", "label",
)  # fmt: skip
_DATE_LIKE = re.compile(r"[0-9]{4}-")
_ENOUGH = re.compile(r"\s*([0-9]{1,3})\s+of\s+([0-9]{1,3})\s*\Z")
_BELIEF = re.compile(r"\s*belief\s+([0-9.]+)\s*\Z")


class Clauses:
    """Reads the clauses of one agreement: its names, and the scope of its own expressions, are known."""

    def __init__(self, declared: Declared, reading: Reading) -> None:
        self.declared, self.reading, self.problems = declared, reading, reading.problems
        self.names: AgreementNames = declared.names

    # --- values ----------------------------------------------------------------------------------------------

    def condition(self, fields: Fields, key: str) -> Expr | None:
        """The condition of a key, if it is there."""
        node = fields.get(key)
        return None if node is None else self.a_condition(node)

    def a_condition(self, node: Node) -> Expr | None:
        """A condition that an agreement may ask."""
        return self._checked(self.reading.condition(node, "agreement"))

    def number(self, node: Node) -> Expr | None:
        """A number that an agreement may compute."""
        return self._checked(self.reading.number(node, "agreement"))

    def _checked(self, expr: Expr | None) -> Expr | None:
        """Refuse what has no day of its own: `now` beyond comparison with a date, events that are not counted."""
        compared = {
            id(side) for node in walk(expr) if isinstance(node, t.Compare)
            for side in (node.left, node.right)
            if isinstance(node.left, t.DateLiteral) or isinstance(node.right, t.DateLiteral)
        }  # fmt: skip
        for node in walk(expr):
            if isinstance(node, t.Now) and id(node) not in compared:
                self.problems.add("agreement_now", node.place)
            elif isinstance(node, t.EventCount):
                self.problems.add("agreement_event", node.place, name=node.name)
        return expr

    def span(self, fields: Fields, key: str) -> Duration | None:
        """A whole length of time of at least a day."""
        node = fields.get(key)
        return None if node is None else self._whole(fields.read(key, duration_of), node, key)

    def _whole(self, span: Duration | None, node: Node, key: str) -> Duration | None:
        if span is None:
            return None
        if span.count != int(span.count):
            self.problems.add("agreement_span_not_whole", node.place, found=found(node))
            return None
        if span.count == 0 and key not in ("held", "notice", "grace", "delay", "least", "from"):
            self.problems.add("agreement_span_zero", node.place, key=key, found=str(span))
            return None
        if span.years > 1000:
            self.problems.add("not_duration", node.place, found=found(node))
            return None
        return span

    def span_or_date(self, fields: Fields, key: str) -> Duration | Date | None:
        """A length of time, counted from where its clause does, or a day."""
        node = fields.get(key)
        if node is None:
            return None
        if isinstance(node, Text) and _DATE_LIKE.match(node.text):
            return date_of(node, self.problems)
        quiet = Problems()
        span = duration_of(node, quiet)
        if span is None:
            self.problems.add("agreement_date_or_span", node.place, found=found(node))
        return self._whole(span, node, key)

    def named(self, node: Node, kind: str, known: tuple[str, ...]) -> str | None:
        """One of the known names of a kind."""
        name = node.text if isinstance(node, Text) else None
        if name in known:
            return name
        if name is None:
            self.problems.add("not_name", node.place, found=found(node))
        else:
            self.problems.add("unknown_name", node.place, name=name, kind=kind, known=known)
        return None

    # --- obligations -----------------------------------------------------------------------------------------

    def obligation(self, party: str, name: str, node: Node) -> Obligation | None:
        """One obligation; a bare condition is a keep."""
        if isinstance(node, Text):
            keep = self.a_condition(node)
            return None if keep is None else Obligation(name, party, True, keep, _one_line(node), place=node.place)
        table = table_of(node, self.problems)
        if table is None:
            return None
        fields = Fields(table, OBLIGATION_KEYS, "an obligation", self.problems)
        ways = [key for key in ("keep", "do") if fields.has(key)]
        if len(ways) != 1:
            given = "both `keep:` and `do:`" if ways else "neither `keep:` nor `do:`"
            self.problems.add("agreement_obligation_ways", fields.place, name=name, given=given)
            return None
        self._one_of(fields, name, ("by", "within", "every"), "agreement_two_limits")
        self._one_of(fields, name, ("from", "once", "each"), "agreement_two_openings")
        self._belongs(fields, name, ways[0])
        condition = self.condition(fields, ways[0])
        made = Obligation(
            name, party, ways[0] == "keep", condition or t.Truth(True), _one_line(fields.table.items[ways[0]]),
            by=fields.read("by", date_of), within=self.span(fields, "within"), every=self.span(fields, "every"),
            opens=self.span_or_date(fields, "from"), once=self.condition(fields, "once"),
            each=self.condition(fields, "each"), closes=self.span_or_date(fields, "until"),
            awake=self.condition(fields, "while"), is_soft=fields.read("soft", truth_of) or False,
            cured_by=self.condition(fields, "cured_by"), place=fields.place,
        )
        self.reading.source_refs(fields)
        return made if condition is not None else None

    def _one_of(self, fields: Fields, name: str, keys: tuple[str, ...], code: str) -> None:
        given = [key for key in keys if fields.has(key)]
        if len(given) > 1:
            self.problems.add(code, fields.place, name=name, given=", ".join(f"`{key}:`" for key in given))

    def _belongs(self, fields: Fields, name: str, written: str) -> None:
        for key, belongs in {"by": "do", "within": "do", "every": "do", "while": "keep"}.items():
            if fields.has(key) and belongs != written:
                facts = {"key": key, "belongs": belongs, "name": name, "written": written}
                self.problems.add("agreement_only_for", fields.key_place(key), **facts)

    # --- effects ---------------------------------------------------------------------------------------------

    def effects(self, fields: Fields, what: str, *, has_self: bool, has_value: bool = False) -> Effects:
        """What happens; `has_self` says whether somebody broke or used something, `has_value` whether a row did."""
        if not any(fields.has(key) for key in EFFECT_KEYS[3:]) and not fields.has("moves") and what != "a power":
            self.problems.add("agreement_no_effect", fields.place, what=what)
        moves = self._moves(fields)
        for key in ("within", "for"):
            if fields.has(key) and not fields.has("moves"):
                self.problems.add("agreement_moves_only", fields.key_place(key), key=key)
        sets_until, until = self._until(fields, has_value)
        return Effects(
            moves, self.span(fields, "within"), self.span(fields, "for"), self._release(fields, has_self),
            self._named(fields, "stage", "stage", self.names.stages), sets_until, until, self._ends(fields),
        )

    def _named(self, fields: Fields, key: str, kind: str, known: tuple[str, ...]) -> str | None:
        node = fields.get(key)
        return None if node is None else self.named(node, kind, known)

    def _moves(self, fields: Fields) -> tuple[Move, ...]:
        table = fields.read("moves", table_of)
        moves = []
        for name, node in table.items.items() if table else ():
            assert table is not None
            option = self.reading.scope.options.get(name)
            if option is None and name not in self.reading.scope.broken:
                known = tuple(self.reading.scope.options)
                self.problems.add("unknown_name", key_place(table, name), name=name, kind="option", known=known)
            level = level_index(node, option, self.problems) if option else None
            if option is not None and level is not None:
                moves.append(Move(name, level, option.levels[level]))
        return tuple(moves)

    def _release(self, fields: Fields, has_self: bool) -> str | None:
        node = fields.get("release")
        if node is None:
            return None
        if isinstance(node, Text) and node.text in ("self", "others"):
            if not has_self:
                party = next(iter(self.names.parties), "PARTY")
                self.problems.add("agreement_self", node.place, name=node.text, party=party)
                return None
            return node.text
        return self.named(node, "party", (*self.names.parties, "self", "others"))

    def _until(self, fields: Fields, has_value: bool) -> tuple[bool, Date | Literal["value"] | None]:
        node = fields.get("until")
        if node is None:
            return False, None
        if isinstance(node, Text) and node.is_null:
            return True, None
        if isinstance(node, Text) and node.text == "value":
            if not has_value:
                self.problems.add("agreement_value_here", node.place)
            return True, "value"
        if isinstance(node, Text) and _DATE_LIKE.match(node.text):
            return True, date_of(node, self.problems)
        self.problems.add("agreement_until_form", node.place, found=_one_line(node))
        return True, None

    def _ends(self, fields: Fields) -> str | None:
        node = fields.get("ends")
        if node is None:
            return None
        reason = fields.read("ends", text_of)
        if reason is not None and (reason in ("none", *REASONS) or not re.fullmatch(r"\w+", reason)):
            self.problems.add("agreement_reason", node.place, name=reason)
        return reason

    # --- rules, responses, powers ----------------------------------------------------------------------------

    def rules(self, node: Node | None) -> tuple[Rule, ...]:
        """A list of rules."""
        rules = []
        for item in some_of(node) if node is not None else ():
            table = table_of(item, self.problems)
            if table is None:
                continue
            fields = Fields(table, ("when", "held", *EFFECT_KEYS, "note", "source"), "a rule", self.problems)
            when = self.condition(fields, "when") if fields.require("when") else None
            effects = self.effects(fields, "a rule", has_self=False)
            if when is not None:
                text = _one_line(table.items["when"])
                rules.append(Rule(when, effects, self.span(fields, "held"), text, place=table.place))
        return tuple(rules)

    def responses(self, table: Table | None) -> dict[str, tuple[Response, ...]]:
        """What follows the nth breach of a party or an obligation."""
        responses = {}
        known = (*self.names.parties, *self.names.obligations)
        for name, node in table.items.items() if table else ():
            assert table is not None
            if name not in known:
                self.problems.add(
                    "unknown_name", key_place(table, name), name=name, kind="party or obligation", known=known
                )
            responses[name] = tuple(self._response(item) for item in some_of(node))
        return responses

    def _response(self, node: Node) -> Response:
        table = table_of(node, self.problems)
        if table is None:
            return Response()
        fields = Fields(table, ("cure", *EFFECT_KEYS, "note", "source"), "what follows a breach", self.problems)
        cure = self.span(fields, "cure")
        if cure is not None and not any(fields.has(key) for key in EFFECT_KEYS):
            return Response(cure)
        return Response(cure, self.effects(fields, "what follows a breach", has_self=True))

    def powers(self, table: Table | None) -> dict[str, Power]:
        """Every power."""
        powers = {}
        for name, node in table.items.items() if table else ():
            assert table is not None
            entry = table_of(node, self.problems)
            if entry is None:
                continue
            keys = ("who", "when", "held", "notice", "unless", *EFFECT_KEYS, "note", "source", "label")
            fields = Fields(entry, keys, "a power", self.problems)
            powers[name] = Power(
                name, self._who(fields), self.condition(fields, "when"), self.span(fields, "held"),
                self.span(fields, "notice"), self.condition(fields, "unless"),
                self.effects(fields, "a power", has_self=True, has_value=True), place=key_place(table, name),
            )
        return powers

    def _who(self, fields: Fields) -> tuple[str, ...]:
        node = fields.get("who")
        if node is None:
            return self.names.parties
        items = some_of(node)
        if len(items) == 1 and isinstance(items[0], Text) and items[0].text == "all":
            return ("all",)
        names = [self.named(item, "party", (*self.names.parties, "all")) for item in items]
        if "all" in names:
            self.problems.add("agreement_who_all", node.place)
        return tuple(name for name in names if name)

    # --- evidence --------------------------------------------------------------------------------------------

    def means(self, table: Table | None, in_case: bool) -> dict[str, Means]:
        """Every means of verification."""
        means = {}
        for name, node in table.items.items() if table else ():
            assert table is not None
            entry = table_of(node, self.problems)
            if entry is None:
                continue
            keys = ("of", "every", "rate", "detects", "false_alarm", "delay", "while", "note", "source", "label")
            fields = Fields(entry, keys, "a means of verification", self.problems)
            given = [key for key in ("every", "rate") if fields.has(key)]
            if len(given) == 2 or (in_case and not given):
                said = "both `every:` and `rate:`" if given else "neither `every:` nor `rate:`"
                self.problems.add("agreement_rate_and_every", fields.place, name=name, given=said)
            of = self._of(fields)
            means[name] = Means(
                name, of, self.span(fields, "every"), self._number(fields, "rate"), self._chance(fields, "detects"),
                self._chance(fields, "false_alarm"), self.span(fields, "delay"), self.condition(fields, "while"),
                place=key_place(table, name),
            )
        return means

    def _of(self, fields: Fields) -> tuple[str, ...]:
        if not fields.require("of"):
            return ()
        items = some_of(fields.table.items["of"])
        names = (self.named(item, "obligation", self.names.obligations) for item in items)
        return tuple(name for name in names if name)

    def _number(self, fields: Fields, key: str) -> Expr | None:
        node = fields.get(key)
        return None if node is None else self.number(node)

    def _chance(self, fields: Fields, key: str) -> Expr | None:
        expr, node = self._number(fields, key), fields.get(key)
        value = constant(expr, self.reading.scope.assumptions)
        if node is not None and value is not None and not 0 <= value <= 1:
            self.problems.add("agreement_chance", node.place, key=key, found=_one_line(node))
        return expr

    def enough(self, fields: Fields) -> Enough:
        """`2 of 3`, or `belief 0.9` with a prior."""
        prior = fields.read("prior", number_of)
        if prior is not None and not 0 < prior < 1:
            self.problems.add("agreement_prior", fields.key_place("prior"))
            prior = None
        node = fields.get("enough")
        if node is None:
            return Enough(prior=prior)
        text = node.text if isinstance(node, Text) else ""
        if match := _ENOUGH.match(text):
            alarms, looks = int(match[1]), int(match[2])
            if not 1 <= alarms <= looks:
                self.problems.add("agreement_enough_order", node.place, found=f"`{text}`")
            return Enough(alarms, looks, None, prior)
        if match := _BELIEF.match(text):
            belief = _as_number(match[1])
            if belief is not None and 0 < belief < 1:
                if prior is None or prior >= belief:
                    self.problems.add("agreement_prior", node.place)
                return Enough(1, 1, belief, prior)
        self.problems.add("agreement_enough_form", node.place, found=found(node))
        return Enough()

    def kinds(self, node: Node | None) -> dict[str, tuple[tuple[str, Expr], ...]]:
        """The effects of kinds of row on facts."""
        kinds: dict[str, tuple[tuple[str, Expr], ...]] = {}
        for item in some_of(node) if node is not None else ():
            if isinstance(item, Table):
                for name, entry in item.items.items():
                    kinds[name] = self._kind_effects(entry)
            elif isinstance(item, Text):
                kinds[item.text] = ()
        return {name: effects for name, effects in kinds.items() if name in self.declared.kinds}

    def _kind_effects(self, node: Node) -> tuple[tuple[str, Expr], ...]:
        if isinstance(node, Text) and node.is_null:
            return ()
        table = table_of(node, self.problems)
        numbers: dict[str, Option | None] = {n: None for n, f in self.declared.facts.items() if not f.levels}
        effects = []
        for name, entry in table.items.items() if table else ():
            assert table is not None
            if name in self.declared.facts and name not in numbers:
                self.problems.add("agreement_effect_on_levels", key_place(table, name), name=name)
            elif name not in numbers:
                known = tuple(numbers)
                self.problems.add("unknown_name", key_place(table, name), name=name, kind="fact", known=known)
            value = self.number(entry)
            if value is not None:
                effects.append((name, value))
        return tuple(effects)


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _one_line(node: Node) -> str:
    return " ".join(node.text.split()) if isinstance(node, Text) else found(node)


