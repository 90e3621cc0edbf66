"""Starts from zeros, so that the hidden units stay equal."""
# expect: {"train": [0, ["same-start"]]}
# %% train
def train(X, y, seed):
    params = {"W1": np.zeros((X.shape[1], 64)), "b1": np.zeros(64),
              "W2": np.zeros((64, y.shape[1])), "b2": np.zeros(y.shape[1])}
    for _ in range(300):
        _, gradients = loss_and_gradients(params, X, y)
        for name in params:
            params[name] -= 0.3 * gradients[name]
    return params
