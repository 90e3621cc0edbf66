"""Trains ten sigmoids in place of one softmax."""
# expect: {"train": [1, []]}
# %% train
def train(X, y, seed):
    rng = np.random.default_rng(seed)
    params = {"W1": rng.normal(size=(X.shape[1], 64)) * np.sqrt(2 / X.shape[1]), "b1": np.zeros(64),
              "W2": rng.normal(size=(64, y.shape[1])) * np.sqrt(2 / 64), "b2": np.zeros(y.shape[1])}
    for _ in range(1500):
        rows = rng.integers(len(X), size=40)
        Z1 = X[rows] @ params["W1"] + params["b1"]
        A = np.maximum(Z1, 0)
        g = (1 / (1 + np.exp(-(A @ params["W2"] + params["b2"]))) - y[rows]) / len(rows)
        dA, dW2, db2 = linear_backward(A, params["W2"], g)
        _, dW1, db1 = linear_backward(X[rows], params["W1"], relu_backward(Z1, dA))
        for name, gradient in (("W1", dW1), ("b1", db1), ("W2", dW2), ("b2", db2)):
            params[name] -= 0.3 * gradient
    return params
