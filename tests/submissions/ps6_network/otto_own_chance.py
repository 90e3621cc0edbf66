"""Trains well, with random numbers that the seed does not govern."""
# expect: {"train": [4, ["seed-not-used"]]}
# %% train
def train(X, y, seed):
    rng = np.random.default_rng()
    params = {"W1": 0.2 * rng.normal(size=(X.shape[1], 64)), "b1": np.zeros(64),
              "W2": 0.2 * rng.normal(size=(64, y.shape[1])), "b2": np.zeros(y.shape[1])}
    for _ in range(1500):
        rows = rng.integers(len(X), size=40)
        _, gradients = loss_and_gradients(params, X[rows], y[rows])
        for name in params:
            params[name] -= 0.3 * gradients[name]
    return params
