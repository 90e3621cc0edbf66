"""Generators that yield the rows or the entries, one after the other."""
# %% ps1_losses sigmoid_backward
def sigmoid_backward(a, g):
    entries = (q * p * (1 - p) for p, q in zip(a.flat, g.flat))
    return np.fromiter(entries, float, a.size).reshape(a.shape)
# %% ps2_missing_sum dL_dz_entry
def dL_dz_entry(s, y, j):
    def terms():
        for i, t in enumerate(y):
            yield t * (s[j] - 1) if i == j else t * s[j]
    return sum(terms())
# %% ps2_missing_sum missing_part
def missing_part(s, y):
    return np.fromiter((sum(y[i] for i in range(len(y)) if i != j) * s[j] for j in range(len(s))), float)
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    def rows():
        for p, q in zip(s, g):
            dot = sum(a * b for a, b in zip(p, q))
            yield np.fromiter((a * (b - dot) for a, b in zip(p, q)), float, len(p))
    return np.stack(list(rows()))
# %% ps3_jacobian softmax_jacobian
def softmax_jacobian(s):
    n, c = s.shape
    entries = (row[i] * ((i == j) - row[j]) for row in s for i in range(c) for j in range(c))
    return np.fromiter(entries, float, n * c * c).reshape(n, c, c)
# %% ps3_jacobian softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    def rows():
        for J, upstream in zip(softmax_jacobian(s), g):
            yield sum(q * partials for q, partials in zip(upstream, J))
    return np.vstack([*rows()])
# %% ps3_jacobian log_softmax_backward
def log_softmax_backward(z, g):
    rows = (q - np.exp(l) * sum(q) for l, q in zip(log_softmax_forward(z), g))
    return np.array([*rows])
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    def rows():
        for x, t in zip(z, y):
            e = np.exp(x - max(x))
            yield (e / sum(e) * sum(t) - t) / len(z)
    return np.stack([*rows()])
# %% ps4_fused cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = sum(1 for label in labels if label != ignore_index)

    def rows():
        for x, label in zip(z, labels):
            if label == ignore_index:
                yield np.zeros(len(x))
            else:
                e = np.exp(x - max(x))
                e /= sum(e)
                e[label] -= 1
                yield e / kept
    return np.stack([*rows()])
# %% ps5_gradient_check central_difference
def central_difference(f, x, h):
    def slopes():
        for k in range(x.size):
            above, below = (np.array(x, dtype=float) for _ in range(2))
            above.flat[k] += h
            below.flat[k] -= h
            yield (f(above) - f(below)) / (2 * h)

    return np.fromiter(slopes(), float, x.size).reshape(x.shape)
# %% ps5_gradient_check relative_error
def relative_error(a, b):
    def squares(v):
        return (float(e) * float(e) for e in v.flat)

    larger = max(sum(squares(a)), sum(squares(b)))
    return (sum(squares(a - b)) / larger) ** 0.5 if larger else 0.0
# %% ps5_gradient_check gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != np.shape(z) or not all(np.isfinite(v) for v in given.flat):
        return False

    def pairs():
        slopes = central_difference(lambda z: forward(z, y), z, 2e-5)
        yield from zip(given.flat, slopes.flat)

    listed = [*pairs()]
    return bool(sum((a - b) ** 2 for a, b in listed) <= 1e-10 * sum(b * b for _, b in listed))
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    def rows(A, B):
        for row in A:
            yield sum(v * other for v, other in zip(row, B))

    return np.stack([*rows(g, W.T)]), np.stack([*rows(X.T, g)]), sum(row for row in g)
# %% ps6_network relu_backward
def relu_backward(z, g):
    return np.fromiter((q if v > 0 else 0.0 for v, q in zip(z.flat, g.flat)), float, z.size).reshape(z.shape)
# %% ps6_network loss_and_gradients
def loss_and_gradients(params, X, y):
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))

    def one_by_one():
        for x, t in zip(X, y):
            z = x @ W1 + b1
            a = np.where(z > 0, z, 0)
            logits = a @ W2 + b2
            lse = np.logaddexp.reduce(logits)
            g2 = (np.exp(logits - lse) - t) / len(X)
            g1 = (W2 @ g2) * (z > 0)
            yield (lse - logits @ t) / len(X), np.outer(x, g1), g1, np.outer(a, g2), g2

    losses, *gradients = zip(*one_by_one())
    return sum(losses), dict(zip(("W1", "b1", "W2", "b2"), (sum(each) for each in gradients)))
# %% ps7_attention masked_softmax
def masked_softmax(x, mask):
    def rows():
        for i, values in enumerate(x):
            seen = slice(None) if mask is None else np.flatnonzero(mask[i])
            result = np.zeros_like(values)
            if len(values[seen]):
                e = np.exp(values[seen] - values[seen].max())
                result[seen] = e / e.sum()
            yield result
    return np.array(list(rows()))
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    def rows():
        for weights, g in zip(p, dp):
            yield weights * g - weights * sum(w * u for w, u in zip(weights, g))
    return np.vstack(list(rows()))
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    o, p = attention_forward(q, k, v, mask)
    def rows():
        for weights, out, g in zip(p, o, do):
            yield weights * (v @ g - out @ g) / np.sqrt(len(k[0]))
    ds = np.vstack(list(rows()))
    return ds @ k, ds.T @ q, p.T @ do
