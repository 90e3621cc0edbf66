"""Extended precision inside; float64 comes out."""
# %% setup
def exactly(*arrays):
    return [np.asarray(a, dtype=np.longdouble) for a in arrays]
# %% ps1_losses bce_with_logits_backward
def bce_with_logits_backward(z, y):
    z, y = exactly(z, y)
    return ((1 / (1 + np.exp(-z)) - y) / len(z)).astype(float)
# %% ps2_missing_sum dL_dz_entry
def dL_dz_entry(s, y, j):
    s, y = exactly(s, y)
    return float(s[j] * y.sum() - y[j])
# %% ps2_missing_sum missing_part
def missing_part(s, y):
    s, y = exactly(s, y)
    return np.float64(s * y.sum() - s * y)
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    s, g = exactly(s, g)
    return (s * (g - (s * g).sum(axis=1, keepdims=True))).astype(np.float64)
# %% ps3_jacobian softmax_jacobian
def softmax_jacobian(s):
    s, = exactly(s)
    return (s[:, :, None] * (np.eye(s.shape[1]) - s[:, None])).astype(float)
# %% ps3_jacobian log_softmax_backward
def log_softmax_backward(z, g):
    z, g = exactly(z, g)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (g - e / e.sum(axis=1, keepdims=True) * g.sum(axis=1, keepdims=True)).astype(float)
# %% ps3_jacobian mse_softmax_backward
def mse_softmax_backward(z, y):
    z, y = exactly(z, y)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return (s * (s - y - (s * (s - y)).sum(axis=1, keepdims=True)) / len(z)).astype(float)
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    z, y = exactly(z, y)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return ((e / e.sum(axis=1, keepdims=True) * y.sum(axis=1, keepdims=True) - y) / len(z)).astype(float)
# %% ps4_fused cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    dz, = exactly(np.zeros(z.shape))
    if kept.any():
        x, = exactly(z[kept])
        e = np.exp(x - x.max(axis=1, keepdims=True))
        dz[kept] = (e / e.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[labels[kept]]) / kept.sum()
    return dz.astype(float)
# %% ps5_gradient_check central_difference
def central_difference(f, x, h):
    slopes = np.zeros(x.shape, dtype=np.longdouble)
    for index in np.ndindex(x.shape):
        above, below = x.astype(float), x.astype(float)
        above[index] += h
        below[index] -= h
        rise = np.longdouble(f(above)) - np.longdouble(f(below))
        slopes[index] = rise / (np.longdouble(above[index]) - np.longdouble(below[index]))
    return slopes.astype(float)
# %% ps5_gradient_check relative_error
def relative_error(a, b):
    a, b = a.astype(np.longdouble), b.astype(np.longdouble)
    sizes = np.sqrt((a * a).sum()), np.sqrt((b * b).sum())
    return float(np.sqrt(((a - b) ** 2).sum()) / max(sizes)) if max(sizes) > 0 else 0.0
# %% ps5_gradient_check gradient_check
def gradient_check(forward, backward, z, y):
    given = np.asarray(backward(z, y), dtype=np.longdouble)
    if given.shape != z.shape or not np.isfinite(given).all():
        return False
    coarse, fine = (central_difference(lambda z: forward(z, y), z, h).astype(np.longdouble) for h in (2e-3, 1e-3))
    measured = (4 * fine - coarse) / 3
    return bool(np.sqrt(((given - measured) ** 2).sum()) <= 1e-5 * np.sqrt((measured**2).sum()))
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    X, W, g = (v.astype(np.longdouble) for v in (X, W, g))
    return tuple(v.astype(float) for v in (g @ W.T, X.T @ g, g.sum(axis=0)))
# %% ps6_network loss_and_gradients
def loss_and_gradients(params, X, y):
    W1, b1, W2, b2 = (params[name].astype(np.longdouble) for name in ("W1", "b1", "W2", "b2"))
    Z1 = X.astype(np.longdouble) @ W1 + b1
    A = np.maximum(Z1, 0)
    Z2 = A @ W2 + b2
    x = Z2 - Z2.max(axis=1, keepdims=True)
    log_s = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
    g2 = (np.exp(log_s) - y) / len(X)
    g1 = (g2 @ W2.T) * (Z1 > 0)
    gradients = {"W1": X.T @ g1, "b1": g1.sum(axis=0), "W2": A.T @ g2, "b2": g2.sum(axis=0)}
    return float(-(y * log_s).sum() / len(X)), {name: v.astype(float) for name, v in gradients.items()}
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    p, dp = p.astype(np.longdouble), dp.astype(np.longdouble)
    return (p * (dp - (p * dp).sum(axis=1, keepdims=True))).astype(float)
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    q, k, v, do = (a.astype(np.longdouble) for a in (q, k, v, do))
    x = np.einsum("nd,md->nm", q, k) / np.sqrt(np.longdouble(q.shape[1]))
    p = masked_softmax(x, mask)
    dp = np.einsum("ne,me->nm", do, v)
    ds = p * (dp - (p * dp).sum(axis=1, keepdims=True)) / np.sqrt(np.longdouble(q.shape[1]))
    found = np.einsum("nm,md->nd", ds, k), np.einsum("nm,nd->md", ds, q), np.einsum("nm,ne->me", p, do)
    return tuple(a.astype(float) for a in found)
