"""Her steps are so large that the parameters become infinite."""
# expect: {"train": [0, ["diverged"]]}
# %% train
def train(X, y, seed):
    rng = np.random.default_rng(seed)
    params = {"W1": 0.2 * rng.normal(size=(X.shape[1], 64)), "b1": np.zeros(64),
              "W2": 0.2 * rng.normal(size=(64, y.shape[1])), "b2": np.zeros(y.shape[1])}
    for _ in range(40):
        _, gradients = loss_and_gradients(params, X, y)
        for name in params:
            params[name] -= 1e200 * gradients[name]
    return params
