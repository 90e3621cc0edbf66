"""Name the mistake in the gradients of one head of attention: ``diagnose_attention(q, k, v, mask, do, answer)``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from missingsum.comparison import mismatch
from missingsum.diagnosis import Sample
from missingsum.elsewhere import as_array
from missingsum.questions.ps7 import ATTENTION_BACKWARD, BACKWARD_PARTS, Explainer
from missingsum.result import RTOL, Diagnosis
from missingsum.slips import SLIPS
from missingsum.variants.attention import Head
from missingsum.verdict import Verdict


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
    head = Head(q, k, v, seen, do)
    given = [as_array(values) for values in answer]
    if len(given) != len(BACKWARD_PARTS):
        raise ValueError(f"answer holds {len(given)} arrays; {', '.join(BACKWARD_PARTS)} are expected")
    parts = [Sample(head, head.right[name], values) for name, values in zip(BACKWARD_PARTS, given)]
    for name, sample in zip(BACKWARD_PARTS, parts):
        if problem := mismatch(sample.answer, sample.truth, RTOL):
            found = Explainer(ATTENTION_BACKWARD)([parts, parts])
            return Diagnosis(
                Verdict.WRONG, tuple(SLIPS[slip] for slip in found.slips), f"{name}: {problem}", found.text
            )
    return Diagnosis(Verdict.RIGHT, (), "")


def require_attention(f: Callable, q: np.ndarray, k: np.ndarray, v: np.ndarray, *mask: np.ndarray | None) -> None:
    """ValueError if ``f(q, k, v, *mask)``, or the first array that it returns, is not attention's o."""
    q, k, v = (np.array(as_array(values), dtype=np.float64) for values in (q, k, v))
    seen = None if not mask or mask[0] is None else np.asarray(as_array(mask[0]))
    _require_shapes(q, k, v, seen, np.zeros((len(q), v.shape[-1])))
    given = f(q.copy(), k.copy(), v.copy(), *(np.copy(m) if m is not None else None for m in mask))
    o = as_array(given[0] if isinstance(given, tuple | list) else given)
    if problem := mismatch(o, Head(q, k, v, seen).right["o"], RTOL):
        raise ValueError(
            "the forward function does not give o = softmax(q kᵀ/√d) v without the keys where mask is False, and 0 in "
            f"a row without any: {problem}. Mend it first; another forward can be judged as a function of one array"
        )


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
