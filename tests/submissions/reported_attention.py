"""Mistakes in hand-written attention that people reported in public, written down again: see `reported`."""

from __future__ import annotations

from .reported import Reported

ATTENTION = (
    Reported(
        "mask-times-scores",
        "ps7_attention masked_softmax",
        """
def masked_softmax(x, mask):
    if mask is not None:
        x = x * mask
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
        slips=("hidden-as-zero",),
        says=r"exp\(0\) is 1",
        where=("x * mask",),
    ),
    Reported(
        "mask-after-renorm",
        "ps7_attention masked_softmax",
        """
def masked_softmax(x, mask):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    if mask is not None:
        p = p * mask
    return p / (p.sum(axis=1, keepdims=True) + 1e-13)
""",
        slips=("maximum-over-hidden",),
        says=r"over hidden keys",
        where=("x.max(axis=1, keepdims=True)",),
    ),
    Reported(
        "mask-minus-ten",
        "ps7_attention masked_softmax",
        """
def masked_softmax(x, mask):
    if mask is not None:
        x = x + np.where(mask, 0.0, -10.0)
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
        slips=("finite-mask",),
        says=r"finite number",
        where=("np.where(mask, 0.0, -10.0)",),
    ),
    Reported(
        "mask-bool-added",
        "ps7_attention masked_softmax",
        """
def masked_softmax(x, mask):
    if mask is not None:
        x = x + mask
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
        slips=("mask-as-number",),
        says=r"True counts as 1",
        where=("x + mask",),
    ),
    Reported(
        "mask-inf-times-score",
        "ps7_attention masked_softmax",
        """
def masked_softmax(x, mask):
    if mask is not None:
        x = x * np.where(mask, 1.0, -np.inf)
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - np.where(m == -np.inf, 0.0, m))
    t = e.sum(axis=1, keepdims=True)
    return e / np.where(t == 0, 1.0, t)
""",
        slips=("infinity-times-score",),
        says=r"negative score",
        where=("x * np.where(mask, 1.0, -np.inf)",),
    ),
    Reported(
        "mask-log-tiny",
        "ps7_attention masked_softmax",
        """
def masked_softmax(x, mask):
    if mask is None:
        mask = np.ones(x.shape, dtype=bool)
    y = x + np.log(mask + 1e-45)
    e = np.exp(y - y.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) * mask.any(axis=1, keepdims=True)
""",
        slips=("finite-mask",),
        says=r"finite number",
        where=("np.log(mask + 1e-45)",),
    ),
    Reported(
        "mask-constant-on-gradient",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    if mask is not None:
        ds = ds + np.where(mask, 0.0, -1e10)
    return ds @ k / r, ds.T @ q / r, p.T @ do
""",
        slips=("constant-on-gradient",),
        says=r"derivative 0",
        where=("ds + np.where(mask, 0.0, -1e10)",),
    ),
    Reported(
        "mask-added-row-unmasked",
        "ps7_attention masked_softmax",
        """
def masked_softmax(x, mask):
    if mask is not None:
        x = x - 1e10 * ~mask
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
        slips=("unmasked-row",),
        says=r"common shift",
        where=("x - 1e10 * ~mask",),
    ),
    Reported(
        "mask-floor-of-max",
        "ps7_attention masked_softmax",
        """
def masked_softmax(x, mask):
    if mask is not None:
        x = np.where(mask, x, -np.inf)
    m = np.maximum(x.max(axis=1, keepdims=True), -1e4)
    e = np.exp(x - m)
    return e / np.maximum(e.sum(axis=1, keepdims=True), 1e-6)
""",
        slips=("floored-maximum",),
        says=r"falling below",
        where=("np.maximum(x.max(axis=1, keepdims=True), -1e4)",),
    ),
    Reported(
        "nan-row-poisons",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    x = q @ k.T / r
    x = x if mask is None else np.where(mask, x, -np.inf)
    e = np.exp(x - x.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    o = np.nan_to_num(p @ v)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
""",
        slips=("row-without-keys",),
        says=r"0 times nan",
        where=("np.nan_to_num(p @ v)",),
    ),
    Reported(
        "mask-by-rows",
        "ps7_attention masked_softmax",
        """
def masked_softmax(x, mask):
    if mask is not None:
        x = np.where(mask.any(axis=1, keepdims=True), x, -np.inf)
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - np.where(m == -np.inf, 0.0, m))
    t = e.sum(axis=1, keepdims=True)
    return e / np.where(t == 0, 1.0, t)
""",
        slips=("mask-by-rows",),
        says=r"hides keys",
        where=("mask.any(axis=1, keepdims=True)",),
    ),
    Reported(
        "mask-one-key-too-many",
        "ps7_attention masked_softmax",
        """
def masked_softmax(x, mask):
    if mask is not None:
        mask = mask.copy()
        mask[:, 1:] |= mask[:, :-1].copy()
        x = np.where(mask, x, -np.inf)
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - np.where(m == -np.inf, 0.0, m))
    t = e.sum(axis=1, keepdims=True)
    return e / np.where(t == 0, 1.0, t)
""",
        slips=("mask-moved",),
        says=r"one key more|off by one",
        where=("mask[:, 1:] |= mask[:, :-1].copy()",),
    ),
    Reported(
        "softmax-over-everything",
        "ps7_attention masked_softmax",
        """
def masked_softmax(x, mask):
    if mask is not None:
        x = np.where(mask, x, -np.inf)
    e = np.exp(x - x.max())
    return e / e.sum()
""",
        slips=("whole-matrix",),
        says=r"whole matrix",
        where=("np.exp(x - x.max())",),
    ),
    Reported(
        "scores-keepdims-lost",
        "ps7_attention scores_backward",
        """
def scores_backward(p, dp):
    return p * (dp - (p * dp).sum(axis=1))
""",
        slips=("keepdims-lost",),
        says=r"keepdims",
        where=("(p * dp).sum(axis=1)",),
    ),
    Reported(
        "scale-twice",
        "ps7_attention attention_forward",
        """
def attention_forward(q, k, v, mask):
    p = masked_softmax(q @ k.T / q.shape[1], mask)
    return p @ v, p
""",
        slips=("scale-twice",),
        says=r"once too often",
        where=("q.shape[1]",),
    ),
    Reported(
        "scale-number-of-queries",
        "ps7_attention attention_forward",
        """
def attention_forward(q, k, v, mask):
    p = masked_softmax(q @ k.T / np.sqrt(q.shape[0]), mask)
    return p @ v, p
""",
        slips=("scale-of-another-size",),
        says=r"number of queries",
        where=("q.shape[0]",),
    ),
    Reported(
        "dq-without-scale",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k, ds.T @ q / r, p.T @ do
""",
        slips=("scale-missing",),
        says=r"in dq alone",
        where=("ds @ k",),
    ),
    Reported(
        "backward-scale-twice",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r / r, ds.T @ q / r, p.T @ do
""",
        slips=("scale-twice",),
        says=r"in dq alone",
        where=("ds @ k / r / r",),
    ),
    Reported(
        "backward-scale-width-of-v",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(v.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
""",
        slips=("scale-of-another-size",),
        says=r"width of v",
        where=("v.shape[1]",),
    ),
    Reported(
        "dq-never-written",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return np.zeros_like(q), ds.T @ q / r, p.T @ do
""",
        slips=("gradient-never-written",),
        says=r"dq is 0",
        where=("np.zeros_like(q)",),
    ),
    Reported(
        "values-from-queries",
        "ps7_attention attention_forward",
        """
def attention_forward(q, k, v, mask):
    p = masked_softmax(q @ k.T / np.sqrt(q.shape[1]), mask)
    return p @ q, p
""",
        slips=("wrong-array",),
        says=r"put on the queries",
        where=("p @ q",),
    ),
    Reported(
        "dp-from-keys",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ k.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
""",
        slips=("wrong-array",),
        says=r"with the keys k",
        where=("do @ k.T",),
    ),
    Reported(
        "transposed-twice",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
""",
        slips=("transposed",),
        says=r"not transposed",
        where=("do @ v",),
    ),
    Reported(
        "online-not-rescaled",
        "ps7_attention attention_forward",
        """
def attention_forward(q, k, v, mask):
    x = q @ k.T / np.sqrt(q.shape[1])
    x = x if mask is None else np.where(mask, x, -np.inf)
    h = len(k) // 2
    m1 = np.maximum(x[:, :h].max(axis=1, keepdims=True), -1e300)
    m = np.maximum(m1, x[:, h:].max(axis=1, keepdims=True))
    e1, e2 = np.exp(x[:, :h] - m1), np.exp(x[:, h:] - m)
    c = np.exp(m1 - m)
    t = c * e1.sum(axis=1, keepdims=True) + e2.sum(axis=1, keepdims=True)
    o = e1 @ v[:h] + e2 @ v[h:]
    return o / np.where(t == 0, 1.0, t), masked_softmax(x, mask)
""",
        slips=("not-rescaled",),
        says=r"not at all",
        where=("e1 @ v[:h] + e2 @ v[h:]",),
    ),
    Reported(
        "online-rescale-without-exp",
        "ps7_attention attention_forward",
        """
def attention_forward(q, k, v, mask):
    x = q @ k.T / np.sqrt(q.shape[1])
    x = x if mask is None else np.where(mask, x, -np.inf)
    h = len(k) // 2
    m1 = np.maximum(x[:, :h].max(axis=1, keepdims=True), -1e300)
    m = np.maximum(m1, x[:, h:].max(axis=1, keepdims=True))
    e1, e2 = np.exp(x[:, :h] - m1), np.exp(x[:, h:] - m)
    c = np.exp(m1 - m)
    t = c * e1.sum(axis=1, keepdims=True) + e2.sum(axis=1, keepdims=True)
    o = (m1 - m) * (e1 @ v[:h]) + e2 @ v[h:]
    return o / np.where(t == 0, 1.0, t), masked_softmax(x, mask)
""",
        slips=("not-rescaled",),
        says=r"without exp",
        where=("(m1 - m)",),
    ),
    Reported(
        "row-sum-of-one-block",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    dp, ds = do @ v.T, np.zeros(p.shape)
    for j in range(0, len(k), 2):
        b = slice(j, j + 2)
        ds[:, b] = p[:, b] * (dp[:, b] - (p[:, b] * dp[:, b]).sum(axis=1, keepdims=True))
    return ds @ k / r, ds.T @ q / r, p.T @ do
""",
        slips=("sum-of-one-block",),
        says=r"blocks of 2 keys",
        where=("(p[:, b] * dp[:, b]).sum(axis=1, keepdims=True)",),
    ),
    Reported(
        "scores-matrix-product",
        "ps7_attention scores_backward",
        """
def scores_backward(p, dp):
    return p @ (dp - (p * dp).sum(axis=1, keepdims=True))
""",
        slips=("matrix-for-elementwise",),
        says=r"entry by entry",
        where=("p @ (dp - (p * dp).sum(axis=1, keepdims=True))",),
    ),
    Reported(
        "scores-sum-left-out",
        "ps7_attention scores_backward",
        """
def scores_backward(p, dp):
    return p * dp
""",
        slips=("missing-dot",),
        says=r"lacks a dot product|left out the rest",
        where=("p * dp",),
    ),
    Reported(
        "scores-derivative-skipped",
        "ps7_attention scores_backward",
        """
def scores_backward(p, dp):
    return dp
""",
        slips=("identity",),
        says=r"derivative of softmax was skipped",
        where=("dp",),
    ),
    Reported(
        "scores-in-place",
        "ps7_attention scores_backward",
        """
def scores_backward(p, dp):
    dp -= (p * dp).sum(axis=1, keepdims=True)
    dp *= p
    return dp
""",
        slips=("mutates-input",),
        where=("dp -= (p * dp).sum(axis=1, keepdims=True)",),
    ),
    Reported(
        "backward-without-mask",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, _ = attention_forward(q, k, v, mask)
    x = q @ k.T / r
    y = x if mask is None else np.where(mask, x, -np.inf)
    m = np.maximum(y.max(axis=1, keepdims=True), -1e300)
    t = np.exp(y - m).sum(axis=1, keepdims=True)
    lse = np.where(t > 0, m + np.log(np.where(t > 0, t, 1.0)), np.inf)
    p = np.exp(x - lse)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
""",
        slips=("another-p",),
        says=r"without the mask",
        where=("np.exp(x - lse)",),
    ),
    Reported(
        "backward-mask-times-scores",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, _ = attention_forward(q, k, v, mask)
    x = q @ k.T / r
    y = x if mask is None else np.where(mask, x, -np.inf)
    m = np.maximum(y.max(axis=1, keepdims=True), -1e300)
    t = np.exp(y - m).sum(axis=1, keepdims=True)
    lse = np.where(t > 0, m + np.log(np.where(t > 0, t, 1.0)), np.inf)
    p = np.exp((x if mask is None else x * mask) - lse)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
""",
        slips=("another-p",),
        says=r"multiplied by the mask",
        where=("x * mask",),
    ),
    Reported(
        "lse-max-not-added",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, _ = attention_forward(q, k, v, mask)
    x = q @ k.T / r
    y = x if mask is None else np.where(mask, x, -np.inf)
    m = np.maximum(y.max(axis=1, keepdims=True), -1e300)
    t = np.exp(y - m).sum(axis=1, keepdims=True)
    lse = np.where(t > 0, np.log(np.where(t > 0, t, 1.0)), np.inf)
    p = np.exp(y - lse)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
""",
        slips=("shift-not-undone",),
        says=r"did not add it back|exp\(m\) times",
        where=("np.log(np.where(t > 0, t, 1.0))",),
    ),
    Reported(
        "softmax-before-values",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = scores_backward(p, do) @ v.T
    return ds @ k / r, ds.T @ q / r, p.T @ do
""",
        slips=("chain-out-of-order",),
        says=r"back through v",
        where=("scores_backward(p, do)",),
    ),
    Reported(
        "columns-of-v-cut",
        "ps7_attention attention_backward",
        """
def attention_backward(q, k, v, mask, do):
    d = q.shape[1]
    r = np.sqrt(d)
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do[:, :d] @ v[:, :d].T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
""",
        slips=("columns-left-out",),
        says=r"width of q is used",
        where=("do[:, :d] @ v[:, :d].T",),
    ),
)
