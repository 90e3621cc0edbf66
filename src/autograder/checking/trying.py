"""Try what the author of a problem set says of a function, before any student is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from autograder.checking.asked import (
    BATCHES,
    NEARLY_ZERO,
    RTOL,
    Asked,
    Draw,
    Forward,
    Tiny,
    Ways,
    copied,
    is_tiny,
    named,
    part_of,
)
from autograder.checking.protocol import Failed
from missingsum.comparison import mismatch
from missingsum.diagnosis import Variant


def try_draw(name: str, forward: Forward, draw: Draw, positions: Collection[int] = ()) -> None:
    """ValueError unless ``draw`` gives arguments of ``forward`` for n examples, floats at these ``positions``."""
    for n in (1, *BATCHES):
        arguments = draw(np.random.default_rng(n), n)
        if not isinstance(arguments, tuple):
            raise ValueError(
                f"{name}: draw(rng, {n}) returns a {type(arguments).__name__}. It must return a tuple of all arguments "
                f"of {forward.__name__}; of one argument, (x,)"
            )
        output = np.asarray(forward(*copied(arguments)))
        if output.ndim == 0 or len(output) != n:
            raise ValueError(
                f"{name}: for draw(rng, {n}), {forward.__name__} returns an array of shape {output.shape}. Its first "
                f"axis must be the {n} examples"
            )
        if not np.isfinite(output).all():
            raise ValueError(f"{name}: for draw(rng, {n}), {forward.__name__} gives nan or inf: draw other values")
        for position in positions:
            if not 0 <= position < len(arguments):
                raise ValueError(
                    f"{name}: a gradient by argument {position} is asked, and draw gives {len(arguments)} arguments, "
                    "counted from 0"
                )
            if not (isinstance(x := arguments[position], np.ndarray) and x.dtype == np.float64):
                raise ValueError(f"{name}: argument {position}, by which a gradient is asked, is no array of float64")


def try_tiny(name: str, forward: Forward, tiny: Tiny, wanted: Mapping[str, int]) -> None:
    """ValueError unless ``tiny`` gives gradients that are right, and entries of them that are nearly 0."""
    *arguments, g = tiny.draw(np.random.default_rng(0))
    right, found = tiny.backward(*copied((*arguments, g))), False
    for part, position in wanted.items():
        one = Asked(forward, tuple(arguments), g, position)
        try:
            truth = part_of(right, part, wanted)
        except Failed as failed:
            raise ValueError(f"{name}: the backward function of tiny is wrong: {failed}") from None
        if problem := mismatch(truth, one.truth, RTOL, one.noise):
            raise ValueError(f"{name}: the backward function of tiny is wrong: {named(part, problem)}, by measuring")
        found |= bool(is_tiny(forward, arguments, g, truth).any())
    if not found:
        raise ValueError(
            f"{name}: at the inputs of tiny no entry of a gradient is nearly 0, smaller than {NEARLY_ZERO:g} times the "
            "sum of all |g f|: who measures would pass"
        )


def by_part(name: str, variants: Ways, wanted: Mapping[str, int]) -> dict[str, Sequence[Variant]]:
    """The variants of each part; ValueError if they are not those of its parts."""
    if not isinstance(variants, Mapping):
        if variants and len(wanted) > 1:
            raise ValueError(f"{name}: say of which part the variants are, {{part: variants}}; {_listed(wanted)}")
        return dict.fromkeys(wanted, variants)
    if unknown := variants.keys() - wanted.keys():
        raise ValueError(f"{name}: variants of {', '.join(sorted(unknown))} are never asked for; {_listed(wanted)}")
    return {part: variants.get(part, ()) for part in wanted}


def _listed(wanted: Mapping[str, int]) -> str:
    return f"the parts are: {', '.join(wanted)}" if len(wanted) > 1 else "there is one part, so give a plain sequence"
