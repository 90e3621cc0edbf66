"""Runs in the page *What is wrong with my gradient?*: says what is wrong with a backward function, where, and shows it.

The reader's functions stand in two cells. What they are called and how the second one is called is found here; the
diagnosis is `missingsum`'s.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from copy import deepcopy
from html import escape
from typing import Any

import numpy as np

from missingsum import book
from missingsum.attention_diagnosis import diagnose_answers, head_cases, takes_a_head
from missingsum.diagnose import diagnose
from missingsum.diagnosed import Diagnosis
from missingsum.function_diagnosis import SHAPE, diagnose_function
from missingsum.numeric import rowwise_jacobian
from missingsum.questions.ps7 import BACKWARD_PARTS
from missingsum.slips import Slip
from missingsum.where.cases import Case

WAYS = {"input": "{name}({f}_input, g)", "output": "{name}({f}({f}_input), g)", "targets": "g * {name}({f}_input, y)"}
"""How a backward function is called: with the input of the forward one, its output, or the input and targets."""
OUTPUTS = {"s", "a", "p", "P", "A", "out", "output", "probs", "probabilities", "y_hat", "yhat"}
TARGETS = {"y", "t", "Y", "targets", "target", "labels"}
CALLED = "_gradient_of_the_page"
NOT_FOUND = "There is no function in the {field} field. Write it with def, or paste all of it."


class CannotTell(Exception):
    """What is missing before anything can be said; shown without the way that led to it."""

    def _render_traceback_(self) -> list[str]:
        _show("error", f"{self}\n")
        return [str(self)]


def functions_in(code: str) -> list[ast.FunctionDef]:
    return [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]


def last_function(code: str, field: str) -> ast.FunctionDef:
    """The function that a field is about: the last one in it."""
    try:
        found = functions_in(code)
    except SyntaxError as error:
        raise CannotTell(f"The {field} field is not Python yet: {error.msg}, line {error.lineno}.") from None
    if not found:
        raise CannotTell(NOT_FOUND.format(field=field))
    return found[-1]


def way_of(function: ast.FunctionDef, way: str) -> str:
    """How the function is called; "names" is told by the names of its parameters."""
    names = [argument.arg for argument in function.args.args]
    if len(names) != 2:
        raise CannotTell(f"{function.name} takes {len(names)} arguments; two are needed, such as (z, g).")
    if way != "names":
        return way
    if names[1] in TARGETS:
        return "targets"
    return "output" if names[0] in OUTPUTS else "input"


def with_call(forward: str, backward: str, way: str) -> str:
    """The backward cell with a function at its end that is called alike for all, so that places are the reader's lines.

    It is one of (x, g), or of attention's inputs and do.
    """
    f, function = last_function(forward, "forward"), last_function(backward, "backward")
    if takes_a_head(with_its_parameters(f)):
        inputs = ", ".join(argument.arg for argument in function.args.args)
        return f"{backward.rstrip()}\n\n\ndef {CALLED}({inputs}):\n    return {function.name}({inputs})\n"
    call = WAYS[way_of(function, way)].format(name=function.name, f=f.name).replace(f"{f.name}_input", "x")
    return f"{backward.rstrip()}\n\n\ndef {CALLED}(x, g):\n    return {call}\n"


def with_its_parameters(definition: ast.FunctionDef) -> Callable:
    """A function that takes the same and does nothing: the cell in which it is defined has not run yet."""
    arguments = deepcopy(definition.args)
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    arguments.defaults = [ast.Constant(None) for _ in arguments.defaults]
    arguments.kw_defaults = [each and ast.Constant(None) for each in arguments.kw_defaults]
    return eval(
        compile(ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, ast.Constant(None)))), "", "eval")
    )


def prepare(forward: str, backward: str, way: str) -> None:
    """Hand the page the backward cell that it runs next."""
    _show("cell", with_call(forward, backward, way))


def tell(forward: str, names: dict[str, Any]) -> None:
    """Show what is wrong, then, when it is found, where. The cells have been run: ``names`` is what they defined."""
    f, backward = names[last_function(forward, "forward").name], names[CALLED]
    if takes_a_head(f):
        tell_of_attention(f, backward)
        return
    x = np.random.default_rng(0).normal(size=SHAPE)
    output = np.asarray(f(x.copy()))
    if output.ndim != 2 or len(output) != len(x):
        raise CannotTell(
            f"For x of shape {x.shape} your forward function returns shape {output.shape}. A batch is needed, one row "
            "an example: (5, 4) in, (5, m) out. For a loss, return one number a row, of shape (5, 1)."
        )
    g = np.random.default_rng(1).normal(size=output.shape)
    answer = np.asarray(backward(x.copy(), g.copy()))
    try:
        first = diagnose(f, x, g, answer)
    except ValueError as error:
        raise CannotTell(f"This cannot be judged: {error}.") from None
    picture = "" if first.right else numbers(f, backward, x, g, answer)
    if first.right or answer.shape != x.shape:
        _show("html", html(diagnose_function(f, backward), picture))
        return
    _show("early", html(first, "<p>Looking for the place …</p>" + picture))
    _show("html", html(diagnose_function(f, backward), picture))


def tell_of_attention(f: Callable, backward: Callable) -> None:
    """The same for attention: the three gradients, on small heads."""
    try:
        cases = head_cases(f, backward, np.random.default_rng(0))
        first = diagnose_answers(cases, backward)
    except ValueError as error:
        raise CannotTell(f"This cannot be judged: {error}.") from None
    table = "" if first.right else gradients(cases, backward)
    if not first.right:
        _show("early", html(first, "<p>Looking for the place …</p>" + table))
    _show("html", html(diagnose_function(f, backward), table))


def gradients(cases: Sequence[Case], backward: Callable) -> str:
    """The first wrong row of the first wrong gradient, in numbers."""
    for case in cases:
        answer = backward(*(np.copy(a) for a in case.arguments))
        for name, (_, truth), given in zip(BACKWARD_PARTS, case.truths, answer):
            own = np.asarray(given, dtype=np.float64)
            if own.shape != truth.shape:
                return ""
            wrong = ~(np.abs(own - truth) <= 1e-7 * np.abs(truth).max()).all(axis=1)
            if wrong.any():
                k = int(wrong.argmax())
                rows = _row("right", truth[k]) + _row("yours", own[k], truth[k])
                return f"<table><caption>Row {k} of {name}, of {len(own)} rows</caption><tbody>{rows}</tbody></table>"
    return ""


def _show(kind: str, text: str) -> None:
    from session import show  # of in_page, which this runs under

    show(kind, text)


def html(found: Diagnosis, more: str) -> str:
    if found.right:
        return "<p><strong>✓ Right</strong> on three batches, to seven digits.</p>"
    parts = [f"<p><strong>✗ Not right yet</strong>: {_text(found.difference)}.</p>"] if found.difference else []
    parts = parts or [f"<p>{_text(str(found))}</p>"]
    parts += [
        f"<p><strong>What happened:</strong> {_text(slip.explanation)} Read: {_link(slip)}.</p>" for slip in found.slips
    ]
    parts += [f"<p>{_text(found.details)}</p>"] if found.details else []
    place = getattr(found, "place", None)
    if found.difference and not found.slips and place is None:
        parts.append("<p>None of the mistakes that the course knows leads to these numbers.</p>")
    if place:
        spots = [f"line {spot.line}: <code>{_text(spot.text)}</code>" for spot in place.spots]
        parts.append(f"<p><strong>Where:</strong> look at {', and at '.join(spots)}. {_text(place.hint)}</p>")
    return "\n".join([*parts, more])


def numbers(f: Callable, backward: Callable, x: np.ndarray, g: np.ndarray, answer: np.ndarray) -> str:
    """One row in numbers, and its Jacobian: what the function is, and what the backward function takes it for."""
    J = rowwise_jacobian(f, x)
    right = np.einsum("ni,nij->nj", g, J)
    if answer.shape != right.shape:
        return ""
    rows = [("g", g[0]), ("right", right[0]), ("yours", answer[0])]
    beside = "".join(_row(name, values, right[0] if name == "yours" else None) for name, values in rows)
    table = f"<table><caption>The first of {len(x)} rows: the answer for g</caption><tbody>{beside}</tbody></table>"
    try:
        own = np.stack([np.asarray(backward(x.copy(), np.tile(row, (len(x), 1))))[0] for row in np.eye(g.shape[1])])
    except Exception:
        return table
    pictures = jacobian("The true Jacobian of that row", J[0]) + jacobian("The one that your function uses", own, J[0])
    return f'{table}<div style="display: flex; flex-wrap: wrap; gap: 0 2rem; margin-top: 1rem">{pictures}</div>'


def jacobian(caption: str, J: np.ndarray, right: np.ndarray | None = None) -> str:
    """A matrix as a picture: blue is positive, orange negative, and a frame stands around what is wrong."""
    top = max(1e-12, float(np.nanmax(np.abs(J if right is None else right))))
    rows = []
    for i, row in enumerate(J):
        cells = []
        for j, value in enumerate(row):
            shade = min(1.0, abs(value) / top) * 0.4 if np.isfinite(value) else 0
            colour = "40 110 200" if value > 0 else "220 120 30"
            wrong = right is not None and not abs(value - right[i, j]) <= 1e-6 * top
            mark = "; outline: 2px solid currentcolor; outline-offset: -2px; font-weight: bold" if wrong else ""
            words = f"{value:.3f}" + (" ✗" if wrong else "")
            cells.append(f'<td style="background: rgb({colour} / {shade:.2f}){mark}">{words}</td>')
        rows.append(f'<tr><th scope="row">{i}</th>{"".join(cells)}</tr>')
    return f"<table><caption>{_text(caption)}</caption><tbody>{''.join(rows)}</tbody></table>"


def _row(name: str, values: np.ndarray, right: np.ndarray | None = None) -> str:
    wrong = np.zeros(len(values), bool) if right is None else ~(np.abs(values - right) <= 1e-7 * np.abs(right).max())
    cells = "".join(f"<td>{value:.4f}{' ✗' if off else ''}</td>" for value, off in zip(values, wrong))
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _link(slip: Slip) -> str:
    return f'<a href="{_text(book.page(slip) or slip.page)}">{_text(slip.where)}</a>'


def _text(text: str) -> str:
    return escape(text, quote=True)
