"""Small edits of a right solution, as a slip of the pen makes them; `some_edits` draws some, each with its kind.

An edit replaces one span of the text, so that everything else stays as it was written. Nothing here is shared with
`missingsum.where`, which looks for edits the other way round: this module is what that one is measured by.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

Produce = Callable[["Text", ast.AST], Iterator[tuple[ast.AST, str]]]
"""(the text, a node) → what may stand in the place of which node."""

KINDS: dict[str, Produce] = {}


@dataclass(frozen=True)
class Edit:
    """``new`` in place of ``source[start:end]``; ``line`` is where it begins, counted from 1."""

    kind: str
    start: int
    end: int
    new: str
    line: int


def some_edits(source: str, rng: np.random.Generator, number: int) -> list[Edit]:
    """Up to ``number`` edits that make different texts, each of them Python: first one of each kind, then one more …"""
    text = Text(source)
    right = ast.dump(text.tree)
    ways = {
        kind: [way for node in ast.walk(text.tree) for way in produce(text, node)] for kind, produce in KINDS.items()
    }
    for of_kind in ways.values():
        rng.shuffle(of_kind)
    found, made = [], {right}
    while len(found) < number and any(ways.values()):
        for kind in rng.permutation([kind for kind, of_kind in ways.items() if of_kind]):
            edit = text.edit(str(kind), *ways[kind].pop())
            try:
                tree = ast.dump(ast.parse(applied(source, edit)))
            except SyntaxError:
                continue
            if tree not in made:
                made.add(tree)
                found.append(edit)
    return found[:number]


def applied(source: str, *edits: Edit) -> str:
    """The source with these edits made, whose spans do not meet."""
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        source = source[: edit.start] + edit.new + source[edit.end :]
    return source


def apart(one: Edit, other: Edit) -> bool:
    """Whether the two spans do not meet."""
    return one.end <= other.start or other.end <= one.start


class Text:
    """A source and its syntax tree, with parents and the places of nodes in the text."""

    def __init__(self, source: str):
        self.source, self.tree = source, ast.parse(source)
        self.parent = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self._line_starts = [0]
        for line in source.splitlines(keepends=True):
            self._line_starts.append(self._line_starts[-1] + len(line))
        self._lines = source.splitlines()

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where the node begins and ends, as numbers of characters."""
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)

    def _at(self, line: int, column: int) -> int:
        return self._line_starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def of(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.source[start:end]

    def atom(self, node: ast.AST) -> str:
        """The node's text, in brackets if something beside it could take a part of it away."""
        closed = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.ListComp, ast.Dict)
        negative = isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and node.value < 0
        return self.of(node) if isinstance(node, closed) and not negative else f"({self.of(node)})"

    def edit(self, kind: str, place: ast.AST, new: str) -> Edit:
        """The edit; in brackets if it would otherwise be read together with what stands beside it."""
        start, end = self.span(place)
        if isinstance(place, ast.stmt):
            return self._of_statement(kind, place, new)
        if isinstance(place, ast.expr) and not isinstance(place, ast.Starred):
            bare, closed = (applied(self.source, Edit("", start, end, text, 0)) for text in (new, f"({new})"))
            try:
                if ast.dump(ast.parse(bare)) != ast.dump(ast.parse(closed)):
                    new = f"({new})"
            except SyntaxError:
                new = f"({new})"
        return Edit(kind, start, end, new, place.lineno)

    def _of_statement(self, kind: str, place: ast.stmt, new: str) -> Edit:
        start, end = self.span(place)
        if new == "" and len(self.body(place)) == 1:
            new = "pass"
        elif new == "":  # the whole line goes
            line = self.source.rfind("\n", 0, start) + 1
            if self.source[line:start].strip() or self.source[end : end + 1] not in ("\n", ""):
                new = "pass"
            else:
                start, end = line, min(end + 1, len(self.source))
        return Edit(kind, start, end, new, place.lineno)

    def body(self, statement: ast.stmt) -> Sequence[ast.stmt]:
        """The statements among which this one stands."""
        for field in ("body", "orelse", "finalbody"):
            statements = getattr(self.parent[statement], field, [])
            if isinstance(statements, list) and statement in statements:
                return statements
        return [statement]

    def function(self, node: ast.AST) -> ast.AST | None:
        """The function around a node."""
        while node in self.parent:
            node = self.parent[node]
            if isinstance(node, (ast.FunctionDef, ast.Lambda)):
                return node
        return None

    def names_near(self, node: ast.AST) -> list[str]:
        """The variables of the functions around a node that have a value where it stands."""
        names: dict[str, None] = {}
        around = self.function(node)
        while around is not None:
            for argument in (*around.args.posonlyargs, *around.args.args, *around.args.kwonlyargs):
                names[argument.arg] = None
            for inner in ast.walk(around):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store) and inner.lineno < node.lineno:
                    names[inner.id] = None
            around = self.function(around)
        return [name for name in names if name not in ("self", "cls", "_") and not hasattr(builtins, name)]


def kind(name: str) -> Callable[[Produce], Produce]:
    """Registers what makes the edits of one kind; several may have the same."""

    def register(produce: Produce) -> Produce:
        before = KINDS.get(name)

        def both(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
            if before:
                yield from before(text, node)
            yield from produce(text, node)

        KINDS[name] = both
        return produce

    return register


SIGNS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**", ast.FloorDiv: "//",
    ast.Mod: "%", ast.BitAnd: "&", ast.BitOr: "|",
}  # fmt: skip
OTHER_SIGNS = {
    "+": "-*", "-": "+*/", "*": "/+-@", "/": "*-", "@": "*", "**": "*", "//": "/", "&": "|", "|": "&",
}  # fmt: skip
COMPARISONS = {
    ast.Gt: (">=", "<", "!="), ast.GtE: (">", "<="), ast.Lt: ("<=", ">"), ast.LtE: ("<", ">="), ast.Eq: ("!=", ">="),
    ast.NotEq: ("==", ">", ">="), ast.Is: ("is not",), ast.IsNot: ("is",),
}  # fmt: skip
REDUCTIONS = {"sum": ("mean", "max", "prod"), "max": ("min", "sum", "mean"), "amax": ("amin",), "mean": ("sum", "max"),
    "any": ("all",), "all": ("any",), "norm": (), "prod": ("sum",), "argmax": ("argmin",)}  # fmt: skip
FUNCTIONS = {
    "exp": ("exp2", "expm1", "log"), "log": ("log2", "log10", "log1p", "exp"), "log1p": ("log",), "outer": ("dot",),
    "maximum": ("minimum",), "logaddexp": ("maximum", "logaddexp2"), "ones": ("zeros",), "zeros": ("ones",),
    "abs": ("square",), "eye": ("ones",), "zeros_like": ("ones_like",), "sqrt": ("square",), "isfinite": ("isnan",),
    "tile": ("repeat",), "vstack": ("hstack",), "fabs": ("sqrt",), "multiply": ("add",), "subtract": ("add",),
    "divide": ("multiply",),
}  # fmt: skip


def is_numeric(text: Text, node: ast.AST) -> bool:
    """Whether the node stands for numbers: no text, no shape, nothing that is assigned to or called."""
    parent = text.parent.get(node)
    if not isinstance(node, ast.expr) or isinstance(node, (ast.Starred, ast.Slice, ast.Tuple, ast.Lambda, ast.Dict)):
        return False
    if isinstance(node, ast.Constant) and not isinstance(node.value, (int, float)):
        return False
    if isinstance(getattr(node, "ctx", None), ast.Store) or text.function(node) is None:
        return False
    if isinstance(parent, ast.Call) and node is parent.func:
        return False
    if isinstance(node, ast.Name) and node.id in ("np", "math"):
        return False
    return not isinstance(parent, (ast.Attribute, ast.keyword, ast.FormattedValue, ast.arg))


@kind("operator")
def another_operator(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.BinOp) and is_numeric(text, node):
        for sign in OTHER_SIGNS.get(SIGNS.get(type(node.op), ""), ""):
            yield node, f"{text.atom(node.left)} {sign} {text.atom(node.right)}"


@kind("operand dropped")
def dropped_operand(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.BinOp) and is_numeric(text, node):
        yield node, text.of(node.left)
        yield node, f"-{text.atom(node.right)}" if isinstance(node.op, ast.Sub) else text.of(node.right)


@kind("operands swapped")
def swapped_operands(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.Pow)):
        yield node, f"{text.atom(node.right)} {SIGNS[type(node.op)]} {text.atom(node.left)}"


@kind("operand doubled")
def doubled_operand(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div, ast.Add, ast.Sub)):
        sign = SIGNS[type(node.op)]
        yield node, f"{text.of(node)} {sign} {text.atom(node.right)}"
        if isinstance(node.op, ast.Mult):
            yield node, f"{text.of(node)} * {text.atom(node.left)}"


@kind("constant")
def another_constant(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if not isinstance(node, ast.Constant) or isinstance(node.value, (bool, str, bytes, type(None), complex)):
        return
    parent = text.parent.get(node)
    if text.function(node) is None or isinstance(parent, (ast.Subscript, ast.Slice, ast.arguments, ast.keyword)):
        return
    if isinstance(parent, ast.Call) and is_call_of(parent, "range"):
        return
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.func.attr in REDUCTIONS:
        return
    number = node.value
    for other in {0: (1, -1), 1: (0, 2), 2: (1, 3)}.get(number, (2 * number, 0.5 * number, 10 * number)):
        yield node, f"{other:g}" if isinstance(other, float) else str(other)


@kind("constant factor")
def times_a_constant(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Return) and node.value is not None and is_numeric(text, node.value):
        for factor in ("2", "0.5", "3"):
            yield node.value, f"{factor} * {text.atom(node.value)}"
        yield node.value, f"{text.atom(node.value)} / 64"


@kind("axis")
def another_axis(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.keyword) and node.arg == "axis":
        for other in ("0", "1", "None", "2"):
            yield node.value, other
    for argument in first_argument_is_an_axis(node):
        for other in ("0", "1", ""):
            yield argument, other or "None"


def first_argument_is_an_axis(node: ast.AST) -> list[ast.expr]:
    """The constant in ``x.sum(1)`` or ``np.sum(x, 1)``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in REDUCTIONS:
        return []
    of_numpy = isinstance(node.func.value, ast.Name) and node.func.value.id == "np"
    arguments = node.args[1:2] if of_numpy else node.args[:1]
    return [argument for argument in arguments if isinstance(argument, (ast.Constant, ast.UnaryOp))]


@kind("keepdims")
def another_keepdims(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.keyword) and node.arg == "keepdims":
        yield node.value, "False" if text.of(node.value) == "True" else "True"
    if isinstance(node, ast.Subscript) and text.of(node.slice) in (":, None", "..., None"):
        yield node, text.of(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in REDUCTIONS:
        if [keyword.arg for keyword in node.keywords] == ["axis"]:
            yield node, f"{text.of(node)[:-1]}, keepdims=True)"


@kind("reduction")
def another_reduction(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for other in REDUCTIONS.get(name, ()):
            if isinstance(node.func, ast.Name) and other not in ("sum", "max", "min", "any", "all"):
                continue
            yield node.func, text.of(node.func)[: -len(name)] + other


@kind("function")
def another_function(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        for other in FUNCTIONS.get(node.func.attr, ()):
            yield node.func, text.of(node.func)[: -len(node.func.attr)] + other


@kind("name")
def another_name(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or node.id not in text.names_near(node):
        return
    parent = text.parent[node]
    if isinstance(parent, ast.Call) and parent.func is node:
        return
    for other in text.names_near(node):
        if other != node.id:
            yield node, other


@kind("index")
def another_index(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if not isinstance(node, ast.Subscript) or (isinstance(node.value, ast.Attribute) and node.value.attr == "shape"):
        return
    index = node.slice
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    if len(parts) == 2 and isinstance(node.ctx, ast.Load):
        yield index, f"{text.of(parts[1])}, {text.of(parts[0])}"
    if len(parts) == 3:
        yield index, f"{text.of(parts[0])}, {text.of(parts[2])}, {text.of(parts[1])}"
    for part in parts:
        if isinstance(part, (ast.Name, ast.BinOp)) and isinstance(node.ctx, ast.Load):
            yield part, f"{text.of(part)} - 1"
            yield part, "0"
        if isinstance(part, ast.Constant) and isinstance(part.value, int):
            yield part, str(part.value + 1)
    if isinstance(node.ctx, ast.Load) and len(parts) == 1 and isinstance(index, ast.Name):
        yield node, text.of(node.value)


@kind("slice")
def another_slice(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if not isinstance(node, ast.Subscript):
        return
    for part in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
        if isinstance(part, ast.Slice):
            if text.of(part) == ":":
                yield part, "1:"
                yield part, ":-1"
                yield part, "0"
            elif part.lower is not None and part.upper is None:
                yield part.lower, f"{text.atom(part.lower)} + 1"
            elif part.upper is not None:
                yield part.upper, f"{text.atom(part.upper)} - 1"


@kind("range")
def another_range(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Call) and is_call_of(node, "range"):
        stop = node.args[-1] if len(node.args) < 3 else node.args[1]
        yield stop, f"{text.atom(stop)} - 1"
        if len(node.args) == 1:
            yield stop, f"1, {text.of(stop)}"
            yield stop, f"0, {text.of(stop)}, 2"


def is_call_of(node: ast.Call, name: str) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == name


@kind("loop over another axis")
def another_axis_of_shape(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
        if isinstance(node.slice, ast.Constant):
            yield node.slice, "0" if node.slice.value else "1"
    if isinstance(node, ast.Call) and is_call_of(node, "len") and isinstance(node.args[0], ast.Name):
        yield node, f"{text.of(node.args[0])}.shape[1]"
        yield node, f"{text.of(node.args[0])}.size"


@kind("statement dropped")
def dropped_statement(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.Return, ast.If)) and text.function(node) is not None:
        yield node, ""
    if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant) and text.function(node) is not None:
        yield node, ""


@kind("= for +=")
def another_assignment(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.AugAssign):
        target, value = text.of(node.target), text.of(node.value)
        signs = {ast.Add: ("=", "-="), ast.Sub: ("=", "+="), ast.Mult: ("=", "+=", "/="), ast.Div: ("=", "*=")}
        for sign in signs.get(type(node.op), ()):
            yield node, f"{target} {sign} {value}"
    in_loop = isinstance(node, ast.Assign) and isinstance(text.parent[node], (ast.For, ast.While))
    if in_loop and isinstance(node.targets[0], ast.Subscript):
        yield node, f"{text.of(node.targets[0])} += {text.of(node.value)}"


@kind("return in the loop")
def early_return(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if not isinstance(node, ast.Return):
        return
    body = text.body(node)
    before = body[body.index(node) - 1] if body.index(node) else None
    if isinstance(before, (ast.For, ast.While)):
        indent = " " * before.body[-1].col_offset
        yield Between(before, node), f"\n{indent}{text.of(node)}"


class Between(ast.AST):
    """The text from the end of one statement to the end of the next."""

    def __init__(self, before: ast.stmt, after: ast.stmt):
        self.lineno, self.col_offset = before.end_lineno, before.end_col_offset
        self.end_lineno, self.end_col_offset = after.end_lineno, after.end_col_offset


@kind("wrapper removed")
def removed_wrapper(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if not isinstance(node, ast.Call) or text.function(node) is None:
        return
    if isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, ast.Name) and node.func.value.id == "np"
    ):
        yield node, text.of(node.func.value)
    elif len(node.args) >= 1 and not isinstance(node.args[0], (ast.GeneratorExp, ast.Starred)):
        yield node, text.of(node.args[0])


@kind("wrapper added")
def added_wrapper(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if is_numeric(text, node) and isinstance(node, (ast.Name, ast.Call, ast.Subscript, ast.BinOp)):
        if isinstance(text.parent[node], (ast.BinOp, ast.Return, ast.Assign)):
            for wrapper in ("np.exp({})", "np.log({})", "1 - {}", "1 / {}", "np.abs({})"):
                yield node, wrapper.format(text.of(node) if "(" in wrapper else text.atom(node))


@kind("transpose")
def transposed(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node, text.of(node.value)
    if isinstance(node, ast.Name) and isinstance(text.parent[node], ast.BinOp) and is_numeric(text, node):
        yield node, f"{node.id}.T"


@kind("comparison")
def another_comparison(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for sign in COMPARISONS.get(type(node.ops[0]), ()):
            yield node, f"{text.atom(node.left)} {sign} {text.atom(node.comparators[0])}"


@kind("condition")
def another_condition(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, (ast.If, ast.IfExp, ast.While)) and not isinstance(node, ast.While):
        yield node.test, f"not {text.atom(node.test)}"
    if isinstance(node, ast.IfExp):
        yield node, text.of(node.body)
        yield node, text.of(node.orelse)
    if isinstance(node, ast.BoolOp):
        sign = " and " if isinstance(node.op, ast.Or) else " or "
        yield node, sign.join(text.atom(value) for value in node.values)
    if isinstance(node, ast.Call) and text.of(node.func) == "np.where" and len(node.args) == 3:
        yield node, f"np.where({text.of(node.args[0])}, {text.of(node.args[2])}, {text.of(node.args[1])})"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Invert, ast.Not)):
        yield node, text.of(node.operand)


@kind("sign")
def another_sign(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node, text.of(node.operand)
    elif is_numeric(text, node) and isinstance(node, (ast.Name, ast.Call, ast.Subscript)):
        if isinstance(text.parent[node], (ast.BinOp, ast.Return, ast.Assign, ast.Call)):
            yield node, f"-{text.of(node)}"


@kind("power")
def another_power(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        yield node.right, "3"
        yield node.right, "1"
    if is_numeric(text, node) and isinstance(node, (ast.Name, ast.Subscript)):
        if isinstance(text.parent[node], ast.BinOp):
            yield node, f"{text.of(node)} ** 2"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sqrt":
        yield node, text.of(node.args[0])


@kind("extra mean")
def extra_mean(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Return) and node.value is not None and is_numeric(text, node.value):
        around = text.function(node)
        if around is not None and getattr(around, "args", None) and around.args.args:
            first = around.args.args[0].arg
            if first not in ("self", "cls"):
                for count in (f"len({first})", f"{first}.shape[-1]", f"{first}.size"):
                    yield node.value, f"{text.atom(node.value)} / {count}"


@kind("clipping")
def clipped(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if is_numeric(text, node) and isinstance(node, (ast.Name, ast.Call)):
        if isinstance(text.parent[node], (ast.BinOp, ast.Call, ast.Assign)):
            yield node, f"np.clip({text.of(node)}, 1e-12, 1)"
            yield node, f"np.maximum({text.of(node)}, 0)"


@kind("epsilon")
def with_epsilon(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    parent = text.parent.get(node)
    divisor = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Div) and node is parent.right
    logarithm = isinstance(parent, ast.Call) and text.of(parent.func) in ("np.log", "math.log") and node in parent.args
    if (divisor or logarithm) and is_numeric(text, node):
        for size in ("1e-8", "1e-5"):
            yield node, f"{text.of(node)} + {size}"


@kind("dtype")
def another_dtype(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Name) and node.id == "float" and isinstance(node.ctx, ast.Load):
        yield node, "int"
        yield node, "np.float32"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.keywords:
        if node.func.attr in ("zeros", "empty", "zeros_like", "empty_like"):
            yield node, f"{text.of(node)[:-1]}, dtype=int)"
        if node.func.attr in ("exp", "log"):
            yield node, f"{text.of(node)}.astype(np.float32)"


@kind("arguments swapped")
def swapped_arguments(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Call) and len(node.args) in (2, 3) and isinstance(node.func, ast.Name):
        first, second, *rest = map(text.of, node.args)
        if node.func.id not in ("range", "isinstance", "max", "min"):
            yield node, f"{text.of(node.func)}({', '.join([second, first, *rest])})"
    if isinstance(node, ast.Call) and text.of(node.func) in ("np.matmul", "np.dot", "np.subtract", "np.divide"):
        if len(node.args) == 2:
            yield node, f"{text.of(node.func)}({text.of(node.args[1])}, {text.of(node.args[0])})"


@kind("subscripts of einsum")
def another_einsum(text: Text, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    parent = text.parent.get(node)
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or "->" not in node.value:
        return
    if not isinstance(parent, ast.Call) or "einsum" not in text.of(parent.func):
        return
    given, result = node.value.split("->")
    terms = given.split(",")
    for k, term in enumerate(terms):
        if len(term) == 2:
            yield node, repr(",".join([*terms[:k], term[::-1], *terms[k + 1 :]]) + "->" + result)
        if len(term) == 3:
            yield node, repr(",".join([*terms[:k], term[0] + term[:0:-1], *terms[k + 1 :]]) + "->" + result)
    if len(result) > 1:
        yield node, repr(f"{given}->{result[::-1]}")
