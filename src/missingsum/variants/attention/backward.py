"""Ways to get the backward pass wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from missingsum.diagnosis import Family, Variant
from missingsum.explain import heads
from missingsum.explain.steps import Other, Step, Values
from missingsum.variants.attention.forward import fitting, forward_others, from_steps, slices_of
from missingsum.variants.attention.made_again import made_again
from missingsum.variants.attention.steps import BACKWARD, CONSTANTS, FACTORS, GRADIENTS, SUMMED, sizes
from missingsum.variants.masks import (
    softmax_rows,
)


def _weights_backward() -> Iterator[Other]:
    for slip, words, weight, value in made_again():
        yield Other("P", slip, words, value, weight)
        yield Other("P in dS", slip, f"in dS: {words}", value, weight + 0.05)
        yield Other("P in dv", slip, f"in dv: {words}", value, weight + 0.05)


def _upstream() -> Iterator[Other]:
    for slip, words, value in (
        ("ignores-upstream", "", lambda v: np.ones_like(v["do"])),
        ("wrong-array", "the output o stands everywhere where do belongs", lambda v: v["o"]),
        ("over-n", "the upstream gradient do is divided by the number of queries", lambda v: v["do"] / len(v["do"])),
        (
            "mean-over-everything",
            "the upstream gradient do is divided by the number of its entries",
            lambda v: v["do"] / v["do"].size,
        ),
        (
            "summed-too-early",
            "the upstream gradient do is summed along the row",
            lambda v: 0 * v["do"] + v["do"].sum(axis=1, keepdims=True),
        ),
        ("once-too-often", "the upstream gradient do is squared", lambda v: v["do"] ** 2),
        ("sign", "the upstream gradient do has the wrong sign", lambda v: -v["do"]),
        ("factor-two", "", lambda v: 2 * v["do"]),
        ("half", "", lambda v: v["do"] / 2),
        ("softmax-of-gradient", "softmax is taken of do", lambda v: softmax_rows(v["do"])),
    ):
        yield Other("do", slip, words, value, 1.05)


def _of_dp() -> Iterator[Other]:
    def way(slip: str, words: str, value: Step, weight: float = 1.0) -> Other:
        return Other("dp", slip, words, lambda v: fitting(np.asarray(value(v)), v["p"].shape), weight)

    yield way("wrong-array", "the array dP is made with the keys k, not with v", lambda v: v["do"] @ v["k"].T)
    yield way("wrong-array", "the array dP is made with the queries q, not with v", lambda v: v["do"] @ v["q"].T)
    yield way("wrong-array", "the array dP is made of o, not of do", lambda v: v["o"] @ v["v"].T)
    yield way("wrong-array", "the array dP is made of q, not of do", lambda v: v["q"] @ v["v"].T)
    yield way("transposed", "v is not transposed in do vᵀ", lambda v: v["do"] @ v["v"])
    yield way("transposed", "v doᵀ stands where do vᵀ belongs", lambda v: v["v"] @ v["do"].T)
    yield way("columns-left-out", "the width of q is used for v", lambda v: _columns(v, v["q"].shape[1]))
    for c in (1, 2, 3):
        yield way(
            "columns-left-out",
            f"only the first {c} count" if c > 1 else "only the first counts",
            lambda v, c=c: _columns(v, c),
            1.1,
        )
    yield way("columns-left-out", "the last one is missing", lambda v: _columns(v, -1), 1.1)
    yield way("ignores-upstream", "", lambda v: 0 * v["dp"] + v["v"].sum(axis=1), 1.1)
    yield way("ignores-upstream", "", lambda v: np.ones_like(v["dp"]), 1.2)
    yield way(
        "summed-too-early",
        "the upstream gradient do is summed along the row",
        lambda v: v["do"].sum(1, keepdims=True) * v["v"].sum(1),
        1.2,
    )
    yield way("once-too-often", "the array dP is multiplied by 1/√d too", lambda v: v["dp"] * v["scale"], 1.15)
    yield way(
        "hidden-as-zero",
        "the array dP is multiplied by the mask, and the sum goes with it",
        lambda v: v["dp"] * v["mask"],
        1.3,
    )
    yield way(
        "mean-for-sum", "the product do vᵀ is divided by the width of v", lambda v: v["dp"] / v["v"].shape[1], 1.1
    )
    yield way("once-too-often", "the array dP is multiplied by P already", lambda v: v["dp"] * v["p"], 1.1)
    yield way("wrong-array", "the product do vᵀ is subtracted from o vᵀ", lambda v: v["o"] @ v["v"].T - v["dp"], 1.3)
    yield way("sign", "the array dP has the wrong sign", lambda v: -v["dp"], 1.2)


def _columns(v: Values, c: int) -> np.ndarray:
    return v["do"][:, :c] @ v["v"][:, :c].T


def _row_sums() -> Iterator[Other]:
    def way(slip: str, words: str, value: Step, weight: float = 1.0) -> Other:
        return Other("D", slip, words, value, weight)

    def product(v: Values) -> np.ndarray:
        return v["P in dS"] * v["dp"]

    yield way("missing-dot", "", lambda v: 0 * v["D"])
    yield way("mean-for-sum", "D is a mean over the keys, not a sum", lambda v: product(v).mean(1, keepdims=True))
    yield way(
        "mean-for-sum", "D is a mean over the columns, not a sum", lambda v: (v["do"] * v["o"]).mean(1, keepdims=True)
    )
    yield way(
        "mean-for-sum",
        "D is a mean over the visible keys, not a sum",
        lambda v: product(v).sum(1, keepdims=True) / v["mask"].sum(1, keepdims=True),
        1.1,
    )
    yield way("sum-not-weighed", "", lambda v: v["dp"].sum(axis=1, keepdims=True))
    yield way("sum-not-weighed", "it is the mean of dP", lambda v: v["dp"].mean(axis=1, keepdims=True))
    yield way("wrong-axis", "D is summed over the queries", lambda v: product(v).sum(axis=0, keepdims=True))
    yield way("whole-matrix", "D is one sum over everything", lambda v: np.array(product(v).sum()))
    yield way("wrong-array", "D is the row sum of do alone", lambda v: v["do"].sum(axis=1, keepdims=True))
    yield way("wrong-array", "D is the row sum of o alone", lambda v: v["o"].sum(axis=1, keepdims=True))
    yield way("wrong-array", "D is the row sum of do²", lambda v: (v["do"] ** 2).sum(axis=1, keepdims=True), 1.1)
    yield way("wrong-array", "D is the row sum of o²", lambda v: (v["o"] ** 2).sum(axis=1, keepdims=True), 1.1)
    yield way("wrong-array", "D is do itself, not summed", lambda v: fitting(v["do"] * v["o"], v["p"].shape), 1.1)
    yield way("another-reduction", "D is a maximum, not a sum", lambda v: product(v).max(axis=1, keepdims=True), 1.1)
    yield way("keepdims-lost", "", lambda v: fitting(product(v).sum(axis=1), v["p"].shape[1:]), 1.1)
    yield way("once-too-often", "D is multiplied by 1/√d", lambda v: v["D"] * v["scale"], 1.1)
    yield way("wrong-constant", "D is taken twice", lambda v: 2 * v["D"], 1.1)
    yield way("wrong-constant", "half of D is taken", lambda v: v["D"] / 2, 1.2)
    yield way("part-sign", "D is added where it should be subtracted", lambda v: -v["D"])
    yield way(
        "once-too-often", "P stands twice in the sum", lambda v: (v["p"] ** 2 * v["dp"]).sum(1, keepdims=True), 1.1
    )
    yield way(
        "log-derivative", "", lambda v: v["D"] + v["dp"] - (v["dp"] - v["D"]) / np.where(v["p"] > 0, v["p"], 1), 1.3
    )
    for size in (2, 1, 3, 4, 0):
        words = f"the sum runs over blocks of {size or 'half the'} key{'s' * (size != 1)}"
        yield way("sum-of-one-block", words, lambda v, s=size: _by_blocks(product(v), s))
        yield way(
            "sum-of-one-block",
            f"only the first {size or 'half of the'} key{'s' * (size != 1)} are in the sum",
            lambda v, s=size: product(v)[:, : s or len(v["k"]) // 2].sum(axis=1, keepdims=True),
            1.1,
        )
        yield way(
            "sum-of-one-block",
            f"the sum grows from block to block of {size or 'half the'} key{'s' * (size != 1)}",
            lambda v, s=size: _growing(product(v), s),
            1.1,
        )
    yield way("term-skipped", "the first key is not in the sum", lambda v: product(v)[:, 1:].sum(1, keepdims=True), 1.1)
    yield way("term-skipped", "the last key is not in the sum", lambda v: product(v)[:, :-1].sum(1, keepdims=True), 1.1)
    yield way(
        "columns-left-out", "the last one is not in D", lambda v: (v["do"] * v["o"])[:, :-1].sum(1, keepdims=True), 1.1
    )
    yield way("last-row-everywhere", "D of the last row counts for all rows", lambda v: v["D"][-1:], 1.2)
    yield way("first-row-everywhere", "D of the first row counts for all rows", lambda v: v["D"][:1], 1.2)


def _by_blocks(product: np.ndarray, size: int) -> np.ndarray:
    """The sum of each block beside its own keys."""
    result = np.zeros_like(product)
    for block in slices_of(product.shape[1], size):
        result[:, block] = product[:, block].sum(axis=1, keepdims=True)
    return result


def _growing(product: np.ndarray, size: int) -> np.ndarray:
    result, total = np.zeros_like(product), np.zeros((len(product), 1))
    for block in slices_of(product.shape[1], size):
        total = total + product[:, block].sum(axis=1, keepdims=True)
        result[:, block] = total
    return result


def _of_ds() -> Iterator[Other]:
    def way(slip: str, words: str, value: Step, weight: float = 1.0) -> Other:
        return Other("ds", slip, words, lambda v: fitting(np.asarray(value(v)), v["p"].shape), weight)

    yield way("identity", "", lambda v: v["dp"])
    yield way("missing-sum", "", lambda v: v["P in dS"] * (1 - v["P in dS"]) * v["dp"])
    yield way("lost-factor", "the factor P in front of the difference is lost", lambda v: v["dp"] - v["D"])
    yield way("no-diagonal", "", lambda v: -v["p"] * v["D"], 1.1)
    yield way("twice", "", lambda v: v["p"] * (v["ds"] - (v["p"] * v["ds"]).sum(1, keepdims=True)), 1.1)
    yield way("sign", "the array dS has the wrong sign", lambda v: -v["ds"], 1.05)
    yield way(
        "chain-out-of-order",
        "",
        lambda v: (fitting(v["p"], v["do"].shape) * (v["do"] - (v["p"] * v["do"]).sum(1, keepdims=True))) @ v["v"].T,
    )
    yield way("matrix-for-elementwise", "", lambda v: fitting(v["p"], v["p"].T.shape) @ (v["dp"] - v["D"]))
    yield way("once-too-often", "P stands in front twice", lambda v: v["ds"] * v["p"], 1.1)
    yield way(
        "wrong-operation",
        "the difference dP - D is divided by P",
        lambda v: np.where(v["p"] > 0, (v["dp"] - v["D"]) / np.where(v["p"] > 0, v["p"], 1), 0),
        1.3,
    )
    yield way("over-n", "the array dS is divided by the number of queries", lambda v: v["ds"] / len(v["q"]), 1.1)
    yield way("wrong-number", "the array dS is divided by the number of keys", lambda v: v["ds"] / len(v["k"]), 1.1)
    yield way("softmax-of-gradient", "", lambda v: softmax_rows(v["dp"]), 1.1)
    yield way(
        "wrong-function", "ReLU's derivative stands where softmax's belongs", lambda v: v["dp"] * (v["p"] > 0), 1.2
    )
    yield way(
        "wrong-function",
        "tanh's derivative, 1 - P², stands where softmax's belongs",
        lambda v: v["dp"] * (1 - v["p"] ** 2),
        1.2,
    )
    yield way(
        "hidden-as-zero", "the dS of a hidden key is not 0", lambda v: np.where(v["mask"] > 0, v["ds"], v["dp"]), 1.2
    )
    yield way("part-sign", "the brackets are missing: P dP - D", lambda v: v["p"] * v["dp"] - v["D"], 1.0)
    for c in (*CONSTANTS, -1e30, 1.0):
        yield way("constant-on-gradient", f"{c:g} is added", lambda v, c=c: v["ds"] + c * (1 - v["mask"]), 1.05)
        yield way(
            "constant-on-gradient", f"{c:g} is put there", lambda v, c=c: np.where(v["mask"] > 0, v["ds"], c), 1.06
        )


def _of_gradients() -> Iterator[Other]:
    def way(step: str, slip: str, words: str, value: Step, weight: float = 1.0) -> Other:
        return Other(step, slip, words, lambda v: fitting(np.asarray(value(v)), v[step].shape), weight)

    for name in GRADIENTS:
        yield way(name, "gradient-never-written", f"the gradient {name} is 0 throughout", lambda v, n=name: 0 * v[n])
        yield way(name, "sign", f"the gradient {name} has the wrong sign", lambda v, n=name: -v[n], 1.1)
        yield way(name, "factor-two", f"so is {name}", lambda v, n=name: 2 * v[n], 1.2)
        yield way(name, "half", f"so is {name}", lambda v, n=name: v[n] / 2, 1.2)
        yield way(name, "over-n", f"so is {name}", lambda v, n=name: v[n] / len(v["q"]), 1.2)
        yield way(
            name,
            "wrong-number",
            f"the gradient {name} is divided by the number of keys",
            lambda v, n=name: v[n] / len(v["k"]),
            1.2,
        )
        yield way(
            name,
            "wrong-number",
            f"the gradient {name} is divided by the width of v",
            lambda v, n=name: v[n] / v["v"].shape[1],
            1.2,
        )
        yield way(
            name,
            "once-too-often",
            f"the gradient {name} is added twice, to itself squared",
            lambda v, n=name: v[n] ** 2,
            1.4,
        )
    for words, factor in (("multiplied by 1/√d", 1.0), ("multiplied by √d", -1.0)):
        yield way("dv", "scale-on-values", f"the gradient dv is {words}", lambda v, f=factor: v["dv"] * v["scale"] ** f)
    yield way(
        "dq", "wrong-array", "the gradient dq is made with q, not with k", lambda v: v["ds"] @ v["q"] * v["scale"]
    )
    yield way(
        "dq", "wrong-array", "the gradient dq is made with v, not with k", lambda v: v["ds"] @ v["v"] * v["scale"]
    )
    yield way("dq", "transposed", "the array dS is transposed in dq", lambda v: v["ds"].T @ v["k"] * v["scale"])
    yield way(
        "dq", "wrong-array", "the gradient dq is made of P, not of dS", lambda v: v["p"] @ v["k"] * v["scale"], 1.05
    )
    yield way(
        "dq", "wrong-array", "the gradient dq is made of dP, not of dS", lambda v: v["dp"] @ v["k"] * v["scale"], 1.05
    )
    yield way(
        "dk", "wrong-array", "the gradient dk is made with k, not with q", lambda v: v["ds"].T @ v["k"] * v["scale"]
    )
    yield way("dk", "transposed", "the array dS is not transposed in dk", lambda v: v["ds"] @ v["q"] * v["scale"])
    yield way(
        "dk", "wrong-array", "the gradient dk is made of P, not of dS", lambda v: v["p"].T @ v["q"] * v["scale"], 1.05
    )
    yield way(
        "dk", "wrong-array", "the gradient dk is made of dP, not of dS", lambda v: v["dp"].T @ v["q"] * v["scale"], 1.05
    )
    yield way("dv", "transposed", "P is not transposed in dv", lambda v: v["p"] @ v["do"])
    yield way("dv", "wrong-array", "the gradient dv is made of o, not of do", lambda v: v["p"].T @ v["o"], 1.05)
    yield way("dv", "wrong-array", "the gradient dv is made of dS, not of P", lambda v: v["ds"].T @ v["do"], 1.0)
    yield way("dv", "wrong-array", "the gradient dv is made of dP, not of P", lambda v: v["dp"].T @ v["do"], 1.05)
    yield way(
        "dv", "wrong-array", "the gradient dv is made of the scores, not of P", lambda v: v["x"].T @ v["do"], 1.05
    )
    yield way("dv", "wrong-array", "the gradient dv is made of q, not of do", lambda v: v["p"].T @ v["q"], 1.05)
    yield way("dv", "ignores-upstream", "", lambda v: 0 * v["dv"] + v["p"].sum(axis=0)[:, None], 1.1)
    for step, other in (("dq", "k"), ("dk", "q"), ("dv", "do")):
        left = {"dq": lambda v: v["ds"], "dk": lambda v: v["ds"].T, "dv": lambda v: v["P in dv"].T}[step]
        for size in (1, 2, 3, 4, 0):
            yield way(
                step,
                "one-term-only",
                f"in {step}, {_blocks_in_words(size)} the last block of the sum survives",
                _last_block(left, other, step, size),
                1.1,
            )
            yield way(
                step,
                "one-term-only",
                f"in {step}, {_blocks_in_words(size)} the first block of the sum survives",
                _first_block(left, other, step, size),
                1.15,
            )


def _blocks_in_words(size: int) -> str:
    return f"in blocks of {size or 'half the length'}"


def _last_block(left: Step, right: str, step: str, size: int) -> Step:
    def value(v: Values) -> np.ndarray:
        a, b = left(v), v[right]
        length = len(b)
        block = slice((length - 1) // (size or max(length // 2, 1)) * (size or max(length // 2, 1)), None)
        return a[:, block] @ b[block] * (1 if step == "dv" else v["scale"])

    return value


def _first_block(left: Step, right: str, step: str, size: int) -> Step:
    def value(v: Values) -> np.ndarray:
        a, b = left(v), v[right]
        block = slice(0, size or max(len(b) // 2, 1))
        return a[:, block] @ b[block] * (1 if step == "dv" else v["scale"])

    return value


def _both_scales() -> Iterator[Other]:
    """1/√d of dq and of dk, together and each alone; a factor of dS is one of both."""
    for slip, words, weight, factor in FACTORS:
        said = f": {words}" if words else ""
        for name in ("dq", "dk"):
            yield Other(
                f"scale of {name}",
                slip,
                f"so it is in {name} alone{said}",
                lambda v, f=factor: np.array(f(sizes(v))),
                weight,
            )
        yield Other(
            "ds",
            slip,
            f"so it is in dq and dk{said}",
            lambda v, f=factor: v["ds"] * f(sizes(v)) / v["scale"],
            weight + 0.01,
        )


@cache
def backward_others() -> tuple[Other, ...]:
    """What may stand in the place of a step of the backward pass, where the forward pass is right."""
    return (*_of_gradients(), *_upstream(), *_of_ds(), *_row_sums(), *_both_scales(), *_weights_backward(), *_of_dp())


def backward_variants(most: int, forward: bool) -> Iterator[Variant]:
    """With ``forward`` it is the forward pass that is wrong, at least."""
    if forward:
        yield from _wrong_forward()
        return
    yield from from_steps(BACKWARD, backward_others(), GRADIENTS, 1)
    yield from from_steps(SUMMED, _with_sum(), GRADIENTS, 1)
    if most > 1:
        heavy = tuple(other for other in backward_others() if other.weight <= 1.05)
        for steps in (BACKWARD, SUMMED):
            yield from (way for way in from_steps(steps, heavy, GRADIENTS, 2) if len(way.slips) > 1)


def _with_sum() -> tuple[Other, ...]:
    return tuple(other for other in backward_others() if other.step in ("P", "P in dS", "dp"))


def _wrong_forward() -> Iterator[Variant]:
    """A forward pass that is wrong, and a backward pass that is right for it, or right but for its scale."""
    yield from from_steps(BACKWARD, forward_others(), GRADIENTS, 1)
    yield from from_steps(BACKWARD, tuple(_scores_scaled()), GRADIENTS, 1)
    yield from from_steps(BACKWARD, _both_directions(), GRADIENTS, 2)


def _scores_scaled() -> Iterator[Other]:
    for slip, words, weight, factor in FACTORS:
        yield Other("x", slip, words, lambda v, f=factor: v["x"] / v["scale"] * f(sizes(v)), weight)


def _both_directions() -> tuple[Other, ...]:
    """What is common, of the forward pass and of the row sum: one of each may be wrong."""
    common = (*_scores_scaled(), *forward_others())
    forward = (other for other in common if other.step in ("x", "mask", "y", "p") and other.weight <= 1)
    return (*forward, *(other for other in _row_sums() if other.weight <= 1))


def backward_ways(part: str) -> Family:
    """What `whole` does not explain: one change of a formula of the gradient called ``part``; data: a `Head`."""
    return Family(tuple, lambda: heads.gradients(part), deep=False)
