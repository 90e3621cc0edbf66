"""Sums db along the rows."""
# expect: {"linear_backward": [2, ["bias-along-the-rows"]], "loss_and_gradients": [2, ["bias-along-the-rows"]]}
# %% linear_backward
def linear_backward(X, W, g):
    return g @ W.T, X.T @ g, g.sum(axis=1)
# %% train
def train(X, y, seed):
    rng = np.random.default_rng(seed)
    W1, b1 = rng.normal(size=(X.shape[1], 60)) / 6, np.zeros(60)
    W2, b2 = rng.normal(size=(60, y.shape[1])) / 6, np.zeros(y.shape[1])
    for step in range(2500):
        rows = rng.integers(len(X), size=40)
        x, t = X[rows], y[rows]
        z = x @ W1 + b1
        a = np.maximum(z, 0)
        e = np.exp(a @ W2 + b2)
        d2 = (e / e.sum(axis=1, keepdims=True) - t) / len(x)
        d1 = (d2 @ W2.T) * (z > 0)
        W2, b2 = W2 - 0.3 * a.T @ d2, b2 - 0.3 * d2.sum(axis=0)
        W1, b1 = W1 - 0.3 * x.T @ d1, b1 - 0.3 * d1.sum(axis=0)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
