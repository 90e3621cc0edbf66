"""The options mean what they mean in PyTorch, wherever PyTorch is right.

Runs where torch is installed; ``make bench`` installs it.
"""

from __future__ import annotations

import numpy as np
import pytest

import reference

torch = pytest.importorskip("torch", reason="PyTorch is not installed; `make bench` runs these tests with it")
F = torch.nn.functional

RNG = np.random.default_rng(21)
N, C = 6, 5
Z, Y, W = RNG.normal(size=(N, C), scale=3), RNG.random((N, C)), RNG.random(C) + 0.5
LABELS = np.array([0, 4, -100, 2, 2, 1])
REDUCTIONS = ["mean", "sum", "none"]


def peer(loss_of_logits, z=Z):
    """The loss as PyTorch computes it and, by its automatic differentiation, the gradient of the loss or of its sum."""
    logits = torch.tensor(z, requires_grad=True)
    loss = loss_of_logits(logits)
    loss.sum().backward()
    return loss.detach().numpy(), logits.grad.numpy()


def same(ours, theirs, rtol=1e-12, atol=1e-14):
    for mine, other in zip(ours, theirs):
        np.testing.assert_allclose(mine, other, rtol=rtol, atol=atol)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weights", [None, W], ids=["unweighted", "class weights"])
@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_labels(reduction, smoothing, weights, temperature):
    options = {
        "class_weights": weights,
        "label_smoothing": smoothing,
        "temperature": temperature,
        "reduction": reduction,
    }
    same(
        (
            reference.cross_entropy_from_labels_forward(Z, LABELS, **options),
            reference.cross_entropy_from_labels_backward(Z, LABELS, **options),
        ),
        peer(
            lambda z: F.cross_entropy(
                z / temperature,
                torch.tensor(LABELS),
                weight=None if weights is None else torch.tensor(weights),
                label_smoothing=smoothing,
                reduction=reduction,
            )
        ),
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weights", [None, W], ids=["unweighted", "class weights"])
def test_soft_targets_of_any_sum(reduction, smoothing, weights):
    options = {"class_weights": weights, "label_smoothing": smoothing, "reduction": reduction}
    same(
        (
            reference.softmax_cross_entropy_forward(Z, Y, **options),
            reference.softmax_cross_entropy_backward(Z, Y, **options),
        ),
        peer(
            lambda z: F.cross_entropy(
                z,
                torch.tensor(Y),
                weight=None if weights is None else torch.tensor(weights),
                label_smoothing=smoothing,
                reduction=reduction,
            )
        ),
    )


@pytest.mark.parametrize("shape", [(50, 10), (50, 100)], ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_fast_form(shape, dtype):
    z, labels = RNG.normal(size=shape).astype(dtype), RNG.integers(shape[1], size=shape[0])
    labels[3] = -100
    eps = np.finfo(dtype).eps
    same(
        reference.cross_entropy_from_labels(z, labels),
        peer(lambda z: F.cross_entropy(z, torch.tensor(labels)), z),
        rtol=50 * eps,
        atol=eps,
    )


@pytest.mark.parametrize("gamma", [0.0, 1.0, 2.0])
def test_focal_loss_and_z_loss(gamma):
    labels = np.array([0, 4, 3, 2, 2, 1])

    def focal(z):
        log_s = F.log_softmax(z, dim=1)[range(N), labels]
        return -((1 - log_s.exp()) ** gamma * log_s).mean()

    same(
        (reference.focal_from_labels_forward(Z, labels, gamma), reference.focal_from_labels_backward(Z, labels, gamma)),
        peer(focal),
    )
    same(
        (
            reference.cross_entropy_from_labels_forward(Z, labels, z_loss=0.1),
            reference.cross_entropy_from_labels_backward(Z, labels, z_loss=0.1),
        ),
        peer(lambda z: F.cross_entropy(z, torch.tensor(labels)) + 0.1 * torch.logsumexp(z, 1).square().mean()),
    )


@pytest.mark.parametrize("rows", [slice(None), 0], ids=["(n, c)", "(n,)"])
def test_binary_cross_entropy(rows):
    z, y = (Z, Y) if isinstance(rows, slice) else (Z[:, 0], Y[:, 0])
    same(
        (reference.bce_with_logits_forward(z, y), reference.bce_with_logits_backward(z, y)),
        peer(lambda t: F.binary_cross_entropy_with_logits(t, torch.tensor(y), reduction="sum") / N, z),
    )


def test_every_other_pair_of_forward_and_backward():
    g = RNG.normal(size=(N, C))
    upstream = torch.tensor(g)

    def product(forward):
        return peer(lambda z: (forward(z) * upstream).sum())[1]

    s = reference.softmax_forward(Z)
    a = reference.sigmoid_forward(Z)
    same(
        (s, reference.softmax_backward(s, g)),
        (torch.softmax(torch.tensor(Z), 1).numpy(), product(lambda z: torch.softmax(z, 1))),
    )
    same((reference.log_softmax_backward(Z, g),), (product(lambda z: torch.log_softmax(z, 1)),))
    same((reference.sigmoid_backward(a, g),), (product(torch.sigmoid),))
    same((reference.relu_backward(Z, g),), (product(torch.relu),))
    same(
        (reference.mse_softmax_backward(Z, Y),),
        (peer(lambda z: 0.5 * (torch.softmax(z, 1) - torch.tensor(Y)).square().sum() / N)[1],),
    )
    same(
        (reference.mse_forward(Z, Y), reference.mse_backward(Z, Y)),
        peer(lambda z: 0.5 * (z - torch.tensor(Y)).square().sum() / N),
    )
    same(
        (reference.softmax_jacobian(s)[0],),
        (torch.autograd.functional.jacobian(lambda row: torch.softmax(row, 0), torch.tensor(Z[0])).numpy(),),
    )
    same((reference.logsumexp(Z),), (torch.logsumexp(torch.tensor(Z), 1).numpy(),))


def test_a_linear_layer():
    X, W, b = RNG.normal(size=(N, 3)), RNG.normal(size=(3, C)), RNG.normal(size=C)
    g = RNG.normal(size=(N, C))
    tensors = [torch.tensor(v, requires_grad=True) for v in (X, W, b)]
    F.linear(tensors[0], tensors[1].T, tensors[2]).backward(torch.tensor(g))
    same(reference.linear_backward(X, W, g), [t.grad.numpy() for t in tensors])


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_row_weights_are_weights_in_a_mean(reduction):
    rows = RNG.random(N) + 0.5
    kept = LABELS != -100
    by = {"mean": rows[kept].sum(), "sum": 1, "none": 1}[reduction]

    def loss(z):
        each = F.cross_entropy(z, torch.tensor(LABELS), reduction="none") * torch.tensor(rows)
        return each if reduction == "none" else each.sum() / by

    options = {"row_weights": rows, "reduction": reduction}
    same(
        (
            reference.cross_entropy_from_labels_forward(Z, LABELS, **options),
            reference.cross_entropy_from_labels_backward(Z, LABELS, **options),
        ),
        peer(loss),
    )


FLAT, FLAT_Y, FLAT_W = Z.ravel(), Y.ravel(), RNG.random(N * C)
"""A mean over all entries, as PyTorch takes it, is ours of one entry a row."""


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_losses_entry_by_entry(reduction):
    y, w = torch.tensor(FLAT_Y), torch.tensor(FLAT_W)
    same(
        (
            reference.bce_with_logits_forward(FLAT, FLAT_Y, weight=FLAT_W, pos_weight=2.5, reduction=reduction),
            reference.bce_with_logits_backward(FLAT, FLAT_Y, weight=FLAT_W, pos_weight=2.5, reduction=reduction),
        ),
        peer(
            lambda z: F.binary_cross_entropy_with_logits(
                z, y, weight=w, pos_weight=torch.tensor(2.5), reduction=reduction
            ),
            FLAT,
        ),
    )
    a = reference.sigmoid_forward(FLAT)
    same(
        (
            reference.bce_forward(a, FLAT_Y, weight=FLAT_W, reduction=reduction),
            reference.bce_backward(a, FLAT_Y, weight=FLAT_W, reduction=reduction),
        ),
        peer(lambda a: F.binary_cross_entropy(a, y, weight=w, reduction=reduction), a),
    )
    column = FLAT[:, None]
    same(
        (
            2 * reference.mse_forward(column, FLAT_Y[:, None], reduction=reduction),
            2 * reference.mse_backward(column, FLAT_Y[:, None], reduction=reduction)[:, 0],
        ),
        peer(lambda z: F.mse_loss(z, y, reduction=reduction), FLAT),
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("log_targets", [False, True])
def test_divergence_and_likelihood(reduction, log_targets):
    log_s = reference.log_softmax_forward(Z)
    y = np.log(Y) if log_targets else Y
    theirs = {"mean": "batchmean", "sum": "sum", "none": "none"}[reduction]

    def divergence(log_s):
        loss = F.kl_div(log_s, torch.tensor(y), reduction=theirs, log_target=log_targets)
        return loss.sum(dim=1) if reduction == "none" else loss

    options = {"log_targets": log_targets, "reduction": reduction}
    same(
        (
            reference.kl_divergence_forward(log_s, y, **options),
            reference.kl_divergence_backward(log_s, y, **options),
        ),
        peer(divergence, log_s),
    )
    same(
        (
            reference.nll_from_labels_forward(log_s, LABELS, class_weights=W, reduction=reduction),
            reference.nll_from_labels_backward(log_s, LABELS, class_weights=W, reduction=reduction),
        ),
        peer(lambda s: F.nll_loss(s, torch.tensor(LABELS), weight=torch.tensor(W), reduction=reduction), log_s),
    )


def test_gradients_in_the_targets():
    s, log_s = reference.softmax_forward(Z), reference.log_softmax_forward(Z)
    z, t_s, t_log_s = torch.tensor(Z), torch.tensor(s), torch.tensor(log_s)
    for ours, loss in (
        (reference.mse_targets_backward(Z, Y), lambda y: 0.5 * (z - y).square().sum() / N),
        (reference.cross_entropy_targets_backward(s, Y), lambda y: -(y * t_s.log()).sum() / N),
        (reference.softmax_cross_entropy_targets_backward(Z, Y), lambda y: F.cross_entropy(z, y)),
        (
            reference.bce_with_logits_targets_backward(Z, Y),
            lambda y: F.binary_cross_entropy_with_logits(z, y, reduction="sum") / N,
        ),
        (reference.kl_divergence_targets_backward(log_s, Y), lambda y: F.kl_div(t_log_s, y, reduction="batchmean")),
    ):
        same((ours,), (peer(loss, Y)[1],))


def test_entrywise_functions_and_masks():
    g = torch.tensor(RNG.normal(size=(N, C)))
    mask = RNG.random((N, C)) < 0.7
    mask[:, 0] = True
    s = reference.masked_softmax(Z, mask)
    for ours, function in (
        (reference.log_sigmoid_backward(Z, g.numpy()), F.logsigmoid),
        (reference.softcap_backward(Z, g.numpy(), 4.0), lambda z: 4 * torch.tanh(z / 4)),
        (
            reference.softmax_backward(s, g.numpy()),
            lambda z: torch.softmax(z.masked_fill(~torch.tensor(mask), -torch.inf), dim=1),
        ),
    ):
        same((ours,), (peer(lambda z, function=function: (function(z) * g).sum())[1],))
    same(
        (s, reference.log_sigmoid_forward(Z), reference.softcap_forward(Z, 4.0)),
        (
            torch.softmax(torch.tensor(Z).masked_fill(~torch.tensor(mask), -torch.inf), dim=1).numpy(),
            F.logsigmoid(torch.tensor(Z)).numpy(),
            4 * np.tanh(Z / 4),
        ),
    )
    same(
        (reference.z_loss_forward(Z), reference.z_loss_backward(Z)),
        peer(lambda z: torch.logsumexp(z, 1).square().mean()),
    )


@pytest.mark.parametrize("alpha", [None, 0.25, W], ids=["no alpha", "one", "one a class"])
def test_focal_loss_of_soft_targets(alpha):
    weight = torch.tensor(1.0 if alpha is None else alpha)

    def loss(z):
        log_s = F.log_softmax(z, dim=1)
        return -(torch.tensor(Y) * weight * (1 - log_s.exp()) ** 2 * log_s).sum() / N

    same((reference.focal_forward(Z, Y, alpha=alpha), reference.focal_backward(Z, Y, alpha=alpha)), peer(loss))


def test_smoothed_soft_targets():
    s = Y / Y.sum(axis=1, keepdims=True)
    smooth = reference.smooth_labels(s, C, 0.2)
    theirs = peer(lambda z: F.cross_entropy(z, torch.tensor(s), label_smoothing=0.2))
    same(
        (reference.softmax_cross_entropy_forward(Z, smooth), reference.softmax_cross_entropy_backward(Z, smooth)),
        theirs,
    )


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_half_precision_is_as_near_as_pytorchs_own(half):
    ml_dtypes = pytest.importorskip("ml_dtypes")
    dtype = np.dtype(np.float16 if half == "float16" else ml_dtypes.bfloat16)
    z = Z.astype(dtype)
    ours = reference.softmax_forward(z).astype(np.float64)
    theirs = torch.softmax(torch.tensor(z.astype(np.float32)).to(getattr(torch, half)), dim=1).double().numpy()
    truth = reference.softmax_forward(z.astype(np.float64))
    about = ml_dtypes.finfo(dtype)
    np.testing.assert_allclose(ours, truth, rtol=0.51 * float(about.eps), atol=float(about.smallest_subnormal))
    assert np.abs(ours - truth).max() <= np.abs(theirs - truth).max()


def test_where_pytorch_is_not_right_we_differ_from_it():
    """With a gap of 30 in float32, its gradient is 0; the right one is not, see test_accuracy.py."""
    z = np.array([[30.0, 0.0]], dtype=np.float32)
    loss, gradient = peer(lambda t: F.cross_entropy(t, torch.tensor([0])), z)
    assert loss == 0 and gradient[0, 0] == 0
    np.testing.assert_allclose(reference.cross_entropy_from_labels_forward(z, [0]), np.exp(-30.0), rtol=1e-6)


@pytest.mark.parametrize("masked", [True, False], ids=["a mask", "no mask"])
@pytest.mark.parametrize("in_blocks", [False, True], ids=["whole", "in blocks"])
def test_attention(masked, in_blocks):
    """`scaled_dot_product_attention`, whose boolean mask is True where a row may look, too."""
    rng = np.random.default_rng(15)
    q, k, v, do = (rng.normal(size=shape) for shape in ((5, 4), (7, 4), (7, 3), (5, 3)))
    mask = None
    if masked:
        mask = rng.random((5, 7)) < 0.5
        mask[:, 0], mask[2] = True, False
    theirs = [torch.tensor(a, requires_grad=True) for a in (q, k, v)]
    out = F.scaled_dot_product_attention(*theirs, attn_mask=None if mask is None else torch.tensor(mask))
    (out * torch.tensor(do)).sum().backward()
    if in_blocks:
        o, lse = reference.attention_forward_in_blocks(q, k, v, mask, 3)
        gradients = reference.attention_backward_in_blocks(q, k, v, mask, do, o, lse, 3)
    else:
        o, _ = reference.attention_forward(q, k, v, mask)
        gradients = reference.attention_backward(q, k, v, mask, do)
    same((o, *gradients), (out.detach().numpy(), *(a.grad.numpy() for a in theirs)))
