"""A seeded sample of what is long, for `make test` or `make quick`; what is left out runs in a longer one."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pytest


def sampled(cases: Iterable[Any], number: int, *, rest: pytest.MarkDecorator = pytest.mark.soak) -> Sequence[Any]:
    """Cases as parameters of a test: ``number`` of them as they are, and the ``rest`` with a mark."""
    cases = list(cases)
    kept = sample(cases, number)
    return [pytest.param(case, marks=() if case in kept else rest) for case in cases]


def sample(cases: Iterable[Any], number: int, *, always: Collection[Any] = ()) -> Sequence[Any]:
    """The cases that are ``always`` taken and ``number`` others, the same in every run, in their order."""
    cases = list(cases)
    others = [case for case in cases if case not in always]
    drawn = random.Random(number).sample(others, min(number, len(others)))
    return [case for case in cases if case in always or case in drawn]
