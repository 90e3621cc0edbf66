"""All edits of a source."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from missingsum.where.edits.access import Access
from missingsum.where.edits.calls import Calls
from missingsum.where.edits.expressions import Expressions
from missingsum.where.edits.statements import Statements
from missingsum.where.edits.tree import holds_a_value, walk
from missingsum.where.edits.writing import Edit, Found
from missingsum.where.source import Span


class Edits(Expressions, Access, Calls, Statements):
    """All one-step edits of a source, the cheapest first, of equals the one of the smaller place."""

    def __iter__(self) -> Iterator[Edit]:
        found = [edit for statement in self.source.statements for edit in self._of(statement)]
        return iter(sorted(found, key=lambda edit: (round(edit.cost, 3), len(edit.place))))

    def _of(self, statement: ast.stmt) -> Found:
        for node in walk(statement):
            if isinstance(node, ast.expr):
                for visit in _EXPRESSIONS.get(type(node), ()):
                    yield from visit(self, node)
                if holds_a_value(node, self.source.parents):
                    yield from self._of_any(node)
            elif isinstance(node, ast.stmt):
                for visit in _STATEMENTS.get(type(node), ()):
                    yield from visit(self, node)
                if not hasattr(node, "body"):
                    yield from self._throughout(node)
            elif isinstance(node, ast.keyword):
                yield from self._of_keyword(node)
            elif isinstance(node, ast.comprehension):
                yield from self.comprehension(node)
            if isinstance(body := getattr(node, "body", None), list) and not isinstance(node, ast.Module):
                yield from self._of_block(node, body)

    def _throughout(self, statement: ast.stmt) -> Found:
        """One name put for another at every place of a statement where it stands more than once."""
        places: dict[str, list[Span]] = {}
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in self.names:
                places.setdefault(node.id, []).append(self.source.span(node))
        whole = self.source.span(statement)
        for name, spans in places.items():
            for other in self.names:
                if len(spans) > 1 and other != name:
                    yield Edit(whole, tuple((s.start, s.end, other) for s in spans), "name", 1.2)


Visit = Callable[..., Found]
_EXPRESSIONS: dict[type[ast.expr], tuple[Visit, ...]] = {
    ast.BinOp: (Edits.operator,),
    ast.UnaryOp: (Edits.sign,),
    ast.Constant: (Edits.number,),
    ast.Name: (Edits.name,),
    ast.Attribute: (Edits.attribute,),
    ast.Call: (Edits.call,),
    ast.Compare: (Edits.comparison,),
    ast.BoolOp: (Edits.condition,),
    ast.IfExp: (Edits.choice,),
    ast.Subscript: (Edits.subscript,),
    ast.Slice: (Edits.slice_,),
    ast.Tuple: (Edits.elements,),
    ast.List: (Edits.elements,),
}
_STATEMENTS: dict[type[ast.stmt], tuple[Visit, ...]] = {
    ast.Assign: (Edits.assignment,),
    ast.AugAssign: (Edits.augmented,),
    ast.Return: (Edits.returned,),
    ast.If: (Edits.branch,),
}
