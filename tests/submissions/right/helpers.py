"""Helper functions, small ones with names of their own."""
# %% setup
def column(v):
    return np.reshape(v, (-1, 1))

def row_sums(a):
    return column(np.sum(a, axis=1))

def row_dots(a, b):
    return row_sums(a * b)

def probabilities(z):
    e = np.exp(z - column(np.max(z, axis=1)))
    return e / row_sums(e)

def mean_over_rows(a):
    return a / a.shape[0]
# %% ps1_losses mse_backward
def mse_backward(a, y):
    return mean_over_rows(a - y)
# %% ps1_losses sigmoid_backward
def slope(a):
    return a * (1 - a)

def sigmoid_backward(a, g):
    return g * slope(a)
# %% ps2_missing_sum dL_dz_entry
def dL_ds(s, y):
    return -y / s

def dL_dz_entry(s, y, j):
    return np.dot(dL_ds(s, y), [softmax_partial(s, i, j) for i in range(len(s))])
# %% ps2_missing_sum missing_part
def diagonal_part(s, y):
    return -y * (1 - s)

def missing_part(s, y):
    return np.array([dL_dz_entry(s, y, j) for j in range(len(s))]) - diagonal_part(s, y)
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    return s * (g - row_dots(s, g))
# %% ps3_jacobian softmax_jacobian
def jacobian(s):
    return np.diag(s) - np.outer(s, s)

def softmax_jacobian(s):
    return np.stack([jacobian(row) for row in s])
# %% ps3_jacobian softmax_backward_jacobian
def vjp(J, g):
    return g @ J

def softmax_backward_jacobian(s, g):
    return np.stack([vjp(*pair) for pair in zip(softmax_jacobian(s), g)])
# %% ps3_jacobian log_softmax_backward
def log_softmax_backward(z, g):
    return g - probabilities(z) * row_sums(g)
# %% ps3_jacobian mse_softmax_backward
def mse_softmax_backward(z, y):
    s = probabilities(z)
    return mean_over_rows(softmax_backward(s, s - y))
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    return mean_over_rows(probabilities(z) * row_sums(y) - y)
# %% ps4_fused cross_entropy_from_labels_backward
def scattered(rows, where):
    out = np.zeros((len(where), rows.shape[1]))
    out[where] = rows
    return out

def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    if not any(kept):
        return np.zeros(z.shape)
    return scattered(mean_over_rows(probabilities(z[kept]) - np.eye(z.shape[1])[labels[kept]]), kept)
# %% ps5_gradient_check relative_error
def norm(a):
    return np.sqrt(np.sum(np.square(a)))

def relative_error(a, b):
    return norm(a - b) / max(norm(a), norm(b)) if norm(a) or norm(b) else 0.0
# %% ps5_gradient_check central_difference
def moved(x, index, by):
    x = np.array(x, dtype=np.float64)
    x[index] += by
    return x

def slope(f, x, index, h):
    return (f(moved(x, index, h)) - f(moved(x, index, -h))) / (2 * h)

def central_difference(f, x, h):
    return np.reshape([slope(f, x, index, h) for index in np.ndindex(*x.shape)], x.shape)
# %% ps5_gradient_check gradient_check
def fits(given, z):
    return np.shape(given) == np.shape(z)

def is_finite(given):
    return not np.isnan(given).any() and not np.isinf(given).any()

def near(given, measured):
    return relative_error(given, measured) < 3e-6

def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if not (fits(given, z) and is_finite(given)):
        return False
    return bool(near(given, central_difference(lambda x: forward(x, y), z, 1e-5)))
# %% ps6_network linear_backward
def of_inputs(W, g):
    return g @ W.T

def of_weights(X, g):
    return X.T @ g

def of_bias(g):
    return np.sum(g, axis=0)

def linear_backward(X, W, g):
    return of_inputs(W, g), of_weights(X, g), of_bias(g)
# %% ps6_network relu_backward
def slope_of_relu(z):
    return np.heaviside(z, 0)

def relu_backward(z, g):
    return slope_of_relu(z) * g
# %% ps6_network loss_and_gradients
def hidden(params, X):
    return linear_forward(X, params["W1"], params["b1"])

def logits(params, A):
    return linear_forward(A, params["W2"], params["b2"])

def loss_from(Z, y):
    top = column(Z.max(axis=1))
    return np.mean(np.sum(y * (top + np.log(row_sums(np.exp(Z - top))) - Z), axis=1))

def loss_and_gradients(params, X, y):
    Z1 = hidden(params, X)
    A = relu_forward(Z1)
    Z2 = logits(params, A)
    dA, dW2, db2 = linear_backward(A, params["W2"], mean_over_rows(probabilities(Z2) - y))
    _, dW1, db1 = linear_backward(X, params["W1"], relu_backward(Z1, dA))
    return loss_from(Z2, y), dict(W1=dW1, b1=db1, W2=dW2, b2=db2)
# %% ps7_attention masked_softmax
def hidden(x, mask):
    return np.zeros(x.shape, dtype=bool) if mask is None else ~mask
def exponentials(x, away):
    x = x.copy()
    x[away] = -np.inf
    top = x.max(axis=1)
    top[np.isneginf(top)] = 0
    return np.exp(x - top[:, None])
def masked_softmax(x, mask):
    e = exponentials(x, hidden(x, mask))
    total = e.sum(axis=1)
    total[total == 0] = 1
    return e / total[:, None]
# %% ps7_attention scores_backward
def row_sums(a, b):
    return (a * b).sum(axis=-1, keepdims=True)
def scores_backward(p, dp):
    return p * dp - p * row_sums(p, dp)
# %% ps7_attention attention_backward
def back_through_values(p, v, do):
    return do @ v.T, p.T @ do
def back_through_scores(ds, q, k):
    scale = 1 / np.sqrt(q.shape[-1])
    return scale * (ds @ k), scale * (ds.T @ q)
def attention_backward(q, k, v, mask, do):
    o, p = attention_forward(q, k, v, mask)
    dp, dv = back_through_values(p, v, do)
    return *back_through_scores(scores_backward(p, dp), q, k), dv
