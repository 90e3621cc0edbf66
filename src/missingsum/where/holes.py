"""Expressions as holes: which value there would have made the answer right?

The answer is followed as a function of the hole's own entries. Where it is affine, that is all there is to know: any
value for the hole can be tried without running anything. Elsewhere Newton's steps look for the value that is needed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from missingsum.where.edits import holds_a_value, walk
from missingsum.where.source import Source, Span, spliced

MOST_ENTRIES = 40
CLOSE = 1e-9
NEWTON = 5


@dataclass(frozen=True)
class Hole:
    """An expression of the program, and its number there."""

    number: int
    span: Span
    text: str
    node: ast.expr


@dataclass(frozen=True)
class Affine:
    """How the answer of a case follows from the hole's entries v: ``matrix`` @ v + ``offset``, where that is so."""

    value: np.ndarray
    matrix: np.ndarray
    offset: np.ndarray
    wanted: np.ndarray

    def meets(self, values: np.ndarray) -> np.ndarray:
        """Which of these values, each flat in a row, give the right answer."""
        with np.errstate(all="ignore"):
            off = np.abs(values @ self.matrix.T + (self.offset - self.wanted)).max(axis=1)
        return off <= CLOSE * max(float(np.abs(self.wanted).max()), 1e-300)

    def is_possible(self, parts: Sequence[slice]) -> bool:
        """Whether any value makes at least one of these parts of the answer right that is not right by itself."""
        return any(Affine(self.value, self.matrix[p], self.offset[p], self.wanted[p])._helps() for p in parts)

    def _helps(self) -> bool:
        step = np.linalg.lstsq(self.matrix, self.wanted - self.offset, rcond=1e-10)[0]
        own, found = self.meets(np.array([self.value.ravel(), step]))
        return bool(found and not own)


@dataclass(frozen=True)
class Needed:
    """The value of the hole that makes the answer right, where there is one and no other."""

    value: np.ndarray
    needed: np.ndarray

    def meets(self, values: np.ndarray) -> np.ndarray:
        wanted = self.needed.ravel()
        with np.errstate(all="ignore"):
            off = np.abs(values - wanted).max(axis=1)
        return off <= 1e-7 * max(float(np.abs(wanted).max()), 1e-300)


class Holes:
    """All holes of a source, with the program in which each notes its value."""

    def __init__(self, source: Source):
        self.source = source
        nodes = [
            node
            for statement in source.statements
            for node in walk(statement)
            if isinstance(node, ast.expr) and holds_a_value(node, source.parents) and _is_plain(node, source)
        ]
        self.all = [Hole(k, source.span(node), source.written(node), node) for k, node in enumerate(nodes)]
        self.noting = self._program(self.all)

    def only(self, hole: Hole) -> str:
        """The program with this hole alone."""
        return self._program([hole])

    def _program(self, holes: Sequence[Hole]) -> str:
        splices = []
        for hole in sorted(holes, key=lambda hole: (len(hole.span), -hole.number)):
            start, end = hole.span.start, hole.span.end
            splices += [(start, start, f"__hole({hole.number}, ("), (end, end, "))")]
        return spliced(self.source.program, splices)


def _above(node: ast.AST, source: Source) -> Iterator[ast.AST]:
    while (parent := source.parents.get(node)) is not None:
        if not (isinstance(parent, ast.FunctionDef) and node is parent.args):
            yield parent
        node = parent


def _is_plain(node: ast.expr, source: Source) -> bool:
    """In a function's body, and neither inside an index, where a number is a place and no value, nor stored to."""
    if not any(isinstance(above, (ast.FunctionDef, ast.Lambda)) for above in _above(node, source)):
        return False
    child: ast.AST = node
    while (parent := source.parents.get(child)) is not None and not isinstance(parent, ast.stmt):
        if isinstance(parent, ast.Subscript) and parent.slice is child:
            return False
        if isinstance(parent, ast.comprehension):
            return False
        child = parent
    if isinstance(parent, (ast.For, ast.While, ast.If)) and child not in parent.body:
        return False
    return not (isinstance(parent, ast.Assign) and child in parent.targets) and not (
        isinstance(parent, ast.AugAssign) and child is parent.target
    )
