"""A loop for everything, one number at a time."""
# %% ps1_losses sigmoid_backward
def sigmoid_backward(a, g):
    dz = np.zeros(a.shape)
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            dz[i, k] = g[i, k] * a[i, k] * (1 - a[i, k])
    return dz
# %% ps2_missing_sum dL_dz_entry
def dL_dz_entry(s, y, j):
    total = 0.0
    for i in range(len(s)):
        if i == j:
            total += -y[i] * (1 - s[i])
        else:
            total += y[i] * s[j]
    return total
# %% ps2_missing_sum missing_part
def missing_part(s, y):
    result = np.zeros(len(s))
    for j in range(len(s)):
        for i in range(len(s)):
            if i != j:
                result[j] += y[i] * s[j]
    return result
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    dz = np.zeros(s.shape)
    for k in range(len(s)):
        dot = 0.0
        for i in range(len(s[k])):
            dot += s[k, i] * g[k, i]
        for j in range(len(s[k])):
            dz[k, j] = s[k, j] * (g[k, j] - dot)
    return dz
# %% ps3_jacobian softmax_jacobian
def softmax_jacobian(s):
    J = np.zeros((*s.shape, s.shape[1]))
    for k in range(s.shape[0]):
        for i in range(s.shape[1]):
            for j in range(s.shape[1]):
                J[k, i, j] = -s[k, i] * s[k, j]
            J[k, i, i] += s[k, i]
    return J
# %% ps3_jacobian softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    J, dz = softmax_jacobian(s), np.zeros(s.shape)
    for k in range(s.shape[0]):
        for j in range(s.shape[1]):
            for i in range(s.shape[1]):
                dz[k, j] += g[k, i] * J[k, i, j]
    return dz
# %% ps3_jacobian log_softmax_backward
def log_softmax_backward(z, g):
    log_s, dz = log_softmax_forward(z), np.zeros(z.shape)
    for k in range(len(z)):
        total = 0.0
        for v in g[k]:
            total += v
        for j in range(len(z[k])):
            dz[k, j] = g[k, j] - np.exp(log_s[k, j]) * total
    return dz
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    n, c = z.shape
    dz = np.zeros((n, c))
    for k in range(n):
        top, below, sum_y = max(z[k]), 0.0, 0.0
        for i in range(c):
            below += np.exp(float(z[k, i] - top))
            sum_y += y[k, i]
        for j in range(c):
            dz[k, j] = (np.exp(float(z[k, j] - top)) / below * sum_y - y[k, j]) / n
    return dz
# %% ps4_fused cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    dz, kept = np.zeros(z.shape), 0
    for label in labels:
        if label != ignore_index:
            kept += 1
    for k in range(len(z)):
        if labels[k] == ignore_index:
            continue
        e = np.exp(z[k] - max(z[k]))
        for j in range(len(e)):
            dz[k, j] = (e[j] / sum(e) - (1 if j == labels[k] else 0)) / kept
    return dz
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for k in range(len(X)):
        for j in range(W.shape[1]):
            db[j] += g[k, j]
            for i in range(W.shape[0]):
                dX[k, i] += g[k, j] * W[i, j]
                dW[i, j] += X[k, i] * g[k, j]
    return dX, dW, db
# %% ps6_network relu_backward
def relu_backward(z, g):
    dz = np.zeros(z.shape)
    for where in np.ndindex(z.shape):
        if z[where] > 0:
            dz[where] = g[where]
    return dz
# %% ps5_gradient_check central_difference
def central_difference(f, x, h):
    flat = [float(v) for v in x.ravel()]
    slopes = []
    for i in range(len(flat)):
        flat[i] = flat[i] + h
        above = f(np.array(flat).reshape(x.shape))
        flat[i] = float(x.ravel()[i]) - h
        below = f(np.array(flat).reshape(x.shape))
        flat[i] = float(x.ravel()[i])
        slopes.append((above - below) / (2 * h))
    return np.array(slopes).reshape(x.shape)
# %% ps5_gradient_check relative_error
def relative_error(a, b):
    difference, size_a, size_b = 0.0, 0.0, 0.0
    for k in np.ndindex(a.shape):
        difference += (a[k] - b[k]) ** 2
        size_a += a[k] ** 2
        size_b += b[k] ** 2
    larger = size_a if size_a > size_b else size_b
    if larger == 0:
        return 0.0
    return (difference / larger) ** 0.5
# %% ps5_gradient_check gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if given.shape != z.shape:
        return False
    difference = size = 0.0
    for i in range(z.shape[0]):
        for k in range(z.shape[1]):
            above, below = z.copy(), z.copy()
            above[i, k] += 1e-5
            below[i, k] -= 1e-5
            slope = (forward(above, y) - forward(below, y)) / 2e-5
            difference += (given[i, k] - slope) ** 2
            size += slope ** 2
    if not difference < 1e300:
        return False
    return bool(difference <= 1e-10 * size)
# %% ps5_gradient_check find_the_bugs
def find_the_bugs(candidates, z, y):
    def loss(z, y):
        total = 0.0
        for x, t in zip(z, y):
            top = max(x)
            rest = top + np.log(sum(np.exp(v - top) for v in x))
            for v, p in zip(x, t):
                total += p * (rest - v)
        return total / len(z)

    wrong = []
    for name in candidates:
        if not gradient_check(loss, candidates[name], z, y):
            wrong.append(name)
    wrong.sort()
    return wrong
# %% ps6_network loss_and_gradients
def loss_and_gradients(params, X, y):
    n, loss = len(X), 0.0
    gradients = {name: np.zeros(values.shape) for name, values in params.items()}
    for i in range(n):
        z1 = X[i] @ params["W1"] + params["b1"]
        a = np.maximum(z1, 0)
        z2 = a @ params["W2"] + params["b2"]
        e = np.exp(z2 - max(z2))
        loss += (max(z2) + np.log(sum(e)) - z2 @ y[i]) / n
        g = (e / sum(e) - y[i]) / n
        gradients["W2"] += np.outer(a, g)
        gradients["b2"] += g
        g1 = params["W2"] @ g
        g1[z1 <= 0] = 0
        gradients["W1"] += np.outer(X[i], g1)
        gradients["b1"] += g1
    return loss, gradients
# %% ps7_attention masked_softmax
def masked_softmax(x, mask):
    p = np.zeros(x.shape, dtype=x.dtype)
    for i in range(x.shape[0]):
        top = None
        for j in range(x.shape[1]):
            if (mask is None or mask[i, j]) and (top is None or x[i, j] > top):
                top = x[i, j]
        if top is None:
            continue
        total = 0.0
        for j in range(x.shape[1]):
            if mask is None or mask[i, j]:
                p[i, j] = np.exp(x[i, j] - top)
                total += p[i, j]
        for j in range(x.shape[1]):
            p[i, j] /= total
    return p
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    dx = np.zeros(p.shape)
    for i in range(len(p)):
        total = 0.0
        for j in range(len(p[i])):
            total += p[i, j] * dp[i, j]
        for j in range(len(p[i])):
            dx[i, j] = p[i, j] * (dp[i, j] - total)
    return dx
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    o, p = attention_forward(q, k, v, mask)
    n, m, d, e = len(q), len(k), q.shape[1], v.shape[1]
    dq, dk, dv = np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)
    for i in range(n):
        D = 0.0
        for c in range(e):
            D += do[i, c] * o[i, c]
        for j in range(m):
            dp = 0.0
            for c in range(e):
                dp += do[i, c] * v[j, c]
                dv[j, c] += p[i, j] * do[i, c]
            ds = p[i, j] * (dp - D) / d**0.5
            for c in range(d):
                dq[i, c] += ds * k[j, c]
                dk[j, c] += ds * q[i, c]
    return dq, dk, dv
