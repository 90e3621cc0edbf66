"""Ways to get one product or one sum wrong: the gradient of the scores, and the sum without P."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from missingsum.diagnosis import Family, Variant
from missingsum.explain import heads
from missingsum.variants.language import ROWS, SIGN, TWOS, around
from missingsum.variants.softmax import Product, product_variants


def scores_backward_ways() -> Family:
    """Ways to get the product with softmax's Jacobian wrong, as in problem set 2; the data is a `Product`."""
    family = product_variants()

    def named() -> Iterator[Variant]:
        yield Variant(("matrix-for-elementwise",), lambda d: _square(d.output) @ (d.upstream - _dot(d)))
        yield Variant(("sum-not-weighed",), lambda d: d.output * (d.upstream - d.upstream.sum(axis=1, keepdims=True)))
        yield Variant(
            ("sum-not-weighed",),
            lambda d: d.output * (d.upstream - d.upstream.mean(axis=1, keepdims=True)),
            ("it is the mean of dP",),
        )
        yield from family.named()

    return Family(named, family.language, family.deep)


def _dot(d: Product) -> np.ndarray:
    return (d.output * d.upstream).sum(axis=1, keepdims=True)


def _square(p: np.ndarray) -> np.ndarray:
    return p if p.shape[0] == p.shape[1] else np.full(p.shape[:1] * 2, np.nan)


def delta_ways() -> Family:
    """Ways to get the row sums of do ∘ o wrong; the data is `Weighed`."""

    def named() -> Iterator[Variant]:
        instead = (
            ("wrong-axis", lambda d: (d.o * d.do).sum(axis=0)),
            ("whole-matrix", lambda d: np.full(len(d.o), (d.o * d.do).sum())),
            ("whole-matrix", lambda d: np.array((d.o * d.do).sum())),
            ("not-summed", lambda d: d.o * d.do),
            ("matrix-for-elementwise", lambda d: d.o @ d.do.T),
            ("matrix-for-elementwise", lambda d: d.do @ d.o.T),
            ("mean-for-sum", lambda d: (d.o * d.do).mean(axis=1)),
        )
        return around(lambda d: d.truth, instead, lambda d: d.o, SIGN, TWOS, ROWS)

    return Family(named, heads.sums)
