def layernorm(x, gamma, beta):
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + EPS)
    return gamma * x_hat + beta
