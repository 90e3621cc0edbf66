"""What problem set 7, *Attention*, asks.

Inputs are made of probabilities P that are known, 0 where a key is hidden: the scores are ln P + a number for each row.
In every row that has keys at least two share the probability, so that no right gradient is 0 throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from missingsum.comparison import Answer, Shape, in_place_of_several, not_real_numbers
from missingsum.diagnosis import Family, Sample, Variant, find
from missingsum.explain.finding import Finding
from missingsum.questions.logits import probabilities
from missingsum.questions.question import Input, Inputs, Known, Question, draw
from missingsum.variants import Product
from missingsum.variants.attention import (
    Head,
    Weighed,
    accounts_for,
    at_special_inputs,
    backward_ways,
    delta_ways,
    forward_ways,
    scores_backward_ways,
    whole,
)
from missingsum.variants.masks import (
    Scores,
    empty_row_ways,
    large_score_ways,
    masked_softmax_ways,
    nearly_right_ways,
    two_steps_wrong,
)

FORWARD_PARTS = ("o", "p")
BACKWARD_PARTS = ("dq", "dk", "dv")
SHAPES = ((5, 7), (4, 6))
"""n ≠ m, neither of them 2."""
SQUARE = ((5, 5), (4, 4))
"""Where a lost axis goes unnoticed, for who raises with the others."""
SIZES = ((3, 5, 6, 2), (4, 5, 6, 8), (6, 4, 7, 5), (3, 4, 5, 7))
"""n, m, d, e, all different; d is not the smallest, so that keys and queries can be made of scores."""
SQUARE_SIZES = ((5, 5, 5, 5), (4, 4, 4, 4))
NEAR = 10.0
"""How far apart scores in float32 lie where products of queries and keys are rounded."""
FAR = 9990.0


# --- Scores and masks -------------------------------------------------------------------------------------------------


def some_keys(rng: np.random.Generator, shape: Shape, empty: bool = False) -> np.ndarray:
    """A mask (n, m): two keys of each row and more, not all; with ``empty``, row 1 has none."""
    _n, m = shape
    mask = np.zeros(shape, dtype=bool)
    for row in mask:
        row[rng.permutation(m)[: rng.integers(2, m)]] = True
    if empty:
        mask[1] = False
    return mask


def weights(rng: np.random.Generator, mask: np.ndarray) -> np.ndarray:
    """P (n, m): rows of sum 1 over the keys that the mask leaves, or 0; none is decided, where gradients cancel."""
    p = rng.uniform(0.2, 1, size=mask.shape) * mask
    return p / np.where(mask.any(axis=1, keepdims=True), p.sum(axis=1, keepdims=True), 1)


def scores(rng: np.random.Generator, p: np.ndarray, hidden: float = 0.0) -> np.ndarray:
    """x (n, m) of which P is the softmax over the keys that are visible; the others lie around ``hidden``."""
    x = np.log(np.where(p > 0, p, 1)) + rng.normal(size=(len(p), 1))
    return np.where(p > 0, x, rng.normal(size=p.shape, scale=1.5) + hidden)


def masked(rng: np.random.Generator, shape: Shape, empty: bool = False) -> Input:
    """x and mask, made of P."""
    mask = some_keys(rng, shape, empty)
    p = weights(rng, mask)
    name = "a row without keys" if empty else ""
    return Input((scores(rng, p), mask), p, name, "row-without-keys" if empty else "")


def without_mask(rng: np.random.Generator, shape: Shape) -> Input:
    """x and None, made of P."""
    p = probabilities(rng, shape)
    return Input((scores(rng, p), None), p)


def rows_without_keys(rng: np.random.Generator) -> list[Input]:
    return [masked(rng, shape, True) for shape in SHAPES]


def scores_of_any_size(rng: np.random.Generator) -> list[Input]:
    """Pairs of rows: hidden scores far above the visible ones, visible ones far above 0, far below, far apart."""
    made = []
    for name, slip, height, hidden in (
        ("a hidden score far above the visible ones", "maximum-over-hidden", 0.0, 400.0),
        ("a hidden score 20000 above the visible ones", "maximum-over-hidden", -FAR, FAR),
        ("visible scores around 10000", "no-max", FAR, FAR),
        ("visible scores around -12000", "max-with-zero", -1.2e4, -1.2e4),
        ("rows 800 apart", "max-of-all", np.array([[400.0], [-400.0]]), 0.0),
    ):
        for _ in range(2):
            mask = some_keys(rng, (2, 6))
            p = weights(rng, mask)
            x = scores(rng, p) + np.where(mask, height, hidden)
            made.append(Input((x, mask), p, name, slip))
    return made


def scores_in_float32(rng: np.random.Generator) -> list[Input]:
    """float32 scores around 10000, which lie 0.001 apart; made of P, of which they are the rounded scores."""
    made = []
    for _ in range(2):
        mask = some_keys(rng, (3, 5))
        x = np.float32(1e4) + rng.normal(size=mask.shape, scale=2).astype(np.float32)
        e = np.exp(x.astype(np.float64) - 1e4) * mask
        made.append(Input((x, mask), e / e.sum(axis=1, keepdims=True), "float32 scores around 10000"))
    return made


# --- The vector-Jacobian product, and the sum without P ---------------------------------------------------------------


def weights_and_upstream(rng: np.random.Generator, shape: Shape) -> Input:
    """P, with keys hidden, and dP, of which no sum is 0."""
    return Input((weights(rng, some_keys(rng, shape)), rng.normal(size=shape) + 0.3))


def rows_of_zeros(rng: np.random.Generator) -> list[Input]:
    """P with a row that has no keys, and large dP where it is 0."""
    made = []
    for shape in SHAPES:
        p = weights(rng, some_keys(rng, shape, True))
        dp = rng.normal(size=shape) * np.where(p > 0, 1, 1e3)
        made.append(Input((p, dp), None, "a row without keys", "row-without-keys"))
    return made


def weights_in_float32(rng: np.random.Generator) -> list[Input]:
    """Rows of P and dP in float32; none whose visible dP are all alike, where right gradients are but rounding."""
    made = []
    for shape in SHAPES:
        each = weights_and_upstream(rng, shape)
        while not _differs_in_each_row(*each.arguments):
            each = weights_and_upstream(rng, shape)
        made.append(_as_float32(each, "float32"))
    return made


def _differs_in_each_row(p: np.ndarray, dp: np.ndarray) -> bool:
    return all(np.ptp(row[seen]) > 0.2 * np.abs(row[seen]).max() for row, seen in zip(dp, p > 0))


RARE = 45.0
"""A key whose score lies so far below has the weight 3e-20 of the other's."""


def rare_weights(rng: np.random.Generator) -> list[Input]:
    """P and dP with a rare key in each row and a usual one, both of dP = 0; made of the numbers of the two, (n,) each.

    Their gradients are in the ratio of their weights. The other dP have one sign in each row, so that no sum is 0.
    """
    n, m = 3, 6
    p, rows = weights(rng, some_keys(rng, (n, m))), np.arange(n)
    dp = rng.uniform(0.5, 1.5, size=(n, m)) * rng.choice([-1.0, 1.0], size=(n, 1))
    usual, rare = p.argmax(axis=1), p.argmin(axis=1)
    p[rows, rare] = p[rows, usual] * np.exp(-RARE - rng.uniform(size=n))
    p /= p.sum(axis=1, keepdims=True)
    dp[rows, rare] = dp[rows, usual] = 0
    return [Input((p, dp), (rare, usual), "a key of weight e^-45")]


def outputs_and_upstream(rng: np.random.Generator, size: Shape) -> Input:
    """o = P v and do, made of P and dP = do vᵀ."""
    n, m, e = size
    p, v, do = weights(rng, some_keys(rng, (n, m))), rng.normal(size=(m, e)), rng.normal(size=(n, e))
    return Input((p @ v, do), (p, np.einsum("nc,mc->nm", do, v)))


# --- One head ---------------------------------------------------------------------------------------------------------


def head(
    rng: np.random.Generator,
    size: Shape,
    mask: np.ndarray | None,
    height: float = 0.0,
    hidden: float = 0.0,
) -> Input:
    """q, k, v and mask whose scores are known, made of P; visible scores lie around ±``height`` in turn."""
    n, m, d, e = size
    p = weights(rng, np.ones((n, m), dtype=bool) if mask is None else mask)
    heights = height * np.where(np.arange(n) % 2, -1, 1)[:, None]
    x = scores(rng, p) + heights + np.where(p > 0, 0, hidden)
    k = _keys(rng, m, d)
    back = np.linalg.pinv(k.T)  # (m, d): k times its transpose is 1
    q = np.sqrt(d) * x @ back + _beside(rng, (n, d), k)
    return Input((q, k, rng.normal(size=(m, e)) + 0.2, mask), p)


def _keys(rng: np.random.Generator, m: int, d: int) -> np.ndarray:
    """Keys of which none is nearly a sum of others, so that no query has to be large."""
    at_right_angles = np.linalg.qr(rng.normal(size=(d, m)))[0].T
    return (1.5 * np.eye(m) + rng.uniform(-0.3, 0.3, size=(m, m))) @ at_right_angles


def _beside(rng: np.random.Generator, shape: Shape, k: np.ndarray) -> np.ndarray:
    """Rows at right angles to all keys, which move no score."""
    rows = rng.normal(size=shape)
    return rows - rows @ np.linalg.pinv(k) @ k


def masked_head(rng: np.random.Generator, size: Shape) -> Input:
    return head(rng, size, some_keys(rng, size[:2]))


def unmasked_head(rng: np.random.Generator, size: Shape) -> Input:
    return head(rng, size, None)


def heads_without_keys(rng: np.random.Generator) -> list[Input]:
    made = [head(rng, size, some_keys(rng, size[:2], True)) for size in SIZES[:2]]
    return [Input(each.arguments, each.made_of, "a row without keys", "row-without-keys") for each in made]


def large_heads(rng: np.random.Generator) -> list[Input]:
    """Visible scores around 10000 and -10000 in turn, and hidden ones far above them."""
    made = [head(rng, size, some_keys(rng, size[:2]), FAR, 400.0) for size in SIZES[:2]]
    return [Input(each.arguments, each.made_of, "scores around ±10000", "no-max") for each in made]


def rare_heads(rng: np.random.Generator) -> list[Input]:
    """A rare key and a usual one whose scores differ by as much in every row, and whose v is 0; made of the two.

    Their rows of dk are in the ratio of their weights. All of v and do are positive, so that no sum is 0.
    """
    n, m, d, e = 3, 5, 6, 4
    q, k, v, _ = head(rng, (n, m, d, e), None).arguments
    usual, rare = (int(key) for key in rng.permutation(m)[:2])
    x = (q @ k.T) / np.sqrt(d)
    x[:, rare] = x[:, usual] - RARE - rng.uniform()
    q = np.sqrt(d) * x @ np.linalg.pinv(k.T)
    v, do = np.abs(v), rng.uniform(0.5, 1.5, size=(n, e))
    v[[rare, usual]] = 0
    return [Input((q, k, v, None, do), (rare, usual), "a key of weight e^-45")]


def heads_in_float32(rng: np.random.Generator) -> list[Input]:
    """Scores of size 10 in float32."""
    return [_as_float32(head(rng, size, some_keys(rng, size[:2]), NEAR), "float32") for size in SIZES[:2]]


def _as_float32(made: Input, name: str) -> Input:
    return Input(
        tuple(a.astype(np.float32) if a is not None and a.dtype.kind == "f" else a for a in made.arguments),
        made.made_of,
        name,
    )


def with_upstream(heads: Inputs) -> Inputs:
    """The same and do, which is not the sum of anything."""

    def inputs(rng: np.random.Generator) -> list[Input]:
        made = []
        for each in heads(rng):
            q, _, v, _ = each.arguments
            do = (rng.normal(size=(len(q), v.shape[1])) + 0.3).astype(v.dtype)
            made.append(Input((*each.arguments, do), each.made_of, each.name, each.not_finite))
        return made

    return inputs


def moved(rng: np.random.Generator) -> list[Input]:
    """Heads whose scores are moved by up to ±10000 a row, through one vector u that is added to all keys.

    Made of the same without u: no P moves, and no gradient does, since the rows of dS sum to 0.
    """
    made = []
    for size in SIZES[:2]:
        [each] = with_upstream(draw(masked_head, size))(rng)
        q, k, v, mask, do = each.arguments
        heights = FAR * np.where(np.arange(len(q)) % 2, -1, 1)
        u = np.linalg.pinv(q) @ heights * np.sqrt(q.shape[1])
        made.append(Input((q, k + u, v, mask, do), each.arguments, "scores around ±10000", "no-max"))
    return made


def _scores(known: Known, truth: np.ndarray, x: np.ndarray, mask: np.ndarray | None) -> Scores:
    return Scores(x, np.ones(x.shape, dtype=bool) if mask is None else mask, truth)


def product(known: Known, truth: np.ndarray, p: np.ndarray, dp: np.ndarray) -> Product:
    """What the product is computed from; of a row without keys the Jacobian is 0."""
    return Product(known.jacobian(p) * np.asarray(p.any(axis=1))[:, None, None], p, dp)


def _head(known: Known, truth: object, q: np.ndarray, k: np.ndarray, v: np.ndarray, *rest: np.ndarray) -> Head:
    return Head(q, k, v, *rest)


_HEADS = {
    "batch": draw(masked_head, *SIZES),
    "no mask": draw(unmasked_head, *SIZES[:2]),
    "square": draw(masked_head, *SQUARE_SIZES),
    "empty": heads_without_keys,
    "large": large_heads,
    "float32": heads_in_float32,
}


def _forward(part: str) -> Question:
    asked = {"o": "the output of attention", "p": "the weights of attention"}[part]
    return Question("attention_forward", asked, _HEADS, _head, lambda known: forward_ways(part))


def _backward(part: str) -> Question:
    inputs = {kind: with_upstream(heads) for kind, heads in _HEADS.items()} | {"large": moved, "rare": rare_heads}
    asked = f"the gradient {part} of attention"
    return Question("attention_backward", asked, inputs, _head, lambda known: backward_ways(part))


MASKED_SOFTMAX = Question(
    "masked_softmax",
    "softmax over the keys that a mask leaves",
    {
        "batch": draw(masked, *SHAPES),
        "no mask": draw(without_mask, *SHAPES),
        "square": draw(masked, *SQUARE),
        "row": draw(masked, (1, 5)),
        "empty": rows_without_keys,
        "any size": scores_of_any_size,
        "float32": scores_in_float32,
    },
    _scores,
    lambda known: masked_softmax_ways(),
    {"empty": lambda known: empty_row_ways(), "any size": lambda known: large_score_ways()},
)
ATTENTION_FORWARD = {part: _forward(part) for part in FORWARD_PARTS}
SCORES_BACKWARD = Question(
    "scores_backward",
    "dL/dx of the masked softmax",
    {
        "batch": draw(weights_and_upstream, *SHAPES),
        "square": draw(weights_and_upstream, *SQUARE),
        "row": draw(weights_and_upstream, (1, 5)),
        "empty": rows_of_zeros,
        "rare": rare_weights,
        "float32": weights_in_float32,
    },
    product,
    lambda known: scores_backward_ways(),
)
DELTA = Question(
    "delta",
    "the sum without P",
    {
        "batch": draw(outputs_and_upstream, (5, 6, 3), (4, 3, 7)),
        "square": draw(outputs_and_upstream, (4, 4, 4), (5, 5, 5)),
        "row": draw(outputs_and_upstream, (1, 4, 5)),
    },
    lambda known, truth, o, do: Weighed(o, do, truth),
    lambda known: delta_ways(),
)
ATTENTION_BACKWARD = {part: _backward(part) for part in BACKWARD_PARTS}


def no_parts(answer: Answer, names: Sequence[str]) -> str:
    """What keeps the answer from being a tuple of arrays with these names, in words; "" if it is one."""
    asked = f"{', '.join(names[:-1])} and {names[-1]} are expected, in this order"
    if isinstance(answer, (tuple, list)) and len(answer) == len(names):
        return ""
    return f"it returns {in_place_of_several(answer)}; {asked}"


@dataclass
class Explainer:
    """Explains answers of several parts; what was found for some is tried first on others.

    ``forward`` says that the student's forward pass is wrong, of which the gradients are those.
    """

    questions: Mapping[str, Question]
    forward: bool = False
    found: Variant | None = None

    def __call__(
        self,
        samples: Sequence[Sequence[Sample]],
        quickly: bool = False,
        beside: Sequence[Sequence[Sample]] = (),
    ) -> Finding:
        """What explains all parts of all answers at once; if nothing does, what explains the first wrong part.

        ``quickly``: only one step that is wrong is looked for. What explains those ``beside`` them as well goes first.
        """
        if not samples:
            return Finding()
        if not all(_is_an_array_like(sample.answer, sample.truth) for parts in samples for sample in parts):
            return self._form(samples)
        if exchanged(samples):
            return Finding(("exchanged",))
        with np.errstate(all="ignore"):
            if self.found and accounts_for(self.found, samples, least=1):
                return self.found.finding
        found = whole([*samples, *beside], 1, self.forward) if beside else None
        if found := found or whole(samples, 1 if quickly else 2, self.forward):
            self.found = self.found or found
            return found.finding
        for part, question in enumerate(self.questions.values()) if not quickly else ():
            of_part = [each[part] for each in samples]
            if any(not near(sample.answer, sample.truth) for sample in of_part):
                return find(of_part, question.variants(None))
        return Finding()

    def _form(self, samples: Sequence[Sequence[Sample]]) -> Finding:
        """What the answers show by being something else than arrays of numbers."""
        found = (find([parts[k] for parts in samples], ()) for k in range(len(self.questions)))
        return next((finding for finding in found if finding), Finding())

    def at_special(self, inputs: Sequence[Input], samples: Sequence[Sequence[Sample]]) -> Finding:
        """What explains answers to inputs with a name, where those to ordinary ones are right."""
        if broken := not_finite(inputs, samples):
            return broken
        found = at_special_inputs(samples)
        return found.finding if found else Finding()


def _is_an_array_like(answer: Answer, truth: np.ndarray) -> bool:
    """Whether it is an array of numbers with as many axes."""
    return isinstance(answer, np.ndarray) and answer.ndim == truth.ndim and answer.dtype.kind in "fiu"


def not_finite(inputs: Sequence[Input], samples: Sequence[Sequence[Sample]]) -> Finding:
    """The slip of who gets nan or inf at the first of these inputs where that is so; an empty finding if it is not."""
    for made, parts in zip(inputs, samples):
        for sample in parts:
            numbers = not not_real_numbers(sample.answer, np.shape(sample.truth))
            if made.not_finite and numbers and not np.isfinite(sample.answer).all():
                return Finding((made.not_finite,))
    return Finding()


def explained_weights(samples: Sequence[Sample], beside: Sequence[Sample], ways: Iterable[Variant]) -> Finding:
    """What explains these weights, and if possible those ``beside`` them, of rows without keys, as well."""
    both, ways = [*samples, *beside], ways if isinstance(ways, Family) else list(ways)
    found = find(both, ways) or find(samples, ways)
    if found or not isinstance(ways, Family) or not all(_is_an_array_like(s.answer, s.truth) for s in samples):
        return found
    if all(near(sample.answer, sample.truth, 1e-4) for sample in samples):
        return find(samples, nearly_right_ways(), 1e-11, 1e-10)
    pairs = list(two_steps_wrong())
    return find(both, pairs) or find(samples, pairs)


def exchanged(samples: Sequence[Sequence[Sample]]) -> bool:
    """Whether the right arrays stand in another order."""
    return len(samples) > 1 and all(
        not all(near(sample.answer, sample.truth) for sample in parts)
        and all(any(near(sample.answer, other.truth) for other in parts) for sample in parts)
        for parts in samples
    )


def near(answer: Answer, truth: np.ndarray, rtol: float = 1e-7) -> bool:
    return not_real_numbers(answer, truth.shape) is None and bool(
        (np.abs(answer - truth) <= rtol * np.abs(truth).max(axis=-1, keepdims=True)).all()
    )
