"""A seeded sample of what is long, for `make test` and `make quick`; what is left out runs under ``make soak``."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pytest


def sampled(cases: Iterable[Any], number: int, *, always: Collection[Any] = ()) -> Sequence[Any]:
    """Cases as parameters of a test; those that are ``always`` tried and ``number`` others, all else in the soak."""
    cases = list(cases)
    kept = sample(cases, number, always=always)
    return [pytest.param(case, marks=() if case in kept else pytest.mark.soak) for case in cases]


def sample(cases: Iterable[Any], number: int, *, always: Collection[Any] = ()) -> Sequence[Any]:
    """The cases that are ``always`` taken and ``number`` others, the same in every run, in their order."""
    cases = list(cases)
    others = [case for case in cases if case not in always]
    drawn = random.Random(number).sample(others, min(number, len(others)))
    return [case for case in cases if case in always or case in drawn]
