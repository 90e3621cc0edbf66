"""Operators, numbers, comparisons, conditions, and what can be done around any expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import permutations

from missingsum.where.edits.writing import OPERATORS, Found, Writing, between

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
}


class Expressions(Writing):
    """Operators, numbers, comparisons, conditions, and what can be done around any expression."""

    def operator(self, node: ast.BinOp) -> Found:
        own = OPERATORS.get(type(node.op))
        left, right = self.text(node.left), self.text(node.right)
        for kind, sign in OPERATORS.items():
            power = node.right.value if isinstance(node.right, ast.Constant) else None
            small = isinstance(power, (int, float)) and abs(power) <= 3
            if sign == own or (kind is ast.Pow and not small):
                continue
            common = {own, sign} in ({"+", "-"}, {"*", "/"}, {"*", "@"}, {"//", "/"}, {"**", "*"})
            yield self.put(node, f"({left} {sign} {right})", between(own, sign), 1.0 if common else 1.25)
        for part in (node.left, node.right):
            yield self.put(node, self.text(part), "operand-too-many", 1.2)
            if isinstance(part, ast.BinOp):
                for inner in (part.left, part.right):
                    yield self.put(node, self.text(inner), "operand-too-many", 1.4)
        if own in ("-", "/", "@", "**", "//"):
            yield self.put(node, f"({right} {own} {left})", "order", 1.1)
        yield from self._brackets(node, own or "")
        if own == "@":
            yield self.put(node, f"({left} @ {right}).T", "transpose", 1.25)
            yield self.put(node, f"({left}.T @ {right})", "transpose", 1.15)
            yield self.put(node, f"({left} @ {right}.T)", "transpose", 1.15)
            yield self.put(node, f"({right}.T @ {left})", "order", 1.35)
            yield self.put(node, f"({right} @ {left}.T)", "order", 1.35)
        if own in ("*", "@"):
            for axis in ("axis=1, keepdims=True", "axis=0", "axis=1", "axis=0, keepdims=True", ""):
                yield self.put(node, f"({left} * {right}).sum({axis})", "sum-missing", 1.45)

    def _brackets(self, node: ast.BinOp, own: str) -> Found:
        """a∘(b∘c) for (a∘b)∘c and the other way round."""
        if isinstance(inner := node.left, ast.BinOp) and (sign := OPERATORS.get(type(inner.op))):
            a, b, c = self.text(inner.left), self.text(inner.right), self.text(node.right)
            yield self.put(node, f"({a} {sign} ({b} {own} {c}))", "brackets", 1.1)
        if isinstance(inner := node.right, ast.BinOp) and (sign := OPERATORS.get(type(inner.op))):
            a, b, c = self.text(node.left), self.text(inner.left), self.text(inner.right)
            yield self.put(node, f"(({a} {own} {b}) {sign} {c})", "brackets", 1.1)
        if isinstance(node.left, ast.UnaryOp) and isinstance(node.left.op, ast.USub):
            yield self.put(node, f"-({self.text(node.left.operand)} {own} {self.text(node.right)})", "brackets", 1.1)
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, ast.Call) and len(side.args) == 1 and not side.keywords:
                function, a = self.source.written(side.func), self.text(side.args[0])
                pair = (a, self.text(other)) if side is node.left else (self.text(other), a)
                yield self.put(node, f"{function}({pair[0]} {own} {pair[1]})", "brackets", 1.2)

    def sign(self, node: ast.UnaryOp) -> Found:
        if isinstance(node.op, ast.UAdd):
            return
        kind = "sign" if isinstance(node.op, ast.USub) else "negation"
        yield self.put(node, self.text(node.operand), kind, 1.0)

    def number(self, node: ast.Constant) -> Found:
        value, keyword = node.value, self.source.parents.get(node)
        given = keyword.arg if isinstance(keyword, ast.keyword) else ""
        if given in ("axis", "dim"):
            return  # `_of_keyword` sees to it
        if isinstance(value, bool):
            yield self.put(node, str(not value), "axis" if given in ("keepdims", "keepdim") else "flag", 1.0)
        elif value is None:
            for text in ("0", "1", "-1"):
                yield self.put(node, text, "axis", 1.0)
        elif isinstance(value, (int, float)):
            yield from self._number(node, value)
        elif isinstance(value, str) and self._is_einsum(node):
            yield from self._subscripts(node, value)

    def _number(self, node: ast.Constant, value: float) -> Found:
        compared = isinstance(self.source.parents.get(node), ast.Compare)
        texts = {"0": 0, "1": 1, "2": 2, "-1": -1, "0.5": 0.5, "-2": -2, "3": 3}
        texts |= {f"({value!r} {change})": np_value for change, np_value in _changes(value)}
        for text, other in texts.items():
            if other != value or (isinstance(other, float) != isinstance(value, float) and text == "0.5"):
                near = abs(other - value) <= 1 or other == -value
                yield self.put(node, text, "number", (1.0 if near else 1.05) + 0.25 * compared)
        for text in ("None", "np.inf", "-np.inf", "np.finfo(float).eps", "1e-12", "1e-8"):
            yield self.put(node, text, "number", 1.3)
        for size in self.sizes:
            yield self.put(node, size, "size", 1.3)
        for name in self.names:
            yield self.put(node, name, "name", 1.4 - 0.2 * compared)

    def _is_einsum(self, node: ast.Constant) -> bool:
        call = self.source.parents.get(node)
        return isinstance(call, ast.Call) and "einsum" in self.source.written(call.func)

    def _subscripts(self, node: ast.Constant, value: str) -> Found:
        letters = sorted({letter for letter in value if letter.isalpha()})
        for k, old in enumerate(value):
            if not old.isalpha():
                continue
            for new in letters:
                if new != old:
                    yield self.put(node, repr(value[:k] + new + value[k + 1 :]), "einsum", 1.0)
            yield self.put(node, repr(value[:k] + value[k + 1 :]), "einsum", 1.05)
            if value[k + 1 : k + 2].isalpha():
                yield self.put(node, repr(value[:k] + value[k + 1] + old + value[k + 2 :]), "einsum", 1.0)
        inputs, arrow, output = value.partition("->")
        if arrow and 1 < len(output) < 5:
            for order in permutations(output):
                if "".join(order) != output:
                    yield self.put(node, repr(f"{inputs}->{''.join(order)}"), "einsum", 1.05)
        for new in letters:
            for k in (len(value), value.find("->") + 2):
                yield self.put(node, repr(value[:k] + new + value[k:]), "einsum", 1.1)

    def comparison(self, node: ast.Compare) -> Found:
        if len(node.ops) != 1:
            return
        left, right = self.text(node.left), self.text(node.comparators[0])
        for kind, sign in COMPARISONS.items():
            if not isinstance(node.ops[0], kind) and ("is" in sign) == isinstance(node.ops[0], (ast.Is, ast.IsNot)):
                yield self.put(node, f"({left} {sign} {right})", "comparison", 1.25 if "is" in sign else 1.0)

        if isinstance(node.comparators[0], ast.Constant):
            for name in self.names:
                for sign in ("!=", "=="):
                    yield self.put(node, f"({left} {sign} {name})", "comparison", 1.35)

    def condition(self, node: ast.BoolOp) -> Found:
        other = " or " if isinstance(node.op, ast.And) else " and "
        parts = [self.text(part) for part in node.values]
        yield self.put(node, f"({other.join(parts)})", "condition", 1.0)
        for k in range(len(parts)):
            own = " and " if isinstance(node.op, ast.And) else " or "
            yield self.put(node, f"({own.join(parts[:k] + parts[k + 1 :])})", "condition", 1.15)

    def comprehension(self, node: ast.comprehension) -> Found:
        for condition in node.ifs:
            text = self.source.written(condition)
            yield self.put(condition, f"(not ({text}))", "condition", 0.98)
            yield self.put(condition, "True", "condition", 1.2)

    def choice(self, node: ast.IfExp) -> Found:
        body, test, other = self.text(node.body), self.text(node.test), self.text(node.orelse)
        yield self.put(node, f"({other} if {test} else {body})", "condition", 1.05)
        for part in (body, other):
            yield self.put(node, part, "condition", 1.2)

    def _of_any(self, node: ast.expr) -> Found:
        """Edits of an expression that may hold numbers: a sign, a factor, a function, an axis more."""
        text = self.text(node)
        constant = isinstance(node, ast.Constant)
        composed = isinstance(node, (ast.BinOp, ast.Call))
        whole = isinstance(self.source.parents.get(node), (ast.Assign, ast.Return, ast.Tuple, ast.AugAssign))
        if not (isinstance(node, ast.UnaryOp) or constant):
            yield self.put(node, f"(-{text})", "sign", 1.1 if whole else 1.15 if composed else 1.2)
        if not constant:
            yield self.put(node, f"{text}.T", "transpose", 1.2)
            yield self.put(node, f"(1 - {text})", "one-minus", 1.4)
            for wrapper in self.wrappers:
                yield self.put(node, wrapper.format(text), "function-missing", 1.45)
            for change in ("+ 1", "- 1"):
                yield self.put(node, f"({text} {change})", "off-by-one", 1.4)
            yield self.put(node, f"{text}.copy()", "copy", 1.4)
            for axis in ("[:, None]", "[None, :]", "[None]"):
                yield self.put(node, f"{text}{axis}", "axis-missing", 1.35)
            for axis in ("axis=1, keepdims=True", "", "axis=0", "axis=1"):
                yield self.put(node, f"np.sum({text}, {axis})", "sum-missing", 1.5)
        for function in self.unused:
            for name in self.names:
                yield self.put(node, f"{function}({text}, {name})", "function-missing", 1.45)
        if self.parts and _in_loop(node, self.source.parents) and not constant:
            for element in self.parts:
                if element != text:
                    yield self.put(node, f"({text} * {element})", "factor", 1.5)
                    yield self.put(node, f"({text} / {element})", "factor", 1.55)
                    yield self.put(node, element, "name", 1.4)
        if _is_whole(node, self.source.parents):
            for factor in ("2", "0.5", *self.sizes, *self.names):
                for sign in "*/":
                    cost = (1.3 if factor == "2" else 1.5) + 0.05 * (not whole)
                    yield self.put(node, f"({text} {sign} {factor})", "factor", cost)
            for name in self.names:
                for sign in "+-":
                    yield self.put(node, f"({text} {sign} {name})", "term-missing", 1.5)
                if whole and isinstance(node, ast.Name):
                    for other in self.names:
                        if other != name:
                            yield self.put(node, f"({name} @ {other} + {text})", "term-missing", 1.6)
                if whole:
                    for product in (f"({text} @ {name})", f"({name} @ {text})", f"({name}.T @ {text})"):
                        yield self.put(node, product, "factor", 1.55)


def _is_whole(node: ast.expr, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether all that a statement computes is here, or one part of it: what is assigned, returned, or an operand."""
    parent = parents.get(node)
    if isinstance(parent, (ast.Assign, ast.AugAssign, ast.Return, ast.Tuple, ast.Lambda)):
        return True
    return isinstance(parent, ast.BinOp) and isinstance(parents.get(parent), (ast.Assign, ast.Return, ast.Tuple))


def _in_loop(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether it is computed in a loop, and is all or a factor or a term of what is computed there."""
    parent = parents.get(node)
    if not isinstance(parent, (ast.BinOp, ast.ListComp, ast.GeneratorExp, ast.AugAssign, ast.Assign)):
        return False
    while parent is not None:
        if isinstance(parent, (ast.For, ast.While, ast.ListComp, ast.GeneratorExp)):
            return True
        parent = parents.get(parent)
    return False


def _changes(value: float) -> Iterator[tuple[str, float]]:
    yield from (("+ 1", value + 1), ("- 1", value - 1), ("* -1", -value), ("* 2", value * 2), ("/ 2", value / 2))
    if value:
        yield "** -1.0", 1 / value
