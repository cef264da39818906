"""The argument as Argdown (argdown.org): claims with their verdicts, what supports them and what they attack."""

from __future__ import annotations

import re
from collections.abc import Mapping

from detente.claims.result import Verdict
from detente.language.case import Case

from .premises import Argument


def argdown(case: Case, verdicts: Mapping[str, Verdict], arguments: Mapping[str, Argument]) -> str:
    """The map as text: each claim a statement `[name]: what it states`, under it what supports it (`<+`) and what it
    contradicts (`->`). Verdicts stand as tags, shares in the statement."""
    lines = ["===", f"title: {_plain(case.title or case.name)}", "===", ""]
    for name, claim in case.claims.items():
        if name not in verdicts:
            continue
        verdict = verdicts[name]
        share = "" if verdict.share is None else f" ({verdict.share:.0%} of futures)"
        lines.append(f"[{name}]: {_plain(claim.states or claim.says_text)}{share} #{verdict.verdict}")
        lines += [f"  <+ [{other}]{_weight(arguments.get(name), other)}" for other in claim.because]
        lines += [f"  -> [{other}]" for other in claim.against]
        if name in arguments:
            lines.append(f"  // {_plain(arguments[name].said)}")
        lines.append("")
    return "\n".join(lines)


def _weight(argument: Argument | None, premise: str) -> str:
    one = argument.premises.get(premise) if argument else None
    if one is None or one.given is None or one.without is None:
        return ""
    return f" // holds in {one.given:.0%} with it, {one.without:.0%} without"


def _plain(text: str) -> str:
    """Text without what Argdown would take for marks."""
    return re.sub(r"[\[\]<>#{}@|]", " ", " ".join(text.split()))
