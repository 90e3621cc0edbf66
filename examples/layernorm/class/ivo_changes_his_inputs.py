def layernorm(x, gamma, beta):
    x_hat = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + EPS)
    return gamma * x_hat + beta


def layernorm_backward(x, gamma, beta, g):
    deviation = np.sqrt(x.var(axis=1, keepdims=True) + EPS)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / deviation
    g *= gamma
    d = g
    dx = (d - d.mean(axis=1, keepdims=True) - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / deviation
    return dx, (g / gamma * x_hat).sum(axis=0), (g / gamma).sum(axis=0)
