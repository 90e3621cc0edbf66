"""What the page *What is wrong with my gradient?* offers: forwards that are ready, and mistakes that people reported.

The forwards are whole: who asks this page has a function of their own, and an answer is worth more than a secret.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Forward:
    """A function of a batch, row by row; names beside ``np`` that a backward function may use are defined in it."""

    name: str
    code: str


@dataclass(frozen=True)
class Example:
    """A mistake: ``slips`` are the names it is told by, ``line`` is where it is, 0 if no single line is."""

    title: str
    forward: str
    code: str
    slips: tuple[str, ...]
    line: int = 0


FORWARDS = {
    "softmax": Forward(
        "softmax",
        """def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    "sigmoid": Forward(
        "sigmoid",
        """def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))
""",
    ),
    "log_softmax": Forward(
        "log-softmax",
        """def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
""",
    ),
    "cross_entropy": Forward(
        "cross-entropy after softmax, averaged over the rows",
        """y = np.eye(4)[[0, 2, 1, 3, 2]]  # targets of 5 rows


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss(z):
    return -(y * np.log(softmax(z))).sum(axis=1, keepdims=True) / len(z)
""",
    ),
    "squared_error": Forward(
        "squared error after softmax, averaged over the rows",
        """y = np.eye(4)[[0, 2, 1, 3, 2]]  # targets of 5 rows


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss(z):
    return 0.5 * ((softmax(z) - y) ** 2).sum(axis=1, keepdims=True) / len(z)
""",
    ),
    "attention": Forward(
        "attention: o from q, k, v and a mask",
        """def weights(q, k, mask=None):
    x = q @ k.T / np.sqrt(q.shape[1])
    if mask is not None:
        x = np.where(mask, x, float("-inf"))  # True: may look
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def attention(q, k, v, mask=None):
    return weights(q, k, mask) @ v
""",
    ),
    "queries": Forward(
        "attention, as a function of what the queries are made of",
        """d = 3
rng = np.random.default_rng(1)
W, K, V = rng.normal(size=(4, d)), rng.normal(size=(6, d)), rng.normal(size=(6, 4))  # makes queries; keys, values


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def attention(x):
    return softmax(x @ W @ K.T / np.sqrt(d)) @ V
""",
    ),
    "masked_softmax": Forward(
        "softmax with a mask, as in attention",
        """mask = np.array([[1, 1, 0, 1], [0, 1, 1, 0], [1, 0, 1, 1], [1, 1, 1, 1], [0, 1, 0, 1]], bool)  # may look


def masked_softmax(x):
    x = np.where(mask, x, float("-inf"))
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    "temperature": Forward(
        "softmax with a temperature",
        """T = 2.5


def softmax(z):
    e = np.exp(z / T - (z / T).max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
}

EXAMPLES = (
    Example(
        "The diagonal alone",
        "softmax",
        """def softmax_backward(s, g):
    return g * s * (1 - s)
""",
        ("missing-sum",),
    ),
    Example(
        "A mean where a sum belongs",
        "softmax",
        """def softmax_backward(s, g):
    dot = (s * g).mean(axis=1, keepdims=True)
    return s * (g - dot)
""",
        ("mean-for-sum",),
        2,
    ),
    Example(
        "The Jacobian summed before it meets g",
        "softmax",
        """def softmax_backward(s, g):
    out = np.zeros_like(s)
    for row in range(len(s)):
        J = np.diag(s[row]) - np.outer(s[row], s[row])
        out[row] = J.sum(axis=1) * g[row]
    return out
""",
        ("ignores-upstream",),
    ),
    Example(
        "= where += is meant",
        "softmax",
        """def softmax_backward(s, g):
    dz = np.zeros_like(s)
    for j in range(s.shape[1]):
        for i in range(s.shape[1]):
            dz[:, j] = g[:, i] * s[:, i] * ((i == j) - s[:, j])
    return dz
""",
        ("one-term-only",),
        5,
    ),
    Example(
        "One factor g too many",
        "softmax",
        """def softmax_backward(s, g):
    dot = (s * g).sum(axis=1, keepdims=True)
    return g * s * (g - dot)
""",
        ("once-too-often",),
        3,
    ),
    Example(
        "The first row for all rows",
        "softmax",
        """def softmax_backward(s, g):
    row = s[0] * (g[0] - (g[0] * s[0]).sum())
    return np.tile(row, (len(s), 1))
""",
        ("first-row-everywhere",),
    ),
    Example(
        "A temperature that was forgotten",
        "temperature",
        """def softmax_backward(z, g):
    s = softmax(z)
    return s * (g - (s * g).sum(axis=1, keepdims=True))
""",
        ("constant-factor",),
    ),
    Example(
        "Attention without its square root",
        "attention",
        """def attention_backward(q, k, v, mask, do):
    P = weights(q, k, mask)
    dP = do @ v.T
    dS = P * (dP - (P * dP).sum(axis=1, keepdims=True))
    return dS @ k, dS.T @ q, P.T @ do
""",
        ("scale-missing",),
    ),
    Example(
        "A mask, and the row sum left out",
        "masked_softmax",
        """def masked_softmax_backward(P, dP):
    return P * dP
""",
        ("missing-dot",),
        2,
    ),
    Example(
        "Weighed by the logarithm",
        "log_softmax",
        """def log_softmax_backward(z, g):
    p = log_softmax(z)
    return g - (g * p).sum(axis=1, keepdims=True)
""",
        ("log-derivative",),
    ),
    Example(
        "The input where the output belongs",
        "sigmoid",
        """def sigmoid_backward(z, g):
    return g * z * (1 - z)
""",
        ("wrong-array",),
    ),
)
