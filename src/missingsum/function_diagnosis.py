"""Say what is wrong with a backward function, and where in its source: ``diagnose_function(f, backward)``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from missingsum import elsewhere
from missingsum.attention_diagnosis import diagnose_answers, head_cases, takes_a_head
from missingsum.diagnose import diagnose
from missingsum.diagnosed import RTOL, Diagnosis, FunctionDiagnosis
from missingsum.numeric import rowwise_jacobian
from missingsum.where import inside
from missingsum.where.cases import Case
from missingsum.where.here import Here, names_of, source_of
from missingsum.where.place import Place
from missingsum.where.search import Budget, find
from missingsum.where.source import NotSearched, Source

SHAPE = (5, 4)
SLOWER = Budget(runs=1000, pairs=200, seconds=15.0)
"""For functions of PyTorch and JAX, of which a call takes milliseconds."""
OF_A_HEAD = Budget(runs=6000, seconds=8.0)
"""For the gradients of attention: more expressions than elsewhere have values, and each has more entries."""
BATCHES = 3
"""Of inputs that are tried, and as many again for what is found."""


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
        any function (n, c) → (n, m) whose row k depends on row k of x alone; or attention's forward pass, of one head:
        (q, k, v) or (q, k, v, mask) → o, or (o, p), the mask True where a row may look.
    backward
        (x, g) → (n, c), the vector-Jacobian product Σ_i g_i ∂f_i/∂x_j of each row. None, if f brings its own: a
        subclass of ``torch.autograd.Function``, or a function with ``jax.custom_vjp``, which are given float64.
        Of attention: (q, k, v, do) or (q, k, v, mask, do) → (dq, dk, dv).
    x
        (n, c), an input that f takes, n at least 3; random ones are made if there is none, and always of attention.

    The answers to random upstream gradients are compared with a Jacobian that is measured from f alone, and explained
    as `diagnose` explains them. Where they are wrong, the place is sought in the source of the backward function: the
    smallest change of one expression, or of two, with which it is right on these inputs and on new ones. The change
    itself is not told. ValueError for a function of three or four arrays that is not attention's forward pass.
    """
    if backward is not None and takes_a_head(f):
        return _diagnosed_head(f, backward, np.random.default_rng(seed))
    with elsewhere.double_precision(f):
        return _diagnosed(f, backward, x, np.random.default_rng(seed))


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
    return _with_place(found, f, backward, cases, fresh, Budget(seconds=SLOWER.seconds) if backward else SLOWER)


def _diagnosed_head(f: Callable, backward: Callable, rng: np.random.Generator) -> FunctionDiagnosis:
    cases, fresh = (head_cases(f, backward, rng) for _ in range(2))
    return _with_place(diagnose_answers(cases, backward), f, backward, cases, fresh, OF_A_HEAD)


def _with_place(
    found: Diagnosis,
    f: Callable,
    backward: Callable | None,
    cases: Sequence[Case],
    fresh: Sequence[Case],
    budget: Budget,
) -> FunctionDiagnosis:
    place = None if found.right or not found.difference else _place(f, backward, cases, fresh, budget)
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
