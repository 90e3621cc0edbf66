"""Name the mistake in the gradients of one head of attention: ``diagnose_attention(q, k, v, mask, do, answer)``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from missingsum.comparison import mismatch
from missingsum.diagnosed import RTOL, Diagnosis
from missingsum.diagnosis import Sample
from missingsum.elsewhere import as_array
from missingsum.questions import ps7
from missingsum.questions.ps7 import ATTENTION_BACKWARD, BACKWARD_PARTS, Explainer
from missingsum.questions.question import draw
from missingsum.slips import SLIPS
from missingsum.variants.attention import Head
from missingsum.verdict import Verdict
from missingsum.where import inside
from missingsum.where.cases import Case

FORWARDS = (3, 4)
"""How many arrays a forward pass of attention takes: q, k and v, or a mask as well."""


def diagnose_attention(
    q: np.ndarray,
    k: np.ndarray,
    v: np.ndarray,
    mask: np.ndarray | None,
    do: np.ndarray,
    answer: Sequence[np.ndarray],
) -> Diagnosis:
    """Which mistake turns the gradients of o = softmax(q kᵀ/√d, masked) v into ``answer``, which is (dq, dk, dv)?

    >>> import numpy as np
    >>> from missingsum import diagnose_attention
    >>> rng = np.random.default_rng(0)
    >>> q, k, v, do = (rng.normal(size=size) for size in ((3, 5), (4, 5), (4, 2), (3, 2)))
    >>> e = np.exp(q @ k.T / np.sqrt(5))
    >>> P = e / e.sum(axis=1, keepdims=True)
    >>> dS = P * (do @ v.T)
    >>> answer = dS @ k / np.sqrt(5), dS.T @ q / np.sqrt(5), P.T @ do
    >>> [slip.id for slip in diagnose_attention(q, k, v, None, do, answer).slips]
    ['missing-dot']

    q, k, v
        (n, d), (m, d) and (m, e). Where n, m, d and e all differ, no mistake looks like another.
    mask
        (n, m) of booleans, True where a row may look, or None. A row without any True is 0.
    do, answer
        (n, e), random; and three arrays of the shapes of q, k and v. Tensors of PyTorch's and arrays of JAX's are
        taken, too.

    A mistake, or two, are named only if they give all three arrays to rounding error. ValueError if shapes do not fit.
    """
    q, k, v, do = (np.array(as_array(values), dtype=np.float64) for values in (q, k, v, do))
    seen = None if mask is None else np.asarray(as_array(mask))
    _require_shapes(q, k, v, seen, do)
    if len(answer) != len(BACKWARD_PARTS):
        raise ValueError(f"answer holds {len(answer)} arrays; {', '.join(BACKWARD_PARTS)} are expected")
    return _compared([_parts(Head(q, k, v, seen, do), answer)])


def diagnose_head(f: Callable, inputs: tuple[Any, ...], do: np.ndarray, answer: Sequence[np.ndarray]) -> Diagnosis:
    """The same for ``inputs`` (q, k, v) or (q, k, v, mask), where f is attention's forward; ValueError if it is not."""
    if len(inputs) not in FORWARDS:
        raise ValueError(f"x is a tuple of {len(inputs)}; (q, k, v) or (q, k, v, mask) are expected, of attention")
    q, k, v, mask = (*(as_array(values) for values in inputs), None)[:4]
    found = diagnose_attention(q, k, v, mask, do, answer)
    q, k, v = _doubles(q, k, v)
    _require_forward(f, inputs, Head(q, k, v, mask))
    return found


def takes_a_head(f: Callable) -> bool:
    """Whether a function takes three or four arrays, as attention's forward pass does, and no other that is known."""
    return _needed(f) in FORWARDS


def head_cases(f: Callable, backward: Callable, rng: np.random.Generator) -> list[Case]:
    """Heads with a mask and without, of which every row sees a key, as ``backward`` takes them; and right gradients.

    ``f`` is held to attention's forward pass on each of them; ValueError if it is another function.
    """
    with_mask, needed = _takes_a_mask(f), _needed(backward)
    if needed not in (4, 5) or (needed == 5 and not with_mask):
        wanted = "(q, k, v, mask, do) or (q, k, v, do)" if with_mask else "(q, k, v, do)"
        raise ValueError(f"the backward function takes {needed} arguments; {wanted} is expected, of attention")
    masked = [ps7.masked_head] * 2 if needed == 5 else []
    cases: list[Case] = []
    for made in (*masked, ps7.unmasked_head):
        [(q, k, v, mask, do)] = [each.arguments for each in ps7.with_upstream(draw(made, ps7.SIZES[len(cases)]))(rng)]
        head = Head(q, k, v, mask, do)
        _require_forward(f, (q, k, v, mask) if with_mask else (q, k, v), head)
        given = (q, k, v, mask, do) if needed == 5 else (q, k, v, do)
        cases.append(Case(given, tuple(((k,), head.right[name]) for k, name in enumerate(BACKWARD_PARTS)), RTOL))
    return cases


def diagnose_answers(cases: Sequence[Case], backward: Callable) -> Diagnosis:
    """What is wrong with its answers in all of these cases."""
    samples = []
    for case in cases:
        q, k, v, *masks, do = case.arguments
        answer = backward(*inside.copied(case.arguments))
        if problem := ps7.no_parts(answer, BACKWARD_PARTS):
            raise ValueError(f"the backward function is not one of attention: {problem}")
        samples.append(_parts(Head(q, k, v, masks[0] if masks else None, do), answer))
    return _compared(samples)


def _doubles(*arrays: Any) -> list[np.ndarray]:
    return [np.array(values, dtype=np.float64) for values in arrays]


def _parts(head: Head, answer: Sequence[Any]) -> list[Sample]:
    """The three answers, each beside the right one."""
    return [Sample(head, head.right[name], as_array(values)) for name, values in zip(BACKWARD_PARTS, answer)]


def _compared(samples: list[list[Sample]]) -> Diagnosis:
    for parts in samples:
        for name, sample in zip(BACKWARD_PARTS, parts):
            if problem := mismatch(sample.answer, sample.truth, RTOL):
                found = Explainer(ATTENTION_BACKWARD)(samples if len(samples) > 1 else samples * 2)
                slips = tuple(SLIPS[slip] for slip in found.slips)
                return Diagnosis(Verdict.WRONG, slips, f"{name}: {problem}", found.text)
    return Diagnosis(Verdict.RIGHT, (), "")


def _require_forward(f: Callable, inputs: tuple[Any, ...], head: Head) -> None:
    """ValueError if ``f`` does not give o, alone or before others, at these inputs."""
    answer = f(*inside.copied(inputs))
    o = as_array(answer[0] if isinstance(answer, (tuple, list)) else answer)
    if problem := mismatch(o, head.right["o"], RTOL):
        raise ValueError(
            f"f takes {len(inputs)} arrays, which is known of attention's forward pass alone, but its o is not "
            f"softmax(q kᵀ/√d) v, by rows, over the keys where the mask is True: {problem}"
        )


def _arguments(f: Callable) -> list[inspect.Parameter]:
    """What can be given to it without a name; nothing if nobody can tell."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return []
    return [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]


def _needed(f: Callable) -> int:
    """How many arguments a call must give."""
    return sum(each.default is each.empty for each in _arguments(f))


def _takes_a_mask(f: Callable) -> bool:
    return _needed(f) == 4 or any("mask" in each.name for each in _arguments(f)[3:4])


def _require_shapes(q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None, do: np.ndarray) -> None:
    fit = all(a.ndim == 2 for a in (q, k, v, do)) and q.shape[1:] == k.shape[1:] and len(k) == len(v)
    if not fit or do.shape != (len(q), v.shape[1]):
        shapes = ", ".join(str(a.shape) for a in (q, k, v, do))
        raise ValueError(f"q, k, v and do have the shapes {shapes}; (n, d), (m, d), (m, e) and (n, e) are expected")
    if mask is not None and (mask.dtype != bool or mask.shape != (len(q), len(k))):
        raise ValueError(
            f"mask has dtype {mask.dtype} and shape {mask.shape}; booleans of shape {(len(q), len(k))} are expected, "
            "True where a row may look"
        )
