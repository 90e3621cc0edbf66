"""Everything transposed: one example a column, results in Fortran order."""
# %% ps1_losses sigmoid_backward
def sigmoid_backward(a, g):
    a, g = a.T, g.T
    return np.transpose(g * (a - a**2))
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    s, g = s.T, g.T
    return (s * (g - (s * g).sum(axis=0))).T
# %% ps2_missing_sum missing_part
def missing_part(s, y):
    table = np.asfortranarray(y[:, None] * s)
    return np.triu(table, 1).sum(axis=0) + np.tril(table, -1).sum(axis=0)
# %% ps3_jacobian softmax_jacobian
def softmax_jacobian(s):
    columns = s.T
    return np.moveaxis(columns[:, None] * (np.eye(len(columns))[:, :, None] - columns), -1, 0)
# %% ps3_jacobian softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return (softmax_jacobian(s).T * g.T).sum(axis=1).T
# %% ps3_jacobian log_softmax_backward
def log_softmax_backward(z, g):
    return (g.T - np.exp(log_softmax_forward(z)).T * g.T.sum(axis=0)).T
# %% ps3_jacobian mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z)).T
    r = (s - y.T) / s.shape[1]
    return np.transpose(s * (r - (s * r).sum(0)))
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z.T - z.T.max(axis=0))
    return ((e / e.sum(axis=0) * y.T.sum(axis=0) - y.T) / e.shape[1]).T
# %% ps4_fused cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept, e = labels != ignore_index, np.exp(z.T - z.T.max(axis=0))
    return ((e / e.sum(axis=0) - (np.arange(len(e))[:, None] == labels)) * kept / max(kept.sum(), 1)).T
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    return (W @ g.T).T, (g.T @ X).T, g.T.sum(axis=1)
# %% ps5_gradient_check central_difference
def central_difference(f, x, h):
    slopes = np.zeros(x.shape, order="F")
    for index in np.ndindex(*x.shape[::-1]):
        index = index[::-1]
        above, below = np.array(x, dtype=float, order="F"), np.array(x, dtype=float, order="F")
        above[index] += h
        below[index] -= h
        slopes[index] = (f(above) - f(below)) / (2 * h)
    return slopes
# %% ps5_gradient_check relative_error
def relative_error(a, b):
    a, b = a.T.reshape(-1, 1), b.T.reshape(-1, 1)
    larger = max(a.T @ a, b.T @ b).item()
    return 0.0 if larger == 0 else float(np.sqrt(((a - b).T @ (a - b)).item() / larger))
# %% ps5_gradient_check gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y).T
    if given.shape != z.T.shape:
        return False
    measured = central_difference(lambda v: forward(v.T, y), z.T, 1e-5)
    return bool(relative_error(given, measured) < 1e-5)
# %% ps6_network linear_forward
def linear_forward(X, W, b):
    return (W.T @ X.T + b[:, None]).T
# %% ps6_network relu_backward
def relu_backward(z, g):
    return (np.sign(np.maximum(z.T, 0)) * g.T).T
# %% ps6_network loss_and_gradients
def loss_and_gradients(params, X, y):
    W1, b1, W2, b2 = params["W1"].T, params["b1"][:, None], params["W2"].T, params["b2"][:, None]
    X, y = X.T, y.T
    n = X.shape[1]
    Z1 = W1 @ X + b1
    A = np.clip(Z1, 0, None)
    Z2 = W2 @ A + b2
    log_s = Z2 - np.logaddexp.reduce(Z2, axis=0)
    g2 = (np.exp(log_s) - y) / n
    g1 = W2.T @ g2 * (Z1 > 0)
    return -np.trace(y.T @ log_s) / n, {
        "W1": (g1 @ X.T).T, "b1": g1.sum(axis=1), "W2": (g2 @ A.T).T, "b2": g2.sum(axis=1)
    }
# %% ps7_attention masked_softmax
def masked_softmax(x, mask):
    x = np.asfortranarray(x.T)
    if mask is not None:
        x = np.where(mask.T, x, -np.inf)
    top = x.max(axis=0)
    e = np.exp(x - np.where(top > -np.inf, top, 0))
    total = e.sum(axis=0)
    return (e / np.where(total > 0, total, 1)).T
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    p, dp = p.T, dp.T
    return (p * (dp - (p * dp).sum(axis=0))).T
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    o, p = attention_forward(q, k, v, mask)
    o, p, g = o.T, p.T, do.T
    ds = p * (v @ g - (g * o).sum(axis=0)) / q.shape[1] ** 0.5
    return (k.T @ ds).T, ds @ q, p @ g.T
