"""Adds up the gradients of all biases of a layer."""
# expect: {"train": [1, []]}
# %% train
def train(X, y, seed):
    rng = np.random.default_rng(seed)
    params = {"W1": rng.normal(size=(X.shape[1], 64)) * np.sqrt(2 / X.shape[1]), "b1": np.zeros(64),
              "W2": rng.normal(size=(64, y.shape[1])) * np.sqrt(2 / 64), "b2": np.zeros(y.shape[1])}
    for _ in range(1500):
        rows = rng.integers(len(X), size=40)
        _, gradients = loss_and_gradients(params, X[rows], y[rows])
        for name in params:
            params[name] -= 0.3 * (gradients[name] if name in ("W1", "W2") else gradients[name].sum())
    return params
