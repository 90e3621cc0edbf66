"""Subtracts one maximum for all rows; single rows are right."""
# expect: {"loss_and_gradients": [3, ["max-of-all"]]}
# %% loss_and_gradients
def loss_and_gradients(params, X, y):
    Z1 = linear_forward(X, params["W1"], params["b1"])
    A = relu_forward(Z1)
    Z2 = linear_forward(A, params["W2"], params["b2"])
    Z2 = Z2 - Z2.max()
    log_s = Z2 - np.log(np.exp(Z2).sum(axis=1, keepdims=True))
    loss = -(y * log_s).sum() / len(X)
    dA, dW2, db2 = linear_backward(A, params["W2"], (np.exp(log_s) - y) / len(X))
    _, dW1, db1 = linear_backward(X, params["W1"], relu_backward(Z1, dA))
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
