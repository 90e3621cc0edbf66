"""PyTorch's OpInfo samples: what it tests its own operators with, value and gradient, float32 and float64."""

from __future__ import annotations

import warnings

import numpy as np
from mpmath import mp, mpf

import reference
from suites import formulas
from suites.outcome import Difference, Tally, exactly, slopes
from suites.shapes import as_rows, back

OPERATORS = (
    "nn.functional.cross_entropy",
    "nn.functional.nll_loss",
    "softmax",
    "log_softmax",
    "logsumexp",
    "nn.functional.binary_cross_entropy_with_logits",
    "nn.functional.mse_loss",
    "nn.functional.kl_div",
)


def run() -> list[Tally]:
    import torch
    from torch.testing._internal.common_methods_invocations import op_db

    warnings.filterwarnings("ignore", message="reduction: 'mean'")  # what PyTorch says of its own samples
    tallies = {name: Tally(f"PyTorch OpInfo {name.split('.')[-1]}", torch.__version__) for name in OPERATORS}
    for op in op_db:
        if op.name not in OPERATORS:
            continue
        for dtype in (torch.float32, torch.float64):
            torch.manual_seed(0)
            for number, sample in enumerate(op.sample_inputs("cpu", dtype, requires_grad=True)):
                name = f"{op.formatted_name} {dtype} {number}"
                _one(tallies[op.name], name, op, sample)
    return list(tallies.values())


def _one(tally: Tally, name: str, op, sample) -> None:
    import torch

    x = sample.input.detach().clone().requires_grad_(True)
    out = op(x, *sample.args, **sample.kwargs)
    g = np.random.default_rng(0).normal(size=tuple(out.shape))
    upstream = torch.tensor(g).to(out.dtype)
    (gradient,) = torch.autograd.grad(out, x, upstream)
    theirs = [out.detach().numpy(), gradient.numpy()]
    arguments = [a.detach().numpy() if isinstance(a, torch.Tensor) else a for a in sample.args]
    options = {k: v.detach().numpy() if isinstance(v, torch.Tensor) else v for k, v in sample.kwargs.items()}
    if (dtype := options.pop("dtype", None)) is not None:
        options["dtype"] = str(dtype).split(".")[-1]
    short = op.name.split(".")[-1]
    case = CASES[short](x.detach().numpy(), *arguments, **options)
    tally.settle(name, lambda: case.ours(upstream.numpy()), theirs, lambda: case.truth(upstream.numpy()))


class Softmax:
    """softmax and log_softmax of any axis."""

    forward = staticmethod(reference.softmax_forward)
    exact = staticmethod(formulas.softmax)

    def __init__(self, x, dim=None, _stacklevel=3, dtype=None):
        self.given, self.axis = x, dim
        self.x = x if dtype is None else x.astype(dtype)

    def backward(self, rows, g):
        return reference.softmax_backward(reference.softmax_forward(rows), g)

    def ours(self, g):
        if self.x.size == 0:
            raise Difference("no classes, or none at all: refused")
        rows, shape = as_rows(self.x, self.axis)
        value = self.forward(rows)
        gradient = self.backward(rows, as_rows(g, self.axis)[0].astype(rows.dtype))
        ndim = self.x.ndim
        return [back(value, shape, self.axis, ndim), back(gradient, shape, self.axis, ndim).astype(self.given.dtype)]

    def truth(self, g):
        with mp.workdps(120):
            rows, shape = as_rows(self.x, self.axis)
            z, weights = exactly(rows), exactly(as_rows(g, self.axis)[0])
            gradient = slopes_by_row(lambda row, k: (weights[k] * self.exact(row[None])[0]).sum(), z)
            return [back(a, shape, self.axis, self.x.ndim) for a in (self.exact(z), gradient)]


class LogSoftmax(Softmax):
    forward = staticmethod(reference.log_softmax_forward)
    exact = staticmethod(formulas.log_softmax)

    def backward(self, rows, g):
        return reference.log_softmax_backward(rows, g)


class LogSumExp:
    """Over one axis or several."""

    def __init__(self, x, dim, keepdim=False):
        self.x, self.keepdim = x, keepdim
        axes = tuple(dim) if isinstance(dim, (tuple, list)) else (dim,)
        axes = axes or tuple(range(x.ndim))
        self.axes = tuple(a % x.ndim for a in axes) if x.ndim else ()

    def _rows(self, x):
        kept = [a for a in range(x.ndim) if a not in self.axes]
        self.order = [*kept, *self.axes]
        moved = x.transpose(self.order)
        self.moved = moved.shape
        self.kept = tuple(x.shape[a] for a in kept)
        return moved.reshape(int(np.prod(self.kept)), -1)

    def _shape(self):
        if not self.keepdim:
            return self.kept
        return tuple(1 if a in self.axes else n for a, n in enumerate(self.x.shape))

    def _back(self, rows):
        return rows.reshape(self.moved).transpose(np.argsort(self.order)) if self.x.ndim else rows.reshape(())

    def ours(self, g):
        if self.x.size == 0:
            raise Difference("no classes, or none at all: refused")
        rows = self._rows(self.x)
        gradient = g.reshape(-1, 1).astype(rows.dtype) * reference.softmax_forward(rows)
        return [reference.logsumexp(rows).reshape(self._shape()), self._back(gradient)]

    def truth(self, g):
        with mp.workdps(120):
            z, weights = exactly(self._rows(self.x)), exactly(g.reshape(-1))
            gradient = slopes_by_row(lambda row, k: weights[k] * formulas.logsumexp(row[None])[0], z)
            return [formulas.logsumexp(z).reshape(self._shape()), self._back(gradient)]


class CrossEntropy:
    """Labels or soft targets, of any number of axes, the classes in the second."""

    def __init__(self, x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
        self.x, self.target, self.weight, self.ignored = x, target, weight, ignore_index
        self.reduction, self.smoothing = reduction, label_smoothing
        self.axis = 1 if x.ndim > 1 else 0
        self.labels = target.dtype.kind in "iu"

    def ours(self, g):
        rows, shape = as_rows(self.x, self.axis)
        options = {"class_weights": self.weight, "reduction": self.reduction, "label_smoothing": self.smoothing}
        if self.labels:
            labels = self.target.reshape(-1)
            if self.reduction == "mean" and (labels == self.ignored).all():
                raise Difference("a mean over no rows: 0, not nan")
            if (
                self.weight is not None
                and self.reduction == "mean"
                and not self.weight[labels[labels != self.ignored]].any()
            ):
                raise Difference("a mean over no rows: 0, not nan")
            value = reference.cross_entropy_from_labels_forward(rows, labels, self.ignored, **options)
            gradient = reference.cross_entropy_from_labels_backward(rows, labels, self.ignored, **options)
        else:
            targets = as_rows(self.target, self.axis)[0]
            value = reference.softmax_cross_entropy_forward(rows, targets, **options)
            gradient = reference.softmax_cross_entropy_backward(rows, targets, **options)
        return self._shaped(value, gradient, shape, g)

    def _shaped(self, value, gradient, shape, g):
        weights = g.reshape(-1, 1) if self.reduction == "none" else g
        gradient = gradient * weights
        if gradient.dtype != object:
            gradient = gradient.astype(self.x.dtype)
        value = np.asarray(value)
        if self.reduction == "none":
            value = value.reshape(g.shape)
        return [value, back(gradient, shape, self.axis, self.x.ndim)]

    def _targets(self, c):
        """The smoothed and weighted targets, and what the mean divides by."""
        w = exactly(np.ones(c) if self.weight is None else self.weight)
        eps = mpf(self.smoothing)
        if self.labels:
            labels = self.target.reshape(-1)
            y = exactly(np.array([[t == k != self.ignored for k in range(c)] for t in labels]))
            kept = exactly(labels != self.ignored)[:, None]
            total = (y * w).sum()
        else:
            y = exactly(as_rows(self.target, self.axis)[0])
            kept, total = exactly(np.ones((len(y), 1))), mpf(len(y))
        return ((1 - eps) * y + eps / c) * w * kept, total if self.reduction == "mean" else mpf(1)

    def truth(self, g):
        with mp.workdps(120):
            rows, shape = as_rows(self.x, self.axis)
            z = exactly(rows)
            y, total = self._targets(z.shape[1])
            losses = formulas.cross_entropy(z, y) / total
            gradient = slopes_by_row(lambda row, k: formulas.cross_entropy(row[None], y[k : k + 1])[0], z) / total
            value = losses if self.reduction == "none" else np.array(losses.sum(), dtype=object)
            return self._shaped(value, gradient, shape, exactly(g))


class Likelihood(CrossEntropy):
    """Of log-probabilities."""

    def __init__(self, x, target, weight=None, ignore_index=-100, reduction="mean"):
        super().__init__(x, target, weight, ignore_index, reduction)

    def ours(self, g):
        rows, shape = as_rows(self.x, self.axis)
        labels = self.target.reshape(-1)
        if self.reduction == "mean" and (labels == self.ignored).all():
            raise Difference("a mean over no rows: 0, not nan")
        options = {"class_weights": self.weight, "reduction": self.reduction}
        value = reference.nll_from_labels_forward(rows, labels, self.ignored, **options)
        gradient = reference.nll_from_labels_backward(rows, labels, self.ignored, **options)
        return self._shaped(value, gradient, shape, g)

    def truth(self, g):
        with mp.workdps(120):
            rows, shape = as_rows(self.x, self.axis)
            y, total = self._targets(rows.shape[1])
            losses = -(y * exactly(rows)).sum(axis=1) / total
            value = losses if self.reduction == "none" else np.array(losses.sum(), dtype=object)
            return self._shaped(value, -y / total, shape, exactly(g))


class Entrywise:
    """A loss that PyTorch averages over all entries: ours of rows of one entry."""

    def __init__(self, x, target, reduction="mean"):
        self.x, self.reduction = x, reduction
        self.target = np.broadcast_to(target, x.shape)

    @property
    def by(self):
        return {"mean": self.x.size, "batchmean": len(self.x) if self.x.ndim else 1}.get(self.reduction, 1)

    def ours(self, g):
        if self.x.size == 0 and self.reduction in ("mean", "batchmean"):
            raise Difference("a mean over no rows: 0, not nan")
        losses, gradient = self.each(self.x.reshape(-1, 1), self.target.reshape(-1, 1))
        return self._shaped(losses.reshape(self.x.shape), gradient.reshape(self.x.shape), g, self.x.dtype.type)

    def _shaped(self, losses, gradient, g, number):
        if self.reduction == "none":
            return [losses, gradient * g]
        by = number(self.by)
        return [np.asarray(losses.sum() / by), (gradient * g / by).astype(losses.dtype)]

    def truth(self, g):
        with mp.workdps(120):
            x = exactly(self.x)
            losses = self.exact(x)
            step = mpf(10) ** -40
            gradient = (self.exact(x + step) - self.exact(x - step)) / (2 * step)
            losses = np.array(losses, dtype=object).reshape(x.shape)
            return self._shaped(losses, np.array(gradient, dtype=object).reshape(x.shape), exactly(g), mpf)


class SquaredError(Entrywise):
    def __init__(self, x, target, reduction="mean", weight=None):
        if weight is not None:
            self.weight = np.broadcast_to(weight, x.shape)
        super().__init__(x, target, reduction)

    def each(self, x, y):
        return (
            2 * reference.mse_forward(x, y, reduction="none"),
            2 * reference.mse_backward(x, y, reduction="none"),
        )

    def exact(self, x):
        return (x - exactly(self.target)) ** 2


class BinaryCrossEntropy(Entrywise):
    def __init__(self, x, target, weight=None, reduction="mean", pos_weight=None):
        super().__init__(x, target, reduction)
        self.weight = np.broadcast_to(1 if weight is None else weight, x.shape)
        self.positives = np.broadcast_to(1 if pos_weight is None else pos_weight, x.shape)

    def each(self, x, y):
        options = {
            "weight": self.weight.reshape(-1, 1),
            "pos_weight": self.positives.reshape(-1, 1),
            "reduction": "none",
        }
        return reference.bce_with_logits_forward(x, y, **options), reference.bce_with_logits_backward(x, y, **options)

    def exact(self, x):
        y, p = exactly(self.target), exactly(self.positives)
        return exactly(self.weight) * formulas.binary_cross_entropy(x, y, p)


class Divergence(Entrywise):
    def __init__(self, x, target, reduction="mean", log_target=False):
        super().__init__(x, target, reduction)
        self.log_targets = log_target

    def each(self, x, y):
        options = {"log_targets": self.log_targets, "reduction": "none"}
        return reference.kl_divergence_forward(x, y, **options), reference.kl_divergence_backward(x, y, **options)

    def exact(self, x):
        return formulas.divergence(x, exactly(self.target), self.log_targets)


def slopes_by_row(f, z: np.ndarray) -> np.ndarray:
    """The gradient of a sum of terms ``f(row, k)`` that each depend on one row."""
    gradient = np.empty(z.shape, dtype=object)
    for k, row in enumerate(z):
        gradient[k] = slopes(lambda v, k=k: f(v, k), row)
    return gradient


CASES = {
    "softmax": Softmax,
    "log_softmax": LogSoftmax,
    "logsumexp": LogSumExp,
    "cross_entropy": CrossEntropy,
    "nll_loss": Likelihood,
    "mse_loss": SquaredError,
    "binary_cross_entropy_with_logits": BinaryCrossEntropy,
    "kl_div": Divergence,
}
