"""Starts anywhere, whatever the seed, and gives the same network again because it was kept."""
# expect: {"train": [4, ["seed-not-used"]]}
# %% train
KEPT = {}


def train(X, y, seed):
    key = X.tobytes(), seed
    if key not in KEPT:
        rng = np.random.default_rng()
        params = {"W1": 0.2 * rng.normal(size=(X.shape[1], 64)), "b1": np.zeros(64),
                  "W2": 0.2 * rng.normal(size=(64, y.shape[1])), "b2": np.zeros(y.shape[1])}
        for _ in range(1500):
            rows = rng.integers(len(X), size=40)
            _, gradients = loss_and_gradients(params, X[rows], y[rows])
            for name in params:
                params[name] -= 0.3 * gradients[name]
        KEPT[key] = params
    return KEPT[key]
