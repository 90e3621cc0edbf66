"""What NumPy says of arrays that do not fit, in words: which shapes met, and what is meant instead."""

from __future__ import annotations

import ast
import linecache
import re
from types import CodeType, FrameType, TracebackType

AMBIGUOUS = "truth value of an array"
"""What NumPy says if a whole array is asked whether it is true."""
SCALARS = ("only length-1 arrays", "only 0-dimensional arrays")
"""What Python's own functions of one number say of an array."""


def in_words(error: Exception, function: object) -> str:
    """The error, the line of ``function``'s cell or file where it was raised, and the way out where there is one."""
    step = _last_step(error.__traceback__, getattr(function, "__code__", None))
    line = _line(step) if step else ""
    said = f"{type(error).__name__}: {error}"
    for problem in (_of_shapes(error, step), _of_truth(error, line), _of_scalars(error)):
        if problem:
            said = f"{type(error).__name__}: {problem}"
    return f"it raises {said}{f' (in line {step.tb_lineno}: {line})' if step and line else ''}"


def line_of(frame: FrameType | None, function: object) -> str:
    """Where a running ``function`` is, in words; "" if it is not among the callers of ``frame``."""
    code = getattr(function, "__code__", None)
    while frame is not None:
        if code and frame.f_code.co_filename == code.co_filename:
            source = linecache.getline(code.co_filename, frame.f_lineno).strip()
            return f" (in line {frame.f_lineno}: {source})" if source else ""
        frame = frame.f_back
    return ""


def _last_step(step: TracebackType | None, code: CodeType | None) -> TracebackType | None:
    """The last step of a traceback that is in the cell or file of this code."""
    found = None
    while step is not None:
        if code and step.tb_frame.f_code.co_filename == code.co_filename:
            found = step
        step = step.tb_next
    return found


def _line(step: TracebackType) -> str:
    return linecache.getline(step.tb_frame.f_code.co_filename, step.tb_lineno).strip()


def _of_shapes(error: Exception, step: TracebackType | None) -> str:
    text = str(error)
    if not isinstance(error, ValueError):
        return ""
    shapes = [shape.strip() for shape in re.findall(r"\((?:\d+,? ?)*\)", text)]
    if "could not be broadcast together" in text and len(shapes) >= 2:
        one, other = (_shape(shape) for shape in shapes[:2])
        hint = ""
        if {len(one), len(other)} == {1, 2} and min(one, other, key=len)[0] == max(one, other, key=len)[0]:
            hint = ". One number a row needs an axis of its own to meet the rows: keepdims=True where it was summed"
        return f"shapes {_text(one)} and {_text(other)} do not line up: they are compared from the last axis on{hint}"
    if "matmul" in text or "not aligned" in text:
        met = _operands(step)
        if met is None and len(shapes) >= 2:
            met = (("the first array", _shape(shapes[0])), ("the second", _shape(shapes[1])))
        if met:
            (name, one), (other_name, other) = met
            hint = "the last axis of the first must be as long as the first of the second"
            if max(len(one), len(other)) > 2:
                hint = "here each row has a matrix of its own, and one product for each row is meant"
            return f"{name} has shape {_text(one)} and {other_name} {_text(other)}: {hint}"
    return ""


def _of_truth(error: Exception, line: str) -> str:
    if not isinstance(error, ValueError) or AMBIGUOUS not in str(error):
        return ""
    for name in ("max", "min"):
        if re.search(rf"(?<![\w.]){name}\(", line):
            return f"{name}(…) compares whole arrays; entry by entry it is np.{name}imum"
    if re.search(r"\band\b|\bor\b|\bnot\b", line):
        return "and, or and not ask whether a whole array is true; entry by entry they are &, | and ~"
    return "if asks whether a whole array is true; entry by entry a choice is made by np.where"


def _of_scalars(error: Exception) -> str:
    if not isinstance(error, TypeError) or not any(words in str(error) for words in SCALARS):
        return ""
    return "a function of one number was given an array: math.exp, math.log and float take one, np.exp and np.log all"


def _operands(step: TracebackType | None) -> tuple[tuple[str, tuple[int, ...]], tuple[str, tuple[int, ...]]] | None:
    """The names and shapes of the two arrays in the first product ``a @ b`` or ``np.dot(a, b)`` of the line."""
    if step is None:
        return None
    try:
        tree = ast.parse(re.sub(r"^(if|while|elif|for)\b.*", "", _line(step)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        pair = (
            [node.left, node.right]
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)
            else node.args[:2]
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.dot", "np.matmul", "numpy.dot")
            else []
        )
        shapes = [_shape_of(each, step.tb_frame) for each in pair]
        if len(shapes) == 2 and None not in shapes:
            return tuple((ast.unparse(each), shape) for each, shape in zip(pair, shapes))  # type: ignore[return-value]
    return None


def _shape_of(node: ast.expr, frame: FrameType) -> tuple[int, ...] | None:
    """The shape of an array with a name, or of its transpose; nothing else is looked at."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        inner = _shape_of(node.value, frame)
        return None if inner is None else inner[::-1]
    if isinstance(node, ast.Name):
        value = frame.f_locals.get(node.id, frame.f_globals.get(node.id))
        shape = getattr(value, "shape", None)
        return shape if isinstance(shape, tuple) else None
    return None


def _shape(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)))


def _text(shape: tuple[int, ...]) -> str:
    return str(tuple(shape))
