"""List comprehensions that become arrays at the end."""
# %% ps1_losses sigmoid_backward
def sigmoid_backward(a, g):
    return np.array([[q * p * (1 - p) for p, q in zip(u, v)] for u, v in zip(a, g)])
# %% ps1_losses mse_backward
def mse_backward(a, y):
    return np.array([[(p - t) / len(a) for p, t in zip(u, v)] for u, v in zip(a, y)])
# %% ps2_missing_sum dL_dz_entry
dL_dz_entry = lambda s, y, j: sum([y[i] * (s[j] - (i == j)) for i in range(len(s))])
# %% ps2_missing_sum missing_part
def missing_part(s, y):
    return np.array([sum([t for i, t in enumerate(y) if i != j]) * p for j, p in enumerate(s)])
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    dots = [sum([p * q for p, q in zip(u, v)]) for u, v in zip(s, g)]
    return np.array([[p * (q - dot) for p, q in zip(u, v)] for u, v, dot in zip(s, g, dots)])
# %% ps3_jacobian softmax_jacobian
def softmax_jacobian(s):
    return np.array([[[p * ((i == j) - q) for j, q in enumerate(row)] for i, p in enumerate(row)] for row in s])
# %% ps3_jacobian softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return np.array([[sum([q * J[i, j] for i, q in enumerate(v)]) for j in range(len(v))]
                     for J, v in zip(softmax_jacobian(s), g)])
# %% ps3_jacobian log_softmax_backward
def log_softmax_backward(z, g):
    return np.array([[q - np.exp(l) * sum(v) for l, q in zip(u, v)] for u, v in zip(log_softmax_forward(z), g)])
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    e = [[np.exp(float(v) - float(max(row))) for v in row] for row in z]
    return np.array([[(p / sum(u) * sum(t) - q) / len(z) for p, q in zip(u, t)] for u, t in zip(e, y)])
# %% ps4_fused cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = len([label for label in labels if label != ignore_index])
    e = [[np.exp(float(v) - float(max(row))) for v in row] for row in z]
    return np.array([[(p / sum(u) - (j == label)) / kept for j, p in enumerate(u)]
                     if label != ignore_index else [0.0] * len(u) for u, label in zip(e, labels)])
# %% ps5_gradient_check central_difference
def central_difference(f, x, h):
    steps = [h * (np.arange(x.size) == i).reshape(x.shape) for i in range(x.size)]
    return np.array([(f(x + step) - f(x - step)) / (2 * h) for step in steps]).reshape(x.shape)
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    return (np.array([[w @ v for w in W] for v in g]), np.array([[x @ v for v in g.T] for x in X.T]),
            np.array([sum(v) for v in g.T]))
# %% ps5_gradient_check relative_error
def relative_error(a, b):
    size = lambda v: sum([e * e for e in v.ravel().tolist()]) ** 0.5
    return [size(a - b) / larger if larger else 0.0 for larger in [max([size(a), size(b)])]][0]
# %% ps5_gradient_check gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape:
        return False
    steps = [1e-5 * (np.arange(z.size) == k).reshape(z.shape) for k in range(z.size)]
    slopes = [(forward(z + step, y) - forward(z - step, y)) / 2e-5 for step in steps]
    off = [a - b for a, b in zip(np.ravel(given), slopes)]
    return bool(sum([v * v for v in off]) <= 1e-10 * sum([v * v for v in slopes]))
# %% ps5_gradient_check find_the_bugs
def find_the_bugs(candidates, z, y):
    def loss(z, y):
        return np.mean([sum(t * (np.logaddexp.reduce(x) - x)) for x, t in zip(z, y)])

    return sorted([name for name, backward in candidates.items() if not gradient_check(loss, backward, z, y)])
# %% ps6_network relu_backward
def relu_backward(z, g):
    return np.array([v if u > 0 else 0.0 for u, v in zip(z.ravel(), g.ravel())]).reshape(z.shape)
# %% ps6_network loss_and_gradients
def loss_and_gradients(params, X, y):
    W1, b1, W2, b2 = [params[name] for name in ["W1", "b1", "W2", "b2"]]
    Z1 = np.array([[x @ w + b for w, b in zip(W1.T, b1)] for x in X])
    A = np.array([[max(v, 0.0) for v in row] for row in Z1])
    Z2 = np.array([[a @ w + b for w, b in zip(W2.T, b2)] for a in A])
    log_s = np.array([[v - np.logaddexp.reduce(row) for v in row] for row in Z2])
    g2 = np.array([[(np.exp(u) - t) / len(X) for u, t in zip(*rows)] for rows in zip(log_s, y)])
    g1 = np.array([[w @ g if v > 0 else 0.0 for w, v in zip(W2, row)] for g, row in zip(g2, Z1)])
    loss = -sum([u @ t for u, t in zip(log_s, y)]) / len(X)
    return loss, {"W1": sum([np.outer(x, g) for x, g in zip(X, g1)]), "b1": sum([g for g in g1]),
                  "W2": sum([np.outer(a, g) for a, g in zip(A, g2)]), "b2": sum([g for g in g2])}
# %% ps7_attention masked_softmax
def masked_softmax(x, mask):
    def row(values, seen):
        top = max([v for v, s in zip(values, seen) if s], default=0)
        e = [np.exp(v - top) if s else 0.0 for v, s in zip(values, seen)]
        return [each / (sum(e) or 1.0) for each in e]
    return np.array([row(values, mask[i] if mask is not None else [True] * len(values)) for i, values in enumerate(x)])
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    return np.array([[w * (g - sum(a * b for a, b in zip(ws, gs))) for w, g in zip(ws, gs)] for ws, gs in zip(p, dp)])
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    p = attention_forward(q, k, v, mask)[1]
    ds = np.array([w * (g @ v.T - sum(w * (g @ v.T))) for w, g in zip(p, do)]) / np.sqrt(k.shape[1])
    dq = np.array([sum(s * key for s, key in zip(row, k)) for row in ds])
    dk = np.array([sum(s * query for s, query in zip(column, q)) for column in ds.T])
    return dq, dk, np.array([sum(w * g for w, g in zip(column, do)) for column in p.T])
