"""Right, with a loop for everything."""
# %% softmax_forward
def softmax_forward(z):
    n, c = z.shape
    s = np.zeros((n, c))
    for i in range(n):
        m = z[i][0]
        for j in range(c):
            if z[i][j] > m:
                m = z[i][j]
        total = 0.0
        for j in range(c):
            s[i][j] = np.exp(z[i][j] - m)
            total += s[i][j]
        for j in range(c):
            s[i][j] /= total
    return s
# %% softmax_partial
def softmax_partial(s, i, j):
    if i == j:
        return s[i] * (1 - s[i])
    else:
        return -s[i] * s[j]
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    total = 0.0
    for i in range(len(s)):
        total = total + (-y[i] / s[i]) * softmax_partial(s, i, j)
    return total
# %% missing_part
def missing_part(s, y):
    result = np.zeros(len(s))
    for j in range(len(s)):
        for i in range(len(s)):
            if i != j:
                result[j] += -y[i] / s[i] * softmax_partial(s, i, j)
    return result
# %% softmax_backward
def softmax_backward(s, g):
    n, c = s.shape
    dz = np.zeros((n, c))
    for k in range(n):
        for j in range(c):
            for i in range(c):
                dz[k, j] += g[k, i] * softmax_partial(s[k], i, j)
    return dz
# %% where_the_sum_comes_from [markdown]
# The sum is in the chain rule whatever the loss is. With a sigmoid each logit goes into one output, so only one term of
# the sum is not zero and I never saw it. Softmax divides by the sum over all classes, so every logit goes into every
# output. A softmax layer with the mean squared error needs the sum as well.
