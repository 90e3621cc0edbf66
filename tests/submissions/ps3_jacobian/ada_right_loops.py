"""Right, with loops over rows and classes."""
# %% log_softmax_forward
def log_softmax_forward(z):
    out = np.zeros(z.shape)
    for k in range(len(z)):
        top = max(z[k])
        total = 0.0
        for v in z[k]:
            total += np.exp(v - top)
        for j in range(len(z[k])):
            out[k, j] = z[k, j] - top - np.log(total)
    return out
# %% softmax_jacobian
def softmax_jacobian(s):
    n, c = s.shape
    J = np.zeros((n, c, c))
    for k in range(n):
        for i in range(c):
            for j in range(c):
                J[k, i, j] = s[k, i] * (1 - s[k, i]) if i == j else -s[k, i] * s[k, j]
    return J
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    J = softmax_jacobian(s)
    return np.array([g[k] @ J[k] for k in range(len(s))])
# %% softmax_backward
def softmax_backward(s, g):
    out = np.zeros(s.shape)
    for k in range(len(s)):
        dot = 0.0
        for a, b in zip(s[k], g[k]):
            dot += a * b
        for j in range(len(s[k])):
            out[k, j] = s[k, j] * (g[k, j] - dot)
    return out
