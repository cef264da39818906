"""An agreement in words: what each stage obliges whom to, how that is watched, what follows a breach, who may leave.

Read off the agreement itself, clause by clause; conditions keep the case's labels and level names. What has no plain
wording stands as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date as Date  # noqa: N812

from detente.language import tree as t
from detente.language.agreement import Agreement, Effects, Means, Obligation, Power, Response, Rule, Stage
from detente.language.case import Case, Choice
from detente.language.print import expression_text, number_text
from detente.language.prose import day, listed
from detente.language.records import dataclass

_COMPARED = {"<": "below", "<=": "at most", ">": "above", ">=": "at least", "==": "equal to", "!=": "not equal to"}
_LEVELS = {"<": "below ", "<=": "at or below ", ">": "above ", ">=": "at or above ", "==": "", "!=": "not "}
_TRUTHS = {
    "over": ("its time has run out", "its time has not run out"),
    "in_force": ("the deal is in force", "no deal is in force"),
    "done": ("what is owed as {} is done", "what is owed as {} is not done"),
    "broken": ("the duty “{}” is broken", "the duty “{}” is not broken"),
    "owed": ("the duty “{}” is owed", "the duty “{}” is not owed"),
    "good": ("{} keeps what it owes", "{} does not keep what it owes"),
    "suspected": ("{} is under suspicion", "{} is not under suspicion"),
    "curing": ("{} is given time to put a breach right", "{} is given no time to put a breach right"),
    "breached": ("{} stands in breach", "{} does not stand in breach"),
}  # fmt: skip
_VOWEL = re.compile("[aeiouy]")
_AFTER_NOUN = re.compile(r" (?:of|in|under|with|to|for|on|that|it|by|which) .*")


@dataclass(frozen=True, slots=True)
class Part:
    """Clauses that belong together."""

    title: str
    lines: tuple[str, ...]


def told(agreement: Agreement, case: Case | None = None) -> tuple[Part, ...]:
    """An agreement in words, part by part; `case` has the labels."""
    words = _Words(agreement, case)
    found = [Part("How it begins", tuple(_beginning(agreement, words)))]
    if agreement.obligations:
        found.append(Part("In every stage", tuple(_obligations(agreement.obligations, words, "the deal begins"))))
    for i, stage in enumerate(agreement.stages):
        lines = tuple(_stage(stage, words))
        if lines:
            found.append(Part(_stage_title(agreement, stage, i, words), lines))
    found += [
        Part(title, lines)
        for title, lines in (
            ("How it is watched", tuple(_verification(agreement, words))),
            ("What follows a breach", tuple(_responses(agreement, words))),
            ("What a party may declare", tuple(_power(power, words) for power in agreement.powers.values())),
            ("What else moves or ends it", tuple(_rule(rule, words) for rule in agreement.rules)),
        )
        if lines
    ]
    return tuple(found)


# --- names and conditions ----------------------------------------------------------------------------------------


class _Words:
    """The names of a case, or of an agreement alone, as words."""

    def __init__(self, agreement: Agreement, case: Case | None) -> None:
        self.agreement = agreement
        self.parties: dict[str, str] = {}
        self.labels: dict[str, str] = {name: fact.label for name, fact in agreement.facts.items() if fact.label}
        if case is not None:
            self.parties = {name: party.label for name, party in case.parties.items() if party.label}
            named: tuple[Mapping[str, object], ...] = (case.options, case.quantities, case.events, case.assumptions)
            for each in named:
                self.labels |= {name: label for name, one in each.items() if (label := getattr(one, "label", ""))}

    def party(self, name: str) -> str:
        """A party by its label."""
        return {"self": "whoever did it", "others": "the others"}.get(
            name, self.parties.get(name) or (plain(name).title() if _VOWEL.search(name[1:]) else name.upper())
        )

    def name(self, name: str, party: str = "") -> str:
        """What a name of the case stands for; whose it is, unless that is `party`."""
        owner, dot, rest = name.partition(".")
        said = self.labels.get(name) or plain(rest if dot else name)
        return said if not dot or owner == party or name in self.labels else f"{said} of {self.party(owner)}"

    def condition(self, expr: t.Expr, party: str = "") -> str:
        """A condition, from the point of view of a party."""
        match expr:
            case t.CompareLevel(op=op, option=name, name=level) | t.CompareRival(op=op, assumption=name, name=level):
                return f"{_is(self.name(name, party))} {_LEVELS[op]}“{plain(level)}”"
            case t.CompareAgreement(op=op, what="stage", name=level):
                return f"the stage is {_LEVELS[op]}“{plain(level)}”"
            case t.CompareAgreement(op=op, name=level):
                return f"it has {'' if op == '==' else 'not '}ended as “{plain(level)}”"
            case t.AgreementTruth(what=what, of=of):
                return _TRUTHS[what][0].format(self._of(of))
            case t.Not(arg=t.AgreementTruth(what=what, of=of)):
                return _TRUTHS[what][1].format(self._of(of))
            case t.Compare(op=">" | "==" as op, left=t.RowTotal(how="count") as rows, right=t.Number(value=0.0)):
                return f"{self._kind(rows, party)} has {'not ' if op == '==' else ''}happened"
            case t.Compare(op=op, left=left, right=right):
                return f"{_is(self.value(left, party))} {_COMPARED[op]} {self.value(right, party)}"
            case t.And(args=args):
                return " and ".join(self._bracketed(arg, party, t.Or) for arg in args)
            case t.Or(args=args):
                return " or ".join(self._bracketed(arg, party, t.And) for arg in args)
            case t.Not(arg=arg):
                return f"it is not so that {self._bracketed(arg, party, t.And, t.Or)}"
            case t.Truth(value=value):
                return "always" if value else "never"
        return expression_text(expr)

    def _bracketed(self, expr: t.Expr, party: str, *kinds: type) -> str:
        said = self.condition(expr, party)
        return f"({said})" if isinstance(expr, kinds) else said

    def value(self, expr: t.Expr, party: str = "") -> str:
        """A number: a name where it is one, else as it is written."""
        match expr:
            case t.QuantityRef(name=name) | t.AssumptionRef(name=name) | t.EventCount(name=name):
                return f"“{self.name(name, party)}”"
            case t.OptionValue(option=option):
                return self.name(option, party)
            case t.RowTotal(how="count") as rows:
                return f"how often {self._kind(rows, party)} has happened"
            case t.RowTotal() as rows:
                return f"the sum of {self._kind(rows, party)}"
            case t.AgreementNumber(what="age"):
                return "the age of the deal"
            case t.AgreementNumber(of=of):
                return f"the belief that {self._of(of)} is broken"
            case t.Number():
                return number_text(expr)
        return expression_text(expr)

    def _kind(self, rows: t.RowTotal, party: str) -> str:
        name = rows.kind if "." in rows.kind or rows.party in ("", party) else f"{rows.party}.{rows.kind}"
        return f"“{self.labels.get(rows.kind) or self.name(name, party)}”"

    def _of(self, of: str) -> str:
        return self.name(of) if "." in of else self.party(of)


def _is(name: str) -> str:
    """A noun with its verb."""
    noun = _AFTER_NOUN.sub("", name).strip("“”")
    return f"{name} {'are' if noun.endswith('s') and not noun.endswith(('ss', 'us', 'is')) else 'is'}"


def plain(name: str) -> str:
    """A name of the case as words."""
    return name.replace("_", " ").replace(".", ": ")


# --- the beginning, obligations and stages -------------------------------------------------------------------------


def _beginning(agreement: Agreement, words: _Words) -> Iterator[str]:
    if agreement.starts is not None:
        yield f"It stands from {day(agreement.starts)}."
    else:
        yield "It begins on the last day of the step in which all sign."
    for party in agreement.between if agreement.starts is None else ():
        accepts = agreement.accepts.get(party)
        if accepts is None:
            yield f"{words.party(party)} signs whenever it is offered."
        elif isinstance(accepts, Choice):
            no, yes = (expression_text(value) for _, value in accepts.values)
            yield (
                f"{words.party(party)} signs by chance, the likelier the more signing ({yes}) is worth to it beside "
                f"not signing ({no})."
            )
        else:
            yield f"{words.party(party)} signs if {words.condition(accepts)}."
    if agreement.replaces is not None:
        yield f"It replaces “{plain(agreement.replaces)}”, which ends."


def _stage_title(agreement: Agreement, stage: Stage, i: int, words: _Words) -> str:
    if not stage.name:
        return "What is owed"
    spans = [f"at least {stage.least}"] * (stage.least is not None) + [f"at most {stage.most}"] * bool(stage.most)
    spans += [f"until {day(stage.until)}"] if stage.until else []
    last = f" ({listed(spans)})" if spans else ""
    return f"Stage {i + 1} of {len(agreement.stages)}, “{plain(stage.name)}”{last}"


def _stage(stage: Stage, words: _Words) -> Iterator[str]:
    yield from _obligations(stage.obligations, words, "the stage begins")
    yield from (_rule(rule, words) for rule in stage.rules)


def _obligations(obligations: tuple[Obligation, ...], words: _Words, begin: str) -> Iterator[str]:
    """For each party a line on what it must keep, and one on what it must do."""
    for party in dict.fromkeys(o.party for o in obligations):
        for is_keep, must in ((True, "must see to it every day that"), (False, "must bring it about that")):
            parts = [_obligation(o, words, begin) for o in obligations if o.party == party and o.is_keep == is_keep]
            if parts:
                yield f"{words.party(party)} {must} {'; '.join(parts)}."


def _obligation(o: Obligation, words: _Words, begin: str) -> str:
    said = words.condition(o.condition, o.party)
    if o.every is not None:
        said += f", anew every {o.every}"
    if o.by is not None:
        said += f", by {day(o.by)}"
    if o.within is not None:
        said += f", within {o.within}"
    if o.opens is not None:
        said += f", from {day(o.opens)} on" if isinstance(o.opens, Date) else f", from {o.opens} after {begin}"
    for word, expr in (("once", o.once), ("each time that", o.each), ("as long as", o.awake)):
        said += f", {word} {words.condition(expr, o.party)}" if expr is not None else ""
    if o.closes is not None:
        said += f", until {day(o.closes) if isinstance(o.closes, Date) else o.closes}"
    if o.cured_by is not None:
        said += f" (a breach is put right when {words.condition(o.cured_by, o.party)})"
    return said + (" (best efforts: late is no breach)" if o.is_soft else "")


def _rule(rule: Rule, words: _Words) -> str:
    held = f" for {rule.held}" if rule.held is not None else ""
    return f"When {words.condition(rule.when)}{held}, {_effects(rule.effects, words)}."


# --- what follows ----------------------------------------------------------------------------------------------


def _effects(effects: Effects, words: _Words) -> str:
    parts = []
    if effects.moves:
        moves = [f"{words.name(m.option)} {'' if i else 'must go '}to “{plain(m.name)}”"
                 for i, m in enumerate(effects.moves)]  # fmt: skip
        within = f", within {effects.within}" if effects.within is not None else ""
        lasts = f", for {effects.lasts}" if effects.lasts is not None else ""
        parts.append(f"{listed(moves)}{within}{lasts}{',' if within or lasts else ''}")
    if effects.release is not None:
        owe = "owe" if effects.release == "others" else "owes"
        parts.append(f"{words.party(effects.release)} {owe} nothing until the next stage")
    if effects.stage is not None:
        parts.append(f"the stage becomes “{plain(effects.stage)}”")
    if effects.sets_until:
        parts.append(f"the stage has {_until(effects.until)}")
    if effects.ends is not None:
        parts.append(f"the deal ends as “{plain(effects.ends)}”")
    return listed(parts).removesuffix(",") or "this is put on record"


def _until(until: Date | str | None) -> str:
    if isinstance(until, Date):
        return f"its end on {day(until)}"
    return "no end" if until is None else "the end that is declared"


def _verification(agreement: Agreement, words: _Words) -> Iterator[str]:
    for means in agreement.means.values():
        yield _means(means, words)
    enough = agreement.enough
    if not agreement.means:
        return
    if enough.belief is not None:
        prior = f", from {enough.prior:g} at first" if enough.prior is not None else ""
        yield f"A breach is found when the belief in it, by Bayes' rule, reaches {enough.belief:g}{prior}."
    elif enough.looks == 1:
        yield "One alarm is enough to find a breach."
    else:
        yield f"A breach is found with {enough.alarms} alarms in the last {enough.looks} looks."


def _means(means: Means, words: _Words) -> str:
    often = f"every {means.every}" if means.every is not None else "at random"
    if means.rate is not None:
        often += f", {words.value(means.rate)} times a year"
    finds = "always" if means.detects is None else f"with the chance {words.value(means.detects)}"
    errs = "never" if means.false_alarm is None else f"with the chance {words.value(means.false_alarm)}"
    of = listed([f"“{words.name(o)}”" for o in means.of])
    awake = f", as long as {words.condition(means.awake)}" if means.awake is not None else ""
    late = f"; what they find is known {means.delay} later" if means.delay is not None else ""
    return (
        f"{plain(means.name).capitalize()} look at {of} {often}{awake}; they sound an alarm {finds} where it is "
        f"broken, and {errs} where it is not{late}."
    )


def _responses(agreement: Agreement, words: _Words) -> Iterator[str]:
    """What follows the breaches of each key; keys with the same answer share a line."""
    alike: dict[tuple[Response, ...], list[str]] = {}
    for key, responses in agreement.responses.items():
        of = f"“{words.name(key)}”" if "." in key else f"anything owed by {words.party(key)}"
        alike.setdefault(responses, []).append(of)
    for responses, keys in alike.items():
        parts = []
        for i, response in enumerate(responses):
            which = "" if len(responses) == 1 else f"{_ordinal(i, len(responses))}: "
            cure = f"{response.cure} to put it right, then " if response.cure is not None else ""
            parts.append(f"{which}{cure}{_effects(response.effects, words)}")
        yield f"After a breach of {listed(keys, 'or')}: {'; '.join(parts)}."
    answered = {o for o in agreement.names_of_obligations() if agreement.response_to(o)[1]}
    if not answered:
        yield "Nothing is written of what follows a breach."
    elif rest := [f"“{words.name(o)}”" for o in agreement.names_of_obligations() if o not in answered]:
        yield f"Nothing is written of what follows a breach of {listed(rest, 'or')}."


def _ordinal(i: int, count: int) -> str:
    word = ("the first time", "the second time", "the third time")[i] if i < 3 else f"time {i + 1}"
    return f"{word} and after" if i == count - 1 else word


def _power(power: Power, words: _Words) -> str:
    who = "All together" if power.who == ("all",) else listed([words.party(party) for party in power.who], "or")
    when = f" when {words.condition(power.when)}" if power.when is not None else ""
    held = f" for {power.held}" if power.held is not None else ""
    notice = f" {power.notice} later," if power.notice is not None else ""
    unless = f", unless {words.condition(power.unless)}" if power.unless is not None else ""
    return f"{who} may declare “{plain(power.name)}”{when}{held};{notice} {_effects(power.effects, words)}{unless}."
