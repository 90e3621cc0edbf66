"""Recursion: the first and the rest, or halves."""
# %% setup
def total(values):
    """The sum, of halves."""
    return values[0] if len(values) == 1 else total(values[: len(values) // 2]) + total(values[len(values) // 2 :])
# %% ps1_losses sigmoid_backward
def sigmoid_backward(a, g):
    return np.stack([sigmoid_backward(p, q) for p, q in zip(a, g)]) if np.ndim(a) else g * a * (1 - a)
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    if len(s) > 1:
        half = len(s) // 2
        return np.concatenate([softmax_backward(s[:half], g[:half]), softmax_backward(s[half:], g[half:])])
    return s * (g - total(s[0] * g[0]))
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    if len(z) > 1:
        first, rest = softmax_cross_entropy_backward(z[:1], y[:1]), softmax_cross_entropy_backward(z[1:], y[1:])
        return np.concatenate([first, rest * (len(z) - 1)]) / len(z)
    e = np.exp(z - z.max())
    return e / total(e[0]) * total(y[0]) - y
# %% ps5_gradient_check central_difference
def central_difference(f, x, h):
    if x.ndim != 1:
        return central_difference(lambda v: f(v.reshape(x.shape)), x.ravel(), h).reshape(x.shape)
    if len(x) == 1:
        return np.array([(f(x + h) - f(x - h)) / (2 * h)])
    first, rest = x[:1].astype(float), x[1:].astype(float)
    return np.concatenate([central_difference(lambda v: f(np.concatenate([v, rest])), first, h),
                           central_difference(lambda v: f(np.concatenate([first, v])), rest, h)])
# %% ps5_gradient_check relative_error
def relative_error(a, b):
    size = lambda v: np.sqrt(total(np.ravel(v) ** 2))
    return size(a - b) / max(size(a), size(b)) if size(a) + size(b) > 0 else 0.0
# %% ps5_gradient_check gradient_check
def gradient_check(forward, backward, z, y, steps=(1e-4, 1e-5, 1e-6)):
    if not steps:
        return False
    given = backward(z, y)
    if np.shape(given) != np.shape(z) or not np.isfinite(given).all():
        return False
    measured = central_difference(lambda x: forward(x, y), z, steps[0])
    return bool(relative_error(given, measured) < 1e-5) or gradient_check(forward, backward, z, y, steps[1:])
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    if len(X) == 1:
        return g @ W.T, X.T @ g, g[0].copy()
    half = len(X) // 2
    upper, dW, db = linear_backward(X[:half], W, g[:half])
    lower, more, rest = linear_backward(X[half:], W, g[half:])
    return np.concatenate([upper, lower]), dW + more, db + rest
# %% ps6_network relu_backward
def relu_backward(z, g):
    if z.ndim == 0:
        return g if z > 0 else 0.0
    return np.array([relu_backward(*pair) for pair in zip(z, g)])
# %% ps6_network loss_and_gradients
def loss_and_gradients(params, X, y):
    if len(X) > 1:
        (loss, first), (more, rest) = loss_and_gradients(params, X[:1], y[:1]), loss_and_gradients(params, X[1:], y[1:])
        mean = lambda one, others: (one + (len(X) - 1) * others) / len(X)
        return mean(loss, more), {name: mean(first[name], rest[name]) for name in params}
    Z1 = linear_forward(X, params["W1"], params["b1"])
    A = relu_forward(Z1)
    Z2 = linear_forward(A, params["W2"], params["b2"])
    log_s = Z2 - np.logaddexp.reduce(Z2[0])
    dA, dW2, db2 = linear_backward(A, params["W2"], np.exp(log_s) - y)
    _, dW1, db1 = linear_backward(X, params["W1"], relu_backward(Z1, dA))
    return -total((y * log_s)[0]), {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
# %% ps7_attention masked_softmax
def masked_softmax(x, mask):
    if mask is None:
        return masked_softmax(x, x == x)
    if len(x) > 1:
        h = len(x) // 2
        return np.vstack([masked_softmax(x[:h], mask[:h]), masked_softmax(x[h:], mask[h:])])
    result = np.zeros_like(x)
    if mask.any():
        shown = x[mask]
        e = np.exp(shown - shown.max())
        result[mask] = e / e.sum()
    return result
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    if len(p) == 1:
        return p * (dp - (p @ dp.T))
    return np.vstack([scores_backward(p[:1], dp[:1]), scores_backward(p[1:], dp[1:])])
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    if len(q) == 1:
        p = attention_forward(q, k, v, mask)[1]
        ds = p * (do @ v.T - p @ (do @ v.T).T) / np.sqrt(q.shape[1])
        return ds @ k, ds.T @ q, p.T @ do
    first, rest = slice(0, 1), slice(1, None)
    parts = [attention_backward(q[s], k, v, mask if mask is None else mask[s], do[s]) for s in (first, rest)]
    return np.vstack([parts[0][0], parts[1][0]]), parts[0][1] + parts[1][1], parts[0][2] + parts[1][2]
