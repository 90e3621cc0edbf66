def layernorm(x, gamma, beta):
    x_hat = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + EPS)
    return gamma * x_hat + beta


def layernorm_backward(x, gamma, beta, g):
    n, c = x.shape
    dx, dgamma, dbeta = np.zeros((n, c)), np.zeros(c), np.zeros(c)
    for k in range(n):
        mean, spread = x[k].mean(), np.sqrt(x[k].var() + EPS)
        x_hat, d = (x[k] - mean) / spread, g[k] * gamma
        for j in range(c):
            dx[k, j] = (d[j] - d.sum() / c - x_hat[j] * (d @ x_hat) / c) / spread
        dgamma += g[k] * x_hat
        dbeta += g[k]
    return dx, dgamma, dbeta
