"""Find the mistake in a gradient of any shape, from a forward function alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from autograder.checking.asked import Asked
from missingsum.comparison import not_real_numbers
from missingsum.diagnose import diagnose, paths
from missingsum.diagnosis import Sample, Variant, find, nearly_right
from missingsum.explain.finding import Finding
from missingsum.numeric import rowwise_jacobian
from missingsum.variants import Product, product_variants
from missingsum.variants.language import SCALES, around


def explained(looked_at: Sequence[tuple[Asked, Sample]], variants: Iterable[Variant]) -> Finding:
    """What turns the truths into the answers: what the author expects, and what goes wrong with any gradient."""
    samples = [sample for _, sample in looked_at]
    return (
        find(samples, list(variants), 1e-6)
        or _by_the_jacobian(looked_at)
        or find(samples, list(usual_ways()), 1e-6)
        or nearly_right(samples)
    )


def usual_ways() -> Iterable[Variant]:
    """What goes wrong with a gradient of any shape."""
    instead = (
        ("ignores-upstream", lambda d: d.without_upstream),
        ("rows-not-summed", lambda d: d.by_example),
        ("last-row-only", lambda d: d.by_example[-1]),
        ("first-row-only", lambda d: d.by_example[0]),
    )
    return around(lambda d: d.truth, instead, lambda d: np.asarray(d.arguments[0]), *SCALES)


def _by_the_jacobian(looked_at: Sequence[tuple[Asked, Sample]]) -> Finding:
    """What `diagnose` says of both answers alike, where each row of the output depends on its own row of x alone."""
    found = []
    for one, sample in looked_at:
        if one.x.ndim != 2 or one.output.ndim != 2 or len(one.x) != len(one.output):
            return Finding()
        if _differ(_product(one).value, one.truth) or not_real_numbers(sample.answer, one.x.shape):
            return Finding()
        said = diagnose(one.at, one.x, one.g, sample.answer)
        found.append((tuple(slip.id for slip in said.slips), said.details))
    slips, details = found[0]
    if not slips or any(other != slips for other, _ in found):
        return Finding()
    same = (details.rstrip("."),) if details and all(d == details for _, d in found) else ()

    def fits(others: Sequence[Sample]) -> bool:
        return all(_shows(slips, other) for other in others)

    return Finding(slips, same, fits=fits)


def _shows(slips: tuple[str, ...], sample: Sample) -> bool:
    """Whether one of the formulas that these slips stand for gives this answer, too."""
    one: Asked = sample.data
    ways = [variant for variant in (*product_variants(), *paths(one.x)) if variant.slips == slips]
    alone = Sample(_product(one), sample.truth, sample.answer)
    return bool(find([alone, alone], ways))


def _product(one: Asked) -> Product:
    return Product(rowwise_jacobian(one.at, one.x), one.output, one.g, one.x)


def _differ(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.abs(one - other).max() > 1e-6 * np.abs(other).max())
