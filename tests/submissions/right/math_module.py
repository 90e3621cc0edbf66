"""The math module, with exact sums."""
# %% setup
import math
# %% ps1_losses cross_entropy_backward
def cross_entropy_backward(s, y):
    slopes = [-math.exp(math.log(t) - math.log(p)) / len(s) if t else 0.0 for p, t in zip(s.flat, y.flat)]
    return np.reshape(slopes, s.shape)
# %% ps2_missing_sum dL_dz_entry
def dL_dz_entry(s, y, j):
    return math.fsum(y) * s[j] - y[j]
# %% ps2_missing_sum missing_part
def missing_part(s, y):
    return np.array([math.fsum([*y[:j], *y[j + 1:]]) * s[j] for j in range(len(s))])
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    dz = np.zeros(s.shape)
    for k in range(len(s)):
        dot = math.fsum(a * b for a, b in zip(s[k].tolist(), g[k].tolist()))
        dz[k] = [a * (b - dot) for a, b in zip(s[k].tolist(), g[k].tolist())]
    return dz
# %% ps3_jacobian softmax_jacobian
def softmax_jacobian(s):
    n, c = s.shape
    entries = [math.prod((p[i], float(i == j) - p[j])) for p in s for i in range(c) for j in range(c)]
    return np.reshape(entries, (n, c, c))
# %% ps3_jacobian softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return np.array([[math.fsum(column * v) for column in J.T] for J, v in zip(softmax_jacobian(s), g)])
# %% ps3_jacobian log_softmax_backward
def log_softmax_backward(z, g):
    return np.array([[q - math.exp(l) * math.fsum(v) for l, q in zip(u, v)] for u, v in zip(log_softmax_forward(z), g)])
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    rows = []
    for x, t in zip(z.tolist(), y.tolist()):
        e = [math.exp(v - max(x)) for v in x]
        rows.append([(p / math.fsum(e) * math.fsum(t) - q) / len(z) for p, q in zip(e, t)])
    return np.array(rows)
# %% ps4_fused cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    dz, kept = np.zeros(z.shape), sum(label != ignore_index for label in labels)
    for k, (x, label) in enumerate(zip(z.tolist(), labels)):
        if label != ignore_index:
            e = [math.exp(v - max(x)) for v in x]
            dz[k] = [(p / math.fsum(e) - (j == label)) / kept for j, p in enumerate(e)]
    return dz
# %% ps5_gradient_check relative_error
def relative_error(a, b):
    larger = max(math.hypot(*np.ravel(a)), math.hypot(*np.ravel(b)))
    return math.dist(np.ravel(a), np.ravel(b)) / larger if larger else 0.0
# %% ps5_gradient_check central_difference
def central_difference(f, x, h):
    slopes = []
    for k in range(x.size):
        above, below = x.ravel().tolist(), x.ravel().tolist()
        above[k] = math.fsum((above[k], h))
        below[k] = math.fsum((below[k], -h))
        values = [f(np.reshape(point, x.shape).astype(float)) for point in (above, below)]
        slopes.append(math.fsum((values[0], -values[1])) / (2 * h))
    return np.reshape(slopes, x.shape)
# %% ps5_gradient_check gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if given.shape != z.shape or not all(map(math.isfinite, given.flat)):
        return False
    measured = central_difference(lambda z: forward(z, y), z, math.ldexp(1, -17))
    return math.dist(given.ravel(), measured.ravel()) <= 1e-5 * math.hypot(*measured.ravel())
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    def product(A, B):
        return np.array([[math.sumprod(row, column) if hasattr(math, "sumprod")
                          else math.fsum(p * q for p, q in zip(row, column))
                          for column in B.T.tolist()] for row in A.tolist()])

    return product(g, W.T), product(X.T, g), np.array([math.fsum(column) for column in g.T])
# %% ps6_network relu_backward
def relu_backward(z, g):
    return np.reshape([math.copysign(1, v) * q if v > 0 else 0.0 for v, q in zip(z.flat, g.flat)], z.shape)
# %% ps6_network loss_and_gradients
def loss_and_gradients(params, X, y):
    Z1 = linear_forward(X, params["W1"], params["b1"])
    A = relu_forward(Z1)
    losses, dZ2 = [], []
    for logits, t in zip(linear_forward(A, params["W2"], params["b2"]).tolist(), y.tolist()):
        top = max(logits)
        lse = top + math.log(math.fsum(math.exp(v - top) for v in logits))
        losses.append(math.fsum(p * (lse - v) for v, p in zip(logits, t)) / len(X))
        dZ2.append([(math.exp(v - lse) - p) / len(X) for v, p in zip(logits, t)])
    dA, dW2, db2 = linear_backward(A, params["W2"], np.array(dZ2))
    _, dW1, db1 = linear_backward(X, params["W1"], relu_backward(Z1, dA))
    return math.fsum(losses), {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
# %% ps7_attention masked_softmax
def masked_softmax(x, mask):
    p = np.zeros(x.shape)
    for i, row in enumerate(x.tolist()):
        keys = [j for j in range(len(row)) if mask is None or mask[i][j]]
        if keys:
            top = max(row[j] for j in keys)
            total = math.fsum(math.exp(row[j] - top) for j in keys)
            for j in keys:
                p[i, j] = math.exp(row[j] - top) / total
    return p
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    sums = [math.fsum(w * g for w, g in zip(ws, gs)) for ws, gs in zip(p.tolist(), dp.tolist())]
    return np.array([[w * (g - total) for w, g in zip(ws, gs)] for ws, gs, total in zip(p, dp, sums)])
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    o, p = attention_forward(q, k, v, mask)
    dp = [[math.fsum(a * b for a, b in zip(g, value)) for value in v] for g in do]
    D = [math.fsum(a * b for a, b in zip(g, out)) for g, out in zip(do, o)]
    ds = np.array([[w * (g - s) for w, g in zip(ws, gs)] for ws, gs, s in zip(p, dp, D)]) / math.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, p.T @ do
