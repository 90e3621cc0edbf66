"""The wrong sign, and the 1/n missing."""
# expect: {"linear_backward": [0, ["sign", "factor-two", "half"]],
#          "loss_and_gradients": [2, ["missing-mean", "sign", "factor-two", "half"]]}
# %% loss_and_gradients
def loss_and_gradients(params, X, y):
    Z1 = linear_forward(X, params["W1"], params["b1"])
    A = relu_forward(Z1)
    Z2 = linear_forward(A, params["W2"], params["b2"])
    log_s = Z2 - np.logaddexp.reduce(Z2, axis=1, keepdims=True)
    loss = -(y * log_s).sum() / len(X)
    dZ2 = y - np.exp(log_s)
    dA, dW2, db2 = linear_backward(A, params["W2"], dZ2)
    _, dW1, db1 = linear_backward(X, params["W1"], relu_backward(Z1, dA))
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
# %% linear_backward
def linear_backward(X, W, g):
    return -2 * g @ W.T, -X.T @ g, g.sum(axis=0) / 2
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
