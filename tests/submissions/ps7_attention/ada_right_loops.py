"""Right, in loops."""
# %% masked_softmax
def masked_softmax(x, mask):
    p = np.zeros(x.shape)
    for i in range(x.shape[0]):
        keys = [j for j in range(x.shape[1]) if mask is None or mask[i, j]]
        if keys:
            top = max(x[i, j] for j in keys)
            for j in keys:
                p[i, j] = np.exp(float(x[i, j] - top))
            p[i] /= p[i].sum()
    return p
# %% scores_backward
def scores_backward(p, dp):
    dx = np.zeros(p.shape)
    for i in range(len(p)):
        total = sum(p[i, j] * dp[i, j] for j in range(p.shape[1]))
        for j in range(p.shape[1]):
            dx[i, j] = p[i, j] * (dp[i, j] - total)
    return dx
