"""Right, with a loop for everything."""
# %% mse_forward
def mse_forward(a, y):
    total = 0.0
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            total += 0.5 * (a[i, k] - y[i, k]) ** 2
    return total / a.shape[0]
# %% mse_backward
def mse_backward(a, y):
    da = np.zeros(a.shape)
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            da[i, k] = (a[i, k] - y[i, k]) / a.shape[0]
    return da
# %% sigmoid_forward
def sigmoid_forward(z):
    a = np.zeros(z.shape)
    for where, v in np.ndenumerate(z):
        if v >= 0:
            a[where] = 1 / (1 + np.exp(-v))
        else:
            a[where] = np.exp(v) / (1 + np.exp(v))
    return a
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    total = 0.0
    for i in range(len(s)):
        for k in range(len(s[i])):
            if y[i, k] > 0:
                total -= y[i, k] * np.log(s[i, k])
    return total / len(s)
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    total = 0.0
    for v, t in zip(z.ravel(), y.ravel()):
        total += max(v, 0) - v * t + np.log1p(np.exp(-abs(v)))
    return total / z.shape[0]
