"""The formulas of the course, one test each: activations, the softmax Jacobian, and what is composed of them.

Derivatives are held against central differences of forwards written out here, so that no formula is held against
itself.
"""

from __future__ import annotations

import numpy as np

import reference
from missingsum.numeric import rowwise_jacobian

RNG = np.random.default_rng(11)
N, C = 4, 5
Z, G = RNG.normal(size=(N, C), scale=1.5), RNG.normal(size=(N, C))
ANY_Y = RNG.random((N, C)) + 0.1
Y = ANY_Y / ANY_Y.sum(axis=1, keepdims=True)
S = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
J = np.array([np.diag(s) - np.outer(s, s) for s in S])


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def gradient(f, x):
    """df/dx of a scalar function of a whole array, by central differences."""
    flat = rowwise_jacobian(lambda rows: np.array([[f(row.reshape(x.shape))] for row in rows]), x.reshape(1, -1))
    return flat.reshape(x.shape)


def second_derivative(f, z, h=0.02):
    """d²f/dz² entry by entry of an elementwise function, by central differences with Richardson's extrapolation."""
    coarse, fine = ((f(z + k) - 2 * f(z) + f(z - k)) / k**2 for k in (h, h / 2))
    return (4 * fine - coarse) / 3


def close(a, b, atol=1e-10):
    np.testing.assert_allclose(a, b, rtol=0, atol=atol)


# --- an elementwise activation has a diagonal Jacobian ----------------------------------------


def test_sigmoid_its_derivative_and_its_diagonal_jacobian():
    a = reference.sigmoid_forward(Z)
    close(a, 1 / (1 + np.exp(-Z)))
    numeric = rowwise_jacobian(lambda z: 1 / (1 + np.exp(-z)), Z)
    close(numeric, np.einsum("ni,ij->nij", a * (1 - a), np.eye(C)))
    close(reference.sigmoid_backward(a, G), np.einsum("ni,nij->nj", G, numeric))


def test_relu_and_its_derivative():
    z = np.array([[-1.0, 0.0, 2.0]])
    close(reference.relu_forward(z), [[0, 0, 2]])
    close(reference.relu_backward(z, np.array([[5.0, 6.0, 7.0]])), [[0, 0, 7]])


def test_mse_and_its_gradient():
    loss = lambda a: 0.5 * ((a - Y) ** 2).sum() / N  # noqa: E731
    close(reference.mse_forward(Z, Y), loss(Z))
    close(reference.mse_backward(Z, Y), gradient(loss, Z))


def test_mse_of_a_sigmoid_has_a_gradient_with_one_term():
    a = reference.sigmoid_forward(Z)
    numeric = gradient(lambda z: 0.5 * ((1 / (1 + np.exp(-z)) - Y) ** 2).sum(), Z)
    close(numeric, (a - Y) * a * (1 - a))


def test_mse_of_a_sigmoid_is_not_convex():
    z = np.linspace(-4, 4, 81)
    a = reference.sigmoid_forward(z)
    for y in (0.0, 1.0):
        formula = a * (1 - a) * (a * (1 - a) + (a - y) * (1 - 2 * a))
        close(formula, second_derivative(lambda v, y=y: 0.5 * (1 / (1 + np.exp(-v)) - y) ** 2, z), atol=1e-7)
        assert formula.min() < -0.01


def test_binary_cross_entropy_of_a_sigmoid():
    a = reference.sigmoid_forward(Z)
    loss = lambda z: -(Y * np.log(1 / (1 + np.exp(-z))) + (1 - Y) * np.log(1 / (1 + np.exp(z)))).sum() / N  # noqa: E731
    close(reference.bce_with_logits_forward(Z, Y), loss(Z))
    close(reference.bce_with_logits_forward(Z, Y), (np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))).sum() / N)
    close(reference.bce_with_logits_backward(Z, Y), gradient(loss, Z))
    close(reference.bce_with_logits_backward(Z, Y), (a - Y) / N)
    close(a * (1 - a), second_derivative(lambda v: np.log1p(np.exp(v)) - Y * v, Z), atol=1e-7)
    close(reference.bce_with_logits_forward(Z[:, 0], Y[:, 0]), reference.bce_with_logits_forward(Z[:, :1], Y[:, :1]))


def test_binary_cross_entropy_keeps_the_digits_of_a_confident_gradient():
    z = np.array([40.0, -40.0])
    np.testing.assert_allclose(
        2 * reference.bce_with_logits_backward(z, np.array([1.0, 0.0])), [-np.exp(-40), np.exp(-40)], rtol=1e-14
    )


# --- the softmax Jacobian ----------------------------------------


def test_the_softmax_jacobian_entry_by_entry():
    numeric = rowwise_jacobian(softmax, Z)
    close(reference.softmax_forward(Z), S)
    close(reference.softmax_jacobian(S), numeric)
    for i in range(C):
        for j in range(C):
            close(numeric[:, i, j], S[:, i] * ((i == j) - S[:, j]))


def test_the_products_from_both_sides_are_one():
    product = S * (G - (S * G).sum(axis=1, keepdims=True))
    close(reference.softmax_backward(S, G), product)
    close(np.einsum("ni,nij->nj", G, J), product)
    close(np.einsum("nij,nj->ni", J, G), product)


def test_the_jacobian_is_symmetric_semidefinite_and_kills_ones():
    close(J, J.transpose(0, 2, 1))
    close(J.sum(axis=2), 0)
    assert np.linalg.eigvalsh(J).min() > -1e-15


def test_rank_trace_determinant_and_pseudo_inverse():
    for s, matrix in zip(S, J):
        eigenvalues = np.linalg.eigvalsh(matrix)
        assert np.linalg.matrix_rank(matrix, tol=1e-12) == C - 1
        close(np.trace(matrix), 1 - (s**2).sum())
        close(eigenvalues[1:].prod(), C * s.prod())
        P = np.eye(C) - 1 / C
        close(np.linalg.pinv(matrix, rcond=1e-12), P @ np.diag(1 / s) @ P, atol=1e-9)
    s = np.array([0.5, 0.3, 0.2, 0, 0])
    assert np.linalg.matrix_rank(reference.softmax_jacobian(s[None])[0], tol=1e-12) == 2


def test_the_eigenvalues_interlace_and_are_bounded():
    for s, matrix in zip(S, J):
        eigenvalues, ordered = np.linalg.eigvalsh(matrix), np.sort(s)
        assert (eigenvalues[1:] >= ordered[:-1] - 1e-15).all()
        assert (eigenvalues <= ordered + 1e-15).all()
        assert eigenvalues[-1] <= 2 * (s * (1 - s)).max() + 1e-15
    extreme = np.linalg.eigvalsh(reference.softmax_jacobian(np.array([[0.5, 0.5, 0.0]]))[0])
    close(extreme[-1], 0.5)


def test_the_quadratic_form_is_a_variance():
    mean = (S * G).sum(axis=1)
    close(np.einsum("ni,nij,nj->n", G, J, G), (S * (G - mean[:, None]) ** 2).sum(axis=1))


def test_two_classes_are_the_sigmoid_of_the_difference():
    close(reference.softmax_forward(Z[:, :2])[:, 0], reference.sigmoid_forward(Z[:, 0] - Z[:, 1]))


def test_log_softmax_its_jacobian_and_its_product():
    close(reference.log_softmax_forward(Z), np.log(S))
    numeric = rowwise_jacobian(lambda z: np.log(softmax(z)), Z)
    close(numeric, np.eye(C) - S[:, None, :])
    assert np.abs(numeric - numeric.transpose(0, 2, 1)).max() > 0.1
    close(reference.log_softmax_backward(Z, G), np.einsum("ni,nij->nj", G, numeric))
    close(reference.log_softmax_backward(Z, G), G - S * G.sum(axis=1, keepdims=True))


def test_cross_entropy_with_respect_to_the_probabilities_and_to_the_targets():
    p = 0.5 + S  # far enough from 0 for central differences
    close(reference.cross_entropy_forward(S, ANY_Y), -(ANY_Y * np.log(S)).sum() / N)
    close(reference.cross_entropy_backward(p, ANY_Y), gradient(lambda p: -(ANY_Y * np.log(p)).sum() / N, p))
    close(gradient(lambda y: -(y * np.log(S)).sum(), ANY_Y), -np.log(S))
