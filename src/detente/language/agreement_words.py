"""What expressions read of agreements: `count(oil)`, `broken(dprk.tests)`, `stage == freeze`, `deal.in_force`.

Inside an agreement its words stand alone. Elsewhere they follow its name, or `deal` for the only one; functions of
the only one may stand alone there too. `deal.true.…` reads the true run instead of the known one.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal, cast

from . import raw as r
from . import tree as t
from .modes import Mode
from .problems import Place
from .raw import listed
from .records import dataclass

if TYPE_CHECKING:
    from .resolve import Resolver
    from .scope import Scope

Takes = Literal["kind", "obligation", "party"]
FUNCTIONS: dict[str, tuple[Takes, str]] = {
    "count": ("kind", "how many rows of a kind came since the clause began"),
    "sum": ("kind", "the sum of their values"),
    "done": ("obligation", "whether it was done at least once"),
    "broken": ("obligation", "whether a breach of it is open"),
    "owed": ("obligation", "whether it is owed and not yet done"),
    "belief": ("obligation", "how likely a breach is, from the looks so far"),
    "good": ("party", "whether nothing is held against the party"),
    "suspected": ("party", "whether something is suspected of it, and no more"),
    "curing": ("party", "whether it has time to cure a breach"),
    "breached": ("party", "whether a breach of it is open and uncured in time"),
}
TRUTHS = ("over", "in_force")
NUMBERS = ("age",)
LEVELS = ("stage", "ended")
OWN_WORDS = ("over", "stage")  # what stands alone inside an agreement
WORDS = (*TRUTHS, *NUMBERS, *LEVELS)


@dataclass(frozen=True, slots=True)
class AgreementNames:
    """What expressions need to know of an agreement."""

    name: str
    parties: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()  # whatever `count` takes, `party.kind` included
    totals: dict[str, tuple[str, str]] = field(default_factory=dict)  # the same, to kind and party
    reasons: tuple[str, ...] = ("none",)

    def levels(self, word: str) -> tuple[str, ...]:
        """The names that `stage` or `ended` is compared with."""
        return self.stages if word == "stage" else self.reasons


@dataclass(frozen=True, slots=True)
class _Reference:
    """A word of an agreement as found: whose, of which run, which word. `names` is None if nobody's."""

    word: str
    names: AgreementNames | None
    agreement: str
    truly: bool
    problem: str = ""


def _reference(scope: Scope, written: str) -> _Reference | None:
    """What `written` refers to; None if it has nothing to do with agreements."""
    *prefix, word = written.split(".")
    truly = prefix[-1:] == ["true"]
    prefix = prefix[:-1] if truly else prefix
    if not prefix and not truly:
        return _alone(scope, word)
    if len(prefix) != 1 or (prefix[0] != "deal" and prefix[0] not in scope.agreements):
        return None
    if prefix[0] in scope.agreements:
        return _Reference(word, scope.agreements[prefix[0]], prefix[0], truly)
    return _only(scope, word, truly)


def _alone(scope: Scope, word: str) -> _Reference | None:
    if scope.own is not None:
        known = word in FUNCTIONS or word in OWN_WORDS
        return _Reference(word, scope.own, "", False) if known else None
    return _only(scope, word, False) if word in FUNCTIONS and scope.agreements else None


def _only(scope: Scope, word: str, truly: bool) -> _Reference:
    if len(scope.agreements) == 1:
        (name, names), = scope.agreements.items()
        return _Reference(word, names, name, truly)
    return _Reference(word, None, "", truly, "agreement_which" if scope.agreements else "agreement_none")


def agreement_levels(scope: Scope, written: str) -> tuple[str, ...]:
    """The names that a word such as `deal.stage` is compared with, or none."""
    found = _reference(scope, written) if written.rpartition(".")[2] in LEVELS else None
    return found.names.levels(found.word) if found and found.names else ()


def compare_agreement(
    resolver: Resolver, node: r.Raw, subject: r.Word, level: r.Word, op: t.CompareOp
) -> t.Expr | None:
    """`stage == freeze`."""
    found = _reference(resolver.scope, subject.name)
    assert found is not None
    assert found.names is not None
    known = found.names.levels(found.word)
    if level.name not in known:
        near = resolver.scope.nearest_in(level.name, known)
        code = "agreement_no_such" + ("_near" if near else "")
        return resolver.no(code, level, name=level.name, owner=subject.name, nearest=near, known=listed(known))
    what = cast(Literal["stage", "ended"], found.word)
    place = resolver.place(node)
    index = known.index(level.name)
    return t.CompareAgreement(found.agreement, found.truly, op, what, index, level.name, place=place)


def is_agreement_word(scope: Scope, written: str) -> bool:
    """Whether a name speaks of an agreement: `over` inside one, `deal.age` anywhere."""
    found = _reference(scope, written)
    return found is not None and (("." in written and found.word not in FUNCTIONS) or found.word in OWN_WORDS)


def agreement_word(resolver: Resolver, node: r.Word, mode: Mode) -> t.Expr | None:
    """A word that stands by itself: `over`, `deal.in_force`, `deal.age`."""
    if not mode.state:
        return resolver.not_here(node, "the state of an agreement", mode)
    found = _reference(resolver.scope, node.name)
    assert found is not None
    if found.names is None:
        return resolver.no(found.problem, node, name=node.name, known=listed(resolver.scope.agreements))
    place = resolver.place(node)
    if found.word in TRUTHS:
        what = cast(t.AgreementTruthKind, found.word)
        return t.AgreementTruth(found.agreement, found.truly, what, place=place)
    if found.word in NUMBERS:
        return t.AgreementNumber(found.agreement, found.truly, "age", place=place)
    if found.word in LEVELS:
        example = next(iter(found.names.levels(found.word)), "NAME")
        return resolver.no("agreement_level_alone", node, name=node.name, example=example)
    known = (*WORDS, *FUNCTIONS)
    near = resolver.scope.nearest_in(found.word, known)
    code = "agreement_no_such_word" + ("_near" if near else "")
    return resolver.no(code, node, name=node.name, word=found.word, nearest=near, known=listed(known, 20))


def is_agreement_call(scope: Scope, written: str) -> bool:
    """Whether a function is one of an agreement."""
    return written.rpartition(".")[2] in FUNCTIONS and _reference(scope, written) is not None


def agreement_call(resolver: Resolver, node: r.Apply, mode: Mode) -> t.Expr | None:
    """`broken(dprk.tests)`, `deal.good(dprk)`, `count(oil)`."""
    head = r.Word(node.start, node.start + len(node.name), node.name)
    if not mode.state:
        return resolver.not_here(head, "the state of an agreement", mode)
    found = _reference(resolver.scope, node.name)
    assert found is not None
    if found.names is None:
        return resolver.no(found.problem, head, name=node.name, known=listed(resolver.scope.agreements))
    takes = FUNCTIONS[found.word][0]
    if len(node.args) != 1:
        signature = f"{node.name}({takes})"
        return resolver.no("arguments", node, name=node.name, signature=signature, expected="1 argument",
                           found=len(node.args))  # fmt: skip
    arg = r.bare(node.args[0])
    known = {"kind": found.names.kinds, "obligation": found.names.obligations, "party": found.names.parties}[takes]
    if not isinstance(arg, r.Word):
        return resolver.no("agreement_takes", node.args[0], name=node.name, takes=takes,
                           found=resolver.text.says(node.args[0]), known=listed(known))  # fmt: skip
    if arg.name not in known:
        near = resolver.scope.nearest_in(arg.name, known)
        code = "agreement_takes_near" if near else "agreement_takes" if known else "agreement_takes_none"
        return resolver.no(code, arg, name=node.name, takes=takes, found=arg.name, nearest=near,
                           known=listed(known))  # fmt: skip
    return _made(found, arg.name, resolver.place(node))


def _made(found: _Reference, of: str, place: Place) -> t.Expr:
    assert found.names is not None
    if found.word in ("count", "sum"):
        kind, party = found.names.totals[of]
        how = cast(Literal["count", "sum"], found.word)
        return t.RowTotal(found.agreement, found.truly, how, kind, party, place=place)
    if found.word == "belief":
        return t.AgreementNumber(found.agreement, found.truly, "belief", of, place=place)
    what = cast(t.AgreementTruthKind, found.word)
    return t.AgreementTruth(found.agreement, found.truly, what, of, place=place)
