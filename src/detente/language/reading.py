"""What every section that holds expressions needs at hand: the names that exist, and where problems go."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from .case import Assumption, Source, SourceRef
from .constants import constant
from .fields import LARGEST, Fields, found, place_in_text
from .header import read_source_refs
from .names import At, Context, MeasureKind, Scope, read_claim, read_condition, read_measure, read_number
from .nodes import Node, Text
from .problems import Place, Problems
from .tree import Expr
from .units import Unit


@dataclass(slots=True)
class Reading:
    """The names of a case while its expressions are read."""

    scope: Scope
    problems: Problems
    sources: Mapping[str, Source]

    @property
    def assumptions(self) -> Mapping[str, Assumption]:
        """The assumptions that could be read."""
        return self.scope.assumptions

    def number(self, node: Node, context: Context = "step") -> Expr | None:
        """A number-valued expression. A constant that is no finite number is refused."""
        where = self._text(node)
        expr = None if where is None else read_number(*where[:2], self.scope, context, self.problems, where[2])
        value = constant(expr, self.scope.assumptions)
        if value is not None and not abs(value) <= LARGEST:
            self.problems.add("constant_not_finite", node.place, found=found(node))
            return None
        return expr

    def condition(self, node: Node, context: Context = "step") -> Expr | None:
        """A condition."""
        where = self._text(node)
        return None if where is None else read_condition(*where[:2], self.scope, context, self.problems, where[2])

    def measure(self, node: Node) -> tuple[Expr, MeasureKind, Unit | None] | None:
        """What a measure is, of which kind, in which unit."""
        where = self._text(node)
        return None if where is None else read_measure(*where[:2], self.scope, self.problems, where[2])

    def claim(self, node: Node) -> Expr | None:
        """What a claim or a check says."""
        where = self._text(node)
        return None if where is None else read_claim(*where[:2], self.scope, self.problems, where[2])

    def source_refs(self, fields: Fields) -> tuple[SourceRef, ...]:
        """The sources of an entry, all of which exist."""
        return read_source_refs(fields, self.sources, self.problems)

    def _text(self, node: Node) -> tuple[str, Place, At | None] | None:
        if not isinstance(node, Text) or node.is_null:
            self.problems.add("not_expression", node.place, found=found(node))
            return None
        if node.number is not None and not math.isfinite(node.number):
            self.problems.add("not_finite", node.place, found=found(node))
            return None
        return node.text, *place_in_text(node)
