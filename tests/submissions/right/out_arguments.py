"""Universal functions with out= and where=, into arrays made before."""
# %% ps1_losses cross_entropy_backward
def cross_entropy_backward(s, y):
    out = np.divide(y, s, out=np.zeros(s.shape), where=y > 0)
    return np.divide(np.negative(out, out=out), len(s), out=out)
# %% ps1_losses sigmoid_backward
def sigmoid_backward(a, g):
    out = np.subtract(1, a)
    return np.multiply(np.multiply(out, a, out=out), g, out=out)
# %% ps2_missing_sum missing_part
def missing_part(s, y):
    out = np.subtract(np.add.reduce(y), y)
    return np.multiply(out, s, out=out)
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    out = np.empty(s.shape)
    np.multiply(s, g, out=out)
    dot = np.add.reduce(out, axis=1, keepdims=True)
    np.subtract(g, dot, out=out)
    return np.multiply(out, s, out=out)
# %% ps3_jacobian softmax_jacobian
def softmax_jacobian(s):
    out = np.empty((*s.shape, s.shape[1]))
    np.multiply(s[:, :, None], s[:, None, :], out=out)
    np.negative(out, out=out)
    return np.add(out, s[:, None, :], out=out, where=np.eye(s.shape[1], dtype=bool))
# %% ps3_jacobian softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    out = np.empty((len(s), 1, s.shape[1]))
    return np.matmul(g[:, None], softmax_jacobian(s), out=out)[:, 0]
# %% ps3_jacobian log_softmax_backward
def log_softmax_backward(z, g):
    out = log_softmax_forward(z)
    np.exp(out, out=out)
    np.multiply(out, np.add.reduce(g, axis=1, keepdims=True), out=out)
    return np.subtract(g, out, out=out)
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    out = np.subtract(z, np.maximum.reduce(z, axis=1, keepdims=True))
    np.exp(out, out=out)
    np.divide(out, np.add.reduce(out, axis=1, keepdims=True), out=out)
    np.multiply(out, np.add.reduce(y, axis=1, keepdims=True), out=out)
    np.subtract(out, y, out=out)
    return np.divide(out, len(z), out=out)
# %% ps4_fused cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = np.not_equal(labels, ignore_index)
    x = np.subtract(z, np.maximum.reduce(z, axis=1, keepdims=True))
    total = np.add.reduce(np.exp(x), axis=1, keepdims=True)
    out = np.divide(np.exp(x), total, out=np.zeros_like(x), where=kept[:, None])
    np.subtract.at(out, (np.flatnonzero(kept), labels[kept]), 1)
    return np.divide(out, np.count_nonzero(kept), out=out, where=kept[:, None])
# %% ps6_network relu_backward
def relu_backward(z, g):
    return np.multiply(g, np.greater(z, 0), out=np.empty(z.shape))
# %% ps5_gradient_check central_difference
def central_difference(f, x, h):
    moved, out = np.empty(x.shape), np.empty(x.shape)
    step = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        step[index] = h
        above = f(np.add(x, step, out=moved))
        out[index] = above - f(np.subtract(x, step, out=moved))
        step[index] = 0
    return np.divide(out, 2 * h, out=out)
# %% ps5_gradient_check relative_error
def relative_error(a, b):
    out = np.subtract(a, b)
    difference = np.sqrt(np.add.reduce(np.square(out, out=out), axis=None))
    squares = np.add.reduce(np.square(a, out=out), axis=None), np.add.reduce(np.square(b), axis=None)
    larger = np.sqrt(np.maximum(*squares))
    return float(np.divide(difference, larger, out=np.zeros(()), where=larger > 0))
# %% ps5_gradient_check gradient_check
def gradient_check(forward, backward, z, y):
    given, out = backward(z, y), np.zeros(z.shape)
    if given.shape != z.shape or not np.logical_and.reduce(np.isfinite(given), axis=None):
        return False
    for index in np.ndindex(*z.shape):
        step = np.zeros(z.shape)
        step[index] = 1e-5
        out[index] = forward(np.add(z, step), y) - forward(np.subtract(z, step), y)
    np.divide(out, 2e-5, out=out)
    return bool(np.less_equal(relative_error(given, out), 1e-5))
# %% ps6_network linear_forward
def linear_forward(X, W, b):
    out = np.empty((len(X), W.shape[1]))
    return np.add(np.matmul(X, W, out=out), b, out=out)
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    dX, dW, db = np.empty(X.shape), np.empty(W.shape), np.empty(W.shape[1])
    return np.matmul(g, W.T, out=dX), np.matmul(X.T, g, out=dW), np.add.reduce(g, axis=0, out=db)
# %% ps6_network relu_forward
def relu_forward(z):
    return np.maximum(z, 0, out=np.empty(z.shape))
# %% ps6_network loss_and_gradients
def loss_and_gradients(params, X, y):
    Z1 = linear_forward(X, params["W1"], params["b1"])
    A = relu_forward(Z1)
    log_s = linear_forward(A, params["W2"], params["b2"])
    np.subtract(log_s, np.logaddexp.reduce(log_s, axis=1, keepdims=True), out=log_s)
    loss = np.negative(np.add.reduce(np.multiply(y, log_s), axis=None)) / len(X)
    np.subtract(np.exp(log_s, out=log_s), y, out=log_s)
    np.divide(log_s, len(X), out=log_s)
    dA, dW2, db2 = linear_backward(A, params["W2"], log_s)
    np.multiply(dA, np.greater(Z1, 0), out=dA)
    _, dW1, db1 = linear_backward(X, params["W1"], dA)
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
# %% ps7_attention masked_softmax
def masked_softmax(x, mask):
    seen = np.full(x.shape, True) if mask is None else mask
    top = np.max(x, axis=1, keepdims=True, where=seen, initial=-np.inf)
    np.copyto(top, 0, where=np.isneginf(top))
    p = np.zeros_like(x)
    np.subtract(x, top, out=p, where=seen)
    np.exp(p, out=p, where=seen)
    total = np.add.reduce(p, axis=1, keepdims=True)
    np.divide(p, total, out=p, where=total > 0)
    return p
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    out = np.empty(p.shape)
    np.multiply(p, dp, out=out)
    total = np.add.reduce(out, axis=1, keepdims=True)
    np.subtract(out, p * total, out=out)
    return out
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    o, p = attention_forward(q, k, v, mask)
    ds, dv = np.empty(p.shape, dtype=q.dtype), np.empty(v.shape, dtype=v.dtype)
    np.matmul(do, v.T, out=ds)
    np.subtract(ds, np.add.reduce(do * o, axis=1, keepdims=True), out=ds)
    np.multiply(ds, p, out=ds)
    np.multiply(ds, ds.dtype.type(q.shape[1] ** -0.5), out=ds)
    np.matmul(p.T, do, out=dv)
    return ds @ k, ds.T @ q, dv
