"""Whether the hidden checks of a problem set are whole: what its author wrote is used, and what is used is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any

from autograder.checking.protocol import Assignment, Problem
from missingsum.diagnosis import Variant
from missingsum.slips import SLIPS, Slip


@lru_cache(maxsize=64)
def require_whole(module: ModuleType, file: str, name: str) -> None:
    """ValueError, with what to do in the ``file``, unless its ``ASSIGNMENT`` is the problem set ``name``, and whole.

    Whole means that every `Slip` and every `Variant` in the module is handed on to it, and that each slip which a
    variant names is one of its own, or a known one.
    """
    assignment = getattr(module, "ASSIGNMENT", None)
    if not isinstance(assignment, Assignment):
        raise ValueError(f'{file} has no problem set: write ASSIGNMENT = Assignment("{name}", (…))')
    if assignment.name != name:
        raise ValueError(f"{file}: ASSIGNMENT names {assignment.name!r}; name it {name!r}, as the file")
    for what, kind, given in (("problems", Problem, assignment.problems), ("slips", Slip, assignment.slips)):
        if not isinstance(given, (tuple, list)) or not all(isinstance(each, kind) for each in given):
            raise ValueError(
                f"{file}: the {what} of ASSIGNMENT must be a tuple of {kind.__name__}; of one, ({what[:-1]},)"
            )
    if twice := [name for name, times in Counter(problem.name for problem in assignment.problems).items() if times > 1]:
        raise ValueError(f"{file}: ASSIGNMENT has two problems named {twice[0]}: a function is asked once")
    _require_used(module, assignment, file)
    _require_known(assignment, file)


def _require_used(module: ModuleType, assignment: Assignment, file: str) -> None:
    used = {id(variant) for problem in assignment.problems for variant in problem.variants}
    for name, value in vars(module).items():
        for each in () if value is assignment or name.startswith("__") else _parts(value):
            if isinstance(each, Slip) and each not in assignment.slips and SLIPS.get(each.id) != each:
                raise ValueError(
                    f"{file}: the slip {each.id!r} in {name} is handed to nobody, so that no student would be told of "
                    f"it: Assignment({assignment.name!r}, (…), slips={name})"
                )
            if isinstance(each, Variant) and id(each) not in used:
                raise ValueError(
                    f"{file}: a variant of {each.slips!r} in {name} is handed to nobody, so that it is never found: "
                    f"gradient_of(…, variants={name}), values_of or Problem"
                )


def _require_known(assignment: Assignment, file: str) -> None:
    own = {slip.id for slip in assignment.slips}
    for problem in assignment.problems:
        known = own | SLIPS.keys() | {slip.id for slip in problem.slips}
        for variant in problem.variants:
            if isinstance(variant.slips, str):
                raise ValueError(f"{file}: Variant({variant.slips!r}, …) must be Variant(({variant.slips!r},), …)")
            if unknown := [slip for slip in variant.slips if slip not in known]:
                raise ValueError(
                    f"{file}: a variant of {problem.name} names the slip {unknown[0]!r}, which there is not: write "
                    f'Slip("{unknown[0]}", …), and hand it to Assignment'
                )


def _parts(value: Any) -> Iterator[Any]:
    """What is in lists, tuples, sets and dictionaries, one in another; or the value itself."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            yield from _parts(each)
    else:
        yield value
