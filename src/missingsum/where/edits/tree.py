"""Which parts of a program are edited."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from missingsum.where.edits.writing import SPECIAL


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
