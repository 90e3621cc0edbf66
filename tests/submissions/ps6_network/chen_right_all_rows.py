"""Right, trains with Adam on all rows at once."""
# %% train
def train(X, y, seed):
    rng = np.random.default_rng(seed)
    m, c = 64, y.shape[1]
    params = {"W1": rng.normal(size=(X.shape[1], m)) * (2 / X.shape[1]) ** 0.5, "b1": np.zeros(m),
              "W2": rng.normal(size=(m, c)) * (2 / m) ** 0.5, "b2": np.zeros(c)}
    first = {k: 0.0 for k in params}
    second = {k: 0.0 for k in params}
    for t in range(1, 101):
        _, gradients = loss_and_gradients(params, X, y)
        for k, g in gradients.items():
            first[k] = 0.9 * first[k] + 0.1 * g
            second[k] = 0.999 * second[k] + 0.001 * g**2
            params[k] = params[k] - 0.02 * (first[k] / (1 - 0.9**t)) / (np.sqrt(second[k] / (1 - 0.999**t)) + 1e-8)
    return params
