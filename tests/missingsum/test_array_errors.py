"""What NumPy really says of arrays that do not fit is said again in words, which hold, with both shapes."""

import numpy as np
import pytest

from missingsum.array_errors import in_words

A, B, K, J = np.ones((4, 7)), np.ones(4), np.ones((3, 7)), np.ones((4, 7, 7))
P = {"W": np.ones((5, 7))}
NAMES = {"np": np, "A": A, "B": B, "K": K, "J": J, "P": P}
SHAPES = {**{name: each.shape for name, each in NAMES.items() if isinstance(each, np.ndarray)}, "P['W']": (5, 7)}


def said(line):
    with pytest.raises(Exception) as raised:
        exec(line, dict(NAMES))
    error = raised.value
    return in_words(type(error).__name__, str(error), line, SHAPES)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("A - B", "shapes (4, 7) and (4,) do not line up: they are compared from the last axis on. One number a row"),
        ("A - K", "shapes (4, 7) and (3, 7) do not line up: they are compared from the last axis on"),
        ("np.where(A > 0, 1, B)", "shapes (4, 7) and (4,) do not line up"),
        ("J @ A", "J has shape (4, 7, 7) and A (4, 7): here each row has a matrix of its own"),
        ("A @ P['W']", "A has shape (4, 7) and P['W'] (5, 7): the last axis of the first must be as long"),
        ("A @ K.T @ A", "A @ K.T has shape (4, 3) and A (4, 7): the last axis"),
        ("A.T @ A @ (K - 1)", "A.T @ A has shape (7, 7) and K - 1 (3, 7): the last axis"),
        ("np.dot(A, K)", "A has shape (4, 7) and K (3, 7): the last axis"),
        ("A.dot(K)", "A has shape (4, 7) and K (3, 7): the last axis"),
        ("np.dot(np.exp(A), K)", "np.exp(A) has shape (4, 7) and K (3, 7): the last axis"),
        ("np.dot(np.sort(A), K)", "the first array has shape (4, 7) and the second (3, 7): the last axis"),
        ("np.exp(A) @ K", "np.exp(A) has shape (4, 7) and K (3, 7): the last axis"),
        ("np.sort(A) @ K", "the last axis of the first array has length 7, and the axis of the second that it meets 3"),
        ("np.outer(A, A) @ A", "np.outer(A, A) has shape (28, 28) and A (4, 7)"),
        ("(np.diag(A.ravel()) - np.outer(A, A)) @ A", "has shape (28, 28) and A (4, 7)"),
        ("np.diag(B) @ K", "np.diag(B) has shape (4, 4) and K (3, 7)"),
        ("A * A.T", "a product of two matrices is written with @"),
        ("max(A)", "of each row np.max(…, axis=1, keepdims=True)"),
        ("min(0, A)", "entry by entry it is np.minimum"),
        ("A @ 3", "one side of this product of matrices is a single number"),
        ("np.einsum('ni,nj->nij', A, K)", "shapes (4, 7) and (3, 7) do not"),
        ("np.einsum('nij,jn->ni', J, A)", "shapes (4, 7, 7) and (4, 7) do not fit: axes with the same letter"),
        ("A[0] = B", "an array of shape (4,) is put into a place of shape (7,)"),
        ("B += A.T @ A[:, :1] + B", "the result has shape (7, 4) and does not fit into the array of shape (4,)"),
        ("B[0] = A[0]", "a whole array is put into a single entry"),
        ("A.reshape(4, 8)", "an array of 28 numbers cannot have the shape (4, 8)"),
        ("B.sum(axis=1)", "there is no axis 1: the array has axis 0 alone"),
        ("A.sum(axis=2)", "there is no axis 2: the array has axes 0 to 1"),
        ("max(0, A)", "entry by entry it is np.maximum"),
        ("float(A)", "a function of one number was given an array"),
    ],
)
def test_numpys_words_become_plain_ones(line, words):
    assert words in said(line)


@pytest.mark.parametrize("line", ["np.linalg.inv(A)", "int('x')", "A[9]", "np.stack([A, K])"])
def test_what_speaks_plainly_already_stays_as_it_is(line):
    with pytest.raises(Exception) as raised:
        exec(line, dict(NAMES))
    assert said(line) == str(raised.value)


def test_a_product_that_fits_is_never_blamed():
    """Where the one that does not fit cannot be named, lengths are said."""
    assert "K" not in said("A @ K.T; np.sort(A) @ A") and "length 7" in said("A @ K.T; np.sort(A) @ A")


@pytest.mark.parametrize("line", ["-" * 400 + "A @ K", "(" * 250 + "A @ K" + ")" * 240, "A @", "\0 @ A", "1" * 499])
def test_a_line_that_cannot_be_read_costs_the_names_alone(line):
    message = "matmul: Input operand 1 has a mismatch (size 3 is different from 7)"
    assert "has length 7" in in_words("ValueError", message, line, SHAPES)
