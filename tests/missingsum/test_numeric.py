"""The numeric Jacobian is exact enough to judge by."""

from __future__ import annotations

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian

from missingsum.numeric import gradient, rowwise_jacobian


def softmax(z, xp=np):
    e = xp.exp(z - xp.max(z, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


@pytest.mark.parametrize("shape", [(1, 2), (4, 6), (7, 3)], ids=str)
def test_the_jacobian_of_softmax_agrees_with_automatic_differentiation(shape):
    z = np.random.default_rng(0).normal(size=shape, scale=2)
    exact = [jacobian(lambda row: softmax(row[None], anp)[0])(row) for row in z]
    np.testing.assert_allclose(rowwise_jacobian(softmax, z), exact, rtol=0, atol=1e-10)


def test_outputs_are_rows_of_the_jacobian_and_inputs_its_columns():
    def f(x):  # from 2 to 3 numbers, so that a transposed Jacobian has another shape
        a, b = x[:, 0], x[:, 1]
        return np.stack([np.sin(a) * b, np.exp(a), a * b**2], axis=1)

    x = np.random.default_rng(1).normal(size=(5, 2))
    a, b = x[:, 0], x[:, 1]
    exact = np.moveaxis(np.array([[np.cos(a) * b, np.sin(a)], [np.exp(a), 0 * a], [b**2, 2 * a * b]]), -1, 0)
    np.testing.assert_allclose(rowwise_jacobian(f, x), exact, rtol=0, atol=1e-10)


def test_a_linear_function_gives_its_matrix_for_integer_inputs():
    matrix = np.array([[1.0, -2.0], [0.5, 3.0], [4.0, 0.0]])
    J = rowwise_jacobian(lambda x: x @ matrix.T, np.array([[1, 2], [3, 4]]))
    np.testing.assert_allclose(J, [matrix, matrix], rtol=0, atol=1e-12)


def test_the_inputs_stay_as_they_are_even_if_the_function_changes_its_own():
    def greedy(x):
        x *= 2
        return x

    x = np.ones((2, 3))
    np.testing.assert_allclose(rowwise_jacobian(greedy, x), 2 * np.array([np.eye(3)] * 2), atol=1e-12)
    assert (x == 1).all()


def test_the_gradient_of_a_number_is_good_to_eleven_digits_in_any_shape():
    for shape in ((), (4,), (2, 3), (2, 2, 2)):
        x = np.random.default_rng(7).uniform(0.2, 2, size=shape)
        np.testing.assert_allclose(
            gradient(lambda x: np.sum(np.exp(x) * np.sin(x)), x),
            np.exp(x) * (np.sin(x) + np.cos(x)),
            rtol=0,
            atol=3e-11,
        )
        np.testing.assert_allclose(gradient(lambda x: np.sum(np.log(x)), x), 1 / x, rtol=1e-9)
