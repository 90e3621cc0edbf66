"""In place, on copies of their own."""
# %% ps1_losses sigmoid_backward
def sigmoid_backward(a, g):
    dz = 1 - a
    dz *= a
    dz *= g
    return dz
# %% ps1_losses bce_with_logits_backward
def bce_with_logits_backward(z, y):
    dz = sigmoid_forward(z)
    dz -= y
    dz /= len(z)
    return dz
# %% ps2_missing_sum dL_dz_entry
def dL_dz_entry(s, y, j):
    terms = y.copy()
    terms *= s[j]
    terms[j] -= y[j]
    return terms.sum()
# %% ps2_missing_sum missing_part
def missing_part(s, y):
    dz = np.array(s)
    dz *= y.sum()
    dz -= s * y
    return dz
# %% ps2_missing_sum ps3_jacobian softmax_backward
def softmax_backward(s, g):
    dz = s * g
    dz -= s * dz.sum(axis=1, keepdims=True)
    return dz
# %% ps3_jacobian softmax_jacobian
def softmax_jacobian(s):
    J = np.zeros((*s.shape, s.shape[1]))
    J -= s[:, :, None]
    J *= s[:, None, :]
    J[:, range(s.shape[1]), range(s.shape[1])] += s
    return J
# %% ps3_jacobian softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    J = softmax_jacobian(s)
    J *= g[:, :, None]
    return J.sum(axis=1)
# %% ps3_jacobian log_softmax_backward
def log_softmax_backward(z, g):
    dz = log_softmax_forward(z)
    np.exp(dz, out=dz)
    dz *= -g.sum(axis=1)[:, None]
    dz += g
    return dz
# %% ps3_jacobian mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    dz = s - y
    dz /= len(z)
    dz -= (s * dz).sum(axis=1, keepdims=True)
    dz *= s
    return dz
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    dz = z.copy()
    dz -= dz.max(axis=1, keepdims=True)
    np.exp(dz, out=dz)
    dz *= y.sum(axis=1, keepdims=True) / dz.sum(axis=1, keepdims=True)
    dz -= y
    dz /= len(z)
    return dz
# %% ps4_fused cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    rows, = np.nonzero(labels != ignore_index)
    dz = z - z.max(axis=1, keepdims=True)
    np.exp(dz, out=dz)
    dz /= dz.sum(axis=1, keepdims=True)
    dz[rows, labels[rows]] -= 1
    dz[labels == ignore_index] = 0
    dz /= max(len(rows), 1)
    return dz
# %% ps5_gradient_check central_difference
def central_difference(f, x, h):
    x, gradient = np.array(x, dtype=float), np.zeros(x.shape)
    for i in range(x.size):
        before = x.flat[i]
        x.flat[i] = before + h
        gradient.flat[i] += f(x)
        x.flat[i] = before - h
        gradient.flat[i] -= f(x)
        x.flat[i] = before
    gradient /= 2 * h
    return gradient
# %% ps6_network relu_backward
def relu_backward(z, g):
    dz = np.array(g)
    dz *= z > 0
    return dz
# %% ps5_gradient_check relative_error
def relative_error(a, b):
    d = a.astype(float)
    d -= b
    d *= d
    larger = a.astype(float)
    larger *= larger
    other = b.astype(float)
    other *= other
    size = max(larger.sum(), other.sum())
    return float(np.sqrt(d.sum() / size)) if size else 0.0
# %% ps5_gradient_check gradient_check
def gradient_check(forward, backward, z, y):
    off = np.array(backward(z, y), dtype=float)
    if off.shape != z.shape:
        return False
    z, size = z.copy(), 0.0
    for k in range(z.size):
        before = z.flat[k]
        z.flat[k] += 1e-5
        slope = forward(z, y)
        z.flat[k] = before - 1e-5
        slope -= forward(z, y)
        slope /= 2e-5
        z.flat[k] = before
        off.flat[k] -= slope
        size += slope * slope
    off *= off
    return bool(off.sum() <= 1e-10 * size)
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    dX, dW, db = np.zeros_like(X), np.zeros_like(W), np.zeros(W.shape[1])
    for k in range(W.shape[1]):
        dX += np.outer(g[:, k], W[:, k])
        dW[:, k] += g[:, k] @ X
        db[k] += g[:, k].sum()
    return dX, dW, db
# %% ps6_network loss_and_gradients
def loss_and_gradients(params, X, y):
    A = X @ params["W1"]
    A += params["b1"]
    off = A <= 0
    A[off] = 0
    d = A @ params["W2"]
    d += params["b2"]
    d -= d.max(axis=1, keepdims=True)
    loss = -(d * y).sum()
    np.exp(d, out=d)
    total = d.sum(axis=1, keepdims=True)
    loss += np.log(total).sum()
    d /= total
    d -= y
    d /= len(X)
    gradients = {"W2": A.T @ d, "b2": d.sum(axis=0)}
    d = d @ params["W2"].T
    d[off] = 0
    gradients.update(W1=X.T @ d, b1=d.sum(axis=0))
    return loss / len(X), gradients
# %% ps7_attention masked_softmax
def masked_softmax(x, mask):
    e = x.copy()
    if mask is not None:
        e[~mask] = -np.inf
    top = e.max(axis=1, keepdims=True)
    top[top == -np.inf] = 0
    e -= top
    np.exp(e, out=e)
    total = e.sum(axis=1, keepdims=True)
    total[total == 0] = 1
    e /= total
    return e
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    dx = dp.copy()
    dx *= p
    total = dx.sum(axis=1, keepdims=True)
    dx -= p * total
    return dx
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    o, p = attention_forward(q, k, v, mask)
    ds = do @ v.T
    ds -= delta(o, do)[:, None]
    ds *= p
    ds /= np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, p.T @ do
