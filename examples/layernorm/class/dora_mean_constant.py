def layernorm(x, gamma, beta):
    x_hat = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + EPS)
    return gamma * x_hat + beta


def layernorm_backward(x, gamma, beta, g):
    deviation = np.sqrt(x.var(axis=1, keepdims=True) + EPS)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / deviation
    d = g * gamma
    dx = (d - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / deviation
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)
