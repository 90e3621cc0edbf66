"""Calls: their arguments, their axes, and what they are put around."""

from __future__ import annotations

import ast

from missingsum.where.edits.writing import REDUCERS, Edit, Found, Writing
from missingsum.where.source import Source, Span, Splice


class Calls(Writing):
    """Calls: their arguments, their axes, and what they are put around."""

    def call(self, node: ast.Call) -> Found:
        function = self.source.written(node.func)
        place = self.source.span(node)
        for argument in node.args:
            if not isinstance(argument, (ast.Starred, ast.GeneratorExp)):
                yield self.put(node, self.text(argument), "wrapper-too-many", 1.15)
        method = isinstance(node.func, ast.Attribute) and not _is_module(node.func.value)
        if method:
            yield self.put(node, self.text(node.func.value), "wrapper-too-many", 1.15)  # type: ignore[attr-defined]
            if len(node.args) == 1:
                a, b = self.text(node.func.value), self.text(node.args[0])  # type: ignore[attr-defined]
                yield self.put(node, f"{b}.{node.func.attr}({a})", "order", 1.2)  # type: ignore[attr-defined]
        arguments = [self.source.written(argument) for argument in node.args]
        keywords = [self.source.cut(_keyword_span(self.source, keyword)) for keyword in node.keywords]
        for k in range(len(arguments) - 1):
            swapped = [*arguments[:k], arguments[k + 1], arguments[k], *arguments[k + 2 :]]
            yield Edit(place, self._call(place, function, swapped, keywords), "order", 1.1)
        if len(arguments) > 1:
            yield Edit(place, self._call(place, function, arguments[:-1], keywords), "operand-too-many", 1.2)
        reducer = function.rpartition(".")[2]
        if reducer in (*REDUCERS, "argmax", "argmin", "cumsum", "any", "all", "std", "var", "average"):
            others = [word for word in keywords if not word.startswith(("axis", "keepdims"))]
            given = arguments[:1] if not method else []
            for axis in ("axis=1", "axis=0", "axis=-1", "", "axis=(0, 1)"):
                for keep in ("keepdims=True", ""):
                    new = [word for word in (axis, keep) if word]
                    if {*new, *others} != set(keywords):
                        changed = self._call(place, function, given, [*new, *others])
                        yield Edit(place, changed, "axis", 1.05 + 0.05 * ("(" in axis))
            if method:
                value = self.text(node.func.value)  # type: ignore[attr-defined]
                for name in self.names:
                    for product in (f"({value} @ {name})", f"({value} @ {name}.T)"):
                        yield self.put(node, product, "operator", 1.5)
        if function in ("range", "np.arange"):
            if len(arguments) == 1:
                for start in ("1", "-1", *self.names):
                    yield Edit(place, self._call(place, function, [start, *arguments], keywords), "range", 1.15)
            elif len(arguments) == 2:
                yield Edit(place, self._call(place, function, arguments[1:], keywords), "range", 1.1)
        if function == "len" and arguments:
            for size in ("shape[1]", "size", "shape[-1]"):
                yield self.put(node, f"np.asarray({arguments[0]}).{size}", "size", 1.05)
        if function in ("np.zeros", "np.ones", "np.empty", "np.array", "np.asarray") or "_like" in function:
            others = [word for word in keywords if not word.startswith("dtype")]
            yield Edit(place, self._call(place, function, arguments, [*others, "dtype=float"]), "dtype", 1.1)

    def _call(self, place: Span, function: str, arguments: list[str], keywords: list[str]) -> tuple[Splice, ...]:
        return ((place.start, place.end, f"{function}({', '.join([*arguments, *keywords])})"),)

    def _of_keyword(self, node: ast.keyword) -> Found:
        call = self.source.parents.get(node)
        if node.arg is None or not isinstance(call, ast.Call):
            return
        span = _keyword_span(self.source, node)
        if node.arg in ("axis", "dim"):
            for text in ("0", "1", "-1", "None", "2"):
                if text != self.source.written(node.value):
                    yield self.put(node.value, text, "axis", 1.0, call)
        rest = [k for k in call.keywords if k is not node]
        others = [self.source.cut(_keyword_span(self.source, k)) for k in rest]
        arguments = [self.source.written(a) for a in call.args]
        place = self.source.span(call)
        kind = {"axis": "axis", "keepdims": "axis", "dtype": "dtype", "where": "mask"}.get(node.arg, "operand-too-many")
        yield Edit(place, self._call(place, self.source.written(call.func), arguments, others), kind, 1.1)
        assert span.end <= place.end


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "math")


def _keyword_span(source: Source, keyword: ast.keyword) -> Span:
    return source.span(keyword)
