"""Right, with einsum, np.where and momentum."""
# %% linear_forward
def linear_forward(X, W, b):
    return np.einsum("nd,dm->nm", X, W) + b[None, :]
# %% linear_backward
def linear_backward(X, W, g):
    return np.einsum("nm,dm->nd", g, W), np.einsum("nd,nm->dm", X, g), np.einsum("nm->m", g)
# %% relu_forward
def relu_forward(z):
    return np.where(z > 0, z, 0.0)
# %% relu_backward
def relu_backward(z, g):
    return np.where(z > 0, g, 0.0)
# %% train
def train(X, y, seed):
    rng = np.random.default_rng(seed)
    params = {"W1": rng.normal(size=(X.shape[1], 40), scale=0.2), "b1": np.zeros(40),
              "W2": rng.normal(size=(40, y.shape[1]), scale=0.2), "b2": np.zeros(y.shape[1])}
    speed = {name: np.zeros_like(values) for name, values in params.items()}
    for epoch in range(25):
        order = rng.permutation(len(X))
        for rows in np.array_split(order, len(X) // 25):
            _, gradients = loss_and_gradients(params, X[rows], y[rows])
            for name in params:
                speed[name] = 0.9 * speed[name] - 0.05 * gradients[name]
                params[name] = params[name] + speed[name]
    return params
