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
