"""Thirty more mistakes of real people, found when the list of `reported` stood, and kept aside while diagnosis grew.

Each was met in a public thread or fix, in Python or another language, and is written anew here for a function of the
course, or for ``diagnose``.
"""

from __future__ import annotations

from .reported import NETWORK_START, Reported

LATER = (
    Reported(
        "101",
        "ps3_jacobian log_softmax_backward",
        """
def log_softmax_backward(z, g):
    s = np.exp(log_softmax_forward(z))
    return g - s
""",
        says=r"sum of g|sum[^.]*(left out|missing|not there)|left out[^.]*(sum|g)",
        where=("s",),
    ),
    Reported(
        "102",
        "ps1_losses bce_with_logits_backward",
        """
def bce_with_logits_backward(z, y):
    a = sigmoid_forward(z)
    dL = (1 - y) / (1 - z) - y / z
    return dL * a * (1 - a) / len(z)
""",
        slips=("no-activation",),
        says=r"logits|input[^.]*output|z[^.]*where[^.]*(a|σ|sigmoid)",
        where=("(1 - y) / (1 - z) - y / z",),
    ),
    Reported(
        "103",
        "ps4_fused smooth_labels",
        """
def smooth_labels(labels, c, eps):
    return (np.eye(c)[labels] + eps) / 2
""",
        says=r"eps is not divided|by 2 in place|share of eps",
        never=r"other (c - 1 )?classes (only|are still)",
        where=("(np.eye(c)[labels] + eps) / 2", "np.eye(c)[labels] + eps", "2"),
    ),
    Reported(
        "104",
        "ps4_fused smooth_labels",
        """
def smooth_labels(labels, c, eps):
    hard = np.eye(c)[labels]
    return (1 - eps * c / (c - 1)) * hard + eps / c
""",
        says=r"c - 1|c / \(c - 1\)|true class",
        where=("eps * c / (c - 1)", "1 - eps * c / (c - 1)"),
    ),
    Reported(
        "105",
        "ps2_missing_sum softmax_forward",
        """
def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / sum(e)
""",
        slips=("wrong-axis",),
        says=r"column|axis",
        where=("sum(e)",),
    ),
    Reported(
        "106",
        "ps6_network relu_backward",
        """
def relu_backward(z, g):
    return np.where(z > 0, 0, g)
""",
        says=r"other way round|where z|negative|swapped|condition",
        where=("np.where(z > 0, 0, g)", "z > 0"),
    ),
    Reported(
        "107",
        "ps1_losses mse_backward",
        """
def mse_backward(a, y):
    return (a - y).mean(axis=0)
""",
        says=r"shape|\(n, c\)|each row|mean",
        where=("(a - y).mean(axis=0)",),
    ),
    Reported(
        "108",
        "ps5_gradient_check relative_error",
        """
def relative_error(a, b):
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))
""",
        slips=("error-of-entries", "error-of-entries+error-over-the-sum", "error-of-entries+epsilon-in-the-divisor"),
        says=r"entry by entry|single entries",
    ),
    Reported(
        "109",
        "ps5_gradient_check relative_error",
        """
def relative_error(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-8)
""",
        slips=("error-over-the-sum", "error-over-the-sum+epsilon-in-the-divisor"),
        says=r"sum of both",
        where=("np.linalg.norm(a) + np.linalg.norm(b) + 1e-8",),
    ),
    Reported(
        "110",
        "ps5_gradient_check gradient_check",
        """
def gradient_check(forward, backward, z, y):
    given = np.asarray(backward(z, y))
    if given.shape != z.shape:
        return False
    return bool(np.allclose(given, central_difference(lambda z: forward(z, y), z, 1e-5), atol=1e-3))
""",
        slips=("absolute-tolerance", "tolerance-too-wide", "absolute-tolerance+tolerance-too-wide"),
        says=r"tolerance",
    ),
    Reported(
        "111",
        "ps2_missing_sum softmax_backward",
        """
def softmax_backward(s, g):
    out = np.zeros(s.shape)
    for k, top in enumerate(s.argmax(axis=1)):
        out[k] = -g[k, top] * s[k, top] * s[k]
        out[k, top] = g[k, top] * s[k, top] * (1 - s[k, top])
    return out
""",
        says=r"(one|largest|single)[^.]*(output|term|class)|sum over (all )?(i|outputs)",
    ),
    Reported(
        "112",
        "ps3_jacobian softmax_jacobian",
        """
def softmax_jacobian(s):
    n, c = s.shape
    out = np.zeros((n, c, c))
    for k in range(n):
        for i in range(c):
            for j in range(c):
                out[k, i, j] = s[k, i] * (1 - s[k, i]) if i == j else -s[k, i] * (1 - s[k, j])
    return out
""",
        says=r"1 minus the output s stands|i ≠ j|off the diagonal",
        where=("-s[k, i] * (1 - s[k, j])", "1 - s[k, j]"),
    ),
    Reported(
        "113",
        "ps1_losses cross_entropy_forward",
        """
def cross_entropy_forward(s, y):
    used = y > 0
    terms = np.zeros(s.shape)
    terms[used] = y[used] * np.log(s[used])
    return -terms.sum(axis=0).mean()
""",
        says=r"number of (classes|rows)|axis|column|\bc\b[^.]*\bn\b",
        where=("terms.sum(axis=0).mean()", "terms.sum(axis=0)"),
    ),
    Reported(
        "114",
        "ps1_losses cross_entropy_backward",
        """
def cross_entropy_backward(s, y):
    out = np.zeros(s.shape)
    hard = y == 1
    out[hard] = -1 / s[hard]
    return out / len(s)
""",
        says=r"factor y\b|targets that are 1|one-hot targets",
        where=("y == 1", "-1 / s[hard]"),
    ),
    Reported(
        "115",
        "ps4_fused softmax_cross_entropy_backward",
        """
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    dz = e / e.sum(axis=1, keepdims=True)
    dz[np.arange(len(z)), y.argmax(axis=1)] -= 1
    return dz / len(z)
""",
        says=r"targets|argmax|largest",
        where=("dz[np.arange(len(z)), y.argmax(axis=1)] -= 1", "y.argmax(axis=1)"),
    ),
    Reported(
        "116",
        "ps4_fused cross_entropy_from_labels_backward",
        """
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = np.flatnonzero(labels != ignore_index)
    out = np.zeros(z.shape)
    if len(kept):
        e = np.exp(z[kept] - z[kept].max(axis=1, keepdims=True))
        out[kept] = e / e.sum(axis=1, keepdims=True) / len(kept)
        out[kept, labels[kept]] -= 1
    return out
""",
        says=r"y is multiplied by the number of rows",
        where=("out[kept, labels[kept]] -= 1", "1"),
    ),
    Reported(
        "117",
        "ps6_network linear_backward",
        """
def linear_backward(X, W, g):
    return g @ W.T, X.T @ g, g.mean(axis=0)
""",
        slips=("over-n", "mean-for-sum"),
        says=r"mean|number of rows",
        where=("g.mean(axis=0)",),
    ),
    Reported(
        "118",
        "ps6_network linear_backward",
        """
def linear_backward(X, W, g):
    return (W @ g.T), g.T @ X, g.sum(axis=0)
""",
        slips=("transposed-result",),
        says=r"transpose|rows and columns",
        where=("W @ g.T", "g.T @ X"),
    ),
    Reported(
        "119",
        "ps6_network loss_and_gradients",
        NETWORK_START
        + """
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    dW2 = A.T @ dZ2 + 0.01 * W2
    return loss, {"W1": X.T @ dZ1 + 0.01 * W1, "b1": dZ1.sum(axis=0), "W2": dW2, "b2": dZ2.sum(axis=0)}
""",
        says=r"(term|part)[^.]*too (many|much)|W[^.]*(added|too)|weights[^.]*added",
        where=("A.T @ dZ2 + 0.01 * W2", "X.T @ dZ1 + 0.01 * W1"),
    ),
    Reported(
        "120",
        "ps6_network loss_and_gradients",
        NETWORK_START
        + """
    dW2, db2 = A.T @ dZ2 / len(X), dZ2.sum(axis=0) / len(X)
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    return loss, {"W1": X.T @ dZ1, "b1": dZ1.sum(axis=0), "W2": dW2, "b2": db2}
""",
        slips=("averaged-twice", "over-n"),
        says=r"number of rows",
        where=("A.T @ dZ2 / len(X)", "dZ2.sum(axis=0) / len(X)"),
    ),
    Reported(
        "121",
        "ps1_losses sigmoid_backward",
        """
def sigmoid_backward(a, g):
    return g * (1 - a ** 2)
""",
        says=r"tanh|a \(1 - a\)|factor|\ba\b",
        where=("1 - a ** 2", "a ** 2"),
    ),
    Reported(
        "122",
        "ps1_losses sigmoid_forward",
        """
def sigmoid_forward(z):
    return np.tanh(z)
""",
        says=r"tanh|another function",
        where=("np.tanh(z)", "np.tanh"),
    ),
    Reported(
        "123",
        "ps4_fused logsumexp",
        """
def logsumexp(z):
    m = z.max(axis=1)
    return m + np.log(np.exp(z - m[:, None]).mean(axis=1))
""",
        slips=("mean-for-sum",),
        says=r"mean",
        where=("np.exp(z - m[:, None]).mean(axis=1)",),
    ),
    Reported(
        "124",
        "ps3_jacobian log_softmax_forward",
        """
def log_softmax_forward(z):
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(z).sum(axis=1, keepdims=True))
""",
        says=r"maximum|shift|another array|z where",
        where=("np.exp(z)", "z"),
    ),
    Reported(
        "125",
        "ps1_losses bce_with_logits_forward",
        """
def bce_with_logits_forward(z, y):
    return np.log1p(np.exp(-np.abs(z) * y)).sum() / len(z)
""",
        says=r"term|formula|targets|left out|missing",
    ),
    Reported(
        "126",
        "ps2_missing_sum dL_dz_entry",
        """
def dL_dz_entry(s, y, j):
    return -y[j] / s[j] * sum(softmax_partial(s, i, j) for i in range(len(s)))
""",
        slips=("summed-before-weighted",),
        says=r"before[^.]*(weigh|multipl)|add up to 0",
        where=("-y[j] / s[j] * sum(softmax_partial(s, i, j) for i in range(len(s)))", "-y[j] / s[j]"),
    ),
    Reported(
        "127",
        "diagnose",
        """
def f(x):
    return x / (1 + np.exp(-x))

def backward(x, g):
    s = 1 / (1 + np.exp(-x))
    return g * x * s * (1 - s)
""",
        slips=("second-path",),
        says=r"path|left out|missing",
    ),
    Reported(
        "128",
        "diagnose",
        """
def f(x):
    return x / np.sqrt((x ** 2).sum(axis=1, keepdims=True))

def backward(x, g):
    return g / np.sqrt((x ** 2).sum(axis=1, keepdims=True))
""",
        slips=("missing-sum", "missing-dot", "second-path"),
        says=r"path|left out|missing|constant",
    ),
    Reported(
        "129",
        "diagnose",
        """
def f(x):
    m = x.max(axis=1, keepdims=True)
    return m + np.log(np.exp(x - m).sum(axis=1, keepdims=True))

def backward(x, g):
    return g * np.exp(x - x.max(axis=1, keepdims=True))
""",
        slips=("not-normalised",),
        says=r"normalis|divided by the sum|exponential|factor",
        where=("g * np.exp(x - x.max(axis=1, keepdims=True))",),
    ),
    Reported(
        "130",
        "diagnose",
        """
def f(x):
    e = np.exp((x - x.max(axis=1, keepdims=True)) / 1.7)
    return e / e.sum(axis=1, keepdims=True)

def backward(x, g):
    s = f(x)
    return s * (g - (s * g).sum(axis=1, keepdims=True)) / 1.7 ** 2
""",
        slips=("constant-factor",),
        says=r"1\.7|0\.588",
        never=r"number of rows|half of|twice what",
    ),
)
