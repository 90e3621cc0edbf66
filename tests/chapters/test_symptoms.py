"""The page of symptoms: each mistake that it names is made here, and gives what the page says one sees."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

import numpy as np
import pytest

from missingsum.gallery import Example, Gallery
from missingsum.numeric import gradient

from .built_book import ROOT

PAGE = (ROOT / "chapters" / "symptoms.md").read_text("utf-8")
ROWS = [tuple(row) for row in re.findall(r"^\| (?!you see|message|-)(.+?) \| (.+?) \| [\[{]", PAGE, re.MULTILINE)]

RNG = np.random.default_rng(0)
N, C = 4, 3
Z = RNG.normal(size=(N, C))
LABELS = np.array([0, 2, 1, 1])
Y = np.eye(C)[LABELS]


def softmax(z: np.ndarray) -> np.ndarray:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def plain_softmax(z: np.ndarray) -> np.ndarray:
    powers = np.exp(z)
    return powers / powers.sum(axis=1, keepdims=True)


def jacobians(s: np.ndarray) -> np.ndarray:
    return s[:, :, None] * (np.eye(s.shape[1]) - s[:, None, :])


def cross_entropy(z: np.ndarray, y: np.ndarray = Y) -> float:
    shifted = z - z.max(axis=1, keepdims=True)
    return float((y.sum(axis=1) * np.log(np.exp(shifted).sum(axis=1)) - (y * shifted).sum(axis=1)).mean())


S = softmax(Z)
J = jacobians(S)
RIGHT = (S - Y) / N
STRAIGHT = -Y * (1 - S) / N


def row_sums(wrong: np.ndarray) -> bool:
    return np.abs(wrong.sum(axis=1)).max() > 0.01


def stays_at(loss: Callable[[np.ndarray], float], start: np.ndarray, value: float) -> bool:
    """The loss has this value, and hardly a slope."""
    return bool(np.isclose(loss(start), value) and np.abs(gradient(loss, start)).max() < 1e-8)


def never_below(loss: Callable[[np.ndarray], float], floor: float) -> bool:
    """The loss comes near the floor, and not below it, for many logits."""
    values = [loss(scale * np.where(Y == 1, 1.0, -1.0) + RNG.normal(size=Z.shape)) for scale in (0.0, 1, 5, 50, 500)]
    return min(values) >= floor - 1e-12 and min(values) < floor + 0.01


def constant_ratio(wrong: np.ndarray, truth: np.ndarray, ratio: float) -> bool:
    return bool(np.allclose(wrong, ratio * truth) and np.abs(truth).max() > 0.01)


def right_for_one_row_only(backward: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> bool:
    """``backward(s, y)`` is the gradient of the mean loss for one row, and is not for four."""
    truths = [(S[:n] - Y[:n]) / n for n in (1, N)]
    return [bool(np.allclose(backward(S[: len(t)], Y[: len(t)]), t)) for t in truths] == [True, False]


def says(message: str, work: Callable[[], object]) -> bool:
    """The work ends in an error, or gives a warning, with this message."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            work()
        except Exception as error:
            return str(error).strip().startswith(message)
    return message in {f"{warning.category.__name__}: {str(warning.message).rstrip('.')}" for warning in given}


def quietly(work: Callable[[], object]) -> object:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return work()


def loop(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    for row in range(len(s)):
        result = np.zeros_like(s)
        result[row] = (s[row] - y[row]) / len(s)
    return result


def mixed_mean(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    g = -y / s / len(s)
    return s * (g - (s * g).sum())


def lost_axis(s: np.ndarray, g: np.ndarray) -> np.ndarray:
    return s * (g - (s * g).sum(axis=1))


def wrong_without_error_if_square() -> bool:
    s, g = softmax(RNG.normal(size=(C, C))), RNG.normal(size=(C, C))
    return says("operands could not be broadcast together", lambda: lost_axis(S, S)) and not np.allclose(
        lost_axis(s, g), np.einsum("ni,nij->nj", g, jacobians(s))
    )


def two_layers(first: np.ndarray) -> Callable[[np.ndarray], float]:
    return lambda second: cross_entropy(np.tanh(Z @ first) @ second)


def zero_weights() -> bool:
    zeros = np.zeros((C, C))
    return stays_at(two_layers(zeros), zeros, np.log(C)) and stays_at(
        lambda first: cross_entropy(np.tanh(Z @ first) @ zeros), zeros, np.log(C)
    )


def updated_too_early() -> bool:
    W1, W2 = RNG.normal(size=(2, C, C))
    a = np.tanh(Z @ W1)
    G = (softmax(a @ W2) - Y) / N
    truth = gradient(lambda W: cross_entropy(np.tanh(Z @ W) @ W2), W1)

    def through(W: np.ndarray) -> np.ndarray:
        return Z.T @ ((G @ W.T) * (1 - a**2))

    return bool(np.allclose(through(W2), truth, atol=1e-8) and not np.allclose(through(W2 - a.T @ G), truth, atol=1e-3))


def squared(z: np.ndarray) -> float:
    return float(((softmax(z) - Y) ** 2).sum() / 2 / N)


def sure_and_wrong(loss: Callable[[np.ndarray], float]) -> bool:
    """The loss does not move where every prediction is wrong, and cross-entropy pulls there with all its strength."""
    z = 40.0 * np.eye(C)[(LABELS + 1) % C]
    return bool(np.abs(gradient(loss, z)).max() < 1e-6 and np.abs(softmax(z) - Y).max() > 0.99)


def changed_by(function: Callable[[np.ndarray], object]) -> bool:
    given = Z.copy()
    function(given)
    return not np.array_equal(given, Z)


def shift(z: np.ndarray) -> None:
    z -= z.max(axis=1, keepdims=True)


def into_integers() -> np.ndarray:
    result = np.zeros_like(np.array([[3, 1, 0]]))
    result[:] = softmax(np.array([[3.0, 1.0, 0.0]]))
    return result


def halved() -> None:
    whole = np.array([1, 2])
    whole /= 2


FAR = np.array([[800.0, 0.0, 1.0]])
LOST = np.array([[1.0, 0.0, 0.0]])
"""Probabilities of which two were rounded to 0."""
HEAVY = np.full((N, C), 0.5) + Y
TEMPERATURE = 3.0
FLOOR = np.log(1 + (C - 1) / np.e)
SIGMOID = 1 / (1 + np.exp(-Z))
FIRST, SECOND = np.eye(C)[[0]], np.eye(C)[[1]]

HIDDEN = np.array([[False, False, True]] * N)
QUERIES, KEYS, VALUES = RNG.normal(size=(N, C)), RNG.normal(size=(C, C)), RNG.normal(size=(C, 2))
OUTPUT_GRADIENT = RNG.normal(size=(N, 2))


def attention(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    return softmax(q @ k.T / np.sqrt(C)) @ v


def attention_gradients(row_sum: float = 1.0, scale: float = 1 / np.sqrt(C)) -> tuple[np.ndarray, ...]:
    P = softmax(QUERIES @ KEYS.T / np.sqrt(C))
    D = (OUTPUT_GRADIENT * (P @ VALUES)).sum(axis=1, keepdims=True)
    dS = P * (OUTPUT_GRADIENT @ VALUES.T - row_sum * D) * scale
    return dS @ KEYS, dS.T @ QUERIES, P.T @ OUTPUT_GRADIENT


def measured_attention() -> tuple[np.ndarray, ...]:
    given = QUERIES, KEYS, VALUES
    return tuple(
        gradient(
            lambda x, at=at: float(
                (OUTPUT_GRADIENT * attention(*[x if k == at else a for k, a in enumerate(given)])).sum()
            ),
            given[at],
        )
        for at in range(3)
    )


def agreeing(ours: tuple[np.ndarray, ...]) -> list[bool]:
    return [bool(np.allclose(a, b, atol=1e-8)) for a, b in zip(ours, measured_attention())]


def nan_in_one_row() -> bool:
    P = quietly(lambda: softmax(np.where(np.arange(N)[:, None] == 1, -np.inf, Z)))
    return bool(np.isnan(P[1]).all() and np.isfinite(P[0]).all() and np.isnan(P.T @ np.eye(N)[:, [0]]).all())


def two_blocks(scores: np.ndarray) -> bool:
    """Without the rescaling, a row is right if its maximum is in the first block, which is all but the last key."""
    old, new = scores[:-1].max(), scores.max()
    first, last = np.exp(scores[:-1] - old), np.exp(scores[-1] - new)
    output = (first @ VALUES[:-1] + last * VALUES[-1]) / (np.exp(old - new) * first.sum() + last)
    return bool(np.allclose(output, softmax(scores) @ VALUES))


PROVOKED: dict[tuple[str, str], Callable[[], object]] = {
    ("`nan`, after a few steps", "exponentials of logits"): lambda: (
        np.isnan(quietly(lambda: -np.log(plain_softmax(FAR)).sum()))
        and np.isnan(quietly(lambda: plain_softmax(np.float32([[89, 0]])))[0, 0])
        and np.isfinite(plain_softmax(np.float32([[88, 0]]))).all()
        and np.isfinite(plain_softmax(np.array([[709.0, 0]]))).all()
    ),
    ("`nan`", "a probability was rounded to 0"): lambda: np.isnan(quietly(lambda: (FIRST * np.log(LOST)).sum())),
    ("`nan`", "no row is left"): lambda: np.isnan(quietly(lambda: np.ones(N)[LABELS == -100].mean())),
    ("`nan`", "logits where probabilities"): lambda: np.isnan(quietly(lambda: -np.log(np.array([1.0, -0.5]))).sum()),
    ("`inf`", "the true class's probability"): lambda: np.isposinf(quietly(lambda: -np.log(LOST[0, 1]))),
    ("stuck at ln c", "a ReLU on the last layer"): lambda: stays_at(
        lambda p: cross_entropy(np.maximum(p, 0)), -1 - np.abs(Z), np.log(C)
    ),
    ("stuck at ln c", "all weights of both layers"): zero_weights,
    ("stuck at ln c", "the upstream gradient is left out"): lambda: (
        np.isclose(cross_entropy(np.zeros((N, C))), np.log(C))
        and np.abs(jacobians(np.full((N, C), 1 / C)).sum(axis=1)).max() < 1e-15
    ),
    ("stuck above ln(1 + (c−1)/e)", "softmax twice"): lambda: never_below(
        lambda z: cross_entropy(softmax(z)), float(FLOOR)
    ),
    ("stuck above ln(1 + (c−1)/e)", "a sigmoid on the last layer"): lambda: never_below(
        lambda z: cross_entropy(1 / (1 + np.exp(-z))), float(FLOOR)
    ),
    ("stuck above 0, gradient near 0", "nothing wrong: soft targets"): lambda: stays_at(
        lambda z: cross_entropy(z, S), Z, float(-(S * np.log(S)).sum() / N)
    ),
    ("stuck, although predictions are wrong", "the squared error"): lambda: sure_and_wrong(squared),
    ("stuck, although predictions are wrong", "an ε inside"): lambda: (
        sure_and_wrong(lambda z: float(-(Y * np.log(softmax(z) + 1e-7)).sum() / N))
        and sure_and_wrong(lambda z: float(-(Y * np.log(np.clip(softmax(z), 1e-7, 1))).sum() / N))
    ),
    ("negative", "probabilities where log-probabilities"): lambda: -S[np.arange(N), LABELS].mean() < 0,
    ("negative", "the minus sign"): lambda: (Y * np.log(S)).sum() < 0,
    ("negative", "class numbers 0, 1, 2"): lambda: (-2.0 * np.log(SIGMOID) - (1 - 2.0) * np.log(1 - SIGMOID)).min() < 0,
    ("0 from the start", "softmax over one output unit"): lambda: (
        (np.log(softmax(Z[:, :1])) == 0).all() and (softmax(Z[:, :1]) == 1).all()
    ),
    ("climbs from the first step", "target minus output"): lambda: (
        cross_entropy(Z - 0.1 * -RIGHT) > cross_entropy(Z) and cross_entropy(Z + 0.1 * RIGHT) > cross_entropy(Z)
    ),
    ("right in the true class, 0 in the others", "only the i = j term"): lambda: (
        np.allclose(STRAIGHT[Y == 1], RIGHT[Y == 1]) and (STRAIGHT[Y == 0] == 0).all()
    ),
    ("rows do not add up to 0", "only the i = j term"): lambda: (
        row_sums(STRAIGHT) and row_sums(-HEAVY / S * np.einsum("nii->ni", J))
    ),
    ("rows do not add up to 0", "s times g"): lambda: row_sums(S * RNG.normal(size=S.shape)),
    ("rows do not add up to 0", "s − y, with targets"): lambda: row_sums(S - HEAVY),
    ("rows do not add up to 0", "nothing wrong: a softcap"): lambda: (
        row_sums(gradient(lambda z: cross_entropy(np.tanh(z)), Z))
        and row_sums(gradient(lambda z: cross_entropy(z) + (np.log(np.exp(z).sum(axis=1)) ** 2).mean(), Z))
    ),
    ("about 1e-17 everywhere", "J added up"): lambda: np.abs(J.sum(axis=1)).max() < 1e-15,
    ("huge in the true class, 0 in the others", "−y/s handed on"): lambda: (
        (-Y / S)[Y == 0].max() == 0 and np.abs(-SECOND / np.array([[1 - 1e-9, 1e-9, 0.1]])).max() > 1e8
    ),
    ("ratio to the measured one is −1", "target minus output"): lambda: constant_ratio((Y - S) / N, RIGHT, -1),
    ("ratio is n, the number of rows", "the loss is a mean"): lambda: constant_ratio(S - Y, RIGHT, N),
    ("ratio is 1/n", "1/n twice"): lambda: constant_ratio(np.einsum("ni,nij->nj", -Y / S / N, J) / N, RIGHT, 1 / N),
    ("ratio is 1/c, one over the number of classes", "the mean was taken"): lambda: constant_ratio(
        (S - Y) / (N * C), RIGHT, 1 / C
    ),
    ("ratio is 2 or ½", "the square's 2"): lambda: (
        constant_ratio(2 * (S - Y), gradient(lambda a: ((a - Y) ** 2).sum() / 2, S), 2)
        and constant_ratio(S - Y, gradient(lambda a: ((a - Y) ** 2).sum(), S), 0.5)
    ),
    ("ratio is T, the temperature", "the chain rule's 1/T"): lambda: constant_ratio(
        (softmax(Z / TEMPERATURE) - Y) / N, gradient(lambda z: cross_entropy(z / TEMPERATURE), Z), TEMPERATURE
    ),
    ("right for n = 1 only", "a loop over the batch"): lambda: right_for_one_row_only(loop),
    ("right for n = 1 only", "one mean of s times g"): lambda: right_for_one_row_only(mixed_mean),
    ("right for n = 1 only", "1/n is missing"): lambda: right_for_one_row_only(lambda s, y: s - y),
    ("an error of shapes, and wrong without one if n = c", "a sum over the classes"): wrong_without_error_if_square,
    ("each piece wrong, both together right", "the quotient"): lambda: (
        np.allclose((S - Y) / (S * (1 - S)) * np.einsum("nii->ni", J), S - Y)
        and not np.allclose((S - Y) / (S * (1 - S)), -Y / S, atol=0.1)
    ),
    ("`nan` in a whole row, where the loss is fine", "−y/s at a probability"): lambda: (
        np.isnan(quietly(lambda: LOST * (-FIRST / LOST - (LOST * (-FIRST / LOST)).sum()))).all()
        and -np.log(LOST[0, 0]) == 0
    ),
    ("0 for a sure and right prediction", "s − 1, rounded"): lambda: (
        softmax(np.array([40.0, 0, 0]))[0] - 1 == 0 < softmax(np.array([40.0, 0, 0]))[1:].sum()
    ),
    ("right in the last layer, wrong in those before", "a weight was changed"): updated_too_early,
    ("the columns of s add up to 1, the rows do not", "softmax over `axis=0`"): lambda: (
        np.allclose(softmax(Z.T).T.sum(axis=0), 1) and not np.allclose(softmax(Z.T).T.sum(axis=1), 1)
    ),
    ("all entries of s together add up to 1", "softmax over the whole array"): lambda: np.isclose(
        (np.exp(Z) / np.exp(Z).sum()).sum(), 1
    ),
    ("s is all 0", "the result went into an integer array"): lambda: (into_integers() == 0).all(),
    ("z has changed after the call", "`z -= …`"): lambda: changed_by(shift) and not changed_by(softmax),
    ("a hidden key has weight", "its score was made 0"): lambda: (
        min(softmax(Z * ~HIDDEN)[:, 2].min(), softmax(Z - 10.0 * HIDDEN)[:, 2].min()) > 1e-7
    ),
    ("the attention mask has no effect", "the boolean mask was added"): lambda: (softmax(Z + ~HIDDEN) > 0.01).all(),
    ("the weights of a row do not add up to 1", "the mask comes after"): lambda: row_sums(softmax(Z) * ~HIDDEN - S),
    ("one row of the weights is `nan`, and so is all of dk and dv", "a row whose keys"): nan_in_one_row,
    ("a row whose keys are all hidden looks everywhere alike", "a large negative number"): lambda: np.allclose(
        softmax(np.full(C, -1e9)), 1 / C
    ),
    ("just the keys that should be hidden are seen", "True means hidden"): lambda: (
        softmax(np.where(HIDDEN, Z, -np.inf))[:, 2] == 1
    ).all(),
    ("right for small scores, wrong in a later block", "what was summed before"): lambda: (
        two_blocks(np.array([3.0, 1.0, 2.0])) and not two_blocks(np.array([1.0, 2.0, 3.0]))
    ),
    ("dq and dk wrong, dv right", "the row sum"): lambda: (
        agreeing(attention_gradients(row_sum=0)) == [False, False, True]
    ),
    ("dq or dk is the root of d times too large", "1/√d is missing"): lambda: all(
        np.allclose(a, np.sqrt(C) * b) for a, b in zip(attention_gradients(scale=1)[:2], measured_attention())
    ),
}
"""What one sees and what it may be, up to where the page goes into details, and the mistake made."""

MESSAGES: list[tuple[str, str, Callable[[], object]]] = [
    ("`RuntimeWarning: overflow encountered in exp`", "the exponential of", lambda: np.exp(FAR)),
    ("`RuntimeWarning: invalid value encountered in divide`", "infinity by infinity", lambda: plain_softmax(FAR)),
    ("`RuntimeWarning: invalid value encountered in divide`", "0 by 0", lambda: -FIRST / LOST),
    (
        "`RuntimeWarning: divide by zero encountered in log`",
        "the logarithm of a probability",
        lambda: np.log(softmax(FAR)),
    ),
    ("`RuntimeWarning: invalid value encountered in log`", "logits where", lambda: np.log(Z)),
    ("`RuntimeWarning: divide by zero encountered in divide`", "−y/s, where", lambda: -SECOND / LOST),
    ("`RuntimeWarning: invalid value encountered in multiply`", "0 times minus", lambda: FIRST * np.log(LOST)),
    (
        "`RuntimeWarning: invalid value encountered in subtract`",
        "a row whose logits are all minus infinity",
        lambda: softmax(np.full((1, C), -np.inf)),
    ),
    ("`RuntimeWarning: Mean of empty slice`", "the mean over no rows", lambda: np.ones(N)[LABELS == -100].mean()),
    (
        "`operands could not be broadcast together with shapes (4,3) (4,)`",
        "a sum over the classes",
        lambda: S / S.sum(axis=1),
    ),
    (
        "`Cannot cast ufunc 'divide' output from dtype('float64') to dtype('int64') with casting rule 'same_kind'`",
        "`/=` on an array",
        halved,
    ),
    ("`index -100 is out of bounds for axis 1 with size 3`", "the label of a row", lambda: Z[0:1, -100]),
    (
        "`arrays used as indices must be of integer (or boolean) type`",
        "labels that are floating-point",
        lambda: Z[np.arange(N), LABELS.astype(float)],
    ),
]
for text, cause, mistake in MESSAGES:
    PROVOKED[text, cause] = lambda text=text, mistake=mistake: says(text.strip("`"), mistake)


def test_every_line_of_the_page_is_provoked_and_every_mistake_is_on_the_page():
    assert len(ROWS) == len(PROVOKED) > 50
    for (seen, cause), (expected, beginning) in zip(ROWS, PROVOKED):
        assert seen == expected and cause.startswith(beginning)


@pytest.mark.parametrize("row", PROVOKED, ids=" · ".join)
def test_the_mistake_gives_the_symptom(row):
    assert PROVOKED[row]()


def test_right_code_gives_none_of_the_symptoms():
    assert not row_sums(RIGHT) and np.allclose(RIGHT, gradient(cross_entropy, Z), atol=1e-9)
    assert not stays_at(cross_entropy, Z, cross_entropy(Z))
    assert not never_below(cross_entropy, float(FLOOR))
    assert not right_for_one_row_only(lambda s, y: (s - y) / len(s))
    assert not sure_and_wrong(cross_entropy)
    assert not says("RuntimeWarning: overflow encountered in exp", lambda: softmax(FAR))


def is_multiple(example: Example, *factors: float) -> bool:
    return any(np.allclose(example.wrong, factor * example.right, atol=1e-8) for factor in factors)


def rows_right(example: Example) -> int:
    same = np.isclose(example.wrong, example.right, atol=1e-8)
    return int(same.all(axis=1).sum()) if same.ndim == 2 else 0


def loses_row_sums(example: Example) -> bool:
    return example.wrong.ndim == 2 and row_sums(example.wrong) and not row_sums(example.right)


ABOVE_THE_GALLERY = {
    "`nan`": lambda example: np.isnan(example.wrong).any() and np.isfinite(example.right).all(),
    "0 in every entry": lambda example: np.abs(example.wrong).max() < 1e-9,
    "rows of a gradient that do not add up to 0": loses_row_sums,
    "the right numbers times −1": lambda example: is_multiple(example, -1),
    "the right numbers times 2 or ½": lambda example: is_multiple(example, 2, 1 / 2),
    "the right numbers times n or 1/n": lambda example: is_multiple(example, 3, 1 / 3),
    "the right numbers times c or 1/c": lambda example: is_multiple(example, 4, 1 / 4),
    "one row right, the others not": lambda example: rows_right(example) == 1,
}
"""What the table above the gallery says that one sees, as numbers of an example of three rows and four classes."""


def test_each_mistake_above_the_gallery_shows_what_the_table_says_and_no_other_line():
    page = (ROOT / "chapters" / "gallery.md").read_text("utf-8")
    lines = dict(re.findall(r"^\| (?!you see|-)(.+?) \| (.+?) \|$", page, re.MULTILINE))
    assert lines.keys() == ABOVE_THE_GALLERY.keys()
    with np.errstate(all="ignore"):
        examples = Gallery(plain_softmax).examples
    for seen, mistakes in lines.items():
        named = re.findall(r"\[([\w-]+)\]\(#slip-\1\)", mistakes)
        assert len(named) == mistakes.count("](")
        for slip in named:
            assert [line for line, shows in ABOVE_THE_GALLERY.items() if shows(examples[slip])] == [seen], slip
