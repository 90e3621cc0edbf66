"""Masks: boolean arrays, np.where and masked arrays."""
# %% ps1_losses cross_entropy_backward
def cross_entropy_backward(s, y):
    return np.ma.filled(-y / np.ma.masked_where(y == 0, s) / len(s), 0.0)
# %% ps1_losses sigmoid_backward
def sigmoid_backward(a, g):
    return np.where((a > 0) & (a < 1), g * a * (1 - a), 0.0)
# %% ps2_missing_sum dL_dz_entry
def dL_dz_entry(s, y, j):
    other = np.arange(len(s)) != j
    return y[other].sum() * s[j] - y[j] * (1 - s[j])
# %% ps2_missing_sum missing_part
def missing_part(s, y):
    diagonal = np.eye(len(s), dtype=bool)
    return np.ma.masked_where(diagonal, np.outer(y, s)).sum(axis=0).filled(0)
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    used = s > 0
    dot = np.where(used, s * g, 0).sum(axis=1)
    dz = np.zeros(s.shape)
    dz[used] = s[used] * (g - dot[:, None])[used]
    return dz
# %% ps3_jacobian softmax_jacobian
def softmax_jacobian(s):
    p, q = s[:, :, None], s[:, None, :]
    return np.where(np.eye(s.shape[1], dtype=bool), p * (1 - p), -p * q)
# %% ps3_jacobian softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return np.where(s[:, :, None] > 0, softmax_jacobian(s) * g[:, :, None], 0.0).sum(axis=1)
# %% ps3_jacobian log_softmax_backward
def log_softmax_backward(z, g):
    log_s = log_softmax_forward(z)
    s = np.exp(log_s, out=np.zeros(z.shape), where=log_s > -700)
    return g - np.where(s > 0, s * g.sum(axis=1, keepdims=True), 0.0)
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x, out=np.zeros_like(x), where=x > -80)
    s = np.where(e > 0, e / e.sum(axis=1, keepdims=True), 0)
    return np.where(y > 0, s * y.sum(axis=1, keepdims=True) - y, s * y.sum(axis=1, keepdims=True)) / len(z)
# %% ps4_fused cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    ignored = labels == ignore_index
    e = np.exp(z - z.max(axis=1, keepdims=True))
    y = np.arange(z.shape[1]) == labels[:, None]
    dz = np.where(ignored[:, None], 0, e / e.sum(axis=1, keepdims=True) - y)
    return dz / np.where(ignored.all(), 1, (~ignored).sum())
# %% ps6_network relu_backward
def relu_backward(z, g):
    dz = g.copy()
    dz[z <= 0] = 0
    return dz
# %% ps5_gradient_check central_difference
def central_difference(f, x, h):
    gradient = np.zeros(x.shape)
    for k in range(x.size):
        here = (np.arange(x.size) == k).reshape(x.shape)
        gradient[here] = (f(np.where(here, x + h, x)) - f(np.where(here, x - h, x))) / (2 * h)
    return gradient
# %% ps5_gradient_check relative_error
def relative_error(a, b):
    sizes = np.array([np.sqrt((v[v != 0] ** 2).sum()) for v in (a, b, a - b)])
    return np.divide(sizes[2], sizes[:2].max(), out=np.zeros(()), where=sizes[:2].any())[()]
# %% ps5_gradient_check gradient_check
def gradient_check(forward, backward, z, y):
    given = np.ma.masked_invalid(backward(z, y))
    if given.shape != z.shape or given.mask.any():
        return False
    slopes = np.zeros(z.shape)
    for k in range(z.size):
        here = np.reshape(np.arange(z.size) == k, z.shape)
        slopes[here] = (forward(z + 1e-5 * here, y) - forward(z - 1e-5 * here, y)) / 2e-5
    return bool(np.linalg.norm(given.data - slopes) <= 1e-5 * np.linalg.norm(slopes))
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    X, W, g = np.ma.array(X), np.ma.array(W), np.ma.array(g)
    return np.ma.dot(g, W.T).filled(), np.ma.dot(X.T, g).filled(), g.sum(axis=0).filled()
# %% ps6_network loss_and_gradients
def loss_and_gradients(params, X, y):
    Z1 = linear_forward(X, params["W1"], params["b1"])
    on = Z1 > 0
    A = np.where(on, Z1, 0.0)
    Z2 = linear_forward(A, params["W2"], params["b2"])
    log_s = Z2 - Z2.max(axis=1, keepdims=True)
    log_s -= np.log(np.exp(log_s).sum(axis=1, keepdims=True))
    true = y == 1
    dZ2 = np.exp(log_s)
    dZ2[true] -= 1
    dA, dW2, db2 = linear_backward(A, params["W2"], dZ2 / len(X))
    dA[~on] = 0
    _, dW1, db1 = linear_backward(X, params["W1"], dA)
    return -log_s[true].mean(), {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
# %% ps7_attention masked_softmax
def masked_softmax(x, mask):
    away = np.zeros(x.shape, dtype=bool) if mask is None else ~mask
    shown = np.ma.array(x, mask=away)
    e = np.ma.exp(shown - shown.max(axis=1)[:, None])
    return np.asarray((e / e.sum(axis=1)[:, None]).filled(0))
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    seen = p > 0
    weighed = np.where(seen, p * dp, 0)
    return np.where(seen, weighed - p * weighed.sum(axis=1, keepdims=True), 0)
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    o, p = attention_forward(q, k, v, mask)
    ds = np.where(p == 0, 0, p * (do @ v.T - (do * o).sum(axis=1)[:, None]))
    return ds @ (k / np.sqrt(k.shape[1])), ds.T @ (q / np.sqrt(q.shape[1])), p.T @ do
