"""What an edit is, and what edits are made of: the names, sizes and functions that a source knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

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


class Writing:
    """A source whose parts are written anew: what its edits are made of."""

    def __init__(self, source: Source):
        self.source = source
        self.names = _names(source)
        self.sizes = _sizes(source)
        self.indices = _indices(source)
        self.parts = [f"{name}[{index}]" for name in source.arguments[:3] for index in self.indices[:3]]
        self.unused = source.unused(2)
        own = [*_defined(source), *source.unused(1)]
        self.wrappers = [*WRAPPERS, *(f"{name}({{}})" for name in own), "sum({})"]

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


def family(name: str) -> list[str]:
    return list(dict.fromkeys(other for family in FAMILIES if name in family for other in family if other != name))


def between(own: str | None, sign: str) -> str:
    return "sign" if {own, sign} == {"+", "-"} else "operator"
