"""What NumPy says of arrays that do not fit, in words: which shapes met, and what is meant instead.

From text alone, so that it can be said of what was raised in another process: the name of the error, its message, the
line where it was raised, and the shapes of the arrays that have a name there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, zip_longest
from math import prod

Shape = tuple[int, ...]

LONGEST_LINE = 500
"""Characters of a line that is looked into."""
PRODUCTS = ("dot", "matmul")
ENTRYWISE = ("exp", "log", "sqrt", "square", "abs", "tanh", "log1p", "expm1", "negative", "zeros_like", "ones_like")
SCALARS = ("only length-1 arrays", "only 0-dimensional arrays")
"""What Python's own functions of one number say of an array."""


def in_words(kind: str, message: str, line: str, shapes: Mapping[str, Shape]) -> str:
    """The ``message`` of an error of this ``kind``, in words if it is about arrays that do not fit.

    ``shapes`` are those of arrays by what they are called in the ``line``: ``s``, ``params['W1']``.
    """
    said = (says(message, line, shapes) for raised, says in _SAYS if raised == kind)
    return next(filter(None, said), message)


def _broadcast(message: str, line: str, shapes: Mapping[str, Shape]) -> str:
    if "could not be broadcast together" not in message:
        return ""
    met = _shapes(re.sub(r"->\([^)]*\)", "", message))
    if "remapped" in message and len(met) > 1:
        hint = ": axes with the same letter must be equally long" if "einsum" in line else ""
        return f"shapes {met[0]} and {met[1]} do not fit{hint}"
    for one, other in combinations(met, 2):
        if _together(one, other) is None:
            hint = ""
            if {len(one), len(other)} == {1, 2} and one[0] == other[0]:
                hint = ". One number a row needs an axis of its own to meet the rows: keepdims=True where it was summed"
            elif {len(one), len(other)} == {2} and "*" in line and (_multiplied(one, other) or _multiplied(other, one)):
                hint = ". * multiplies entry by entry; a product of two matrices is written with @"
            return f"shapes {one} and {other} do not line up: they are compared from the last axis on{hint}"
    return ""


def _product(message: str, line: str, shapes: Mapping[str, Shape]) -> str:
    if "matmul: Input operand" not in message and "not aligned" not in message:
        return ""
    if "does not have enough dimensions" in message:
        return "one side of this product of matrices is a single number: multiply with * there"
    met = _shapes(message)[:2] if "not aligned" in message else []
    sides = _sides(line, shapes, met) or list(zip(("the first array", "the second"), met))
    if len(sides) == 2:
        (name, one), (other_name, other) = sides
        hint = "the last axis of the first must be as long as the first of the second"
        if max(len(one), len(other)) > 2:
            hint = "here each row has a matrix of its own, and one product for each row is meant"
        return f"{name} has shape {one} and {other_name} {other}: {hint}"
    if lengths := re.search(r"\(size (\d+) is different from (\d+)\)", message):
        return (
            f"in a product the last axis of the first array has length {lengths[2]}, and the axis of the second that "
            f"it meets {lengths[1]}: they must be equally long"
        )
    return ""


def _assigned(message: str, line: str, shapes: Mapping[str, Shape]) -> str:
    met = _shapes(message)
    if message.startswith("could not broadcast input array") and len(met) == 2:
        return f"an array of shape {met[0]} is put into a place of shape {met[1]}, where it does not fit"
    if message.startswith("non-broadcastable output operand") and len(met) == 2:
        return (
            f"the result has shape {met[1]} and does not fit into the array of shape {met[0]} that it is to change "
            "(+=, -=, *=, /= or out=): write a = a + b, which makes a new array"
        )
    if message == "setting an array element with a sequence.":
        return "a whole array is put into a single entry: sum it to one number first, or put it into a row"
    return ""


def _formed(message: str, line: str, shapes: Mapping[str, Shape]) -> str:
    size = re.match(r"cannot reshape array of size (\d+)", message)
    met = _shapes(message)
    if size and met:
        return f"an array of {size[1]} numbers cannot have the shape {met[0]}: reshape keeps the number of entries"
    return ""


def _axes(message: str, line: str, shapes: Mapping[str, Shape]) -> str:
    found = re.match(r"axis (-?\d+) is out of bounds for array of dimension (\d+)", message)
    if not found:
        return ""
    has = {"0": "it is a single number", "1": "the array has axis 0 alone"}
    return f"there is no axis {found[1]}: " + has.get(found[2], f"the array has axes 0 to {int(found[2]) - 1}")


def _truth(message: str, line: str, shapes: Mapping[str, Shape]) -> str:
    if "truth value of an array" not in message:
        return ""
    for name in ("max", "min"):
        if re.search(rf"(?<![\w.]){name}\([^(),]*\)", line):
            return (
                f"{name}(…) compares whole rows; of all entries it is np.{name}(…), of each row np.{name}(…, axis=1, "
                "keepdims=True)"
            )
        if re.search(rf"(?<![\w.]){name}\(", line):
            return f"{name}(…) compares whole arrays; entry by entry it is np.{name}imum"
    if re.search(r"\band\b|\bor\b|\bnot\b", line):
        return "and, or and not ask whether a whole array is true; entry by entry they are &, | and ~"
    return "if asks whether a whole array is true; entry by entry a choice is made by np.where"


def _scalars(message: str, line: str, shapes: Mapping[str, Shape]) -> str:
    if not any(words in message for words in SCALARS):
        return ""
    return "a function of one number was given an array: math.exp, math.log and float take one, np.exp and np.log all"


_SAYS: tuple[tuple[str, Callable[[str, str, Mapping[str, Shape]], str]], ...] = (
    ("ValueError", _broadcast),
    ("ValueError", _product),
    ("ValueError", _assigned),
    ("ValueError", _formed),
    ("ValueError", _truth),
    ("AxisError", _axes),
    ("TypeError", _scalars),
)
"""The name of an error, and what can be said of it."""


def _sides(line: str, shapes: Mapping[str, Shape], met: Sequence[Shape]) -> list[tuple[str, Shape]]:
    """The text and the shape of both sides of the product that does not fit, which ``met`` if that is known; or []."""
    try:
        for left, right in _products(line):
            one, other = _shape_of(left, shapes), _shape_of(right, shapes)
            if one and other and _multiplied(one, other) is None and met in ([], [one, other]):
                return [(ast.unparse(left), one), (ast.unparse(right), other)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass  # nobody can read this line
    return []


def _products(line: str) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Both sides of each product ``a @ b``, ``a.dot(b)``, ``np.dot(a, b)`` of a line, the inner ones first."""
    tree = ast.parse(re.sub(r"^(if|while|elif|for)\b.*", "", line[:LONGEST_LINE]))
    for node in reversed(list(ast.walk(tree))):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            yield node.left, node.right
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PRODUCTS:
            sides = node.args if ast.unparse(node.func.value) in ("np", "numpy") else [node.func.value, *node.args]
            if len(sides) == 2:
                yield sides[0], sides[1]


def _shape_of(node: ast.expr, shapes: Mapping[str, Shape]) -> Shape | None:
    """The shape of an expression of arrays and numbers; None where it takes more than looking to know it."""
    if (text := ast.unparse(node)) in shapes:
        return shapes[text]
    match node:
        case ast.Constant(value=int() | float()):
            return ()
        case ast.UnaryOp(operand=inner):
            return _shape_of(inner, shapes)
        case ast.Attribute(value=inner, attr="T"):
            shape = _shape_of(inner, shapes)
            return None if shape is None else shape[::-1]
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name), args=arguments, keywords=[]):
            known = [shape for each in arguments if (shape := _shape_of(each, shapes)) is not None]
            return _shape_of_call(name, known) if len(known) == len(arguments) else None
        case ast.Call(func=ast.Attribute(value=inner, attr="ravel" | "flatten"), args=[]):
            shape = _shape_of(inner, shapes)
            return None if shape is None else (prod(shape),)
        case ast.BinOp(left=left, right=right):
            one, other = _shape_of(left, shapes), _shape_of(right, shapes)
            if one is None or other is None:
                return None
            return (_multiplied if isinstance(node.op, ast.MatMult) else _together)(one, other)
    return None


def _shape_of_call(name: str, arguments: Sequence[Shape]) -> Shape | None:
    """The shape of what NumPy's function of this name returns; None where that is not known."""
    match name, arguments:
        case ("outer", (one, other)):
            return prod(one), prod(other)
        case ("diag", ((length,),)):
            return length, length
        case ("diag", ((rows, columns),)):
            return (min(rows, columns),)
        case ("ravel", (one,)):
            return (prod(one),)
        case (_, (one,)) if name in ENTRYWISE:
            return one
    return None


def _together(one: Shape, other: Shape) -> Shape | None:
    """The shape of two arrays entry by entry; None if they do not line up."""
    pairs = list(zip_longest(reversed(one), reversed(other), fillvalue=1))
    if all(a == b or 1 in (a, b) for a, b in pairs):
        return tuple(a if b == 1 else b for a, b in reversed(pairs))
    return None


def _multiplied(one: Shape, other: Shape) -> Shape | None:
    """The shape of a product of matrices, one for each row if there are more axes; None if there is none."""
    if not one or not other or one[-1] != other[max(len(other) - 2, 0)]:
        return None
    rows = _together(one[:-2], other[:-2])
    return None if rows is None else (*rows, *one[-2:-1], *(other[-1:] if len(other) > 1 else ()))


def _shapes(message: str) -> list[Shape]:
    """All shapes in NumPy's notation: ``(4,7)``, ``(4,)``, ``()``."""
    return [tuple(map(int, re.findall(r"\d+", text))) for text in re.findall(r"\((?:\d+,? ?)*\)", message)]
