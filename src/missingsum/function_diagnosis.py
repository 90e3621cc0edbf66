"""Say what is wrong with a backward function, and where in its source: ``diagnose_function(f, backward)``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from missingsum import elsewhere
from missingsum.diagnose import diagnose
from missingsum.numeric import rowwise_jacobian
from missingsum.questions.ps7 import BACKWARD_PARTS
from missingsum.result import RTOL, Diagnosis
from missingsum.variants.attention import Head
from missingsum.where import inside
from missingsum.where.cases import Case
from missingsum.where.here import Here, names_of, source_of
from missingsum.where.place import Place
from missingsum.where.search import Budget, find
from missingsum.where.source import NotSearched, Source

SHAPE = (5, 4)
ORDINARY = Budget(seconds=15.0)
SLOWER = Budget(runs=1000, pairs=200, seconds=15.0)
"""For functions of PyTorch and JAX, of which a call takes milliseconds."""
OF_HEADS = Budget(runs=6000, seconds=15.0)
"""For the gradients of attention: more expressions than elsewhere have values, and each has more entries."""
BATCHES = 3
"""Of inputs that are tried, and as many again for what is found."""


@dataclass(frozen=True)
class FunctionDiagnosis(Diagnosis):
    """What `diagnose_function` found: a `Diagnosis` of its answers, and where in its source the mistake is."""

    place: Place | None = None
    """where a change makes it right; None if no such place was found, or the source is not known"""

    @property
    def hint(self) -> str:
        """Which kind of change is needed there; empty if no place was found."""
        return self.place.hint if self.place else ""

    def __str__(self) -> str:
        return super().__str__() + (f"\n  → {self.place}." if self.place else "")


def diagnose_function(
    f: Callable, backward: Callable | None = None, x: np.ndarray | None = None, *, seed: int = 0
) -> FunctionDiagnosis:
    """What is wrong with a backward function, and where?

    >>> import numpy as np
    >>> from missingsum import diagnose_function
    >>> def unit(x):
    ...     return x / np.sqrt((x**2).sum(axis=1, keepdims=True))
    >>> def unit_backward(x, g):
    ...     f, length = unit(x), np.sqrt((x**2).sum(axis=1, keepdims=True))
    ...     return (g - (g * f).mean(axis=1, keepdims=True) * f) / length
    >>> diagnose_function(unit, unit_backward).right
    False

    f
        any function (n, c) → (n, m) whose row k depends on row k of x alone; or attention's, f(q, k, v, mask) → o or
        (o, P), with a backward function (q, k, v, mask, do) → (dq, dk, dv), or both without the mask.
    backward
        (x, g) → (n, c), the vector-Jacobian product Σ_i g_i ∂f_i/∂x_j of each row. None, if f brings its own: a
        subclass of ``torch.autograd.Function``, or a function with ``jax.custom_vjp``, which are given float64.
    x
        (n, c), an input that f takes, n at least 3; random ones are made if there is none.

    The answers to random upstream gradients are compared with a Jacobian that is measured from f alone, and explained
    as `diagnose` explains them. Where they are wrong, the place is sought in the source of the backward function: the
    smallest change of one expression, or of two, with which it is right on these inputs and on new ones. The change
    itself is not told.
    """
    rng = np.random.default_rng(seed)
    if backward is not None and (inputs := inputs_of_attention(f)):
        return _diagnosed_attention(f, backward, inputs == 4, rng)
    with elsewhere.double_precision(f):
        return _diagnosed(f, backward, x, rng)


def inputs_of_attention(f: Callable) -> int:
    """How many inputs f takes if these are q, k, v and perhaps a mask; 0 if it takes one array."""
    try:
        needed = [p for p in inspect.signature(f).parameters.values() if p.default is p.empty or p.name == "mask"]
    except (TypeError, ValueError):
        return 0
    return len(needed) if len(needed) in (3, 4) else 0


def _diagnosed_attention(f: Callable, backward: Callable, masked: bool, rng: np.random.Generator) -> FunctionDiagnosis:
    cases, fresh = (heads(masked, rng) for _ in range(2))
    found = None
    for case in cases:
        *inputs, do = inside.copied(case.arguments)
        found = diagnose(f, tuple(inputs), do, backward(*inside.copied(case.arguments)))
        if not found.right:
            break
    assert found is not None
    place = None if found.right else _place(f, backward, cases, fresh, OF_HEADS)
    return FunctionDiagnosis(found.verdict, found.slips, found.difference, found.details, place)


def heads(masked: bool, rng: np.random.Generator) -> list[Case]:
    """Heads of attention of which all sizes differ; one has a row that may look nowhere."""
    found = []
    for number in range(BATCHES):
        q, k, v, do = (rng.normal(size=size) for size in ((4, 5), (6, 5), (6, 3), (4, 3)))
        mask = rng.random((4, 6)) < 0.6
        mask[:, :2] = True
        mask[2] = number != 1
        right = Head(q, k, v, mask if masked else None, do).right
        truths = tuple(((part,), right[name]) for part, name in enumerate(BACKWARD_PARTS))
        found.append(Case((q, k, v, *[mask] * masked, do), truths, RTOL))
    return found


def _diagnosed(
    f: Callable, backward: Callable | None, x: np.ndarray | None, rng: np.random.Generator
) -> FunctionDiagnosis:
    run, answers = (f, backward) if backward is not None else elsewhere.pair_of(f)
    first = np.array(rng.normal(size=SHAPE) if x is None else elsewhere.as_array(x), dtype=np.float64)
    cases, fresh = (_cases(run, first, rng) for _ in range(2))
    found = None
    for case in cases:
        (inputs, g), given = case.arguments, inside.copied(case.arguments)
        found = diagnose(run, inputs, g, elsewhere.as_array(answers(*given)))
        if not found.right:
            break
    assert found is not None
    place = (
        None
        if found.right or not found.difference
        else _place(f, backward, cases, fresh, ORDINARY if backward else SLOWER)
    )
    return FunctionDiagnosis(found.verdict, found.slips, found.difference, found.details, place)


def _cases(f: Callable, first: np.ndarray, rng: np.random.Generator) -> list[Case]:
    """Inputs near the given one, upstream gradients, and the truth as measured."""
    found = []
    for number in range(BATCHES):
        x = first * (1 + 0.2 * number * rng.uniform(-1, 1, size=first.shape))
        output = np.asarray(f(x.copy()))
        g = rng.normal(size=output.shape)
        truth = np.einsum("ni,nij->nj", g, rowwise_jacobian(f, x))
        found.append(Case((x, g), (((), truth),), RTOL))
    return found


def _place(
    f: Any, backward: Callable | None, cases: Sequence[Case], fresh: Sequence[Case], budget: Budget
) -> Place | None:
    def accepts(candidate: Callable) -> bool:
        steps = inside.Steps()
        return all(case.is_met(inside.outcome(candidate, steps, case.arguments)) for case in (*cases, *fresh))

    try:
        source, names, adapt = _searched(f, backward)
        trusted = [name for name, value in names.items() if value is f]
        found = find(source, cases, Here(source.name, names, accepts, adapt), budget, trusted=trusted)
    except NotSearched:
        return None
    return found[0] if found else None


def _searched(f: Any, backward: Callable | None) -> tuple[Source, dict[str, Any], Callable[[Any], Callable]]:
    """The source to search, the names that it sees, and what makes (x, g) → answer of what it defines."""
    if backward is not None:
        return source_of(backward), names_of(backward), lambda candidate: candidate
    if elsewhere.is_class_of_torch(f):

        def with_method(candidate: Any) -> Callable:
            return elsewhere.pair_of(type(f.__name__, (f,), {"backward": staticmethod(candidate)}))[1]

        return source_of(f.backward), names_of(f.backward), with_method
    source = source_of(f.bwd)

    def with_rule(candidate: Callable) -> Callable:
        other = type(f)(f.fun, nondiff_argnums=f.nondiff_argnums)
        other.defvjp(f.fwd, candidate)
        return elsewhere.pair_of(other)[1]

    return source, names_of(f.bwd), with_rule
