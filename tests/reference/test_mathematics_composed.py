"""The formulas of the course, one test each: losses of a softmax, layers, second order, geometry and variants."""

from __future__ import annotations

import numpy as np

import reference
from missingsum.numeric import rowwise_jacobian

RNG = np.random.default_rng(12)
N, C, D, H = 4, 5, 3, 6
Z, G = RNG.normal(size=(N, C), scale=1.5), RNG.normal(size=(N, C))
ANY_Y = RNG.random((N, C)) + 0.1
Y = ANY_Y / ANY_Y.sum(axis=1, keepdims=True)
LABELS = np.array([0, 3, 3, 1])
ONE_HOT = np.eye(C)[LABELS]
X, W, B = RNG.normal(size=(N, D)), RNG.normal(size=(D, C)), RNG.normal(size=C)


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def cross_entropy(z, y):
    return -(y * np.log(softmax(z))).sum() / len(z)


def gradient(f, x):
    """df/dx of a scalar function of a whole array, by central differences."""
    flat = rowwise_jacobian(lambda rows: np.array([[f(row.reshape(x.shape))] for row in rows]), x.reshape(1, -1))
    return flat.reshape(x.shape)


def hessian(grad, x):
    """The derivative of a gradient function, as a square matrix over the entries of x, by central differences."""
    return rowwise_jacobian(
        lambda rows: np.array([grad(row.reshape(x.shape)).ravel() for row in rows]), x.reshape(1, -1)
    )[0]


def close(a, b, atol=1e-10):
    np.testing.assert_allclose(a, b, rtol=0, atol=atol)


S = softmax(Z)
J = reference.softmax_jacobian(S)


# --- composed ----------------------------------------


def test_mse_of_a_softmax_has_the_sum_too():
    r = S - Y
    numeric = gradient(lambda z: 0.5 * ((softmax(z) - Y) ** 2).sum() / N, Z)
    close(reference.mse_softmax_backward(Z, Y), numeric)
    close(S * (r - (S * r).sum(axis=1, keepdims=True)) / N, numeric)


def test_cross_entropy_of_a_softmax_for_targets_that_sum_to_one_and_for_any():
    close(reference.softmax_cross_entropy_backward(Z, Y), (S - Y) / N)
    for y in (Y, ANY_Y, ONE_HOT):
        close(reference.softmax_cross_entropy_forward(Z, y), cross_entropy(Z, y))
        numeric = gradient(lambda z, y=y: cross_entropy(z, y), Z)
        close(reference.softmax_cross_entropy_backward(Z, y), numeric)
        close((S * y.sum(axis=1, keepdims=True) - y) / N, numeric)
        close(reference.cross_entropy_gradient(S, y) / N, numeric)


def test_two_steps_equal_one_and_the_sum_splits_into_two_parts():
    two_steps = np.einsum("nij,ni->nj", J, -ANY_Y / S)
    close(two_steps, reference.cross_entropy_gradient(S, ANY_Y))
    diagonal = np.einsum("njj,nj->nj", J, -ANY_Y / S)
    close(diagonal, -ANY_Y * (1 - S))
    close(two_steps - diagonal, reference.cross_entropy_gradient_missing_part(S, ANY_Y))


def test_the_diagonal_term_alone_is_right_at_the_true_class_and_zero_elsewhere():
    diagonal, whole = -ONE_HOT * (1 - S), S - ONE_HOT
    close(diagonal[ONE_HOT == 1], whole[ONE_HOT == 1])
    assert not diagonal[ONE_HOT == 0].any()


def test_rows_sum_to_zero_in_the_right_form_only():
    close(reference.softmax_cross_entropy_backward(Z, ANY_Y).sum(axis=1), 0, atol=1e-15)
    assert np.abs((S - ANY_Y).sum(axis=1)).min() > 0.1


def test_the_targets_own_entry_is_expm1_of_minus_the_loss():
    losses = reference.cross_entropy_from_labels_forward(Z, LABELS, reduction="none")
    close(
        reference.cross_entropy_from_labels_backward(Z, LABELS, reduction="none")[ONE_HOT == 1],
        np.expm1(-losses),
        atol=1e-15,
    )


def test_a_linear_layer_below_softmax_and_cross_entropy():
    g = (softmax(X @ W + B) - Y) / N
    dX, dW, db = reference.linear_backward(X, W, g)
    close(reference.linear_forward(X, W, B), X @ W + B)
    close(dW, gradient(lambda w: cross_entropy(X @ w + B, Y), W))
    close(db, gradient(lambda b: cross_entropy(X @ W + b, Y), B))
    close(dX, gradient(lambda x: cross_entropy(x @ W + B, Y), X))
    close(dW[1, 2], sum(X[i, 1] * g[i, 2] for i in range(N)))
    close(dW.sum(axis=1), 0)


def test_a_hidden_layer():
    W2 = RNG.normal(size=(H, C))
    W1 = RNG.normal(size=(D, H))
    g = (softmax(np.tanh(X @ W1) @ W2) - Y) / N
    numeric = gradient(lambda w: cross_entropy(np.tanh(X @ w) @ W2, Y), W1)
    close(X.T @ ((g @ W2.T) * (1 - np.tanh(X @ W1) ** 2)), numeric)


# --- second order and geometry ----------------------------------------


def test_the_hessian_in_the_logits_is_the_jacobian_whatever_the_targets():
    for y in (ONE_HOT, ANY_Y):
        numeric = rowwise_jacobian(lambda z, y=y: softmax(z) * y.sum(axis=1, keepdims=True) - y, Z)
        close(numeric, J * y.sum(axis=1)[:, None, None])


def test_the_hessian_in_the_weights_is_a_sum_of_kronecker_products():
    s = softmax(X @ W)
    jacobians = reference.softmax_jacobian(s)
    expected = sum(np.kron(np.outer(x, x), j) for x, j in zip(X, jacobians)) / N
    numeric = hessian(lambda w: X.T @ (softmax(X @ w) - Y) / N, W)
    close(numeric, expected)
    assert np.linalg.eigvalsh(expected).min() > -1e-12
    assert np.linalg.matrix_rank(expected, tol=1e-10) <= D * (C - 1)
    V = RNG.normal(size=(D, C))
    XV = X @ V
    product = X.T @ (s * (XV - (s * XV).sum(axis=1, keepdims=True))) / N
    close(product.ravel(), expected @ V.ravel())


def test_fisher_information_is_the_hessian():
    for s, matrix in zip(S, J):
        scores = s - np.eye(C)
        close(np.einsum("k,ki,kj->ij", s, scores, scores), matrix, atol=1e-15)


def test_mse_of_a_softmax_is_not_convex():
    z, y = np.array([[4.0, 0.0]]), np.array([[0.0, 1.0]])
    curvature = hessian(lambda v: reference.mse_softmax_backward(v, y), z)
    assert np.linalg.eigvalsh(curvature).min() < -1e-3


def test_softmax_is_the_gradient_of_logsumexp_which_is_convex_and_bounded():
    close(reference.logsumexp(Z), np.log(np.exp(Z).sum(axis=1)))
    close(rowwise_jacobian(lambda z: np.log(np.exp(z).sum(axis=1, keepdims=True)), Z)[:, 0], S)
    lse, top = reference.logsumexp(Z), Z.max(axis=1)
    assert (top <= lse).all() and (lse <= top + np.log(C)).all()
    middle = reference.logsumexp(0.3 * Z + 0.7 * G)
    assert (middle <= 0.3 * lse + 0.7 * reference.logsumexp(G)).all()


def test_the_third_derivative_of_logsumexp_along_a_coordinate_is_bounded():
    s = np.linspace(0, 1, 20001)
    third = s * (1 - s) * (1 - 2 * s)
    bound = 1 / (6 * np.sqrt(3))
    assert np.abs(third).max() <= bound
    close(np.abs(third).max(), bound, atol=1e-8)
    z = np.linspace(-3, 3, 13)[:, None]
    p = reference.sigmoid_forward(z)
    close(
        rowwise_jacobian(lambda v: reference.sigmoid_forward(v) * (1 - reference.sigmoid_forward(v)), z)[:, 0],
        p * (1 - p) * (1 - 2 * p),
    )


def test_cross_entropy_is_entropy_plus_divergence_and_a_fenchel_young_loss():
    losses = reference.softmax_cross_entropy_forward(Z, Y, reduction="none")
    entropy, divergence = -(Y * np.log(Y)).sum(axis=1), (Y * np.log(Y / S)).sum(axis=1)
    close(losses, entropy + divergence)
    close(reference.logsumexp(Z) - entropy - (Z * Y).sum(axis=1), divergence)


def test_the_link_and_its_inverse_cancel():
    close(reference.log_softmax_forward(Z), Z - reference.logsumexp(Z)[:, None])
    close(np.einsum("nij,nj->ni", J, (S - Y) / S), S - Y)


# --- variants ----------------------------------------


def test_temperature():
    numeric = gradient(lambda z: cross_entropy(z / 2.5, Y), Z)
    close(reference.softmax_cross_entropy_backward(Z, Y, temperature=2.5), numeric)
    close((softmax(Z / 2.5) - Y) / (N * 2.5), numeric)


def test_label_smoothing_and_its_optimum():
    eps = 0.1
    close(reference.smooth_labels(LABELS, C, eps), (1 - eps) * ONE_HOT + eps / C)
    close(
        reference.cross_entropy_from_labels_backward(Z, LABELS, label_smoothing=eps),
        (S - reference.smooth_labels(LABELS, C, eps)) / N,
    )
    best = np.eye(C)[[2]] * np.log((C - (C - 1) * eps) / eps)
    close(reference.cross_entropy_from_labels_backward(best, [2], label_smoothing=eps), 0, atol=1e-15)


def test_class_weights_of_labels_and_of_soft_targets():
    w = np.array([1.0, 3.0, 0.5, 2.0, 1.5])
    w_t = w[LABELS][:, None]
    close(reference.cross_entropy_from_labels_backward(Z, LABELS, class_weights=w), w_t * (S - ONE_HOT) / w_t.sum())
    close(
        reference.softmax_cross_entropy_backward(Z, ANY_Y, class_weights=w),
        (S * (w * ANY_Y).sum(axis=1, keepdims=True) - w * ANY_Y) / N,
    )


def test_ignored_rows_are_masked_and_not_counted():
    labels = np.where(np.arange(N) == 1, -100, LABELS)
    kept = (labels != -100)[:, None]
    close(reference.cross_entropy_from_labels_backward(Z, labels), kept * (S - ONE_HOT) / 3)


def test_focal_loss_and_z_loss():
    s_t, gamma, zeta = S[ONE_HOT == 1][:, None], 2.0, 0.1
    factor = (1 - s_t) ** gamma - gamma * s_t * (1 - s_t) ** (gamma - 1) * np.log(s_t)
    close(reference.focal_from_labels_backward(Z, LABELS, gamma), (S - ONE_HOT) * factor / N)
    lse = reference.logsumexp(Z)[:, None]
    close(reference.softmax_cross_entropy_backward(Z, Y, z_loss=zeta), ((1 + 2 * zeta * lse) * S - Y) / N)


def test_softcapped_logits():
    k = 3.0
    numeric = gradient(lambda z: cross_entropy(k * np.tanh(z / k), Y), Z)
    close((softmax(k * np.tanh(Z / k)) - Y) * (1 - np.tanh(Z / k) ** 2) / N, numeric)


def test_entropy_and_reverse_divergence():
    entropy = lambda z: -(softmax(z) * np.log(softmax(z))).sum(axis=1, keepdims=True)  # noqa: E731
    close(rowwise_jacobian(entropy, Z)[:, 0], -S * (np.log(S) + entropy(Z)))
    divergence = lambda z: (softmax(z) * np.log(softmax(z) / Y)).sum(axis=1, keepdims=True)  # noqa: E731
    close(rowwise_jacobian(divergence, Z)[:, 0], S * (np.log(S) - np.log(Y) - divergence(Z)))
