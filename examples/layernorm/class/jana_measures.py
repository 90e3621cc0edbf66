def layernorm(x, gamma, beta):
    x_hat = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + EPS)
    return gamma * x_hat + beta


def layernorm_backward(x, gamma, beta, g):
    parts = [x.astype(float), gamma.astype(float), beta.astype(float)]
    found = []
    for part in parts:
        slope = np.zeros(part.shape)
        for index in np.ndindex(part.shape):
            kept = part[index]
            part[index] = kept + 1e-5
            above = (g * layernorm(*parts)).sum()
            part[index] = kept - 1e-5
            slope[index] = (above - (g * layernorm(*parts)).sum()) / 2e-5
            part[index] = kept
        found.append(slope)
    return tuple(found)
