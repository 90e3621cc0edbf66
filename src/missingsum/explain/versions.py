"""All values that a formula takes when it is changed at one or two of its places, computed as stacks.

The values of a part changed k times come from those of its own parts, changed k times in all, and from a change of its
own on top of k - 1 of theirs. Values that were met before are dropped, so that the smallest number of changes wins, and
nothing is computed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from missingsum.explain.parts import DoesNotFit, Part, Path, Space, Value, apply, at, compute, everywhere, filled, put

WHOLE = -1
"""The hole that stands for the part itself that a change changes."""
MOST_VALUES = 120_000
"""Of one part with one number of changes: what comes later is left out, the same at every run."""


MANY = 600
"""Values at once, of which none is looked up whether it was met before: that would take longer than to keep it."""


@dataclass(frozen=True)
class Change:
    """One change: the part at ``path`` becomes the template, whose holes are its parts or, `WHOLE`, itself.

    With ``everywhere`` the change is made wherever this array stands, and ``path`` means nothing.
    """

    template: Part
    slip: str
    words: str
    weight: float = 1.0
    path: Path = ()
    everywhere: str = ""

    @cached_property
    def holes(self) -> set[int]:
        return _holes(self.template)


@dataclass(frozen=True)
class Alike:
    """Changes that are computed side by side."""

    ways: Sequence[Change]

    @cached_property
    def templates(self) -> tuple[Part, ...]:
        return tuple(way.template for way in self.ways)

    @cached_property
    def weights(self) -> np.ndarray:
        return np.array([way.weight for way in self.ways])


@dataclass(frozen=True)
class Ways:
    """The ways to change a part: those of what is ``inside``, and those ``around`` the whole of it."""

    inside: Alike
    around: Alike

    @classmethod
    def of(cls, ways: Sequence[Change]) -> Ways:
        inside, around = ([way for way in ways if (way.holes == {WHOLE}) is whole] for whole in (False, True))
        return cls(Alike(inside), Alike(around))


Changes = Callable[[Part, Path], Ways]
"""(a part, where it stands) → the ways to change it."""


def _holes(part: Part) -> set[int]:
    return {int(part.name)} if part.op == "hole" else {k for arg in part.args for k in _holes(arg)}


def changed(formula: Part, changes: Sequence[Change]) -> Part:
    """The formula after these changes, of which those of inner parts come first."""
    for change in changes:
        if change.everywhere:
            whole = Part("array", name=change.everywhere)
            formula = everywhere(formula, change.everywhere, filled(change.template, (whole,)))
        else:
            part = at(formula, change.path)
            formula = put(formula, change.path, filled(change.template, (*part.args, part)))
    return formula


How = Callable[[int], tuple[Change, ...]]
"""The number of a value in a stack → the changes that it comes from."""


@dataclass(frozen=True)
class Stack:
    """Values of one shape, (K, …), the weights of their changes, (K,), and how each of them came about."""

    values: Value
    weights: np.ndarray
    how: How

    def kept(self, which: np.ndarray) -> Stack:
        return Stack(self.values[which], self.weights[which], lambda k: self.how(int(which[k])))


Levels = list[list[Stack]]
"""By the number of changes."""


class Seen:
    """Which values were met, each known by a sum of its entries with random weights, to eleven digits."""

    def __init__(self) -> None:
        self.weights: dict[tuple[int, ...], np.ndarray] = {}
        self.keys: dict[tuple[int, ...], list[np.ndarray]] = {}

    def new(self, values: Value) -> np.ndarray:
        """The indices of finite values that were not met before, each once."""
        shape, flat = values.shape[1:], values.reshape(len(values), -1)
        if shape not in self.weights:
            self.weights[shape] = np.random.default_rng(17).uniform(0.5, 1.5, size=flat.shape[1])
            self.keys[shape] = []
        sums = flat @ self.weights[shape]
        digits, exponents = np.frexp(sums)
        keys = np.ldexp(np.round(digits * 2.0**36), exponents - 36)
        unknown = np.isfinite(sums) & ~np.isin(keys, np.concatenate([[np.nan], *self.keys[shape]]))
        _, first = np.unique(keys[unknown], return_index=True)
        found = np.flatnonzero(unknown)[np.sort(first)]
        self.keys[shape].append(keys[found])
        return found

    def unmet(self, stack: Stack) -> Stack | None:
        """The values that were not met before; many at once are all kept: to look them up would take longer."""
        if len(stack.values) > MANY:
            return stack
        stack = stack.kept(np.argsort(stack.weights, kind="stable"))
        which = self.new(stack.values)
        return stack.kept(which) if len(which) else None


def versions(formula: Part, space: Space, changes: Changes, most: int, path: Path = ()) -> Levels:
    """The values of a formula with 0, 1, … ``most`` changes.

    Whether they were met before is looked up only of those of which more is made, and of these only if that is much.
    """
    of_args = [versions(arg, space, changes, most, (*path, k)) for k, arg in enumerate(formula.args)]
    ways = changes(formula, path)
    levels: Levels = [[] for _ in range(most + 1)]
    seen = Seen()
    for level in range(most + 1):
        made = [_made(lambda *v: _of(formula, v, space), stacks, ()) for stacks in _combined(of_args, level)]
        if level == 1:
            made += _inside(formula, [stacks[0] for stacks in of_args], ways.inside, space)
        for stacks in _combined(of_args, level - 1) if level > 1 else ():
            for way in ways.inside.ways:
                if all(k in way.holes or len(stack.values) == 1 for k, stack in enumerate(stacks)):
                    made.append(_made(lambda *v, way=way: compute(way.template, space, v), stacks, (way,)))
        for stack in levels[level - 1] if level else ():
            made += _around(formula if level == 1 else None, stack, ways.around, space)
        merged = _merged([m for m in made if m])
        keep = _finite if most == 1 or level == most > 0 else seen.unmet
        levels[level] = [kept for stack in merged if (kept := keep(stack))]
    return levels


SideBySide = list[tuple[list[int], Value]]
"""The numbers of templates that make values of one shape, and these: (templates, stack, …)."""


def _side_by_side(templates: Sequence[Part], holes: tuple[Value, ...], space: Space, lead: int = 1) -> SideBySide:
    """What the templates make of what stands in their holes; without what means nothing.

    So many axes ``lead``: 1 where a hole holds a stack of values, 0 where it holds one value.
    """
    by_shape: dict[tuple[int, ...], tuple[list[int], list[Value]]] = {}
    for number, template in enumerate(templates):
        try:
            value = compute(template, space, holes)
        except (DoesNotFit, ValueError):
            continue
        numbers, made = by_shape.setdefault(value.shape[lead:], ([], []))
        numbers.append(number)
        made.append(value)
    return [(numbers, np.stack(made)) for numbers, made in by_shape.values()]


def prepare(formulas: Sequence[Part], space: Space, changes: Callable[[Part], Changes]) -> None:
    """Compute at once, for all parts of some formulas, what comes of a change around each; `versions` finds it.

    ``changes(formula)`` are the changes of its parts.
    """
    alike: dict[tuple, dict[Part, Value]] = {}

    def collect(part: Part, path: Path, ways: Changes) -> Value:
        value = _of(part, tuple(collect(arg, (*path, k), ways) for k, arg in enumerate(part.args)), space)
        alike.setdefault((ways(part, path).around.templates, value.shape), {})[part] = value
        return value

    for formula in formulas:
        try:
            collect(formula, (), changes(formula))
        except (DoesNotFit, ValueError):
            continue
    for (templates, _), values in alike.items():
        made = _side_by_side(templates, (np.stack(list(values.values())),), space)
        for k, part in enumerate(values):
            space.ready[part, templates] = [(numbers, stacked[:, k : k + 1]) for numbers, stacked in made]


def _inside(part: Part, unchanged: Sequence[Sequence[Stack]], alike: Alike, space: Space) -> Iterator[Stack]:
    """What the changes make of a part whose own parts, each of one value or of none, are ``unchanged``.

    It is computed once for all places where the same part has the same changes.
    """
    if not all(unchanged):
        return
    made = space.ready.get((part, alike.templates))
    if made is None:
        holes = tuple(stack.values[0] for [stack] in unchanged)
        made = space.ready[part, alike.templates] = _side_by_side(alike.templates, holes, space, lead=0)
    for numbers, values in made:
        yield Stack(values, alike.weights[numbers], _each(alike.ways, numbers))


def _each(ways: Sequence[Change], numbers: Sequence[int]) -> How:
    return lambda k: (ways[numbers[k]],)


def _around(part: Part | None, stack: Stack, alike: Alike, space: Space) -> Iterator[Stack]:
    """What the changes of the whole of a part make of a stack of its values; that of the ``part`` may be ready."""
    made = space.ready.get((part, alike.templates)) if part else None
    for numbers, values in _side_by_side(alike.templates, (stack.values,), space) if made is None else made:
        weights = alike.weights[numbers][:, None] + stack.weights
        ways = [alike.ways[number] for number in numbers]
        yield Stack(values.reshape(-1, *values.shape[2:]), weights.ravel(), _on_top(stack, ways))


def _on_top(stack: Stack, ways: Sequence[Change]) -> How:
    """Of values made by each of the ways of each in the stack, one way after the other."""
    size = len(stack.values)
    return lambda k: (*stack.how(k % size), ways[k // size])


def _finite(stack: Stack) -> Stack | None:
    finite = np.isfinite(stack.values.reshape(len(stack.values), -1)).all(axis=1)
    if finite.all():
        return stack
    return stack.kept(np.flatnonzero(finite)) if finite.any() else None


def _merged(stacks: Sequence[Stack]) -> list[Stack]:
    """One stack for all values of the same shape."""
    by_shape: dict[tuple[int, ...], list[Stack]] = {}
    for stack in stacks:
        by_shape.setdefault(stack.values.shape[1:], []).append(stack)
    return [_one(of_shape) for of_shape in by_shape.values()]


def _one(stacks: list[Stack]) -> Stack:
    if len(stacks) == 1:
        return stacks[0]
    ends = np.cumsum([len(stack.values) for stack in stacks])

    def how(k: int) -> tuple[Change, ...]:
        which = int(np.searchsorted(ends, k, side="right"))
        return stacks[which].how(k - (int(ends[which - 1]) if which else 0))

    return Stack(
        np.concatenate([stack.values for stack in stacks]), np.concatenate([stack.weights for stack in stacks]), how
    )


def _of(formula: Part, values: tuple[Value, ...], space: Space) -> Value:
    if formula.args:
        return apply(formula, values, space)
    return compute(formula, space)


def _combined(of_args: Sequence[Levels], level: int) -> Iterator[tuple[Stack, ...]]:
    """Stacks of the arguments that have ``level`` changes in all."""
    if not of_args:
        if level == 0:
            yield ()
        return
    for counts in product(range(level + 1), repeat=len(of_args)):
        if sum(counts) == level:
            yield from product(*(levels[count] for levels, count in zip(of_args, counts)))


def _made(compute: Callable[..., Value], stacks: Sequence[Stack], own: tuple[Change, ...]) -> Stack | None:
    """What is computed of all combinations of the values of these stacks; None if it means nothing here."""
    lengths = [len(stack.values) for stack in stacks]
    spread = [stack.values for stack in stacks]
    if len(stacks) > 1:
        spread = [
            values.reshape(*(length if k == m else 1 for m, length in enumerate(lengths)), *values.shape[1:])
            for k, values in enumerate(spread)
        ]
    try:
        values = compute(*spread)
    except (DoesNotFit, ValueError):
        return None
    rank = values.ndim - len(lengths) if stacks else values.ndim
    shape = values.shape[values.ndim - rank :]
    if values.shape[: len(lengths)] != tuple(lengths):
        values = np.broadcast_to(values, (*lengths, *shape))
    values, weight = values.reshape(-1, *shape), np.array(sum(change.weight for change in own))
    if len(lengths) == 2:
        one, two = stacks
        weights = (one.weights[:, None] + two.weights + weight).ravel()
        return Stack(values, weights, lambda k: (*one.how(k // lengths[1]), *two.how(k % lengths[1]), *own))
    if len(lengths) == 1:
        return Stack(values, stacks[0].weights + weight, lambda k: (*stacks[0].how(k), *own))
    return Stack(values, weight[None], lambda k: own)
