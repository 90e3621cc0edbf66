"""Formulas in words that a student reads: ``sum(s * g)``, ``exp(z)``, ``1 - s``."""

from __future__ import annotations

from collections.abc import Mapping

from missingsum.explain.parts import Part

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3}
AXES = {
    "n": "down the columns",
    "i": "over the outputs",
    "j": "along the row",
    "d": "over the features",
    "m": "over the units",
    "c": "over the classes",
    "q": "over the queries",
    "k": "over the keys",
    "f": "over the width of q and k",
    "v": "over the columns of v",
}


def spelled(part: Part, pool: Mapping[str, str] | None = None) -> str:
    """The formula as text, the names of its arrays as they are."""
    if part.op == "array":
        return part.name
    if part.op == "number":
        return f"{float(part.name):g}"
    if part.op == "hole":
        return "…"
    inner = [spelled(arg, pool) for arg in part.args]
    if part.op in ("+", "-", "*", "/"):
        left, right = (
            f"({text})" if _weaker(arg, part.op, k) else text for k, (arg, text) in enumerate(zip(part.args, inner))
        )
        return f"{left} {part.op} {right}"
    if part.op == "neg":
        return f"-({inner[0]})" if part.args[0].op in ("+", "-") else f"-{inner[0]}"
    if part.op == "turned":
        return f"{inner[0]}_i"
    if part.op == "diagonal":
        return f"the entries i = j of {inner[0]}"
    if part.op == "off the diagonal":
        return f"the entries i ≠ j of {inner[0]}"
    if part.op in ("positive", "not negative"):
        return f"({inner[0]} {'>' if part.op == 'positive' else '>='} 0)"
    name = {"square": "square", "lost": "", "log": "ln"}.get(part.op, part.op)
    return f"{name}({', '.join(inner)})"


def _weaker(arg: Part, op: str, k: int) -> bool:
    own, outer = _STRENGTH.get(arg.op, 9), _STRENGTH[op]
    return own < outer or (k == 1 and own == outer and (op in "-/" or arg.op in "-/"))


def axis_words(axes: str) -> str:
    """Which way a sum over these axes runs."""
    if len(axes) > 1:
        return "over everything" if "n" in axes else "over both indices"
    return AXES.get(axes, f"over {axes}")
