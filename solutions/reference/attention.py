"""One head of attention: forward, backward and in blocks of keys (chapter *Attention*).

q (n, d), k (m, d), v (m, e), ``mask`` (n, m) boolean, True where a row may look, or None: everywhere. With x = q kᵀ/√d
and P the softmax of x by rows over what the mask leaves, o = P v. A row without any True is 0, and so are its
gradients. Formulas: Vaswani and others (2017); in blocks: Milakov and Gimelshein (2018), Dao and others (2022).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reference.arrays import as_floats, as_floats_like
from reference.half import in_float32
from reference.masked import as_mask, masked_softmax
from reference.softmax import softmax_backward


@in_float32
def attention_forward(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """``P = masked_softmax(q kᵀ/√d)`` and ``o = P v``; → o (n, e), P (n, m).

    ValueError if the shapes do not fit, TypeError for a mask that is not boolean.
    """
    q, k, v = _arrays(q, k, v)
    x = _scores(q, k)
    p = masked_softmax(x, mask) if len(k) else x
    return p @ v, p


@in_float32
def scores_backward(p: np.ndarray, dp: np.ndarray) -> np.ndarray:
    """``dL/dx_j = P_j (dP_j - Σ_k P_k dP_k)`` of each row; p, dp (n, m), rows of p that sum to 1, or are 0 → (n, m).

    This is the VJP of softmax, for any mask: what is hidden has P = 0. ValueError if the shapes differ.
    """
    return softmax_backward(p, dp)


@in_float32
def delta(o: np.ndarray, do: np.ndarray) -> np.ndarray:
    """``D_i = Σ_j P_ij dP_ij = Σ_c do_ic o_ic``, the sum without P; o, do (n, e) → (n,). ValueError if they differ.

    For dP = do vᵀ and o = P v. It is D in Dao and others (2022), algorithm 4.
    """
    o = as_floats("o", o)
    return np.vecdot(o, as_floats_like("do", do, "o", o))


@in_float32
def attention_backward(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None, do: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``dP = do vᵀ``, ``dS = P ∘ (dP - D)``, ``dq = dS k/√d``, ``dk = dSᵀ q/√d``, ``dv = Pᵀ do``; do (n, e).

    → dq (n, d), dk (m, d), dv (m, e). ValueError and TypeError as `attention_forward`.
    """
    q, k, v = _arrays(q, k, v)
    o, p = attention_forward(q, k, v, mask)
    do = as_floats_like("do", do, "o", o)
    ds = (scores_backward(p, do @ v.T) if len(k) else p) / _root(q)
    return ds @ k, ds.T @ q, p.T @ do


@in_float32
def attention_forward_in_blocks(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """The same o, ``size`` keys at a time and without P, and the logsumexp of each row; → o (n, e), lse (n,).

    Each block has scores x of its own. With m the row's maximum so far, l the sum of exp(x - m), o not yet divided:

        m' = max(m, max x),  l' = l exp(m - m') + Σ exp(x - m'),  o' = o exp(m - m') + exp(x - m') v

    and o/l at the end. lse = m + ln l is -inf in a row without any True. ValueError for a size below 1.
    """
    q, k, v = _arrays(q, k, v)
    n, dtype = len(q), q.dtype
    m, total, o = np.full((n, 1), -np.inf, dtype), np.zeros((n, 1), dtype), np.zeros((n, v.shape[1]), dtype)
    for block, x in _blocks(q, k, mask, size):
        largest = np.maximum(m, x.max(axis=1, keepdims=True))
        m_used = np.where(np.isfinite(largest), largest, dtype.type(0))  # -inf - -inf is nan
        e, before = np.exp(x - m_used), np.exp(m - m_used)
        total = total * before + e.sum(axis=1, keepdims=True)
        o = o * before + e @ v[block]
        m = largest
    seen = total > 0
    some = np.where(seen, total, dtype.type(1))
    return o / some, np.where(seen, m + np.log(some), dtype.type(-np.inf))[:, 0]


@in_float32
def attention_backward_in_blocks(
    q: np.ndarray,
    k: np.ndarray,
    v: np.ndarray,
    mask: np.ndarray | None,
    do: np.ndarray,
    o: np.ndarray,
    lse: np.ndarray,
    size: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same dq, dk, dv from what `attention_forward_in_blocks` gives, ``size`` keys at a time and without P.

    P of a block is made again as exp(x - lse); ``D = delta(o, do)`` knows all keys of the row.
    """
    q, k, v = _arrays(q, k, v)
    o = as_floats("o", o)
    D = delta(o, do)[:, None]
    do = as_floats_like("do", do, "o", o)
    lse = as_floats("lse", lse, 1).astype(q.dtype, copy=False)[:, None]
    lse = np.where(np.isfinite(lse), lse, q.dtype.type(np.inf))  # exp(x - inf) is 0
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    for block, x in _blocks(q, k, mask, size):
        p = np.exp(x - lse)
        ds = p * (do @ v[block].T - D) / _root(q)
        dq += ds @ k[block]
        dk[block] = ds.T @ q
        dv[block] = p.T @ do
    return dq, dk, dv


def _blocks(q: np.ndarray, k: np.ndarray, mask: np.ndarray | None, size: int) -> Iterator[tuple[slice, np.ndarray]]:
    """Which keys, and their scores, -inf where they are hidden."""
    if size < 1:
        raise ValueError(f"size is {size}; at least one key is expected in a block")
    visible = None if mask is None else as_mask(mask, (len(q), len(k)))
    for first in range(0, len(k), size):
        block = slice(first, first + size)
        x = _scores(q, k[block])
        yield block, x if visible is None else np.where(visible[:, block], x, x.dtype.type(-np.inf))


def _arrays(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As floats of q's dtype, of shapes that fit."""
    q = as_floats("q", q)
    k, v = (as_floats(name, a).astype(q.dtype, copy=False) for name, a in (("k", k), ("v", v)))
    if q.shape[1] != k.shape[1] or len(k) != len(v):
        raise ValueError(f"q, k, v have shapes {q.shape}, {k.shape}, {v.shape}; (n, d), (m, d), (m, e) are expected")
    return q, k, v


def _scores(q: np.ndarray, k: np.ndarray) -> np.ndarray:
    return (q @ k.T) / _root(q)


def _root(q: np.ndarray) -> np.floating:
    """√d in q's dtype."""
    return q.dtype.type(np.sqrt(q.shape[1]))
