"""Classes behind the functions; the layers remember what the forward pass computed."""
# %% setup
from dataclasses import dataclass

@dataclass
class Softmax:
    s: np.ndarray

    @classmethod
    def of(cls, z):
        e = np.exp(z - np.amax(z, axis=-1, keepdims=True))
        return cls(e / e.sum(axis=-1, keepdims=True))

    @property
    def jacobian(self):
        return self.s[..., None] * (np.eye(self.s.shape[-1]) - self.s[..., None, :])

    def backward(self, g):
        return self.s * (g - np.sum(self.s * g, axis=-1, keepdims=True))
# %% ps1_losses sigmoid_backward
class Sigmoid:
    def __init__(self, a):
        self.a = a

    def __rmul__(self, g):
        return g * self.a * (1 - self.a)

    __array_ufunc__ = None

def sigmoid_backward(a, g):
    return g * Sigmoid(a)
# %% ps2_missing_sum dL_dz_entry
def dL_dz_entry(s, y, j):
    return Softmax(s).backward(-y / s)[j]
# %% ps2_missing_sum missing_part
def missing_part(s, y):
    layer = Softmax(s)
    return layer.backward(-y / s) + y / s * np.diag(layer.jacobian)
# %% ps2_missing_sum ps3_jacobian softmax_backward
class Backward:
    def vjp(self, s, g):
        return Softmax(s).backward(g)

softmax_backward = Backward().vjp
# %% ps3_jacobian softmax_jacobian
def softmax_jacobian(s):
    return Softmax(s).jacobian
# %% ps3_jacobian softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return np.array([upstream @ Softmax(row).jacobian for row, upstream in zip(s, g)])
# %% ps3_jacobian log_softmax_backward
class LogSoftmax(Softmax):
    def backward(self, g):
        return g - self.s * g.sum(axis=-1, keepdims=True)

def log_softmax_backward(z, g):
    return LogSoftmax.of(z).backward(g)
# %% ps3_jacobian mse_softmax_backward
def mse_softmax_backward(z, y):
    layer = Softmax.of(z)
    return layer.backward(layer.s - y) / len(z)
# %% ps4_fused softmax_cross_entropy_backward
class CrossEntropy:
    def __init__(self, z, y):
        self.layer, self.y = Softmax.of(z), y

    def backward(self):
        return (self.layer.s * self.y.sum(axis=1, keepdims=True) - self.y) / len(self.y)

def softmax_cross_entropy_backward(z, y):
    return CrossEntropy(z, y).backward()
# %% ps4_fused cross_entropy_from_labels_backward
class FromLabels:
    def __init__(self, z, labels, ignore_index):
        self.s, self.labels, self.kept = Softmax.of(z).s, labels, labels != ignore_index

    def backward(self):
        y = np.eye(self.s.shape[1])[np.where(self.kept, self.labels, 0)]
        return (self.s - y) * self.kept[:, None] / max(self.kept.sum(), 1)

def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    return FromLabels(z, labels, ignore_index).backward()
# %% ps6_network linear_backward
class Linear:
    def __init__(self, X, W):
        self.X, self.W = X, W

    def backward(self, g):
        return g.dot(self.W.T), self.X.T.dot(g), np.add.reduce(g)

def linear_backward(X, W, g):
    return Linear(X, W).backward(g)
# %% ps5_gradient_check central_difference
class Moved:
    """x with one entry moved, and put back at the end."""

    def __init__(self, x, k, by):
        self.x, self.k, self.by = x, k, by

    def __enter__(self):
        self.before = self.x.flat[self.k]
        self.x.flat[self.k] += self.by
        return self.x.copy()

    def __exit__(self, *error):
        self.x.flat[self.k] = self.before

def central_difference(f, x, h):
    x = np.array(x, dtype=float)
    slopes = np.zeros(x.shape)
    for k in range(x.size):
        with Moved(x, k, h) as moved:
            above = f(moved)
        with Moved(x, k, -h) as moved:
            slopes.flat[k] = (above - f(moved)) / (2 * h)
    return slopes
# %% ps5_gradient_check relative_error
class Array:
    def __init__(self, values):
        self.values = values

    def __abs__(self):
        return np.linalg.norm(self.values)

    def __sub__(self, other):
        return Array(self.values - other.values)

def relative_error(a, b):
    a, b = Array(a), Array(b)
    larger = max(abs(a), abs(b))
    return abs(a - b) / larger if larger else 0.0
# %% ps5_gradient_check gradient_check
class Checker:
    tolerance = 1e-5

    def __init__(self, forward, z, y):
        self.measured = central_difference(lambda z: forward(z, y), z, 1e-5)

    def accepts(self, given):
        if given.shape != self.measured.shape or not np.isfinite(given).all():
            return False
        return bool(relative_error(given, self.measured) <= self.tolerance)

def gradient_check(forward, backward, z, y):
    return Checker(forward, z, y).accepts(backward(z, y))
# %% ps6_network relu_backward
class ReLU:
    def __call__(self, z):
        self.on = np.greater(z, 0)
        return z * self.on

    def backward(self, g):
        return g * self.on

def relu_backward(z, g):
    layer = ReLU()
    layer(z)
    return layer.backward(g)
# %% ps6_network loss_and_gradients
class Layer:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, X):
        self.X = X
        return linear_forward(X, self.W, self.b)

    def backward(self, g):
        dX, self.dW, self.db = linear_backward(self.X, self.W, g)
        return dX

class Switch:
    def __call__(self, Z):
        self.Z = Z
        return relu_forward(Z)

    def backward(self, g):
        return relu_backward(self.Z, g)

class Loss:
    def __init__(self, y):
        self.y = y

    def __call__(self, Z):
        lse = np.logaddexp.reduce(Z, axis=1, keepdims=True)
        self.s = np.exp(Z - lse)
        return np.sum(self.y * (lse - Z)) / len(Z)

    def backward(self):
        return (self.s - self.y) / len(self.y)

def loss_and_gradients(params, X, y):
    first, second, end = Layer(params["W1"], params["b1"]), Layer(params["W2"], params["b2"]), Loss(y)
    network, values = [first, Switch(), second], X
    for layer in network:
        values = layer(values)
    loss, g = end(values), end.backward()
    for layer in network[::-1]:
        g = layer.backward(g)
    return loss, {"W1": first.dW, "b1": first.db, "W2": second.dW, "b2": second.db}
# %% ps7_attention masked_softmax
class MaskedSoftmax:
    def __init__(self, mask):
        self.mask = mask
    def forward(self, x):
        x = x if self.mask is None else np.where(self.mask, x, -np.inf)
        top = np.maximum(x.max(axis=1, keepdims=True), np.finfo(x.dtype).min)
        e = np.exp(x - top)
        self.p = e / np.maximum(e.sum(axis=1, keepdims=True), np.finfo(x.dtype).tiny)
        return self.p
    def backward(self, dp):
        return self.p * (dp - (self.p * dp).sum(axis=1, keepdims=True))
def masked_softmax(x, mask):
    return MaskedSoftmax(mask).forward(x)
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    layer = MaskedSoftmax(None)
    layer.p = p
    return layer.backward(dp)
# %% ps7_attention attention_backward
class Head:
    def __init__(self, q, k, v, mask):
        self.q, self.k, self.v, self.scale = q, k, v, q.shape[1] ** -0.5
        self.softmax = MaskedSoftmax(mask)
        self.softmax.forward(q @ k.T * self.scale)
    def backward(self, do):
        ds = self.softmax.backward(do @ self.v.T) * self.scale
        return ds @ self.k, ds.T @ self.q, self.softmax.p.T @ do
def attention_backward(q, k, v, mask, do):
    return Head(q, k, v, mask).backward(do)
