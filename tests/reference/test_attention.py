"""Attention of the reference: against 50 digits, against differences, in blocks as in one piece."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp, mpf

import reference
from missingsum.numeric import gradient

N, M, D, E = 4, 6, 3, 2
SIZES = (1, 2, 4, 6, 9)


def made(seed: int, scale: float = 1.0, masked: bool = True):
    """q, k, v, mask and do; with a mask, row 1 has no key."""
    rng = np.random.default_rng(seed)
    q, k, v, do = (rng.normal(size=shape) for shape in ((N, D), (M, D), (M, E), (N, E)))
    mask = rng.random((N, M)) < 0.6
    mask[:, :2] = True
    mask[1] = False
    return scale * q, k, v, mask if masked else None, do


def exact(q, k, v, mask, do):
    """o, dq, dk, dv by the definitions, to 50 digits: the whole Jacobian of each row, and no D."""
    n, m, d, e = len(q), len(k), q.shape[1], v.shape[1]
    q, k, v, do = ([[mpf(float(x)) for x in row] for row in a] for a in (q, k, v, do))
    with mp.workdps(60):
        root = mp.sqrt(d)
        x = [[mp.fsum(a * b for a, b in zip(row, key)) / root for key in k] for row in q]
        p = []
        for i in range(n):
            seen = [j for j in range(m) if mask is None or mask[i, j]]
            top = max((x[i][j] for j in seen), default=mpf(0))
            total = mp.fsum(mp.exp(x[i][j] - top) for j in seen)
            p.append([mp.exp(x[i][j] - top) / total if j in seen else mpf(0) for j in range(m)])
        o = [[mp.fsum(p[i][j] * v[j][c] for j in range(m)) for c in range(e)] for i in range(n)]
        dp = [[mp.fsum(do[i][c] * v[j][c] for c in range(e)) for j in range(m)] for i in range(n)]
        ds = [
            [mp.fsum(dp[i][b] * p[i][b] * ((b == j) - p[i][j]) for b in range(m)) / root for j in range(m)]
            for i in range(n)
        ]
        dq = [[mp.fsum(ds[i][j] * k[j][c] for j in range(m)) for c in range(d)] for i in range(n)]
        dk = [[mp.fsum(ds[i][j] * q[i][c] for i in range(n)) for c in range(d)] for j in range(m)]
        dv = [[mp.fsum(p[i][j] * do[i][c] for i in range(n)) for c in range(e)] for j in range(m)]
    return [np.array([[float(x) for x in row] for row in a]) for a in (o, dq, dk, dv)]


def whole(q, k, v, mask, do):
    return reference.attention_forward(q, k, v, mask)[0], *reference.attention_backward(q, k, v, mask, do)


def in_blocks(size):
    def both(q, k, v, mask, do):
        o, lse = reference.attention_forward_in_blocks(q, k, v, mask, size)
        return o, *reference.attention_backward_in_blocks(q, k, v, mask, do, o, lse, size)

    return both


def largest_error(ours, truth):
    """Relative to the largest entry of each array."""
    return max(np.abs(a - t).max() / np.abs(t).max() for a, t in zip(ours, truth))


@pytest.mark.parametrize("way", [whole, *map(in_blocks, SIZES)], ids=["whole", *(f"blocks of {s}" for s in SIZES)])
@pytest.mark.parametrize("masked", [True, False], ids=["a mask", "no mask"])
@pytest.mark.parametrize(("scale", "limit"), [(1.0, 3e-15), (10.0, 1e-12), (1e4, 5e-11)])
def test_it_agrees_with_fifty_digits(way, masked, scale, limit):
    with np.errstate(all="raise", under="ignore"):
        given = made(3, scale, masked)
        if scale > 100:  # two keys share each row, or all gradients would be 0
            given[1][1] = given[1][0] * (1 + 1e-5)
        assert largest_error(way(*given), exact(*given)) < limit


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_float32_is_as_good_as_its_digits(scale):
    given = made(4, scale)
    short = [a.astype(np.float32) if a.dtype.kind == "f" else a for a in given]
    truth = exact(*short)
    for way in (whole, in_blocks(4)):
        results = way(*short)
        assert all(a.dtype == np.float32 for a in results)
        assert largest_error(results, truth) < 5e-6


@pytest.mark.parametrize("way", [whole, in_blocks(4)], ids=["whole", "in blocks"])
def test_the_gradients_are_those_of_the_forward_function(way):
    q, k, v, mask, do = made(5)
    measured = [
        gradient(
            lambda x, at=at: (
                do * reference.attention_forward(*[x if a is at else a for a in (q, k, v)], mask)[0]
            ).sum(),
            at,
        )
        for at in (q, k, v)
    ]
    for ours, theirs in zip(way(q, k, v, mask, do)[1:], measured):
        np.testing.assert_allclose(ours, theirs, atol=1e-9)


@pytest.mark.parametrize("way", [whole, *map(in_blocks, SIZES)], ids=["whole", *(f"blocks of {s}" for s in SIZES)])
def test_a_row_without_keys_is_0_and_poisons_nothing(way):
    q, k, v, mask, do = made(6)
    with np.errstate(all="raise"):
        o, dq, dk, dv = way(q, k, v, mask, do)
    assert not o[1].any() and not dq[1].any() and np.isfinite(dk).all() and np.isfinite(dv).all()
    rows = [0, 2, 3]
    without = way(q[rows], k, v, mask[rows], do[rows])
    assert largest_error((dk, dv), without[2:]) < 1e-14


def test_what_is_hidden_has_no_gradient_and_moves_nothing():
    q, k, v, mask, do = made(7)
    mask[:, 3] = False
    before = whole(q, k, v, mask, do)
    assert not before[2][3].any() and not before[3][3].any()
    k[3], v[3] = 1e6, -1e6
    assert largest_error(whole(q, k, v, mask, do)[:2], before[:2]) < 1e-15


def test_the_sum_is_had_without_p():
    q, k, v, mask, do = made(8)
    o, p = reference.attention_forward(q, k, v, mask)
    np.testing.assert_allclose(reference.delta(o, do), (p * (do @ v.T)).sum(axis=1), atol=1e-15)


def test_without_any_keys_the_output_is_0():
    q, k, v, _, do = made(1)
    for way in (whole, in_blocks(2)):
        o, dq, dk, dv = way(q, k[:0], v[:0], None, do)
        assert o.shape == (N, E) and not o.any() and not dq.any() and dk.shape == (0, D) and dv.shape == (0, E)


def test_logsumexp_of_a_row_without_keys_is_minus_infinity():
    q, k, v, mask, _ = made(9)
    _, lse = reference.attention_forward_in_blocks(q, k, v, mask, 4)
    x = np.where(mask, q @ k.T / np.sqrt(D), -np.inf)
    np.testing.assert_allclose(lse, reference.logsumexp(x), rtol=1e-14)
    assert lse[1] == -np.inf


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda q, k, v, mask, do: (q[:, :2], k, v, mask, do), r"\(4, 2\), \(6, 3\), \(6, 2\)"),
        (lambda q, k, v, mask, do: (q, k, v[:5], mask, do), r"\(6, 3\), \(5, 2\)"),
        (lambda q, k, v, mask, do: (q, k, v, mask[:, :5], do), r"mask has shape \(4, 5\)"),
        (lambda q, k, v, mask, do: (q, k, v, mask, do[:3]), r"do has shape \(3, 2\) and o has shape \(4, 2\)"),
    ],
    ids=["width", "keys", "mask", "upstream"],
)
def test_shapes_that_do_not_fit_are_named(change, message):
    given = change(*made(1))
    with pytest.raises(ValueError, match=message):
        reference.attention_backward(*given)
    if "upstream" not in message and "do has" not in message:
        with pytest.raises(ValueError, match=message):
            reference.attention_forward_in_blocks(*given[:4], 2)


def test_a_mask_of_numbers_and_an_empty_block_are_refused():
    q, k, v, mask, _ = made(1)
    with pytest.raises(TypeError, match="booleans are expected"):
        reference.attention_forward_in_blocks(q, k, v, mask.astype(float), 2)
    with pytest.raises(ValueError, match="size is 0"):
        reference.attention_forward_in_blocks(q, k, v, mask, 0)
