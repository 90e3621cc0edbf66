"""A seeded sample of what is long, for `make test` and `make quick`; what is left out runs under ``make soak``."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pytest


def sampled(cases: Iterable[Any], number: int, *, always: Collection[Any] = ()) -> Sequence[Any]:
    """All cases as parameters of a test; all but ``number`` of them, and those that are ``always`` tried, are a soak."""
    cases = list(cases)
    chosen = set(random.Random(number).sample(range(len(cases)), min(number, len(cases))))
    kept = [case in always or place in chosen for place, case in enumerate(cases)]
    return [pytest.param(case, marks=() if keep else pytest.mark.soak) for case, keep in zip(cases, kept)]
