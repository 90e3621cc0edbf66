"""Ways to get softmax, its Jacobian and its vector-Jacobian products wrong.

All of it starts from a Jacobian that is given, exact or numeric; nothing here computes one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from missingsum.diagnosis import Compute, Family, Variant
from missingsum.explain import recipes
from missingsum.variants.language import (
    CROSS_ENTROPY_UPSTREAMS,
    FACTORS,
    FORMULAS,
    GRADIENT_SCALES,
    JACOBIANS,
    ROW_SCALES,
    ROWS,
    SCALES,
    UPSTREAMS,
    Operation,
    Softmax,
    afterwards,
    choices,
    other_probabilities,
    singles,
)


@dataclass(frozen=True)
class Product:
    """The data of one vector-Jacobian product: jacobian (n, c, c), s and upstream g (n, c), logits where they count."""

    jacobian: np.ndarray
    output: np.ndarray
    upstream: np.ndarray
    logits: np.ndarray | None = None

    @property
    def value(self) -> np.ndarray:
        """``Σ_i g_i J_ij`` of each row, (n, c)."""
        return np.einsum("ni,nij->nj", self.upstream, self.jacobian)

    @property
    def diagonal_term(self) -> np.ndarray:
        """``g_j J_jj``, the i = j term alone, (n, c)."""
        return np.einsum("nj,njj->nj", self.upstream, self.jacobian)

    @property
    def missing_part(self) -> np.ndarray:
        """What `diagonal_term` leaves out of `value`, (n, c)."""
        return self.value - self.diagonal_term


# --- Vector-Jacobian products -----------------------------------------------------------------------------------------


def product_variants(scales: Sequence[Mapping[str, Operation]] = SCALES) -> Family:
    """Ways to get a vector-Jacobian product wrong; the data of a sample is a `Product`."""
    return Family(lambda: _product_variants(scales), recipes.products)


def _product_variants(scales: Sequence[Mapping[str, Operation]]) -> Iterator[Variant]:
    for slips in singles((*JACOBIANS, *FORMULAS), UPSTREAMS, *scales, FACTORS, ROWS):
        yield Variant(slips, lambda data, slips=slips: wrong_product(data, slips, scales))
    yield from unsummed_variants()


def unsummed_variants() -> Iterator[Variant]:
    """Upstream gradient and Jacobian multiplied entry by entry and not added up: (n, c, c) in place of (n, c)."""
    yield Variant(("elementwise-with-J",), lambda data: data.upstream[:, :, None] * data.jacobian)
    yield Variant(("elementwise-with-J",), lambda data: data.upstream[:, None, :] * data.jacobian)


def mse_softmax_variants(softmax: Softmax) -> Family:
    """Ways to get dL/dz of the error after softmax wrong; the data is a `Product` with logits and g = (s - y)/n."""
    return Family(lambda: _mse_softmax_variants(softmax), recipes.products_of_errors)


def _mse_softmax_variants(softmax: Softmax) -> Iterator[Variant]:
    yield from product_variants(GRADIENT_SCALES)
    for slip, of in other_probabilities(softmax):
        for formula in (None, FORMULAS.get(slip)):
            yield Variant((slip,), lambda data, of=of, formula=formula: _behind(of(data.logits), data, formula))


def _behind(s: np.ndarray, data: Product, formula: Operation | None) -> np.ndarray:
    """The gradient of the mean squared error with s for the output, through a wrong ``formula`` or the right one."""
    g = data.upstream + (s - data.output) / len(s)
    return formula(s, g) if formula else s * (g - (s * g).sum(axis=1, keepdims=True))


def wrong_product(
    data: Product, slips: Sequence[str], scales: Sequence[Mapping[str, Operation]] = SCALES
) -> np.ndarray:
    """The vector-Jacobian product of each row, computed with these slips, (n, c)."""
    J, s, g = data.jacobian, data.output, data.upstream
    for slip in slips:
        g = CROSS_ENTROPY_UPSTREAMS[slip](g, s) if slip in CROSS_ENTROPY_UPSTREAMS else g
        J = JACOBIANS[slip](J, s) if slip in JACOBIANS else J
    result = Product(J, s, g).value
    for slip in slips:
        result = FORMULAS[slip](s, g) if slip in FORMULAS else result
    return afterwards(result, s, slips, (*scales, FACTORS, ROWS))


# --- dL/dz of cross-entropy for one example: a `Product` of one row whose upstream gradient is -y/s -------------------


def total_derivative_variants() -> Family:
    """Ways to get dL/dz wrong, all entries of one example at once."""
    return Family(lambda: _total_derivative_variants(), recipes.total_derivatives)


def _total_derivative_variants() -> Iterator[Variant]:
    for slips in singles((*JACOBIANS, "fused-as-softmax"), CROSS_ENTROPY_UPSTREAMS, *ROW_SCALES, FACTORS):
        yield Variant(slips, lambda data, slips=slips: wrong_product(data, slips)[0])
    yield from _one_row({"targets-must-sum-to-one": _minus_targets})


def missing_part_variants() -> Family:
    """Ways to get dL/dz minus its i = j term wrong."""
    return Family(lambda: _missing_part_variants(), recipes.missing_parts)


def _missing_part_variants() -> Iterator[Variant]:
    yield from _one_row(MISSING_PARTS)
    yield Variant(("missing-sum",), lambda data: np.zeros_like(data.value[0]))
    for variant in unsummed_variants():
        yield Variant(variant.slips, lambda data, variant=variant: variant.wrong(data)[0])
    for slips in singles(*ROW_SCALES, FACTORS):
        yield Variant(slips, lambda data, slips=slips: afterwards(data.missing_part, data.output, slips)[0])


def _one_row(instead: Mapping[str, Compute]) -> Iterator[Variant]:
    """What is computed ``instead`` of the right answer, of the only row."""
    for slip, compute in instead.items():
        yield Variant((slip,), lambda data, compute=compute: compute(data)[0])


def _minus_targets(data: Product) -> np.ndarray:
    """s - y, with y taken back out of the upstream gradient -y/s."""
    return data.output * (1 + data.upstream)


def _with_upstream(data: Product, slip: str) -> Product:
    return replace(data, upstream=CROSS_ENTROPY_UPSTREAMS[slip](data.upstream, data.output))


MISSING_PARTS: dict[str, Compute] = {
    "whole-gradient": lambda data: data.value,
    "diagonal-term": lambda data: data.diagonal_term,
    "no-diagonal": lambda data: wrong_product(data, ["no-diagonal"]),
    "targets-must-sum-to-one": lambda data: _minus_targets(data) - data.diagonal_term,
    **{slip: lambda data, slip=slip: _with_upstream(data, slip).missing_part for slip in CROSS_ENTROPY_UPSTREAMS},
}


# --- One Jacobian, and softmax itself ---------------------------------------------------------------------------------


def jacobian_variants() -> Family:
    """Ways to get the entries ∂s_i/∂z_j of one example wrong, all (c, c) at once; data: a `Product` of one row."""
    return Family(lambda: _jacobian_variants(), recipes.entries)


def _jacobian_variants() -> Iterator[Variant]:
    for variant in _of_jacobians(ROW_SCALES, {}):
        yield Variant(variant.slips, lambda data, variant=variant: variant.wrong(data)[0])


def batch_jacobian_variants() -> Family:
    """Ways to get the Jacobians (n, c, c) of a batch wrong; the data is a `Product`."""
    return Family(lambda: _batch_jacobian_variants(), recipes.jacobians)


def _batch_jacobian_variants() -> Iterator[Variant]:
    yield from _of_jacobians(SCALES, ROWS)


def _of_jacobians(scales: Sequence[Mapping[str, Operation]], rows: Mapping[str, Operation]) -> Iterator[Variant]:
    for slips in singles(JACOBIANS, *scales, rows):
        yield Variant(slips, lambda data, slips=slips: _wrong_jacobian(data, slips))
    for table in (  # s_i (1 - s_j) with other indices
        lambda s: (s * (1 - s))[:, :, None] * np.ones_like(s)[:, None, :],
        lambda s: np.ones_like(s)[:, :, None] * (s * (1 - s))[:, None, :],
        lambda s: (1 - s)[:, :, None] * s[:, None, :],
    ):
        yield Variant(("diagonal-formula-everywhere",), lambda data, table=table: table(data.output))


def _wrong_jacobian(data: Product, slips: Sequence[str]) -> np.ndarray:
    J = data.jacobian
    for slip in slips:
        J = JACOBIANS[slip](J, data.output) if slip in JACOBIANS else J
    return afterwards(J, data.output, slips)


def forward_variants(forward: Softmax) -> Family:
    """Ways to get softmax wrong, given the right ``forward``; the data of a sample is its logits z (n, c)."""
    return Family(lambda: _forward_variants(forward), recipes.softmaxes)


def _forward_variants(forward: Softmax) -> Iterator[Variant]:
    instead = (
        *other_probabilities(forward),
        ("not-normalised", np.exp),
        ("not-normalised", lambda z: np.exp(z - z.max(axis=1, keepdims=True))),
        ("not-normalised", lambda z: np.exp(z - z.max())),
        (None, forward),
    )
    for slip, softmax in instead:
        for others in ((), *choices(["log-softmax"], ROWS, most=2)):
            slips = (slip, *others) if slip else others
            if 1 <= len(slips) <= 2:
                yield Variant(slips, lambda z, slips=slips, softmax=softmax: _wrong_forward(softmax, z, slips))


def _wrong_forward(softmax: Softmax, z: np.ndarray, slips: Sequence[str]) -> np.ndarray:
    s = softmax(z)
    s = np.log(s) if "log-softmax" in slips else s
    return afterwards(s, s, [slip for slip in slips if slip in ROWS])
