"""One question: the function asked for, inputs to ask it with, and the ways to get it wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from missingsum.comparison import Shape
from missingsum.diagnosis import Variant
from missingsum.numeric import rowwise_jacobian

Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Input:
    """The ``arguments`` of one call."""

    arguments: Arguments
    made_of: Any = None
    """that of which they were made, if the right answer follows from it: probabilities beside their logits"""
    name: str = ""
    """what is special about them, for a message; empty for an ordinary batch"""
    not_finite: str = ""
    """the slip of who gets nan or inf here"""


Inputs = Callable[[np.random.Generator], Sequence[Input]]


@dataclass(frozen=True)
class Known:
    """What whoever asks knows already, and a question does not: right functions of the reference, or measured ones."""

    softmax: Callable[[np.ndarray], np.ndarray]
    """logits (n, c) → probabilities (n, c)"""
    jacobian: Callable[[np.ndarray], np.ndarray]
    """probabilities (n, c) → the Jacobians of softmax there, (n, c, c)"""

    @classmethod
    def measured(cls, softmax: Callable[[np.ndarray], np.ndarray]) -> Known:
        """A right ``softmax``, and its Jacobian by central differences."""
        return cls(softmax, lambda s: rowwise_jacobian(softmax, np.log(np.maximum(s, 1e-300))))


@dataclass(frozen=True)
class Question:
    """What is asked of one function."""

    function: str
    asked: str
    """in words"""
    inputs: Mapping[str, Inputs]
    """by kind: "batch" are ordinary ones"""
    data: Callable[..., Any]
    """(known, truth, *arguments) → the data that the ``variants`` compute from; known is `Known`, or `Pieces`"""
    variants: Callable[[Any], Iterable[Variant]]
    special: Mapping[str, Callable[[Any], Iterable[Variant]]] = field(default_factory=dict)
    """by kind: the ways to go wrong that inputs with a name show, if any"""

    instead: Mapping[str, str] = field(default_factory=lambda: {"batch": "square"})
    """A kind → the kind that explains why the function raises: for "square" inputs a lost axis goes unnoticed."""

    def draw_instead(self, kind: str, rng: np.random.Generator) -> Sequence[Input]:
        """The inputs that explain why the function raises; none if there are none."""
        other = self.inputs.get(self.instead.get(kind, ""))
        return other(rng) if other else ()

    def data_that_fit_nowhere(self, kind: str, inputs: Sequence[Input], known: Any) -> list[Any]:
        """The data of inputs of this kind, without truths, if others show by their shapes why the function raises."""
        if "square" not in self.instead.get(kind, ""):
            return []
        return [self.data(known, None, *made.arguments) for made in inputs]

    def draw_beside(self, kind: str, rng: np.random.Generator) -> Sequence[Input]:
        """Batches, for a kind of single rows: one row hides what several tell apart."""
        return self.inputs["batch"](rng) if kind == "any targets" else ()

    def ways(self, kind: str, inputs: Sequence[Input], known: Any) -> Iterable[Variant]:
        """The ways to go wrong at these inputs of a kind; what is special about an input hides the ordinary ones."""
        if kind in self.special:
            return self.special[kind](known)
        return () if any(made.name for made in inputs) else self.variants(known)


def draw(make: Callable[[np.random.Generator, Shape], Input], *shapes: Shape) -> Inputs:
    """One input for each of these shapes."""
    return lambda rng: [make(rng, shape) for shape in shapes]
