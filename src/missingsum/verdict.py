"""What a check of a gradient can find: it is right, it is wrong, or it is too small to judge."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np

TOO_SMALL = (
    "too small to judge: the outputs of f change, but their sum weighted by g never by more than its rounding, so that "
    "zeros would pass as well. Look where the gradient is larger, such as at logits with a smaller gap, or scale g: "
    "weigh the large outputs of f with small numbers"
)
ROUNDINGS = 2048
"""Of the outputs in a derivative by `rowwise_jacobian`, which divides their differences by 0.006 and more."""


class Verdict(StrEnum):
    """Three values, of which the third is neither true nor false."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_SMALL = "too small to judge"

    def __bool__(self) -> bool:
        if self is Verdict.TOO_SMALL:
            raise ValueError(f"the gradient is {TOO_SMALL}")
        return self is Verdict.RIGHT

    @property
    def mark(self) -> str:
        return {Verdict.RIGHT: "✓", Verdict.WRONG: "✗", Verdict.TOO_SMALL: "?"}[self]


class Judged:
    """What has a verdict: it is true if that is right, raises ValueError where it is neither, and prints itself."""

    verdict: Verdict

    @property
    def right(self) -> bool:
        """Whether what was asked about is right; False where it is too small to judge."""
        return self.verdict is Verdict.RIGHT

    def __bool__(self) -> bool:
        return bool(self.verdict)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def rounding(outputs: np.ndarray, g: np.ndarray) -> np.ndarray:
    """How much of a measured Σ_i g_i ∂f_i/∂x_j may be rounding; outputs in their own dtype and g, (n, m) → (n, 1)."""
    return _share(outputs) * np.abs(outputs * g).sum(axis=1, keepdims=True)


def too_small(products: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> bool:
    """Whether outputs change, and no sum of them does by more than its rounding.

    ``products``: Jacobians (n, m, c), measured by `rowwise_jacobian`, the outputs and g, both (n, m).
    """
    if any((np.abs(np.einsum("ni,nij->nj", g, J)) > rounding(f, g)).any() for J, f, g in products):
        return False
    return any((np.abs(J) > _share(f) * np.abs(f)[:, :, None]).any() for J, f, _ in products)


def _share(outputs: np.ndarray) -> float:
    kind = outputs.dtype if outputs.dtype.kind == "f" else np.float64
    return ROUNDINGS * float(np.finfo(kind).eps)
