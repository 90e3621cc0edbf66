"""Statements: what they assign to, how they accumulate, which are too many, missing or in the wrong place."""

from __future__ import annotations

import ast
from itertools import pairwise

from missingsum.where.edits.writing import OPERATORS, Edit, Found, Writing, between
from missingsum.where.source import Source


class Statements(Writing):
    """Statements: what they assign to, how they accumulate, which are too many, missing or in the wrong place."""

    def assignment(self, node: ast.Assign) -> Found:
        if len(node.targets) != 1:
            return
        target, value = self.source.written(node.targets[0]), self.source.written(node.value)
        for sign in ("+", "-", "*", "/"):
            yield self.put(node, f"{target} {sign}= {value}", "accumulate", 1.05)
        if isinstance(node.targets[0], ast.Name):
            for other in self.names:
                if other != target:
                    yield self.put(node, f"{other} = {value}", "target", 1.3)
        if isinstance(node.targets[0], ast.Tuple) and len(node.targets[0].elts) == 2:
            a, b = (self.source.written(part) for part in node.targets[0].elts)
            yield self.put(node, f"{b}, {a} = {value}", "order", 1.05)

    def augmented(self, node: ast.AugAssign) -> Found:
        target, value = self.source.written(node.target), self.source.written(node.value)
        own = OPERATORS.get(type(node.op), "+")
        for sign in ("+", "-", "*", "/", "@"):
            if sign != own:
                yield self.put(node, f"{target} {sign}= {value}", between(own, sign), 1.0)
        yield self.put(node, f"{target} = {value}", "accumulate", 1.05)
        yield self.put(node, f"{target} = {target} {own} ({value})", "in-place", 1.1)
        yield self.put(node, f"{target} = ({value}) {own} {target}", "order", 1.2)

    def returned(self, node: ast.Return) -> Found:
        if node.value is not None:
            yield self.put(node, "pass", "return", 1.25)

    def branch(self, node: ast.If) -> Found:
        test = self.source.written(node.test)
        yield self.put(node.test, f"not ({test})", "condition", 1.05)
        for text in ("True", "False"):
            yield self.put(node.test, text, "condition", 1.2)

    def _of_block(self, node: ast.AST, body: list[ast.stmt]) -> Found:
        """Statements dropped, exchanged with the next one, and moved out of a loop or into it; a missing return."""
        source = self.source
        for k, statement in enumerate(body):
            docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if docstring or isinstance(statement, (ast.Pass, ast.Import, ast.ImportFrom)):
                continue
            if not isinstance(statement, (ast.Return, ast.FunctionDef, ast.ClassDef)):
                yield self.put(statement, "pass", "statement", 1.2)
            indent = source.indent(statement)
            if changed := _changed_in_place(statement):
                start = source.span(statement).start
                copied = f"{changed} = {changed}.copy(); "
                yield Edit(source.span(statement), ((start, start, copied),), "copy", 0.95)
            if k + 1 < len(body) and (indent or source.span(statement).start == 0):
                following, own = body[k + 1], source.span(statement)
                if source.indent(following) and not isinstance(following, (ast.Return, ast.FunctionDef)):
                    after = source.span(following)
                    splices = (
                        (own.start, own.end, source.cut(after)),
                        (after.start, after.end, source.cut(own)),
                    )
                    yield Edit(own, splices, "statement-order", 1.25)
        if isinstance(node, (ast.For, ast.While, ast.If)) and body:
            yield from self._moved_out(node, body)
        if isinstance(node, (ast.FunctionDef, ast.For, ast.While, ast.If)):
            yield from self._moved_in(body)
        if isinstance(node, ast.FunctionDef):
            yield from self._never_set(node, body)
        if isinstance(node, ast.FunctionDef) and not isinstance(body[-1], ast.Return):
            last = source.span(body[-1])
            indent = " " * body[-1].col_offset
            for name in self.names:
                yield Edit(last, ((last.end, last.end, f"\n{indent}return {name}"),), "return-missing", 1.1)

    def _never_set(self, node: ast.FunctionDef, body: list[ast.stmt]) -> Found:
        """An array or a sum that is written into and was never set."""
        arguments = [argument.arg for argument in node.args.args]
        stored = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        stored -= {
            s.target.id for s in ast.walk(node) if isinstance(s, ast.AugAssign) and isinstance(s.target, ast.Name)
        }
        begin = next((s for s in body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))), body[0])
        start = self.source.span(begin).start
        for statement in (s for s in ast.walk(node) if isinstance(s, ast.stmt)):
            name = _changed_in_place(statement) or _appended(statement)
            if name and name not in stored and name not in arguments:
                for value in (
                    "0.0",
                    "[]",
                    *(f"np.zeros({a}.shape)" for a in arguments),
                    f"np.zeros(len({arguments[0]}))" if arguments else "0",
                ):
                    splice = (start, start, f"{name} = {value}; ")
                    yield Edit(self.source.span(statement), (splice,), "statement-missing", 1.3)

    def _moved_out(self, node: ast.For | ast.While | ast.If, body: list[ast.stmt]) -> Found:
        source, outer = self.source, source_indent(self.source, node)
        if outer is None:
            return
        end = source.span(node).end
        for last, cost in ((body[-1], 1.1),):
            text = _dedented(source.written(last), len(source.indent(last)) - len(outer))
            span = source.span(last)
            yield Edit(span, ((span.start, span.end, "pass"), (end, end, f"\n{outer}{text}")), "indentation", cost)
        first, start = body[0], source.span(node).start
        if not isinstance(first, ast.Return) and isinstance(first, ast.Assign):
            span = source.span(first)
            moved = f"{source.written(first)}\n{outer}"
            yield Edit(span, ((start, start, moved), (span.start, span.end, "pass")), "indentation", 1.15)

    def _moved_in(self, body: list[ast.stmt]) -> Found:
        """The statement that follows a loop, at the loop's end."""
        source = self.source
        for loop, following in pairwise(body):
            if isinstance(loop, (ast.For, ast.While)) and loop.body and (inner := source.indent(loop.body[-1])):
                span, end = source.span(following), source.span(loop.body[-1]).end
                text = source.written(following)
                splices = ((end, end, f"\n{inner}{text}"), (span.start, span.end, "pass"))
                if "\n" not in text:
                    yield Edit(span, splices, "indentation", 1.2)


def source_indent(source: Source, node: ast.stmt) -> str | None:
    """The blanks before a statement that begins its line; None if something else does."""
    start = source.span(node).start
    return (
        source.indent(node) if source.indent(node) or start == 0 or source.program[start - 1 : start] == b"\n" else None
    )


def _changed_in_place(statement: ast.stmt) -> str:
    """The name of the array that a simple statement writes into; "" if there is none."""
    target: ast.AST | None = None
    if isinstance(statement, ast.AugAssign):
        target = statement.target
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        target = statement.targets[0]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        out = [word.value for word in statement.value.keywords if word.arg == "out"]
        target = out[0] if out else None
    while isinstance(target, (ast.Subscript, ast.Attribute)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _appended(statement: ast.stmt) -> str:
    """The name of the list that a statement appends to; "" if there is none."""
    if isinstance(statement, ast.Expr) and isinstance(call := statement.value, ast.Call):
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "append"
            and isinstance(call.func.value, ast.Name)
        ):
            return call.func.value.id
    return ""


def _dedented(text: str, by: int) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(line[by:] if line[:by].isspace() else line for line in rest)])
