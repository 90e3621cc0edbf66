"""One-step edits of a function's text: what people get wrong in one expression or one statement, turned back.

An edit is never shown. What is shown is its `Edit.place`, and on request its `Edit.kind`, in the words of `words`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise, permutations

from missingsum.where.source import Source, Span, Splice

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.FloorDiv: "//",
    ast.Pow: "**",
}
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
REDUCERS = ("sum", "mean", "max", "min", "prod")
FAMILIES = (
    (*REDUCERS, "std", "var", "cumsum", "any", "all"),
    ("exp", "log", "log1p", "expm1", "sqrt", "square", "abs", "negative", "tanh", "sign", "log2", "log10", "exp2"),
    ("maximum", "minimum", "add", "subtract", "multiply", "divide", "logaddexp"),
    ("dot", "outer", "matmul", "multiply", "inner", "vdot"),
    ("zeros_like", "ones_like", "empty_like"),
    ("zeros", "ones", "empty"),
    ("argmax", "argmin", "max", "min"),
    ("sum", "max", "min", "abs", "len", "any", "all"),
    ("int", "float", "bool"),
    ("vstack", "hstack", "stack", "concatenate"),
    ("tril", "triu"),
    ("int64", "int32", "float32", "float64"),
    ("diag", "diagonal", "trace", "sum"),
    ("isnan", "isinf", "isfinite"),
    ("floor", "ceil", "round", "rint"),
    ("keys", "values", "items"),
)
"""Functions that are taken for one another."""
WRAPPERS = ("np.exp({})", "np.log({})", "np.sqrt({})", "np.abs({})", "{} ** 2")
SPECIAL = {"np", "numpy", "math", "range", "len", "float", "int", "print", "enumerate", "zip", "list", "tuple", "True"}


@dataclass(frozen=True)
class Edit:
    """Splices that make a candidate of a program, with the place that they give away."""

    place: Span
    splices: tuple[Splice, ...]
    kind: str
    cost: float


Found = Iterator[Edit]


class Edits:
    """All one-step edits of a source, the cheapest first, of equals the one of the smaller place."""

    def __init__(self, source: Source):
        self.source = source
        self.names = _names(source)
        self.sizes = _sizes(source)
        self.indices = _indices(source)
        self.parts = [f"{name}[{index}]" for name in source.arguments[:3] for index in self.indices[:3]]
        self.unused = source.unused(2)
        own = [*_defined(source), *source.unused(1)]
        self.wrappers = [*WRAPPERS, *(f"{name}({{}})" for name in own), "sum({})"]

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

    # --- Helpers ------------------------------------------------------------------------------------------------------

    def text(self, node: ast.expr) -> str:
        """The node's text, in brackets if it needs them beside an operator."""
        written = self.source.written(node)
        atomic = ast.Name | ast.Call | ast.Attribute | ast.Subscript | ast.List | ast.Tuple | ast.ListComp
        plain = isinstance(node, atomic) or (isinstance(node, ast.Constant) and not isinstance(node.value, complex))
        if isinstance(node, ast.Tuple) and not written.startswith("("):
            plain = False
        return written if plain else f"({written})"

    def put(self, node: ast.AST, text: str, kind: str, cost: float, place: ast.AST | None = None) -> Edit:
        """The edit that puts ``text`` where the node stands."""
        span = self.source.span(node)
        return Edit(self.source.span(place or node), ((span.start, span.end, text),), kind, cost)

    def before(self, node: ast.AST, text: str, kind: str, cost: float, after: str = ")") -> Edit:
        """The edit that puts ``text`` before the node and ``after`` behind it."""
        span = self.source.span(node)
        return Edit(span, ((span.start, span.end, f"{text}{self.source.cut(span)}{after}"),), kind, cost)

    # --- Expressions --------------------------------------------------------------------------------------------------

    def operator(self, node: ast.BinOp) -> Found:
        own = OPERATORS.get(type(node.op))
        left, right = self.text(node.left), self.text(node.right)
        for kind, sign in OPERATORS.items():
            power = node.right.value if isinstance(node.right, ast.Constant) else None
            small = isinstance(power, (int, float)) and abs(power) <= 3
            if sign == own or (kind is ast.Pow and not small):
                continue
            common = {own, sign} in ({"+", "-"}, {"*", "/"}, {"*", "@"}, {"//", "/"}, {"**", "*"})
            yield self.put(node, f"({left} {sign} {right})", _between(own, sign), 1.0 if common else 1.25)
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

    def name(self, node: ast.Name) -> Found:
        if not isinstance(node.ctx, ast.Load):
            return
        called = isinstance(parent := self.source.parents.get(node), ast.Call) and parent.func is node
        if node.id not in SPECIAL and not called:
            for other in self.names:
                if other != node.id:
                    yield self.put(node, other, "name", 1.0)
        for other in _family(node.id):
            yield self.put(node, other, "function", 1.0, parent if called else node)
        if isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Mult, ast.Div)):
            for size in self.sizes:
                yield self.put(node, size, "size", 1.25)
        if isinstance(parent, ast.Call) and node in parent.args:
            for size in self.sizes:
                yield self.put(node, size, "size", 1.35)
        if not called and node.id not in SPECIAL:
            for index in self.indices:
                if index != node.id:
                    yield self.put(node, f"{node.id}[{index}]", "index", 1.3)

    def attribute(self, node: ast.Attribute) -> Found:
        parent = self.source.parents.get(node)
        place = parent if isinstance(parent, ast.Call) and parent.func is node else node
        for other in _family(node.attr):
            yield self.put(node, f"{self.text(node.value)}.{other}", "function", 1.0, place)
        if node.attr == "T":
            yield self.put(node, self.text(node.value), "transpose", 1.05)
        if node.attr == "size":
            for other in ("shape[0]", "shape[1]", "shape[-1]"):
                yield self.put(node, f"{self.text(node.value)}.{other}", "size", 1.05)

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

    def subscript(self, node: ast.Subscript) -> Found:
        value = self.text(node.value)
        yield self.put(node, value, "index", 1.2)
        if isinstance(node.slice, ast.Tuple):
            parts = [self.source.written(part) for part in node.slice.elts]
            for k in range(len(parts) - 1):
                swapped = [*parts[:k], parts[k + 1], parts[k], *parts[k + 2 :]]
                yield self.put(node, f"{value}[{', '.join(swapped)}]", "index", 1.05)
            for k in range(len(parts)):
                for text in (":", "None"):
                    if parts[k] != text:
                        changed = ", ".join([*parts[:k], text, *parts[k + 1 :]])
                        yield self.put(node, f"{value}[{changed}]", "index", 1.15)
            if len(parts) == 2:
                yield self.put(node, f"{value}[{parts[0]}][{parts[1]}]", "index", 1.3)
        else:
            index = self.source.written(node.slice)
            for text in (f":, {index}", f"{index}, :", f"{index}, None", f"None, {index}"):
                yield self.put(node, f"{value}[{text}]", "index", 1.15)

    def slice_(self, node: ast.Slice) -> Found:
        lower, upper, step = (self.source.written(p) if p else "" for p in (node.lower, node.upper, node.step))
        tail = f":{step}" if step else ""
        place = self.source.parents[node]
        for a, b in (("", upper), (lower, ""), (upper, ""), ("", lower)):
            if (a, b) != (lower, upper):
                yield self.put(node, f"{a}:{b}{tail}", "index", 1.1, place)
        for bound, other in ((lower, upper), (upper, lower)):
            for change in (" + 1", " - 1"):
                if bound:
                    pair = (f"({bound}){change}", other) if bound == lower else (other, f"({bound}){change}")
                    yield self.put(node, f"{pair[0]}:{pair[1]}{tail}", "index", 1.15, place)
        if step:
            yield self.put(node, f"{lower}:{upper}", "index", 1.1, place)
            yield self.put(node, f"{lower}:{upper}:-({step})", "index", 1.15, place)
        else:
            yield self.put(node, f"{lower}:{upper}:-1", "index", 1.3, place)

    def elements(self, node: ast.Tuple | ast.List) -> Found:
        if not isinstance(node.ctx, ast.Load) or isinstance(self.source.parents.get(node), ast.Subscript):
            return
        parts = [self.source.written(part) for part in node.elts]
        opening, closing = ("[", "]") if isinstance(node, ast.List) else ("(", ")")
        for k in range(len(parts)):
            for m in range(k + 1, len(parts)):
                swapped = list(parts)
                swapped[k], swapped[m] = parts[m], parts[k]
                yield self.put(node, f"{opening}{', '.join(swapped)}{closing}", "order", 1.05)

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

    # --- Statements ---------------------------------------------------------------------------------------------------

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
                yield self.put(node, f"{target} {sign}= {value}", _between(own, sign), 1.0)
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


def source_indent(source: Source, node: ast.stmt) -> str | None:
    """The blanks before a statement that begins its line; None if something else does."""
    start = source.span(node).start
    return (
        source.indent(node) if source.indent(node) or start == 0 or source.program[start - 1 : start] == b"\n" else None
    )


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes to edit: no annotations, decorators, texts with holes, nor what is stored to."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_comment"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, (ast.JoinedStr, ast.expr_context)):
                yield from walk(child)


def holds_a_value(node: ast.expr, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether this is an expression of its own, and no function that is called, keyword, axis or size."""
    parent = parents.get(node)
    if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)) or isinstance(node, (ast.Slice, ast.Starred)):
        return False
    if isinstance(parent, ast.Call) and parent.func is node:
        return False
    if isinstance(parent, ast.Attribute) and (isinstance(node, ast.Name) and node.id in SPECIAL):
        return False
    if isinstance(parent, ast.keyword) and parent.arg in ("axis", "keepdims", "dtype"):
        return False
    if isinstance(node, (ast.Compare, ast.BoolOp, ast.Tuple, ast.List, ast.Dict, ast.Lambda, ast.GeneratorExp)):
        return False
    return not (isinstance(node, ast.Constant) and not isinstance(node.value, (int, float)))


def _is_whole(node: ast.expr, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether all that a statement computes is here, or one part of it: what is assigned, returned, or an operand."""
    parent = parents.get(node)
    if isinstance(parent, (ast.Assign, ast.AugAssign, ast.Return, ast.Tuple, ast.Lambda)):
        return True
    return isinstance(parent, ast.BinOp) and isinstance(parents.get(parent), (ast.Assign, ast.Return, ast.Tuple))


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


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "math")


def _family(name: str) -> list[str]:
    return list(dict.fromkeys(other for family in FAMILIES if name in family for other in family if other != name))


def _between(own: str | None, sign: str) -> str:
    return "sign" if {own, sign} == {"+", "-"} else "operator"


def _changes(value: float) -> Iterator[tuple[str, float]]:
    yield from (("+ 1", value + 1), ("- 1", value - 1), ("* -1", -value), ("* 2", value * 2), ("/ 2", value / 2))
    if value:
        yield "** -1.0", 1 / value


def _keyword_span(source: Source, keyword: ast.keyword) -> Span:
    return source.span(keyword)


def _names(source: Source) -> list[str]:
    """The names of arrays and numbers that the function uses: arguments, and what it assigns or looks up."""
    found: dict[str, None] = {}
    called = set()
    for statement in source.statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.arg):
                found[node.arg] = None
            elif isinstance(node, ast.Name):
                found[node.id] = None
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called.add(node.func.id)
        called.add(getattr(statement, "name", ""))
    return [name for name in found if name not in SPECIAL | called and name not in ("sum", "max", "min", "abs")]


def _indices(source: Source) -> list[str]:
    """The names that loops give to numbers or rows, and the later arguments that are named like indices."""
    found: dict[str, None] = {}
    for statement in source.statements:
        for node in ast.walk(statement):
            if isinstance(node, (ast.For, ast.comprehension)):
                found |= {name.id: None for name in ast.walk(node.target) if isinstance(name, ast.Name)}
    found |= {name: None for name in source.arguments[1:] if name in ("i", "j", "k")}
    return list(found)[:4]


def _defined(source: Source) -> list[str]:
    """The functions and classes of the program that others of it may be wrapped in."""
    return [name for name in source.defined if name != source.name and not name.isupper()][:6]


def _sizes(source: Source) -> list[str]:
    """Lengths of the function's arguments, as text."""
    arguments = [
        node.arg for statement in source.statements for node in ast.walk(statement) if isinstance(node, ast.arg)
    ]
    found = []
    for name in arguments[:3]:
        found += [f"{name}.shape[0]", f"{name}.shape[-1]", f"{name}.size", f"np.sqrt({name}.shape[-1])"]
    return found


def _dedented(text: str, by: int) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(line[by:] if line[:by].isspace() else line for line in rest)])
