"""The math module, with exact sums."""
# %% setup
import math
# %% ps1_losses cross_entropy_backward
def cross_entropy_backward(s, y):
    return np.reshape([-math.exp(math.log(t) - math.log(p)) / len(s) if t else 0.0 for p, t in zip(s.flat, y.flat)], s.shape)
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
    return np.reshape([math.prod((p[i], float(i == j) - p[j])) for p in s for i in range(c) for j in range(c)], (n, c, c))
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
