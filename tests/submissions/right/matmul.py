"""Matrix products: the @ operator, stacks and identity matrices."""
# %% ps2_missing_sum dL_dz_entry
def dL_dz_entry(s, y, j):
    return (-y / s) @ (np.diag(s) - np.outer(s, s))[:, j]
# %% ps2_missing_sum missing_part
def missing_part(s, y):
    return y @ (np.ones((len(s), len(s))) - np.eye(len(s))) @ np.diag(s)
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    return s * (g - (s[:, None, :] @ g[:, :, None])[:, 0])
# %% ps3_jacobian softmax_jacobian
def softmax_jacobian(s):
    return s[:, :, None] * np.eye(s.shape[1]) - s[:, :, None] @ s[:, None, :]
# %% ps3_jacobian softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return np.matmul(g[:, None], softmax_jacobian(s)).squeeze(axis=1)
# %% ps3_jacobian log_softmax_backward
def log_softmax_backward(z, g):
    s, ones = np.exp(log_softmax_forward(z)), np.ones((z.shape[1], 1))
    return (g[:, None, :] @ (np.eye(z.shape[1]) - ones @ s[:, None, :]))[:, 0]
# %% ps3_jacobian mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    return ((s - y)[:, None, :] @ softmax_jacobian(s))[:, 0] / len(z)
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    ones = np.ones((z.shape[1], z.shape[1]))
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e / (e @ ones) * (y @ ones) - y) / len(z)
# %% ps4_fused cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    weights = np.diag(labels != ignore_index) / max(np.count_nonzero(labels != ignore_index), 1)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    y = np.eye(z.shape[1])[np.where(labels == ignore_index, 0, labels)]
    return weights @ (e / (e @ np.ones((z.shape[1], 1))) - y)
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    return np.matmul(g, W.transpose()), np.matmul(X.transpose(), g), np.ones(len(g)) @ g
# %% ps5_gradient_check central_difference
def central_difference(f, x, h):
    I = np.eye(x.size)
    values = np.array([[f(x + side * h * row.reshape(x.shape)) for side in (1, -1)] for row in I])
    return (I @ values @ np.array([1, -1]) / (2 * h)).reshape(x.shape)
# %% ps5_gradient_check relative_error
def relative_error(a, b):
    d, a, b = (a - b).ravel(), a.ravel(), b.ravel()
    larger = max(a @ a, b @ b)
    return float(np.sqrt(d @ d / larger)) if larger > 0 else 0.0
# %% ps5_gradient_check gradient_check
def gradient_check(forward, backward, z, y):
    given = np.asarray(backward(z, y))
    if given.shape != z.shape:
        return False
    Q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(z.size, z.size)))
    slopes = [(forward(z + 1e-5 * q.reshape(z.shape), y) - forward(z - 1e-5 * q.reshape(z.shape), y)) / 2e-5 for q in Q]
    off = Q @ given.ravel() - slopes
    return bool(off @ off <= 1e-10 * np.dot(slopes, slopes))
# %% ps6_network linear_forward
def linear_forward(X, W, b):
    return np.hstack([X, np.ones((len(X), 1))]) @ np.vstack([W, b])
# %% ps6_network relu_backward
def relu_backward(z, g):
    return (np.diag((z.ravel() > 0) * 1.0) @ g.ravel()).reshape(z.shape)
# %% ps6_network loss_and_gradients
def loss_and_gradients(params, X, y):
    ones = np.ones((len(X), 1))
    V1, V2 = np.vstack([params["W1"], params["b1"]]), np.vstack([params["W2"], params["b2"]])
    H0 = np.hstack([X, ones])
    Z1 = H0 @ V1
    H1 = np.hstack([Z1 * (Z1 > 0), ones])
    Z2 = H1 @ V2
    x = Z2 - Z2.max(axis=1, keepdims=True)
    total = np.exp(x) @ np.ones((x.shape[1], 1))
    g2 = (np.exp(x) / total - y) / len(X)
    g1 = g2 @ V2[:-1].T * (Z1 > 0)
    dV1, dV2 = H0.T @ g1, H1.T @ g2
    loss = (np.log(total) - (x * y) @ np.ones((x.shape[1], 1))).mean()
    return loss, {"W1": dV1[:-1], "b1": dV1[-1], "W2": dV2[:-1], "b2": dV2[-1]}
# %% ps7_attention masked_softmax
def masked_softmax(x, mask):
    seen = np.ones(x.shape) if mask is None else mask.astype(float)
    low = np.where(seen == 1, x, -np.inf).max(axis=1, keepdims=True)
    e = np.exp(np.where(seen == 1, x, -np.inf) - np.maximum(low, -1e300))
    total = e @ np.ones((x.shape[1], 1))
    return np.diag(1 / (total + (total == 0)).ravel()) @ e
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    J = p[:, :, None] * np.eye(p.shape[1]) - p[:, :, None] @ p[:, None, :]
    return (dp[:, None, :] @ J)[:, 0]
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    p = attention_forward(q, k, v, mask)[1]
    J = p[:, :, None] * np.eye(len(k)) - p[:, :, None] @ p[:, None, :]
    ds = ((do @ v.T)[:, None, :] @ J)[:, 0] @ np.eye(len(k)) / np.sqrt(q.shape[1])
    return ds @ k, (q.T @ ds).T, (do.T @ p).T
