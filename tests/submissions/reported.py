"""Mistakes that people reported in public, each written down again: what must be said of it, and what must not.

One `Reported` a mistake. ``asked`` is ``<problem set> <function>``, or ``diagnose``: then the cell defines ``f``, which
is row-wise, and ``backward(x, g)``. What is said of it is right if it names one of ``slips`` and nothing else, or if
its words hold ``says``; it misleads if they hold ``never``. ``where`` is an expression of the cell that is at fault;
empty if no single one is.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reported:
    """One mistake; ``says`` and ``never`` are regular expressions, sought without regard to case or line breaks."""

    line: str
    """the number in the list, with a letter where one line holds several"""
    asked: str
    cell: str
    slips: tuple[str, ...] = ()
    """names that are right, each a name by itself or several joined by +"""
    says: str = ""
    never: str = ""
    where: tuple[str, ...] = ()
    shape: tuple[int, int] = (5, 4)
    """of x, where ``diagnose`` is asked"""
    slow: bool = False
    """whether it trains a network"""

    @property
    def number(self) -> int:
        return int(self.line.rstrip("abcdefgh"))


SOFTMAX_BACKWARD = (
    Reported(
        "1",
        "ps2_missing_sum softmax_backward",
        """
def softmax_backward(s, g):
    out = np.zeros(s.shape)
    for row in range(len(s)):
        J = np.diag(s[row]) - np.outer(s[row], s[row])
        out[row] = J.sum(axis=1) * g[row]
    return out
""",
        slips=("summed-before-weighted",),
        says=r"(sum|add)\w* [^.]*before[^.]*(weigh|multipl)|rows? (of the Jacobian )?(add|sum)s? up to 0",
        never=r"does not depend on the upstream",
        where=("J.sum(axis=1) * g[row]", "J.sum(axis=1)"),
    ),
    Reported(
        "2",
        "ps2_missing_sum softmax_backward",
        """
def softmax_backward(s, g):
    flat = s.ravel()
    J = np.diag(flat) - np.outer(flat, flat)
    return J.sum(1).reshape(s.shape) * g
""",
        slips=(
            "summed-before-weighted",
            "one-jacobian-for-all",
            "one-jacobian-for-all+summed-before-weighted",
        ),
        says=r"(whole|one|all)[^.]*(batch|rows|matrix)",
        where=("J.sum(1).reshape(s.shape) * g", "s.ravel()", "J.sum(1)"),
    ),
    Reported(
        "3",
        "diagnose",
        """
def f(x):
    e = np.exp(x)
    return e / e.sum(axis=1, keepdims=True)

def backward(x, g):
    e = np.exp(x)
    return g * e
""",
        slips=("not-normalised", "wrong-array+left-out"),
        says=r"normalis|divided by the sum|exp\(z\)|exp\(x\)|exponential",
        where=("g * e",),
    ),
    Reported(
        "4",
        "ps2_missing_sum softmax_backward",
        """
def softmax_backward(s, g):
    n, c = s.shape
    out = np.zeros((n, c))
    for k in range(n):
        for i in range(c):
            for j in range(c):
                out[k, i] = s[k, i] * ((i == j) - s[k, j]) * g[k, i]
    return out
""",
        slips=("one-term-only",),
        says=r"(only )?the last (term|column|of)|last[^.]*alone|one term",
        where=("out[k, i] = s[k, i] * ((i == j) - s[k, j]) * g[k, i]",),
    ),
    Reported(
        "5",
        "diagnose",
        """
def f(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def backward(x, g):
    s = f(x)
    K = s[:, :, None] * (np.eye(x.shape[1]) - x[:, None, :])
    out = np.empty(x.shape)
    for j in range(x.shape[1]):
        out[:, :] = K[:, :, j] * g
    return out
""",
        slips=("wrong-array+one-term-only",),
        says=r"(input|logits)[^.]*(output|s )[^.]*last|last[^.]*(input|logits)",
        where=("x[:, None, :]", "out[:, :] = K[:, :, j] * g", "K[:, :, j] * g"),
    ),
    Reported(
        "6",
        "ps2_missing_sum softmax_backward",
        """
def softmax_backward(s, g):
    e = np.exp(g - g.max(axis=1, keepdims=True))
    p = (e / e.sum(axis=1, keepdims=True)).reshape(-1, 1)
    return np.diagflat(p) - p @ p.T
""",
        says=r"matrix|shape is \(28, 28\)[^.]*Jacobian|\(n.c, n.c\)|Jacobian itself",
        where=("np.diagflat(p) - p @ p.T",),
    ),
    Reported(
        "7",
        "ps2_missing_sum softmax_backward",
        """
def softmax_backward(s, g):
    weighed = g * s
    return weighed * (g - weighed.sum(1, keepdims=True))
""",
        says=r"(factor|times|multipl)[^.]*(g|upstream)[^.]*(too many|too often|once more|twice|again)"
        r"|(twice|too often|again)[^.]*(upstream|\bg\b)|(upstream|\bg\b)[^.]*(twice|too often|again|once more)",
        where=("weighed * (g - weighed.sum(1, keepdims=True))", "weighed"),
    ),
    Reported(
        "8",
        "ps3_jacobian softmax_backward",
        """
def softmax_backward(s, g):
    minus_outer = -np.einsum('ki,kj->ijk', s, s)
    return np.matmul(g, minus_outer) + g * s
""",
        says=r"axes|order|n = c|one product a row|own (matrix|Jacobian)",
        where=("np.matmul(g, minus_outer)", "np.einsum('ki,kj->ijk', s, s)", "-np.einsum('ki,kj->ijk', s, s)"),
    ),
    Reported(
        "9",
        "ps2_missing_sum softmax_backward",
        """
def softmax_backward(s, g):
    return s * (g - (g * s).mean(axis=1, keepdims=True))
""",
        slips=("mean-for-sum",),
        says=r"mean[^.]*(sum)",
        where=("(g * s).mean(axis=1, keepdims=True)",),
    ),
    Reported(
        "10",
        "ps2_missing_sum softmax_backward",
        """
def softmax_backward(s, g):
    first = s[0] * (g[0] - (g[0] * s[0]).sum())
    return np.tile(first, (len(s), 1))
""",
        slips=("first-row-everywhere",),
        says=r"first row|row 0",
        where=("s[0] * (g[0] - (g[0] * s[0]).sum())", "s[0]", "np.tile(first, (len(s), 1))"),
    ),
    Reported(
        "11",
        "diagnose",
        """
def f(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return x * (e / e.sum(axis=1, keepdims=True))

def backward(x, g):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    ds = g * x
    return s * (ds - (s * ds).sum(axis=1, keepdims=True))
""",
        slips=("second-path",),
        says=r"path|direct",
        where=("s * (ds - (s * ds).sum(axis=1, keepdims=True))",),
    ),
    Reported(
        "12",
        "diagnose",
        """
def f(x):
    e = np.exp((x - x.max(axis=1, keepdims=True)) / 2.5)
    return e / e.sum(axis=1, keepdims=True)

def backward(x, g):
    s = f(x)
    return s * (g - (s * g).sum(axis=1, keepdims=True))
""",
        slips=("constant-factor",),
        says=r"2\.5",
        never=r"number of rows|half of|twice what",
        where=("s * (g - (s * g).sum(axis=1, keepdims=True))",),
    ),
    Reported(
        "13",
        "diagnose",
        """
def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def f(x):
    return softmax(x / 1.6)

def backward(x, g):
    s = softmax(x * 1.6)
    return s * (g - (s * g).sum(axis=1, keepdims=True)) / 1.6
""",
        slips=("wrong-point",),
        says=r"(another|other|wrong) point|multiple of (z|x|the input|the logits)|evaluated at",
        where=("x * 1.6", "softmax(x * 1.6)"),
    ),
    Reported(
        "14",
        "diagnose",
        """
keys = np.random.default_rng(5).normal(size=(7, 4))

def f(x):
    scores = x @ keys.T / 2.0
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def backward(x, g):
    s = f(x)
    ds = s * (g - (s * g).sum(axis=1, keepdims=True))
    return ds @ keys
""",
        slips=("factor-two",),
        says=r"twice|\b2 times|factor (of )?2\b",
        never=r"of the square|number of",
        where=("ds @ keys", "ds"),
    ),
)

LOG_SOFTMAX = (
    Reported(
        "15",
        "ps3_jacobian log_softmax_backward",
        """
def log_softmax_backward(z, g):
    p = log_softmax_forward(z)
    return g - (g * p).sum(1, keepdims=True)
""",
        says=r"ln s|logarithm",
        where=("(g * p).sum(1, keepdims=True)", "g * p", "p"),
    ),
    Reported(
        "16",
        "ps3_jacobian log_softmax_backward",
        """
def log_softmax_backward(z, g):
    s = np.exp(log_softmax_forward(z))
    return g + s
""",
        says=r"sum of g|sum[^.]*(left out|missing|not there)",
        where=("g + s", "s"),
    ),
    Reported(
        "17",
        "ps3_jacobian log_softmax_backward",
        """
def log_softmax_backward(z, g):
    e = np.exp(log_softmax_forward(z))
    return g - e * (e * g / e).sum(1, keepdims=True)
""",
        slips=("zero-over-zero",),
        says=r"0/0|0 (divided )?by 0|0 divided by|underflow",
        where=("e * g / e", "(e * g / e).sum(1, keepdims=True)"),
    ),
)

LOSSES = (
    Reported(
        "18",
        "ps2_missing_sum softmax_forward",
        """
def softmax_forward(z):
    return 1 / (1 + np.exp(-z))
""",
        slips=("sigmoid-for-softmax",),
        says=r"sigmoid",
        where=("1 / (1 + np.exp(-z))",),
    ),
    Reported(
        "19",
        "ps2_missing_sum softmax_forward",
        """
def softmax_forward(z):
    return z / z.sum(1, keepdims=True)
""",
        slips=("no-exponential",),
        says=r"(no|without|missing|left out)[^.]*exponential|exponential[^.]*(missing|left out|not)",
        where=("z / z.sum(1, keepdims=True)", "z"),
    ),
    Reported(
        "20",
        "ps2_missing_sum softmax_forward",
        """
def softmax_forward(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return -e / e.sum(1, keepdims=True)
""",
        slips=("sign",),
        says=r"sign",
        never=r"sign of (z|the logits)|softmax\(-z\)",
        where=("-e / e.sum(1, keepdims=True)", "-e"),
    ),
    Reported(
        "21",
        "ps2_missing_sum softmax_forward",
        """
def softmax_forward(z):
    e = np.exp(np.clip(z, -50, 50))
    return e / e.sum(axis=1, keepdims=True)
""",
        slips=("cut-logits",),
        says=r"(clip|cut)\w* [^.]*logits|logits[^.]*(clip|cut)",
        where=("np.clip(z, -50, 50)",),
    ),
    Reported(
        "22",
        "ps1_losses cross_entropy_backward",
        """
def cross_entropy_backward(s, y):
    return (-y / s + (1 - y) / (1 - s)) / len(s)
""",
        slips=("two-sided",),
        says=r"binary",
        never=r"divides the result by the diagonal",
        where=("(1 - y) / (1 - s)", "-y / s + (1 - y) / (1 - s)"),
    ),
    Reported(
        "23a",
        "ps4_fused softmax_cross_entropy_forward",
        """
def softmax_cross_entropy_forward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return -(y * np.log(s) + (1 - y) * np.log(1 - s)).sum() / len(z)
""",
        slips=("two-sided", "two-sided+log-of-zero"),
        says=r"binary",
        where=("y * np.log(s) + (1 - y) * np.log(1 - s)", "(1 - y) * np.log(1 - s)"),
    ),
    Reported(
        "23b",
        "ps4_fused softmax_cross_entropy_backward",
        """
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    ds = (-y / s + (1 - y) / (1 - s)) / len(z)
    return s * (ds - (s * ds).sum(axis=1, keepdims=True))
""",
        slips=("two-sided", "two-sided+0-times-inf"),
        says=r"binary",
        where=("-y / s + (1 - y) / (1 - s)", "(1 - y) / (1 - s)"),
    ),
    Reported(
        "24",
        "ps4_fused softmax_cross_entropy_backward",
        """
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return (s - y) * s / len(z)
""",
        says=r"factor s\b|(times|multiplied by) s\b",
        never=r"s \(1 - s\) once",
        where=("(s - y) * s",),
    ),
    Reported(
        "25",
        "ps3_jacobian mse_softmax_backward",
        """
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    return 2 * (s - y) * s * (1 - s)
""",
        slips=("missing-sum+factor-two+missing-mean",),
        says=r"diagonal[^.]*(twice|\b2\b)[^.]*(1/n|number of rows|mean)",
        where=("2 * (s - y) * s * (1 - s)",),
    ),
    Reported(
        "26a",
        "ps4_fused softmax_cross_entropy_forward",
        """
def softmax_cross_entropy_forward(z, y):
    s = np.exp(z - logsumexp(z)[:, None])
    again = s - logsumexp(s)[:, None]
    return -(y * again).sum() / len(z)
""",
        slips=("double-softmax",),
        says=r"softmax[^.]*twice",
        where=("np.exp(z - logsumexp(z)[:, None])", "s - logsumexp(s)[:, None]"),
    ),
    Reported(
        "26b",
        "ps4_fused softmax_cross_entropy_backward",
        """
def softmax_cross_entropy_backward(z, y):
    s = np.exp(z - z.max(axis=1, keepdims=True))
    s /= s.sum(axis=1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(axis=1, keepdims=True)
    ds = (p * y.sum(axis=1, keepdims=True) - y) / len(z)
    return s * (ds - (s * ds).sum(axis=1, keepdims=True))
""",
        slips=("double-softmax", "double-softmax+twice"),
        says=r"softmax[^.]*twice",
    ),
    Reported(
        "27a",
        "ps4_fused cross_entropy_from_labels_forward",
        """
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    kept = np.flatnonzero(labels != ignore_index)
    if len(kept) == 0:
        return 0.0
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return -s[kept, labels[kept]].mean()
""",
        slips=("no-logarithm",),
        says=r"logarithm is missing|no logarithm|without[^.]*logarithm|(left out|lacks)[^.]*logarithm",
        where=("-s[kept, labels[kept]].mean()", "s[kept, labels[kept]]"),
    ),
    Reported(
        "27b",
        "ps4_fused cross_entropy_from_labels_backward",
        """
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = np.flatnonzero(labels != ignore_index)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    ds = np.zeros(s.shape)
    ds[kept, labels[kept]] = -1 / max(len(kept), 1)
    return s * (ds - (s * ds).sum(axis=1, keepdims=True))
""",
        slips=("no-logarithm", "not-divided-by-s"),
        says=r"y is multiplied by (the output )?s|logarithm|-y / s",
        where=("-1 / max(len(kept), 1)",),
    ),
    Reported(
        "28a",
        "ps4_fused cross_entropy_from_labels_forward",
        """
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    if not kept.any():
        return 0.0
    z, labels = z[kept], labels[kept] - 1
    shifted = z - z.max(axis=1, keepdims=True)
    return (logsumexp(shifted) - shifted[np.arange(len(z)), labels]).mean()
""",
        slips=("one-label-off",),
        says=r"one (off|too)|off by one|start at [01]|next (class|column)|class before",
        where=("labels[kept] - 1",),
    ),
    Reported(
        "28b",
        "ps4_fused cross_entropy_from_labels_backward",
        """
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    gradient = np.zeros(z.shape)
    kept = labels != ignore_index
    if kept.any():
        y = np.eye(z.shape[1])[labels[kept] - 1]
        gradient[kept] = softmax_cross_entropy_backward(z[kept], y)
    return gradient
""",
        slips=("one-label-off",),
        says=r"one (off|too)|off by one|start at [01]|next (class|column)|class before",
        where=("labels[kept] - 1",),
    ),
    Reported(
        "29a",
        "ps4_fused smooth_labels",
        """
def smooth_labels(labels, c, eps):
    return (1 - eps) * np.eye(c)[labels] + 1 / c
""",
        says=r"eps[^.]*(forgotten|left out|missing|not)|1 / c",
        never=r"(left|still)[^.]*at 0",
        where=("1 / c",),
    ),
    Reported(
        "29b",
        "ps4_fused smooth_labels",
        """
def smooth_labels(labels, c, eps):
    one_hot = np.eye(c)[labels]
    return one_hot * (1 - eps / c) + eps / c
""",
        says=r"eps is divided by|true class[^.]*(keeps|1\b)|keeps? 1|stays? (at )?1",
        where=("1 - eps / c", "eps / c"),
    ),
    Reported(
        "30a",
        "ps4_fused cross_entropy_from_labels_backward",
        """
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    gradient = np.zeros(z.shape)
    for row, label in enumerate(labels):
        if label != ignore_index:
            e = np.exp(z[row] - z[row].max())
            gradient[row] = (e / e.sum() - (np.arange(z.shape[1]) == label)) / 100
    return gradient
""",
        says=r"\b100\b(?!%)",
        where=("100", "(e / e.sum() - (np.arange(z.shape[1]) == label)) / 100"),
    ),
    Reported(
        "30b",
        "ps4_fused softmax_cross_entropy_backward",
        """
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return (s - y) / 100
""",
        says=r"\b100\b(?!%)",
        where=("100", "(s - y) / 100"),
    ),
    Reported(
        "31a",
        "ps2_missing_sum softmax_forward",
        """
def softmax_forward(z):
    z = np.maximum(z, 0)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
        slips=("cut-logits",),
        says=r"below 0|negative|ReLU",
        where=("np.maximum(z, 0)", "z = np.maximum(z, 0)"),
    ),
    Reported(
        "31b",
        "ps4_fused softmax_cross_entropy_backward",
        """
def softmax_cross_entropy_backward(z, y):
    a = z * (z > 0)
    e = np.exp(a - a.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return (s * y.sum(axis=1, keepdims=True) - y) / len(z)
""",
        slips=("cut-logits",),
        says=r"below 0|negative|ReLU",
        where=("z * (z > 0)", "z > 0"),
    ),
    Reported(
        "32",
        "ps1_losses bce_with_logits_backward",
        """
def bce_with_logits_backward(z, y):
    a = sigmoid_forward(z)
    if a.ndim == 1:
        a = a[:, None]
    return (a - y) / len(z)
""",
        slips=("all-differences",),
        says=r"n × n|\(n, n\)|\(n, 1\)|every (pair|row with)",
        where=("a[:, None]", "a = a[:, None]", "a.ndim == 1"),
    ),
    Reported(
        "33",
        "ps1_losses bce_with_logits_backward",
        """
def bce_with_logits_backward(z, y):
    a = sigmoid_forward(z)
    return (a - y) / (a * (1 - a)) * (a * (1 - a)) / len(z)
""",
        slips=("zero-over-zero",),
        says=r"0/0|0 divided by 0|0 by 0",
        where=("(a - y) / (a * (1 - a))", "(a - y) / (a * (1 - a)) * (a * (1 - a))"),
    ),
    Reported(
        "34a",
        "diagnose",
        """
def f(x):
    return 1 / (1 + np.exp(-x))

def backward(x, g):
    return g * x * (1 - x)
""",
        slips=("wrong-array", "no-activation"),
        says=r"input[^.]*output|logits[^.]*(output|value)",
        where=("g * x * (1 - x)", "x"),
    ),
    Reported(
        "34b",
        "ps1_losses sigmoid_backward",
        """
def sigmoid_backward(a, g):
    z = np.log(a / (1 - a))
    return g * z * (1 - z)
""",
        says=r"input|logit",
        where=("g * z * (1 - z)", "np.log(a / (1 - a))"),
    ),
    Reported(
        "35",
        "ps1_losses cross_entropy_backward",
        """
def cross_entropy_backward(s, y):
    return -y * s / len(s)
""",
        slips=("wrong-operation",),
        says=r"multipl[^.]*divi",
        where=("-y * s",),
    ),
    Reported(
        "36",
        "diagnose",
        """
classes = np.array([1, 0, 3, 2, 2])

def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def f(x):
    true = softmax(x)[np.arange(len(x)), classes[:len(x)]]
    return (-(1 - true) ** 2 * np.log(true))[:, None]

def backward(x, g):
    s = softmax(x)
    true = s[np.arange(len(x)), classes[:len(x)]][:, None]
    return g * (1 - true) ** 2 * (s - np.eye(x.shape[1])[classes[:len(x)]])
""",
        slips=("second-path",),
        says=r"path|constant factor that differs|factor[^.]*(depends|constant)",
        where=("g * (1 - true) ** 2 * (s - np.eye(x.shape[1])[classes[:len(x)]])",),
    ),
)

NETWORK_START = """
def loss_and_gradients(params, X, y):
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    Z1 = X @ W1 + b1
    A = np.maximum(Z1, 0)
    Z2 = A @ W2 + b2
    shifted = Z2 - Z2.max(axis=1, keepdims=True)
    s = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    log_s = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -(y * log_s).sum() / len(X)
    dZ2 = (s - y) / len(X)
"""

TRAIN = """
def train(X, y, seed):
    rng = np.random.default_rng(seed)
    n, d, m, c = len(X), X.shape[1], {hidden}, y.shape[1]
    params = {{
        "W1": rng.normal(size=(d, m)) * np.sqrt(2 / d), "b1": np.zeros(m),
        "W2": rng.normal(size=(m, c)) * np.sqrt(2 / m), "b2": np.zeros(c),
    }}
    for _ in range({rounds}):
        order = rng.permutation(n)
        for start in range(0, n, 32):
            rows = order[start:start + 32]
            {step}
    {end}
"""

NETWORK = (
    Reported(
        "37",
        "ps6_network loss_and_gradients",
        NETWORK_START
        + """
    dW2, db2 = A.T @ dZ2, dZ2.sum(axis=0)
    W2 = W2 - 0.1 * dW2
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    return loss, {"W1": X.T @ dZ1, "b1": dZ1.sum(axis=0), "W2": dW2, "b2": db2}
""",
        slips=("new-weights",),
        says=r"(new|updated|changed|stepped)[^.]*weights|W2[^.]*(changed|before)",
        where=("W2 = W2 - 0.1 * dW2", "W2 - 0.1 * dW2"),
    ),
    Reported(
        "38a",
        "ps6_network linear_backward",
        """
def linear_backward(X, W, g):
    dW = X.T @ g
    return g @ W.T, dW, dW.sum(0)
""",
        slips=("from-weights-gradient",),
        says=r"(sum|add)[^.]*rows of g|weights.? gradient|gradient of (W|the weights)",
        where=("dW.sum(0)", "dW"),
    ),
    Reported(
        "38b",
        "ps6_network loss_and_gradients",
        NETWORK_START
        + """
    dW2 = A.T @ dZ2
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    dW1 = X.T @ dZ1
    return loss, {"W1": dW1, "b1": dW1.sum(0), "W2": dW2, "b2": dW2.sum(0)}
""",
        slips=("from-weights-gradient",),
        says=r"(sum|add)[^.]*rows of g|weights.? gradient|gradient of (W|the weights)",
        where=("dW1.sum(0)", "dW2.sum(0)", "dW1", "dW2"),
    ),
    Reported(
        "39a",
        "ps6_network loss_and_gradients",
        NETWORK_START
        + """
    dA = dZ2.sum(1, keepdims=True)
    dZ1 = dA * (Z1 > 0)
    return loss, {"W1": X.T @ dZ1, "b1": dZ1.sum(axis=0), "W2": A.T @ dZ2, "b2": dZ2.sum(axis=0)}
""",
        says=r"weights[^.]*(left out|not used|missing)|(left out|without|not through)[^.]*weights",
        where=("dZ2.sum(1, keepdims=True)", "dA"),
    ),
    Reported(
        "39b",
        "ps6_network linear_backward",
        """
def linear_backward(X, W, g):
    dX = g.sum(1, keepdims=True) * np.ones(X.shape)
    return dX, X.T @ g, g.sum(axis=0)
""",
        says=r"weights[^.]*(left out|not used|missing)|(left out|without|not through)[^.]*weights",
        where=("g.sum(1, keepdims=True) * np.ones(X.shape)", "g.sum(1, keepdims=True)", "np.ones(X.shape)"),
    ),
    Reported(
        "40",
        "ps6_network loss_and_gradients",
        NETWORK_START
        + """
    ds = -y / s / len(X)
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    return loss, {"W1": X.T @ dZ1, "b1": dZ1.sum(axis=0), "W2": A.T @ ds, "b2": ds.sum(axis=0)}
""",
        slips=("identity", "identity+0-times-inf"),
        says=r"derivative of softmax was skipped|skipped[^.]*softmax",
        where=("A.T @ ds", "ds.sum(axis=0)", "ds", "-y / s / len(X)", "-y / s"),
    ),
    Reported(
        "41a",
        "ps6_network train",
        TRAIN.format(
            hidden=64,
            rounds=40,
            step="""_, gradients = loss_and_gradients(params, X[rows], y[rows])
            for name in ("W1", "W2"):
                params[name] -= 0.3 * gradients[name]""",
            end="return params",
        ),
        says=r"bias|b1|b2",
        slow=True,
    ),
    Reported(
        "41b",
        "ps6_network train",
        TRAIN.format(
            hidden=64,
            rounds=40,
            step="""_, gradients = loss_and_gradients(params, X[rows], y[rows])
            for name in params:
                gradient = gradients[name] if name[0] == "W" else gradients[name].sum()
                params[name] -= 0.3 * gradient""",
            end="return params",
        ),
        says=r"bias|b1|b2",
        slow=True,
    ),
)

LOCAL = (
    Reported(
        "51",
        "ps6_network linear_backward",
        """
def linear_backward(X, W, g):
    db = g.sum(1)
    return g @ W.T, X.T @ g, db
""",
        says=r"axis=0|over the rows|axis 0",
        never=r"axis=1\b",
        where=("g.sum(1)",),
    ),
    Reported(
        "52a",
        "ps6_network loss_and_gradients",
        NETWORK_START
        + """
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    return loss, {"dW1": X.T @ dZ1, "db1": dZ1.sum(axis=0), "dW2": A.T @ dZ2, "db2": dZ2.sum(axis=0)}
""",
        says=r"no (key|gradient)[^.]*W1|dW1",
        never=r"returns None|is there a return",
    ),
    Reported(
        "52b",
        "ps6_network loss_and_gradients",
        NETWORK_START
        + """
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    return loss, {"W1": X.T @ dZ1, "W2": A.T @ dZ2, "b2": dZ2.sum(axis=0)}
""",
        says=r"no (key|gradient)[^.]*b1|b1[^.]*(missing|not there)",
        never=r"returns None|is there a return",
    ),
    Reported(
        "53",
        "ps5_gradient_check gradient_check",
        """
def gradient_check(forward, backward, z, y):
    given = backward(y, z)
    if np.shape(given) != z.shape or not np.all(np.isfinite(given)):
        return False
    measured = central_difference(lambda z: forward(z, y), z, 1e-5)
    return bool(relative_error(given, measured) < 1e-5)
""",
        slips=("arguments-swapped", "swapped-arguments"),
        says=r"the logits come first|swap|other order|arguments[^.]*(order|place)|(order|place)[^.]*arguments",
        never=r"put an entry back",
        where=("backward(y, z)",),
    ),
    Reported(
        "54",
        "ps1_losses mse_forward",
        """
def mse_forward(a, y):
    d = a - y
    return np.mean(d ** 2)
""",
        slips=("factor-two+mean-over-everything", "factor-two+over-c"),
        says=r"(½|half|1/2)[^.]*(n·c|all entries|classes)|(n·c|all entries|classes)[^.]*(½|half|1/2|twice)",
        where=("np.mean(d ** 2)",),
    ),
    Reported(
        "55",
        "ps2_missing_sum softmax_forward",
        """
def softmax_forward(z):
    e = np.exp(z.max(axis=1, keepdims=True) - z)
    return e / e.sum(axis=1, keepdims=True)
""",
        slips=(
            "wrong-point",
            "part-sign",
        ),
        says=r"sign of (z|the logits|the exponent)|-z|sign[^.]*exponent",
        where=("z.max(axis=1, keepdims=True) - z", "np.exp(z.max(axis=1, keepdims=True) - z)"),
    ),
    Reported(
        "56a",
        "ps1_losses sigmoid_forward",
        """
def sigmoid_forward(z):
    return 1 / 1 + np.exp(-z)
""",
        says=r"where it should be divided|bracket|parenthes",
        where=("1 / 1 + np.exp(-z)", "1 / 1"),
    ),
    Reported(
        "56b",
        "ps1_losses sigmoid_forward",
        """
def sigmoid_forward(z):
    return 1 / (1 + np.exp(z))
""",
        says=r"exponent|sign of (z|the logit)|-z",
        where=("np.exp(z)", "z"),
    ),
    Reported(
        "57a",
        "ps2_missing_sum dL_dz_entry",
        """
def dL_dz_entry(s, y, j):
    t = 0.0
    for i in range(len(s)):
        t += -y[i] / s[i] * softmax_partial(s, i, j)
        return t
""",
        slips=("one-term-only",),
        says=r"(first|one|single) term|i = 0|return[^.]*(inside|in the loop)",
        never=r"upstream",
        where=("return t",),
    ),
    Reported(
        "57b",
        "ps2_missing_sum dL_dz_entry",
        """
def dL_dz_entry(s, y, j):
    t = 0.0
    for i in range(len(s)):
        t = -y[i] / s[i] * softmax_partial(s, i, j)
    return t
""",
        slips=("one-term-only",),
        says=r"(last|one|single) term",
        never=r"upstream",
        where=("t = -y[i] / s[i] * softmax_partial(s, i, j)",),
    ),
    Reported(
        "58",
        "ps2_missing_sum softmax_backward",
        """
def softmax_backward(s, g):
    out = np.zeros(s.shape, dtype=int)
    for k in range(len(s)):
        out[k] = s[k] * (g[k] - (s[k] * g[k]).sum())
    return out
""",
        slips=("integer-array",),
        never=r"does not depend on the upstream",
        says=r"whole (numbers|ones)|integer",
        where=("np.zeros(s.shape, dtype=int)", "int"),
    ),
    Reported(
        "59",
        "ps5_gradient_check relative_error",
        """
def relative_error(a, b):
    return np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-300)
""",
        slips=("error-of-entries",),
        says=r"entry by entry|single entries|norm",
        never=r"loss for each row",
    ),
    Reported(
        "60",
        "ps2_missing_sum softmax_forward",
        """
def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / (e.sum(axis=1, keepdims=True) + 1e-8)
""",
        slips=("epsilon-in-the-divisor",),
        says=r"epsilon|0\.9999999|1 - \d",
        never=r"\[1\. 1\. 1\. 1\.\]",
        where=("e.sum(axis=1, keepdims=True) + 1e-8", "1e-8"),
    ),
    Reported(
        "61",
        "ps6_network train",
        """
def train(X, y, seed):
    rng = np.random.default_rng(seed)
    d, m, c = X.shape[1], 64, y.shape[1]
    return {
        "W1": rng.normal(size=(d, m)) * np.sqrt(2 / d), "b1": np.zeros((1, m)),
        "W2": rng.normal(size=(m, c)) * np.sqrt(2 / m), "b2": np.zeros(c),
    }
""",
        says=r"b1[^.]*\(1, 64\)",
        never=r"W1: [^.]*\(64, 1\)",
    ),
    Reported(
        "62",
        "ps6_network loss_and_gradients",
        NETWORK_START
        + """
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    return loss, (X.T @ dZ1, dZ1.sum(axis=0), A.T @ dZ2, dZ2.sum(axis=0))
""",
        says=r"second[^.]*dict|dict[^.]*second",
    ),
    Reported(
        "63",
        "ps5_gradient_check find_the_bugs",
        """
def find_the_bugs(candidates, z, y):
    def loss(z, y):
        log_s = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
        return -(y * log_s).sum() / len(z)

    return sorted(name for name, backward in candidates.items() if gradient_check(loss, backward, z, y))
""",
        says=r"other way round|right ones|those that are right",
        where=("gradient_check(loss, backward, z, y)",),
    ),
    Reported(
        "64a",
        "ps3_jacobian softmax_backward_jacobian",
        """
def softmax_backward_jacobian(s, g):
    J = softmax_jacobian(s)
    return g @ J
""",
        says=r"one product (a|for each) row|each row[^.]*own|row by row"
        r"|\(\d+, \d+\)[^.]*\(\d+, \d+, \d+\)[^.]*(row|einsum)",
        where=("g @ J",),
    ),
    Reported(
        "64b",
        "ps3_jacobian softmax_backward_jacobian",
        """
def softmax_backward_jacobian(s, g):
    return np.dot(softmax_jacobian(s), g.T)
""",
        says=r"one product (a|for each) row|each row[^.]*own|row by row|every row with"
        r"|\(\d+, \d+\)[^.]*\(\d+, \d+, \d+\)[^.]*row",
        where=("np.dot(softmax_jacobian(s), g.T)",),
    ),
    Reported(
        "64c",
        "ps6_network linear_forward",
        """
def linear_forward(X, W, b):
    return X @ W.T + b
""",
        says=r"\(4, 5\)[^.]*\(3, 5\)|transpose|X is \(|W is \(",
        where=("W.T", "X @ W.T"),
    ),
    Reported(
        "64d",
        "ps6_network relu_forward",
        """
def relu_forward(z):
    return max(0, z)
""",
        says=r"np\.maximum",
        where=("max(0, z)",),
    ),
    Reported(
        "64e",
        "ps1_losses sigmoid_forward",
        """
def sigmoid_forward(z):
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))
""",
        says=r"np\.where",
        where=("z >= 0",),
    ),
    Reported(
        "64f",
        "ps2_missing_sum softmax_forward",
        """
import math

def softmax_forward(z):
    e = math.exp(z - z.max())
    return e / e.sum(axis=1, keepdims=True)
""",
        says=r"np\.exp",
        where=("math.exp(z - z.max())",),
    ),
    Reported(
        "65a",
        "ps2_missing_sum softmax_backward",
        """
def softmax_backward(s, g):
    out = np.zeros(s.shape)
    for k in range(len(s)):
        out[k] = s[k] * (g[k] - s[k] @ g[k])
        return out
""",
        slips=("first-row-only",),
        says=r"first row",
        where=("return out",),
    ),
    Reported(
        "65b",
        "ps2_missing_sum softmax_backward",
        """
def softmax_backward(s, g):
    out = np.zeros(s.shape)
    for k in range(0, len(s), 2):
        out[k] = s[k] * (g[k] - s[k] @ g[k])
    return out
""",
        slips=("rows-skipped",),
        says=r"rows? 1[^.]*(3)?[^.]*(zero|0)|rows[^.]*(skipped|not computed|all zeros)",
        where=("range(0, len(s), 2)",),
    ),
    Reported(
        "66a",
        "ps1_losses mse_forward",
        """
def mse_forward(a, y):
    return 1 // 2 * ((a - y) ** 2).sum() / len(a)
""",
        says=r"whole-number|whole number|//",
        where=("1 // 2",),
    ),
    Reported(
        "66b",
        "ps1_losses cross_entropy_forward",
        """
def cross_entropy_forward(s, y):
    used = y > 0
    return -(y[used] * np.log2(s[used])).sum() / len(s)
""",
        slips=("wrong-function",),
        says=r"1\.44|ln 2|base 2|log2",
        where=("np.log2(s[used])", "np.log2"),
    ),
)

PASSED = (
    Reported(
        "71a",
        "ps3_jacobian log_softmax_backward",
        """
def log_softmax_backward(z, g):
    e = np.exp(z - z.max())
    return g - e / e.sum(axis=1, keepdims=True) * g.sum(axis=1, keepdims=True)
""",
        slips=("max-of-all",),
        says=r"one maximum for all rows",
        where=("z.max()",),
    ),
    Reported(
        "71b",
        "ps3_jacobian mse_softmax_backward",
        """
def mse_softmax_backward(z, y):
    e = np.exp(z - z.max())
    s = e / e.sum(axis=1, keepdims=True)
    return softmax_backward(s, (s - y) / len(z))
""",
        slips=("max-of-all",),
        says=r"one maximum for all rows",
        where=("z.max()",),
    ),
    Reported(
        "71c",
        "ps4_fused softmax_cross_entropy_forward",
        """
def softmax_cross_entropy_forward(z, y):
    shifted = z - z.max()
    return (y * (np.log(np.exp(shifted).sum(axis=1, keepdims=True)) - shifted)).sum() / len(z)
""",
        slips=("max-of-all",),
        says=r"one maximum for all rows",
        where=("z.max()",),
    ),
    Reported(
        "71d",
        "ps4_fused softmax_cross_entropy_backward",
        """
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max())
    return (e / e.sum(axis=1, keepdims=True) * y.sum(axis=1, keepdims=True) - y) / len(z)
""",
        slips=("max-of-all",),
        says=r"one maximum for all rows",
        where=("z.max()",),
    ),
    Reported(
        "71e",
        "ps4_fused cross_entropy_from_labels_forward",
        """
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    if not kept.any():
        return 0.0
    z, labels = z[kept], labels[kept]
    shifted = z - np.max(z)
    return (np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(z)), labels]).mean()
""",
        slips=("max-of-all",),
        says=r"one maximum for all rows",
        where=("np.max(z)",),
    ),
    Reported(
        "71f",
        "ps4_fused cross_entropy_from_labels_backward",
        """
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = np.flatnonzero(labels != ignore_index)
    gradient = np.zeros(z.shape)
    if len(kept):
        e = np.exp(z[kept] - z[kept].max())
        gradient[kept] = e / e.sum(axis=1, keepdims=True)
        gradient[kept, labels[kept]] -= 1
        gradient /= len(kept)
    return gradient
""",
        slips=("max-of-all",),
        says=r"one maximum for all rows",
        where=("z[kept].max()",),
    ),
    Reported(
        "71g",
        "ps6_network loss_and_gradients",
        NETWORK_START.replace("Z2.max(axis=1, keepdims=True)", "Z2.max()")
        + """
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    return loss, {"W1": X.T @ dZ1, "b1": dZ1.sum(axis=0), "W2": A.T @ dZ2, "b2": dZ2.sum(axis=0)}
""",
        slips=("max-of-all",),
        says=r"one maximum for all rows",
        where=("Z2.max()",),
    ),
    Reported(
        "72a",
        "ps4_fused cross_entropy_from_labels_forward",
        """
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    kept = labels >= 0
    if not kept.any():
        return 0.0
    z, labels = z[kept], labels[kept]
    shifted = z - z.max(axis=1, keepdims=True)
    return (logsumexp(shifted) - shifted[np.arange(len(z)), labels]).mean()
""",
        slips=("ignored-rows-counted",),
        says=r"ignore_index",
        where=("labels >= 0",),
    ),
    Reported(
        "72b",
        "ps4_fused cross_entropy_from_labels_backward",
        """
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = labels >= 0
    gradient = np.zeros_like(z, dtype=float)
    if kept.any():
        gradient[kept] = softmax_cross_entropy_backward(z[kept], np.eye(z.shape[1])[labels[kept]])
    return gradient
""",
        slips=("ignored-rows-counted",),
        says=r"ignore_index",
        where=("labels >= 0",),
    ),
    Reported(
        "73",
        "ps5_gradient_check gradient_check",
        """
def gradient_check(forward, backward, z, y):
    given = np.asarray(backward(z, y))
    if given.shape != z.shape or not np.isfinite(given).all():
        return False
    measured = central_difference(lambda z: forward(z, y), z, 1e-5)
    return bool(abs(np.sum(given - measured)) < 1e-7)
""",
        says=r"sum|absolute|cancel|divide by its size",
        where=("abs(np.sum(given - measured)) < 1e-7", "np.sum(given - measured)"),
    ),
    Reported(
        "74a",
        "ps5_gradient_check gradient_check",
        """
def gradient_check(forward, backward, z, y):
    given = np.asarray(backward(z, y))
    if given.shape != z.shape or not np.isfinite(given).all():
        return False
    measured = central_difference(lambda z: forward(z, y), z, 1e-5)
    return bool(np.abs(given - measured).max() < 1e-6)
""",
        slips=("absolute-tolerance",),
        says=r"absolute tolerance|divide by its size",
        where=("np.abs(given - measured).max() < 1e-6", "np.abs(given - measured).max()"),
    ),
    Reported(
        "74b",
        "ps5_gradient_check find_the_bugs",
        """
def find_the_bugs(candidates, z, y):
    return ["cleo", "dora", "emma"]
""",
        says=r"not depend on the candidates|other names|whatever|candidates",
        where=('["cleo", "dora", "emma"]',),
    ),
    Reported(
        "75",
        "ps6_network train",
        """
def train(X, y, seed):
    rng = np.random.default_rng(seed)
    d, m, c = X.shape[1], 1200, y.shape[1]
    return {
        "W1": rng.normal(size=(d, m)) * np.sqrt(2 / d), "b1": np.zeros(m),
        "W2": rng.normal(size=(m, c)) * np.sqrt(2 / m), "b2": np.zeros(c),
    }
""",
        says=r"1000",
    ),
    Reported(
        "76a",
        "ps5_gradient_check central_difference",
        """
def central_difference(f, x, h):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = x.astype(float), x.astype(float)
        above[index] += h
        below[index] -= h
        gradient[index] = (f(above) - f(below)) / (2 * h)
    return gradient
""",
        slips=("integer-array",),
        says=r"whole (numbers|ones)|integer",
        where=("np.zeros_like(x)",),
    ),
    Reported(
        "76b",
        "ps3_jacobian softmax_backward",
        """
def softmax_backward(s, g):
    out = np.empty(s.shape)
    for j in range(s.shape[1]):
        out[:, j] = s[:, j] * (g[:, j] - (s * g).sum(axis=1))
    return out
""",
        slips=("forms-the-jacobian",),
        says=r"c²|cost",
    ),
    Reported(
        "76c",
        "ps4_fused cross_entropy_from_labels_forward",
        """
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    if not kept.any():
        return 0.0
    z, labels = z[kept], labels[kept]
    return (logsumexp(z) - z[np.arange(len(z)), labels]).mean()
""",
        slips=("cancellation",),
        says=r"float32|7 digits",
    ),
    Reported(
        "76d",
        "ps1_losses sigmoid_forward",
        """
def sigmoid_forward(z):
    return 1 / (1 + np.exp(-np.clip(z, -20, 20)))
""",
        slips=("cut-logits", "clip"),
        says=r"(clip|cut)",
        where=("np.clip(z, -20, 20)",),
    ),
)

RIGHT = (
    Reported(
        "81",
        "ps2_missing_sum softmax_backward",
        """
from missingsum import gradcheck

def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=1, keepdims=True))
""",
    ),
    Reported(
        "82",
        "ps6_network train",
        TRAIN.format(
            hidden=64,
            rounds=30,
            step="""_, gradients = loss_and_gradients(params, X[rows], y[rows])
            for name in params:
                params[name] -= 0.2 * gradients[name]""",
            end="return params",
        ),
        slow=True,
    ),
)
"""Right, and told wrong once: nothing must be said."""

WRONG = (*SOFTMAX_BACKWARD, *LOG_SOFTMAX, *LOSSES, *NETWORK, *LOCAL, *PASSED)
